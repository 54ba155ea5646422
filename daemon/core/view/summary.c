/* SPDX-License-Identifier: Apache-2.0 */
/* A year in figures. What counts as what: docs/RULES.md "Counting". */
#include "view_int.h"

#include "noun/bonus/bonus.h"
#include "noun/negative/negative.h"
#include "noun/panel/panel.h"
#include "noun/reform/reform.h"
#include "noun/round/round.h"
#include "noun/task/task.h"
#include "noun/yearend/yearend.h"

#include <string.h>

/* The integers and sums of a year. */
struct figures {
	struct kc_tally sum;
	uint64_t units_touched, units_unmet, units_retained;
	uint64_t cadres_good_lost, negative_items, negative_events;
	uint64_t bonus_granted;
	uint64_t targets, units, warnings, named_tasks_lifted;
	uint64_t progress_reports, opinions, rounds_closed;
	uint64_t ballots, forms, grades[KC_GRADED_COUNT];
	bool closed;
};

static void
count_units(const struct kc_vx *x, struct figures *f)
{
	f->units = 0;
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		struct kc_tally t;

		f->units += kc_unit_in_year(x->st, i, x->year);
		kc_tally_cases(x->st, x->st->units.v[i], x->year, &t);
		f->units_touched += t.cases > 0;
		f->units_unmet += t.unmet > 0;
		f->units_retained += t.retained_e4 > 0;
	}
}

/* Distinct persons: a cadre may lose "good" in several quarters. */
static enum kc_err
count_cadres(const struct kc_vx *x, struct figures *f)
{
	bool *lost = kc_alloc(x->st->cadres.n + 1);

	if (lost == NULL)
		return KC_ENOMEM;
	for (uint32_t i = 0; i < x->st->proposals.n; i++) {
		const struct kc_proposal *p = x->st->proposals.v[i];

		if (p->state == KC_PS_LOST && !lost[p->cadre] &&
		    x->st->cases.v[p->case_]->year == x->year) {
			lost[p->cadre] = true;
			f->cadres_good_lost++;
		}
	}
	kc_free(lost);
	return KC_OK;
}

/* In force in the year, and not withdrawn. */
static bool
grants_item(const struct kc_vx *x, const struct kc_grant *g)
{
	return g->scope == KC_SCOPE_NEGATIVE && !g->withdrawn &&
	    kc_day_year(g->from) <= x->year && kc_day_year(g->until) >= x->year;
}

static void
count_lists(const struct kc_vx *x, struct figures *f)
{
	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *g = x->st->grants.v[i];
		bool seen = false;

		if (!grants_item(x, g))
			continue;
		for (uint32_t j = 0; j < i && !seen; j++) {
			const struct kc_grant *h = x->st->grants.v[j];

			seen = grants_item(x, h) &&
			    strcmp(g->object, h->object) == 0;
		}
		f->negative_items += !seen;
	}
	for (uint32_t i = 0; i < x->st->bonuses.n; i++)
		f->bonus_granted += x->st->bonuses.v[i]->year == x->year &&
		    kc_bonus_counts(x->st->bonuses.v[i]);
	for (uint32_t i = 0; i < x->st->negatives.n; i++)
		f->negative_events += x->st->negatives.v[i]->year == x->year &&
		    kc_negative_counts(x->st->negatives.v[i]);
}

/* Warned about, and every letter lifted by its own last day and before 31
 * December of the year (R83, R84); one that was withdrawn was not lifted. */
static bool
all_lifted(const struct kc_vx *x, uint32_t target)
{
	kc_day end = kc_day_from_civil(x->year, 12, 31);
	bool any = false;

	for (uint32_t i = 0; i < x->st->warnings.n; i++) {
		const struct kc_warning *g = x->st->warnings.v[i];

		if (g->target != target)
			continue;
		if (g->state != KC_WS_LIFTED || g->closed >= end ||
		    g->closed > kc_letter_lift_by(x->st, g))
			return false;
		any = true;
	}
	return any;
}

static void
count_targets(const struct kc_vx *x, struct figures *f)
{
	for (uint32_t i = 0; i < x->st->targets.n; i++) {
		const struct kc_target *t = x->st->targets.v[i];

		if (t->year != x->year)
			continue;
		f->targets += kc_target_counts(t);
		f->named_tasks_lifted += all_lifted(x, i);
	}
	for (uint32_t i = 0; i < x->st->warnings.n; i++)
		f->warnings +=
		    x->st->targets.v[x->st->warnings.v[i]->target]->year ==
		    x->year;
}

