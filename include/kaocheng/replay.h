/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay: from stored leaves to the state, by the one function that applies
 * an entry. Signatures are not verified here (verify.h does that).
 */
#ifndef KAOCHENG_REPLAY_H
#define KAOCHENG_REPLAY_H

#include <kaocheng/leaf.h>
#include <kaocheng/log.h>
#include <kaocheng/merkle.h>
#include <kaocheng/state.h>

#define KC_REPLAY_ALL UINT64_MAX
#define KC_REPLAY_STEP 4096 /* entries between two calls of progress */

/*
 * Applies the leaves from kc_state_size(st) to upto (exclusive; no more than
 * log->size). With hash, the leaf hashes are appended to *frontier, whose
 * size must be that of the state. progress may be NULL.
 * KC_OK, or with *bad_seq set: KC_ECORRUPT (a leaf is not what stands at its
 * place), KC_EREFUSED (*why: malformed entry or a rule that says no),
 * KC_ENOMEM, or the log's error. After an error the state holds the entries
 * before *bad_seq (KC_ENOMEM: discard it).
 */
enum kc_err kc_replay(struct kc_state *st, const struct kc_log *log,
    uint64_t upto, bool hash, struct kc_frontier *frontier,
    void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
    struct kc_refusal *why, uint64_t *bad_seq);

/* One step of it: parses the leaf that must stand at kc_state_size(st) and
 * its entry, and checks seq, origin and that received does not go back.
 * KC_OK, KC_ECORRUPT or KC_EREFUSED. Everything borrows from bytes. */
enum kc_err kc_replay_decode(const struct kc_state *st, struct kc_slice bytes,
    struct kc_leaf *leaf, struct kc_entry *e, struct kc_refusal *why);

/* Number of entries received at or before an instant: `--as-of TIME` as an
 * upto. Binary search; KC_OK, KC_ECORRUPT or the log's error. */
enum kc_err kc_replay_size_at(
    const struct kc_log *log, int64_t received_ms, uint64_t *size);

#endif
