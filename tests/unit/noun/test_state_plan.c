/* SPDX-License-Identifier: Apache-2.0 */
/* The tasks of a target are filed in time, late, or returned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/target/target.h"
#include "statekit.h"
#include "taskkit.h"

#define NEG "neg:\n"
#define WD NEG "  item_max"
#define WITH_WD "plan:\n  wd: { value: 15, source: default }\n" WD

static int
with_days(void **state)
{
	(void)state;
	task_city(&k, WD, WITH_WD);
	return 0;
}

static int
without_days(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	return 0;
}

static const struct kc_target *
target(void)
{
	return k.st->targets.v[0];
}

#define K1 "target=G17-2022-K1"
#define T1 .target = K1, .task = "task=T1"

static void
test_plan__is_filed_when_tasks_make_up_the_target(void **state)
{
	(void)state;
	kit_on(&k, "2022-04-20");
	REFUSED(SHARE, plan_file, "G17.head", K1);
	assert_string_equal(k.why.args[1], "0.00 %");
	task_split(&k, &(struct task_row){T1, .lead = "lead=C1"});
	REFUSED(UNIT_MISMATCH, plan_file, "G16.head", K1);
	REFUSED(ROLE, plan_file, "G17.liaison", K1);
	DO(plan_file, "G17.head", K1);
	assert_int_equal(kc_plan_state(target()), KC_PL_FILED);
	REFUSED(STATE, plan_file, "G17.head", K1);
	REFUSED(STATE, task_split, "G17.head", K1, "task=T2", "title=x",
	    "share=1", "division=x", "q1=0", "q1_result=x", "q2=0",
	    "q2_result=x", "q3=0", "q3_result=x", "q4=10000", "q4_result=x");
	kit_on(&k, "2022-05-05");
	assert_int_equal(kit_clerk(&k), 2);
	assert_int_equal(kc_plan_state(target()), KC_PL_FILED);
	kit_replay(&k);
}

/* Fifteen working days after 31 March 2022, by the calendar of the notice. */
static void
test_plan__is_overdue_after_the_last_day_and_can_be_filed(void **state)
{
	(void)state;
	assert_string_equal(case_day(target()->filing.due), "2022-04-22");
	kit_at(&k, "2022-04-22", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_on(&k, "2022-04-23");
	assert_int_equal(kit_clerk(&k), 3);
	assert_int_equal(kc_plan_state(target()), KC_PL_OVERDUE);
	task_split(&k, &(struct task_row){T1});
	DO(plan_file, "G17.head", K1);
	assert_true(target()->filing.overdue);
	kit_replay(&k);
}

static void
test_plan__the_days_run_anew_after_a_return(void **state)
{
	(void)state;
	kit_on(&k, "2022-04-20");
	REFUSED(STATE, plan_return, "P09.a", K1, "reason=x");
	task_split(&k, &(struct task_row){T1});
	DO(plan_file, "G17.head", K1);
	DO(plan_return, "P09.a", K1, "reason=节点过粗");
	assert_int_equal(kc_plan_state(target()), KC_PL_OPEN);
	assert_string_equal(case_day(target()->filing.due), "2022-05-12");
	kit_replay(&k);
}

static void
test_plan__an_outage_moves_the_last_day_and_takes_back_the_clerk(void **state)
{
	(void)state;
	kit_on(&k, "2022-04-25");
	assert_int_equal(kit_clerk(&k), 3);
	DO(deadline_move, "P09.a ops", "from=2022-04-22", "to=2022-04-22",
	    "about=G17-2022-K1", "limit=plan", "until=2022-04-26", EVIDENCE,
	    "reason=停机");
	assert_int_equal(kc_plan_state(target()), KC_PL_OPEN);
	assert_string_equal(case_day(target()->filing.due), "2022-04-26");
	assert_int_equal(kit_clerk(&k), 0);
	kit_on(&k, "2022-04-27");
	assert_int_equal(kit_clerk(&k), 1);
	kit_replay(&k);
}

static void
test_plan__the_last_day_falls_with_the_completion(void **state)
{
	(void)state;
	DO(completion_find, "G02.a", K1, "rate=10000", EVIDENCE);
	kit_on(&k, "2022-05-09");
	assert_int_equal(kit_clerk(&k), 2);
	kit_replay(&k);
}

static void
test_plan__a_policy_that_names_no_days_asks_for_none(void **state)
{
	(void)state;
	kit_on(&k, "2022-06-01");
	assert_int_equal(kit_clerk(&k), 0);
	task_split(&k, &(struct task_row){T1});
	DO(plan_file, "G17.head", K1);
	kit_replay(&k);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, with_days, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_plan__is_filed_when_tasks_make_up_the_target),
	    TEST(test_plan__is_overdue_after_the_last_day_and_can_be_filed),
	    TEST(test_plan__the_days_run_anew_after_a_return),
	    TEST(
		test_plan__an_outage_moves_the_last_day_and_takes_back_the_clerk),
	    TEST(test_plan__the_last_day_falls_with_the_completion),
	    cmocka_unit_test_setup_teardown(
		test_plan__a_policy_that_names_no_days_asks_for_none,
		without_days, done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
