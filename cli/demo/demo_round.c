/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both monitoring rounds of the demonstration: in July every target of every
 * unit, one by one; in October the work first, then the units that have it.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

#define OPINIONS_MAX 1200

static struct opinion {
	size_t unit;
	unsigned quarter;
	char target[24];
	bool behind;
	char handle[16];
} opinions[OPINIONS_MAX];
static unsigned nopinions, nfed; /* recorded, fed back */
static char rounds[2][16];       /* of the half year, of the third quarter */

static kc_day
on(int month, int day)
{
	return kc_day_from_civil(DEMO_YEAR, month, day);
}

const char *
demo_opinion(size_t u, const char *target, unsigned quarter)
{
	for (unsigned i = 0; i < nfed; i++)
		if (opinions[i].unit == u && opinions[i].quarter == quarter &&
		    opinions[i].behind &&
		    strcmp(opinions[i].target, target) == 0)
			return opinions[i].handle;
	return "";
}

/* --- what is said of a target --- */
static void
say(struct demo *d, const struct opinion *o, int planned, int actual)
{
	char text[200];

	if (o->behind)
		snprintf(text, sizeof(text),
		    "未达序时进度：计划 %d %%，实际 %d "
		    "%%，应查明原因、限期赶上",
		    planned / 100, actual / 100);
	else if (actual * 100 < planned * 95)
		snprintf(text, sizeof(text),
		    "总体达到序时进度，个别节点略缓，应加快推进");
	else
		snprintf(text, sizeof(text), "达到序时进度");
	demo_set(d, F(opinion_record, text), text);
}

/* Of the half year four sign, of the third quarter one (R68, R69). */
static void
record(struct demo *d, size_t u, const struct demo_target *t, unsigned quarter)
{
	struct opinion *o = &opinions[nopinions++];
	int planned = demo_planned(t->code, quarter);
	int actual = demo_actual(d, u, t->code, quarter);

	o->unit = u;
	o->quarter = quarter;
	o->behind = planned - actual >= DEMO_BEHIND_BP;
	memcpy(o->target, t->code, sizeof(o->target));
	demo_begin(d, quarter == 2 ? KC_K_opinion_record : KC_K_opinion_point);
	demo_by(d, "P09.estab");
	if (quarter == 2) {
		demo_by(d, "kaohe.office");
		demo_by(d, "P02.inspect");
		demo_by(d, "G01.inspect");
	}
	/* Both kinds have the same fields. */
	demo_set(d, F(opinion_record, round), rounds[quarter - 2]);
	demo_set(d, F(opinion_record, target), t->code);
	demo_set(d, F(opinion_record, verdict),
	    o->behind ? "behind" : "on-schedule");
	demo_number(d, F(opinion_record, planned), planned);
	demo_number(d, F(opinion_record, actual), actual);
	if (o->behind)
		demo_evidence(d, F(opinion_record, evidence), t->code);
	say(d, o, planned, actual);
	demo_post(d, o->handle);
}

static void
feed_back(struct demo *d, unsigned unused)
{
	(void)unused;
	for (; nfed < nopinions; nfed++) {
		demo_begin(d, KC_K_opinion_feed_back);
		demo_by(d, "P09.estab");
		demo_set(
		    d, F(opinion_feed_back, opinion), opinions[nfed].handle);
		demo_set(d, F(opinion_feed_back, unit),
		    demo_units[opinions[nfed].unit].code);
		demo_post(d, NULL);
	}
}

static void
open_round(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_round_open);
	demo_by(d, "P09.estab");
	demo_set(d, F(round_open, type), i == 0 ? "half-year" : "q3");
	demo_number(d, F(round_open, year), DEMO_YEAR);
	demo_post(d, rounds[i]);
}

static void
close_round(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_round_close);
	demo_by(d, "P09.estab");
	demo_set(d, F(round_close, round), rounds[i]);
	demo_post(d, NULL);
}

/* --- the half year: all of it (R71) --- */
static bool
is_named(const char *unit, const char *target)
{
	return (strcmp(unit, "G29") == 0 || strcmp(unit, "G17") == 0) &&
	    (target == NULL || strstr(target, "-K02") != NULL);
}

/* Five days in turn; to those with a case about progress before the case. */
kc_day
demo_sweep_day(const struct demo *d, size_t u)
{
	kc_day day = on(7, 11) + (kc_day)(u % 5);

	if (is_named(demo_units[u].code, NULL))
		return on(7, 15);
	if (strcmp(demo_units[u].code, "V06") == 0)
		return on(7, 19); /* it reports late */
	for (size_t i = 0; i < d->ncases; i++) {
		const struct demo_case *c = &d->cases[i];

		if (c->unit == u && c->quarter == 2 && c->rank == 0 &&
		    c->delivered > on(7, 1) && c->delivered <= day)
			day = c->delivered - 1;
	}
	return day;
}

