/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a full batch to its receipts: while the store flushes its pages, the
 * head is signed over the batch as it was read back from the anchor's file, and
 * the anchor is flushed; then what the store has is read back and compared, and
 * the notes are answered. Nothing is signed that was not read back, and nothing
 * is answered that is not in both; but for lone batches, which the store may be
 * behind by: it gets and reads back some of them at once, later. A batch that
 * is too large for the anchor is flushed and read back first, and signed then.
 */
#include "app/writer.h"

#include "app/startup.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/check.h>

/* --- answers --- */
static void
answer_ok(struct kc_writer *w, size_t i, struct kc_item *it,
    const struct kc_proof *proof)
{
	struct kc_batch *b = &w->batch;
	struct kc_result *r = kc_item_result(it);
	struct kc_item *same = it->same;

	r->err = KC_OK;
	r->alone = b->n == 1 && same == NULL;
	r->seq = b->size + i;
	r->received_ms = b->received_ms;
	memcpy(r->handle, b->handle[i], sizeof(r->handle));
	kc_buf_receipt(&r->receipt, &w->receipts, proof);
	if (kc_buf_err(&r->receipt) != KC_OK)
		r->err = KC_ENOMEM;
	it->same = NULL;
	while (same != NULL) {
		struct kc_item *next = same->same;
		struct kc_result *d = kc_item_result(same);

		d->err = r->err;
		d->duplicate = true;
		d->seq = r->seq;
		d->received_ms = r->received_ms;
		memcpy(d->handle, r->handle, sizeof(d->handle));
		kc_buf_slice(&d->receipt, kc_buf_view(&r->receipt));
		if (kc_buf_err(&d->receipt) != KC_OK)
			d->err = KC_ENOMEM;
		same->same = NULL;
		kc_item_answer(same);
		same = next;
	}
	kc_item_answer(it);
}

static void
answer_batch(struct kc_writer *w)
{
	struct kc_batch *b = &w->batch;
	struct kc_proof proof = {.checkpoint = kc_buf_view(&w->note)};

	kc_receipts_begin(&w->receipts);
	for (size_t i = 0; i < b->n; i++) {
		enum kc_err err;

		if (b->items[i] == NULL)
			continue;
		proof.index = b->size + i;
		err = kc_edge_inclusion(
		    w->edge, proof.index, proof.path, &proof.npath);
		assert(err == KC_OK);
		(void)err;
		answer_ok(w, i, b->items[i], &proof);
	}
}

static void
refuse_moved(struct kc_result *r)
{
	r->err = kc_refuse(&r->why, KC_R_READ_ONLY,
	    "the log has moved on; send it again", NULL, NULL, NULL);
}

/* The same answer to every note of the batch. KC_OK: the mode's. */
static void
answer_failed(struct kc_writer *w, enum kc_err err)
{
	struct kc_batch *b = &w->batch;

	for (size_t i = 0; i < b->n; i++) {
		struct kc_item *it = b->items[i];

		while (it != NULL) {
			struct kc_item *next = it->same;
			struct kc_result *r = kc_item_result(it);

			it->same = NULL;
			if (err == KC_OK)
				(void)kc_head_refuse_note(w->head, r);
			else if (err == KC_ECONFLICT)
				refuse_moved(r);
			else
				r->err = err;
			kc_item_answer(it);
			it = next;
		}
	}
}

/* --- outcomes --- */
static void
poison(struct kc_writer *w, enum kc_cause cause, const char *detail)
{
	kc_live_spoil(w->live);
	kc_head_set_cause(w->head, cause, detail);
}

/* Is the store the file that was opened? What is written into one that was
 * moved away or removed would be acknowledged and lost. The anchor is looked
 * at by who signs. */
static enum kc_cause
files_stand(struct kc_writer *w, struct kc_buf *detail)
{
	return kc_store_same(w->o->store, detail) == KC_OK ? KC_CAUSE_NONE
							   : KC_CAUSE_GONE;
}

