/* SPDX-License-Identifier: Apache-2.0 */
/* April 2022 of the demonstration: each unit splits its targets into tasks. */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

/* What is planned by the end of each quarter, and expected then. */
struct course {
	int planned_bp[4];
	const char *result[4];
};
static const struct course courses[3] = {
    {{2000, 5000, 8000, 10000},
	{"制定方案，分解到岗", "主体工作过半", "基本完成，查漏补缺",
	    "全部完成，报送总结"}},
    {{1500, 4500, 7500, 10000},
	{"完成前期准备", "全面铺开", "阶段性成果通过核验", "全部落实到位"}},
    {{2500, 5000, 7500, 10000},
	{"一季度任务按序完成", "上半年任务按序完成", "前三季度任务按序完成",
	    "全年任务完成"}},
};
static const char *const divisions[4] = {
    "综合处", "业务一处", "业务二处", "监督处"};

static void
node(struct demo *d, const struct course *c, unsigned q)
{
	/* Planned progress and result of a quarter stand side by side. */
	demo_number(d, F(task_split, q1) + 2 * q, c->planned_bp[q]);
	demo_set(d, F(task_split, q1_result) + 2 * q, c->result[q]);
}

static void
split(struct demo *d, size_t u, const struct demo_target *t, unsigned part,
    int share_bp)
{
	const struct course *c = &courses[demo_pick(t->code, 300 + part, 3)];
	char head[32], task[40], lead[24], title[200];

	demo_head_of(u, head);
	snprintf(task, sizeof(task), "%s-%u", t->code, part);
	snprintf(title, sizeof(title), "%s（%s）", t->title,
	    part == 1 ? "组织实施" : "督促落实");
	demo_begin(d, KC_K_task_split);
	demo_by(d, head);
	demo_set(d, F(task_split, target), t->code);
	demo_set(d, F(task_split, task), task);
	demo_set(d, F(task_split, title), title);
	demo_number(d, F(task_split, share), share_bp);
	demo_set(d, F(task_split, division),
	    divisions[demo_pick(t->code, 310 + part, 4)]);
	if (t->lead[0] == '\0') {
		snprintf(lead, sizeof(lead), "C-%s-1", demo_units[u].code);
		demo_set(d, F(task_split, lead), lead);
	}
	for (unsigned q = 0; q < 4; q++)
		node(d, c, q);
	demo_post(d, NULL);
}

/* Key work in two tasks, routine work in one. */
static void
split_all(struct demo *d, unsigned unused)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	(void)unused;
	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_unit_targets(u, t);

		for (size_t i = 0; i < n; i++) {
			bool key = t[i].class_ == KC_TARGET_CLASS_KEY;

			split(d, u, &t[i], 1, key ? 6000 : 10000);
			if (key)
				split(d, u, &t[i], 2, 4000);
		}
	}
}

void
demo_plan_work(void)
{
	demo_at(kc_day_from_civil(DEMO_YEAR, 4, 11), 9, 0, split_all, 0);
}
