/* SPDX-License-Identifier: Apache-2.0 */
/* Anchors, and what they know of a ledger that was put back. */
#include "anchors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/checkpoint.h>
#include <kaocheng/leaf.h>

#include "sys/file.h"
#include "sys/log.h"

#define MARK_MAX 8192
#define ASIDE_MAX 1000 /* anchors of one size that were put aside */
#define FIRST "kaocheng/v1 restored\nkept "

static enum kc_err
mark_path(const struct kc_daemon *d, char out[KC_CONFIG_PATH_MAX])
{
	return kc_config_join(
	    out, KC_CONFIG_PATH_MAX, d->config->ledger, "restored");
}

static enum kc_err
fault(enum kc_err err, const char *what, struct kc_buf *detail)
{
	if (detail != NULL)
		kc_buf_str(detail, what);
	return err;
}

/* --- what anchors know --- */
static enum kc_err
peek(const char *path, const struct kc_log_keys *keys, struct kc_buf *note,
    struct kc_lost *known)
{
	struct kc_checkpoint c;
	enum kc_err err =
	    path[0] == '\0' ? KC_ENOTFOUND : kc_anchor_peek(path, note);

	*known = (struct kc_lost){0};
	if (err == KC_ENOTFOUND || (err == KC_OK && note->n == 0))
		return KC_OK;
	if (err == KC_OK)
		err = kc_checkpoint_parse_by(&c, kc_buf_view(note), keys);
	if (err == KC_OK)
		*known = (struct kc_lost){c.size, c.root};
	return err == KC_ENOKEY ? KC_EFOREIGN : err;
}

/* The greatest head of the two, if it is beyond what stands. */
static enum kc_err
greatest(const struct kc_daemon *d, const struct kc_log_keys *keys,
    struct kc_buf *out)
{
	const char *const paths[] = {
	    d->config->anchor, d->config->second_anchor};
	uint64_t most = kc_store_size(d->store);
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < 2; i++) {
		struct kc_buf note = {0};
		struct kc_lost known;

		err = peek(paths[i], keys, &note, &known);
		if (err == KC_OK && known.size > most) {
			most = known.size;
			kc_buf_reset(out);
			kc_buf_slice(out, kc_buf_view(&note));
		}
		kc_buf_free(&note);
	}
	return err;
}

/* --- the mark --- */
static enum kc_err
put_mark(const struct kc_daemon *d, const struct kc_log_keys *keys,
    struct kc_buf *text)
{
	struct kc_buf note = {0};
	enum kc_err err = greatest(d, keys, &note);

	kc_buf_str(text, FIRST);
	kc_buf_u64(text, kc_store_size(d->store));
	kc_buf_char(text, '\n');
	if (note.n > 0) {
		kc_buf_char(text, '\n');
		kc_buf_slice(text, kc_buf_view(&note));
	}
	kc_buf_free(&note);
	return err == KC_OK ? kc_buf_err(text) : err;
}

/* What stands there, or what is to stand there: then, with `write`, it does. */
static enum kc_err
get_mark(struct kc_daemon *d, const struct kc_log_keys *keys, bool write,
    struct kc_buf *text, struct kc_buf *detail)
{
	char path[KC_CONFIG_PATH_MAX];
	enum kc_err err = mark_path(d, path);

	if (err == KC_OK)
		err = kc_file_read(text, path, MARK_MAX, false);
	if (err != KC_ENOTFOUND || !d->restored)
		return err;
	d->mark.made = true;
	kc_buf_reset(text);
	err = put_mark(d, keys, text);
	if (err == KC_OK && write)
		err = kc_file_make(path, kc_buf_view(text));
	return err == KC_OK ? KC_OK
			    : fault(err, "the mark of a restoration", detail);
}

/* The checkpoint that the mark ends with, if it has one. */
static enum kc_err
parse_lost(
    struct kc_slice rest, const struct kc_log_keys *keys, struct kc_lost *out)
{
	struct kc_checkpoint c;
	enum kc_err err;

	if (rest.n == 0)
		return KC_OK;
	if (rest.p[0] != '\n')
		return KC_ESYNTAX;
	rest.p++;
	rest.n--;
	err = kc_checkpoint_parse_by(&c, rest, keys);
	if (err == KC_OK)
		*out = (struct kc_lost){c.size, c.root};
	return err == KC_ENOKEY ? KC_EFOREIGN : err;
}

static enum kc_err
parse_mark(
    struct kc_put_back *m, struct kc_slice text, const struct kc_log_keys *keys)
{
	struct kc_slice line, rest = text;
	size_t n = sizeof(FIRST) - 1;

