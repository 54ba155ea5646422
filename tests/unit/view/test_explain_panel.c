/* SPDX-License-Identifier: Apache-2.0 */
/* The panels in the explanation of a score; and a whole year, E8 of the domain,
 * out of a real ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "negkit.h"
#include "panelkit.h"
#include "viewkit.h"

/* --- explanation --- */
/* The n-th row of a part. */
static json_t *
row_of(const json_t *doc, const char *part, size_t n)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i,
	    row) if (strcmp(text_at(row, "part"), part) == 0 &&
	    n-- == 0) return row;
	fail_msg("no %s", part);
	return NULL;
}

static void
says(const json_t *row, const char *key, const char *what)
{
	if (strstr(text_at(row, key), what) == NULL)
		fail_msg("%s\nis not in\n%s", what, text_at(row, key));
}

/* Rows of depth 1 below the panels add up to what they move. */
static void
adds_up(const json_t *doc)
{
	int64_t sum = 0;

	for (size_t i = 0; i < KC_PANEL_COUNT; i++)
		sum += points_at(row_of(doc, "group", i), "points");
	assert_int_equal(sum, points_at(row_of(doc, "panel", 0), "points"));
}

static void
test_explain__has_the_arithmetic_of_each_group(void **state)
{
	const json_t *row;
	json_t *doc;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "555 555 555 444 444");
	panel_votes(&k, "out", "G16", "111 111 111 111");
	panel_votes(&k, "gr", "G16", "555 555 444 444 444 440");
	panel_close(&k);
	doc = view_of(&k, "explain", "G16", NULL, "2023-02-11");
	row = row_of(doc, "panel", 0);
	says(row, "arithmetic",
	    "(92.0000 × 50.00 % + 87.1111 × 20.00 %) ÷ 70.00 % = 90.6032");
	says(row, "rule", "panel.share");
	row = row_of(doc, "group", 0);
	says(
	    row, "arithmetic", "(23 ÷ 5 + 23 ÷ 5 + 23 ÷ 5) ÷ 3 × 20 = 92.0000");
	says(row, "rule", "panel.inner");
	assert_int_equal(json_array_size(json_object_get(row, "seqs")), 1);
	row = row_of(doc, "group", 1);
	says(row, "item", "有效票 4，不足，作废");
	says(row, "rule", "panel.min_ballots");
	assert_string_equal(text_at(row, "arithmetic"), "");
	says(row_of(doc, "group", 2), "arithmetic",
	    "(26 ÷ 6 + 26 ÷ 6 + 22 ÷ 5) ÷ 3 × 20 = 87.1111");
	adds_up(doc);
	json_decref(doc);
	kit_end(&k);
}

/* A sum of one mark is a ballot. */
static void
test_explain__adds_no_marks_up_of_which_there_are_few(void **state)
{
	const json_t *row;
	json_t *doc;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "552 550 550 440 440");
	panel_close(&k);
	doc = view_of(&k, "explain", "G16", NULL, "2023-02-11");
	row = row_of(doc, "group", 0);
	assert_string_equal(text_at(row, "arithmetic"), "74.6667");
	json_decref(doc);
	kit_end(&k);
}

static void
test_explain__has_no_panel_before_it_is_closed(void **state)
{
	json_t *doc, *row;
	struct kit k;
	size_t i;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "555 555 555 444 444");
	doc = view_of(&k, "explain", "G16", NULL, "2023-01-26");
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	    assert_string_not_equal(text_at(row, "part"), "panel");
	json_decref(doc);
	kit_end(&k);
}

/* --- E8 --- */
static const struct {
	const char *code, *class, *weight, *rate;
} year[] = {
    {"K1", "key", "15.0000", "10000"},
    {"K2", "key", "15.0000", "9650"},
    {"K3", "key", "12.0000", "8875"},
    {"K4", "key", "12.0000", "10000"},
    {"K5", "key", "10.0000", "9333"},
    {"K6", "key", "6.0000", "10000"},
    {"R1", "routine", "8.0000", "10000"},
    {"R2", "routine", "7.0000", "9500"},
    {"R3", "routine", "5.0000", "9000"},
    {"D1", "dynamic", "4.0000", "10000"},
    {"D2", "dynamic", "2.0000", "9000"},
};
#define TARGETS (sizeof(year) / sizeof(year[0]))
#define DYNAMIC 9 /* the first of them */