/* Why there is no signature. */
static enum kc_cause
unsigned_for(enum kc_err err)
{
	if (err == KC_EROLLBACK || err == KC_EFORK || err == KC_EFOREIGN)
		return KC_CAUSE_FORKED;
	if (err == KC_EUNAVAILABLE)
		return KC_CAUSE_NO_SIGNER;
	return err == KC_EIO ? KC_CAUSE_GONE : KC_CAUSE_NO_SIGNATURE;
}

/* Nobody can answer for this batch, or for any after it; the state is held
 * for writing, and released. Frees detail. */
static void
give_up(struct kc_writer *w, enum kc_cause cause, struct kc_buf *detail)
{
	poison(w, cause, detail->n > 0 ? kc_buf_cstr(detail) : NULL);
	kc_buf_free(detail);
	kc_live_done(w->live);
	answer_failed(w, KC_OK);
}

/* The state holds entries that were not written: make it anew from the log.
 * The state is held for writing. */
static bool
rebuild(struct kc_writer *w)
{
	struct kc_buf detail = {0};
	struct kc_state *st = NULL;
	enum kc_err err = kc_check_replay(
	    w->o->store, kc_store_size(w->o->store), NULL, &st, &detail);

	if (err == KC_OK) {
		kc_live_replace(w->live, st);
		kc_beside_set_due(w);
	} else {
		poison(w, KC_CAUSE_BROKEN, kc_buf_cstr(&detail));
	}
	kc_buf_free(&detail);
	return err == KC_OK;
}

/* Another head than ours stands: go on from there if it extends ours. */
static void
follow_head(struct kc_writer *w)
{
	struct kc_startup s = {
	    w->o, w->live, w->head, &w->readback, w->edge, NULL};
	struct kc_buf detail = {0};

	if (kc_startup(&s, &detail) != KC_OK)
		poison(w, KC_CAUSE_BROKEN, kc_buf_cstr(&detail));
	w->edge = s.edge;
	kc_buf_reset(&w->note);
	(void)kc_head_copy(w->head, &w->note);
	kc_buf_free(&detail);
}

/* Nothing was written, and it may work another time: later each time. */
static void
try_later(struct kc_writer *w, enum kc_cause cause)
{
	(void)rebuild(w);
	kc_head_set_cause(w->head, cause, NULL);
	kc_head_back_off(w->head, true, KC_RETRY_MAX_US);
}

/* The batch was not written, or nobody knows; releases the state. */
static void
not_committed(struct kc_writer *w, enum kc_outcome outcome)
{
	enum kc_err err = KC_OK; /* the mode says why */

	if (w->begun) {
		if (!w->ended)
			(void)kc_head_end(w->head, &w->note, NULL);
		if (outcome != KC_CONFLICT)
			outcome = KC_UNKNOWN; /* its head may be anchored */
	}
	switch (outcome) {
	case KC_COMMITTED:
		assert(false);
		break;
	case KC_CONFLICT:
		/* Open again at once, but this batch is told to come back. */
		kc_env_say(w->o, KC_LEVEL_WARNING, "conflict",
		    "another head than ours stands");
		follow_head(w);
		if (kc_head_mode(w->head) != KC_MODE_POISONED)
			err = KC_ECONFLICT;
		break;
	case KC_FENCED:
		(void)rebuild(w);
		kc_head_set_cause(w->head, KC_CAUSE_FENCED, NULL);
		break;
	case KC_UNKNOWN:
		poison(w, KC_CAUSE_UNKNOWN, NULL);
		break;
	case KC_FULL:
		try_later(w, KC_CAUSE_NO_ROOM);
		break;
	case KC_UNAVAILABLE:
		try_later(w, KC_CAUSE_STORAGE);
		break;
	case KC_BROKEN:
		poison(w, KC_CAUSE_BROKEN, "a batch was refused");
		break;
	}
	kc_live_done(w->live);
	answer_failed(w, err);
}

