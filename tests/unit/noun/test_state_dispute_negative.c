/* SPDX-License-Identifier: Apache-2.0 */
/* A deduction by the negative list is disputed: reduced, revoked, upheld. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"

/* Confirmed by P09.a and notified on a Friday: to be disputed by 07-22. */
static struct kc_negative *
notified(struct kit *k)
{
	struct kc_negative *n;

	neg_city(k);
	n = neg_propose(k, "2022-07-15", "G16", "0.3000");
	kit_do(k, KC_K_negative_confirm, "P09.a", neg_field(n));
	kit_do(k, KC_K_negative_notify, "G12.a", neg_field(n));
	return n;
}

/* While it is heard nothing is final, whatever day it is. */
static void
test_dispute__of_an_event_that_is_reduced(void **state)
{
	struct kc_negative *n;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	n = notified(&k);
	d = dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	assert_string_equal(d->handle, "D-2022-0001");
	kit_on(&k, "2022-07-28");
	assert_int_equal(kit_clerk(&k), 0);
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "points=0.3000", "finding=x");
	dispute_decide(&k, d, "reduced", "points=0.1000");
	kit_on(&k, "2022-08-05");
	assert_int_equal(kit_clerk(&k), 1); /* dispute.final */
	assert_int_equal(n->amount_e4, 3000);
	kit_do(&k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	/* negative.reduce, and what waited: negative.final. */
	assert_int_equal(kit_clerk(&k), 2);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(n->state, KC_NS_FINAL);
	assert_int_equal(n->amount_e4, 1000);
	assert_int_equal(kc_negative_amount_at(n, 0), 3000);
	kit_end(&k);
}

static void
test_dispute__of_an_event_that_falls(void **state)
{
	struct kc_negative *n;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	n = notified(&k);
	d = dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(n->state, KC_NS_REVOKED);
	assert_int_equal(n->amount_e4, 0);
	assert_false(kc_negative_counts(n));
	kit_on(&k, "2022-09-15");
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);
}

static void
test_dispute__of_an_event_that_is_given_up_leaves_it_final(void **state)
{
	struct kc_negative *n;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	n = notified(&k);
	d = dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", dispute_field(d));
	kit_at(&k, "2022-07-22", 23, 59);
	assert_int_equal(kit_clerk(&k), 0); /* the day has not passed */
	kit_at(&k, "2022-07-23", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(n->state, KC_NS_FINAL);
	assert_int_equal(n->amount_e4, 3000);
	kit_end(&k);
}

/* By another unit, of another event, late, by who proposed or confirmed. */
static void
test_dispute__of_an_event_is_refused_like_any_other(void **state)
{
	struct kc_negative *n;
	struct kc_dispute *d;
	struct kit k;
	const char *decision;

	(void)state;
	n = notified(&k);
	decision =
	    dispute_decision(k.st->decisions.v[k.st->decisions.n - 1].seq);
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_dispute_file, "G17.head",
	    decision, kit_field("matter", n->handle), "claim=x");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_dispute_file, "G16.head",
	    decision, "matter=N-2022-0002", "claim=x");
	d = dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.a",
	    dispute_field(d), "ruling=upheld", "finding=x");
	kit_end(&k);

	n = notified(&k);
	decision =
	    dispute_decision(k.st->decisions.v[k.st->decisions.n - 1].seq);
	kit_at(&k, "2022-07-23", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	kit_refused(&k, KC_R_TOO_LATE, KC_K_dispute_file, "G16.head", decision,
	    kit_field("matter", n->handle), "claim=x");
	kit_end(&k);
}

/* An outage on the last day to dispute moves that day and the end alike. */
static void
test_dispute__of_an_event_after_an_outage_on_its_last_day(void **state)
{
	struct kc_negative *n;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	n = notified(&k);
	kit_on(&k, "2022-07-25");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(n->state, KC_NS_FINAL);
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2022-07-22",
	    "to=2022-07-22", "until=2022-07-26", kit_field("about", n->handle),
	    "limit=final", EVIDENCE, "reason=停电");
	assert_int_equal(n->state, KC_NS_NOTIFIED);
	assert_string_equal(
	    case_day(n->day[KC_L_negative_FINAL].due), "2022-07-26");
	d = dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	dispute_decide(&k, d, "overturned", NULL);
	dispute_apply(&k, d);
	assert_int_equal(n->state, KC_NS_REVOKED);
	kit_end(&k);
}

/* While it is heard its last day runs on, and a calendar that comes out then
 * moves it: in a ledger that is served, and in one that is replayed. */
static void
test_dispute__of_an_event_while_a_calendar_comes_out(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	n = notified(&k);
	(void)dispute_heard_of(&k, KC_K_negative_confirm, n->handle);
	kit_do(&k, KC_K_calendar_adopt, "P09.a", "file=x.yaml",
	    "text=calendar: cn\nyear: 2022\nnotice: none\n"
	    "off: [2022-07-20]\nwork: []");
	assert_string_equal(
	    case_day(n->day[KC_L_negative_FINAL].due), "2022-07-25");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dispute__of_an_event_that_is_reduced),
	    cmocka_unit_test(test_dispute__of_an_event_that_falls),
	    cmocka_unit_test(
		test_dispute__of_an_event_that_is_given_up_leaves_it_final),
	    cmocka_unit_test(
		test_dispute__of_an_event_is_refused_like_any_other),
	    cmocka_unit_test(
		test_dispute__of_an_event_after_an_outage_on_its_last_day),
	    cmocka_unit_test(
		test_dispute__of_an_event_while_a_calendar_comes_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
