/* SPDX-License-Identifier: Apache-2.0 */
/* unit.split: a part of a unit goes to another, and both go on. */
#include "reform.h"

#include "engine/noun.h"
#include "noun/target/plan.h"

/* --- what goes ---------------------------------------------------------------
 */
/* What an item of a field names; KC_NONE. */
static uint32_t
item(const struct kc_state *st, const struct kc_at *at, unsigned field,
    unsigned i)
{
	struct kc_slice code = kc_entry_item(at->e, field, i)->raw;

	if (field == KC_F_unit_split_duty)
		return kc_duty_of(st, kc_reform_read(st, at).from, code);
	return kc_find(st,
	    field == KC_F_unit_split_target ? KC_NS_TARGET : KC_NS_GRANT, code);
}

static bool
names(const struct kc_state *st, const struct kc_at *at, unsigned field,
    uint32_t index)
{
	for (unsigned i = 0; i < kc_entry_count(at->e, field); i++)
		if (item(st, at, field, i) == index)
			return true;
	return false;
}

static bool
target_goes(const struct kc_state *st, const struct kc_at *at, uint32_t target)
{
	return names(st, at, KC_F_unit_split_target, target);
}

static bool
duty_goes(const struct kc_state *st, const struct kc_at *at, uint32_t duty)
{
	return names(st, at, KC_F_unit_split_duty, duty);
}

/* --- guard -------------------------------------------------------------------
 */
/* Each item is found, and stands once. */
static enum kc_err
want_items(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const char *en, const char *zh, struct kc_refusal *why)
{
	for (unsigned i = 0; i < kc_entry_count(at->e, field); i++) {
		struct kc_slice code = kc_entry_item(at->e, field, i)->raw;

		if (item(st, at, field, i) == KC_NONE) {
			(void)kc_refuse(
			    why, KC_R_NOT_FOUND, en, "", NULL, NULL);
			kc_refusal_arg(why, 1, code);
			return kc_refusal_zh(why, 0, zh);
		}
		for (unsigned j = 0; j < i; j++)
			if (kc_slice_eq(
				code, kc_entry_item(at->e, field, j)->raw)) {
				(void)kc_refuse(
				    why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
				kc_refusal_arg(why, 0, code);
				return KC_EREFUSED;
			}
	}
	return KC_OK;
}

static enum kc_err
refuse_not_of(const struct kc_state *st, const struct kc_reform_plan *p,
    const char *thing, struct kc_refusal *why)
{
	return kc_refuse(why, KC_R_UNIT_MISMATCH, thing,
	    st->units.v[p->from]->code, NULL, NULL);
}

static enum kc_err
want_target(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, const struct kc_target *t,
    struct kc_refusal *why)
{
	if (t->unit != p->from)
		return refuse_not_of(st, p, t->code, why);
	if (t->year != p->year)
		return kc_refuse_range(why, p->on,
		    kc_day_from_civil(t->year, 1, 1),
		    kc_day_from_civil(t->year, 12, 31));
	if (kc_target_counts(t))
		return KC_OK;
	return kc_refuse_state(at, t->code,
	    kc_state_name(KC_M_target, t->state, KC_LANG_EN),
	    kc_state_name(KC_M_target, t->state, KC_LANG_ZH), why);
}

static enum kc_err
want_named(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, struct kc_refusal *why)
{
	enum kc_err err =
	    want_items(st, at, KC_F_unit_split_target, "target", "目标", why);

	if (err == KC_OK)
		err = want_items(
		    st, at, KC_F_unit_split_duty, "duty", "职责", why);
	if (err == KC_OK)
		err = want_items(
		    st, at, KC_F_unit_split_grant, "grant", "考核权", why);
	for (uint32_t i = 0; err == KC_OK && i < st->targets.n; i++)
		if (target_goes(st, at, i))
			err = want_target(st, at, p, st->targets.v[i], why);
	for (uint32_t i = 0; err == KC_OK && i < st->grants.n; i++)
		if (st->grants.v[i]->assessor != p->from &&
		    names(st, at, KC_F_unit_split_grant, i))
			err = refuse_not_of(st, p, st->grants.v[i]->code, why);
	return err;
}

/* A target goes with its duties, and a duty stays with what rests on it. */
static enum kc_err
want_together(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, const struct kc_target *t,
    struct kc_refusal *why)
{
	bool goes = target_goes(st, at, t->index);

	for (uint32_t i = 0; i < t->duties.n; i++)
		if (duty_goes(st, at, t->duties.v[i]) != goes)
			return kc_refuse(why, KC_R_DUTY_PARTED, t->code,
			    st->units.v[p->from]->duties.v[t->duties.v[i]].code,
			    NULL, NULL);
	return KC_OK;
}

/* What a class of a unit has afterwards. */
static int64_t
left(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, uint32_t unit, unsigned class)
{
	int64_t sum_e4 = 0;

	for (uint32_t i = 0; i < st->targets.n; i++) {
		const struct kc_target *t = st->targets.v[i];
		bool goes = target_goes(st, at, i);

		if (t->year == p->year && t->class_ == class &&
		    kc_target_counts(t) &&
		    (goes ? unit == p->into : t->unit == unit))
			sum_e4 += t->weight_e4;
	}
	return sum_e4;
}

static enum kc_err
want_both(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, struct kc_refusal *why)
{
	static const unsigned classes[] = {
	    KC_TARGET_CLASS_KEY, KC_TARGET_CLASS_ROUTINE};
	const uint32_t units[] = {p->from, p->into};
	const struct kc_cycle *c = kc_cycle_of(st, p->year);

	for (unsigned i = 0; i < 4; i++)
		if (left(st, at, p, units[i / 2], classes[i % 2]) == 0)
			return kc_refuse_weight(st, c, classes[i % 2], 0, why);
	return KC_OK;
}

enum kc_err
unit_split_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_reform_plan p;
	enum kc_err err = kc_want_reform(st, at, &p, why);

	if (err == KC_OK)
		err = kc_want_settled(st, at, &p, why);
	if (err == KC_OK)
		err = want_named(st, at, &p, why);
	for (uint32_t i = 0; err == KC_OK && i < st->targets.n; i++)
		if (st->targets.v[i]->unit == p.from &&
		    st->targets.v[i]->year >= p.year &&
		    kc_target_counts(st->targets.v[i]))
			err = want_together(st, at, &p, st->targets.v[i], why);
	return err == KC_OK ? want_both(st, at, &p, why) : err;
}

