/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch as an anchor holds it, and what of it the store lacks after the power
 * went: the anchor is flushed before an acknowledgement, the page that names
 * the store's newest pages with the next commit only.
 *
 *   BE64 size before, BE64 rows, BE64 puts, BE64 size of the witnessed head,
 *   BE64 transaction, checkpoint, witnessed head; then of each row: id, leaf;
 *   of each put: key, value
 * where all but ids and keys have their length, BE64, before them.
 *
 * The transaction is the store's number of the commit that has the batch. It is
 * done again after the one before it alone: a store that lacks more was put
 * back, and has lost what was written without an entry. Nothing is written
 * without an entry as long as the newest head has a batch.
 */
#include "store_int.h"

#include <string.h>

#include <kaocheng/checkpoint.h>

/* --- the bytes --- */
#define TXN_AT 32

static void
put_slice(struct kc_buf *b, struct kc_slice s)
{
	kc_buf_be64(b, s.n);
	kc_buf_slice(b, s);
}

void
kc_held_put(struct kc_buf *b, const struct kc_append *a)
{
	kc_buf_be64(b, a->size);
	kc_buf_be64(b, a->nrows);
	kc_buf_be64(b, a->nputs);
	kc_buf_be64(b, a->witnessed.size);
	kc_buf_be64(b, a->txn);
	put_slice(b, a->checkpoint);
	put_slice(b,
	    a->witnessed.size > 0 ? a->witnessed.note : (struct kc_slice){0});
	for (size_t i = 0; i < a->nrows; i++) {
		kc_buf_put(b, a->rows[i].id, sizeof(a->rows[i].id));
		put_slice(b, a->rows[i].leaf);
	}
	for (size_t i = 0; i < a->nputs; i++) {
		kc_buf_put(b, a->puts[i].key, sizeof(a->puts[i].key));
		put_slice(b, a->puts[i].value);
	}
}

void
kc_held_by(struct kc_buf *b, uint64_t txn)
{
	uint8_t number[8];

	kc_put_be64(number, txn);
	memcpy(b->p + TXN_AT, number, sizeof(number));
}

static bool
take_number(struct kc_slice *rest, uint64_t *out)
{
	uint8_t b[8];

	if (!kc_slice_take(rest, b, sizeof(b)))
		return false;
	*out = kc_be64(b);
	return true;
}

static bool
take_slice(struct kc_slice *rest, struct kc_slice *out)
{
	uint64_t n;

	if (!take_number(rest, &n) || n > rest->n)
		return false;
	*out = (struct kc_slice){rest->p, (size_t)n};
	rest->p += n;
	rest->n -= (size_t)n;
	return true;
}

static bool
take_all(struct kc_held *h, struct kc_slice rest)
{
	struct kc_append *a = &h->batch;

	for (size_t i = 0; i < a->nrows; i++) {
		struct kc_row *r = &h->rows[i];

		if (!kc_slice_take(&rest, r->id, sizeof(r->id)) ||
		    !take_slice(&rest, &r->leaf))
			return false;
		r->hash = kc_hash_leaf(r->leaf.p, r->leaf.n);
	}
	for (size_t i = 0; i < a->nputs; i++)
		if (!kc_slice_take(
			&rest, h->puts[i].key, sizeof(h->puts[i].key)) ||
		    !take_slice(&rest, &h->puts[i].value))
			return false;
	return rest.n == 0;
}

enum kc_err
kc_held_take(struct kc_held *h, struct kc_slice bytes)
{
	struct kc_append *a = &h->batch;
	uint64_t nrows, nputs;

	memset(h, 0, sizeof(*h));
	/* Each row and put takes some bytes: so many there cannot be more of
	 * than that. */
	if (!take_number(&bytes, &a->size) || !take_number(&bytes, &nrows) ||
	    !take_number(&bytes, &nputs) ||
	    !take_number(&bytes, &a->witnessed.size) ||
	    !take_number(&bytes, &a->txn) ||
	    !take_slice(&bytes, &a->checkpoint) ||
	    !take_slice(&bytes, &a->witnessed.note) || nrows == 0 ||
	    nrows > KC_BATCH_MAX || nputs > bytes.n || a->size > INT64_MAX ||
	    (a->checkpoint.n > 0 && a->size == 0))
		return KC_ESYNTAX;
	a->nrows = (size_t)nrows;
	a->nputs = (size_t)nputs;
	h->rows = kc_alloc(a->nrows * sizeof(h->rows[0]));
	h->puts = kc_alloc((a->nputs + 1) * sizeof(h->puts[0]));
	a->rows = h->rows;
	a->puts = h->puts;
	if (h->rows == NULL || h->puts == NULL)
		return KC_ENOMEM;
	return take_all(h, bytes) ? KC_OK : KC_ESYNTAX;
}

