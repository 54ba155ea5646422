/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fact is punished once (一事不二扣): an event of the negative list and a
 * pre-deduction on the same fact name each other, and the score counts what
 * takes more (arith.h).
 */
#include "negative.h"

#include "noun/prededuct/prededuct.h"

/* What named a case last is its pair, and so is a case of an event; what was
 * named before has come to nothing. */
static const struct kc_negative *
pair_of(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_negative *n =
	    c->negative == KC_NONE ? NULL : st->negatives.v[c->negative];

	return n != NULL && n->case_ == c->index ? n : NULL;
}

const struct kc_negative *
kc_fact_negative(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_negative *n = pair_of(st, c);

	return n != NULL && kc_negative_counts(n) && kc_case_counts(c) ? n
								       : NULL;
}

const struct kc_case *
kc_fact_case(const struct kc_state *st, const struct kc_negative *n)
{
	const struct kc_case *c =
	    n->case_ == KC_NONE ? NULL : st->cases.v[n->case_];

	return c != NULL && kc_fact_negative(st, c) == n ? c : NULL;
}

enum kc_err
kc_want_fact(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    kc_day on, struct kc_refusal *why)
{
	const struct kc_case *c;
	uint32_t i;
	enum kc_err err;

	if (!kc_entry_has(at->e, KC_F_negative_propose_case_))
		return KC_OK;
	err = kc_want(st, KC_NS_CASE, at, KC_F_negative_propose_case_, &i, why);
	if (err != KC_OK)
		return err;
	c = st->cases.v[i];
	if (c->unit != unit)
		return kc_refuse(why, KC_R_UNIT_MISMATCH, c->handle,
		    st->units.v[unit]->code, NULL, NULL);
	if (c->year != kc_day_year(on))
		return kc_refuse_range(why, on,
		    kc_day_from_civil(c->year, 1, 1),
		    kc_day_from_civil(c->year, 12, 31));
	if (!kc_case_open(c) && !kc_case_counts(c))
		return kc_refuse_state(at, c->handle,
		    kc_state_name(KC_M_case, c->state, KC_LANG_EN),
		    kc_state_name(KC_M_case, c->state, KC_LANG_ZH), why);
	if (pair_of(st, c) == NULL || !kc_negative_stands(pair_of(st, c)))
		return KC_OK;
	return kc_refuse(
	    why, KC_R_DUPLICATE, pair_of(st, c)->handle, NULL, NULL, NULL);
}

void
kc_fact_join(struct kc_state *st, struct kc_negative *n, struct kc_slice handle)
{
	n->case_ = kc_find(st, KC_NS_CASE, handle);
	if (n->case_ != KC_NONE)
		st->cases.v[n->case_]->negative = n->index;
}

/* --- the other way round: a case names an event that stands already --- */
enum kc_err
kc_want_event(const struct kc_state *st, const struct kc_at *at, unsigned field,
    uint32_t unit, int year, struct kc_refusal *why)
{
	const struct kc_negative *n;
	const struct kc_case *c;
	uint32_t i;
	enum kc_err err;

	if (!kc_entry_has(at->e, field))
		return KC_OK;
	err = kc_want(st, KC_NS_NEGATIVE, at, field, &i, why);
	if (err != KC_OK)
		return err;
	n = st->negatives.v[i];
	if (n->unit != unit)
		return kc_refuse(why, KC_R_UNIT_MISMATCH, n->handle,
		    st->units.v[unit]->code, NULL, NULL);
	if (n->year != year)
		return kc_refuse_range(why, n->on,
		    kc_day_from_civil(year, 1, 1),
		    kc_day_from_civil(year, 12, 31));
	if (!kc_negative_stands(n))
		return kc_refuse_state(at, n->handle,
		    kc_state_name(KC_M_negative, n->state, KC_LANG_EN),
		    kc_state_name(KC_M_negative, n->state, KC_LANG_ZH), why);
	c = n->case_ == KC_NONE ? NULL : st->cases.v[n->case_];
	if (c == NULL || pair_of(st, c) != n ||
	    (!kc_case_open(c) && !kc_case_counts(c)))
		return KC_OK;
	return kc_refuse(why, KC_R_DUPLICATE, c->handle, NULL, NULL, NULL);
}

void
kc_fact_name(struct kc_state *st, struct kc_case *c, struct kc_slice handle)
{
	c->negative = kc_find(st, KC_NS_NEGATIVE, handle);
	if (c->negative != KC_NONE)
		st->negatives.v[c->negative]->case_ = c->index;
}
