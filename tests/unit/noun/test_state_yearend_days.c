/* SPDX-License-Identifier: Apache-2.0 */
/* Last days of the findings, the scores and the approval: by the policy, ended
 * by the act, taken late, moved by an outage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "viewkit.h"
#include "yearkit.h"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_end(&k);
	return 0;
}

/* "2023-01-30 open" of a last day of the year, "-" if it has none; of a unit,
 * NULL: of an office. */
static const char *
says(const char *limit, const char *unit)
{
	static const char *const ends[] = {[KC_DEADLINE_OPEN] = "open",
	    [KC_DEADLINE_DONE] = "done",
	    [KC_DEADLINE_VOID] = "void"};
	static char out[32];
	struct kc_deadlines all = {.ended = true};
	uint32_t of = unit == NULL
	    ? KC_NONE
	    : kc_find(k.st, KC_NS_UNIT, kc_slice_str(unit));

	(void)snprintf(out, sizeof(out), "-");
	assert_true(
	    kc_yearend_deadlines(k.st, kc_yearend_of(k.st, 2022)->index, &all));
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].limit->word, limit) == 0 &&
		    all.v[i].unit == of)
			(void)snprintf(out, sizeof(out), "%s %s",
			    case_day(all.v[i].day.due), ends[all.v[i].end]);
	kc_vec_free(&all);
	return out;
}

static void
find(const char *by, const char *target)
{
	kit_do(&k, KC_K_completion_find, by, kit_field("target", target),
	    "rate=10000", EVIDENCE);
}

static void
test_findings__are_due_of_each_judge_until_its_last(void **state)
{
	(void)state;
	year_city(&k);
	assert_string_equal(says("find", "G02"), "2023-01-30 open");
	assert_string_equal(says("find", "G12"), "-");
	assert_string_equal(says("find", "G16"), "-");
	kit_on(&k, "2023-02-03"); /* late */
	find("G02.a", "G16-K1");
	find("G02.a", "G16-K2");
	find("G02.b", "G16-R1");
	find("G02.a", "G17-K1");
	find("G02.a", "G17-K2");
	assert_string_equal(says("find", "G02"), "2023-01-30 open");
	find("G02.a", "G17-R1");
	assert_string_equal(says("find", "G02"), "-");
}

/* A target that comes later has to be found, too. */
static void
test_findings__are_due_of_a_target_that_was_added(void **state)
{
	(void)state;
	year_city(&k);
	year_completions(&k);
	assert_string_equal(says("find", "G02"), "-");
	kit_do(&k, KC_K_target_add, "P09.a gop", "target=G16-D1", "unit=G16",
	    "year=2022", "duty=D1", "weight=2.0000", "assessor=G02", "title=x");
	assert_string_equal(says("find", "G02"), "2023-01-30 open");
}

static void
test_scores__are_due_until_they_are_found_late_too(void **state)
{
	(void)state;
	year_city(&k);
	assert_string_equal(says("score", NULL), "2023-01-30 open");
	kit_on(&k, "2023-02-02");
	year_to(&k, KC_YE_DATA_IN);
	assert_string_equal(says("score", NULL), "2023-01-30 open");
	year_to(&k, KC_YE_SCORED);
	assert_string_equal(says("score", NULL), "2023-01-30 done");
	assert_string_equal(says("find", "G02"), "-");
}

static void
test_approval__is_due_of_the_assessment_office_once_grades_are_given(
    void **state)
{
	struct kc_deadlines all = {0};
	bool higher = false;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_SHOWN);
	assert_string_equal(says("approve", NULL), "-");
	year_to(&k, KC_YE_GRADED);
	assert_string_equal(says("approve", NULL), "2023-04-30 open");
	assert_true(kc_yearend_deadlines(k.st, 0, &all));
	for (uint32_t i = 0; i < all.n; i++)
		higher = higher ||
		    (all.v[i].higher &&
			strcmp(all.v[i].limit->word, "approve") == 0);
	kc_vec_free(&all);
	assert_true(higher);
	kit_on(&k, "2023-05-04"); /* late */
	(void)kit_clerk(&k);
	year_to(&k, KC_YE_APPROVED);
	assert_string_equal(says("approve", NULL), "2023-04-30 done");
}

/* What is drawn up anew waits for no approval until it has its grades. */
static void
test_approval__of_what_is_drawn_up_anew_is_not_due(void **state)
{
	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_GRADED);
	kit_do(&k, KC_K_yearend_draft, "P09.a", YEAREND, year_list(&k, false));
	assert_string_equal(says("approve", NULL), "2023-04-30 void");
	year_to(&k, KC_YE_GRADED);
	assert_string_equal(says("approve", NULL), "2023-04-30 open");
	year_to(&k, KC_YE_CLOSED);
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	year_to(&k, KC_YE_GRADED);
	assert_string_equal(says("approve", NULL), "-"); /* they have passed */
}

