/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes evidence that no entry cites, and what is on its way no longer, once
 * nobody has brought it for a grace: beside the work, once a day. The grace is
 * counted back from the last entry, so that no clock that leaps shortens it.
 */
#ifndef KC_SWEEP_H
#define KC_SWEEP_H

#include "app/ledger.h"

struct kc_sweep;

/* Borrows the ledger, which outlives it. KC_ENOMEM. */
enum kc_err kc_sweep_open(struct kc_sweep **out, struct kc_ledger *l);
/* By the loop: begins one if none is under way, the ledger is open, and it is
 * an hour since the start or a day since the last one. */
void kc_sweep_look(
    struct kc_sweep *s, const char *dir, unsigned days, int64_t now_ms);
/* Before the ledger is closed; ends what is under way. Accepts NULL. */
void kc_sweep_close(struct kc_sweep *s);

#endif