static void
each_swept(struct demo *d, kc_day day,
    void (*run)(struct demo *, size_t, const struct demo_target *, unsigned))
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_targets_by(u, on(7, 1), t);

		for (size_t i = 0; demo_sweep_day(d, u) == day && i < n; i++)
			run(d, u, &t[i], 2);
	}
}

static void
sweep(struct demo *d, unsigned day)
{
	each_swept(d, (kc_day)day, record);
}

/* What is behind is verified first. */
static void
check(struct demo *d, size_t u, const struct demo_target *t, unsigned quarter)
{
	if (demo_planned(t->code, quarter) -
		demo_actual(d, u, t->code, quarter) >=
	    DEMO_BEHIND_BP)
		demo_verify_target(d, u, t, quarter);
}

static void
check_swept(struct demo *d, unsigned day)
{
	each_swept(d, (kc_day)day, check);
}

/* --- the third quarter: points (R76 to R79) --- */
#define POINTS_MAX 80
static struct {
	size_t unit;
	struct demo_target target;
} points[POINTS_MAX];
static unsigned npoints;

static bool
is_point(const struct demo *d, size_t u, const struct demo_target *t)
{
	if (demo_report_day(d, u, 3) > on(10, 13))
		return false; /* late: nothing is reported of it yet */
	if (demo_behind(d, u, t->code, 3) != NULL)
		return true;
	return (t->source == KC_SOURCE_SUPERIOR ||
		   t->source == KC_SOURCE_LIVELIHOOD) &&
	    t->class_ == KC_TARGET_CLASS_KEY &&
	    demo_pick(t->code, 340, 12) == 0;
}

/* Both that had a letter come first. */
static void
choose(const struct demo *d, bool named)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_unit_targets(u, t);

		for (size_t i = 0; i < n && npoints < POINTS_MAX; i++) {
			bool is = is_named(demo_units[u].code, t[i].code);

			if (is != named || (!is && !is_point(d, u, &t[i])))
				continue;
			points[npoints].unit = u;
			points[npoints++].target = t[i];
		}
	}
}

static void
select_points(struct demo *d, unsigned unused)
{
	(void)unused;
	choose(d, true);
	choose(d, false);
	for (unsigned i = 0; i < npoints; i++) {
		bool named = i < 2;

		demo_begin(d, KC_K_round_select);
		demo_by(d, "P09.estab");
		demo_set(d, F(round_select, round), rounds[1]);
		demo_set(d, F(round_select, target), points[i].target.code);
		if (named || points[i].target.source == KC_SOURCE_CITY_KEY) {
			demo_set(d, F(round_select, basis),
			    named ? "attention" : "reach");
			demo_set(d, F(round_select, reason),
			    named ? "半年评估滞后、已发预警函，群众关注度高"
				  : "涉及面广，三季度进度偏慢");
		}
		demo_post(d, NULL);
	}
}

static void
visit(struct demo *d, unsigned unused)
{
	(void)unused;
	for (unsigned i = 0; i < npoints; i++)
		record(d, points[i].unit, &points[i].target, 3);
}

static void
check_points(struct demo *d, unsigned quarter)
{
	unsigned n = quarter == 4 ? 2 : npoints; /* at last both named ones */

	for (unsigned i = 0; i < n; i++)
		demo_verify_target(
		    d, points[i].unit, &points[i].target, quarter);
}

void
demo_plan_rounds(void)
{
	static const int days[] = {7, 11, 12, 13, 14, 15, 19};

	demo_at(on(7, 1), 8, 30, open_round, 0);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		demo_at(on(7, days[i]), 11, 0, check_swept,
		    (unsigned)on(7, days[i]));
		demo_at(on(7, days[i]), 14, 0, sweep, (unsigned)on(7, days[i]));
		demo_at(on(7, days[i]), 16, 30, feed_back, 0);
	}
	demo_at(on(7, 22), 17, 0, close_round, 0);
	demo_at(on(10, 8), 8, 30, open_round, 1);
	demo_at(on(10, 9), 10, 0, select_points, 0);
	demo_at(on(10, 14), 11, 0, check_points, 3);
	demo_at(on(10, 14), 14, 0, visit, 0);
	demo_at(on(10, 14), 16, 30, feed_back, 0);
	demo_at(on(10, 21), 17, 0, close_round, 1);
	demo_at(
	    kc_day_from_civil(DEMO_YEAR + 1, 1, 11), 11, 0, check_points, 4);
}
