/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a claim: verify, publicise, grant or refuse; return, withdraw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"

/* --- the way of a claim --- */
static void
test_bonus__counts_once_it_was_publicised_and_granted(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	assert_string_equal(b->handle, "B-2022-0001");
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_VERIFY].due), "2022-07-22");
	kit_on(&k, "2022-07-18");
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_PUBLICISE].due), "2022-07-25");
	kit_do(&k, KC_K_bonus_publicise, "P09.b", bonus_field(b));
	/* Three working days after Monday. */
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_PUBLIC].due), "2022-07-21");
	kit_at(&k, "2022-07-21", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_refused(&k, KC_R_STATE, KC_K_bonus_grant, "P09.a", bonus_field(b));
	kit_at(&k, "2022-07-22", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(b->state, KC_BS_SHOWN);
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_DECIDE].due), "2022-07-29");
	assert_false(kc_bonus_counts(b));
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b));
	assert_true(kc_bonus_counts(b));
	assert_int_equal(b->amount_e4, 10000);
	assert_int_equal(kc_bonus_amount_at(b, b->changes.v[0].seq - 1), 0);
	kit_pass_days(&k, 60);
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);
}

/* Somebody else's lateness ends no right of the unit's. */
static void
test_bonus__is_verified_and_decided_late_too(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_on(&k, "2022-09-15");
	assert_int_equal(kit_clerk(&k), 0);
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	kit_on(&k, "2022-11-15");
	kit_do(&k, KC_K_bonus_publicise, "P09.a", bonus_field(b));
	kit_on(&k, "2022-12-15");
	assert_int_equal(kit_clerk(&k), 1);
	kit_on(&k, "2022-12-30");
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b));
	assert_int_equal(b->amount_e4, 10000);
	kit_end(&k);
}

static void
test_bonus__is_granted_by_another_than_verified(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	bonus_show(&k, b);
	kit_refused(
	    &k, KC_R_SAME_PERSON, KC_K_bonus_grant, "P09.b", bonus_field(b));
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_bonus_refuse, "P09.b",
	    bonus_field(b), "reason=x");
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b));
	kit_end(&k);
}

/* A lower grade of the situation, with the reason; points are never typed. */
static void
test_bonus__is_granted_by_a_lower_grade_with_the_reason(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	bonus_show(&k, b);
	kit_refused(&k, KC_R_FIELD_MISSING, KC_K_bonus_grant, "P09.a",
	    bonus_field(b), "grade=provincial");
	kit_refused(&k, KC_R_MARK, KC_K_bonus_grant, "P09.a", bonus_field(b),
	    "grade=national", "reason=x");
	kit_refused(&k, KC_R_MARK, KC_K_bonus_grant, "P09.a", bonus_field(b),
	    "grade=vice-leader", "reason=x");
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b),
	    "grade=provincial", "reason=发文机关为省政府");
	assert_int_equal(b->amount_e4, 8000);
	assert_int_equal(b->given, KC_BONUS_GRADE_PROVINCIAL);
	kit_end(&k);
}

static void
test_bonus__is_returned_and_completed(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_do(&k, KC_K_bonus_return, "P09.b", bonus_field(b), "reason=x");
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_COMPLETE].due), "2022-07-22");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_bonus_complete, "G16.head",
	    bonus_field(b), "fact=x");
	kit_refused(&k, KC_R_MARK, KC_K_bonus_complete, "G17.head",
	    bonus_field(b), "grade=incentive", "fact=x");
	kit_on(&k, "2022-07-22");
	kit_do(&k, KC_K_bonus_complete, "G17.head", bonus_field(b), "merit=M2",
	    "grade=provincial", EVIDENCE, "fact=补充佐证");
	assert_int_equal(b->state, KC_BS_CLAIMED);
	assert_string_equal(b->merit, "M2");
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_VERIFY].due), "2022-07-29");
	bonus_grant(&k, b);
	assert_int_equal(b->amount_e4, 8000);
	kit_end(&k);
}

/* And the document can be claimed again. */
static void
test_bonus__lapses_when_it_is_not_completed(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_do(&k, KC_K_bonus_return, "P09.b", bonus_field(b), "reason=x");
	kit_at(&k, "2022-07-23", 0, 0);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_bonus_complete, "G17.head",
	    bonus_field(b), "fact=x");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(b->state, KC_BS_LAPSED);
	assert_string_equal(bonus_one(&k)->handle, "B-2022-0002");
	kit_end(&k);
}

/* An outage on the last day gives another one. */
static void
test_bonus__an_outage_takes_back_that_it_lapsed_or_was_shown(void **state)
{
	struct kc_bonus *b, *other;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_do(&k, KC_K_bonus_return, "P09.b", bonus_field(b), "reason=x");
	other = bonus_claim(&k, "G17", "B2", "M3", "main-leader", "批示");
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(other));
	kit_on(&k, "2022-07-19");
	kit_do(&k, KC_K_bonus_publicise, "P09.b", bonus_field(other));
	kit_on(&k, "2022-07-25");
	assert_int_equal(kit_clerk(&k), 2);
	assert_int_equal(other->state, KC_BS_SHOWN);
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2022-07-22",
	    "to=2022-07-22", "until=2022-07-26", EVIDENCE, "reason=停电");
	assert_int_equal(b->state, KC_BS_RETURNED);
	assert_int_equal(other->state, KC_BS_PUBLIC);
	assert_string_equal(
	    case_day(b->day[KC_L_bonus_COMPLETE].due), "2022-07-26");
	assert_string_equal(
	    case_day(other->day[KC_L_bonus_PUBLIC].due), "2022-07-26");
	kit_do(&k, KC_K_bonus_complete, "G17.head", bonus_field(b), "fact=x");
	kit_on(&k, "2022-07-27");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(other));
	assert_int_equal(other->amount_e4, 5000);
	kit_end(&k);
}

