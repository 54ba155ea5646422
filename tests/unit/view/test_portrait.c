/* SPDX-License-Identifier: Apache-2.0 */
/* The portrait of a unit: each number beside its own past and its group. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "negkit.h"
#include "statekit.h"
#include "taskkit.h"
#include "viewkit.h"
#include "yearkit.h"

static json_t *
portrait(const char *unit)
{
	return view_of(&k, "portrait", unit, NULL, "2024-12-31");
}

static json_t *
row_of(json_t *doc, const char *part, const char *when, const char *item)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (strcmp(text_at(row, "part"), part) == 0 &&
		    strcmp(text_at(row, "when"), when) == 0 &&
		    strcmp(text_at(row, "item"), item) == 0)
			return row;
	}
	return NULL;
}

static bool
is_null(json_t *row, const char *key)
{
	assert_non_null(row);
	return json_is_null(json_object_get(row, key));
}

static void
complete(const char *target, const char *rate)
{
	kit_do(&k, KC_K_completion_find, "G02.a", kit_field("target", target),
	    kit_field("rate", rate), EVIDENCE);
}

/* Lists of G16 and G17 in 2022 and 2023: of G16 K1 by 100 %, then by 90. */
static void
two_years(void)
{
	kit_init(&k, KIT_LISTS);
	kit_on(&k, "2022-12-01");
	complete("G16-K1", "10000");
	complete("G17-K1", "8000");
	kit_do(&k, KC_K_grant_issue, "P09.a", "grant=GX", "assessor=G02",
	    "scope=all", "from=2023-07-01", "until=2024-12-31");
	case_list(&k, "G16", 2023, NULL);
	case_list(&k, "G17", 2023, NULL);
	kit_on(&k, "2023-12-01");
	complete("G16-2023-K1", "9000");
	complete("G17-2023-K1", "8000");
}

static void
test_portrait__a_score_stands_beside_its_past_and_its_group(void **state)
{
	json_t *doc, *row;

	(void)state;
	two_years();
	doc = portrait("G16");
	row = row_of(doc, "score", "2022", "key");
	assert_string_equal(text_at(row, "value"), "70.0000");
	assert_true(is_null(row, "last_value"));
	assert_true(is_null(row, "former_mean"));
	/* (70 + 64) / 2: what is not found yet counts in full. */
	assert_string_equal(text_at(row, "group_mean"), "67.0000");
	row = row_of(doc, "score", "2023", "key");
	assert_string_equal(text_at(row, "value"), "67.0000");
	assert_string_equal(text_at(row, "last_value"), "70.0000");
	assert_string_equal(text_at(row, "former_mean"), "70.0000");
	assert_string_equal(text_at(row, "group_mean"), "65.5000");
	assert_true(is_null(row, "rank"));
	row = row_of(doc, "score", "2023", "total");
	assert_int_equal(int_at(row, "rank"), 1);
	assert_int_equal(int_at(row, "group_rank"), 1);
	assert_int_equal(int_at(row, "ranked"), 2);
	assert_int_equal(int_at(row, "last_rank"), 1);
	json_decref(doc);
}

static void
test_portrait__the_mean_of_former_years_is_of_all_of_them(void **state)
{
	json_t *doc, *row;

	(void)state;
	two_years();
	case_calendar(&k, 2024);
	case_list(&k, "G16", 2024, NULL);
	kit_on(&k, "2024-12-01");
	complete("G16-2024-K1", "5000");
	doc = portrait("G16");
	row = row_of(doc, "score", "2024", "key");
	assert_string_equal(text_at(row, "value"), "55.0000");
	assert_string_equal(text_at(row, "last_value"), "67.0000");
	assert_string_equal(text_at(row, "former_mean"), "68.5000");
	assert_string_equal(text_at(row, "group_mean"), "55.0000");
	json_decref(doc);
	/* It has no list of that year, and so no score. */
	doc = portrait("G17");
	assert_null(row_of(doc, "score", "2024", "key"));
	json_decref(doc);
}

static void
test_portrait__a_unit_sees_its_own_and_no_mean_that_tells_another(void **state)
{
	enum kc_refusal_code code;
	struct kc_viewer r;
	json_t *doc, *row;

	(void)state;
	two_years();
	kc_viewer_of(k.st, KC_LIT("G16.head"), &r);
	doc = view_by(&k, &r, "portrait", "G16", "", &code);
	row = row_of(doc, "score", "2023", "total");
	assert_true(is_null(row, "group_mean"));
	assert_true(is_null(row, "rank"));
	assert_true(is_null(row, "last_rank"));
	assert_false(is_null(row, "last_value"));
	json_decref(doc);
	assert_null(view_by(&k, &r, "portrait", "G17", "", &code));
	assert_int_equal(code, KC_R_NOT_PERMITTED);
	/* Of three no mean says what one of them has. */
	kit_on(&k, "2023-12-02");
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1", "text=x");
	kit_enrol(&k, "G12.head", "G12", "head");
	case_list(&k, "G12", 2023, NULL);
	doc = view_by(&k, &r, "portrait", "G16", "", &code);
	row = row_of(doc, "score", "2023", "key");
	assert_string_equal(text_at(row, "group_mean"), "67.0000");
	json_decref(doc);
	kc_viewer_of(k.st, KC_LIT("stats"), &r);
	assert_null(view_by(&k, &r, "portrait", "G16", "", &code));
	assert_int_equal(code, KC_R_NOT_PERMITTED);
}

