/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A leaf is what the tree hashes: one line of the ledger's own, then the
 * author's note verbatim.
 *   kaocheng/v1 leaf <origin> <seq> <received> LF note
 * docs/FORMAT.md "Leaf".
 */
#ifndef KAOCHENG_LEAF_H
#define KAOCHENG_LEAF_H

#include <kaocheng/instant.h>

struct kc_leaf {
	struct kc_slice origin; /* borrows */
	uint64_t seq;           /* index in the tree */
	int64_t received_ms;    /* UTC, milliseconds since 1970 */
	struct kc_slice note;   /* borrows */
};

enum kc_err kc_leaf_parse(struct kc_leaf *out, struct kc_slice bytes);
/* The same, quicker where the leaf is of this ledger ("": of none yet). */
enum kc_err kc_leaf_parse_in(
    struct kc_leaf *out, struct kc_slice bytes, struct kc_slice origin);
void kc_buf_leaf(struct kc_buf *b, const struct kc_leaf *leaf);

#endif
