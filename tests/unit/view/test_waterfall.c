/* SPDX-License-Identifier: Apache-2.0 */
/* What charts are drawn from: the steps of a score and the bands of a group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bonuskit.h"
#include "negkit.h"
#include "viewkit.h"

static struct kit k;
static struct kc_buf text;

static int
tear_down(void **state)
{
	(void)state;
	kit_free(&k);
	kc_buf_free(&text);
	return 0;
}

static void
complete(const char *target, const char *rate)
{
	kit_do(&k, KC_K_completion_find, "G02.a", kit_field("target", target),
	    kit_field("rate", rate), EVIDENCE);
}

/* "full 100.0000; key -3.0000 97.0000; …": each step, its change and what is
 * after it, which must be where the next begins. */
static const char *
steps(const char *unit)
{
	json_t *doc = view_of(&k, "waterfall", unit, NULL, "2022-12-31"), *row;
	json_t *score = view_of(&k, "score", unit, NULL, "2022-12-31");
	int64_t at = 1000000;
	size_t i;

	kc_buf_reset(&text);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		assert_int_equal(points_at(row, "before"), at);
		at = points_at(row, "after");
		kc_buf_str(&text, i > 0 ? "; " : "");
		kc_buf_str(&text, text_at(row, "step"));
		if (!json_is_null(json_object_get(row, "change"))) {
			kc_buf_char(&text, ' ');
			kc_buf_str(&text, text_at(row, "change"));
		}
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, text_at(row, "after"));
	}
	assert_int_equal(at, points_at(doc, "total"));
	assert_string_equal(text_at(doc, "total"),
	    text_at(
		json_array_get(json_object_get(score, "rows"), 0), "total"));
	json_decref(score);
	json_decref(doc);
	return kc_buf_cstr(&text);
}

static void
test_waterfall__what_is_pending_is_not_lost(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	assert_string_equal(steps("G16"), "full 100.0000; total 100.0000");
	complete("G16-K1", "9000");
	complete("G16-R1", "5000");
	assert_string_equal(steps("G16"),
	    "full 100.0000; key -3.0000 97.0000; routine -10.0000 87.0000; "
	    "credit -1.4444 85.5556; total 85.5556");
}

static void
test_waterfall__deductions_fall_and_returns_rise_case_by_case(void **state)
{
	(void)state;
	neg_city(&k);
	kit_do(&k, KC_K_negative_confirm, "P09.a",
	    neg_field(neg_propose(&k, NULL, "G16", "0.3000")));
	case_finish(&k, case_decide(&k, "2022-07-18", "G16", "G16-K2"));
	case_confirm(
	    &k, case_decide_half(&k, "2022-07-19", "G16", "G16-R1", "0.5000"));
	/* One that is not confirmed takes nothing. */
	(void)case_decide_half(&k, "2022-07-20", "G16", "G16-K1", "0.5000");
	assert_string_equal(steps("G16"),
	    "full 100.0000; negative -0.3000 99.7000; "
	    "deducted -0.5000 99.2000; returned 0.4000 99.6000; "
	    "deducted -0.2500 99.3500; total 99.3500");
}

static void
test_waterfall__what_the_caps_give_back_is_a_step(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	for (int i = 0; i < 3; i++) {
		struct kc_case *c = case_rectifying(&k,
		    i == 0       ? "2022-02-15"
			: i == 1 ? "2022-04-15"
				 : "2022-07-15",
		    "G16", "G16-K2");

		case_submit(&k, c);
		case_refund(&k, c, "0");
	}
	assert_string_equal(steps("G16"),
	    "full 100.0000; deducted -0.5000 99.5000; "
	    "deducted -0.5000 99.0000; deducted -0.5000 98.5000; "
	    "by_rules 0.5000 99.0000; total 99.0000");
}

static void
test_waterfall__bonuses_come_last(void **state)
{
	(void)state;
	bonus_city(&k);
	bonus_grant(&k, bonus_one(&k));
	assert_string_equal(steps("G17"),
	    "full 100.0000; bonus 1.0000 101.0000; total 101.0000");
}

static void
test_waterfall__without_a_list_there_is_none(void **state)
{
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	doc = view_of(&k, "waterfall", "G12", NULL, "2022-12-31");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	assert_true(json_is_false(json_object_get(doc, "listed")));
	json_decref(doc);
}

/* --- bands --- */
static void
test_bands__are_the_grades_of_a_group_as_it_stands(void **state)
{
	json_t *doc, *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(
	    &k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1", "text=x");
	kit_enrol(&k, "G12.head", "G12", "head");
	kit_on(&k, "2022-03-01");
	complete("G16-K1", "9000");
	complete("G17-K1", "0");
	complete("G17-K2", "5000");
	doc = view_of(&k, "bands", NULL, "gov", "2022-12-31");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 2);
	row = json_array_get(json_object_get(doc, "rows"), 0);
	assert_string_equal(text_at(row, "unit"), "G16");
	assert_int_equal(int_at(row, "group_rank"), 1);
	/* A quarter of two is none. */
	assert_string_equal(text_at(row, "band"), "second");
	row = json_array_get(json_object_get(doc, "rows"), 1);
	assert_string_equal(text_at(row, "unit"), "G17");
	assert_string_equal(text_at(row, "band"), "third");
	assert_string_equal(text_at(doc, "third_below"), "80.0000");
	json_decref(doc);
	doc = view_of(&k, "bands", NULL, "party", "2022-12-31");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	json_decref(doc);
	view_refused(&k, "bands", NULL, "guild", KC_R_NOT_FOUND);
}

static void
list_more(const char *unit)
{
	struct kc_buf head = {0};

	kc_buf_str(&head, unit);
	kc_buf_str(&head, ".head");
	kit_do(&k, KC_K_duty_register, "P09.a", kit_field("unit", unit),
	    "duty=D1", "text=x");
	kit_enrol(&k, kc_buf_cstr(&head), unit, "head");
	case_list(&k, unit, 2022, NULL);
	kc_buf_free(&head);
}

static size_t
count_first(size_t of)
{
	json_t *doc = view_of(&k, "bands", NULL, "gov", "2022-12-31"), *row;
	size_t i, first = 0;

	json_array_foreach(json_object_get(doc, "rows"), i, row) first +=
	    strcmp(text_at(row, "band"), "first") == 0;
	assert_int_equal(i, of);
	json_decref(doc);
	return first;
}

/* Rounded down; and those who share the rank at its edge are let in. */
static void
test_bands__a_quarter_of_a_group_is_of_the_first_grade(void **state)
{
	(void)state;
	kit_init(&k, KIT_LISTS);
	list_more("G12");
	assert_int_equal(count_first(3), 0);
	list_more("G28");
	assert_int_equal(count_first(4), 4);
	complete("G16-K1", "9000");
	assert_int_equal(count_first(4), 3);
	complete("G17-K1", "9000");
	complete("G12-2022-K1", "9000");
	assert_int_equal(count_first(4), 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_waterfall__what_is_pending_is_not_lost),
	    TEST(test_waterfall__deductions_fall_and_returns_rise_case_by_case),
	    TEST(test_waterfall__what_the_caps_give_back_is_a_step),
	    TEST(test_waterfall__bonuses_come_last),
	    TEST(test_waterfall__without_a_list_there_is_none),
	    TEST(test_bands__are_the_grades_of_a_group_as_it_stands),
	    TEST(test_bands__a_quarter_of_a_group_is_of_the_first_grade),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
