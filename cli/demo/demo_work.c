/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks of the demonstration: each unit splits its targets, with what is
 * planned of each by the end of each quarter, and files them.
 */
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
static const struct course added[DEMO_DYNAMICS] = {
    {{0, 1500, 7000, 10000},
	{"尚未追加", "完成筹备方案", "洽谈会如期举办", "签约项目跟踪落地"}},
    {{0, 0, 2000, 10000},
	{"尚未追加", "尚未追加", "完成灾情核查", "恢复重建全部完成"}},
    {{0, 0, 0, 10000},
	{"尚未追加", "尚未追加", "尚未追加", "支援任务全部完成"}},
};
/* Of the two tasks that the half-year sweep found lagging. */
static const struct {
	const char *target;
	struct course course;
} named[2] = {
    {"G29-2022-K02",
	{{1500, 5000, 7500, 10000},
	    {"完成站点布局", "站点建成过半", "站点覆盖各镇街",
		"服务圈全域建成"}}},
    {"G17-2022-K02",
	{{2000, 5500, 8000, 10000},
	    {"完成招标开工", "主体工程过半", "主体工程基本完工",
		"工程全部落实到位"}}},
};
static const char *const divisions[4] = {
    "综合处", "业务一处", "业务二处", "监督处"};

static const struct course *
course_of(const char *target)
{
	for (size_t i = 0; i < 2; i++)
		if (strcmp(named[i].target, target) == 0)
			return &named[i].course;
	if (strchr(target, 'T') != NULL)
		return &added[target[strlen(target) - 1] - '1'];
	return &courses[demo_pick(target, 301, 3)];
}

int
demo_planned(const char *target, unsigned quarter)
{
	return course_of(target)->planned_bp[quarter - 1];
}

unsigned
demo_parts(const struct demo_target *t)
{
	return t->class_ == KC_TARGET_CLASS_KEY ? 2 : 1;
}

/* --- split and file --- */
static void
split(struct demo *d, size_t u, const struct demo_target *t, unsigned part,
    int share_bp)
{
	const struct course *c = course_of(t->code);
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
	/* Planned progress and result of a quarter stand side by side. */
	for (unsigned q = 0; q < 4; q++) {
		demo_number(d, F(task_split, q1) + 2 * q, c->planned_bp[q]);
		demo_set(d, F(task_split, q1_result) + 2 * q, c->result[q]);
	}
	demo_post(d, NULL);
}

static void
file(struct demo *d, size_t u, const struct demo_target *t)
{
	char head[32];

	if (demo_parts(t) == 2) {
		split(d, u, t, 1, 6000);
		split(d, u, t, 2, 4000);
	} else {
		split(d, u, t, 1, 10000);
	}
	demo_head_of(u, head);
	demo_begin(d, KC_K_plan_file);
	demo_by(d, head);
	demo_set(d, F(plan_file, target), t->code);
	demo_post(d, NULL);
}

static void
file_lists(struct demo *d, unsigned day)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_unit_targets(u, t);

		for (size_t i = 0;
		     demo_report_day(d, u, 0) == (kc_day)day && i < n; i++)
			file(d, u, &t[i]);
	}
}

static void
file_added(struct demo *d, unsigned i)
{
	struct demo_target t;

	for (size_t u = 0; u < demo_nunits; u++)
		if (demo_dynamic_target(u, i, &t))
			file(d, u, &t);
}

void
demo_plan_work(void)
{
	for (unsigned i = 0; i < DEMO_DYNAMICS; i++)
		demo_at(demo_dynamic_day(i) + 10, 10, 0, file_added, i);
	demo_plan_days(0, file_lists);
}
