/* SPDX-License-Identifier: Apache-2.0 */
/* Last days through entries: rolls, clamps, extensions, late calendars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "policykit.h"

#define ALL_YEAR "\"12-31\""
#define CUTOFF "\"10-31\""

static const int years[] = {2022, 2023, 2024, 2025, 0};
static const int only_2022[] = {2022, 0};

/* A city whose year has no cut-off, with a list of G16. */
static void
city_of(struct kit *k, const int *calendars)
{
	case_city(k, CUTOFF, ALL_YEAR, calendars);
	case_list(k, "G16", 2022, NULL);
}

static void
test_calendar__late_notice_ends_what_was_provisional(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	city_of(&k, only_2022);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	assert_true(c->provisional); /* 2023-01-24 by weekdays alone */
	assert_string_equal(case_day(c->due), "2023-01-24");
	kit_on(&k, "2022-12-08");
	case_calendar(&k, 2023);
	assert_false(c->provisional);
	assert_string_equal(case_day(c->due), "2023-01-28");
	kit_at(&k, "2023-01-29", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	kit_end(&k);
}

static void
test_calendar__without_it_nothing_expires_and_reports_are_taken(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	city_of(&k, only_2022);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	kit_on(&k, "2023-01-27"); /* past the provisional day */
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	assert_true(c->review_provisional);
	kit_on(&k, "2023-02-20");
	assert_int_equal(kit_clerk(&k), 0); /* nor is a review overdue */
	case_calendar(&k, 2023);
	assert_false(c->review_provisional);
	assert_int_equal(kit_clerk(&k), 1);
	assert_true(c->review_overdue);
	kit_end(&k);
}

static void
test_calendar__adopted_after_the_last_day_makes_the_expiry_due(void **state)
{
	struct kit k;
	struct kc_due due;
	struct kc_case *c;

	(void)state;
	city_of(&k, only_2022);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	kit_on(&k, "2023-02-20");
	assert_false(kc_state_due(k.st, &due));
	case_calendar(&k, 2023);
	assert_true(kc_state_due(k.st, &due));
	assert_true(due.due_ms < k.now_ms);
	kit_refused(&k, KC_R_DUE_FIRST, KC_K_rectify_submit, "G16.head",
	    case_field(c), EVIDENCE, "report=完成");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_end(&k);
}

#define FALLBACK(k)                                                            \
	kit_do((k), KC_K_calendar_fallback, "P09.a office", "year=2023",       \
	    "reason=国务院办公厅通知尚未公布")

static void
test_fallback__lets_weekends_decide_once_the_year_has_begun(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	city_of(&k, only_2022);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	kit_refused(&k, KC_R_DATE_ORDER, KC_K_calendar_fallback, "P09.a office",
	    "year=2023", "reason=未公布");
	kit_refused(&k, KC_R_EXISTS, KC_K_calendar_fallback, "P09.a office",
	    "year=2022", "reason=未公布");
	kit_on(&k, "2023-01-20");
	kit_refused(&k, KC_R_ROLE, KC_K_calendar_fallback, "P09.a P09.b",
	    "year=2023", "reason=未公布");
	FALLBACK(&k);
	assert_false(c->provisional);
	assert_string_equal(case_day(c->due), "2023-01-24");
	kit_refused(&k, KC_R_EXISTS, KC_K_calendar_fallback, "P09.a office",
	    "year=2023", "reason=未公布");
	kit_on(&k, "2023-01-25");
	assert_int_equal(kit_clerk(&k), 1);
	assert_int_equal(c->state, KC_CS_EXPIRED);
	kit_end(&k);
}

/* The Spring Festival moves the last day after all. */
static void
test_fallback__gives_way_to_the_notice(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	city_of(&k, only_2022);
	c = case_rectifying(&k, "2022-10-24", "G16", "G16-2022-K2");
	kit_on(&k, "2023-01-20");
	FALLBACK(&k);
	case_calendar(&k, 2023);
	assert_string_equal(case_day(c->due), "2023-01-28");
	kit_on(&k, "2023-01-25");
	assert_int_equal(kit_clerk(&k), 0);
	case_submit(&k, c);
	kit_end(&k);
}

/* A notice that changes later: the file of the year, with days replaced. */
static void
adopt_again(struct kit *k, const char *from, const char *to)
{
	char *text = kit_text("policies/calendar/2022.yaml", from, to);

	kit_do(k, KC_K_calendar_adopt, "P09.a",
	    "file=policies/calendar/2022.yaml", text);
	kc_free(text);
}

static void
test_calendar__a_later_notice_never_shortens_a_period(void **state)
{
	struct kit k;
	struct kc_case *a, *b;
	uint32_t version;

	(void)state;
	city_of(&k, years);
	case_list(&k, "G17", 2022, NULL);
	a = case_rectifying(&k, "2022-07-01", "G16", "G16-2022-K2");
	kit_on(&k, "2022-07-08");
	b = case_rectifying(&k, NULL, "G17", "G17-2022-K2");
	version = a->version;
	/* the make-up Saturday is taken back: later for both */
	adopt_again(&k, "  - 2022-10-08 # 国庆节\n", "");
	assert_string_equal(case_day(a->due), "2022-10-09");
	assert_string_equal(case_day(b->due), "2022-10-09");
	assert_true(a->version > version);
	version = a->version;
	/* and given again: the longer period stands */
	case_calendar(&k, 2022);
	assert_string_equal(case_day(a->due), "2022-10-09");
	assert_int_equal(a->version, version);
	kit_at(&k, "2022-10-09", 23, 59);
	assert_int_equal(kit_clerk(&k), 0);
	kit_at(&k, "2022-10-10", 0, 0);
	assert_int_equal(kit_clerk(&k), 2);
	kit_end(&k);
}

/* What is kept of it must follow, though nothing of the case runs any more. */
static void
test_calendar__a_later_notice_counts_an_ended_last_day_anew(void **state)
{
	struct kit k;
	struct kc_case *c;
	bool provisional = false;

	(void)state;
	city_of(&k, years);
	c = case_decide(&k, "2022-09-29", "G16", "G16-2022-K2");
	case_confirm(&k, c);
	kit_do(&k, KC_K_prededuct_withdraw, "G02.a P09.a", case_field(c),
	    "reason=误记");
	assert_string_equal(
	    case_day(kc_case_feedback_by(k.st, c, &provisional)), "2022-10-11");
	adopt_again(&k, "  - 2022-10-08 # 国庆节\n", "");
	assert_string_equal(
	    case_day(kc_case_feedback_by(k.st, c, &provisional)), "2022-10-12");
	kit_end(&k);
}

static void
test_letter__reply_waits_for_the_calendar_of_the_next_year(void **state)
{
	struct kit k;
	const struct kc_addressee *to;

	(void)state;
	city_of(&k, only_2022);
	kit_on(&k, "2022-12-20");
	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G16-2022-K2",
	    "unit=G16", "level=yellow", "rectify_by=2022-12-31", "fact=滞后",
	    "demand=限期整改");
	kit_do(&k, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G16");
	to = &k.st->warnings.v[0]->to.v[0];
	assert_true(to->provisional);
	kit_on(&k, "2023-01-30");
	assert_int_equal(kit_clerk(&k), 0);
	case_calendar(&k, 2023);
	/* 2022-12-31 to 2023-01-02 are off */
	assert_string_equal(case_day(to->reply_due), "2023-01-04");
	assert_int_equal(kit_clerk(&k), 1);
	assert_true(to->overdue);
	kit_end(&k);
}

static void
test_roll__a_policy_may_leave_the_last_day_where_it_falls(void **state)
{
	struct kit k;
	struct kc_case *c;

	(void)state;
	case_city(&k, "next_workday, source", "none, source", years);
	case_list(&k, "G16", 2022, NULL);
	c = case_rectifying(&k, "2022-07-15", "G16", "G16-2022-K2");
	assert_string_equal(case_day(c->due), "2022-10-15");
	kit_at(&k, "2022-10-16", 0, 0);
	assert_int_equal(kit_clerk(&k), 1);
	kit_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_calendar__late_notice_ends_what_was_provisional),
	    cmocka_unit_test(
		test_calendar__without_it_nothing_expires_and_reports_are_taken),
	    cmocka_unit_test(
		test_calendar__adopted_after_the_last_day_makes_the_expiry_due),
	    cmocka_unit_test(
		test_fallback__lets_weekends_decide_once_the_year_has_begun),
	    cmocka_unit_test(test_fallback__gives_way_to_the_notice),
	    cmocka_unit_test(
		test_calendar__a_later_notice_never_shortens_a_period),
	    cmocka_unit_test(
		test_calendar__a_later_notice_counts_an_ended_last_day_anew),
	    cmocka_unit_test(
		test_letter__reply_waits_for_the_calendar_of_the_next_year),
	    cmocka_unit_test(
		test_roll__a_policy_may_leave_the_last_day_where_it_falls),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
