/* SPDX-License-Identifier: Apache-2.0 */
/* An adjustment from its proposal through three reviews (R47 to R49). */
#include "adjust.h"

#include <assert.h>
#include <string.h>

#include "noun/prededuct/prededuct.h"
#include "noun/round/round.h"
#include "noun/target/plan.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

/* --- target.adjust -----------------------------------------------------------
 */
/* The Establishment Office, or somebody of the unit. */
static enum kc_err
want_own(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    struct kc_refusal *why)
{
	return (kc_principal(st, at, 0)->roles & ROLE(ESTAB)) != 0
	    ? KC_OK
	    : kc_want_of_unit(st, at, 0, unit, why);
}

static bool
half_year_is_over(const struct kc_state *st, int year)
{
	for (uint32_t i = 0; i < st->rounds.n; i++)
		if (st->rounds.v[i]->type == KC_ROUND_HALF_YEAR &&
		    st->rounds.v[i]->year == year &&
		    st->rounds.v[i]->state == KC_RS_CLOSED)
			return true;
	return false;
}

/* Once everything was looked at at half-year, or a leader orders it. */
static enum kc_err
want_window(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	const struct kc_policy *p =
	    kc_cycle_policy(st, kc_cycle_of(st, t->year));

	if (p->value[KC_P_ADJUST_WINDOW] == 1 ||
	    half_year_is_over(st, t->year) ||
	    kc_list_of(st, t->unit, t->year)->order_seq != KC_NONE)
		return KC_OK;
	kc_policy_cite(p, KC_P_ADJUST_WINDOW, why);
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name,
	    "the half-year round is closed, or a leader orders it", NULL, NULL);
	(void)kc_refusal_zh(why, 0, at->e->kind->zh);
	return kc_refusal_zh(why, 1, "半年评估结束或市领导要求");
}

enum kc_err
target_adjust_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err =
	    kc_want_target_in(st, at, KC_F_target_adjust_target, &t, why);

	if (err == KC_OK)
		err = want_own(st, at, t->unit, why);
	if (err == KC_OK)
		err = want_window(st, at, t, why);
	if (err == KC_OK)
		err = kc_want_unadjusted(st, t, why);
	return err == KC_OK ? kc_want_changes(st, at, t, why) : err;
}

/* Its targets have it open, or none any more; each keeps the entry. */
static enum kc_err
note(struct kc_state *st, const struct kc_at *at, const struct kc_adjust *a,
    uint32_t open)
{
	enum kc_err err = KC_OK;
	uint32_t at_;

	for (uint32_t i = 0;
	     err == KC_OK && (at_ = kc_adjust_target(a, i)) != KC_NONE; i++) {
		struct kc_target *t = st->targets.v[at_];

		t->adjust = open;
		err = kc_log_event(st, at, &t->events);
	}
	return err;
}

enum kc_err
target_adjust_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_adjust *a = kc_arena_alloc(&st->arena, sizeof(*a));
	const struct kc_target *t =
	    kc_target_of(st, at, KC_F_target_adjust_target);
	enum kc_err err;

	if (a == NULL)
		return KC_ENOMEM;
	a->index = st->adjusts.n;
	a->target = t->index;
	a->state = KC_AJ_PROPOSED;
	a->cause = (uint8_t)kc_entry_num(at->e, KC_F_target_adjust_cause, 0);
	/* First of all into the list, so that nothing it owns is lost when
	 * memory runs out further on. */
	if (!kc_vec_push(&st->adjusts, a))
		return KC_ENOMEM;
	err = kc_adjust_fill(st, at, a);
	if (err != KC_OK)
		return err;
	kc_handle_make(a->handle, "AJ", t->year,
	    kc_number_next(st, t->year, KC_SERIES_ADJUST));
	if (!kc_index_add(&st->by_code, KC_NS_ADJUST, a->handle, a->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, a->handle, sizeof(a->handle));
	err = kc_log_event(st, at, &a->events);
	return err == KC_OK ? note(st, at, a, a->index) : err;
}

