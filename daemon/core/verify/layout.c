/* SPDX-License-Identifier: Apache-2.0 */
/* Stages layout and trust: the files, the log key, the signed checkpoint. */
#include "verify_int.h"

#include <string.h>

#include <kaocheng/trust.h>

#define KEYS_MAX (64U << 20) /* bytes of the keys file */

/* The three files beside the tiles. */
static enum kc_err
read_top(struct kc_verifier *v, struct kc_buf *checkpoint, struct kc_buf *trust)
{
	const struct {
		const char *path;
		size_t max;
		struct kc_buf *out;
	} files[] = {
	    {"checkpoint", KC_CHECKPOINT_MAX, checkpoint},
	    {"trust", KC_NOTE_MAX, trust},
	    {"keys", KEYS_MAX, &v->keys},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		enum kc_err err = kc_verify_read(
		    v, files[i].path, files[i].max, files[i].out);

		if (err != KC_OK)
			return kc_verify_fail(v, KC_VERIFY_LAYOUT, err,
			    KC_VERIFY_NO_SEQ, files[i].path);
	}
	return KC_OK;
}

static enum kc_err
fail_trust(struct kc_verifier *v, enum kc_err err, const char *what)
{
	return kc_verify_fail(v, KC_VERIFY_TRUST, err, KC_VERIFY_NO_SEQ, what);
}

/* The export's trust file has one spelling; a file from elsewhere decides
 * whose key it is. */
static enum kc_err
check_trust(struct kc_verifier *v, struct kc_slice trust)
{
	struct kc_vkey *key = &v->r->log_key;
	static struct kc_trust t; /* large */
	struct kc_vkey other;
	struct kc_buf again = {0};
	bool same;
	enum kc_err err = kc_trust_parse(&t, trust, NULL);

	if (err != KC_OK)
		return fail_trust(v, err, "trust");
	*key = t.log[0];
	kc_buf_trust(&again, key);
	same = kc_slice_eq(kc_buf_view(&again), trust);
	err = kc_buf_err(&again);
	kc_buf_free(&again);
	if (err != KC_OK || !same)
		return fail_trust(v, err != KC_OK ? err : KC_ESYNTAX, "trust");
	if (v->o->trust.n == 0)
		return KC_OK;
	/* A file from elsewhere that is no trust file says nothing of ours. */
	err = kc_trust_parse(&t, v->o->trust, NULL);
	other = t.log[0];
	if (err != KC_OK)
		err = KC_EINVAL;
	else if (!kc_vkey_eq(&other, key))
		err = KC_EFOREIGN;
	return err == KC_OK ? KC_OK : fail_trust(v, err, "trust");
}

/* Signed by the log and by nobody else: a line by an unknown key could be
 * changed unnoticed. */
static enum kc_err
check_checkpoint(struct kc_verifier *v, struct kc_slice bytes)
{
	struct kc_note note;
	enum kc_err err;

	err = kc_checkpoint_parse(&v->r->checkpoint, bytes, &v->r->log_key);
	if (err == KC_OK)
		err = kc_note_parse(&note, bytes, NULL);
	if (err == KC_OK && note.nsigs != 1)
		err = KC_ENOKEY;
	return err == KC_OK ? KC_OK : fail_trust(v, err, "checkpoint");
}

static enum kc_err
check_at_least(struct kc_verifier *v)
{
	enum kc_err err;

	if (v->o->at_least.n == 0)
		return KC_OK;
	err = kc_checkpoint_parse(&v->at_least, v->o->at_least, &v->r->log_key);
	if (err != KC_OK)
		return fail_trust(
		    v, err == KC_ESYNTAX ? KC_EINVAL : err, "at-least");
	v->has_at_least = true;
	if (v->at_least.size > v->r->checkpoint.size)
		return kc_verify_fail(v, KC_VERIFY_TREE, KC_EINCOMPLETE,
		    KC_VERIFY_NO_SEQ, "at-least");
	return KC_OK;
}

/* --- the listing -----------------------------------------------------------
 */
struct listing {
	struct kc_verifier *v;
	uint64_t size, expected, seen;
	char bad[KC_TILE_PATH_MAX];
};

static bool
is_expected(uint64_t size, struct kc_slice path)
{
	uint64_t n;
	unsigned width, partial;
	unsigned level;
	int l;

	if (kc_tile_path_parse(path, &l, &n, &width) != KC_OK)
		return false;
	level = l < 0 ? 0 : (unsigned)l;
	partial = kc_tile_partial(level, size);
	if (n < kc_tile_full(level, size))
		return width == KC_TILE_WIDTH;
	return n == kc_tile_full(level, size) && partial > 0 &&
	    width == partial;
}

