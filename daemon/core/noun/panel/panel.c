/* SPDX-License-Identifier: Apache-2.0 */
/* panel.open, and what others ask of panels. */
#include "panel.h"

#include <assert.h>
#include <string.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"
#include "noun/yearend/yearend.h"

_Static_assert(
    (int)KC_ROLE_PANEL_OUTER == (int)KC_ROLE_PANEL_INNER + KC_PANEL_OUTER &&
	(int)KC_ROLE_PANEL_GRASS == (int)KC_ROLE_PANEL_INNER + KC_PANEL_GRASS,
    "a group and the role of its voters");
_Static_assert(
    (int)KC_P_PANEL_OUTER == (int)KC_P_PANEL_INNER + KC_PANEL_OUTER &&
	(int)KC_P_PANEL_GRASS == (int)KC_P_PANEL_INNER + KC_PANEL_GRASS,
    "a group and the key that has its weight");

/* --- asked by others --- */
struct kc_panel *
kc_panel_of(const struct kc_state *st, int year)
{
	for (uint32_t i = 0; i < st->panels.n; i++)
		if (st->panels.v[i]->year == year)
			return st->panels.v[i];
	return NULL;
}

bool
kc_panel_closed(const struct kc_state *st, int year)
{
	const struct kc_panel *p = kc_panel_of(st, year);

	return p != NULL && p->state == KC_PS_CLOSED;
}

const struct kc_panel_result *
kc_panel_result_of(const struct kc_state *st, int year, uint32_t unit)
{
	const struct kc_panel *p = kc_panel_of(st, year);

	for (uint32_t i = 0; p != NULL && i < p->results.n; i++)
		if (p->results.v[i].unit == unit)
			return &p->results.v[i];
	return NULL;
}

enum kc_policy_key
kc_panel_weight_key(unsigned group)
{
	return (enum kc_policy_key)(KC_P_PANEL_INNER + group);
}

bool
kc_panel_means(const struct kc_state *st, int year, uint32_t unit,
    struct kc_score_panel out[KC_PANEL_COUNT])
{
	const struct kc_panel_result *r = kc_panel_result_of(st, year, unit);
	const struct kc_policy *p = kc_cycle_policy(st, kc_cycle_of(st, year));

	if (r == NULL || p == NULL)
		return false;
	for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
		out[g] = (struct kc_score_panel){
		    .mean_e4 = r->of[g].counts ? r->of[g].mean.mean_e4 : 0,
		    .weight_bp = (int32_t)p->value[kc_panel_weight_key(g)],
		    .ballots = r->of[g].counts ? r->of[g].mean.valid : 0,
		};
	return true;
}

bool
kc_panel_votes_on(
    const struct kc_state *st, const struct kc_cycle *cycle, uint32_t unit)
{
	if (st->units.v[unit]->group == KC_GROUP_APART)
		return false;
	for (uint32_t i = 0; i < cycle->lists.n; i++)
		if (cycle->lists.v[i] == unit)
			return true;
	return false;
}

bool
kc_panel_is_own(const struct kc_state *st, uint32_t voter, uint32_t unit)
{
	uint32_t now = kc_unit_now(st, unit);

	for (uint32_t i = 0; i < st->actors.n; i++) {
		uint32_t of = st->actors.v[i]->unit;

		if ((of == unit || of == now) && of != KC_NONE &&
		    kc_same_person(st, i, voter))
			return true;
	}
	return false;
}

bool
kc_panel_may_vote(const struct kc_actor *a, unsigned group)
{
	return !a->retired && a->key != KC_NONE &&
	    (a->roles & KC_ROLE_BIT(KC_ROLE_PANEL_INNER + group)) != 0;
}

enum kc_err
kc_want_panel(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_panel **out, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, field, 0);
	char name[KC_CODE_MAX + 1];
	const struct kc_panel *p = kc_panel_of(st, year);

	if (p == NULL) {
		(void)kc_refuse(
		    why, KC_R_NOT_FOUND, "panel of the year", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)year);
		return kc_refusal_zh(why, 0, "年度评价投票");
	}
	*out = p;
	(void)snprintf(name, sizeof(name), "%d", year);
	return kc_want_state(at, KC_M_panel, p->state, name, why);
}

/* --- panel.open --- */
/* The year is over; and where it has begun to end, its scores are found and
 * its results not drawn up yet. */
static enum kc_err
want_begun(const struct kc_state *st, const struct kc_at *at, int year,
    struct kc_refusal *why)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);

	if (y != NULL && y->state != KC_YE_SCORED)
		return kc_refuse_state(at, y->handle,
		    kc_state_name(KC_M_yearend, y->state, KC_LANG_EN),
		    kc_state_name(KC_M_yearend, y->state, KC_LANG_ZH), why);
	if (at->day > kc_day_from_civil(year, 12, 31))
		return KC_OK;
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
	kc_arg_day(why, 1, kc_day_from_civil(year + 1, 1, 1));
	return kc_refusal_zh(why, 0, at->e->kind->zh);
}

enum kc_err
panel_open_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_panel_open_year, 0);
	const struct kc_policy *p = kc_cycle_policy(st, kc_cycle_of(st, year));

	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	if (p == NULL)
		return kc_refuse(why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	if (kc_panel_of(st, year) != NULL) {
		(void)kc_refuse(
		    why, KC_R_EXISTS, "panel of the year", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)year);
		return kc_refusal_zh(why, 0, "年度评价投票");
	}
	return want_begun(st, at, year, why);
}

bool
kc_panel_add(struct kc_state *st, struct kc_panel *p)
{
	p->index = st->panels.n;
	kc_handle_make(p->handle, "PN", p->year, 1); /* once a year */
	return kc_vec_push(&st->panels, p) &&
	    kc_index_add(&st->by_code, KC_NS_PANEL, p->handle, p->index);
}

enum kc_err
panel_open_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_panel *p = kc_arena_alloc(&st->arena, sizeof(*p));
	const struct kc_policy *rules;

	if (p == NULL)
		return KC_ENOMEM;
	p->year = (int16_t)kc_entry_num(at->e, KC_F_panel_open_year, 0);
	p->state = KC_PS_OPEN;
	rules = kc_cycle_policy(st, kc_cycle_of(st, p->year));
	p->from = kc_policy_day(rules, KC_P_PANEL_FROM, p->year + 1);
	p->last = kc_policy_day(rules, KC_P_PANEL_UNTIL, p->year + 1);
	/* An office that is late takes no vote from anybody. */
	if (at->day > p->last)
		p->last = at->day + (p->last - p->from);
	p->until = p->last;
	kc_yearend_panels_open(st, p->year, at->stamp.received_ms);
	if (!kc_panel_add(st, p))
		return KC_ENOMEM;
	memcpy(st->last_handle, p->handle, sizeof(p->handle));
	return kc_log_event(st, at, &p->events);
}
