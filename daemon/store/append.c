/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: batches, and what comes and goes without an entry. */
#include "store_int.h"

#include <assert.h>
#include <string.h>

#define PAGE ((size_t)4096)
#define IDS_A_PAGE 50 /* at least: half of what a page holds */

static struct kc_slice
bytes(const void *p, size_t n)
{
	return (struct kc_slice){p, n};
}

static enum kc_err
put_rows(struct kc_store *s, struct kc_txn *t, const struct kc_append *batch)
{
	struct kc_slice key;
	uint8_t k[8];
	enum kc_err err = KC_OK;

	if (batch->checkpoint.n > 0)
		err = s->driver->put(t, KC_DB_CHECKPOINT,
		    kc_key_u64(k, batch->size), batch->checkpoint);
	for (size_t i = 0; err == KC_OK && i < batch->nrows; i++) {
		const struct kc_row *r = &batch->rows[i];

		key = kc_key_u64(k, batch->size + i);
		err = s->driver->put(t, KC_DB_LEAF, key, r->leaf);
		if (err == KC_OK)
			err = s->driver->put(
			    t, KC_DB_ID, bytes(r->id, sizeof(r->id)), key);
	}
	return err;
}

static enum kc_err
put_outbox(
    struct kc_store *s, struct kc_txn *t, const struct kc_put *puts, size_t n)
{
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < n; i++) {
		struct kc_slice key = bytes(puts[i].key, KC_PUT_KEY_SIZE);

		if (puts[i].value.n > 0)
			err =
			    s->driver->put(t, KC_DB_OUTBOX, key, puts[i].value);
		else
			err = s->driver->del(t, KC_DB_OUTBOX, key);
	}
	return err;
}

static enum kc_err
put_witnessed(
    struct kc_store *s, struct kc_txn *t, const struct kc_witnessed *w)
{
	uint8_t k[8];

	if (w == NULL || w->size == 0)
		return KC_OK;
	return s->driver->put(
	    t, KC_DB_COSIGNED, kc_key_u64(k, w->size), w->note);
}

/* Once, however often the commit is tried. */
static enum kc_err
tell_ready(const struct kc_append *batch, const struct kc_hash *root,
    struct kc_txn *t, bool *told)
{
	enum kc_err err = KC_OK;

	if (batch->ready == NULL)
		return KC_OK;
	if (!*told)
		err = batch->ready(batch->ready_ctx, root, t->id);
	*told = err == KC_OK;
	t->held = true;
	return err;
}

/* What a batch brings but its hashes. */
static enum kc_err
put_batch(struct kc_store *s, struct kc_txn *t, const struct kc_append *batch)
{
	enum kc_err err = put_rows(s, t, batch);

	if (err == KC_OK)
		err = put_outbox(s, t, batch->puts, batch->nputs);
	if (err == KC_OK)
		err = put_witnessed(s, t, &batch->witnessed);
	return err;
}

/* Batches that go together, each of which extends the one before. */
struct group {
	const struct kc_append *const *v;
	size_t n;
	const struct kc_row *rows; /* of all of them */
	size_t nrows;
	uint64_t txn; /* that they have to be; 0: any */
};

/* One try; *f and *root become those of the new tree. */
static enum kc_err
append_once(struct kc_store *s, const struct group *g, struct kc_frontier *f,
    struct kc_hash *root, bool *told)
{
	struct kc_txn t = {0};
	struct kc_hash stored;
	uint64_t size;
	enum kc_err err = s->driver->begin(s->d, true, &t);

	if (err != KC_OK)
		return err;
	err = kc_head_get_row(s, &t, &size, &stored);
	if (err == KC_OK && size != g->v[0]->size)
		err = KC_ECONFLICT;
	/* Else a start would not do it again. */
	if (err == KC_OK && g->txn > 0 && t.id != g->txn)
		err = KC_ECONFLICT;
	for (size_t i = 0; err == KC_OK && i < g->n; i++)
		err = put_batch(s, &t, g->v[i]);
	if (err == KC_OK)
		err = kc_tiles_append(
		    &s->tiles, s->driver, &t, f, g->rows, g->nrows);
	if (err == KC_OK) {
		*root = kc_frontier_root(f);
		err = kc_head_put_row(s, &t, f->size, root);
	}
	if (err == KC_OK)
		err = tell_ready(g->v[g->n - 1], root, &t, told);
	if (err == KC_OK)
		return s->driver->commit(&t);
	s->driver->end(&t);
	return err;
}

/* Bytes that the file may grow by for a batch that must not fail any more once
 * its anchor has begun: half-filled pages for all that it brings, a page for
 * each id whose place is any, and the tiles. */
size_t
kc_append_need(const struct kc_append *b)
{
	size_t ids = PAGE * (8 + (size_t)(b->size / IDS_A_PAGE)), each;
	size_t n = 32 * PAGE + 2 * (b->checkpoint.n + b->witnessed.note.n);

	if (b->ready == NULL)
		return 0;
	for (size_t i = 0; i < b->nrows; i++)
		n += 2 * b->rows[i].leaf.n + 128;
	for (size_t i = 0; i < b->nputs; i++)
		n += 2 * (b->puts[i].value.n + PAGE);
	each = PAGE * b->nrows;
	return n + (ids < each ? ids : each);
}

