/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of RFC 6962: frontier, and proofs made from stored nodes. */
#include <kaocheng/merkle.h>

#include <assert.h>

void
kc_frontier_append(struct kc_frontier *f, const struct kc_hash *leaf)
{
	struct kc_hash h = *leaf;
	unsigned level = 0;

	assert(f->size < INT64_MAX);
	for (; f->size >> level & 1; level++)
		h = kc_hash_node(&f->node[level], &h);
	f->node[level] = h;
	f->size++;
}

struct kc_hash
kc_frontier_root(const struct kc_frontier *f)
{
	struct kc_hash acc;
	unsigned level;

	if (f->size == 0)
		return kc_hash_empty();
	level = (unsigned)__builtin_ctzll(f->size);
	acc = f->node[level];
	for (level++; level < 64 && f->size >> level != 0; level++)
		if (f->size >> level & 1)
			acc = kc_hash_node(&f->node[level], &acc);
	return acc;
}

/* Root of the last `size` mod 2^level leaves, which must be some: the part
 * right of the last complete node of that level. */
static enum kc_err
tail_root(const struct kc_hash_reader *r, uint64_t size, unsigned level,
    struct kc_hash *out)
{
	bool first = true;

	for (unsigned l = 0; l < level; l++) {
		struct kc_hash node;
		enum kc_err err;

		if ((size >> l & 1) == 0)
			continue;
		err = r->read(r->ctx, l, (size >> l) - 1, &node);
		if (err != KC_OK)
			return err;
		*out = first ? node : kc_hash_node(&node, out);
		first = false;
	}
	assert(!first);
	return KC_OK;
}

/* Number of bits of v: the height of the tree above v - 1 leaves. */
static unsigned
bit_length(uint64_t v)
{
	return v == 0 ? 0 : 64 - (unsigned)__builtin_clzll(v);
}

enum kc_err
kc_merkle_root(
    const struct kc_hash_reader *r, uint64_t size, struct kc_hash *out)
{
	if (size == 0) {
		*out = kc_hash_empty();
		return KC_OK;
	}
	return tail_root(r, size, bit_length(size), out);
}

/* Siblings on the way from node (level, index) to the root, lowest first. */
static enum kc_err
climb(const struct kc_hash_reader *r, unsigned level, uint64_t index,
    uint64_t size, struct kc_hash *path, size_t *n)
{
	for (; (size - 1) >> level != 0; level++, index >>= 1) {
		uint64_t sibling = index ^ 1;
		uint64_t complete = size >> level;
		enum kc_err err;

		if (sibling < complete)
			err = r->read(r->ctx, level, sibling, &path[*n]);
		else if (sibling == complete &&
		    (size & ((UINT64_C(1) << level) - 1)) != 0)
			err = tail_root(r, size, level, &path[*n]);
		else
			continue; /* the node moves up as it is */
		if (err != KC_OK)
			return err;
		(*n)++;
	}
	return KC_OK;
}

enum kc_err
kc_merkle_inclusion(const struct kc_hash_reader *r, uint64_t index,
    uint64_t size, struct kc_hash path[KC_PATH_MAX], size_t *n)
{
	*n = 0;
	if (index >= size || size > INT64_MAX)
		return KC_EINVAL;
	return climb(r, 0, index, size, path, n);
}

enum kc_err
kc_merkle_consistency(const struct kc_hash_reader *r, uint64_t old,
    uint64_t size, struct kc_hash proof[KC_PROOF_MAX], size_t *n)
{
	unsigned level;
	enum kc_err err;

	*n = 0;
	if (old > size || size > INT64_MAX)
		return KC_EINVAL;
	if (old == 0 || old == size)
		return KC_OK;
	/* The last complete node of the old tree, and all around its way up.
	 * It is the old root itself when old is a power of two. */
	level = (unsigned)__builtin_ctzll(old);
	if (old >> level != 1) {
		err = r->read(r->ctx, level, (old >> level) - 1, &proof[0]);
		if (err != KC_OK)
			return err;
		*n = 1;
	}
	return climb(r, level, (old >> level) - 1, size, proof, n);
}
