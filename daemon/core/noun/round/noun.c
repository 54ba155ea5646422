/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of rounds and opinions. */
#include "round.h"

#include "noun/dispute/dispute.h"
#include "noun/unit/unit.h"
#include "noun/year/year.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->rounds);
	kc_hold_objects(h, &st->opinions);
	for (uint32_t i = 0; i < st->rounds.n; i++) {
		kc_hold_vec(h, &st->rounds.v[i]->points);
		kc_hold_vec(h, &st->rounds.v[i]->events);
	}
	for (uint32_t i = 0; i < st->opinions.n; i++) {
		kc_hold_vec(h, &st->opinions.v[i]->warnings);
		kc_hold_vec(h, &st->opinions.v[i]->cases);
		kc_hold_vec(h, &st->opinions.v[i]->events);
	}
}

static void
put_round(struct kc_digest *d, const struct kc_round *r)
{
	kc_digest_open(d, 'R');
	kc_digest_text(d, r->handle);
	kc_digest_num(d, r->policy);
	kc_digest_num(d, r->year);
	kc_digest_num(d, r->type);
	kc_digest_num(d, r->state);
	kc_digest_num(d, r->opened);
	kc_digest_num(d, r->last);
	kc_digest_num(d, r->points.n);
	for (uint32_t i = 0; i < r->points.n; i++) {
		kc_digest_num(d, r->points.v[i].target);
		kc_digest_num(d, r->points.v[i].opinion);
		kc_digest_num(d, r->points.v[i].basis);
	}
	kc_digest_events(d, &r->events);
}

static void
put_opinion(struct kc_digest *d, const struct kc_opinion *o)
{
	kc_digest_open(d, 'O');
	kc_digest_text(d, o->handle);
	kc_digest_num(d, o->round);
	kc_digest_num(d, o->target);
	kc_digest_num(d, o->verdict);
	kc_digest_num(d, o->state);
	kc_digest_num(d, o->planned_bp);
	kc_digest_num(d, o->actual_bp);
	kc_digest_u32s(d, &o->warnings);
	kc_digest_u32s(d, &o->cases);
	kc_digest_events(d, &o->events);
}

static uint32_t
unit_of(const struct kc_state *st, uint32_t opinion)
{
	return st->targets.v[st->opinions.v[opinion]->target]->unit;
}

/* A round is of no unit, its opinions are. */
static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->rounds.n; i++)
		if (kc_digest_wants(d, KC_NONE))
			put_round(d, st->rounds.v[i]);
	for (uint32_t i = 0; i < st->opinions.n; i++)
		if (kc_digest_wants(d, unit_of(st, i)))
			put_opinion(d, st->opinions.v[i]);
}

KC_OBJECTS(round, rounds)

static bool
opinion_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return unit_of(st, index) == unit;
}

static bool
opinion_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	return kc_judges(
	    st, unit, st->targets.v[st->opinions.v[index]->target], day);
}

/* Those who gave it stand for the city: nobody judges it. */
static uint32_t
opinion_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	return party == KC_PARTY_UNIT && i == 0 ? unit_of(st, index) : KC_NONE;
}

KC_OBJECTS(opinion, opinions)

/* By which it was opened. */
static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t i = kc_find(st, KC_NS_ROUND, kc_slice_str(d->id));

	return i == KC_NONE ? NULL
			    : st->policies.v[st->rounds.v[i]->policy].policy;
}

/* A day of the year, whatever is off. */
static enum kc_err
recalendar(struct kc_state *st, uint32_t index)
{
	(void)st;
	(void)index;
	return KC_OK;
}

static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->opinions.n; i++) {
		struct kc_opinion *o = st->opinions.v[i];

		if (!h->goes[o->target])
			continue;
		if (!kc_u32s_move(&st->units.v[h->from]->opinions,
			&st->units.v[h->into]->opinions, i))
			return KC_ENOMEM;
		err = kc_log_event(st, h->at, &o->events);
	}
	return err;
}

const struct kc_noun kc_noun_round = {
    .things = {{"round", "监测轮次"}, {"opinion", "评估意见"}},
    .named = {{.field = "round",
		  .ns = KC_NS_ROUND,
		  .of = kc_of_nobody,
		  .handle = round_handle,
		  .events = round_events,
		  .count = round_count,
		  .state = round_state,
		  .machine = KC_M_round},
	{"opinion", KC_NS_OPINION, opinion_of, opinion_judged, opinion_party,
	    opinion_handle, opinion_events, opinion_count, opinion_state,
	    KC_M_opinion},
	{"matter", KC_NS_OPINION, opinion_of, opinion_judged}},
    .sees = KC_SEE_opinions,
    .subjects = kc_opinion_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_opinion_amend, kc_correction_is_live, kc_dispute_about,
	kc_opinion_amend_fill}},
    .objects = round_count,
    .rules = rules,
    .recalendar = recalendar,
    .deadlines = kc_round_deadlines,
};
