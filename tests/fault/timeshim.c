/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a daemon under test: its clocks as a file says, which the
 * test has mapped too (KC_TIME_FILE, struct kc_times). SIGUSR2 is the kernel's
 * word that time is another: the timer on the wall clock fires at once, and
 * its read is cancelled if somebody set the clock.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "timeshim.h"

#define PUBLIC __attribute__((visibility("default")))

/* What libc declares for us and what the fortified headers call. */
PUBLIC ssize_t __read_chk(int fd, void *p, size_t n, size_t room);

static struct kc_times none, *times = &none;
static int timer_fd = -1;
static int (*real_gettime)(clockid_t, struct timespec *);
static int (*real_create)(int, int);
static int (*real_settime)(
    int, int, const struct itimerspec *, struct itimerspec *);
static ssize_t (*real_read)(int, void *, size_t);

static void
find(void *slot, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(slot, &p, sizeof(p));
}

static void
on_word(int number)
{
	const struct itimerspec at_once = {{0, 0}, {0, 1}};
	int saved = errno;

	(void)number;
	if (timer_fd >= 0)
		(void)real_settime(timer_fd, 0, &at_once, NULL);
	errno = saved;
}

static __attribute__((constructor)) void
start(void)
{
	const char *path = getenv("KC_TIME_FILE");
	struct sigaction sa = {.sa_handler = on_word, .sa_flags = SA_RESTART};
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *p;

	find(&real_gettime, "clock_gettime");
	find(&real_create, "timerfd_create");
	find(&real_settime, "timerfd_settime");
	find(&real_read, "read");
	(void)sigaction(SIGUSR2, &sa, NULL);
	if (fd < 0)
		return;
	p = mmap(
	    NULL, sizeof(*times), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p != MAP_FAILED)
		times = p;
	(void)close(fd);
}

static void
add_ms(struct timespec *ts, int64_t ms)
{
	int64_t ns = (int64_t)ts->tv_nsec + ms % 1000 * 1000000;

	ts->tv_sec += (time_t)(ms / 1000 + (ns < 0 ? -1 : ns / 1000000000));
	ts->tv_nsec = (long)((ns + 1000000000) % 1000000000);
}

PUBLIC int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	int result;

	if (real_gettime == NULL) /* somebody's constructor was first */
		find(&real_gettime, "clock_gettime");
	result = real_gettime(clock, ts);
	if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
		add_ms(ts, atomic_load(&times->real_ms));
	else if (clock == CLOCK_BOOTTIME)
		add_ms(ts, atomic_load(&times->boot_ms));
	return result;
}

PUBLIC int
timerfd_create(int clock, int flags)
{
	int fd = real_create(clock, flags);

	if (clock == CLOCK_REALTIME)
		timer_fd = fd;
	return fd;
}

PUBLIC int
timerfd_settime(
    int fd, int flags, const struct itimerspec *at, struct itimerspec *was)
{
	struct itimerspec real = *at;

	if (fd == timer_fd && (flags & TFD_TIMER_ABSTIME) != 0)
		add_ms(&real.it_value, -atomic_load(&times->real_ms));
	return real_settime(fd, flags, &real, was);
}

PUBLIC ssize_t
read(int fd, void *p, size_t n)
{
	ssize_t got;

	if (real_read == NULL)
		find(&real_read, "read");
	got = real_read(fd, p, n);
	if (got > 0 && fd == timer_fd && atomic_exchange(&times->set, 0) != 0) {
		errno = ECANCELED;
		return -1;
	}
	return got;
}

PUBLIC ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	if (n > room)
		abort();
	return read(fd, p, n);
}
