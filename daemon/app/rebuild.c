/* SPDX-License-Identifier: Apache-2.0 */
/* A state from the log in the store: start, as-of readers, a lost batch. */
#include "app/rebuild.h"

#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/replay.h>

struct replay {
	struct kc_store *store;
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
		err = kc_store_tile(
		    w->store, 0, seq / KC_TILE_WIDTH, w->hashes, &w->width);
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
	enum kc_err err = kc_store_find_id(w->store, w->e->id, &found);

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
kc_rebuild(struct kc_store *store, uint64_t upto, uint64_t hash_from,
    const atomic_bool *stop, struct kc_state **out, struct kc_buf *detail)
{
	struct replay *w = kc_alloc(sizeof(*w));
	enum kc_err err = KC_ENOMEM;

	if (w == NULL)
		return err;
	w->store = store;
	w->stop = stop;
	w->hash_from = hash_from;
	w->e = kc_alloc(sizeof(*w->e));
	if (w->e != NULL)
		err = kc_state_new(&w->st);
	if (err != KC_OK)
		goto out;
	err = kc_store_scan(store, 0, upto, replay_one, w);
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
