/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper: which there are, their numbers, what stands on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/form.h>

#include "casekit.h"
#include "documentkit.h"
#include "formkit.h"
#include "usekit.h"
#include "viewkit.h"
#include "yearkit.h"

/* Nor is what was asked for said to be what was meant instead. */
static void
not_printed(const struct kit *k, const char *form, const char *id,
    enum kc_refusal_code expected)
{
	struct kc_refusal why;

	assert_null(paper(k, form, id, &why));
	assert_int_equal(why.code, expected);
	assert_null(strstr(why.args[2], id));
}

static void
test_notice__has_number_points_signers_and_the_right_to_dispute(void **state)
{
	struct kit k;
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	case_rectifying(&k, "2022-07-18", "G16", "G16-K2");
	doc = printed(&k, "deduction", "PD-2022-0001");
	assert_string_equal(text_at(doc, "mark"), "〔2022〕1号");
	assert_string_equal(said(doc, "扣分"), "0.50 分");
	assert_string_equal(said(doc, "事项编号"), "PD-2022-0001");
	has(said(doc, "情形"), "S3 ");
	has(said(doc, "佐证"), "sha256:9f86d081");
	has(said(doc, "申请复核"), "2022年7月25日");
	row = row_where(doc, "label", "确认预扣分");
	assert_string_equal(text_at(row, "part"), "signer");
	assert_string_equal(text_at(row, "date"), "2022-07-18");
	assert_int_equal(int_at(row, "seq"), int_at(doc, "seq"));
	json_decref(doc);
	kit_free(&k);
}

static void
test_feedback__names_last_day_rule_calendar_and_cap(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	case_rectifying(&k, "2022-07-18", "G16", "G16-K2");
	doc = printed(&k, "feedback", "PD-2022-0001");
	has(said(doc, "报送整改报告"), "2022年10月18日");
	has(said(doc, "报送整改报告"), "工作日历 #");
	has(said(doc, "报送整改报告"), "送达之日起 3 个月的对应日");
	has(said(doc, "报送整改报告"), "pd.period_months 3");
	assert_string_equal(said(doc, "扣分通知书"), "〔2022〕1号");
	/* as every percentage on paper */
	has(said(doc, "返还上限"), "80 %");
	json_decref(doc);
	kit_free(&k);
}

/* What comes later changes no number that was given. */
static void
test_numbers__count_their_own_sort_and_stay(void **state)
{
	struct kit k;
	const struct kc_case *a, *b;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a = case_decide(&k, "2022-07-18", "G16", "G16-K2");
	b = case_decide(&k, "2022-07-19", "G17", "G17-K2");
	case_confirm(&k, b);
	case_confirm(&k, a);
	doc = printed(&k, "deduction", a->handle);
	assert_int_equal(int_at(doc, "number"), 2);
	json_decref(doc);
	case_deliver(&k, a);
	doc = printed(&k, "feedback", a->handle);
	assert_int_equal(int_at(doc, "number"), 1);
	json_decref(doc);
	case_deliver(&k, b);
	case_submit(&k, b);
	case_refund(&k, b, "8000");
	doc = printed(&k, "feedback", a->handle);
	assert_int_equal(int_at(doc, "number"), 1);
	json_decref(doc);
	doc = printed(&k, "refund", b->handle);
	assert_int_equal(int_at(doc, "number"), 1);
	assert_string_equal(said(doc, "返还"), "0.40 分");
	assert_string_equal(said(doc, "保留扣分"), "0.10 分");
	json_decref(doc);
	doc = printed(&k, "rectification", b->handle);
	assert_int_equal(json_array_size(json_object_get(doc, "to")), 1);
	json_decref(doc);
	kit_free(&k);
}

