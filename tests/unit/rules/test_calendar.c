/* SPDX-License-Identifier: Apache-2.0 */
/* Working days, last days of periods, calendar files. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/calendar.h>

#define CALENDARS KC_SRCDIR "/policies/calendar/"
#define ROWS(t) (sizeof(t) / sizeof((t)[0]))

static kc_day
day(const char *text)
{
	kc_day d = KC_DAY_NONE;

	assert_true(kc_read_day(kc_slice_str(text), &d));
	return d;
}

static void
add_year(struct kc_calendar *c, int year)
{
	static char text[65536];
	struct kc_refusal why;
	char path[256];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), CALENDARS "%d.yaml", year);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	if (kc_calendar_add(c, (struct kc_slice){text, n}, path, &why) != KC_OK)
		fail_msg("%s: %s %s", why.rule_place, why.args[0], why.args[1]);
}

static int
setup(void **state)
{
	struct kc_calendar *c = NULL;

	assert_int_equal(kc_calendar_new(&c), KC_OK);
	for (int year = 2018; year <= 2026; year++)
		add_year(c, year);
	*state = c;
	return 0;
}

static int
teardown(void **state)
{
	kc_calendar_free(*state);
	return 0;
}

static void
test_calendar__last_day_ends_at_local_midnight(void **state)
{
	kc_day due =
	    kc_calendar_due_months(*state, day("2022-10-24"), 3, true, NULL);
	int64_t deadline_ms = kc_day_start_ms(due + 1, KC_LOCAL_OFFSET_S);

	/* 2023-01-28T15:59:59Z is 23:59:59 of the last day. */
	assert_int_equal(due, day("2023-01-28"));
	assert_true(INT64_C(1674921599000) < deadline_ms);
	assert_int_equal(deadline_ms, INT64_C(1674921600000));
}

static void
test_calendar__without_roll_the_corresponding_day_stands(void **state)
{
	kc_day start = day("2022-07-01");

	assert_int_equal(kc_calendar_due_months(*state, start, 3, false, NULL),
	    day("2022-10-01"));
}

static void
test_calendar__files_agree_with_the_notices(void **state)
{
	/* Working days of a year as published: 2018 and 2019 have 250. */
	static const int workdays[] = {
	    250, 250, 249, 250, 249, 249, 251, 248, 248};

	for (int year = 2018; year <= 2026; year++) {
		kc_day first = kc_day_from_civil(year, 1, 1);
		kc_day last = kc_day_from_civil(year, 12, 31);

		assert_true(kc_calendar_covers(*state, year));
		assert_int_equal(
		    kc_calendar_workdays_between(*state, first - 1, last),
		    workdays[year - 2018]);
	}
	assert_false(kc_calendar_covers(*state, 2027));
	assert_false(kc_calendar_covers(*state, 2017));
	assert_false(kc_calendar_covers(*state, 1999));
	assert_false(kc_calendar_covers(*state, 2200));
}

static void
test_calendar__last_of_december_is_off_by_the_next_notice(void **state)
{
	/* Only 2019.yaml speaks of the last days of 2018. */
	assert_true(kc_calendar_is_workday(*state, day("2018-12-29")));
	assert_false(kc_calendar_is_workday(*state, day("2018-12-31")));
	assert_false(kc_calendar_is_workday(*state, day("2022-12-31")));
}

static void
test_calendar__uncovered_year_is_provisional_by_weekday(void **state)
{
	bool provisional = false;

	/* 2027-10-01 is a Friday: no calendar says it is off. */
	assert_int_equal(
	    kc_calendar_roll(*state, day("2027-10-01"), &provisional),
	    day("2027-10-01"));
	assert_true(provisional);
	provisional = false;
	(void)kc_calendar_roll(*state, day("2026-11-03"), &provisional);
	assert_false(provisional);
	/* Set is set: a covered day does not clear it. */
	provisional = true;
	(void)kc_calendar_roll(*state, day("2026-11-03"), &provisional);
	assert_true(provisional);
}

static void
test_calendar__last_days_wait_for_the_next_notice(void **state)
{
	bool provisional = false;

	(void)kc_calendar_roll(*state, day("2026-12-28"), &provisional);
	assert_false(provisional);
	(void)kc_calendar_roll(*state, day("2026-12-30"), &provisional);
	assert_true(provisional);
}

static enum kc_err
add_text(struct kc_calendar *c, const char *text, struct kc_refusal *why)
{
	return kc_calendar_add(c, kc_slice_str(text), "c.yaml", why);
}

#define HEAD "calendar: cn\nyear: 2030\nnotice: none\n"

static void
test_calendar__later_version_replaces_the_year_whole(void **state)
{
	struct kc_refusal why;

	assert_int_equal(
	    add_text(
		*state, HEAD "off: [2030-05-06, 2029-12-31]\nwork: []\n", &why),
	    KC_OK);
	assert_false(kc_calendar_is_workday(*state, day("2030-05-06")));
	assert_false(kc_calendar_is_workday(*state, day("2029-12-31")));
	assert_int_equal(
	    add_text(
		*state, HEAD "off: [2030-05-07]\nwork: [2030-05-11]\n", &why),
	    KC_OK);
	assert_true(kc_calendar_is_workday(*state, day("2030-05-06")));
	assert_false(kc_calendar_is_workday(*state, day("2030-05-07")));
	assert_true(kc_calendar_is_workday(*state, day("2030-05-11")));
	assert_true(kc_calendar_is_workday(*state, day("2029-12-31")));
}

