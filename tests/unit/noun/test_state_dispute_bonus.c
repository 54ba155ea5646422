/* SPDX-License-Identifier: Apache-2.0 */
/* That a bonus is refused, given by a lower grade or cancelled is disputed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"

/* Of G16, whose head disputes (disputekit). P09.y takes no part. */
static struct kc_bonus *
shown(struct kit *k)
{
	struct kc_bonus *b;

	bonus_city(k);
	kit_enrol(k, "P09.x", "P09", "estab");
	kit_enrol(k, "P09.y", "P09", "estab");
	b = bonus_claim(k, "G16", "B1", "M1", "national", "1");
	kit_do(k, KC_K_bonus_verify, "P09.x", bonus_field(b));
	kit_do(k, KC_K_bonus_publicise, "P09.x", bonus_field(b));
	kit_pass_days(k, 7);
	assert_int_equal(kit_clerk(k), 1);
	return b;
}

static void
test_dispute__of_a_refusal_that_falls_awards_what_was_claimed(void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_refuse, "P09.y", bonus_field(b), "reason=x");
	d = dispute_heard_of(&k, KC_K_bonus_refuse, b->handle);
	dispute_decide(&k, d, "overturned", NULL);
	assert_false(kc_bonus_counts(b));
	dispute_apply(&k, d);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(b->state, KC_BS_GRANTED);
	assert_int_equal(b->amount_e4, 10000);
	assert_int_equal(kc_bonus_amount_at(b, b->changes.v[0].seq - 1), 0);
	kit_end(&k);
}

/* Less than was claimed, by a grade of the scale. */
static void
test_dispute__of_a_refusal_may_award_a_lower_grade(void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_refuse, "P09.y", bonus_field(b), "reason=x");
	d = dispute_heard_of(&k, KC_K_bonus_refuse, b->handle);
	kit_refused(&k, KC_R_FIELD_MISSING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "grade=vice-leader",
	    "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "grade=provincial",
	    "points=0.5000", "finding=x");
	dispute_decide(&k, d, "reduced", "grade=provincial");
	kit_pass_days(&k, 14);
	assert_int_equal(kit_clerk(&k), 1); /* dispute.final */
	dispute_apply(&k, d);
	assert_int_equal(b->state, KC_BS_GRANTED);
	assert_int_equal(b->amount_e4, 8000);
	assert_int_equal(b->given, KC_BONUS_GRADE_PROVINCIAL);
	kit_end(&k);
}

static void
test_dispute__of_a_lower_grade_that_falls_gives_the_one_claimed(void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_grant, "P09.y", bonus_field(b),
	    "grade=provincial", "reason=x");
	d = dispute_heard_of(&k, KC_K_bonus_grant, b->handle);
	/* Nothing stands between the two. */
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "grade=provincial",
	    "finding=x");
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(b->amount_e4, 10000);
	assert_int_equal(b->given, KC_BONUS_GRADE_NATIONAL);
	assert_int_equal(b->changes.v[0].given, KC_BONUS_GRADE_PROVINCIAL);
	kit_end(&k);
}

static void
test_dispute__of_a_cancellation_that_falls_gives_it_back(void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_grant, "P09.y", bonus_field(b),
	    "grade=provincial", "reason=x");
	kit_do(&k, KC_K_bonus_cancel, "P09.x P09.a", bonus_field(b), EVIDENCE,
	    "reason=x");
	d = dispute_heard_of(&k, KC_K_bonus_cancel, b->handle);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(b->state, KC_BS_GRANTED);
	assert_int_equal(b->amount_e4, 8000);
	kit_end(&k);
}

/* What is cancelled while its grade is disputed is for another dispute. */
static void
test_dispute__of_a_grade_that_is_cancelled_meanwhile_awards_nothing(
    void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_grant, "P09.y", bonus_field(b),
	    "grade=provincial", "reason=x");
	d = dispute_heard_of(&k, KC_K_bonus_grant, b->handle);
	kit_do(&k, KC_K_bonus_cancel, "P09.x P09.a", bonus_field(b), EVIDENCE,
	    "reason=x");
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	assert_int_equal(kit_clerk(&k), 0);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(b->state, KC_BS_CANCELLED);
	kit_end(&k);
}

/* Of what was granted as claimed; by another unit; by who verified or
 * decided; late. */
static void
test_dispute__of_a_bonus_is_refused_like_any_other(void **state)
{
	struct kc_bonus *b;
	struct kc_dispute *d;
	struct kit k;
	const char *decision;

	(void)state;
	b = shown(&k);
	kit_do(&k, KC_K_bonus_grant, "P09.y", bonus_field(b));
	decision =
	    dispute_decision(k.st->decisions.v[k.st->decisions.n - 1].seq);
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "G16.head", decision,
	    kit_field("matter", b->handle), "claim=x");
	kit_end(&k);

	b = shown(&k);
	kit_do(&k, KC_K_bonus_refuse, "P09.y", bonus_field(b), "reason=x");
	decision =
	    dispute_decision(k.st->decisions.v[k.st->decisions.n - 1].seq);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_file, "G17.head",
	    decision, kit_field("matter", b->handle), "claim=x");
	d = dispute_heard_of(&k, KC_K_bonus_refuse, b->handle);
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.x",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.y",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_end(&k);

	b = shown(&k);
	kit_do(&k, KC_K_bonus_refuse, "P09.y", bonus_field(b), "reason=x");
	decision =
	    dispute_decision(k.st->decisions.v[k.st->decisions.n - 1].seq);
	kit_pass_days(&k, 8);
	kit_refused(&k, KC_R_TOO_LATE, KC_K_dispute_file, "G16.head", decision,
	    kit_field("matter", b->handle), "claim=x");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_dispute__of_a_refusal_that_falls_awards_what_was_claimed),
	    cmocka_unit_test(
		test_dispute__of_a_refusal_may_award_a_lower_grade),
	    cmocka_unit_test(
		test_dispute__of_a_lower_grade_that_falls_gives_the_one_claimed),
	    cmocka_unit_test(
		test_dispute__of_a_cancellation_that_falls_gives_it_back),
	    cmocka_unit_test(
		test_dispute__of_a_grade_that_is_cancelled_meanwhile_awards_nothing),
	    cmocka_unit_test(
		test_dispute__of_a_bonus_is_refused_like_any_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
