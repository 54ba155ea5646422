/* SPDX-License-Identifier: Apache-2.0 */
/* panel.ballot, panel.recuse: one statement of a voter on a unit counts, the
 * newest. */
#include "panel.h"

#include <assert.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

/* Both kinds name the year and the unit alike. */
_Static_assert((int)KC_F_panel_recuse_year == (int)KC_F_panel_ballot_year &&
	(int)KC_F_panel_recuse_unit == (int)KC_F_panel_ballot_unit,
    "year and unit come first");

/* --- may it be cast --- */
static enum kc_err
want_window(const struct kc_state *st, const struct kc_at *at,
    const struct kc_panel *p, struct kc_refusal *why)
{
	const struct kc_policy *rules =
	    kc_cycle_policy(st, kc_cycle_of(st, p->year));

	if (at->day >= p->from)
		return kc_want_by(
		    at->day, p->until, rules, KC_P_PANEL_UNTIL, why);
	kc_policy_cite(rules, KC_P_PANEL_FROM, why);
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
	kc_arg_day(why, 1, p->from);
	return kc_refusal_zh(why, 0, at->e->kind->zh);
}

/* That the panels of the year do not have something, and why. */
static enum kc_err
refuse_none(const struct kc_panel *p, const char *what, const char *en,
    const char *zh, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_PANEL, "", what, en, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)p->year);
	return kc_refusal_zh(why, 2, zh);
}

static enum kc_err
want_unit(const struct kc_state *st, const struct kc_at *at,
    const struct kc_panel *p, uint32_t *unit, struct kc_refusal *why)
{
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_panel_ballot_unit, unit, why);
	const struct kc_unit *u;

	if (err != KC_OK)
		return err;
	u = st->units.v[*unit];
	if (u->group == KC_GROUP_APART)
		return refuse_none(
		    p, u->code, "it is listed apart", "单列单位", why);
	if (!kc_panel_votes_on(st, kc_cycle_of(st, p->year), *unit))
		return refuse_none(p, u->code, "no list of it was issued",
		    "该年度的责任单未下达", why);
	return KC_OK;
}

/* The voter is of the group, and the group has a weight. */
static enum kc_err
want_group(const struct kc_state *st, const struct kc_at *at,
    const struct kc_panel *p, struct kc_refusal *why)
{
	int64_t g = kc_entry_num(at->e, KC_F_panel_ballot_group, 0);
	const struct kc_actor *voter = kc_signer(st, at, 0);
	const struct kc_policy *rules =
	    kc_cycle_policy(st, kc_cycle_of(st, p->year));
	enum kc_policy_key key = kc_panel_weight_key((unsigned)g);

	if ((voter->roles & KC_ROLE_BIT(KC_ROLE_PANEL_INNER + g)) == 0) {
		(void)kc_refuse(
		    why, KC_R_ROLE, voter->id, at->e->kind->name, "", NULL);
		(void)kc_refusal_zh(why, 1, at->e->kind->zh);
		return kc_refusal_word(
		    why, 2, KC_SET_ROLE, KC_ROLE_PANEL_INNER + g);
	}
	if (rules->value[key] > 0)
		return KC_OK;
	kc_policy_cite(rules, key, why);
	(void)refuse_none(p, "", "its weight is 0", "权重为 0", why);
	return kc_refusal_word(why, 1, KC_SET_PANEL, g);
}

static struct kc_panel_votes *
votes_on(const struct kc_panel *p, uint32_t unit)
{
	for (uint32_t i = 0; i < p->units.n; i++)
		if (p->units.v[i].unit == unit)
			return &p->units.v[i];
	return NULL;
}

static struct kc_vote *
find(const struct kc_state *st, const struct kc_panel_votes *on, uint32_t voter)
{
	for (uint32_t i = 0; on != NULL && i < on->votes.n; i++)
		if (kc_same_person(st, on->votes.v[i].voter, voter))
			return &on->votes.v[i];
	return NULL;
}

const struct kc_vote *
kc_panel_vote_of(const struct kc_state *st, const struct kc_panel *p,
    uint32_t voter, uint32_t unit)
{
	return find(st, votes_on(p, unit), voter);
}

bool
kc_panel_waits_for(const struct kc_state *st, const struct kc_panel *p,
    uint32_t voter, uint32_t unit)
{
	return kc_panel_has_voter(st, p, voter) &&
	    kc_panel_vote_of(st, p, voter, unit) == NULL &&
	    kc_panel_votes_on(st, kc_cycle_of(st, p->year), unit) &&
	    !kc_panel_is_own(st, voter, unit);
}

bool
kc_panel_has_voter(
    const struct kc_state *st, const struct kc_panel *p, uint32_t voter)
{
	const struct kc_policy *rules =
	    kc_cycle_policy(st, kc_cycle_of(st, p->year));

	for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
		if (rules->value[kc_panel_weight_key(g)] > 0 &&
		    kc_panel_may_vote(st->actors.v[voter], g))
			return true;
	return false;
}

