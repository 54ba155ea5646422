/* SPDX-License-Identifier: Apache-2.0 */
/* What the anchor holds of a batch before, or instead of, the store. */
#include "app/writer.h"

/* Nothing but the commit is left to do: the anchor may begin. */
static enum kc_err
ready(void *writer, const struct kc_hash *root, uint64_t txn)
{
	struct kc_writer *w = writer;
	struct kc_slice batch = kc_buf_view(&w->held);
	uint64_t from = kc_head_size(w->head);
	enum kc_err err = KC_OK;

	kc_held_by(&w->held, txn);
	kc_buf_reset(&w->list);
	if (w->waits && kc_store_behind(w->o->store, &w->list, &from) > 0) {
		kc_held_join(&w->list, batch);
		batch = kc_buf_view(&w->list);
		err = kc_buf_err(&w->list);
	}
	if (err == KC_OK)
		err = kc_head_begin(
		    w->head, w->live->state, w->edge, root, from, batch);
	w->begun = err == KC_OK;
	w->root = *root;
	w->let_go = false;
	return err;
}

/* The anchor has it, and what the store was behind by before it. */
static enum kc_err
anchored(void *writer)
{
	struct kc_writer *w = writer;

	w->ended = true;
	w->end_err = kc_head_end(w->head, &w->note, &w->why);
	return w->end_err;
}

/* One after another, with nobody beside it: then the store's flush is most of
 * what it waits for. What the clerk alone writes waits for nothing. */
static bool
is_lone(const struct kc_batch *b)
{
	size_t notes = 0;

	for (size_t i = 0; i < b->n; i++)
		notes += b->items[i] != NULL;
	return notes > 0 && b->n <= KC_LONE_MAX && b->size > 0;
}

/* The store may have it later, but for the first after others: what they owe
 * would be flushed for it. */
void
kc_hold(struct kc_writer *w, struct kc_append *a)
{
	bool lone = is_lone(&w->batch), before = w->lone;

	w->begun = w->ended = w->waits = false;
	w->end_err = KC_OK;
	w->lone = lone;
	if (w->note.n > KC_ANCHOR_NOTE_MAX)
		return;
	kc_buf_reset(&w->held);
	kc_held_put(&w->held, a);
	if (kc_buf_err(&w->held) != KC_OK || w->held.n > KC_ANCHOR_BATCH_MAX)
		return;
	a->ready = ready;
	a->ready_ctx = w;
	w->waits = w->o->behind && lone && (before || !w->owes) &&
	    kc_store_has_place(w->o->store, w->held.n);
	if (!w->waits)
		return;
	a->anchored = anchored;
	a->held = &w->held;
	kc_buf_reset(&w->why);
}
