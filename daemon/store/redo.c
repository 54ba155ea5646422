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
 * The transaction is the store's number of the commit that has the batch, alone
 * or with others that name it (held_list.c). It is done again after the one
 * before it alone: a store that lacks more was put
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

bool
kc_held_slice(struct kc_slice *rest, struct kc_slice *out)
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
		    !kc_held_slice(&rest, &r->leaf))
			return false;
		r->hash = kc_hash_leaf(r->leaf.p, r->leaf.n);
	}
	for (size_t i = 0; i < a->nputs; i++)
		if (!kc_slice_take(
			&rest, h->puts[i].key, sizeof(h->puts[i].key)) ||
		    !kc_held_slice(&rest, &h->puts[i].value))
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
	    !kc_held_slice(&bytes, &a->checkpoint) ||
	    !kc_held_slice(&bytes, &a->witnessed.note) || nrows == 0 ||
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

/* What both slots hold, the newest last. */
struct lists {
	struct kc_held_list v[2];
	size_t n;
};

/* What is no batch leads nowhere: an empty list. */
static enum kc_err
take_lists(struct lists *l, const struct kc_anchored *held)
{
	enum kc_err err = KC_OK;

	memset(l, 0, sizeof(*l));
	for (; err == KC_OK && l->n < held->n; l->n++) {
		struct kc_held_list *to = &l->v[l->n];
		struct kc_slice bytes = kc_buf_view(&held->v[l->n].batch);

		if (bytes.n > 0)
			err = kc_held_list_take(to, bytes);
		if (err == KC_ESYNTAX) {
			kc_held_list_free(to);
			err = KC_OK;
		}
	}
	return err;
}

static void
free_lists(struct lists *l)
{
	for (size_t i = 0; i < 2; i++)
		kc_held_list_free(&l->v[i]);
}

/* Batches from the i-th on that are of its transaction. */
static size_t
group_of(const struct kc_held_list *l, size_t i)
{
	size_t n = 1;

	while (i + n < l->n && l->v[i + n].batch.txn == l->v[i].batch.txn)
		n++;
	return n;
}

/* The newest slot has all of a transaction of which the one before has some. */
static bool
has_more(const struct lists *l, size_t slot, uint64_t txn)
{
	bool has = false;

	for (size_t k = slot + 1; k < l->n; k++)
		for (size_t i = 0; i < l->v[k].n; i++)
			has = has || l->v[k].v[i].batch.txn == txn;
	return has;
}

/* Calls fn for what the store was given next, a transaction at a time, until
 * *at has come to `size` entries. */
static enum kc_err
walk(const struct lists *l, struct kc_stand *at, uint64_t size,
    enum kc_err (*fn)(void *ctx, const struct kc_held *v, size_t n), void *ctx)
{
	enum kc_err err = KC_OK;

	for (size_t s = 0; s < l->n; s++) {
		const struct kc_held_list *list = &l->v[s];

		for (size_t i = 0, n; i < list->n && at->size < size; i += n) {
			const struct kc_append *b = &list->v[i].batch;

			n = group_of(list, i);
			if (b->size != at->size || b->txn != at->txn + 1 ||
			    has_more(l, s, b->txn))
				continue;
			err = fn(ctx, &list->v[i], n);
			if (err != KC_OK)
				return err;
			for (size_t k = i; k < i + n; k++)
				at->size += list->v[k].batch.nrows;
			at->txn++;
		}
	}
	return KC_OK;
}

struct grown {
	struct kc_frontier f;
	uint64_t size; /* that it grows to */
};

/* A head may be that of a batch within its transaction. */
static enum kc_err
add_hashes(void *grown, const struct kc_held *v, size_t n)
{
	struct grown *g = grown;

	for (size_t i = 0; i < n && g->f.size < g->size; i++)
		for (size_t k = 0; k < v[i].batch.nrows; k++)
			kc_frontier_append(&g->f, &v[i].rows[k].hash);
	return KC_OK;
}

static enum kc_err
root_of(struct kc_store *s, const struct kc_stand *from, const struct lists *l,
    uint64_t size, struct kc_hash *out)
{
	struct kc_stand at = *from;
	struct grown g = {.size = size};
	enum kc_err err = edge_of(s, at.size, &g.f);

	/* The store had all when a head without a batch was written, and more
	 * since, perhaps. */
	if (err == KC_OK && (l->n == 0 || l->v[l->n - 1].n == 0))
		err = KC_ENOTFOUND;
	if (err == KC_OK)
		err = walk(l, &at, size, add_hashes, &g);
	if (err != KC_OK)
		return err;
	*out = kc_frontier_root(&g.f);
	return g.f.size == size ? KC_OK : KC_ENOTFOUND;
}

enum kc_err
kc_redo_root(struct kc_store *s, const struct kc_stand *from,
    const struct kc_anchored *held, uint64_t size, struct kc_hash *out)
{
	struct lists l;
	enum kc_err err = take_lists(&l, held);

	if (err == KC_OK)
		err = root_of(s, from, &l, size, out);
	free_lists(&l);
	return err;
}

static enum kc_err
append(void *store, const struct kc_held *v, size_t n)
{
	const struct kc_held *each[KC_BEHIND_MAX];
	struct kc_store *s = store;

	for (size_t i = 0; i < n; i++)
		each[i] = &v[i];
	return kc_store_append_held(s, &s->frontier, each, n);
}

/* What is signed by a key of the log and extends the store is put into it; of
 * all else kc_check speaks. */
static enum kc_err
redo(struct kc_store *s, const struct kc_anchored *held,
    const struct kc_log_keys *keys, uint64_t *n)
{
	struct kc_checkpoint head;
	struct lists l = {.n = 0};
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
	err = take_lists(&l, held);
	if (err == KC_OK)
		err = root_of(s, &at, &l, head.size, &root);
	if (err == KC_OK && kc_hash_eq(&root, &head.root))
		err = walk(&l, &at, head.size, append, s);
	free_lists(&l);
	*n = kc_store_size(s) - size;
	return err == KC_ENOTFOUND ? KC_OK : err;
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