static void
move(const char *limit)
{
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2023-01-30",
	    "to=2023-01-31", "until=2023-02-03", "about=YE-2022-0001",
	    kit_field("limit", limit), EVIDENCE, "reason=x");
}

static void
test_outage__moves_each_of_them_alone(void **state)
{
	(void)state;
	year_city(&k);
	kit_on(&k, "2023-02-01");
	move("find");
	assert_string_equal(says("find", "G02"), "2023-02-03 open");
	assert_string_equal(says("score", NULL), "2023-01-30 open");
	move("score");
	assert_string_equal(says("score", NULL), "2023-02-03 open");
	assert_string_equal(
	    case_day(year_now(&k)->day[KC_L_yearend_SCORE].due), "2023-02-03");
	move("data");
	assert_string_equal(says("data", NULL), "2023-02-03 open");
}

/* One that hit one unit alone gives no other a day. */
static void
test_outage__of_one_unit_moves_its_self_checks_alone(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	kit_on(&k, "2023-01-21");
	assert_string_equal(says("file", "G16"), "2023-01-20 open");
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2023-01-20",
	    "to=2023-01-20", "until=2023-01-28", "about=YE-2022-0001",
	    "limit=file", "unit=G17", EVIDENCE, "reason=x");
	assert_string_equal(says("file", "G17"), "2023-01-28 open");
	assert_string_equal(says("file", "G16"), "2023-01-20 open");
	assert_int_equal(
	    kc_selfcheck_due(k.st, kc_yearend_of(k.st, 2022), KC_NONE),
	    kc_day_from_civil(2023, 1, 20));
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2023-01-20",
	    "to=2023-01-20", "until=2023-01-29", "about=YE-2022-0001",
	    "limit=file", EVIDENCE, "reason=x");
	assert_string_equal(says("file", "G16"), "2023-01-29 open");
	assert_string_equal(says("file", "G17"), "2023-01-28 open");
}

static void
test_outage__of_everything_moves_all_that_lie_in_it(void **state)
{
	(void)state;
	year_city(&k);
	kit_on(&k, "2023-02-01");
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2023-01-30",
	    "to=2023-01-31", "until=2023-02-03", EVIDENCE, "reason=x");
	assert_string_equal(says("find", "G02"), "2023-02-03 open");
	assert_string_equal(says("score", NULL), "2023-02-03 open");
	assert_string_equal(says("data", NULL), "2023-02-03 open");
	assert_string_equal(says("draft", NULL), "2023-02-20 open");
}

/* The day of who lacks a self-check, which may be its own alone; and nothing is
 * next for which something lacks. */
static bool
shown(const char *kind, const char *selfchecks)
{
	json_t *doc = view_of(&k, "yearend", NULL, "2022", "2023-01-21"), *row;
	bool next = false;
	size_t i;

	json_array_foreach(json_object_get(doc, "next"), i, row) next =
	    next || strcmp(text_at(row, "kind"), kind) == 0;
	assert_string_equal(text_at(doc, "selfchecks_due"), selfchecks);
	json_decref(doc);
	return next;
}

static void
test_year__is_shown_with_the_last_day_of_who_lacks(void **state)
{
	static const char *const G16[] = {"G16-K1", "G16-K2", "G16-R1"};

	(void)state;
	year_city(&k);
	kit_on(&k, "2023-01-21");
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2023-01-20",
	    "to=2023-01-20", "until=2023-01-28", "about=YE-2022-0001",
	    "limit=file", "unit=G17", EVIDENCE, "reason=x");
	assert_false(shown("yearend.data_in", "2023-01-20"));
	for (size_t i = 0; i < 3; i++)
		kit_do(&k, KC_K_selfcheck_file, "G16.head",
		    kit_field("target", G16[i]), "completion=10000", EVIDENCE);
	assert_false(shown("yearend.data_in", "2023-01-28"));
	year_reports(&k);
	assert_true(shown("yearend.data_in", "2023-01-28"));
	kit_do(&k, KC_K_yearend_data_in, "stats", "yearend=YE-2022-0001");
	assert_false(shown("yearend.score", "2023-01-28"));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_findings__are_due_of_each_judge_until_its_last),
	    TEST(test_findings__are_due_of_a_target_that_was_added),
	    TEST(test_scores__are_due_until_they_are_found_late_too),
	    TEST(
		test_approval__is_due_of_the_assessment_office_once_grades_are_given),
	    TEST(test_approval__of_what_is_drawn_up_anew_is_not_due),
	    TEST(test_outage__moves_each_of_them_alone),
	    TEST(test_outage__of_one_unit_moves_its_self_checks_alone),
	    TEST(test_year__is_shown_with_the_last_day_of_who_lacks),
	    TEST(test_outage__of_everything_moves_all_that_lie_in_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
