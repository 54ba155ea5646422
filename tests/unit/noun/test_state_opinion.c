/* SPDX-License-Identifier: Apache-2.0 */
/* Opinions: who signs them, what they take, and that they can be disputed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"
#include "roundkit.h"
#include "statekit.h"

#define SAID ROUND_HALF, "verdict=on-schedule", "text=x"

static void
test_half__an_opinion_takes_four_offices_in_any_order(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	kit_enrol(&k, "both", NULL, "inspect-party inspect-gov");
	REFUSED(ROLE, opinion_record, "P09.a", "target=G16-K1", SAID);
	assert_string_equal(k.why.args[0], "P09.a alone");
	REFUSED(
	    ROLE, opinion_record, "insp.g P09.a office", "target=G16-K1", SAID);
	assert_non_null(strstr(k.why.args[3], "inspect-party"));
	REFUSED(ROLE, opinion_record, "P09.a office insp.p P09.b",
	    "target=G16-K1", SAID);
	assert_string_equal(k.why.args[0], "P09.b");
	REFUSED(ROLE, opinion_record, "P09.a office insp.p G16.head",
	    "target=G16-K1", SAID);
	assert_string_equal(k.why.args[0], "G16.head");
	REFUSED(ROLE, opinion_record, "P09.a office insp.p insp.g P09.b",
	    "target=G16-K1", SAID);
	DO(opinion_record, "insp.g both office P09.a", "target=G16-K1", SAID);
	DO(opinion_record, "both insp.p P09.b office", "target=G16-K2", SAID);
	kit_replay(&k);
}

/* One person behind two of the four is not four. */
static void
test_half__no_person_stands_for_two_offices(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	kit_enrol(&k, "both", NULL, "inspect-party inspect-gov");
	DO(delegation_give, "both", "to=leader", "may=opinion.record",
	    "from=2022-07-04", "until=2022-07-31");
	REFUSED(SAME_PERSON, opinion_record, "P09.a office both leader",
	    "target=G16-K1", SAID);
	DO(opinion_record, "P09.a office insp.p leader", "target=G16-K1", SAID);
	kit_replay(&k);
}

/* --- an opinion --- */
static void
test_opinion__that_it_is_behind_takes_evidence(void **state)
{
	const struct kc_opinion *o;

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	REFUSED(FIELD_MISSING, opinion_record, ROUND_SIGNERS, ROUND_HALF,
	    "target=G16-K1", "verdict=behind", "text=x");
	assert_string_equal(k.why.args[0], "evidence");
	o = round_opinion(&k, "G16-K1", "behind");
	REFUSED(
	    DUPLICATE, opinion_record, ROUND_SIGNERS, "target=G16-K1", SAID);
	assert_string_equal(k.why.args[0], o->handle);
	REFUSED(UNIT_MISMATCH, opinion_feed_back, "P09.a",
	    round_opinion_field(o), "unit=G17");
	round_feed_back(&k, o);
	REFUSED(STATE, opinion_feed_back, "P09.a", round_opinion_field(o),
	    "unit=G16");
	kit_replay(&k);
}

/* --- what rests on one --- */
#define LETTER                                                                 \
	"target=G16-K2", "unit=G16", "level=yellow", "rectify_by=2022-12-01",  \
	    "fact=x", "demand=x"