static void
draft_one(struct kit *k, size_t i)
{
	bool key = strcmp(year[i].class, "key") == 0;
	const char *by = key ? "P09.a" : "G16.head";
	const char *target = kit_field("target", year[i].code);

	kit_do(k, KC_K_target_draft, by, target, "unit=G16", "year=2022",
	    kit_field("class", year[i].class),
	    key ? "source=city-key" : "source=work-plan", "duty=D1",
	    kit_field("weight", year[i].weight), "assessor=G02", "title=x");
	target = kit_field("target", year[i].code);
	kit_do(k, KC_K_target_submit, by, target);
	kit_do(k, KC_K_target_approve_first, "P09.b", target);
	kit_do(k, KC_K_target_approve_second, "gop gog", target);
	kit_do(k, KC_K_target_read, "leader", target);
}

static void
issue(struct kit *k)
{
	for (size_t i = 0; i < DYNAMIC; i++)
		draft_one(k, i);
	kit_do(k, KC_K_list_issue, "P09.a", "unit=G16", "year=2022");
	for (size_t i = DYNAMIC; i < TARGETS; i++)
		kit_do(k, KC_K_target_add, "P09.a gop",
		    kit_field("target", year[i].code), "unit=G16", "year=2022",
		    "duty=D1", kit_field("weight", year[i].weight),
		    "assessor=G02", "title=x");
}

/* 80 % of 0.5000 and of a half of 0.3500 come back, nothing of 0.5000. */
static void
deduct(struct kit *k)
{
	struct kc_case *c = case_rectifying(k, "2022-07-15", "G16", "K1");

	case_submit(k, c);
	case_refund(k, c, "8000");
	c = case_decide_half(k, NULL, "G16", "K2", "0.3500");
	case_confirm(k, c);
	case_deliver(k, c);
	case_submit(k, c);
	case_refund(k, c, "8000");
	(void)case_rectifying(k, NULL, "G16", "K3");
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2023-06-30");
	kit_do(k, KC_K_negative_confirm, "P09.a",
	    neg_field(neg_propose(k, NULL, "G16", "0.3000")));
}

static void
gain(struct kit *k)
{
	bonus_grant(k,
	    bonus_claim(k, "G16", "B3", "M1", "incentive", "国发〔2022〕1号"));
	bonus_grant(k,
	    bonus_claim(
		k, "G16", "B2", "M2", "main-leader", "批示〔2022〕2号"));
}

static void
test_a_year__comes_to_the_score_of_the_domain(void **state)
{
	struct kc_score s;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_RULES);
	panel_voters(&k);
	issue(&k);
	deduct(&k);
	gain(&k);
	kit_on(&k, "2022-12-30");
	(void)kit_clerk(&k);
	for (size_t i = 0; i < TARGETS; i++)
		kit_do(&k, KC_K_completion_find, "G02.a",
		    kit_field("target", year[i].code),
		    kit_field("rate", year[i].rate), EVIDENCE);
	panel_open(&k);
	panel_votes(&k, "in", "G16", "555 555 555 444 444");
	panel_votes(&k, "out", "G16", "550 450 450 450 040");
	panel_votes(&k, "gr", "G16", "555 555 444 444 444");
	panel_close(&k);
	s = panel_score(&k, "G16");
	assert_int_equal(s.earned_e4[KC_CLASS_KEY], 674580);
	assert_int_equal(s.earned_e4[KC_CLASS_ROUTINE], 191500);
	assert_int_equal(s.earned_e4[KC_CLASS_DYNAMIC], 58000);
	assert_int_equal(s.credit_e4, 38503);
	assert_int_equal(s.objective_e4, 962583);
	assert_int_equal(s.panel_e4, 907500);
	assert_int_equal(s.base_e4, 951566);
	assert_int_equal(s.negative_e4, 3000);
	assert_int_equal(s.retained_e4, 6350);
	assert_int_equal(s.bonus_e4, 15000);
	assert_int_equal(s.total_e4, 957216);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_explain__has_the_arithmetic_of_each_group),
	    cmocka_unit_test(
		test_explain__adds_no_marks_up_of_which_there_are_few),
	    cmocka_unit_test(test_explain__has_no_panel_before_it_is_closed),
	    cmocka_unit_test(test_a_year__comes_to_the_score_of_the_domain),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
