/* SPDX-License-Identifier: Apache-2.0 */
/* Instants as text, by integer arithmetic on the Gregorian calendar. */
#include <kaocheng/instant.h>

#include <kaocheng/limits.h>

#define YEAR_FIRST 1970
#define DAY_S 86400
#define END_S INT64_C(7258118400) /* 2200-01-01T00:00:00Z */
#define TEXT_S 20                 /* bytes of "2022-10-17T01:30:00Z" */
#define TEXT_MS 24

/* Days from 1970-01-01 to the first day of a year of 1970..2200. */
static int64_t
year_days(int64_t year)
{
	int64_t y = year - 1;

	return 365 * (year - YEAR_FIRST) + (y / 4 - y / 100 + y / 400) -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days before each month, and before the next year. */
static const int16_t month_days[2][13] = {
    {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
    {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366},
};

static void
put_digits(char *out, int64_t v, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		out[i] = (char)('0' + v % 10);
		v /= 10;
	}
}

/* Writes 19 bytes, "2022-10-17T01:30:00"; t in range. */
static void
put_civil(char out[19], int64_t t)
{
	int64_t days = t / DAY_S;
	int64_t secs = t % DAY_S;
	int64_t year = YEAR_FIRST + days / 366;
	int month = 0;
	int leap;

	while (year_days(year + 1) <= days)
		year++;
	days -= year_days(year);
	leap = is_leap(year);
	while (month_days[leap][month + 1] <= days)
		month++;
	put_digits(out, year, 4);
	out[4] = '-';
	put_digits(out + 5, month + 1, 2);
	out[7] = '-';
	put_digits(out + 8, days - month_days[leap][month] + 1, 2);
	out[10] = 'T';
	put_digits(out + 11, secs / 3600, 2);
	out[13] = ':';
	put_digits(out + 14, secs / 60 % 60, 2);
	out[16] = ':';
	put_digits(out + 17, secs % 60, 2);
}

void
kc_buf_instant_s(struct kc_buf *b, int64_t unix_s)
{
	char text[TEXT_S];

	if (unix_s < 0 || unix_s >= END_S) {
		if (b->err == KC_OK)
			b->err = KC_EINVAL;
		return;
	}
	put_civil(text, unix_s);
	text[19] = 'Z';
	kc_buf_put(b, text, sizeof(text));
}

void
kc_buf_instant_ms(struct kc_buf *b, int64_t unix_ms)
{
	char text[TEXT_MS];

	if (unix_ms < 0 || unix_ms >= END_S * 1000) {
		if (b->err == KC_OK)
			b->err = KC_EINVAL;
		return;
	}
	put_civil(text, unix_ms / 1000);
	text[19] = '.';
	put_digits(text + 20, unix_ms % 1000, 3);
	text[23] = 'Z';
	kc_buf_put(b, text, sizeof(text));
}

/* Two digits, or at least 100 when one is none. */
static unsigned
two(const char *p)
{
	unsigned hi = (unsigned)(unsigned char)p[0] - '0';
	unsigned lo = (unsigned)(unsigned char)p[1] - '0';

	return hi > 9 || lo > 9 ? 100 : hi * 10 + lo;
}

/* Reads the 19 bytes of put_civil. */
static bool
read_civil(const char *p, int64_t *out)
{
	unsigned century = two(p), yy = two(p + 2), month = two(p + 5);
	unsigned day = two(p + 8), h = two(p + 11), m = two(p + 14);
	unsigned s = two(p + 17);
	int64_t year, days;
	int leap;

	if (p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' ||
	    p[16] != ':' || century > 21 || yy > 99 || month < 1 ||
	    month > 12 || day < 1 || h > 23 || m > 59 || s > 59)
		return false;
	year = century * 100 + yy;
	if (year < YEAR_FIRST)
		return false;
	leap = is_leap(year);
	days = month_days[leap][month - 1] + (int64_t)day - 1;
	if (days >= month_days[leap][month])
		return false;
	*out = (year_days(year) + days) * DAY_S + h * 3600 + m * 60 + s;
	return true;
}

bool
kc_read_instant_s(struct kc_slice s, int64_t *unix_s)
{
	return s.n == TEXT_S && s.p[19] == 'Z' && read_civil(s.p, unix_s);
}

bool
kc_read_instant_ms(struct kc_slice s, int64_t *unix_ms)
{
	unsigned hi, lo;
	int64_t t;

	if (s.n != TEXT_MS || s.p[19] != '.' || s.p[23] != 'Z')
		return false;
	hi = (unsigned)(unsigned char)s.p[20] - '0';
	lo = two(s.p + 21);
	if (hi > 9 || lo > 99 || !read_civil(s.p, &t))
		return false;
	*unix_ms = t * 1000 + hi * 100 + lo;
	return true;
}