static void
test_what_was_not_made__is_not_printed(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-07-18", "G16", "G16-K2");
	not_printed(&k, "deduction", "PD-2022-0001", KC_R_NO_PAPER);
	not_printed(&k, "deduction", "PD-2022-0009", KC_R_NOT_FOUND);
	not_printed(&k, "warning", "PD-2022-0001", KC_R_NOT_FOUND);
	case_rectifying(&k, "2022-07-19", "G17", "G17-K2");
	not_printed(&k, "extension", "PD-2022-0002", KC_R_NO_PAPER);
	not_printed(&k, "exemption", "PD-2022-0002", KC_R_NO_PAPER);
	not_printed(&k, "unit-list", "G99", KC_R_NOT_FOUND);
	not_printed(&k, "unit-list", "G12", KC_R_NO_PAPER);
	not_printed(&k, "result", "G16", KC_R_NO_PAPER);
	/* what waits, and what is none */
	not_printed(&k, "verification", "G16", KC_R_REQUEST);
	not_printed(&k, "recipe", "G16", KC_R_REQUEST);
	kit_free(&k);
}

static void
test_half__has_a_notice_and_a_decision(void **state)
{
	struct kit k;
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide_half(&k, "2022-07-18", "G16", "G16-K2", "0.4000");
	case_confirm(&k, c);
	doc = printed(&k, "exemption", c->handle);
	assert_string_equal(said(doc, "处理"), "减半扣分");
	assert_string_equal(said(doc, "减半比例"), "标准 × 50 %");
	assert_string_equal(text_at(doc, "title"), "减半扣分决定");
	assert_string_equal(said(doc, "扣分"), "0.20 分");
	json_decref(doc);
	json_decref(printed(&k, "deduction", c->handle));
	kit_free(&k);
}

static void
test_list__has_its_targets_and_who_approved(void **state)
{
	struct kit k;
	json_t *doc, *table, *line, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = printed(&k, "unit-list", "G16");
	table = json_array_get(json_object_get(doc, "tables"), 0);
	line = json_array_get(json_object_get(table, "lines"), 0);
	assert_int_equal(json_array_size(json_object_get(table, "lines")), 3);
	assert_int_equal(json_array_size(json_object_get(line, "cells")),
	    json_array_size(json_object_get(table, "columns")));
	assert_string_equal(
	    text_at(row_where(doc, "label", "两办复审"), "part"), "signer");
	row = row_where(doc, "label", "下达责任单");
	assert_string_equal(text_at(doc, "date"), text_at(row, "date"));
	assert_int_equal(int_at(doc, "seq"), int_at(row, "seq"));
	assert_int_equal(json_array_size(json_object_get(doc, "to")), 1);
	json_decref(doc);
	/* no task is split off yet */
	not_printed(&k, "quarterly-list", "G16", KC_R_NO_PAPER);
	not_printed(&k, "personal-list", "G16", KC_R_NO_PAPER);
	kit_free(&k);
}

/* Each of its changes, before and after; signed by all who reviewed it. */
static void
test_adjustment__has_what_was_before_and_is_since(void **state)
{
	struct kit k;
	json_t *doc, *lines, *row;
	size_t i, signers = 0;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_adjust_order, "leader", "unit=G17", "year=2022",
	    "reason=x");
	kit_do(&k, KC_K_target_adjust, "G17.head", "target=G17-K1",
	    "weight=25.0000", "other=G17-K2", "other_weight=45.0000",
	    "title=新内容", "cause=policy-change", "reason=上级调整政策");
	not_printed(&k, "adjustment", "AJ-2022-0001", KC_R_NO_PAPER);
	kit_do(&k, KC_K_adjust_approve_first, "P09.b", "adjust=AJ-2022-0001");
	kit_do(
	    &k, KC_K_adjust_approve_second, "gop gog", "adjust=AJ-2022-0001");
	kit_do(&k, KC_K_adjust_read, "leader", "adjust=AJ-2022-0001");
	doc = printed(&k, "adjustment", "AJ-2022-0001");
	assert_string_equal(text_at(doc, "mark"), "〔2022〕1号");
	lines = json_object_get(
	    json_array_get(json_object_get(doc, "tables"), 0), "lines");
	assert_int_equal(json_array_size(lines), 3);
	row = json_object_get(json_array_get(lines, 1), "cells");
	assert_string_equal(
	    json_string_value(json_array_get(row, 0)), "G17-K2");
	assert_string_equal(
	    json_string_value(json_array_get(row, 2)), "40.00 分");
	assert_string_equal(
	    json_string_value(json_array_get(row, 3)), "45.00 分");
	row = json_object_get(json_array_get(lines, 2), "cells");
	has(json_string_value(json_array_get(row, 2)), "年度目标");
	assert_string_equal(
	    json_string_value(json_array_get(row, 3)), "新内容");
	assert_string_equal(said(doc, "调整原因"), "政策调整");
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		signers += strcmp(text_at(row, "part"), "signer") == 0;
		/* what the table has is not said again */
		assert_null(strstr(text_at(row, "label"), "调整后"));
	}
	assert_int_equal(signers, 5);
	json_decref(doc);
	kit_free(&k);
}

