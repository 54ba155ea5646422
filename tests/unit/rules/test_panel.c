/* SPDX-License-Identifier: Apache-2.0 */
/* The mean of a group of voters: what is known, trimmed, rounded once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/arith.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MANY 128

static struct kc_group_mean
mean(const struct kc_ballot_marks *b, size_t n, uint32_t trim_from)
{
	struct kc_group_mean g;

	kc_group_mean(b, n, trim_from, KC_HALF_AWAY, &g);
	return g;
}

/* The marks of one criterion, the others not known to anybody. */
static struct kc_group_mean
mean_of_one(const char *marks, uint32_t trim_from, enum kc_rounding r)
{
	struct kc_ballot_marks b[MANY] = {{{0}}};
	struct kc_group_mean g;
	size_t n = strlen(marks);

	assert_true(n <= MANY);
	for (size_t i = 0; i < n; i++)
		b[i].of[1] = (uint8_t)(marks[i] - '0');
	kc_group_mean(b, n, trim_from, r, &g);
	return g;
}

static void
test_panel__a_mean_is_of_the_criteria_times_twenty(void **state)
{
	static const struct kc_ballot_marks b[] = {{{5, 4, 3}}, {{5, 5, 2}}};
	struct kc_group_mean g = mean(b, N(b), 10);

	(void)state;
	assert_int_equal(g.ballots, 2);
	assert_int_equal(g.valid, 2);
	assert_int_equal(g.criterion[1].known, 2);
	assert_int_equal(g.criterion[1].sum, 9);
	assert_int_equal(g.mean_e4, 800000); /* (5 + 4.5 + 2.5) / 3 x 20 */
}

static void
test_panel__what_a_voter_does_not_know_is_not_in_the_mean(void **state)
{
	static const struct kc_ballot_marks b[] = {
	    {{5, 0, 3}}, {{0, 2, 0}}, {{0, 0, 0}}};
	struct kc_group_mean g = mean(b, N(b), 10);

	(void)state;
	assert_int_equal(g.ballots, 3);
	assert_int_equal(g.valid, 2);
	assert_int_equal(g.criterion[0].known, 1);
	assert_int_equal(g.mean_e4, 666667); /* (5 + 2 + 3) / 3 x 20 */
}

static void
test_panel__a_criterion_that_nobody_knows_is_none(void **state)
{
	static const struct kc_ballot_marks b[] = {{{4, 0, 5}}, {{4, 0, 5}}};
	struct kc_group_mean g = mean(b, N(b), 10);

	(void)state;
	assert_int_equal(g.criterion[1].counted, 0);
	assert_int_equal(g.mean_e4, 900000);
}

static void
test_panel__of_ballots_that_know_nothing_there_is_no_mean(void **state)
{
	static const struct kc_ballot_marks b[3];
	struct kc_group_mean g = mean(b, N(b), 10);

	(void)state;
	assert_int_equal(g.ballots, 3);
	assert_int_equal(g.valid, 0);
	assert_int_equal(g.mean_e4, 0);
	assert_int_equal(mean(NULL, 0, 10).mean_e4, 0);
}

static void
test_panel__from_so_many_the_highest_and_the_lowest_fall_out(void **state)
{
	struct kc_group_mean g;

	(void)state;
	g = mean_of_one("155555555", 10, KC_HALF_AWAY);
	assert_int_equal(g.criterion[1].counted, 9);
	assert_int_equal(g.mean_e4, 911111);
	g = mean_of_one("1555555555", 10, KC_HALF_AWAY);
	assert_int_equal(g.criterion[1].counted, 8);
	assert_int_equal(g.mean_e4, 1000000);
}

/* One of each, however many are alike. */
static void
test_panel__of_marks_alike_one_falls_out(void **state)
{
	struct kc_group_mean g;

	(void)state;
	g = mean_of_one("1155555555", 10, KC_HALF_AWAY);
	assert_int_equal(g.criterion[1].sum, 36);
	assert_int_equal(g.mean_e4, 900000);
	g = mean_of_one("3333333333", 10, KC_HALF_AWAY);
	assert_int_equal(g.criterion[1].sum, 24);
	assert_int_equal(g.mean_e4, 600000);
	assert_int_equal(mean_of_one("352", 3, KC_HALF_AWAY).mean_e4, 600000);
}

/* Those that do not know a criterion are not of those it is trimmed by. */
static void
test_panel__each_criterion_is_trimmed_by_those_that_know_it(void **state)
{
	struct kc_ballot_marks b[10];
	struct kc_group_mean g;

	(void)state;
	for (size_t i = 0; i < N(b); i++)
		b[i] = (struct kc_ballot_marks){{4, 4, i == 0 ? 0 : 4}};
	g = mean(b, N(b), 10);
	assert_int_equal(g.criterion[0].counted, 8);
	assert_int_equal(g.criterion[2].counted, 9);
	assert_int_equal(g.mean_e4, 800000);
}

static void
test_panel__a_half_is_rounded_as_the_policy_says(void **state)
{
	char marks[MANY + 1] = "";

	(void)state;
	memset(marks, '1', MANY);
	marks[0] = '2'; /* 129 / 128 x 20 = 20.15625 */
	assert_int_equal(mean_of_one(marks, 999, KC_HALF_AWAY).mean_e4, 201563);
	assert_int_equal(mean_of_one(marks, 999, KC_HALF_EVEN).mean_e4, 201562);
	marks[0] = '4'; /* 131 / 128 x 20 = 20.46875 */
	assert_int_equal(mean_of_one(marks, 999, KC_HALF_EVEN).mean_e4, 204688);
}

/* Rounding each criterion's mean first would give another figure. */
static void
test_panel__a_mean_is_rounded_once(void **state)
{
	struct kc_ballot_marks b[9] = {{{0}}};
	static const uint8_t sums[3][9] = {
	    {4, 4, 3}, {4, 4, 3, 3, 3, 3, 3}, {5, 5, 5, 5, 4, 4, 4, 4, 4}};

	(void)state;
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < N(b); i++)
			b[i].of[k] = sums[k][i];
	assert_int_equal(mean(b, N(b), 10).mean_e4, 759788);
}

static void
test_panel__as_many_ballots_as_there_may_be(void **state)
{
	static struct kc_ballot_marks b[KC_BALLOTS_MAX];

	(void)state;
	for (size_t i = 0; i < N(b); i++)
		b[i] = (struct kc_ballot_marks){{5, 5, 5}};
	assert_int_equal(mean(b, N(b), 999).mean_e4, 1000000);
	b[0].of[0] = 0;
	b[1].of[1] = 4;
	assert_int_equal(mean(b, N(b), 10001).mean_e4, 999993);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_panel__a_mean_is_of_the_criteria_times_twenty),
	    cmocka_unit_test(
		test_panel__what_a_voter_does_not_know_is_not_in_the_mean),
	    cmocka_unit_test(test_panel__a_criterion_that_nobody_knows_is_none),
	    cmocka_unit_test(
		test_panel__of_ballots_that_know_nothing_there_is_no_mean),
	    cmocka_unit_test(
		test_panel__from_so_many_the_highest_and_the_lowest_fall_out),
	    cmocka_unit_test(test_panel__of_marks_alike_one_falls_out),
	    cmocka_unit_test(
		test_panel__each_criterion_is_trimmed_by_those_that_know_it),
	    cmocka_unit_test(test_panel__a_half_is_rounded_as_the_policy_says),
	    cmocka_unit_test(test_panel__a_mean_is_rounded_once),
	    cmocka_unit_test(test_panel__as_many_ballots_as_there_may_be),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
