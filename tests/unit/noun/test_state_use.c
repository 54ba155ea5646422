/* SPDX-License-Identifier: Apache-2.0 */
/* What is drawn from closed years: streaks, trends, advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "taskkit.h"
#include "usekit.h"
#include "viewkit.h"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_end(&k);
	return 0;
}

static unsigned
streak(const char *unit, int grade, int year)
{
	return kc_use_streak(
	    k.st, kc_find(k.st, KC_NS_UNIT, kc_slice_str(unit)), grade, year);
}

static void
test_streak__is_of_closed_years_running(void **state)
{
	(void)state;
	use_city(&k);
	assert_int_equal(kc_use_year(k.st), 0);
	use_year(&k, 2022, "10000", "5000");
	assert_int_equal(kc_use_year(k.st), 2022);
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2022), 1);
	assert_int_equal(streak("G17", KC_GRADED_THIRD, 2022), 1);
	use_year(&k, 2023, "10000", "9000");
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2023), 2);
	assert_int_equal(streak("G17", KC_GRADED_THIRD, 2023), 0);
	assert_int_equal(streak("G17", KC_GRADED_SECOND, 2023), 1);
	use_year(&k, 2024, "10000", "5000");
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2024), 3);
	assert_int_equal(streak("G17", KC_GRADED_THIRD, 2024), 1);
	/* Up to an earlier year, and of one that is not closed. */
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2023), 2);
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2025), 0);
}

/* 2022 is closed; in 2023 a unit goes into G16, or G17; and two years more, of
 * which G17 has the rates. */
static void
merge(const char *successor, const char *second, const char *third)
{
	kit_do(&k, KC_K_unit_register, "P09.a", "unit=G40", "group=gov",
	    "name=市新局");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	kit_do(&k, KC_K_unit_merge, "P09.a gop gog", "unit=G40",
	    kit_field("successor", successor), "on=2023-01-10", "document=9",
	    "reason=x");
	use_year(&k, 2023, "10000", second);
	use_year(&k, 2024, "10000", third);
}

#define KEEP "streak: { value: restart", "streak: { value: keep"

/* The year of the reform is the first of the new unit; no later policy makes
 * the grades before it those of the new one. */
static void
test_streak__begins_anew_where_units_became_one(void **state)
{
	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "5000");
	merge("G16", "9000", "5000");
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2024), 2);
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2022), 1);
	assert_int_equal(streak("G17", KC_GRADED_SECOND, 2023), 1);
	case_policy(&k, KEEP);
	assert_int_equal(streak("G16", KC_GRADED_FIRST, 2024), 2);
}

static void
test_streak__goes_on_where_the_policy_of_the_year_keeps_it(void **state)
{
	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "5000");
	case_policy(&k, KEEP);
	merge("G17", "5000", "5000");
	assert_int_equal(streak("G17", KC_GRADED_THIRD, 2024), 3);
	case_policy(&k, "streak: { value: restart", "streak: { value: restart");
	assert_int_equal(streak("G17", KC_GRADED_THIRD, 2024), 3);
}

/* --- trends and advice --- */
static struct kc_use_trend
trend(const char *unit, int year)
{
	struct kc_use_trend t;

	kc_use_trend_of(
	    k.st, kc_find(k.st, KC_NS_UNIT, kc_slice_str(unit)), year, &t);
	return t;
}

/* Exactly a tenth less is less, a hundredth of a percent above is not. */
static void
test_trend__is_the_last_year_against_the_mean_of_those_before(void **state)
{
	struct kc_use_trend t;

	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "10000");
	use_year(&k, 2023, "10000", "10000");
	assert_int_equal(trend("G16", 2023).category, -1);
	assert_int_equal(trend("G16", 2023).years, 2);
	use_year(&k, 2024, "9000", "9001");
	t = trend("G16", 2024);
	assert_int_equal(t.years, 3);
	assert_int_equal(t.now[KC_USE_TARGETS], 3);
	assert_int_equal(t.before[KC_USE_TARGETS], 6);
	assert_int_equal(t.now[KC_USE_DUTIES], 1);
	assert_int_equal(t.now[KC_USE_EARNED], 9000);
	assert_int_equal(t.before[KC_USE_EARNED], 20000);
	assert_int_equal(t.way[KC_USE_EARNED], -1);
	assert_int_equal(t.category, KC_TREND_DOWN);
	assert_int_equal(trend("G17", 2024).category, KC_TREND_FLAT);
}

