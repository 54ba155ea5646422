/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the machine's clock, and the hold that a large one brings. */
#ifndef KC_NOUN_CLOCK_H
#define KC_NOUN_CLOCK_H

#include "engine/state_int.h"

#include <kaocheng/hold.h>

/* The clock showed another time than that which the ledger knew of. */
struct kc_clock_step {
	uint32_t seq;
	bool holds;
	uint32_t ended;  /* entry that ended the hold; 0: none has */
	int64_t ahead_s; /* of the ledger's time; negative: behind it */
	int64_t received_ms;
};

unsigned kc_clock_state(const struct kc_state *st); /* KC_CK_* */
/* Nothing but what ends it may stand while a hold lasts: KC_R_HELD. */
enum kc_err kc_clock_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);

#endif
