/* SPDX-License-Identifier: Apache-2.0 */
/* On what a kind can be done now: as the tables of states say, and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "negkit.h"
#include "roundkit.h"
#include "taskkit.h"
#include "viewkit.h"

static struct kit k;
static struct kc_buf text;

static int
tear_down(void **state)
{
	(void)state;
	kit_free(&k);
	kc_buf_free(&text);
	return 0;
}

/* The rows of a kind: "unit:value,value" each, with a blank between; a round is
 * of no unit. */
static const char *
ready(const char *kind, const char *unit)
{
	json_t *doc = view_of(&k, "ready", unit, kind, "2022-10-17");
	json_t *row, *value;
	size_t i, j;

	kc_buf_reset(&text);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		kc_buf_str(&text, i > 0 ? " " : "");
		if (!json_is_null(json_object_get(row, "unit")))
			kc_buf_str(&text, text_at(row, "unit"));
		json_array_foreach(json_object_get(row, "values"), j, value)
		{
			kc_buf_char(&text, j > 0 ? ',' : ':');
			kc_buf_str(&text, json_string_value(value));
		}
	}
	json_decref(doc);
	return kc_buf_cstr(&text);
}

static void
draft(const char *unit, const char *who, const char *target)
{
	kit_do(&k, KC_K_target_draft, who, kit_field("unit", unit), "year=2022",
	    kit_field("target", target), "class=routine", "source=work-plan",
	    "weight=20.0000", "title=年度目标", "duty=D1", "assessor=G02");
}

static void
test_ready__target_by_its_state(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *name, *by;
	} steps[] = {
	    {KC_K_target_submit, "target.submit", "G16.head"},
	    {KC_K_target_approve_first, "target.approve_first", "P09.b"},
	    {KC_K_target_approve_second, "target.approve_second", "gop gog"},
	    {KC_K_target_read, "target.read", "leader"},
	};

	(void)state;
	kit_init(&k, KIT_RULES);
	draft("G16", "G16.head", "G16-R8");
	draft("G16", "G16.head", "G16-R9");
	draft("G17", "G17.head", "G17-R9");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_string_equal(
		    ready(steps[i].name, "G16"), "G16:G16-R8 G16:G16-R9");
		kit_do(&k, steps[i].kind, steps[i].by, "target=G16-R8");
		assert_string_equal(ready(steps[i].name, "G16"), "G16:G16-R9");
		kit_do(&k, steps[i].kind, steps[i].by, "target=G16-R9");
		assert_string_equal(ready(steps[i].name, "G16"), "");
	}
	assert_string_equal(ready("target.submit", NULL), "G17:G17-R9");
	assert_string_equal(
	    ready("target.return", NULL), "G16:G16-R8 G16:G16-R9");
}

static void
test_ready__list_waits_for_the_last_of_its_targets(void **state)
{
	(void)state;
	kit_init(&k, KIT_RULES);
	draft("G16", "G16.head", "G16-R9");
	assert_string_equal(ready("list.issue", NULL), "");
	kit_do(&k, KC_K_target_submit, "G16.head", "target=G16-R9");
	kit_do(&k, KC_K_target_approve_first, "P09.b", "target=G16-R9");
	kit_do(&k, KC_K_target_approve_second, "gop gog", "target=G16-R9");
	assert_string_equal(ready("list.issue", NULL), "");
	kit_do(&k, KC_K_target_read, "leader", "target=G16-R9");
	assert_string_equal(ready("list.issue", NULL), "G16:G16,2022");
	assert_string_equal(ready("list.issue", "G17"), "");
	tear_down(NULL);
	kit_init(&k, KIT_LISTS);
	assert_string_equal(ready("list.issue", NULL), "");
	assert_string_equal(ready("target.read", NULL), "");
}

