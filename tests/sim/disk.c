/* SPDX-License-Identifier: Apache-2.0 */
/* Stands before libc's calls, in the simulator's own process. */
#include "disk.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

/* A sector as it was at the last flush. */
struct sector {
	off_t at;
	uint8_t was[DISK_SECTOR];
};
struct file {
	dev_t dev;
	ino_t ino;
	char path[256];
	int fd; /* for reading; LMDB's own may not */
	off_t flushed_size;
	struct sector *v; /* written since the last flush */
	size_t n, cap;
};

static struct {
	pthread_mutex_t lock;
	struct file files[DISK_FILES];
	struct disk_plan plan;
	unsigned long calls, failed;
	bool dead;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct {
	ssize_t (*write)(int, const void *, size_t);
	ssize_t (*pwrite)(int, const void *, size_t, off_t);
	ssize_t (*writev)(int, const struct iovec *, int);
	int (*fsync)(int);
	int (*fdatasync)(int);
	int (*fstatvfs)(int, struct statvfs *);
} real;

static void
find(void *slot, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	assert(p != NULL);
	memcpy(slot, &p, sizeof(p));
}

static __attribute__((constructor)) void
start(void)
{
	find(&real.write, "write");
	find(&real.pwrite, "pwrite");
	find(&real.writev, "writev");
	find(&real.fsync, "fsync");
	find(&real.fdatasync, "fdatasync");
	find(&real.fstatvfs, "fstatvfs");
}

/* --- the machine's files --- */
void
disk_use(const char *const paths[DISK_FILES])
{
	struct stat st;

	pthread_mutex_lock(&disk.lock);
	for (int i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk.files[i];
		int rc = stat(paths[i], &st);

		assert(rc == 0 && strlen(paths[i]) < sizeof(f->path));
		(void)rc;
		memcpy(f->path, paths[i], strlen(paths[i]) + 1);
		if (f->fd > 0)
			close(f->fd);
		f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
		assert(f->fd > 0);
		f->dev = st.st_dev;
		f->ino = st.st_ino;
		f->flushed_size = st.st_size;
		f->n = 0;
	}
	disk.plan = (struct disk_plan){0};
	disk.calls = disk.failed = 0;
	disk.dead = false;
	pthread_mutex_unlock(&disk.lock);
}

void
disk_set(const struct disk_plan *plan)
{
	pthread_mutex_lock(&disk.lock);
	disk.plan = *plan;
	disk.calls = disk.failed = 0;
	pthread_mutex_unlock(&disk.lock);
}

void
disk_stop(void)
{
	pthread_mutex_lock(&disk.lock);
	disk.dead = true;
	pthread_mutex_unlock(&disk.lock);
}

bool
disk_is_dead(void)
{
	bool dead;

	pthread_mutex_lock(&disk.lock);
	dead = disk.dead;
	pthread_mutex_unlock(&disk.lock);
	return dead;
}

unsigned long
disk_failed(void)
{
	unsigned long n;

	pthread_mutex_lock(&disk.lock);
	n = disk.failed;
	pthread_mutex_unlock(&disk.lock);
	return n;
}

static struct file *
file_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return NULL;
	for (int i = 0; i < DISK_FILES; i++)
		if (disk.files[i].ino == st.st_ino &&
		    disk.files[i].dev == st.st_dev)
			return &disk.files[i];
	return NULL;
}

/* --- what is not flushed yet --- */
static struct sector *
find_sector(struct file *f, off_t at)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].at == at)
			return &f->v[i];
	return NULL;
}

static void
remember(struct file *f, off_t from, size_t n)
{
	off_t at = from - from % DISK_SECTOR;

	for (; at < from + (off_t)n; at += DISK_SECTOR) {
		struct sector *s;

		if (find_sector(f, at) != NULL)
			continue;
		if (f->n == f->cap) {
			f->cap = f->cap * 2 + 64;
			f->v = realloc(f->v, f->cap * sizeof(f->v[0]));
			assert(f->v != NULL);
		}
		s = &f->v[f->n++];
		s->at = at;
		memset(s->was, 0, sizeof(s->was));
		if (pread(f->fd, s->was, sizeof(s->was), at) < 0)
			abort();
	}
}

static void
forget(struct file *f, off_t from, size_t n)
{
	off_t at = from - from % DISK_SECTOR;

	for (; at < from + (off_t)n; at += DISK_SECTOR) {
		struct sector *s = find_sector(f, at);

		if (s != NULL)
			*s = f->v[--f->n];
	}
}

static void
flushed(struct file *f, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0)
		f->flushed_size = st.st_size;
	f->n = 0;
}

