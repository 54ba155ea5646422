/* SPDX-License-Identifier: Apache-2.0 */
/* Pre-deduction: decide, confirm or decline, feed back (R85 to R101). */
#include "prededuct.h"

#include <stdio.h>
#include <string.h>

#include "engine/authority.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"
#include "noun/task/check.h"

/* --- prededuct.decide --- */
/* What a decision names, found by its guard. */
struct decision {
	uint32_t unit;
	struct kc_target *target;
	const struct kc_policy *policy;
	const struct kc_situation *situation;
	int64_t standard_e4;
};

static int64_t
amount(const struct kc_policy *p, enum kc_effect effect, int64_t standard_e4)
{
	enum kc_rounding r = (enum kc_rounding)p->value[KC_P_SCORE_ROUNDING];
	int32_t bp = 0;

	switch (effect) {
	case KC_EFFECT_FULL:
		bp = KC_FULL_BP;
		break;
	case KC_EFFECT_HALF:
		bp = (int32_t)p->value[KC_P_PD_HALF];
		break;
	case KC_EFFECT_EXEMPT:
		break;
	}
	return kc_deduct(standard_e4, bp, r);
}

static enum kc_err
want_target(const struct kc_state *st, const struct kc_at *at,
    struct decision *d, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(
	    st, KC_NS_UNIT, at, KC_F_prededuct_decide_unit, &d->unit, why);

	if (err == KC_OK)
		err = kc_want(st, KC_NS_TARGET, at,
		    KC_F_prededuct_decide_target, &i, why);
	if (err != KC_OK)
		return err;
	d->target = st->targets.v[i];
	if (d->target->unit != d->unit)
		return kc_refuse(why, KC_R_UNIT_MISMATCH, d->target->code,
		    st->units.v[d->unit]->code, NULL, NULL);
	err = kc_want_state(
	    at, KC_M_target, d->target->state, d->target->code, why);
	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, d->target->year) == NULL)
		return kc_refuse_cycle(st, d->target->year, why);
	return kc_want_grant(
	    st, at, kc_principal(st, at, 0)->unit, d->target, why);
}

/* The situation, its effect and its standard, as the policy has them. */
static enum kc_err
want_rule(const struct kc_state *st, const struct kc_at *at, struct decision *d,
    struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	struct kc_slice id = kc_entry_str(e, KC_F_prededuct_decide_situation);
	const struct kc_situation *s;
	enum kc_err err = kc_want_policy(st, why);

	if (err != KC_OK)
		return err;
	d->policy = kc_policy_of(st, d->target->year);
	d->standard_e4 = kc_entry_num(e, KC_F_prededuct_decide_standard, 0);
	d->situation = s = kc_policy_situation(d->policy, id);
	if (s == NULL) {
		(void)kc_refuse(why, KC_R_SITUATION, NULL, NULL, NULL, NULL);
		kc_refusal_arg(why, 0, id);
		for (size_t i = 0; i < d->policy->nsituations; i++)
			kc_refusal_arg_add(
			    why, 1, kc_slice_str(d->policy->situations[i].id));
		return KC_EREFUSED;
	}
	if (kc_entry_num(e, KC_F_prededuct_decide_effect, 0) !=
	    (int64_t)s->effect) {
		kc_policy_cite_situation(d->policy, s, why);
		(void)kc_refuse(why, KC_R_EFFECT, s->id, "", NULL, NULL);
		return kc_refusal_word(
		    why, 1, KC_SET_PD_EFFECT, (int64_t)s->effect);
	}
	if (d->standard_e4 >= s->min_e4 && d->standard_e4 <= s->max_e4 &&
	    (s->effect != KC_EFFECT_EXEMPT || d->standard_e4 == 0))
		return KC_OK;
	kc_policy_cite_situation(d->policy, s, why);
	(void)kc_refuse(why, KC_R_STANDARD, NULL, NULL, NULL, NULL);
	kc_refusal_arg_points(why, 0, d->standard_e4);
	kc_refusal_arg_points(
	    why, 1, s->effect == KC_EFFECT_EXEMPT ? 0 : s->min_e4);
	kc_refusal_arg_points(
	    why, 2, s->effect == KC_EFFECT_EXEMPT ? 0 : s->max_e4);
	return KC_EREFUSED;
}

