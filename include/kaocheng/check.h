/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before anything that a ledger says is believed. One function
 * for all who ask: the daemon's start, `kaochengd -n`, and who reads a ledger
 * on disk without a daemon. The store has been opened, so that its pages are
 * in order; here every leaf, tile and id is held against the others, the tree
 * against the anchor, and the log is replayed.
 */
#ifndef KAOCHENG_CHECK_H
#define KAOCHENG_CHECK_H

#include <stdatomic.h>

#include <kaocheng/checkpoint.h>
#include <kaocheng/state.h>
#include <kaocheng/store.h>

struct kc_check {
	/* What is asked; all borrowed. */
	struct kc_store *store;
	/* Keys of the log that are here, one of which must be in force; NULL:
	 * those that the log names. */
	const struct kc_log_keys *log_keys;
	/* Text of the anchor, read before the store's size; empty: it says
	 * that nothing is signed yet. Without an anchor nothing tells a
	 * rollback, and nothing is known to be signed. */
	bool has_anchor;
	struct kc_slice anchor;
	/* All that it holds: what the store lacks may stand there. A daemon
	 * that runs writes both at once, and a power cut may leave the store
	 * behind; a start puts it right before it asks (kc_redo). NULL:
	 * nothing. */
	const struct kc_anchored *held;
	/* Text of the second one; empty: there is none, or it says nothing. It
	 * may be behind the first, never ahead of store and first. */
	struct kc_slice second;
	/* Without an anchor: will the log sign all the same? */
	bool reseed;
	unsigned threads;        /* beside the caller's; 0 is fine */
	const atomic_bool *stop; /* gives up with KC_EUNAVAILABLE; NULL */
	/* Is shown the state after each `every` entries (0: never) but the
	 * last, on the caller's thread. What it copies is what the log says
	 * only if all of this holds in the end. */
	void (*passed)(void *ctx, const struct kc_state *st);
	void *passed_ctx;
	uint64_t every;

	/* What was found. */
	uint64_t size;             /* entries */
	uint64_t txn;              /* of the store, that has them */
	struct kc_checkpoint head; /* of the anchor; size 0: none signed */
	/* More than one batch lies beyond the anchor: a crash between commit
	 * and anchor does not explain it. */
	bool anchor_old;
	struct kc_state *state; /* after all entries; the caller frees it */
	uint64_t bad;           /* the entry that the error is about */
	struct kc_refusal why;  /* of KC_EREFUSED */
};

/*
 * Entries that the log has not signed yet are verified like new notes: their
 * authors' signatures under the keys in force.
 * KC_EROLLBACK, KC_EFORK, KC_EFOREIGN: store and anchor. KC_ECORRUPT: bytes
 * that contradict each other. KC_EREFUSED: an entry does not replay, or one
 * that is not signed does not verify. KC_ENOMEM, KC_EIO, KC_EUNAVAILABLE.
 * *detail (may be NULL) gets one English sentence.
 */
enum kc_err kc_check(struct kc_check *c, struct kc_buf *detail);

/* The first `upto` entries of a store into a new state, each held against
 * its hash. As above; KC_EREFUSED is KC_ECORRUPT here. */
enum kc_err kc_check_replay(struct kc_store *store, uint64_t upto,
    const atomic_bool *stop, struct kc_state **out, struct kc_buf *detail);
/* The same on a state that has the first of them already; after an error it is
 * to be discarded. */
enum kc_err kc_check_replay_on(struct kc_store *store, struct kc_state *st,
    uint64_t upto, const atomic_bool *stop, struct kc_buf *detail);

#endif