static bool
is_known(uint64_t size, struct kc_slice path)
{
	return kc_slice_is(path, "checkpoint") || kc_slice_is(path, "trust") ||
	    kc_slice_is(path, "keys") || is_expected(size, path);
}

/* A path that cannot be named whole is named by its beginning. */
static void
keep_name(struct listing *l, struct kc_slice path)
{
	if (path.n >= sizeof(l->bad))
		path.n = sizeof(l->bad) - 1;
	(void)kc_slice_copy(l->bad, sizeof(l->bad), path);
}

/* Of a directory: any order; what lies outside tile/ is not ours. */
static enum kc_err
see_file(void *arg, struct kc_slice path)
{
	struct listing *l = arg;

	if (path.n < 5 || memcmp(path.p, "tile/", 5) != 0)
		return KC_OK;
	if (!is_expected(l->size, path)) {
		keep_name(l, path);
		return KC_ECORRUPT;
	}
	l->seen++;
	return KC_OK;
}

/* Of a bundle: exactly the canonical order. */
static enum kc_err
see_next(void *arg, struct kc_slice path)
{
	struct listing *l = arg;
	char want[KC_TILE_PATH_MAX];

	if (l->seen == l->expected) {
		keep_name(l, path);
		return KC_ECORRUPT;
	}
	kc_export_path(l->size, l->seen, want);
	if (!kc_slice_is(path, want)) {
		keep_name(l, path);
		return KC_ECORRUPT;
	}
	l->seen++;
	return KC_OK;
}

/* Names the first file that is not there; what is in the others, and how
 * much, does not matter. */
static bool
find_missing(struct listing *l)
{
	for (uint64_t i = 0; i < kc_export_count(l->size); i++) {
		char path[KC_TILE_PATH_MAX];
		struct kc_buf out = {0};
		enum kc_err err;

		kc_export_path(l->size, i, path);
		err = l->v->o->files->read(l->v->o->files->ctx, path, 0, &out);
		kc_buf_free(&out);
		if (err == KC_ENOTFOUND) {
			memcpy(l->bad, path, sizeof(path));
			return true;
		}
	}
	return false;
}

static enum kc_err
check_listing(struct kc_verifier *v)
{
	const struct kc_files *files = v->o->files;
	uint64_t size = v->r->checkpoint.size;
	struct listing l = {.v = v, .size = size};
	enum kc_err err;

	l.expected = kc_export_count(size) - (files->exact ? 0 : 3);
	err = files->list(files->ctx, files->exact ? see_next : see_file, &l);
	/* A known file where another belongs: one before it may be missing. */
	if (err == KC_ECORRUPT && files->exact &&
	    is_known(size, kc_slice_str(l.bad)) && find_missing(&l))
		err = KC_EINCOMPLETE;
	if (err == KC_OK && l.seen < l.expected)
		err = find_missing(&l) ? KC_EINCOMPLETE : KC_ECORRUPT;
	if (err != KC_OK)
		return kc_verify_fail(
		    v, KC_VERIFY_LAYOUT, err, KC_VERIFY_NO_SEQ, l.bad);
	kc_verify_pass(v, KC_VERIFY_LAYOUT, kc_export_count(size));
	return KC_OK;
}

/* The listing comes last: how many files there must be is known only from a
 * checkpoint that holds. */
enum kc_err
kc_verify_layout(struct kc_verifier *v)
{
	struct kc_buf checkpoint = {0}, trust = {0};
	enum kc_err err = read_top(v, &checkpoint, &trust);

	if (err == KC_OK)
		err = check_trust(v, kc_buf_view(&trust));
	if (err == KC_OK)
		err = check_checkpoint(v, kc_buf_view(&checkpoint));
	if (err == KC_OK) {
		kc_verify_pass(v, KC_VERIFY_TRUST, 1);
		err = check_at_least(v);
	}
	/* A ledger has its opening at the least. */
	if (err == KC_OK && v->r->checkpoint.size == 0)
		err = kc_verify_fail(v, KC_VERIFY_LAYOUT, KC_EINCOMPLETE,
		    KC_VERIFY_NO_SEQ, "checkpoint");
	if (err == KC_OK)
		err = check_listing(v);
	kc_buf_free(&checkpoint);
	kc_buf_free(&trust);
	return err;
}