	if (text.n <= n || memcmp(text.p, FIRST, n) != 0)
		return KC_ESYNTAX;
	rest.p += n;
	rest.n -= n;
	if (!kc_slice_line(&rest, &line) ||
	    !kc_read_u64(line, INT64_MAX, &m->kept))
		return KC_ESYNTAX;
	m->is = true;
	return parse_lost(rest, keys, &m->lost);
}

static enum kc_err
take_mark(struct kc_daemon *d, const struct kc_log_keys *keys, bool write,
    struct kc_buf *detail)
{
	struct kc_buf text = {0};
	enum kc_err err;

	d->mark = (struct kc_put_back){0};
	if (kc_store_size(d->store) == 0)
		return KC_OK; /* nothing was put back */
	err = get_mark(d, keys, write, &text, detail);
	if (err == KC_OK) {
		err = parse_mark(&d->mark, kc_buf_view(&text), keys);
		if (err == KC_ESYNTAX)
			(void)fault(err,
			    "the file restored is not a mark of "
			    "kaocheng restore",
			    detail);
		if (err == KC_EFOREIGN)
			(void)fault(err,
			    "the file restored is that of "
			    "another ledger",
			    detail);
	}
	kc_buf_free(&text);
	return err == KC_ENOTFOUND ? KC_OK : err;
}

enum kc_err
kc_anchors_mark(
    struct kc_daemon *d, const struct kc_log_keys *keys, struct kc_buf *detail)
{
	return take_mark(d, keys, false, detail);
}

void
kc_anchors_said(void *daemon)
{
	struct kc_daemon *d = daemon;
	char path[KC_CONFIG_PATH_MAX];
	struct kc_line l;

	/* Else it is read again, and found to be said; but one that came back
	 * with the power would put aside the anchor of a later loss. */
	if (mark_path(d, path) != KC_OK || kc_file_remove(path) != KC_OK)
		return;
	kc_log_begin(&l, KC_LOG_WARNING, "restored");
	kc_log_i64(&l, "kept", (int64_t)d->mark.kept);
	kc_log_i64(&l, "lost", (int64_t)d->mark.lost.size);
	kc_log_end(&l);
}

/* --- anchors of what is lost --- */
/* What cannot be read is for the start to judge. None, or one that says nothing
 * yet, was put aside by a start that did not come to its end, if not lost. */
static bool
knows_nothing(const char *path, const struct kc_log_keys *keys)
{
	struct kc_buf note = {0};
	struct kc_lost known;
	enum kc_err err = peek(path, keys, &note, &known);

	kc_buf_free(&note);
	return err == KC_OK && known.size == 0;
}

static bool
begins_with_it(const struct kc_daemon *d, const struct kc_held *h)
{
	struct kc_leaf leaf;
	struct kc_slice line;

	return h->batch.size == d->mark.kept &&
	    kc_leaf_parse(&leaf, h->rows[0].leaf) == KC_OK &&
	    kc_slice_line(&leaf.note, &line) &&
	    kc_slice_is(line, "kaocheng/v1 entry ledger.restored");
}

/* Does a batch begin with the entry that says it, where that has to stand? */
static bool
says_it(const struct kc_daemon *d, struct kc_slice slot)
{
	struct kc_held_list l = {0};
	bool says = false;

	if (slot.n > 0 && kc_held_list_take(&l, slot) == KC_OK)
		for (size_t i = 0; i < l.n; i++)
			says = says || begins_with_it(d, &l.v[i]);
	kc_held_list_free(&l);
	return says;
}

/* Under a mark of an earlier start, an anchor that holds what the store lacks,
 * from the entry on that says it, is that start's: the power went before the
 * mark had. */
static bool
is_held(const struct kc_daemon *d, const struct kc_lost *known)
{
	struct kc_anchored held = {0};
	struct kc_stand at;
	struct kc_hash root;
	bool is = !d->mark.made && kc_store_stands(d->store, &at) == KC_OK &&
	    kc_anchor_load(d->config->anchor, &held) == KC_OK &&
	    kc_redo_root(d->store, &at, &held, known->size, &root) == KC_OK &&
	    kc_hash_eq(&root, &known->root) &&
	    (at.size > d->mark.kept ||
		says_it(d, kc_buf_view(&held.v[0].batch)) ||
		says_it(d, kc_buf_view(&held.v[1].batch)));

	kc_anchored_free(&held);
	return is;
}

