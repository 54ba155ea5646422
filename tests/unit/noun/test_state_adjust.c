/* SPDX-License-Identifier: Apache-2.0 */
/* Active targets are adjusted through the three stages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/adjust/adjust.h"
#include "roundkit.h"
#include "statekit.h"
#include "taskkit.h"

#define AJ "adjust=AJ-2022-0001"
#define WHY "cause=policy-change", "reason=上级调整政策"
#define LESS "target=G17-K1", "weight=25.0000"
#define MORE "other=G17-K2", "other_weight=45.0000"

static struct kc_target *
target(const char *code)
{
	return k.st->targets.v[kc_find(k.st, KC_NS_TARGET, kc_slice_str(code))];
}

static void
order(void)
{
	DO(adjust_order, "leader", "unit=G17", "year=2022", "reason=x");
}

/* --- when --- */
static void
test_adjust__waits_for_the_half_year_or_a_leaders_order(void **state)
{
	(void)state;
	REFUSED(TOO_EARLY, target_adjust, "P09.a", LESS, MORE, WHY);
	assert_string_equal(k.why.rule, "adjust.window");
	assert_string_equal(k.why.args[1],
	    "the half-year round is closed, or a leader orders it");
	REFUSED(
	    STATE, adjust_order, "leader", "unit=G02", "year=2022", "reason=x");
	REFUSED(
	    CYCLE, adjust_order, "leader", "unit=G17", "year=2023", "reason=x");
	DO(adjust_order, "leader", "unit=G16", "year=2022", "reason=x");
	REFUSED(TOO_EARLY, target_adjust, "P09.a", LESS, MORE, WHY);
	order();
	DO(target_adjust, "P09.a", LESS, MORE, WHY);
	kit_replay(&k);
}

static void
test_adjust__may_follow_the_half_year_round_once_it_is_closed(void **state)
{
	(void)state;
	kit_on(&k, "2022-07-04");
	round_half(&k);
	REFUSED(TOO_EARLY, target_adjust, "G17.head", LESS, MORE, WHY);
	for (uint32_t i = 0; i < k.st->targets.n; i++)
		round_feed_back(&k,
		    round_opinion(&k, k.st->targets.v[i]->code, "on-schedule"));
	DO(round_close, "P09.a", ROUND_HALF);
	DO(target_adjust, "G17.head", LESS, MORE, WHY);
	kit_replay(&k);
}

/* Whatever the policy of the year says, and no other's. */
static void
test_adjust__may_come_at_any_time_by_a_policy_that_says_so(void **state)
{
	static const int years[] = {2022, 2023, 0};

	(void)state;
	kit_free(&k);
	case_city(&k, "neg:\n  item_max",
	    "adjust:\n  window: { value: always, source: default }\n"
	    "neg:\n  item_max",
	    years);
	case_list(&k, "G17", 2022, NULL);
	DO(target_adjust, "G17.head", "target=G17-2022-K1", "title=x", WHY);
	kit_replay(&k);
}

/* --- what --- */
static void
test_adjust__refuses_what_does_not_hold_together(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *by, *fields[6];
	} rows[] = {
	    {KC_R_NOT_FOUND, "P09.a", {"target=X", "title=x"}},
	    {KC_R_UNIT_MISMATCH, "G16.head", {"target=G17-K1", "title=x"}},
	    {KC_R_FIELD_MISSING, "P09.a", {"target=G17-K1"}},
	    {KC_R_FIELD_MISSING, "P09.a", {"target=G17-K1", "weight=30.0000"}},
	    {KC_R_FIELD_MISSING, "P09.a", {LESS, "other=G17-K2"}},
	    {KC_R_FIELD_MISSING, "P09.a", {LESS, "other_weight=45.0000"}},
	    {KC_R_FIELD_MISSING, "P09.a", {"target=G17-K1", "planned=5000"}},
	    {KC_R_WEIGHT, "P09.a", {LESS}},
	    {KC_R_WEIGHT, "P09.a",
		{LESS, "other=G17-K2", "other_weight=44.9999"}},
	    {KC_R_WEIGHT, "P09.a",
		{"target=G17-K1", "weight=70.0000", "other=G17-K2",
		    "other_weight=0.0000"}},
	    {KC_R_WEIGHT, "P09.a",
		{"target=G17-K1", "weight=0.0000", "other=G17-K2",
		    "other_weight=70.0000"}},
	    {KC_R_NOT_FOUND, "P09.a",
		{LESS, "other=X", "other_weight=45.0000"}},
	    {KC_R_DUPLICATE, "P09.a",
		{LESS, "other=G17-K1", "other_weight=5.0000"}},
	    {KC_R_DUPLICATE, "P09.a",
		{LESS, "other=G17-K2", "other=G17-K2", "other_weight=20.0000",
		    "other_weight=25.0000"}},
	    {KC_R_MATE, "P09.a",
		{LESS, "other=G16-K2", "other_weight=45.0000"}},
	    {KC_R_MATE, "P09.a",
		{LESS, "other=G17-R1", "other_weight=25.0000"}},
	    {KC_R_NOT_FOUND, "P09.a",
		{"target=G17-K1", "node=X", "planned=5000"}},
	};

	(void)state;
	order();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *f[9] = {"cause=reorganisation", "reason=x"};

		memcpy(f + 2, rows[i].fields, sizeof(rows[i].fields));
		kit_refused_v(&k, rows[i].code, KC_K_target_adjust, rows[i].by,
		    f, __FILE__, (int)i);
	}
	REFUSED(WEIGHT, target_adjust, "P09.a", LESS, "other=G17-K2",
	    "other_weight=44.9999", WHY);
	assert_string_equal(k.why.args[1], "69.9999");
	assert_string_equal(k.why.args[2], "70.0000");
	kit_replay(&k);
}

