/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes about what came back: reviews, returns, the end of the period. */
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

static void
done(struct kit *k)
{
	kit_end(k);
}

/* --- returns
 * ------------------------------------------------------------------- */
static struct kc_dispute *
heard_of(struct kit *k, const struct kc_case *c, enum kc_kind_id kind)
{
	struct kc_dispute *d;

	kit_do(k, KC_K_dispute_file, "G16.head",
	    dispute_decision(dispute_entry(c, kind)),
	    kit_field("matter", c->handle), "claim=整改已到位");
	d = k->st->disputes.v[k->st->disputes.n - 1];
	kit_do(k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	(void)kit_clerk(k);
	return d;
}

static void
test_return__is_corrected_upwards_and_no_further_than_the_cap(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	case_submit(&k, c);
	case_refund(&k, c, "3000");
	assert_true(kc_case_unmet(k.st, c));
	d = heard_of(&k, c, KC_K_refund_grant);
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=3000", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=8001", "finding=x");
	dispute_decide(&k, d, "reduced", "rate=6000");
	kit_on(&k, "2022-07-23");
	(void)kit_clerk(&k);
	dispute_apply(&k, d);
	assert_int_equal(c->returned_e4, 3000);
	assert_int_equal(c->rate_bp, 6000);
	assert_false(kc_case_unmet(k.st, c));
	done(&k);
}

/* A reduced deduction keeps of the return what the cap lets: a ruling on the
 * return, by its rate, must not take that away again. */
static void
test_return__is_not_corrected_below_what_a_reduction_left(void **state)
{
	struct kc_dispute *first, *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	case_submit(&k, c);
	case_refund(&k, c, "3237");
	assert_int_equal(c->returned_e4, 1618);
	first = heard_of(&k, c, KC_K_prededuct_confirm);
	d = heard_of(&k, c, KC_K_refund_grant);
	dispute_decide(&k, first, "reduced", "points=0.2500");
	kit_on(&k, "2022-07-23");
	(void)kit_clerk(&k);
	dispute_apply(&k, first);
	assert_int_equal(c->returned_e4, 1618); /* 64.72 % of 0.2500 */
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=5009", "finding=x");
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "rate=6472", "finding=x");
	dispute_decide(&k, d, "reduced", "rate=6473");
	kit_on(&k, "2022-08-05");
	(void)kit_clerk(&k);
	dispute_apply(&k, d);
	assert_true(c->returned_e4 >= 1618);
	done(&k);
}

static void
test_expiry__that_falls_leaves_the_most_that_may_come_back(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	kit_on(&k, "2022-10-18");
	(void)kit_clerk(&k);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	d = heard_of(&k, c, KC_K_prededuct_expire);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_RETURNED);
	assert_int_equal(c->returned_e4, 4000);
	done(&k);
}

/* A rejection that falls ends an open case; of one that another review has
 * ended meanwhile there is nothing to dispute. */
static void
test_rejection__that_falls_ends_the_case_with_a_return(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	case_submit(&k, c);
	kit_do(&k, KC_K_rectify_reject, "G02.a", case_field(c), "reason=x");
	d = heard_of(&k, c, KC_K_rectify_reject);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_RETURNED);
	assert_int_equal(c->returned_e4, 4000);
	assert_int_equal(k.st->targets.v[c->target]->open_case, KC_NONE);
	kit_refused(&k, KC_R_STATE, KC_K_dispute_file, "G16.head",
	    dispute_decision(dispute_entry(c, KC_K_rectify_reject)),
	    kit_field("matter", c->handle), "claim=x");
	done(&k);
}

/* --- extensions that were refused
 * ---------------------------------------------------- */
/* Asked for on a day, and refused by G02.a. */
static struct kc_dispute *
not_extended(struct kit *k, const struct kc_case *c, const char *day)
{
	kit_on(k, day);
	kit_do(k, KC_K_extension_request, "G16.head", case_field(c),
	    "reason=汛期");
	kit_do(k, KC_K_extension_refuse, "G02.a", case_field(c), "reason=x");
	return heard_of(k, c, KC_K_extension_refuse);
}