static bool
knows_more(const struct kc_daemon *d, const char *path,
    const struct kc_log_keys *keys, struct kc_lost *known)
{
	struct kc_buf note = {0};
	enum kc_err err = peek(path, keys, &note, known);

	kc_buf_free(&note);
	return err == KC_OK && known->size > kc_store_size(d->store) &&
	    !is_held(d, known);
}

bool
kc_anchors_lost(
    const struct kc_daemon *d, const char *path, const struct kc_log_keys *keys)
{
	struct kc_lost known;

	return d->mark.is &&
	    (knows_more(d, path, keys, &known) || knows_nothing(path, keys));
}

/* None that was put aside before is replaced: each is evidence. */
static int
rename_aside(const char *path, uint64_t size, unsigned i)
{
	char aside[KC_CONFIG_PATH_MAX], more[16] = "";
	int n;

	if (i > 0)
		(void)snprintf(more, sizeof(more), ".%u", i);
	n = snprintf(aside, sizeof(aside), "%s.lost-%llu%s", path,
	    (unsigned long long)size, more);
	if (n < 0 || (size_t)n >= sizeof(aside)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return renameat2(AT_FDCWD, path, AT_FDCWD, aside, RENAME_NOREPLACE);
}

static enum kc_err
put_aside(struct kc_daemon *d, const char *path, const struct kc_log_keys *keys,
    struct kc_buf *detail)
{
	struct kc_lost known;
	int rc = -1;

	if (!knows_more(d, path, keys, &known))
		return KC_OK;
	errno = EEXIST;
	for (unsigned i = 0; rc != 0 && errno == EEXIST && i < ASIDE_MAX; i++)
		rc = rename_aside(path, known.size, i);
	if (rc != 0)
		return fault(KC_EIO, "the anchor of what is lost", detail);
	d->reseed_anchor = true;
	return KC_OK;
}

static enum kc_err
put_aside_lost(
    struct kc_daemon *d, const struct kc_log_keys *keys, struct kc_buf *detail)
{
	enum kc_err err = KC_OK;

	if (!d->mark.is)
		return KC_OK;
	err = put_aside(d, d->config->anchor, keys, detail);
	if (err == KC_OK && d->config->second_anchor[0] != '\0')
		err = put_aside(d, d->config->second_anchor, keys, detail);
	/* One that was lost with the ledger is made anew, too. */
	if (err == KC_OK && knows_nothing(d->config->anchor, keys))
		d->reseed_anchor = true;
	return err;
}

/* --- opening --- */
/* An anchor is made for a ledger without entries, or by an operator's word:
 * where it is only not mounted, a new one would stand in its way. */
static enum kc_err
open_anchor(struct kc_daemon *d)
{
	bool make = kc_store_size(d->store) == 0 || d->reseed_anchor;
	enum kc_err err =
	    kc_signer_link_anchor(d->signer, d->config->anchor, make);

	return err == KC_ENOTFOUND && !make ? KC_OK : err;
}

static void
say_second(const char *path, enum kc_err err)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, "second-anchor");
	kc_log_str(&l, "what", path);
	kc_log_str(&l, "why", kc_err_text(err));
	if (err == KC_EIO && errno != 0)
		kc_log_errno(&l);
	kc_log_end(&l);
}

/* Where it cannot be used, the ledger goes on with one, and says so. */
static void
open_second(struct kc_daemon *d)
{
	const char *path = d->config->second_anchor;
	enum kc_err err;

	if (path[0] == '\0')
		return;
	errno = 0;
	err = kc_anchor_open(&d->second, path, true);
	if (err != KC_OK)
		say_second(path, err);
}

/* The power went after an acknowledgement, and before the store had all of
 * what the anchor has. */
static enum kc_err
redo(struct kc_daemon *d, const struct kc_log_keys *keys)
{
	uint64_t n;
	struct kc_line l;
	enum kc_err err = kc_redo(d->store, d->config->anchor, keys, &n);

	if (n > 0) {
		kc_log_begin(&l, KC_LOG_WARNING, "anchor-redone");
		kc_log_i64(&l, "entries", (int64_t)n);
		kc_log_i64(&l, "size", (int64_t)kc_store_size(d->store));
		kc_log_end(&l);
	}
	return err;
}

enum kc_err
kc_anchors_open(
    struct kc_daemon *d, const struct kc_log_keys *keys, struct kc_buf *detail)
{
	enum kc_err err = take_mark(d, keys, true, detail);

	if (err == KC_OK)
		err = put_aside_lost(d, keys, detail);
	if (err == KC_OK)
		err = open_anchor(d);
	if (err == KC_OK)
		open_second(d);
	if (err == KC_OK)
		err = redo(d, keys);
	return err;
}
