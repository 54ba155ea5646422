/* SPDX-License-Identifier: Apache-2.0 */
/* How far a year has ended, what is next, and what is to be signed anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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
	kit_end(&k);
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

/* What a row of the person's list says of the kind; NULL: it has none. */
static const char *
todo(const char *actor, const char *kind)
{
	static char says[256];
	json_t *doc = view_of(&k, "todo", NULL, actor, DAY), *row, *is;
	size_t i, j;
	unsigned n = 0;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	    json_array_foreach(json_object_get(row, "kinds"), j, is)
	{
		if (strcmp(json_string_value(is), kind) != 0)
			continue;
		n++;
		assert_true(kc_slice_copy(
		    says, sizeof(says), kc_slice_str(text_at(row, "what"))));
	}
	json_decref(doc);
	assert_true(n <= 1);
	return n == 1 ? says : NULL;
}

/* Rows of what can be done; *why is that of the first, "" if it has none. */
static size_t
ready(const char *kind, char why[256])
{
	json_t *doc = view_of(&k, "ready", NULL, kind, DAY);
	json_t *rows = json_object_get(doc, "rows");
	const char *says =
	    json_string_value(json_object_get(json_array_get(rows, 0), "why"));
	size_t n = json_array_size(rows);

	assert_true(
	    kc_slice_copy(why, 256, kc_slice_str(says == NULL ? "" : says)));
	json_decref(doc);
	return n;
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

/* --- signed anew ------------------------------------------------------------
 * In the state that a step is taken from, and after what was signed changed.
 */
static const struct {
	enum kc_yearend_state at;
	const char *who, *kind, *anew; /* what was next, and what is then */
} steps[] = {
    {KC_YE_DRAFT, "P09.a", "yearend.publicise", "yearend.draft"},
    {KC_YE_GRADED, "office", "yearend.approve", "yearend.grade"},
    {KC_YE_APPROVED, "P09.a", "yearend.publish", "yearend.grade"},
    {KC_YE_FED_BACK, "audit", "year.close", "yearend.grade"},
};

static void
check_step(size_t i)
{
	char why[256];

	year_city(&k);
	year_to(&k, steps[i].at);
	assert_non_null(todo(steps[i].who, steps[i].kind));
	assert_int_equal(ready(steps[i].kind, why), 1);
	assert_string_equal(why, "");
	assert_true(is_next(steps[i].kind));
	assert_null(todo("P09.a", steps[i].anew));
	assert_int_equal(ready(steps[i].anew, why), 0);
	assert_false(is_next(steps[i].anew));

	change("G16-K2", "9900");
	/* The approval and the publication have last days all the same. */
	if (steps[i].at != KC_YE_APPROVED && steps[i].at != KC_YE_GRADED)
		assert_null(todo(steps[i].who, steps[i].kind));
	assert_int_equal(ready(steps[i].kind, why), 0);
	assert_false(is_next(steps[i].kind));
	assert_non_null(todo("P09.a", steps[i].anew));
	assert_non_null(strstr(
	    todo("P09.a", steps[i].anew), "：签署后结果已变化：1 个单位，G16"));
	assert_int_equal(ready(steps[i].anew, why), 1);
	assert_string_equal(why, "签署后结果已变化：1 个单位，G16");
	assert_true(is_next(steps[i].anew));

	/* Back to what was signed. */
	change("G16-K2", "10000");
	assert_non_null(todo(steps[i].who, steps[i].kind));
	assert_null(todo("P09.a", steps[i].anew));
}

static void
test_results__that_changed_are_offered_anew_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		check_step(i);
		tear_down(state);
	}
	year_city(&k);
	year_to(&k, KC_YE_PUBLISHED);
	change("G16-K2", "9900");
	change("G17-K2", "9800");
	assert_non_null(todo("P09.a", "yearend.grade"));
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	assert_non_null(todo("office", "yearend.approve"));
	year_to(&k, KC_YE_APPROVED);
	/* The last day of the publication was that of the first one. */
	assert_string_equal(todo("P09.a", "yearend.publish"), "公布考核结果");
	year_to(&k, KC_YE_CLOSED);
	assert_null(todo("P09.a", "yearend.grade"));
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
	change("G16-K2", "9900");
	change("G17-K2", "9800");
	doc = view_of(&k, "yearend", NULL, "2022", DAY);
	assert_int_equal(int_at(doc, "changed"), 2);
	assert_string_equal(text_at(doc, "changed_units"), "G16 G17");
	assert_int_equal(int_at(doc, "lacks"), 2);
	assert_string_equal(text_at(doc, "missing"), "G16 G17");
	assert_null(strstr(text_at(doc, "now"), "结束年度"));
	json_decref(doc);
}

