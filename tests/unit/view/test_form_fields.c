/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper: what the description lists for each, and what a document
 * keeps of the day on which it was made. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "formkit.h"
#include "roundkit.h"
#include "taskkit.h"
#include "viewkit.h"
#include "yearkit.h"

static struct kit k;

/* The cell of a line of a table by the heading of its column. */
static const char *
cell(const json_t *doc, size_t table, size_t line, const char *heading)
{
	const json_t *of =
	    json_array_get(json_object_get(doc, "tables"), table);
	const json_t *columns = json_object_get(of, "columns");
	const json_t *cells = json_object_get(
	    json_array_get(json_object_get(of, "lines"), line), "cells");

	for (size_t i = 0; i < json_array_size(columns); i++)
		if (strcmp(json_string_value(json_array_get(columns, i)),
			heading) == 0)
			return json_string_value(json_array_get(cells, i));
	fail_msg("no column \"%s\"", heading);
	return NULL;
}

/* How a line of the table begins, and its last cell; NULL: there is none. */
static const char *
last_cell(const json_t *doc, size_t table, const char *first)
{
	const json_t *lines = json_object_get(
	    json_array_get(json_object_get(doc, "tables"), table), "lines");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *cells =
		    json_object_get(json_array_get(lines, i), "cells");

		if (strcmp(json_string_value(json_array_get(cells, 0)),
			first) == 0)
			return json_string_value(
			    json_array_get(cells, json_array_size(cells) - 1));
	}
	return NULL;
}

/* G17-K1 gives points to G17-K2. */
static void
adjusted(void)
{
	kit_do(&k, KC_K_adjust_order, "leader", "unit=G17", "year=2022",
	    "reason=x");
	kit_do(&k, KC_K_target_adjust, "G17.head", "target=G17-K1",
	    "weight=25.0000", "other=G17-K2", "other_weight=45.0000",
	    "cause=policy-change", "reason=x");
	kit_do(&k, KC_K_adjust_approve_first, "P09.b", "adjust=AJ-2022-0001");
	kit_do(
	    &k, KC_K_adjust_approve_second, "gop gog", "adjust=AJ-2022-0001");
	kit_do(&k, KC_K_adjust_read, "leader", "adjust=AJ-2022-0001");
}

/* Who keeps the lists issues what changes them; the leader reads it. */
static void
test_adjustment__is_of_the_office_that_reviews_it_first(void **state)
{
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	adjusted();
	doc = printed(&k, "adjustment", "AJ-2022-0001");
	assert_string_equal(text_at(doc, "issuer"), "P09");
	has(text_at(row_where(doc, "label", "审阅调整，即行生效"), "text"),
	    "市领导");
	json_decref(doc);
	kit_free(&k);
}

static void
test_quarterly_list__says_what_sorts_of_evidence_were_given(void **state)
{
	struct task_row r = {.by = "G17.head",
	    .target = "target=G17-2022-K1",
	    .task = "task=T1"};
	json_t *doc;

	(void)state;
	task_city(&k, NULL, NULL);
	task_split(&k, &r);
	kit_do(&k, KC_K_plan_file, "G17.head", "target=G17-2022-K1");
	kit_on(&k, "2022-04-10");
	kit_do(&k, KC_K_progress_report, "G17.head", "node=T1.Q1",
	    "actual=2400", EVIDENCE,
	    "evidence=sha256:"
	    "aa86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "9 image/png",
	    "evidence=sha256:"
	    "bb86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "9 image/jpeg",
	    "evidence=sha256:"
	    "cc86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "9 application/x-other",
	    "report=x");
	doc = printed(&k, "quarterly-list", "G17");
	assert_string_equal(
	    cell(doc, 0, 0, "佐证种类"), "PDF、图片、application/x-other");
	assert_string_equal(cell(doc, 0, 1, "佐证种类"), "");
	json_decref(doc);
	kit_free(&k);
}

/* Two targets that change by one entry make one version. */
static void
test_unit_list__counts_its_versions_since_it_was_issued(void **state)
{
	json_t *doc;
	char says[64];

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = printed(&k, "unit-list", "G17");
	assert_string_equal(said(doc, "版次"), "第 1 版");
	json_decref(doc);
	adjusted();
	(void)snprintf(says, sizeof(says), "第 2 版，自条目 #%u 起",
	    (unsigned)kc_state_size(k.st) - 1);
	doc = printed(&k, "unit-list", "G17");
	assert_string_equal(said(doc, "版次"), says);
	json_decref(doc);
	doc = printed(&k, "unit-list", "G16");
	assert_string_equal(said(doc, "版次"), "第 1 版");
	json_decref(doc);
	kit_free(&k);
}

static void
test_feedback__names_who_delivered_it_as_contact(void **state)
{
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	case_rectifying(&k, "2022-07-18", "G16", "G16-K2");
	doc = printed(&k, "feedback", "PD-2022-0001");
	row = row_where(doc, "label", "联系人");
	assert_string_equal(text_at(row, "part"), "field");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(row, "by"), 0)),
	    "G02.a");
	json_decref(doc);
	kit_free(&k);
}

