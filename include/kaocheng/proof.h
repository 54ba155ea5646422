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
};

void kc_buf_proof(struct kc_buf *b, const struct kc_proof *proof);
/* Accepts and ignores one `extra` line (not authenticated, by the spec). */
enum kc_err kc_proof_parse(struct kc_proof *out, struct kc_slice bytes);
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