/* The newest of a unit and year, with the trend that it rests on. */
static void
test_staffing__has_the_trend_and_what_was_advised(void **state)
{
	struct kit k;
	struct kc_viewer head;
	json_t *doc, *lines, *cells;

	(void)state;
	use_city(&k);
	use_year(&k, 2022, "10000", "10000");
	use_year(&k, 2023, "10000", "10000");
	use_year(&k, 2024, "5000", "10000");
	not_printed(&k, "staffing", "G16", KC_R_NO_PAPER);
	for (unsigned i = 0; i < 2; i++)
		kit_do(&k, KC_K_staffing_advise, "P09.a", "unit=G16",
		    "year=2024", "category=down", "posts=核减 2 名");
	doc = printed(&k, "staffing", "G16");
	assert_int_equal(int_at(doc, "number"), 2);
	assert_string_equal(said(doc, "编制调整意见"), "核减 2 名");
	lines = json_object_get(
	    json_array_get(json_object_get(doc, "tables"), 0), "lines");
	cells = json_object_get(json_array_get(lines, 3), "cells");
	assert_string_equal(
	    json_string_value(json_array_get(cells, 1)), "50 %");
	assert_string_equal(
	    json_string_value(json_array_get(cells, 2)), "100.00 %");
	assert_string_equal(
	    json_string_value(json_array_get(cells, 3)), "减少");
	assert_string_equal(text_at(row_where(doc, "part", "signer"), "label"),
	    "提出机构编制意见");
	json_decref(doc);
	not_printed(&k, "staffing", "G17", KC_R_NO_PAPER);
	/* It is of the unit, and not for it. */
	kc_viewer_of(k.st, KC_LIT("G16.head"), &head);
	form_reader = &head;
	not_printed(&k, "staffing", "G16", KC_R_NOT_PERMITTED);
	form_reader = NULL;
	kit_free(&k);
}

/* By its handle or its unit; one that was superseded has no points of now. */
static void
test_result__is_what_was_fed_back_and_not_what_came_after(void **state)
{
	struct kit k;
	struct kc_viewer head;
	json_t *doc, *again;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_PUBLISHED);
	not_printed(&k, "result", "G16", KC_R_NO_PAPER);
	year_to(&k, KC_YE_FED_BACK);
	doc = printed(&k, "result", "RF-2022-0001");
	has(said(doc, "单位"), "G16");
	has(said(doc, "得分"), " 分");
	assert_string_equal(said(doc, "组内位次"), "政府部门 2 / 2");
	assert_int_equal(
	    json_array_size(json_object_get(
		json_array_get(json_object_get(doc, "tables"), 0), "lines")),
	    10);
	again = printed(&k, "result", "G16");
	assert_string_equal(text_at(again, "mark"), text_at(doc, "mark"));
	json_decref(again);
	json_decref(doc);
	kc_viewer_of(k.st, KC_LIT("G17.head"), &head);
	form_reader = &head;
	not_printed(&k, "result", "RF-2022-0001", KC_R_NOT_PERMITTED);
	/* Nor is it told that there is none. */
	not_printed(&k, "result", "G12", KC_R_NOT_PERMITTED);
	form_reader = NULL;
	kit_do(&k, KC_K_completion_correct, "G02.a P09.b", "target=G16-K2",
	    "rate=9900", EVIDENCE, "reason=x");
	kit_do(&k, KC_K_yearend_grade, "P09.a", YEAREND, year_list(&k, true));
	year_to(&k, KC_YE_FED_BACK);
	doc = printed(&k, "result", "RF-2022-0001");
	assert_int_equal(json_array_size(json_object_get(doc, "tables")), 0);
	has(said(doc, "已被替代"), "--as-of #");
	json_decref(doc);
	doc = printed(&k, "result", "G16");
	assert_string_equal(said(doc, "反馈单编号"), "RF-2022-0003");
	json_decref(doc);
	kit_free(&k);
}

