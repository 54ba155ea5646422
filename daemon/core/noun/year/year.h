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
struct kc_cycle {
	int16_t year;
	uint32_t seq, policy;
	uint32_t cases, notices, warnings; /* counters of handles */
	struct kc_u32s lists;              /* units whose list is issued */
};

const struct kc_policy *kc_policy_now(const struct kc_state *st); /* NULL */
enum kc_err kc_want_policy(const struct kc_state *st, struct kc_refusal *why);
struct kc_cycle *kc_cycle_of(const struct kc_state *st, int year); /* NULL */
/* Hash of the latest adopted calendar text that covers the year; NULL. */
const struct kc_hash *kc_calendar_hash(const struct kc_state *st, int year);

/* The policy a year is scored by; NULL if none. */
const struct kc_policy *
kc_cycle_policy(const struct kc_state *st, const struct kc_cycle *cycle);

#endif
