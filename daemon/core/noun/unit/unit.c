/* SPDX-License-Identifier: Apache-2.0 */
/* Units, their statutory duties, and the right to assess. */
#include "unit.h"

#include "noun/target/target.h"
#include "noun/year/year.h"

#include <assert.h>
#include <string.h>

/* --- units --- */
/* No other unit has a name or a code that looks like these. */
static enum kc_err
want_apart(const struct kc_state *st, uint32_t self, struct kc_slice code,
    struct kc_slice name, struct kc_slice name_en, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->units.n; i++) {
		const struct kc_unit *u = st->units.v[i];

		if (i == self)
			continue;
		err = kc_want_apart(st, code, u->code, "unit", "单位", why);
		/* The name of one that has ended is free. */
		if (u->ended != 0)
			continue;
		if (err == KC_OK)
			err = kc_want_apart(
			    st, name, u->name, "name", "名称", why);
		if (err == KC_OK)
			err = kc_want_apart(
			    st, name_en, u->name_en, "name", "名称", why);
	}
	return err;
}

enum kc_err
unit_register_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	enum kc_err err =
	    kc_want_new(st, KC_NS_UNIT, at, KC_F_unit_register_unit, why);

	if (err != KC_OK)
		return err;
	return want_apart(st, KC_NONE, kc_entry_str(e, KC_F_unit_register_unit),
	    kc_entry_str(e, KC_F_unit_register_name),
	    kc_entry_str(e, KC_F_unit_register_name_en), why);
}

enum kc_err
unit_register_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_unit *u = kc_arena_alloc(&st->arena, sizeof(*u));

	if (u == NULL)
		return KC_ENOMEM;
	kc_code_copy(u->code, kc_entry_str(e, KC_F_unit_register_unit));
	u->index = st->units.n;
	u->into = KC_NONE;
	u->group = (uint8_t)kc_entry_num(e, KC_F_unit_register_group, 0);
	u->seq = (uint32_t)at->stamp.seq;
	u->name = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_unit_register_name));
	u->name_en = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_unit_register_name_en));
	if (u->name == NULL || u->name_en == NULL ||
	    !kc_vec_push(&st->units, u) ||
	    !kc_index_add(&st->by_code, KC_NS_UNIT, u->code, u->index))
		return KC_ENOMEM;
	return KC_OK;
}

enum kc_err
unit_rename_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	uint32_t unit;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_unit_rename_unit, &unit, why);

	if (err != KC_OK)
		return err;
	return want_apart(st, unit, KC_LIT(""),
	    kc_entry_str(e, KC_F_unit_rename_name),
	    kc_entry_str(e, KC_F_unit_rename_name_en), why);
}

enum kc_err
unit_rename_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_unit *u = st->units.v[kc_find(
	    st, KC_NS_UNIT, kc_entry_str(e, KC_F_unit_rename_unit))];
	const char *name =
	    kc_arena_unfold(&st->arena, kc_entry_str(e, KC_F_unit_rename_name));
	const char *name_en = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_unit_rename_name_en));

	if (name == NULL || name_en == NULL)
		return KC_ENOMEM;
	u->name = name;
	u->name_en = name_en;
	return KC_OK;
}

/* --- duties --- */
enum kc_err
duty_register_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice duty = kc_entry_str(at->e, KC_F_duty_register_duty);
	uint32_t unit;
	enum kc_err err;

	err = kc_want(st, KC_NS_UNIT, at, KC_F_duty_register_unit, &unit, why);
	if (err != KC_OK)
		return err;
	if (kc_index_find(&st->by_code, kc_ns_of(KC_NS_DUTY, unit), duty) ==
	    KC_NONE)
		return KC_OK;
	(void)kc_refuse(why, KC_R_EXISTS, "duty", "", NULL, NULL);
	kc_refusal_arg(why, 1, duty);
	return kc_refusal_zh(why, 0, "职责");
}

enum kc_err
duty_register_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_unit *u = st->units.v[kc_find(
	    st, KC_NS_UNIT, kc_entry_str(e, KC_F_duty_register_unit))];
	struct kc_duty d = {
	    .code = kc_arena_text(
		&st->arena, kc_entry_str(e, KC_F_duty_register_duty)),
	    .text = kc_arena_unfold(
		&st->arena, kc_entry_str(e, KC_F_duty_register_text)),
	    .seq = (uint32_t)at->stamp.seq,
	};

	if (d.code == NULL || d.text == NULL || !kc_vec_push(&u->duties, d) ||
	    !kc_index_add(&st->by_code, kc_ns_of(KC_NS_DUTY, u->index), d.code,
		u->duties.n - 1))
		return KC_ENOMEM;
	return KC_OK;
}

/* --- grants --- */
static enum kc_err
check_period(const struct kc_at *at, struct kc_refusal *why)
{
	int64_t from = kc_entry_num(at->e, KC_F_grant_issue_from, 0);
	int64_t until = kc_entry_num(at->e, KC_F_grant_issue_until, 0);

	if (from <= until)
		return KC_OK;
	(void)kc_refuse(
	    why, KC_R_DATE_ORDER, "", "not before the first day", NULL, NULL);
	kc_arg_day(why, 0, (kc_day)until);
	return kc_refusal_zh(why, 1, "不早于首日");
}

