/* SPDX-License-Identifier: Apache-2.0 */
/* Who answers for a task changes, and a target has a task no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/target/target.h"
#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"

#define K1 "target=G17-2022-K1"
#define T1 "task=T1"
#define FROM "from=2022-04-20", "reason=分工调整"

/* Two tasks of half of the target each, led by C1; not filed yet. */
static int
split(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	DO(cadre_register, "org", "cadre=C2", "unit=G17", "city_managed=yes");
	DO(cadre_register, "org", "cadre=C9", "unit=G16", "city_managed=yes");
	kit_on(&k, "2022-04-20");
	task_split(&k,
	    &(struct task_row){
		.target = K1, .task = T1, .share = "share=5000"});
	task_split(&k,
	    &(struct task_row){
		.target = K1, .task = "task=T2", .share = "share=5000"});
	return 0;
}

static const struct kc_task *
task(unsigned i)
{
	return k.st->tasks.v[i];
}

/* --- task.assign --- */
static void
test_assign__names_anew_all_who_answer(void **state)
{
	json_t *doc, *row;

	(void)state;
	DO(task_assign, "G17.liaison", T1, "division=建设处", "lead=C2",
	    "assist=C1", "handler=G17.liaison", FROM);
	assert_string_equal(task(0)->division, "建设处");
	assert_string_equal(k.st->cadres.v[task(0)->lead]->code, "C2");
	kit_on(&k, "2022-04-25");
	/* Left out: the target's own leader, and nobody else. */
	DO(task_assign, "G17.head", T1, "division=建设处", "from=2022-04-22",
	    "reason=x");
	assert_string_equal(k.st->cadres.v[task(0)->lead]->code, "C1");
	assert_int_equal(task(0)->assist, KC_NONE);
	assert_int_equal(task(0)->handler, KC_NONE);
	doc = view_of(&k, "tasks", "G17", NULL, "2022-06-30");
	row = row_where(doc, "task", "T1");
	assert_string_equal(text_at(row, "since"), "2022-04-22");
	assert_string_equal(text_at(row, "lead"), "C1");
	json_decref(doc);
	kit_replay(&k);
}

static void
test_assign__is_asked_what_a_new_task_is(void **state)
{
	(void)state;
	REFUSED(
	    NOT_FOUND, task_assign, "G17.head", "task=T9", "division=x", FROM);
	REFUSED(UNIT_MISMATCH, task_assign, "G16.head", T1, "division=x", FROM);
	REFUSED(UNIT_MISMATCH, task_assign, "G17.head", T1, "division=x",
	    "lead=C9", FROM);
	REFUSED(DUPLICATE, task_assign, "G17.head", T1, "division=x", "lead=C2",
	    "assist=C2", FROM);
	/* Nobody is another. */
	REFUSED(DUPLICATE, task_assign, "G17.head", T1, "division=规划处",
	    "lead=C1", FROM);
	assert_string_equal(k.why.args[0], "T1");
	/* No leader is named, and the target has none. */
	task_split(&k,
	    &(struct task_row){.target = "target=G17-2022-K2",
		.task = "task=T3",
		.lead = "lead=C1"});
	REFUSED(TARGET_NEEDS, task_assign, "G17.head", "task=T3", "division=x",
	    FROM);
	kit_replay(&k);
}

static void
test_assign__from_a_day_that_has_come_and_not_before_the_last(void **state)
{
	(void)state;
	REFUSED(DATE_ORDER, task_assign, "G17.head", T1, "division=x",
	    "from=2022-04-21", "reason=x");
	REFUSED(DATE_ORDER, task_assign, "G17.head", T1, "division=x",
	    "from=2022-04-19", "reason=x");
	assert_string_equal(k.why.args[1], "2022-04-20 - 2022-04-20");
	kit_replay(&k);
}

