/* SPDX-License-Identifier: Apache-2.0 */
/* Score arithmetic at its edges: void panels, caps, floors, many parts. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/arith.h>
#include <kaocheng/bytes.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct kc_score_rules defaults = {
    .rounding = KC_HALF_AWAY,
    .reserve = KC_RESERVE_PRORATE,
    .points_dynamic_e4 = 100000,
    .panel_share_bp = 2000,
    .panel_min_ballots = 5,
    .neg_item_max_e4 = 20000,
    .cap_target_e4 = 10000,
    .cap_unit_e4 = 30000,
    .bonus_item_max_e4 = 10000,
    .bonus_situation_max_e4 = 10000,
    .bonus_total_max_e4 = 40000,
    .floor_e4 = 0,
    .ceiling_e4 = -1,
};

static struct kc_score
score(const struct kc_score_rules *rules, const struct kc_score_input *in)
{
	struct kc_score s;

	assert_int_equal(kc_score_compute(rules, in, &s), KC_OK);
	return s;
}

static const struct kc_score_target eight[] = {
    {KC_CLASS_KEY, 150000, 10000},
    {KC_CLASS_KEY, 150000, 9650},
    {KC_CLASS_KEY, 120000, 8875},
    {KC_CLASS_KEY, 120000, 10000},
    {KC_CLASS_KEY, 100000, 9333},
    {KC_CLASS_KEY, 60000, 10000},
    {KC_CLASS_ROUTINE, 80000, 10000},
    {KC_CLASS_ROUTINE, 70000, 9500},
    {KC_CLASS_ROUTINE, 50000, 9000},
    {KC_CLASS_DYNAMIC, 40000, 10000},
    {KC_CLASS_DYNAMIC, 20000, 9000},
};
static const struct kc_score_panel panels[] = {
    {920000, 5000, 40},
    {905000, 3000, 30},
    {880000, 2000, 20},
};

static void
test_arith_edges__void_panel_group_leaves_its_weight_to_the_others(void **state)
{
	struct kc_score_panel g[3];
	struct kc_score_input in = {
	    .targets = eight, .ntargets = N(eight), .panels = g, .npanels = 3};
	struct kc_score s;

	(void)state;
	memcpy(g, panels, sizeof(g));
	g[1].ballots = 4;
	s = score(&defaults, &in);
	/* (92.00 * 50 + 88.00 * 20) / 70 */
	assert_int_equal(s.panel_e4, 908571);
	assert_int_equal(s.panel_bp, 2000);
	g[1].ballots = 5; /* the least that is enough */
	assert_int_equal(score(&defaults, &in).panel_e4, 907500);
}

static void
test_arith_edges__no_valid_group_means_no_panel_share(void **state)
{
	static const struct kc_score_panel few[] = {
	    {900000, 5000, 4}, {900000, 5000, 0}};
	struct kc_score_input in = {.targets = eight,
	    .ntargets = N(eight),
	    .panels = few,
	    .npanels = 2};
	struct kc_score s = score(&defaults, &in);

	(void)state;
	assert_int_equal(s.panel_e4, 0);
	assert_int_equal(s.panel_bp, 0);
	assert_int_equal(s.base_e4, s.objective_e4);
}

static void
test_arith_edges__negative_items_are_capped_each_not_together(void **state)
{
	static const struct kc_score_negative n[] = {{1, 10000, 0},
	    {2, 5000, 0}, {1, 10000, 0}, {1, 10000, 0}, {3, 20000, 0},
	    {4, 20000, 0}};
	struct kc_score_input in = {.negatives = n, .nnegatives = N(n)};

	(void)state;
	assert_int_equal(
	    score(&defaults, &in).negative_e4, 20000 + 5000 + 20000 + 20000);
}

static void
test_arith_edges__same_matter_counts_once_at_the_highest(void **state)
{
	static const struct kc_score_bonus b[] = {
	    {1, 7, 3000}, {2, 7, 8000}, {3, 7, 5000}, {2, 8, 1000}};
	struct kc_score_input in = {.bonuses = b, .nbonuses = N(b)};

	(void)state;
	assert_int_equal(score(&defaults, &in).bonus_e4, 9000);
}