void
disk_restart(bool power_lost, uint64_t (*random)(void *ctx), void *ctx)
{
	for (int i = 0; i < DISK_FILES; i++) {
		struct file *f = &disk.files[i];
		int fd = open(f->path, O_RDWR | O_CLOEXEC);

		assert(fd >= 0);
		for (size_t j = 0; power_lost && j < f->n; j++)
			if (random(ctx) % 2 == 0 &&
			    real.pwrite(fd, f->v[j].was, DISK_SECTOR,
				f->v[j].at) != DISK_SECTOR)
				abort();
		if (power_lost && random(ctx) % 3 == 0 &&
		    ftruncate(fd, f->flushed_size) != 0)
			abort();
		flushed(f, fd);
		close(fd);
	}
	pthread_mutex_lock(&disk.lock);
	disk.plan = (struct disk_plan){0};
	disk.dead = false;
	pthread_mutex_unlock(&disk.lock);
}

/* --- the calls --- */
enum fate {
	WORKS,
	FAILS,
	HALF
};

static enum fate
fate_of_call(bool is_write)
{
	unsigned long at = ++disk.calls;
	const struct disk_plan *p = &disk.plan;

	if (p->die_at > 0 && at >= p->die_at)
		disk.dead = true;
	if (disk.dead) {
		errno = EIO;
		return FAILS;
	}
	if (p->fail_at == 0 || at < p->fail_at ||
	    (at > p->fail_at && !p->forever))
		return WORKS;
	disk.failed++;
	errno = p->error;
	return is_write && p->half ? HALF : FAILS;
}

static ssize_t
put(struct file *f, int fd, const void *p, size_t n, off_t at)
{
	bool through = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	ssize_t rc;

	remember(f, at, n);
	rc = real.pwrite(fd, p, n, at);
	if (rc > 0 && through) {
		forget(f, at, (size_t)rc);
		if (f->flushed_size < at + rc)
			f->flushed_size = at + rc;
	}
	return rc;
}

static ssize_t
write_at(int fd, const void *p, size_t n, off_t at)
{
	struct file *f;
	enum fate fate;
	ssize_t rc = -1;

	pthread_mutex_lock(&disk.lock);
	f = file_of(fd);
	if (f == NULL) {
		pthread_mutex_unlock(&disk.lock);
		return real.pwrite(fd, p, n, at);
	}
	fate = fate_of_call(true);
	if (fate != FAILS)
		rc = put(f, fd, p, fate == HALF ? n / 2 : n, at);
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static bool
is_ours(int fd)
{
	bool ours;

	pthread_mutex_lock(&disk.lock);
	ours = file_of(fd) != NULL;
	pthread_mutex_unlock(&disk.lock);
	return ours;
}

static int
flush(int fd, int (*call)(int))
{
	struct file *f;
	int rc = 0;

	pthread_mutex_lock(&disk.lock);
	f = file_of(fd);
	if (f == NULL) {
		pthread_mutex_unlock(&disk.lock);
		return call(fd);
	}
	if (fate_of_call(false) == WORKS)
		flushed(f, fd);
	else
		rc = -1;
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return write_at(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return write_at(fd, p, n, at);
}

/* At the place of the descriptor, which moves on. */
ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t rc;
	off_t at;

	if (!is_ours(fd))
		return real.write(fd, p, n);
	at = lseek(fd, 0, SEEK_CUR);
	rc = write_at(fd, p, n, at);
	if (rc > 0)
		(void)lseek(fd, at + rc, SEEK_SET);
	return rc;
}

/* One call, whose pieces stand side by side. */
static ssize_t
write_pieces(int fd, const struct iovec *v, int n, off_t at)
{
	size_t all = 0, done = 0;
	ssize_t rc = -1;
	char *bytes;

	for (int i = 0; i < n; i++)
		all += v[i].iov_len;
	bytes = malloc(all + 1);
	assert(bytes != NULL);
	for (int i = 0; i < n; done += v[i++].iov_len)
		memcpy(bytes + done, v[i].iov_base, v[i].iov_len);
	rc = write_at(fd, bytes, all, at);
	free(bytes);
	return rc;
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	return write_pieces(fd, v, n, at);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	ssize_t rc;
	off_t at;

	if (!is_ours(fd))
		return real.writev(fd, v, n);
	at = lseek(fd, 0, SEEK_CUR);
	rc = write_pieces(fd, v, n, at);
	if (rc > 0)
		(void)lseek(fd, at + rc, SEEK_SET);
	return rc;
}

int
fsync(int fd)
{
	return flush(fd, real.fsync);
}

int
fdatasync(int fd)
{
	return flush(fd, real.fdatasync);
}

int
fstatvfs(int fd, struct statvfs *out)
{
	int rc = real.fstatvfs(fd, out);

	pthread_mutex_lock(&disk.lock);
	if (rc == 0 && disk.plan.no_room && file_of(fd) != NULL)
		out->f_bavail = 0;
	pthread_mutex_unlock(&disk.lock);
	return rc;
}
