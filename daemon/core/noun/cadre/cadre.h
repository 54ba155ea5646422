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

#endif