static enum kc_err
want_not_own(const struct kc_state *st, uint32_t assessor, uint32_t unit,
    struct kc_refusal *why)
{
	if (assessor != unit)
		return KC_OK;
	return kc_refuse(
	    why, KC_R_OWN_UNIT, st->units.v[unit]->code, NULL, NULL, NULL);
}

/* An item of the negative list of the year in which it begins, by its number;
 * the policy of that year names the unit that may assess it (R31). */
static enum kc_err
check_negative(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor, struct kc_refusal *why)
{
	struct kc_slice object = kc_entry_str(at->e, KC_F_grant_issue_object);
	enum kc_err err = kc_want_policy(st, why);
	kc_day from = (kc_day)kc_entry_num(at->e, KC_F_grant_issue_from, 0);
	const struct kc_policy *p = kc_policy_of(st, kc_day_year(from));
	uint64_t no = 0;

	if (err != KC_OK)
		return err;
	(void)kc_read_u64(object, UINT32_MAX, &no);
	for (size_t i = 0; i < p->nnegatives; i++) {
		const struct kc_negative_item *item = &p->negatives[i];

		if (item->no != no)
			continue;
		if (kc_unit_named(st, item->assessor) == assessor)
			return KC_OK;
		(void)kc_refuse(why, KC_R_UNIT_MISMATCH, "negative-list item",
		    item->assessor, NULL, NULL);
		return kc_refusal_zh(why, 0, "该负面清单项");
	}
	(void)kc_refuse(
	    why, KC_R_NOT_FOUND, "negative-list item", "", NULL, NULL);
	kc_refusal_arg(why, 1, object);
	return kc_refusal_zh(why, 0, "负面清单项");
}

static enum kc_err
check_object(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor, struct kc_refusal *why)
{
	int64_t scope = kc_entry_num(at->e, KC_F_grant_issue_scope, 0);
	bool has = kc_entry_has(at->e, KC_F_grant_issue_object);
	uint32_t i;
	enum kc_err err;

	if (scope == KC_SCOPE_ALL)
		return has
		    ? kc_refuse(why, KC_R_FIELD_VALUE, "object",
			  "none beside scope all", "范围为 all 时不填", NULL)
		    : KC_OK;
	if (!has)
		return kc_refuse(
		    why, KC_R_FIELD_MISSING, "object", NULL, NULL, NULL);
	if (scope == KC_SCOPE_NEGATIVE)
		return check_negative(st, at, assessor, why);
	if (scope == KC_SCOPE_UNIT) {
		err = kc_want(
		    st, KC_NS_UNIT, at, KC_F_grant_issue_object, &i, why);
		return err == KC_OK ? want_not_own(st, assessor, i, why) : err;
	}
	assert(scope == KC_SCOPE_TARGET);
	err = kc_want(st, KC_NS_TARGET, at, KC_F_grant_issue_object, &i, why);
	if (err != KC_OK)
		return err;
	return want_not_own(st, assessor, st->targets.v[i]->unit, why);
}

enum kc_err
grant_issue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t assessor;
	enum kc_err err;

	err = kc_want_new(st, KC_NS_GRANT, at, KC_F_grant_issue_grant, why);
	if (err == KC_OK)
		err = kc_want(st, KC_NS_UNIT, at, KC_F_grant_issue_assessor,
		    &assessor, why);
	if (err == KC_OK)
		err = check_object(st, at, assessor, why);
	return err == KC_OK ? check_period(at, why) : err;
}

enum kc_err
grant_issue_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_grant *g = kc_arena_alloc(&st->arena, sizeof(*g));
	struct kc_slice object = kc_entry_str(e, KC_F_grant_issue_object);
	uint32_t index = st->grants.n;

	if (g == NULL)
		return KC_ENOMEM;
	kc_code_copy(g->code, kc_entry_str(e, KC_F_grant_issue_grant));
	g->assessor =
	    kc_find(st, KC_NS_UNIT, kc_entry_str(e, KC_F_grant_issue_assessor));
	g->scope = (uint8_t)kc_entry_num(e, KC_F_grant_issue_scope, 0);
	kc_code_copy(g->object, object.n == 0 ? KC_LIT("*") : object);
	g->from = (kc_day)kc_entry_num(e, KC_F_grant_issue_from, 0);
	g->until = (kc_day)kc_entry_num(e, KC_F_grant_issue_until, 0);
	g->seq = (uint32_t)at->stamp.seq;
	g->next = KC_NONE;
	if (!kc_vec_push(&st->grants, g) ||
	    !kc_index_add(&st->by_code, KC_NS_GRANT, g->code, index))
		return KC_ENOMEM;
	return kc_grant_link(st, index);
}

enum kc_err
grant_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_grant *g;
	uint32_t i;
	enum kc_err err;

	err = kc_want(st, KC_NS_GRANT, at, KC_F_grant_withdraw_grant, &i, why);
	if (err != KC_OK)
		return err;
	g = st->grants.v[i];
	return kc_want_state(at, KC_M_grant,
	    g->withdrawn ? KC_GS_WITHDRAWN : KC_GS_IN_FORCE, g->code, why);
}

enum kc_err
grant_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t i = kc_find(
	    st, KC_NS_GRANT, kc_entry_str(at->e, KC_F_grant_withdraw_grant));

	st->grants.v[i]->withdrawn = true;
	return KC_OK;
}
