/* SPDX-License-Identifier: Apache-2.0 */
/* When evidence is swept, by a clock that is put back. */
#include "sweep.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "appkit.h"
#include "tmpdir.h"

#define DAY INT64_C(86400000)
#define HOUR INT64_C(3600000)
#define NOW (400 * DAY)
#define HALF                                                                   \
	".00000000000000000000000000000000"                                    \
	"00000000000000000000000000000000.x"

/* Something of an old day that nobody brings on. */
static void
leave(const char *dir)
{
	const struct timespec old[2] = {{1000, 0}, {1000, 0}};
	int fd = open(tmpdir_file(dir, HALF), O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, old), 0);
	assert_int_equal(close(fd), 0);
}

/* Within ten seconds; looked at often, for a sweep is a thread. */
static bool
goes(struct kc_sweep *s, const char *dir, int64_t now_ms)
{
	const struct timespec step = {0, 10000000};

	for (int i = 0; i < 1000; i++) {
		kc_sweep_look(s, dir, 8, now_ms);
		if (access(tmpdir_file(dir, HALF), F_OK) != 0)
			return true;
		(void)nanosleep(&step, NULL);
	}
	return false;
}

static void
test_sweep__a_clock_that_was_put_back_puts_off_none_for_as_long(void **state)
{
	struct app *a = *state;
	struct kc_sweep *s = NULL;
	char dir[128];

	tmpdir_make(dir);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(kc_sweep_open(&s, a->l), KC_OK);
	leave(dir);
	kc_sweep_look(s, dir, 8, NOW);
	kc_sweep_look(s, dir, 8, NOW + HOUR - 1);
	assert_int_equal(access(tmpdir_file(dir, HALF), F_OK), 0);
	assert_true(goes(s, dir, NOW + HOUR));
	leave(dir);
	/* A year back: an hour from then, as after a start. */
	kc_sweep_look(s, dir, 8, NOW - 365 * DAY);
	assert_true(goes(s, dir, NOW - 365 * DAY + HOUR));
	kc_sweep_close(s);
	tmpdir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_sweep__a_clock_that_was_put_back_puts_off_none_for_as_long,
		app_up_city, app_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