static void
test_portrait__an_indicator_has_ranks_of_quarters_and_years(void **state)
{
	json_t *doc, *row;

	(void)state;
	two_years();
	case_report(&k, "IND16", "2022-Q2", 9, 10);
	kit_do(&k, KC_K_indicator_report, "stats", "indicator=IND16",
	    "quarter=2023-Q1", "value=7.0000", "rank=8");
	kit_do(&k, KC_K_indicator_report, "stats", "indicator=IND16",
	    "quarter=2023-Q2", "value=8.5000", "rank=7", "agreed_rank=6");
	doc = portrait("G16");
	row = row_of(doc, "indicator", "2022-Q2", "IND16");
	assert_int_equal(int_at(row, "last_rank"), 10);
	assert_int_equal(int_at(row, "moved"), 1);
	assert_true(is_null(row, "before_rank"));
	assert_true(is_null(row, "last_value"));
	/* Nobody reported the year before: the ledger has it. */
	row = row_of(doc, "indicator", "2023-Q2", "IND16");
	assert_int_equal(int_at(row, "rank"), 7);
	assert_int_equal(int_at(row, "last_rank"), 9);
	assert_int_equal(int_at(row, "moved"), 2);
	assert_int_equal(int_at(row, "before_rank"), 8);
	assert_int_equal(int_at(row, "agreed_rank"), 6);
	assert_string_equal(text_at(row, "last_value"), "8.0000");
	row = row_of(doc, "indicator", "2023-Q1", "IND16");
	assert_true(is_null(row, "last_rank"));
	assert_true(is_null(row, "moved"));
	assert_int_equal(int_at(row, "before_rank"), 9);
	json_decref(doc);
	doc = portrait("G17");
	assert_null(row_of(doc, "indicator", "2022-Q2", "IND16"));
	json_decref(doc);
}

static void
test_portrait__losses_are_what_the_score_lost(void **state)
{
	struct kc_case *c;
	json_t *doc, *row;
	size_t i, n = 0;

	(void)state;
	neg_city(&k);
	c = case_decide(&k, "2022-07-15", "G16", "G16-K2");
	case_finish(&k, c);
	kit_do(&k, KC_K_negative_confirm, "P09.a",
	    neg_field(neg_propose(&k, NULL, "G16", "0.3000")));
	(void)neg_propose(&k, NULL, "G16", "0.2000");
	complete("G16-K1", "9000");
	complete("G16-R1", "10000");
	doc = portrait("G16");
	row = row_of(doc, "loss", "2022", "G16-K1");
	assert_string_equal(text_at(row, "value"), "3.0000");
	row = row_of(doc, "loss", "2022-Q3", c->handle);
	assert_string_equal(text_at(row, "value"), "0.1000");
	row = row_of(doc, "loss", "2022", "N-2022-0001");
	assert_string_equal(text_at(row, "value"), "0.3000");
	json_array_foreach(json_object_get(doc, "rows"), i, row) n +=
	    strcmp(text_at(row, "part"), "loss") == 0;
	assert_int_equal(n, 3);
	json_decref(doc);
}

static void
test_portrait__lights_are_counted_by_quarter(void **state)
{
	json_t *doc, *row;

	(void)state;
	task_city(&k, NULL, NULL);
	kit_on(&k, "2022-04-20");
	task_split(&k,
	    &(struct task_row){.target = "target=G17-2022-K1",
		.task = "task=T1",
		.q = {"q1=2500"}});
	kit_do(&k, KC_K_plan_file, "G17.head", "target=G17-2022-K1");
	kit_do(&k, KC_K_progress_report, "G17.head", "node=T1.Q1",
	    "actual=2500", "report=x");
	doc = portrait("G17");
	row = row_of(doc, "light", "2022-Q1", "green");
	assert_int_equal(int_at(row, "value"), 1);
	assert_true(is_null(row, "last_value"));
	assert_null(row_of(doc, "light", "2022-Q1", "red"));
	assert_int_equal(
	    int_at(row_of(doc, "light", "2022-Q2", "grey"), "value"), 1);
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_teardown(name, done)

/* As it was published, and nothing that might be. */
static void
test_portrait__has_the_grade_that_was_published(void **state)
{
	json_t *doc, *row;

	(void)state;
	year_city(&k);
	year_to(&k, KC_YE_APPROVED);
	doc = portrait("G17");
	assert_null(row_of(doc, "grade", "2022", "second"));
	json_decref(doc);
	year_to(&k, KC_YE_PUBLISHED);
	doc = portrait("G17");
	row = row_of(doc, "grade", "2022", "second");
	assert_string_equal(text_at(row, "value"), "第二等次");
	assert_string_equal(text_at(row, "label"), "等次");
	assert_true(is_null(row, "last_value") && is_null(row, "rank"));
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_portrait__a_score_stands_beside_its_past_and_its_group),
	    TEST(test_portrait__the_mean_of_former_years_is_of_all_of_them),
	    TEST(
		test_portrait__a_unit_sees_its_own_and_no_mean_that_tells_another),
	    TEST(test_portrait__an_indicator_has_ranks_of_quarters_and_years),
	    TEST(test_portrait__losses_are_what_the_score_lost),
	    TEST(test_portrait__lights_are_counted_by_quarter),
	    TEST(test_portrait__has_the_grade_that_was_published),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
