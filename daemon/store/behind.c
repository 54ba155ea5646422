/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store is behind by: batches that its anchor has and that were
 * acknowledged, to be written together. Each names the transaction that all of
 * them will be, so that a start does them again just so (redo.c).
 */
#include <string.h>

#include "store_int.h"

/* --- what there is --- */
bool
kc_store_has_place(struct kc_store *s, size_t n)
{
	struct kc_behind *b = &s->behind;
	bool has;

	pthread_mutex_lock(&s->lock);
	has = b->n < KC_BEHIND_MAX && n <= KC_BEHIND_BYTES - b->bytes;
	pthread_mutex_unlock(&s->lock);
	return has;
}

size_t
kc_store_behind(struct kc_store *s, struct kc_buf *list, uint64_t *from)
{
	struct kc_behind *b = &s->behind;
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = b->n;
	*from = n > 0 ? b->base.size : s->frontier.size;
	for (size_t i = 0; i < n; i++)
		kc_held_join(list, kc_buf_view(&b->v[i].bytes));
	pthread_mutex_unlock(&s->lock);
	return n;
}

enum kc_err
kc_behind_leaf(struct kc_store *s, uint64_t seq, struct kc_buf *out)
{
	struct kc_behind *b = &s->behind;
	enum kc_err err = KC_ENOTFOUND;

	if (b->n == 0)
		return err;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; err != KC_OK && i < b->n; i++) {
		const struct kc_append *a = &b->v[i].h.batch;

		if (seq < a->size || seq >= a->size + a->nrows)
			continue;
		kc_buf_slice(out, a->rows[seq - a->size].leaf);
		err = kc_buf_err(out);
		break;
	}
	pthread_mutex_unlock(&s->lock);
	return err;
}

enum kc_err
kc_behind_find(
    struct kc_store *s, const uint8_t id[KC_ID_KEY_SIZE], uint64_t *seq)
{
	struct kc_behind *b = &s->behind;
	enum kc_err err = KC_ENOTFOUND;

	if (b->n == 0)
		return err;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < b->n; i++) {
		const struct kc_append *a = &b->v[i].h.batch;

		for (size_t k = 0; k < a->nrows; k++) {
			if (memcmp(a->rows[k].id, id, KC_ID_KEY_SIZE) != 0)
				continue;
			*seq = a->size + k;
			err = KC_OK;
		}
	}
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* --- one more --- */
/* Nothing may be wrong with it that is found when it is written. */
static enum kc_err
check(struct kc_store *s, const struct kc_append *batch)
{
	uint64_t seq;

	for (size_t i = 0; i < batch->nrows; i++) {
		const struct kc_row *r = &batch->rows[i];
		struct kc_hash got = kc_hash_leaf(r->leaf.p, r->leaf.n);
		enum kc_err err;

		if (!kc_hash_eq(&got, &r->hash))
			return KC_ECORRUPT;
		err = kc_store_find_id(s, r->id, &seq);
		if (err != KC_ENOTFOUND)
			return err == KC_OK ? KC_ECONFLICT : err;
	}
	return KC_OK;
}

/* The first of them: what was written before stands without an anchor, for the
 * anchor lets go of it; and the next transaction is theirs. */
static enum kc_err
begin(struct kc_store *s)
{
	struct kc_behind *b = &s->behind;
	struct kc_txn t = {0};
	enum kc_err err = s->driver->settle(s->d);

	if (err == KC_OK)
		err = s->driver->begin(s->d, false, &t);
	if (err != KC_OK)
		return err;
	b->txn = t.id + 1;
	s->driver->end(&t);
	pthread_mutex_lock(&s->lock);
	b->base = s->frontier;
	b->stored = s->frontier.size;
	b->bytes = b->need = 0;
	pthread_mutex_unlock(&s->lock);
	return KC_OK;
}

/* Blocks of the file, and place in its map, for all that will be written. */
static enum kc_err
room(struct kc_store *s, size_t need)
{
	enum kc_err err = s->driver->room(s->d, need);

	while (err == KC_OK && !s->driver->holds(s->d, need))
		err = s->driver->grow(s->d);
	return err;
}

static void
drop(struct kc_behind *b, size_t i)
{
	kc_held_free(&b->v[i].h);
	kc_buf_reset(&b->v[i].bytes);
}

/* Its bytes, and what they say, before the anchor begins: nothing fails for
 * want of memory afterwards. */
static enum kc_err
copy(struct kc_behind *b, const struct kc_append *batch)
{
	enum kc_err err;

	kc_buf_reset(&b->v[b->n].bytes);
	kc_buf_slice(&b->v[b->n].bytes, kc_buf_view(batch->held));
	err = kc_buf_err(&b->v[b->n].bytes);
	if (err == KC_OK)
		err =
		    kc_held_take(&b->v[b->n].h, kc_buf_view(&b->v[b->n].bytes));
	if (err == KC_OK &&
	    (b->v[b->n].h.batch.size != batch->size ||
		b->v[b->n].h.batch.nrows != batch->nrows))
		err = KC_EINVAL;
	return err;
}

