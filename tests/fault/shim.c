/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a process under test: counts the calls that write or flush
 * regular files, and makes the n-th of them fail. Controlled by environment:
 *   KC_SHIM_NTH=n          the n-th call fails (from 1; unset: none)
 *   KC_SHIM_ERRNO=5        errno of the failure (5 EIO, 28 ENOSPC)
 *   KC_SHIM_FOREVER=1      that call and every later one
 *   KC_SHIM_SHORT=1        a failing write puts half of its bytes first
 *   KC_SHIM_PATH=text      only files whose path contains it
 *   KC_SHIM_COUNTS=path    at exit: "writes=.. synced=.. flushes=..
 * series=.. failed=..\n" A process that was not told to arm itself counts from
 * its start; one that calls kc_shim_reset() (found by dlsym) counts from there.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

/* synced: writes that return when they are on the disk (O_DSYNC). */
struct kc_shim_counts {
	unsigned long calls, writes, synced, flushes, failed;
};

PUBLIC void kc_shim_reset(void);
PUBLIC struct kc_shim_counts kc_shim_counts(void);

/* Shared with the processes that are forked off, and with those that are
 * started where KC_SHIM_COUNTS is set: they count together. */
struct shared {
	atomic_ulong calls, writes, synced, flushes, failed;
	/* Waits for a disk that are under way, and how many began while there
	 * was none: those that stand in a row, whoever waits. */
	atomic_ulong waiting, series;
};
static struct shared own, *counts = &own;
static unsigned long nth;
static int error_number = EIO;
static bool forever, half;
static const char *only, *counts_path;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_msync)(void *, size_t, int);
static int (*real_ftruncate)(int, off_t);

/* A function pointer from a data pointer, as dlsym gives it. */
static void
find(void *slot, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(slot, &p, sizeof(p));
}

static unsigned long
number(const char *name, unsigned long absent)
{
	const char *s = getenv(name);

	return s != NULL ? strtoul(s, NULL, 10) : absent;
}

/* A file beside KC_SHIM_COUNTS: the first process makes it anew, those that it
 * starts join in, whatever they give up later. */
static int
open_shared(void)
{
	const char *path = getenv("KC_SHIM_COUNTS");
	bool joins = getenv("KC_SHIM_JOINS") != NULL;
	char name[512];
	int fd;

	if (path == NULL ||
	    snprintf(name, sizeof(name), "%s.map", path) >= (int)sizeof(name))
		return -1;
	fd = open(
	    name, O_RDWR | O_CREAT | O_CLOEXEC | (joins ? 0 : O_TRUNC), 0600);
	(void)setenv("KC_SHIM_JOINS", "1", 1);
	return fd;
}

static __attribute__((constructor)) void
start(void)
{
	int fd = open_shared();
	void *p;

	find(&real_ftruncate, "ftruncate");
	if (fd >= 0)
		(void)real_ftruncate(fd, sizeof(own));
	p = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE,
	    MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	if (p != MAP_FAILED)
		counts = p;
	if (fd >= 0)
		(void)close(fd);
	find(&real_write, "write");
	find(&real_pwrite, "pwrite");
	find(&real_writev, "writev");
	find(&real_pwritev, "pwritev");
	find(&real_fsync, "fsync");
	find(&real_fdatasync, "fdatasync");
	find(&real_msync, "msync");
	nth = number("KC_SHIM_NTH", 0);
	error_number = (int)number("KC_SHIM_ERRNO", EIO);
	forever = number("KC_SHIM_FOREVER", 0) != 0;
	half = number("KC_SHIM_SHORT", 0) != 0;
	only = getenv("KC_SHIM_PATH");
	counts_path = getenv("KC_SHIM_COUNTS");
}

