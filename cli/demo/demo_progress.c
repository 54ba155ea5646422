/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What units of the demonstration report of their nodes. A case that says a
 * target is behind is borne out by what was reported of it.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define GAP_BP 2300 /* of a case about progress: S3 wants fifteen points */
#define WARNED_BP 1700

/* --- how much is done --- */
static bool
is_about(const struct demo_case *c, size_t u, const char *target)
{
	struct demo_target t;

	if (c->unit != u || c->rank != 0)
		return false;
	demo_target_of(c, &t);
	return strcmp(t.code, target) == 0;
}

const struct demo_case *
demo_behind(
    const struct demo *d, size_t u, const char *target, unsigned quarter)
{
	for (size_t i = 0; i < d->ncases; i++)
		if (d->cases[i].quarter == (int)quarter &&
		    is_about(&d->cases[i], u, target))
			return &d->cases[i];
	return NULL;
}

/* The third letter is about this, and is not answered. */
static bool
is_warned(const struct demo *d, size_t u, const char *target)
{
	const struct demo_case *c = demo_behind(d, u, target, 3);

	return c != NULL && c->unanswered;
}

/* Of what is planned, in hundredths. Two units in three keep to it with all
 * that they do; of the others one node in six is late, in the first quarter a
 * few by a lot. */
static int
pace(size_t u, const char *target, unsigned quarter)
{
	uint32_t n = demo_pick(target, 320 + quarter, 100);

	if (n < 83 || demo_pick(demo_units[u].code, 330 + quarter, 3) != 0)
		return 95 + (int)(n % 7);
	return quarter == 1 && n > 97 ? 80 : 86 + (int)(n % 9);
}

/* What became of a case by the quarter after it. */
static int
after(const struct demo_case *c)
{
	return c->end == DEMO_RETURN && c->rate_bp >= 5000 ? 97 : 88;
}

int
demo_actual(
    const struct demo *d, size_t u, const char *target, unsigned quarter)
{
	static const struct {
		const char *target;
		int actual_bp[3];
	} named[2] = {{"G29-2022-K02", {1300, 3300, 7000}},
	    {"G17-2022-K02", {1700, 3600, 7400}}};
	int planned = demo_planned(target, quarter);
	const struct demo_case *before;
	int done;

	if (quarter == 4)
		return demo_completion(u, target);
	for (size_t i = 0; i < COUNT(named); i++)
		if (strcmp(named[i].target, target) == 0)
			return named[i].actual_bp[quarter - 1];
	if (demo_behind(d, u, target, quarter) != NULL)
		return planned - GAP_BP;
	if (quarter == 2 && is_warned(d, u, target))
		return planned - WARNED_BP;
	before = demo_behind(d, u, target, quarter - 1);
	done = planned / 100 *
	    (before != NULL ? after(before) : pace(u, target, quarter));
	return done > 10000 ? 10000 : done;
}

int
demo_reported(
    const struct demo *d, size_t u, const char *target, unsigned quarter)
{
	const struct demo_case *c = demo_behind(d, u, target, quarter);

	return c != NULL && c->false_data ? demo_planned(target, quarter)
					  : demo_actual(d, u, target, quarter);
}

/* --- reports --- */
static void
report(struct demo *d, size_t u, const char *target, unsigned part,
    unsigned quarter)
{
	int planned = demo_planned(target, quarter);
	int actual = demo_reported(d, u, target, quarter);
	char head[32], node[48];

	demo_head_of(u, head);
	snprintf(node, sizeof(node), "%.24s-%u.Q%u", target, part, quarter);
	demo_begin(d, KC_K_progress_report);
	demo_by(d, head);
	demo_set(d, F(progress_report, node), node);
	demo_number(d, F(progress_report, actual), actual);
	if (quarter == 4)
		demo_evidence(d, F(progress_report, evidence), node);
	demo_set(d, F(progress_report, report),
	    actual * 100 >= planned * 95       ? "按序时进度推进"
		: actual * 100 >= planned * 85 ? "进度略缓，已加大力度"
					       : "进度滞后，正在查找原因");
	demo_post(d, NULL);
}

static void
report_unit(struct demo *d, size_t u, kc_day day, unsigned quarter)
{
	struct demo_target t[DEMO_TARGETS_MAX];
	size_t n = demo_targets_by(u, day, t);

	for (size_t i = 0; i < n; i++)
		for (unsigned part = 1; part <= demo_parts(&t[i]) &&
		     demo_planned(t[i].code, quarter) > 0;
		     part++)
			report(d, u, t[i].code, part, quarter);
}

static void
report_all(struct demo *d, unsigned day)
{
	for (unsigned quarter = 1; quarter <= 4; quarter++)
		for (size_t u = 0; u < demo_nunits; u++)
			if (demo_report_day(d, u, quarter) == (kc_day)day)
				report_unit(d, u, (kc_day)day, quarter);
}

void
demo_plan_reports(void)
{
	for (unsigned quarter = 1; quarter <= 4; quarter++)
		demo_plan_days(quarter, report_all);
}
