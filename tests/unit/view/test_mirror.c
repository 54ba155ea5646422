/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror: each matter is counted once, by its clause and by who judged,
 * and the shares of one are beside those of the city. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "negkit.h"
#include "statekit.h"
#include "viewkit.h"

static json_t *
mirror(void)
{
	return view_of(&k, "mirror", NULL, NULL, "2022-12-31");
}

/* assessor NULL: of the city. */
static json_t *
row_of(json_t *doc, const char *sort, const char *clause, const char *assessor)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *by =
		    json_string_value(json_object_get(row, "assessor"));

		if (strcmp(text_at(row, "sort"), sort) == 0 &&
		    strcmp(text_at(row, "clause"), clause) == 0 &&
		    (assessor == NULL
			    ? by == NULL
			    : by != NULL && strcmp(by, assessor) == 0))
			return row;
	}
	return NULL;
}

/* "decided 2, full 1, less 1", of what is not 0, as one text. */
static const char *
counts(json_t *row)
{
	static const char *const keys[] = {"decided", "full", "less",
	    "exempted", "declined", "lapsed", "withdrawn", "revoked", "waiting",
	    "disputed", "overturned"};
	static char text[256];
	size_t at = 0;

	assert_non_null(row);
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (int_at(row, keys[i]) != 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "%s%s %lld", at > 0 ? ", " : "", keys[i],
			    int_at(row, keys[i]));
	return text;
}

static void
test_mirror__has_every_clause_of_the_policy_also_unused(void **state)
{
	json_t *doc, *row;
	size_t i, n[3] = {0};

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = mirror();
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *sort = text_at(row, "sort");

		n[0] += strcmp(sort, "situation") == 0;
		n[1] += strcmp(sort, "item") == 0;
		n[2] += strcmp(sort, "bonus") == 0;
		assert_int_equal(int_at(row, "decided"), 0);
		assert_true(json_is_null(json_object_get(row, "taken_rate")));
		assert_true(json_is_null(json_object_get(row, "taken_mean")));
	}
	assert_int_equal(n[0], 1 + 8);
	assert_int_equal(n[1], 1 + 28);
	assert_int_equal(n[2], 1 + 4);
	json_decref(doc);
}

static void
test_mirror__counts_what_became_of_each_deduction(void **state)
{
	struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	case_submit(&k, c);
	case_refund(&k, c, "6000");
	case_confirm(
	    &k, case_decide_half(&k, "2022-07-18", "G16", "G16-R1", "0.5000"));
	c = case_decide(&k, "2022-07-19", "G17", "G17-K2");
	kit_do(&k, KC_K_prededuct_decline, "P09.b", case_field(c), "reason=x");
	(void)case_decide_half(&k, "2022-07-20", "G17", "G17-R1", "0.5000");
	doc = mirror();
	assert_string_equal(counts(row_of(doc, "situation", "S3", "G02")),
	    "decided 2, full 1, declined 1");
	assert_string_equal(counts(row_of(doc, "situation", "S8", NULL)),
	    "decided 2, less 1, waiting 1");
	assert_string_equal(counts(row_of(doc, "situation", "S*", NULL)),
	    "decided 4, full 1, less 1, declined 1, waiting 1");
	assert_string_equal(
	    text_at(row_of(doc, "situation", "S3", "G02"), "points"), "0.5000");
	assert_string_equal(
	    text_at(row_of(doc, "situation", "S3", "G02"), "returned"),
	    "0.3000");
	assert_string_equal(
	    text_at(row_of(doc, "situation", "S3", "G02"), "return_rate"),
	    "60.00 %");
	/* Of what stands: the quarter that is open has not come back. */
	assert_string_equal(
	    text_at(row_of(doc, "situation", "S*", NULL), "return_rate"),
	    "40.00 %");
	json_decref(doc);
}

