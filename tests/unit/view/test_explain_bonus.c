/* SPDX-License-Identifier: Apache-2.0 */
/* Bonuses in scores, their explanation, trail and summary: real ledgers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "viewkit.h"

/* Claims all of these for G17, and grants them after one publicity. */
struct claim {
	const char *situation, *merit, *grade;
};
static void
grant_all(struct kit *k, const struct claim *c, size_t n)
{
	uint32_t first = k->st->bonuses.n;
	char document[24];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(document, sizeof(document), "%zu", i + 1);
		kit_do(k, KC_K_bonus_verify, "P09.b",
		    bonus_field(bonus_claim(k, "G17", c[i].situation,
			c[i].merit, c[i].grade, document)));
	}
	for (uint32_t i = first; i < k->st->bonuses.n; i++)
		kit_do(k, KC_K_bonus_publicise, "P09.b",
		    bonus_field(k->st->bonuses.v[i]));
	kit_pass_days(k, 7);
	assert_int_equal(kit_clerk(k), n);
	for (uint32_t i = first; i < k->st->bonuses.n; i++)
		kit_do(k, KC_K_bonus_grant, "P09.a",
		    bonus_field(k->st->bonuses.v[i]));
}

static void
want(struct kit *k, const char *bonus, const char *total)
{
	json_t *doc = view_of(k, "score", "G17", NULL, NULL);
	const json_t *row = row_where(doc, "unit", "G17");

	assert_string_equal(text_at(row, "bonus"), bonus);
	assert_string_equal(text_at(row, "total"), total);
	json_decref(doc);
}

/* Of the explanation: the points of a bonus, and what its arithmetic says. */
static void
explained(
    struct kit *k, const char *handle, const char *points, const char *says)
{
	json_t *doc = view_of(k, "explain", "G17", NULL, NULL);
	const json_t *row = row_where(doc, "bonus", handle);

	assert_string_equal(text_at(row, "points"), points);
	assert_string_equal(text_at(row, "part"), "bonus");
	if (strstr(text_at(row, "arithmetic"), says) == NULL)
		fail_msg("%s: %s", handle, text_at(row, "arithmetic"));
	json_decref(doc);
}

/* What all caps cut, and by which keys. */
static void
cut(struct kit *k, const char *const *keys, const char *const *points)
{
	json_t *doc = view_of(k, "explain", "G17", NULL, NULL), *row;
	int64_t below = 0, all = 0;
	size_t i, n = 0;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		bool head = int_at(row, "depth") == 0;

		if (strcmp(text_at(row, "part"), "bonus") == 0 && head)
			all = points_at(row, "points");
		else if (strcmp(text_at(row, "part"), "bonus") == 0)
			below += points_at(row, "points");
		if (strcmp(text_at(row, "part"), "cap") != 0 ||
		    strncmp(text_at(row, "rule"), "bonus.", 6) != 0)
			continue;
		assert_non_null(keys[n]);
		assert_string_equal(text_at(row, "rule"), keys[n]);
		assert_string_equal(text_at(row, "points"), points[n]);
		below += points_at(row, "points");
		n++;
	}
	assert_null(keys[n]);
	assert_int_equal(below, all);
	json_decref(doc);
}

/* Two commendations of 1.0 and one praise of 0.5: 1.5. */
static void
test_bonus__two_of_one_situation_are_capped(void **state)
{
	static const struct claim claims[] = {{"B1", "M1", "national"},
	    {"B1", "M2", "national"}, {"B2", "M3", "main-leader"}};
	struct kit k;

	(void)state;
	bonus_city(&k);
	grant_all(&k, claims, 3);
	want(&k, "1.5000", "101.5000");
	explained(&k, "B-2022-0001", "1.0000", "1.0000");
	explained(&k, "B-2022-0002", "1.0000", "1.0000");
	cut(&k, (const char *const[]){"bonus.situation_max", NULL},
	    (const char *const[]){"-1.0000"});
	kit_end(&k);
}

