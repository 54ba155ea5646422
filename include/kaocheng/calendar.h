/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil dates as day numbers, month arithmetic and working days. Integer
 * arithmetic only, no time zone data base: local time is a fixed offset
 * (China has had no daylight saving since 1991). Rules: Civil Code arts.
 * 200-204 as adopted by the policy (R102, docs/POLICY.md "Deadlines").
 */
#ifndef KAOCHENG_CALENDAR_H
#define KAOCHENG_CALENDAR_H

#include <kaocheng/bytes.h>
#include <kaocheng/refusal.h>

typedef int32_t kc_day; /* days since 1970-01-01; the one typedef: a unit */
#define KC_DAY_NONE INT32_MIN

kc_day kc_day_from_civil(int year, int month, int day);
void kc_day_to_civil(kc_day d, int *year, int *month, int *day);
int kc_day_year(kc_day d);
int kc_day_weekday(kc_day d); /* 1 Monday .. 7 Sunday */
bool kc_civil_ok(int year, int month, int day);
/* Local date of an instant, and the instant of a local midnight. The offset
 * is in seconds east of UTC (+08:00 is 28800). */
kc_day kc_day_of_instant(int64_t unix_ms, int32_t offset_s);
int64_t kc_day_start_ms(kc_day d, int32_t offset_s);
/* "2022-10-17", years 2000..2199, canonical. */
bool kc_read_day(struct kc_slice s, kc_day *out);
void kc_buf_day(struct kc_buf *b, kc_day d);
/* Corresponding day `months` later, clamped to the month's end (art. 202). */
kc_day kc_day_add_months(kc_day d, int months);

/*
 * A calendar: for each year it covers, the days off and the make-up working
 * days of the State Council's notice; other days are by weekday. A year it
 * does not cover falls back to weekdays and the answer is provisional.
 * Opaque, heap; KC_ENOMEM is the only failure of the setters.
 */
struct kc_calendar;
enum kc_err kc_calendar_new(struct kc_calendar **out);
void kc_calendar_free(struct kc_calendar *c);
/* Parses a calendar file (docs/POLICY.md "Calendar file") and lays its years
 * over c: a year named in the file replaces that year whole. On KC_EREFUSED
 * c is unchanged and *why has line and column. `name` is for messages. */
enum kc_err kc_calendar_add(struct kc_calendar *c, struct kc_slice yaml,
    const char *name, struct kc_refusal *why);
bool kc_calendar_covers(const struct kc_calendar *c, int year);
bool kc_calendar_is_workday(const struct kc_calendar *c, kc_day d);
/* First working day on or after d. *provisional (may be NULL) is set true if
 * any day looked at is in a year not covered, or in the last three days of a
 * year whose next year is not covered (that notice may still speak about
 * them: 2018-12-29..31, 2022-12-31); it is never set false. */
kc_day
kc_calendar_roll(const struct kc_calendar *c, kc_day d, bool *provisional);
/* The n-th working day after d (d not counted); n >= 0, 0 gives d. */
kc_day kc_calendar_add_workdays(
    const struct kc_calendar *c, kc_day d, int n, bool *provisional);
/* Working days in (from, to]; negative when to < from. */
int kc_calendar_workdays_between(
    const struct kc_calendar *c, kc_day from, kc_day to);
/* Last day of a period of months that starts by delivery on `start`:
 * corresponding day, clamp, then roll if `roll`. An extension is computed
 * anew from the start with more months (domain section 6). */
kc_day kc_calendar_due_months(const struct kc_calendar *c, kc_day start,
    int months, bool roll, bool *provisional);

#endif
