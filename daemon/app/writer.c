/* SPDX-License-Identifier: Apache-2.0 */
/* The writer thread: rounds of batches, in the one order there is. */
#include "app/ledger_int.h"

#include <string.h>

/* May be asked again: there may be room, or the store may answer. */
static bool
reopen(struct kc_ledger *l)
{
	struct kc_store_stats st;

	if (!kc_head_may_retry(&l->head))
		return false;
	kc_store_stats(l->o.store, &st);
	if (st.full)
		return false;
	kc_head_set_mode(&l->head, KC_MODE_OPEN, false, "");
	return true;
}

static void
refuse_all(struct kc_ledger *l, struct kc_items *notes)
{
	struct kc_item *it;
	uint64_t seq;

	while ((it = kc_items_pop(notes)) != NULL) {
		struct kc_result *r = kc_item_result(it);

		/* What stands is answered even then, unless nobody knows. */
		if (kc_head_mode(&l->head) != KC_MODE_POISONED &&
		    kc_store_find_id(l->o.store, it->entry.id, &seq) == KC_OK)
			kc_admit_old(l, it, seq);
		else
			(void)kc_head_refuse_note(&l->head, r);
		kc_item_answer(it);
	}
}

static void
refuse_clock(struct kc_items *notes)
{
	struct kc_item *it;

	while ((it = kc_items_pop(notes)) != NULL) {
		struct kc_result *r = kc_item_result(it);

		r->err = kc_refuse(&r->why, KC_R_CLOCK, NULL, NULL, NULL, NULL);
		kc_item_answer(it);
	}
}

/* The instant of the next batch; false if the clock cannot be right. */
static bool
received_now(struct kc_ledger *l, int64_t *received_ms)
{
	int64_t now = kc_env_now_ms(&l->o);
	int64_t last = kc_state_received_ms(l->live.state);

	if (now < last - KC_CLOCK_BACK_MS || now < 0)
		return false;
	*received_ms = now > last ? now : last;
	return true;
}

/* Fills a batch: what is due, then notes, and what each makes due. */
static bool
fill(struct kc_ledger *l, struct kc_batch *b, struct kc_items *notes)
{
	bool more = false;

	(void)kc_duty_add(l, b, &more);
	while (!more && !b->broken && notes->head != NULL) {
		struct kc_item *it = kc_items_pop(notes);

		if (!kc_batch_add(l, b, it)) { /* full: next time */
			kc_items_unshift(notes, it);
			return true;
		}
		(void)kc_duty_add(l, b, &more);
	}
	return more;
}

/* One batch; true if there is more to write at once. */
static bool
one_batch(struct kc_ledger *l, struct kc_items *notes)
{
	struct kc_batch *b = &l->batch;
	struct kc_item *it;
	int64_t received_ms;
	bool more;

	(void)kc_live_write(&l->live);
	if (!received_now(l, &received_ms)) {
		kc_live_done(&l->live);
		refuse_clock(notes);
		return false;
	}
	kc_batch_begin(l, b, received_ms);
	more = fill(l, b, notes);
	kc_commit(l, b); /* releases the state */
	while ((it = kc_items_pop(&b->settled)) != NULL)
		kc_item_answer(it);
	return more || notes->head != NULL;
}

static void
dry_run(struct kc_ledger *l, struct kc_item *it)
{
	struct kc_result *r = kc_item_result(it);
	struct kc_stamp at;
	uint64_t seq;

	if (kc_store_find_id(l->o.store, it->entry.id, &seq) == KC_OK) {
		kc_admit_old(l, it, seq);
		return;
	}
	(void)kc_live_read(&l->live);
	at.seq = kc_state_size(l->live.state);
	if (!received_now(l, &at.received_ms))
		r->err = kc_refuse(&r->why, KC_R_CLOCK, NULL, NULL, NULL, NULL);
	else if (it->deferred)
		r->err = kc_admit_signatures(l, it, &r->why);
	if (r->err == KC_OK)
		r->err = kc_state_check(l->live.state, &it->entry, at, &r->why);
	kc_live_done(&l->live);
	r->seq = at.seq;
	r->received_ms = r->err == KC_OK ? at.received_ms : 0;
}

void
kc_writer_round(
    struct kc_ledger *l, struct kc_items *notes, struct kc_items *dry)
{
	struct kc_item *it;
	bool more = true;

	while (more && (kc_head_mode(&l->head) == KC_MODE_OPEN || reopen(l)))
		more = one_batch(l, notes);
	refuse_all(l, notes);
	while ((it = kc_items_pop(dry)) != NULL) {
		if (kc_head_mode(&l->head) == KC_MODE_OPEN)
			dry_run(l, it);
		else
			(void)kc_head_refuse_note(&l->head, kc_item_result(it));
		kc_item_answer(it);
	}
}

void *
kc_writer_main(void *ledger)
{
	struct kc_ledger *l = ledger;
	struct kc_items notes, dry;
	uint64_t tick;

	while (kc_intake_take(&l->intake, &notes, &dry, &tick)) {
		kc_writer_round(l, &notes, &dry);
		kc_intake_rounded(&l->intake, tick);
	}
	return NULL;
}

void
kc_ledger_tick(struct kc_ledger *l)
{
	kc_head_retry_now(&l->head);
	kc_intake_tick(&l->intake);
}

bool
kc_ledger_settle(struct kc_ledger *l)
{
	kc_head_retry_now(&l->head);
	kc_intake_settle(&l->intake);
	return kc_head_mode(&l->head) == KC_MODE_OPEN &&
	    kc_head_due(&l->head) > kc_env_now_ms(&l->o);
}