/* Reads the batch back, compares, signs; why it may not be answered. */
static enum kc_cause
sign(struct kc_writer *w, struct kc_buf *detail)
{
	struct kc_batch *b = &w->batch;
	uint64_t size = b->size + b->n;
	struct kc_hash root, edge;
	enum kc_err err = KC_OK, back;

	for (size_t i = 0; i < b->n; i++)
		kc_edge_append(w->edge, &b->rows[i].hash);
	kc_edge_seal(w->edge);
	edge = kc_edge_root(w->edge);
	root = w->root;
	back = KC_OK;
	if (!w->waits) /* else by the signer; and by the store, later */
		back = kc_readback(&w->readback, b->size, size, b->rows, &root);
	if (w->begun && !w->ended)
		err = kc_head_end(w->head, &w->note, detail);
	if (back != KC_OK || !kc_hash_eq(&root, &edge))
		return KC_CAUSE_READ_BACK;
	if (err == KC_OK)
		err = w->begun ? kc_head_stands(w->head, kc_buf_view(&w->note))
			       : kc_head_sign(w->head, w->live->state, w->edge,
				     &w->note, detail);
	if (err != KC_OK)
		return unsigned_for(err);
	/* Also after it: what went into a file that is gone is not answered. */
	return files_stand(w, detail);
}

/* The new head goes to its witnesses. Where nothing is acknowledged without
 * them, this waits; false: they have not signed, and nobody knows whether the
 * others will. */
static bool
have_witnessed(struct kc_writer *w)
{
	const struct kc_witnessing *s = w->o->witnessing;
	uint64_t size = w->batch.size + w->batch.n;

	if (s == NULL)
		return true;
	s->head(s->ctx, size, kc_buf_view(&w->note));
	return !s->closed || s->wait(s->ctx, size);
}

/* Whoever waits for what is due has his answer still, and to be woken for each
 * batch costs as much as one of its entries: what else is looked at now and
 * then, is so once a second. */
static void
tell(struct kc_writer *w)
{
	int64_t at_ms = w->batch.received_ms;

	if (w->o->changed == NULL ||
	    (kc_head_due_stands(w->head) && at_ms - w->told_ms < KC_TELL_MS))
		return;
	w->told_ms = at_ms;
	w->o->changed(w->o->changed_ctx);
}

/* Committed: nothing is owed to the state any more. */
static bool
committed(struct kc_writer *w, int64_t start_us)
{
	struct kc_batch *b = &w->batch;
	struct kc_buf detail = {0};
	size_t clerk = 0;
	enum kc_cause cause = sign(w, &detail);

	if (cause != KC_CAUSE_NONE) {
		(void)kc_live_write(w->live);
		give_up(w, cause, &detail);
		return false;
	}
	w->owes = w->begun;
	w->listed = w->waits;
	for (size_t i = 0; i < b->n; i++)
		clerk += b->items[i] == NULL;
	kc_head_count_batch(w->head, b->n, clerk,
	    (uint64_t)(kc_env_mono_us() - start_us), b->received_ms);
	if (have_witnessed(w)) {
		answer_batch(w);
	} else {
		kc_head_set_cause(w->head, KC_CAUSE_UNWITNESSED, NULL);
		answer_failed(w, KC_EUNKNOWN);
	}
	tell(w);
	return true;
}

/* What witnesses signed since the last batch; size 0 if nothing is new. */
static struct kc_witnessed
new_witnessed(struct kc_writer *w)
{
	struct kc_witnessed of = {0};

	kc_buf_reset(&w->witnessed);
	of.size = kc_head_witnessed_copy(w->head, true, &w->witnessed);
	of.note = kc_buf_view(&w->witnessed);
	if (kc_buf_err(&w->witnessed) != KC_OK)
		of.size = 0;
	return of;
}

/* Of what is written without an entry the anchor knows nothing: as long as it
 * holds a batch, a store without that and the batch would be taken for one that
 * a power cut left behind, and the batch alone be done again. */