/* A quarter that is named lies in the target's year and has begun; one that
 * is not is today's, and the target's year has begun. */
static enum kc_err
want_quarter(
    const struct kc_at *at, const struct decision *d, struct kc_refusal *why)
{
	int32_t today = kc_quarter_of_day(at->day);
	int64_t q = kc_entry_num(at->e, KC_F_prededuct_decide_quarter, today);
	bool named = kc_entry_has(at->e, KC_F_prededuct_decide_quarter);
	char text[KC_QUARTER_TEXT], range[2 * KC_QUARTER_TEXT];

	kc_quarter_text(text, q);
	if (q / 4 == d->target->year && q > today) {
		(void)kc_refuse(why, KC_R_TOO_EARLY, text, "", NULL, NULL);
		kc_arg_day(why, 1,
		    kc_day_from_civil((int)(q / 4), (int)(q % 4) * 3 + 1, 1));
		return KC_EREFUSED;
	}
	if (q / 4 == d->target->year || (!named && q / 4 > d->target->year))
		return KC_OK;
	(void)snprintf(range, sizeof(range), "%04d-Q1 - %04d-Q4",
	    d->target->year, d->target->year);
	return kc_refuse(why, KC_R_DATE_ORDER, text, range, NULL, NULL);
}

/* One open case a target. No cap: what is kept is capped in the score, and
 * every breach is on record (POLICY, Arithmetic 7). */
static enum kc_err
want_none_open(
    const struct kc_state *st, const struct decision *d, struct kc_refusal *why)
{
	const struct kc_target *t = d->target;

	if (t->open_case == KC_NONE)
		return KC_OK;
	return kc_refuse(why, KC_R_ONE_OPEN, t->code,
	    st->cases.v[t->open_case]->handle, NULL, NULL);
}

static void
fill_case(struct kc_case *c, const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t)
{
	const struct kc_entry *e = at->e;
	const struct kc_policy *p = kc_policy_of(st, t->year);
	const struct kc_situation *s = kc_policy_situation(
	    p, kc_entry_str(e, KC_F_prededuct_decide_situation));

	c->index = st->cases.n;
	c->unit = t->unit;
	c->target = t->index;
	c->decider = at->for_role[0];
	c->decided_for = at->on_behalf[0];
	c->assessor = kc_principal(st, at, 0)->unit;
	c->situation = (uint8_t)(s - p->situations);
	c->effect = (uint8_t)s->effect;
	c->cause = (int8_t)kc_entry_num(e, KC_F_prededuct_decide_cause, -1);
	c->warning = kc_find(
	    st, KC_NS_WARNING, kc_entry_str(e, KC_F_prededuct_decide_warning));
	c->planned_bp =
	    (int32_t)kc_entry_num(e, KC_F_prededuct_decide_planned, -1);
	c->actual_bp =
	    (int32_t)kc_entry_num(e, KC_F_prededuct_decide_actual, -1);
	c->state = KC_CS_DECIDED;
	c->policy = kc_law_of(st, t->year);
	c->year = t->year;
	c->quarter = (int32_t)kc_entry_num(
	    e, KC_F_prededuct_decide_quarter, kc_quarter_of_day(at->day));
	c->standard_e4 = kc_entry_num(e, KC_F_prededuct_decide_standard, 0);
	c->rate_bp = -1;
	c->decided = at->day;
	c->confirmer = c->confirmed_for = KC_NONE;
	c->confirm_due = KC_DAY_NONE;
	c->confirmed = c->delivered = c->due = KC_DAY_NONE;
	c->submitted = c->review_due = KC_DAY_NONE;
	c->proposal = c->negative = KC_NONE;
}

