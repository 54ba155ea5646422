/* SPDX-License-Identifier: Apache-2.0 */
/* A start that is told to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "appkit.h"

/* Wherever it is when it is told to end. */
static void
test_stop__a_start_that_is_told_to_end_changes_nothing(void **state)
{
	struct app *a = *state;
	struct kc_store_options o = {.dir = a->dir, .stop = &a->stop};
	struct kc_store *s = NULL;

	app_down(a);
	app_load(a);
	a->stop = true;
	assert_int_equal(app_try(a), KC_EUNAVAILABLE);
	app_shut(a);
	assert_int_equal(kc_store_open(&s, &o, NULL), KC_EUNAVAILABLE);
	assert_null(s);
	a->stop = false;
	app_load(a);
	app_open(a);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	assert_false(app_logged(a, "anchor"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_stop__a_start_that_is_told_to_end_changes_nothing,
		app_up_city, app_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
