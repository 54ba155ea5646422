/* SPDX-License-Identifier: Apache-2.0 */
/* tlog-proof: the receipt of an entry, checked with no server. */
#ifndef KAOCHENG_PROOF_H
#define KAOCHENG_PROOF_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/merkle.h>

struct kc_proof {
	uint64_t index;
	size_t npath;
	struct kc_hash path[KC_PATH_MAX];
	struct kc_slice checkpoint; /* borrows: the note, verbatim */
	/* Borrows: the value of the `extra` line, base64; n 0: there is none.
	 * By the specification nothing proves it. In a proof file (FORMAT
	 * "Receipt") it is the leaf, which the path proves. */
	struct kc_slice extra;
};

/* Appends the text; KC_ETOOBIG in b->err beyond KC_RECEIPT_MAX, or, with a
 * leaf, KC_PROOF_FILE_MAX. */
void kc_buf_proof(struct kc_buf *b, const struct kc_proof *proof);
/* The same, for one proof after another under one checkpoint and without an
 * `extra` line: what two have in common is written once. Zero-initialise;
 * begin before another checkpoint. */
struct kc_receipts {
	size_t npath; /* of the one before, as its path */
	struct kc_hash path[KC_PATH_MAX];
	struct kc_buf rest; /* the path's lines, an empty one, the checkpoint */
};
void kc_receipts_begin(struct kc_receipts *r);
void kc_receipts_release(struct kc_receipts *r);
void kc_buf_receipt(
    struct kc_buf *b, struct kc_receipts *r, const struct kc_proof *proof);
enum kc_err kc_proof_parse(struct kc_proof *out, struct kc_slice bytes);
/* Begins such a text? What follows may still be malformed. */
bool kc_proof_is(struct kc_slice bytes);
/* Appends the leaf that a proof file holds: KC_OK, KC_ENOTFOUND (a receipt
 * alone), KC_ESYNTAX, KC_ENOMEM. */
enum kc_err kc_proof_leaf(const struct kc_proof *proof, struct kc_buf *out);
/* Appends the proof file of a receipt and its leaf; KC_ESYNTAX: it is none. */
enum kc_err kc_proof_file(
    struct kc_slice receipt, struct kc_slice leaf, struct kc_buf *out);
/* Parses, checks the checkpoint's signature by log_key and the path of the
 * leaf bytes. KC_OK, KC_ESYNTAX, KC_ESIG, KC_ENOKEY or KC_EPROOF. */
enum kc_err
kc_proof_verify(struct kc_slice proof_text, struct kc_slice leaf_bytes,
    const struct kc_vkey *log_key, struct kc_checkpoint *checkpoint);
/* The same by any of the log's keys. */
enum kc_err
kc_proof_verify_by(struct kc_slice proof_text, struct kc_slice leaf_bytes,
    const struct kc_log_keys *keys, struct kc_checkpoint *checkpoint);

#endif
