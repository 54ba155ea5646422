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
	bool lost;    /* it failed: they may not be, and no later one asks */
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
	size_t fails; /* flushes until one fails; SIZE_MAX: none does */
} rec = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .lives = SIZE_MAX, .fails = SIZE_MAX};

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
record_fail(size_t flushes)
{
	pthread_mutex_lock(&rec.lock);
	rec.fails = flushes;
	pthread_mutex_unlock(&rec.lock);
}

bool
record_failed(void)
{
	bool was;

	pthread_mutex_lock(&rec.lock);
	was = rec.fails == SIZE_MAX;
	rec.fails = SIZE_MAX;
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

/* Is it the turn of this flush to fail, or of the write that was recorded last,
 * which goes through? */
static bool
fails(int file, bool write)
{
	bool now;

	if (file < 0)
		return false;
	pthread_mutex_lock(&rec.lock);
	now = rec.fails == 0;
	if (rec.fails != SIZE_MAX)
		rec.fails--; /* from 0: never again */
	if (now && write)
		rec.v[rec.n - 1].through = false;
	if (now)
		add(file)->lost = true;
	pthread_mutex_unlock(&rec.lock);
	errno = EIO;
	return now;
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

/* --- the calls --- */
static void
find(void *slot, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	assert(p != NULL);
	memcpy(slot, &p, sizeof(p));
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t (*real)(int, const void *, size_t, off_t), rc;

	find(&real, "pwrite");
	rc = is_dead(fd) ? -1 : real(fd, p, n, at);
	wrote(fd, p, rc, at);
	if (rc > 0 && (fcntl(fd, F_GETFL) & O_DSYNC) != 0 &&
	    fails(file_of(fd), true))
		return -1;
	return rc;
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t (*real)(int, const void *, size_t), rc;
	off_t at = rec.on ? lseek(fd, 0, SEEK_CUR) : 0;

	find(&real, "write");
	rc = is_dead(fd) ? -1 : real(fd, p, n);
	wrote(fd, p, rc, at);
	return rc;
}

/* LMDB's, of neighbouring pages: as one call each. */
ssize_t
writev(int fd, const struct iovec *v, int n)
{
	ssize_t all = 0;

	for (int i = 0; i < n; i++) {
		ssize_t rc = write(fd, v[i].iov_base, v[i].iov_len);

		if (rc < 0)
			return all > 0 ? all : rc;
		all += rc;
		if (rc < (ssize_t)v[i].iov_len)
			break;
	}
	return all;
}

static int
flush(int fd, const char *name)
{
	int (*real)(int), rc, file = file_of(fd);

	find(&real, name);
	rc = is_dead(fd) || fails(file, false) ? -1 : real(fd);
	if (rc == 0 && file >= 0) {
		pthread_mutex_lock(&rec.lock);
		add(file)->flush = true;
		pthread_mutex_unlock(&rec.lock);
	}
	return rc;
}

int
fsync(int fd)
{
	return flush(fd, "fsync");
}

int
fdatasync(int fd)
{
	return flush(fd, "fdatasync");
}

/* --- cuts --- */
size_t
record_windows(void)
{
	return rec.marks;
}

static void
bounds(size_t window, size_t *from, size_t *to, bool *apart)
{
	size_t mark = 0;

	*from = 0;
	*apart = false;
	for (*to = 0; *to < rec.n; (*to)++) {
		if (rec.v[*to].file >= 0)
			continue;
		if (mark++ == window)
			return;
		*from = *to + 1;
		*apart = rec.v[*to].apart;
	}
}

struct record_cut
record_cut(size_t window, uint64_t (*random)(void *ctx), void *ctx)
{
	struct record_cut cut = {.window = window};
	size_t from, to;

	bounds(window, &from, &to, &cut.apart);
	for (int i = 0; i < RECORD_FILES; i++)
		cut.at[i] = i > 0 && !cut.apart
		    ? cut.at[0]
		    : from + (size_t)(random(ctx) % (to - from + 1));
	return cut;
}

enum mode {
	EACH_SECTOR,
	EACH_WRITE,
	ALL,
	NONE,
	MODES
};

/* Of a write that is not flushed, what chance leaves. */
static void
put_some(struct bytes *b, const struct event *e, enum mode mode,
    uint64_t (*random)(void *ctx), void *ctx)
{
	bool there = mode == ALL || (mode == EACH_WRITE && random(ctx) % 2);
	size_t at = 0;

	while (at < e->n) {
		size_t left = RECORD_SECTOR - (e->at + at) % RECORD_SECTOR;
		size_t n = e->n - at < left ? e->n - at : left;

		if (mode == EACH_SECTOR)
			there = random(ctx) % 2 != 0;
		if (there)
			put(b, e->at + at, e->bytes + at, n);
		at += n;
	}
}

/* The first flush after a write has it, or has lost it: what a disk did not
 * take the kernel takes for written. */
static bool
is_there(size_t write, size_t end)
{
	const struct event *e = &rec.v[write];
	size_t i = write + 1;

	if (e->through && write < end)
		return true;
	while (i < end &&
	    (rec.v[i].file != e->file || (!rec.v[i].flush && !rec.v[i].lost)))
		i++;
	return i < end && rec.v[i].flush;
}

static void
build(const struct record_cut *cut, int file, struct bytes *out,
    uint64_t (*random)(void *ctx), void *ctx)
{
	enum mode mode = (enum mode)(random(ctx) % MODES);
	size_t end = cut->at[file], longest = 0, i;

	out->n = 0;
	put(out, 0, rec.base[file].p, rec.base[file].n);
	/* The write under way is one of those that were not flushed. Where one
	 * comes after the other, it is the next of both. */
	while (cut->apart && end < rec.n && rec.v[end].file >= 0 &&
	    rec.v[end].file != file)
		end++;
	end += end < rec.n && rec.v[end].file == file;
	for (i = 0; i < end; i++) {
		const struct event *e = &rec.v[i];

		if (e->file != file || e->flush || e->lost)
			continue;
		if (!cut->no_flush[file] && is_there(i, cut->at[file]))
			put(out, e->at, e->bytes, e->n);
		else
			put_some(out, e, mode, random, ctx);
		longest = e->at + e->n > longest ? e->at + e->n : longest;
	}
	/* The file may have grown before what it grew for was there. */
	if (random(ctx) % 2)
		reach(out, longest);
}

void
record_image(const struct record_cut *cut, int file, const char *path,
    uint64_t (*random)(void *ctx), void *ctx)
{
	static struct bytes b;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;

	build(cut, file, &b, random, ctx);
	n = fd >= 0 ? write(fd, b.p, b.n) : -1;
	assert(n == (ssize_t)b.n);
	(void)n;
	close(fd);
}
