/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes about pre-deductions: from the filing to the correction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"

/* A case of G16, fed back on a Friday; 2022-07-22 is the fifth working day. */
static struct kc_case *
delivered(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	return case_rectifying(k, "2022-07-15", "G16", "G16-K2");
}

/* The same, with 80 % returned: D 0.5000, R 0.4000. */
static struct kc_case *
refunded(struct kit *k)
{
	struct kc_case *c = delivered(k);

	case_submit(k, c);
	case_refund(k, c, "8000");
	assert_int_equal(c->deducted_e4, 5000);
	assert_int_equal(c->returned_e4, 4000);
	return c;
}

static void
done(struct kit *k)
{
	kit_end(k);
}

/* --- the points (domain E5, E6)
 * ----------------------------------------------- */
static void
test_overturned__after_a_return_the_last_tenth_comes_back_too(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = refunded(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	assert_int_equal(d->state, KC_DS_FINAL);
	assert_int_equal(c->deducted_e4 - c->returned_e4, 1000);
	dispute_apply(&k, d);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(c->state, KC_CS_REVOKED);
	assert_int_equal(c->deducted_e4, 0);
	assert_int_equal(c->returned_e4, 0);
	assert_false(kc_case_counts(c));
	done(&k);
}

static void
test_reduced__what_was_returned_is_capped_anew_and_taken_back(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = refunded(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "reduced", "points=0.3000");
	assert_int_equal(d->state, KC_DS_DECIDED);
	kit_on(&k, "2022-07-23"); /* five working days after */
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_FINAL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_RETURNED);
	assert_int_equal(c->deducted_e4, 3000);
	assert_int_equal(c->returned_e4, 2400);
	done(&k);
}

/* A return of less than the new cap stays whole. */
static void
test_reduced__a_small_return_stays(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	case_submit(&k, c);
	case_refund(&k, c, "3000");
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "reduced", "points=0.4999");
	kit_on(&k, "2022-07-23");
	(void)kit_clerk(&k);
	dispute_apply(&k, d);
	assert_int_equal(c->deducted_e4, 4999);
	assert_int_equal(c->returned_e4, 1500);
	done(&k);
}

/* What is still open goes on with less to lose; one that falls is over, and
 * its target free. */
static void
test_correction__of_an_open_case(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "reduced", "points=0.2000");
	kit_on(&k, "2022-07-23");
	(void)kit_clerk(&k);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-10-17");
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_int_equal(c->returned_e4, 1600);
	done(&k);

	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_REVOKED);
	assert_int_equal(k.st->targets.v[c->target]->open_case, KC_NONE);
	kit_on(&k, "2022-10-18");
	assert_int_equal(kit_clerk(&k), 0); /* nothing expires */
	(void)case_decide(&k, NULL, "G16", "G16-K2");
	done(&k);
}

/* What was found not to hold does not serve a second time. */
static void
test_overturned__its_ground_is_used_up(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	kit_on(&k, "2022-07-18");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_prededuct_decide, "G02.a",
	    "unit=G16", "target=G16-K2", "situation=S3", "effect=full",
	    "standard=0.5000", "planned=7500", "actual=5200", EVIDENCE,
	    "reason=滞后");
	kit_free(&k);
}

/* --- what filing does
 * -------------------------------------------------------------- */
static void
test_filing__stops_nothing_and_costs_nothing(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_file(&k, c);
	assert_string_equal(d->handle, "D-2022-0001");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-10-17");
	assert_int_equal(c->deducted_e4, 5000);
	kit_on(&k, "2022-07-21");
	(void)kit_clerk(&k);
	kit_on(&k, "2022-10-18");
	(void)kit_clerk(&k);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	/* and the hearing goes on all the same */
	assert_int_equal(d->state, KC_DS_REVIEW);
	assert_true(d->overdue);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_REVOKED);
	done(&k);
}

