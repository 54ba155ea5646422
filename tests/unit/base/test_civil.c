/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates, against known days and against a day-by-day count. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/calendar.h>

static kc_day
day(const char *text)
{
	kc_day d = KC_DAY_NONE;

	assert_true(kc_read_day(kc_slice_str(text), &d));
	return d;
}

static void
test_civil__known_days_have_known_numbers(void **state)
{
	static const struct {
		int y, m, d;
		kc_day number;
		int weekday;
	} known[] = {
	    {1970, 1, 1, 0, 4},
	    {1969, 12, 31, -1, 3},
	    {2000, 2, 29, 11016, 2},
	    {2000, 3, 1, 11017, 3},
	    {2022, 10, 17, 19282, 1},
	    {2100, 2, 28, 47540, 7},
	    {2100, 3, 1, 47541, 1},
	    {2199, 12, 31, 84005, 2},
	    {1, 1, 1, -719162, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		int y, m, d;

		assert_int_equal(
		    kc_day_from_civil(known[i].y, known[i].m, known[i].d),
		    known[i].number);
		kc_day_to_civil(known[i].number, &y, &m, &d);
		assert_int_equal(y, known[i].y);
		assert_int_equal(m, known[i].m);
		assert_int_equal(d, known[i].d);
		assert_int_equal(
		    kc_day_weekday(known[i].number), known[i].weekday);
	}
}

#define YEARS 436 /* 1968 to 2403 */

/* The second implementation: a table built by counting days one by one. */
struct counted {
	int year, month, day, last; /* last: days of the month */
};
static struct counted naive[366 * YEARS];
static kc_day first_of[YEARS * 12]; /* by month since January 1968 */

static size_t
count_days(void)
{
	static const int lengths[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	size_t n = 0;

	for (int y = 1968; y < 1968 + YEARS; y++) {
		bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		for (int m = 1; m <= 12; m++) {
			int last = lengths[m - 1] + (m == 2 && leap ? 1 : 0);

			first_of[(y - 1968) * 12 + m - 1] = (kc_day)n - 731;
			for (int d = 1; d <= last; d++)
				naive[n++] = (struct counted){y, m, d, last};
		}
	}
	return n;
}

static void
test_civil__every_day_1968_to_2403_matches_a_count(void **state)
{
	size_t n = count_days();
	int weekday = 1; /* 1968-01-01 was a Monday */

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct counted *c = &naive[i];
		kc_day want = (kc_day)i - 731;
		int y, m, d;

		kc_day_to_civil(want, &y, &m, &d);
		if (y != c->year || m != c->month || d != c->day ||
		    kc_day_from_civil(y, m, d) != want ||
		    kc_day_weekday(want) != weekday ||
		    kc_day_year(want) != c->year)
			fail_msg("%d-%d-%d", c->year, c->month, c->day);
		weekday = weekday == 7 ? 1 : weekday + 1;
	}
}

static void
test_civil__every_day_1970_to_2400_and_1_to_24_months_matches_a_count(
    void **state)
{
	size_t n = count_days();
	unsigned cases = 0;

	(void)state;
	for (size_t i = 731; i < n && naive[i].year <= 2400; i++) {
		int month = (naive[i].year - 1968) * 12 + naive[i].month - 1;

		for (int k = 1; k <= 24; k++, cases++) {
			kc_day first = first_of[month + k];
			int last = naive[first + 731].last;
			int dd = naive[i].day < last ? naive[i].day : last;

			if (kc_day_add_months((kc_day)i - 731, k) !=
			    first + dd - 1)
				fail_msg("%d-%d-%d + %d", naive[i].year,
				    naive[i].month, naive[i].day, k);
		}
	}
	assert_int_equal(cases, 157420 * 24);
}

static void
test_civil__months_back_and_none(void **state)
{
	(void)state;
	assert_int_equal(
	    kc_day_add_months(day("2022-03-31"), -1), day("2022-02-28"));
	assert_int_equal(
	    kc_day_add_months(day("2022-01-15"), -13), day("2020-12-15"));
	assert_int_equal(
	    kc_day_add_months(day("2022-01-31"), 0), day("2022-01-31"));
}

static void
test_civil__dates_that_do_not_exist_are_not_ok(void **state)
{
	(void)state;
	assert_true(kc_civil_ok(2000, 2, 29));
	assert_true(kc_civil_ok(2024, 2, 29));
	assert_false(kc_civil_ok(2023, 2, 29));
	assert_false(kc_civil_ok(2100, 2, 29));
	assert_false(kc_civil_ok(2022, 13, 1));
	assert_false(kc_civil_ok(2022, 0, 1));
	assert_false(kc_civil_ok(2022, 11, 31));
	assert_false(kc_civil_ok(2022, 1, 0));
	assert_false(kc_civil_ok(0, 1, 1));
	assert_false(kc_civil_ok(10000, 1, 1));
}

static void
test_civil__only_the_one_spelling_of_a_day_is_read(void **state)
{
	static const char *const bad[] = {"", "2022-10-7", "2022-1-17",
	    "22-10-17", "2022/10/17", "2022-10-17 ", " 2022-10-17",
	    "2022-10-32", "2022-02-29", "1999-12-31", "2200-01-01",
	    "2022-00-10", "2022-10-00", "20221017", "+022-10-17", "2022-10-1x",
	    "2022--1-17"};
	kc_day d = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(kc_read_day(kc_slice_str(bad[i]), &d));
		assert_int_equal(d, 7);
	}
	assert_int_equal(day("2000-01-01"), 10957);
	assert_int_equal(day("2199-12-31"), 84005);
}

static void
test_civil__a_day_is_written_as_it_is_read(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	for (kc_day d = day("2000-01-01"); d <= day("2199-12-31"); d += 13) {
		kc_day again;

		kc_buf_reset(&b);
		kc_buf_day(&b, d);
		assert_true(kc_read_day(kc_buf_view(&b), &again));
		assert_int_equal(again, d);
	}
	kc_buf_free(&b);
}

static void
test_civil__local_date_changes_at_local_midnight(void **state)
{
	/* 2022-10-16T16:00:00Z is midnight of the 17th in +08:00 */
	const int64_t midnight = 1665936000000;
	kc_day d = day("2022-10-17");

	(void)state;
	assert_int_equal(kc_day_start_ms(d, KC_LOCAL_OFFSET_S), midnight);
	assert_int_equal(kc_day_of_instant(midnight, KC_LOCAL_OFFSET_S), d);
	assert_int_equal(
	    kc_day_of_instant(midnight - 1, KC_LOCAL_OFFSET_S), d - 1);
	assert_int_equal(
	    kc_day_of_instant(midnight + 86399999, KC_LOCAL_OFFSET_S), d);
	assert_int_equal(kc_day_of_instant(-1, 0), -1);
	assert_int_equal(kc_day_of_instant(-86400000, 0), -1);
	assert_int_equal(kc_day_of_instant(-86400001, 0), -2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_civil__known_days_have_known_numbers),
	    cmocka_unit_test(
		test_civil__every_day_1968_to_2403_matches_a_count),
	    cmocka_unit_test(
		test_civil__every_day_1970_to_2400_and_1_to_24_months_matches_a_count),
	    cmocka_unit_test(test_civil__months_back_and_none),
	    cmocka_unit_test(test_civil__dates_that_do_not_exist_are_not_ok),
	    cmocka_unit_test(
		test_civil__only_the_one_spelling_of_a_day_is_read),
	    cmocka_unit_test(test_civil__a_day_is_written_as_it_is_read),
	    cmocka_unit_test(test_civil__local_date_changes_at_local_midnight),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