enum kc_err
prededuct_decide_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct decision d = {0};
	struct kc_case claim = {0};
	enum kc_err err = want_target(st, at, &d, why);

	if (err == KC_OK)
		err = want_rule(st, at, &d, why);
	if (err == KC_OK)
		err = want_quarter(at, &d, why);
	if (err == KC_OK) /* nobody could confirm it */
		err = kc_want_by(at->day,
		    kc_issue_cutoff(d.policy, d.target->year), d.policy,
		    KC_P_PD_ISSUE_CUTOFF, why);
	if (err == KC_OK)
		err = want_none_open(st, &d, why);
	if (err == KC_OK)
		err =
		    kc_want_mark(st, at, d.policy, d.situation, d.target, why);
	if (err == KC_OK)
		err = kc_want_behind(st, at, KC_F_prededuct_decide_opinion,
		    d.target->index, why);
	if (err == KC_OK)
		err = kc_want_event(st, at, KC_F_prededuct_decide_negative,
		    d.target->unit, d.target->year, why);
	if (err == KC_OK)
		err = kc_want_false_data(
		    st, at, KC_F_prededuct_decide_check, d.target->index, why);
	if (err != KC_OK)
		return err;
	fill_case(&claim, st, at, d.target);
	return kc_want_unused(st, &claim, why);
}

enum kc_err
prededuct_decide_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_slice code =
	    kc_entry_str(at->e, KC_F_prededuct_decide_target);
	struct kc_target *t = st->targets.v[kc_find(st, KC_NS_TARGET, code)];
	struct kc_case *c = kc_arena_alloc(&st->arena, sizeof(*c));
	uint32_t opinion;
	enum kc_err err;

	if (c == NULL)
		return KC_ENOMEM;
	fill_case(c, st, at, t);
	kc_handle_make(c->handle, "PD", c->year,
	    kc_number_next(st, c->year, KC_SERIES_CASE));
	if (!kc_vec_push(&st->cases, c) ||
	    !kc_vec_push(&st->units.v[c->unit]->prededucts, c->index) ||
	    !kc_index_add(&st->by_code, KC_NS_CASE, c->handle, c->index))
		return KC_ENOMEM;
	opinion = kc_opinion_cited(st, at, KC_F_prededuct_decide_opinion);
	if (opinion != KC_NONE &&
	    !kc_vec_push(&st->opinions.v[opinion]->cases, c->index))
		return KC_ENOMEM;
	kc_fact_name(
	    st, c, kc_entry_str(at->e, KC_F_prededuct_decide_negative));
	if (!kc_check_bears(st, at, KC_F_prededuct_decide_check, c->index))
		return KC_ENOMEM;
	t->open_case = c->index;
	memcpy(st->last_handle, c->handle, sizeof(c->handle));
	err = kc_log_event(st, at, &t->events);
	if (err == KC_OK)
		err = kc_log_event(st, at, &c->events);
	return err == KC_OK ? kc_case_set_confirm(st, c) : err;
}

/* --- prededuct.confirm, prededuct.decline --- */
kc_day
kc_policy_day(const struct kc_policy *p, enum kc_policy_key key, int year)
{
	int month = (int)(p->value[key] / 100);
	int day = (int)(p->value[key] % 100);

	/* 02-29 is the last of February in every year. */
	if (!kc_civil_ok(year, month, day))
		day = 28;
	return kc_day_from_civil(year, month, day);
}

kc_day
kc_issue_cutoff(const struct kc_policy *p, int year)
{
	return kc_policy_day(p, KC_P_PD_ISSUE_CUTOFF, year);
}

int64_t
kc_case_amount(const struct kc_state *st, const struct kc_case *c)
{
	return amount(
	    kc_case_policy(st, c), (enum kc_effect)c->effect, c->standard_e4);
}

static bool
is_decider(const struct kc_state *st, const struct kc_case *c, uint32_t actor)
{
	return kc_same_person(st, actor, c->decider) ||
	    kc_same_person(st, actor, c->decided_for);
}

