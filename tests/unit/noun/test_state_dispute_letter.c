/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes about warning letters: that one came, its level, a late reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disputekit.h"

/* To G16 and G17, about G16-K2; handed to G16 on 2022-07-15. */
static struct kc_warning *
letter(struct kit *k, const char *level)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-15");
	kit_do(k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "unit=G17", kit_field("level", level), "rectify_by=2022-09-30",
	    "fact=x", "demand=x");
	kit_do(k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	return k->st->warnings.v[0];
}

static void
escalate(struct kit *k, const char *level)
{
	kit_do(k, KC_K_warning_escalate, "P09.a", "warning=W-2022-0001",
	    kit_field("level", level), "reason=x");
}

static struct kc_dispute *
heard(struct kit *k, enum kc_kind_id kind)
{
	return dispute_heard_of(k, kind, "W-2022-0001");
}

static void
decided(struct kit *k, struct kc_dispute *d, const char *ruling,
    const char *measure)
{
	dispute_decide(k, d, ruling, measure);
	if (d->state == KC_DS_DECIDED) {
		k->now_ms = kc_day_end_ms(d->due);
		(void)kit_clerk(k);
	}
	kit_do(k, KC_K_dispute_apply, "P09.a", dispute_field(d));
}

static void
done(struct kit *k)
{
	kit_end(k);
}

/* --- that it came
 * ----------------------------------------------------------------- */
static void
test_letter__that_falls_releases_the_unit_and_no_other(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	d = heard(&k, KC_K_warning_issue);
	decided(&k, d, "overturned", NULL);
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_warning_release, "clerk",
	    "warning=W-2022-0001", dispute_field(d), "unit=G17");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kc_addressee_state(&w->to.v[0]), KC_AD_RELEASED);
	assert_int_equal(kc_addressee_state(&w->to.v[1]), KC_AD_WAITING);
	assert_true(kc_letter_open(w));
	/* It owes no reply, and is no ground for a deduction. */
	kit_refused(&k, KC_R_STATE, KC_K_warning_reply, "G16.head",
	    "warning=W-2022-0001", "reply=x");
	kit_on(&k, "2022-10-10");
	(void)kit_clerk(&k);
	assert_false(w->to.v[0].overdue);
	kit_refused(&k, KC_R_MARK, KC_K_prededuct_decide, "G02.a", "unit=G16",
	    "target=G16-K2", "situation=S4", "effect=full", "standard=1.0000",
	    "cause=not-rectified", "warning=W-2022-0001", EVIDENCE, "reason=x");
	done(&k);
}

static void
test_letter__released_from_by_all_is_revoked(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;
	uint32_t seq;

	(void)state;
	w = letter(&k, "yellow");
	seq = w->events.v[0].seq;
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	kit_do(&k, KC_K_warning_reply, "G17.head", "warning=W-2022-0001",
	    "reply=x");
	d = heard(&k, KC_K_warning_issue);
	decided(&k, d, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->state, KC_WS_REPLIED); /* by whom is left */
	kit_do(&k, KC_K_dispute_file, "G17.head", dispute_decision(seq),
	    "matter=W-2022-0001", "claim=x");
	d = k.st->disputes.v[1];
	kit_do(&k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	(void)kit_clerk(&k);
	decided(&k, d, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->state, KC_WS_REVOKED);
	kit_refused(&k, KC_R_STATE, KC_K_warning_lift, "P09.a",
	    "warning=W-2022-0001", EVIDENCE, "finding=x");
	done(&k);
}

/* --- its level
 * ------------------------------------------------------------------------ */
static void
test_letter__level_is_lowered_and_not_raised(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	d = heard(&k, KC_K_warning_issue);
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "level=yellow", "finding=x");
	decided(&k, d, "reduced", "level=blue");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_warning_lower, "clerk",
	    "warning=W-2022-0001", dispute_field(d), "level=yellow");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);
}

static void
test_escalation__that_falls_leaves_the_level_before(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "blue");
	escalate(&k, "red");
	d = heard(&k, KC_K_warning_escalate);
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(d), "ruling=reduced", "level=blue", "finding=x");
	decided(&k, d, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);

	w = letter(&k, "blue");
	escalate(&k, "red");
	decided(
	    &k, heard(&k, KC_K_warning_escalate), "reduced", "level=yellow");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_YELLOW);
	done(&k);
}

/* What was decided in the first level is final, and is applied. */
static void
apply(struct kit *k, struct kc_dispute *d)
{
	k->now_ms = kc_day_end_ms(d->due);
	(void)kit_clerk(k);
	kit_do(k, KC_K_dispute_apply, "P09.a", dispute_field(d));
}

/* The dispute of another unit, heard. */
static struct kc_dispute *
heard_of_g17(struct kit *k, uint32_t seq)
{
	struct kc_dispute *d;

	kit_do(k, KC_K_dispute_file, "G17.head", dispute_decision(seq),
	    "matter=W-2022-0001", "claim=x");
	d = k->st->disputes.v[k->st->disputes.n - 1];
	kit_do(k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	(void)kit_clerk(k);
	return d;
}

/* A level is raised for a reason of its own, disputed on its own: it stands,
 * and when it falls the letter has what the ruling before it left. */
static void
test_escalation__stands_and_falls_on_a_ruling_about_the_level_below(
    void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d, *raised;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	d = heard(&k, KC_K_warning_issue);
	dispute_decide(&k, d, "reduced", "level=blue");
	escalate(&k, "red");
	raised = heard(&k, KC_K_warning_escalate);
	apply(&k, d);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(d->state, KC_DS_APPLIED);
	assert_int_equal(w->level, KC_LEVEL_RED);
	d = raised;
	decided(&k, d, "overturned", NULL);
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_warning_lower, "clerk",
	    "warning=W-2022-0001", dispute_field(d), "level=yellow");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);
}