static __attribute__((destructor)) void
finish(void)
{
	char text[128];
	int fd, n;

	if (counts_path == NULL)
		return;
	fd = open(counts_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	n = snprintf(text, sizeof(text),
	    "writes=%lu synced=%lu flushes=%lu series=%lu failed=%lu\n",
	    atomic_load(&counts->writes), atomic_load(&counts->synced),
	    atomic_load(&counts->flushes), atomic_load(&counts->series),
	    atomic_load(&counts->failed));
	if (n > 0 && real_write(fd, text, (size_t)n) < 0)
		return;
	close(fd);
}

PUBLIC void
kc_shim_reset(void)
{
	atomic_store(&counts->calls, 0);
	atomic_store(&counts->writes, 0);
	atomic_store(&counts->synced, 0);
	atomic_store(&counts->flushes, 0);
	atomic_store(&counts->failed, 0);
}

PUBLIC struct kc_shim_counts
kc_shim_counts(void)
{
	return (struct kc_shim_counts){
	    .calls = atomic_load(&counts->calls),
	    .writes = atomic_load(&counts->writes),
	    .synced = atomic_load(&counts->synced),
	    .flushes = atomic_load(&counts->flushes),
	    .failed = atomic_load(&counts->failed),
	};
}

/* Is it a file that the test is about? */
static bool
watched(int fd)
{
	char link[64], path[512];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	if (only == NULL)
		return true;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	return strstr(path, only) != NULL;
}

static void
begin_wait(void)
{
	if (atomic_fetch_add(&counts->waiting, 1) == 0)
		atomic_fetch_add(&counts->series, 1);
}

static void
end_wait(void)
{
	atomic_fetch_sub(&counts->waiting, 1);
}

/* LMDB writes the page that names the others so. */
static ssize_t
put(int fd, const void *p, size_t n, off_t at)
{
	bool waits = (fcntl(fd, F_GETFL) & O_DSYNC) != 0 && watched(fd);
	ssize_t rc;

	if (waits)
		begin_wait();
	rc = real_pwrite(fd, p, n, at);
	if (waits)
		end_wait();
	return rc;
}

static int
flush(int (*real)(int), int fd)
{
	bool waits = watched(fd);
	int rc;

	if (waits)
		begin_wait();
	rc = real(fd);
	if (waits)
		end_wait();
	return rc;
}

/* Counts a call; true if it must fail. */
static bool
fails(int fd, bool flush, bool write_too)
{
	unsigned long at;
	bool fail;

	if (fd >= 0 && !watched(fd))
		return false;
	if (write_too && (fcntl(fd, F_GETFL) & O_DSYNC) != 0)
		atomic_fetch_add(&counts->synced, 1);
	atomic_fetch_add(&counts->writes, write_too);
	atomic_fetch_add(&counts->flushes, flush);
	at = atomic_fetch_add(&counts->calls, 1) + 1;
	fail = nth > 0 && (at == nth || (forever && at > nth));
	atomic_fetch_add(&counts->failed, fail);
	return fail;
}

PUBLIC ssize_t
write(int fd, const void *p, size_t n)
{
	if (!fails(fd, false, true))
		return real_write(fd, p, n);
	if (half && n > 1)
		return real_write(fd, p, n / 2);
	errno = error_number;
	return -1;
}

PUBLIC ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (!fails(fd, false, true))
		return put(fd, p, n, at);
	if (half && n > 1)
		return real_pwrite(fd, p, n / 2, at);
	errno = error_number;
	return -1;
}

PUBLIC ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

PUBLIC ssize_t
writev(int fd, const struct iovec *v, int n)
{
	if (!fails(fd, false, true))
		return real_writev(fd, v, n);
	if (half && n > 1)
		return real_writev(fd, v, n / 2);
	errno = error_number;
	return -1;
}

PUBLIC ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	if (!fails(fd, false, true))
		return real_pwritev(fd, v, n, at);
	if (half && n > 1)
		return real_pwritev(fd, v, n / 2, at);
	errno = error_number;
	return -1;
}

PUBLIC ssize_t
pwritev64(int fd, const struct iovec *v, int n, off_t at)
{
	return pwritev(fd, v, n, at);
}

PUBLIC int
fsync(int fd)
{
	if (!fails(fd, true, false))
		return flush(real_fsync, fd);
	errno = error_number;
	return -1;
}

PUBLIC int
fdatasync(int fd)
{
	if (!fails(fd, true, false))
		return flush(real_fdatasync, fd);
	errno = error_number;
	return -1;
}

PUBLIC int
msync(void *p, size_t n, int flags)
{
	if ((flags & MS_SYNC) == 0 || !fails(-1, true, false))
		return real_msync(p, n, flags);
	errno = error_number;
	return -1;
}

PUBLIC int
ftruncate(int fd, off_t n)
{
	if (!fails(fd, false, true))
		return real_ftruncate(fd, n);
	errno = error_number;
	return -1;
}

PUBLIC int
ftruncate64(int fd, off_t n)
{
	return ftruncate(fd, n);
}
