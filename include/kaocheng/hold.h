/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hold. A clock that leaps ahead would make the ledger's deadlines pass
 * and its time run on, for good. So the clerk writes the step at the time
 * that it still believes, and until two persons say that the new time is
 * true, or the clock is put right, nothing is due and nothing else is taken.
 * The hold is part of the state: every replay knows it. Exists from epoch 2.
 */
#ifndef KAOCHENG_HOLD_H
#define KAOCHENG_HOLD_H

#include <kaocheng/state.h>

#define KC_CLOCK_STEP_MS 5000 /* less than this is no step */

/* Milliseconds by which a clock may be ahead of the last entry at a start, or
 * leap while the daemon runs (policy, clock.hold_hours). Negative: this ledger
 * knows no holds (it is empty, or of the first epoch). */
int64_t kc_hold_bound_ms(const struct kc_state *st);
bool kc_state_held(const struct kc_state *st);
/* Appends the text of clock.step at received_ms (the time that is believed),
 * when the clock shows ahead_ms more (negative: less). root is that of all that
 * stands. KC_OK or KC_ENOMEM. */
enum kc_err kc_clock_step_text(const struct kc_state *st, int64_t received_ms,
    int64_t ahead_ms, const struct kc_hash *root, struct kc_buf *text);

/* The other hold: the ledger was put back to an earlier state, and two
 * administrators have not accepted that yet. */
bool kc_state_restored(const struct kc_state *st);
/* Does the entry of this number, or one after it, say so? */
bool kc_state_restored_at(const struct kc_state *st, uint64_t seq);
/* The greatest head that is known to have been signed; size 0: none is. */
struct kc_lost {
	uint64_t size;
	struct kc_hash root;
};
/* Appends the text of ledger.restored; lost is named if it is more than what
 * stands, whose root is `root`. KC_OK or KC_ENOMEM. */
enum kc_err kc_restored_text(const struct kc_state *st, int64_t received_ms,
    const struct kc_lost *lost, const struct kc_hash *root,
    struct kc_buf *text);

#endif
