/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a daemon of a configuration can open, and which not. */
#include "sys/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/sandbox.h"
#include "tmpdir.h"

#define NO_LANDLOCK 97

struct city {
	char dir[128], outside[128];
	struct kc_config c;
};

static int
setup(void **state)
{
	static struct city city;

	memset(&city, 0, sizeof(city));
	tmpdir_make(city.dir);
	tmpdir_make(city.outside);
	if (kc_config_defaults(&city.c, city.dir) != KC_OK)
		return -1;
	(void)snprintf(city.c.evidence, sizeof(city.c.evidence), "%s/evidence",
	    city.outside);
	*state = &city;
	return 0;
}

static int
teardown(void **state)
{
	struct city *city = *state;

	tmpdir_remove(city->dir);
	tmpdir_remove(city->outside);
	return 0;
}

/* In a child that is confined to the city: what `look` says of it. */
static int
in_child(struct city *city, int (*look)(struct city *))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		enum kc_err err = kc_sandbox_enter();

		if (err == KC_OK)
			err = kc_confine(&city->c);
		_exit(err == KC_ENOTFOUND ? NO_LANDLOCK
			: err != KC_OK    ? 98
					  : look(city));
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 100;
	if (WEXITSTATUS(status) == NO_LANDLOCK)
		skip();
	return WEXITSTATUS(status);
}

static bool
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static bool
refused(const char *path, int flags)
{
	return !opens(path, flags) && errno == EACCES;
}

static int
writes_its_own(struct city *city)
{
	if (!opens(tmpdir_file(city->dir, "data.mdb"), O_RDWR | O_CREAT))
		return 1;
	return opens(tmpdir_file(city->dir, "anchor"), O_RDWR | O_CREAT) ? 0
									 : 2;
}

static int
reads_no_other(struct city *city)
{
	(void)city;
	if (!refused("/root", O_RDONLY | O_DIRECTORY))
		return 1;
	if (!refused("/var/lib/dpkg/status", O_RDONLY))
		return 2;
	return refused("/var/tmp/kaocheng-stray", O_RDWR | O_CREAT) ? 0 : 3;
}

static int
writes_nothing_of_the_system(struct city *city)
{
	(void)city;
	if (!opens("/etc/passwd", O_RDONLY))
		return 1;
	if (!refused("/etc/passwd", O_WRONLY))
		return 2;
	return refused("/etc/kaocheng-stray", O_RDWR | O_CREAT) ? 0 : 3;
}

static int
makes_evidence(struct city *city)
{
	if (mkdir(city->c.evidence, 0700) != 0)
		return 1;
	return opens(tmpdir_file(city->c.evidence, "file"), O_RDWR | O_CREAT)
	    ? 0
	    : 2;
}

static void
test_confine__the_ledger_and_its_anchor_are_written(void **state)
{
	assert_int_equal(in_child(*state, writes_its_own), 0);
}

static void
test_confine__no_file_of_others_is_read(void **state)
{
	assert_int_equal(in_child(*state, reads_no_other), 0);
}

static void
test_confine__the_system_is_read_and_not_written(void **state)
{
	assert_int_equal(in_child(*state, writes_nothing_of_the_system), 0);
}

static void
test_confine__a_directory_that_is_to_be_made_can_be(void **state)
{
	assert_int_equal(in_child(*state, makes_evidence), 0);
}

static int
starts_a_program(struct city *city)
{
	char self[] = "/bin/true", *const argv[] = {self, NULL};

	(void)city;
	(void)execve(self, argv, NULL);
	return 1;
}

static void
test_confine__a_helper_is_started(void **state)
{
	assert_int_equal(in_child(*state, starts_a_program), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_confine__the_ledger_and_its_anchor_are_written, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_confine__no_file_of_others_is_read, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_confine__the_system_is_read_and_not_written, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_confine__a_directory_that_is_to_be_made_can_be, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_confine__a_helper_is_started, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
