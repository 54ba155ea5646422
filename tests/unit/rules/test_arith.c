/* SPDX-License-Identifier: Apache-2.0 */
/* Score arithmetic: rounding, deductions, returns, whole years. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/arith.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AWAY KC_HALF_AWAY
#define EVEN KC_HALF_EVEN

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

static void
test_arith__one_fact_is_punished_once(void **state)
{
	static const struct {
		int64_t negative, deducted, returned, n, q;
		bool unmet;
	} rows[] = {
	    {3000, 5000, 0, 0, 5000, true},
	    {3000, 5000, 4000, 3000, 0, false},
	    {1000, 5000, 4000, 1000, 0, false}, /* alike: the list's */
	    {999, 5000, 4000, 0, 1000, false},
	    {0, 5000, 5000, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct kc_score_negative n[] = {
		    {.item = 1, .fact = 9, .amount_e4 = rows[i].negative},
		    {.item = 1, .amount_e4 = 100}};
		const struct kc_score_deduction d[] = {
		    {.target = 1,
			.fact = 9,
			.deducted_e4 = rows[i].deducted,
			.returned_e4 = rows[i].returned,
			.unmet = rows[i].unmet},
		    {.target = 2, .deducted_e4 = 200, .unmet = true}};
		const struct kc_score_input in = {.negatives = n,
		    .nnegatives = N(n),
		    .deductions = d,
		    .ndeductions = N(d)};
		struct kc_score_rules rules = defaults;
		struct kc_score s = score(&rules, &in);

		assert_int_equal(s.negative_e4, rows[i].n + 100);
		assert_int_equal(s.retained_e4, rows[i].q + 200);
		assert_int_equal(s.deducted_e4, rows[i].deducted + 200);
		/* What does not count at all is no larger than anything. */
		rules.residual_only_if_unmet = true;
		s = score(&rules, &in);
		assert_int_equal(s.negative_e4,
		    100 + (rows[i].unmet ? rows[i].n : rows[i].negative));
	}
}

