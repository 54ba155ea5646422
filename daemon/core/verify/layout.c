/* SPDX-License-Identifier: Apache-2.0 */
/* Stages layout and trust: the files, the log key, the signed checkpoint. */
#include "verify_int.h"

#include <string.h>

#include <kaocheng/proof.h>

#define KEYS_MAX (64U << 20) /* bytes of the keys file */

static bool
fail(struct kc_verifier *v, enum kc_verify_stage stage, enum kc_finding found,
    const char *what)
{
	kc_verify_fail(v, stage, found, KC_VERIFY_NO_SEQ, what);
	return false;
}

/* Reads one of the files beside the tiles; an empty one broke off. */
static bool
read_top(
    struct kc_verifier *v, const char *path, size_t max, struct kc_buf *out)
{
	enum kc_finding found = kc_verify_read(v, path, max, out);

	if (found == KC_FOUND_NOTHING && out->n == 0)
		found = KC_FOUND_CUT;
	v->top_files += found == KC_FOUND_NOTHING;
	return found == KC_FOUND_NOTHING ||
	    fail(v, KC_VERIFY_LAYOUT, found, path);
}

/* Trust from elsewhere decides whose key it is; else the export's own. */
static bool
read_trust(struct kc_verifier *v)
{
	struct kc_buf text = {0};
	bool ok;

	if (v->o->trust != NULL) {
		v->r->trust = *v->o->trust;
		return true;
	}
	ok = read_top(v, "trust", KC_NOTE_MAX, &text);
	if (ok &&
	    kc_trust_parse(&v->r->trust, kc_buf_view(&text), &v->r->where) !=
		KC_OK)
		ok = fail(v, KC_VERIFY_TRUST, KC_FOUND_MALFORMED, "trust");
	kc_buf_free(&text);
	return ok;
}

/* What it means for the log's own checkpoint that it is not accepted. */
static enum kc_finding
found_of(enum kc_err err, bool own_trust)
{
	if (err == KC_ETOOBIG)
		return KC_FOUND_TOO_LARGE;
	if (err == KC_ENOMEM)
		return KC_FOUND_MEMORY;
	if (err == KC_ESIG)
		return KC_FOUND_BAD_SIGNATURE;
	if (err == KC_ENOKEY)
		return KC_FOUND_UNSIGNED;
	if (err == KC_EFOREIGN)
		return own_trust ? KC_FOUND_UNSIGNED : KC_FOUND_FOREIGN;
	return KC_FOUND_MALFORMED;
}

/* What a head that is signed says. */
static void
take_signed(struct kc_verifier *v)
{
	struct kc_verify_report *r = v->r;
	uint64_t count = 1;

	r->signed_by_log = true;
	r->log_key = *r->witnesses.log;
	if (!r->witnesses.quorum)
		(void)fail(v, KC_VERIFY_TRUST, KC_FOUND_QUORUM, "checkpoint");
	for (uint32_t by = r->witnesses.by; by != 0; by &= by - 1)
		count++;
	kc_verify_pass(v, KC_VERIFY_TRUST, count);
}

static bool
check_checkpoint(struct kc_verifier *v)
{
	struct kc_verify_report *r = v->r;
	enum kc_err err;

	if (!read_top(v, "checkpoint", KC_CHECKPOINT_MAX, &v->head) ||
	    !read_trust(v))
		return false;
	err = kc_trust_check(
	    &r->trust, kc_buf_view(&v->head), &r->checkpoint, &r->witnesses);
	v->follows = err == KC_ENOKEY;
	if (err == KC_OK)
		take_signed(v);
	return err == KC_OK || v->follows ||
	    fail(v, KC_VERIFY_TRUST, found_of(err, v->o->trust == NULL),
		"checkpoint");
}

/* The key that the head is signed by joins those of the trust file. */
static bool
follow(struct kc_verifier *v, const struct kc_log_keys *in_force)
{
	struct kc_verify_report *r = v->r;

	for (size_t i = 0; i < in_force->n && r->trust.nlogs < KC_TRUST_MAX;
	     i++)
		r->trust.log[r->trust.nlogs++] = in_force->v[i];
	if (kc_trust_check(&r->trust, kc_buf_view(&v->head), &r->checkpoint,
		&r->witnesses) != KC_OK)
		return false;
	take_signed(v);
	return true;
}

