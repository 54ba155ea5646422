/* SPDX-License-Identifier: Apache-2.0 */
/* The trail of a unit and the list of its cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "roundkit.h"
#include "viewkit.h"

/* Sums the points of all rows but the total row. */
static int64_t
sum_rows(const json_t *doc)
{
	const json_t *rows = json_object_get(doc, "rows");
	int64_t sum = 0, total = 0;
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(text_at(row, "kind"), "total") == 0)
			continue;
		if (!json_is_null(json_object_get(row, "points"))) {
			sum += points_at(row, "points");
			total = sum;
		}
		assert_int_equal(points_at(row, "total"), total);
	}
	return sum;
}

static void
test_trail__deduction_stands_from_confirmation_and_return_lifts_it(void **state)
{
	struct kit k;
	struct kc_case *c;
	json_t *doc;
	const json_t *head, *refund;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_decide(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "trail", "G17", NULL, "2022-07-15");
	assert_string_equal(text_at(doc, "deducted"), "0.0000");
	json_decref(doc);

	case_confirm(&k, c);
	case_deliver(&k, c);
	doc = view_of(&k, "trail", "G17", NULL, "2022-07-15");
	assert_string_equal(text_at(doc, "deducted"), "0.5000");
	assert_string_equal(text_at(doc, "retained"), "0.5000");
	json_decref(doc);

	kit_on(&k, "2022-09-01");
	case_submit(&k, c);
	case_refund(&k, c, "8000");
	doc = view_of(&k, "trail", "市水利局", NULL, "2022-12-31");
	assert_string_equal(text_at(doc, "schema"), "kaocheng.trail/1");
	assert_string_equal(text_at(doc, "unit"), "G17");
	assert_string_equal(text_at(doc, "name"), "市水利局");
	assert_string_equal(text_at(doc, "deducted"), "0.5000");
	assert_string_equal(text_at(doc, "returned"), "0.4000");
	assert_string_equal(text_at(doc, "retained"), "0.1000");
	head = row_where(doc, "kind", "prededuct");
	assert_string_equal(text_at(head, "case"), "PD-2022-0001");
	assert_string_equal(text_at(head, "points"), "-0.5000");
	assert_string_equal(text_at(head, "date"), "2022-07-15");
	assert_int_equal(json_array_size(json_object_get(head, "by")), 1);
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(head, "by"), 0)),
	    "G02.a");
	assert_int_equal(int_at(head, "depth"), 0);
	refund = row_where(doc, "kind", "refund.grant");
	assert_string_equal(text_at(refund, "points"), "0.4000");
	assert_string_equal(text_at(refund, "total"), "-0.1000");
	assert_int_equal(int_at(refund, "depth"), 1);
	assert_int_equal(sum_rows(doc), -1000);
	assert_string_equal(
	    text_at(row_where(doc, "kind", "total"), "points"), "-0.1000");
	json_decref(doc);
	kit_free(&k);
}

static void
test_trail__feedback_names_the_last_day(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	doc = view_of(&k, "trail", "G17", NULL, NULL);
	assert_non_null(
	    strstr(text_at(row_where(doc, "kind", "feedback.deliver"), "event"),
		"2022-10-17"));
	json_decref(doc);
	kit_free(&k);
}

static void
test_trail__letters_and_cases_stand_in_log_order(void **state)
{
	struct kit k;
	json_t *doc;
	const json_t *rows;
	char last[16] = "";
	size_t i;
	json_t *row;
	unsigned heads = 0;
	long long seq = -1;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	kit_on(&k, "2022-07-20");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K1", "unit=G17",
	    "level=yellow", "rectify_by=2022-12-01", "fact=落后",
	    "demand=整改");
	doc = view_of(&k, "trail", "G17", NULL, NULL);
	rows = json_object_get(doc, "rows");
	json_array_foreach(rows, i, row)
	{
		if (int_at(row, "depth") != 0 ||
		    strcmp(text_at(row, "kind"), "total") == 0)
			continue;
		assert_true(int_at(row, "seq") > seq);
		seq = int_at(row, "seq");
		heads++;
		(void)kc_slice_copy(
		    last, sizeof(last), kc_slice_str(text_at(row, "kind")));
	}
	assert_int_equal(heads, 2);
	assert_string_equal(last, "warning");
	assert_int_equal(sum_rows(doc), -5000);
	json_decref(doc);
	kit_free(&k);
}

/* What a letter may rest on stands before it, without points; that a target is
 * on schedule takes nothing and is not there. */
static void
test_trail__opinions_that_are_behind_stand_in_it(void **state)
{
	const struct kc_opinion *o;
	const json_t *head;
	struct kit k;
	json_t *doc;

	(void)state;
	o = round_city(&k, "on-schedule");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "level=yellow", "rectify_by=2022-11-30", "fact=x", "demand=x",
	    round_opinion_field(o));
	doc = view_of(&k, "trail", "G16", NULL, "2022-07-20");
	assert_int_equal(sum_rows(doc), 0);
	head = json_array_get(json_object_get(doc, "rows"), 0);
	assert_string_equal(text_at(head, "kind"), "opinion");
	assert_string_equal(text_at(head, "case"), o->handle);
	assert_string_equal(text_at(head, "target"), "G16-K2");
	assert_string_equal(text_at(head, "state"), "fed-back");
	assert_string_equal(text_at(head, "points"), "0.0000");
	head = json_array_get(json_object_get(doc, "rows"), 1);
	assert_string_equal(text_at(head, "kind"), "opinion.record");
	assert_int_equal(json_array_size(json_object_get(head, "by")), 4);
	/* The opinion with two steps, the letter with one, the total. */
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 6);
	assert_non_null(row_where(doc, "kind", "warning"));
	json_decref(doc);
	doc = view_of(&k, "trail", "G17", NULL, "2022-07-20");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 1);
	json_decref(doc);
	kit_free(&k);
}

