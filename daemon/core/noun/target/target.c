/* SPDX-License-Identifier: Apache-2.0 */
/* A target from its draft through three reviews (R16-R25, R46-R49). */
#include "plan.h"

#include <assert.h>

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)
static const struct kc_plan_fields of_draft = {
    .target = KC_F_target_draft_target,
    .unit = KC_F_target_draft_unit,
    .year = KC_F_target_draft_year,
    .duty = KC_F_target_draft_duty,
    .weight = KC_F_target_draft_weight,
    .assessor = KC_F_target_draft_assessor,
    .lead = KC_F_target_draft_lead,
    .assist = KC_F_target_draft_assist,
    .indicator = KC_F_target_draft_indicator,
    .title = KC_F_target_draft_title,
    .standard = KC_F_target_draft_standard,
};

static enum kc_err
refuse_route(int64_t class, const char *by, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_CLASS_ROUTE, "", by, NULL, NULL);
	return kc_refusal_word(why, 0, KC_SET_TARGET_CLASS, class);
}

/* Key work comes from above, by the Establishment Office (R16); routine work
 * is declared by the unit itself (R20), in one of the roles `own`; dynamic
 * work only by target.add (R25). */
static enum kc_err
want_route(const struct kc_state *st, const struct kc_at *at, int64_t class,
    uint32_t unit, uint32_t own, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, 0);

	if (class == KC_TARGET_CLASS_DYNAMIC) {
		(void)refuse_route(class, at->e->kind->name, why);
		return kc_refusal_zh(why, 1, at->e->kind->zh);
	}
	if (class == KC_TARGET_CLASS_KEY)
		return (a->roles & ROLE(ESTAB)) != 0
		    ? KC_OK
		    : refuse_route(class, a->id, why);
	assert(class == KC_TARGET_CLASS_ROUTINE);
	if ((a->roles & own) == 0)
		return refuse_route(class, a->id, why);
	return kc_want_of_unit(st, at, 0, unit, why);
}

/* Sources by class: R17-R19, R21-R22, R23. */
static bool
source_fits(int64_t class, int64_t source)
{
	static const uint8_t class_of[] = {
	    [KC_SOURCE_SUPERIOR] = KC_TARGET_CLASS_KEY,
	    [KC_SOURCE_CITY_KEY] = KC_TARGET_CLASS_KEY,
	    [KC_SOURCE_LIVELIHOOD] = KC_TARGET_CLASS_KEY,
	    [KC_SOURCE_PLAN] = KC_TARGET_CLASS_ROUTINE,
	    [KC_SOURCE_HANDED_DOWN] = KC_TARGET_CLASS_ROUTINE,
	    [KC_SOURCE_ADHOC] = KC_TARGET_CLASS_DYNAMIC,
	};
	_Static_assert(sizeof(class_of) == KC_SOURCE_COUNT, "every source");

	assert(source >= 0 && source < KC_SOURCE_COUNT);
	return class_of[source] == class;
}

/* A target of a superior indicator is measured by one of the unit's. */
static enum kc_err
check_indicator(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target_plan *p, struct kc_refusal *why)
{
	int64_t source = kc_entry_num(at->e, KC_F_target_draft_source, 0);
	const struct kc_indicator *x;

	if (p->indicator == KC_NONE) {
		if (source != KC_SOURCE_SUPERIOR)
			return KC_OK;
		(void)kc_refuse(
		    why, KC_R_TARGET_NEEDS, "", "indicator", NULL, NULL);
		kc_refusal_arg(
		    why, 0, kc_entry_str(at->e, KC_F_target_draft_target));
		return kc_refusal_zh(why, 1, "指标");
	}
	x = st->indicators.v[p->indicator];
	if (kc_indicator_measures(st, p->indicator, p->unit))
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, x->code,
	    st->units.v[p->unit]->code, NULL, NULL);
}

static enum kc_err
check_weight(const struct kc_state *st, const struct kc_cycle *c, int64_t class,
    int64_t weight_e4, struct kc_refusal *why)
{
	if (weight_e4 <= 0)
		return kc_refuse_no_weight(why);
	return weight_e4 <= kc_class_points(st, c, class)
	    ? KC_OK
	    : kc_refuse_weight(st, c, class, weight_e4, why);
}

enum kc_err
target_draft_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t class = kc_entry_num(at->e, KC_F_target_draft_class, 0);
	int64_t source = kc_entry_num(at->e, KC_F_target_draft_source, 0);
	struct kc_target_plan p;
	enum kc_err err = kc_plan_read(st, at, &of_draft, &p, why);

	if (err == KC_OK)
		err = want_route(
		    st, at, class, p.unit, ROLE(HEAD) | ROLE(LIAISON), why);
	if (err != KC_OK)
		return err;
	err = kc_want_state(at, KC_M_list, kc_list_state(p.list),
	    st->units.v[p.unit]->code, why);
	if (err != KC_OK)
		return err;
	if (!source_fits(class, source)) {
		(void)refuse_route(class, "", why);
		return kc_refusal_word(why, 1, KC_SET_SOURCE, source);
	}
	err = check_indicator(st, at, &p, why);
	if (err != KC_OK)
		return err;
	return check_weight(st, p.cycle, class, p.weight_e4, why);
}

