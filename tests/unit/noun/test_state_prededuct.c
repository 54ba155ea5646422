/* SPDX-License-Identifier: Apache-2.0 */
/* Pre-deduction: what may be decided, confirmed and fed back, and by whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "view/view_int.h"

#define S3                                                                     \
	"situation=S3", "effect=full", "standard=0.5000", "planned=7500",      \
	    "actual=5200", EVIDENCE, "reason=滞后"
#define G16_K2 "unit=G16", "target=G16-K2"
#define FIRST "case=PD-2022-0001"
#define DECIDE KC_K_prededuct_decide

/* --- refusals of each guard --- */
static void
decided(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	case_decide(k, "2022-07-15", "G16", "G16-K2");
}

static void
confirmed(struct kit *k)
{
	decided(k);
	kit_do(k, KC_K_prededuct_confirm, "P09.a", FIRST);
}

static void
delivered(struct kit *k)
{
	confirmed(k);
	kit_do(k, KC_K_feedback_deliver, "G02.a", FIRST, "problem=滞后");
}

static void
acknowledged(struct kit *k)
{
	delivered(k);
	kit_do(k, KC_K_feedback_acknowledge, "G16.liaison", FIRST);
}

static void
a_draft(struct kit *k)
{
	kit_init(k, KIT_RULES);
	kit_do(k, KC_K_target_draft, "P09.a", G16_K2, "year=2022", "class=key",
	    "source=city-key", "duty=D1", "weight=40.0000", "assessor=G02",
	    "title=年度目标");
}

static void
own_assessor(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_enrol(k, "G16.a", "G16", "assessor");
}

static void
grant_withdrawn(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_do(
	    k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=职能调整");
}

static void
after_the_grant(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2023-07-01");
}

static void
twenty_points(struct kit *k)
{
	static const int years[] = {2022, 0};

	case_city(k, "behind_points: { value: \"15%\"",
	    "behind_points: { value: \"20%\"", years);
	case_list(k, "G16", 2022, NULL);
	kit_on(k, "2022-07-15");
}

static void
both_roles(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_enrol(k, "both", "G02", "assessor estab");
	kit_do(k, DECIDE, "both", G16_K2, S3);
}

static void
six_working_days(struct kit *k)
{
	decided(k); /* a Friday: the fifth working day is 2022-07-22 */
	kit_on(k, "2022-07-25");
}

static void
past_cutoff(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-11-01");
}

static void
after_cutoff(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	case_decide(k, "2022-10-28", "G16", "G16-K2");
	kit_on(k, "2022-11-01");
}

static void
lapsed(struct kit *k)
{
	six_working_days(k);
	assert_int_equal(kit_clerk(k), 1);
}

static void
declined(struct kit *k)
{
	decided(k);
	kit_do(k, KC_K_prededuct_decline, "P09.a", FIRST, "reason=证据不足");
}

static void
confirmed_without_grant(struct kit *k)
{
	confirmed(k);
	kit_do(
	    k, KC_K_grant_withdraw, "P09.a", "grant=GR-G02", "reason=职能调整");
}

static void
other_assessor(struct kit *k)
{
	confirmed(k);
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GR-G12", "assessor=G12",
	    "scope=all", "from=2022-01-01", "until=2023-06-30");
}

