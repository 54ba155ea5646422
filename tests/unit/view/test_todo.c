/* SPDX-License-Identifier: Apache-2.0 */
/* What a person has to do next, and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "roundkit.h"
#include "viewkit.h"
#include "yearkit.h"

static struct kit k;

static int
tear_down(void **state)
{
	(void)state;
	kit_free(&k);
	return 0;
}

/* How many rows of the person have the text for the member; of all: NULL. */
static size_t
rows_on(const char *day, const char *actor, const char *key, const char *text)
{
	json_t *doc = view_of(&k, "todo", NULL, actor, day);
	json_t *row;
	size_t i, n = 0;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *is = key == NULL
		    ? NULL
		    : json_string_value(json_object_get(row, key));

		n += text == NULL || (is != NULL && strcmp(is, text) == 0);
	}
	json_decref(doc);
	return n;
}

static size_t
rows(const char *actor, const char *key, const char *text)
{
	return rows_on("2022-10-17", actor, key, text);
}

static void
test_todo__target_waits_for_one_person_after_another(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *next;
	} steps[] = {
	    {KC_K_target_submit, "G16.head", "P09.b"},
	    {KC_K_target_approve_first, "P09.b", "gop"},
	    {KC_K_target_approve_second, "gop gog", "leader"},
	};

	(void)state;
	kit_init(&k, KIT_RULES);
	kit_do(&k, KC_K_target_draft, "G16.head", "unit=G16", "year=2022",
	    "target=G16-R9", "class=routine", "source=work-plan",
	    "weight=20.0000", "title=年度目标", "duty=D1", "assessor=G02");
	assert_int_equal(rows("G16.head", "target", "G16-R9"), 1);
	assert_int_equal(rows("G17.head", NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(rows(steps[i].next, "target", "G16-R9"), 0);
		kit_do(&k, steps[i].kind, steps[i].by, "target=G16-R9");
		assert_int_equal(rows(steps[i].next, "target", "G16-R9"), 1);
		assert_int_equal(rows("G16.head", "target", "G16-R9"), 0);
	}
	kit_do(&k, KC_K_target_read, "leader", "target=G16-R9");
	assert_int_equal(rows("leader", NULL, NULL), 0);
}

static void
test_todo__last_day_is_of_whoever_must_act(void **state)
{
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-10-17", "G16", "G16-K2");
	assert_int_equal(rows("P09.a", "case", "PD-2022-0001"), 1);
	assert_int_equal(rows("G16.head", NULL, NULL), 0);
	doc = view_of(&k, "todo", NULL, "P09.b", "2022-10-17");
	row = row_where(doc, "case", "PD-2022-0001");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(row, "kinds"), 0)),
	    "prededuct.confirm");
	assert_true(strlen(text_at(row, "due")) == 10);
	json_decref(doc);
	kit_do(&k, KC_K_prededuct_confirm, "P09.b", "case=PD-2022-0001");
	assert_int_equal(rows("P09.a", NULL, NULL), 0);
	assert_int_equal(rows("G02.a", "case", "PD-2022-0001"), 1);
	assert_int_equal(rows("G12.a", NULL, NULL), 0);
	view_refused(&k, "todo", NULL, "nobody", KC_R_NOT_FOUND);
}

static void
test_todo__list_to_be_issued_and_letter_to_be_delivered(void **state)
{
	(void)state;
	kit_init(&k, KIT_RULES);
	kit_do(&k, KC_K_target_draft, "G16.head", "unit=G16", "year=2022",
	    "target=G16-R9", "class=routine", "source=work-plan",
	    "weight=20.0000", "title=年度目标", "duty=D1", "assessor=G02");
	kit_do(&k, KC_K_target_submit, "G16.head", "target=G16-R9");
	kit_do(&k, KC_K_target_approve_first, "P09.b", "target=G16-R9");
	kit_do(&k, KC_K_target_approve_second, "gop gog", "target=G16-R9");
	assert_int_equal(rows("P09.a", NULL, NULL), 0);
	kit_do(&k, KC_K_target_read, "leader", "target=G16-R9");
	assert_int_equal(rows("P09.a", "unit", "G16"), 1);
	assert_int_equal(rows("P09.a", "what", "下达责任单"), 1);
	assert_int_equal(rows("G16.head", NULL, NULL), 0);
	tear_down(NULL);
	kit_init(&k, KIT_LISTS);
	assert_int_equal(rows("P09.a", NULL, NULL), 0);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "unit=G17", "level=yellow", "rectify_by=2022-11-30", "fact=x",
	    "demand=x");
	assert_int_equal(rows("P09.a", "case", "W-2022-0001"), 2);
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	assert_int_equal(rows("P09.a", "unit", "G16"), 0);
	assert_int_equal(rows("P09.a", "unit", "G17"), 1);
}

