/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance of a unit that is assessed. */
#include "glance.h"

#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"
#include "noun/task/view.h"
#include "noun/warning/warning.h"

static bool
sees(const struct kc_glance *g, enum kc_see what, const struct kc_unit *u)
{
	return kc_vx_sees_unit_of(g->t.x, what, u);
}

static enum kc_light
yellow_if(bool is)
{
	return is ? KC_LIGHT_YELLOW : KC_LIGHT_GREEN;
}

/* --- list, tasks, progress --- */
static void
list_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	const struct kc_list *l = kc_list_of(x->st, u->index, x->year);
	struct kc_u32s of = kc_list_targets(x->st, u->index, x->year);
	bool issued = l != NULL && l->issued_seq != KC_NONE;
	int64_t weight = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < of.n; i++)
		if (kc_target_counts(x->st->targets.v[of.v[i]]))
			weight += x->st->targets.v[of.v[i]]->weight_e4;
	kc_buf_str(&b,
	    issued ? kc_vx_say(x, "已下达", "issued")
		   : kc_vx_say(x, "未下达", "not issued"));
	kc_buf_count(&b, x, of.n, "目标", "targets");
	if (issued)
		kc_buf_points_of(&b, x, "分值", "points", weight);
	kc_item(&g->t, "list", "责任单", "list", yellow_if(!issued), &b);
}

static void
tasks_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_glance_sum days = kc_glance_days(g, KC_M_plan, u->index);
	struct kc_u32s of = kc_list_targets(x->st, u->index, x->year);
	uint64_t n[KC_GLANCE_STATES] = {0}, tasks = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < of.n; i++) {
		const struct kc_target *t = x->st->targets.v[of.v[i]];

		if (!kc_target_counts(t))
			continue;
		n[kc_plan_state(t)]++;
		tasks += t->tasks.n;
	}
	if (tasks == 0 && days.n == 0)
		return; /* none are asked for */
	kc_buf_count(&b, x, tasks, "任务", "tasks");
	kc_buf_str(&b, kc_vx_say(x, "；目标：", "; targets: "));
	for (unsigned i = 0, first = 1; i < KC_plan_STATES; i++)
		if (n[i] > 0) {
			if (!first)
				kc_buf_str(&b, kc_vx_say(x, "、", ", "));
			kc_buf_str(&b, kc_state_name(KC_M_plan, i, x->lang));
			kc_buf_char(&b, ' ');
			kc_buf_u64(&b, n[i]);
			first = 0;
		}
	kc_item_due(&g->t, "tasks", "任务分解", "tasks",
	    n[KC_PL_OVERDUE] > 0 ? KC_LIGHT_RED : kc_glance_light(&days), &b,
	    days.due);
}

/* "Q1 red 1, green 3; Q2 …", and the light of the newest. */
static void
progress_item(struct kc_glance *g, const struct kc_unit *u)
{
	static const char *const zh[] = {
	    "一季度", "二季度", "三季度", "四季度"};
	static const char *const en[] = {"Q1", "Q2", "Q3", "Q4"};
	struct kc_glance_sum days = kc_glance_days(g, KC_M_progress, u->index);
	uint64_t n[KC_QUARTERS][KC_LIGHTS] = {{0}};
	const struct kc_vx *x = g->t.x;
	enum kc_light light = KC_LIGHT_GREEN;
	struct kc_buf b = {0};

	kc_nodes_lights(x, u->index, x->year, n);
	for (unsigned q = 0; q < KC_QUARTERS; q++)
		for (unsigned p = 0, first = 1; p < KC_LIGHTS; p++) {
			if (n[q][p] == 0)
				continue;
			if (first)
				light = p == KC_LIGHT_GREY ? KC_LIGHT_YELLOW
							   : (enum kc_light)p;
			if (first && b.n > 0)
				kc_buf_str(&b, kc_vx_say(x, "；", "; "));
			if (first)
				kc_buf_str(&b, kc_vx_say(x, zh[q], en[q]));
			kc_buf_char(&b, ' ');
			kc_buf_str(
			    &b, kc_light_text((enum kc_light)p, x->lang));
			kc_buf_char(&b, ' ');
			kc_buf_u64(&b, n[q][p]);
			first = 0;
		}
	if (b.n == 0 && days.n == 0)
		return; /* nothing is to be reported yet */
	if (b.n == 0)
		kc_buf_str(&b, kc_vx_say(x, "未报送", "not reported"));
	kc_item_due(&g->t, "progress", "进度", "progress", light, &b, days.due);
}

/* --- what was said and done about it --- */
static void
opinions_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	uint64_t n = 0, behind = 0, fed = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < u->opinions.n; i++) {
		const struct kc_opinion *o =
		    x->st->opinions.v[u->opinions.v[i]];

		if (x->st->targets.v[o->target]->year != x->year)
			continue;
		n++;
		behind += o->verdict == KC_VERDICT_BEHIND;
		fed += o->state == KC_OS_FED_BACK;
	}
	kc_buf_count(&b, x, n, "意见", "opinions");
	kc_buf_count(&b, x, behind, "未达序时进度", "behind");
	kc_buf_count(&b, x, fed, "已反馈", "fed back");
	kc_item(&g->t, "opinions", "评估意见", "opinions",
	    yellow_if(behind > 0), &b);
}

