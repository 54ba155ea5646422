/* SPDX-License-Identifier: Apache-2.0 */
/* Of a portrait: the score of each year, and what was lost in it. */
#include "portrait.h"

#include <stddef.h>

#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/yearend/yearend.h"

#define GROUP_LEAST 3 /* of fewer a mean tells what another has */

static const struct {
	const char *word, *zh, *en;
	size_t at;
} components[] = {
#define C(word, zh, en, member)                                                \
	{                                                                      \
		word, zh, en, offsetof(struct kc_score, member)                \
	}
    C("key", "重点工作", "key work", earned_e4[KC_CLASS_KEY]),
    C("routine", "常规工作", "routine work", earned_e4[KC_CLASS_ROUTINE]),
    C("dynamic", "动态工作", "dynamic work", earned_e4[KC_CLASS_DYNAMIC]),
    C("credit", "动态预留", "unused reserve", credit_e4),
    C("panel", "考评组", "panels", panel_e4),
    C("negative", "负面清单扣分", "negative list", negative_e4),
    C("retained", "预扣分保留", "pre-deductions kept", retained_e4),
    C("bonus", "加分", "bonuses", bonus_e4),
    C("total", "得分", "score", total_e4),
#undef C
};
#define COMPONENTS (sizeof(components) / sizeof(components[0]))

/* A year: the unit's own, and the sums of its group. */
struct year {
	int year;
	bool listed;
	struct kc_score own;
	uint32_t rank, group_rank, ranked;
	int64_t group[COMPONENTS];
};

static int64_t
component(const struct kc_score *s, size_t i)
{
	return *(
	    const int64_t *)(const void *)((const char *)s + components[i].at);
}

/* Only who sees ranks sees those of units apart from the own. */
static enum kc_err
take_year(struct kc_vx *x, const struct kc_cycle *cycle, struct year *out)
{
	struct kc_ranked *all = NULL;
	size_t n = 0;
	enum kc_err err = kc_rank_units(x->st, cycle, &all, &n, x->why);

	*out = (struct year){.year = cycle->year};
	for (size_t i = 0; err == KC_OK && i < n; i++) {
		if (!all[i].listed || all[i].unit->group != x->unit->group)
			continue;
		out->ranked++;
		for (size_t c = 0; c < COMPONENTS; c++)
			out->group[c] += component(&all[i].score, c);
		if (all[i].unit != x->unit)
			continue;
		out->listed = true;
		out->own = all[i].score;
		out->rank = all[i].rank;
		out->group_rank = all[i].group_rank;
	}
	kc_free(all);
	return err;
}

static int64_t
mean(int64_t sum, uint32_t n)
{
	return kc_round_div(sum, 1, n, KC_HALF_AWAY);
}

/* Years stand in their order; v[at] is listed. */
static void
year_rows(struct kc_vx *x, const struct year *v, size_t at)
{
	bool ranks = kc_vx_sees_unit_of(x, KC_SEE_rank, x->unit);
	const struct year *y = &v[at];

	for (size_t c = 0; c < COMPONENTS; c++) {
		struct kc_portrait_row r = kc_portrait_begin("score", y->year);
		int64_t sum = 0;
		uint32_t n = 0;

		r.item = components[c].word;
		r.label = kc_vx_say(x, components[c].zh, components[c].en);
		r.value = component(&y->own, c);
		for (size_t i = 0; i < at; i++) {
			if (!v[i].listed)
				continue;
			sum += component(&v[i].own, c);
			n++;
			r.has_last = v[i].year == y->year - 1;
			r.last = component(&v[i].own, c);
		}
		r.has_former = n > 0;
		r.former = n > 0 ? mean(sum, n) : 0;
		r.has_group = ranks || y->ranked >= GROUP_LEAST;
		r.group = mean(y->group[c], y->ranked);
		if (ranks && c == COMPONENTS - 1) {
			r.rank = y->rank;
			r.group_rank = y->group_rank;
			r.ranked = y->group_rank == 0 ? 0 : y->ranked;
			r.last_rank = at > 0 && r.has_last ? v[at - 1].rank : 0;
		}
		kc_portrait_put(x, &r);
	}
}

/* The grade that was published last of a year; NULL: none was, or the unit is
 * listed apart. */
static const struct kc_result *
graded(const struct kc_vx *x, int year)
{
	const struct kc_yearend *y = kc_yearend_published(x->st, year);
	const struct kc_result *r =
	    y == NULL ? NULL : kc_result_of(&y->published, x->unit->index);

	return r == NULL || r->grade == KC_GRADED_NOT ? NULL : r;
}