static void
test_opinion__says_the_gap_to_the_plan_as_a_number(void **state)
{
	static const struct {
		const char *target, *planned, *actual, *says;
	} v[] = {{"target=G16-K1", "planned=5000", "actual=3325",
		     "落后 16.75 个百分点"},
	    {"target=G16-K2", "planned=5000", "actual=5100", "超前 1 个百分点"},
	    {"target=G17-K1", "planned=5000", "actual=5000", "0 个百分点"},
	    {"target=G17-K2", "planned=5000", NULL, NULL}};

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	round_half(&k);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		json_t *doc, *row;

		kit_do(&k, KC_K_opinion_record, ROUND_SIGNERS, ROUND_HALF,
		    v[i].target, "verdict=on-schedule", "text=x", v[i].planned,
		    v[i].actual);
		doc = printed(&k, "opinion", k.st->opinions.v[i]->handle);
		row = row_if(doc, "与计划的差距");
		if (v[i].says == NULL)
			assert_null(row);
		else
			assert_string_equal(text_at(row, "text"), v[i].says);
		json_decref(doc);
	}
	kit_free(&k);
}

/* What was sent for says what was deducted then; and so does the result, which
 * was published with it. */
static void
test_withdrawn_case__stays_on_what_was_made_before(void **state)
{
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G16", "G16-K2");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.b", case_field(c),
	    "reason=x");
	assert_int_equal(c->deducted_e4, 0);
	doc = printed(&k, "deduction", c->handle);
	assert_string_equal(said(doc, "扣分"), "0.50 分");
	json_decref(doc);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_string_equal(last_cell(doc, 0, "保留扣分"), "0.5000");
	assert_string_equal(last_cell(doc, 1, c->handle), "0.5000");
	json_decref(doc);
	kit_free(&k);
}

/* One that was withdrawn before is on neither. */
static void
test_withdrawn_case__before_the_result_is_not_of_it(void **state)
{
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G16", "G16-K2");
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.b", case_field(c),
	    "reason=x");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_string_equal(last_cell(doc, 0, "保留扣分"), "0.0000");
	assert_null(last_cell(doc, 1, c->handle));
	json_decref(doc);
	kit_free(&k);
}

/* Of a class whose points two decimals do not hold the exact ones too. */
static void
test_result__has_the_exact_points_of_a_class(void **state)
{
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_target_add, "P09.a gop", "target=G16-T1", "unit=G16",
	    "year=2022", "duty=D1", "weight=1.2345", "assessor=G02",
	    "title=追加任务");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	kit_do(&k, KC_K_selfcheck_file, "G16.head", "target=G16-T1",
	    "completion=10000", EVIDENCE);
	kit_do(&k, KC_K_completion_find, "G02.a", "target=G16-T1", "rate=10000",
	    EVIDENCE);
	year_to(&k, KC_YE_FED_BACK);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_string_equal(cell(doc, 0, 0, "算法"), "满分 70.00");
	assert_string_equal(cell(doc, 0, 2, "算法"), "满分 1.23（1.2345）");
	json_decref(doc);
	kit_free(&k);
}

/* A further version says so, and instead of what it stands; the first, what
 * stands instead of it. */
static void
test_result__of_a_reopened_year_says_which_version_it_is(void **state)
{
	json_t *doc;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_CLOSED);
	kit_do(&k, KC_K_year_reopen, REOPENERS, YEAREND, "reason=x");
	year_to(&k, KC_YE_PUBLISHED);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_null(row_if(doc, "版次"));
	assert_null(row_if(doc, "已被替代"));
	assert_string_equal(
	    said(doc, "已重开"), "本年度此后重开，第 2 版结果尚未反馈。");
	json_decref(doc);
	year_to(&k, KC_YE_CLOSED);
	doc = printed(&k, "result", "G16");
	assert_string_equal(said(doc, "反馈单编号"), "RF-2022-0003");
	assert_string_equal(said(doc, "版次"),
	    "第 2 版，替代 RF-2022-0001（〔2023〕1号，第 1 版）");
	json_decref(doc);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_null(row_if(doc, "版次"));
	assert_string_equal(said(doc, "已被替代"),
	    "本年度此后重开，本单由 RF-2022-0003（〔2023〕3号，第 2 版）"
	    "替代。");
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_quarterly_list__says_what_sorts_of_evidence_were_given),
	    cmocka_unit_test(
		test_unit_list__counts_its_versions_since_it_was_issued),
	    cmocka_unit_test(
		test_adjustment__is_of_the_office_that_reviews_it_first),
	    cmocka_unit_test(test_feedback__names_who_delivered_it_as_contact),
	    cmocka_unit_test(
		test_opinion__says_the_gap_to_the_plan_as_a_number),
	    cmocka_unit_test(
		test_withdrawn_case__stays_on_what_was_made_before),
	    cmocka_unit_test(
		test_withdrawn_case__before_the_result_is_not_of_it),
	    cmocka_unit_test(test_result__has_the_exact_points_of_a_class),
	    cmocka_unit_test(
		test_result__of_a_reopened_year_says_which_version_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
