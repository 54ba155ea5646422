/* SPDX-License-Identifier: Apache-2.0 */
/* Working days: those of a year, and between two days. */
#include <kaocheng/limits.h>

#include "noun/vx.h"

#define SPAN_MAX_DAYS 3660 /* ten years: what one question may walk over */
#define WEEKEND 6          /* Saturday; 7 is Sunday */

/* --- calendar --- */
static bool
is_workday(const struct kc_vx *x, kc_day d)
{
	return kc_calendar_is_workday(x->st->calendar, d);
}

static bool
is_weekend(kc_day d)
{
	return kc_day_weekday(d) >= WEEKEND;
}

/* The last day of the run that begins on d: days off one after another, or
 * working days at weekends; any other working day is one by itself. */
static kc_day
run_end(const struct kc_vx *x, kc_day d)
{
	bool work = is_workday(x, d);

	while (is_workday(x, d + 1) == work &&
	    (!work || (is_weekend(d) && is_weekend(d + 1))))
		d++;
	return d;
}

/* Is it what the weekdays alone say? */
static bool
is_plain(const struct kc_vx *x, kc_day first, kc_day last)
{
	for (kc_day d = first; d <= last; d++)
		if (is_workday(x, d) == is_weekend(d))
			return false;
	return true;
}

static void
put_weekdays(struct kc_vx *x, kc_day first, kc_day last)
{
	static const char *const zh[] = {
	    "", "周一", "周二", "周三", "周四", "周五", "周六", "周日"};
	static const char *const en[] = {
	    "", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	const char *const *names = x->lang == KC_LANG_ZH ? zh : en;
	struct kc_buf b = {0};

	kc_buf_str(&b, names[kc_day_weekday(first)]);
	if (last != first) {
		kc_buf_str(&b, kc_vx_say(x, "至", "-"));
		kc_buf_str(&b, names[kc_day_weekday(last)]);
	}
	kc_vx_buf(x, "weekdays", &b);
	kc_buf_free(&b);
}

static void
put_run(struct kc_vx *x, kc_day first, kc_day last)
{
	bool work = is_workday(x, first);

	kc_vx_row(x);
	kc_vx_day(x, "from", first);
	kc_vx_day(x, "to", last);
	kc_vx_i64(x, "days", last - first + 1);
	kc_vx_str(x, "what", work ? "work" : "off");
	kc_vx_str(x, "what_text",
	    work ? kc_vx_say(x, "调休上班", "make-up working day")
		 : kc_vx_say(x, "放假", "off"));
	put_weekdays(x, first, last);
	kc_vx_end(x);
}

/* Working days of the months, and of the year. */
static void
put_months(struct kc_vx *x, int year)
{
	int64_t sum = 0;

	kc_json_key(&x->w, "months");
	kc_json_open(&x->w, '[');
	for (int m = 1; m <= 12; m++) {
		kc_day first = kc_day_from_civil(year, m, 1);
		int n = kc_calendar_workdays_between(x->st->calendar, first - 1,
		    kc_day_add_months(first, 1) - 1);

		kc_json_i64(&x->w, n);
		sum += n;
	}
	kc_json_close(&x->w, ']');
	kc_vx_i64(x, "workdays", sum);
}

enum kc_err
kc_render_calendar(struct kc_vx *x)
{
	const struct kc_adopted_calendar *a;
	kc_day d, end;
	uint64_t year;

	/* The year before and the one after are days like others. */
	if (!kc_read_u64(x->args->id, KC_YEAR_MAX - 1, &year) ||
	    year <= KC_YEAR_MIN)
		return kc_vx_bad_arg(x, "id");
	a = kc_calendar_of(x->st, (int)year);
	kc_vx_u64(x, "year", year);
	kc_vx_bool(x, "adopted", a != NULL);
	kc_vx_str(x, "file", a != NULL ? a->file : NULL);
	if (a != NULL)
		kc_vx_u64(x, "seq", a->seq);
	else
		kc_vx_null(x, "seq");
	/* The notice of the next year may still speak of its last days. */
	kc_vx_bool(x, "provisional",
	    a == NULL || kc_calendar_of(x->st, (int)year + 1) == NULL);
	put_months(x, (int)year);
	kc_vx_rows(x);
	x->asked = true;
	end = kc_day_from_civil((int)year, 12, 31);
	for (kc_day first = kc_day_from_civil((int)year, 1, 1); first <= end;
	     first = d + 1) {
		d = run_end(x, first);
		d = d > end ? end : d;
		if (!is_plain(x, first, d))
			put_run(x, first, d);
	}
	return KC_OK;
}

/* --- workdays --- */
/* "2022-09-30+10" or "2022-04-28..2022-05-09" */
static bool
read_span(const struct kc_vx *x, kc_day *from, kc_day *to, bool *provisional)
{
	struct kc_slice s = x->args->id, rest;
	uint64_t n;

	if (s.n < 12 || !kc_read_day((struct kc_slice){s.p, 10}, from))
		return false;
	rest = (struct kc_slice){s.p + 11, s.n - 11};
	if (s.p[10] == '+') {
		if (!kc_read_u64(rest, SPAN_MAX_DAYS * 5 / 7, &n))
			return false;
		*to = kc_calendar_add_workdays(
		    x->st->calendar, *from, (int)n, provisional);
		return true;
	}
	return s.n == 22 && s.p[10] == '.' && s.p[11] == '.' &&
	    kc_read_day((struct kc_slice){s.p + 12, 10}, to) && *to >= *from &&
	    *to - *from <= SPAN_MAX_DAYS;
}

enum kc_err
kc_render_workdays(struct kc_vx *x)
{
	bool provisional = false;
	kc_day from, to;

	if (!read_span(x, &from, &to, &provisional))
		return kc_vx_bad_arg(x, "id");
	for (int y = kc_day_year(from); y <= kc_day_year(to); y++)
		if (!kc_calendar_covers(x->st->calendar, y))
			provisional = true;
	kc_vx_rows(x);
	x->asked = true;
	kc_vx_row(x);
	kc_vx_day(x, "from", from);
	kc_vx_day(x, "to", to);
	kc_vx_i64(x, "workdays",
	    kc_calendar_workdays_between(x->st->calendar, from, to));
	kc_vx_i64(x, "days", to - from);
	kc_vx_bool(x, "provisional", provisional);
	kc_vx_end(x);
	return KC_OK;
}
