/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of pre-deductions. */
#include "prededuct.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->cases);
	for (uint32_t i = 0; i < st->cases.n; i++) {
		kc_hold_vec(h, &st->cases.v[i]->events);
		kc_hold_vec(h, &st->cases.v[i]->corrections);
	}
}

static void
put_case(struct kc_digest *d, const struct kc_case *c)
{
	const int64_t numbers[] = {c->unit, c->target, c->decider,
	    c->decided_for, c->confirmer, c->confirmed_for, c->assessor,
	    c->cause, c->warning, c->planned_bp, c->actual_bp, c->situation,
	    c->effect, c->state, c->policy, c->year, c->number, c->quarter,
	    c->standard_e4, c->deducted_e4, c->returned_e4, c->rate_bp,
	    c->decided, c->confirm_due, c->confirm_version,
	    c->confirm_provisional, c->confirmed, c->feedback_late, c->delayed,
	    c->delivered, c->due, c->submitted, c->review_due, c->provisional,
	    c->review_provisional, c->extensions, c->extension_asked,
	    c->review_overdue, c->version, c->proposal};

	kc_digest_open(d, 'P');
	kc_digest_text(d, c->handle);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	kc_digest_events(d, &c->events);
	for (uint32_t i = 0; i < c->corrections.n; i++) {
		const struct kc_case_correction *x = &c->corrections.v[i];

		kc_digest_num(d, x->seq);
		kc_digest_num(d, x->dispute);
		kc_digest_num(d, x->deducted_e4);
		kc_digest_num(d, x->returned_e4);
		kc_digest_num(d, x->rate_bp);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->cases.n; i++)
		if (kc_digest_wants(d, st->cases.v[i]->unit))
			put_case(d, st->cases.v[i]);
}

/* --- prededuct.lapse, prededuct.expire, review.overdue
 * ---------------------------------------
 */
static bool
lapse_is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_case *c = st->cases.v[d->object];

	return c->confirm_version == d->version && c->state == KC_CS_DECIDED &&
	    !c->confirm_provisional;
}

static bool
expiry_is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_case *c = st->cases.v[d->object];

	return c->version == d->version && c->state == KC_CS_RECTIFYING &&
	    !c->provisional;
}

static bool
review_is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_case *c = st->cases.v[d->object];

	return c->version == d->version && c->state == KC_CS_SUBMITTED &&
	    !c->review_overdue && !c->review_provisional;
}

static void
case_about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->cases.v[d->object]->handle);
}

static void
lapse_fill(const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_case *c = st->cases.v[d->object];

	kc_made_text(m, KC_F_prededuct_lapse_case_, c->handle);
	kc_made_day(m, KC_F_prededuct_lapse_due, c->confirm_due);
}

static void
expiry_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_case *c = st->cases.v[d->object];
	const struct kc_hash *calendar =
	    kc_calendar_hash(st, kc_day_year(c->due));

	assert(calendar != NULL); /* else it is provisional, and not due */
	kc_made_text(m, KC_F_prededuct_expire_case_, c->handle);
	kc_made_day(m, KC_F_prededuct_expire_due, c->due);
	kc_made_hash(m, KC_F_prededuct_expire_calendar, calendar);
}

static void
review_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_case *c = st->cases.v[d->object];

	kc_made_text(m, KC_F_review_overdue_case_, c->handle);
	kc_made_day(m, KC_F_review_overdue_due, c->review_due);
}

/* --- when the last day is moved after all --- */
/* The target of a case that ended may have another by now. */
static enum kc_err
want_free(
    const struct kc_state *st, const struct kc_case *c, struct kc_refusal *why)
{
	const struct kc_target *t = st->targets.v[c->target];

	if (t->open_case == KC_NONE)
		return KC_OK;
	return kc_refuse(why, KC_R_ONE_OPEN, t->code,
	    st->cases.v[t->open_case]->handle, NULL, NULL);
}