/* At its highest; of two alike the one that was claimed first. */
static void
test_bonus__of_one_matter_the_highest_counts(void **state)
{
	static const struct claim claims[] = {{"B1", "M1", "provincial"},
	    {"B1", "M1", "national"}, {"B2", "M1", "vice-leader"},
	    {"B2", "M2", "main-leader"}, {"B2", "M2", "main-leader"}};
	struct kit k;

	(void)state;
	bonus_city(&k);
	grant_all(&k, claims, 5);
	want(&k, "1.5000", "101.5000");
	explained(&k, "B-2022-0001", "0.0000", "B-2022-0002");
	explained(&k, "B-2022-0002", "1.0000", "1.0000");
	explained(&k, "B-2022-0003", "0.0000", "B-2022-0002");
	explained(&k, "B-2022-0004", "0.5000", "0.5000");
	explained(&k, "B-2022-0005", "0.0000", "B-2022-0004");
	cut(&k, (const char *const[]){NULL}, NULL);
	/* It falls away, and what yielded to it counts again. */
	kit_enrol(&k, "P09.c", "P09", "estab");
	kit_do(&k, KC_K_bonus_cancel, "P09.b P09.c", "bonus=B-2022-0002",
	    EVIDENCE, "reason=x");
	want(&k, "1.3000", "101.3000");
	explained(&k, "B-2022-0001", "0.8000", "0.8000");
	kit_end(&k);
}

/* One alone, a situation, all together: each by its own key. */
static void
test_bonus__each_cap_has_its_row(void **state)
{
	static const struct claim claims[] = {{"B1", "M1", "national"},
	    {"B1", "M2", "provincial"}, {"B3", "M3", "incentive"},
	    {"B4", "M4", "first"}};
	static const int years[] = {2022, 2023, 0};
	struct kit k;

	(void)state;
	case_city(&k, "national: { value: \"1.0000\"",
	    "national: { value: \"1.2000\"", years);
	kit_on(&k, "2022-03-01");
	case_list(&k, "G17", 2022, NULL);
	kit_on(&k, "2022-07-15");
	grant_all(&k, claims, 4);
	/* One counts for no more than 1.0. */
	want(&k, "3.0000", "103.0000");
	explained(&k, "B-2022-0001", "1.0000", "1.2000");
	cut(&k, (const char *const[]){"bonus.situation_max", NULL},
	    (const char *const[]){"-0.8000"});
	kit_end(&k);
}

static void
test_bonus__of_all_no_more_than_the_total_counts(void **state)
{
	static const struct claim claims[] = {{"B1", "M1", "national"},
	    {"B2", "M2", "main-leader"}, {"B3", "M3", "incentive"},
	    {"B4", "M4", "first"}};
	const int years[] = {2022, 2023, 0};
	struct kit k;

	(void)state;
	case_city(&k, "total_max: { value: \"4.0000\"",
	    "total_max: { value: \"3.2000\"", years);
	kit_on(&k, "2022-03-01");
	case_list(&k, "G17", 2022, NULL);
	kit_on(&k, "2022-07-15");
	grant_all(&k, claims, 4);
	want(&k, "3.2000", "103.2000");
	cut(&k, (const char *const[]){"bonus.total_max", NULL},
	    (const char *const[]){"-0.3000"});
	kit_end(&k);
}

static void
test_trail__has_the_claims_and_what_they_are_worth(void **state)
{
	struct kc_bonus *b;
	struct kit k;
	json_t *doc;

	(void)state;
	bonus_city(&k);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	b = bonus_one(&k);
	bonus_grant(&k, b);
	doc = view_of(&k, "trail", "G17", NULL, NULL);
	assert_string_equal(
	    text_at(row_where(doc, "kind", "bonus"), "state"), "granted");
	assert_string_equal(
	    text_at(row_where(doc, "kind", "bonus.grant"), "points"), "1.0000");
	assert_string_equal(
	    text_at(row_where(doc, "kind", "total"), "total"), "0.5000");
	json_decref(doc);
	doc = view_of(&k, "summary", NULL, NULL, NULL);
	assert_int_equal(int_at(doc, "bonus_granted"), 1);
	json_decref(doc);
	kit_enrol(&k, "P09.c", "P09", "estab");
	kit_do(&k, KC_K_bonus_cancel, "P09.b P09.c", bonus_field(b), EVIDENCE,
	    "reason=x");
	doc = view_of(&k, "trail", "G17", NULL, NULL);
	assert_string_equal(
	    text_at(row_where(doc, "kind", "bonus.cancel"), "points"),
	    "-1.0000");
	assert_string_equal(
	    text_at(row_where(doc, "kind", "total"), "total"), "-0.5000");
	json_decref(doc);
	doc = view_of(&k, "summary", NULL, NULL, NULL);
	assert_int_equal(int_at(doc, "bonus_granted"), 0);
	json_decref(doc);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bonus__two_of_one_situation_are_capped),
	    cmocka_unit_test(test_bonus__of_one_matter_the_highest_counts),
	    cmocka_unit_test(test_bonus__each_cap_has_its_row),
	    cmocka_unit_test(test_bonus__of_all_no_more_than_the_total_counts),
	    cmocka_unit_test(
		test_trail__has_the_claims_and_what_they_are_worth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
