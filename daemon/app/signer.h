/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The private keys by which heads are signed: that of the configuration, and
 * others of the log that lie beside it while one follows another. The start's
 * and the writer's alone.
 */
#ifndef KC_APP_SIGNER_H
#define KC_APP_SIGNER_H

#include "app/env.h"

#define KC_SIGNER_MORE (KC_LOG_KEYS_MAX - 1)

struct kc_signer {
	const struct kc_ledger_options *o; /* borrowed */
	struct kc_skey more[KC_SIGNER_MORE];
	size_t n;
	bool lacks; /* a key in force was not here when a head was signed */
};

void kc_signer_init(struct kc_signer *s, const struct kc_ledger_options *o);
void kc_signer_release(struct kc_signer *s); /* wipes them */
/* Is one of these here? Looks again beside the configured one if not. */
bool kc_signer_has(struct kc_signer *s, const struct kc_log_keys *keys);
/* The public halves of all that are here. */
void kc_signer_public(const struct kc_signer *s, struct kc_log_keys *out);
/* Appends the head, signed by each of these that is here, the older first:
 * who knows that one alone reads no further. KC_ENOKEY: none is. */
enum kc_err kc_signer_sign(struct kc_signer *s, const struct kc_checkpoint *c,
    const struct kc_log_keys *keys, struct kc_buf *note);

#endif
