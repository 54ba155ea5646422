/* SPDX-License-Identifier: Apache-2.0 */
/* The right edge of a growing tree, as one ring of nodes a level. */
#include <kaocheng/merkle.h>

#include <assert.h>
#include <string.h>

#define LEAVES ((size_t)KC_EDGE_LEAVES)
#define LEVELS 63 /* of a tree of at most INT64_MAX leaves */
#define RING_MIN_LEVEL 12
/* 8192 + 4096 + ... + 4 below that level, then two nodes a level. */
#define RING_NODES (2 * KC_EDGE_LEAVES - 4 + 2 * (LEVELS + 1 - RING_MIN_LEVEL))

_Static_assert(KC_EDGE_LEAVES >> RING_MIN_LEVEL == 2, "two nodes at least");
_Static_assert(KC_EDGE_LEAVES == 2 * KC_BATCH_MAX, "paths of a whole batch");

struct kc_edge {
	uint64_t size;
	bool sealed;
	/* partial[l]: root of the leaves after the last complete node of
	 * level l; valid when sealed and there are such leaves. */
	struct kc_hash partial[LEVELS + 1];
	struct kc_hash node[RING_NODES];
};

/* Nodes held of a level; a power of two. */
static uint64_t
ring_width(unsigned level)
{
	return level < RING_MIN_LEVEL ? LEAVES >> level : 2;
}

/* First node of a level's ring in node[]. */
static size_t
ring_start(unsigned level)
{
	if (level <= RING_MIN_LEVEL)
		return 2 * LEAVES - (2 * LEAVES >> level);
	return 2 * LEAVES - 4 + 2 * (level - RING_MIN_LEVEL);
}

static size_t
slot(unsigned level, uint64_t index)
{
	return ring_start(level) + (size_t)(index & (ring_width(level) - 1));
}

enum kc_err
kc_edge_new(struct kc_edge **out, const struct kc_hash_reader *r, uint64_t size)
{
	struct kc_edge *e;
	enum kc_err err = KC_OK;

	if (size > INT64_MAX)
		return KC_EINVAL;
	e = kc_alloc(sizeof(*e));
	if (e == NULL)
		return KC_ENOMEM;
	e->size = size;
	for (unsigned l = 0; err == KC_OK && size >> l != 0; l++) {
		uint64_t count = size >> l;
		uint64_t width = ring_width(l);
		uint64_t i = count > width ? count - width : 0;

		for (; err == KC_OK && i < count; i++)
			err = r->read(r->ctx, l, i, &e->node[slot(l, i)]);
	}
	if (err != KC_OK) {
		kc_edge_free(e);
		return err;
	}
	kc_edge_seal(e);
	*out = e;
	return KC_OK;
}

void
kc_edge_free(struct kc_edge *e)
{
	kc_free(e);
}

uint64_t
kc_edge_size(const struct kc_edge *e)
{
	return e->size;
}

void
kc_edge_append(struct kc_edge *e, const struct kc_hash *leaf)
{
	uint64_t index = e->size;
	unsigned level = 0;
	struct kc_hash *h = &e->node[slot(0, index)];

	assert(e->size < INT64_MAX);
	*h = *leaf;
	for (; index & 1; level++, index >>= 1) {
		const struct kc_hash *left = &e->node[slot(level, index - 1)];
		struct kc_hash *up = &e->node[slot(level + 1, index >> 1)];

		*up = kc_hash_node(left, h);
		h = up;
	}
	e->size++;
	e->sealed = false;
}

void
kc_edge_seal(struct kc_edge *e)
{
	bool some = false;

	for (unsigned l = 0; l < LEVELS && e->size >> l != 0; l++) {
		uint64_t count = e->size >> l;

		e->partial[l + 1] = e->partial[l];
		if ((count & 1) == 0)
			continue;
		e->partial[l + 1] = e->node[slot(l, count - 1)];
		if (some)
			e->partial[l + 1] = kc_hash_node(
			    &e->node[slot(l, count - 1)], &e->partial[l]);
		some = true;
	}
	e->sealed = true;
}

struct kc_hash
kc_edge_root(const struct kc_edge *e)
{
	assert(e->sealed);
	if (e->size == 0)
		return kc_hash_empty();
	return e->partial[64 - __builtin_clzll(e->size)];
}

enum kc_err
kc_edge_inclusion(const struct kc_edge *e, uint64_t index,
    struct kc_hash path[KC_PATH_MAX], size_t *n)
{
	uint64_t size = e->size;

	assert(e->sealed);
	*n = 0;
	if (index >= size)
		return KC_EINVAL;
	if (size - index > KC_EDGE_LEAVES / 2)
		return KC_ENOTFOUND;
	for (unsigned l = 0; (size - 1) >> l != 0; l++, index >>= 1) {
		uint64_t sibling = index ^ 1;
		uint64_t complete = size >> l;

		if (sibling < complete)
			path[(*n)++] = e->node[slot(l, sibling)];
		else if (sibling == complete &&
		    (size & ((UINT64_C(1) << l) - 1)) != 0)
			path[(*n)++] = e->partial[l];
	}
	return KC_OK;
}

enum kc_err
kc_edge_node(const struct kc_edge *e, unsigned level, uint64_t index,
    struct kc_hash *out)
{
	uint64_t count = level < LEVELS ? e->size >> level : 0;

	if (index >= count || count - index > ring_width(level))
		return KC_ENOTFOUND;
	*out = e->node[slot(level, index)];
	return KC_OK;
}