/* After the entries of *base. */
static enum kc_err
append_all(
    struct kc_store *s, const struct kc_frontier *base, const struct group *g)
{
	struct kc_frontier f;
	struct kc_hash root;
	bool grown = false, told = false;
	enum kc_err err = KC_OK;

	/* What is done again was acknowledged: the reserve is there for it. */
	if (g->v[0]->txn == 0)
		err = s->driver->room(s->d, kc_append_need(g->v[0]));
	while (err == KC_OK) {
		f = *base;
		err = append_once(s, g, &f, &root, &told);
		if (err != KC_EFULL || grown)
			break;
		err = s->driver->grow(s->d);
		grown = true;
	}
	if (err != KC_OK && told)
		err = KC_EUNKNOWN;
	pthread_mutex_lock(&s->lock);
	if (err == KC_OK) {
		s->frontier = f;
		s->root = root;
		s->commits++;
	}
	s->poisoned = err == KC_EUNKNOWN;
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* One batch, by who holds kc_store.writing. */
static enum kc_err
append_one(struct kc_store *s, const struct kc_append *batch)
{
	enum kc_err err;

	if (s->read_only)
		return KC_EINVAL;
	if (s->poisoned)
		return KC_EUNKNOWN;
	if (batch->size != s->frontier.size)
		return KC_ECONFLICT;
	if (batch->anchored != NULL)
		return kc_behind_add(s, batch);
	err = kc_behind_write(s);
	if (err == KC_OK)
		err = append_all(s, &s->frontier,
		    &(struct group){&batch, 1, batch->rows, batch->nrows, 0});
	return err;
}

enum kc_err
kc_store_append(struct kc_store *s, const struct kc_append *batch)
{
	enum kc_err err;

	assert(batch->nrows >= 1 && batch->nrows <= KC_BATCH_MAX);
	assert(batch->checkpoint.n == 0 || batch->size > 0);
	pthread_mutex_lock(&s->writing);
	err = append_one(s, batch);
	pthread_mutex_unlock(&s->writing);
	return err;
}

enum kc_err
kc_store_append_held(struct kc_store *s, const struct kc_frontier *base,
    const struct kc_held *const *v, size_t n)
{
	const struct kc_append *batches[KC_BEHIND_MAX];
	struct group g = {.v = batches, .n = n, .txn = v[0]->batch.txn};
	struct kc_row *rows;
	size_t all = 0;
	enum kc_err err;

	assert(n >= 1 && n <= KC_BEHIND_MAX);
	if (s->read_only)
		return KC_EINVAL;
	if (s->poisoned)
		return KC_EUNKNOWN;
	if (v[0]->batch.size != base->size)
		return KC_ECONFLICT;
	for (size_t i = 0; i < n; i++)
		all += v[i]->batch.nrows;
	rows = kc_alloc(all * sizeof(rows[0]));
	if (rows == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct kc_append *b = batches[i] = &v[i]->batch;

		memcpy(&rows[g.nrows], b->rows, b->nrows * sizeof(rows[0]));
		g.nrows += b->nrows;
	}
	g.rows = rows;
	err = append_all(s, base, &g);
	kc_free(rows);
	return err;
}

enum kc_err
kc_store_settle(struct kc_store *s)
{
	enum kc_err err = KC_EINVAL;

	if (s->read_only)
		return err;
	pthread_mutex_lock(&s->writing);
	err = s->poisoned ? KC_EUNKNOWN : kc_behind_write(s);
	if (err == KC_OK) {
		err = s->driver->settle(s->d);
		pthread_mutex_lock(&s->lock);
		s->poisoned = err == KC_EUNKNOWN;
		pthread_mutex_unlock(&s->lock);
	}
	pthread_mutex_unlock(&s->writing);
	return err;
}

static enum kc_err
put_once(struct kc_store *s, const struct kc_put *puts, size_t n,
    const struct kc_witnessed *witnessed)
{
	struct kc_txn t = {0};
	enum kc_err err = s->driver->begin(s->d, true, &t);

	if (err != KC_OK)
		return err;
	err = put_outbox(s, &t, puts, n);
	if (err == KC_OK)
		err = put_witnessed(s, &t, witnessed);
	if (err == KC_OK)
		return s->driver->commit(&t);
	s->driver->end(&t);
	return err;
}

static enum kc_err
put_all(struct kc_store *s, const struct kc_put *puts, size_t n,
    const struct kc_witnessed *witnessed)
{
	enum kc_err err = s->driver->room(s->d, 0);

	if (err == KC_OK)
		err = put_once(s, puts, n, witnessed);
	if (err == KC_EFULL && s->driver->grow(s->d) == KC_OK)
		err = put_once(s, puts, n, witnessed);
	pthread_mutex_lock(&s->lock);
	s->poisoned = err == KC_EUNKNOWN;
	pthread_mutex_unlock(&s->lock);
	return err;
}

enum kc_err
kc_store_put(struct kc_store *s, const struct kc_put *puts, size_t n,
    const struct kc_witnessed *witnessed)
{
	enum kc_err err = KC_EINVAL;

	if (s->read_only)
		return err;
	pthread_mutex_lock(&s->writing);
	err = s->poisoned ? KC_EUNKNOWN : kc_behind_write(s);
	if (err == KC_OK)
		err = put_all(s, puts, n, witnessed);
	pthread_mutex_unlock(&s->writing);
	return err;
}