enum kc_err
target_draft_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t;
	enum kc_err err = kc_target_plan(st, at, &of_draft, &t);

	if (err != KC_OK)
		return err;
	t->class_ = (uint8_t)kc_entry_num(at->e, KC_F_target_draft_class, 0);
	t->source = (uint8_t)kc_entry_num(at->e, KC_F_target_draft_source, 0);
	t->state = KC_TS_DRAFT;
	return KC_OK;
}

enum kc_err
target_revise_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err;

	err = kc_want_target_in(st, at, KC_F_target_revise_target, &t, why);
	if (err == KC_OK)
		err = want_route(st, at, t->class_, t->unit,
		    ROLE(HEAD) | ROLE(LIAISON), why);
	if (err != KC_OK)
		return err;
	return check_weight(st, kc_cycle_of(st, t->year), t->class_,
	    kc_entry_num(at->e, KC_F_target_revise_weight, 0), why);
}

enum kc_err
target_revise_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_target *t = kc_target_of(st, at, KC_F_target_revise_target);
	const char *title = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_target_revise_title));
	const char *standard = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_target_revise_standard));

	if (title == NULL || standard == NULL)
		return KC_ENOMEM;
	t->weight_e4 = kc_entry_num(e, KC_F_target_revise_weight, 0);
	t->title = title;
	t->standard = standard;
	return kc_log_event(st, at, &t->events);
}

/* --- target.withdraw --- */
/* By the Establishment Office, which is to issue the list; or by the unit, of
 * what it declared itself. */
enum kc_err
target_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err =
	    kc_want_target_in(st, at, KC_F_target_withdraw_target, &t, why);

	if (err != KC_OK || (kc_principal(st, at, 0)->roles & ROLE(ESTAB)) != 0)
		return err;
	return want_route(
	    st, at, t->class_, t->unit, ROLE(HEAD) | ROLE(LIAISON), why);
}

enum kc_err
target_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_target_withdraw_target);

	t->state = KC_TS_WITHDRAWN;
	return kc_log_event(st, at, &t->events);
}

/* --- reviews
 * -------------------------------------------------------------------- Every
 * one of these kinds has the target as its first field.
 */
_Static_assert(KC_F_target_submit_target == 0 &&
	KC_F_target_approve_first_target == 0 &&
	KC_F_target_approve_second_target == 0 &&
	KC_F_target_read_target == 0 && KC_F_target_return_target == 0,
    "the target is the first field of every review");

static enum kc_err
want_in(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;

	return kc_want_target_in(st, at, 0, &t, why);
}

static enum kc_err
move(struct kc_state *st, const struct kc_at *at, enum kc_target_state to)
{
	struct kc_target *t = kc_target_of(st, at, 0);

	t->state = (uint8_t)to;
	return kc_log_event(st, at, &t->events);
}

enum kc_err
target_submit_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err = kc_want_target_in(st, at, 0, &t, why);

	if (err != KC_OK)
		return err;
	return want_route(st, at, t->class_, t->unit, ROLE(HEAD), why);
}

enum kc_err
target_submit_apply(struct kc_state *st, const struct kc_at *at)
{
	return move(st, at, KC_TS_SUBMITTED);
}

enum kc_err
target_approve_first_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_in(st, at, why);
}

enum kc_err
target_approve_first_apply(struct kc_state *st, const struct kc_at *at)
{
	return move(st, at, KC_TS_FIRST);
}

enum kc_err
target_approve_second_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_in(st, at, why);
}

enum kc_err
target_approve_second_apply(struct kc_state *st, const struct kc_at *at)
{
	return move(st, at, KC_TS_SECOND);
}

enum kc_err
target_read_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_in(st, at, why);
}

enum kc_err
target_read_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_target *t = kc_target_of(st, at, 0);
	struct kc_u32s *readers = &st->units.v[t->unit]->readers;
	uint32_t n = 0;

	for (uint32_t i = 0; i < readers->n; i++)
		if (readers->v[i] != at->signer[0])
			readers->v[n++] = readers->v[i];
	readers->n = n;
	if (!kc_vec_push(readers, at->signer[0]))
		return KC_ENOMEM;
	return move(st, at, KC_TS_READ);
}

enum kc_err
target_return_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_in(st, at, why);
}

enum kc_err
target_return_apply(struct kc_state *st, const struct kc_at *at)
{
	return move(st, at, KC_TS_DRAFT);
}
