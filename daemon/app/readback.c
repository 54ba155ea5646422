/* SPDX-License-Identifier: Apache-2.0 */
/* Reading back: leaves against rows and tiles, and the root. */
#include "app/readback.h"

#include <assert.h>
#include <string.h>

struct read_back {
	const struct kc_row *rows; /* may be NULL */
	uint64_t from;
};

/* Its hash was compared with its tile's by the scan, and that with the row's
 * by the root. */
static enum kc_err
check_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct read_back *w = ctx;

	if (w->rows != NULL && !kc_slice_eq(leaf, w->rows[seq - w->from].leaf))
		return KC_ECORRUPT;
	return KC_OK;
}

static enum kc_err
read_node(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	struct kc_readback *rb = ctx;
	struct kc_hash_reader r = kc_store_hashes(rb->store);
	enum kc_err err;

	assert(level < 64);
	if (rb->nodes[level].known && rb->nodes[level].index == index) {
		*out = rb->nodes[level].hash;
		return KC_OK;
	}
	err = r.read(r.ctx, level, index, out);
	if (err != KC_OK)
		return err;
	rb->nodes[level].known = true;
	rb->nodes[level].index = index;
	rb->nodes[level].hash = *out;
	return KC_OK;
}

void
kc_readback_forget(struct kc_readback *rb)
{
	memset(rb->nodes, 0, sizeof(rb->nodes));
}

enum kc_err
kc_readback(struct kc_readback *rb, uint64_t from, uint64_t size,
    const struct kc_row *rows, struct kc_hash *root)
{
	struct read_back w = {.rows = rows, .from = from};
	struct kc_hash_reader r = {read_node, rb};
	enum kc_err err;

	err = kc_store_scan(rb->store, from, size, check_leaf, &w);
	if (err == KC_OK)
		err = kc_merkle_root(&r, size, root);
	return err;
}
