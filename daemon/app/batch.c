/* SPDX-License-Identifier: Apache-2.0 */
/* Putting a batch together: each note stands or falls alone. */
#include "app/writer.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/leaf.h>

void
kc_batch_begin(struct kc_writer *w, int64_t received_ms)
{
	struct kc_batch *b = &w->batch;

	b->size = kc_state_size(w->live->state);
	b->received_ms = received_ms;
	b->n = 0;
	b->room = KC_BATCH_FILL;
	b->broken = b->fell = false;
	b->settled = (struct kc_items){0};
	b->in_tree = SIZE_MAX;
	kc_buf_reset(&b->leaves);
	memset(b->slot, 0, sizeof(b->slot));
}

struct kc_hash
kc_batch_root(struct kc_writer *w)
{
	struct kc_batch *b = &w->batch;
	enum kc_err err = KC_OK;

	if (b->in_tree == SIZE_MAX) {
		b->tree.size = b->size;
		for (unsigned l = 0; b->size >> l != 0 && err == KC_OK; l++)
			if ((b->size >> l & 1) != 0)
				err = kc_edge_node(w->edge, l,
				    (b->size >> l) - 1, &b->tree.node[l]);
		assert(err == KC_OK); /* an edge holds its last nodes */
		b->in_tree = 0;
	}
	while (b->in_tree < b->n)
		kc_frontier_append(&b->tree, &b->rows[b->in_tree++].hash);
	return kc_frontier_root(&b->tree);
}

/* --- ids within the batch --- */
static size_t
id_hash(const uint8_t id[KC_ID_KEY_SIZE])
{
	/* Keys are hashes; two that collide only cost a step. */
	return (size_t)(kc_be64(id) ^ kc_be64(id + 8)) % KC_ID_SLOTS;
}

/* Row of an id, or NULL and *slot where it would go. */
static struct kc_row *
id_find(struct kc_batch *b, const uint8_t id[KC_ID_KEY_SIZE], size_t *slot)
{
	size_t i = id_hash(id);

	for (; b->slot[i] != 0; i = (i + 1) % KC_ID_SLOTS) {
		struct kc_row *r = &b->rows[b->slot[i] - 1];

		if (memcmp(r->id, id, sizeof(r->id)) == 0)
			return r;
	}
	*slot = i;
	return NULL;
}

/* --- rows --- */
enum kc_err
kc_batch_leaf(
    struct kc_writer *w, const struct kc_entry *e, struct kc_slice note)
{
	struct kc_batch *b = &w->batch;
	struct kc_leaf leaf = {.origin = kc_state_origin(w->live->state),
	    .seq = b->size + b->n,
	    .received_ms = b->received_ms,
	    .note = note};
	size_t before = b->leaves.n;
	enum kc_err err;

	if (leaf.seq == 0)
		leaf.origin = e->ledger;
	kc_buf_leaf(&b->leaves, &leaf);
	err = kc_buf_err(&b->leaves);
	if (err != KC_OK) {
		b->leaves.n = before;
		b->leaves.err = KC_OK;
	}
	return err;
}

void
kc_batch_row(struct kc_writer *w, const struct kc_entry *e, struct kc_item *it)
{
	struct kc_batch *b = &w->batch;
	size_t start = b->n > 0 ? b->end[b->n - 1] : 0;
	struct kc_row *r = &b->rows[b->n];
	size_t slot;

	assert(b->n < b->room && b->leaves.n > start);
	if (it != NULL)
		memcpy(r->id, it->key, sizeof(r->id));
	else
		kc_id_key(r->id, e->by[0], e->id);
	if (id_find(b, r->id, &slot) == NULL)
		b->slot[slot] = (uint16_t)(b->n + 1);
	r->hash = kc_hash_leaf(b->leaves.p + start, b->leaves.n - start);
	b->end[b->n] = b->leaves.n;
	b->items[b->n] = it;
	if (!kc_slice_copy(b->handle[b->n], sizeof(b->handle[0]),
		kc_state_last_handle(w->live->state)))
		b->handle[b->n][0] = '\0';
	b->n++;
}

/* --- what the writer asks of a note --- */
/* The key that verified must still be the one in force. */
static enum kc_err
check_keys(struct kc_writer *w, struct kc_item *it, struct kc_refusal *why)
{
	const struct kc_entry *e = &it->entry;
	uint8_t pub[KC_PUBKEY_SIZE];

	if (it->deferred)
		return kc_admit_signatures(w->live->state, it, why);
	for (unsigned i = 0; i < e->nby; i++) {
		enum kc_err err =
		    kc_state_signer(w->live->state, e, i, pub, why);

		if (err != KC_OK)
			return err;
		if (memcmp(pub, it->pub[i], sizeof(pub)) == 0)
			continue;
		(void)kc_refuse(why, KC_R_SIGNATURE, "", NULL, NULL, NULL);
		kc_refusal_arg(why, 0, e->by[i]);
		return KC_EREFUSED;
	}
	return KC_OK;
}

