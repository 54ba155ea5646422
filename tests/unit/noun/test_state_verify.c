/* SPDX-License-Identifier: Apache-2.0 */
/* What was reported of a node is verified by who may judge the target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"

#define K1 "target=G17-2022-K1"
#define Q1 "node=T1.Q1"
#define HALF "actual=2000", EVIDENCE, "reason=重复计算", "text=x"

/* Filed in April; of the first quarter 24 % of 25 % is reported. */
static int
reported(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	kit_on(&k, "2022-04-20");
	task_split(&k, &(struct task_row){.target = K1, .task = "task=T1"});
	DO(plan_file, "G17.head", K1);
	DO(progress_report, "G17.liaison", Q1, "actual=2400", "report=x");
	return 0;
}

static const struct kc_node *
node(unsigned q)
{
	return k.st->nodes.v[q];
}

static void
assert_light(const char *light)
{
	json_t *doc = view_of(&k, "progress", "G17", NULL, "2022-06-30");

	assert_string_equal(
	    text_at(row_where(doc, "node", "T1.Q1"), "light"), light);
	json_decref(doc);
}

static void
test_verify__leaves_the_figure_or_puts_another_in_its_place(void **state)
{
	(void)state;
	assert_light("green");
	DO(progress_verify, "G02.a", Q1, "finding=on-schedule", "text=x");
	assert_int_equal(kc_node_state(node(0)), KC_PG_VERIFIED);
	assert_int_equal(node(0)->verified_bp, 2400);
	/* Downwards, and upwards: each anew, and the last one counts. */
	DO(progress_verify, "G02.a", Q1, "finding=behind", HALF);
	assert_int_equal(node(0)->verified_bp, 2000);
	assert_int_equal(node(0)->reported_bp, 2400);
	assert_int_equal(node(0)->finding, KC_FINDING_BEHIND);
	assert_light("red");
	DO(progress_verify, "G02.b", Q1, "finding=on-schedule", "actual=2500",
	    EVIDENCE, "reason=漏报", "text=x");
	assert_light("green");
	kit_replay(&k);
}

static void
test_verify__says_why_and_shows_what_it_rests_on(void **state)
{
	(void)state;
	REFUSED(FIELD_MISSING, progress_verify, "G02.a", Q1, "finding=behind",
	    "text=x");
	assert_string_equal(k.why.args[0], "evidence");
	REFUSED(FIELD_MISSING, progress_verify, "G02.a", Q1,
	    "finding=off-direction", "text=x");
	REFUSED(FIELD_MISSING, progress_verify, "G02.a", Q1,
	    "finding=on-schedule", "actual=2399", EVIDENCE, "text=x");
	assert_string_equal(k.why.args[0], "reason");
	REFUSED(FIELD_MISSING, progress_verify, "G02.a", Q1,
	    "finding=on-schedule", "actual=2399", "reason=x", "text=x");
	assert_string_equal(k.why.args[0], "evidence");
	/* The same figure is no other one. */
	DO(progress_verify, "G02.a", Q1, "finding=on-schedule", "actual=2400",
	    "text=x");
	kit_replay(&k);
}

/* What the numbers say does not bind: look at more than progress (R93). */
static void
test_verify__direction_may_be_off_though_the_figure_is_met(void **state)
{
	(void)state;
	DO(progress_verify, "G02.a", Q1, "finding=off-direction", EVIDENCE,
	    "text=x");
	assert_int_equal(node(0)->finding, KC_FINDING_OFF_DIRECTION);
	assert_light("green");
	kit_replay(&k);
}

static void
test_verify__is_for_who_holds_a_grant_and_never_of_the_own_unit(void **state)
{
	(void)state;
	REFUSED(GRANT, progress_verify, "G12.a", Q1, "finding=behind", HALF);
	kit_enrol(&k, "G17.judge", "G17", "assessor");
	REFUSED(
	    OWN_UNIT, progress_verify, "G17.judge", Q1, "finding=behind", HALF);
	/* The office stands in where the assessing unit holds none. */
	REFUSED(UNIT_MISMATCH, progress_verify, "P09.a", Q1, "finding=behind",
	    HALF);
	DO(grant_withdraw, "P09.a", "grant=GR-G02", "reason=x");
	REFUSED(GRANT, progress_verify, "G02.a", Q1, "finding=behind", HALF);
	kit_enrol(&k, "G17.estab", "G17", "estab");
	REFUSED(
	    OWN_UNIT, progress_verify, "G17.estab", Q1, "finding=behind", HALF);
	DO(progress_verify, "P09.a", Q1, "finding=behind", HALF);
	kit_replay(&k);
}

