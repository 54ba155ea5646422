/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of a year: facts from the state, arithmetic by kc_score_compute; and
 * who stands before whom. */
#include "score.h"

#include "noun/bonus/bonus.h"
#include "noun/negative/negative.h"
#include "noun/panel/panel.h"
#include "noun/prededuct/prededuct.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)KC_CLASS_KEY == (int)KC_TARGET_CLASS_KEY &&
	(int)KC_CLASS_ROUTINE == (int)KC_TARGET_CLASS_ROUTINE &&
	(int)KC_CLASS_DYNAMIC == (int)KC_TARGET_CLASS_DYNAMIC,
    "the vocabulary and the arithmetic number the classes alike");

/* What of a unit goes into its score. */
struct collected {
	struct kc_score_target *targets;
	struct kc_score_deduction *deductions;
	struct kc_score_negative *negatives;
	struct kc_score_bonus *bonuses;
	struct kc_score_panel panels[KC_PANEL_COUNT];
	struct kc_score_input in;
};

static void
collect_targets(
    const struct kc_state *st, const struct kc_u32s *list, struct collected *c)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct kc_target *t = st->targets.v[list->v[i]];

		if (!kc_target_counts(t))
			continue;
		c->targets[c->in.ntargets++] = (struct kc_score_target){
		    .class_ = (enum kc_class)t->class_,
		    .weight_e4 = t->weight_e4,
		    .completion_bp = t->completion_bp,
		};
	}
}

static void
collect_cases(const struct kc_state *st, const struct kc_unit *u, int year,
    struct collected *c)
{
	for (uint32_t i = 0; i < u->prededucts.n; i++) {
		const struct kc_case *pd = st->cases.v[u->prededucts.v[i]];
		const struct kc_negative *same = kc_fact_negative(st, pd);

		if (pd->year != year || !kc_case_counts(pd))
			continue;
		c->deductions[c->in.ndeductions++] =
		    (struct kc_score_deduction){
			.target = pd->target,
			.deducted_e4 = pd->deducted_e4,
			.returned_e4 = pd->returned_e4,
			.unmet = kc_case_unmet(st, pd),
			.open = kc_case_open(pd),
			.fact = same != NULL ? same->index + 1 : 0,
		    };
	}
}

static void
collect_negatives(const struct kc_state *st, const struct kc_unit *u, int year,
    struct collected *c)
{
	for (uint32_t i = 0; i < u->negatives.n; i++) {
		const struct kc_negative *n =
		    st->negatives.v[u->negatives.v[i]];

		if (n->year != year || !kc_negative_counts(n))
			continue;
		c->negatives[c->in.nnegatives++] = (struct kc_score_negative){
		    .item = n->item,
		    .amount_e4 = n->amount_e4,
		    .fact = kc_fact_case(st, n) != NULL ? n->index + 1 : 0,
		};
	}
}

/* Is it for the same? A code is one of the unit that claimed: units that did
 * before they became one have each its own. */
static bool
same_merit(const struct kc_bonus *a, const struct kc_bonus *b)
{
	return a->claimed_by == b->claimed_by &&
	    strcmp(a->merit, b->merit) == 0;
}

/* A number for what was achieved: that of the first of the unit's bonuses that
 * is for it. */
static uint32_t
merit_of(const struct kc_state *st, const struct kc_unit *u,
    const struct kc_bonus *b)
{
	for (uint32_t i = 0; i < u->bonuses.n; i++)
		if (same_merit(st->bonuses.v[u->bonuses.v[i]], b))
			return i;
	return u->bonuses.n;
}

/* By the situations of the year's policy; one that it does not have, of an
 * earlier text, stands by itself. */
static uint32_t
situation_of(const struct kc_state *st, const struct kc_policy *p,
    const struct kc_bonus *b)
{
	const struct kc_bonus_situation *s = kc_bonus_situation(st, b);
	const struct kc_bonus_situation *now =
	    kc_policy_bonus(p, kc_slice_str(s->id));

	return now != NULL ? (uint32_t)(now - p->bonuses)
			   : KC_BONUS_MAX + b->situation;
}

static void
collect_bonuses(const struct kc_state *st, const struct kc_unit *u,
    const struct kc_cycle *cycle, struct collected *c)
{
	const struct kc_policy *p = kc_cycle_policy(st, cycle);

	for (uint32_t i = 0; i < u->bonuses.n; i++) {
		const struct kc_bonus *b = st->bonuses.v[u->bonuses.v[i]];

		if (b->year != cycle->year || !kc_bonus_counts(b))
			continue;
		c->bonuses[c->in.nbonuses++] = (struct kc_score_bonus){
		    .situation = situation_of(st, p, b),
		    .matter = merit_of(st, u, b),
		    .amount_e4 = b->amount_e4,
		};
	}
}

