/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"

#define STEP_NS 1000000
#define KILLED_MS 5000 /* it holds locks until it is no more */

extern char **environ;

/* --- in the daemon --- */
enum kc_err
kc_child_program(struct kc_buf *out, const char *configured, const char *name)
{
	char self[4096];
	ssize_t n;

	if (configured != NULL && configured[0] != '\0') {
		kc_buf_str(out, configured);
	} else {
		n = readlink("/proc/self/exe", self, sizeof(self));
		if (n <= 0)
			return KC_EIO;
		while (n > 0 && self[n - 1] != '/')
			n--;
		kc_buf_put(out, self, (size_t)n);
		kc_buf_str(out, name);
	}
	(void)kc_buf_cstr(out);
	return kc_buf_err(out);
}

/* All our descriptors close on exec, and so do those that a library forgot. */
static int
prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int theirs)
{
	sigset_t none;
	int rc;

	(void)sigemptyset(&none);
	rc = posix_spawnattr_setsigmask(attr, &none);
	if (rc == 0)
		rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(
		    files, theirs, KC_CHILD_FD);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
		    files, KC_CHILD_FD + 1);
	return rc;
}

static int
spawn(pid_t *pid, int theirs, const char *program, const char *name,
    char *const env[])
{
	char called[32];
	char *const argv[] = {called, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc;

	if (!kc_slice_copy(called, sizeof(called), kc_slice_str(name)))
		return EINVAL;
	rc = posix_spawn_file_actions_init(&files);
	if (rc != 0)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc == 0) {
		rc = prepare(&files, &attr, theirs);
		if (rc == 0)
			rc = posix_spawn(pid, program, &files, &attr, argv,
			    env != NULL ? env : environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

enum kc_err
kc_child_start(pid_t *pid, int *fd, int type, const char *program,
    const char *name, char *const env[])
{
	int pair[2], rc;

	*pid = 0;
	*fd = -1;
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0)
		return KC_EIO;
	/* dup2 of a descriptor onto itself would leave it to close. */
	if (pair[1] == KC_CHILD_FD) {
		int higher = fcntl(pair[1], F_DUPFD_CLOEXEC, KC_CHILD_FD + 1);

		(void)close(pair[1]);
		pair[1] = higher;
	}
	rc = pair[1] < 0 ? errno : spawn(pid, pair[1], program, name, env);
	if (pair[1] >= 0)
		(void)close(pair[1]);
	if (rc == 0) {
		*fd = pair[0];
		return KC_OK;
	}
	*pid = 0;
	(void)close(pair[0]);
	errno = rc;
	return rc == ENOMEM ? KC_ENOMEM : KC_EIO;
}

static bool
ends_within(pid_t pid, int64_t ms)
{
	const struct timespec step = {0, STEP_NS};
	int64_t until_ms = kc_clock_monotonic_ms() + ms;
	pid_t got;

	for (;;) {
		got = waitpid(pid, NULL, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			return true;
		if (kc_clock_monotonic_ms() >= until_ms)
			return false;
		(void)nanosleep(&step, NULL);
	}
}

bool
kc_child_end(pid_t *pid, int64_t patience_ms)
{
	bool ended =
	    *pid <= 0 || (patience_ms > 0 && ends_within(*pid, patience_ms));

	if (!ended) {
		(void)kill(*pid, SIGKILL);
		ended = ends_within(*pid, KILLED_MS);
	}
	*pid = 0;
	return ended;
}

/* --- in the helper --- */
static bool
hold_descriptors(int type)
{
	int kind = 0, null = open("/dev/null", O_RDWR);
	socklen_t size = sizeof(kind);

	if (null < 0 ||
	    getsockopt(KC_CHILD_FD, SOL_SOCKET, SO_TYPE, &kind, &size) != 0 ||
	    kind != type)
		return false;
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	if (fcntl(STDERR_FILENO, F_GETFD) < 0)
		(void)dup2(null, STDERR_FILENO);
	(void)fcntl(KC_CHILD_FD, F_SETFD, FD_CLOEXEC);
	return close_range(KC_CHILD_FD + 1, ~0U, 0) == 0;
}

bool
kc_child_hold(int type)
{
	static const int held[] = {SIGPIPE, SIGTERM, SIGINT, SIGHUP};

	if (!hold_descriptors(type))
		return false;
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		(void)signal(held[i], SIG_IGN);
	return true;
}