/* Which of two alike counts matters where situations are capped. */
static void
test_arith_edges__of_the_same_matter_alike_the_first_counts(void **state)
{
	static const struct kc_score_bonus b[] = {
	    {2, 7, 5000}, {1, 7, 5000}, {2, 8, 10000}};
	struct kc_score_input in = {.bonuses = b, .nbonuses = N(b)};

	(void)state;
	assert_int_equal(score(&defaults, &in).bonus_e4, 10000);
}

static void
test_arith_edges__bonus_item_and_total_caps(void **state)
{
	static const struct kc_score_bonus b[] = {{1, 1, 15000}, {2, 2, 15000},
	    {3, 3, 15000}, {4, 4, 15000}, {5, 5, 15000}};
	struct kc_score_input in = {.bonuses = b, .nbonuses = N(b)};

	(void)state;
	assert_int_equal(score(&defaults, &in).bonus_e4, 40000);
	in.nbonuses = 1;
	assert_int_equal(score(&defaults, &in).bonus_e4, 10000);
}

static void
test_arith_edges__floor_and_ceiling(void **state)
{
	static const struct kc_score_negative n[] = {{1, 20000, 0}};
	static const struct kc_score_bonus b[] = {{1, 1, 10000}};
	static const struct kc_score_target full[] = {
	    {KC_CLASS_KEY, 1000000, 10000}};
	struct kc_score_input low = {.negatives = n, .nnegatives = 1};
	struct kc_score_input high = {
	    .targets = full, .ntargets = 1, .bonuses = b, .nbonuses = 1};
	struct kc_score_rules rules = defaults;

	(void)state;
	assert_int_equal(score(&rules, &low).total_e4, 0);
	rules.floor_e4 = 100;
	assert_int_equal(score(&rules, &low).total_e4, 100);
	rules.reserve = KC_RESERVE_ZERO;
	assert_int_equal(score(&rules, &high).total_e4, 1010000);
	rules.ceiling_e4 = KC_FULL_SCORE;
	assert_int_equal(score(&rules, &high).total_e4, 1000000);
}

/* Order of the input must not matter, whatever its size. */
static void
test_arith_edges__many_deductions_in_any_order(void **state)
{
	static struct kc_score_deduction d[3000];
	struct kc_score_input in = {.deductions = d, .ndeductions = N(d)};
	struct kc_score_rules rules = defaults;
	int64_t want = 0;

	(void)state;
	rules.cap_unit_e4 = INT64_MAX;
	/* Targets 0..999, three each: 0.3 + 0.3 + 0.3, and capped at 0.7. */
	rules.cap_target_e4 = 7000;
	for (uint32_t i = 0; i < N(d); i++)
		d[i] = (struct kc_score_deduction){
		    (i * 7919) % 1000, 3000, 0, true, false, 0};
	want = 1000 * 7000;
	assert_int_equal(score(&rules, &in).retained_e4, want);
	rules.cap_target_e4 = 10000;
	assert_int_equal(score(&rules, &in).retained_e4, 9000 * 1000);
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_arith_edges__no_memory_is_an_error(void **state)
{
	static const struct kc_score_negative n[100];
	struct kc_score_input in = {.negatives = n, .nnegatives = N(n)};
	struct kc_score s;
	enum kc_err err;

	(void)state;
	kc_alloc_hook(no_memory);
	err = kc_score_compute(&defaults, &in, &s);
	kc_alloc_hook(NULL);
	assert_int_equal(err, KC_ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_arith_edges__void_panel_group_leaves_its_weight_to_the_others),
	    cmocka_unit_test(
		test_arith_edges__no_valid_group_means_no_panel_share),
	    cmocka_unit_test(
		test_arith_edges__negative_items_are_capped_each_not_together),
	    cmocka_unit_test(
		test_arith_edges__same_matter_counts_once_at_the_highest),
	    cmocka_unit_test(
		test_arith_edges__of_the_same_matter_alike_the_first_counts),
	    cmocka_unit_test(test_arith_edges__bonus_item_and_total_caps),
	    cmocka_unit_test(test_arith_edges__floor_and_ceiling),
	    cmocka_unit_test(test_arith_edges__many_deductions_in_any_order),
	    cmocka_unit_test(test_arith_edges__no_memory_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
