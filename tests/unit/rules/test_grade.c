/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks and grades: ties, shares rounded down, edges, groups. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <string.h>

#include <kaocheng/grade.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MANY 64

static const struct kc_grade_rules defaults = {
    .first_bp = 2500, .third_below_e4 = 800000};

/* Places of one group by their scores, the best first. */
static size_t
line_up(struct kc_place *v, const int64_t *totals, size_t n)
{
	memset(v, 0, n * sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		v[i].ranked = true;
		v[i].total_e4 = totals[i];
	}
	kc_place_ranks(v, n);
	return n;
}

/* "11223": the grades of a group by the scores in units of a point. */
static const char *
grades(const struct kc_grade_rules *rules, const int *points, size_t n)
{
	static char out[MANY + 1];
	struct kc_place v[MANY];
	int64_t totals[MANY] = {0};

	for (size_t i = 0; i < n; i++)
		totals[i] = (int64_t)points[i] * 10000;
	line_up(v, totals, n);
	kc_place_grades(rules, v, n);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)('1' + v[i].grade);
	out[n] = '\0';
	return out;
}
#define GRADES(rules, ...)                                                     \
	grades(rules, (const int[]){__VA_ARGS__},                              \
	    sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void
test_grade__ties_are_decided_by_key_work_then_by_what_is_taken_off(void **state)
{
	struct kc_place v[] = {
	    {.ranked = true, .total_e4 = 9, .key_e4 = 1, .taken_e4 = 8},
	    {.ranked = true, .total_e4 = 8, .key_e4 = 5, .taken_e4 = 9},
	    {.ranked = true, .total_e4 = 8, .key_e4 = 4, .taken_e4 = 1},
	    {.ranked = true, .total_e4 = 8, .key_e4 = 4, .taken_e4 = 2},
	    {.ranked = true, .total_e4 = 8, .key_e4 = 4, .taken_e4 = 2},
	    {.ranked = true, .total_e4 = 7, .key_e4 = 9, .taken_e4 = 0},
	    {.total_e4 = 99}};
	const uint32_t ranks[] = {1, 2, 3, 4, 4, 6, 0};

	(void)state;
	for (size_t i = 0; i + 1 < N(v); i++) {
		assert_int_equal(kc_place_order(&v[i], &v[i + 1]),
		    ranks[i] == ranks[i + 1] ? 0 : -1);
		assert_int_equal(kc_place_order(&v[i + 1], &v[i]),
		    ranks[i] == ranks[i + 1] ? 0 : 1);
	}
	kc_place_ranks(v, N(v));
	for (size_t i = 0; i < N(v); i++)
		assert_int_equal(v[i].rank, ranks[i]);
	assert_int_equal(v[6].grade, KC_GRADED_NOT);
}

static void
test_grade__each_group_is_ranked_by_itself_and_units_apart_in_none(void **state)
{
	struct kc_place v[] = {{.ranked = true, .group = 1, .total_e4 = 950000},
	    {.ranked = true, .group = KC_PLACE_APART, .total_e4 = 940000},
	    {.ranked = true, .group = 2, .total_e4 = 930000},
	    {.ranked = true, .group = 1, .total_e4 = 930000},
	    {.ranked = true, .group = 1, .total_e4 = 930000},
	    {.ranked = true, .group = 2, .total_e4 = 700000},
	    {.ranked = true, .group = 1, .total_e4 = 600000},
	    {.group = 2, .total_e4 = 990000}};
	const uint32_t ranks[] = {1, 2, 3, 3, 3, 6, 7, 0};
	const uint32_t in_group[] = {1, 0, 1, 2, 2, 2, 4, 0};
	const uint32_t sizes[] = {4, 0, 2, 4, 4, 2, 4, 0};
	const int is[] = {0, -1, 1, 1, 1, 2, 2, -1};

	(void)state;
	kc_place_ranks(v, N(v));
	kc_place_grades(&defaults, v, N(v));
	for (size_t i = 0; i < N(v); i++) {
		assert_int_equal(v[i].rank, ranks[i]);
		assert_int_equal(v[i].group_rank, in_group[i]);
		assert_int_equal(v[i].group_size, sizes[i]);
		assert_int_equal(v[i].grade, is[i]);
	}
}

static void
test_grade__the_first_share_is_rounded_down(void **state)
{
	(void)state;
	assert_string_equal(GRADES(&defaults, 99), "2");
	assert_string_equal(GRADES(&defaults, 99, 98, 97), "222");
	assert_string_equal(GRADES(&defaults, 99, 98, 97, 96), "1222");
	assert_string_equal(
	    GRADES(&defaults, 99, 98, 97, 96, 95, 94, 93), "1222222");
	assert_string_equal(
	    GRADES(&defaults, 99, 98, 97, 96, 95, 94, 93, 92), "11222222");
}

static void
test_grade__a_tie_at_the_edge_admits_all_or_none(void **state)
{
	struct kc_grade_rules strict = defaults;

	(void)state;
	strict.strict = true;
	assert_string_equal(GRADES(&defaults, 99, 99, 99, 96), "1112");
	assert_string_equal(GRADES(&strict, 99, 99, 99, 96), "2222");
	assert_string_equal(
	    GRADES(&defaults, 99, 98, 98, 98, 95, 94, 93, 92), "11112222");
	assert_string_equal(
	    GRADES(&strict, 99, 98, 98, 98, 95, 94, 93, 92), "12222222");
	/* A tie within the share is none at its edge. */
	assert_string_equal(
	    GRADES(&strict, 99, 99, 98, 97, 95, 94, 93, 92), "11222222");
	assert_string_equal(
	    GRADES(&defaults, 99, 99, 98, 97, 95, 94, 93, 92), "11222222");
}

static void
test_grade__a_score_that_is_too_low_is_third_whatever_its_rank(void **state)
{
	struct kc_place v[4];

	(void)state;
	assert_string_equal(GRADES(&defaults, 90, 80, 79, 10), "1233");
	assert_string_equal(GRADES(&defaults, 79, 78, 77, 76), "3333");
	line_up(v, (const int64_t[]){900000, 800000, 799999, 0}, 4);
	kc_place_grades(&defaults, v, 4);
	assert_int_equal(v[1].grade, KC_GRADED_SECOND);
	assert_int_equal(v[2].grade, KC_GRADED_THIRD);
}

static void
test_grade__a_quota_of_third_grades_is_from_the_end(void **state)
{
	struct kc_grade_rules r = defaults, strict;

	(void)state;
	r.third_bp = 2500;
	strict = r;
	strict.strict = true;
	assert_string_equal(GRADES(&r, 99, 98, 97), "222");
	assert_string_equal(GRADES(&r, 99, 98, 97, 96), "1223");
	assert_string_equal(
	    GRADES(&r, 99, 98, 97, 96, 95, 94, 93, 92), "11222233");
	/* At the edge for the units, or against them. */
	assert_string_equal(GRADES(&r, 99, 98, 96, 96), "1222");
	assert_string_equal(GRADES(&strict, 99, 98, 96, 96), "1233");
	/* Whoever is first is not third by a quota. */
	r.third_bp = r.first_bp = 10000;
	assert_string_equal(GRADES(&r, 99, 98), "11");
	r.first_bp = 0;
	assert_string_equal(GRADES(&r, 99, 98), "33");
}

/* Nobody is pushed down by it, and who has more keeps it. */
static void
test_grade__at_the_least_is_beside_any_share(void **state)
{
	struct kc_place v[5];

	(void)state;
	line_up(v, (const int64_t[]){990000, 980000, 970000, 600000}, 4);
	v[4] = (struct kc_place){.ranked = true, .group = KC_PLACE_APART};
	kc_place_grades(&defaults, v, 5);
	v[4].grade = KC_GRADED_NOT;
	for (int i = 0; i < 5; i++)
		kc_place_at_least(&v[i], KC_GRADED_SECOND);
	assert_int_equal(v[0].grade, KC_GRADED_FIRST);
	assert_int_equal(v[1].grade, KC_GRADED_SECOND);
	assert_int_equal(v[3].grade, KC_GRADED_SECOND);
	assert_int_equal(v[4].grade, KC_GRADED_NOT);
	for (int i = 0; i < 5; i++)
		assert_int_equal(v[i].ruled, i == 3);
	kc_place_at_least(&v[1], KC_GRADED_FIRST);
	assert_int_equal(v[0].grade, KC_GRADED_FIRST);
	assert_int_equal(v[1].grade, KC_GRADED_FIRST);
	assert_true(v[1].ruled);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_grade__ties_are_decided_by_key_work_then_by_what_is_taken_off),
	    cmocka_unit_test(
		test_grade__each_group_is_ranked_by_itself_and_units_apart_in_none),
	    cmocka_unit_test(test_grade__the_first_share_is_rounded_down),
	    cmocka_unit_test(test_grade__a_tie_at_the_edge_admits_all_or_none),
	    cmocka_unit_test(
		test_grade__a_score_that_is_too_low_is_third_whatever_its_rank),
	    cmocka_unit_test(
		test_grade__a_quota_of_third_grades_is_from_the_end),
	    cmocka_unit_test(test_grade__at_the_least_is_beside_any_share),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
