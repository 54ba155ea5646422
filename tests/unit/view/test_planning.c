/* SPDX-License-Identifier: Apache-2.0 */
/* Duties against targets, and a year's targets as drafts of the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"

static size_t
rows_n(const json_t *doc)
{
	return json_array_size(json_object_get(doc, "rows"));
}

/* --- versions ----------------------------------------------------------------
 */
static void
test_target__has_every_version_and_explain_the_one_that_counts(void **state)
{
	const char *aj = "adjust=AJ-2022-0001";
	json_t *doc, *row;

	(void)state;
	DO(adjust_order, "leader", "unit=G17", "year=2022", "reason=x");
	DO(target_adjust, "P09.a", "target=G17-K1", "weight=25.0000",
	    "other=G17-K2", "other_weight=45.0000", "title=新内容",
	    "cause=policy-change", "reason=x");
	doc = view_of(&k, "target", NULL, "G17-K2", "2022-12-31");
	assert_int_equal(int_at(doc, "version"), 1);
	assert_string_equal(text_at(doc, "adjust"), "AJ-2022-0001");
	json_decref(doc);
	DO(adjust_approve_first, "P09.b", aj);
	DO(adjust_approve_second, "gop gog", aj);
	DO(adjust_read, "leader", aj);
	doc = view_of(&k, "target", NULL, "G17-K1", "2022-12-31");
	assert_int_equal(int_at(doc, "version"), 2);
	row = json_array_get(json_object_get(doc, "versions"), 0);
	assert_string_equal(text_at(row, "weight"), "30.0000");
	row = json_array_get(json_object_get(doc, "versions"), 1);
	assert_string_equal(text_at(row, "weight"), "25.0000");
	assert_string_equal(text_at(row, "title"), "新内容");
	assert_int_equal(int_at(row, "seq"), k.nnotes - 1);
	json_decref(doc);
	doc = view_of(&k, "explain", "G17", NULL, "2022-12-31");
	row = row_where(doc, "item", "分值，第 2 版");
	assert_string_equal(text_at(row, "points"), "25.0000");
	/* draft, issue, proposal, reading */
	assert_int_equal(json_array_size(json_object_get(row, "seqs")), 4);
	json_decref(doc);
	doc = view_of(&k, "adjust", NULL, "AJ-2022-0001", "2022-12-31");
	assert_string_equal(text_at(doc, "state"), "adopted");
	assert_string_equal(text_at(doc, "changes"),
	    "G17-K1 30.0000 → 25.0000；G17-K2 40.0000 → 45.0000；内容："
	    "新内容");
	json_decref(doc);
}

/* --- match -------------------------------------------------------------------
 */
static void
test_match__says_which_duty_no_target_serves_and_what_serves_each(void **state)
{
	json_t *doc, *row;

	(void)state;
	doc = view_of(&k, "match", "G17", NULL, "2022-12-31");
	assert_int_equal(int_at(doc, "duties"), 2);
	assert_int_equal(int_at(doc, "duties_unserved"), 1);
	assert_int_equal(int_at(doc, "targets_planned"), 3);
	assert_int_equal(int_at(doc, "targets_unbound"), 0);
	assert_int_equal(json_array_size(json_object_get(doc, "units")), 1);
	/* What is missing comes first. */
	row = json_array_get(json_object_get(doc, "rows"), 0);
	assert_string_equal(text_at(row, "duty"), "D2");
	assert_string_equal(text_at(row, "what"), "unserved");
	assert_string_equal(text_at(row, "weight"), "0.0000");
	row = row_where(doc, "duty", "D1");
	assert_int_equal(json_array_size(json_object_get(row, "targets")), 3);
	assert_string_equal(text_at(row, "weight"), "90.0000");
	json_decref(doc);
	doc = view_of(&k, "match", NULL, NULL, "2022-12-31");
	assert_int_equal(int_at(doc, "duties"), 3);
	assert_int_equal(json_array_size(json_object_get(doc, "units")), 2);
	json_decref(doc);
}

/* A draft serves; what is withdrawn does not. */
static void
test_match__looks_at_what_is_planned(void **state)
{
	json_t *doc;

	(void)state;
	DO(target_add, "P09.a gop", "target=Y1", "unit=G17", "year=2022",
	    "duty=D2", "assessor=G02", "title=抗旱", "weight=1.0000");
	doc = view_of(&k, "match", "G17", NULL, "2022-12-31");
	assert_int_equal(int_at(doc, "duties_unserved"), 0);
	json_decref(doc);
	DO(target_remove, "P09.a gop gog", "target=Y1", "reason=x");
	doc = view_of(&k, "match", "G17", NULL, "2022-12-31");
	assert_int_equal(int_at(doc, "duties_unserved"), 1);
	assert_int_equal(int_at(doc, "targets_planned"), 3);
	json_decref(doc);
}

/* --- withdrawn ---------------------------------------------------------------
 */
