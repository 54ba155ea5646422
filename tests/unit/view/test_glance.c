/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance: a part for each user, rows by what each may read. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
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

static json_t *
row_of(json_t *doc, const char *part, const char *item)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (strcmp(text_at(row, "part"), part) == 0 &&
		    strcmp(text_at(row, "item"), item) == 0)
			return row;
	}
	return NULL;
}

/* What the row says, its light and its day: "…|green|2022-10-28". */
static const char *
says(const char *unit, const char *part, const char *item)
{
	json_t *doc = view_of(&k, "glance", unit, NULL, "2022-10-17");
	json_t *row = row_of(doc, part, item);
	const char *due;

	kc_buf_reset(&text);
	if (row != NULL) {
		due = json_string_value(json_object_get(row, "due"));
		kc_buf_str(&text, text_at(row, "says"));
		kc_buf_char(&text, '|');
		kc_buf_str(&text, text_at(row, "light"));
		kc_buf_char(&text, '|');
		kc_buf_str(&text, due != NULL ? due : "");
	}
	json_decref(doc);
	return kc_buf_cstr(&text);
}

/* The parts that a reader is shown, in their order. */
static const char *
parts(const char *actor)
{
	const char *last = "";
	json_t *doc, *row;
	size_t i;

	doc = view_as(&k, actor, "glance", "", "");
	kc_buf_reset(&text);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (strcmp(text_at(row, "part"), last) == 0)
			continue;
		last = text_at(row, "part");
		kc_buf_str(&text, text.n > 0 ? " " : "");
		kc_buf_str(&text, last);
	}
	json_decref(doc);
	return kc_buf_cstr(&text);
}

static void
test_glance__each_user_has_a_part(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	assert_string_equal(parts("G16.head"), "unit");
	assert_string_equal(parts("G02.a"), "unit assessor");
	assert_string_equal(parts("P09.a"), "office");
	assert_string_equal(parts("gop"), "unit office");
	assert_string_equal(parts("audit"), "office auditor");
	assert_string_equal(parts("root.a"), "operator");
}

static void
test_glance__a_unit_sees_its_own_alone(void **state)
{
	struct kc_viewer r;
	enum kc_refusal_code code;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kc_viewer_of(k.st, KC_LIT("G16.head"), &r);
	assert_null(view_by(&k, &r, "glance", "G17", "", &code));
	assert_int_equal(code, KC_R_NOT_PERMITTED);
	kc_viewer_of(k.st, KC_LIT("G02.a"), &r);
	assert_null(view_by(&k, &r, "glance", "G17", "", &code));
	assert_int_equal(code, KC_R_NOT_PERMITTED);
}

static void
test_glance__of_a_unit_says_what_is_at_stake_and_until_when(void **state)
{
	const struct kc_opinion *o;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	round_half(&k);
	(void)round_opinion(&k, "G16-K1", "on-schedule");
	o = round_opinion(&k, "G16-K2", "behind");
	round_feed_back(&k, o);
	assert_string_equal(
	    says("G16", "unit", "list"), "已下达，目标 3，分值 90.0000|green|");
	assert_string_equal(says("G16", "unit", "opinions"),
	    "意见 2，未达序时进度 1，已反馈 1|yellow|");
	assert_string_equal(says("G16", "unit", "cases"), "无|green|");
	kit_on(&k, "2022-10-10");
	kit_do(&k, KC_K_prededuct_decide, "G02.a", "unit=G16", "target=G16-K2",
	    "situation=S3", "effect=full", "standard=0.5000", "planned=7500",
	    "actual=5200", EVIDENCE, "reason=x", round_opinion_field(o));
	case_confirm(&k, k.st->cases.v[0]);
	case_deliver(&k, k.st->cases.v[0]);
	assert_string_equal(says("G16", "unit", "cases"),
	    "件数 1，未了结 1，扣分 0.5000，返还 0.0000，尚可返还 "
	    "0.4000|yellow|2022-10-24");
	assert_string_equal(says("G16", "unit", "score"),
	    "99.5000，其中完成率未认定 90.0000|green|");
	assert_string_equal(says("G16", "unit", "letters"), "无|green|");
	assert_string_equal(says("G16", "assessor", "grants"), "");
}

