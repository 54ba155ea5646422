/* SPDX-License-Identifier: Apache-2.0 */
/* Edges of the rules: what an ingenious or unlucky signer might try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"

#define DECIDE KC_K_prededuct_decide
#define G16_K1 "unit=G16", "target=G16-K1"
#define G16_K2 "unit=G16", "target=G16-K2"
#define S1 "situation=S1", "effect=full", "standard=0.5000"
#define S2 "situation=S2", "effect=full", "standard=0.4000"
#define S3                                                                     \
	"situation=S3", "effect=full", "standard=0.5000", "planned=7500",      \
	    "actual=5200", EVIDENCE, "reason=滞后"
#define WHY EVIDENCE, "reason=季度通报"

/* --- persons --- */
static void
test_confirm__not_by_who_lent_the_power_to_decide(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	/* One person may assess and confirm, but never the same case. */
	kit_enrol(&k, "dual", "G02", "assessor estab");
	kit_enrol(&k, "deputy", "G02", "stats");
	kit_on(&k, "2022-07-15");
	kit_do(&k, KC_K_delegation_give, "dual", "to=deputy",
	    "may=prededuct.decide", "from=2022-07-15", "until=2022-07-31",
	    "reason=出差");
	kit_do(&k, DECIDE, "deputy", G16_K2, S3);
	kit_refused(&k, KC_R_SAME_PERSON, KC_K_prededuct_confirm, "dual",
	    "case=PD-2022-0001");
	assert_string_equal(k.why.args[0], "dual");
	kit_do(&k, KC_K_prededuct_confirm, "P09.a", "case=PD-2022-0001");
	kit_end(&k);
}

static void
test_revoke__a_lost_clerk_key_goes_before_what_is_due(void **state)
{
	struct kit k;
	const char *old;

	(void)state;
	kit_init(&k, KIT_LISTS);
	case_rectifying(&k, "2022-04-20", "G16", "G16-K2");
	kit_on(&k, "2022-07-21");
	/* The key is lost: nobody can write the expiry that is due. */
	old = kit_vkey(&k, "key", "clerk");
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_key_revoke, "root.a root.b",
	    kit_vkey(&k, "key", "G16.head"), "reason=遗失");
	kit_do(&k, KC_K_key_revoke, "root.a root.b", old, "reason=遗失");
	(void)kit_new_key(&k, "clerk");
	kit_do(&k, KC_K_actor_enrol, "root.b root.c", "actor=clerk",
	    "role=clerk", kit_vkey(&k, "key", "clerk"), kit_proof(&k, "clerk"));
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(k.st->cases.v[0]->state, KC_CS_EXPIRED);
	kit_end(&k);
}

/* --- situations --- */
static void
a_report(struct kit *k, const char *quarter, const char *value,
    const char *rank, const char *last)
{
	kit_on(k, "2022-07-15");
	kit_do(k, KC_K_indicator_report, "stats", "indicator=IND16",
	    kit_field("quarter", quarter), kit_field("value", value),
	    "last_value=8.0000", kit_field("rank", rank),
	    kit_field("last_rank", last));
}

static void
test_decide__half_for_a_cause_does_not_beat_exempt_by_rank(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "8.0000", "11", "13");
	kit_refused(&k, KC_R_MARK, DECIDE, "G02.a", G16_K1, "situation=S8",
	    "effect=half", "standard=0.5000", "quarter=2022-Q2", "cause=shared",
	    WHY);
	assert_string_equal(k.why.rule, "situations.S5");
	assert_string_equal(k.why.args[1], "S5");
	kit_free(&k);
}

static void
test_decide__a_good_rank_that_is_kept_is_no_ground(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a_report(&k, "2022-Q2", "9.0000", "3", "3");
	kit_refused(&k, KC_R_MARK, DECIDE, "G02.a", G16_K1, "situation=S7",
	    "effect=half", "standard=0.5000", "quarter=2022-Q2", WHY);
	assert_string_equal(k.why.rule, "situations.S7");
	kit_free(&k);
}

static void
test_decide__a_missed_agreement_with_a_better_value_is_half(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	kit_do(&k, KC_K_indicator_report, "stats", "indicator=IND16",
	    "quarter=2022-Q2", "value=9.0000", "last_value=8.0000", "rank=5",
	    "last_rank=5", "agreed_rank=4");
	kit_refused(
	    &k, KC_R_MARK, DECIDE, "G02.a", G16_K1, S2, "quarter=2022-Q2", WHY);
	assert_string_equal(k.why.rule, "situations.S7");
	kit_do(&k, DECIDE, "G02.a", G16_K1, "situation=S7", "effect=half",
	    "standard=0.4000", "quarter=2022-Q2", WHY);
	kit_free(&k);
}

/* --- quarters --- */
static void
test_decide__no_quarter_that_has_not_begun(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-07-15");
	kit_refused(
	    &k, KC_R_TOO_EARLY, DECIDE, "G02.a", G16_K2, S3, "quarter=2022-Q4");
	assert_string_equal(k.why.args[0], "2022-Q4");
	assert_string_equal(k.why.args[1], "2022-10-01");
	kit_do(&k, DECIDE, "G02.a", G16_K2, S3, "quarter=2022-Q3");
	kit_free(&k);
}

