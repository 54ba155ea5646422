/* SPDX-License-Identifier: Apache-2.0 */
/* Stage tree: from leaf hashes to every stored tile and the signed root. */
#include "verify_int.h"

#include <string.h>

static void
fail_tile(struct kc_verifier *v, enum kc_err err, unsigned level, uint64_t n,
    unsigned width)
{
	char path[KC_TILE_PATH_MAX];

	kc_tile_path(path, level, n, width);
	(void)kc_verify_fail(v, KC_VERIFY_TREE, err, KC_VERIFY_NO_SEQ, path);
	v->stop = true;
}

/* Compares a stored tile of level 1 and up with the one that was made. */
static void
compare_tile(struct kc_verifier *v, unsigned level)
{
	const struct kc_vtree *t = v->tree;
	size_t n = t->width[level] * sizeof(struct kc_hash);
	char path[KC_TILE_PATH_MAX];
	enum kc_err err;

	kc_tile_path(path, level, t->full[level], t->width[level]);
	err = kc_verify_read(v, path, n, &v->scratch);
	if (err == KC_OK &&
	    (v->scratch.n != n ||
		memcmp(v->scratch.p, t->level[level], n) != 0))
		err = KC_EPROOF;
	if (err == KC_ETOOBIG)
		err = KC_EPROOF;
	if (err != KC_OK)
		fail_tile(v, err, level, t->full[level], t->width[level]);
}

/* A node of 256^level leaves is complete: it goes into its tile. */
static void
push_node(struct kc_verifier *v, unsigned level, struct kc_hash node)
{
	struct kc_vtree *t = v->tree;

	while (!v->stop && level < KC_TILE_LEVELS) {
		t->level[level][t->width[level]++] = node;
		if (t->width[level] < KC_TILE_WIDTH)
			return;
		compare_tile(v, level);
		node = kc_tile_node(t->level[level], 8, 0);
		t->full[level]++;
		t->width[level] = 0;
		level++;
	}
}

static void
check_at_least(struct kc_verifier *v)
{
	struct kc_hash root;

	if (!v->has_at_least || v->tree->edge.size != v->at_least.size)
		return;
	root = kc_frontier_root(&v->tree->edge);
	if (!kc_hash_eq(&root, &v->at_least.root)) {
		(void)kc_verify_fail(
		    v, KC_VERIFY_TREE, KC_EFORK, v->at_least.size, "at-least");
		v->stop = true;
	}
}

/* Appends the root of a complete run, as if its leaves had been. */
static void
edge_append_run(struct kc_frontier *f, struct kc_hash node)
{
	unsigned level = KC_RUN_HEIGHT;

	for (; (f->size >> level & 1) != 0; level++)
		node = kc_hash_node(&f->node[level], &node);
	f->node[level] = node;
	f->size += KC_RUN;
}

static void
fold_run(struct kc_verifier *v, const struct kc_vblock *b, uint32_t at)
{
	struct kc_frontier *edge = &v->tree->edge;
	uint32_t n = b->n - at < KC_RUN ? b->n - at : KC_RUN;
	bool inside = v->has_at_least && v->at_least.size > edge->size &&
	    v->at_least.size < edge->size + n;

	if (n == KC_RUN && !inside) {
		edge_append_run(edge, b->run[at / KC_RUN]);
		check_at_least(v);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		kc_frontier_append(edge, &b->leaf[at + i]);
		check_at_least(v);
	}
}

/* Compares the level 0 hashes of one bundle with the stored tile. */
static bool
same_leaves(struct kc_verifier *v, const struct kc_vblock *b, uint32_t at,
    unsigned width)
{
	const char *stored = b->tiles.p + (size_t)at * KC_HASH_SIZE;

	for (unsigned i = 0; i < width; i++) {
		if (memcmp(stored + (size_t)i * KC_HASH_SIZE, b->leaf[at + i].b,
			KC_HASH_SIZE) == 0)
			continue;
		(void)kc_verify_fail(
		    v, KC_VERIFY_TREE, KC_EPROOF, b->first + at + i, NULL);
		v->stop = true;
		return false;
	}
	return true;
}

/* The subtree over the runs of a full bundle. */
static struct kc_hash
bundle_node(const struct kc_vblock *b, uint32_t at)
{
	return kc_tile_node(&b->run[at / KC_RUN], 8 - KC_RUN_HEIGHT, 0);
}

static void
finish(struct kc_verifier *v)
{
	struct kc_vtree *t = v->tree;
	struct kc_hash root = kc_frontier_root(&t->edge);

	for (unsigned l = 1; !v->stop && l < KC_TILE_LEVELS; l++)
		if (t->width[l] > 0)
			compare_tile(v, l);
	if (v->stop)
		return;
	if (!kc_hash_eq(&root, &v->r->checkpoint.root)) {
		(void)kc_verify_fail(v, KC_VERIFY_TREE, KC_EPROOF,
		    KC_VERIFY_NO_SEQ, "checkpoint");
		v->stop = true;
		return;
	}
	kc_verify_pass(v, KC_VERIFY_TREE, t->edge.size);
}

void
kc_verify_fold(struct kc_verifier *v, struct kc_vblock *b)
{
	if (b->n == 0)
		return;
	for (uint32_t at = 0; !v->stop && at < b->n; at += KC_TILE_WIDTH) {
		unsigned width =
		    b->n - at < KC_TILE_WIDTH ? b->n - at : KC_TILE_WIDTH;

		if (!same_leaves(v, b, at, width))
			return;
		for (uint32_t i = 0; i < width; i += KC_RUN)
			fold_run(v, b, at + i);
		if (!v->stop && width == KC_TILE_WIDTH)
			push_node(v, 1, bundle_node(b, at));
	}
	if (!v->stop && v->tree->edge.size == v->r->checkpoint.size)
		finish(v);
}
