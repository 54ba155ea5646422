/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of a growing tree against the slow path, at every size. */
#include <kaocheng/merkle.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

#define LEAVES 20500
#define HELD (KC_EDGE_LEAVES / 2) /* leaves whose path it knows */

static struct test_tree tree;

static int
set_up(void **state)
{
	(void)state;
	test_tree_init(&tree, LEAVES);
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
check_root(const struct kc_edge *e, size_t size)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash want, got;

	assert_true(kc_edge_size(e) == size);
	tree.limit = size;
	assert_int_equal(kc_merkle_root(&r, size, &want), KC_OK);
	got = kc_edge_root(e);
	assert_true(kc_hash_eq(&want, &got));
}

static void
check_leaf(const struct kc_edge *e, size_t index, size_t size)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash want[KC_PATH_MAX], got[KC_PATH_MAX];
	size_t nwant, ngot;

	tree.limit = size;
	assert_int_equal(
	    kc_merkle_inclusion(&r, index, size, want, &nwant), KC_OK);
	assert_int_equal(kc_edge_inclusion(e, index, got, &ngot), KC_OK);
	assert_int_equal(ngot, nwant);
	assert_memory_equal(got, want, nwant * sizeof(want[0]));
}

static struct kc_edge *
edge_at(size_t size)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_edge *e = NULL;

	tree.limit = size;
	assert_int_equal(kc_edge_new(&e, &r, size), KC_OK);
	return e;
}

static void
test_edge__every_leaf_of_every_size_to_600(void **state)
{
	struct kc_edge *e = edge_at(0);

	(void)state;
	check_root(e, 0);
	for (size_t n = 1; n <= 600; n++) {
		kc_edge_append(e, &tree.node[0][n - 1]);
		kc_edge_seal(e);
		check_root(e, n);
		for (size_t i = 0; i < n; i++)
			check_leaf(e, i, n);
	}
	kc_edge_free(e);
}

static void
test_edge__started_anywhere_then_grown_in_batches(void **state)
{
	static const size_t starts[] = {1, 2, 3, 255, 256, 257, 1023, 1024,
	    1025, 2047, 2048, 3333, 4095, 8191, 8192, 12289, 16384};

	(void)state;
	for (size_t s = 0; s < sizeof(starts) / sizeof(starts[0]); s++) {
		struct kc_edge *e = edge_at(starts[s]);
		size_t n = starts[s];

		check_root(e, n);
		for (size_t batch = 1;
		     n + batch <= LEAVES && batch <= KC_BATCH_MAX;
		     batch = batch * 3 + 1) {
			for (size_t i = 0; i < batch; i++)
				kc_edge_append(e, &tree.node[0][n++]);
			kc_edge_seal(e);
			check_root(e, n);
			for (size_t i = n > HELD ? n - HELD : 0; i < n; i += 61)
				check_leaf(e, i, n);
			check_leaf(e, n - 1, n);
		}
		kc_edge_free(e);
	}
}

static void
test_edge__older_leaf_is_not_found(void **state)
{
	struct kc_hash path[KC_PATH_MAX];
	struct kc_edge *e = edge_at(10000);
	size_t n;

	(void)state;
	check_leaf(e, 10000 - HELD, 10000);
	assert_int_equal(
	    kc_edge_inclusion(e, 10000 - HELD - 1, path, &n), KC_ENOTFOUND);
	assert_int_equal(kc_edge_inclusion(e, 10000, path, &n), KC_EINVAL);
	kc_edge_free(e);
}

static void
test_edge__nodes_that_are_still_held(void **state)
{
	struct kc_edge *e = edge_at(20000);
	struct kc_hash h;

	(void)state;
	for (unsigned l = 0; l < 15; l++) {
		size_t count = 20000 >> l;
		size_t width =
		    KC_EDGE_LEAVES >> l > 2 ? (size_t)KC_EDGE_LEAVES >> l : 2;

		for (size_t i = 0; i < count; i++) {
			enum kc_err err = kc_edge_node(e, l, i, &h);

			if (count - i > width) {
				assert_int_equal(err, KC_ENOTFOUND);
				continue;
			}
			assert_int_equal(err, KC_OK);
			assert_true(kc_hash_eq(&h, &tree.node[l][i]));
		}
		assert_int_equal(kc_edge_node(e, l, count, &h), KC_ENOTFOUND);
	}
	assert_int_equal(kc_edge_node(e, 63, 0, &h), KC_ENOTFOUND);
	assert_int_equal(kc_edge_node(e, 1000, 0, &h), KC_ENOTFOUND);
	kc_edge_free(e);
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_edge__start_reports_storage_and_memory(void **state)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_edge *e = NULL;

	(void)state;
	tree.limit = 10;
	assert_int_equal(kc_edge_new(&e, &r, 11), KC_ENOTFOUND);
	kc_alloc_hook(no_memory);
	assert_int_equal(kc_edge_new(&e, &r, 10), KC_ENOMEM);
	kc_alloc_hook(NULL);
	assert_int_equal(
	    kc_edge_new(&e, &r, (uint64_t)INT64_MAX + 1), KC_EINVAL);
	assert_null(e);
}

/* A tree near the largest size: levels and shifts at their ends. */
static enum kc_err
same_node(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	const struct kc_hash *levels = ctx;

	(void)index;
	*out = levels[level];
	return KC_OK;
}

static void
test_edge__largest_tree(void **state)
{
	struct kc_hash levels[64], path[KC_PATH_MAX], root, want;
	struct kc_hash_reader r = {same_node, levels};
	uint64_t size = (uint64_t)INT64_MAX - 2;
	struct kc_edge *e = NULL;
	size_t n;

	(void)state;
	levels[0] = kc_hash_leaf("same", 4);
	for (unsigned l = 1; l < 64; l++)
		levels[l] = kc_hash_node(&levels[l - 1], &levels[l - 1]);
	assert_int_equal(kc_edge_new(&e, &r, size), KC_OK);
	kc_edge_append(e, &levels[0]);
	kc_edge_append(e, &levels[0]);
	kc_edge_seal(e);
	size += 2;
	root = kc_edge_root(e);
	assert_int_equal(kc_merkle_root(&r, size, &want), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	for (uint64_t i = size - HELD; i < size; i += 573) {
		assert_int_equal(kc_edge_inclusion(e, i, path, &n), KC_OK);
		assert_int_equal(kc_merkle_verify_inclusion(
				     &levels[0], i, size, path, n, &root),
		    KC_OK);
	}
	kc_edge_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_edge__every_leaf_of_every_size_to_600),
	    cmocka_unit_test(test_edge__started_anywhere_then_grown_in_batches),
	    cmocka_unit_test(test_edge__older_leaf_is_not_found),
	    cmocka_unit_test(test_edge__nodes_that_are_still_held),
	    cmocka_unit_test(test_edge__start_reports_storage_and_memory),
	    cmocka_unit_test(test_edge__largest_tree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
