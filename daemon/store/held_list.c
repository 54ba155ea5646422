/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several batches as an anchor holds them:
 *   BE64 UINT64_MAX, where a single one has its size; BE64 1, the version; then
 *   of each batch its length, BE64, and its bytes (redo.c)
 */
#include <string.h>

#include "store_int.h"

#define HEAD_SIZE 16
#define VERSION 1

void
kc_held_join(struct kc_buf *list, struct kc_slice batch)
{
	if (list->n == 0) {
		kc_buf_be64(list, UINT64_MAX);
		kc_buf_be64(list, VERSION);
	}
	kc_buf_be64(list, batch.n);
	kc_buf_slice(list, batch);
}

static bool
is_list(struct kc_slice bytes)
{
	uint8_t mark[8];

	return kc_slice_take(&bytes, mark, sizeof(mark)) &&
	    kc_be64(mark) == UINT64_MAX;
}

/* Does each extend the one before, in its transaction or in a later one? */
static bool
follow(const struct kc_held_list *l)
{
	for (size_t i = 1; i < l->n; i++) {
		const struct kc_append *a = &l->v[i - 1].batch;
		const struct kc_append *b = &l->v[i].batch;

		if (b->size != a->size + a->nrows || b->txn < a->txn ||
		    b->txn - a->txn > 1)
			return false;
	}
	return true;
}

static enum kc_err
take(struct kc_held_list *l, struct kc_slice bytes, bool list)
{
	struct kc_slice batch = bytes;
	enum kc_err err = KC_OK;

	do {
		if (l->n == KC_BEHIND_MAX ||
		    (list && !kc_held_slice(&bytes, &batch)))
			return KC_ESYNTAX;
		err = kc_held_take(&l->v[l->n++], batch);
	} while (err == KC_OK && list && bytes.n > 0);
	if (err == KC_OK && !follow(l))
		err = KC_ESYNTAX;
	return err;
}

static enum kc_err
begin(struct kc_held_list *l)
{
	l->n = 0;
	l->v = kc_alloc(KC_BEHIND_MAX * sizeof(l->v[0]));
	return l->v == NULL ? KC_ENOMEM : KC_OK;
}

enum kc_err
kc_held_list_take(struct kc_held_list *l, struct kc_slice bytes)
{
	uint8_t head[HEAD_SIZE];
	bool list = is_list(bytes);
	enum kc_err err = begin(l);

	if (err == KC_OK && list &&
	    (!kc_slice_take(&bytes, head, sizeof(head)) ||
		kc_be64(head + 8) != VERSION))
		err = KC_ESYNTAX;
	return err == KC_OK ? take(l, bytes, list) : err;
}

enum kc_err
kc_held_list_rest(struct kc_held_list *l, struct kc_slice bytes, size_t from)
{
	bool list = is_list(bytes);
	enum kc_err err = begin(l);

	bytes.p += from;
	bytes.n -= from;
	if (err == KC_OK && !list)
		err = KC_ESYNTAX;
	return err == KC_OK ? take(l, bytes, true) : err;
}

void
kc_held_list_free(struct kc_held_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		kc_held_free(&l->v[i]);
	kc_free(l->v);
	memset(l, 0, sizeof(*l));
}