static void
test_mirror__one_judge_stands_beside_the_city(void **state)
{
	json_t *doc, *own, *other;

	(void)state;
	neg_city(&k);
	neg_two(&k);
	for (int i = 0; i < 2; i++)
		kit_do(&k, KC_K_negative_confirm, "P09.a",
		    neg_field(neg_propose(
			&k, NULL, i == 0 ? "G16" : "G17", "0.3000")));
	doc = mirror();
	own = row_of(doc, "item", "N*", "G12");
	other = row_of(doc, "item", "N*", "G02");
	assert_string_equal(counts(own), "decided 2, full 2");
	assert_string_equal(text_at(own, "taken_rate"), "100.00 %");
	assert_string_equal(text_at(own, "taken_mean"), "50.00 %");
	assert_string_equal(text_at(own, "points"), "0.6000");
	assert_true(json_is_null(json_object_get(own, "judged")));
	assert_true(json_is_null(json_object_get(own, "return_rate")));
	assert_string_equal(counts(other), "decided 2, declined 2");
	assert_string_equal(text_at(other, "declined_rate"), "100.00 %");
	assert_string_equal(text_at(other, "declined_mean"), "50.00 %");
	assert_string_equal(
	    counts(row_of(doc, "item", "3", NULL)), "decided 2, full 2");
	assert_null(row_of(doc, "item", "17", "G12"));
	json_decref(doc);
}

static void
test_mirror__a_dispute_counts_when_filed_and_when_it_changed(void **state)
{
	struct kc_dispute *d;
	struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-K2");
	d = dispute_heard(&k, c);
	(void)dispute_file(
	    &k, case_rectifying(&k, "2022-07-18", "G17", "G17-K2"));
	doc = mirror();
	assert_string_equal(counts(row_of(doc, "situation", "S3", "G02")),
	    "decided 2, full 2, disputed 2");
	json_decref(doc);
	dispute_decide(&k, d, "overturned", NULL);
	kit_on(&k, "2022-08-31");
	(void)kit_clerk(&k);
	doc = mirror();
	assert_string_equal(counts(row_of(doc, "situation", "S3", "G02")),
	    "decided 2, full 1, revoked 1, disputed 2, overturned 1");
	assert_string_equal(
	    text_at(row_of(doc, "situation", "S3", "G02"), "overturned_rate"),
	    "50.00 %");
	json_decref(doc);
}

static void
test_mirror__a_bonus_is_of_who_verified_it(void **state)
{
	const struct kc_bonus *b;
	json_t *doc;

	(void)state;
	bonus_city(&k);
	b = bonus_one(&k);
	doc = mirror();
	assert_string_equal(
	    counts(row_of(doc, "bonus", "B*", NULL)), "decided 1, waiting 1");
	assert_null(row_of(doc, "bonus", "B*", "P09"));
	json_decref(doc);
	bonus_grant(&k, b);
	doc = mirror();
	assert_string_equal(
	    counts(row_of(doc, "bonus", "B*", "P09")), "decided 1, full 1");
	assert_string_equal(
	    text_at(row_of(doc, "bonus", "B*", "P09"), "points"), "1.0000");
	json_decref(doc);
}

static void
test_mirror__only_its_year_is_counted(void **state)
{
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_decide(&k, "2022-10-17", "G16", "G16-K2");
	case_list(&k, "G17", 2023, NULL);
	kit_on(&k, "2023-03-01");
	(void)kit_clerk(&k);
	(void)case_decide(&k, "2023-03-01", "G17", "G17-2023-K2");
	assert_int_equal(k.st->cases.n, 2);
	doc = mirror();
	assert_string_equal(counts(row_of(doc, "situation", "S*", NULL)),
	    "decided 1, lapsed 1");
	assert_int_equal(
	    int_at(row_of(doc, "situation", "S*", NULL), "judged"), 6);
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_teardown(name, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_mirror__has_every_clause_of_the_policy_also_unused),
	    TEST(test_mirror__counts_what_became_of_each_deduction),
	    TEST(test_mirror__one_judge_stands_beside_the_city),
	    TEST(test_mirror__a_dispute_counts_when_filed_and_when_it_changed),
	    TEST(test_mirror__a_bonus_is_of_who_verified_it),
	    TEST(test_mirror__only_its_year_is_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