/* A year may be opened a year ahead: its targets have no past yet. */
static void
test_decide__not_before_the_year_of_the_target(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;

	(void)state;
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G16", 2023, NULL);
	kit_on(&k, "2022-12-20");
	kit_refused(&k, KC_R_DATE_ORDER, DECIDE, "G02.a", "unit=G16",
	    "target=G16-2023-K2", S3);
	assert_string_equal(k.why.args[0], "2022-Q4");
	kit_on(&k, "2023-01-03");
	kit_do(&k, DECIDE, "G02.a", "unit=G16", "target=G16-2023-K2", S3);
	kit_free(&k);
}

/* --- calendars that are not out yet --- */
static void
test_plan__a_day_that_no_calendar_tells_is_not_held_against_a_unit(void **state)
{
	static const int years[] = {2022, 0};
	struct kc_case *c;
	struct kit k;

	(void)state;
	case_city(&k, "value: \"10-31\"", "value: \"12-31\"", years);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-12-27", "G16", "G16-2022-K2");
	/* By weekends alone it was the 10th; the notice makes it the 11th. */
	kit_on(&k, "2023-01-11");
	kit_do(
	    &k, KC_K_rectify_plan, "G16.head", case_field(c), "plan=分步整改");
	case_calendar(&k, 2023);
	kit_do(&k, KC_K_rectify_plan, "G16.head", case_field(c), "plan=再报");
	kit_on(&k, "2023-01-12");
	kit_refused(&k, KC_R_TOO_LATE, KC_K_rectify_plan, "G16.head",
	    case_field(c), "plan=再报");
	assert_string_equal(k.why.rule, "pd.plan_wd");
	kit_free(&k);
}

/* --- refusals in Chinese --- */
static void
check_chinese(const struct kit *k, const char *sentence, const char *state)
{
	struct kc_buf b = {0};

	kc_refusal_message(&k->why, KC_LANG_ZH, &b);
	assert_string_equal(kc_buf_cstr(&b), sentence);
	assert_string_equal(kc_refusal_state(&k->why, KC_LANG_ZH), state);
	kc_buf_free(&b);
}

static void
test_refusals__speak_chinese_throughout(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_refused(
	    &k, KC_R_STATE, KC_K_target_read, "leader", "target=G16-K1");
	check_chinese(&k, "G16-K1 现为“执行中”，不能“市领导审阅”", "执行中");
	kit_refused(&k, KC_R_ROLE, KC_K_target_read, "stats", "target=G16-K1");
	check_chinese(&k, "stats 无权签署“市领导审阅”，需要：市领导", "");
	kit_refused(
	    &k, KC_R_NOT_FOUND, KC_K_target_read, "leader", "target=G16-K9");
	check_chinese(&k, "没有目标 G16-K9", "");
	kit_refused(&k, KC_R_DATE_ORDER, KC_K_grant_issue, "P09.a",
	    "grant=GR-9", "assessor=G12", "scope=all", "from=2022-02-01",
	    "until=2022-01-01");
	check_chinese(&k, "日期 2022-01-01 不在允许的范围：不早于首日", "");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_grant_issue, "P09.a",
	    "grant=GR-9", "assessor=G12", "scope=all", "object=G16",
	    "from=2022-02-01", "until=2022-03-01");
	check_chinese(
	    &k, "字段“object”的值不合规范：应为范围为 all 时不填", "");
	kit_refused(&k, KC_R_EFFECT, DECIDE, "G02.a", G16_K2, "situation=S3",
	    "effect=half", "standard=0.5000", "planned=7500", "actual=5200",
	    WHY);
	check_chinese(&k, "情形 S3 的处理应为 全额扣分", "");
	kit_refused(&k, KC_R_WEIGHT, KC_K_target_add, "P09.a gop",
	    "target=G16-D1", "unit=G16", "year=2022", "duty=D1",
	    "weight=11.0000", "assessor=G02", "title=临时任务");
	check_chinese(&k, "动态工作类目标合计 11.0000，应不超过 10.0000", "");
	case_rectifying(&k, "2022-04-20", "G16", "G16-K2");
	kit_on(&k, "2022-07-21");
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_unit_rename, "P09.a", "unit=G16",
	    "name=x");
	check_chinese(&k, "须先记入到期事项：整改期满 PD-2022-0001", "");
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_confirm__not_by_who_lent_the_power_to_decide),
	    cmocka_unit_test(
		test_revoke__a_lost_clerk_key_goes_before_what_is_due),
	    cmocka_unit_test(
		test_decide__half_for_a_cause_does_not_beat_exempt_by_rank),
	    cmocka_unit_test(
		test_decide__a_good_rank_that_is_kept_is_no_ground),
	    cmocka_unit_test(
		test_decide__a_missed_agreement_with_a_better_value_is_half),
	    cmocka_unit_test(test_decide__no_quarter_that_has_not_begun),
	    cmocka_unit_test(test_decide__not_before_the_year_of_the_target),
	    cmocka_unit_test(test_refusals__speak_chinese_throughout),
	    cmocka_unit_test(
		test_plan__a_day_that_no_calendar_tells_is_not_held_against_a_unit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