/* A report after it would take the light back: it is refused, and who
 * verified may do so anew. */
static void
test_verify__what_is_verified_is_reported_no_more(void **state)
{
	(void)state;
	DO(progress_verify, "G02.a", Q1, "finding=behind", HALF);
	REFUSED(
	    STATE, progress_report, "G17.head", Q1, "actual=2500", "report=x");
	assert_string_equal(k.why.args[0], "T1.Q1");
	DO(progress_report, "G17.head", "node=T1.Q2", "actual=3000",
	    "report=x");
	kit_replay(&k);
}

/* --- every event in every state --- */
static void
in_state(unsigned s)
{
	switch (s) {
	case KC_PG_OVERDUE:
		kit_on(&k, "2022-05-07");
		(void)kit_clerk(&k);
		break;
	case KC_PG_VERIFIED:
		DO(progress_report, "G17.head", Q1, "actual=2400", "report=x");
		DO(progress_verify, "G02.a", Q1, "finding=on-schedule",
		    "text=x");
		break;
	case KC_PG_REPORTED:
		DO(progress_report, "G17.head", Q1, "actual=2400", "report=x");
		break;
	case KC_PG_DROPPED:
		DO(plan_return, "P09.a", K1, "reason=x");
		DO(task_drop, "G17.head", "task=T1", "reason=x");
		task_split(
		    &k, &(struct task_row){.target = K1, .task = "task=T2"});
		DO(plan_file, "G17.head", K1);
		break;
	default:
		break;
	}
	assert_int_equal(kc_node_state(node(0)), s);
}

static void
test_progress__every_event_in_every_state_is_as_its_table(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *fields[4];
	} events[] = {
	    {KC_K_progress_verify, "G02.a",
		{Q1, "finding=on-schedule", "text=x"}},
	    {KC_K_progress_report, "G17.head", {Q1, "actual=2500", "report=x"}},
	    {KC_K_progress_overdue, "clerk", {Q1, "due=2022-05-06"}},
	    {KC_K_plan_return, "P09.a", {K1, "reason=x"}},
	};

	for (unsigned s = 0; s < KC_progress_STATES; s++)
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]);
		     i++) {
			const struct kc_move *m =
			    kc_machine_move(KC_M_progress, events[i].kind);
			bool may = (m->from >> s & 1) != 0;

			(void)done(state);
			task_city(&k, NULL, NULL);
			kit_on(&k, "2022-04-20");
			task_split(&k,
			    &(struct task_row){
				.target = K1, .task = "task=T1"});
			DO(plan_file, "G17.head", K1);
			in_state(s);
			/* Of a dropped one no node of the target is asked. */
			may = may ||
			    (s == KC_PG_DROPPED &&
				events[i].kind == KC_K_plan_return);
			if (may && m->party != KC_PARTY_CLERK)
				kit_do_v(&k, events[i].kind, events[i].by,
				    events[i].fields, __FILE__, (int)s);
			else
				kit_refused_v(&k,
				    may ? KC_R_NOT_DUE : KC_R_STATE,
				    events[i].kind, events[i].by,
				    events[i].fields, __FILE__, (int)s);
			kit_replay(&k);
		}
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, reported, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_verify__leaves_the_figure_or_puts_another_in_its_place),
	    TEST(test_verify__says_why_and_shows_what_it_rests_on),
	    TEST(test_verify__direction_may_be_off_though_the_figure_is_met),
	    TEST(
		test_verify__is_for_who_holds_a_grant_and_never_of_the_own_unit),
	    TEST(test_verify__what_is_verified_is_reported_no_more),
	    TEST(test_progress__every_event_in_every_state_is_as_its_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
