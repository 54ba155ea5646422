/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be disputed of an event of the negative list, what a dispute
 * corrects of it, and that it is not final while one is open.
 */
#include "negative.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/deadline/deadline.h"
#include "noun/dispute/dispute.h"
#include "noun/vx.h"

/* --- for the row --- */
static const char *
handle(const struct kc_state *st, uint32_t object)
{
	return st->negatives.v[object]->handle;
}

static const struct kc_events *
events(const struct kc_state *st, uint32_t object)
{
	return &st->negatives.v[object]->events;
}

static uint32_t
unit(const struct kc_state *st, uint32_t object)
{
	return st->negatives.v[object]->unit;
}

static int
year(const struct kc_state *st, uint32_t object)
{
	return st->negatives.v[object]->year;
}

static kc_day
moved(const struct kc_state *st, uint32_t object, kc_day day)
{
	return kc_last_day(st, KC_M_negative, KC_L_negative_FINAL, object, day);
}

static const struct kc_matter of_negative = {"negative", KC_NS_NEGATIVE, NULL,
    handle, NULL, events, unit, year, moved, NULL};

static bool
is_of(const struct kc_state *st, uint32_t object, uint32_t who)
{
	return st->negatives.v[object]->unit == who;
}

static uint32_t
judge(const struct kc_state *st, uint32_t object)
{
	return st->negatives.v[object]->assessor;
}

static const struct kc_negative *
disputed(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->negatives.v[kc_dispute_decision(st, d)->object];
}

static bool
stands(const struct kc_state *st, const struct kc_decision *d, uint32_t who)
{
	(void)who;
	return kc_negative_counts(st->negatives.v[d->object]);
}

/* Less than is taken, and not nothing: that would be to overturn. */
static bool
range(const struct kc_state *st, const struct kc_dispute *d, int64_t *best,
    int64_t *least)
{
	*best = 1;
	*least = disputed(st, d)->amount_e4 - 1;
	return *best <= *least;
}

static int
corrects(const struct kc_state *st, const struct kc_dispute *d, bool falls,
    int64_t measure)
{
	const struct kc_negative *n = disputed(st, d);

	if (!kc_negative_counts(n) || (!falls && n->amount_e4 <= measure))
		return -1;
	return falls ? KC_K_negative_revoke : KC_K_negative_reduce;
}

const struct kc_subject kc_negative_subjects[] = {
    {KC_K_negative_confirm, &of_negative, KC_K_negative_propose,
	KC_K_negative_notify, KC_MEASURE_POINTS, is_of, judge, NULL, stands,
	range, corrects, NULL, NULL},
    {.matter = NULL},
};

/* --- final, once no dispute is open --- */
const struct kc_decision *
kc_negative_decision(const struct kc_state *st, const struct kc_negative *n)
{
	uint32_t seq = kc_events_first(&n->events, KC_K_negative_confirm);

	return seq == KC_NONE ? NULL : kc_decision_find(st, seq);
}

static bool
is_open(const struct kc_dispute *d)
{
	return !kc_machine_get(KC_M_dispute)->states[d->state].last;
}

bool
kc_negative_disputed(const struct kc_state *st, const struct kc_negative *n)
{
	const struct kc_decision *about = kc_negative_decision(st, n);
	const struct kc_dispute *d =
	    about == NULL ? NULL : kc_decision_dispute(st, about, n->unit);

	return d != NULL && is_open(d);
}

/* The dispute that an entry makes, or names; NULL. */
static const struct kc_dispute *
dispute_of(const struct kc_state *st, const struct kc_at *at)
{
	int field = kc_kind_field(at->e->kind, KC_LIT("dispute"));
	uint32_t i = KC_NONE;

	if (field >= 0)
		i = kc_find(
		    st, KC_NS_DISPUTE, kc_entry_str(at->e, (unsigned)field));
	else if (at->e->kind->id == KC_K_dispute_file)
		i = kc_find(st, KC_NS_DISPUTE, kc_slice_str(st->last_handle));
	return i == KC_NONE ? NULL : st->disputes.v[i];
}

/* A dispute about an event has begun or ended: what the clerk is to write of
 * it waits, or is due, at once if its day has passed meanwhile. */
enum kc_err
kc_negative_after(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_dispute *d =
	    st->negatives.n == 0 ? NULL : dispute_of(st, at);
	const struct kc_decision *about;
	struct kc_negative *n;
	int64_t end_ms;

	if (d == NULL)
		return KC_OK;
	about = kc_dispute_decision(st, d);
	if (kc_matter_of_kind(about->kind) != &of_negative)
		return KC_OK;
	n = st->negatives.v[about->object];
	kc_open_touch(st, KC_N_negative, n->index);
	if (n->state != KC_NS_NOTIFIED || is_open(d))
		return KC_OK;
	end_ms = kc_day_end_ms(n->day[KC_L_negative_FINAL].due);
	return kc_negative_queue(st, n,
	    end_ms > at->stamp.received_ms ? end_ms : at->stamp.received_ms);
}
