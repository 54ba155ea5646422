/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of bonuses. */
#include "bonus.h"

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->bonuses);
	for (uint32_t i = 0; i < st->bonuses.n; i++) {
		kc_hold_vec(h, &st->bonuses.v[i]->events);
		kc_hold_vec(h, &st->bonuses.v[i]->changes);
		kc_hold_vec(h, &st->bonuses.v[i]->objectors);
		kc_hold_text(h, &st->bonuses.v[i]->document);
		kc_hold_text(h, &st->bonuses.v[i]->issuer);
	}
}

static void
put_bonus(struct kc_digest *d, const struct kc_bonus *b)
{
	const int64_t numbers[] = {b->unit, b->policy, b->situation,
	    b->indicator, b->verifier, b->verified_for, b->granter,
	    b->granted_for, b->dated, b->year, b->grade, b->given, b->state,
	    b->amount_e4, b->version};

	kc_digest_open(d, 'B');
	kc_digest_text(d, b->handle);
	kc_digest_text(d, b->merit);
	kc_digest_text(d, b->document);
	kc_digest_text(d, b->issuer);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	for (unsigned i = 0; i < KC_L_bonus_COUNT; i++) {
		kc_digest_num(d, b->day[i].since);
		kc_digest_num(d, b->day[i].due);
		kc_digest_num(d, b->day[i].provisional);
	}
	kc_digest_events(d, &b->events);
	for (uint32_t i = 0; i < b->changes.n; i++) {
		kc_digest_num(d, b->changes.v[i].seq);
		kc_digest_num(d, b->changes.v[i].given);
		kc_digest_num(d, b->changes.v[i].amount_e4);
	}
	if (b->objectors.n > 0) {
		kc_digest_open(d, 'O');
		kc_digest_u32s(d, &b->objectors);
	}
	if (b->claimed_by != b->unit)
		kc_digest_num(d, b->claimed_by);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->bonuses.n; i++)
		if (kc_digest_wants(d, st->bonuses.v[i]->unit))
			put_bonus(d, st->bonuses.v[i]);
}

/* --- bonus.lapse, bonus.publicity_end --- */
static bool
is_live(const struct kc_state *st, const struct kc_due *d)
{
	return kc_bonus_waits(st->bonuses.v[d->object], d);
}

static void
about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->bonuses.v[d->object]->handle);
}

static void
fill(const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_bonus *b = st->bonuses.v[d->object];

	kc_made_text(m, KC_F_bonus_lapse_bonus, b->handle);
	kc_made_day(m, KC_F_bonus_lapse_due, b->day[kc_bonus_limit(b)].due);
}
_Static_assert(
    (int)KC_F_bonus_publicity_end_bonus == (int)KC_F_bonus_lapse_bonus &&
	(int)KC_F_bonus_publicity_end_due == (int)KC_F_bonus_lapse_due,
    "both have the bonus and its last day, in this order");

/* The last day is moved after all. */
static void
unlapse(struct kc_state *st, uint32_t object)
{
	struct kc_bonus *b = st->bonuses.v[object];

	if (b->state == KC_BS_LAPSED)
		b->state = KC_BS_RETURNED;
}

static void
unshow(struct kc_state *st, uint32_t object)
{
	struct kc_bonus *b = st->bonuses.v[object];

	if (b->state != KC_BS_SHOWN)
		return;
	b->state = KC_BS_PUBLIC;
	b->day[KC_L_bonus_DECIDE].since = KC_DAY_NONE;
	b->day[KC_L_bonus_DECIDE].due = KC_DAY_NONE;
}

/* --- whose it is --- */
static bool
is_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->bonuses.v[index]->unit == unit;
}

static uint32_t
party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	return i > 0 || party == KC_PARTY_JUDGE ? KC_NONE
						: st->bonuses.v[index]->unit;
}

KC_OBJECTS(bonus, bonuses)

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t i = kc_find(st, KC_NS_BONUS, kc_slice_str(d->id));

	return i == KC_NONE ? NULL : kc_bonus_policy(st, st->bonuses.v[i]);
}

static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; h->all && err == KC_OK && i < st->bonuses.n; i++) {
		struct kc_bonus *b = st->bonuses.v[i];

		if (b->unit != h->from || b->year < h->year)
			continue;
		if (!kc_u32s_move(&st->units.v[h->from]->bonuses,
			&st->units.v[h->into]->bonuses, i))
			return KC_ENOMEM;
		b->unit = h->into;
		err = kc_log_event(st, h->at, &b->events);
	}
	return err;
}

const struct kc_noun kc_noun_bonus = {
    .things = {{"bonus", "加分"}},
    .named = {{"bonus", KC_NS_BONUS, is_of, NULL, party, bonus_handle,
		  bonus_events, bonus_count, bonus_state, KC_M_bonus},
	{"matter", KC_NS_BONUS, is_of, NULL}},
    .scores = true,
    .sees = KC_SEE_bonuses,
    .subjects = kc_bonus_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_bonus_lapse, is_live, about, fill, NULL, unlapse},
	{KC_K_bonus_publicity_end, is_live, about, fill, NULL, unshow},
	{KC_K_bonus_award, kc_correction_is_live, kc_dispute_about,
	    kc_bonus_award_fill}},
    .objects = bonus_count,
    .rules = rules,
    .recalendar = kc_bonus_recalendar,
    .deadlines = kc_bonus_deadlines,
};