static size_t
rows_of(const char *view)
{
	json_t *doc = view_of(&k, view, "G17", NULL, "2022-12-31");
	size_t n = rows_n(doc);

	json_decref(doc);
	return n;
}

/* Its nodes would be grey for ever, and somebody's task. */
static void
test_removed__is_nobodys_task_and_has_no_light(void **state)
{
	(void)state;
	kit_free(&k);
	task_city(&k, NULL, NULL);
	task_split(&k,
	    &(struct task_row){
		.target = "target=G17-2022-K1", .task = "task=T1"});
	DO(plan_file, "G17.head", "target=G17-2022-K1");
	assert_int_equal(rows_of("tasks"), 1);
	assert_int_equal(rows_of("progress"), 4);
	assert_int_equal(rows_of("matrix"), 1);
	DO(target_remove, "P09.a gop gog", "target=G17-2022-K1",
	    "into=G17-2022-K2", "gain=30.0000", "reason=x");
	assert_int_equal(rows_of("tasks"), 0);
	assert_int_equal(rows_of("progress"), 0);
	assert_int_equal(rows_of("matrix"), 0);
}

/* --- renewal -----------------------------------------------------------------
 */
static void
two_years(void)
{
	static const int years[] = {2022, 2023, 0};

	kit_free(&k);
	case_city(&k, NULL, NULL, years);
	kit_do(&k, KC_K_cadre_register, "org", "cadre=C1", "unit=G17",
	    "city_managed=yes");
	case_list(&k, "G17", 2022, "C1");
}

static const char *
why_at(const json_t *doc, size_t i)
{
	return text_at(
	    json_array_get(json_object_get(doc, "not_cloned"), i), "why");
}

static void
test_renewal__has_each_target_as_a_draft_of_the_other_year(void **state)
{
	json_t *doc, *row;

	(void)state;
	two_years();
	doc = view_of(&k, "renewal", "G17", "2023", "2022-12-31");
	assert_int_equal(rows_n(doc), 3);
	assert_int_equal(int_at(doc, "to"), 2023);
	row = row_where(doc, "target", "G17-2023-K1");
	assert_int_equal(int_at(row, "year"), 2023);
	assert_string_equal(text_at(row, "class"), "key");
	assert_string_equal(text_at(row, "source"), "superior-indicator");
	assert_string_equal(text_at(row, "weight"), "30.0000");
	assert_string_equal(text_at(row, "indicator"), "INDG17");
	assert_string_equal(text_at(row, "lead"), "C1");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(row, "duty"), 0)),
	    "D1");
	json_decref(doc);
}

static void
test_renewal__says_what_is_not_carried_over_and_why(void **state)
{
	json_t *doc;

	(void)state;
	two_years();
	DO(target_add, "P09.a gop", "target=G17-2022-Y1", "unit=G17",
	    "year=2022", "duty=D2", "assessor=G02", "title=抗旱",
	    "weight=1.0000");
	kit_on(&k, "2022-12-01");
	DO(cycle_open, "P09.a", "year=2023");
	DO(target_draft, "P09.a", "target=G17-2023-K1", "unit=G17", "year=2023",
	    "class=key", "source=city-key", "duty=D1", "assessor=G02",
	    "title=x", "weight=1.0000");
	doc = view_of(&k, "renewal", "G17", "2023", "2022-12-31");
	assert_int_equal(rows_n(doc), 2);
	assert_int_equal(
	    json_array_size(json_object_get(doc, "not_cloned")), 2);
	assert_string_equal(why_at(doc, 0), "新代码已被占用");
	assert_string_equal(why_at(doc, 1), "动态工作全年追加，不沿用");
	json_decref(doc);
}

/* The codes of this city do not name the year. */
static void
test_renewal__wants_a_year_in_the_code(void **state)
{
	json_t *doc;

	(void)state;
	doc = view_of(&k, "renewal", "G17", "2023", "2022-12-31");
	assert_int_equal(rows_n(doc), 0);
	assert_string_equal(why_at(doc, 2), "代码中没有年度，须另拟代码");
	json_decref(doc);
	view_refused(&k, "renewal", "G17", "2022", KC_R_REQUEST);
	view_refused(&k, "renewal", "G17", "x", KC_R_REQUEST);
}

int
main(void)
{
#define LISTS(test) cmocka_unit_test_setup_teardown(test, at_lists, done)
	const struct CMUnitTest tests[] = {
	    LISTS(
		test_target__has_every_version_and_explain_the_one_that_counts),
	    LISTS(
		test_match__says_which_duty_no_target_serves_and_what_serves_each),
	    LISTS(test_match__looks_at_what_is_planned),
	    LISTS(test_removed__is_nobodys_task_and_has_no_light),
	    LISTS(test_renewal__has_each_target_as_a_draft_of_the_other_year),
	    LISTS(test_renewal__says_what_is_not_carried_over_and_why),
	    LISTS(test_renewal__wants_a_year_in_the_code),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
