/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of a year from the state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "casekit.h"
#include "view/board.h"
#include "viewkit.h"

static void
find_completion(struct kit *k, const char *target, const char *rate)
{
	kit_do(k, KC_K_completion_find, "G02.a", kit_field("target", target),
	    kit_field("rate", rate), EVIDENCE);
}

static void
assert_points(const json_t *row, const char *key, const char *want)
{
	assert_string_equal(text_at(row, key), want);
}

static void
test_score__targets_not_yet_found_count_in_full_and_are_shown(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "score", "G17", NULL, NULL);
	row = row_where(doc, "unit", "G17");
	assert_points(row, "key", "70.0000");
	assert_points(row, "routine", "20.0000");
	assert_points(row, "dynamic", "0.0000");
	assert_points(row, "credit", "10.0000");
	assert_points(row, "pending", "90.0000");
	assert_points(row, "total", "100.0000");
	json_decref(doc);
	kit_free(&k);
}

static void
test_score__completion_and_retained_points_make_the_total(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	kit_on(&k, "2022-12-30");
	(void)kit_clerk(&k);
	find_completion(&k, "G17-K1", "9650");
	find_completion(&k, "G17-K2", "8875");
	find_completion(&k, "G17-R1", "10000");
	doc = view_of(&k, "score", "G17", NULL, NULL);
	row = row_where(doc, "unit", "G17");
	/* 30 x 96.50 % + 40 x 88.75 %; reserve 10 x 84.45 / 90 */
	assert_points(row, "key", "64.4500");
	assert_points(row, "routine", "20.0000");
	assert_points(row, "credit", "9.3833");
	assert_points(row, "deducted", "0.5000");
	assert_points(row, "returned", "0.0000");
	assert_points(row, "retained", "0.5000");
	assert_points(row, "pending", "0.0000");
	assert_points(row, "total", "93.3333");
	json_decref(doc);
	kit_free(&k);
}

static void
test_score__equal_scores_share_a_rank(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "score", NULL, NULL, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 2);
	assert_int_equal(int_at(doc, "ranked"), 2);
	assert_int_equal(int_at(row_where(doc, "unit", "G16"), "rank"), 1);
	assert_int_equal(int_at(row_where(doc, "unit", "G17"), "rank"), 1);
	json_decref(doc);
	kit_free(&k);
}

static void
test_score__rank_after_a_tie_counts_the_tied(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;
	json_t *doc;

	(void)state;
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G16", 2022, NULL);
	case_list(&k, "G17", 2022, NULL);
	kit_do(&k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1",
	    "text=职责");
	kit_enrol(&k, "G12.head", "G12", "head");
	case_list(&k, "G12", 2022, NULL);
	kit_on(&k, "2022-12-30");
	find_completion(&k, "G17-2022-R1", "9000");
	doc = view_of(&k, "score", NULL, NULL, NULL);
	assert_int_equal(int_at(row_where(doc, "unit", "G12"), "rank"), 1);
	assert_int_equal(int_at(row_where(doc, "unit", "G16"), "rank"), 1);
	assert_int_equal(int_at(row_where(doc, "unit", "G17"), "rank"), 3);
	json_decref(doc);
	kit_free(&k);
}

/* Its list is issued, and it is listed apart: ranked, in no group. */
static void
list_apart(struct kit *k)
{
	static const int years[] = {2022, 0};

	case_city(k, NULL, NULL, years);
	case_list(k, "G16", 2022, NULL);
	kit_do(
	    k, KC_K_duty_register, "P09.a", "unit=G01", "duty=D1", "text=职责");
	kit_enrol(k, "G01.head", "G01", "head");
	case_list(k, "G01", 2022, NULL);
}

static void
assert_in_no_group(json_t *doc)
{
	json_t *row = row_where(doc, "unit", "G01");

	assert_int_equal(int_at(row, "rank"), 1);
	assert_true(json_is_null(json_object_get(row, "group_rank")));
	json_decref(doc);
}

static void
test_score__a_unit_listed_apart_is_ranked_in_no_group(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	list_apart(&k);
	doc = view_of(&k, "score", NULL, NULL, NULL);
	assert_int_equal(
	    int_at(row_where(doc, "unit", "G16"), "group_rank"), 1);
	assert_in_no_group(doc);
	assert_in_no_group(view_of(&k, "bands", NULL, "apart", NULL));
	doc = view_of(&k, "rank", "G01", NULL, NULL);
	assert_null(json_object_get(doc, "group_rank"));
	assert_null(json_object_get(doc, "group_ranked"));
	assert_in_no_group(doc);
	kit_free(&k);
}

/* The board, by which a past is searched, ranks as the score does. */
static void
test_board__ranks_a_unit_listed_apart_in_no_group(void **state)
{
	const struct kc_entry e = {.kind = kc_kind_get(KC_K_list_issue)};
	struct kc_board b = {0};
	struct kc_refusal why;
	struct kit k;
	uint32_t apart;
	size_t cell;

	(void)state;
	list_apart(&k);
	apart = kc_find(k.st, KC_NS_UNIT, kc_slice_str("G01"));
	assert_int_equal(kc_board_after(&b, k.st, &e, &why), KC_OK);
	for (uint32_t u = 0; u < k.st->units.n; u++) {
		cell = kc_board_cell(&b, k.st, 2022, u);
		kc_board_rank(&b, cell);
		assert_int_equal(b.v[cell].rank, b.v[cell].listed ? 1 : 0);
		assert_int_equal(b.v[cell].group_rank,
		    b.v[cell].listed && u != apart ? 1 : 0);
	}
	kc_board_release(&b);
	kit_free(&k);
}

static void
test_score__equal_totals_are_ranked_by_key_work(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-12-30");
	/* The same loss of 3.0000, in routine or in key work. */
	find_completion(&k, "G16-K1", "9000");
	find_completion(&k, "G17-R1", "8500");
	doc = view_of(&k, "score", NULL, NULL, NULL);
	assert_string_equal(text_at(row_where(doc, "unit", "G16"), "total"),
	    text_at(row_where(doc, "unit", "G17"), "total"));
	assert_int_equal(int_at(row_where(doc, "unit", "G17"), "rank"), 1);
	assert_int_equal(int_at(row_where(doc, "unit", "G16"), "rank"), 2);
	json_decref(doc);
	kit_free(&k);
}

static void
test_score__a_unit_without_a_list_has_no_rank(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "score", "G02", NULL, NULL);
	row = row_where(doc, "unit", "G02");
	assert_true(json_is_null(json_object_get(row, "rank")));
	assert_true(json_is_false(json_object_get(row, "listed")));
	json_decref(doc);
	kit_free(&k);
}

static void
test_score__no_year_is_a_refusal(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_CITY);
	view_refused(&k, "score", NULL, NULL, KC_R_CYCLE);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_score__targets_not_yet_found_count_in_full_and_are_shown),
	    cmocka_unit_test(
		test_score__completion_and_retained_points_make_the_total),
	    cmocka_unit_test(test_score__equal_scores_share_a_rank),
	    cmocka_unit_test(test_score__rank_after_a_tie_counts_the_tied),
	    cmocka_unit_test(
		test_score__a_unit_listed_apart_is_ranked_in_no_group),
	    cmocka_unit_test(test_board__ranks_a_unit_listed_apart_in_no_group),
	    cmocka_unit_test(test_score__equal_totals_are_ranked_by_key_work),
	    cmocka_unit_test(test_score__a_unit_without_a_list_has_no_rank),
	    cmocka_unit_test(test_score__no_year_is_a_refusal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