enum kc_finding
kc_verify_log_keys(struct kc_verifier *v, const struct kc_log_keys *all,
    const struct kc_log_keys *in_force)
{
	const struct kc_trust *t = &v->r->trust;
	struct kc_checkpoint c;
	bool trusted = false;

	for (size_t i = 0; i < t->nlogs; i++)
		trusted = trusted || kc_log_keys_has(all, &t->log[i]);
	if (!trusted)
		return KC_FOUND_KEY;
	if (v->follows)
		return follow(v, in_force) ? KC_FOUND_NOTHING
					   : KC_FOUND_UNSIGNED;
	/* A key that was followed by another signs no more. */
	if (kc_checkpoint_parse_by(&c, kc_buf_view(&v->head), in_force) !=
	    KC_OK)
		return KC_FOUND_KEY;
	return KC_FOUND_NOTHING;
}

void
kc_verify_unsigned(struct kc_verifier *v)
{
	struct kc_verify_report *r = v->r;

	memset(r->stage, 0, sizeof(r->stage));
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		r->stage[s].seq = KC_VERIFY_NO_SEQ;
	r->covered = 0;
	(void)fail(v, KC_VERIFY_TRUST, KC_FOUND_UNSIGNED, "checkpoint");
}

/* With trust from elsewhere the export's own decides nothing; if it is there,
 * it names the log. */
static bool
check_own_trust(struct kc_verifier *v)
{
	struct kc_trust *own;
	struct kc_buf text = {0};
	enum kc_finding found;
	bool named = false;

	if (v->o->trust == NULL)
		return true;
	own = kc_alloc(sizeof(*own));
	found = own != NULL ? kc_verify_read(v, "trust", KC_NOTE_MAX, &text)
			    : KC_FOUND_MEMORY;
	if (found == KC_FOUND_NOTHING) {
		v->top_files++;
		if (kc_trust_parse(own, kc_buf_view(&text), &v->r->where) !=
		    KC_OK)
			found = KC_FOUND_MALFORMED;
		for (size_t i = 0; !named && i < own->nlogs; i++)
			named = strcmp(own->log[i].name,
				    v->r->checkpoint.origin) == 0;
		if (found == KC_FOUND_NOTHING && !named)
			found = KC_FOUND_FOREIGN;
	}
	kc_buf_free(&text);
	kc_free(own);
	return found == KC_FOUND_NOTHING || found == KC_FOUND_MISSING ||
	    fail(v, KC_VERIFY_TRUST, found, "trust");
}

/* A checkpoint, or a receipt that ends in one. What is given says nothing of
 * this log unless the log signed it. */
static bool
check_at_least(struct kc_verifier *v)
{
	struct kc_verify_report *r = v->r;
	struct kc_slice note = v->o->at_least;
	struct kc_proof proof;
	enum kc_err err;

	if (note.n == 0)
		return true;
	if (kc_proof_parse(&proof, note) == KC_OK)
		note = proof.checkpoint;
	err =
	    kc_trust_check(&r->trust, note, &r->earlier, &r->earlier_witnesses);
	if (err == KC_OK &&
	    strcmp(r->earlier.origin, r->checkpoint.origin) != 0)
		err = KC_EFOREIGN;
	if (err != KC_OK)
		return fail(v, KC_VERIFY_TRUST,
		    err == KC_EFOREIGN || err == KC_ENOKEY ? KC_FOUND_FOREIGN
			: err == KC_ENOMEM                 ? KC_FOUND_MEMORY
							   : KC_FOUND_NOT_ONE,
		    "at-least");
	r->at_least = true;
	/* What is here may be tampered with besides: the others go on. */
	if (r->earlier.size > r->checkpoint.size)
		(void)fail(v, KC_VERIFY_TREE, KC_FOUND_OLDER, "at-least");
	return true;
}

bool
kc_verify_same(struct kc_verifier *v)
{
	const struct kc_verify_report *r = v->r;

	if (!r->at_least)
		return true;
	if (r->earlier.size != r->checkpoint.size)
		return fail(v, KC_VERIFY_TREE, KC_FOUND_MISSING, "at-least");
	return kc_hash_eq(&r->earlier.root, &r->checkpoint.root) ||
	    fail(v, KC_VERIFY_TREE, KC_FOUND_FORK, "at-least");
}

