/* SPDX-License-Identifier: Apache-2.0 */
/* Views where they could say something else than the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "viewkit.h"

/* A rejection after the last day ends the case: no clerk's entry does. */
static void
test_explain__an_end_by_rejection_cites_the_rejection(void **state)
{
	struct kc_case *c;
	struct kit k;
	json_t *v, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-04-20", "G16", "G16-K2");
	kit_on(&k, "2022-07-20");
	case_submit(&k, c);
	kit_on(&k, "2022-07-22");
	kit_do(&k, KC_K_rectify_reject, "G02.a", case_field(c), "reason=不足");
	assert_int_equal(c->state, KC_CS_EXPIRED);
	v = view_of(&k, "explain", "G16", NULL, "2022-12-31");
	row = json_object_get(row_where(v, "part", "expire"), "seqs");
	assert_int_equal(json_array_size(row), 1);
	assert_int_equal(json_integer_value(json_array_get(row, 0)),
	    c->events.v[c->events.n - 1].seq);
	row = json_object_get(row_where(v, "part", "case"), "seqs");
	assert_int_equal(json_array_size(row), 3);
	json_decref(v);
	kit_free(&k);
}

/* The arithmetic of a row ends in the points of the row. */
static void
check_retained(const struct kit *k, const char *arithmetic, int64_t points)
{
	json_t *v = view_of(k, "explain", "G16", NULL, "2022-12-31");
	json_t *row = row_where(v, "part", "retained");

	assert_string_equal(text_at(row, "arithmetic"), arithmetic);
	assert_int_equal(points_at(row, "points"), points);
	json_decref(v);
}

static void
test_explain__what_is_waived_is_in_the_sum(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kc_case *c;
	struct kit k;

	(void)state;
	case_city(&k, "value: always", "value: only_if_unmet", years);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-04-20", "G16", "G16-2022-K2");
	check_retained(&k, "0.0000 − 0.5000 = -0.5000", -5000);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	check_retained(&k, "0.4000 + 0.1000 − 0.5000 = 0.0000", 0);
	kit_free(&k);
}

/* The cut-off may come before the working days have passed. */
static void
test_deadlines__confirm_ends_with_the_cut_off(void **state)
{
	struct kit k;
	json_t *v;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-10-28", "G16", "G16-K2");
	v = view_of(&k, "deadlines", NULL, NULL, "2022-10-28");
	assert_string_equal(
	    text_at(row_where(v, "limit", "confirm"), "due"), "2022-10-31");
	json_decref(v);
	kit_free(&k);
}

/* A case and a letter say what may be done now, by whom, until when. */
static void
test_case__says_what_can_be_done_now(void **state)
{
	struct kc_case *c;
	struct kit k;
	json_t *v, *next;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-10-28", "G16", "G16-K2");
	v = view_of(&k, "prededuct", NULL, c->handle, "2022-10-28");
	next = json_object_get(v, "next");
	assert_int_equal(json_array_size(next), 3);
	assert_string_equal(
	    text_at(json_array_get(next, 0), "kind"), "prededuct.confirm");
	assert_string_equal(
	    text_at(json_array_get(next, 0), "due"), "2022-10-31");
	assert_string_equal(
	    text_at(json_array_get(next, 1), "kind"), "prededuct.decline");
	assert_non_null(
	    strstr(text_at(v, "now"), "确认预扣分（编办）至 2022-10-31"));
	json_decref(v);
	kit_free(&k);
}

/* A refusal for the state says what can be done instead, in both languages;
 * at the end of a case there is nothing. */
