/* SPDX-License-Identifier: Apache-2.0 */
/* Cadres by code, and the loss of "good" for a quarter. */
#ifndef KC_CADRE_H
#define KC_CADRE_H

#include "engine/state_int.h"

struct kc_case;

struct kc_cadre {
	char code[KC_CODE_MAX + 1];
	uint32_t index, unit;
	bool city_managed;
	uint32_t seq;
};
struct kc_proposal { /* loss of "good" for a cadre and quarter by a case */
	uint32_t cadre, case_;
	int32_t quarter;
	uint8_t state;
	struct kc_events events;
};

#define KC_NS_CADRE KC_NS(cadre, 0)

/* A confirmed deduction of a superior indicator: the clerk is to propose
 * that its leader loses "good" for the quarter (R112). */
enum kc_err
kc_good_due(struct kc_state *st, const struct kc_at *at, struct kc_case *c);
/* The case was withdrawn: its proposal falls, a confirmed loss included; one
 * that it held back is due now. */
enum kc_err
kc_good_fall(struct kc_state *st, const struct kc_at *at, struct kc_case *c);

/* The proposal of a case, if it is about the cadre that is named; and one in
 * a state in which the kind of the entry may happen to it. */
enum kc_err kc_want_proposal(const struct kc_state *st, const struct kc_at *at,
    unsigned cadre_field, unsigned case_field, uint32_t *out,
    struct kc_refusal *why);
enum kc_err kc_want_proposal_in(const struct kc_state *st,
    const struct kc_at *at, uint32_t i, struct kc_refusal *why);
/* Enters a state; the entry belongs to the proposal and to the case. */
enum kc_err kc_good_settle(struct kc_state *st, const struct kc_at *at,
    unsigned case_field, enum kc_proposal_state state);
/* The first that was held back by one that no longer stands is due. */
enum kc_err kc_good_release(struct kc_state *st, const struct kc_at *at,
    const struct kc_proposal *gone);
/* What the clerk writes when a dispute restores it (disputed.c). */
struct kc_made;
void kc_restore_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

#endif
