/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger that was put back to an earlier state. What had been signed after
 * it is lost, and people were told that it stands: so nothing is taken and
 * nothing falls due until two administrators have said that they know.
 */
#ifndef KC_NOUN_RESTORE_H
#define KC_NOUN_RESTORE_H

#include "engine/state_int.h"

struct kc_restoration {
	uint32_t seq;       /* of ledger.restored: so many entries were kept */
	uint32_t accepted;  /* entry that accepted it; 0: none has */
	uint64_t lost_size; /* entries that had been signed; 0: not known */
	struct kc_hash lost_root;
	int64_t received_ms;
};

unsigned kc_restore_state(const struct kc_state *st); /* KC_RS_* */
/* Nothing but what ends it, and the clock's own, until it is accepted. */
enum kc_err kc_restore_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);
/* Of the statements that end a hold, of either sort. */
bool kc_ends_hold(enum kc_kind_id kind);

#endif
