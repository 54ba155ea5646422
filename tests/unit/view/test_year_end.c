/* SPDX-License-Identifier: Apache-2.0 */
/* How far a year has ended, what is next, and what is to be signed anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "viewkit.h"
#include "yearkit.h"

#define DAY "2023-03-01"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_replay(&k);
	kit_free(&k);
	return 0;
}

/* A completion is corrected: the result of the unit alone changes. */
static void
change(const char *target, const char *rate)
{
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b",
	    kit_field("target", target), kit_field("rate", rate), EVIDENCE,
	    "reason=x");
}

/* Is the kind next, as the year is shown? */
static bool
is_next(const char *kind)
{
	json_t *doc = view_of(&k, "yearend", NULL, "2022", DAY), *row;
	bool is = false;
	size_t i;

	json_array_foreach(json_object_get(doc, "next"), i, row) is =
	    is || strcmp(text_at(row, "kind"), kind) == 0;
	json_decref(doc);
	return is;
}

static void
test_year__is_shown_with_the_units_whose_results_changed(void **state)
{
	json_t *doc;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_FED_BACK);
	doc = view_of(&k, "yearend", NULL, "2022", DAY);
	assert_int_equal(int_at(doc, "changed"), 0);
	assert_true(json_is_null(json_object_get(doc, "changed_units")));
	assert_int_equal(int_at(doc, "lacks"), 0);
	json_decref(doc);
	assert_true(is_next("year.close"));
	assert_false(is_next("yearend.grade"));
	change("G16-K2", "9900");
	change("G17-K2", "9800");
	doc = view_of(&k, "yearend", NULL, "2022", DAY);
	assert_int_equal(int_at(doc, "changed"), 2);
	assert_string_equal(text_at(doc, "changed_units"), "G16 G17");
	assert_int_equal(int_at(doc, "lacks"), 2);
	assert_string_equal(text_at(doc, "missing"), "G16 G17");
	assert_null(strstr(text_at(doc, "now"), "结束年度"));
	json_decref(doc);
	assert_false(is_next("year.close"));
	assert_true(is_next("yearend.grade"));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_year__is_shown_with_the_units_whose_results_changed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