/* Both hashes that the list of results offers are those that are taken. */
static void
test_grades__have_the_hash_of_the_draft_and_of_the_graded_list(void **state)
{
	json_t *doc;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_DRAFT);
	doc = view_of(&k, "grades", NULL, NULL, DAY);
	assert_string_equal(text_at(doc, "drafted"), year_list(&k, false) + 8);
	assert_string_equal(text_at(doc, "results"), text_at(doc, "drafted"));
	json_decref(doc);
	year_to(&k, KC_YE_GRADED);
	doc = view_of(&k, "grades", NULL, NULL, DAY);
	assert_string_equal(text_at(doc, "drafted"), year_list(&k, false) + 8);
	assert_string_equal(text_at(doc, "results"), year_list(&k, true) + 8);
	json_decref(doc);
}

/* The publicity to be is that of the year that ends, whatever the policy of the
 * next one says. */
static void
test_course__of_a_year_that_ends_is_by_its_own_policy(void **state)
{
	json_t *doc;

	(void)state;
	year_city(&k);
	case_policy(&k, "public_wd: { value: 5, source: default }\n  publish",
	    "public_wd: { value: 2, source: default }\n  publish");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	doc = view_of(&k, "outlook", NULL, "yearend.publicise@2023-02-01", DAY);
	assert_string_equal(text_at(doc, "ends"), "2023-02-08");
	json_decref(doc);
}

/* --- how far ----------------------------------------------------------------
 */
static const char *
or_none(const json_t *o, const char *key)
{
	const char *is = json_string_value(json_object_get(o, key));

	return is == NULL ? "-" : is;
}

/* "state version lacks what first, now, due" of 2022 among the years. */
static const char *
far(const char *day)
{
	static char out[400];
	json_t *doc = view_of(&k, "cycles", NULL, NULL, day);
	const json_t *row = json_array_get(json_object_get(doc, "rows"), 0);

	(void)snprintf(out, sizeof(out), "%s %lld; %lld %s %s; %s; %s",
	    text_at(row, "state"), int_at(row, "version"), int_at(row, "lacks"),
	    or_none(row, "lacks_text"), or_none(row, "missing"),
	    or_none(row, "now"), or_none(row, "due"));
	json_decref(doc);
	return out;
}

