/* SPDX-License-Identifier: Apache-2.0 */
/* Points of a class laid anew in proportion, by largest remainder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>

#include <kaocheng/arith.h>

#define MOST 12

static void
test_lay__gives_what_is_due_and_the_rest_by_largest_remainder(void **state)
{
	static const struct {
		size_t n;
		int64_t w[4], want, out[4];
	} rows[] = {
	    {1, {300000}, 700000, {700000}},
	    {2, {300000, 400000}, 700000, {300000, 400000}}, /* as it was */
	    {4, {300000, 400000, 500000, 200000}, 700000,
		{150000, 200000, 250000, 100000}},
	    /* Thirds: the first of equal remainders. */
	    {3, {1, 1, 1}, 100, {34, 33, 33}},
	    {3, {1, 1, 1}, 101, {34, 34, 33}},
	    /* 1.2, 2.4, 6.4: of equal ones the first. */
	    {3, {3, 6, 16}, 10, {1, 3, 6}},
	    /* 0.7, 2.1, 4.2: not the largest, but the largest remainder. */
	    {3, {1, 3, 6}, 7, {1, 2, 4}},
	    /* Too small for a unit: the one with most gives it. */
	    {3, {1, 699998, 1}, 350000, {1, 349998, 1}},
	    {4, {1, 1, 1, 9}, 4, {1, 1, 1, 1}},
	    {0, {0}, 0, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t out[4] = {0};

		kc_lay_points(rows[i].w, rows[i].n, rows[i].want, out);
		for (size_t j = 0; j < 4; j++)
			assert_int_equal(out[j], rows[i].out[j]);
	}
}

static uint32_t
next(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* What follows from the words of the rule, whatever the points are: the sum is
 * exact, nobody is more than a unit from what is due to it unless it lifts
 * one from nothing, who had more never gets less, and nobody gets nothing. */
static void
check(const int64_t *w, size_t n, int64_t want, const int64_t *out)
{
	int64_t all = 0, sum = 0;
	bool lifted = false;

	for (size_t i = 0; i < n; i++) {
		all += w[i];
		sum += out[i];
		assert_true(out[i] >= 1);
	}
	assert_int_equal(sum, want);
	for (size_t i = 0; i < n; i++)
		lifted = lifted || w[i] * want < all;
	for (size_t i = 0; i < n; i++) {
		assert_true(lifted || out[i] * all > w[i] * want - all);
		assert_true(lifted || out[i] * all < w[i] * want + all);
		for (size_t j = 0; j < n; j++)
			assert_true(lifted || w[i] <= w[j] || out[i] >= out[j]);
	}
}

static void
test_lay__holds_for_any_points(void **state)
{
	static const int64_t wants[] = {700000, 200000, 100000, MOST, 99991};
	uint32_t seed = 20221017;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		int64_t w[MOST], out[MOST], again[MOST], all = 0;
		size_t n = 1 + next(&seed, MOST);
		uint32_t size = 1u << next(&seed, 20);
		int64_t want = wants[next(&seed, 5)];

		for (size_t i = 0; i < n; i++) {
			w[i] = 1 + next(&seed, size);
			all += w[i];
		}
		kc_lay_points(w, n, want, out);
		check(w, n, want, out);
		/* What comes to its points is not laid anew. */
		kc_lay_points(out, n, want, again);
		assert_memory_equal(out, again, n * sizeof(*out));
		if (all >= (int64_t)n) {
			kc_lay_points(w, n, all, again);
			assert_memory_equal(w, again, n * sizeof(*w));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_lay__gives_what_is_due_and_the_rest_by_largest_remainder),
	    cmocka_unit_test(test_lay__holds_for_any_points),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