/* The anchor has it: so have we. */
static void
take(struct kc_store *s, const struct kc_append *batch,
    const struct kc_frontier *f, const struct kc_hash *root)
{
	struct kc_behind *b = &s->behind;
	size_t i = b->n;

	pthread_mutex_lock(&s->lock);
	kc_held_by(&b->v[i].bytes, b->txn);
	b->v[i].h.batch.txn = b->txn;
	b->bytes += b->v[i].bytes.n;
	b->need += kc_append_need(batch);
	b->n = i + 1;
	s->frontier = *f;
	s->root = *root;
	pthread_mutex_unlock(&s->lock);
}

enum kc_err
kc_behind_add(struct kc_store *s, const struct kc_append *batch)
{
	struct kc_behind *b = &s->behind;
	struct kc_frontier f = s->frontier;
	struct kc_hash root;
	enum kc_err err = check(s, batch);

	if (err == KC_OK && b->n == 0)
		err = begin(s);
	if (err == KC_OK)
		err = room(s, b->need + kc_append_need(batch));
	if (err == KC_OK) {
		err = copy(b, batch);
		if (err != KC_OK)
			drop(b, b->n);
	}
	if (err == KC_OK) {
		for (size_t i = 0; i < batch->nrows; i++)
			kc_frontier_append(&f, &batch->rows[i].hash);
		root = kc_frontier_root(&f);
		err = batch->ready(batch->ready_ctx, &root, b->txn);
		if (err == KC_OK && batch->anchored(batch->ready_ctx) != KC_OK)
			err = KC_EUNKNOWN;
		if (err == KC_OK)
			take(s, batch, &f, &root);
		else
			drop(b, b->n);
	}
	pthread_mutex_lock(&s->lock);
	s->poisoned = s->poisoned || err == KC_EUNKNOWN;
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* --- writing --- */
static enum kc_err
read_row(
    struct kc_store *s, struct kc_txn *t, uint64_t seq, const struct kc_row *r)
{
	struct kc_slice leaf;
	struct kc_hash got;
	uint8_t k[8];
	enum kc_err err =
	    s->driver->get(t, KC_DB_LEAF, kc_key_u64(k, seq), &leaf);

	if (err == KC_OK && !kc_slice_eq(leaf, r->leaf))
		err = KC_ECORRUPT;
	if (err == KC_OK)
		err = kc_tiles_node(s->driver, t, 0, seq, &got);
	if (err == KC_OK && !kc_hash_eq(&got, &r->hash))
		err = KC_ECORRUPT;
	return err;
}

/* Is what was written what was acknowledged? In a transaction of its own. */
static enum kc_err
read_back(struct kc_store *s)
{
	struct kc_behind *b = &s->behind;
	struct kc_txn t = {0};
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	for (size_t i = 0; err == KC_OK && i < b->n; i++) {
		const struct kc_append *a = &b->v[i].h.batch;

		for (size_t k = 0; err == KC_OK && k < a->nrows; k++)
			err = read_row(s, &t, a->size + k, &a->rows[k]);
	}
	for (unsigned l = 0; err == KC_OK && s->frontier.size >> l != 0; l++) {
		struct kc_hash got;

		if ((s->frontier.size >> l & 1) == 0)
			continue;
		err = kc_tiles_node(
		    s->driver, &t, l, (s->frontier.size >> l) - 1, &got);
		if (err == KC_OK && !kc_hash_eq(&got, &s->frontier.node[l]))
			err = KC_ECORRUPT;
	}
	s->driver->end(&t);
	return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
}

enum kc_err
kc_behind_write(struct kc_store *s)
{
	struct kc_behind *b = &s->behind;
	const struct kc_held *v[KC_BEHIND_MAX];
	size_t n = b->n;
	enum kc_err err;

	if (n == 0)
		return KC_OK;
	if (s->poisoned)
		return KC_EUNKNOWN;
	for (size_t i = 0; i < n; i++)
		v[i] = &b->v[i].h;
	err = kc_store_append_held(s, &b->base, v, n);
	if (err != KC_OK)
		return err;
	err = read_back(s);
	pthread_mutex_lock(&s->lock);
	s->poisoned = err != KC_OK;
	b->stored = s->frontier.size;
	b->n = 0;
	b->bytes = b->need = 0;
	for (size_t i = 0; i < n; i++)
		drop(b, i);
	pthread_mutex_unlock(&s->lock);
	if (err != KC_OK && s->damaged != NULL)
		s->damaged(s->damaged_ctx,
		    "what was written of the batches that the anchor has is "
		    "not "
		    "what they are");
	return err == KC_OK ? KC_OK : KC_EUNKNOWN;
}

enum kc_err
kc_behind_catch_up(struct kc_store *s)
{
	enum kc_err err;

	if (s->behind.n == 0 || s->driver->reads(s->d))
		return KC_OK;
	pthread_mutex_lock(&s->writing);
	err = kc_behind_write(s);
	pthread_mutex_unlock(&s->writing);
	return err;
}

void
kc_behind_free(struct kc_store *s)
{
	for (size_t i = 0; i < KC_BEHIND_MAX; i++) {
		kc_held_free(&s->behind.v[i].h);
		kc_buf_free(&s->behind.v[i].bytes);
	}
}