/* --- apply -------------------------------------------------------------------
 */
static enum kc_err
hand_named(
    struct kc_state *st, const struct kc_at *at, const struct kc_reform_plan *p)
{
	struct kc_unit *from = st->units.v[p->from],
		       *into = st->units.v[p->into];
	enum kc_err err = KC_OK;

	for (unsigned i = 0;
	     err == KC_OK && i < kc_entry_count(at->e, KC_F_unit_split_duty);
	     i++)
		err = kc_duty_hand_over(
		    st, from, into, item(st, at, KC_F_unit_split_duty, i));
	for (unsigned i = 0;
	     err == KC_OK && i < kc_entry_count(at->e, KC_F_unit_split_grant);
	     i++)
		err = kc_grant_hand_over(
		    st, item(st, at, KC_F_unit_split_grant, i), p->into);
	return err;
}

enum kc_err
unit_split_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_reform_plan p = kc_reform_read(st, at);
	struct kc_passing w = {.days = 0};
	bool *goes = kc_alloc((size_t)st->targets.n + 1);
	enum kc_err err =
	    goes == NULL ? KC_ENOMEM : kc_passing_begin(st, &p, &w);

	for (uint32_t i = 0; goes != NULL && i < st->targets.n; i++)
		goes[i] = target_goes(st, at, i);
	if (err == KC_OK)
		err = hand_named(st, at, &p);
	if (err == KC_OK)
		err = kc_reform_hand_over(st, at, &p, false, goes);
	kc_free(goes);
	if (err == KC_OK)
		err = kc_reform_note(st, at, &p, false, &w);
	kc_passing_free(&w);
	return err;
}