static const struct refusal_row decide_rows[] = {
    {"unknown unit", NULL, KC_R_NOT_FOUND, DECIDE, "G02.a",
	{"unit=G99", "target=G16-K2", S3}, NULL, "unit"},
    {"unknown target", NULL, KC_R_NOT_FOUND, DECIDE, "G02.a",
	{"unit=G16", "target=G16-K9", S3}, NULL, "target"},
    {"target of another unit", NULL, KC_R_UNIT_MISMATCH, DECIDE, "G02.a",
	{"unit=G17", "target=G16-K2", S3}, NULL, "G16-K2"},
    {"target not yet issued", a_draft, KC_R_STATE, DECIDE, "G02.a",
	{G16_K2, S3}, NULL, "G16-K2"},
    {"no grant at all", NULL, KC_R_GRANT, DECIDE, "G12.a", {G16_K2, S3}, NULL,
	"G12"},
    {"grant withdrawn", grant_withdrawn, KC_R_GRANT, DECIDE, "G02.a",
	{G16_K2, S3}, NULL, "G02"},
    {"grant run out", after_the_grant, KC_R_GRANT, DECIDE, "G02.a",
	{G16_K2, S3}, NULL, "G02"},
    {"own unit", own_assessor, KC_R_OWN_UNIT, DECIDE, "G16.a", {G16_K2, S3},
	NULL, "G16"},
    {"unknown situation", NULL, KC_R_SITUATION, DECIDE, "G02.a",
	{G16_K2, "situation=S9", "effect=full", "standard=0.5000", EVIDENCE,
	    "reason=滞后"},
	NULL, "S9"},
    {"another effect", NULL, KC_R_EFFECT, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=half", "standard=0.5000",
	    "planned=7500", "actual=5200", EVIDENCE, "reason=滞后"},
	"situations.S3", "S3"},
    {"standard too high", NULL, KC_R_STANDARD, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=full", "standard=1.0001",
	    "planned=7500", "actual=5200", EVIDENCE, "reason=滞后"},
	"situations.S3", "1.0001"},
    {"standard too low", NULL, KC_R_STANDARD, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=full", "standard=0.0999",
	    "planned=7500", "actual=5200", EVIDENCE, "reason=滞后"},
	"situations.S3", "0.0999"},
    {"an exemption has no standard", NULL, KC_R_STANDARD, DECIDE, "G02.a",
	{G16_K2, "situation=S6", "effect=exempt", "standard=0.1000",
	    "cause=force-majeure", EVIDENCE, "reason=台风"},
	"situations.S6", "0.1000"},
    {"quarter of another year", NULL, KC_R_DATE_ORDER, DECIDE, "G02.a",
	{G16_K2, "quarter=2021-Q4", S3}, NULL, "2021-Q4"},
    {"too late to be confirmed", past_cutoff, KC_R_TOO_LATE, DECIDE, "G02.a",
	{G16_K2, S3}, "pd.issue_cutoff", "2022-10-31"},
    {"one open case a target", decided, KC_R_ONE_OPEN, DECIDE, "G02.a",
	{G16_K2, S3}, NULL, "G16-K2"},
    {"no planned progress", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=full", "standard=0.5000",
	    "actual=5200", EVIDENCE, "reason=滞后"},
	"situations.S3", "planned"},
    {"no actual progress", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=full", "standard=0.5000",
	    "planned=7500", EVIDENCE, "reason=滞后"},
	"situations.S3", "actual"},
    {"a gap of 14.99 points", NULL, KC_R_MARK, DECIDE, "G02.a",
	{G16_K2, "situation=S3", "effect=full", "standard=0.5000",
	    "planned=7500", "actual=6001", EVIDENCE, "reason=滞后"},
	"situations.S3", "S3"},
    {"routine work is not behind", NULL, KC_R_MARK, DECIDE, "G02.a",
	{"unit=G16", "target=G16-R1", S3}, "situations.S3", "S3"},
    {"objective factors of routine work", NULL, KC_R_MARK, DECIDE, "G02.a",
	{"unit=G16", "target=G16-R1", "situation=S6", "effect=exempt",
	    "standard=0.0000", "cause=force-majeure", EVIDENCE, "reason=台风"},
	"situations.S6", "S6"},
    {"not an objective cause", NULL, KC_R_MARK, DECIDE, "G02.a",
	{G16_K2, "situation=S6", "effect=exempt", "standard=0.0000",
	    "planned=7500", "actual=5200", "cause=shared", EVIDENCE,
	    "reason=台风"},
	"situations.S6", "S6"},
    {"exempt without the progress", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S6", "effect=exempt", "standard=0.0000",
	    "cause=force-majeure", EVIDENCE, "reason=台风"},
	"situations.S6", "planned"},
    {"exempt but not far off plan", NULL, KC_R_MARK, DECIDE, "G02.a",
	{G16_K2, "situation=S6", "effect=exempt", "standard=0.0000",
	    "planned=7500", "actual=6001", "cause=force-majeure", EVIDENCE,
	    "reason=台风"},
	"situations.S6", "S6"},
    {"behind by less than the policy asks", twenty_points, KC_R_MARK, DECIDE,
	"G02.a",
	{"unit=G16", "target=G16-2022-K2", "situation=S3", "effect=full",
	    "standard=0.5000", "planned=7500", "actual=5501", EVIDENCE,
	    "reason=滞后"},
	"situations.S3", "S3"},
    {"no cause", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{G16_K2, "situation=S8", "effect=half", "standard=0.5000", EVIDENCE,
	    "reason=共同责任"},
	"situations.S8", "cause"},
    {"not a partial cause", NULL, KC_R_MARK, DECIDE, "G02.a",
	{G16_K2, "situation=S8", "effect=half", "standard=0.5000",
	    "cause=policy-change", EVIDENCE, "reason=共同责任"},
	"situations.S8", "S8"},
    {"low rank of a city task", NULL, KC_R_MARK, DECIDE, "G02.a",
	{G16_K2, "situation=S1", "effect=full", "standard=0.5000",
	    "quarter=2022-Q2", EVIDENCE, "reason=靠后"},
	"situations.S1", "S1"},
    {"low rank without a quarter", NULL, KC_R_FIELD_MISSING, DECIDE, "G02.a",
	{"unit=G16", "target=G16-K1", "situation=S1", "effect=full",
	    "standard=0.5000", EVIDENCE, "reason=靠后"},
	"situations.S1", "quarter"},
    {"low rank without a report", NULL, KC_R_RANKS, DECIDE, "G02.a",
	{"unit=G16", "target=G16-K1", "situation=S1", "effect=full",
	    "standard=0.5000", "quarter=2022-Q2", EVIDENCE, "reason=靠后"},
	"situations.S1", "IND16"},
};

