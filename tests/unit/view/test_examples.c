/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worked examples of the domain (section 5) out of real ledgers: what is
 * signed for, one statement after another, comes to the figures worked by hand.
 * E1 to E6 are where rectification and disputes are tested, E8 is with the
 * panels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "noun/score.h"
#include "viewkit.h"

struct line {
	const char *code, *class, *weight, *rate;
};

/* K 66.2500 of 70, T 19.0000 of 20. */
static const struct line list[] = {
    {"K1", "key", "45.0000", "10000"},
    {"K2", "key", "25.0000", "8500"},
    {"R1", "routine", "20.0000", "9500"},
};
/* 5.8000 of 6.0000. */
static const struct line added[] = {
    {"D1", "dynamic", "4.0000", "10000"},
    {"D2", "dynamic", "2.0000", "9000"},
};

static const int years[] = {2022, 2023, 0};

static struct kc_score
score_of(const struct kit *k, const char *unit)
{
	struct kc_unit_score s;
	struct kc_refusal why;

	assert_int_equal(
	    kc_unit_score(k->st,
		k->st->units.v[kc_find(k->st, KC_NS_UNIT, kc_slice_str(unit))],
		kc_cycle_of(k->st, 2022), &s, &why),
	    KC_OK);
	return s.score;
}

static void
draft(struct kit *k, const struct line *l)
{
	bool key = strcmp(l->class, "key") == 0;
	const char *target = kit_field("target", l->code);

	kit_do(k, KC_K_target_draft, key ? "P09.a" : "G16.head", target,
	    "unit=G16", "year=2022", kit_field("class", l->class),
	    key ? "source=city-key" : "source=work-plan", "duty=D1",
	    kit_field("weight", l->weight), "assessor=G02", "title=x");
	target = kit_field("target", l->code);
	kit_do(k, KC_K_target_submit, key ? "P09.a" : "G16.head", target);
	kit_do(k, KC_K_target_approve_first, "P09.b", target);
	kit_do(k, KC_K_target_approve_second, "gop gog", target);
	kit_do(k, KC_K_target_read, "leader", target);
}

static void
find(struct kit *k, const struct line *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kit_do(k, KC_K_completion_find, "G02.a",
		    kit_field("target", l[i].code),
		    kit_field("rate", l[i].rate), EVIDENCE);
}

/* The year of the list under a policy that says what becomes of the reserve. */
static struct kc_score
reserve(const char *mode, bool with_dynamic)
{
	struct kc_score s;
	struct kit k;

	case_city(&k, "mode: { value: prorate", mode, years);
	kit_do(&k, KC_K_cycle_open, "P09.a", "year=2022");
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		draft(&k, &list[i]);
	kit_do(&k, KC_K_list_issue, "P09.a", "unit=G16", "year=2022");
	for (size_t i = 0; with_dynamic && i < 2; i++)
		kit_do(&k, KC_K_target_add, "P09.a gop",
		    kit_field("target", added[i].code), "unit=G16", "year=2022",
		    "duty=D1", kit_field("weight", added[i].weight),
		    "assessor=G02", "title=x");
	kit_on(&k, "2022-12-30");
	(void)kit_clerk(&k);
	find(&k, list, sizeof(list) / sizeof(list[0]));
	if (with_dynamic)
		find(&k, added, 2);
	s = score_of(&k, "G16");
	kit_end(&k);
	return s;
}

static void
test_e7__the_reserve_is_credited_as_the_policy_says(void **state)
{
	struct kc_score s;

	(void)state;
	s = reserve("mode: { value: prorate", false);
	assert_int_equal(s.earned_e4[KC_CLASS_KEY], 662500);
	assert_int_equal(s.earned_e4[KC_CLASS_ROUTINE], 190000);
	assert_int_equal(s.reserve_e4, 100000);
	assert_int_equal(s.credit_e4, 94722);
	assert_int_equal(s.objective_e4, 947222);
	assert_int_equal(
	    reserve("mode: { value: full", false).objective_e4, 952500);
	assert_int_equal(
	    reserve("mode: { value: zero", false).objective_e4, 852500);
	s = reserve("mode: { value: prorate", true);
	assert_int_equal(s.earned_e4[KC_CLASS_DYNAMIC], 58000);
	assert_int_equal(s.reserve_e4, 40000);
	assert_int_equal(s.credit_e4, 37938);
	assert_int_equal(s.objective_e4, 948438);
}

/* Two commendations of 1.0 are of one situation, which is capped at 1.0. */
static void
test_e9__a_situation_of_bonuses_is_capped_and_the_next_adds(void **state)
{
	struct kc_score s;
	struct kit k;

	(void)state;
	bonus_city(&k);
	bonus_grant(&k,
	    bonus_claim(&k, "G16", "B1", "M1", "national", "国发〔2022〕1号"));
	bonus_grant(&k,
	    bonus_claim(&k, "G16", "B1", "M2", "national", "国发〔2022〕2号"));
	bonus_grant(&k,
	    bonus_claim(
		&k, "G16", "B2", "M3", "main-leader", "批示〔2022〕3号"));
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(k.st->bonuses.v[i]->amount_e4, 10000);
	assert_int_equal(k.st->bonuses.v[2]->amount_e4, 5000);
	s = score_of(&k, "G16");
	assert_int_equal(s.bonus_e4, 15000);
	kit_end(&k);
}

/* 80 % of 0.5000 came back. Whatever the policy, the summary counts units with
 * any residue, and those that have it because a case was not met. */
static void
residual(const char *mode, int64_t retained_e4)
{
	struct kc_case *c;
	struct kit k;
	json_t *doc;

	case_city(&k, "residual: { value: always", mode, years);
	case_list(&k, "G17", 2022, NULL);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-2022-K2");
	kit_pass_days(&k, 10);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	assert_int_equal(score_of(&k, "G17").retained_e4, retained_e4);
	doc = view_of(&k, "summary", NULL, NULL, "2022-12-30");
	assert_int_equal(int_at(doc, "units_retained"), 1);
	assert_int_equal(int_at(doc, "units_unmet"), 0);
	json_decref(doc);
	kit_end(&k);
}

static void
test_e10__a_residue_of_what_was_met_goes_by_the_policy(void **state)
{
	(void)state;
	residual("residual: { value: always", 1000);
	residual("residual: { value: only_if_unmet", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_e7__the_reserve_is_credited_as_the_policy_says),
	    cmocka_unit_test(
		test_e9__a_situation_of_bonuses_is_capped_and_the_next_adds),
	    cmocka_unit_test(
		test_e10__a_residue_of_what_was_met_goes_by_the_policy),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
