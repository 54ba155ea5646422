/* SPDX-License-Identifier: Apache-2.0 */
/* Bonuses: grant or refuse, withdraw, cancel; and what the clerk writes. */
#include "bonus.h"

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

/* Did the person, or whose power it used, do a step before? */
static enum kc_err
want_another(const struct kc_state *st, const struct kc_at *at, uint32_t by,
    uint32_t of, struct kc_refusal *why)
{
	for (unsigned i = 0; by != KC_NONE && i < at->e->kind->signers.n; i++)
		if (kc_same_person(st, at->for_role[i], by) ||
		    kc_same_person(st, at->for_role[i], of) ||
		    kc_same_person(st, at->on_behalf[i], by) ||
		    kc_same_person(st, at->on_behalf[i], of))
			return kc_refuse(why, KC_R_SAME_PERSON,
			    kc_signer(st, at, i)->id, NULL, NULL, NULL);
	return KC_OK;
}

/* A lower grade, with the reason. */
static enum kc_err
want_lower(const struct kc_state *st, const struct kc_at *at,
    const struct kc_bonus *b, struct kc_refusal *why)
{
	int grade = (int)kc_entry_num(at->e, KC_F_bonus_grant_grade, 0);
	int best, least;

	if (!kc_bonus_lower(b->grade, &best, &least) || grade < best ||
	    grade > least) {
		(void)kc_refuse(why, KC_R_MARK, kc_bonus_situation(st, b)->id,
		    "the grade is no lower one of it", NULL, NULL);
		return kc_refusal_zh(why, 1, "不是该情形的较低等次");
	}
	return KC_OK;
}

static enum kc_err
want_reason(const struct kc_at *at, struct kc_refusal *why)
{
	if (kc_entry_has(at->e, KC_F_bonus_grant_reason))
		return KC_OK;
	return kc_refuse(why, KC_R_FIELD_MISSING,
	    at->e->kind->fields[KC_F_bonus_grant_reason].name, NULL, NULL,
	    NULL);
}

enum kc_err
bonus_grant_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_judged_bonus(st, at, KC_F_bonus_grant_bonus, &b, why);

	if (err == KC_OK)
		err = want_another(st, at, b->verifier, b->verified_for, why);
	if (err == KC_OK && kc_entry_has(at->e, KC_F_bonus_grant_grade))
		err = want_lower(st, at, b, why);
	if (err == KC_OK &&
	    (kc_entry_has(at->e, KC_F_bonus_grant_grade) || b->objectors.n > 0))
		err = want_reason(at, why);
	if (err != KC_OK)
		return err;
	return kc_want_grade(st, b,
	    (unsigned)kc_entry_num(at->e, KC_F_bonus_grant_grade, b->grade),
	    why);
}

enum kc_err
bonus_grant_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_bonus_of(st, at, KC_F_bonus_grant_bonus);
	enum kc_err err = kc_bonus_change(st, at, b,
	    (int)kc_entry_num(at->e, KC_F_bonus_grant_grade, b->grade));

	b->granter = at->for_role[0];
	b->granted_for = at->on_behalf[0];
	return err == KC_OK
	    ? kc_bonus_step(st, at, KC_F_bonus_grant_bonus, KC_BS_GRANTED)
	    : err;
}

enum kc_err
bonus_refuse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_judged_bonus(st, at, KC_F_bonus_refuse_bonus, &b, why);

	return err == KC_OK
	    ? want_another(st, at, b->verifier, b->verified_for, why)
	    : err;
}

enum kc_err
bonus_refuse_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(st, at, KC_F_bonus_refuse_bonus, KC_BS_REFUSED);
}

enum kc_err
bonus_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_bonus(st, at, KC_F_bonus_withdraw_bonus, &b, why);

	return err == KC_OK ? kc_want_of_unit(st, at, 0, b->unit, why) : err;
}

enum kc_err
bonus_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(
	    st, at, KC_F_bonus_withdraw_bonus, KC_BS_WITHDRAWN);
}

/* What one granted takes two others to undo. */
enum kc_err
bonus_cancel_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_judged_bonus(st, at, KC_F_bonus_cancel_bonus, &b, why);

	return err == KC_OK
	    ? want_another(st, at, b->granter, b->granted_for, why)
	    : err;
}

enum kc_err
bonus_cancel_apply(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = kc_bonus_change(
	    st, at, kc_bonus_of(st, at, KC_F_bonus_cancel_bonus), -1);

	return err == KC_OK
	    ? kc_bonus_step(st, at, KC_F_bonus_cancel_bonus, KC_BS_CANCELLED)
	    : err;
}

/* --- objections while it is publicised --- */
enum kc_err
bonus_object_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *by = kc_principal(st, at, 0);
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_bonus(st, at, KC_F_bonus_object_bonus, &b, why);

	if (err != KC_OK)
		return err;
	if (kc_unit_stands_for(st, by->unit, b->unit) ||
	    kc_unit_stands_for(st, kc_signer(st, at, 0)->unit, b->unit))
		return kc_refuse(why, KC_R_OWN_UNIT, st->units.v[b->unit]->code,
		    NULL, NULL, NULL);
	for (uint32_t i = 0; i < b->objectors.n; i++)
		if (by->unit != KC_NONE && b->objectors.v[i] == by->unit)
			return kc_refuse(
			    why, KC_R_DUPLICATE, b->handle, NULL, NULL, NULL);
	return KC_OK;
}

enum kc_err
bonus_object_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_bonus_of(st, at, KC_F_bonus_object_bonus);

	return kc_vec_push(&b->objectors, kc_principal(st, at, 0)->unit)
	    ? kc_log_event(st, at, &b->events)
	    : KC_ENOMEM;
}

/* --- the clerk: .lapse, .publicity_end --- */
static enum kc_err
want_passed(const struct kc_state *st, const struct kc_at *at, unsigned field,
    unsigned due_field, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err = kc_want_bonus(st, at, field, &b, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, b->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, due_field, b->day[kc_bonus_limit(b)].due, why);
	return err;
}

enum kc_err
bonus_lapse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_passed(
	    st, at, KC_F_bonus_lapse_bonus, KC_F_bonus_lapse_due, why);
}

enum kc_err
bonus_lapse_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(st, at, KC_F_bonus_lapse_bonus, KC_BS_LAPSED);
}

enum kc_err
bonus_publicity_end_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_passed(st, at, KC_F_bonus_publicity_end_bonus,
	    KC_F_bonus_publicity_end_due, why);
}

enum kc_err
bonus_publicity_end_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(
	    st, at, KC_F_bonus_publicity_end_bonus, KC_BS_SHOWN);
}