static void
test_state__refusal_says_what_can_be_done_instead(void **state)
{
	struct kc_buf hint = {0};
	struct kc_case *c;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-04-20", "G16", "G16-K2");
	kit_refused(&k, KC_R_STATE, KC_K_feedback_deliver, "G02.a",
	    case_field(c), "problem=x");
	kc_refusal_hint(&k.why, KC_LANG_EN, &hint);
	assert_string_equal(kc_buf_cstr(&hint),
	    "what can be done now: prededuct.confirm (estab), "
	    "prededuct.decline (estab), "
	    "prededuct.withdraw (estab/assessor + estab)");
	kc_buf_reset(&hint);
	kc_refusal_hint(&k.why, KC_LANG_ZH, &hint);
	/* Of a longer list the beginning. */
	assert_ptr_equal(
	    strstr(kc_buf_cstr(&hint),
		"现在可以：确认预扣分（编办）、不予确认（编办）、"),
	    hint.p);
	kit_do(
	    &k, KC_K_prededuct_decline, "P09.a", case_field(c), "reason=不足");
	kit_refused(&k, KC_R_STATE, KC_K_feedback_deliver, "G02.a",
	    case_field(c), "problem=x");
	kc_buf_reset(&hint);
	kc_refusal_hint(&k.why, KC_LANG_EN, &hint);
	assert_int_equal(hint.n, 0);
	kc_buf_free(&hint);
	kit_free(&k);
}

static void
lift(struct kit *k, uint32_t i)
{
	kit_do(k, KC_K_warning_lift, "P09.a",
	    kit_field("warning", k->st->warnings.v[i]->handle), EVIDENCE,
	    "finding=已落实");
}

static long long
lifted(const struct kit *k)
{
	json_t *doc = view_of(k, "summary", NULL, NULL, NULL);
	long long n = int_at(doc, "named_tasks_lifted");

	json_decref(doc);
	return n;
}

static void
letter(struct kit *k, const char *target, const char *rectify_by)
{
	kit_do(k, KC_K_warning_issue, "P09.a", kit_field("target", target),
	    "unit=G16", "level=blue", kit_field("rectify_by", rectify_by),
	    "fact=落后", "demand=整改");
	kit_do(k, KC_K_warning_deliver, "P09.a",
	    kit_field("warning", kit_handle(k)), "unit=G16");
}

static void
test_summary__a_task_is_lifted_when_every_letter_is(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-09-01");
	letter(&k, "G16-K1", "2022-09-05");
	letter(&k, "G16-K1", "2022-09-05");
	assert_int_equal(lifted(&k), 0);
	lift(&k, 0);
	assert_int_equal(lifted(&k), 0);
	lift(&k, 1);
	assert_int_equal(lifted(&k), 1);
	kit_free(&k);
}

static void
test_summary__a_letter_withdrawn_or_lifted_late_is_not_lifted_in_time(
    void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-09-01");
	letter(&k, "G16-K1", "2022-09-05");
	letter(&k, "G16-K2", "2022-09-05");
	letter(&k, "G16-K2", "2022-09-05");
	letter(&k, "G16-R1", "2022-09-05");
	kit_do(&k, KC_K_warning_withdraw, "P09.a", "warning=W-2022-0003",
	    "reason=重复发函");
	kit_on(&k, "2022-09-05");
	lift(&k, 0);
	lift(&k, 1);
	kit_on(&k, "2022-09-06");
	lift(&k, 3);
	assert_int_equal(lifted(&k), 1);
	kit_free(&k);
}

/* Opening next year early empties no report of the year that runs. */
static void
test_views__answer_for_the_year_that_has_begun(void **state)
{
	static const char *const names[] = {
	    "score", "summary", "targets", "prededucts", "deadlines"};
	struct kit k;
	json_t *v;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-11-10");
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2023");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = view_of(&k, names[i], NULL, NULL, "2022-11-10");
		assert_int_equal(int_at(v, "year"), 2022);
		json_decref(v);
	}
	v = view_of(&k, "score", NULL, NULL, "2023-01-01");
	assert_int_equal(int_at(v, "year"), 2023);
	json_decref(v);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_explain__an_end_by_rejection_cites_the_rejection),
	    cmocka_unit_test(test_explain__what_is_waived_is_in_the_sum),
	    cmocka_unit_test(test_deadlines__confirm_ends_with_the_cut_off),
	    cmocka_unit_test(test_views__answer_for_the_year_that_has_begun),
	    cmocka_unit_test(
		test_summary__a_task_is_lifted_when_every_letter_is),
	    cmocka_unit_test(
		test_summary__a_letter_withdrawn_or_lifted_late_is_not_lifted_in_time),
	    cmocka_unit_test(test_case__says_what_can_be_done_now),
	    cmocka_unit_test(test_state__refusal_says_what_can_be_done_instead),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