/* ledger.open must be for the key that this daemon signs with. It has been
 * applied; if it is not, an empty state takes its place. */
static enum kc_err
check_opening(struct kc_writer *w, struct kc_item *it, struct kc_refusal *why)
{
	const struct kc_vkey *mine = &w->o->log_key->vkey;
	const struct kc_vkey *named = kc_state_log_key(w->live->state);
	struct kc_state *fresh = NULL;
	enum kc_err err;

	if (named != NULL && kc_vkey_eq(named, mine))
		return KC_OK;
	err = kc_state_new(&fresh);
	if (err != KC_OK)
		return err;
	kc_live_replace(w->live, fresh);
	(void)kc_refuse(why, KC_R_LEDGER, "", mine->name, NULL, NULL);
	kc_refusal_arg(why, 0, it->entry.ledger);
	if (kc_slice_is(it->entry.ledger, mine->name)) {
		(void)kc_refuse(
		    why, KC_R_KEY_NOT_IN_FORCE, mine->name, "log", NULL, NULL);
	}
	return KC_EREFUSED;
}

static enum kc_err
apply(struct kc_writer *w, struct kc_item *it, struct kc_refusal *why)
{
	struct kc_batch *b = &w->batch;
	struct kc_stamp at = {b->size + b->n, b->received_ms};
	size_t before = b->leaves.n;
	enum kc_err err = kc_batch_leaf(w, &it->entry, kc_buf_view(&it->note));

	if (err == KC_ETOOBIG) {
		err = kc_refuse(why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, KC_LEAF_MAX);
	}
	if (err == KC_OK)
		err = check_keys(w, it, why);
	if (err == KC_OK)
		err = kc_state_apply(w->live->state, &it->entry, at, why);
	if (err == KC_OK && at.seq == 0)
		err = check_opening(w, it, why);
	if (err != KC_OK)
		b->leaves.n = before;
	return err;
}

/* The id stands in this batch: the same bytes wait for its receipt. */
static void
add_same(struct kc_batch *b, struct kc_row *row, struct kc_item *it)
{
	size_t i = (size_t)(row - b->rows);
	struct kc_item *first = b->items[i];

	if (first != NULL &&
	    kc_slice_eq(kc_buf_view(&first->note), kc_buf_view(&it->note))) {
		it->same = first->same;
		first->same = it;
		return;
	}
	kc_admit_conflict(it, b->size + i);
}

bool
kc_batch_add(struct kc_writer *w, struct kc_item *it)
{
	struct kc_batch *b = &w->batch;
	struct kc_result *r = kc_item_result(it);
	struct kc_row *row;
	size_t slot;
	uint64_t seq;
	enum kc_err err;

	row = id_find(b, it->key, &slot);
	if (row != NULL) {
		add_same(b, row, it);
		if (r->err != KC_OK)
			kc_items_push(&b->settled, it);
		return true;
	}
	if (b->n == b->room)
		return false;
	err = kc_store_find_id(w->o->store, it->key, &seq);
	if (err == KC_OK) {
		kc_admit_old(w->admission, it, seq);
		kc_items_push(&b->settled, it);
		return true;
	}
	if (err == KC_ENOTFOUND)
		err = it->stands ? KC_EUNKNOWN : apply(w, it, &r->why);
	if (err == KC_OK) {
		kc_batch_row(w, &it->entry, it);
		return true;
	}
	b->broken = b->broken || err == KC_ENOMEM;
	r->err = err;
	kc_head_count_refused(w->head);
	kc_items_push(&b->settled, it);
	return true;
}

/* --- notes that stand or fall together --- */
/* The batch is theirs alone: nothing of it is to be written. */
static void
fall(struct kc_batch *b, struct kc_job *j)
{
	b->fell = true;
	b->n = 0;
	b->settled = (struct kc_items){0};
	kc_items_fall(j->of, j->n);
	for (size_t i = 0; i < j->n; i++) {
		if (j->of[i]->verdict != KC_GOOD)
			continue; /* answered */
		j->of[i]->same = NULL;
		kc_items_push(&b->settled, j->of[i]);
	}
}

static enum kc_err
refuse_full(struct kc_result *r)
{
	r->err = kc_refuse(&r->why, KC_R_LIMIT, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(&r->why, 0, KC_BATCH_MAX);
	return r->err;
}

void
kc_batch_add_together(struct kc_writer *w, struct kc_items *notes)
{
	struct kc_batch *b = &w->batch;
	struct kc_job *j = notes->head->job;
	enum kc_err err = KC_OK;
	bool more;

	b->room = KC_BATCH_MAX;
	while (notes->head != NULL && notes->head->job == j) {
		struct kc_item *it = kc_items_pop(notes);

		if (err != KC_OK)
			continue;
		err = kc_batch_add(w, it) ? kc_item_result(it)->err
					  : refuse_full(kc_item_result(it));
		if (err == KC_OK)
			(void)kc_duty_add(w, &more);
	}
	if (err != KC_OK)
		fall(b, j);
}
