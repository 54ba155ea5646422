/* SPDX-License-Identifier: Apache-2.0 */
/* What the questions about changes share. */
#ifndef KC_CHANGE_INT_H
#define KC_CHANGE_INT_H

#include <assert.h>

#include "board.h"
#include "engine/noun.h"

/* Members "seq", "received", "kind", "event", "about", "by". */
void kc_change_entry(struct kc_vx *x, const struct kc_walk *w);

#endif