static void
test_decide__each_refusal_cites_its_rule(void **state)
{
	(void)state;
	case_check_rows(
	    decide_rows, sizeof(decide_rows) / sizeof(decide_rows[0]));
}

static const struct refusal_row later_rows[] = {
    {"confirm nothing", NULL, KC_R_NOT_FOUND, KC_K_prededuct_confirm, "P09.a",
	{FIRST}, NULL, "pre-deduction"},
    {"confirm twice", confirmed, KC_R_STATE, KC_K_prededuct_confirm, "P09.a",
	{FIRST}, NULL, "PD-2022-0001"},
    {"decide and confirm", both_roles, KC_R_SAME_PERSON, KC_K_prededuct_confirm,
	"both", {FIRST}, NULL, "both"},
    {"confirm too late", six_working_days, KC_R_DUE_FIRST,
	KC_K_prededuct_confirm, "P09.a", {FIRST}, NULL, "prededuct.lapse"},
    {"confirm what has lapsed", lapsed, KC_R_STATE, KC_K_prededuct_confirm,
	"P09.a", {FIRST}, NULL, "PD-2022-0001"},
    {"confirm after the cut-off", after_cutoff, KC_R_DUE_FIRST,
	KC_K_prededuct_confirm, "P09.a", {FIRST}, NULL, "prededuct.lapse"},
    {"decline what is confirmed", confirmed, KC_R_STATE, KC_K_prededuct_decline,
	"P09.a", {FIRST, "reason=证据不足"}, NULL, "PD-2022-0001"},
    {"feed back what is not confirmed", decided, KC_R_STATE,
	KC_K_feedback_deliver, "G02.a", {FIRST, "problem=滞后"}, NULL,
	"PD-2022-0001"},
    {"feed back another's case", other_assessor, KC_R_UNIT_MISMATCH,
	KC_K_feedback_deliver, "G12.a", {FIRST, "problem=滞后"}, NULL, "G12.a"},
    {"feed back without a grant", confirmed_without_grant, KC_R_GRANT,
	KC_K_feedback_deliver, "G02.a", {FIRST, "problem=滞后"}, NULL, "G02"},
    {"feed back in place of a judge in time", confirmed, KC_R_UNIT_MISMATCH,
	KC_K_feedback_deliver, "P09.a", {FIRST, "problem=滞后"}, NULL, "P09.a"},
    {"withdraw what is final", declined, KC_R_STATE, KC_K_prededuct_withdraw,
	"G02.a P09.a", {FIRST, "reason=有误"}, NULL, "PD-2022-0001"},
    {"withdraw past the judge", confirmed, KC_R_UNIT_MISMATCH,
	KC_K_prededuct_withdraw, "P09.a P09.b", {FIRST, "reason=有误"}, NULL,
	"P09.a"},
    {"feed back twice", delivered, KC_R_STATE, KC_K_feedback_deliver, "G02.a",
	{FIRST, "problem=滞后"}, NULL, "PD-2022-0001"},
    {"acknowledge before delivery", confirmed, KC_R_STATE,
	KC_K_feedback_acknowledge, "G16.head", {FIRST}, NULL, "PD-2022-0001"},
    {"acknowledge for another unit", delivered, KC_R_UNIT_MISMATCH,
	KC_K_feedback_acknowledge, "G17.head", {FIRST}, NULL, "G17.head"},
    {"acknowledge twice", acknowledged, KC_R_DUPLICATE,
	KC_K_feedback_acknowledge, "G16.head", {FIRST}, NULL, "PD-2022-0001"},
};

static void
test_confirm_and_feedback__each_refusal_cites_its_rule(void **state)
{
	(void)state;
	case_check_rows(later_rows, sizeof(later_rows) / sizeof(later_rows[0]));
}

