/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adjustments of active targets: proposed, reviewed in the three stages by
 * which a target is set, and in effect with the leader's reading. What points
 * one target gives another of its class takes, in the same proposal.
 */
#ifndef KC_ADJUST_H
#define KC_ADJUST_H

#include "noun/target/target.h"

struct kc_adjust_share { /* points of a target that change */
	uint32_t target; /* index */
	int64_t from_e4, to_e4;
};
struct kc_adjust_node { /* planned progress that changes */
	uint32_t node;  /* index */
	int32_t from_bp, to_bp;
};
struct kc_adjust {
	char handle[16];
	uint32_t index, target;
	uint8_t state, cause; /* KC_AJ_x, KC_ADJUST_x */
	/* That of the target first; none if no points change. */
	KC_VEC_OF(struct kc_adjust_share) shares;
	KC_VEC_OF(struct kc_adjust_node) nodes;
	const char *title, *standard; /* from then on; NULL: it stays */
	struct kc_events events;
};

#define KC_NS_ADJUST KC_NS(adjust, 0)

/* --- what a proposal changes (change.c) ------------------------------------
 */
/* Guard: something changes, and what changes holds together. */
enum kc_err kc_want_changes(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why);
/* Apply: as the entry proposes it; and, once it is in effect, its targets and
 * nodes say so. */
enum kc_err kc_adjust_fill(
    struct kc_state *st, const struct kc_at *at, struct kc_adjust *a);
enum kc_err kc_adjust_adopt(
    struct kc_state *st, const struct kc_at *at, const struct kc_adjust *a);
/* The one that took effect with an entry; NULL. */
const struct kc_adjust *kc_adjust_by(const struct kc_state *st, uint32_t seq);
/* The targets that it names: from 0; KC_NONE: no more. */
uint32_t kc_adjust_target(const struct kc_adjust *a, uint32_t i);

#endif
