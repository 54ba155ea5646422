/* SPDX-License-Identifier: Apache-2.0 */
/* What the ballots come to when the panels of a year are closed. */
#include "panel.h"

#include <string.h>

#include "engine/authority.h"
#include "noun/prededuct/prededuct.h"

/* Takes a statement down as its person's newest so far, if it is. */
static bool
supersede(const struct kc_panel_votes *on, uint32_t i, struct kc_slice person,
    struct kc_index *newest, bool *counts)
{
	uint32_t other = kc_index_find(newest, 0, person);

	counts[i] =
	    other == KC_NONE || on->votes.v[i].seq > on->votes.v[other].seq;
	if (!counts[i])
		return true;
	if (other == KC_NONE)
		return kc_index_add_slice(newest, 0, person, i);
	counts[other] = false;
	return kc_index_set(newest, 0, person, i);
}

bool
kc_panel_newest(const struct kc_state *st, const struct kc_panel_votes *on,
    bool *counts, uint64_t *steps)
{
	struct kc_index newest = {0};
	bool ok = true;

	for (uint32_t i = 0; ok && i < on->votes.n; i++) {
		const struct kc_hash *p =
		    kc_person_of(st, on->votes.v[i].voter);

		++*steps;
		counts[i] = true;
		if (p != NULL)
			ok = supersede(on, i,
			    (struct kc_slice){(const char *)p->b, KC_HASH_SIZE},
			    &newest, counts);
	}
	kc_index_free(&newest);
	return ok;
}

static void
add(struct kc_panel_group *g, const struct kc_vote *v)
{
	g->recused += v->recused;
	g->notes += v->workload;
	for (unsigned i = 0; i < KC_PANEL_FLAGS; i++)
		g->flags[i] += v->flags[i];
}

/* The votes on a unit; marks has room for all of them. */
struct count {
	const struct kc_panel_votes *on;
	const struct kc_policy *rules;
	bool *counts;
	struct kc_ballot_marks *marks;
};

static void
count_group(const struct count *c, unsigned group, struct kc_panel_group *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < c->on->votes.n; i++) {
		const struct kc_vote *v = &c->on->votes.v[i];

		if (v->group != group || !c->counts[i])
			continue;
		add(out, v);
		if (!v->recused)
			c->marks[n++] = v->marks;
	}
	kc_group_mean(c->marks, n,
	    (uint32_t)c->rules->value[KC_P_PANEL_TRIM_FROM],
	    (enum kc_rounding)c->rules->value[KC_P_SCORE_ROUNDING], &out->mean);
	out->counts = c->rules->value[kc_panel_weight_key(group)] > 0 &&
	    out->mean.valid >= c->rules->value[KC_P_PANEL_MIN_BALLOTS];
}

static bool
has_words(const struct kc_vote *v)
{
	bool any = v->workload;

	for (unsigned i = 0; i < KC_PANEL_FLAGS; i++)
		any = any || v->flags[i] > 0;
	return any;
}

/* Few voters would be known by their words: those of a void group are left
 * out. */
static bool
note_spoken(const struct count *c, struct kc_panel_result *r)
{
	for (uint32_t i = 0; i < c->on->votes.n; i++) {
		const struct kc_vote *v = &c->on->votes.v[i];

		if (c->counts[i] && r->of[v->group].counts && has_words(v) &&
		    !kc_vec_push(&r->spoken, v->seq))
			return false;
	}
	return true;
}

static enum kc_err
count_unit(const struct kc_state *st, struct kc_panel *p,
    const struct kc_panel_votes *on)
{
	struct count c = {
	    .on = on,
	    .rules = kc_cycle_policy(st, kc_cycle_of(st, p->year)),
	    .counts = kc_alloc(on->votes.n + 1),
	    .marks = kc_alloc((on->votes.n + 1) * sizeof(*c.marks)),
	};
	struct kc_panel_result r = {.unit = on->unit};
	uint64_t steps = 0;
	bool ok = c.counts != NULL && c.marks != NULL &&
	    kc_panel_newest(st, on, c.counts, &steps);

	for (unsigned g = 0; ok && g < KC_PANEL_COUNT; g++)
		count_group(&c, g, &r.of[g]);
	ok = ok && note_spoken(&c, &r) && kc_vec_push(&p->results, r);
	if (!ok)
		kc_vec_free(&r.spoken);
	kc_free(c.counts);
	kc_free(c.marks);
	return ok ? KC_OK : KC_ENOMEM;
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
	kc_open_touch(st, KC_N_panel, p->index);
	return kc_log_event(st, at, &p->events);
}

void
kc_panel_unresult(struct kc_panel *p)
{
	for (uint32_t i = 0; i < p->results.n; i++)
		kc_vec_free(&p->results.v[i].spoken);
	kc_vec_free(&p->results);
}
