/* SPDX-License-Identifier: Apache-2.0 */
/* What the ballots come to when the panels of a year are closed. */
#include "panel.h"

#include <string.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

/* Two actors may turn out to be one person after they have voted: the newer
 * statement counts. */
static bool
is_replaced(const struct kc_state *st, const struct kc_panel_votes *on,
    const struct kc_vote *v)
{
	for (uint32_t i = 0; i < on->votes.n; i++)
		if (on->votes.v[i].seq > v->seq &&
		    kc_same_person(st, on->votes.v[i].voter, v->voter))
			return true;
	return false;
}

static void
add(struct kc_panel_group *g, const struct kc_vote *v)
{
	g->recused += v->recused;
	g->notes += v->workload;
	for (unsigned i = 0; i < KC_PANEL_FLAGS; i++)
		g->flags[i] += v->flags[i];
}

static void
count_group(const struct kc_state *st, const struct kc_panel_votes *on,
    unsigned group, const struct kc_policy *rules,
    struct kc_ballot_marks *marks, struct kc_panel_group *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < on->votes.n; i++) {
		const struct kc_vote *v = &on->votes.v[i];

		if (v->group != group || is_replaced(st, on, v))
			continue;
		add(out, v);
		if (!v->recused)
			marks[n++] = v->marks;
	}
	kc_group_mean(marks, n, (uint32_t)rules->value[KC_P_PANEL_TRIM_FROM],
	    (enum kc_rounding)rules->value[KC_P_SCORE_ROUNDING], &out->mean);
	out->counts = rules->value[kc_panel_weight_key(group)] > 0 &&
	    out->mean.valid >= rules->value[KC_P_PANEL_MIN_BALLOTS];
}

static enum kc_err
count_unit(const struct kc_state *st, struct kc_panel *p,
    const struct kc_panel_votes *on)
{
	const struct kc_policy *rules =
	    kc_cycle_policy(st, kc_cycle_of(st, p->year));
	struct kc_panel_result r = {.unit = on->unit};
	struct kc_ballot_marks *marks =
	    kc_alloc((on->votes.n + 1) * sizeof(*marks));

	if (marks == NULL)
		return KC_ENOMEM;
	for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
		count_group(st, on, g, rules, marks, &r.of[g]);
	kc_free(marks);
	return kc_vec_push(&p->results, r) ? KC_OK : KC_ENOMEM;
}

/* Every unit that could be voted on has a result, if of no ballots. */
static enum kc_err
count(const struct kc_state *st, struct kc_panel *p)
{
	const struct kc_cycle *cycle = kc_cycle_of(st, p->year);
	enum kc_err err = KC_OK;

	for (uint32_t u = 0; err == KC_OK && u < st->units.n; u++) {
		struct kc_panel_votes none = {.unit = u}, *on = &none;

		if (!kc_panel_votes_on(st, cycle, u))
			continue;
		for (uint32_t i = 0; i < p->units.n; i++)
			if (p->units.v[i].unit == u)
				on = &p->units.v[i];
		err = count_unit(st, p, on);
	}
	return err;
}

/* --- panel.close --- */
enum kc_err
panel_close_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_panel *p;
	enum kc_err err = kc_want_panel(st, at, KC_F_panel_close_year, &p, why);

	if (err != KC_OK || at->day > p->until)
		return err;
	kc_policy_cite(kc_cycle_policy(st, kc_cycle_of(st, p->year)),
	    KC_P_PANEL_UNTIL, why);
	(void)kc_refuse(why, KC_R_TOO_EARLY, at->e->kind->name, "", NULL, NULL);
	kc_arg_day(why, 1, p->until + 1);
	return kc_refusal_zh(why, 0, at->e->kind->zh);
}

enum kc_err
panel_close_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_panel *p =
	    kc_panel_of(st, (int)kc_entry_num(at->e, KC_F_panel_close_year, 0));
	enum kc_err err = count(st, p);

	if (err != KC_OK)
		return err;
	p->state = KC_PS_CLOSED;
	return kc_log_event(st, at, &p->events);
}