/* Each measure has one voice. */
static void
test_trend__more_to_do_outweighs_less_done(void **state)
{
	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "5000");
	use_year(&k, 2023, "10000", "5000");
	kit_on(&k, "2024-03-01");
	kit_do(&k, KC_K_cadre_register, "org", "cadre=C16", "unit=G16",
	    "city_managed=yes");
	case_list(&k, "G16", 2024, NULL);
	case_list(&k, "G17", 2024, NULL);
	task_split(&k,
	    &(struct task_row){.target = "target=G16-2024-K1",
		.task = "task=T1",
		.by = "G16.liaison",
		.lead = "lead=C16"});
	use_close(&k, 2024, "5000", "10000");
	assert_int_equal(trend("G16", 2024).way[KC_USE_TASKS], 1);
	assert_int_equal(trend("G16", 2024).way[KC_USE_EARNED], -1);
	assert_int_equal(trend("G16", 2024).category, KC_TREND_FLAT);
	assert_int_equal(trend("G17", 2024).category, KC_TREND_UP);
}

/* KC_R_NONE: it is advised. */
static void
advise(
    enum kc_refusal_code code, const char *unit, int year, const char *category)
{
	char of_year[24];

	(void)snprintf(of_year, sizeof(of_year), "year=%d", year);
	if (code == KC_R_NONE)
		kit_do(&k, KC_K_staffing_advise, "P09.a",
		    kit_field("unit", unit), of_year,
		    kit_field("category", category), "posts=核增 2 名");
	else
		kit_refused(&k, code, KC_K_staffing_advise, "P09.a",
		    kit_field("unit", unit), of_year,
		    kit_field("category", category), "posts=核增 2 名");
}

static void
test_advice__has_the_trend_that_replay_shows(void **state)
{
	const struct kc_advice *a;

	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "10000");
	use_year(&k, 2023, "10000", "10000");
	advise(KC_R_TOO_EARLY, "G16", 2023, "flat");
	assert_string_equal(k.why.rule, "staffing.years");
	use_year(&k, 2024, "5000", "10000");
	advise(KC_R_TREND, "G16", 2024, "up");
	assert_string_equal(k.why.args[1], "down");
	assert_string_equal(k.why.args[2], "up");
	assert_string_equal(k.why.rule, "staffing.change");
	advise(KC_R_NONE, "G16", 2024, "down");
	kit_do(&k, KC_K_staffing_advise, "P09.b", "unit=G16", "year=2024",
	    "category=down", "function=划出一项");
	assert_int_equal(k.st->advices.n, 1);
	a = k.st->advices.v[0];
	assert_string_equal(a->function, "划出一项");
	assert_string_equal(a->posts, "");
	assert_int_equal(a->events.n, 2);
	kit_refused(&k, KC_R_FIELD_MISSING, KC_K_staffing_advise, "P09.a",
	    "unit=G16", "year=2024", "category=down");
	advise(KC_R_CYCLE, "G16", 2031, "down");
	advise(KC_R_NOT_FOUND, "G77", 2024, "down");
	/* It had no list in any of these years. */
	advise(KC_R_TOO_EARLY, "G12", 2024, "flat");
}

static void
test_advice__is_shown_with_what_it_rests_on(void **state)
{
	json_t *doc, *row;

	(void)state;
	use_city(&k);
	doc = view_of(&k, "staffing", NULL, NULL, NULL);
	assert_true(json_is_null(json_object_get(doc, "closed")));
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	json_decref(doc);
	use_year(&k, 2022, "10000", "9000");
	use_year(&k, 2023, "9000", "9000");
	use_year(&k, 2024, "10000", "5000");
	advise(KC_R_NONE, "G17", 2024, "down");
	doc = view_of(&k, "staffing", NULL, NULL, "2025-03-01");
	assert_int_equal(int_at(doc, "closed"), 2024);
	row = row_where(doc, "unit", "G16");
	assert_string_equal(text_at(row, "trend"), "flat");
	assert_string_equal(text_at(row, "earned"), "100.00 %");
	assert_string_equal(text_at(row, "earned_mean"), "95.00 %");
	assert_string_equal(text_at(row, "targets_mean"), "3.0000");
	assert_string_equal(text_at(row, "grade"), "first");
	assert_true(json_is_true(json_object_get(row, "priority")));
	assert_true(json_is_null(json_object_get(row, "advice")));
	row = row_where(doc, "unit", "G17");
	assert_string_equal(text_at(row, "trend"), "down");
	assert_string_equal(text_at(row, "earned_way"), "less");
	assert_string_equal(text_at(row, "targets_way"), "same");
	assert_string_equal(text_at(row, "grade"), "third");
	assert_true(json_is_false(json_object_get(row, "priority")));
	assert_string_equal(text_at(row, "advice"), "down");
	assert_string_equal(text_at(row, "posts"), "核增 2 名");
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_streak__is_of_closed_years_running),
	    TEST(test_streak__begins_anew_where_units_became_one),
	    TEST(test_streak__goes_on_where_the_policy_of_the_year_keeps_it),
	    TEST(test_trend__is_the_last_year_against_the_mean_of_those_before),
	    TEST(test_trend__more_to_do_outweighs_less_done),
	    TEST(test_advice__has_the_trend_that_replay_shows),
	    TEST(test_advice__is_shown_with_what_it_rests_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