static void
test_assign__in_a_list_that_is_filed_is_the_heads(void **state)
{
	(void)state;
	DO(plan_file, "G17.head", K1);
	REFUSED(ROLE, task_assign, "G17.liaison", T1, "division=x", FROM);
	assert_string_equal(k.why.args[2], "head");
	DO(task_assign, "G17.head", T1, "division=x", FROM);
	DO(progress_report, "G17.liaison", "node=T1.Q1", "actual=2500",
	    "report=x");
	DO(task_assign, "G17.head", T1, "division=y", FROM);
	DO(completion_find, "G02.a", K1, "rate=10000", EVIDENCE);
	REFUSED(STATE, task_assign, "G17.head", T1, "division=z", FROM);
	kit_replay(&k);
}

/* --- task.drop --- */
static void
test_drop__frees_the_share_but_not_the_code(void **state)
{
	json_t *doc;

	(void)state;
	DO(task_drop, "G17.liaison", T1, "reason=并入 T2");
	assert_int_equal(kc_tasks_share(k.st, k.st->targets.v[0]), 5000);
	REFUSED(SHARE, plan_file, "G17.head", K1);
	REFUSED(EXISTS, task_split, "G17.head", K1, T1, "title=x", "share=5000",
	    "division=x", "q1=0", "q1_result=x", "q2=0", "q2_result=x", "q3=0",
	    "q3_result=x", "q4=10000", "q4_result=x");
	task_split(&k,
	    &(struct task_row){
		.target = K1, .task = "task=T3", .share = "share=5000"});
	DO(plan_file, "G17.head", K1);
	REFUSED(STATE, progress_report, "G17.head", "node=T1.Q1", "actual=1",
	    "report=x");
	assert_string_equal(k.why.args[0], "T1.Q1");
	doc = view_of(&k, "tasks", "G17", NULL, "2022-06-30");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 2);
	json_decref(doc);
	kit_replay(&k);
}

/* The list is returned first; once progress is reported it is not. */
static void
test_drop__of_a_filed_list_takes_its_return(void **state)
{
	(void)state;
	DO(plan_file, "G17.head", K1);
	REFUSED(STATE, task_drop, "G17.head", T1, "reason=x");
	assert_string_equal(k.why.args[0], "G17-2022-K1");
	DO(plan_return, "P09.a", K1, "reason=x");
	DO(task_drop, "G17.head", T1, "reason=x");
	kit_on(&k, "2022-06-01");
	assert_int_equal(kit_clerk(&k), 0); /* no last day of it runs */
	kit_replay(&k);
}

static void
test_drop__is_of_the_unit(void **state)
{
	(void)state;
	REFUSED(UNIT_MISMATCH, task_drop, "G16.head", T1, "reason=x");
	REFUSED(NOT_FOUND, task_drop, "G17.head", "task=T9", "reason=x");
}

/* --- every event in every state --- */
static void
test_task__every_event_in_every_state_is_as_its_table(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *fields[5];
	} events[] = {
	    {KC_K_task_assign, {T1, "division=x", FROM}},
	    {KC_K_task_drop, {T1, "reason=x"}},
	};

	for (unsigned s = 0; s < KC_task_STATES; s++)
		for (size_t i = 0; i < 2; i++) {
			const struct kc_move *m =
			    kc_machine_move(KC_M_task, events[i].kind);

			(void)done(state);
			(void)split(state);
			if (s == KC_KS_DROPPED)
				DO(task_drop, "G17.head", T1, "reason=x");
			assert_int_equal(kc_task_state(task(0)), s);
			if ((m->from >> s & 1) != 0)
				kit_do_v(&k, events[i].kind, "G17.head",
				    events[i].fields, __FILE__, (int)s);
			else
				kit_refused_v(&k, KC_R_STATE, events[i].kind,
				    "G17.head", events[i].fields, __FILE__,
				    (int)s);
			kit_replay(&k);
		}
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, split, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_assign__names_anew_all_who_answer),
	    TEST(test_assign__is_asked_what_a_new_task_is),
	    TEST(test_assign__from_a_day_that_has_come_and_not_before_the_last),
	    TEST(test_assign__in_a_list_that_is_filed_is_the_heads),
	    TEST(test_drop__frees_the_share_but_not_the_code),
	    TEST(test_drop__of_a_filed_list_takes_its_return),
	    TEST(test_drop__is_of_the_unit),
	    TEST(test_task__every_event_in_every_state_is_as_its_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
