/* SPDX-License-Identifier: Apache-2.0 */
/* Bells. */
#ifndef KC_BELL_H
#define KC_BELL_H

#include "engine/state_int.h"

struct kc_bell {
	char code[KC_CODE_MAX + 1];
	uint8_t state; /* enum kc_bell_state */
	struct kc_events events;
};

#define KC_NS_BELL KC_NS(bell, 0)

#endif
