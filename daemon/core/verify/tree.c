/* SPDX-License-Identifier: Apache-2.0 */
/* Stage tree: from leaf hashes to every stored tile and the signed root. */
#include "verify_int.h"

static void
fail(struct kc_verifier *v, enum kc_finding found, uint64_t seq,
    const char *what)
{
	kc_verify_fail(v, KC_VERIFY_TREE, found, seq, what);
	v->stop = true;
}

/* Compares a stored tile of level 1 and up with the one that was made. */
static void
compare_tile(struct kc_verifier *v, unsigned level, uint64_t n, unsigned width)
{
	size_t size = width * sizeof(struct kc_hash);
	const struct kc_hash *made =
	    v->tree->level[8 * level].v + n * KC_TILE_WIDTH;
	char path[KC_TILE_PATH_MAX];
	enum kc_finding found;

	if (v->r->no_hashes)
		return;
	kc_tile_path(path, level, n, width);
	kc_buf_reset(&v->scratch);
	found = kc_verify_read(v, path, size, &v->scratch);
	if (found == KC_FOUND_TOO_LARGE)
		found = KC_FOUND_CUT;
	if (found == KC_FOUND_NOTHING)
		found = kc_verify_compare(kc_buf_view(&v->scratch),
		    (struct kc_slice){(const char *)made->b, size});
	if (found != KC_FOUND_NOTHING)
		fail(v, found, KC_VERIFY_NO_SEQ, path);
}

/* Full tiles that the last entries completed. */
static void
compare_full(struct kc_verifier *v)
{
	struct kc_vtree *t = v->tree;

	for (unsigned l = 1; l < KC_TILE_LEVELS && 8 * l < KC_TREE_LEVELS; l++)
		for (; !v->stop &&
		     t->tiles[l] < t->level[8 * l].n / KC_TILE_WIDTH;
		     t->tiles[l]++)
			compare_tile(v, l, t->tiles[l], KC_TILE_WIDTH);
}

static bool
push(struct kc_vtree *t, unsigned level, const struct kc_hash *h, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!kc_vec_push(&t->level[level], h[i]))
			return false;
	return true;
}

/* Completes the nodes over the last one of a level. */
static bool
carry(struct kc_vtree *t, unsigned level)
{
	for (; level + 1 < KC_TREE_LEVELS && t->level[level].n % 2 == 0;
	     level++) {
		const struct kc_hash *last =
		    t->level[level].v + t->level[level].n;
		struct kc_hash node = kc_hash_node(&last[-2], &last[-1]);

		if (!kc_vec_push(&t->level[level + 1], node))
			return false;
	}
	return true;
}

/* Runs begin at multiples of their length: a full one brings its nodes. */
static bool
fold_run(struct kc_vtree *t, const struct kc_vblock *b, uint32_t at)
{
	uint32_t n = b->n - at < KC_RUN ? b->n - at : KC_RUN;
	const struct kc_hash *inner = b->inner[at / KC_RUN];

	if (n == KC_RUN) {
		if (!push(t, 0, &b->leaf[at], n))
			return false;
		for (unsigned l = 1; l <= KC_RUN_HEIGHT; l++) {
			if (!push(t, l, inner, KC_RUN >> l))
				return false;
			inner += KC_RUN >> l;
		}
		return carry(t, KC_RUN_HEIGHT);
	}
	for (uint32_t i = 0; i < n; i++)
		if (!push(t, 0, &b->leaf[at + i], 1) || !carry(t, 0))
			return false;
	return true;
}

struct kc_hash
kc_vtree_root(const struct kc_vtree *t, uint64_t size)
{
	struct kc_hash root = kc_hash_empty();
	bool some = false;

	/* From the smallest complete subtree on the right to the largest. */
	for (unsigned l = 0; l < KC_TREE_LEVELS; l++) {
		const struct kc_hash *node;

		if ((size >> l & 1) == 0)
			continue;
		node = &t->level[l].v[(size >> l) - 1];
		root = some ? kc_hash_node(node, &root) : *node;
		some = true;
	}
	return root;
}

void
kc_vtree_free(struct kc_vtree *t)
{
	for (unsigned l = 0; t != NULL && l < KC_TREE_LEVELS; l++)
		kc_vec_free(&t->level[l]);
	kc_free(t);
}

/* Compares the level 0 hashes of one bundle with the stored tile. */
static bool
same_leaves(struct kc_verifier *v, const struct kc_vblock *b)
{
	const char *stored = b->tiles.p;

	for (uint32_t i = 0; !v->r->no_hashes && i < b->n; i++) {
		if (memcmp(stored + (size_t)i * KC_HASH_SIZE, b->leaf[i].b,
			KC_HASH_SIZE) == 0)
			continue;
		fail(v, KC_FOUND_HASH, b->first + i, NULL);
		return false;
	}
	return true;
}

static void
finish(struct kc_verifier *v)
{
	struct kc_vtree *t = v->tree;
	const struct kc_checkpoint *c = &v->r->checkpoint;
	const struct kc_checkpoint *earlier = &v->r->earlier;
	struct kc_hash root = kc_vtree_root(t, c->size);

	for (unsigned l = 1; !v->stop && l < KC_TILE_LEVELS; l++)
		if (kc_tile_partial(l, c->size) > 0)
			compare_tile(
			    v, l, t->tiles[l], kc_tile_partial(l, c->size));
	if (v->stop)
		return;
	if (!kc_hash_eq(&root, &c->root)) {
		fail(v, KC_FOUND_HASH, KC_VERIFY_NO_SEQ, "checkpoint");
		return;
	}
	if (v->r->at_least && earlier->size <= c->size) {
		root = kc_vtree_root(t, earlier->size);
		if (!kc_hash_eq(&root, &earlier->root)) {
			fail(v, KC_FOUND_FORK, earlier->size, "at-least");
			return;
		}
	}
	kc_verify_pass(v, KC_VERIFY_TREE, c->size);
}

void
kc_verify_fold(struct kc_verifier *v, struct kc_vblock *b)
{
	struct kc_vtree *t = v->tree;

	if (b->n == 0 || v->stop || !same_leaves(v, b))
		return;
	for (uint32_t at = 0; at < b->n; at += KC_RUN)
		if (!fold_run(t, b, at)) {
			fail(v, KC_FOUND_MEMORY, KC_VERIFY_NO_SEQ, NULL);
			return;
		}
	compare_full(v);
	if (!v->stop && t->level[0].n == v->r->checkpoint.size)
		finish(v);
}