static enum kc_err
may_unlapse(const struct kc_state *st, uint32_t object, struct kc_refusal *why)
{
	const struct kc_case *c = st->cases.v[object];

	enum kc_err err;

	if (c->state != KC_CS_LAPSED)
		return KC_OK;
	err = want_free(st, c, why);
	/* And its ground another that ran to its end. */
	return err == KC_OK ? kc_want_unused(st, c, why) : err;
}

static enum kc_err
may_unexpire(const struct kc_state *st, uint32_t object, struct kc_refusal *why)
{
	const struct kc_case *c = st->cases.v[object];

	return kc_case_expired(c) ? want_free(st, c, why) : KC_OK;
}

static void
unlapse(struct kc_state *st, uint32_t object)
{
	struct kc_case *c = st->cases.v[object];

	if (c->state == KC_CS_LAPSED)
		kc_case_reopen(st, c, KC_CS_DECIDED);
}

static void
unexpire(struct kc_state *st, uint32_t object)
{
	struct kc_case *c = st->cases.v[object];

	if (kc_case_expired(c))
		kc_case_reopen(st, c, KC_CS_RECTIFYING);
}

static void
in_time(struct kc_state *st, uint32_t object)
{
	st->cases.v[object]->review_overdue = false;
}

static bool
case_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->cases.v[index]->unit == unit;
}

static bool
case_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	const struct kc_case *c = st->cases.v[index];

	return c->assessor == unit ||
	    kc_judges(st, unit, st->targets.v[c->target], day);
}

static uint32_t
case_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	const struct kc_case *c = st->cases.v[index];

	if (i > 0)
		return KC_NONE;
	return party == KC_PARTY_JUDGE ? c->assessor : c->unit;
}

KC_OBJECTS(case, cases)

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t i = kc_find(st, KC_NS_CASE, kc_slice_str(d->id));

	return i == KC_NONE ? NULL : kc_case_policy(st, st->cases.v[i]);
}

/* With its target; and what the unit that ends has yet to judge. */
static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->cases.n; i++) {
		struct kc_case *c = st->cases.v[i];
		bool goes = h->goes[c->target];
		uint32_t judge;

		if (goes &&
		    !kc_u32s_move(&st->units.v[h->from]->prededucts,
			&st->units.v[h->into]->prededucts, i))
			return KC_ENOMEM;
		c->unit = goes ? h->into : c->unit;
		judge = c->year >= h->year || kc_case_open(c)
		    ? kc_judge_after(h, c->unit, c->assessor)
		    : c->assessor;
		if (goes || judge != c->assessor)
			err = kc_log_event(st, h->at, &c->events);
		c->assessor = judge;
	}
	return err;
}

const struct kc_noun kc_noun_prededuct = {
    .things = {{"pre-deduction", "预扣分"}},
    .named = {{"case", KC_NS_CASE, case_of, case_judged, case_party,
		  case_handle, case_events, case_count, case_state, KC_M_case},
	{"matter", KC_NS_CASE, case_of, case_judged}},
    .scores = true,
    .sees = KC_SEE_prededucts,
    .subjects = kc_prededuct_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
    .timed = {{KC_K_prededuct_lapse, lapse_is_live, case_about, lapse_fill,
		  may_unlapse, unlapse},
	{KC_K_prededuct_expire, expiry_is_live, case_about, expiry_fill,
	    may_unexpire, unexpire},
	{KC_K_review_overdue, review_is_live, case_about, review_fill, NULL,
	    in_time},
	{KC_K_prededuct_revoke, kc_correction_is_live, kc_dispute_about,
	    kc_revoke_fill},
	{KC_K_prededuct_reduce, kc_correction_is_live, kc_dispute_about,
	    kc_reduce_fill},
	{KC_K_refund_correct, kc_correction_is_live, kc_dispute_about,
	    kc_refund_correct_fill},
	{KC_K_extension_allow, kc_correction_is_live, kc_dispute_about,
	    kc_allow_fill}},
    .objects = case_count,
    .rules = rules,
    .recalendar = kc_case_recalendar,
    .deadlines = kc_case_deadlines,
};
