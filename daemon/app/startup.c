/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before anything is admitted: the store's head and the
 * anchor agree, or the store is ahead of it on the same tree; and the log
 * replays. Nothing is repaired silently.
 */
#include "app/ledger_int.h"

#include <string.h>

#include <kaocheng/replay.h>

#define HASH_ALL_MAX 16384 /* entries: below, a start hashes every leaf */
#define HASH_LAST 4096     /* else the last so many */

static void
say(struct kc_buf *detail, const char *text)
{
	if (detail != NULL)
		kc_buf_str(detail, text);
}

static void
say_sizes(
    struct kc_buf *detail, const char *text, uint64_t store, uint64_t anchor)
{
	if (detail == NULL)
		return;
	kc_buf_str(detail, text);
	kc_buf_str(detail, ": the store has ");
	kc_buf_u64(detail, store);
	kc_buf_str(detail, " entries, the anchor ");
	kc_buf_u64(detail, anchor);
}

/* --- the anchor --- */
/* The anchor's checkpoint; KC_ENOTFOUND, KC_EFOREIGN, KC_ECORRUPT. */
static enum kc_err
read_anchor(struct kc_ledger *l, struct kc_checkpoint *c, struct kc_buf *note,
    struct kc_buf *detail)
{
	enum kc_err err = kc_anchor_read(l->o.anchor, note);

	if (err != KC_OK)
		return err;
	err = kc_checkpoint_parse(c, kc_buf_view(note), &l->o.log_key->vkey);
	if (err == KC_OK || err == KC_ENOMEM)
		return err;
	if (err == KC_ENOKEY) {
		say(detail, "the anchor is that of another ledger or log key");
		return KC_EFOREIGN;
	}
	say(detail, "the checkpoint in the anchor does not verify");
	return KC_ECORRUPT;
}

/* Is the tree of the anchor the beginning of the store's? */
static enum kc_err
compare(struct kc_ledger *l, const struct kc_checkpoint *c, uint64_t size,
    struct kc_buf *detail)
{
	struct kc_hash_reader r = kc_store_hashes(l->o.store);
	struct kc_hash root;
	enum kc_err err;

	if (c->size > size) {
		say_sizes(detail, "the store is older than its anchor", size,
		    c->size);
		return KC_EROLLBACK;
	}
	err = kc_merkle_root(&r, c->size, &root);
	if (err != KC_OK) {
		say(detail, "the tiles of the store cannot be read");
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	if (!kc_hash_eq(&root, &c->root)) {
		say_sizes(detail, "the store is not the log that was anchored",
		    size, c->size);
		return KC_EFORK;
	}
	return KC_OK;
}

static enum kc_err
new_edge(struct kc_ledger *l, uint64_t size)
{
	struct kc_hash_reader r = kc_store_hashes(l->o.store);
	struct kc_edge *edge = NULL;
	enum kc_err err = kc_edge_new(&edge, &r, size);

	if (err != KC_OK)
		return err;
	kc_edge_free(l->edge);
	l->edge = edge;
	return KC_OK;
}

/* Entries that were committed, but whose head was not anchored any more. */
static enum kc_err
sign_head(
    struct kc_ledger *l, uint64_t from, uint64_t size, struct kc_buf *detail)
{
	struct kc_hash root, edge = kc_edge_root(l->edge);
	enum kc_err err = kc_commit_read_back(l, from, size, NULL, &root);

