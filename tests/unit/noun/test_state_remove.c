/* SPDX-License-Identifier: Apache-2.0 */
/* An active target is withdrawn, and its points go to others of its class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "noun/adjust/adjust.h"
#include "roundkit.h"
#include "statekit.h"

#define SIGNERS "P09.a gop gog"
#define WHOLE "target=G17-K1", "into=G17-K2", "gain=30.0000", "reason=x"

static struct kc_target *
target(const char *code)
{
	return k.st->targets.v[kc_find(k.st, KC_NS_TARGET, kc_slice_str(code))];
}

static void
test_remove__gives_all_its_points_inside_the_class(void **state)
{
	(void)state;
	REFUSED(ROLE, target_remove, "P09.a gop", WHOLE);
	REFUSED(ROLE, target_remove, "P09.a P09.b gop", WHOLE);
	REFUSED(WEIGHT, target_remove, SIGNERS, "target=G17-K1", "reason=x");
	REFUSED(WEIGHT, target_remove, SIGNERS, "target=G17-K1", "into=G17-K2",
	    "gain=29.9999", "reason=x");
	assert_string_equal(k.why.args[1], "29.9999");
	assert_string_equal(k.why.args[2], "30.0000");
	REFUSED(MATE, target_remove, SIGNERS, "target=G17-K1", "into=G17-R1",
	    "gain=30.0000", "reason=x");
	REFUSED(MATE, target_remove, SIGNERS, "target=G17-K1", "into=G16-K1",
	    "gain=30.0000", "reason=x");
	REFUSED(FIELD_MISSING, target_remove, SIGNERS, "target=G17-K1",
	    "into=G17-K2", "reason=x");
	REFUSED(DUPLICATE, target_remove, SIGNERS, "target=G17-K1",
	    "into=G17-K1", "gain=30.0000", "reason=x");
	REFUSED(NOT_FOUND, target_remove, SIGNERS, "target=G17-K9", "reason=x");
	DO(target_remove, SIGNERS, WHOLE);
	assert_int_equal(target("G17-K1")->state, KC_TS_WITHDRAWN);
	assert_int_equal(target("G17-K2")->weight_e4, 700000);
	assert_int_equal(target("G17-K2")->versions.v[0].weight_e4, 400000);
	REFUSED(STATE, target_remove, SIGNERS, WHOLE);
	kit_replay(&k);
}

/* Of the reserve: what no other takes can be given out again. */
static void
test_remove__of_dynamic_work_may_go_back_to_the_reserve(void **state)
{
#define ADD "unit=G17", "year=2022", "duty=D1", "assessor=G02", "title=抗旱"
	const struct kc_list *l;

	(void)state;
	DO(target_add, "P09.a gop", "target=Y1", ADD, "weight=6.0000");
	DO(target_add, "P09.a gop", "target=Y2", ADD, "weight=4.0000");
	REFUSED(WEIGHT, target_remove, SIGNERS, "target=Y1", "into=Y2",
	    "gain=6.0001", "reason=x");
	DO(target_remove, SIGNERS, "target=Y1", "into=Y2", "gain=1.0000",
	    "reason=x");
	l = kc_list_of(k.st, target("Y1")->unit, 2022);
	assert_int_equal(l->dynamic_e4, 50000);
	assert_int_equal(target("Y2")->weight_e4, 50000);
	DO(target_remove, SIGNERS, "target=Y2", "reason=x");
	assert_int_equal(l->dynamic_e4, 0);
	DO(target_add, "P09.a gop", "target=Y3", ADD, "weight=10.0000");
	kit_replay(&k);
}

/* --- what is open about it --- */
static void
refused_for(const char *open)
{
	REFUSED(TARGET_OPEN, target_remove, SIGNERS, "target=G17-K2",
	    "into=G17-K1", "gain=40.0000", "reason=x");
	assert_string_equal(k.why.args[0], "G17-K2");
	assert_string_equal(k.why.args[1], open);
}

