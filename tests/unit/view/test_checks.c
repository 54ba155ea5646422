/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks, nodes and checks, one by one, and where they are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "documentkit.h"
#include "roundkit.h"
#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"

#define DAY "2022-07-04"

/* A task of G16 and one of G17, each with a check, in the half-year round. */
static int
checked(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	DO(cadre_register, "org", "cadre=C16", "unit=G16", "city_managed=yes");
	DO(cadre_register, "org", "cadre=C17", "unit=G17", "city_managed=yes");
	kit_on(&k, DAY);
	task_checked(&k, "G16", "lead=C16");
	task_checked(&k, "G17", "lead=C17");
	return 0;
}

static json_t *
shown(const char *view, const char *id)
{
	json_t *doc = view_of(&k, view, NULL, id, DAY);

	document_holds(doc);
	return doc;
}

static void
test_node__says_why_its_light_is_what_it_is(void **state)
{
	json_t *doc;

	(void)state;
	DO(progress_verify, "G02.a", "node=G16-T.Q1", "finding=behind",
	    "actual=2000", EVIDENCE, "reason=重复计算", "text=x");
	doc = shown("node", "G16-T.Q1");
	assert_string_equal(text_at(doc, "light"), "red");
	assert_string_equal(text_at(doc, "why"),
	    "为序时进度的 80.00 %，低于 light.yellow 85.00 %；所报 24.00 %");
	assert_string_equal(text_at(doc, "finding"), "behind");
	assert_string_equal(text_at(doc, "state"), "verified");
	assert_int_equal(json_array_size(json_object_get(doc, "checks")), 1);
	/* Split, reported, checked as part of the target, verified. */
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 4);
	assert_string_equal(
	    text_at(row_where(doc, "kind", "progress.verify"), "event"),
	    "核实节点进度：未达序时进度，20.00 %");
	json_decref(doc);
	doc = shown("node", "G16-T.Q2");
	assert_int_equal(json_array_size(json_object_get(doc, "checks")), 0);
	json_decref(doc);
	view_refused(&k, "node", NULL, "G16-T.Q5", KC_R_NOT_FOUND);
}

static void
test_task__shows_what_happened_to_it_and_its_nodes_once(void **state)
{
	json_t *doc;

	(void)state;
	DO(task_assign, "G16.head", "task=G16-T", "division=建设处", "lead=C16",
	    "from=" DAY, "reason=分工调整");
	doc = shown("task", "G16-T");
	assert_string_equal(text_at(doc, "division"), "建设处");
	assert_int_equal(json_array_size(json_object_get(doc, "nodes")), 4);
	/* Split, two reports, the check, assigned. */
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 5);
	json_decref(doc);
	view_refused(&k, "task", NULL, "T9", KC_R_NOT_FOUND);
}

static void
test_checks__say_what_was_held_against_what(void **state)
{
	json_t *doc, *row;

	(void)state;
	kit_enrol(&k, "insp.p", NULL, "inspect-party");
	DO(site_visit, "insp.p", "target=G17-K1", "node=G17-T.Q2",
	    "on=2022-07-01", "method=暗访", "where=工地", "finding=behind",
	    EVIDENCE, "text=停工");
	doc = view_of(&k, "checks", "G17", NULL, DAY);
	document_holds(doc);
	row = row_where(doc, "check", "CK-2022-0002");
	assert_string_equal(
	    text_at(row, "says"), "上报 96.0000 %，省统计局 62.0000 %：不符");
	assert_string_equal(text_at(row, "quarter"), "2022-Q1");
	row = row_where(doc, "check", "CK-2022-0003");
	assert_string_equal(text_at(row, "method"), "暗访");
	assert_string_equal(text_at(row, "says"), "工地：未达序时进度");
	json_decref(doc);
	doc = shown("check", "CK-2022-0003");
	assert_string_equal(text_at(doc, "node"), "G17-T.Q2");
	json_decref(doc);
	doc = shown("target", "G17-K1");
	assert_int_equal(json_array_size(json_object_get(doc, "checks")), 2);
	json_decref(doc);
	view_refused(&k, "check", NULL, "CK-2022-0009", KC_R_NOT_FOUND);
}

/* Until a later check agrees. */
static void
test_candidates__have_data_that_do_not_agree(void **state)
{
	json_t *doc, *row;

	(void)state;
	doc = view_of(&k, "candidates", "G17", NULL, DAY);
	document_holds(doc);
	row = row_where(doc, "check", "CK-2022-0002");
	assert_string_equal(text_at(row, "cause"), "false-data");
	assert_string_equal(text_at(row, "target"), "G17-K1");
	json_decref(doc);
	DO(data_check, "stats", "target=G17-K1", "quarter=2022-Q1",
	    "reported=62.0000", "value=62.0000", "provider=省统计局",
	    "agrees=yes", EVIDENCE, "text=x");
	doc = view_of(&k, "candidates", "G17", NULL, DAY);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	json_decref(doc);
}

static void
test_round__shows_what_is_known_where_an_opinion_is_to_be_given(void **state)
{
	json_t *doc, *row;

	(void)state;
	round_half(&k);
	doc = shown("round", "R-2022-0001");
	row = row_where(doc, "target", "G16-K1");
	assert_string_equal(text_at(row, "grounds"),
	    "G16-T.Q2 红；CK-2022-0001 上报 96.0000 %，省统计局 62.0000 "
	    "%：不符");
	row = row_where(doc, "target", "G16-K2");
	assert_true(json_is_null(json_object_get(row, "grounds")));
	json_decref(doc);
}

/* However long ago: it can still be reported. */
static void
test_todo__has_reports_that_are_overdue(void **state)
{
	json_t *doc, *row;

	(void)state;
	kit_on(&k, "2022-11-30");
	assert_true(kit_clerk(&k) > 0);
	doc = view_of(&k, "todo", NULL, "G17.head", "2022-11-30");
	row = row_where(doc, "case", "G17-T.Q3");
	assert_true(int_at(row, "left") < 0);
	assert_non_null(strstr(text_at(row, "kinds_text"), "报送节点进度"));
	json_decref(doc);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, checked, done)
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_node__says_why_its_light_is_what_it_is),
	    TEST(test_task__shows_what_happened_to_it_and_its_nodes_once),
	    TEST(test_checks__say_what_was_held_against_what),
	    TEST(test_todo__has_reports_that_are_overdue),
	    TEST(test_candidates__have_data_that_do_not_agree),
	    TEST(
		test_round__shows_what_is_known_where_an_opinion_is_to_be_given),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
