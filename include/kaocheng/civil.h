/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil dates as day numbers and month arithmetic. Integer arithmetic only,
 * no time zone data base: local time is a fixed offset (China has had no
 * daylight saving since 1991). Rules: Civil Code arts. 200-204.
 */
#ifndef KAOCHENG_CIVIL_H
#define KAOCHENG_CIVIL_H

#include <kaocheng/bytes.h>

typedef int32_t kc_day; /* days since 1970-01-01; the one typedef: a unit */
#define KC_DAY_NONE INT32_MIN
/* Where the offices are: +08:00, in seconds east of UTC, all year. */
#define KC_LOCAL_OFFSET_S 28800

kc_day kc_day_from_civil(int year, int month, int day);
void kc_day_to_civil(kc_day d, int *year, int *month, int *day);
int kc_day_year(kc_day d);
int kc_day_weekday(kc_day d); /* 1 Monday .. 7 Sunday */
bool kc_civil_ok(int year, int month, int day);
/* Local date of an instant, and the instant of a local midnight. The offset
 * is in seconds east of UTC. */
kc_day kc_day_of_instant(int64_t unix_ms, int32_t offset_s);
int64_t kc_day_start_ms(kc_day d, int32_t offset_s);
/* "2022-10-17", years 2000..2199, canonical. */
bool kc_read_day(struct kc_slice s, kc_day *out);
void kc_buf_day(struct kc_buf *b, kc_day d);
/* Corresponding day `months` later, clamped to the month's end (art. 202). */
kc_day kc_day_add_months(kc_day d, int months);

#endif