static void
test_filing__is_in_time_until_five_working_days_after_the_delivery(void **state)
{
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	kit_at(&k, "2022-07-22", 23, 59);
	(void)dispute_file(&k, c);
	done(&k);

	c = delivered(&k);
	kit_on(&k, "2022-07-23");
	kit_refused(&k, KC_R_TOO_LATE, KC_K_dispute_file, "G16.head",
	    dispute_decision(dispute_entry(c, KC_K_prededuct_confirm)),
	    kit_field("matter", c->handle), "claim=x");
	assert_string_equal(k.why.rule, "dispute.file_wd");
	kit_free(&k);

	/* What has not been delivered has not begun to be late. */
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	case_confirm(&k, c);
	kit_on(&k, "2022-09-15");
	(void)dispute_file(&k, c);
	done(&k);
}

/* --- whoever is late
 * ----------------------------------------------------------------- */
static void
test_answer__that_is_late_counts_as_yes(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_file(&k, c);
	assert_string_equal(case_day(d->due), "2022-07-20");
	kit_on(&k, "2022-07-20");
	assert_int_equal(kit_clerk(&k), 0);
	kit_on(&k, "2022-07-21");
	assert_int_equal(kit_clerk(&k), 2); /* admitted, and the replay */
	assert_int_equal(d->state, KC_DS_REVIEW);
	kit_refused(&k, KC_R_STATE, KC_K_dispute_inadmissible, "P09.b",
	    dispute_field(d), "reason=x");
	done(&k);
}

static void
test_decision__that_is_late_may_come_from_the_higher_level_and_is_final(
    void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	assert_string_equal(case_day(d->due), "2022-07-29");
	kit_on(&k, "2022-07-29");
	kit_refused(&k, KC_R_TOO_EARLY, KC_K_dispute_decide, "office",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_on(&k, "2022-07-30");
	assert_int_equal(kit_clerk(&k), 1);
	assert_true(d->overdue);
	kit_do(&k, KC_K_dispute_decide, "office", dispute_field(d),
	    "ruling=reduced", "points=0.1000", "finding=x");
	assert_int_equal(d->state, KC_DS_FINAL);
	done(&k);

	/* Late is not too late. */
	c = delivered(&k);
	d = dispute_heard(&k, c);
	kit_on(&k, "2022-07-30");
	(void)kit_clerk(&k);
	dispute_decide(&k, d, "upheld", NULL);
	assert_int_equal(d->state, KC_DS_DECIDED);
	done(&k);
}

static void
test_application__that_is_late_comes_by_itself(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = refunded(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	assert_string_equal(case_day(d->due), "2022-07-22");
	kit_on(&k, "2022-07-22");
	assert_int_equal(kit_clerk(&k), 0);
	kit_on(&k, "2022-07-23");
	assert_int_equal(kit_clerk(&k), 2); /* enforced, and the correction */
	assert_int_equal(c->state, KC_CS_REVOKED);
	assert_int_equal(d->state, KC_DS_APPLIED);
	done(&k);
}

/* --- appeal
 * ------------------------------------------------------------------------------
 */
static void
test_appeal__goes_to_the_higher_level_once_and_takes_nothing_away(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "reduced", "points=0.3000");
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_appeal, "G17.head",
	    dispute_field(d), "reason=x");
	kit_do(&k, KC_K_dispute_appeal, "G16.head", dispute_field(d),
	    "reason=仍然过重");
	assert_int_equal(kit_clerk(&k), 1); /* its own replay */
	assert_int_equal(d->level, 2);
	kit_refused(&k, KC_R_ROLE, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "office",
	    dispute_field(d), "ruling=reduced", "points=0.3001", "finding=x");
	dispute_decide(&k, d, "upheld", NULL);
	assert_int_equal(d->state, KC_DS_FINAL); /* the first level stands */
	kit_refused(&k, KC_R_STATE, KC_K_dispute_appeal, "G16.head",
	    dispute_field(d), "reason=x");
	dispute_apply(&k, d);
	assert_int_equal(c->deducted_e4, 3000);
	done(&k);
}

#define EXHIBIT                                                                \
	"evidence=sha256:"                                                     \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "    \
	"18233 text/plain"

