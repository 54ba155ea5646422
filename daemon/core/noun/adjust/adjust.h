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

#endif
