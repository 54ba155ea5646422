/* SPDX-License-Identifier: Apache-2.0 */
/* The year at a glance of a unit that is assessed. */
#include "glance.h"

#include "noun/task/task.h"

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

/* Of a quarter, how many nodes have each light. */
static void
count_paces(const struct kc_vx *x, const struct kc_unit *u,
    uint64_t n[KC_QUARTERS][KC_PACES])
{
	struct kc_u32s of = kc_list_targets(x->st, u->index, x->year);

	for (uint32_t i = 0; i < of.n; i++) {
		const struct kc_target *t = x->st->targets.v[of.v[i]];

		for (uint32_t k = 0; k < t->tasks.n; k++)
			for (unsigned q = 0; q < KC_QUARTERS; q++) {
				const struct kc_node *node =
				    x->st->nodes
					.v[x->st->tasks.v[t->tasks.v[k]]->node +
					    q];
				enum kc_pace pace =
				    kc_node_pace(x->st, node, x->today);

				if (pace != KC_PACE_NONE)
					n[q][pace]++;
			}
	}
}

/* "Q1 red 1, green 3; Q2 …", and the light of the newest. */
static void
progress_item(struct kc_glance *g, const struct kc_unit *u)
{
	static const struct {
		const char *zh, *en;
		enum kc_light light;
	} paces[KC_PACES] = {
	    [KC_PACE_RED] = {"红", "red", KC_LIGHT_RED},
	    [KC_PACE_YELLOW] = {"黄", "yellow", KC_LIGHT_YELLOW},
	    [KC_PACE_GREY] = {"灰", "grey", KC_LIGHT_YELLOW},
	    [KC_PACE_GREEN] = {"绿", "green", KC_LIGHT_GREEN},
	};
	static const char *const zh[] = {
	    "一季度", "二季度", "三季度", "四季度"};
	static const char *const en[] = {"Q1", "Q2", "Q3", "Q4"};
	struct kc_glance_sum days = kc_glance_days(g, KC_M_progress, u->index);
	uint64_t n[KC_QUARTERS][KC_PACES] = {{0}};
	const struct kc_vx *x = g->t.x;
	enum kc_light light = KC_LIGHT_GREEN;
	struct kc_buf b = {0};

	count_paces(x, u, n);
	for (unsigned q = 0; q < KC_QUARTERS; q++)
		for (unsigned p = 0, first = 1; p < KC_PACES; p++) {
			if (n[q][p] == 0)
				continue;
			if (first)
				light = paces[p].light;
			if (first && b.n > 0)
				kc_buf_str(&b, kc_vx_say(x, "；", "; "));
			if (first)
				kc_buf_str(&b, kc_vx_say(x, zh[q], en[q]));
			kc_buf_char(&b, ' ');
			kc_buf_str(&b, kc_vx_say(x, paces[p].zh, paces[p].en));
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

enum kc_err
kc_glance_unit(struct kc_glance *g, const struct kc_unit *u)
{
	if (sees(g, KC_SEE_targets, u))
		list_item(g, u);
	if (sees(g, KC_SEE_tasks, u))
		tasks_item(g, u);
	if (sees(g, KC_SEE_progress, u))
		progress_item(g, u);
	return KC_OK;
}
