/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that has given up calls can still do, and what not. */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define KEPT(x) ((x) >= 0)
#define TAKEN(x) ((x) < 0 && errno == EPERM)

/* In a child, which gives up calls: the number of the first that fails. */
static int
in_child(enum kc_calls calls, int (*look)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (kc_sandbox_enter() != KC_OK)
			_exit(98);
		_exit(kc_sandbox_calls(calls) == KC_OK ? look() : 99);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status)
	    ? WEXITSTATUS(status)
	    : 100;
}

/* What no process of ours may do. */
static int
nobody_traces_or_mounts(void)
{
	if (!TAKEN(syscall(SYS_unshare, CLONE_NEWUSER)))
		return 1;
	if (!TAKEN(syscall(SYS_keyctl, 0, -3, 1)))
		return 2;
	if (!TAKEN(syscall(SYS_mount, "none", "/nowhere", "tmpfs", 0, "")))
		return 3;
	if (!TAKEN(syscall(SYS_bpf, 0, 0, 0)))
		return 4;
	if (!TAKEN(syscall(SYS_io_uring_setup, 0, 0)))
		return 5;
	if (!TAKEN(syscall(SYS_open_by_handle_at, -1, 0, 0)))
		return 6;
	return 0;
}

static int
plain_has_no_network(void)
{
	int fds[2];
	char self[] = "/bin/true", *const argv[] = {self, NULL};

	if (!TAKEN(socket(AF_UNIX, SOCK_STREAM, 0)))
		return 1;
	if (!TAKEN(socketpair(AF_UNIX, SOCK_STREAM, 0, fds)))
		return 2;
	if (!TAKEN(execve(self, argv, NULL)))
		return 3;
	if (!KEPT(open("/dev/null", O_RDWR | O_CLOEXEC)))
		return 4;
	return nobody_traces_or_mounts();
}

static int
serving_starts_nothing(void)
{
	char self[] = "/bin/true", *const argv[] = {self, NULL};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!KEPT(fd) || !KEPT(listen(fd, 1)))
		return 11;
	if (!TAKEN(execve(self, argv, NULL)))
		return 12;
	return nobody_traces_or_mounts();
}

/* Threads bring neither a network nor a program. */
static void *
idle(void *arg)
{
	return arg;
}

static int
threads_have_no_network(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, idle, NULL) != 0)
		return 14;
	if (pthread_join(t, NULL) != 0)
		return 15;
	return plain_has_no_network();
}

/* It ends as /bin/true does. */
static int
run_true(void)
{
	char self[] = "/bin/true", *const argv[] = {self, NULL};
	int bad = nobody_traces_or_mounts();

	if (bad != 0)
		return bad;
	(void)execve(self, argv, NULL);
	return 13;
}

/* What starts others keeps the calls by which those give up theirs. */
static int
parent_then_plain(void)
{
	return kc_sandbox_calls(KC_CALLS_PLAIN) == KC_OK
	    ? plain_has_no_network()
	    : 21;
}

/* Some containers have a filter that does not know Landlock. */
static int
files_are_not_taken(void)
{
	const struct kc_sandbox_place none = {"/nowhere", false, false};

	if (!TAKEN(syscall(SYS_landlock_create_ruleset, NULL, 0, 1)))
		return 31;
	return kc_sandbox_files(&none, 1) == KC_ENOTFOUND ? 0 : 32;
}

static void
test_files__a_filter_without_landlock_is_a_kernel_without(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_SERVING, files_are_not_taken), 0);
}

static void
test_calls__plain_has_files_and_no_network(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_PLAIN, plain_has_no_network), 0);
}

static void
test_calls__threads_bring_no_network(void **state)
{
	(void)state;
	assert_int_equal(
	    in_child(KC_CALLS_THREADS, threads_have_no_network), 0);
}

static void
test_calls__serving_starts_no_program(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_SERVING, serving_starts_nothing), 0);
}

static void
test_calls__a_parent_starts_programs(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_PARENT, run_true), 0);
}

static void
test_calls__a_child_of_a_parent_gives_up_more(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_PARENT, parent_then_plain), 0);
}

static void
test_calls__programs_of_others_run(void **state)
{
	(void)state;
	assert_int_equal(in_child(KC_CALLS_PROGRAMS, run_true), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_files__a_filter_without_landlock_is_a_kernel_without),
	    cmocka_unit_test(test_calls__plain_has_files_and_no_network),
	    cmocka_unit_test(test_calls__threads_bring_no_network),
	    cmocka_unit_test(test_calls__serving_starts_no_program),
	    cmocka_unit_test(test_calls__a_parent_starts_programs),
	    cmocka_unit_test(test_calls__a_child_of_a_parent_gives_up_more),
	    cmocka_unit_test(test_calls__programs_of_others_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