/* --- amounts, caps, numbers --- */
static void
test_confirm__half_of_an_odd_amount_is_rounded_up(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS); /* E2 */
	c = case_decide_half(&k, "2022-07-15", "G16", "G16-K2", "0.3333");
	assert_int_equal(c->deducted_e4, 0);
	case_confirm(&k, c);
	assert_int_equal(c->deducted_e4, 1667);
	c = case_decide_half(&k, NULL, "G17", "G17-K2", "0.3500");
	case_confirm(&k, c);
	assert_int_equal(c->deducted_e4, 1750);
	kit_end(&k);
}

static void
test_handles__notices_are_numbered_when_something_is_deducted(void **state)
{
	struct kit k;
	struct kc_case *a, *b, *c, *d;

	(void)state;
	kit_init(&k, KIT_LISTS);
	a = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	assert_string_equal(kit_handle(&k), "PD-2022-0001");
	b = case_decide(&k, NULL, "G17", "G17-K2");
	kit_do(&k, KC_K_prededuct_decline, "P09.a", case_field(a),
	    "reason=证据不足");
	assert_true(kc_slice_eq(kc_state_last_handle(k.st), KC_LIT("")));
	kit_do(&k, KC_K_prededuct_decide, "G02.a", G16_K2, "situation=S6",
	    "effect=exempt", "standard=0.0000", "planned=7500", "actual=5200",
	    "cause=higher-approval", EVIDENCE, "reason=上级审批");
	kit_pass_days(&k, 1);
	c = k.st->cases.v[2];
	case_confirm(&k, c);
	assert_int_equal(c->state, KC_CS_EXEMPTED);
	d = case_decide(&k, NULL, "G16", "G16-K2");
	assert_string_equal(d->handle, "PD-2022-0004");
	case_confirm(&k, d);
	case_confirm(&k, b);
	assert_int_equal(a->number, 0);
	assert_int_equal(c->number, 0);
	assert_int_equal(d->number, 1);
	assert_int_equal(b->number, 2);
	kit_end(&k);
}

/* E9: what is kept is capped, what was done is on record. */
static void
test_decide__breaches_beyond_the_cap_are_recorded_and_capped_in_the_score(
    void **state)
{
	static const char *const days[] = {
	    "2022-04-20", "2022-07-15", "2022-08-01", "2022-10-17"};
	struct kc_unit_score score;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	for (size_t i = 0; i < 4; i++) {
		struct kc_case *c =
		    case_rectifying(&k, days[i], "G16", "G16-K2");

		case_submit(&k, c);
		case_refund(&k, c, "0");
		assert_int_equal(c->deducted_e4, 5000);
		assert_int_equal(c->number, i + 1);
	}
	assert_int_equal(
	    kc_unit_score(k.st,
		k.st->units.v[kc_find(k.st, KC_NS_UNIT, kc_slice_str("G16"))],
		kc_cycle_of(k.st, 2022), &score, &k.why),
	    KC_OK);
	assert_int_equal(score.score.deducted_e4, 20000);
	assert_int_equal(score.score.retained_e4, 10000);
	kit_end(&k);
}

static void
test_decide__a_delegate_is_the_person_who_decided(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_enrol(&k, "G02.c", "G02", "liaison");
	kit_do(&k, KC_K_delegation_give, "G02.a", "to=G02.c",
	    "may=prededuct.decide", "from=2022-01-01", "until=2022-12-31");
	kit_on(&k, "2022-07-15");
	kit_do(&k, DECIDE, "G02.c", G16_K2, S3);
	assert_string_equal(
	    k.st->units.v[k.st->cases.v[0]->assessor]->code, "G02");
	assert_string_equal(
	    k.st->actors.v[k.st->cases.v[0]->decider]->id, "G02.c");
	kit_end(&k);
}

static void
test_confirm__a_change_of_policy_leaves_a_decided_case_alone(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide_half(&k, "2022-07-15", "G16", "G16-K2", "0.5000");
	case_policy(&k, "half: { value: \"50%\"", "half: { value: \"30%\"");
	case_confirm(&k, c);
	assert_int_equal(c->deducted_e4, 2500);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decide__each_refusal_cites_its_rule),
	    cmocka_unit_test(
		test_confirm_and_feedback__each_refusal_cites_its_rule),
	    cmocka_unit_test(test_confirm__half_of_an_odd_amount_is_rounded_up),
	    cmocka_unit_test(
		test_handles__notices_are_numbered_when_something_is_deducted),
	    cmocka_unit_test(
		test_decide__breaches_beyond_the_cap_are_recorded_and_capped_in_the_score),
	    cmocka_unit_test(test_decide__a_delegate_is_the_person_who_decided),
	    cmocka_unit_test(
		test_confirm__a_change_of_policy_leaves_a_decided_case_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