static void
test_arith__half_rounds_as_the_policy_says(void **state)
{
	static const struct {
		int64_t a, b, c, away, even;
	} rows[] = {
	    {3333, 5000, 10000, 1667, 1666},
	    {3335, 5000, 10000, 1668, 1668},
	    {-3333, 5000, 10000, -1667, -1666},
	    {1, 1, 3, 0, 0},
	    {2, 1, 3, 1, 1},
	    {1, 1, 2, 1, 0},
	    {3, 1, 2, 2, 2},
	    {-1, 1, 2, -1, 0},
	    {0, 5, 7, 0, 0},
	    {1000000, 10000, 10000, 1000000, 1000000},
	    {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
	    {INT64_MAX, 2, 1, INT64_MAX, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_int_equal(
		    kc_round_div(rows[i].a, rows[i].b, rows[i].c, AWAY),
		    rows[i].away);
		assert_int_equal(
		    kc_round_div(rows[i].a, rows[i].b, rows[i].c, EVEN),
		    rows[i].even);
	}
}

static void
test_arith__example_1_eighty_per_cent_comes_back(void **state)
{
	int64_t d = kc_deduct(5000, 10000, AWAY);

	(void)state;
	assert_int_equal(d, 5000);
	assert_int_equal(kc_return(d, 8000), 4000);
	assert_int_equal(d - kc_return(d, 8000), 1000);
}

static void
test_arith__example_2_half_of_an_odd_amount(void **state)
{
	int64_t d = kc_deduct(3333, 5000, AWAY);

	(void)state;
	assert_int_equal(d, 1667);
	assert_int_equal(kc_return(d, 8000), 1333);
	d = kc_deduct(3500, 5000, AWAY);
	assert_int_equal(d, 1750);
	assert_int_equal(kc_return(d, 8000), 1400);
	assert_int_equal(kc_deduct(3333, 5000, EVEN), 1666);
}

static void
test_arith__example_3_exempt_deducts_nothing(void **state)
{
	(void)state;
	assert_int_equal(kc_deduct(5000, 0, AWAY), 0);
	assert_int_equal(kc_deduct(5000, 5000, AWAY), 2500);
}

static void
test_arith__example_5_overturned_takes_the_return_back(void **state)
{
	(void)state;
	assert_int_equal(kc_return_recap(4000, 0, 8000), 0);
}

static void
test_arith__example_6_reduced_caps_the_return_again(void **state)
{
	(void)state;
	assert_int_equal(kc_return_recap(4000, 3000, 8000), 2400);
	/* a smaller return is left alone */
	assert_int_equal(kc_return_recap(1000, 3000, 8000), 1000);
}

static void
test_arith__a_return_never_passes_the_cap(void **state)
{
	(void)state;
	for (int64_t d = 0; d <= 20000; d++) {
		int64_t r = kc_return(d, 8000);

		assert_true(r * 10000 <= d * 8000);
		assert_true((r + 1) * 10000 > d * 8000);
	}
}

/* K = 66.25 and T = 19, no dynamic work. */
static const struct kc_score_target seven[] = {
    {KC_CLASS_KEY, 662500, 10000},
    {KC_CLASS_ROUTINE, 190000, 10000},
};

static void
test_arith__example_7_reserve_in_its_four_modes(void **state)
{
	static const struct {
		enum kc_reserve_mode mode;
		int64_t credit, objective;
	} rows[] = {
	    {KC_RESERVE_PRORATE, 94722, 947222},
	    {KC_RESERVE_FULL, 100000, 952500},
	    {KC_RESERVE_ZERO, 0, 852500},
	    /* the key weights are all earned, so is what is moved there */
	    {KC_RESERVE_TO_KEY, 100000, 952500},
	};
	struct kc_score_rules rules = defaults;
	struct kc_score_input in = {.targets = seven, .ntargets = 2};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct kc_score s;

		rules.reserve = rows[i].mode;
		s = score(&rules, &in);
		assert_int_equal(s.reserve_e4, 100000);
		assert_int_equal(s.credit_e4, rows[i].credit);
		assert_int_equal(s.objective_e4, rows[i].objective);
	}
}

static void
test_arith__example_7_reserve_with_dynamic_work(void **state)
{
	static const struct kc_score_target t[] = {
	    {KC_CLASS_KEY, 662500, 10000},
	    {KC_CLASS_ROUTINE, 190000, 10000},
	    {KC_CLASS_DYNAMIC, 40000, 10000},
	    {KC_CLASS_DYNAMIC, 20000, 9000},
	};
	struct kc_score_input in = {.targets = t, .ntargets = N(t)};
	struct kc_score s = score(&defaults, &in);

	(void)state;
	assert_int_equal(s.earned_e4[KC_CLASS_DYNAMIC], 58000);
	assert_int_equal(s.reserve_e4, 40000);
	assert_int_equal(s.credit_e4, 37938);
	assert_int_equal(s.objective_e4, 948438);
}

static void
test_arith__reserve_edges(void **state)
{
	static const struct kc_score_target over[] = {
	    {KC_CLASS_DYNAMIC, 120000, 10000}};
	struct kc_score_input none = {0};
	struct kc_score_input in = {.targets = over, .ntargets = 1};
	struct kc_score_rules rules = defaults;

	(void)state;
	/* more dynamic weight than was reserved: no negative reserve */
	assert_int_equal(score(&rules, &in).reserve_e4, 0);
	/* nothing issued: nothing to divide by */
	rules.reserve = KC_RESERVE_TO_KEY;
	assert_int_equal(score(&rules, &none).credit_e4, 0);
	rules.reserve = KC_RESERVE_PRORATE;
	rules.points_dynamic_e4 = KC_FULL_SCORE;
	assert_int_equal(score(&rules, &none).credit_e4, 0);
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
test_arith__example_8_whole_year(void **state)
{
	static const struct kc_score_deduction d[] = {
	    {1, 5000, 4000, false, false, 0},
	    {2, 1750, 1400, false, false, 0},
	    {3, 5000, 0, true, false, 0},
	};
	static const struct kc_score_negative n[] = {{4, 3000, 0}};
	static const struct kc_score_bonus b[] = {{3, 1, 10000}, {2, 2, 5000}};
	struct kc_score_input in = {
	    eight, N(eight), d, N(d), n, N(n), b, N(b), panels, N(panels)};
	struct kc_score s = score(&defaults, &in);

	(void)state;
	assert_int_equal(s.weight_e4[KC_CLASS_KEY], 700000);
	assert_int_equal(s.weight_e4[KC_CLASS_ROUTINE], 200000);
	assert_int_equal(s.weight_e4[KC_CLASS_DYNAMIC], 60000);
	assert_int_equal(s.earned_e4[KC_CLASS_KEY], 674580);
	assert_int_equal(s.earned_e4[KC_CLASS_ROUTINE], 191500);
	assert_int_equal(s.earned_e4[KC_CLASS_DYNAMIC], 58000);
	assert_int_equal(s.pending_e4, 0);
	assert_int_equal(s.reserve_e4, 40000);
	assert_int_equal(s.credit_e4, 38503);
	assert_int_equal(s.objective_e4, 962583);
	assert_int_equal(s.panel_e4, 907500);
	assert_int_equal(s.panel_bp, 2000);
	assert_int_equal(s.base_e4, 951566);
	assert_int_equal(s.negative_e4, 3000);
	assert_int_equal(s.deducted_e4, 11750);
	assert_int_equal(s.returned_e4, 5400);
	assert_int_equal(s.retained_e4, 6350);
	assert_int_equal(s.bonus_e4, 15000);
	assert_int_equal(s.total_e4, 957216);
}

/* So that who reads the panel on paper comes to the base: exactly, it would be
 * 863535.48. */
static void
test_arith__the_base_is_of_the_panel_as_it_is_rounded(void **state)
{
	static const struct kc_score_target one[] = {
	    {KC_CLASS_KEY, 964833, 10000}};
	static const struct kc_score_panel two[] = {
	    {657143, 6000, 11}, {582222, 4000, 6}};
	struct kc_score_input in = {
	    .targets = one, .ntargets = 1, .panels = two, .npanels = 2};
	struct kc_score_rules rules = defaults;
	struct kc_score s;

	(void)state;
	rules.points_dynamic_e4 = 0;
	rules.panel_share_bp = 3000;
	s = score(&rules, &in);
	assert_int_equal(s.objective_e4, 964833);
	assert_int_equal(s.panel_e4, 627175);
	assert_int_equal(s.base_e4, 863536);
}

static void
test_arith__example_9_caps(void **state)
{
	static const struct kc_score_bonus b[] = {
	    {1, 1, 10000}, {1, 2, 10000}, {2, 3, 5000}};
	static const struct kc_score_deduction d[] = {
	    {1, 5000, 0, true, false, 0}, {1, 5000, 0, true, false, 0},
	    {1, 5000, 0, true, false, 0}, {1, 5000, 0, true, false, 0}};
	struct kc_score_input in = {.bonuses = b,
	    .nbonuses = N(b),
	    .deductions = d,
	    .ndeductions = N(d)};
	struct kc_score s = score(&defaults, &in);

	(void)state;
	assert_int_equal(s.bonus_e4, 15000);
	assert_int_equal(s.deducted_e4, 20000);
	assert_int_equal(s.retained_e4, 10000);
}

static void
test_arith__example_10_residual_always_or_only_if_unmet(void **state)
{
	static const struct kc_score_deduction met[] = {
	    {1, 5000, 4000, false, false, 0}};
	static const struct kc_score_deduction unmet[] = {
	    {1, 5000, 1500, true, false, 0}};
	static const struct kc_score_deduction open[] = {
	    {1, 5000, 0, false, true, 0}};
	struct kc_score_rules rules = defaults;
	struct kc_score_input in = {.deductions = met, .ndeductions = 1};

	(void)state;
	assert_int_equal(score(&rules, &in).retained_e4, 1000);
	rules.residual_only_if_unmet = true;
	assert_int_equal(score(&rules, &in).retained_e4, 0);
	in.deductions = unmet;
	assert_int_equal(score(&rules, &in).retained_e4, 3500);
	/* In the year an open case counts in full whatever the residual. */
	in.deductions = open;
	assert_int_equal(score(&rules, &in).retained_e4, 5000);
}

static void
test_arith__unit_cap_follows_target_caps(void **state)
{
	struct kc_score_deduction d[5];
	struct kc_score_input in = {.deductions = d, .ndeductions = 5};
	struct kc_score_rules rules = defaults;

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		d[i] = (struct kc_score_deduction){i, 12000, 0, true, false, 0};
	assert_int_equal(score(&rules, &in).retained_e4, 30000);
	rules.cap_unit_e4 = 60000;
	assert_int_equal(score(&rules, &in).retained_e4, 50000);
}

static void
test_arith__pending_targets_count_in_full(void **state)
{
	static const struct kc_score_target t[] = {
	    {KC_CLASS_KEY, 400000, 5000},
	    {KC_CLASS_KEY, 300000, -1},
	    {KC_CLASS_ROUTINE, 200000, -1},
	};
	struct kc_score_input in = {.targets = t, .ntargets = N(t)};
	struct kc_score s = score(&defaults, &in);

	(void)state;
	assert_int_equal(s.pending_e4, 500000);
	assert_int_equal(s.earned_e4[KC_CLASS_KEY], 500000);
	assert_int_equal(s.earned_e4[KC_CLASS_ROUTINE], 200000);
}

static void
test_arith__completion_over_full_is_capped(void **state)
{
	(void)state;
	assert_int_equal(kc_earned(150000, 12000, AWAY), 150000);
	assert_int_equal(kc_earned(150000, 0, AWAY), 0);
	assert_int_equal(kc_earned(3333, 5000, AWAY), 1667);
	assert_int_equal(kc_earned(3333, 5000, EVEN), 1666);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arith__one_fact_is_punished_once),
	    cmocka_unit_test(test_arith__half_rounds_as_the_policy_says),
	    cmocka_unit_test(test_arith__example_1_eighty_per_cent_comes_back),
	    cmocka_unit_test(test_arith__example_2_half_of_an_odd_amount),
	    cmocka_unit_test(test_arith__example_3_exempt_deducts_nothing),
	    cmocka_unit_test(
		test_arith__example_5_overturned_takes_the_return_back),
	    cmocka_unit_test(
		test_arith__example_6_reduced_caps_the_return_again),
	    cmocka_unit_test(test_arith__a_return_never_passes_the_cap),
	    cmocka_unit_test(test_arith__example_7_reserve_in_its_four_modes),
	    cmocka_unit_test(test_arith__example_7_reserve_with_dynamic_work),
	    cmocka_unit_test(test_arith__reserve_edges),
	    cmocka_unit_test(test_arith__example_8_whole_year),
	    cmocka_unit_test(
		test_arith__the_base_is_of_the_panel_as_it_is_rounded),
	    cmocka_unit_test(test_arith__example_9_caps),
	    cmocka_unit_test(
		test_arith__example_10_residual_always_or_only_if_unmet),
	    cmocka_unit_test(test_arith__unit_cap_follows_target_caps),
	    cmocka_unit_test(test_arith__pending_targets_count_in_full),
	    cmocka_unit_test(test_arith__completion_over_full_is_capped),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