static void
letters_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_glance_sum days = kc_glance_days(g, KC_M_addressee, u->index);
	struct kc_glance_sum lift = kc_glance_days(g, KC_M_warning, u->index);
	uint64_t n[KC_GLANCE_STATES] = {0};
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < u->warnings.n; i++) {
		const struct kc_warning *w =
		    x->st->warnings.v[u->warnings.v[i]];

		if (x->st->targets.v[w->target]->year == x->year)
			n[w->state]++;
	}
	if (days.due == KC_DAY_NONE ||
	    (lift.due != KC_DAY_NONE && lift.due < days.due))
		days.due = lift.due;
	for (unsigned i = 0; i < KC_LIGHTS; i++)
		days.lights[i] += lift.lights[i];
	if (kc_glance_open(KC_M_warning, n) > 0)
		days.lights[KC_LIGHT_YELLOW]++;
	kc_buf_states(&b, x, KC_M_warning, n);
	kc_item_due(&g->t, "letters", "预警函", "letters",
	    kc_glance_light(&days), &b, days.due);
}

/* The points at stake: what is kept away, and what may come back until when. */
static void
cases_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_glance_sum days = kc_glance_days(g, KC_M_case, u->index);
	struct kc_tally sum;
	int64_t may = 0;
	struct kc_buf b = {0};

	kc_tally_cases(x->st, u, x->year, &sum);
	for (uint32_t i = 0; i < u->prededucts.n; i++) {
		const struct kc_case *c = x->st->cases.v[u->prededucts.v[i]];
		kc_day until;

		if (c->year == x->year)
			may += kc_case_may_return(x->st, c, &until);
	}
	if (sum.cases == 0) {
		kc_buf_str(&b, kc_vx_say(x, "无", "none"));
	} else {
		kc_buf_count(&b, x, sum.cases, "件数", "cases");
		kc_buf_count(&b, x, sum.open, "未了结", "open");
		kc_buf_points_of(&b, x, "扣分", "deducted", sum.deducted_e4);
		kc_buf_points_of(&b, x, "返还", "returned", sum.returned_e4);
		kc_buf_points_of(&b, x, "尚可返还", "may come back", may);
	}
	if (sum.open > 0)
		days.lights[KC_LIGHT_YELLOW]++;
	kc_item_due(&g->t, "cases", "预扣分", "pre-deductions",
	    kc_glance_light(&days), &b, days.due);
}

static void
negatives_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	uint64_t n[KC_GLANCE_STATES] = {0};
	int64_t points = 0;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < u->negatives.n; i++) {
		const struct kc_negative *e =
		    x->st->negatives.v[u->negatives.v[i]];

		if (e->year != x->year)
			continue;
		n[e->state]++;
		points += kc_negative_counts(e) ? e->amount_e4 : 0;
	}
	kc_buf_states(&b, x, KC_M_negative, n);
	if (points > 0)
		kc_buf_points_of(&b, x, "扣分", "points", points);
	kc_item(&g->t, "negatives", "负面清单", "negative list",
	    yellow_if(points > 0), &b);
}

static void
bonuses_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_glance_sum days = kc_glance_days(g, KC_M_bonus, u->index);
	uint64_t n[KC_GLANCE_STATES] = {0};
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < u->bonuses.n; i++) {
		const struct kc_bonus *c = x->st->bonuses.v[u->bonuses.v[i]];

		if (c->year == x->year)
			n[c->state]++;
	}
	kc_buf_states(&b, x, KC_M_bonus, n);
	kc_item_due(&g->t, "bonuses", "加分申报", "claims of bonuses",
	    kc_glance_light(&days), &b, days.due);
}

static void
disputes_item(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_glance_sum days = kc_glance_days(g, KC_M_dispute, u->index);
	uint64_t n[KC_GLANCE_STATES] = {0};
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < x->st->disputes.n; i++)
		if (x->st->disputes.v[i]->unit == u->index)
			n[x->st->disputes.v[i]->state]++;
	kc_buf_states(&b, x, KC_M_dispute, n);
	kc_item_due(&g->t, "disputes", "复核", "disputes",
	    kc_glance_light(&days), &b, days.due);
}

static enum kc_err
score_items(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	struct kc_unit_score s;
	struct kc_buf b = {0};
	enum kc_err err = x->cycle == NULL
	    ? KC_OK
	    : kc_unit_score(x->st, u, x->cycle, &s, x->why);

	if (err != KC_OK || x->cycle == NULL || !s.listed)
		return err;
	kc_buf_points_of(&b, x, "加分", "points", s.score.bonus_e4);
	kc_item(&g->t, "bonus", "加分", "bonuses", KC_LIGHT_GREEN, &b);
	kc_buf_points(&b, s.score.total_e4);
	if (s.score.pending_e4 > 0)
		kc_buf_points_of(&b, x, "其中完成率未认定",
		    "of it not found yet", s.score.pending_e4);
	kc_item(&g->t, "score", "当前得分", "score now", KC_LIGHT_GREEN, &b);
	return KC_OK;
}

enum kc_err
kc_glance_unit(struct kc_glance *g, const struct kc_unit *u)
{
	static const struct {
		enum kc_see see;
		void (*put)(struct kc_glance *g, const struct kc_unit *u);
	} items[] = {{KC_SEE_targets, list_item}, {KC_SEE_tasks, tasks_item},
	    {KC_SEE_progress, progress_item}, {KC_SEE_opinions, opinions_item},
	    {KC_SEE_warnings, letters_item}, {KC_SEE_prededucts, cases_item},
	    {KC_SEE_negatives, negatives_item}, {KC_SEE_bonuses, bonuses_item},
	    {KC_SEE_disputes, disputes_item}};
	enum kc_err err;

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		if (sees(g, items[i].see, u))
			items[i].put(g, u);
	err = sees(g, KC_SEE_score, u) ? score_items(g, u) : KC_OK;
	return err == KC_OK ? kc_glance_year(g, u) : err;
}