/* The rows that a reader has of a sort of documents. */
static json_t *
register_by(const struct kit *k, const char *form, const char *actor)
{
	struct kc_viewer r = {.all = actor == NULL};
	struct kc_view_args args = {
	    .lang = KC_LANG_ZH, .kind = kc_slice_str(form), .reader = &r};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	struct leaves l;
	struct kc_log log;
	json_t *doc;

	leaves_of(k, &l);
	log = leaves_log(&l);
	if (actor != NULL)
		kc_viewer_of(k->st, kc_slice_str(actor), &r);
	assert_int_equal(
	    kc_view_render(kc_view_find(KC_LIT("papers")),
		&(struct kc_view_source){
		    .state = k->st, .log = &log, .now_ms = k->now_ms},
		&args, &out, &why),
	    KC_OK);
	doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	document_holds(doc);
	kc_buf_free(&out);
	leaves_free(&l);
	return doc;
}

/* Of every sort: what it says of each is what is printed of it, and who reads
 * one that is not his reads nothing of it. */
static void
test_register__says_of_each_what_is_printed_of_it(void **state)
{
	struct kit k;
	const struct kc_case *a, *b;
	json_t *doc, *row, *one;
	size_t i;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a = case_decide(&k, "2022-07-18", "G16", "G16-K2");
	b = case_decide(&k, "2022-07-19", "G17", "G17-K2");
	case_confirm(&k, b);
	doc = register_by(&k, "deduction", NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	json_decref(doc);
	case_confirm(&k, a);
	doc = register_by(&k, "deduction", NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 2);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		one = printed(&k, "deduction", text_at(row, "about"));
		assert_string_equal(text_at(row, "mark"), text_at(one, "mark"));
		assert_string_equal(text_at(row, "date"), text_at(one, "date"));
		assert_int_equal(int_at(row, "seq"), int_at(one, "seq"));
		json_decref(one);
	}
	json_decref(doc);
	doc = register_by(&k, "unit-list", NULL);
	one = printed(&k, "unit-list", "G17");
	row = row_where(doc, "about", "G17");
	assert_string_equal(text_at(row, "mark"), text_at(one, "mark"));
	json_decref(one);
	json_decref(doc);
	doc = register_by(&k, "deduction", "G16.head");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	assert_string_equal(
	    text_at(row_where(doc, "about", a->handle), "mark"), "〔2022〕2号");
	json_decref(doc);
	doc = register_by(&k, "unit-list", "G16.head");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	json_decref(doc);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_notice__has_number_points_signers_and_the_right_to_dispute),
	    cmocka_unit_test(
		test_feedback__names_last_day_rule_calendar_and_cap),
	    cmocka_unit_test(test_numbers__count_their_own_sort_and_stay),
	    cmocka_unit_test(test_what_was_not_made__is_not_printed),
	    cmocka_unit_test(test_half__has_a_notice_and_a_decision),
	    cmocka_unit_test(test_list__has_its_targets_and_who_approved),
	    cmocka_unit_test(test_adjustment__has_what_was_before_and_is_since),
	    cmocka_unit_test(test_staffing__has_the_trend_and_what_was_advised),
	    cmocka_unit_test(
		test_result__is_what_was_fed_back_and_not_what_came_after),
	    cmocka_unit_test(test_register__says_of_each_what_is_printed_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
