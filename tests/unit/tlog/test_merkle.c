/* SPDX-License-Identifier: Apache-2.0 */
/* Tree roots and proofs against the recursive definitions, and refusals. */
#include <kaocheng/merkle.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "tree.h"

#define SIZES 600

static struct test_tree tree;
static struct kc_hash roots[SIZES + 1];

static int
set_up(void **state)
{
	(void)state;
	test_tree_init(&tree, SIZES);
	for (size_t n = 0; n <= SIZES; n++)
		roots[n] = naive_root(tree.node[0], n);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	test_tree_free(&tree);
	return 0;
}

static void
test_merkle__empty_tree(void **state)
{
	struct kc_frontier f = {0};
	struct kc_hash want = kc_frontier_root(&f);
	struct kc_buf b = {0};

	(void)state;
	kc_buf_hex(&b, want.b, sizeof(want.b));
	assert_string_equal(kc_buf_cstr(&b),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	kc_buf_free(&b);
}

static void
test_merkle__roots_of_every_size(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_frontier f = {0};
	struct kc_hash root;

	(void)state;
	for (size_t n = 0; n <= SIZES; n++) {
		tree.limit = n;
		assert_int_equal(kc_merkle_root(&r, n, &root), KC_OK);
		assert_true(kc_hash_eq(&root, &roots[n]));
		root = kc_frontier_root(&f);
		assert_true(kc_hash_eq(&root, &roots[n]));
		if (n < SIZES)
			kc_frontier_append(&f, &tree.node[0][n]);
	}
}

static void
test_merkle__inclusion_of_every_leaf_in_every_size(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash path[KC_PATH_MAX], want[KC_PATH_MAX];
	size_t n;

	(void)state;
	for (size_t size = 1; size <= SIZES; size++)
		for (size_t i = 0; i < size; i++) {
			tree.limit = size;
			assert_int_equal(
			    kc_merkle_inclusion(&r, i, size, path, &n), KC_OK);
			assert_int_equal(
			    kc_merkle_verify_inclusion(&tree.node[0][i], i,
				size, path, n, &roots[size]),
			    KC_OK);
			/* The recursive form is slow: all small trees, and a
			 * diagonal of the large ones. */
			if (size > 40 && i % 151 != size % 151)
				continue;
			assert_int_equal(
			    naive_path(want, i, tree.node[0], size), n);
			assert_memory_equal(path, want, n * sizeof(path[0]));
		}
}

static void
test_merkle__consistency_of_every_pair_of_sizes(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash proof[KC_PROOF_MAX], want[KC_PROOF_MAX];
	size_t n;

	(void)state;
	for (size_t size = 1; size <= SIZES; size++)
		for (size_t old = 0; old <= size; old++) {
			tree.limit = size;
			assert_int_equal(
			    kc_merkle_consistency(&r, old, size, proof, &n),
			    KC_OK);
			assert_int_equal(
			    kc_merkle_verify_consistency(
				old, size, &roots[old], &roots[size], proof, n),
			    KC_OK);
			if (old == 0) {
				assert_int_equal(n, 0);
				continue;
			}
			if (size > 40 && old % 151 != size % 151)
				continue;
			assert_int_equal(
			    naive_consistency(want, old, tree.node[0], size),
			    n);
			assert_memory_equal(proof, want, n * sizeof(want[0]));
		}
}

/* Every change of one piece of an inclusion proof must be noticed. */
static void
refuse_changed_inclusion(size_t i, size_t size, struct kc_hash *path, size_t n)
{
	struct kc_hash leaf = tree.node[0][i];
	struct kc_hash root = roots[size];

#define REFUSED(leaf, i, size, path, n, root)                                  \
	assert_int_equal(                                                      \
	    kc_merkle_verify_inclusion(leaf, i, size, path, n, root),          \
	    KC_EPROOF)
	for (size_t k = 0; k < n; k++)
		for (size_t bit = 0; bit < 256; bit += 37) {
			path[k].b[bit / 8] ^= (uint8_t)(1 << bit % 8);
			REFUSED(&leaf, i, size, path, n, &root);
			path[k].b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	for (size_t k = 1; k < n; k++) {
		struct kc_hash t = path[k];

		path[k] = path[k - 1];
		path[k - 1] = t;
		REFUSED(&leaf, i, size, path, n, &root);
		path[k - 1] = path[k];
		path[k] = t;
	}
	if (n > 0) {
		REFUSED(&leaf, i, size, path, n - 1, &root);
		REFUSED(&leaf, i, size, path + 1, n - 1, &root);
	}
	path[n] = root;
	REFUSED(&leaf, i, size, path, n + 1, &root);
	if (i + 1 < size)
		REFUSED(&leaf, i + 1, size, path, n, &root);
	if (i > 0)
		REFUSED(&leaf, i - 1, size, path, n, &root);
	REFUSED(&leaf, size, size, path, n, &root);
	REFUSED(&leaf, i, 0, path, n, &root);
	root.b[31] ^= 1;
	REFUSED(&leaf, i, size, path, n, &root);
	root.b[31] ^= 1;
	leaf.b[0] ^= 0x80;
	REFUSED(&leaf, i, size, path, n, &root);
#undef REFUSED
}

static void
test_merkle__changed_inclusion_proofs_refused(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash path[KC_PATH_MAX];
	size_t n;

	(void)state;
	tree.limit = SIZES;
	for (size_t size = 1; size <= 70; size++)
		for (size_t i = 0; i < size; i++) {
			assert_int_equal(
			    kc_merkle_inclusion(&r, i, size, path, &n), KC_OK);
			refuse_changed_inclusion(i, size, path, n);
		}
}

static void
refuse_changed_consistency(
    size_t old, size_t size, struct kc_hash *proof, size_t n)
{
	struct kc_hash a = roots[old], b = roots[size];

#define REFUSED(old, size, a, b, proof, n)                                     \
	assert_int_equal(                                                      \
	    kc_merkle_verify_consistency(old, size, a, b, proof, n),           \
	    KC_EPROOF)
	for (size_t k = 0; k < n; k++) {
		proof[k].b[k] ^= 0x10;
		REFUSED(old, size, &a, &b, proof, n);
		proof[k].b[k] ^= 0x10;
	}
	if (n > 0) {
		REFUSED(old, size, &a, &b, proof, n - 1);
		REFUSED(old, size, &a, &b, proof + 1, n - 1);
		REFUSED(old, size, &a, &b, proof, 0);
	}
	proof[n] = a;
	REFUSED(old, size, &a, &b, proof, n + 1);
	REFUSED(size + 1, size, &a, &b, proof, n);
	if (old < size)
		REFUSED(old, size, &b, &a, proof, n);
	REFUSED(0, size, &a, &b, proof, n + 1);
	a.b[5] ^= 1;
	REFUSED(old, size, &a, &b, proof, n);
	a.b[5] ^= 1;
	b.b[5] ^= 1;
	REFUSED(old, size, &a, &b, proof, n);
#undef REFUSED
}

static void
test_merkle__equal_sizes_want_equal_roots(void **state)
{
	struct kc_hash a = kc_hash_empty(), b = kc_sha256("b", 1);

	(void)state;
	for (uint64_t n = 0; n < 9; n++) {
		assert_int_equal(
		    kc_merkle_verify_consistency(n, n, &a, &a, NULL, 0), KC_OK);
		assert_int_equal(
		    kc_merkle_verify_consistency(n, n, &a, &b, NULL, 0),
		    KC_EPROOF);
		assert_int_equal(
		    kc_merkle_verify_consistency(n, n, &a, &a, &b, 1),
		    KC_EPROOF);
	}
	/* What was before the first entry says nothing of the tree. */
	assert_int_equal(
	    kc_merkle_verify_consistency(0, 5, &a, &b, NULL, 0), KC_OK);
}

static void
test_merkle__changed_consistency_proofs_refused(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n;

	(void)state;
	tree.limit = SIZES;
	for (size_t size = 1; size <= 70; size++)
		for (size_t old = 1; old <= size; old++) {
			assert_int_equal(
			    kc_merkle_consistency(&r, old, size, proof, &n),
			    KC_OK);
			refuse_changed_consistency(old, size, proof, n);
		}
}

static void
test_merkle__out_of_range_and_missing_nodes(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n;

	(void)state;
	tree.limit = 8;
	assert_int_equal(kc_merkle_inclusion(&r, 8, 8, proof, &n), KC_EINVAL);
	assert_int_equal(kc_merkle_inclusion(&r, 0, 0, proof, &n), KC_EINVAL);
	assert_int_equal(kc_merkle_consistency(&r, 9, 8, proof, &n), KC_EINVAL);
	assert_int_equal(
	    kc_merkle_inclusion(&r, 0, 9, proof, &n), KC_ENOTFOUND);
	assert_int_equal(
	    kc_merkle_consistency(&r, 3, 9, proof, &n), KC_ENOTFOUND);
	assert_int_equal(kc_merkle_root(&r, 9, &proof[0]), KC_ENOTFOUND);
}

/* Reads lines of base64 hashes of a golden file; returns their number. */
static size_t
golden_hashes(struct kc_hash *out, const char *name)
{
	struct kc_buf b = {0};
	struct kc_slice rest, line;
	size_t n = 0;

	golden_read(&b, name);
	rest = kc_buf_view(&b);
	while (kc_slice_line(&rest, &line))
		assert_true(kc_read_hash(line, &out[n++]));
	kc_buf_free(&b);
	return n;
}

static void
test_merkle__golden_log_of_seven(void **state)
{
	struct kc_hash want[8], got[KC_PROOF_MAX], leaf[7], root;
	struct test_tree t;
	struct kc_hash_reader r = test_tree_reader(&t);
	struct kc_frontier f = {0};
	size_t n;

	(void)state;
	test_tree_init(&t, 7);
	for (unsigned i = 0; i < 7; i++) {
		char text[24] = "entry 0 xxxxxx";

		text[6] = (char)('0' + i);
		leaf[i] = kc_hash_leaf(text, 8 + i);
		t.node[0][i] = leaf[i];
		kc_frontier_append(&f, &leaf[i]);
		if (i == 2) {
			root = kc_frontier_root(&f);
			assert_int_equal(golden_hashes(want, "tlog/root-3"), 1);
			assert_true(kc_hash_eq(&root, &want[0]));
		}
	}
	test_tree_rebuild(&t);
	assert_int_equal(kc_merkle_inclusion(&r, 5, 7, got, &n), KC_OK);
	assert_int_equal(golden_hashes(want, "tlog/inclusion-5"), n);
	assert_memory_equal(got, want, n * sizeof(want[0]));
	assert_int_equal(kc_merkle_consistency(&r, 3, 7, got, &n), KC_OK);
	assert_int_equal(golden_hashes(want, "tlog/consistency-3-7"), n);
	assert_memory_equal(got, want, n * sizeof(want[0]));
	test_tree_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_merkle__empty_tree),
	    cmocka_unit_test(test_merkle__roots_of_every_size),
	    cmocka_unit_test(
		test_merkle__inclusion_of_every_leaf_in_every_size),
	    cmocka_unit_test(test_merkle__consistency_of_every_pair_of_sizes),
	    cmocka_unit_test(test_merkle__changed_inclusion_proofs_refused),
	    cmocka_unit_test(test_merkle__equal_sizes_want_equal_roots),
	    cmocka_unit_test(test_merkle__changed_consistency_proofs_refused),
	    cmocka_unit_test(test_merkle__out_of_range_and_missing_nodes),
	    cmocka_unit_test(test_merkle__golden_log_of_seven),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
