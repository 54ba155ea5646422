/* SPDX-License-Identifier: Apache-2.0 */
/* Roles given and taken back, and powers lent for a time (AB 角). */
#include "enrol.h"

#include "noun/unit/unit.h"

#include <assert.h>

/* --- roles --- */
static uint32_t
role_in(const struct kc_at *at, unsigned field)
{
	return KC_ROLE_BIT((int)kc_entry_num(at->e, field, 0));
}

enum kc_err
role_give_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t role = role_in(at, KC_F_role_give_role);
	const struct kc_actor *a;
	enum kc_err err;

	err = kc_want_actor(st, at, KC_F_role_give_actor, &a, why);
	if (err != KC_OK)
		return err;
	if (role == KC_ROLE_BIT(KC_ROLE_CLERK))
		return kc_refuse_clerk(st, why);
	if ((a->roles & role) != 0) {
		(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
		return kc_refusal_word(why, 0, KC_SET_ROLE,
		    kc_entry_num(at->e, KC_F_role_give_role, 0));
	}
	err = kc_want_roles_fit(a, role, why);
	if (err == KC_OK && a->person.seq != 0 && !a->person.erased)
		err = kc_want_one_person(
		    st, a, &a->person.hash, a->roles | role, why);
	if (err != KC_OK)
		return err;
	if ((role & KC_ROLES_OF_UNIT) != 0 && a->unit == KC_NONE) {
		(void)kc_refuse(
		    why, KC_R_NOT_FOUND, "unit of", a->id, NULL, NULL);
		return kc_refusal_zh(why, 0, "所属单位：");
	}
	return KC_OK;
}

enum kc_err
role_give_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t who =
	    kc_find(st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_role_give_actor));
	uint32_t role = role_in(at, KC_F_role_give_role);
	struct kc_actor *a = st->actors.v[who];

	a->roles |= role;
	a->role_seq[kc_entry_num(at->e, KC_F_role_give_role, 0)] =
	    (uint32_t)at->stamp.seq;
	if (role == KC_ROLE_BIT(KC_ROLE_ADMIN) && a->key != KC_NONE)
		st->admins++;
	return KC_OK;
}

enum kc_err
role_take_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t role = role_in(at, KC_F_role_take_role);
	const struct kc_actor *a;
	enum kc_err err;

	err = kc_want_actor(st, at, KC_F_role_take_actor, &a, why);
	if (err != KC_OK)
		return err;
	if ((a->roles & role) == 0) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "", a->id, NULL, NULL);
		return kc_refusal_word(why, 0, KC_SET_ROLE,
		    kc_entry_num(at->e, KC_F_role_take_role, 0));
	}
	return kc_want_admins_left(st, a, why);
}

enum kc_err
role_take_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t who =
	    kc_find(st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_role_take_actor));
	uint32_t role = role_in(at, KC_F_role_take_role);
	struct kc_actor *a = st->actors.v[who];

	a->roles &= ~role;
	if (role == KC_ROLE_BIT(KC_ROLE_ADMIN) && a->key != KC_NONE)
		st->admins--;
	return KC_OK;
}

/* --- delegation --- */
/* May this kind be lent at all, and does the signer have it to lend? */
static enum kc_err
check_kind(const struct kc_actor *from, const struct kc_kind *kind,
    struct kc_refusal *why)
{
	uint32_t roles = 0;

	for (unsigned i = 0; i < kind->signers.n; i++)
		roles |= kind->signers.roles[i];
	/* Kinds of administrators, of the clerk, of voters and of everybody are
	 * not. */
	if ((roles & KC_ROLES_UNLENT) == 0 && (from->roles & roles) != 0)
		return KC_OK;
	return kc_refuse_role(kc_slice_str(from->id), kind, why);
}

static enum kc_err
check_period(const struct kc_at *at, struct kc_refusal *why)
{
	int64_t from = kc_entry_num(at->e, KC_F_delegation_give_from, 0);
	int64_t until = kc_entry_num(at->e, KC_F_delegation_give_until, 0);
	const char *range = NULL, *zh = "";

	if (until < from) {
		range = "not before the first day";
		zh = "不早于首日";
	} else if (until < at->day) {
		range = "not before today";
		zh = "不早于今日";
	}
	if (range == NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_DATE_ORDER, "", range, NULL, NULL);
	kc_arg_day(why, 0, (kc_day)until);
	return kc_refusal_zh(why, 1, zh);
}

