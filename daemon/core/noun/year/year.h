/* SPDX-License-Identifier: Apache-2.0 */
/* Policies and calendars in force, and the years that are open. */
#ifndef KC_YEAR_H
#define KC_YEAR_H

#include "engine/state_int.h"

struct kc_adopted_policy {
	struct kc_policy *policy;
	struct kc_hash hash; /* of the text */
	uint32_t seq;
};
struct kc_adopted_calendar {
	struct kc_hash hash;
	/* Bit (year - KC_YEAR_MIN): years that this text covers. */
	uint64_t years[(KC_YEAR_MAX - KC_YEAR_MIN) / 64 + 1];
	const char *file;
	uint32_t seq;
};
/* What is numbered within a year, each in its own series. */
enum kc_series {
	KC_SERIES_CASE,
	KC_SERIES_NOTICE,
	KC_SERIES_WARNING,
	KC_SERIES_DISPUTE,
	KC_SERIES_ROUND,
	KC_SERIES_OPINION,
	KC_SERIES_NEGATIVE,
	KC_SERIES_BONUS,
	KC_SERIES_ADJUST,
	KC_SERIES_CHECK,
	KC_SERIES_RESULT,
	KC_SERIES_COUNT
};
struct kc_cycle {
	int16_t year;
	uint32_t seq, policy;
	uint32_t numbers[KC_SERIES_COUNT];  /* given so far */
	uint32_t supposed[KC_SERIES_COUNT]; /* in a counterfactual */
	struct kc_u32s lists;               /* units whose list is issued */
};

const struct kc_policy *kc_policy_now(const struct kc_state *st); /* NULL */
enum kc_err kc_want_policy(const struct kc_state *st, struct kc_refusal *why);
struct kc_cycle *kc_cycle_of(const struct kc_state *st, int year); /* NULL */
/* That a year is not open, and which are. */
enum kc_err
kc_refuse_cycle(const struct kc_state *st, int year, struct kc_refusal *why);
/* The next number of a series in a year that is open (assertion). What a
 * counterfactual supposes is numbered beyond all that a log gives. */
#define KC_NUMBER_SUPPOSED 900000u
uint32_t kc_number_next(struct kc_state *st, int year, enum kc_series series);
/* What a counterfactual has instead of an adopted text (instead.c). */
struct kc_instead;
struct kc_supposition;
enum kc_err
kc_year_instead(const struct kc_state *st, const struct kc_supposition *s,
    struct kc_entry *e, struct kc_instead *instead, struct kc_refusal *why);
/* The latest adopted calendar text that covers the year, and its hash; NULL. */
const struct kc_adopted_calendar *
kc_calendar_of(const struct kc_state *st, int year);
const struct kc_hash *kc_calendar_hash(const struct kc_state *st, int year);

/* The policy a year is scored by; NULL if none. */
const struct kc_policy *
kc_cycle_policy(const struct kc_state *st, const struct kc_cycle *cycle);
/* That by which what is of a year is judged, and its number among those
 * adopted (0 and NULL if none is): no later one reaches back into the year.
 * Before epoch 3, and of a year that is not open, it is the one in force. */
uint32_t kc_law_of(const struct kc_state *st, int year);
const struct kc_policy *kc_policy_of(const struct kc_state *st, int year);
/* "PD-2022-0001" is of 2022; 0: it says no year. */
int kc_handle_year(struct kc_slice handle);

#endif