static void
test_remove__waits_for_each_that_is_open_and_names_it(void **state)
{
	const struct kc_case *c;

	(void)state;
	kit_on(&k, "2022-07-04");
	DO(adjust_order, "leader", "unit=G17", "year=2022", "reason=x");
	DO(target_adjust, "P09.a", "target=G17-K2", "title=x",
	    "cause=force-majeure", "reason=x");
	refused_for("AJ-2022-0001");
	c = case_decide(&k, NULL, "G17", "G17-K2");
	DO(warning_issue, "P09.a", "target=G17-K2", "unit=G17", "level=yellow",
	    "rectify_by=2022-12-20", "fact=x", "demand=y");
	round_half(&k);
	(void)round_opinion(&k, "G17-K2", "on-schedule");
	refused_for("AJ-2022-0001, PD-2022-0001, W-2022-0001, OP-2022-0001");
	DO(adjust_withdraw, "P09.a", "adjust=AJ-2022-0001", "reason=x");
	DO(prededuct_withdraw, "G02.a P09.a", case_field(c), "reason=x");
	refused_for("W-2022-0001, OP-2022-0001");
	DO(warning_withdraw, "P09.a", "warning=W-2022-0001", "reason=x");
	refused_for("OP-2022-0001");
	kit_replay(&k);
}

static void
test_remove__waits_for_a_dispute_about_it(void **state)
{
	const struct kc_opinion *o;
	char seq[24];

	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	o = round_opinion(&k, "G17-K2", "behind");
	round_feed_back(&k, o);
	for (uint32_t i = 0; i < k.st->targets.n; i++)
		if (i != o->target)
			DO(completion_find, "G02.a",
			    kit_field("target", k.st->targets.v[i]->code),
			    "rate=10000", EVIDENCE);
	DO(round_close, "P09.a", ROUND_HALF);
	(void)snprintf(
	    seq, sizeof(seq), "decision=%u", (unsigned)o->events.v[0].seq);
	DO(dispute_file, "G17.head", "matter=OP-2022-0001", seq, "claim=x");
	refused_for("D-2022-0001");
	DO(dispute_withdraw, "G17.head", "dispute=D-2022-0001");
	/* What was assessed takes points too. */
	DO(target_remove, SIGNERS, "target=G17-K2", "into=G17-K1",
	    "gain=40.0000", "reason=x");
	assert_int_equal(target("G17-K1")->state, KC_TS_ASSESSED);
	assert_int_equal(target("G17-K1")->weight_e4, 700000);
	kit_replay(&k);
}

static void
test_remove__a_taker_may_not_be_under_adjustment(void **state)
{
	(void)state;
	DO(adjust_order, "leader", "unit=G17", "year=2022", "reason=x");
	DO(target_adjust, "P09.a", "target=G17-K2", "title=x",
	    "cause=force-majeure", "reason=x");
	REFUSED(TARGET_OPEN, target_remove, SIGNERS, WHOLE);
	assert_string_equal(k.why.args[0], "G17-K2");
	kit_replay(&k);
}

/* A point of a round that nobody has judged yet falls out of it. */
static void
test_remove__leaves_a_round_that_has_not_judged_it(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	DO(target_remove, SIGNERS, WHOLE);
	REFUSED(ROUND, round_close, "P09.a", ROUND_HALF);
	assert_string_equal(k.why.args[1], "5");
	kit_replay(&k);
}

int
main(void)
{
#define LISTS(test) cmocka_unit_test_setup_teardown(test, at_lists, done)
	const struct CMUnitTest tests[] = {
	    LISTS(test_remove__gives_all_its_points_inside_the_class),
	    LISTS(test_remove__of_dynamic_work_may_go_back_to_the_reserve),
	    LISTS(test_remove__waits_for_each_that_is_open_and_names_it),
	    LISTS(test_remove__waits_for_a_dispute_about_it),
	    LISTS(test_remove__a_taker_may_not_be_under_adjustment),
	    LISTS(test_remove__leaves_a_round_that_has_not_judged_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