static void
test_ready__letter_is_delivered_to_each_who_waits_for_it(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "unit=G17", "level=yellow", "rectify_by=2022-11-30", "fact=x",
	    "demand=x");
	assert_string_equal(ready("warning.deliver", NULL),
	    "G16:W-2022-0001,G16 G17:W-2022-0001,G17");
	assert_string_equal(ready("warning.reply", NULL), "");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	assert_string_equal(
	    ready("warning.deliver", NULL), "G17:W-2022-0001,G17");
	assert_string_equal(ready("warning.reply", NULL), "G16:W-2022-0001");
	assert_string_equal(ready("warning.lift", "G16"), "G16:W-2022-0001");
	assert_string_equal(ready("warning.lift", "G17"), "");
}

static void
test_ready__case_right_and_dispute_by_their_states(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-10-17", "G16", "G16-K2");
	assert_string_equal(
	    ready("prededuct.confirm", NULL), "G16:PD-2022-0001");
	assert_string_equal(
	    ready("prededuct.withdraw", "G16"), "G16:PD-2022-0001");
	assert_string_equal(ready("feedback.deliver", NULL), "");
	kit_do(&k, KC_K_prededuct_confirm, "P09.b", "case=PD-2022-0001");
	assert_string_equal(ready("prededuct.confirm", NULL), "");
	assert_string_equal(
	    ready("feedback.deliver", NULL), "G16:PD-2022-0001");
	assert_string_equal(ready("dispute.accept", NULL), "");
	kit_do(&k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=x");
	assert_null(strstr(ready("grant.withdraw", NULL), "GR-G02"));
}

static void
test_ready__proposal_is_named_by_cadre_and_case(void **state)
{
	static const int years[] = {2022, 2023, 0};

	(void)state;
	case_city(&k, NULL, NULL, years);
	kit_do(&k, KC_K_cadre_register, "org", "cadre=C1", "unit=G16",
	    "city_managed=yes");
	case_list(&k, "G16", 2022, "C1");
	kit_on(&k, "2022-07-15");
	case_report(&k, "INDG16", "2022-Q2", 12, 12);
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16",
	    "target=G16-2022-K1", "situation=S1", "effect=full",
	    "standard=0.5000", "quarter=2022-Q2", EVIDENCE, "reason=靠后");
	case_confirm(&k, k.st->cases.v[0]);
	assert_string_equal(ready("good.confirm", NULL), "");
	assert_int_equal(kit_clerk(&k), 1);
	assert_string_equal(ready("good.confirm", NULL), "G16:C1,PD-2022-0001");
	assert_string_equal(ready("good.decline", "G17"), "");
}

static void
test_ready__tasks_of_a_target_and_nodes_once_they_are_filed(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	kit_on(&k, "2022-04-20");
	assert_non_null(strstr(ready("plan.file", "G17"), "G17:G17-2022-K1"));
	assert_string_equal(ready("plan.return", "G17"), "");
	task_split(&k,
	    &(struct task_row){.target = "target=G17-2022-K1",
		.task = "task=T1",
		.q = {"q1=2500"}});
	assert_string_equal(ready("progress.report", "G17"), "");
	assert_string_equal(ready("task.drop", "G17"), "G17:T1");
	kit_do(&k, KC_K_plan_file, "G17.head", "target=G17-2022-K1");
	assert_null(strstr(ready("plan.file", "G17"), "G17-2022-K1"));
	assert_string_equal(ready("plan.return", "G17"), "G17:G17-2022-K1");
	/* Asked in October: every quarter has begun. */
	assert_string_equal(ready("progress.report", "G17"),
	    "G17:T1.Q1 G17:T1.Q2 G17:T1.Q3 G17:T1.Q4");
	assert_string_equal(ready("progress.report", "G16"), "");
	assert_string_equal(ready("task.drop", "G17"), "");
	assert_string_equal(ready("task.assign", "G17"), "G17:T1");
	assert_string_equal(ready("progress.verify", "G17"), "");
	kit_do(&k, KC_K_progress_report, "G17.head", "node=T1.Q1", "actual=1",
	    "report=x");
	assert_string_equal(ready("progress.verify", "G17"), "G17:T1.Q1");
}

