/* SPDX-License-Identifier: Apache-2.0 */
/* The negative list: propose, confirm, notify, final; and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"

/* --- the way of an event --- */
static void
test_negative__is_final_when_the_time_to_dispute_has_passed(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	assert_string_equal(n->handle, "N-2022-0001");
	assert_string_equal(case_day(n->day[0].due), "2022-07-22");
	assert_false(kc_negative_counts(n));
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(n));
	assert_true(kc_negative_counts(n));
	assert_string_equal(case_day(n->day[1].due), "2022-07-22");
	kit_on(&k, "2022-07-18");
	kit_do(&k, KC_K_negative_notify, "G12.a", neg_field(n));
	/* Five working days after Monday. */
	assert_string_equal(case_day(n->day[2].due), "2022-07-25");
	kit_at(&k, "2022-07-25", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_at(&k, "2022-07-26", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(n->state, KC_NS_FINAL);
	assert_true(kc_negative_counts(n));
	kit_end(&k);
}

static void
test_negative__lapses_when_nobody_confirms_it(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	kit_at(&k, "2022-07-23", 0, 0);
	kit_refused(
	    &k, KC_R_DUE_FIRST, KC_K_negative_confirm, "P09.a", neg_field(n));
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(n->state, KC_NS_LAPSED);
	assert_false(kc_negative_counts(n));
	kit_refused(
	    &k, KC_R_STATE, KC_K_negative_confirm, "P09.a", neg_field(n));
	kit_end(&k);
}

/* An outage on the last day gives another one, and takes the lapse back. */
static void
test_negative__an_outage_takes_back_that_it_lapsed(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	kit_on(&k, "2022-07-25");
	assert_int_equal(kit_clerk(&k), 1);
	kit_do(&k, KC_K_deadline_move, "P09.a ops", "from=2022-07-22",
	    "to=2022-07-22", "until=2022-07-26", EVIDENCE, "reason=停电");
	assert_int_equal(n->state, KC_NS_PROPOSED);
	assert_string_equal(case_day(n->day[0].due), "2022-07-26");
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(n));
	kit_end(&k);
}

static void
test_negative__is_declined_or_withdrawn_and_takes_nothing(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	kit_do(&k, KC_K_negative_decline, "P09.a", neg_field(n), "reason=x");
	assert_int_equal(n->state, KC_NS_DECLINED);
	for (int i = 0; i < 3; i++) {
		n = neg_propose(&k, NULL, "G17", "0.3000");
		if (i > 0)
			kit_do(
			    &k, KC_K_negative_confirm, "P09.a", neg_field(n));
		if (i > 1)
			kit_do(&k, KC_K_negative_notify, "P09.b", neg_field(n));
		kit_do(&k, KC_K_negative_withdraw, "G12.a P09.b", neg_field(n),
		    "reason=x");
		assert_int_equal(n->state, KC_NS_WITHDRAWN);
		assert_false(kc_negative_counts(n));
	}
	kit_pass_days(&k, 60);
	assert_int_equal(kit_clerk(&k), 0);
	kit_end(&k);
}

/* What the item's own department did wrong is for the office to propose. */
static void
test_negative__of_the_items_own_assessor_the_office_proposes(void **state)
{
	struct kit k;

	(void)state;
	neg_city(&k);
	kit_on(&k, "2022-07-15");
	kit_refused(&k, KC_R_OWN_UNIT, KC_K_negative_propose, "G12.a",
	    "unit=G12", "item=3", "amount=0.3000", "on=2022-07-01", EVIDENCE,
	    "fact=x");
	kit_do(&k, KC_K_negative_propose, "P09.a", "unit=G12", "item=3",
	    "amount=0.3000", "on=2022-07-01", EVIDENCE, "fact=x");
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_negative_confirm, "P09.a",
	    "negative=N-2022-0001");
	kit_do(&k, KC_K_negative_confirm, "P09.b", "negative=N-2022-0001");
	kit_do(&k, KC_K_negative_notify, "P09.a", "negative=N-2022-0001");
	kit_end(&k);
}

/* --- what is refused --- */
#define PROPOSE(code, by, unit, item, amount, on, rule)                        \
	{                                                                      \
		__FILE__ ": " #code " " on, neg_city, KC_R_##code,             \
		    KC_K_negative_propose, by,                                 \
		    {"unit=" unit, "item=" item, "amount=" amount, "on=" on,   \
			EVIDENCE, "fact=x"},                                   \
		    rule, NULL                                                 \
	}