static void
count_monitoring(const struct kc_vx *x, struct figures *f)
{
	for (uint32_t i = 0; i < x->st->nodes.n; i++)
		f->progress_reports +=
		    kc_node_target(x->st, i)->year == x->year &&
		    x->st->nodes.v[i]->reported_bp >= 0;
	for (uint32_t i = 0; i < x->st->rounds.n; i++)
		f->rounds_closed += x->st->rounds.v[i]->year == x->year &&
		    x->st->rounds.v[i]->state == KC_RS_CLOSED;
	for (uint32_t i = 0; i < x->st->opinions.n; i++)
		f->opinions +=
		    x->st->rounds.v[x->st->opinions.v[i]->round]->year ==
		    x->year;
}

/* Ballots that stand; grades as they were last published. */
static void
count_end(const struct kc_vx *x, struct figures *f)
{
	const struct kc_panel *p = kc_panel_of(x->st, x->year);
	const struct kc_yearend *y = kc_yearend_published(x->st, x->year);

	for (uint32_t u = 0; p != NULL && u < p->units.n; u++)
		for (uint32_t i = 0; i < p->units.v[u].votes.n; i++)
			f->ballots += !p->units.v[u].votes.v[i].recused;
	for (uint32_t i = 0; y != NULL && i < y->published.n; i++)
		if (y->published.v[i].grade != KC_GRADED_NOT)
			f->grades[y->published.v[i].grade]++;
	f->forms = y == NULL ? 0 : y->forms.n;
	f->closed = kc_year_closed(x->st, x->year);
}

/* --- one table for the members and for the rows --- */
enum figure_type {
	COUNT,
	POINTS
};
struct figure {
	const char *key;
	enum figure_type type;
	int64_t value;
	const char *zh, *en;
};

static void
write_value(struct kc_vx *x, const char *key, const struct figure *g)
{
	if (g->type == POINTS)
		kc_vx_points(x, key, g->value);
	else
		kc_vx_i64(x, key, g->value);
}

