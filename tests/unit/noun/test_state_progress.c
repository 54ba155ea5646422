/* SPDX-License-Identifier: Apache-2.0 */
/* The progress of nodes is reported in time, late, or not yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"

#define K1 "target=G17-2022-K1"
#define T1 .target = K1, .task = "task=T1"

/* Filed in April: the first node is due ten working days later. */
static void
filed_with(const char *q1)
{
	task_city(&k, NULL, NULL);
	kit_on(&k, "2022-04-20");
	task_split(&k, &(struct task_row){T1, .q = {q1}});
	DO(plan_file, "G17.head", K1);
}

static int
filed(void **state)
{
	(void)state;
	filed_with("q1=2500");
	return 0;
}

static int
filed_from_q2(void **state)
{
	(void)state;
	filed_with("q1=0");
	return 0;
}

static const struct kc_node *
node(unsigned q)
{
	return k.st->nodes.v[q];
}

static void
report(const char *node, const char *actual)
{
	DO(progress_report, "G17.liaison", node, actual, "report=已开工");
}

static void
test_progress__is_due_some_working_days_after_the_quarter(void **state)
{
	(void)state;
	assert_string_equal(case_day(node(0)->filing.due), "2022-05-06");
	assert_int_equal(node(1)->filing.due, KC_DAY_NONE);
	report("node=T1.Q1", "actual=2000");
	assert_int_equal(kc_node_state(node(0)), KC_PG_REPORTED);
	assert_string_equal(case_day(node(1)->filing.due), "2022-07-14");
	kit_on(&k, "2022-07-15");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(kc_node_state(node(1)), KC_PG_OVERDUE);
	assert_string_equal(case_day(node(2)->filing.due), "2022-10-19");
	report("node=T1.Q2", "actual=5000");
	assert_true(node(1)->filing.overdue);
	assert_int_equal(kc_node_state(node(1)), KC_PG_REPORTED);
	kit_replay(&k);
}

static void
test_progress__is_reported_from_the_quarter_on_and_again(void **state)
{
	(void)state;
	report("node=T1.Q2", "actual=3000");
	report("node=T1.Q2", "actual=3500");
	assert_int_equal(node(1)->reported_bp, 3500);
	REFUSED(TOO_EARLY, progress_report, "G17.head", "node=T1.Q3",
	    "actual=1", "report=x");
	assert_string_equal(k.why.args[1], "2022-07-01");
	REFUSED(NOT_FOUND, progress_report, "G17.head", "node=T1.Q5",
	    "actual=1", "report=x");
	REFUSED(UNIT_MISMATCH, progress_report, "G16.head", "node=T1.Q1",
	    "actual=1", "report=x");
	kit_replay(&k);
}

static void
test_progress__is_of_tasks_that_are_filed(void **state)
{
	(void)state;
	task_split(&k,
	    &(struct task_row){.target = "target=G17-2022-K2",
		.task = "task=T2",
		.lead = "lead=C1"});
	REFUSED(STATE, progress_report, "G17.head", "node=T2.Q1", "actual=1",
	    "report=x");
	DO(plan_return, "P09.a", K1, "reason=x");
	assert_false(kc_filing_runs(&node(0)->filing));
	DO(plan_file, "G17.head", K1);
	assert_true(kc_filing_runs(&node(0)->filing));
	report("node=T1.Q1", "actual=1");
	REFUSED(STATE, plan_return, "P09.a", K1, "reason=x");
	assert_string_equal(k.why.args[0], "T1.Q1");
	kit_replay(&k);
}

static void
test_progress__nothing_is_due_where_nothing_is_planned(void **state)
{
	(void)state;
	assert_int_equal(node(0)->filing.due, KC_DAY_NONE);
	assert_string_equal(case_day(node(1)->filing.due), "2022-07-14");
}