enum kc_err
prededuct_confirm_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_confirm_case_, &c, why);

	if (err != KC_OK)
		return err;
	/* Persons differ, and so do those whose powers they use. */
	if (is_decider(st, c, at->for_role[0]) ||
	    is_decider(st, c, at->on_behalf[0]))
		return kc_refuse(why, KC_R_SAME_PERSON,
		    st->actors.v[at->for_role[0]]->id, NULL, NULL, NULL);
	/* The clerk's lapse comes first; this holds without it too. */
	return c->confirm_provisional
	    ? KC_OK
	    : kc_want_by(at->day, c->confirm_due, kc_case_policy(st, c),
		  KC_P_PD_CONFIRM_WD, why);
}

enum kc_err
prededuct_confirm_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_confirm_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	if (err == KC_OK)
		err = kc_log_event(st, at, &st->targets.v[c->target]->events);
	c->confirmed = at->day;
	c->confirmer = at->for_role[0];
	c->confirmed_for = at->on_behalf[0];
	if (c->effect == KC_EFFECT_EXEMPT) {
		kc_case_end(st, c, KC_CS_EXEMPTED);
		return err;
	}
	c->state = KC_CS_DEDUCTED;
	c->number = (int32_t)kc_number_next(st, c->year, KC_SERIES_NOTICE);
	c->deducted_e4 = kc_case_amount(st, c);
	return err == KC_OK ? kc_good_due(st, at, c) : err;
}

enum kc_err
prededuct_decline_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;

	return kc_want_case(st, at, KC_F_prededuct_decline_case_, &c, why);
}

enum kc_err
prededuct_decline_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_decline_case_);

	kc_case_end(st, c, KC_CS_DECLINED);
	return kc_log_event(st, at, &c->events);
}

/* --- prededuct.lapse: the clerk; prededuct.withdraw --- */
enum kc_err
prededuct_lapse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_lapse_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, c->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, KC_F_prededuct_lapse_due, c->confirm_due, why);
	return err;
}

enum kc_err
prededuct_lapse_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_lapse_case_);

	kc_case_end(st, c, KC_CS_LAPSED);
	return kc_log_event(st, at, &c->events);
}

/* What two offices did takes two to undo. */
enum kc_err
prededuct_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_withdraw_case_, &c, why);

	return err == KC_OK ? kc_want_judge(st, at, c, false, why) : err;
}

/* The points come back whole; the number of the notice is not given again. */
enum kc_err
prededuct_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_withdraw_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	c->deducted_e4 = 0;
	kc_case_end(st, c, KC_CS_WITHDRAWN);
	return err == KC_OK ? kc_good_fall(st, at, c) : err;
}

/* --- feedback.deliver, feedback.acknowledge --- */
/* Late, if the day can be known: then it is taken all the same, for the right
 * to rectify is the unit's, and the delay the office's. */
static bool
feedback_is_late(
    const struct kc_state *st, const struct kc_case *c, kc_day today)
{
	bool provisional = false;
	kc_day last = kc_case_feedback_by(st, c, &provisional);

	return !provisional && today > last;
}

enum kc_err
feedback_deliver_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_feedback_deliver_case_, &c, why);

	if (err != KC_OK)
		return err;
	return kc_want_judge(st, at, c, feedback_is_late(st, c, at->day), why);
}

enum kc_err
feedback_deliver_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_feedback_deliver_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	c->state = KC_CS_RECTIFYING;
	c->delivered = at->day;
	c->feedback_late = feedback_is_late(st, c, at->day);
	return err == KC_OK ? kc_case_set_due(st, c) : err;
}

enum kc_err
feedback_acknowledge_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_feedback_acknowledge_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_of_unit(st, at, 0, c->unit, why);
	for (uint32_t i = 0; err == KC_OK && i < c->events.n; i++) {
		if (c->events.v[i].kind == KC_K_feedback_acknowledge)
			err = kc_refuse(
			    why, KC_R_DUPLICATE, c->handle, NULL, NULL, NULL);
	}
	return err;
}

enum kc_err
feedback_acknowledge_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_log_event(st, at,
	    &kc_case_of(st, at, KC_F_feedback_acknowledge_case_)->events);
}
