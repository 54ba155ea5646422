/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions as they are made: who took part, by which power, and when the
 * unit had them. The state keeps it from the first entry on, whatever the
 * epoch: who decided yesterday stands aside tomorrow.
 */
#include "dispute.h"

#include <assert.h>
#include <string.h>

#include "engine/authority.h"
#include "noun/deadline/deadline.h"
#include "noun/unit/unit.h"
#include "noun/vx.h"
#include "noun/year/year.h"

enum kc_err
kc_dispute_after(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	const struct kc_matter *m = kc_matter_of_kind(e->kind->id);
	struct kc_slice name = kc_slice_str(st->last_handle);
	struct kc_decision d = {
	    .seq = (uint32_t)at->stamp.seq,
	    .kind = e->kind->id,
	    .day = at->day,
	};
	int field;

	if (m == NULL)
		return KC_OK;
	memcpy(d.by, at->for_role, sizeof(d.by));
	memcpy(d.of, at->on_behalf, sizeof(d.of));
	field = kc_kind_field(e->kind, kc_slice_str(m->field));
	if (field >= 0)
		name = kc_entry_str(e, (unsigned)field);
	d.object = kc_find(st, m->ns, name);
	assert(d.object != KC_NONE);
	if (m->part != NULL)
		d.object = m->part(st, d.object, e);
	d.policy = kc_law_of(st, kc_decision_year(st, &d));
	return kc_vec_push(&st->decisions, d) ? KC_OK : KC_ENOMEM;
}

/* What is disputed was decided lately. */
const struct kc_decision *
kc_decision_find(const struct kc_state *st, uint64_t seq)
{
	for (uint32_t i = st->decisions.n; i-- > 0;)
		if (st->decisions.v[i].seq == seq)
			return &st->decisions.v[i];
	return NULL;
}

/* --- delivery ----------------------------------------------------------------
 */
kc_day
kc_decision_delivered(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	const struct kc_subject *s = kc_subject_of(d->kind);
	const struct kc_events *ev = s->matter->events(st, d->object);

	if (s->delivered_by < 0)
		return d->day;
	if (s->delivered != NULL)
		return s->delivered(st, d, unit);
	for (uint32_t i = 0; i < ev->n; i++)
		if (ev->v[i].seq > d->seq &&
		    (int)ev->v[i].kind == s->delivered_by)
			return kc_event_day(&ev->v[i]);
	return KC_DAY_NONE;
}

kc_day
kc_decision_file_day(const struct kc_state *st, const struct kc_decision *d,
    kc_day delivered, bool *provisional)
{
	const struct kc_matter *m = kc_matter_of_kind(d->kind);
	const struct kc_policy *p = st->policies.v[d->policy].policy;
	kc_day last = kc_calendar_add_workdays(st->calendar, delivered,
	    (int)p->value[KC_P_DISPUTE_FILE_WD], provisional);

	last = kc_last_day(st, KC_M_dispute, KC_L_dispute_FILE,
	    (uint32_t)(d - st->decisions.v), last);
	return m->moved == NULL ? last : m->moved(st, d->object, last);
}

kc_day
kc_decision_file_by(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	kc_day from = kc_decision_delivered(st, d, unit), last;
	bool provisional = false;

	if (from == KC_DAY_NONE || d->policy >= st->policies.n)
		return KC_DAY_NONE;
	last = kc_decision_file_day(st, d, from, &provisional);
	return provisional ? KC_DAY_NONE : last;
}

const struct kc_dispute *
kc_decision_dispute(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	for (uint32_t i = 0; i < st->disputes.n; i++)
		if (&st->decisions.v[st->disputes.v[i]->decision] == d &&
		    st->disputes.v[i]->unit == unit)
			return st->disputes.v[i];
	return NULL;
}

/* --- who stands aside
 * ---------------------------------------------------------- */
/* Is the person who acts now, or whose power it uses, one of these? */
static bool
is_one_of(
    const struct kc_state *st, const struct kc_at *at, uint32_t by, uint32_t of)
{
	return kc_same_person(st, at->for_role[0], by) ||
	    kc_same_person(st, at->for_role[0], of) ||
	    kc_same_person(st, at->on_behalf[0], by) ||
	    kc_same_person(st, at->on_behalf[0], of);
}

static bool
took_part(const struct kc_state *st, const struct kc_at *at,
    const struct kc_decision *d)
{
	for (unsigned i = 0; i < KC_PLACES_MAX && d->by[i] != KC_NONE; i++)
		if (is_one_of(st, at, d->by[i], d->of[i]))
			return true;
	return false;
}

static enum kc_err
refuse_recused(const struct kc_state *st, const struct kc_at *at, uint64_t seq,
    struct kc_refusal *why)
{
	(void)kc_refuse(
	    why, KC_R_RECUSED, kc_signer(st, at, 0)->id, "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, seq);
	return KC_EREFUSED;
}

/* The entry that the decision rests on, NULL. */
static const struct kc_decision *
rests_on(const struct kc_state *st, uint32_t decision)
{
	const struct kc_decision *d = &st->decisions.v[decision];
	int kind = kc_subject_of(d->kind)->rests_on;

	for (uint32_t i = decision; i-- > 0;)
		if (st->decisions.v[i].object == d->object &&
		    (int)st->decisions.v[i].kind == kind)
			return &st->decisions.v[i];
	return NULL;
}

/* What ended the first level. */
static uint32_t
first_level(const struct kc_dispute *d)
{
	uint32_t seq = kc_events_first(&d->events, KC_K_dispute_decide);

	return seq != KC_NONE
	    ? seq
	    : kc_events_first(&d->events, KC_K_dispute_inadmissible);
}

/* What it follows from beside, by whom it was done. */
static uint32_t
aside(const struct kc_state *st, const struct kc_at *at,
    const struct kc_dispute *d)
{
	const struct kc_matter *m =
	    kc_matter_of_kind(kc_dispute_decision(st, d)->kind);
	uint32_t seq;

	if (m->aside == NULL)
		return KC_NONE;
	seq = m->aside(st, d, at->for_role[0]);
	return seq == KC_NONE ? m->aside(st, d, at->on_behalf[0]) : seq;
}

enum kc_err
kc_want_impartial(const struct kc_state *st, const struct kc_at *at,
    const struct kc_dispute *d, struct kc_refusal *why)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	const struct kc_decision *before = rests_on(st, d->decision);
	uint32_t beside = aside(st, at, d);

	if (took_part(st, at, about))
		return refuse_recused(st, at, about->seq, why);
	if (before != NULL && took_part(st, at, before))
		return refuse_recused(st, at, before->seq, why);
	if (beside != KC_NONE)
		return refuse_recused(st, at, beside, why);
	if (d->level == 2 && is_one_of(st, at, d->at[0].by, d->at[0].of))
		return refuse_recused(st, at, first_level(d), why);
	if (kc_signer(st, at, 0)->unit != d->unit &&
	    kc_principal(st, at, 0)->unit != d->unit)
		return KC_OK;
	return kc_refuse(
	    why, KC_R_OWN_UNIT, st->units.v[d->unit]->code, NULL, NULL, NULL);
}