static void
test_bonus__is_withdrawn_by_its_unit_until_it_is_decided(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_bonus_withdraw, "G16.head",
	    bonus_field(b));
	bonus_show(&k, b);
	kit_do(&k, KC_K_bonus_withdraw, "G17.head", bonus_field(b));
	assert_int_equal(b->state, KC_BS_WITHDRAWN);
	b = bonus_one(&k);
	bonus_grant(&k, b);
	kit_refused(
	    &k, KC_R_STATE, KC_K_bonus_withdraw, "G17.head", bonus_field(b));
	kit_end(&k);
}

/* What was granted on a false document is cancelled by two others. */
static void
test_bonus__is_cancelled_by_two_who_did_not_grant_it(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	bonus_grant(&k, b);
	kit_enrol(&k, "P09.c", "P09", "estab");
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_bonus_cancel, "P09.b P09.a",
	    bonus_field(b), EVIDENCE, "reason=x");
	kit_do(&k, KC_K_bonus_cancel, "P09.b P09.c", bonus_field(b), EVIDENCE,
	    "reason=文件不实");
	assert_int_equal(b->state, KC_BS_CANCELLED);
	assert_int_equal(b->amount_e4, 0);
	kit_end(&k);
}

/* --- who decides --- */
/* What the Establishment Office claims the Assessment Office decides, and that
 * decides of nobody else's. */
static void
test_bonus__of_the_office_itself_is_decided_by_the_higher_one(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	kit_enrol(&k, "P09.head", "P09", "head");
	kit_enrol(&k, "office.b", "P20", "assess-office");
	kit_enrol(&k, "P20.head", "P20", "head");
	b = bonus_claim(&k, "P09", "B1", "M1", "national", "1");
	kit_refused(
	    &k, KC_R_OWN_UNIT, KC_K_bonus_verify, "P09.b", bonus_field(b));
	kit_do(&k, KC_K_bonus_verify, "office", bonus_field(b));
	kit_do(&k, KC_K_bonus_publicise, "office", bonus_field(b));
	kit_pass_days(&k, 7);
	assert_int_equal(kit_clerk(&k), 1);
	kit_refused(
	    &k, KC_R_SAME_PERSON, KC_K_bonus_grant, "office", bonus_field(b));
	kit_do(&k, KC_K_bonus_grant, "office.b", bonus_field(b));
	b = bonus_one(&k);
	kit_refused(&k, KC_R_ROLE, KC_K_bonus_verify, "office", bonus_field(b));
	b = bonus_claim(&k, "P20", "B1", "M1", "national", "2");
	kit_refused(
	    &k, KC_R_OWN_UNIT, KC_K_bonus_verify, "office", bonus_field(b));
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	kit_end(&k);
}

/* --- objections --- */
static void
test_bonus__is_granted_over_an_objection_only_with_the_reason(void **state)
{
	struct kc_bonus *b;
	struct kit k;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	kit_refused(&k, KC_R_STATE, KC_K_bonus_object, "G16.head",
	    bonus_field(b), "reason=x");
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	kit_do(&k, KC_K_bonus_publicise, "P09.b", bonus_field(b));
	kit_refused(&k, KC_R_OWN_UNIT, KC_K_bonus_object, "G17.head",
	    bonus_field(b), "reason=x");
	kit_do(&k, KC_K_bonus_object, "G16.head", bonus_field(b), "reason=x");
	assert_int_equal(b->state, KC_BS_PUBLIC);
	kit_refused(&k, KC_R_DUPLICATE, KC_K_bonus_object, "G16.head",
	    bonus_field(b), "reason=y");
	kit_pass_days(&k, 7);
	assert_int_equal(kit_clerk(&k), 1);
	kit_refused(&k, KC_R_STATE, KC_K_bonus_object, "G16.head",
	    bonus_field(b), "reason=y");
	kit_refused(
	    &k, KC_R_FIELD_MISSING, KC_K_bonus_grant, "P09.a", bonus_field(b));
	kit_do(&k, KC_K_bonus_grant, "P09.a", bonus_field(b), "reason=x");
	assert_int_equal(b->amount_e4, 10000);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_bonus__counts_once_it_was_publicised_and_granted),
	    cmocka_unit_test(test_bonus__is_verified_and_decided_late_too),
	    cmocka_unit_test(test_bonus__is_granted_by_another_than_verified),
	    cmocka_unit_test(
		test_bonus__is_granted_by_a_lower_grade_with_the_reason),
	    cmocka_unit_test(test_bonus__is_returned_and_completed),
	    cmocka_unit_test(test_bonus__lapses_when_it_is_not_completed),
	    cmocka_unit_test(
		test_bonus__an_outage_takes_back_that_it_lapsed_or_was_shown),
	    cmocka_unit_test(
		test_bonus__is_withdrawn_by_its_unit_until_it_is_decided),
	    cmocka_unit_test(
		test_bonus__is_cancelled_by_two_who_did_not_grant_it),
	    cmocka_unit_test(
		test_bonus__of_the_office_itself_is_decided_by_the_higher_one),
	    cmocka_unit_test(
		test_bonus__is_granted_over_an_objection_only_with_the_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