static void
test_extension__that_was_refused_is_allowed(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = not_extended(&k, c, "2022-08-01");
	dispute_decide(&k, d, "overturned", NULL);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_extension_allow, "clerk",
	    case_field(c), dispute_field(d), "due=2022-11-16");
	assert_int_equal(kit_clerk(&k), 1);
	assert_string_equal(case_day(c->due), "2022-11-15");
	assert_int_equal(c->extensions, 1);
	kit_refused(&k, KC_R_EXTENSION_MAX, KC_K_extension_request, "G16.head",
	    case_field(c), "reason=x");
	kit_on(&k, "2022-11-15");
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	done(&k);
}

/* Both are overdue at once, as after an outage: each order is followed by its
 * correction before the next one. */
static void
test_extension__is_not_allowed_of_a_case_that_falls_in_the_same_hour(
    void **state)
{
	struct kc_dispute *extension, *all;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	all = dispute_heard(&k, c);
	extension = not_extended(&k, c, "2022-07-18");
	dispute_decide(&k, all, "overturned", NULL);
	dispute_decide(&k, extension, "overturned", NULL);
	kit_on(&k, "2022-08-15");
	assert_int_equal(kit_clerk(&k), 3); /* two orders, one correction */
	assert_int_equal(c->state, KC_CS_REVOKED);
	assert_int_equal(all->state, KC_DS_APPLIED);
	assert_int_equal(extension->state, KC_DS_APPLIED);
	done(&k);
}

/* The report is in: should it be rejected, there are days left. */
static void
test_extension__allowed_under_review_leaves_the_report(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = not_extended(&k, c, "2022-08-01");
	case_submit(&k, c);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_SUBMITTED);
	kit_do(&k, KC_K_rectify_reject, "G02.a", case_field(c), "reason=x");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-11-15");
	done(&k);
}

/* The period ended on 2022-10-17 while it was heard: it runs again for a
 * month from the order on, beside the case that its target has got. */
static void
test_extension__allowed_late_opens_what_ended_meanwhile(void **state)
{
	struct kc_case *c, *other;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	c = delivered(&k);
	d = not_extended(&k, c, "2022-10-09");
	kit_on(&k, "2022-10-20");
	(void)kit_clerk(&k);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	other = case_decide(&k, "2022-10-20", "G16", "G16-K2");
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-11-18");
	assert_int_equal(k.st->targets.v[c->target]->open_case, other->index);
	kit_do(
	    &k, KC_K_prededuct_decline, "P09.a", case_field(other), "reason=x");
	assert_int_equal(k.st->targets.v[c->target]->open_case, c->index);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_int_equal(k.st->targets.v[c->target]->open_case, KC_NONE);
	assert_int_equal(c->returned_e4, 4000);
	done(&k);
}

/* To appeal is a right, and in no list of what is to be done; its last day
 * moves with the calendar all the same. */
static void
test_appeal__its_last_day_rests_on_a_calendar_until_that_is_out(void **state)
{
	static const int only_2022[] = {2022, 0};
	struct kc_dispute *d;
	struct kc_case *c;
	struct kit k;

	(void)state;
	case_city(&k, "\"10-31\"", "\"12-31\"", only_2022);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-12-21", "G16", "G16-2022-K2");
	d = dispute_heard(&k, c);
	kit_on(&k, "2022-12-28");
	dispute_decide(&k, d, "upheld", NULL);
	assert_true(d->provisional);
	assert_string_equal(case_day(d->due), "2023-01-04");
	kit_on(&k, "2022-12-30");
	case_calendar(&k, 2023);
	assert_false(d->provisional);
	assert_string_equal(case_day(d->due), "2023-01-05");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_return__is_corrected_upwards_and_no_further_than_the_cap),
	    cmocka_unit_test(
		test_return__is_not_corrected_below_what_a_reduction_left),
	    cmocka_unit_test(
		test_expiry__that_falls_leaves_the_most_that_may_come_back),
	    cmocka_unit_test(
		test_rejection__that_falls_ends_the_case_with_a_return),
	    cmocka_unit_test(test_extension__that_was_refused_is_allowed),
	    cmocka_unit_test(
		test_extension__is_not_allowed_of_a_case_that_falls_in_the_same_hour),
	    cmocka_unit_test(
		test_extension__allowed_under_review_leaves_the_report),
	    cmocka_unit_test(
		test_extension__allowed_late_opens_what_ended_meanwhile),
	    cmocka_unit_test(
		test_appeal__its_last_day_rests_on_a_calendar_until_that_is_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