static void
test_calendar__a_later_notice_wins_beside_its_year(void **state)
{
	struct kc_refusal why;

	/* 2030 says that 2 January 2031 (a Thursday) is off, 2031 that it is
	 * not; 2031 says that 31 December 2030 is off, 2030 that it is not. */
	assert_int_equal(
	    add_text(
		*state, HEAD "off: [2031-01-02]\nwork: [2030-12-31]\n", &why),
	    KC_OK);
	assert_false(kc_calendar_is_workday(*state, day("2031-01-02")));
	assert_int_equal(add_text(*state,
			     "calendar: cn\nyear: 2031\nnotice: none\n"
			     "off: [2030-12-31]\nwork: [2031-01-02]\n",
			     &why),
	    KC_OK);
	assert_true(kc_calendar_is_workday(*state, day("2031-01-02")));
	assert_false(kc_calendar_is_workday(*state, day("2030-12-31")));
}

static void
test_calendar__malformed_files_are_refused_and_change_nothing(void **state)
{
	static const struct {
		const char *text;
		enum kc_refusal_code code;
		unsigned line, col;
		const char *arg0, *arg1;
	} rows[] = {
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: []\n", KC_R_KEY_MISSING,
		1, 1, "work", ""},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: []\nwrok: []\n",
		KC_R_KEY_UNKNOWN, 5, 1, "wrok", "work"},
	    {"calendar: cn\nyear: 1999\nnotice: n\noff: []\nwork: []\n",
		KC_R_KEY_VALUE, 2, 7, "year", "2001..2198"},
	    {"calendar: cn\nyear: \"2040\"\nnotice: n\noff: []\nwork: []\n",
		KC_R_KEY_VALUE, 2, 7, "year", "2001..2198"},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: [2039-11-30]\n"
	     "work: []\n",
		KC_R_KEY_VALUE, 4, 7, "off", "2039-12-01..2041-01-31"},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: "
	     "[2040-12-30..2041-02-01]\n"
	     "work: []\n",
		KC_R_KEY_VALUE, 4, 7, "off", "2039-12-01..2041-01-31"},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff:\n  - 2040-05-01\n"
	     "work:\n  - 2040-05-01\n",
		KC_R_KEY_VALUE, 7, 5, "work", "off|work, 1x"},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: [2040-02-30]\nwork: "
	     "[]\n",
		KC_R_KEY_VALUE, 4, 7, "off",
		"2022-01-03|2022-01-01..2022-01-03"},
	    {"calendar: cn\nyear: 2040\nnotice: n\n"
	     "off: [2040-05-02..2040-05-01]\nwork: []\n",
		KC_R_KEY_VALUE, 4, 7, "off",
		"2022-01-03|2022-01-01..2022-01-03"},
	    {"calendar: cn\nyear: 2040\nyear: 2041\n", KC_R_KEY_REPEATED, 3, 1,
		"year", ""},
	    {"calendar: cn\nyear: 2040\nnotice: n\noff: 2040-05-01\nwork: []\n",
		KC_R_KEY_VALUE, 4, 6, "off", "[ ]"},
	    {"calendar: c n\nyear: 2040\nnotice: n\noff: []\nwork: []\n",
		KC_R_KEY_VALUE, 1, 11, "calendar", "A-Za-z0-9._-, 1..15"},
	    {"", KC_R_YAML, 1, 1, "the text is not a map", ""},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct kc_refusal why;
		char place[96];

		assert_int_equal(
		    add_text(*state, rows[i].text, &why), KC_EREFUSED);
		if (why.code != rows[i].code || why.line != rows[i].line ||
		    why.col != rows[i].col ||
		    strcmp(why.args[0], rows[i].arg0) != 0 ||
		    strcmp(why.args[1], rows[i].arg1) != 0)
			fail_msg("row %zu: %s at %u:%u: %s, %s", i,
			    kc_refusal_code_text(why.code), why.line, why.col,
			    why.args[0], why.args[1]);
		(void)snprintf(place, sizeof(place), "c.yaml:%u:%u",
		    rows[i].line, rows[i].col);
		assert_string_equal(why.rule_place, place);
	}
	assert_false(kc_calendar_covers(*state, 2040));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_calendar__last_day_ends_at_local_midnight),
	    TEST(test_calendar__without_roll_the_corresponding_day_stands),
	    TEST(test_calendar__files_agree_with_the_notices),
	    TEST(test_calendar__last_of_december_is_off_by_the_next_notice),
	    TEST(test_calendar__uncovered_year_is_provisional_by_weekday),
	    TEST(test_calendar__last_days_wait_for_the_next_notice),
	    TEST(test_calendar__later_version_replaces_the_year_whole),
	    TEST(test_calendar__a_later_notice_wins_beside_its_year),
	    TEST(test_calendar__malformed_files_are_refused_and_change_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