/* --- the listing --- */
struct listing {
	struct kc_verifier *v;
	uint64_t size;
	uint64_t entries, hashes; /* expected files that were seen */
	uint64_t seen;            /* of a bundle */
	struct kc_buf is, should; /* scratch */
	char bad[KC_TILE_PATH_MAX];
};

/* A path that cannot be named whole is named by its beginning. */
static const char *
name_of(struct listing *l, struct kc_slice path)
{
	if (path.n >= sizeof(l->bad))
		path.n = sizeof(l->bad) - 1;
	(void)kc_slice_copy(l->bad, sizeof(l->bad), path);
	return l->bad;
}

/* A partial tile of an earlier size must be the beginning of the present one:
 * then it is only said. */
static void
see_stale(
    struct listing *l, const char *path, int level, uint64_t n, unsigned width)
{
	unsigned lv = level < 0 ? 0 : (unsigned)level;
	unsigned now = n < kc_tile_full(lv, l->size)
	    ? KC_TILE_WIDTH
	    : kc_tile_partial(lv, l->size);
	char whole[KC_TILE_PATH_MAX];
	enum kc_finding found;
	size_t each = level < 0 ? KC_LEAF_MAX + 2 : KC_HASH_SIZE;

	if (level < 0)
		kc_tile_entries_path(whole, n, now);
	else
		kc_tile_path(whole, lv, n, now);
	kc_buf_reset(&l->is);
	kc_buf_reset(&l->should);
	found = kc_verify_read(l->v, path, width * each, &l->is);
	/* Should the present one be missing, that is said elsewhere. */
	if (found == KC_FOUND_NOTHING &&
	    kc_verify_read(l->v, whole, now * each, &l->should) ==
		KC_FOUND_NOTHING) {
		if (l->is.n < l->should.n)
			l->should.n = l->is.n;
		found = kc_verify_compare(
		    kc_buf_view(&l->is), kc_buf_view(&l->should));
		if (found == KC_FOUND_NOTHING && level >= 0 &&
		    l->is.n != width * each)
			found = KC_FOUND_CUT;
	}
	if (found == KC_FOUND_NOTHING)
		l->v->r->stale++;
	else
		(void)fail(l->v, KC_VERIFY_LAYOUT, found, path);
}

/* Of a directory: any order; what lies outside tile/ is not ours. */
static enum kc_err
see_file(void *arg, struct kc_slice path)
{
	struct listing *l = arg;
	unsigned width, partial, lv;
	uint64_t n, full;
	int level;

	if (path.n < 5 || memcmp(path.p, "tile/", 5) != 0)
		return KC_OK;
	if (kc_tile_path_parse(path, &level, &n, &width) != KC_OK) {
		(void)fail(
		    l->v, KC_VERIFY_LAYOUT, KC_FOUND_STRAY, name_of(l, path));
		return KC_OK;
	}
	lv = level < 0 ? 0 : (unsigned)level;
	full = kc_tile_full(lv, l->size);
	partial = kc_tile_partial(lv, l->size);
	if ((n < full && width == KC_TILE_WIDTH) ||
	    (n == full && width == partial))
		(*(level < 0 ? &l->entries : &l->hashes))++;
	else if (n < full || (n == full && width < partial))
		see_stale(l, name_of(l, path), level, n, width);
	else
		(void)fail(
		    l->v, KC_VERIFY_LAYOUT, KC_FOUND_BEYOND, name_of(l, path));
	return KC_OK;
}

/* Of a bundle: exactly the canonical order, then evidence. */
static enum kc_err
see_next(void *arg, struct kc_slice path)
{
	struct listing *l = arg;
	char want[KC_TILE_PATH_MAX] = "";

	if (l->seen == kc_export_count(l->size)) {
		(void)name_of(l, path);
		if (l->v->openings.n == 0 &&
		    kc_verify_see_exhibit(l->v, path) == KC_OK)
			return KC_OK;
		return kc_verify_see_opening(l->v, path);
	}
	kc_export_path(l->size, l->seen, want);
	if (!kc_slice_is(path, want)) {
		(void)name_of(l, path);
		return KC_ECORRUPT;
	}
	l->seen++;
	return KC_OK;
}

/* Names the first file that is not there; what is in the others, and how
 * much, does not matter. Of a mirror, hash tiles may all be absent. */
