/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "formkit.h"
#include "negkit.h"
#include "viewkit.h"
#include "yearkit.h"

/* Two decimals by the rounding of the policy, and all four where these hold
 * something else. */
static void
test_points__have_two_decimals_and_four_where_two_are_others(void **state)
{
	static const int years[] = {2022, 2023, 0};
	static const struct {
		const char *policy, *standard, *says, *deducted;
	} v[] = {{NULL, "0.3333", "0.33 分（0.3333）", "0.17 分（0.1667）"},
	    {NULL, "0.3300", "0.33 分", "0.17 分（0.1650）"},
	    {"half_even", "0.3300", "0.33 分", "0.16 分（0.1650）"},
	    {NULL, "0.4000", "0.40 分", "0.20 分"}};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct kit k;
		const struct kc_case *c;
		json_t *doc;

		case_city(&k, v[i].policy != NULL ? "half_away" : NULL,
		    v[i].policy, years);
		case_list(&k, "G16", 2022, NULL);
		c = case_decide_half(
		    &k, "2022-07-18", "G16", "G16-2022-K2", v[i].standard);
		case_confirm(&k, c);
		doc = printed(&k, "deduction", c->handle);
		assert_string_equal(said(doc, "标准"), v[i].says);
		assert_string_equal(said(doc, "扣分"), v[i].deducted);
		json_decref(doc);
		kit_free(&k);
	}
}

/* Of the year that it is of, whichever goes on when it is printed. */
static void
test_points__of_an_ended_year_keep_its_rounding(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;
	const struct kc_case *c;
	json_t *doc;

	(void)state;
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G16", 2022, NULL);
	c = case_decide_half(&k, "2022-07-18", "G16", "G16-2022-K2", "0.3300");
	case_confirm(&k, c);
	kit_on(&k, "2022-12-28");
	case_policy(&k, "half_away", "half_even");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	kit_on(&k, "2023-02-01");
	assert_int_equal(
	    kc_policy_of(k.st, 2023)->value[KC_P_SCORE_ROUNDING], KC_HALF_EVEN);
	doc = printed(&k, "deduction", c->handle);
	assert_string_equal(said(doc, "扣分"), "0.17 分（0.1650）");
	json_decref(doc);
	kit_free(&k);
}

/* The tables of the form of G16's result. */
static json_t *
tables_of(const struct kit *k)
{
	json_t *doc = printed(k, "result", "RF-2022-0001");
	json_t *tables = json_incref(json_object_get(doc, "tables"));

	json_decref(doc);
	return tables;
}

/* The points of a line by its first cell; NULL: there is none. */
static const char *
points_of(const json_t *table, const char *first)
{
	const json_t *line;
	size_t i;

	json_array_foreach(json_object_get(table, "lines"), i, line)
	{
		const json_t *cells = json_object_get(line, "cells");

		if (strcmp(json_string_value(json_array_get(cells, 0)),
			first) == 0)
			return json_string_value(json_array_get(cells, 3));
	}
	return NULL;
}

/* What was found, and what came back, after it was published is not of it. */
static void
test_losses__are_those_of_the_score_that_was_published(void **state)
{
	struct kit k;
	const struct kc_case *c;
	json_t *was, *is;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-10-28", "G16", "G16-K2");
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	was = tables_of(&k);
	assert_string_equal(
	    points_of(json_array_get(was, 0), "保留扣分"), "0.5000");
	assert_string_equal(
	    points_of(json_array_get(was, 1), c->handle), "0.5000");
	assert_null(points_of(json_array_get(was, 1), "G16-K2"));
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	for (int i = 0; i < 2; i++)
		kit_do(&k, KC_K_completion_correct, "G02.a P09.b",
		    "target=G16-K2", i == 0 ? "rate=9900" : "rate=9800",
		    EVIDENCE, "reason=x");
	is = tables_of(&k);
	assert_true(json_equal(is, was));
	json_decref(is);
	json_decref(was);
	kit_free(&k);
}

/* 2022 of G16 alone, its list scored. */
static void
score_one(struct kit *k)
{
	static const char *const targets[] = {
	    "target=G16-2022-K1", "target=G16-2022-K2", "target=G16-2022-R1"};

	kit_on(k, "2023-01-04");
	kit_do(k, KC_K_yearend_begin, "P09.a", "year=2022");
	case_report(k, "INDG16", "2022-Q4", 5, 5);
	kit_do(k, KC_K_yearend_data_in, "stats", YEAREND);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		kit_do(k, KC_K_completion_find, "G02.a", targets[i],
		    "rate=10000", EVIDENCE);
		kit_do(k, KC_K_selfcheck_file, "G16.head", targets[i],
		    "completion=10000", EVIDENCE);
	}
	kit_do(k, KC_K_yearend_score, "P09.a", YEAREND);
}

/* Of a rectification that was met nothing stays, where the policy says so. */
static void
test_losses__leave_out_what_the_policy_does_not_count(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;
	const struct kc_case *c;
	json_t *is;

	(void)state;
	case_city(&k, "value: always", "value: only_if_unmet", years);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-07-18", "G16", "G16-2022-K2");
	kit_pass_days(&k, 10);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	score_one(&k);
	year_to(&k, KC_YE_FED_BACK);
	is = tables_of(&k);
	assert_string_equal(
	    points_of(json_array_get(is, 0), "保留扣分"), "0.0000");
	assert_null(points_of(json_array_get(is, 1), c->handle));
	json_decref(is);
	kit_free(&k);
}

/* An event that was withdrawn takes nothing: not of its item, nor on the form
 * of the result. */
static void
test_losses__of_the_negative_list_end_with_its_withdrawal(void **state)
{
	struct kit k;
	const struct kc_negative *gone, *n;
	json_t *doc, *is;

	(void)state;
	neg_city(&k);
	gone = neg_propose(&k, NULL, "G16", "0.3000");
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(gone));
	kit_do(&k, KC_K_negative_withdraw, "G12.a P09.b", neg_field(gone),
	    "reason=x");
	n = neg_propose(&k, NULL, "G16", "0.2000");
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(n));
	doc = printed(&k, "negative", n->handle);
	has(said(doc, "该项本年度累计"), "0.20 分，");
	json_decref(doc);
	kit_on(&k, "2023-01-04");
	kit_do(&k, KC_K_yearend_begin, "P09.a", "year=2022");
	year_to(&k, KC_YE_FED_BACK);
	is = tables_of(&k);
	assert_null(points_of(json_array_get(is, 1), gone->handle));
	assert_string_equal(
	    points_of(json_array_get(is, 1), n->handle), "0.2000");
	json_decref(is);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_points__have_two_decimals_and_four_where_two_are_others),
	    cmocka_unit_test(test_points__of_an_ended_year_keep_its_rounding),
	    cmocka_unit_test(
		test_losses__are_those_of_the_score_that_was_published),
	    cmocka_unit_test(
		test_losses__leave_out_what_the_policy_does_not_count),
	    cmocka_unit_test(
		test_losses__of_the_negative_list_end_with_its_withdrawal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
