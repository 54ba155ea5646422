/* SPDX-License-Identifier: Apache-2.0 */
/* Explanation: every number adds up, and its arithmetic is recomputed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "viewkit.h"
#include "yearkit.h"

/* A level 0 row, or a row of which the next level makes up. */
static int64_t
children_of(const json_t *rows, size_t at, long long level, size_t *n)
{
	int64_t sum = 0;

	*n = 0;
	for (size_t i = at + 1; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (int_at(row, "depth") <= level)
			break;
		if (int_at(row, "depth") == level + 1) {
			sum += points_at(row, "points");
			(*n)++;
		}
	}
	return sum;
}

/* Every row is the sum of the rows below it; the total that of level 0. */
static void
check_sums(const json_t *doc)
{
	const json_t *rows = json_object_get(doc, "rows");
	int64_t sum = 0;
	size_t i, n;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		int64_t below = children_of(rows, i, int_at(row, "depth"), &n);

		if (n > 0)
			assert_int_equal(points_at(row, "points"), below);
		if (int_at(row, "depth") == 0 &&
		    strcmp(text_at(row, "part"), "total") != 0)
			sum += points_at(row, "points");
	}
	assert_int_equal(
	    points_at(row_where(doc, "part", "total"), "points"), sum);
	assert_int_equal(points_at(doc, "total"), sum);
}

/* Reads "15.0000" or "96.50 %" in e4 or basis points. */
static int64_t
take_number(const char **p, bool *percent)
{
	char *end;
	int64_t whole = strtoll(*p, &end, 10);
	int64_t part = 0;
	int digits = 0;
	bool negative = **p == '-';

	assert_true(*end == '.');
	for (end++; *end >= '0' && *end <= '9'; end++, digits++)
		part = part * 10 + (*end - '0');
	*percent = strncmp(end, " %", 2) == 0;
	assert_int_equal(digits, *percent ? 2 : 4);
	*p = *percent ? end + 2 : end;
	if (*percent)
		return whole * 100 + part;
	return whole * 10000 + (negative ? -part : part);
}