static void
test_opinion__a_letter_and_a_pre_deduction_may_rest_on_it(void **state)
{
	const struct kc_opinion *o, *fine;
	char of[64], other[64];

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	o = round_opinion(&k, "G16-K2", "behind");
	fine = round_opinion(&k, "G16-K1", "on-schedule");
	(void)snprintf(of, sizeof(of), "%s", round_opinion_field(o));
	(void)snprintf(other, sizeof(other), "%s", round_opinion_field(fine));
	REFUSED(FIELD_VALUE, warning_issue, "P09.a", LETTER, of);
	round_feed_back(&k, o);
	round_feed_back(&k, fine);
	REFUSED(FIELD_VALUE, warning_issue, "P09.a", LETTER, other);
	REFUSED(
	    NOT_FOUND, warning_issue, "P09.a", LETTER, "opinion=OP-2022-0009");
	DO(warning_issue, "P09.a", LETTER, of);
	assert_int_equal(o->warnings.n, 1);
	DO(prededuct_decide, "G02.a", "unit=G16", "target=G16-K2",
	    "situation=S3", "effect=full", "standard=0.5000", "planned=7500",
	    "actual=5200", EVIDENCE, "reason=x", of);
	assert_int_equal(o->cases.n, 1);
	kit_replay(&k);
}

/* --- disputes --- */
static void
test_dispute__an_opinion_that_falls_is_on_schedule(void **state)
{
	const struct kc_opinion *o;
	struct kc_dispute *d;
	char of[64];

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	o = round_opinion(&k, "G16-K1", "behind");
	(void)snprintf(of, sizeof(of), "%s", round_opinion_field(o));
	round_feed_back(&k, o);
	d = dispute_heard_of(&k, KC_K_opinion_record, o->handle);
	/* Whoever signed it stands aside, in whatever place. */
	REFUSED(RECUSED, dispute_decide, "P09.a", dispute_field(d),
	    "ruling=overturned", "finding=x");
	REFUSED(RULING, dispute_decide, "P09.b", dispute_field(d),
	    "ruling=reduced", "finding=x");
	dispute_decide(&k, d, "upheld", NULL);
	DO(dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	REFUSED(RECUSED, dispute_decide, "office", dispute_field(d),
	    "ruling=overturned", "finding=x");
	kit_enrol(&k, "office.b", "P20", "assess-office");
	DO(dispute_decide, "office.b", dispute_field(d), "ruling=overturned",
	    "finding=x");
	DO(dispute_apply, "P09.a", dispute_field(d));
	REFUSED(FIELD_VALUE, opinion_amend, "clerk", of, dispute_field(d),
	    "verdict=behind");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(o->verdict, KC_VERDICT_ON_SCHEDULE);
	assert_int_equal(d->state, KC_DS_APPLIED);
	REFUSED(STATE, opinion_amend, "clerk", of, dispute_field(d),
	    "verdict=on-schedule");
	kit_replay(&k);
}

/* A unit that knows of it need not wait for the feedback: the clerk corrects
 * what is recorded, and the opinion is fed back as it is then. */
static void
test_dispute__may_come_before_the_feedback(void **state)
{
	const struct kc_opinion *o;
	struct kc_dispute *d;

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	o = round_opinion(&k, "G16-K1", "behind");
	d = dispute_heard_of(&k, KC_K_opinion_record, o->handle);
	DO(dispute_decide, "P09.b", dispute_field(d), "ruling=overturned",
	    "finding=x");
	kit_on(&k, "2022-07-29");
	while (kit_clerk(&k) > 0)
		;
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(o->verdict, KC_VERDICT_ON_SCHEDULE);
	assert_int_equal(o->state, KC_OS_RECORDED);
	round_feed_back(&k, o);
	assert_int_equal(o->state, KC_OS_FED_BACK);
	kit_replay(&k);
}

int
main(void)
{
#define LISTS(test) cmocka_unit_test_setup_teardown(test, at_lists, done)
	const struct CMUnitTest tests[] = {
	    LISTS(test_half__an_opinion_takes_four_offices_in_any_order),
	    LISTS(test_half__no_person_stands_for_two_offices),
	    LISTS(test_opinion__that_it_is_behind_takes_evidence),
	    LISTS(test_opinion__a_letter_and_a_pre_deduction_may_rest_on_it),
	    LISTS(test_dispute__an_opinion_that_falls_is_on_schedule),
	    LISTS(test_dispute__may_come_before_the_feedback),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
