/* SPDX-License-Identifier: Apache-2.0 */
/* The key of the log: which one signs heads, and which ones did before. */
#ifndef KC_NOUN_LOGKEY_H
#define KC_NOUN_LOGKEY_H

#include "engine/state_int.h"

/* A key that another has followed. */
struct kc_log_before {
	struct kc_vkey key;
	uint8_t consent[KC_SIG_SIZE]; /* it signed for the next */
	uint32_t seq;                 /* of the entry that ended it */
	kc_day until; /* it signs beside the next up to this day */
};

/* Does the last rotation's overlap run, after the last entry? */
bool kc_log_overlaps(const struct kc_state *st);

#endif
