/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working days: calendars of the State Council's notices, and the deadlines
 * that follow from them (Civil Code arts. 200-204 as adopted by the policy,
 * R102, docs/POLICY.md "Deadlines").
 */
#ifndef KAOCHENG_CALENDAR_H
#define KAOCHENG_CALENDAR_H

#include <kaocheng/civil.h>
#include <kaocheng/refusal.h>

/*
 * A calendar: for each year it covers, the days off and the make-up working
 * days of the State Council's notice; other days are by weekday. A year it
 * does not cover falls back to weekdays and the answer is provisional.
 * Opaque, heap; KC_ENOMEM is the only failure of the setters.
 */
struct kc_calendar;
enum kc_err kc_calendar_new(struct kc_calendar **out);
void kc_calendar_free(struct kc_calendar *c);
struct kc_calendar *kc_calendar_copy(const struct kc_calendar *c); /* or NULL */
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