/* --- adjust.order ------------------------------------------------------------
 */
enum kc_err
adjust_order_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_adjust_order_year, 0);
	uint32_t unit;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_adjust_order_unit, &unit, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	return kc_want_state(at, KC_M_list,
	    kc_list_state(kc_list_of(st, unit, year)), st->units.v[unit]->code,
	    why);
}

enum kc_err
adjust_order_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_adjust_order_unit));
	int year = (int)kc_entry_num(at->e, KC_F_adjust_order_year, 0);

	kc_list_of(st, unit, year)->order_seq = (uint32_t)at->stamp.seq;
	return KC_OK;
}

/* --- the stages --------------------------------------------------------------
 * Every one of these kinds has the adjustment as its first field.
 */
_Static_assert(KC_F_adjust_approve_first_adjust == 0 &&
	KC_F_adjust_approve_second_adjust == 0 &&
	KC_F_adjust_read_adjust == 0 && KC_F_adjust_return_adjust == 0 &&
	KC_F_adjust_withdraw_adjust == 0,
    "the adjustment is the first field of every stage");

static enum kc_err
want(const struct kc_state *st, const struct kc_at *at,
    const struct kc_adjust **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_ADJUST, at, 0, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->adjusts.v[i];
	return kc_want_state(
	    at, KC_M_adjust, (*out)->state, (*out)->handle, why);
}

static struct kc_adjust *
move(struct kc_state *st, const struct kc_at *at, enum kc_adjust_state to)
{
	uint32_t i = kc_find(st, KC_NS_ADJUST, kc_entry_str(at->e, 0));

	assert(i < st->adjusts.n);
	st->adjusts.v[i]->state = (uint8_t)to;
	return st->adjusts.v[i];
}

static enum kc_err
pass(struct kc_state *st, const struct kc_at *at, enum kc_adjust_state to)
{
	return kc_log_event(st, at, &move(st, at, to)->events);
}

static enum kc_err
end(struct kc_state *st, const struct kc_at *at, enum kc_adjust_state to)
{
	const struct kc_adjust *a = move(st, at, to);
	enum kc_err err =
	    kc_log_event(st, at, &st->adjusts.v[a->index]->events);

	return err == KC_OK ? note(st, at, a, KC_NONE) : err;
}

enum kc_err
adjust_approve_first_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_adjust *a;

	return want(st, at, &a, why);
}

enum kc_err
adjust_approve_first_apply(struct kc_state *st, const struct kc_at *at)
{
	return pass(st, at, KC_AJ_FIRST);
}

enum kc_err
adjust_approve_second_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_adjust *a;

	return want(st, at, &a, why);
}

enum kc_err
adjust_approve_second_apply(struct kc_state *st, const struct kc_at *at)
{
	return pass(st, at, KC_AJ_SECOND);
}

enum kc_err
adjust_read_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_adjust *a;

	return want(st, at, &a, why);
}

enum kc_err
adjust_read_apply(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = end(st, at, KC_AJ_ADOPTED);

	return err == KC_OK
	    ? kc_adjust_adopt(st, at,
		  st->adjusts
		      .v[kc_find(st, KC_NS_ADJUST, kc_entry_str(at->e, 0))])
	    : err;
}

enum kc_err
adjust_return_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_adjust *a;

	return want(st, at, &a, why);
}

enum kc_err
adjust_return_apply(struct kc_state *st, const struct kc_at *at)
{
	return end(st, at, KC_AJ_RETURNED);
}

enum kc_err
adjust_withdraw_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_adjust *a;
	enum kc_err err = want(st, at, &a, why);

	return err == KC_OK
	    ? want_own(st, at, st->targets.v[a->target]->unit, why)
	    : err;
}

enum kc_err
adjust_withdraw_apply(struct kc_state *st, const struct kc_at *at)
{
	return end(st, at, KC_AJ_WITHDRAWN);
}
