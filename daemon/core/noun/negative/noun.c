/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of the negative list. */
#include "negative.h"

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->negatives);
	for (uint32_t i = 0; i < st->negatives.n; i++) {
		kc_hold_vec(h, &st->negatives.v[i]->events);
		kc_hold_vec(h, &st->negatives.v[i]->corrections);
	}
}

static void
put_negative(struct kc_digest *d, const struct kc_negative *n)
{
	const int64_t numbers[] = {n->unit, n->assessor, n->proposer,
	    n->proposed_for, n->policy, n->item, n->case_, n->amount_e4, n->on,
	    n->year, n->state, n->version};

	kc_digest_open(d, 'N');
	kc_digest_text(d, n->handle);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	for (unsigned i = 0; i < KC_L_negative_COUNT; i++) {
		kc_digest_num(d, n->day[i].since);
		kc_digest_num(d, n->day[i].due);
		kc_digest_num(d, n->day[i].provisional);
	}
	kc_digest_events(d, &n->events);
	for (uint32_t i = 0; i < n->corrections.n; i++) {
		kc_digest_num(d, n->corrections.v[i].seq);
		kc_digest_num(d, n->corrections.v[i].dispute);
		kc_digest_num(d, n->corrections.v[i].amount_e4);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->negatives.n; i++)
		if (kc_digest_wants(d, st->negatives.v[i]->unit))
			put_negative(d, st->negatives.v[i]);
}

/* --- negative.lapse, negative.final --- */
static bool
is_live(const struct kc_state *st, const struct kc_due *d)
{
	return kc_negative_waits(st, st->negatives.v[d->object], d);
}

static void
about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->negatives.v[d->object]->handle);
}

static void
fill(const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_negative *n = st->negatives.v[d->object];

	kc_made_text(m, KC_F_negative_lapse_negative, n->handle);
	kc_made_day(
	    m, KC_F_negative_lapse_due, n->day[kc_negative_limit(n)].due);
}
_Static_assert(
    (int)KC_F_negative_final_negative == (int)KC_F_negative_lapse_negative &&
	(int)KC_F_negative_final_due == (int)KC_F_negative_lapse_due,
    "both have the event and its last day, in this order");

/* The last day is moved after all. */
static void
unlapse(struct kc_state *st, uint32_t object)
{
	struct kc_negative *n = st->negatives.v[object];

	if (n->state == KC_NS_LAPSED)
		n->state = KC_NS_PROPOSED;
}

static void
unfinal(struct kc_state *st, uint32_t object)
{
	struct kc_negative *n = st->negatives.v[object];

	if (n->state == KC_NS_FINAL)
		n->state = KC_NS_NOTIFIED;
}

/* --- whose it is --- */
static bool
is_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->negatives.v[index]->unit == unit;
}

static bool
is_judged(const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	const struct kc_negative *n = st->negatives.v[index];

	return n->assessor == unit || kc_holds_item(st, unit, n->item, day);
}

static uint32_t
party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	const struct kc_negative *n = st->negatives.v[index];

	if (i > 0)
		return KC_NONE;
	return party == KC_PARTY_JUDGE ? n->assessor : n->unit;
}

KC_OBJECTS(negative, negatives)

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t i = kc_find(st, KC_NS_NEGATIVE, kc_slice_str(d->id));

	return i == KC_NONE ? NULL : kc_negative_policy(st, st->negatives.v[i]);
}

/* Of the unit that ends; and what stands for the fact of a case that goes. */
static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->negatives.n; i++) {
		struct kc_negative *n = st->negatives.v[i];
		bool goes = n->unit == h->from &&
		    ((h->all && n->year >= h->year) ||
			(n->case_ != KC_NONE &&
			    h->goes[st->cases.v[n->case_]->target]));
		uint32_t judge;

		if (goes &&
		    !kc_u32s_move(&st->units.v[h->from]->negatives,
			&st->units.v[h->into]->negatives, i))
			return KC_ENOMEM;
		n->unit = goes ? h->into : n->unit;
		judge = n->year >= h->year
		    ? kc_judge_after(h, n->unit, n->assessor)
		    : n->assessor;
		if (goes || judge != n->assessor)
			err = kc_log_event(st, h->at, &n->events);
		n->assessor = judge;
	}
	return err;
}

const struct kc_noun kc_noun_negative = {
    .things = {{"negative-list event", "负面清单扣分"}},
    .named = {{"negative", KC_NS_NEGATIVE, is_of, is_judged, party,
		  negative_handle, negative_events, negative_count,
		  negative_state, KC_M_negative},
	{"matter", KC_NS_NEGATIVE, is_of, is_judged}},
    .scores = true,
    .sees = KC_SEE_negatives,
    .subjects = kc_negative_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_negative_lapse, is_live, about, fill, NULL, unlapse},
	{KC_K_negative_final, is_live, about, fill, NULL, unfinal},
	{KC_K_negative_revoke, kc_correction_is_live, kc_dispute_about,
	    kc_negative_correct_fill},
	{KC_K_negative_reduce, kc_correction_is_live, kc_dispute_about,
	    kc_negative_correct_fill}},
    .objects = negative_count,
    .rules = rules,
    .recalendar = kc_negative_recalendar,
    .deadlines = kc_negative_deadlines,
    .after = kc_negative_after,
};