static bool
take_word(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

/* a [× b [÷ c]] [− ... | + ...] [= result], returns are rounded down. */
static void
check_arithmetic(const json_t *row)
{
	const char *p = text_at(row, "arithmetic");
	bool down = strcmp(text_at(row, "part"), "return") == 0;
	bool percent;
	int64_t value, sum, sign = 1;

	if (*p == '\0' || strstr(p, " = ") == NULL)
		return;
	sum = 0;
	for (;;) {
		value = take_number(&p, &percent);
		if (take_word(&p, " × ")) {
			int64_t b = take_number(&p, &percent);
			int64_t c = 10000;
			bool of;

			if (take_word(&p, " ÷ "))
				c = take_number(&p, &of);
			value = down ? value * b / c : (value * b + c / 2) / c;
		}
		sum += sign * value;
		if (take_word(&p, " − "))
			sign = -1;
		else if (take_word(&p, " + "))
			sign = 1;
		else
			break;
	}
	assert_true(take_word(&p, " = "));
	value = take_number(&p, &percent);
	assert_int_equal(sum, value);
	assert_string_equal(p, "");
	if (strcmp(text_at(row, "part"), "deduct") == 0)
		value = -value;
	if (strcmp(text_at(row, "part"), "retained") != 0)
		assert_int_equal(value, points_at(row, "points"));
}

static void
check(const json_t *doc)
{
	const json_t *rows = json_object_get(doc, "rows");
	size_t i;
	json_t *row;

	check_sums(doc);
	json_array_foreach(rows, i, row) check_arithmetic(row);
}

static void
find_completion(struct kit *k, const char *target, const char *rate)
{
	kit_do(k, KC_K_completion_find, "G02.a", kit_field("target", target),
	    kit_field("rate", rate), EVIDENCE);
}

static void
test_explain__untouched_year_adds_up_to_100(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	check(doc);
	assert_string_equal(text_at(doc, "total"), "100.0000");
	assert_string_equal(text_at(doc, "pending"), "90.0000");
	assert_string_equal(
	    text_at(row_where(doc, "target", "G17-K1"), "part"), "pending");
	json_decref(doc);
	kit_free(&k);
}

static void
test_explain__every_step_of_a_year_adds_up(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc;
	const json_t *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	(void)case_decide_half(&k, "2022-07-16", "G17", "G17-R1", "0.3500");
	case_confirm(&k, k.st->cases.v[1]);
	case_deliver(&k, k.st->cases.v[1]);
	kit_on(&k, "2022-09-01");
	case_submit(&k, c);
	case_refund(&k, c, "7777");
	kit_on(&k, "2022-12-30");
	(void)kit_clerk(&k);
	find_completion(&k, "G17-K1", "9333");
	find_completion(&k, "G17-R1", "8888");
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	check(doc);
	row = row_where(doc, "part", "return");
	assert_string_equal(text_at(row, "points"), "0.3888");
	assert_string_equal(
	    text_at(row, "arithmetic"), "0.5000 × 77.77 % = 0.3888");
	assert_string_equal(text_at(row, "rule"), "pd.refund_max");
	assert_non_null(
	    strstr(text_at(row, "place"), "policies/nantong-2022.yaml:"));
	row = row_where(doc, "part", "expire");
	assert_string_equal(text_at(row, "points"), "0.0000");
	row = row_where(doc, "target", "G17-K1");
	assert_string_equal(
	    text_at(row, "arithmetic"), "30.0000 × 93.33 % = 27.9990");
	json_decref(doc);
	kit_free(&k);
}

static void
test_explain__entries_name_what_made_the_number(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc;
	const json_t *row, *entries;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G17", "G17-K2");
	case_confirm(&k, c);
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	check(doc);
	row = row_where(doc, "part", "deduct");
	entries = json_object_get(row, "seqs");
	assert_int_equal(json_array_size(entries), 2);
	assert_int_equal(
	    json_integer_value(json_array_get(entries, 0)), k.nnotes - 2);
	assert_int_equal(
	    json_integer_value(json_array_get(entries, 1)), k.nnotes - 1);
	row = row_where(doc, "part", "weight");
	assert_int_equal(json_array_size(json_object_get(row, "seqs")), 2);
	json_decref(doc);
	kit_free(&k);
}

static void
test_explain__cap_of_a_target_is_a_row_of_its_own(void **state)
{
	static const int years[] = {2022, 2023, 0};
	static const char *const days[] = {
	    "2022-04-01", "2022-07-15", "2022-08-15"};
	struct kit k;
	struct kc_case *c;
	json_t *doc;

	(void)state;
	/* The year is scored by the cap that it was opened under, not by a
	 * later one. */
	case_city(&k, NULL, NULL, years);
	case_list(&k, "G17", 2022, NULL);
	case_policy(&k, "cap_target: { value: \"1.0000\"",
	    "cap_target: { value: \"2.0000\"");
	for (size_t i = 0; i < 3; i++) {
		c = case_rectifying(&k, days[i], "G17", "G17-2022-K2");
		kit_pass_days(&k, 10);
		case_submit(&k, c);
		case_refund(&k, c, "0");
	}
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	check(doc);
	assert_string_equal(
	    text_at(row_where(doc, "part", "retained"), "points"), "-1.0000");
	assert_string_equal(
	    text_at(row_where(doc, "part", "cap"), "points"), "0.5000");
	json_decref(doc);
	kit_free(&k);
}

static void
test_explain__residue_of_a_met_case_is_waived_by_policy(void **state)
{
	static const int years[] = {2022, 2023, 0};
	struct kit k;
	struct kc_case *c;
	json_t *doc;
	const json_t *row;

	(void)state;
	case_city(&k, "value: always", "value: only_if_unmet", years);
	case_list(&k, "G17", 2022, NULL);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-2022-K2");
	kit_pass_days(&k, 10);
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	check(doc);
	assert_string_equal(
	    text_at(row_where(doc, "part", "retained"), "points"), "0.0000");
	row = row_where(doc, "part", "waive");
	assert_string_equal(text_at(row, "points"), "0.1000");
	assert_string_equal(text_at(row, "rule"), "pd.residual");
	json_decref(doc);
	kit_free(&k);
}

static void
test_explain__rank_is_one_more_than_those_before(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "explain", "G17", NULL, NULL);
	assert_int_equal(int_at(doc, "rank"), 2);
	assert_int_equal(int_at(doc, "ranked"), 2);
	assert_non_null(strstr(text_at(doc, "rank_why"), "1 + 1"));
	json_decref(doc);
	kit_free(&k);
}

/* What is published, and nothing that might be. */
static void
test_explain__grade_is_that_which_was_published(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_APPROVED);
	doc = view_of(&k, "explain", "G17", NULL, "2022-12-31");
	assert_null(json_object_get(doc, "grade"));
	assert_null(json_object_get(doc, "ruling"));
	json_decref(doc);
	year_to(&k, KC_YE_PUBLISHED);
	doc = view_of(&k, "explain", "G17", NULL, "2022-12-31");
	assert_string_equal(text_at(doc, "grade"), "second");
	assert_string_equal(text_at(doc, "grade_text"), "第二等次");
	assert_true(json_is_null(json_object_get(doc, "ruling")));
	json_decref(doc);
	kit_free(&k);
}