enum kc_err
delegation_give_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *from = kc_signer(st, at, 0);
	unsigned n = kc_entry_count(at->e, KC_F_delegation_give_kind);
	const struct kc_actor *to;
	enum kc_err err;

	err = kc_want_actor(st, at, KC_F_delegation_give_to, &to, why);
	if (err != KC_OK)
		return err;
	if (kc_same_person(st, to->index, from->index))
		return kc_refuse(
		    why, KC_R_SAME_PERSON, from->id, NULL, NULL, NULL);
	err = kc_want_roles_fit(from, to->roles, why);
	if (err != KC_OK)
		return err;
	if (to->unit != from->unit) {
		if (from->unit != KC_NONE)
			return kc_refuse(why, KC_R_UNIT_MISMATCH, to->id,
			    st->units.v[from->unit]->code, NULL, NULL);
		(void)kc_refuse(why, KC_R_UNIT_MISMATCH, to->id,
		    "(none: who gives it has no unit, and gives it to one "
		    "without)",
		    NULL, NULL);
		return kc_refusal_zh(
		    why, 1, "（无：授权人不属任何单位，只能授予同样的人）");
	}
	for (unsigned i = 0; i < n && err == KC_OK; i++) {
		const struct kc_value *v =
		    kc_entry_item(at->e, KC_F_delegation_give_kind, i);

		err =
		    check_kind(from, kc_kind_get((enum kc_kind_id)v->num), why);
	}
	return err == KC_OK ? check_period(at, why) : err;
}

static bool
holds(const struct kc_u32s *v, uint32_t x)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (v->v[i] == x)
			return true;
	return false;
}

enum kc_err
delegation_give_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_actor *from = st->actors.v[at->for_role[0]];
	unsigned n = kc_entry_count(at->e, KC_F_delegation_give_kind);
	uint32_t who = kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_delegation_give_to));
	struct kc_actor *to = st->actors.v[who];
	struct kc_delegation d = {
	    .to = who,
	    .from = (kc_day)kc_entry_num(at->e, KC_F_delegation_give_from, 0),
	    .until = (kc_day)kc_entry_num(at->e, KC_F_delegation_give_until, 0),
	    .seq = (uint32_t)at->stamp.seq,
	};

	for (unsigned i = 0; i < n; i++) {
		const struct kc_value *v =
		    kc_entry_item(at->e, KC_F_delegation_give_kind, i);

		kc_kind_set_add(&d.kinds, (unsigned)v->num);
	}
	if (!kc_vec_push(&from->given, d))
		return KC_ENOMEM;
	if (!holds(&to->acts_for, from->index) &&
	    !kc_vec_push(&to->acts_for, from->index))
		return KC_ENOMEM;
	return KC_OK;
}

/* Ends every delegation of the signer to that actor that still runs. */
static unsigned
count_running(const struct kc_actor *from, uint32_t to, kc_day day)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < from->given.n; i++) {
		const struct kc_delegation *d = &from->given.v[i];

		n += d->to == to && !d->ended && d->until >= day;
	}
	return n;
}

enum kc_err
delegation_end_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *from = kc_signer(st, at, 0);
	uint32_t to;
	enum kc_err err;

	err = kc_want(st, KC_NS_ACTOR, at, KC_F_delegation_end_to, &to, why);
	if (err != KC_OK)
		return err;
	if (count_running(from, to, at->day) == 0) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "delegation to",
		    st->actors.v[to]->id, NULL, NULL);
		return kc_refusal_zh(why, 0, "有效授权：");
	}
	return KC_OK;
}

enum kc_err
delegation_end_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_actor *from = st->actors.v[at->for_role[0]];
	uint32_t to = kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_delegation_end_to));

	for (uint32_t i = 0; i < from->given.n; i++)
		if (from->given.v[i].to == to)
			from->given.v[i].ended = true;
	return KC_OK;
}
