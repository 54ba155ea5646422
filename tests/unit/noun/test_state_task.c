/* SPDX-License-Identifier: Apache-2.0 */
/* Targets are split into tasks with nodes and owners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "statekit.h"
#include "taskkit.h"

static void
task_refused(enum kc_refusal_code code, const struct task_row *r)
{
	const char *fields[TASK_FIELDS + 1];

	task_fields(r, fields);
	kit_refused_v(&k, code, KC_K_task_split, r->by ? r->by : "G17.liaison",
	    fields, __FILE__, __LINE__);
}

static int
with_leaders(void **state)
{
	at_lists(state);
	DO(cadre_register, "org", "cadre=C1", "unit=G17", "city_managed=yes");
	DO(cadre_register, "org", "cadre=C2", "unit=G17", "city_managed=yes");
	DO(cadre_register, "org", "cadre=C9", "unit=G16", "city_managed=yes");
	return 0;
}

#define T1 .target = "target=G17-K1", .task = "task=T1", .lead = "lead=C1"

static void
test_split__a_task_has_four_nodes(void **state)
{
	const struct kc_node *n;

	(void)state;
	task_split(&k,
	    &(struct task_row){T1, .q = {"q1=1000", "q2=1000", "q3=7500"},
		.more = {"assist=C2", "handler=G17.liaison"}});
	assert_int_equal(k.st->tasks.n, 1);
	assert_int_equal(k.st->nodes.n, 4);
	n = k.st->nodes.v[2];
	assert_string_equal(n->code, "T1.Q3");
	assert_int_equal(n->planned_bp, 7500);
	assert_int_equal(k.st->nodes.v[3]->planned_bp, 10000);
	kit_replay(&k);
}

static void
test_split__planned_progress_never_falls(void **state)
{
	(void)state;
	task_refused(
	    KC_R_NODES, &(struct task_row){T1, .q = {"q1=5000", "q2=4999"}});
	assert_string_equal(k.why.args[0], "T1");
	assert_string_equal(k.why.args[1], "q2");
	assert_string_equal(k.why.args[2], "49.99 %");
	task_refused(KC_R_NODES,
	    &(struct task_row){T1, .q = {NULL, NULL, NULL, "q4=9999"}});
	assert_string_equal(k.why.args[1], "q4");
}

static void
test_split__shares_are_at_most_the_target(void **state)
{
	(void)state;
	task_refused(KC_R_SHARE, &(struct task_row){T1, .share = "share=0"});
	task_split(&k, &(struct task_row){T1, .share = "share=6000"});
	task_refused(KC_R_SHARE,
	    &(struct task_row){.target = "target=G17-K1",
		.task = "task=T2",
		.lead = "lead=C1",
		.share = "share=4001"});
	assert_string_equal(k.why.args[1], "100.01 %");
	task_split(&k,
	    &(struct task_row){.target = "target=G17-K1",
		.task = "task=T2",
		.lead = "lead=C1",
		.share = "share=4000"});
	kit_replay(&k);
}

static void
test_split__owners_are_of_the_unit(void **state)
{
	(void)state;
	task_refused(KC_R_TARGET_NEEDS,
	    &(struct task_row){.target = "target=G17-K1", .task = "task=T1"});
	task_refused(KC_R_UNIT_MISMATCH,
	    &(struct task_row){.target = "target=G17-K1",
		.task = "task=T1",
		.lead = "lead=C9"});
	task_refused(
	    KC_R_DUPLICATE, &(struct task_row){T1, .more = {"assist=C1"}});
	task_refused(KC_R_UNIT_MISMATCH,
	    &(struct task_row){T1, .more = {"handler=G16.liaison"}});
	task_refused(
	    KC_R_UNIT_MISMATCH, &(struct task_row){T1, .by = "G16.liaison"});
	task_refused(
	    KC_R_NOT_FOUND, &(struct task_row){T1, .more = {"handler=nobody"}});
}

static void
test_split__a_code_leaves_room_for_its_nodes(void **state)
{
	struct task_row r = {T1};

	(void)state;
	r.task = "task=T23456789012345678901234567890123456789012345";
	task_split(&k, &r);
	assert_int_equal(strlen(k.st->nodes.v[0]->code), KC_CODE_MAX);
	r.task = "task=T234567890123456789012345678901234567890123456";
	task_refused(KC_R_TOO_BIG, &r);
	task_split(&k,
	    &(struct task_row){.target = "target=G17-K2",
		.task = "task=T2",
		.lead = "lead=C1"});
	r.task = "task=T2";
	task_refused(KC_R_EXISTS, &r);
}

static void
test_split__only_of_an_active_target(void **state)
{
	(void)state;
	DO(completion_find, "G02.a", "target=G17-K1", "rate=10000", EVIDENCE);
	task_refused(KC_R_STATE, &(struct task_row){T1});
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, with_leaders, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_split__a_task_has_four_nodes),
	    TEST(test_split__planned_progress_never_falls),
	    TEST(test_split__shares_are_at_most_the_target),
	    TEST(test_split__owners_are_of_the_unit),
	    TEST(test_split__a_code_leaves_room_for_its_nodes),
	    TEST(test_split__only_of_an_active_target),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
