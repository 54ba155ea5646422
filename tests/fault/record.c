/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct event {
	int file;     /* -1: a mark */
	bool flush;   /* all writes before it are there */
	bool through; /* a write that is there when it returns */
	bool apart;   /* of a mark: the window that it begins */
	size_t at, n;
	uint8_t *bytes;
};

struct bytes {
	uint8_t *p;
	size_t n, cap;
};

static struct {
	pthread_mutex_t lock;
	bool on;
	dev_t dev[RECORD_FILES];
	ino_t ino[RECORD_FILES];
	struct bytes base[RECORD_FILES];
	struct event *v;
	size_t n, cap;
	size_t marks;
	size_t lives; /* events until it is killed; SIZE_MAX: never */
} rec = {.lock = PTHREAD_MUTEX_INITIALIZER, .lives = SIZE_MAX};

/* --- bytes --- */
static void
reach(struct bytes *b, size_t n)
{
	if (n > b->cap) {
		b->cap = n * 2;
		b->p = realloc(b->p, b->cap);
		assert(b->p != NULL);
	}
	if (n > b->n) {
		memset(b->p + b->n, 0, n - b->n);
		b->n = n;
	}
}

static void
put(struct bytes *b, size_t at, const uint8_t *p, size_t n)
{
	reach(b, at + n);
	memcpy(b->p + at, p, n);
}

/* --- recording --- */
static struct event *
add(int file)
{
	if (rec.n == rec.cap) {
		rec.cap = rec.cap * 2 + 256;
		rec.v = realloc(rec.v, rec.cap * sizeof(rec.v[0]));
		assert(rec.v != NULL);
	}
	memset(&rec.v[rec.n], 0, sizeof(rec.v[0]));
	rec.v[rec.n].file = file;
	return &rec.v[rec.n++];
}

void
record_begin(const char *const paths[RECORD_FILES])
{
	record_free();
	for (int i = 0; i < RECORD_FILES; i++) {
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		struct stat st;
		ssize_t n;

		assert(fd >= 0 && fstat(fd, &st) == 0);
		rec.dev[i] = st.st_dev;
		rec.ino[i] = st.st_ino;
		reach(&rec.base[i], (size_t)st.st_size);
		n = pread(fd, rec.base[i].p, rec.base[i].n, 0);
		assert(n == st.st_size);
		(void)n;
		close(fd);
	}
	rec.on = true;
}

void
record_mark(bool apart)
{
	pthread_mutex_lock(&rec.lock);
	add(-1)->apart = apart;
	rec.marks++;
	pthread_mutex_unlock(&rec.lock);
}

void
record_kill(size_t events)
{
	pthread_mutex_lock(&rec.lock);
	rec.lives = events;
	pthread_mutex_unlock(&rec.lock);
}

bool
record_revive(void)
{
	bool was;

	pthread_mutex_lock(&rec.lock);
	was = rec.lives == 0;
	rec.lives = SIZE_MAX;
	pthread_mutex_unlock(&rec.lock);
	return was;
}

void
record_end(void)
{
	rec.on = false;
}

void
record_free(void)
{
	for (size_t i = 0; i < rec.n; i++)
		free(rec.v[i].bytes);
	free(rec.v);
	rec.v = NULL;
	for (int i = 0; i < RECORD_FILES; i++) {
		free(rec.base[i].p);
		memset(&rec.base[i], 0, sizeof(rec.base[i]));
	}
	rec.n = rec.cap = rec.marks = 0;
}

static int
file_of(int fd)
{
	struct stat st;

	if (!rec.on || fstat(fd, &st) != 0)
		return -1;
	for (int i = 0; i < RECORD_FILES; i++)
		if (rec.ino[i] == st.st_ino && rec.dev[i] == st.st_dev)
			return i;
	return -1;
}

/* Takes one of the events that are left. */
static bool
is_dead(int fd)
{
	bool dead = false;

	if (file_of(fd) < 0)
		return false;
	pthread_mutex_lock(&rec.lock);
	dead = rec.lives == 0;
	if (!dead && rec.lives != SIZE_MAX)
		rec.lives--;
	pthread_mutex_unlock(&rec.lock);
	errno = EIO;
	return dead;
}

static void
wrote(int fd, const void *p, ssize_t n, off_t at)
{
	int file = n > 0 ? file_of(fd) : -1;
	struct event *e;

	if (file < 0)
		return;
	pthread_mutex_lock(&rec.lock);
	e = add(file);
	e->through = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	e->at = (size_t)at;
	e->n = (size_t)n;
	e->bytes = malloc(e->n);
	assert(e->bytes != NULL);
	memcpy(e->bytes, p, e->n);
	pthread_mutex_unlock(&rec.lock);
}
