/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of RFC 6962: frontier, inclusion and consistency proofs, and
 * their verification without recursion (docs/FORMAT.md "Tree").
 */
#ifndef KAOCHENG_MERKLE_H
#define KAOCHENG_MERKLE_H

#include <kaocheng/hash.h>
#include <kaocheng/limits.h>

/* Roots of the perfect subtrees of a tree, largest first: one per set bit
 * of size. Zero-initialise for the empty tree. */
struct kc_frontier {
	uint64_t size;
	struct kc_hash node[64]; /* node[l] valid if bit l of size is set */
};

void kc_frontier_append(struct kc_frontier *f, const struct kc_hash *leaf);
struct kc_hash kc_frontier_root(const struct kc_frontier *f);

/* Gives the hash of the perfect subtree of 2^level leaves that starts at
 * leaf index << level. Returns KC_OK or the storage's error. */
struct kc_hash_reader {
	enum kc_err (*read)(
	    void *ctx, unsigned level, uint64_t index, struct kc_hash *out);
	void *ctx;
};

/* Root of the first `size` leaves. */
enum kc_err kc_merkle_root(
    const struct kc_hash_reader *r, uint64_t size, struct kc_hash *out);
/* Inclusion path of leaf `index` in the tree of `size` (index < size, else
 * KC_EINVAL); sibling of the leaf first. */
enum kc_err kc_merkle_inclusion(const struct kc_hash_reader *r, uint64_t index,
    uint64_t size, struct kc_hash path[KC_PATH_MAX], size_t *n);
/* Proof that the tree of `size` extends that of `old` (old <= size). */
enum kc_err kc_merkle_consistency(const struct kc_hash_reader *r, uint64_t old,
    uint64_t size, struct kc_hash proof[KC_PROOF_MAX], size_t *n);
/* KC_OK or KC_EPROOF. */
enum kc_err kc_merkle_verify_inclusion(const struct kc_hash *leaf,
    uint64_t index, uint64_t size, const struct kc_hash *path, size_t n,
    const struct kc_hash *root);
/* old == size wants an empty proof and equal roots, two empty trees too;
 * else old == 0 wants an empty proof and says nothing. KC_OK or KC_EPROOF. */
enum kc_err kc_merkle_verify_consistency(uint64_t old, uint64_t size,
    const struct kc_hash *old_root, const struct kc_hash *new_root,
    const struct kc_hash *proof, size_t n);
/* The root that a proof of consistency from `old` to `size` gives the first
 * `old` entries, whatever somebody signed for them. False: `old` is a power of
 * two, whose proofs leave it out, or it is no such proof. */
bool kc_merkle_old_root(uint64_t old, uint64_t size,
    const struct kc_hash *proof, size_t n, struct kc_hash *out);

/*
 * The right edge of a growing tree, kept in memory by a writer so that the
 * proof of a recent leaf costs look-ups and no hashing. Holds the last
 * KC_EDGE_LEAVES >> level nodes (at least two) of every level.
 */
#define KC_EDGE_LEAVES 8192 /* twice KC_BATCH_MAX */
struct kc_edge;
/* Starts at the tree of `size`, reading what it needs. Heap; free with
 * kc_edge_free. */
enum kc_err kc_edge_new(
    struct kc_edge **out, const struct kc_hash_reader *r, uint64_t size);
void kc_edge_free(struct kc_edge *e);
uint64_t kc_edge_size(const struct kc_edge *e);
void kc_edge_append(struct kc_edge *e, const struct kc_hash *leaf);
/* Call once after the appends of a batch, before root and inclusion. */
void kc_edge_seal(struct kc_edge *e);
struct kc_hash kc_edge_root(const struct kc_edge *e);
/* Inclusion path in the sealed tree; KC_ENOTFOUND if the leaf is older than
 * the last KC_EDGE_LEAVES / 2. */
enum kc_err kc_edge_inclusion(const struct kc_edge *e, uint64_t index,
    struct kc_hash path[KC_PATH_MAX], size_t *n);
/* Node (level, index) if still held, else KC_ENOTFOUND. */
enum kc_err kc_edge_node(const struct kc_edge *e, unsigned level,
    uint64_t index, struct kc_hash *out);

#endif
