/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about working days: a year's calendar, spans of days. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "viewkit.h"

static void
test_calendar__lists_what_weekdays_do_not_say(void **state)
{
	static const struct {
		const char *from, *to, *what;
	} rows[] = {
	    {"2022-01-01", "2022-01-03", "off"},
	    {"2022-01-29", "2022-01-30", "work"},
	    {"2022-01-31", "2022-02-06", "off"},
	    {"2022-04-02", "2022-04-02", "work"},
	    {"2022-04-03", "2022-04-05", "off"},
	    {"2022-04-24", "2022-04-24", "work"},
	    {"2022-04-30", "2022-05-04", "off"},
	    {"2022-05-07", "2022-05-07", "work"},
	    {"2022-06-03", "2022-06-05", "off"},
	    {"2022-09-10", "2022-09-12", "off"},
	    {"2022-10-01", "2022-10-07", "off"},
	    {"2022-10-08", "2022-10-09", "work"},
	};
	struct kit k;
	json_t *doc, *list;
	json_int_t sum = 0;

	(void)state;
	kit_init(&k, KIT_RULES);
	doc = view_of(&k, "calendar", NULL, "2022", "2022-07-01");
	list = json_object_get(doc, "rows");
	assert_int_equal(json_array_size(list), 12);
	for (size_t i = 0; i < 12; i++) {
		json_t *row = json_array_get(list, i);

		assert_string_equal(text_at(row, "from"), rows[i].from);
		assert_string_equal(text_at(row, "to"), rows[i].to);
		assert_string_equal(text_at(row, "what"), rows[i].what);
	}
	list = json_object_get(doc, "months");
	for (size_t i = 0; i < json_array_size(list); i++)
		sum += json_integer_value(json_array_get(list, i));
	assert_int_equal(json_array_size(list), 12);
	assert_int_equal(sum, 249);
	assert_int_equal(int_at(doc, "workdays"), 249);
	assert_true(json_is_true(json_object_get(doc, "adopted")));
	json_decref(doc);
	kit_free(&k);
}

static void
test_calendar__a_year_without_a_notice_is_provisional(void **state)
{
	static const int only_2022[] = {2022, 0};
	struct kit k;
	json_t *doc;

	(void)state;
	case_city(&k, "\"10-31\"", "\"12-31\"", only_2022);
	doc = view_of(&k, "calendar", NULL, "2022", "2022-07-01");
	assert_true(json_is_true(json_object_get(doc, "provisional")));
	json_decref(doc);
	doc = view_of(&k, "calendar", NULL, "2023", "2022-07-01");
	assert_true(json_is_false(json_object_get(doc, "adopted")));
	assert_true(json_is_true(json_object_get(doc, "provisional")));
	assert_true(json_is_null(json_object_get(doc, "seq")));
	assert_int_equal(int_at(doc, "workdays"), 260);
	json_decref(doc);
	doc = view_of(&k, "workdays", NULL, "2022-12-20+20", "2022-07-01");
	assert_true(json_is_true(json_object_get(
	    json_array_get(json_object_get(doc, "rows"), 0), "provisional")));
	json_decref(doc);
	view_refused(&k, "calendar", NULL, "22", KC_R_REQUEST);
	view_refused(&k, "calendar", NULL, "2022x", KC_R_REQUEST);
	view_refused(&k, "calendar", NULL, "99999", KC_R_REQUEST);
	kit_free(&k);
}

static void
test_workdays__are_counted_both_ways(void **state)
{
	static const struct {
		const char *id, *to;
		int workdays;
	} rows[] = {
	    {"2022-09-30+10", "2022-10-19", 10},
	    {"2022-04-28+5", "2022-05-09", 5},
	    {"2022-12-29+3", "2023-01-04", 3},
	    {"2023-01-16+5", "2023-01-28", 5},
	    {"2022-10-07+0", "2022-10-07", 0},
	    {"2022-09-30..2022-10-19", "2022-10-19", 10},
	    {"2022-10-01..2022-10-07", "2022-10-07", 0},
	    {"2022-10-07..2022-10-09", "2022-10-09", 2},
	};
	static const char *const bad[] = {"2022-09-30", "2022-09-30+",
	    "2022-09-30+9999", "2022-09-30-1", "2022-02-30+1",
	    "2022-10-02..2022-10-01", "2022-10-02..2042-10-01",
	    "2022-10-02..2022-10-0", "x"};
	struct kit k;

	(void)state;
	kit_init(&k, KIT_RULES);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *doc =
		    view_of(&k, "workdays", NULL, rows[i].id, "2022-07-01");
		json_t *row = json_array_get(json_object_get(doc, "rows"), 0);

		assert_string_equal(text_at(row, "to"), rows[i].to);
		assert_int_equal(int_at(row, "workdays"), rows[i].workdays);
		assert_true(json_is_false(json_object_get(row, "provisional")));
		json_decref(doc);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		view_refused(&k, "workdays", NULL, bad[i], KC_R_REQUEST);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_calendar__lists_what_weekdays_do_not_say),
	    cmocka_unit_test(
		test_calendar__a_year_without_a_notice_is_provisional),
	    cmocka_unit_test(test_workdays__are_counted_both_ways),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