/* The unit before it, by more points; it; each with its list's entry. */
static void
test_rank__names_who_stands_before_and_by_what(void **state)
{
	struct kit k;
	json_t *doc, *rows, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "rank", "G17", NULL, NULL);
	assert_int_equal(int_at(doc, "rank"), 2);
	assert_int_equal(int_at(doc, "group_ranked"), 2);
	assert_non_null(strstr(text_at(doc, "rank_why"), "1 + 1"));
	assert_non_null(strstr(text_at(doc, "how"), "RULES.md"));
	rows = json_object_get(doc, "rows");
	assert_int_equal(json_array_size(rows), 2);
	row = json_array_get(rows, 0);
	assert_string_equal(text_at(row, "unit"), "G16");
	assert_string_equal(text_at(row, "decided_by"), "total");
	assert_non_null(strstr(text_at(row, "decides"), "100.0000 > 99.5000"));
	row = json_array_get(rows, 1);
	assert_string_equal(text_at(row, "unit"), "G17");
	assert_string_equal(text_at(row, "taken_off"), "0.5000");
	assert_true(int_at(row, "seq") > 0);
	json_decref(doc);
	doc = view_of(&k, "rank", "G16", NULL, NULL);
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	json_decref(doc);
	view_refused(&k, "rank", "", NULL, KC_R_REQUEST);
	kit_free(&k);
}

static void
test_rank__that_is_shared_says_so(void **state)
{
	struct kit k;
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "rank", "G17", NULL, NULL);
	assert_int_equal(int_at(doc, "rank"), 1);
	row = row_where(doc, "unit", "G16");
	assert_string_equal(text_at(row, "decided_by"), "same");
	json_decref(doc);
	kit_free(&k);
}

static void
test_lights__of_a_matter_or_a_unit_with_their_reasons(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "lights", "G17", NULL, "2022-10-13");
	row = row_where(doc, "limit", "rectify");
	assert_string_equal(text_at(row, "case"), c->handle);
	assert_string_equal(text_at(row, "light"), "yellow");
	assert_non_null(strstr(text_at(row, "why"), " 2"));
	assert_string_equal(text_at(row, "rule"), "pd.period_months");
	assert_int_equal(int_at(row, "seq"), k.nnotes - 1);
	assert_int_equal(int_at(doc, "yellow"), 1);
	json_decref(doc);
	doc = view_of(&k, "lights", "G17", NULL, "2022-10-18");
	row = row_where(doc, "limit", "rectify");
	assert_string_equal(text_at(row, "light"), "red");
	assert_string_equal(text_at(row, "why"), "已逾期");
	json_decref(doc);
	doc = view_of(&k, "lights", "G16", NULL, "2022-10-13");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	json_decref(doc);
	kit_free(&k);
}

static void
test_dates__of_a_case_cite_entry_rule_and_calendar(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "dates", NULL, c->handle, "2022-10-13");
	row = row_where(doc, "limit", "rectify");
	assert_string_equal(text_at(row, "due"), "2022-10-17");
	assert_string_equal(text_at(row, "since"), "2022-07-15");
	assert_int_equal(int_at(row, "seq"), k.nnotes - 1);
	assert_string_equal(text_at(row, "rule"), "pd.period_months");
	assert_string_equal(text_at(row, "value"), "3");
	assert_string_equal(text_at(row, "light"), "yellow");
	assert_int_equal(int_at(row, "left"), 2);
	row = row_where(doc, "limit", "confirm");
	assert_true(json_is_null(json_object_get(row, "light")));
	json_decref(doc);
	view_refused(&k, "dates", NULL, "PD-2022-0099", KC_R_NOT_FOUND);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_explain__untouched_year_adds_up_to_100),
	    cmocka_unit_test(test_explain__every_step_of_a_year_adds_up),
	    cmocka_unit_test(test_explain__entries_name_what_made_the_number),
	    cmocka_unit_test(test_explain__cap_of_a_target_is_a_row_of_its_own),
	    cmocka_unit_test(
		test_explain__residue_of_a_met_case_is_waived_by_policy),
	    cmocka_unit_test(test_explain__rank_is_one_more_than_those_before),
	    cmocka_unit_test(test_explain__grade_is_that_which_was_published),
	    cmocka_unit_test(
		test_dates__of_a_case_cite_entry_rule_and_calendar),
	    cmocka_unit_test(test_rank__names_who_stands_before_and_by_what),
	    cmocka_unit_test(test_rank__that_is_shared_says_so),
	    cmocka_unit_test(
		test_lights__of_a_matter_or_a_unit_with_their_reasons),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
