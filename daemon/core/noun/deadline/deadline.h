/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outages, and the last days that they move. An outage is to a last day what
 * a holiday is: a day on which nobody could act, so the last day is a later
 * one. Every noun asks for it where it finds a last day; nothing is stored
 * beside the last days themselves.
 */
#ifndef KC_NOUN_DEADLINE_H
#define KC_NOUN_DEADLINE_H

#include "engine/state_int.h"

/* A last day from `from` to `to` is `until` instead. */
struct kc_outage {
	uint32_t seq;
	kc_day from, to, until;
	int64_t known_ms;             /* at which it was acknowledged */
	const struct kc_limit *limit; /* of one object; NULL: of every one */
	uint32_t object;              /* as in the due queue */
	uint32_t unit; /* of one unit of several that have it; KC_NONE: all */
};

/* The last day that a limit of an object has, when it would be `day` without
 * outages. */
kc_day kc_last_day(const struct kc_state *st, enum kc_machine_id m, int limit,
    uint32_t object, kc_day day);
/* The same of one that several units have, each its own, for one of them;
 * KC_NONE: for those of which none is named. */
kc_day kc_last_day_of(const struct kc_state *st, enum kc_machine_id m,
    int limit, uint32_t object, uint32_t unit, kc_day day);
struct kc_deadline;
/* The instant at which a last day became what it is by an outage, 0 if by none.
 */
int64_t kc_moved_ms(const struct kc_state *st, const struct kc_deadline *d);
/* How many times that happened to a thing, by its events. */
uint32_t kc_moves_of(const struct kc_events *ev);
/* What an entry moved last days to; KC_DAY_NONE if it did not. */
kc_day kc_moved_until(const struct kc_state *st, uint32_t seq);

#endif