static void
test_years__say_how_far_each_has_ended_and_whose_turn_it_is(void **state)
{
	static const struct {
		enum kc_yearend_state at;
		const char *says;
	} rows[] = {
	    {KC_YE_SCORED, "scored 1; 0 - -; 拟定考核结果（编办）; 2023-02-20"},
	    {KC_YE_DRAFT, "draft 1; 0 - -; 公示考核结果（编办）; 2023-04-30"},
	    {KC_YE_PUBLIC,
		"public 1; 0 - -; 考核结果公示期满（账本书记）; 2023-01-11"},
	    {KC_YE_SHOWN, "shown 1; 0 - -; 评定等次（编办）; 2023-04-30"},
	    {KC_YE_GRADED,
		"graded 1; 0 - -; 审定考核结果（市委考核办）; 2023-04-30"},
	    {KC_YE_APPROVED,
		"approved 1; 0 - -; 公布考核结果（编办）; 2023-04-30"},
	    {KC_YE_PUBLISHED,
		"published 1; 2 考核结果反馈单 G16; 反馈考核结果（编办）; -"},
	    {KC_YE_FED_BACK, "fed-back 1; 0 - -; 结束年度（编办 + 审计员）; -"},
	    {KC_YE_CLOSED, "closed 1; 0 - -; -; -"},
	};

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-12-30");
	assert_string_equal(far("2022-12-31"), "open 0; 0 - -; -; -");
	assert_string_equal(
	    far("2023-01-01"), "open 0; 0 - -; 启动年终考核（编办）; -");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(far("2023-01-05"),
	    "self-check 1; 2 四季度指标数值 IND16; 报送指标（统计部门）; "
	    "2023-01-31");
	year_reports(&k);
	assert_string_equal(far("2023-01-05"),
	    "self-check 1; 6 年终自查 G16-K1; "
	    "确认统计数据齐备（编办/统计部门）; "
	    "2023-01-31");
	kit_do(&k, KC_K_yearend_data_in, "stats", YEAREND);
	assert_string_equal(far("2023-01-05"),
	    "data-in 1; 6 年终自查 G16-K1; 报送年终自查（单位主要负责人）; "
	    "2023-01-20");
	year_selfchecks(&k);
	assert_string_equal(far("2023-01-05"),
	    "data-in 1; 6 完成率认定 G16-K1; 认定完成率（考核责任单位）; "
	    "2023-01-30");
	year_completions(&k);
	kit_do(&k, KC_K_yearend_score, "P09.a", YEAREND);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		year_to(&k, rows[i].at);
		assert_string_equal(far("2023-01-05"), rows[i].says);
	}
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	assert_string_equal(
	    far("2023-01-05"), "scored 2; 0 - -; 拟定考核结果（编办）; -");
}

static void
test_years__of_open_matters_name_each_and_of_changes_the_units(void **state)
{
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G17", "G17-K2");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	assert_string_equal(
	    far(DAY), "fed-back 1; 1 未了结事项 PD-2022-0001; -; -");
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_string_equal(far(DAY),
	    "fed-back 1; 1 结果已变化的单位 G17; 评定等次（编办）; -");
}

/* --- what keeps it from a step ----------------------------------------------
 */
/* The kinds of what happened, as the year is shown. */
static const char *
events_of(const char *handle)
{
	static char out[400];
	json_t *doc = view_of(&k, "yearend", NULL, handle, DAY), *row;
	size_t i, n = 0;

	out[0] = '\0';
	json_array_foreach(json_object_get(doc, "rows"), i, row) n +=
	    (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", n > 0 ? " " : "",
		text_at(row, "kind"));
	json_decref(doc);
	return out;
}

static void
test_draft__is_not_next_while_panels_are_open_which_are_listed(void **state)
{
	(void)state;
	year_city(&k);
	kit_enrol(&k, "tally", NULL, "tally");
	year_to(&k, KC_YE_SCORED);
	assert_true(is_next("yearend.draft"));
	assert_true(is_next("panel.open"));
	kit_do(&k, KC_K_panel_open, "P09.a", "year=2022");
	assert_false(is_next("yearend.draft"));
	assert_false(is_next("panel.open"));
	kit_on(&k, "2023-02-11");
	kit_do(&k, KC_K_panel_close, "P09.a tally", "year=2022");
	assert_true(is_next("yearend.draft"));
	year_to(&k, KC_YE_DRAFT);
	assert_string_equal(events_of("2022"),
	    "yearend.begin yearend.data_in yearend.score panel.open "
	    "panel.close yearend.draft");
	year_to(&k, KC_YE_CLOSED);
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	kit_do(
	    &k, KC_K_yearend_draft, "P09.a", YEAREND_2, year_list(&k, false));
	assert_string_equal(
	    events_of("YE-2022-0002"), "year.reopen yearend.draft");
}

static void
test_close__is_not_next_while_a_letter_is_open(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "level=yellow", "rectify_by=2022-12-01", "fact=x", "demand=x");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	assert_false(is_next("year.close"));
	assert_true(is_next("year.settle"));
	kit_do(&k, KC_K_year_settle, "gop gog", YEAREND, "reason=x");
	assert_false(is_next("year.settle"));
	assert_false(is_next("year.close"));
	kit_do(&k, KC_K_warning_withdraw, "P09.a", "warning=W-2022-0001",
	    "reason=x");
	assert_true(is_next("year.close"));
}

