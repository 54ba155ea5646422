/* SPDX-License-Identifier: Apache-2.0 */
/* No state is a dead end, and nobody loses a right by another's lateness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define FIRST "case=PD-2022-0001"

/* A case of G16, decided, confirmed on a Friday. */
static struct kc_case *
confirmed(struct kit *k)
{
	struct kc_case *c;

	kit_init(k, KIT_LISTS);
	c = case_decide(k, "2022-07-15", "G16", "G16-K2");
	case_confirm(k, c);
	return c;
}

static struct kc_case *
submitted(struct kit *k, const char *day)
{
	struct kc_case *c;

	kit_init(k, KIT_LISTS);
	c = case_rectifying(k, "2022-07-15", "G16", "G16-K2");
	kit_on(k, day);
	case_submit(k, c);
	return c;
}

static void
no_grant(struct kit *k)
{
	kit_do(
	    k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=职能调整");
}

/* --- the decision that nobody confirms --- */
static void
test_decided__lapses_when_nobody_confirms_and_frees_target_and_ground(
    void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	kit_on(&k, "2022-07-22"); /* the fifth working day */
	assert_int_equal(kit_clerk(&k), 0);
	kit_on(&k, "2022-07-23");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_LAPSED);
	assert_int_equal(c->number, 0);
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16", "target=G16-K2",
	    "situation=S3", "effect=full", "standard=0.5000", "planned=7500",
	    "actual=5200", EVIDENCE, "reason=滞后");
	kit_end(&k);
}

/* The doubt of a calendar that is not out is nobody's loss: nothing lapses,
 * and what is confirmed or fed back meanwhile is in time. */
static void
test_decided__does_not_lapse_while_its_last_day_is_provisional(void **state)
{
	static const int years[] = {2022, 0};
	struct kc_case *c;
	struct kit k;

	(void)state;
	case_city(&k, "issue_cutoff: { value: \"10-31\"",
	    "issue_cutoff: { value: \"12-31\"", years);
	case_list(&k, "G16", 2022, NULL);
	c = case_decide(&k, "2022-12-23", "G16", "G16-2022-K2");
	assert_true(c->confirm_provisional);
	kit_on(&k, "2022-12-31");
	assert_int_equal(kit_clerk(&k), 0);
	case_confirm(&k, c);
	kit_on(&k, "2023-01-16");
	case_deliver(&k, c);
	assert_false(c->feedback_late);
	kit_end(&k);
}

/* --- feedback --- */
static void
test_feedback__is_taken_late_and_starts_the_clock_when_it_comes(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = confirmed(&k);
	kit_on(&k, "2022-07-22");
	case_deliver(&k, c);
	assert_false(c->feedback_late);
	kit_free(&k);

	c = confirmed(&k);
	kit_on(&k, "2022-08-24");
	case_deliver(&k, c);
	assert_true(c->feedback_late);
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-11-24");
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_int_equal(c->returned_e4, 4000);
	kit_end(&k);
}

static void
test_feedback__of_a_late_judge_may_come_from_the_establishment_office(
    void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = confirmed(&k);
	kit_on(&k, "2022-07-25");
	kit_do(&k, KC_K_feedback_deliver, "P09.a", FIRST, "problem=进度滞后");
	assert_true(c->feedback_late);
	kit_end(&k);
}

/* --- judges --- */
static void
test_judge__without_a_grant_hands_over_to_the_establishment_office(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = submitted(&k, "2022-08-01");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_refund_grant, "P09.b", FIRST,
	    "rate=8000", "reason=到位");
	no_grant(&k);
	kit_refused(&k, KC_R_GRANT, KC_K_refund_grant, "G02.a", FIRST,
	    "rate=8000", "reason=到位");
	/* Not alone by whoever confirmed it. */
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_refund_grant, "P09.a", FIRST,
	    "rate=8000", "reason=到位");
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_rectify_reject, "P09.a", FIRST,
	    "reason=不足");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_refund_grant, "G12.a", FIRST,
	    "rate=8000", "reason=到位");
	kit_do(
	    &k, KC_K_refund_grant, "P09.b", FIRST, "rate=8000", "reason=到位");
	assert_int_equal(c->state, KC_CS_RETURNED);
	kit_end(&k);
}

static void
test_judge__of_an_overdue_review_may_be_the_establishment_office(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = submitted(&k, "2022-08-01");
	kit_on(&k, "2022-08-16");
	assert_int_equal(kit_clerk(&k), 1);
	assert_true(c->review_overdue);
	kit_do(
	    &k, KC_K_refund_grant, "P09.b", FIRST, "rate=8000", "reason=到位");
	kit_end(&k);
}

static void
test_extension__takes_two_of_the_establishment_office_without_a_judge(
    void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	kit_do(
	    &k, KC_K_extension_request, "G16.head", FIRST, "reason=招标延期");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_extension_grant, "P09.a P09.b",
	    FIRST, "reason=属实");
	no_grant(&k);
	kit_do(&k, KC_K_extension_grant, "P09.a P09.b", FIRST, "reason=属实");
	assert_int_equal(c->extensions, 1);
	kit_end(&k);
}