	if (err == KC_OK && !kc_hash_eq(&root, &edge))
		err = KC_ECORRUPT;
	if (err != KC_OK) {
		say(detail, "entries of the store do not fit their tiles");
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	err = kc_head_sign(&l->head, size, &root, &l->note_buf);
	if (err != KC_OK)
		say(detail, "the anchor could not be written");
	return err;
}

enum kc_err
kc_startup_head(struct kc_ledger *l, struct kc_buf *detail)
{
	uint64_t size = kc_store_size(l->o.store);
	struct kc_checkpoint c = {0};
	struct kc_buf note = {0};
	enum kc_err err;

	memset(l->seen, 0, sizeof(l->seen));
	err = new_edge(l, size);
	if (err != KC_OK) {
		say(detail, "the tiles of the store cannot be read");
		goto out;
	}
	err = read_anchor(l, &c, &note, detail);
	if (err == KC_ENOTFOUND) {
		err = KC_OK;
		if (size > 0 && l->o.reseed_anchor)
			err = sign_head(l, 0, size, detail);
		else if (size > 0)
			kc_head_set_mode(&l->head, KC_MODE_READ_ONLY, false,
			    "the anchor is missing; an operator must check "
			    "the ledger against a witness and reseed it");
		goto out;
	}
	if (err == KC_OK)
		err = compare(l, &c, size, detail);
	if (err == KC_OK)
		err = kc_head_publish(&l->head, &c, kc_buf_view(&note));
	if (err == KC_OK && c.size < size)
		err = sign_head(l, c.size, size, detail);
out:
	kc_buf_free(&note);
	return err;
}

/* --- replay --- */
struct replay {
	struct kc_ledger *l;
	struct kc_state *st;
	struct kc_entry *e;
	struct kc_refusal why;
	const atomic_bool *stop; /* may be NULL */
	uint64_t hash_from;
	uint64_t tile; /* number of the tile at hand + 1; 0: none */
	unsigned width;
	struct kc_hash hashes[KC_TILE_WIDTH];
};

static enum kc_err
check_hash(struct replay *w, uint64_t seq, struct kc_slice bytes)
{
	unsigned at = (unsigned)(seq % KC_TILE_WIDTH);
	struct kc_hash h = kc_hash_leaf(bytes.p, bytes.n);
	enum kc_err err = KC_OK;

	if (w->tile != seq / KC_TILE_WIDTH + 1) {
		err = kc_store_tile(w->l->o.store, 0, seq / KC_TILE_WIDTH,
		    w->hashes, &w->width);
		w->tile = seq / KC_TILE_WIDTH + 1;
	}
	if (err == KC_OK && (at >= w->width || !kc_hash_eq(&h, &w->hashes[at])))
		err = KC_ECORRUPT;
	return err;
}

/* An index that had lost an id would let its statement stand twice. */
static enum kc_err
check_id(struct replay *w, uint64_t seq)
{
	uint64_t found;
	enum kc_err err = kc_store_find_id(w->l->o.store, w->e->id, &found);

	if (err != KC_OK && err != KC_ENOTFOUND)
		return err;
	return err == KC_OK && found == seq ? KC_OK : KC_ECORRUPT;
}

static enum kc_err
replay_one(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct replay *w = ctx;
	struct kc_leaf leaf;
	enum kc_err err = KC_OK;

	if (w->stop != NULL && atomic_load(w->stop))
		return KC_EUNAVAILABLE;
	if (seq >= w->hash_from)
		err = check_hash(w, seq, bytes);
	if (err == KC_OK)
		err = kc_replay_decode(w->st, bytes, &leaf, w->e, &w->why);
	if (err == KC_OK && seq >= w->hash_from)
		err = check_id(w, seq);
	if (err != KC_OK)
		return err;
	return kc_state_apply(
	    w->st, w->e, (struct kc_stamp){seq, leaf.received_ms}, &w->why);
}

static void
say_replay(struct kc_buf *detail, const struct replay *w, enum kc_err err)
{
	if (detail == NULL)
		return;
	kc_buf_str(detail, "the log does not replay at entry ");
	kc_buf_u64(detail, kc_state_size(w->st));
	kc_buf_str(detail, ": ");
	if (err == KC_EREFUSED)
		kc_refusal_message(&w->why, KC_LANG_EN, detail);
	else
		kc_buf_str(detail, kc_err_text(err));
}

enum kc_err
kc_startup_replay(struct kc_ledger *l, uint64_t upto, uint64_t hash_from,
    const atomic_bool *stop, struct kc_state **out, struct kc_buf *detail)
{
	struct replay *w = kc_alloc(sizeof(*w));
	enum kc_err err = KC_ENOMEM;

	if (w == NULL)
		return err;
	w->l = l;
	w->stop = stop;
	w->hash_from = hash_from;
	w->e = kc_alloc(sizeof(*w->e));
	if (w->e != NULL)
		err = kc_state_new(&w->st);
	if (err != KC_OK)
		goto out;
	err = kc_store_scan(l->o.store, 0, upto, replay_one, w);
	if (err != KC_OK) {
		say_replay(detail, w, err);
		if (err == KC_EREFUSED || err == KC_ENOTFOUND)
			err = KC_ECORRUPT;
		goto out;
	}
	*out = w->st;
	w->st = NULL;
out:
	kc_state_free(w->st);
	kc_free(w->e);
	kc_free(w);
	return err;
}

/* --- all of it --- */
/* The anchor first: it is quick, and says more than a replay that fails. */
static enum kc_err
check_anchor(struct kc_ledger *l, uint64_t size, struct kc_buf *detail)
{
	struct kc_checkpoint c = {0};
	struct kc_buf note = {0};
	enum kc_err err = read_anchor(l, &c, &note, detail);

	if (err == KC_OK)
		err = compare(l, &c, size, detail);
	kc_buf_free(&note);
	return err == KC_ENOTFOUND ? KC_OK : err;
}

enum kc_err
kc_startup(struct kc_ledger *l, struct kc_buf *detail)
{
	uint64_t size = kc_store_size(l->o.store);
	uint64_t hash_from = size <= HASH_ALL_MAX ? 0 : size - HASH_LAST;
	struct kc_state *st = NULL;
	const struct kc_vkey *key;
	enum kc_err err;

	err = check_anchor(l, size, detail);
	if (err == KC_OK)
		err = kc_startup_replay(l, size, hash_from, NULL, &st, detail);
	if (err != KC_OK)
		return err;
	kc_live_replace(&l->live, st);
	key = kc_state_log_key(st);
	if (size > 0 &&
	    (key == NULL || !kc_vkey_eq(key, &l->o.log_key->vkey))) {
		say(detail, "the ledger was opened with another log key");
		return KC_EFOREIGN;
	}
	err = kc_startup_head(l, detail);
	if (err != KC_OK)
		return err;
	kc_head_set_entries(&l->head, size, kc_state_received_ms(st));
	kc_duty_note_next(l);
	return KC_OK;
}