static void
test_present__is_for_both_parties_while_somebody_will_decide(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;
	uint32_t before;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	before = d->events.n;
	kit_do(&k, KC_K_dispute_present, "G16.head", dispute_field(d), EXHIBIT);
	kit_do(&k, KC_K_dispute_present, "G02.b", dispute_field(d), EXHIBIT,
	    "remark=x");
	assert_int_equal(d->events.n, before + 2);
	assert_int_equal(d->state, KC_DS_REVIEW);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_present, "G17.head",
	    dispute_field(d), EXHIBIT);
	dispute_decide(&k, d, "upheld", NULL);
	kit_refused(&k, KC_R_STATE, KC_K_dispute_present, "G16.head",
	    dispute_field(d), EXHIBIT);
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_dispute_present, "G16.head", dispute_field(d), EXHIBIT);
	done(&k);
}

static void
test_appeal__may_overturn_and_must_come_in_time(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "upheld", NULL);
	kit_on(&k, "2022-07-22");
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_REVOKED);
	done(&k);

	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "upheld", NULL);
	kit_on(&k, "2022-07-23");
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_dispute_appeal, "G16.head",
	    dispute_field(d), "reason=x");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_STANDS);
	done(&k);
}

static void
test_inadmissible__can_be_appealed_and_is_heard_then(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_file(&k, c);
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_inadmissible, "P09.a",
	    dispute_field(d), "reason=x");
	kit_do(&k, KC_K_dispute_inadmissible, "P09.b", dispute_field(d),
	    "reason=不属于复核范围");
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	assert_int_equal(kit_clerk(&k), 1);
	dispute_decide(&k, d, "reduced", "points=0.1000");
	dispute_apply(&k, d);
	assert_int_equal(c->deducted_e4, 1000);
	done(&k);

	/* or not, and then it is over */
	c = delivered(&k);
	d = dispute_file(&k, c);
	kit_do(&k, KC_K_dispute_inadmissible, "P09.b", dispute_field(d),
	    "reason=x");
	kit_on(&k, "2022-07-23");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_STANDS);
	done(&k);
}

/* --- withdraw
 * ----------------------------------------------------------------------------
 */
static void
test_withdrawn__a_dispute_ends_and_an_appeal_keeps_what_was_given(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = dispute_file(&k, c);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_withdraw, "G17.head",
	    dispute_field(d));
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", dispute_field(d));
	assert_int_equal(d->state, KC_DS_WITHDRAWN);
	kit_refused(&k, KC_R_DUPLICATE, KC_K_dispute_file, "G16.head",
	    dispute_decision(dispute_entry(c, KC_K_prededuct_confirm)),
	    kit_field("matter", c->handle), "claim=x");
	done(&k);

	c = delivered(&k);
	d = dispute_heard(&k, c);
	dispute_decide(&k, d, "reduced", "points=0.3000");
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", dispute_field(d));
	assert_int_equal(d->state, KC_DS_FINAL);
	dispute_apply(&k, d);
	assert_int_equal(c->deducted_e4, 3000);
	done(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_overturned__after_a_return_the_last_tenth_comes_back_too),
	    cmocka_unit_test(
		test_reduced__what_was_returned_is_capped_anew_and_taken_back),
	    cmocka_unit_test(test_reduced__a_small_return_stays),
	    cmocka_unit_test(test_correction__of_an_open_case),
	    cmocka_unit_test(test_overturned__its_ground_is_used_up),
	    cmocka_unit_test(test_filing__stops_nothing_and_costs_nothing),
	    cmocka_unit_test(
		test_filing__is_in_time_until_five_working_days_after_the_delivery),
	    cmocka_unit_test(test_answer__that_is_late_counts_as_yes),
	    cmocka_unit_test(
		test_decision__that_is_late_may_come_from_the_higher_level_and_is_final),
	    cmocka_unit_test(test_application__that_is_late_comes_by_itself),
	    cmocka_unit_test(
		test_appeal__goes_to_the_higher_level_once_and_takes_nothing_away),
	    cmocka_unit_test(
		test_present__is_for_both_parties_while_somebody_will_decide),
	    cmocka_unit_test(test_appeal__may_overturn_and_must_come_in_time),
	    cmocka_unit_test(
		test_inadmissible__can_be_appealed_and_is_heard_then),
	    cmocka_unit_test(
		test_withdrawn__a_dispute_ends_and_an_appeal_keeps_what_was_given),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
