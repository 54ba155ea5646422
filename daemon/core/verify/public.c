/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public profile of an export: every hash and no entry (docs/FORMAT.md
 * "Profiles"). The tree is made from the hashes of the leaves alone.
 */
#include "verify_int.h"

#define PROFILE "kaocheng/v1 profile public\n"
#define TOP 3 /* checkpoint, trust, profile */

/* One check under way. */
struct open {
	struct kc_verifier *v;
	uint64_t size, seen;
	struct kc_hash tile[KC_TILE_WIDTH], below[KC_TILE_WIDTH];
};

static bool
fail(struct open *p, enum kc_verify_stage stage, enum kc_finding found,
    const char *what)
{
	kc_verify_fail(p->v, stage, found, KC_VERIFY_NO_SEQ, what);
	return false;
}

static bool
read_tile(struct open *p, unsigned level, uint64_t n,
    struct kc_hash hashes[KC_TILE_WIDTH], unsigned *width)
{
	char path[KC_TILE_PATH_MAX];
	enum kc_finding found;
	size_t size;

	*width = n < kc_tile_full(level, p->size)
	    ? KC_TILE_WIDTH
	    : kc_tile_partial(level, p->size);
	size = *width * sizeof(hashes[0]);
	kc_tile_path(path, level, n, *width);
	kc_buf_reset(&p->v->scratch);
	found = kc_verify_read(p->v, path, size, &p->v->scratch);
	if (found == KC_FOUND_TOO_LARGE ||
	    (found == KC_FOUND_NOTHING && p->v->scratch.n != size))
		found = KC_FOUND_CUT;
	if (found != KC_FOUND_NOTHING)
		return fail(p, KC_VERIFY_LAYOUT, found, path);
	memcpy(hashes, p->v->scratch.p, size);
	return true;
}

static uint64_t
tiles_of(unsigned level, uint64_t size)
{
	return kc_tile_full(level, size) + (kc_tile_partial(level, size) > 0);
}

/* The leaves lead to the signed root, and to the earlier one. */
static bool
check_leaves(struct open *p)
{
	const struct kc_verify_report *r = p->v->r;
	struct kc_frontier edge = {0};
	struct kc_hash root;
	unsigned width;

	for (uint64_t n = 0; n < tiles_of(0, p->size); n++) {
		if (!read_tile(p, 0, n, p->tile, &width))
			return false;
		for (unsigned i = 0; i < width; i++) {
			kc_frontier_append(&edge, &p->tile[i]);
			if (!r->at_least ||
			    n * KC_TILE_WIDTH + i + 1 != r->earlier.size)
				continue;
			root = kc_frontier_root(&edge);
			if (!kc_hash_eq(&root, &r->earlier.root))
				return fail(p, KC_VERIFY_TREE, KC_FOUND_FORK,
				    "at-least");
		}
	}
	root = kc_frontier_root(&edge);
	return kc_hash_eq(&root, &r->checkpoint.root) ||
	    fail(p, KC_VERIFY_TREE, KC_FOUND_HASH, "checkpoint");
}

/* Each hash above is that of the full tile below it. */
static bool
check_above(struct open *p, unsigned level)
{
	char path[KC_TILE_PATH_MAX];
	unsigned width, full;

	for (uint64_t n = 0; n < tiles_of(level, p->size); n++) {
		if (!read_tile(p, level, n, p->tile, &width))
			return false;
		for (unsigned i = 0; i < width; i++) {
			struct kc_hash h;

			if (!read_tile(p, level - 1, n * KC_TILE_WIDTH + i,
				p->below, &full))
				return false;
			h = kc_tile_node(p->below, 8, 0);
			if (kc_hash_eq(&h, &p->tile[i]))
				continue;
			kc_tile_path(path, level, n, width);
			return fail(p, KC_VERIFY_TREE, KC_FOUND_HASH, path);
		}
	}
	return true;
}

