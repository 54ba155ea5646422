/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who signs for the ledger: its heads by the log's keys, its own entries by the
 * clerk's. Whoever signs a head keeps the anchor, which is what it has signed
 * last, and signs nothing that does not extend that. One caller at a time.
 */
#ifndef KC_SIGNER_SIGNING_H
#define KC_SIGNER_SIGNING_H

#include <kaocheng/checkpoint.h>

/* A head, the proof that it extends the last one that was signed, and the keys
 * in force, the newest first. Borrowed. */
struct kc_head_ask {
	const struct kc_checkpoint *head;
	/* As kc_merkle_verify_consistency takes it. With a batch: the roots of
	 * the perfect subtrees of what it extends, the smallest first. */
	const struct kc_hash *proof;
	size_t nproof;
	const struct kc_log_keys *keys;
	/* All that leads from the last one to this (kc_held_put), which the
	 * anchor is to hold with it; or a list of batches (kc_held_join), from
	 * what the store has by way of the last one. Empty: it does not. */
	struct kc_slice batch;
};

struct kc_signing {
	void *ctx;
	/* The public halves of the log's keys that are here, the configured
	 * one first; with `look`, those beside it are looked for anew. */
	enum kc_err (*keys)(void *ctx, bool look, struct kc_log_keys *out);
	/* Appends the note of the last head that was signed, as the anchor has
	 * it: kc_anchor_read. KC_ENOTFOUND too if there is no anchor. */
	enum kc_err (*last)(void *ctx, struct kc_buf *note);
	/* Appends the head's note, signed by each of the keys that is here, the
	 * older first, once it stands in the anchor. KC_EROLLBACK, KC_EFORK: it
	 * does not extend the last one; KC_EFOREIGN: the last one is by nobody
	 * whose key is here; KC_ENOKEY: none of the keys is; KC_EIO: the anchor
	 * is not the file that was opened, *detail says so; KC_EUNKNOWN: nobody
	 * knows what the anchor holds; KC_EUNAVAILABLE: nobody is there to
	 * sign; KC_ENOMEM. */
	enum kc_err (*head)(void *ctx, const struct kc_head_ask *ask,
	    struct kc_buf *note, struct kc_buf *detail);
	/* The same in two steps, for what need not wait: the head stands in the
	 * anchor after the second. ask->batch is borrowed until then, and
	 * nothing else may be asked. The first: KC_ENOMEM, nothing was begun.
	 */
	enum kc_err (*begin)(void *ctx, const struct kc_head_ask *ask);
	enum kc_err (*end)(
	    void *ctx, struct kc_buf *note, struct kc_buf *detail);
	/* The clerk's signature over an entry's text. KC_EINVAL: it is none of
	 * the clerk's for this ledger; KC_EUNAVAILABLE, KC_ENOMEM. */
	enum kc_err (*entry)(
	    void *ctx, struct kc_slice text, uint8_t sig[KC_SIG_SIZE]);
};

#endif
