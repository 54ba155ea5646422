/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's side of signing: which keys are in force, that a head extends
 * the one before, and what the log says when a key is missing. Whoever holds
 * the keys is behind signing.h: a process of its own, or a vault here. The
 * start's and the writer's alone.
 */
#ifndef KC_APP_SIGNER_H
#define KC_APP_SIGNER_H

#include <kaocheng/merkle.h>

#include "app/env.h"
#include "signer/vault.h"

struct kc_signer {
	const struct kc_ledger_options *o; /* borrowed */
	struct kc_vault vault; /* where nobody else holds the keys */
	struct kc_signing with;
	struct kc_log_keys here; /* the public halves of all that are here */
	bool lacks;    /* a key in force was not here when a head was signed */
	size_t wanted; /* keys of the head that was begun */
};

void kc_signer_init(struct kc_signer *s, const struct kc_ledger_options *o);
void kc_signer_release(struct kc_signer *s); /* wipes what it holds */
/* Is one of these here? Looks again beside the configured one if not. */
bool kc_signer_has(struct kc_signer *s, const struct kc_log_keys *keys);
/* Appends the head, signed and anchored, with the proof that it extends the
 * one of size `from` (0: none was signed). Nodes are the edge's, or the
 * store's. Errors of signing.h. */
enum kc_err kc_signer_sign(struct kc_signer *s, uint64_t from,
    const struct kc_checkpoint *c, const struct kc_edge *edge,
    const struct kc_log_keys *keys, struct kc_buf *note, struct kc_buf *detail);
/* The same in two steps (signing.h), with the batch that leads to the head from
 * the one of size `from`, whose edge this is. */
enum kc_err kc_signer_begin(struct kc_signer *s, uint64_t from,
    const struct kc_checkpoint *c, const struct kc_edge *edge,
    const struct kc_log_keys *keys, struct kc_slice batch);
enum kc_err
kc_signer_end(struct kc_signer *s, struct kc_buf *note, struct kc_buf *detail);
/* Appends the note of an entry of the clerk. Errors of signing.h. */
enum kc_err
kc_signer_entry(struct kc_signer *s, struct kc_slice text, struct kc_buf *note);

#endif
