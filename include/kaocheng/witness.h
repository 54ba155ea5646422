/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request by which a log asks a witness for its cosignature, and what the
 * witness makes of it (C2SP tlog-witness v1.0.0, add-checkpoint). Pure: the
 * witness brings what it holds, and keeps what it is told to. Normative
 * reading: docs/FORMAT.md "Witness".
 */
#ifndef KAOCHENG_WITNESS_H
#define KAOCHENG_WITNESS_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/merkle.h>

#define KC_WITNESS_PROOF_MAX 63 /* lines of a consistency proof */
/* Bytes of a request: its checkpoint, and what stands before it. */
#define KC_WITNESS_ASK_MAX (KC_CHECKPOINT_MAX + 4096)

/* X(symbol, status of HTTP, what is wrong): every answer of a witness. */
#define KC_WITNESS_VERDICTS(X)                                                 \
	X(COSIGN, 200, "cosigned")                                             \
	X(MALFORMED, 400, "not an add-checkpoint request")                     \
	X(EXTENDED, 400, "extension lines are not cosigned here")              \
	X(OLD, 400, "the old size is above that of the checkpoint")            \
	X(UNSIGNED, 403, "no signature by a key of this log")                  \
	X(FORGED, 403, "a signature in the name of this log does not verify")  \
	X(UNKNOWN, 404, "this log is not witnessed here")                      \
	X(STALE, 409, "another size was cosigned last")                        \
	X(EMPTY, 422, "an empty tree with the root of another")                \
	X(PROOF, 422, "the proof does not lead from the last tree to this")    \
	X(FORK, 422, "another root was cosigned for this size")

enum kc_witness_verdict {
#define X(sym, status, text) KC_WITNESS_##sym,
	KC_WITNESS_VERDICTS(X)
#undef X
};

int kc_witness_status(enum kc_witness_verdict v);
const char *kc_witness_text(enum kc_witness_verdict v); /* static, English */

/* A request; borrows its bytes. */
struct kc_witness_ask {
	uint64_t old;
	size_t nproof;
	struct kc_hash proof[KC_WITNESS_PROOF_MAX];
	struct kc_slice note; /* the checkpoint, verbatim */
	struct kc_slice text; /* of it, what is signed */
	struct kc_checkpoint head;
};

/* Appends a request. nproof at most KC_WITNESS_PROOF_MAX (assertion). */
void kc_buf_witness_ask(struct kc_buf *b, uint64_t old,
    const struct kc_hash *proof, size_t nproof, struct kc_slice note);
/* Reads a request and its signatures: by whom it is, and whether it could be
 * cosigned at all. A log is known by the name of its keys; those of one name
 * are one log's. COSIGN: go on with kc_witness_step. */
enum kc_witness_verdict kc_witness_read(struct kc_witness_ask *out,
    struct kc_slice body, const struct kc_vkey *logs, size_t nlogs);
/* What it comes to beside the last checkpoint that was cosigned for its
 * origin; size 0 and the empty root if there is none. COSIGN: keep ask->head
 * in place of it, in the transaction that held was read in, before anything
 * is answered. */
enum kc_witness_verdict kc_witness_step(
    const struct kc_witness_ask *ask, const struct kc_checkpoint *held);

/* Appends to out the line that a witness of type 0x04 has in its answer to a
 * checkpoint whose signed text is `text`; lines of other keys are passed over.
 * KC_ESYNTAX: no signature lines; KC_ENOKEY: none by this key; KC_ESIG: it does
 * not verify; KC_ENOMEM. */
enum kc_err kc_witness_line(struct kc_buf *out, struct kc_slice text,
    struct kc_slice answer, const struct kc_vkey *witness, uint64_t *time);

#endif
