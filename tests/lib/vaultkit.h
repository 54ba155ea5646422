/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs heads, with an anchor of a test's own, and a log of small leaves
 * whose heads are asked for. */
#ifndef KC_TEST_VAULTKIT_H
#define KC_TEST_VAULTKIT_H

#include "signer/vault.h"

#include "tmpdir.h"

#define VAULTKIT_ORIGIN "example.org/vault"

struct vaultkit {
	char dir[128];
	struct kc_skey log, clerk;
	/* Becomes the vault's; may be NULL. */
	size_t (*beside)(void *ctx, struct kc_skey *v, size_t max);
	struct kc_anchor *anchor;
	struct kc_vault vault;
	struct kc_signing sign;
	struct kc_buf note, detail; /* of what was asked last */
	bool elsewhere;             /* the key that is asked for is not here */
};

/* A key whose seed is of that byte. */
void vaultkit_key(struct kc_skey *out, const char *name, uint8_t fill);
/* Directory, keys, and an open vault; and the end of all that. */
void vaultkit_up(struct vaultkit *k);
void vaultkit_down(struct vaultkit *k);
/* What was signed is known from the anchor alone then. */
void vaultkit_reopen(struct vaultkit *k);
/* The note is a head of so many entries, and what the anchor has. */
void vaultkit_check_signed(struct vaultkit *k, uint64_t size);

/* Leaf i, or it written otherwise. */
struct kc_slice vaultkit_leaf(uint64_t i, bool otherwise, char text[16]);
/* Asks for the head of the first `size` leaves, over a batch whose proof is
 * the edge of `old`. */
enum kc_err vaultkit_ask(
    struct vaultkit *k, struct kc_slice batch, uint64_t size, uint64_t old);

#endif
