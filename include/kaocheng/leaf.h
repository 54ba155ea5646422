/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A leaf is what the tree hashes: one line of the ledger's own, then the
 * author's note verbatim.
 *   kaocheng/v1 leaf <origin> <seq> <received> LF note
 * docs/FORMAT.md "Leaf".
 */
#ifndef KAOCHENG_LEAF_H
#define KAOCHENG_LEAF_H

#include <kaocheng/bytes.h>

struct kc_leaf {
	struct kc_slice origin; /* borrows */
	uint64_t seq;           /* index in the tree */
	int64_t received_ms;    /* UTC, milliseconds since 1970 */
	struct kc_slice note;   /* borrows */
};

enum kc_err kc_leaf_parse(struct kc_leaf *out, struct kc_slice bytes);
void kc_buf_leaf(struct kc_buf *b, const struct kc_leaf *leaf);

/* Instants as text. UTC, years 1970..2199: "2022-10-17T01:30:00Z" and, with
 * milliseconds, "2022-10-17T01:30:00.000Z". Proleptic Gregorian integers. */
void kc_buf_instant_s(struct kc_buf *b, int64_t unix_s);
void kc_buf_instant_ms(struct kc_buf *b, int64_t unix_ms);
bool kc_read_instant_s(struct kc_slice s, int64_t *unix_s);
bool kc_read_instant_ms(struct kc_slice s, int64_t *unix_ms);

#endif