static void
test_negative__refuses_proposals_by_a_table(void **state)
{
	static const struct refusal_row rows[] = {
	    PROPOSE(
		NOT_FOUND, "G12.a", "G99", "3", "0.3000", "2022-07-01", NULL),
	    PROPOSE(
		NOT_FOUND, "G12.a", "G17", "29", "0.3000", "2022-07-01", NULL),
	    PROPOSE(
		NOT_FOUND, "G12.a", "G17", "0", "0.3000", "2022-07-01", NULL),
	    PROPOSE(GRANT, "G12.a", "G17", "4", "0.3000", "2022-07-01", NULL),
	    PROPOSE(GRANT, "G02.a", "G17", "3", "0.3000", "2022-07-01", NULL),
	    PROPOSE(GRANT, "P09.a", "G17", "3", "0.3000", "2022-07-01", NULL),
	    PROPOSE(
		OWN_UNIT, "G12.a", "G12", "3", "0.3000", "2022-07-01", NULL),
	    PROPOSE(STANDARD, "G12.a", "G17", "3", "0.0999", "2022-07-01",
		"neg.event_min"),
	    PROPOSE(STANDARD, "G12.a", "G17", "3", "1.0001", "2022-07-01",
		"neg.event_max"),
	    PROPOSE(
		DATE_ORDER, "G12.a", "G17", "3", "0.3000", "2022-07-16", NULL),
	    PROPOSE(CYCLE, "G12.a", "G17", "3", "0.3000", "2021-12-31", NULL),
	};
	struct kit k;

	(void)state;
	case_check_rows(rows, sizeof(rows) / sizeof(rows[0]));
	kit_init(&k, KIT_CITY);
	kit_refused(&k, KC_R_NO_POLICY, KC_K_negative_propose, "G12.a",
	    "unit=G17", "item=3", "amount=0.3000", "on=2022-01-01", EVIDENCE,
	    "fact=x");
	kit_free(&k);
}

/* Who proposed is judged by its grant of that day; another is no party. */
static void
test_negative__notice_takes_the_grant_or_the_office(void **state)
{
	struct kc_negative *n;
	struct kit k;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(n));
	kit_refused(&k, KC_R_UNIT_MISMATCH, KC_K_negative_notify, "G02.a",
	    neg_field(n));
	kit_do(&k, KC_K_grant_withdraw, "P09.a", "grant=GN3", "reason=x");
	kit_refused(
	    &k, KC_R_GRANT, KC_K_negative_notify, "G12.a", neg_field(n));
	kit_refused(&k, KC_R_GRANT, KC_K_negative_withdraw, "G12.a P09.a",
	    neg_field(n), "reason=x");
	kit_do(&k, KC_K_negative_notify, "P09.b", neg_field(n));
	kit_end(&k);
}

/* --- every event in every state --- */
static struct kc_negative *
in_state(struct kit *k, unsigned s)
{
	struct kc_negative *n = neg_propose(k, "2022-07-15", "G17", "0.3000");

	if (s == KC_NS_DECLINED)
		kit_do(k, KC_K_negative_decline, "P09.a", neg_field(n),
		    "reason=x");
	if (s == KC_NS_LAPSED) {
		kit_on(k, "2022-08-01");
		(void)kit_clerk(k);
	}
	if (s == KC_NS_WITHDRAWN)
		kit_do(k, KC_K_negative_withdraw, "P09.a P09.b", neg_field(n),
		    "reason=x");
	if (s == KC_NS_CONFIRMED || s == KC_NS_NOTIFIED || s == KC_NS_FINAL)
		kit_do(k, KC_K_negative_confirm, "P09.a", neg_field(n));
	if (s == KC_NS_NOTIFIED || s == KC_NS_FINAL)
		kit_do(k, KC_K_negative_notify, "P09.a", neg_field(n));
	if (s == KC_NS_FINAL) {
		kit_on(k, "2022-08-01");
		(void)kit_clerk(k);
	}
	assert_int_equal(n->state, s);
	return n;
}

static void
test_negative__every_event_in_every_state_is_as_its_table(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *more;
	} events[] = {
	    {KC_K_negative_confirm, "P09.b", NULL},
	    {KC_K_negative_decline, "P09.b", "reason=x"},
	    {KC_K_negative_lapse, "clerk", "due=2022-07-22"},
	    {KC_K_negative_notify, "P09.b", NULL},
	    {KC_K_negative_withdraw, "P09.a P09.b", "reason=x"},
	    {KC_K_negative_final, "clerk", "due=2022-07-22"},
	};

	(void)state;
	for (unsigned s = 0; s < KC_NS_REVOKED; s++) /* disputed: there */
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]);
		     i++) {
			const struct kc_move *m =
			    kc_machine_move(KC_M_negative, events[i].kind);
			bool may = (m->from >> s & 1) != 0;
			struct kc_negative *n;
			const char *fields[3] = {NULL};
			struct kit k;

			neg_city(&k);
			n = in_state(&k, s);
			fields[0] = neg_field(n);
			fields[1] = events[i].more;
			if (may && m->party != KC_PARTY_CLERK)
				kit_do_v(&k, events[i].kind, events[i].by,
				    fields, __FILE__, (int)s);
			else /* the clerk's: not due */
				kit_refused_v(&k,
				    may ? KC_R_NOT_DUE : KC_R_STATE,
				    events[i].kind, events[i].by, fields,
				    __FILE__, (int)s);
			kit_end(&k);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_negative__is_final_when_the_time_to_dispute_has_passed),
	    cmocka_unit_test(test_negative__lapses_when_nobody_confirms_it),
	    cmocka_unit_test(
		test_negative__an_outage_takes_back_that_it_lapsed),
	    cmocka_unit_test(
		test_negative__is_declined_or_withdrawn_and_takes_nothing),
	    cmocka_unit_test(
		test_negative__of_the_items_own_assessor_the_office_proposes),
	    cmocka_unit_test(test_negative__refuses_proposals_by_a_table),
	    cmocka_unit_test(
		test_negative__notice_takes_the_grant_or_the_office),
	    cmocka_unit_test(
		test_negative__every_event_in_every_state_is_as_its_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