static void
test_glance__of_an_assessor_says_what_is_to_be_judged_by_when(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-10-17", "G16", "G16-K2");
	assert_string_equal(says("G02", "assessor", "feedback"), "");
	kit_do(&k, KC_K_prededuct_confirm, "P09.b", "case=PD-2022-0001");
	assert_string_equal(
	    says("G02", "assessor", "feedback"), "件数 1|green|2022-10-24");
	assert_string_equal(says("G02", "unit", "cases"), "无|green|");
	assert_string_equal(says("G02", "assessor", "completion"),
	    "可考核目标 6，已认定 0|green|");
}

static void
test_glance__of_the_office_counts_rounds_and_names_who_is_late(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	round_half(&k);
	round_feed_back(&k, round_opinion(&k, "G16-K1", "behind"));
	/* The window ended in July; it is October. */
	assert_string_equal(says(NULL, "office", "round"),
	    "R-2022-0001 逐项评估中，目标 6，意见 1，未达 1，已反馈 "
	    "1|red|2022-07-31");
	assert_string_equal(
	    says(NULL, "office", "candidates"), "未达而未处理 1|yellow|");
	assert_string_equal(says(NULL, "office", "overdue"), "编办 1|red|");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K1", "unit=G16",
	    "level=yellow", "rectify_by=2022-08-30", "fact=x", "demand=x",
	    "opinion=OP-2022-0001");
	assert_string_equal(
	    says(NULL, "office", "candidates"), "未达而未处理 0|green|");
	assert_string_equal(
	    says(NULL, "office", "overdue"), "G16 1，编办 1|red|");
	assert_string_equal(
	    says(NULL, "office", "letters"), "已发出 1|red|2022-08-30");
}

/* The digest of the state is a walk over all of it: a replay prints it. */
static void
test_glance__of_the_auditor_has_no_digest_and_counts_corrections(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	assert_string_equal(says(NULL, "auditor", "digest"), "");
	assert_string_equal(says(NULL, "auditor", "corrections"),
	    "复核更正 0，完成率更正 0，期限顺延 0|green|");
}

static void
test_glance__progress_is_by_quarter(void **state)
{
	(void)state;
	task_city(&k, NULL, NULL);
	kit_on(&k, "2022-04-20");
	assert_string_equal(says("G16", "unit", "progress"), "");
	task_split(&k,
	    &(struct task_row){.target = "target=G17-2022-K1",
		.task = "task=T1",
		.q = {"q1=2500"}});
	kit_do(&k, KC_K_plan_file, "G17.head", "target=G17-2022-K1");
	kit_do(&k, KC_K_progress_report, "G17.head", "node=T1.Q1",
	    "actual=2500", "report=x");
	assert_non_null(strstr(says("G17", "unit", "progress"),
	    "一季度 绿 1；二季度 灰 1；三季度 灰 1|yellow|"));
}

static void
test_glance__claims_of_bonuses_are_by_their_states(void **state)
{
	const struct kc_bonus *b;

	(void)state;
	bonus_city(&k);
	assert_string_equal(says("G17", "unit", "bonuses"), "无|green|");
	b = bonus_one(&k);
	assert_non_null(strstr(says("G17", "unit", "bonuses"), "已申报 1|"));
	assert_non_null(strstr(says(NULL, "office", "bonuses"), "已申报 1|"));
	kit_do(&k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	assert_non_null(strstr(says(NULL, "office", "bonuses"), "已核实 1|"));
	assert_string_equal(says("G16", "unit", "bonuses"), "无|green|");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_glance__each_user_has_a_part),
	    TEST(test_glance__a_unit_sees_its_own_alone),
	    TEST(test_glance__of_a_unit_says_what_is_at_stake_and_until_when),
	    TEST(test_glance__of_an_assessor_says_what_is_to_be_judged_by_when),
	    TEST(
		test_glance__of_the_office_counts_rounds_and_names_who_is_late),
	    TEST(
		test_glance__of_the_auditor_has_no_digest_and_counts_corrections),
	    TEST(test_glance__progress_is_by_quarter),
	    TEST(test_glance__claims_of_bonuses_are_by_their_states),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