/* And the ruling that gave it, where its rank did not. */
static void
grade_row(struct kc_vx *x, int year)
{
	const struct kc_result *r = graded(x, year),
			       *last = graded(x, year - 1);
	struct kc_portrait_row row = kc_portrait_begin("grade", year);
	struct kc_buf label = {0};

	if (r == NULL)
		return;
	kc_buf_str(&label, kc_vx_say(x, "等次", "grade"));
	if (r->ruling != KC_NONE) {
		kc_buf_str(
		    &label, kc_vx_say(x, "，由复核 ", ", by the ruling on "));
		kc_buf_str(&label, x->st->disputes.v[r->ruling]->handle);
		kc_buf_str(&label, kc_vx_say(x, " 改定", ""));
	}
	row.item = kc_word_text(KC_SET_YEAR_GRADE, r->grade);
	row.label = kc_buf_cstr(&label);
	row.in_words = kc_vx_label(x, KC_SET_YEAR_GRADE, r->grade);
	if (last != NULL)
		row.last_in_words =
		    kc_vx_label(x, KC_SET_YEAR_GRADE, last->grade);
	row.seq = kc_yearend_published(x->st, year)->published_seq;
	kc_portrait_put(x, &row);
	kc_buf_free(&label);
}

/* Cycles in order of their years. */
static const struct kc_cycle *
cycle_after(const struct kc_state *st, int year)
{
	const struct kc_cycle *next = NULL;

	for (uint32_t i = 0; i < st->cycles.n; i++) {
		const struct kc_cycle *c = st->cycles.v[i];

		if (c->year > year && (next == NULL || c->year < next->year))
			next = c;
	}
	return next;
}

enum kc_err
kc_portrait_scores(struct kc_vx *x)
{
	struct year *v = kc_alloc((x->st->cycles.n + 1) * sizeof(*v));
	const struct kc_cycle *c = cycle_after(x->st, 0);
	enum kc_err err = v != NULL ? KC_OK : KC_ENOMEM;
	size_t n = 0;

	for (; err == KC_OK && c != NULL; c = cycle_after(x->st, c->year))
		if (kc_cycle_policy(x->st, c) != NULL)
			err = take_year(x, c, &v[n++]);
	while (err == KC_OK && n-- > 0)
		if (v[n].listed) {
			year_rows(x, v, n);
			grade_row(x, v[n].year);
		}
	kc_free(v);
	return err;
}

/* --- losses --- */
static void
target_losses(struct kc_vx *x, const struct kc_target *t)
{
	struct kc_portrait_row r = kc_portrait_begin("loss", t->year);
	const struct kc_policy *p =
	    kc_cycle_policy(x->st, kc_cycle_of(x->st, t->year));
	struct kc_score_rules rules;

	if (!kc_target_counts(t) || t->completion_bp < 0 || p == NULL)
		return;
	kc_policy_score_rules(p, &rules);
	r.item = t->code;
	r.label = t->title;
	r.value = t->weight_e4 -
	    kc_earned(t->weight_e4, t->completion_bp, rules.rounding);
	r.seq = t->completion_seq;
	if (r.value > 0)
		kc_portrait_put(x, &r);
}

static void
case_losses(struct kc_vx *x, const struct kc_case *c)
{
	struct kc_portrait_row r = kc_portrait_begin("loss", c->year);
	const struct kc_situation *s = kc_view_case_situation(x->st, c);

	if (!kc_case_counts(c) || c->deducted_e4 == c->returned_e4)
		return;
	r.quarter = c->quarter;
	r.item = c->handle;
	r.label = kc_vx_say(x, s->zh, s->en);
	r.value = c->deducted_e4 - c->returned_e4;
	r.seq = c->events.v[0].seq;
	kc_portrait_put(x, &r);
}

static void
negative_losses(struct kc_vx *x, const struct kc_negative *n)
{
	struct kc_portrait_row r = kc_portrait_begin("loss", n->year);
	const struct kc_policy *p = kc_negative_policy(x->st, n);

	if (!kc_negative_counts(n))
		return;
	r.item = n->handle;
	r.label = "";
	for (size_t i = 0; i < p->nnegatives; i++)
		if (p->negatives[i].no == n->item)
			r.label = kc_vx_say(
			    x, p->negatives[i].zh, p->negatives[i].en);
	r.value = n->amount_e4;
	r.seq = n->events.v[0].seq;
	kc_portrait_put(x, &r);
}

/* The newest first, each sort by itself. */
void
kc_portrait_losses(struct kc_vx *x)
{
	const struct kc_state *st = x->st;
	const struct kc_unit *u = x->unit;

	for (uint32_t i = u->targets.n; i-- > 0;)
		target_losses(x, st->targets.v[u->targets.v[i]]);
	for (uint32_t i = u->prededucts.n; i-- > 0;)
		case_losses(x, st->cases.v[u->prededucts.v[i]]);
	for (uint32_t i = u->negatives.n; i-- > 0;)
		negative_losses(x, st->negatives.v[u->negatives.v[i]]);
}
