/* SPDX-License-Identifier: Apache-2.0 */
/* What is said while a verification runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verify/progress.h"

static void
says(uint64_t done, uint64_t total, int64_t ms, const char *want)
{
	struct kc_buf text = {0};

	kc_progress_text(&text, done, total, ms);
	assert_string_equal(kc_buf_cstr(&text), want);
	kc_buf_free(&text);
}

static void
test_progress__rate_and_time_left(void **state)
{
	(void)state;
	says(370000, 1000000, 2000,
	    "37 %  370000 of 1000000 entries, 185000/s, 0:04 left");
	says(1, 7201, 1000, "0 %  1 of 7201 entries, 1/s, 120:00 left");
	says(1000, 1000, 500, "100 %  1000 of 1000 entries, 2000/s, 0:00 left");
}

static void
test_progress__what_cannot_be_known_is_not_said(void **state)
{
	(void)state;
	says(0, 1000, 4000, "0 %  0 of 1000 entries");
	says(500, 1000, 0, "50 %  500 of 1000 entries");
	says(0, 0, 0, "100 %  0 of 0 entries, 0/s, 0:00 left");
	/* Slower than one a second, for longer than anybody waits. */
	says(1, UINT32_MAX, 2000, "0 %  1 of 4294967295 entries");
	says(1, UINT32_MAX, 1000,
	    "0 %  1 of 4294967295 entries, 1/s, 5999:59 left");
}

static void
test_progress__lines_where_no_terminal_is(void **state)
{
	struct kc_progress p;
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	(void)state;
	kc_progress_begin(&p, to, false, KC_LANG_EN);
	kc_progress_say(&p, KC_VERIFY_LAYOUT, 0, 0);
	/* Not a second later, but the last. */
	kc_progress_say(&p, KC_VERIFY_ENTRIES, 1, 2);
	kc_progress_say(&p, KC_VERIFY_ENTRIES, 2, 2);
	kc_progress_end(&p);
	fclose(to);
	assert_non_null(strstr(text, "files as laid out\n100 %  2 of 2 "));
	assert_null(strstr(text, "1 of 2"));
	assert_null(strchr(text, '\x1b'));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_progress__rate_and_time_left),
	    cmocka_unit_test(test_progress__what_cannot_be_known_is_not_said),
	    cmocka_unit_test(test_progress__lines_where_no_terminal_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