static void
situation_rows(struct kc_vx *x, const struct kc_policy *p)
{
	kc_json_key(&x->w, "situation_rows");
	kc_json_open(&x->w, '[');
	for (size_t s = 0; p != NULL && s < p->nsituations; s++) {
		int64_t deducted = 0, returned = 0;
		uint64_t cases = 0, exempted = 0, unmet = 0;

		for (uint32_t i = 0; i < x->st->cases.n; i++) {
			const struct kc_case *c = x->st->cases.v[i];
			const struct kc_situation *at =
			    kc_view_case_situation(x->st, c);

			/* By id: a case may follow an earlier policy. */
			if (c->year != x->year || at == NULL ||
			    strcmp(at->id, p->situations[s].id) != 0)
				continue;
			exempted += c->state == KC_CS_EXEMPTED;
			if (!kc_case_counts(c))
				continue;
			cases++;
			unmet += kc_case_unmet(x->st, c);
			deducted += c->deducted_e4;
			returned += c->returned_e4;
		}
		kc_vx_row(x);
		kc_vx_str(x, "situation", p->situations[s].id);
		kc_vx_str(x, "text",
		    kc_vx_say(x, p->situations[s].zh, p->situations[s].en));
		kc_vx_u64(x, "prededuct", cases);
		kc_vx_u64(x, "exempted", exempted);
		kc_vx_u64(x, "unmet", unmet);
		kc_vx_points(x, "deducted", deducted);
		kc_vx_points(x, "returned", returned);
		kc_vx_points(x, "retained", deducted - returned);
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
}

/* Classes of targets that carry points. */
static int64_t
count_classes(const struct kc_policy *p)
{
	return p == NULL ? 0
			 : (p->value[KC_P_POINTS_KEY] > 0) +
		(p->value[KC_P_POINTS_ROUTINE] > 0) +
		(p->value[KC_P_POINTS_DYNAMIC] > 0);
}

static void
write_end(struct kc_vx *x, const struct figures *f)
{
	kc_json_key(&x->w, "grades");
	kc_json_open(&x->w, '{');
	kc_vx_u64(x, "first", f->grades[KC_GRADED_FIRST]);
	kc_vx_u64(x, "second", f->grades[KC_GRADED_SECOND]);
	kc_vx_u64(x, "third", f->grades[KC_GRADED_THIRD]);
	kc_json_close(&x->w, '}');
	kc_vx_bool(x, "closed", f->closed);
}

static void
write_figures(
    struct kc_vx *x, const struct figures *f, const struct kc_policy *p)
{
	const struct kc_tally *s = &f->sum;
	const struct figure all[] = {
	    {"prededuct", COUNT, s->cases, "预扣分（次）", "pre-deductions"},
	    {"deducted", POINTS, s->deducted_e4, "扣分", "deducted"},
	    {"returned", POINTS, s->returned_e4, "返还", "returned"},
	    {"retained", POINTS, s->retained_e4, "保留", "retained"},
	    {"units_unmet", COUNT, (int64_t)f->units_unmet,
		"整改未达预期的单位", "units with unmet rectification"},
	    {"retained_unmet", POINTS, s->retained_unmet_e4,
		"其中：整改未达预期", "retained because unmet"},
	    {"residual_met", POINTS, s->residual_met_e4, "其中：达标余额",
		"residue of what was met"},
	    {"units_touched", COUNT, (int64_t)f->units_touched,
		"被预扣分的单位", "units with a pre-deduction"},
	    {"units_retained", COUNT, (int64_t)f->units_retained,
		"有保留扣分的单位", "units with any retained points"},
	    {"exempted", COUNT, s->exempted, "免予扣分（次）",
		"exempt decisions"},
	    {"open", COUNT, s->open, "未了结（次）", "open cases"},
	    {"cadres_good_lost", COUNT, (int64_t)f->cadres_good_lost,
		"取消评好资格的干部", "cadres who lost \"good\""},
	    {"negative_items", COUNT, (int64_t)f->negative_items,
		"负面清单（项）", "items of the negative list"},
	    {"negative_events", COUNT, (int64_t)f->negative_events,
		"负面清单扣分（次）", "deductions by the negative list"},
	    {"bonus_granted", COUNT, (int64_t)f->bonus_granted, "已加分（项）",
		"bonuses granted"},
	    {"bonus_situations", COUNT, p ? (int64_t)p->nbonuses : 0,
		"加分情形", "bonus situations"},
	    {"classes", COUNT, count_classes(p), "目标类别",
		"classes of targets"},
	    {"situations", COUNT, p ? (int64_t)p->nsituations : 0, "预扣分情形",
		"situations of pre-deduction"},
	    {"progress_reports", COUNT, (int64_t)f->progress_reports,
		"已报送进度的节点", "nodes reported"},
	    {"rounds_closed", COUNT, (int64_t)f->rounds_closed,
		"已结束的监测轮次", "monitoring rounds closed"},
	    {"opinions", COUNT, (int64_t)f->opinions, "评估意见", "opinions"},
	    {"warnings", COUNT, (int64_t)f->warnings, "预警函",
		"warning letters"},
	    {"named_tasks_lifted", COUNT, (int64_t)f->named_tasks_lifted,
		"预警后年内销号的工作", "tasks warned and lifted in time"},
	    {"ballots", COUNT, (int64_t)f->ballots, "选票", "ballots"},
	    {"forms", COUNT, (int64_t)f->forms, "已反馈的考核结果",
		"results fed back"},
	    {"units", COUNT, (int64_t)f->units, "单位", "units"},
	    {"targets", COUNT, (int64_t)f->targets, "目标", "targets"},
	    {"entries", COUNT, (int64_t)kc_state_size(x->st), "账本条目",
		"entries of the log"},
	};
	const size_t n = sizeof(all) / sizeof(all[0]);

	for (size_t i = 0; i < n; i++)
		write_value(x, all[i].key, &all[i]);
	write_end(x, f);
	kc_vx_str(x, "policy", p != NULL ? p->name : NULL);
	situation_rows(x, p);
	kc_vx_rows(x);
	for (size_t i = 0; i < n; i++) {
		kc_vx_row(x);
		kc_vx_str(x, "key", all[i].key);
		kc_vx_str(x, "name", kc_vx_say(x, all[i].zh, all[i].en));
		write_value(x, "value", &all[i]);
		kc_vx_end(x);
	}
}

enum kc_err
kc_render_summary(struct kc_vx *x)
{
	const struct kc_policy *p = kc_cycle_policy(x->st, x->cycle);
	struct figures f = {0};
	enum kc_err err;

	kc_tally_cases(x->st, NULL, x->year, &f.sum);
	count_units(x, &f);
	count_lists(x, &f);
	count_targets(x, &f);
	count_monitoring(x, &f);
	count_end(x, &f);
	err = count_cadres(x, &f);
	if (err != KC_OK)
		return err;
	write_figures(x, &f, p != NULL ? p : kc_policy_now(x->st));
	return KC_OK;
}
