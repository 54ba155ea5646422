/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The private keys of the ledger, and the anchor with what they have signed
 * last (signing.h). In the daemon it is a process of its own that holds one
 * (signer_main.c); where the ledger runs without that, it holds its own.
 */
#ifndef KC_SIGNER_VAULT_H
#define KC_SIGNER_VAULT_H

#include <kaocheng/merkle.h>
#include <kaocheng/store.h>

#include "signer/signing.h"

#define KC_VAULT_MORE (KC_LOG_KEYS_MAX - 1)

struct kc_vault {
	const struct kc_skey *log_key, *clerk_key; /* borrowed */
	struct kc_anchor *anchor;                  /* borrowed; NULL: none */
	/* Other keys of the log that are here. NULL: there are none. */
	size_t (*beside)(void *ctx, struct kc_skey *v, size_t max);
	/* May others have come since they were looked for? NULL: ask always. */
	bool (*again)(void *ctx);
	void *beside_ctx;
	/* The vault's own. */
	struct kc_skey more[KC_VAULT_MORE];
	size_t n;
	struct kc_checkpoint last; /* that was signed; size 0: none */
	enum kc_err last_err;      /* why nobody knows it; KC_OK: it is known */
	bool knows;                /* the anchor was read */
	struct kc_entry *entry;    /* room for one */
	struct kc_buf back;        /* the last batch, read back */
	struct {                   /* it again, where it led to a head */
		size_t n, batches; /* bytes, 0: none did; batches in them */
		struct kc_frontier from, to;
		uint64_t txn; /* of the last one */
	} led;
	struct { /* what was begun */
		enum kc_err err;
		struct kc_buf note, detail;
	} begun;
};

/* Looks for the keys beside. Set what is borrowed before. */
void kc_vault_init(struct kc_vault *v);
void kc_vault_release(struct kc_vault *v); /* wipes the keys beside */
/* v is borrowed. */
struct kc_signing kc_vault_signing(struct kc_vault *v);

#endif