/* The last one is of the next year, whose calendar has its own days off. */
static void
test_progress__of_the_year_is_due_in_the_next(void **state)
{
	(void)state;
	kit_on(&k, "2022-10-08");
	assert_int_equal(kit_clerk(&k), 2);
	report("node=T1.Q3", "actual=7500");
	assert_string_equal(case_day(node(3)->filing.due), "2023-01-16");
	DO(completion_find, "G02.a", K1, "rate=10000", EVIDENCE);
	kit_on(&k, "2023-02-01");
	assert_int_equal(kit_clerk(&k), 0);
	report("node=T1.Q4", "actual=10000");
	kit_replay(&k);
}

static void
test_progress__an_outage_moves_the_day_and_takes_back_the_clerk(void **state)
{
	(void)state;
	kit_on(&k, "2022-05-07");
	assert_int_equal(kit_clerk(&k), 1);
	DO(deadline_move, "P09.a ops", "from=2022-05-06", "to=2022-05-06",
	    "about=T1.Q1", "limit=progress", "until=2022-05-09", EVIDENCE,
	    "reason=停机");
	assert_int_equal(kc_node_state(node(0)), KC_PG_PLANNED);
	kit_on(&k, "2022-05-10");
	assert_int_equal(kit_clerk(&k), 1);
	kit_replay(&k);
}

/* On the edges of 95 % and 85 %, and before and after the quarter is over. */
static void
test_light__is_what_actual_is_of_planned(void **state)
{
	static const struct {
		const char *actual, *light;
	} rows[] = {{"actual=2375", "green"}, {"actual=2374", "yellow"},
	    {"actual=2125", "yellow"}, {"actual=2124", "red"}};
	json_t *doc, *row;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		report("node=T1.Q1", rows[i].actual);
		doc = view_of(&k, "progress", "G17", NULL, "2022-06-30");
		row = row_where(doc, "node", "T1.Q1");
		assert_string_equal(text_at(row, "light"), rows[i].light);
		row = row_where(doc, "node", "T1.Q2");
		assert_true(json_is_null(json_object_get(row, "light")));
		json_decref(doc);
	}
	doc = view_of(&k, "matrix", NULL, NULL, "2022-06-30");
	row = row_where(doc, "unit", "G17");
	assert_string_equal(text_at(row, "q1"), "red");
	assert_true(json_is_null(json_object_get(row, "q2")));
	assert_non_null(strstr(text_at(row, "cause"), "T1.Q1 21.24 %"));
	json_decref(doc);
	doc = view_of(&k, "matrix", NULL, NULL, "2022-07-01");
	row = row_where(doc, "unit", "G17");
	assert_string_equal(text_at(row, "q2"), "grey");
	assert_non_null(strstr(text_at(row, "cause"), "T1.Q2"));
	json_decref(doc);
}

/* Nothing is retroactive: a policy of later counts for the years after. */
static void
test_light__is_by_the_policy_of_the_year(void **state)
{
	json_t *doc;

	(void)state;
	report("node=T1.Q1", "actual=2375");
	case_policy(&k, "\nneg:",
	    "\nlight:\n  green: { value: \"99%\", "
	    "source: default }\n\nneg:");
	doc = view_of(&k, "progress", "G17", NULL, "2022-06-30");
	assert_string_equal(
	    text_at(row_where(doc, "node", "T1.Q1"), "light"), "green");
	json_decref(doc);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, filed, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_light__is_what_actual_is_of_planned),
	    TEST(test_light__is_by_the_policy_of_the_year),
	    TEST(test_progress__is_due_some_working_days_after_the_quarter),
	    TEST(test_progress__is_reported_from_the_quarter_on_and_again),
	    TEST(test_progress__is_of_tasks_that_are_filed),
	    cmocka_unit_test_setup_teardown(
		test_progress__nothing_is_due_where_nothing_is_planned,
		filed_from_q2, done),
	    TEST(test_progress__of_the_year_is_due_in_the_next),
	    TEST(
		test_progress__an_outage_moves_the_day_and_takes_back_the_clerk),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
