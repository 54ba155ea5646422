/* SPDX-License-Identifier: Apache-2.0 */
/* The writer thread: rounds of batches, in the one order there is. */
#include "app/writer.h"

#include <string.h>

/* --- may anything be written? --- */
static enum kc_cause
look(struct kc_writer *w)
{
	enum kc_cause clock;

	w->now_ms = kc_env_now_ms(w->o);
	kc_head_looked(w->head);
	/* Only this thread changes the state: it reads it without the lock. */
	clock = kc_head_clock(w->now_ms, kc_state_received_ms(w->live->state));
	if (clock != KC_CAUSE_NONE)
		return clock;
	kc_time_look(&w->keeper, w->o, w->live->state, &w->time);
	w->now_ms = w->time.now_ms;
	if (!w->time.step)
		kc_time_took(&w->keeper, &w->time, w->live->state);
	if (kc_store_full(w->o->store))
		return KC_CAUSE_NO_ROOM;
	if (!kc_head_may_sign(w->head, w->live->state, w->now_ms))
		return KC_CAUSE_LOG_KEY;
	if (!kc_head_acknowledged(w->head))
		return KC_CAUSE_UNWITNESSED;
	if (kc_state_held(w->live->state))
		return KC_CAUSE_CLOCK_HELD;
	return kc_state_restored(w->live->state) ? KC_CAUSE_RESTORED
						 : KC_CAUSE_NONE;
}

/* In a hold, what ends it is taken; the state refuses the rest. */
static bool
may_append(enum kc_cause cause)
{
	return cause == KC_CAUSE_NONE || cause == KC_CAUSE_CLOCK_HELD ||
	    cause == KC_CAUSE_RESTORED;
}

/* Looks before anything is applied, so that nothing has to be undone. */
static bool
may_write(struct kc_writer *w)
{
	enum kc_cause now;

	if (!kc_head_takes(w->head) || !kc_head_may_try(w->head))
		return false;
	now = look(w);
	kc_head_set_cause(w->head, now, NULL);
	if (now == KC_CAUSE_NO_ROOM)
		kc_head_back_off(w->head, false, KC_RETRY_LOOK_US);
	return may_append(now);
}

static void
refuse_all(struct kc_writer *w, struct kc_items *notes)
{
	struct kc_item *it;
	uint64_t seq;

	while ((it = kc_items_pop(notes)) != NULL) {
		struct kc_result *r = kc_item_result(it);

		/* What stands is answered even then, unless nobody knows. */
		if (kc_head_mode(w->head) != KC_MODE_POISONED &&
		    kc_store_find_id(w->o->store, it->key, &seq) == KC_OK)
			kc_admit_old(w->admission, it, seq);
		else
			(void)kc_head_refuse_note(w->head, r);
		kc_item_answer(it);
	}
}

/* The instant of the next entry: it never goes back. */
static int64_t
received_ms(const struct kc_writer *w)
{
	int64_t last = kc_state_received_ms(w->live->state);

	return w->now_ms > last ? w->now_ms : last;
}

/* Fills a batch: what is due, then notes, and what each makes due. Those that
 * stand or fall together have one to themselves. */
static bool
fill(struct kc_writer *w, struct kc_items *notes)
{
	struct kc_batch *b = &w->batch;
	bool more = false;

	(void)kc_duty_add(w, &more);
	if (!more && !b->broken && b->n == 0 && notes->head != NULL &&
	    kc_item_together(notes->head)) {
		kc_batch_add_together(w, notes);
		return b->fell;
	}
	while (!more && !b->broken && notes->head != NULL &&
	    !kc_item_together(notes->head)) {
		struct kc_item *it = kc_items_pop(notes);

		if (!kc_batch_add(w, it)) { /* full: next time */
			kc_items_unshift(notes, it);
			return true;
		}
		(void)kc_duty_add(w, &more);
	}
	return more;
}

/* The end of every batch: with the rows beside it, whatever it holds. Releases
 * the state. */
static bool
end_batch(struct kc_writer *w)
{
	bool stands;

	kc_beside_rows(w);
	stands = kc_commit(w);
	kc_beside_settled(w, stands);
	return stands;
}

/* A step of the clock: what was due by the time that is believed, then the
 * step. False if there is none. */
static bool
note_step(struct kc_writer *w)
{
	struct kc_time_look *t = &w->time;
	bool more = false, stands;
	enum kc_err err;

	if (!t->step)
		return false;
	(void)kc_live_write(w->live);
	kc_batch_begin(w, t->believed_ms);
	err = kc_duty_add(w, &more);
	if (err == KC_OK && !more)
		err = kc_duty_step(w, t->ahead_ms);
	stands = end_batch(w);
	if (err != KC_OK)
		kc_head_back_off(w->head, true, KC_RETRY_MAX_US);
	else if (stands && !more)
		kc_time_took(&w->keeper, t, w->live->state);
	return true;
}

/* That the ledger was put back stands before all else, at the time that is
 * believed. False if there is nothing to say. */
