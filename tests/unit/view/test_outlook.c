/* SPDX-License-Identifier: Apache-2.0 */
/* Where a case goes from a day on, held against what happens then. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "disputekit.h"
#include "statekit.h"
#include "viewkit.h"

/* "kind on last; ..." of the rows, and the end. */
static void
path(const char *id, const char *want)
{
	json_t *doc = view_of(&k, "outlook", NULL, id, "2022-07-20");
	struct kc_buf b = {0};
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *on = json_string_value(json_object_get(row, "on"));

		kc_buf_str(&b, text_at(row, "kind"));
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, on != NULL ? on + 5 : "-");
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, text_at(row, "due") + 5);
		kc_buf_str(&b,
		    json_is_true(json_object_get(row, "late")) ? " late; "
							       : "; ");
	}
	kc_buf_str(&b, text_at(doc, "ends"));
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
	json_decref(doc);
}

/* What is foretold is what stands when it has happened. */
static void
test_outlook__of_a_decision_is_what_comes(void **state)
{
	struct kc_case *c;

	(void)state;
	path("prededuct.decide@2022-07-20",
	    "prededuct.confirm 07-27 07-27; feedback.deliver 08-03 08-03; "
	    "rectify.plan - 08-17; extension.request - 10-27; "
	    "extension.grant - 12-05; rectify.submit 11-03 11-03; "
	    "refund.grant 11-17 11-17; 2022-11-17");
	c = case_decide(&k, "2022-07-20", "G17", "G17-K2");
	path("PD-2022-0001@2022-07-27",
	    "prededuct.confirm 07-27 07-27; feedback.deliver 08-03 08-03; "
	    "rectify.plan - 08-17; extension.request - 10-27; "
	    "extension.grant - 12-05; rectify.submit 11-03 11-03; "
	    "refund.grant 11-17 11-17; 2022-11-17");
	kit_on(&k, "2022-07-27");
	case_confirm(&k, c);
	kit_on(&k, "2022-08-03");
	case_deliver(&k, c);
	assert_string_equal(case_day(c->due), "2022-11-03");
	assert_string_equal(case_day(kc_case_ask_by(k.st, c)), "2022-10-27");
	kit_on(&k, "2022-11-03");
	case_submit(&k, c);
	assert_string_equal(case_day(c->review_due), "2022-11-17");
}

static void
test_outlook__of_an_extension_is_what_it_gives(void **state)
{
	struct kc_case *c;

	(void)state;
	c = case_rectifying(&k, "2022-08-03", "G17", "G17-K2");
	kit_do(&k, KC_K_extension_request, "G17.head", case_field(c),
	    "reason=汛期");
	kit_do(&k, KC_K_extension_grant, "G02.a P09.a", case_field(c),
	    "reason=同意");
	assert_string_equal(case_day(c->due), "2022-12-05");
	/* none is left, and the case is as it was */
	path("PD-2022-0001@2022-09-01",
	    "rectify.plan - 08-17; rectify.submit 09-01 12-05; "
	    "refund.grant 09-16 09-16; 2022-09-16");
	assert_int_equal(c->state, KC_CS_RECTIFYING);
	assert_string_equal(case_day(c->due), "2022-12-05");
}

static void
test_outlook__ends_where_a_step_comes_too_late(void **state)
{
	json_t *doc, *row;

	(void)state;
	(void)case_rectifying(&k, "2022-07-20", "G17", "G17-K2");
	doc = view_of(
	    &k, "outlook", NULL, "PD-2022-0001@2022-10-21", "2022-07-20");
	row = row_where(doc, "kind", "rectify.submit");
	assert_true(json_is_true(json_object_get(row, "late")));
	assert_non_null(strstr(text_at(row, "else"), "不予返还"));
	assert_string_equal(text_at(row, "rule"), "pd.period_months");
	assert_string_equal(text_at(row, "value"), "3");
	assert_non_null(strstr(text_at(row, "place"), "nantong-2022.yaml:"));
	assert_string_equal(text_at(doc, "ends"), "2022-10-20");
	json_decref(doc);
	/* What is taken late goes on from the day on which it was. */
	path("prededuct.confirm@2022-07-20",
	    "feedback.deliver 07-27 07-27; rectify.plan - 08-10; "
	    "extension.request - 10-20; extension.grant - 11-28; "
	    "rectify.submit 10-27 10-27; refund.grant 11-10 11-10; "
	    "2022-11-10");
}

