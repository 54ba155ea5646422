/* SPDX-License-Identifier: Apache-2.0 */
/* What calendar.c lends to calendar_file.c: one year's marks. */
#ifndef KC_CORE_CALENDAR_PRIV_H
#define KC_CORE_CALENDAR_PRIV_H

#include <kaocheng/calendar.h>

enum kc_day_mark {
	KC_DAY_PLAIN, /* by weekday */
	KC_DAY_OFF,
	KC_DAY_WORK
};

/*
 * The notice of one year: December of the year before, the year, January of
 * the year after, two bits a day.
 */
#define KC_CAL_SPAN (31 + 366 + 31)
struct kc_cal_year {
	bool covered;
	uint8_t mark[(KC_CAL_SPAN + 3) / 4];
};

/* True if the notice of `year` may speak about d; *index is its place. */
bool kc_cal_index(int year, kc_day d, unsigned *index);
enum kc_day_mark kc_cal_mark(const struct kc_cal_year *y, unsigned index);
void
kc_cal_set_mark(struct kc_cal_year *y, unsigned index, enum kc_day_mark mark);
/* Replaces the year whole (copies). `year` is KC_YEAR_MIN..KC_YEAR_MAX. */
void
kc_cal_replace(struct kc_calendar *c, int year, const struct kc_cal_year *y);

#endif