/* Submitted with a week left, judged a week late: the week is still there. */
static void
test_reject__a_late_review_takes_no_day_from_the_unit(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = submitted(&k, "2022-09-22"); /* due 10-17, review due 10-11 */
	assert_string_equal(case_day(c->due), "2022-10-17");
	assert_string_equal(case_day(c->review_due), "2022-10-11");
	kit_on(&k, "2022-10-24");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_rectify_reject, "G02.a", FIRST, "reason=不足");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	/* 13 days late: 10-30, a Sunday */
	assert_string_equal(case_day(c->due), "2022-10-31");
	case_submit(&k, c);
	kit_end(&k);
}

/* --- withdrawing --- */
static void
test_withdraw__gives_everything_back_and_frees_the_target(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = submitted(&k, "2022-08-01");
	kit_refused(&k, KC_R_ROLE, KC_K_prededuct_withdraw, "G02.a G02.b",
	    FIRST, "reason=核实有误");
	kit_do(&k, KC_K_prededuct_withdraw, "P09.a G02.a", FIRST,
	    "reason=核实有误");
	assert_int_equal(c->state, KC_CS_WITHDRAWN);
	assert_int_equal(c->deducted_e4, 0);
	assert_int_equal(c->number, 1); /* the notice keeps its number */
	kit_pass_days(&k, 30);
	assert_int_equal(kit_clerk(&k), 0);
	c = case_decide(&k, NULL, "G16", "G16-K2");
	case_confirm(&k, c);
	assert_int_equal(c->number, 2);
	kit_end(&k);

	(void)confirmed(&k);
	no_grant(&k);
	kit_do(&k, KC_K_prededuct_withdraw, "P09.a P09.b", FIRST,
	    "reason=核实有误");
	kit_free(&k);
}

static void
draft(struct kit *k, const char *target, const char *by, const char *class,
    const char *source)
{
	kit_do(k, KC_K_target_draft, by, kit_field("target", target),
	    "unit=G12", "year=2022", "duty=D1", "assessor=G02", "title=x",
	    "weight=20.0000", kit_field("class", class),
	    kit_field("source", source));
}

static void
test_target__a_draft_that_nobody_needs_does_not_block_the_list(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_enrol(&k, "G12.head", "G12", "head");
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1", "text=x");
	draft(&k, "G12-R1", "G12.head", "routine", "work-plan");
	draft(&k, "G12-R2", "G12.head", "routine", "work-plan");
	draft(&k, "G12-K1", "P09.a", "key", "city-key");
	kit_refused(&k, KC_R_CLASS_ROUTE, KC_K_target_withdraw, "G12.head",
	    "target=G12-K1", "reason=不需要");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_target_withdraw, "G16.head",
	    "target=G12-R1", "reason=不需要");
	kit_do(&k, KC_K_target_withdraw, "G12.head", "target=G12-R1",
	    "reason=不需要");
	kit_do(&k, KC_K_target_withdraw, "P09.a", "target=G12-R2",
	    "reason=不需要");
	kit_refused(
	    &k, KC_R_STATE, KC_K_target_submit, "G12.head", "target=G12-R1");
	/* Only the key work is in the way now. */
	kit_refused(&k, KC_R_LIST_OPEN, KC_K_list_issue, "P09.a", "unit=G12",
	    "year=2022");
	assert_string_equal(k.why.args[0], "G12-K1");
	kit_do(&k, KC_K_target_withdraw, "P09.a", "target=G12-K1",
	    "reason=不需要");
	kit_refused(
	    &k, KC_R_WEIGHT, KC_K_list_issue, "P09.a", "unit=G12", "year=2022");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_decided__lapses_when_nobody_confirms_and_frees_target_and_ground),
	    cmocka_unit_test(
		test_decided__does_not_lapse_while_its_last_day_is_provisional),
	    cmocka_unit_test(
		test_feedback__is_taken_late_and_starts_the_clock_when_it_comes),
	    cmocka_unit_test(
		test_feedback__of_a_late_judge_may_come_from_the_establishment_office),
	    cmocka_unit_test(
		test_judge__without_a_grant_hands_over_to_the_establishment_office),
	    cmocka_unit_test(
		test_judge__of_an_overdue_review_may_be_the_establishment_office),
	    cmocka_unit_test(
		test_extension__takes_two_of_the_establishment_office_without_a_judge),
	    cmocka_unit_test(
		test_reject__a_late_review_takes_no_day_from_the_unit),
	    cmocka_unit_test(
		test_withdraw__gives_everything_back_and_frees_the_target),
	    cmocka_unit_test(
		test_target__a_draft_that_nobody_needs_does_not_block_the_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
