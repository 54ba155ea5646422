/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of disputes. */
#include "dispute.h"

#include "noun/prededuct/prededuct.h"

#define FIRST_EPOCH 2 /* of disputes: before, decisions are not listed */

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->decisions);
	kc_hold_objects(h, &st->disputes);
	for (uint32_t i = 0; i < st->disputes.n; i++)
		kc_hold_vec(h, &st->disputes.v[i]->events);
}

static void
put_decision(struct kc_digest *d, const struct kc_decision *x)
{
	const int64_t numbers[] = {x->seq, x->kind, x->object, x->by[0],
	    x->by[1], x->of[0], x->of[1], x->policy, x->day};

	kc_digest_open(d, 'E');
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	for (unsigned i = 2; i < KC_PLACES_MAX && x->by[i] != KC_NONE; i++) {
		kc_digest_num(d, x->by[i]);
		kc_digest_num(d, x->of[i]);
	}
}

static void
put_dispute(struct kc_digest *d, const struct kc_dispute *x)
{
	const int64_t numbers[] = {x->decision, x->unit, x->state, x->level,
	    x->replaying, x->overdue, x->provisional, x->since, x->due,
	    x->version, x->correction, x->at[0].ruling, x->at[0].measure,
	    x->at[0].by, x->at[0].of, x->at[1].ruling, x->at[1].measure,
	    x->at[1].by, x->at[1].of};

	kc_digest_open(d, 'D');
	kc_digest_text(d, x->handle);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	kc_digest_events(d, &x->events);
	if (x->before >= 0)
		kc_digest_num(d, x->before);
	/* Other last days that have ended follow from the events. */
	if (x->lapsed != 0) {
		kc_digest_num(d, x->lapsed);
		kc_digest_num(d, x->was[KC_L_dispute_APPEAL].since);
		kc_digest_num(d, x->was[KC_L_dispute_APPEAL].due);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; st->epoch >= FIRST_EPOCH && i < st->decisions.n;
	     i++)
		if (kc_digest_wants(d, KC_NONE))
			put_decision(d, &st->decisions.v[i]);
	for (uint32_t i = 0; i < st->disputes.n; i++)
		if (kc_digest_wants(d, st->disputes.v[i]->unit))
			put_dispute(d, st->disputes.v[i]);
}

/* --- entries of the clerk
 * ------------------------------------------------------------ */
static bool
replay_is_live(const struct kc_state *st, const struct kc_due *due)
{
	const struct kc_dispute *d = st->disputes.v[due->object];

	return d->replaying && d->level == due->version;
}

static bool
limit_is_live(const struct kc_state *st, const struct kc_due *due)
{
	return kc_dispute_waits(st->disputes.v[due->object], due);
}

/* Each of these kinds has the dispute and its last day, in this order. */
static void
limit_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = st->disputes.v[due->object];

	kc_made_text(m, KC_F_dispute_overdue_dispute, d->handle);
	kc_made_day(m, KC_F_dispute_overdue_due, d->due);
}
#define SAME(kind)                                                             \
	_Static_assert(                                                        \
	    (int)KC_F_##kind##_dispute == (int)KC_F_dispute_overdue_dispute && \
		(int)KC_F_##kind##_due == (int)KC_F_dispute_overdue_due,       \
	    #kind)
SAME(dispute_admit);
SAME(dispute_final);
SAME(dispute_enforce);

static void
in_time(struct kc_state *st, uint32_t object)
{
	st->disputes.v[object]->overdue = false;
}

/* --- whose it is
 * ----------------------------------------------------------------------- */
static bool
dispute_by(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->disputes.v[index]->unit == unit;
}

uint32_t
kc_dispute_judge(const struct kc_state *st, const struct kc_dispute *d)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);

	return kc_subject_of(about->kind)->judge(st, about->object);
}

static bool
dispute_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	const struct kc_dispute *d = st->disputes.v[index];
	uint32_t target = kc_decision_target(st, kc_dispute_decision(st, d));

	return kc_dispute_judge(st, d) == unit ||
	    (target != KC_NONE &&
		kc_judges(st, unit, st->targets.v[target], day));
}

static uint32_t
dispute_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	const struct kc_dispute *d = st->disputes.v[index];

	if (i > 0)
		return KC_NONE;
	return party == KC_PARTY_JUDGE ? kc_dispute_judge(st, d) : d->unit;
}

KC_OBJECTS(dispute, disputes)

/* With what it is about; all that is of no target with the unit. */
static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->disputes.n; i++) {
		struct kc_dispute *d = st->disputes.v[i];
		const struct kc_decision *about = kc_dispute_decision(st, d);
		uint32_t target = kc_decision_target(st, about);

		if (d->unit != h->from ||
		    !((target != KC_NONE && h->goes[target]) ||
			(h->all && kc_decision_year(st, about) >= h->year)))
			continue;
		d->unit = h->into;
		err = kc_log_event(st, h->at, &d->events);
	}
	return err;
}

const struct kc_noun kc_noun_dispute = {
    .things = {{"dispute", "复核"}},
    .named = {{"dispute", KC_NS_DISPUTE, dispute_by, dispute_judged,
	dispute_party, dispute_handle, dispute_events, dispute_count,
	dispute_state, KC_M_dispute}},
    .scores = true,
    .sees = KC_SEE_disputes,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_dispute_replay, replay_is_live, kc_dispute_about,
		  kc_replay_fill},
	{KC_K_dispute_admit, limit_is_live, kc_dispute_about, limit_fill},
	{KC_K_dispute_overdue, limit_is_live, kc_dispute_about, limit_fill,
	    NULL, in_time},
	{KC_K_dispute_final, limit_is_live, kc_dispute_about, limit_fill, NULL,
	    kc_dispute_unlapse},
	{KC_K_dispute_enforce, limit_is_live, kc_dispute_about, limit_fill}},
    .objects = dispute_count,
    .recalendar = kc_dispute_recalendar,
    .deadlines = kc_dispute_deadlines,
    .after = kc_dispute_after,
};