/* --- at a glance ------------------------------------------------------------
 */
/* "light says" of an item of the reader; "" if it has none. */
static const char *
glance(const char *actor, const char *item)
{
	static char out[400];
	json_t *doc, *row;
	size_t i;

	doc = view_as(&k, actor, "glance", "", "");
	out[0] = '\0';
	json_array_foreach(json_object_get(doc, "rows"), i,
	    row) if (strcmp(text_at(row, "item"), item) == 0)(void)
	    snprintf(out, sizeof(out), "%s %s %s", text_at(row, "light"),
		text_at(row, "says"), or_none(row, "due"));
	json_decref(doc);
	return out;
}

static void
test_glance__has_the_end_of_the_year_while_it_ends(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-12-30");
	assert_string_equal(glance("P09.a", "yearend"), "");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_reports(&k);
	kit_do(&k, KC_K_yearend_data_in, "stats", YEAREND);
	assert_string_equal(glance("P09.a", "selfchecks"), "");
	kit_do(&k, KC_K_selfcheck_file, "G16.head", "target=G16-K1",
	    "completion=10000", EVIDENCE);
	assert_string_equal(
	    glance("G16.head", "selfchecks"), "yellow filed 1/3 2023-01-20");
	assert_string_equal(glance("P09.a", "yearend"),
	    "yellow YE-2022-0001 the data are in, lacks 5 self-checks: G16-K2; "
	    "next: file the self-check of a target (head) 2023-01-20");
	assert_string_equal(
	    glance("audit", "yearend"), glance("G17.head", "yearend"));
	kit_on(&k, "2023-01-21");
	assert_string_equal(
	    glance("G16.head", "selfchecks"), "red filed 1/3 2023-01-20");
}

/* The year that ends is the one before the year at work. */
static void
test_glance__has_the_year_before_until_it_is_closed(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	assert_string_equal(glance("P09.a", "yearend"),
	    "yellow 2022 not begun; next: begin the end of a year "
	    "(estab) -");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	assert_string_equal(
	    glance("G16.head", "selfchecks"), "yellow filed 0/3 2023-01-20");
	year_to(&k, KC_YE_FED_BACK);
	assert_string_equal(glance("G17.head", "yearend"),
	    "yellow YE-2022-0001 fed back to every unit; next: close a year "
	    "(estab + auditor) -");
	year_to(&k, KC_YE_CLOSED);
	assert_string_equal(glance("G17.head", "yearend"), "");
	assert_string_equal(glance("G17.head", "selfchecks"), "");
}

/* In rules that know no end of a year none waits for it. */
static void
test_year__of_older_rules_waits_for_no_end(void **state)
{
	json_t *doc;

	(void)state;
	kit_init_at(&k, KIT_LISTS, "2");
	kit_on(&k, "2023-01-04");
	assert_string_equal(far("2023-01-05"), "open 0; 0 - -; -; -");
	assert_string_equal(glance("P09.a", "yearend"), "");
	doc = view_of(&k, "yearend", NULL, "2022", DAY);
	assert_string_equal(text_at(doc, "state"), "open");
	assert_null(json_object_get(doc, "now"));
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_results__that_changed_are_offered_anew_with_the_reason),
	    TEST(test_year__is_shown_with_the_units_whose_results_changed),
	    TEST(
		test_grades__have_the_hash_of_the_draft_and_of_the_graded_list),
	    TEST(test_course__of_a_year_that_ends_is_by_its_own_policy),
	    TEST(test_years__say_how_far_each_has_ended_and_whose_turn_it_is),
	    TEST(test_year__of_older_rules_waits_for_no_end),
	    TEST(
		test_years__of_open_matters_name_each_and_of_changes_the_units),
	    TEST(
		test_draft__is_not_next_while_panels_are_open_which_are_listed),
	    TEST(test_close__is_not_next_while_a_letter_is_open),
	    TEST(test_glance__has_the_end_of_the_year_while_it_ends),
	    TEST(test_glance__has_the_year_before_until_it_is_closed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