/* --- how --- */
static void
test_adjust__holds_from_the_leaders_reading_and_old_versions_stay(void **state)
{
	const struct kc_target *t = target("G17-K1");

	(void)state;
	order();
	DO(target_adjust, "G17.head", LESS, MORE, "title=新内容",
	    "standard=新标准", WHY);
	assert_string_equal(k.st->last_handle, "AJ-2022-0001");
	REFUSED(TARGET_OPEN, target_adjust, "P09.a", "target=G17-K2", "title=x",
	    WHY);
	assert_string_equal(k.why.args[1], "AJ-2022-0001");
	DO(adjust_approve_first, "P09.b", AJ);
	DO(adjust_approve_second, "gop gog", AJ);
	assert_int_equal(t->weight_e4, 300000);
	DO(completion_find, "G02.a", "target=G17-K1", "rate=8000", EVIDENCE);
	DO(adjust_read, "leader", AJ);
	assert_int_equal(t->weight_e4, 250000);
	assert_int_equal(target("G17-K2")->weight_e4, 450000);
	assert_string_equal(t->title, "新内容");
	assert_string_equal(t->standard, "新标准");
	assert_int_equal(t->completion_bp, 8000);
	assert_int_equal(t->versions.n, 1);
	assert_int_equal(t->versions.v[0].weight_e4, 300000);
	assert_int_equal(target("G17-K2")->versions.n, 1);
	assert_int_equal(t->adjust, KC_NONE);
	kit_replay(&k);
}

static void
test_adjust__changes_nodes_that_are_still_to_be_reported(void **state)
{
	static const char *const node[] = {"node=T1.Q2", "node=T1.Q3", NULL};

	(void)state;
	kit_free(&k);
	task_city(&k, NULL, NULL);
	DO(adjust_order, "leader", "unit=G17", "year=2022", "reason=x");
	task_split(&k,
	    &(struct task_row){
		.target = "target=G17-2022-K1", .task = "task=T1"});
	DO(plan_file, "G17.head", "target=G17-2022-K1");
	DO(progress_report, "G17.head", "node=T1.Q1", "actual=2000",
	    "report=x");
	REFUSED(STATE, target_adjust, "G17.head", "target=G17-2022-K1",
	    "node=T1.Q1", "planned=1000", WHY);
	REFUSED(MATE, target_adjust, "G17.head", "target=G17-2022-K2", node[0],
	    "planned=1000", WHY);
	REFUSED(DUPLICATE, target_adjust, "G17.head", "target=G17-2022-K1",
	    node[0], node[0], "planned=3000", "planned=3000", WHY);
	REFUSED(NODES, target_adjust, "G17.head", "target=G17-2022-K1", node[0],
	    "planned=2000", WHY);
	assert_string_equal(k.why.args[1], "T1.Q2");
	assert_string_equal(k.why.args[2], "20.00 %");
	REFUSED(NODES, target_adjust, "G17.head", "target=G17-2022-K1",
	    "node=T1.Q4", "planned=9000", WHY);
	DO(target_adjust, "G17.head", "target=G17-2022-K1", node[0], node[1],
	    "planned=3000", "planned=6000", WHY);
	DO(adjust_approve_first, "P09.b", AJ);
	DO(adjust_approve_second, "gop gog", AJ);
	DO(adjust_read, "leader", AJ);
	assert_int_equal(k.st->nodes.v[1]->planned_bp, 3000);
	assert_int_equal(k.st->nodes.v[2]->planned_bp, 6000);
	assert_int_equal(k.st->nodes.v[3]->planned_bp, 10000);
	kit_replay(&k);
}

