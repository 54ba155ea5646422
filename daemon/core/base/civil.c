/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates as day numbers: proleptic Gregorian integer arithmetic. */
#include <kaocheng/civil.h>

#include <assert.h>

#include <kaocheng/limits.h>

#define DAYS_400 146097 /* days of 400, 100 and 4 years */
#define DAYS_100 36524
#define DAYS_4 1461
#define EPOCH 719162 /* days from 0001-01-01 to 1970-01-01 */
#define DAY_MS 86400000

/* Days of a common year before month m (1..12). */
static const int before_month[14] = {
    0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static int64_t
floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;

	assert(b > 0);
	return a % b < 0 ? q - 1 : q;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_days(int year, int month)
{
	if (month == 2)
		return is_leap(year) ? 29 : 28;
	return before_month[month + 1] - before_month[month];
}

bool
kc_civil_ok(int year, int month, int day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return false;
	return day >= 1 && day <= month_days(year, month);
}

kc_day
kc_day_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - 1;
	int64_t d;

	assert(month >= 1 && month <= 12);
	assert(day >= 1 && day <= month_days(year, month));
	d = 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
	d += before_month[month] + day - 1;
	if (month > 2 && is_leap(year))
		d++;
	return (kc_day)(d - EPOCH);
}

void
kc_day_to_civil(kc_day d, int *year, int *month, int *day)
{
	int64_t n = (int64_t)d + EPOCH;
	int64_t cycle = floor_div(n, DAYS_400);
	int rest = (int)(n - cycle * DAYS_400);
	int y, m;
	int n100, n4, n1;

	/* The last day of a leap period belongs to its last year. */
	n100 = rest / DAYS_100;
	n100 = n100 == 4 ? 3 : n100;
	rest -= n100 * DAYS_100;
	n4 = rest / DAYS_4;
	rest -= n4 * DAYS_4;
	n1 = rest / 365;
	n1 = n1 == 4 ? 3 : n1;
	rest -= n1 * 365;
	y = (int)cycle * 400 + n100 * 100 + n4 * 4 + n1 + 1;
	for (m = 1; rest >= month_days(y, m); m++)
		rest -= month_days(y, m);
	*year = y;
	*month = m;
	*day = rest + 1;
}

int
kc_day_year(kc_day d)
{
	int y, m, dd;

	kc_day_to_civil(d, &y, &m, &dd);
	return y;
}

int
kc_day_weekday(kc_day d)
{
	/* 1970-01-01 was a Thursday. */
	int64_t n = (int64_t)d + 3;

	return (int)(n - floor_div(n, 7) * 7) + 1;
}

kc_day
kc_day_of_instant(int64_t unix_ms, int32_t offset_s)
{
	return (kc_day)floor_div(unix_ms + (int64_t)offset_s * 1000, DAY_MS);
}

int64_t
kc_day_start_ms(kc_day d, int32_t offset_s)
{
	return (int64_t)d * DAY_MS - (int64_t)offset_s * 1000;
}

static bool
read_digits(const char *p, int n, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*out = v;
	return true;
}

bool
kc_read_day(struct kc_slice s, kc_day *out)
{
	int y, m, d;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	if (!read_digits(s.p, 4, &y) || !read_digits(s.p + 5, 2, &m) ||
	    !read_digits(s.p + 8, 2, &d))
		return false;
	if (y < KC_YEAR_MIN || y > KC_YEAR_MAX || !kc_civil_ok(y, m, d))
		return false;
	*out = kc_day_from_civil(y, m, d);
	return true;
}

static void
put_digits(char *p, int n, int v)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
}

void
kc_buf_day(struct kc_buf *b, kc_day d)
{
	char text[10] = {0, 0, 0, 0, '-', 0, 0, '-', 0, 0};
	int y, m, dd;

	kc_day_to_civil(d, &y, &m, &dd);
	assert(y >= 1 && y <= 9999);
	put_digits(text, 4, y);
	put_digits(text + 5, 2, m);
	put_digits(text + 8, 2, dd);
	kc_buf_put(b, text, sizeof(text));
}

kc_day
kc_day_add_months(kc_day d, int months)
{
	int y, m, day, last;
	int64_t count;

	kc_day_to_civil(d, &y, &m, &day);
	count = (int64_t)y * 12 + (m - 1) + months;
	y = (int)floor_div(count, 12);
	m = (int)(count - (int64_t)y * 12) + 1;
	last = month_days(y, m);
	return kc_day_from_civil(y, m, day < last ? day : last);
}
