/* SPDX-License-Identifier: Apache-2.0 */
/* Working days by the notices of the years; the last day of a period. */
#include <kaocheng/calendar.h>

#include <assert.h>

#include <kaocheng/limits.h>

#include "calendar_priv.h"

#define YEARS (KC_YEAR_MAX - KC_YEAR_MIN + 1)
/* From this day of December on, the next year's notice may still speak. */
#define DECEMBER_OPEN 29

#define FIRST_DAY 10957 /* 2000-01-01 */
#define DAYS (YEARS * 365 + 49)
_Static_assert(KC_YEAR_MIN == 2000 && KC_YEAR_MAX == 2199, "49 leap days");

/* What the notices come to, two bits a day: does one make of a weekend a
 * working day, or the other way; and is the day final? */
#define TURNED 1u
#define FINAL 2u

struct kc_calendar {
	struct kc_cal_year years[YEARS];
	uint8_t days[(DAYS + 3) / 4];
};

enum kc_err
kc_calendar_new(struct kc_calendar **out)
{
	*out = kc_alloc(sizeof(**out));
	return *out == NULL ? KC_ENOMEM : KC_OK;
}

void
kc_calendar_free(struct kc_calendar *c)
{
	kc_free(c);
}

struct kc_calendar *
kc_calendar_copy(const struct kc_calendar *c)
{
	struct kc_calendar *own = kc_realloc(NULL, sizeof(*own));

	if (own != NULL)
		*own = *c;
	return own;
}

bool
kc_cal_index(int year, kc_day d, unsigned *index)
{
	kc_day first = kc_day_from_civil(year, 1, 1) - 31;
	kc_day last = kc_day_from_civil(year + 1, 1, 31);

	if (d < first || d > last)
		return false;
	*index = (unsigned)(d - first);
	assert(*index < KC_CAL_SPAN);
	return true;
}

enum kc_day_mark
kc_cal_mark(const struct kc_cal_year *y, unsigned index)
{
	unsigned byte = y->mark[index / 4];
	unsigned bits = byte >> (index % 4 * 2) & 3u;

	assert(bits <= KC_DAY_WORK);
	return (enum kc_day_mark)bits;
}

void
kc_cal_set_mark(struct kc_cal_year *y, unsigned index, enum kc_day_mark mark)
{
	unsigned shift = index % 4 * 2;
	unsigned byte = y->mark[index / 4];

	assert(index < KC_CAL_SPAN);
	byte = (byte & ~(3u << shift)) | ((unsigned)mark << shift);
	y->mark[index / 4] = (uint8_t)byte;
}

bool
kc_calendar_covers(const struct kc_calendar *c, int year)
{
	if (year < KC_YEAR_MIN || year > KC_YEAR_MAX)
		return false;
	return c->years[year - KC_YEAR_MIN].covered;
}

static enum kc_day_mark
mark_by(const struct kc_calendar *c, int year, kc_day d)
{
	unsigned index;

	if (!kc_calendar_covers(c, year) || !kc_cal_index(year, d, &index))
		return KC_DAY_PLAIN;
	return kc_cal_mark(&c->years[year - KC_YEAR_MIN], index);
}

/*
 * The later notice wins: for a December day that of the next year, for a
 * January day that of its own year before that of the year before.
 */
static enum kc_day_mark
mark_of(const struct kc_calendar *c, kc_day d, bool *provisional)
{
	int year, month, day;
	enum kc_day_mark mark = KC_DAY_PLAIN;

	kc_day_to_civil(d, &year, &month, &day);
	if (month == 12)
		mark = mark_by(c, year + 1, d);
	if (mark == KC_DAY_PLAIN)
		mark = mark_by(c, year, d);
	if (mark == KC_DAY_PLAIN && month == 1)
		mark = mark_by(c, year - 1, d);
	if (provisional != NULL) {
		if (!kc_calendar_covers(c, year))
			*provisional = true;
		if (month == 12 && day >= DECEMBER_OPEN &&
		    !kc_calendar_covers(c, year + 1))
			*provisional = true;
	}
	return mark;
}

static bool
by_notices(const struct kc_calendar *c, kc_day d, bool *provisional)
{
	switch (mark_of(c, d, provisional)) {
	case KC_DAY_OFF:
		return false;
	case KC_DAY_WORK:
		return true;
	case KC_DAY_PLAIN:
		break;
	}
	return kc_day_weekday(d) <= 5;
}

/* Works out a day anew, if there is a place for it. */
static void
set_day(struct kc_calendar *c, kc_day d)
{
	unsigned at = (unsigned)(d - FIRST_DAY), shift = at % 4 * 2, bits;
	bool provisional = false;

	if (d < FIRST_DAY || at >= DAYS)
		return;
	bits = by_notices(c, d, &provisional) == (kc_day_weekday(d) <= 5)
	    ? 0
	    : TURNED;
	bits |= provisional ? 0 : FINAL;
	c->days[at / 4] =
	    (uint8_t)((c->days[at / 4] & ~(3u << shift)) | bits << shift);
}

/* A notice speaks of its year and of a month on either side. */
void
kc_cal_replace(struct kc_calendar *c, int year, const struct kc_cal_year *y)
{
	kc_day last = kc_day_from_civil(year + 1, 1, 31);

	assert(year >= KC_YEAR_MIN && year <= KC_YEAR_MAX);
	c->years[year - KC_YEAR_MIN] = *y;
	c->years[year - KC_YEAR_MIN].covered = true;
	for (kc_day d = kc_day_from_civil(year - 1, 12, 1); d <= last; d++)
		set_day(c, d);
}

static bool
is_workday(const struct kc_calendar *c, kc_day d, bool *provisional)
{
	unsigned at = (unsigned)(d - FIRST_DAY), bits;

	if (d < FIRST_DAY || at >= DAYS)
		return by_notices(c, d, provisional);
	bits = (unsigned)c->days[at / 4] >> (at % 4 * 2);
	if (provisional != NULL && (bits & FINAL) == 0)
		*provisional = true;
	return (kc_day_weekday(d) <= 5) != ((bits & TURNED) != 0);
}

bool
kc_calendar_is_workday(const struct kc_calendar *c, kc_day d)
{
	return is_workday(c, d, NULL);
}

kc_day
kc_calendar_roll(const struct kc_calendar *c, kc_day d, bool *provisional)
{
	while (!is_workday(c, d, provisional))
		d++;
	return d;
}

kc_day
kc_calendar_add_workdays(
    const struct kc_calendar *c, kc_day d, int n, bool *provisional)
{
	assert(n >= 0);
	while (n > 0) {
		d++;
		if (is_workday(c, d, provisional))
			n--;
	}
	return d;
}

int
kc_calendar_workdays_between(
    const struct kc_calendar *c, kc_day from, kc_day to)
{
	int n = 0;

	if (to < from)
		return -kc_calendar_workdays_between(c, to, from);
	for (kc_day d = from + 1; d <= to; d++)
		n += is_workday(c, d, NULL) ? 1 : 0;
	return n;
}

kc_day
kc_calendar_due_months(const struct kc_calendar *c, kc_day start, int months,
    bool roll, bool *provisional)
{
	kc_day due = kc_day_add_months(start, months);

	if (roll)
		return kc_calendar_roll(c, due, provisional);
	return due;
}
