/* SPDX-License-Identifier: Apache-2.0 */
/* Adjustments of targets for tests of the rules. */
#ifndef KC_TEST_ADJUSTKIT_H
#define KC_TEST_ADJUSTKIT_H

#include "ledgerkit.h"

/* One of each unit's first target is proposed, as a leader ordered. */
void adjust_two(struct kit *k);

#endif