bool
kc_panel_waits_any(
    const struct kc_state *st, const struct kc_panel *p, uint32_t voter)
{
	if (!kc_panel_has_voter(st, p, voter))
		return false;
	for (uint32_t u = 0; u < st->units.n; u++)
		if (kc_panel_waits_for(st, p, voter, u))
			return true;
	return false;
}

/* Exact means need a bound (arith.h). */
static enum kc_err
want_room(const struct kc_state *st, const struct kc_at *at,
    const struct kc_panel *p, uint32_t unit, struct kc_refusal *why)
{
	const struct kc_panel_votes *on = votes_on(p, unit);

	if (on == NULL || on->votes.n < KC_BALLOTS_MAX ||
	    find(st, on, at->for_role[0]) != NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_LIMIT, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, KC_BALLOTS_MAX);
	return KC_EREFUSED;
}

enum kc_err
panel_ballot_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_panel *p;
	uint32_t unit;
	enum kc_err err =
	    kc_want_panel(st, at, KC_F_panel_ballot_year, &p, why);

	if (err == KC_OK)
		err = want_window(st, at, p, why);
	if (err == KC_OK)
		err = want_group(st, at, p, why);
	if (err == KC_OK)
		err = want_unit(st, at, p, &unit, why);
	if (err != KC_OK)
		return err;
	if (kc_panel_is_own(st, at->for_role[0], unit))
		return kc_refuse(why, KC_R_OWN_UNIT, st->units.v[unit]->code,
		    NULL, NULL, NULL);
	return want_room(st, at, p, unit, why);
}

enum kc_err
panel_recuse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_panel *p;
	uint32_t unit;
	enum kc_err err =
	    kc_want_panel(st, at, KC_F_panel_recuse_year, &p, why);

	if (err == KC_OK)
		err = want_window(st, at, p, why);
	if (err == KC_OK)
		err = want_unit(st, at, p, &unit, why);
	return err == KC_OK ? want_room(st, at, p, unit, why) : err;
}

/* --- it is cast --- */
/* H(before || seq || id || signature): who has not read the entry cannot try
 * what it may have said. */
static enum kc_err
seal(struct kc_panel *p, const struct kc_at *at)
{
	struct kc_buf b = {0};
	enum kc_err err;

	kc_buf_put(&b, p->sealed.b, sizeof(p->sealed.b));
	kc_buf_be64(&b, at->stamp.seq);
	kc_buf_put(&b, at->e->id, KC_ID_SIZE);
	kc_buf_slice(&b, at->e->sigs[0].base64);
	err = kc_buf_err(&b);
	if (err == KC_OK) {
		p->sealed = kc_sha256(b.p, b.n);
		p->statements++;
	}
	kc_buf_free(&b);
	return err;
}

static enum kc_err
keep(struct kc_state *st, const struct kc_at *at, struct kc_vote v)
{
	struct kc_panel *p = kc_panel_of(
	    st, (int)kc_entry_num(at->e, KC_F_panel_ballot_year, 0));
	uint32_t unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_panel_ballot_unit));
	struct kc_panel_votes *on = votes_on(p, unit);
	struct kc_vote *was;

	v.voter = at->for_role[0];
	v.seq = (uint32_t)at->stamp.seq;
	if (on == NULL) {
		const struct kc_panel_votes none = {.unit = unit};

		if (!kc_vec_push(&p->units, none))
			return KC_ENOMEM;
		on = &p->units.v[p->units.n - 1];
	}
	was = find(st, on, v.voter);
	if (was != NULL)
		*was = v;
	else if (!kc_vec_push(&on->votes, v))
		return KC_ENOMEM;
	return seal(p, at);
}

enum kc_err
panel_ballot_apply(struct kc_state *st, const struct kc_at *at)
{
	static const unsigned marks[KC_CRITERIA] = {KC_F_panel_ballot_full,
	    KC_F_panel_ballot_proper, KC_F_panel_ballot_benefit};
	static const unsigned flags[KC_PANEL_FLAGS] = {
	    KC_F_panel_ballot_overreach, KC_F_panel_ballot_absent,
	    KC_F_panel_ballot_misplaced};
	struct kc_vote v = {
	    .group = (uint8_t)kc_entry_num(at->e, KC_F_panel_ballot_group, 0),
	    .workload = kc_entry_has(at->e, KC_F_panel_ballot_workload),
	};

	for (unsigned i = 0; i < KC_CRITERIA; i++)
		v.marks.of[i] = (uint8_t)kc_entry_num(at->e, marks[i], 0);
	for (unsigned i = 0; i < KC_PANEL_FLAGS; i++)
		v.flags[i] = (uint8_t)kc_entry_count(at->e, flags[i]);
	return keep(st, at, v);
}

/* Of which group the voter stands aside does not matter to any figure. */
enum kc_err
panel_recuse_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_actor *voter = kc_signer(st, at, 0);
	struct kc_vote v = {.recused = true};

	while ((voter->roles & KC_ROLE_BIT(KC_ROLE_PANEL_INNER + v.group)) == 0)
		v.group++;
	return keep(st, at, v);
}
