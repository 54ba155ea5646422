/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions to "generally no promotion" (R146), with their reasons. */
#include "use.h"

#include "noun/cadre/cadre.h"
#include "noun/yearend/yearend.h"

#define F(field) KC_F_promotion_except_##field

const struct kc_exception *
kc_exception_of(
    const struct kc_state *st, uint32_t unit, int year, uint32_t cadre)
{
	for (uint32_t i = 0; i < st->exceptions.n; i++)
		if (st->exceptions.v[i]->unit == unit &&
		    st->exceptions.v[i]->year == year &&
		    st->exceptions.v[i]->cadre == cadre)
			return st->exceptions.v[i];
	return NULL;
}

/* The newest closed year, up to which there are enough third grades. */
static enum kc_err
want_streak(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, F(year), 0);
	const struct kc_policy *p = kc_cycle_policy(st, kc_cycle_of(st, year));
	unsigned has = kc_use_streak(st, unit, KC_GRADED_THIRD, year);

	if (year == kc_use_year(st) && p != NULL &&
	    has >= (unsigned)p->value[KC_P_CADRE_THIRD_YEARS])
		return KC_OK;
	if (p != NULL)
		kc_policy_cite(p, KC_P_CADRE_THIRD_YEARS, why);
	(void)kc_refuse(
	    why, KC_R_STREAK, st->units.v[unit]->code, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 1, has);
	kc_refusal_arg_u64(why, 2, (uint64_t)year);
	return KC_EREFUSED;
}

/* Of a cadre of the unit, if one is named; *out is KC_NONE if none is. */
static enum kc_err
want_cadre(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    uint32_t *out, struct kc_refusal *why)
{
	enum kc_err err;

	*out = KC_NONE;
	if (!kc_entry_has(at->e, F(cadre)))
		return KC_OK;
	err = kc_want(st, KC_NS_CADRE, at, F(cadre), out, why);
	if (err != KC_OK || st->cadres.v[*out]->unit == unit)
		return err;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, st->cadres.v[*out]->code,
	    st->units.v[unit]->code, NULL, NULL);
}

enum kc_err
promotion_except_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, F(year), 0);
	uint32_t unit, cadre;
	enum kc_err err = kc_want(st, KC_NS_UNIT, at, F(unit), &unit, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	err = want_cadre(st, at, unit, &cadre, why);
	if (err == KC_OK)
		err = want_streak(st, at, unit, why);
	if (err == KC_OK && kc_exception_of(st, unit, year, cadre) != NULL)
		err = kc_refuse(why, KC_R_DUPLICATE, st->units.v[unit]->code,
		    NULL, NULL, NULL);
	return err;
}

enum kc_err
promotion_except_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_exception *x = kc_arena_alloc(&st->arena, sizeof(*x));

	if (x == NULL || !kc_vec_push(&st->exceptions, x))
		return KC_ENOMEM;
	x->unit = kc_find(st, KC_NS_UNIT, kc_entry_str(at->e, F(unit)));
	x->year = (int16_t)kc_entry_num(at->e, F(year), 0);
	x->cadre = kc_entry_has(at->e, F(cadre))
	    ? kc_find(st, KC_NS_CADRE, kc_entry_str(at->e, F(cadre)))
	    : KC_NONE;
	x->reason = kc_arena_unfold(&st->arena, kc_entry_str(at->e, F(reason)));
	return x->reason == NULL ? KC_ENOMEM : kc_log_event(st, at, &x->events);
}
