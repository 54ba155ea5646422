/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 6962 section 2.1, recursive and slow, to compare with. */
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>

/* Largest power of two below n, for n > 1. */
static size_t
split(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

struct kc_hash
naive_root(const struct kc_hash *leaf, size_t n)
{
	struct kc_hash left, right;
	size_t k;

	if (n == 0)
		return kc_hash_empty();
	if (n == 1)
		return leaf[0];
	k = split(n);
	left = naive_root(leaf, k);
	right = naive_root(leaf + k, n - k);
	return kc_hash_node(&left, &right);
}

size_t
naive_path(struct kc_hash *out, size_t m, const struct kc_hash *leaf, size_t n)
{
	size_t k, used;

	if (n == 1)
		return 0;
	k = split(n);
	if (m < k) {
		used = naive_path(out, m, leaf, k);
		out[used] = naive_root(leaf + k, n - k);
	} else {
		used = naive_path(out, m - k, leaf + k, n - k);
		out[used] = naive_root(leaf, k);
	}
	return used + 1;
}

static size_t
subproof(struct kc_hash *out, size_t m, const struct kc_hash *leaf, size_t n,
    bool whole)
{
	size_t k, used;

	if (m == n) {
		if (whole)
			return 0;
		out[0] = naive_root(leaf, n);
		return 1;
	}
	k = split(n);
	if (m <= k) {
		used = subproof(out, m, leaf, k, whole);
		out[used] = naive_root(leaf + k, n - k);
	} else {
		used = subproof(out, m - k, leaf + k, n - k, false);
		out[used] = naive_root(leaf, k);
	}
	return used + 1;
}

size_t
naive_consistency(
    struct kc_hash *out, size_t m, const struct kc_hash *leaf, size_t n)
{
	return subproof(out, m, leaf, n, true);
}

void
test_tree_init(struct test_tree *t, size_t n)
{
	char text[32];

	*t = (struct test_tree){.n = n, .limit = n};
	for (unsigned l = 0; l < TEST_TREE_LEVELS; l++) {
		t->node[l] = calloc((n >> l) + 1, sizeof(struct kc_hash));
		if (t->node[l] == NULL)
			abort();
	}
	for (size_t i = 0; i < n; i++) {
		int len = snprintf(text, sizeof(text), "leaf %zu", i);

		t->node[0][i] = kc_hash_leaf(text, (size_t)len);
	}
	test_tree_rebuild(t);
}

void
test_tree_rebuild(struct test_tree *t)
{
	for (unsigned l = 1; l < TEST_TREE_LEVELS; l++)
		for (size_t i = 0; i < t->n >> l; i++)
			t->node[l][i] = kc_hash_node(
			    &t->node[l - 1][2 * i], &t->node[l - 1][2 * i + 1]);
}

void
test_tree_free(struct test_tree *t)
{
	for (unsigned l = 0; l < TEST_TREE_LEVELS; l++)
		free(t->node[l]);
}

static enum kc_err
tree_read(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	struct test_tree *t = ctx;

	if (level >= TEST_TREE_LEVELS || (index + 1) << level > t->limit)
		return KC_ENOTFOUND;
	*out = t->node[level][index];
	t->reads++;
	return KC_OK;
}

struct kc_hash_reader
test_tree_reader(struct test_tree *t)
{
	return (struct kc_hash_reader){tree_read, t};
}