/* However many targets a round has, it is one row to each of the four. */
static void
test_todo__opinions_of_a_round_are_one_row(void **state)
{
	static const char *const four[] = {
	    "P09.a", "office", "insp.p", "insp.g"};
	const struct kc_opinion *o;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-04");
	round_half(&k);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(
		    rows(four[i], "what", "提出半年评估意见：6 项目标"), 1);
	assert_int_equal(rows("G16.head", NULL, NULL), 0);
	o = round_opinion(&k, "G16-K1", "behind");
	assert_int_equal(
	    rows("insp.g", "what", "提出半年评估意见：5 项目标"), 1);
	assert_int_equal(rows("P09.a", "what", "反馈评估意见：1 项目标"), 1);
	assert_int_equal(rows("P09.a", "target", "G16-K1"), 1);
	assert_int_equal(rows("insp.g", "target", "G16-K1"), 0);
	round_feed_back(&k, o);
	assert_int_equal(rows("P09.a", "target", "G16-K1"), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

static void
test_todo__a_year_that_ends_waits_for_one_office_after_another(void **state)
{
	static const struct {
		enum kc_yearend_state at;
		const char *who, *what;
	} steps[] = {
	    {KC_YE_DATA_IN, "P09.a", "核定年度得分"},
	    {KC_YE_DRAFT, "P09.a", "公示考核结果"},
	    {KC_YE_SHOWN, "P09.a", "评定等次"},
	    {KC_YE_GRADED, "office", "审定考核结果"},
	    {KC_YE_PUBLISHED, "P09.a", "反馈考核结果"},
	    {KC_YE_FED_BACK, "audit", "结束年度"},
	};

	(void)state;
	year_city(&k);
	assert_int_equal(
	    rows_on("2023-01-18", "G16.head", "what", "报送年终自查"), 1);
	assert_int_equal(rows("stats", "what", "确认统计数据齐备"), 0);
	year_reports(&k);
	assert_int_equal(rows("stats", "what", "确认统计数据齐备"), 1);
	kit_do(&k, KC_K_yearend_data_in, "stats", YEAREND);
	assert_int_equal(rows("P09.a", "what", "核定年度得分"), 1);
	assert_int_equal(rows("P09.a", "what", "启动评价投票"), 1);
	assert_int_equal(rows("P09.a", "due", "2023-01-30"), 2);
	assert_int_equal(rows("G02.a", "what", "认定完成率"), 1);
	year_completions(&k);
	assert_int_equal(rows("G02.a", "what", "认定完成率"), 0);
	year_selfchecks(&k);
	assert_int_equal(
	    rows_on("2023-01-18", "G16.head", "what", "报送年终自查"), 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (i == 1)
			kit_do(&k, KC_K_yearend_score, "P09.a", YEAREND);
		year_to(&k, steps[i].at);
		assert_int_equal(rows(steps[i].who, "what", steps[i].what), 1);
		assert_int_equal(
		    rows(steps[i].who, "case", "YE-2022-0001") > 0, 1);
	}
	year_to(&k, KC_YE_CLOSED);
	assert_int_equal(rows("audit", "what", "结束年度"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_todo__target_waits_for_one_person_after_another),
	    TEST(test_todo__list_to_be_issued_and_letter_to_be_delivered),
	    TEST(test_todo__opinions_of_a_round_are_one_row),
	    TEST(test_todo__last_day_is_of_whoever_must_act),
	    TEST(
		test_todo__a_year_that_ends_waits_for_one_office_after_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
