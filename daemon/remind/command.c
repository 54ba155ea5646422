/* SPDX-License-Identifier: Apache-2.0 */
/* A local program, as for a gateway of short messages: it reads the message
 * and says by its exit code what became of it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "remind/sender.h"
#include "sys/clock.h"

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

#define ARGS_MAX 64

/* Exit codes as of sysexits and of qmail's programs. */
static const struct kc_verdict verdicts[] = {
    {0, 0, SENT, 0, "the program has taken it"},
    {75, 75, DEFERRED, 0, "the program asks to come again"},
    {111, 111, DEFERRED, 0, "the program asks to come again"},
    {69, 69, DEFERRED, 0, "a service of the program is not there"},
    {71, 71, DEFERRED, 0, "the system has a fault"},
    {73, 74, DEFERRED, 0, "the program cannot write or read"},
    {77, 78, DEFERRED, 0, "the program may not, or is set up wrongly"},
    {126, 127, DEFERRED, 0, "the program cannot be run"},
    {INT_MIN, INT_MAX, FAILED, 0, "the program refuses it"},
};

/* To: and Id: as lines, an empty line, the text. */
static void
put_message(struct kc_buf *out, const struct kc_job *job)
{
	kc_buf_str(out, "To: ");
	kc_buf_slice(out, job->to);
	kc_buf_str(out, "\nId: ");
	kc_buf_slice(out, job->id);
	kc_buf_str(out, "\nLang: ");
	kc_buf_slice(out, job->lang);
	kc_buf_str(out, "\n\n");
	kc_buf_slice(out, job->text);
}

/* A group of its own, no environment but the path, signals as at a login. */
static int
start(pid_t *pid, const struct kc_remind_list *argv, int in)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	static char lang[] = "LANG=C.UTF-8";
	char *env[] = {path, lang, NULL}, *args[ARGS_MAX + 1] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t all, none;
	int bad;

	for (unsigned i = 0; i < argv->n && i < ARGS_MAX; i++) {
		args[i] = strdup(kc_remind_list_get(argv, i));
		if (args[i] == NULL)
			return ENOMEM;
	}
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	(void)posix_spawn_file_actions_addclosefrom_np(&files, 3);
	(void)posix_spawnattr_init(&how);
	(void)posix_spawnattr_setsigdefault(&how, &all);
	(void)posix_spawnattr_setsigmask(&how, &none);
	(void)posix_spawnattr_setpgroup(&how, 0);
	(void)posix_spawnattr_setflags(&how,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETPGROUP);
	bad = posix_spawn(pid, args[0], &files, &how, args, env);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&how);
	for (unsigned i = 0; i < ARGS_MAX && args[i] != NULL; i++)
		free(args[i]);
	return bad;
}

/* Milliseconds until then, for poll. */
static int
left(int64_t until_ms)
{
	int64_t ms = until_ms - kc_clock_monotonic_ms();

	return ms < 0 ? 0 : (int)ms;
}

/* What a program does not read is its own affair. */
static void
feed(int to, struct kc_slice s, int64_t until_ms)
{
	struct pollfd p = {to, POLLOUT, 0};

	while (s.n > 0 && poll(&p, 1, left(until_ms)) > 0) {
		ssize_t n = write(to, s.p, s.n);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			s.p += n;
			s.n -= (size_t)n;
		}
	}
}

/* Waits; when its time is over the whole group ends. */
static void
finish(struct kc_answer *a, pid_t pid, int64_t until_ms)
{
	struct pollfd p = {pidfd_open(pid, 0), POLLIN, 0};
	bool late = p.fd < 0 || poll(&p, 1, left(until_ms)) <= 0;
	int status = 0;

	if (late)
		(void)kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* Whatever it left running goes too. */
	(void)kill(-pid, SIGKILL);
	if (p.fd >= 0)
		(void)close(p.fd);
	if (late)
		kc_verdict_word(
		    a, DEFERRED, "timeout", "the program took too long");
	else if (WIFEXITED(status))
		kc_verdict_number(a, verdicts, WEXITSTATUS(status));
	else
		kc_verdict_word(
		    a, DEFERRED, "signal", "the program was ended by a signal");
}

static void
send_command(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	int64_t until_ms = kc_clock_monotonic_ms() +
	    (int64_t)s->config.command.timeout_s * 1000;
	struct kc_buf message = {0};
	int ends[2] = {-1, -1};
	pid_t pid;

	put_message(&message, job);
	if (kc_buf_err(&message) != KC_OK || pipe2(ends, O_CLOEXEC) != 0 ||
	    fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
		kc_verdict_word(
		    a, DEFERRED, "memory", "no memory, or no descriptors");
		goto out;
	}
	if (start(&pid, &s->config.command.argv, ends[0]) != 0) {
		kc_verdict_word(
		    a, DEFERRED, "start", "the program cannot be run");
		goto out;
	}
	(void)close(ends[0]);
	ends[0] = -1;
	feed(ends[1], kc_buf_view(&message), until_ms);
	(void)close(ends[1]);
	ends[1] = -1;
	finish(a, pid, until_ms);
out:
	for (unsigned i = 0; i < 2; i++)
		if (ends[i] >= 0)
			(void)close(ends[i]);
	kc_buf_free(&message);
}

const struct kc_driver kc_driver_command = {NULL, send_command};