static bool
note_restored(struct kc_writer *w)
{
	const struct kc_restored *r = &w->o->restored;
	bool stands;
	enum kc_err err;

	if (!r->is || w->said_restored)
		return false;
	if (kc_hold_bound_ms(w->live->state) < 0) { /* of the first epoch */
		w->said_restored = true;
		kc_env_say(w->o, KC_LEVEL_WARNING, "restored",
		    "the rules of this ledger have no entry that says so");
		return false;
	}
	if (kc_state_restored_at(w->live->state, r->kept)) {
		w->said_restored = true;
		r->said(r->ctx);
		return false;
	}
	(void)kc_live_write(w->live);
	kc_batch_begin(w, w->time.step ? w->time.believed_ms : received_ms(w));
	err = kc_duty_restored(w);
	stands = end_batch(w);
	if (err != KC_OK)
		kc_head_back_off(w->head, true, KC_RETRY_MAX_US);
	else if (stands) {
		w->said_restored = true;
		r->said(r->ctx);
	}
	return true;
}

/* One batch; true if there is more to write at once. */
static bool
one_batch(struct kc_writer *w, struct kc_items *notes)
{
	struct kc_batch *b = &w->batch;
	struct kc_item *it;
	bool more;

	(void)kc_live_write(w->live);
	kc_batch_begin(w, received_ms(w));
	more = fill(w, notes);
	more = kc_beside_entries(w) || more;
	(void)end_batch(w);
	while ((it = kc_items_pop(&b->settled)) != NULL)
		kc_item_answer(it);
	return more || notes->head != NULL;
}

static void
dry_run(struct kc_writer *w, struct kc_item *it)
{
	struct kc_result *r = kc_item_result(it);
	struct kc_stamp at;
	uint64_t seq;

	if (kc_store_find_id(w->o->store, it->key, &seq) == KC_OK) {
		kc_admit_old(w->admission, it, seq);
		return;
	}
	(void)kc_live_read(w->live);
	at.seq = kc_state_size(w->live->state);
	at.received_ms = received_ms(w);
	if (it->deferred)
		r->err = kc_admit_signatures(w->live->state, it, &r->why);
	if (r->err == KC_OK)
		r->err =
		    kc_state_check(w->live->state, &it->entry, at, &r->why);
	kc_live_done(w->live);
	r->seq = at.seq;
	r->received_ms = r->err == KC_OK ? at.received_ms : 0;
}

void
kc_writer_round(
    struct kc_writer *w, struct kc_items *notes, struct kc_items *dry)
{
	struct kc_item *it;
	bool more = true;

	while (more && may_write(w))
		more = note_restored(w) || note_step(w) || one_batch(w, notes);
	refuse_all(w, notes);
	while ((it = kc_items_pop(dry)) != NULL) {
		if (may_append(kc_head_cause(w->head)))
			dry_run(w, it);
		else
			(void)kc_head_refuse_note(w->head, kc_item_result(it));
		kc_item_answer(it);
	}
}

/* --- the thread --- */
/* Is the store behind by so much that it has no place for another batch? Better
 * now, while its client thinks, than when that one comes. */
static bool
is_full(struct kc_writer *w)
{
	return w->waits && w->owes &&
	    !kc_store_has_place(w->o->store, w->held.n);
}

/* Nobody waits for it: so that a store that lost its anchor, or was copied
 * without it, lacks nothing. */
static void
settle(struct kc_writer *w)
{
	enum kc_err err = kc_store_settle(w->o->store);

	w->owes = err != KC_OK;
	if (err != KC_EUNKNOWN)
		return;
	(void)kc_live_write(w->live);
	kc_live_spoil(w->live);
	kc_head_set_cause(w->head, KC_CAUSE_UNKNOWN, NULL);
	kc_live_done(w->live);
}

static void *
writer_main(void *writer)
{
	struct kc_writer *w = writer;
	struct kc_items notes, dry;
	uint64_t tick;

	while (kc_intake_take(w->intake, &notes, &dry, &tick)) {
		kc_writer_round(w, &notes, &dry);
		kc_intake_rounded(w->intake, tick);
		if (is_full(w) ||
		    (w->owes && w->o->settle_ms > 0 &&
			kc_intake_quiet(w->intake, w->o->settle_ms)))
			settle(w);
	}
	kc_commit_last(w);
	return NULL;
}

enum kc_err
kc_writer_start(struct kc_writer *w)
{
	w->running = pthread_create(&w->thread, NULL, writer_main, w) == 0;
	return w->running ? KC_OK : KC_ENOMEM;
}

void
kc_writer_join(struct kc_writer *w)
{
	if (w->running)
		pthread_join(w->thread, NULL);
	w->running = false;
}

void
kc_writer_release(struct kc_writer *w)
{
	kc_edge_free(w->edge);
	kc_buf_free(&w->batch.leaves);
	kc_buf_free(&w->clerk_text);
	kc_buf_free(&w->clerk_note);
	kc_buf_free(&w->note);
	kc_receipts_release(&w->receipts);
	kc_buf_free(&w->witnessed);
	kc_buf_free(&w->held);
	kc_buf_free(&w->list);
	kc_buf_free(&w->why);
}