static void
test_trail__events_are_those_of_the_case_view(void **state)
{
	struct kit k;
	json_t *trail, *one;
	const json_t *rows, *events;
	size_t i, n = 0;
	json_t *row;

	(void)state;
	kit_init(&k, KIT_LISTS);
	(void)case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	trail = view_of(&k, "trail", "G17", NULL, NULL);
	one = view_of(&k, "prededuct", NULL, "PD-2022-0001", NULL);
	rows = json_object_get(trail, "rows");
	events = json_object_get(one, "rows");
	json_array_foreach(rows, i, row)
	{
		if (int_at(row, "depth") != 1)
			continue;
		assert_int_equal(int_at(row, "seq"),
		    int_at(json_array_get(events, n++), "seq"));
	}
	assert_int_equal(n, json_array_size(events));
	assert_int_equal(n, 3);
	assert_string_equal(text_at(one, "due"), "2022-10-17");
	assert_string_equal(text_at(one, "last_day"), "2022-10-17");
	json_decref(trail);
	json_decref(one);
	kit_free(&k);
}

/* "a b" of a list of two. */
static void
assert_list(
    const json_t *row, const char *key, const char *first, const char *second)
{
	const json_t *list = json_object_get(row, key);

	assert_int_equal(json_array_size(list), second != NULL ? 2 : 1);
	assert_string_equal(json_string_value(json_array_get(list, 0)), first);
	if (second != NULL)
		assert_string_equal(
		    json_string_value(json_array_get(list, 1)), second);
}

static void
test_trail__steps_have_all_signers_and_their_words(void **state)
{
	static const char *const views[] = {"trail", "prededuct"};
	const json_t *row;
	struct kit k;
	struct kc_case *c;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	c = case_rectifying(&k, "2022-07-15", "G17", "G17-K2");
	kit_on(&k, "2022-08-01");
	kit_do(&k, KC_K_extension_request, "G17.head", case_field(c),
	    "reason=汛期停工");
	kit_do(&k, KC_K_extension_grant, "G02.a P09.a", case_field(c),
	    "reason=属实");
	for (unsigned i = 0; i < 2; i++) {
		doc = view_of(&k, views[i], i == 0 ? "G17" : NULL,
		    i == 0 ? NULL : c->handle, NULL);
		row = row_where(doc, "kind", "extension.grant");
		assert_list(row, "by", "G02.a", "P09.a");
		assert_string_equal(text_at(row, "reason"), "属实");
		row = row_where(doc, "kind", "extension.request");
		assert_list(row, "by", "G17.head", NULL);
		assert_string_equal(text_at(row, "reason"), "汛期停工");
		row = row_where(doc, "kind", "prededuct.decide");
		assert_int_equal(
		    json_array_size(json_object_get(row, "evidence")), 1);
		row = row_where(doc, "kind", "feedback.deliver");
		assert_non_null(text_at(row, "problem"));
		row = i == 0 ? row_where(doc, "kind", "prededuct") : doc;
		assert_string_equal(text_at(row, "may_return"), "0.4000");
		assert_string_equal(
		    text_at(row, "may_return_until"), case_day(c->due));
		json_decref(doc);
	}
	kit_free(&k);
}

/* All of them, be it delivered or not; in the trail of one unit only what it
 * is. */
static void
test_letter__says_to_whom_it_goes(void **state)
{
	struct kit k;
	json_t *doc;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "unit=G16", "level=yellow", "rectify_by=2022-12-20", "fact=滞后",
	    "demand=整改");
	doc = view_of(&k, "warning", NULL, "W-2022-0001", NULL);
	assert_non_null(strstr(
	    text_at(json_array_get(json_object_get(doc, "rows"), 0), "event"),
	    "，发往 G17、G16"));
	json_decref(doc);
	doc = view_of(&k, "trail", "G17", NULL, NULL);
	assert_non_null(row_where(doc, "kind", "warning.issue"));
	assert_null(strstr(
	    text_at(row_where(doc, "kind", "warning.issue"), "event"), "G16"));
	json_decref(doc);
	kit_free(&k);
}

static void
test_trail__wants_a_unit_that_exists(void **state)
{
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	view_refused(&k, "trail", "G99", NULL, KC_R_NOT_FOUND);
	view_refused(&k, "trail", NULL, NULL, KC_R_REQUEST);
	view_refused(&k, "trail", "G17", "PD-2022-0001", KC_R_REQUEST);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_trail__deduction_stands_from_confirmation_and_return_lifts_it),
	    cmocka_unit_test(test_trail__feedback_names_the_last_day),
	    cmocka_unit_test(test_trail__letters_and_cases_stand_in_log_order),
	    cmocka_unit_test(test_trail__opinions_that_are_behind_stand_in_it),
	    cmocka_unit_test(test_trail__events_are_those_of_the_case_view),
	    cmocka_unit_test(
		test_trail__steps_have_all_signers_and_their_words),
	    cmocka_unit_test(test_letter__says_to_whom_it_goes),
	    cmocka_unit_test(test_trail__wants_a_unit_that_exists),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