/* The raise is disputed first, and falls first. */
static void
test_escalation__that_fell_does_not_come_back_with_the_level_below(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *first, *second;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	first = heard(&k, KC_K_warning_issue);
	escalate(&k, "red");
	second = heard(&k, KC_K_warning_escalate);
	/* Yellow is what the letter had: there is nothing between. */
	kit_refused(&k, KC_R_RULING, KC_K_dispute_decide, "P09.b",
	    dispute_field(second), "ruling=reduced", "level=yellow",
	    "finding=x");
	dispute_decide(&k, first, "reduced", "level=blue");
	decided(&k, second, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_YELLOW);
	apply(&k, first);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);
}

/* Below a higher one a level can be disputed, and it leaves no trace. */
static void
test_escalation__below_another_can_be_disputed(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "blue");
	escalate(&k, "yellow");
	d = heard(&k, KC_K_warning_escalate);
	escalate(&k, "red");
	decided(&k, d, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_RED);
	decided(&k, heard(&k, KC_K_warning_escalate), "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);
}

/* Of what has fallen there is nothing to correct. */
static void
test_escalation__that_two_units_dispute_falls_once(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *a, *b;
	struct kit k;

	(void)state;
	w = letter(&k, "blue");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	kit_do(&k, KC_K_warning_reply, "G16.head", "warning=W-2022-0001",
	    "reply=x");
	kit_do(&k, KC_K_warning_reply, "G17.head", "warning=W-2022-0001",
	    "reply=x");
	escalate(&k, "red");
	a = heard(&k, KC_K_warning_escalate);
	b = heard_of_g17(&k, kc_dispute_decision(k.st, a)->seq);
	dispute_decide(&k, a, "overturned", NULL);
	dispute_decide(&k, b, "overturned", NULL);
	k.now_ms = kc_day_end_ms(b->due);
	/* Two orders that nobody gave, and one correction. */
	assert_int_equal(kit_clerk(&k), 3);
	assert_int_equal(a->state, KC_DS_APPLIED);
	assert_int_equal(b->state, KC_DS_APPLIED);
	assert_int_equal(w->level, KC_LEVEL_BLUE);
	done(&k);
}

/* --- a late reply
 * ----------------------------------------------------------------------- */
/* 2022-07-29 was the last day. */
static void
overdue(struct kit *k)
{
	kit_on(k, "2022-08-01");
	assert_int_equal(kit_clerk(k), 1);
}

static void
test_silence__that_falls_begins_the_period_anew(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	overdue(&k);
	d = heard(&k, KC_K_warning_overdue);
	/* Who delivered it stands aside. */
	kit_refused(&k, KC_R_RECUSED, KC_K_dispute_decide, "P09.a",
	    dispute_field(d), "ruling=upheld", "finding=x");
	decided(&k, d, "overturned", NULL);
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_warning_excuse, "clerk",
	    "warning=W-2022-0001", dispute_field(d), "unit=G16");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kc_addressee_state(&w->to.v[0]), KC_AD_DELIVERED);
	assert_string_equal(case_day(w->to.v[0].reply_due), "2022-08-15");
	/* And if it is silent again, it is overdue again. */
	kit_on(&k, "2022-08-16");
	assert_int_equal(kit_clerk(&k), 1);
	assert_true(w->to.v[0].overdue);
	done(&k);
}

static void
test_silence__that_falls_after_a_reply_leaves_the_reply(void **state)
{
	struct kc_warning *w;
	struct kc_dispute *d;
	struct kit k;

	(void)state;
	w = letter(&k, "yellow");
	overdue(&k);
	kit_do(&k, KC_K_warning_reply, "G16.head", "warning=W-2022-0001",
	    "reply=x");
	d = heard(&k, KC_K_warning_overdue);
	decided(&k, d, "overturned", NULL);
	assert_int_equal(kit_clerk(&k), 1);
	assert_false(w->to.v[0].overdue);
	assert_int_equal(kc_addressee_state(&w->to.v[0]), KC_AD_REPLIED);
	kit_on(&k, "2022-12-01");
	(void)kit_clerk(&k);
	assert_false(w->to.v[0].overdue);
	done(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_letter__that_falls_releases_the_unit_and_no_other),
	    cmocka_unit_test(test_letter__released_from_by_all_is_revoked),
	    cmocka_unit_test(test_letter__level_is_lowered_and_not_raised),
	    cmocka_unit_test(
		test_escalation__that_falls_leaves_the_level_before),
	    cmocka_unit_test(
		test_escalation__stands_and_falls_on_a_ruling_about_the_level_below),
	    cmocka_unit_test(
		test_escalation__that_fell_does_not_come_back_with_the_level_below),
	    cmocka_unit_test(test_escalation__below_another_can_be_disputed),
	    cmocka_unit_test(
		test_escalation__that_two_units_dispute_falls_once),
	    cmocka_unit_test(test_silence__that_falls_begins_the_period_anew),
	    cmocka_unit_test(
		test_silence__that_falls_after_a_reply_leaves_the_reply),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
