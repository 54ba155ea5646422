/* SPDX-License-Identifier: Apache-2.0 */
/* Bonuses: who decides; verify, return and complete, publicise. */
#include "bonus.h"

#include <assert.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

/* --- asked by others --- */
enum kc_err
kc_want_bonus(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_bonus **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_BONUS, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->bonuses.v[i];
	return kc_want_state(
	    at, KC_M_bonus, (*out)->state, (*out)->handle, why);
}

struct kc_bonus *
kc_bonus_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_BONUS, kc_entry_str(at->e, field));

	assert(i < st->bonuses.n);
	return st->bonuses.v[i];
}

const struct kc_policy *
kc_bonus_policy(const struct kc_state *st, const struct kc_bonus *b)
{
	return st->policies.v[b->policy].policy;
}

const struct kc_bonus_situation *
kc_bonus_situation(const struct kc_state *st, const struct kc_bonus *b)
{
	return &kc_bonus_policy(st, b)->bonuses[b->situation];
}

bool
kc_bonus_counts(const struct kc_bonus *b)
{
	return b->state == KC_BS_GRANTED;
}

int64_t
kc_bonus_worth(const struct kc_state *st, const struct kc_bonus *b, int grade)
{
	return grade < 0
	    ? 0
	    : kc_bonus_policy(st, b)
		  ->value[kc_grade_key((enum kc_bonus_grade)grade)];
}

enum kc_err
kc_bonus_change(
    struct kc_state *st, const struct kc_at *at, struct kc_bonus *b, int grade)
{
	const struct kc_bonus_change c = {
	    .seq = (uint32_t)at->stamp.seq,
	    .amount_e4 = kc_bonus_worth(st, b, grade),
	    .given = (int8_t)grade,
	};

	b->given = c.given;
	b->amount_e4 = c.amount_e4;
	return kc_vec_push(&b->changes, c) ? KC_OK : KC_ENOMEM;
}

int64_t
kc_bonus_amount_at(const struct kc_bonus *b, uint32_t seq)
{
	for (uint32_t i = b->changes.n; i-- > 0;)
		if (b->changes.v[i].seq <= seq)
			return b->changes.v[i].amount_e4;
	return 0;
}

/* --- who decides --- */
static bool
is_of_the_office(const struct kc_state *st, uint32_t unit)
{
	for (uint32_t i = 0; i < st->actors.n; i++)
		if (st->actors.v[i]->unit == unit &&
		    !st->actors.v[i]->retired &&
		    (st->actors.v[i]->roles & ROLE(ESTAB)) != 0)
			return true;
	return false;
}

/* The Establishment Office; of what its own unit claims the Assessment Office.
 * Nobody decides about the own unit. */
static enum kc_err
want_office(const struct kc_state *st, const struct kc_at *at,
    const struct kc_bonus *b, struct kc_refusal *why)
{
	for (unsigned i = 0; i < at->e->kind->signers.n; i++) {
		const struct kc_actor *a = kc_principal(st, at, i);

		if (kc_unit_stands_for(st, a->unit, b->unit) ||
		    kc_unit_stands_for(st, kc_signer(st, at, i)->unit, b->unit))
			return kc_refuse(why, KC_R_OWN_UNIT,
			    st->units.v[b->unit]->code, NULL, NULL, NULL);
		if ((a->roles & ROLE(ESTAB)) != 0 ||
		    is_of_the_office(st, b->unit))
			continue;
		(void)kc_refuse(why, KC_R_ROLE, kc_signer(st, at, i)->id,
		    at->e->kind->name, "", NULL);
		(void)kc_refusal_zh(why, 1, at->e->kind->zh);
		return kc_refusal_word(why, 2, KC_SET_ROLE, KC_ROLE_ESTAB);
	}
	return KC_OK;
}

enum kc_err
kc_want_judged_bonus(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_bonus **b, struct kc_refusal *why)
{
	enum kc_err err = kc_want_bonus(st, at, field, b, why);

	return err == KC_OK ? want_office(st, at, *b, why) : err;
}

enum kc_err
kc_bonus_step(struct kc_state *st, const struct kc_at *at, unsigned field,
    enum kc_bonus_state to)
{
	struct kc_bonus *b = kc_bonus_of(st, at, field);
	enum kc_err err = kc_log_event(st, at, &b->events);

	return err == KC_OK ? kc_bonus_enter(st, at, b, to) : err;
}

/* --- verified, or returned and completed --- */
enum kc_err
bonus_return_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;

	return kc_want_judged_bonus(st, at, KC_F_bonus_return_bonus, &b, why);
}

enum kc_err
bonus_return_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(st, at, KC_F_bonus_return_bonus, KC_BS_RETURNED);
}

enum kc_err
bonus_complete_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_bonus(st, at, KC_F_bonus_complete_bonus, &b, why);

	if (err == KC_OK)
		err = kc_want_of_unit(st, at, 0, b->unit, why);
	/* The clerk's lapse comes first; this holds without it too. */
	if (err == KC_OK && !b->day[KC_L_bonus_COMPLETE].provisional)
		err = kc_want_by(at->day, b->day[KC_L_bonus_COMPLETE].due,
		    kc_bonus_policy(st, b), KC_P_BONUS_COMPLETE_WD, why);
	if (err != KC_OK)
		return err;
	return kc_want_grade(st, b,
	    (unsigned)kc_entry_num(at->e, KC_F_bonus_complete_grade, b->grade),
	    why);
}

enum kc_err
bonus_complete_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_bonus_of(st, at, KC_F_bonus_complete_bonus);

	b->grade =
	    (uint8_t)kc_entry_num(at->e, KC_F_bonus_complete_grade, b->grade);
	if (kc_entry_has(at->e, KC_F_bonus_complete_merit))
		kc_code_copy(
		    b->merit, kc_entry_str(at->e, KC_F_bonus_complete_merit));
	return kc_bonus_step(st, at, KC_F_bonus_complete_bonus, KC_BS_CLAIMED);
}

enum kc_err
bonus_verify_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;

	return kc_want_judged_bonus(st, at, KC_F_bonus_verify_bonus, &b, why);
}

enum kc_err
bonus_verify_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_bonus_of(st, at, KC_F_bonus_verify_bonus);

	b->verifier = at->for_role[0];
	b->verified_for = at->on_behalf[0];
	return kc_bonus_step(st, at, KC_F_bonus_verify_bonus, KC_BS_VERIFIED);
}

enum kc_err
bonus_publicise_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_bonus *b;

	return kc_want_judged_bonus(
	    st, at, KC_F_bonus_publicise_bonus, &b, why);
}

enum kc_err
bonus_publicise_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_bonus_step(st, at, KC_F_bonus_publicise_bonus, KC_BS_PUBLIC);
}
