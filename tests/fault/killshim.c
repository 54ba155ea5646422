/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a command under test: it is killed in place of the
 * KC_KILL_NTH-th call (from 1) that changes or flushes a name or a file, or
 * takes what a peer has sent: between any two of its steps.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static unsigned long calls;

/* The next function of this name; or the end. */
static void
step(void *slot, const char *name)
{
	const char *nth = getenv("KC_KILL_NTH");
	void *p = dlsym(RTLD_NEXT, name);

	calls++;
	if (nth != NULL && strtoul(nth, NULL, 10) == calls)
		(void)raise(SIGKILL);
	memcpy(slot, &p, sizeof(p));
}

PUBLIC int
rename(const char *from, const char *to)
{
	int (*next)(const char *, const char *);

	step(&next, "rename");
	return next(from, to);
}

PUBLIC int
link(const char *from, const char *to)
{
	int (*next)(const char *, const char *);

	step(&next, "link");
	return next(from, to);
}

PUBLIC int
unlink(const char *path)
{
	int (*next)(const char *);

	step(&next, "unlink");
	return next(path);
}

PUBLIC int
fsync(int fd)
{
	int (*next)(int);

	step(&next, "fsync");
	return next(fd);
}

PUBLIC ssize_t
recv(int fd, void *p, size_t n, int flags)
{
	ssize_t (*next)(int, void *, size_t, int);

	step(&next, "recv");
	return next(fd, p, n, flags);
}
