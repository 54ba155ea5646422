/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading back what was written, in transactions of its own: nothing is
 * signed that was not read, hashed and compared.
 */
#ifndef KC_APP_READBACK_H
#define KC_APP_READBACK_H

#include <kaocheng/store.h>

/* Caller's storage, zero but for the store. Nodes that were read once are
 * kept, one a level, so that a batch costs about one hash an entry. */
struct kc_readback {
	struct kc_store *store; /* borrowed */
	struct {
		uint64_t index;
		bool known;
		struct kc_hash hash;
	} nodes[64];
};

/* Forgets the nodes: the tree may not be the one it was. */
void kc_readback_forget(struct kc_readback *rb);
/* Reads back leaves [from, size), compares them with tiles and, if rows is
 * not NULL, with the rows; gives the root. KC_ECORRUPT, KC_ENOTFOUND. */
enum kc_err kc_readback(struct kc_readback *rb, uint64_t from, uint64_t size,
    const struct kc_row *rows, struct kc_hash *root);

#endif
