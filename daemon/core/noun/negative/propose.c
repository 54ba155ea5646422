/* SPDX-License-Identifier: Apache-2.0 */
/* negative.propose: an item, who may assess it, how much, of which day. */
#include "negative.h"

#include <string.h>

#include "engine/actor.h"
#include "noun/prededuct/prededuct.h"

/* The year is that of the day. */
static int
year_of(const struct kc_at *at)
{
	return kc_day_year(
	    (kc_day)kc_entry_num(at->e, KC_F_negative_propose_on, 0));
}

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

/* The unit's competent department by its grant. What its own department would
 * judge of it falls to the Establishment Office. */
static enum kc_err
want_proposer(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    const struct kc_negative_item *item, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, 0);
	const char *code = st->units.v[unit]->code;

	if (kc_unit_stands_for(st, a->unit, unit))
		return kc_refuse(why, KC_R_OWN_UNIT, code, NULL, NULL, NULL);
	if (((a->roles & ROLE(ASSESSOR)) != 0 &&
		kc_holds_item(st, a->unit, item->no, at->day)) ||
	    ((a->roles & ROLE(ESTAB)) != 0 &&
		(kc_unit_named(st, item->assessor) == unit ||
		    kc_holds_item(st, unit, item->no, at->day))))
		return KC_OK;
	return kc_refuse_item(st, at, 0, item->no, why);
}

static enum kc_err
want_item(const struct kc_state *st, const struct kc_at *at,
    const struct kc_negative_item **out, struct kc_refusal *why)
{
	int64_t no = kc_entry_num(at->e, KC_F_negative_propose_item, 0);
	enum kc_err err = kc_want_policy(st, why);
	const struct kc_policy *p = kc_policy_of(st, year_of(at));

	if (err != KC_OK)
		return err;
	for (size_t i = 0; i < p->nnegatives; i++)
		if (p->negatives[i].no == (uint64_t)no) {
			*out = &p->negatives[i];
			return KC_OK;
		}
	(void)kc_refuse(
	    why, KC_R_NOT_FOUND, "negative-list item", "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, (uint64_t)no);
	return kc_refusal_zh(why, 0, "负面清单项");
}

static enum kc_err
want_amount(
    const struct kc_at *at, const struct kc_policy *p, struct kc_refusal *why)
{
	int64_t least = p->value[KC_P_NEG_EVENT_MIN];
	int64_t most = p->value[KC_P_NEG_EVENT_MAX];
	int64_t amount = kc_entry_num(at->e, KC_F_negative_propose_amount, 0);

	if (amount >= least && amount <= most)
		return KC_OK;
	kc_policy_cite(
	    p, amount < least ? KC_P_NEG_EVENT_MIN : KC_P_NEG_EVENT_MAX, why);
	(void)kc_refuse(why, KC_R_STANDARD, NULL, NULL, NULL, NULL);
	kc_refusal_arg_points(why, 0, amount);
	kc_refusal_arg_points(why, 1, least);
	kc_refusal_arg_points(why, 2, most);
	return KC_EREFUSED;
}

static enum kc_err
want_day(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	kc_day on = (kc_day)kc_entry_num(at->e, KC_F_negative_propose_on, 0);
	int year = kc_day_year(on);

	if (on > at->day)
		return kc_refuse_range(
		    why, on, kc_day_from_civil(year, 1, 1), at->day);
	if (kc_cycle_of(st, year) != NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_CYCLE, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)year);
	return KC_EREFUSED;
}

enum kc_err
negative_propose_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_negative_item *item = NULL;
	uint32_t unit;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_negative_propose_unit, &unit, why);

	if (err == KC_OK)
		err = want_item(st, at, &item, why);
	if (err == KC_OK)
		err = want_proposer(st, at, unit, item, why);
	if (err == KC_OK)
		err = want_amount(at, kc_policy_of(st, year_of(at)), why);
	if (err == KC_OK)
		err = want_day(st, at, why);
	if (err == KC_OK)
		err = kc_want_fact(st, at, unit,
		    (kc_day)kc_entry_num(at->e, KC_F_negative_propose_on, 0),
		    why);
	return err;
}

static void
fill(struct kc_negative *n, const struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;

	n->index = st->negatives.n;
	n->unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(e, KC_F_negative_propose_unit));
	n->assessor = kc_principal(st, at, 0)->unit;
	n->proposer = at->for_role[0];
	n->proposed_for = at->on_behalf[0];
	n->item = (uint32_t)kc_entry_num(e, KC_F_negative_propose_item, 0);
	n->case_ = KC_NONE;
	n->amount_e4 = kc_entry_num(e, KC_F_negative_propose_amount, 0);
	n->on = (kc_day)kc_entry_num(e, KC_F_negative_propose_on, 0);
	n->year = (int16_t)kc_day_year(n->on);
	n->policy = kc_law_of(st, n->year);
	for (unsigned i = 0; i < KC_L_negative_COUNT; i++)
		n->day[i].since = n->day[i].due = KC_DAY_NONE;
}

enum kc_err
negative_propose_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_negative *n = kc_arena_alloc(&st->arena, sizeof(*n));
	enum kc_err err;

	if (n == NULL)
		return KC_ENOMEM;
	fill(n, st, at);
	kc_handle_make(n->handle, "N", n->year,
	    kc_number_next(st, n->year, KC_SERIES_NEGATIVE));
	if (!kc_vec_push(&st->negatives, n) ||
	    !kc_vec_push(&st->units.v[n->unit]->negatives, n->index) ||
	    !kc_index_add(&st->by_code, KC_NS_NEGATIVE, n->handle, n->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, n->handle, sizeof(n->handle));
	kc_fact_join(st, n, kc_entry_str(at->e, KC_F_negative_propose_case_));
	err = kc_log_event(st, at, &n->events);
	return err == KC_OK ? kc_negative_enter(st, at, n, KC_NS_PROPOSED)
			    : err;
}