/* --- every event in every state --- */
static void
in_state(unsigned s)
{
	order();
	DO(target_adjust, "P09.a", LESS, MORE, WHY);
	if (s == KC_AJ_RETURNED)
		DO(adjust_return, "P09.a", AJ, "reason=x");
	if (s == KC_AJ_WITHDRAWN)
		DO(adjust_withdraw, "G17.head", AJ, "reason=x");
	if (s == KC_AJ_RETURNED || s == KC_AJ_WITHDRAWN)
		return;
	if (s >= KC_AJ_FIRST)
		DO(adjust_approve_first, "P09.b", AJ);
	if (s >= KC_AJ_SECOND)
		DO(adjust_approve_second, "gop gog", AJ);
	if (s == KC_AJ_ADOPTED)
		DO(adjust_read, "leader", AJ);
}

static void
try_event(unsigned s, enum kc_kind_id kind, const char *by, const char *reason)
{
	const char *f[] = {AJ, reason, NULL};

	kit_free(&k);
	kit_init(&k, KIT_LISTS);
	in_state(s);
	assert_int_equal(k.st->adjusts.v[0]->state, s);
	if ((kc_machine_move(KC_M_adjust, kind)->from >> s & 1) != 0)
		kit_do_v(&k, kind, by, f, __FILE__, (int)s);
	else
		kit_refused_v(&k, KC_R_STATE, kind, by, f, __FILE__, (int)s);
	kit_replay(&k);
}

static void
test_adjust__every_event_in_every_state_is_as_its_table(void **state)
{
	static const char *const returns[] = {"P09.a", "gop", "gog", "leader"};

	(void)state;
	for (unsigned s = 0; s < KC_adjust_STATES; s++) {
		try_event(s, KC_K_adjust_approve_first, "P09.a", NULL);
		try_event(s, KC_K_adjust_approve_second, "gop gog", NULL);
		try_event(s, KC_K_adjust_read, "leader", NULL);
		for (unsigned i = 0; i < 4; i++)
			try_event(
			    s, KC_K_adjust_return, returns[i], "reason=x");
		try_event(s, KC_K_adjust_withdraw, "P09.b", "reason=x");
		try_event(s, KC_K_adjust_withdraw, "G17.head", "reason=x");
	}
}

static void
test_adjust__what_was_returned_may_be_proposed_anew(void **state)
{
	(void)state;
	in_state(KC_AJ_RETURNED);
	assert_int_equal(target("G17-K1")->weight_e4, 300000);
	assert_int_equal(target("G17-K1")->versions.n, 0);
	DO(target_adjust, "P09.a", LESS, MORE, WHY);
	assert_string_equal(k.st->last_handle, "AJ-2022-0002");
	REFUSED(UNIT_MISMATCH, adjust_withdraw, "G16.head",
	    "adjust=AJ-2022-0002", "reason=x");
	REFUSED(NOT_FOUND, adjust_withdraw, "G16.head", "adjust=AJ-2022-0003",
	    "reason=x");
	kit_replay(&k);
}

int
main(void)
{
#define LISTS(test) cmocka_unit_test_setup_teardown(test, at_lists, done)
	const struct CMUnitTest tests[] = {
	    LISTS(test_adjust__waits_for_the_half_year_or_a_leaders_order),
	    LISTS(
		test_adjust__may_follow_the_half_year_round_once_it_is_closed),
	    LISTS(test_adjust__may_come_at_any_time_by_a_policy_that_says_so),
	    LISTS(test_adjust__refuses_what_does_not_hold_together),
	    LISTS(
		test_adjust__holds_from_the_leaders_reading_and_old_versions_stay),
	    LISTS(test_adjust__changes_nodes_that_are_still_to_be_reported),
	    LISTS(test_adjust__every_event_in_every_state_is_as_its_table),
	    LISTS(test_adjust__what_was_returned_may_be_proposed_anew),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