void
kc_held_free(struct kc_held *h)
{
	kc_free(h->rows);
	kc_free(h->puts);
	memset(h, 0, sizeof(*h));
}

/* --- what the store lacks --- */
/* The right edge of the first `size` entries. */
static enum kc_err
edge_of(struct kc_store *s, uint64_t size, struct kc_frontier *f)
{
	struct kc_hash_reader r = kc_store_hashes(s);
	enum kc_err err = KC_OK;

	memset(f, 0, sizeof(*f));
	f->size = size;
	for (unsigned l = 0; err == KC_OK && size >> l != 0; l++)
		if ((size >> l & 1) != 0)
			err = r.read(r.ctx, l, (size >> l) - 1, &f->node[l]);
	return err;
}

/* Is it what the store was given next? */
static bool
is_next(const struct kc_append *b, const struct kc_stand *at)
{
	return b->size == at->size && b->txn == at->txn + 1;
}

static void
go_past(const struct kc_append *b, struct kc_stand *at)
{
	at->size += b->nrows;
	at->txn++;
}

enum kc_err
kc_redo_root(struct kc_store *s, const struct kc_stand *from,
    const struct kc_anchored *held, uint64_t size, struct kc_hash *out)
{
	struct kc_stand at = *from;
	struct kc_frontier f;
	enum kc_err err = edge_of(s, at.size, &f);

	/* The store had all when that was written, and more since, perhaps. */
	if (held->n == 0 || held->v[held->n - 1].batch.n == 0)
		return err == KC_OK ? KC_ENOTFOUND : err;
	for (size_t i = 0; err == KC_OK && i < held->n && at.size < size; i++) {
		struct kc_held h = {0};
		bool next;

		if (held->v[i].batch.n == 0)
			continue;
		err = kc_held_take(&h, kc_buf_view(&held->v[i].batch));
		next = err == KC_OK && is_next(&h.batch, &at);
		for (size_t k = 0; next && k < h.batch.nrows; k++)
			kc_frontier_append(&f, &h.rows[k].hash);
		if (next)
			go_past(&h.batch, &at);
		kc_held_free(&h);
		if (err == KC_ESYNTAX)
			err = KC_OK; /* it leads nowhere */
	}
	if (err != KC_OK)
		return err;
	*out = kc_frontier_root(&f);
	return at.size == size ? KC_OK : KC_ENOTFOUND;
}

/* What is signed by a key of the log and extends the store is put into it; of
 * all else kc_check speaks. */
static enum kc_err
redo(struct kc_store *s, const struct kc_anchored *held,
    const struct kc_log_keys *keys, uint64_t *n)
{
	struct kc_checkpoint head;
	struct kc_hash root;
	struct kc_stand at;
	uint64_t size;
	enum kc_err err = kc_checkpoint_parse_by(
	    &head, kc_buf_view(&held->v[held->n - 1].note), keys);

	if (err != KC_OK)
		return err == KC_ENOMEM ? err : KC_OK;
	err = kc_store_stands(s, &at);
	if (err != KC_OK || head.size <= at.size)
		return err;
	size = at.size;
	err = kc_redo_root(s, &at, held, head.size, &root);
	if (err != KC_OK || !kc_hash_eq(&root, &head.root))
		return err == KC_ENOTFOUND ? KC_OK : err;
	for (size_t i = 0; err == KC_OK && i < held->n; i++) {
		struct kc_held h = {0};

		if (held->v[i].batch.n == 0)
			continue;
		err = kc_held_take(&h, kc_buf_view(&held->v[i].batch));
		if (err == KC_OK && is_next(&h.batch, &at)) {
			err = kc_store_append(s, &h.batch);
			go_past(&h.batch, &at);
		} else if (err == KC_ESYNTAX) {
			err = KC_OK;
		}
		kc_held_free(&h);
	}
	*n = kc_store_size(s) - size;
	return err;
}

enum kc_err
kc_redo(struct kc_store *s, const char *anchor, const struct kc_log_keys *keys,
    uint64_t *n)
{
	struct kc_anchored held = {0};
	enum kc_err err = kc_anchor_load(anchor, &held);

	*n = 0;
	if (err == KC_OK)
		err = redo(s, &held, keys, n);
	else if (err == KC_ENOTFOUND)
		err = KC_OK;
	kc_anchored_free(&held);
	return err;
}