/* In the cycle's lists: its targets are fixed, so that it can be ranked. */
static bool
is_listed(const struct kc_cycle *cycle, const struct kc_unit *u)
{
	for (uint32_t i = 0; i < cycle->lists.n; i++)
		if (cycle->lists.v[i] == u->index)
			return true;
	return false;
}

enum kc_err
kc_unit_score(const struct kc_state *st, const struct kc_unit *u,
    const struct kc_cycle *cycle, struct kc_unit_score *out,
    struct kc_refusal *why)
{
	/* Of the year alone, however long the log is. */
	struct kc_u32s list = kc_list_targets(st, u->index, cycle->year);
	struct collected c;
	enum kc_err err = KC_ENOMEM;

	memset(out, 0, sizeof(*out));
	memset(&c, 0, sizeof(c));
	out->policy = kc_cycle_policy(st, cycle);
	if (out->policy == NULL)
		return kc_refuse(why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	kc_policy_score_rules(out->policy, &out->rules);
	out->listed = is_listed(cycle, u);
	c.targets = kc_alloc((list.n + 1) * sizeof(c.targets[0]));
	c.deductions =
	    kc_alloc((u->prededucts.n + 1) * sizeof(c.deductions[0]));
	c.negatives = kc_alloc((u->negatives.n + 1) * sizeof(c.negatives[0]));
	c.bonuses = kc_alloc((u->bonuses.n + 1) * sizeof(c.bonuses[0]));
	if (c.targets == NULL || c.deductions == NULL || c.negatives == NULL ||
	    c.bonuses == NULL)
		goto out;
	collect_targets(st, &list, &c);
	collect_cases(st, u, cycle->year, &c);
	collect_negatives(st, u, cycle->year, &c);
	collect_bonuses(st, u, cycle, &c);
	c.in.targets = c.targets;
	c.in.negatives = c.negatives;
	c.in.bonuses = c.bonuses;
	c.in.deductions = c.deductions;
	c.in.panels = c.panels;
	if (kc_panel_means(st, cycle->year, u->index, c.panels))
		c.in.npanels = KC_PANEL_COUNT;
	err = kc_score_compute(&out->rules, &c.in, &out->score);
out:
	kc_free(c.targets);
	kc_free(c.deductions);
	kc_free(c.negatives);
	kc_free(c.bonuses);
	return err;
}

/* --- ranking --- */
struct kc_place
kc_ranked_place(const struct kc_ranked *r)
{
	return (struct kc_place){.group = r->unit->group == KC_GROUP_APART
		? KC_PLACE_APART
		: r->unit->group,
	    .ranked = r->listed,
	    .total_e4 = r->score.total_e4,
	    .key_e4 = r->score.earned_e4[KC_CLASS_KEY],
	    .taken_e4 = r->score.negative_e4 + r->score.retained_e4};
}

int
kc_rank_order(const struct kc_ranked *a, const struct kc_ranked *b)
{
	const struct kc_place pa = kc_ranked_place(a);
	const struct kc_place pb = kc_ranked_place(b);

	return kc_place_order(&pa, &pb);
}

static int
by_rank(const void *pa, const void *pb)
{
	const struct kc_ranked *a = pa;
	const struct kc_ranked *b = pb;
	int order = kc_rank_order(a, b);

	/* Ties stand by code, so that the listing is the same everywhere. */
	return order != 0 ? order : strcmp(a->unit->code, b->unit->code);
}

/* all is sorted; ranks 1, 2, 2, 4 over all and within each group. */
static enum kc_err
give_ranks(struct kc_ranked *all, size_t n)
{
	struct kc_place *v = kc_alloc((n + 1) * sizeof(*v));

	if (v == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < n; i++)
		v[i] = kc_ranked_place(&all[i]);
	kc_place_ranks(v, n);
	for (size_t i = 0; i < n; i++) {
		all[i].rank = v[i].rank;
		all[i].group_rank = v[i].group_rank;
	}
	kc_free(v);
	return KC_OK;
}

enum kc_err
kc_rank_units(const struct kc_state *st, const struct kc_cycle *cycle,
    struct kc_ranked **out, size_t *nout, struct kc_refusal *why)
{
	size_t n = st->units.n;
	struct kc_ranked *all = kc_alloc((n + 1) * sizeof(*all));
	enum kc_err err = all != NULL ? KC_OK : KC_ENOMEM;

	for (uint32_t i = 0; err == KC_OK && i < n; i++) {
		struct kc_unit_score s;

		err = kc_unit_score(st, st->units.v[i], cycle, &s, why);
		all[i] = (struct kc_ranked){.unit = st->units.v[i],
		    .score = s.score,
		    .listed = s.listed};
	}
	if (err == KC_OK) {
		qsort(all, n, sizeof(*all), by_rank);
		err = give_ranks(all, n);
	}
	if (err != KC_OK) {
		kc_free(all);
		return err;
	}
	*out = all;
	*nout = n;
	return KC_OK;
}