static enum kc_cause
let_go(struct kc_writer *w, struct kc_buf *detail)
{
	enum kc_err err;

	if (w->let_go || kc_head_size(w->head) == 0)
		return KC_CAUSE_NONE;
	/* Another file at its place may lack what only the anchor has. */
	if (files_stand(w, detail) != KC_CAUSE_NONE)
		return KC_CAUSE_GONE;
	if (kc_store_settle(w->o->store) != KC_OK)
		return KC_CAUSE_UNKNOWN;
	err = kc_head_let_go(w->head, w->live->state, w->edge, detail);
	w->let_go = err == KC_OK;
	return err == KC_OK ? KC_CAUSE_NONE : unsigned_for(err);
}

void
kc_commit_last(struct kc_writer *w)
{
	struct kc_buf detail = {0};
	enum kc_cause cause = KC_CAUSE_NONE;

	/* What it holds then, a start does again. */
	if (w->listed && kc_head_mode(w->head) != KC_MODE_POISONED)
		cause = let_go(w, &detail);
	/* No client waits to be told; who started us is. */
	if (cause != KC_CAUSE_NONE) {
		(void)kc_live_write(w->live);
		poison(w, cause, detail.n > 0 ? kc_buf_cstr(&detail) : NULL);
		kc_live_done(w->live);
	}
	kc_buf_free(&detail);
}

/* Nothing but rows beside the log; releases the state. */
static bool
put_rows(struct kc_writer *w)
{
	struct kc_batch *b = &w->batch;
	struct kc_witnessed witnessed = new_witnessed(w);
	int64_t due_ms = kc_head_due(w->head);
	struct kc_buf detail = {0};
	enum kc_err err = KC_OK;

	if (b->nputs > 0 || witnessed.size > 0) {
		enum kc_cause cause = let_go(w, &detail);

		if (cause != KC_CAUSE_NONE) {
			give_up(w, cause, &detail);
			return false;
		}
		err = kc_store_put(w->o->store, b->puts, b->nputs, &witnessed);
	}
	if (err == KC_OK)
		kc_head_witnessed_kept(
		    w->head, witnessed.size, witnessed.note.n);
	if (err == KC_EUNKNOWN)
		poison(w, KC_CAUSE_UNKNOWN, NULL);
	else
		kc_beside_set_due(w);
	kc_live_done(w->live);
	if (kc_head_due(w->head) != due_ms && w->o->changed != NULL)
		w->o->changed(w->o->changed_ctx);
	return err == KC_OK;
}

bool
kc_commit(struct kc_writer *w)
{
	struct kc_batch *b = &w->batch;
	struct kc_append append = {.size = b->size,
	    .rows = b->rows,
	    .nrows = b->n,
	    .puts = b->puts,
	    .nputs = b->nputs,
	    .checkpoint = kc_buf_view(&w->note)};
	int64_t start = kc_env_mono_us();
	struct kc_buf detail = {0};
	enum kc_outcome outcome;
	enum kc_cause cause;
	struct kc_hash root;
	size_t at = 0;

	if (b->broken || b->fell) {
		(void)rebuild(w);
		kc_live_done(w->live);
		answer_failed(w, KC_ENOMEM);
		return false;
	}
	if (b->n == 0)
		return put_rows(w);
	cause = files_stand(w, &detail);
	if (cause != KC_CAUSE_NONE) {
		give_up(w, cause, &detail);
		return false;
	}
	for (size_t i = 0; i < b->n; at = b->end[i++])
		b->rows[i].leaf =
		    (struct kc_slice){b->leaves.p + at, b->end[i] - at};
	assert(kc_head_size(w->head) == b->size);
	root = kc_edge_root(w->edge);
	append.witnessed = new_witnessed(w);
	kc_hold(w, &append);
	outcome = w->o->sequencer.append(w->o->sequencer.ctx, &append, root);
	if (outcome != KC_COMMITTED && w->end_err != KC_OK) {
		kc_buf_slice(&detail, kc_buf_view(&w->why));
		give_up(w, unsigned_for(w->end_err), &detail);
		return false;
	}
	if (outcome != KC_COMMITTED) {
		not_committed(w, outcome);
		return false;
	}
	kc_head_witnessed_kept(
	    w->head, append.witnessed.size, append.witnessed.note.n);
	kc_beside_set_due(w);
	kc_live_done(w->live);
	return committed(w, start);
}
