/* SPDX-License-Identifier: Apache-2.0 */
/* Advice on functions, structure and posts of a unit (R136 to R142). */
#include "use.h"

#include "noun/yearend/yearend.h"

#define F(field) KC_F_staffing_advise_##field

static struct kc_advice *
advice_of(const struct kc_state *st, uint32_t unit, int year)
{
	for (uint32_t i = 0; i < st->advices.n; i++)
		if (st->advices.v[i]->unit == unit &&
		    st->advices.v[i]->year == year)
			return st->advices.v[i];
	return NULL;
}

const struct kc_advice *
kc_advice_of(const struct kc_state *st, uint32_t unit, int year)
{
	return advice_of(st, unit, year);
}

/* So many years have to be closed, each with a list of the unit. */
static enum kc_err
refuse_years(const struct kc_at *at, const struct kc_use_trend *t, int year,
    const struct kc_policy *p, struct kc_refusal *why)
{
	struct kc_buf en = {0}, zh = {0};

	kc_policy_cite(p, KC_P_STAFFING_YEARS, why);
	kc_buf_u64(&en, t->wants);
	kc_buf_str(&en, " years running up to ");
	kc_buf_i64(&en, year);
	kc_buf_str(&en, " are closed, each with a list of the unit");
	kc_buf_str(&zh, "该单位至 ");
	kc_buf_i64(&zh, year);
	kc_buf_str(&zh, " 年连续 ");
	kc_buf_u64(&zh, t->wants);
	kc_buf_str(&zh, " 年有责任单且年度已结束");
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name,
	    kc_buf_cstr(&en), NULL, NULL);
	(void)kc_refusal_zh(why, 0, at->e->kind->zh);
	(void)kc_refusal_zh(why, 1, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return KC_EREFUSED;
}

/* The category is what replay shows; nobody chooses it. */
static enum kc_err
want_trend(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    int year, struct kc_refusal *why)
{
	int64_t said = kc_entry_num(at->e, F(category), 0);
	struct kc_use_trend t;

	kc_use_trend_of(st, unit, year, &t);
	if (t.category < 0)
		return refuse_years(at, &t, year,
		    kc_cycle_policy(st, kc_cycle_of(st, year)), why);
	if (t.category == said)
		return KC_OK;
	kc_policy_cite(kc_cycle_policy(st, kc_cycle_of(st, year)),
	    KC_P_STAFFING_CHANGE, why);
	(void)kc_refuse(
	    why, KC_R_TREND, st->units.v[unit]->code, NULL, NULL, NULL);
	(void)kc_refusal_word(why, 1, KC_SET_TREND, t.category);
	return kc_refusal_word(why, 2, KC_SET_TREND, said);
}

enum kc_err
staffing_advise_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, F(year), 0);
	uint32_t unit;
	enum kc_err err = kc_want(st, KC_NS_UNIT, at, F(unit), &unit, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	if (!kc_entry_has(at->e, F(function)) &&
	    !kc_entry_has(at->e, F(structure)) &&
	    !kc_entry_has(at->e, F(posts))) {
		(void)kc_refuse(why, KC_R_FIELD_MISSING,
		    "function, structure or posts", NULL, NULL, NULL);
		return kc_refusal_zh(
		    why, 0, "function、structure 或 posts（职能、机构、职数）");
	}
	return want_trend(st, at, unit, year, why);
}

static bool
take_texts(struct kc_state *st, const struct kc_at *at, struct kc_advice *a)
{
	a->function =
	    kc_arena_unfold(&st->arena, kc_entry_str(at->e, F(function)));
	a->structure =
	    kc_arena_unfold(&st->arena, kc_entry_str(at->e, F(structure)));
	a->posts = kc_arena_unfold(&st->arena, kc_entry_str(at->e, F(posts)));
	return a->function != NULL && a->structure != NULL && a->posts != NULL;
}

/* Anew takes the place of what was advised of that year. */
enum kc_err
staffing_advise_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t unit = kc_find(st, KC_NS_UNIT, kc_entry_str(at->e, F(unit)));
	int year = (int)kc_entry_num(at->e, F(year), 0);
	struct kc_advice *a = advice_of(st, unit, year);

	if (a == NULL) {
		a = kc_arena_alloc(&st->arena, sizeof(*a));
		if (a == NULL || !kc_vec_push(&st->advices, a))
			return KC_ENOMEM;
		a->unit = unit;
		a->year = (int16_t)year;
	}
	a->category = (uint8_t)kc_entry_num(at->e, F(category), 0);
	return take_texts(st, at, a) ? kc_log_event(st, at, &a->events)
				     : KC_ENOMEM;
}
