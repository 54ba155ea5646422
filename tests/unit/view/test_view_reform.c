/* SPDX-License-Identifier: Apache-2.0 */
/* What views say once a unit has been merged: of it, of what is left to do, and
 * of how many units there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "reformkit.h"
#include "statekit.h"
#include "viewkit.h"

static int
at_merged(void **state)
{
	(void)at_lists(state);
	kit_on(&k, "2022-07-15");
	reform_merge(&k, "G17", "G16");
	return 0;
}

static json_t *
view(const char *name, const char *unit)
{
	return view_of(&k, name, unit, NULL, "2022-07-15");
}

/* Who looks through the units, or at this one, finds where it went. */
static void
test_units__say_what_became_of_one_that_ended(void **state)
{
	json_t *doc = view("units", NULL);
	json_t *row;

	(void)state;
	assert_string_equal(text_at(row_where(doc, "unit", "G17"), "became"),
	    "2022-07-15 → G16");
	assert_true(json_is_null(
	    json_object_get(row_where(doc, "unit", "G16"), "became")));
	json_decref(doc);
	doc = view("unit", "G17");
	row = row_where(doc, "what", "ended");
	assert_string_equal(text_at(row, "says"), "2022-07-15 → G16");
	assert_int_equal(int_at(row, "seq"), reform_unit(&k, "G17")->ended);
	json_decref(doc);
}

/* The list that it had is empty, and is not to be issued. */
static void
test_todo__has_no_list_of_a_unit_that_ended(void **state)
{
	json_t *doc = view_as(&k, "P09.a", "todo", "", "P09.a"), *row;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *first = json_string_value(
		    json_array_get(json_object_get(row, "kinds"), 0));

		assert_true(first == NULL || strcmp(first, "list.issue") != 0);
	}
	json_decref(doc);
}

static void
test_figures__count_units_that_the_year_has(void **state)
{
	json_t *doc = view("glance", NULL);
	char want[32];

	(void)state;
	(void)snprintf(want, sizeof(want), "已下达 1/%u", k.st->units.n - 1);
	assert_string_equal(
	    text_at(row_where(doc, "item", "lists"), "says"), want);
	json_decref(doc);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(test_##name, at_merged, done)
	const struct CMUnitTest tests[] = {
	    T(units__say_what_became_of_one_that_ended),
	    T(todo__has_no_list_of_a_unit_that_ended),
	    T(figures__count_units_that_the_year_has),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
