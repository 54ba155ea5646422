/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree for tests: the recursive definitions of RFC 6962 section 2.1 word
 * for word, and a reader that gives no node beyond a chosen size.
 */
#ifndef KC_TEST_TREE_H
#define KC_TEST_TREE_H

#include <kaocheng/merkle.h>

struct kc_hash naive_root(const struct kc_hash *leaf, size_t n);
/* PATH(m, D[n]); returns the number of hashes. */
size_t
naive_path(struct kc_hash *out, size_t m, const struct kc_hash *leaf, size_t n);
/* PROOF(m, D[n]), 0 < m <= n. */
size_t naive_consistency(
    struct kc_hash *out, size_t m, const struct kc_hash *leaf, size_t n);

#define TEST_TREE_LEVELS 24

/* Every complete node over `n` leaves. */
struct test_tree {
	size_t n;
	struct kc_hash *node[TEST_TREE_LEVELS];
	uint64_t limit; /* the reader knows the first `limit` leaves */
	size_t reads;   /* nodes read so far */
};

/* Leaves are hash_leaf of "leaf <i>". */
void test_tree_init(struct test_tree *t, size_t n);
/* Computes the levels above node[0] again, after leaves were changed. */
void test_tree_rebuild(struct test_tree *t);
void test_tree_free(struct test_tree *t);
struct kc_hash_reader test_tree_reader(struct test_tree *t);

#endif
