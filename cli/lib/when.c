/* SPDX-License-Identifier: Apache-2.0 */
/* Instants as people write them, and as this program prints them. */
#include <string.h>

#include <kaocheng/civil.h>

#include "tool.h"

#define DAY_S 86400

/* Takes "%02d" (or wider) off the front. */
static bool
take_number(struct kc_slice *s, size_t digits, int *out)
{
	*out = 0;
	if (s->n < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*out = *out * 10 + (s->p[i] - '0');
	}
	s->p += digits;
	s->n -= digits;
	return true;
}

static bool
take_char(struct kc_slice *s, const char *any)
{
	if (s->n == 0 || strchr(any, s->p[0]) == NULL)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* "18:00", "18:00:30", "18:00:30.125": from the start of the day to the end
 * of what is named. */
static bool
take_clock(struct kc_slice *s, int64_t *ms)
{
	int hour, minute, second = 59, milli = 999;

	if (!take_number(s, 2, &hour) || !take_char(s, ":") ||
	    !take_number(s, 2, &minute))
		return false;
	if (take_char(s, ":")) {
		if (!take_number(s, 2, &second))
			return false;
		if (take_char(s, ".") && !take_number(s, 3, &milli))
			return false;
	}
	*ms = ((int64_t)(hour * 60 + minute) * 60 + second) * 1000 + milli;
	return hour < 24 && minute < 60 && second < 60;
}

/* "Z", "+08:00", "+0800", "+08"; without one, where the offices are. */
static bool
take_zone(struct kc_slice *s, int *offset_s)
{
	int hour, minute = 0;
	bool west;

	*offset_s = KC_LOCAL_OFFSET_S;
	if (s->n == 0)
		return true;
	*offset_s = 0;
	if (take_char(s, "Z"))
		return true;
	west = s->p[0] == '-';
	if (!take_char(s, "+-") || !take_number(s, 2, &hour))
		return false;
	(void)take_char(s, ":");
	if (s->n > 0 && !take_number(s, 2, &minute))
		return false;
	*offset_s = (hour * 60 + minute) * (west ? -60 : 60);
	return hour < 15 && minute < 60;
}

enum kc_when
kc_read_when(const char *text, int64_t *ms)
{
	struct kc_slice s = kc_slice_str(text);
	int year, month, day, offset_s = KC_LOCAL_OFFSET_S;
	int64_t clock = (int64_t)DAY_S * 1000 - 1; /* a date: to its end */

	if (!take_number(&s, 4, &year) || !take_char(&s, "-") ||
	    !take_number(&s, 2, &month) || !take_char(&s, "-") ||
	    !take_number(&s, 2, &day))
		return KC_WHEN_NOT;
	if (s.n > 0 &&
	    (!take_char(&s, "T ") || !take_clock(&s, &clock) ||
		!take_zone(&s, &offset_s) || s.n > 0))
		return KC_WHEN_NOT;
	if (year < KC_YEAR_MIN || year > KC_YEAR_MAX)
		return KC_WHEN_FAR;
	if (!kc_civil_ok(year, month, day))
		return KC_WHEN_NO_DAY;
	*ms = kc_day_start_ms(kc_day_from_civil(year, month, day), offset_s) +
	    clock;
	return KC_WHEN_OK;
}

int
kc_cli_when(const char *option, const char *text, int64_t *ms)
{
	switch (kc_read_when(text, ms)) {
	case KC_WHEN_OK:
		return KC_EXIT_OK;
	case KC_WHEN_FAR:
		return kc_cli_usage(_("%s %s: years are %d to %d"), option,
		    text, KC_YEAR_MIN, KC_YEAR_MAX);
	case KC_WHEN_NO_DAY:
		return kc_cli_usage(
		    _("%s %s: there is no such day"), option, text);
	case KC_WHEN_NOT:
		break;
	}
	return kc_cli_usage(
	    _("%s %s is not a time; write it 2022-09-30, '2022-09-30 18:00', "
	      "2022-09-30T10:00:00Z or 2022-09-30T18:00:00.000+08:00"),
	    option, text);
}