static bool
find_missing(struct listing *l)
{
	const struct kc_files *files = l->v->o->files;

	for (uint64_t i = l->v->o->trust != NULL && !files->exact ? 3 : 0;
	     i < kc_export_count(l->size); i++) {
		char path[KC_TILE_PATH_MAX];
		struct kc_buf out = {0};
		enum kc_err err;

		kc_export_path(l->size, i, path);
		if (l->v->r->no_hashes &&
		    strncmp(path, "tile/entries/", 13) != 0)
			continue;
		err = files->read(files->ctx, path, 0, &out);
		kc_buf_free(&out);
		if (err == KC_ENOTFOUND) {
			memcpy(l->bad, path, sizeof(path));
			return true;
		}
	}
	return false;
}

/* Behind an address: what is missing is found when it is read. */
static bool
pass_unlisted(struct kc_verifier *v)
{
	uint64_t count = kc_export_count(v->r->checkpoint.size);
	char path[KC_TILE_PATH_MAX];
	struct kc_buf out = {0};

	if (v->o->trust != NULL && v->r->checkpoint.size > 0) {
		kc_export_path(v->r->checkpoint.size, 3, path);
		v->r->no_hashes =
		    kc_verify_read(v, path, KC_TILE_WIDTH * KC_HASH_SIZE,
			&out) == KC_FOUND_MISSING;
		kc_buf_free(&out);
	}
	if (v->r->no_hashes)
		count = 3 + v->bundles;
	kc_verify_pass(v, KC_VERIFY_LAYOUT, count - 3 + v->top_files);
	return true;
}

static bool
check_listing(struct kc_verifier *v)
{
	const struct kc_files *files = v->o->files;
	struct listing l = {.v = v, .size = v->r->checkpoint.size};
	uint64_t count = kc_export_count(l.size);
	bool missing;
	enum kc_err err;

	if (files->list == NULL)
		return pass_unlisted(v);
	err = files->list(files->ctx, files->exact ? see_next : see_file, &l);
	kc_buf_free(&l.is);
	kc_buf_free(&l.should);
	if (files->exact) {
		missing = err == KC_OK && l.seen < count;
	} else {
		v->r->no_hashes = v->o->trust != NULL && l.hashes == 0;
		if (v->r->no_hashes)
			count = 3 + v->bundles;
		missing = l.entries < v->bundles ||
		    (!v->r->no_hashes && l.entries + l.hashes < count - 3);
	}
	/* In a bundle, a file where another belongs: one may be missing. */
	if ((missing || err == KC_ECORRUPT) && find_missing(&l))
		return fail(v, KC_VERIFY_LAYOUT, KC_FOUND_MISSING, l.bad);
	if (missing || err != KC_OK)
		return fail(v, KC_VERIFY_LAYOUT,
		    err == KC_EIO          ? KC_FOUND_UNREADABLE
			: err == KC_ENOMEM ? KC_FOUND_MEMORY
					   : KC_FOUND_MALFORMED,
		    l.bad);
	kc_verify_pass(v, KC_VERIFY_LAYOUT, count - 3 + v->top_files);
	return true;
}

/* The list of keys; a mirror need not have it. */
static bool
read_keys(struct kc_verifier *v)
{
	enum kc_finding found = kc_verify_read(v, "keys", KEYS_MAX, &v->keys);

	if (found == KC_FOUND_MISSING && v->o->trust != NULL) {
		v->r->no_keys = true;
		return true;
	}
	v->top_files += found == KC_FOUND_NOTHING;
	return found == KC_FOUND_NOTHING ||
	    fail(v, KC_VERIFY_LAYOUT, found, "keys");
}

bool
kc_verify_head(struct kc_verifier *v)
{
	return check_checkpoint(v) && check_own_trust(v) && check_at_least(v);
}

/* The listing comes last: how many files there must be is known only from a
 * checkpoint that holds. */
bool
kc_verify_layout(struct kc_verifier *v)
{
	uint64_t size;

	if (!kc_verify_head(v) || !read_keys(v))
		return false;
	size = v->r->checkpoint.size;
	/* A ledger has its opening at the least. */
	if (size == 0)
		return fail(
		    v, KC_VERIFY_LAYOUT, KC_FOUND_MISSING, "tile/entries/000");
	v->bundles = kc_tile_full(0, size) + (kc_tile_partial(0, size) > 0);
	return check_listing(v);
}
