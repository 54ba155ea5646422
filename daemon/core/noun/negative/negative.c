/* SPDX-License-Identifier: Apache-2.0 */
/* The negative list: confirm, notify, withdraw; and what the clerk writes. */
#include "negative.h"

#include <assert.h>
#include <stdio.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

/* --- asked by others --- */
enum kc_err
kc_want_negative(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_negative **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_NEGATIVE, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->negatives.v[i];
	return kc_want_state(
	    at, KC_M_negative, (*out)->state, (*out)->handle, why);
}

struct kc_negative *
kc_negative_of(
    const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_NEGATIVE, kc_entry_str(at->e, field));

	assert(i < st->negatives.n);
	return st->negatives.v[i];
}

const struct kc_policy *
kc_negative_policy(const struct kc_state *st, const struct kc_negative *n)
{
	return st->policies.v[n->policy].policy;
}

bool
kc_negative_counts(const struct kc_negative *n)
{
	return n->state == KC_NS_CONFIRMED || n->state == KC_NS_NOTIFIED ||
	    n->state == KC_NS_FINAL;
}

bool
kc_negative_stands(const struct kc_negative *n)
{
	return n->state == KC_NS_PROPOSED || kc_negative_counts(n);
}

/* --- who judges --- */
enum kc_err
kc_refuse_item(const struct kc_state *st, const struct kc_at *at, unsigned slot,
    uint32_t item, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, slot);
	char what[32];

	(void)snprintf(what, sizeof(what), "item %u", item);
	(void)kc_refuse(why, KC_R_GRANT,
	    a->unit == KC_NONE ? a->id : st->units.v[a->unit]->code, what, NULL,
	    NULL);
	(void)snprintf(what, sizeof(what), "负面清单第 %u 项", item);
	return kc_refusal_zh(why, 1, what);
}

/* Each signer is of the unit that proposed, or of the Establishment Office. */
static enum kc_err
want_judge(const struct kc_state *st, const struct kc_at *at,
    const struct kc_negative *n, struct kc_refusal *why)
{
	for (unsigned i = 0; i < at->e->kind->signers.n; i++) {
		const struct kc_actor *a = kc_principal(st, at, i);

		if (kc_unit_stands_for(st, a->unit, n->unit))
			return kc_refuse(why, KC_R_OWN_UNIT,
			    st->units.v[n->unit]->code, NULL, NULL, NULL);
		if ((a->roles & ROLE(ESTAB)) != 0)
			continue;
		if (n->assessor != KC_NONE &&
		    !kc_unit_stands_for(st, a->unit, n->assessor))
			return kc_want_of_unit(st, at, i, n->assessor, why);
		if (n->assessor == KC_NONE ||
		    !kc_holds_item(st, a->unit, n->item, at->day))
			return kc_refuse_item(st, at, i, n->item, why);
	}
	return KC_OK;
}

/* --- the steps that follow --- */
static enum kc_err
step(struct kc_state *st, const struct kc_at *at, unsigned field,
    enum kc_negative_state to)
{
	struct kc_negative *n = kc_negative_of(st, at, field);
	enum kc_err err = kc_log_event(st, at, &n->events);

	return err == KC_OK ? kc_negative_enter(st, at, n, to) : err;
}

enum kc_err
negative_confirm_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_negative *n;
	enum kc_err err =
	    kc_want_negative(st, at, KC_F_negative_confirm_negative, &n, why);

	if (err != KC_OK)
		return err;
	if (kc_same_person(st, at->for_role[0], n->proposer) ||
	    kc_same_person(st, at->for_role[0], n->proposed_for) ||
	    kc_same_person(st, at->on_behalf[0], n->proposer) ||
	    kc_same_person(st, at->on_behalf[0], n->proposed_for))
		return kc_refuse(why, KC_R_SAME_PERSON,
		    kc_signer(st, at, 0)->id, NULL, NULL, NULL);
	if (n->day[KC_L_negative_CONFIRM].provisional)
		return KC_OK;
	/* The clerk's lapse comes first; this holds without it too. */
	return kc_want_by(at->day, n->day[KC_L_negative_CONFIRM].due,
	    kc_negative_policy(st, n), KC_P_NEG_CONFIRM_WD, why);
}

enum kc_err
negative_confirm_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_confirm_negative, KC_NS_CONFIRMED);
}

enum kc_err
negative_decline_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_negative *n;

	return kc_want_negative(
	    st, at, KC_F_negative_decline_negative, &n, why);
}

enum kc_err
negative_decline_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_decline_negative, KC_NS_DECLINED);
}

static enum kc_err
want_judged(const struct kc_state *st, const struct kc_at *at, unsigned field,
    struct kc_refusal *why)
{
	const struct kc_negative *n;
	enum kc_err err = kc_want_negative(st, at, field, &n, why);

	return err == KC_OK ? want_judge(st, at, n, why) : err;
}

enum kc_err
negative_notify_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_judged(st, at, KC_F_negative_notify_negative, why);
}

enum kc_err
negative_notify_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_notify_negative, KC_NS_NOTIFIED);
}

/* What two offices did takes two to undo. */
enum kc_err
negative_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_judged(st, at, KC_F_negative_withdraw_negative, why);
}

enum kc_err
negative_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_withdraw_negative, KC_NS_WITHDRAWN);
}

/* --- the clerk: .lapse, .final --- */
static enum kc_err
want_passed(const struct kc_state *st, const struct kc_at *at, unsigned field,
    unsigned due_field, struct kc_refusal *why)
{
	const struct kc_negative *n;
	enum kc_err err = kc_want_negative(st, at, field, &n, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, n->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, due_field, n->day[kc_negative_limit(n)].due, why);
	return err;
}

enum kc_err
negative_lapse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_passed(
	    st, at, KC_F_negative_lapse_negative, KC_F_negative_lapse_due, why);
}

enum kc_err
negative_lapse_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_lapse_negative, KC_NS_LAPSED);
}

enum kc_err
negative_final_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_passed(
	    st, at, KC_F_negative_final_negative, KC_F_negative_final_due, why);
}

enum kc_err
negative_final_apply(struct kc_state *st, const struct kc_at *at)
{
	return step(st, at, KC_F_negative_final_negative, KC_NS_FINAL);
}