static void
test_outlook__of_what_is_no_step_is_refused(void **state)
{
	(void)state;
	view_refused(&k, "outlook", NULL, "PD-2022-0009", KC_R_NOT_FOUND);
	view_refused(
	    &k, "outlook", NULL, "refund.grant@2022-07-20", KC_R_NOT_FOUND);
	view_refused(&k, "outlook", NULL, "unit.rename", KC_R_NOT_FOUND);
	view_refused(
	    &k, "outlook", NULL, "prededuct.decide@2022-02-30", KC_R_REQUEST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, at_lists, done)

/* --- what is no case: by the tables ---------------------------------------
 */
static void
test_outlook__of_a_dispute_takes_all_the_time_there_is(void **state)
{
	struct kc_dispute *d;
	const struct kc_case *c;

	(void)state;
	path("dispute.file@2022-07-20",
	    "dispute.accept 07-25 07-25; dispute.decide 08-08 08-08; "
	    "dispute.appeal 08-15 08-15; dispute.decide 08-29 08-29; "
	    "dispute.apply 09-05 09-05; 2022-09-05");
	c = case_rectifying(&k, "2022-07-20", "G16", "G16-K2");
	d = dispute_file(&k, c);
	path("D-2022-0001@2022-07-25",
	    "dispute.accept 07-25 07-25; dispute.decide 08-08 08-08; "
	    "dispute.appeal 08-15 08-15; dispute.decide 08-29 08-29; "
	    "dispute.apply 09-05 09-05; 2022-09-05");
	/* It happens so. */
	kit_on(&k, "2022-07-25");
	kit_do(&k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	(void)kit_clerk(&k);
	kit_on(&k, "2022-08-08");
	dispute_decide(&k, d, "upheld", NULL);
	kit_on(&k, "2022-08-15");
	kit_do(
	    &k, KC_K_dispute_appeal, "G16.head", dispute_field(d), "reason=x");
	(void)kit_clerk(&k);
	kit_on(&k, "2022-08-29");
	dispute_decide(&k, d, "overturned", NULL);
	assert_string_equal(case_day(d->due), "2022-09-05");
	path("D-2022-0001@2022-09-01", "dispute.apply 09-01 09-05; 2022-09-01");
}

/* Nobody answers: it counts as accepted on the day after. */
static void
test_outlook__of_what_is_late_goes_on_as_the_clerk_does(void **state)
{
	const struct kc_case *c;
	struct kc_dispute *d;

	(void)state;
	c = case_rectifying(&k, "2022-07-20", "G16", "G16-K2");
	d = dispute_file(&k, c);
	path("D-2022-0001@2022-07-27",
	    "dispute.accept 07-27 07-25 late; dispute.decide 08-09 08-09; "
	    "dispute.appeal 08-16 08-16; dispute.decide 08-30 08-30; "
	    "dispute.apply 09-06 09-06; 2022-09-06");
	kit_on(&k, "2022-07-26");
	assert_int_equal(kit_clerk(&k), 2);
	assert_string_equal(case_day(d->due), "2022-08-09");
}

static json_t *
letter_row(json_t *doc, size_t i)
{
	return json_array_get(json_object_get(doc, "rows"), i);
}

static void
test_outlook__of_a_letter_names_who_has_to_reply(void **state)
{
	json_t *doc;

	(void)state;
	kit_on(&k, "2022-07-15");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-K2", "unit=G16",
	    "unit=G17", "level=yellow", "rectify_by=2022-09-30", "fact=x",
	    "demand=x");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	doc = view_of(
	    &k, "outlook", NULL, "W-2022-0001@2022-08-01", "2022-07-20");
	assert_string_equal(text_at(doc, "case"), "W-2022-0001");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 3);
	assert_string_equal(text_at(letter_row(doc, 0), "unit"), "G17");
	assert_string_equal(text_at(letter_row(doc, 0), "due"), "2022-07-29");
	assert_true(json_is_true(json_object_get(letter_row(doc, 0), "late")));
	assert_string_equal(text_at(letter_row(doc, 1), "due"), "2022-09-30");
	json_decref(doc);
	doc = view_of(
	    &k, "outlook", NULL, "warning.deliver@2022-07-15", "2022-07-20");
	assert_string_equal(text_at(letter_row(doc, 0), "due"), "2022-07-29");
	assert_string_equal(text_at(doc, "ends"), "2022-07-29");
	json_decref(doc);
}

/* What is over waits for nothing. */
static void
test_outlook__of_what_is_over_is_empty(void **state)
{
	json_t *doc;

	(void)state;
	(void)dispute_file(
	    &k, case_rectifying(&k, "2022-07-20", "G16", "G16-K2"));
	kit_do(&k, KC_K_dispute_withdraw, "G16.head", "dispute=D-2022-0001",
	    "reason=x");
	doc = view_of(&k, "outlook", NULL, "D-2022-0001", "2022-07-20");
	assert_int_equal(json_array_size(json_object_get(doc, "rows")), 0);
	assert_true(json_is_null(json_object_get(doc, "ends")));
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_outlook__of_a_decision_is_what_comes),
	    TEST(test_outlook__of_an_extension_is_what_it_gives),
	    TEST(test_outlook__ends_where_a_step_comes_too_late),
	    TEST(test_outlook__of_what_is_no_step_is_refused),
	    TEST(test_outlook__of_a_dispute_takes_all_the_time_there_is),
	    TEST(test_outlook__of_what_is_late_goes_on_as_the_clerk_does),
	    TEST(test_outlook__of_a_letter_names_who_has_to_reply),
	    TEST(test_outlook__of_what_is_over_is_empty),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