/* The path of the i-th file, in the order of a bundle; "": there is none. */
static void
path_at(uint64_t size, uint64_t i, char out[KC_TILE_PATH_MAX])
{
	static const char *const top[TOP] = {"checkpoint", "trust", "profile"};

	out[0] = '\0';
	if (i < TOP)
		memcpy(out, top[i], strlen(top[i]) + 1);
	else if (i < kc_export_count(size))
		kc_export_path(size, i, out);
	if (strncmp(out, "tile/entries/", 13) == 0)
		out[0] = '\0';
}

static enum kc_err
see(void *arg, struct kc_slice path)
{
	struct open *p = arg;
	char want[KC_TILE_PATH_MAX];

	path_at(p->size, p->seen++, want);
	return kc_slice_is(path, want) ? KC_OK : KC_ECORRUPT;
}

/* One file holds nothing else: not an entry by mistake. */
static bool
check_list(struct open *p)
{
	const struct kc_files *f = p->v->o->files;

	if (!f->exact || f->list(f->ctx, see, p) == KC_OK)
		return true;
	return fail(p, KC_VERIFY_LAYOUT, KC_FOUND_STRAY, "profile");
}

static void
check(struct open *p)
{
	struct kc_verifier *v = p->v;
	uint64_t count = TOP;
	bool ok = true;

	p->size = v->r->checkpoint.size;
	if (p->size == 0)
		ok = fail(p, KC_VERIFY_LAYOUT, KC_FOUND_MISSING, "tile/0/000");
	ok = ok && check_list(p) && check_leaves(p);
	for (unsigned l = 1; ok && l < KC_TILE_LEVELS; l++)
		ok = check_above(p, l);
	for (unsigned l = 0; l < KC_TILE_LEVELS; l++)
		count += tiles_of(l, p->size);
	if (!ok)
		return;
	kc_verify_pass(v, KC_VERIFY_LAYOUT, count);
	kc_verify_pass(v, KC_VERIFY_TREE, p->size);
	kc_verify_cover_by_heads(v->r);
}

static enum kc_err
no_entry(void *arg, struct kc_slice path)
{
	static const struct kc_slice entries = {"tile/entries/", 13};

	(void)arg;
	return path.n >= entries.n && memcmp(path.p, entries.p, entries.n) == 0
	    ? KC_ECORRUPT
	    : KC_OK;
}

/* A file named profile, beside entries, must not hide them. Behind an address
 * the first ones are asked for, by the size that the checkpoint says. */
static bool
has_entries(struct kc_verifier *v)
{
	const struct kc_files *f = v->o->files;
	char path[KC_TILE_PATH_MAX];
	struct kc_buf text = {0};
	struct kc_checkpoint c;
	bool has = true;

	if (f->exact)
		return false;
	if (f->list != NULL)
		return f->list(f->ctx, no_entry, NULL) != KC_OK;
	if (kc_verify_read(v, "checkpoint", KC_CHECKPOINT_MAX, &text) ==
		KC_FOUND_NOTHING &&
	    kc_checkpoint_parse(&c, kc_buf_view(&text), NULL) == KC_OK) {
		kc_tile_entries_path(path, 0,
		    c.size < KC_TILE_WIDTH ? (unsigned)c.size : KC_TILE_WIDTH);
		kc_buf_reset(&text);
		has = kc_verify_read(v, path, 1, &text) != KC_FOUND_MISSING;
	}
	kc_buf_free(&text);
	return has;
}

bool
kc_verify_public(struct kc_verifier *v)
{
	struct open *p;
	struct kc_buf text = {0};
	bool is = kc_verify_read(v, "profile", 64, &text) == KC_FOUND_NOTHING &&
	    kc_slice_is(kc_buf_view(&text), PROFILE) && !has_entries(v);

	kc_buf_free(&text);
	if (!is)
		return false;
	v->r->open = true;
	p = kc_alloc(sizeof(*p));
	if (p == NULL) {
		kc_verify_fail(
		    v, KC_VERIFY_TREE, KC_FOUND_MEMORY, KC_VERIFY_NO_SEQ, NULL);
		return true;
	}
	p->v = v;
	if (kc_verify_head(v)) {
		if (v->follows)
			(void)fail(p, KC_VERIFY_TRUST, KC_FOUND_UNSIGNED,
			    "checkpoint");
		else
			check(p);
	}
	kc_free(p);
	return true;
}
