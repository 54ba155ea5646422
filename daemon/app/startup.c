/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before anything is admitted: the store's head and the
 * anchor agree, or the store is ahead of it on the same tree; and the log
 * replays. Nothing is repaired silently.
 */
#include "app/startup.h"

#include "app/rebuild.h"

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
read_anchor(struct kc_startup *s, struct kc_checkpoint *c, struct kc_buf *note,
    struct kc_buf *detail)
{
	enum kc_err err = kc_anchor_read(s->o->anchor, note);

	if (err != KC_OK)
		return err;
	err = kc_checkpoint_parse(c, kc_buf_view(note), &s->o->log_key->vkey);
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
compare(struct kc_startup *s, const struct kc_checkpoint *c, uint64_t size,
    struct kc_buf *detail)
{
	struct kc_hash_reader r = kc_store_hashes(s->o->store);
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
new_edge(struct kc_startup *s, uint64_t size)
{
	struct kc_hash_reader r = kc_store_hashes(s->o->store);
	struct kc_edge *edge = NULL;
	enum kc_err err = kc_edge_new(&edge, &r, size);

	if (err != KC_OK)
		return err;
	kc_edge_free(s->edge);
	s->edge = edge;
	return KC_OK;
}

/* Entries that were committed, but whose head was not anchored any more. */
static enum kc_err
sign_head(
    struct kc_startup *s, uint64_t from, uint64_t size, struct kc_buf *detail)
{
	struct kc_hash root, edge = kc_edge_root(s->edge);
	struct kc_buf note = {0};
	enum kc_err err = kc_readback(s->readback, from, size, NULL, &root);

	if (err == KC_OK && !kc_hash_eq(&root, &edge))
		err = KC_ECORRUPT;
	if (err != KC_OK) {
		say(detail, "entries of the store do not fit their tiles");
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	err = kc_head_sign(s->head, size, &root, &note);
	kc_buf_free(&note);
	if (err != KC_OK)
		say(detail, "the anchor could not be written");
	return err;
}

enum kc_err
kc_startup_head(struct kc_startup *s, struct kc_buf *detail)
{
	uint64_t size = kc_store_size(s->o->store);
	struct kc_checkpoint c = {0};
	struct kc_buf note = {0};
	enum kc_err err;

	kc_readback_forget(s->readback);
	err = new_edge(s, size);
	if (err != KC_OK) {
		say(detail, "the tiles of the store cannot be read");
		goto out;
	}
	err = read_anchor(s, &c, &note, detail);
	if (err == KC_ENOTFOUND) {
		err = KC_OK;
		if (size > 0 && s->o->reseed_anchor)
			err = sign_head(s, 0, size, detail);
		else if (size > 0)
			kc_head_set_mode(s->head, KC_MODE_READ_ONLY, false,
			    "the anchor is missing; an operator must check "
			    "the ledger against a witness and reseed it");
		goto out;
	}
	if (err == KC_OK)
		err = compare(s, &c, size, detail);
	if (err == KC_OK)
		err = kc_head_publish(s->head, &c, kc_buf_view(&note));
	if (err == KC_OK && c.size < size)
		err = sign_head(s, c.size, size, detail);
out:
	kc_buf_free(&note);
	return err;
}

/* --- all of it --- */
/* The anchor first: it is quick, and says more than a replay that fails. */
static enum kc_err
check_anchor(struct kc_startup *s, uint64_t size, struct kc_buf *detail)
{
	struct kc_checkpoint c = {0};
	struct kc_buf note = {0};
	enum kc_err err = read_anchor(s, &c, &note, detail);

	if (err == KC_OK)
		err = compare(s, &c, size, detail);
	kc_buf_free(&note);
	return err == KC_ENOTFOUND ? KC_OK : err;
}

enum kc_err
kc_startup(struct kc_startup *s, struct kc_buf *detail)
{
	uint64_t size = kc_store_size(s->o->store);
	uint64_t hash_from = size <= HASH_ALL_MAX ? 0 : size - HASH_LAST;
	struct kc_state *st = NULL;
	const struct kc_vkey *key;
	enum kc_err err;

	err = check_anchor(s, size, detail);
	if (err == KC_OK)
		err =
		    kc_rebuild(s->o->store, size, hash_from, NULL, &st, detail);
	if (err != KC_OK)
		return err;
	kc_live_replace(s->live, st);
	key = kc_state_log_key(st);
	if (size > 0 &&
	    (key == NULL || !kc_vkey_eq(key, &s->o->log_key->vkey))) {
		say(detail, "the ledger was opened with another log key");
		return KC_EFOREIGN;
	}
	err = kc_startup_head(s, detail);
	if (err != KC_OK)
		return err;
	kc_head_set_entries(s->head, size, kc_state_received_ms(st));
	kc_head_set_due(s->head, kc_live_due_ms(s->live));
	return KC_OK;
}