static void
test_ready__points_of_a_round_and_opinions_to_be_fed_back(void **state)
{
	const struct kc_opinion *o;

	(void)state;
	kit_init(&k, KIT_LISTS);

	kit_on(&k, "2022-07-04");
	assert_string_equal(ready("round.close", NULL), "");
	assert_string_equal(ready("opinion.record", NULL), "");
	round_half(&k);
	assert_string_equal(ready("round.close", NULL), ":R-2022-0001");
	assert_string_equal(ready("opinion.record", "G16"),
	    "G16:R-2022-0001,G16-K1 G16:R-2022-0001,G16-K2 "
	    "G16:R-2022-0001,G16-R1");
	assert_string_equal(ready("opinion.point", NULL), "");
	assert_string_equal(ready("round.select", NULL), "");
	o = round_opinion(&k, "G16-K1", "behind");
	assert_string_equal(ready("opinion.record", "G16"),
	    "G16:R-2022-0001,G16-K2 G16:R-2022-0001,G16-R1");
	assert_string_equal(
	    ready("opinion.feed_back", NULL), "G16:OP-2022-0001,G16");
	round_feed_back(&k, o);
	assert_string_equal(ready("opinion.feed_back", NULL), "");
}

static void
test_ready__targets_are_selected_and_then_looked_at(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);

	kit_on(&k, "2022-10-10");
	kit_do(&k, KC_K_round_open, "P09.a", "type=q3", "year=2022");
	assert_non_null(
	    strstr(ready("round.select", "G16"), "R-2022-0001,G16-K1"));
	kit_do(&k, KC_K_round_select, "P09.a", "round=R-2022-0001",
	    "target=G16-K1", "basis=attention", "reason=x");
	assert_null(strstr(ready("round.select", "G16"), "G16-K1"));
	assert_string_equal(
	    ready("opinion.point", NULL), "G16:R-2022-0001,G16-K1");
	assert_string_equal(ready("opinion.record", NULL), "");
}

static void
test_ready__negative_event_by_its_state(void **state)
{
	struct kc_negative *n;

	(void)state;
	neg_city(&k);
	n = neg_propose(&k, "2022-07-15", "G17", "0.3000");
	assert_string_equal(ready("negative.confirm", NULL), "G17:N-2022-0001");
	assert_string_equal(ready("negative.notify", NULL), "");
	kit_do(&k, KC_K_negative_confirm, "P09.a", neg_field(n));
	assert_string_equal(ready("negative.confirm", NULL), "");
	assert_string_equal(ready("negative.notify", NULL), "G17:N-2022-0001");
	assert_string_equal(ready("negative.notify", "G16"), "");
}

/* What begins something, what the clerk writes, what has no state. */
static void
test_ready__nothing_of_kinds_that_move_nothing_there_is(void **state)
{
	static const char *const kinds[] = {"target.draft", "warning.issue",
	    "prededuct.decide", "dispute.file", "prededuct.expire",
	    "unit.rename", "actor.enrol", "target", ""};

	(void)state;
	kit_init(&k, KIT_LISTS);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		view_refused(&k, "ready", NULL, kinds[i], KC_R_REQUEST);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_ready__target_by_its_state),
	    TEST(test_ready__list_waits_for_the_last_of_its_targets),
	    TEST(test_ready__letter_is_delivered_to_each_who_waits_for_it),
	    TEST(test_ready__case_right_and_dispute_by_their_states),
	    TEST(test_ready__proposal_is_named_by_cadre_and_case),
	    TEST(test_ready__tasks_of_a_target_and_nodes_once_they_are_filed),
	    TEST(test_ready__points_of_a_round_and_opinions_to_be_fed_back),
	    TEST(test_ready__targets_are_selected_and_then_looked_at),
	    TEST(test_ready__negative_event_by_its_state),
	    TEST(test_ready__nothing_of_kinds_that_move_nothing_there_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
