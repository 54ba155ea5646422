/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is drawn from closed years: advice on functions, structure and posts by
 * the trend of a unit (R136 to R142), and who is considered first, or
 * generally not, for promotions (R145, R146), with the exceptions.
 */
#ifndef KC_USE_H
#define KC_USE_H

#include "noun/unit/unit.h"
#include "noun/year/year.h"

struct kc_advice { /* the newest of a unit and year */
	uint32_t unit;
	int16_t year;
	uint8_t category;                         /* KC_TREND_x */
	const char *function, *structure, *posts; /* in the arena; "" if none */
	struct kc_events events;
};
struct kc_exception {         /* to "generally no promotion" */
	uint32_t unit, cadre; /* cadre KC_NONE: of the unit as a whole */
	int16_t year;         /* the last of the third grades */
	const char *reason;
	struct kc_events events;
};

/* --- streaks (streak.c) --- */
/* The newest year that is closed; 0: none is. */
int kc_use_year(const struct kc_state *st);
/* The grade of a unit in a closed year as it was published last; -1: it has
 * none, or the year is not closed. */
int kc_use_grade(const struct kc_state *st, uint32_t unit, int year);
/* How many closed years running, up to this one, it had a grade. */
unsigned
kc_use_streak(const struct kc_state *st, uint32_t unit, int grade, int year);

/* --- trends (trend.c) --- */
enum kc_use_measure {
	KC_USE_TARGETS, /* that counted in the year */
	KC_USE_TASKS,   /* that they were split into */
	KC_USE_DUTIES,  /* clauses that they serve */
	KC_USE_EARNED,  /* of their points, in basis points */
	KC_USE_MEASURES
};
struct kc_use_trend {
	unsigned years; /* closed, with a list of the unit, up to the year; no
			 * more than the policy asks for */
	unsigned wants;
	int64_t now[KC_USE_MEASURES];
	int64_t before[KC_USE_MEASURES]; /* sum over the years before it */
	int way[KC_USE_MEASURES];        /* 1: more, -1: less, 0: neither */
	int category;                    /* KC_TREND_x; -1: too few years */
};
/* Up, if more measures rose than fell; down the other way round. */
void kc_use_trend_of(const struct kc_state *st, uint32_t unit, int year,
    struct kc_use_trend *out);
/* Appends the mean of the years before, "12.67" or "93.10 %"; nothing if there
 * are none. */
struct kc_buf;
void kc_buf_use_mean(
    struct kc_buf *out, const struct kc_use_trend *t, enum kc_use_measure m);

/* --- what was signed (advise.c, except.c) --- */
const struct kc_advice *
kc_advice_of(const struct kc_state *st, uint32_t unit, int year);
/* Of the unit as a whole, or of this cadre; NULL. */
const struct kc_exception *kc_exception_of(
    const struct kc_state *st, uint32_t unit, int year, uint32_t cadre);

#endif
