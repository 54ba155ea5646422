/* SPDX-License-Identifier: Apache-2.0 */
/*
 * April 2022 to February 2023 of the demonstration: bulletins, warning
 * letters, cases from decision to return or expiry, findings. The steps are
 * laid out on a schedule and carried out in order of time, as people would.
 */
#include "demo_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct step {
	kc_day day;
	int hour, minute;
	unsigned order; /* of insertion: keeps steps of one minute in order */
	void (*run)(struct demo *d, unsigned i);
	unsigned i; /* case, letter, quarter: by step */
};
static struct step steps[1024];
static unsigned nsteps;

void
demo_at(kc_day day, int hour, int minute, void (*run)(struct demo *, unsigned),
    unsigned i)
{
	struct step *s = &steps[nsteps];

	s->day = day;
	s->hour = hour;
	s->minute = minute;
	s->order = nsteps++;
	s->run = run;
	s->i = i;
}

static int
by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->hour != y->hour)
		return x->hour - y->hour;
	if (x->minute != y->minute)
		return x->minute - y->minute;
	return x->order < y->order ? -1 : 1;
}

static kc_day
date(int month, int day)
{
	return kc_day_from_civil(
	    month <= 2 ? DEMO_YEAR + 1 : DEMO_YEAR, month, day);
}

/* --- bulletins --- */
void
demo_set_quarter(struct demo *d, unsigned field, int quarter)
{
	char text[16];

	snprintf(text, sizeof(text), "%d-Q%d", DEMO_YEAR, quarter);
	demo_set(d, field, text);
}

/* R39: two that did well, which their units claim a bonus for. */
static const struct {
	const char *indicator;
	int rank, last;
} advanced[] = {{"G02-I01", 3, 6}, {"G24-I01", 1, 3}};

static void
report(struct demo *d, size_t u, const struct demo_target *t, int quarter)
{
	int rank = 4 + (int)demo_pick(t->indicator, (unsigned)quarter, 5);
	int last = rank - 1 + (int)demo_pick(t->indicator, 90, 3);
	unsigned number = (unsigned)(t->code[strlen(t->code) - 1] - '0');

	for (size_t i = 0; i < sizeof(advanced) / sizeof(advanced[0]); i++)
		if (strcmp(advanced[i].indicator, t->indicator) == 0) {
			rank = advanced[i].rank;
			last = advanced[i].last;
		}
	for (size_t i = 0; i < d->ncases; i++) {
		const struct demo_case *c = &d->cases[i];

		if (c->unit == u && c->target == number &&
		    c->quarter == quarter && c->rank != 0) {
			rank = c->rank;
			last = c->last_rank;
		}
	}
	demo_begin(d, KC_K_indicator_report);
	demo_by(d, "G28.stats");
	demo_set(d, F(indicator_report, indicator), t->indicator);
	demo_set_quarter(d, F(indicator_report, quarter), quarter);
	demo_points(d, F(indicator_report, value),
	    500000 +
		(int64_t)demo_pick(
		    t->indicator, 70 + (unsigned)quarter, 300000));
	demo_number(d, F(indicator_report, rank), rank);
	demo_number(d, F(indicator_report, last_rank), last);
	demo_evidence(d, F(indicator_report, evidence), t->title);
	demo_post(d, NULL);
}

static void
bulletin(struct demo *d, unsigned quarter)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_unit_targets(u, t);

		for (size_t i = 0; i < n; i++)
			if (t[i].indicator[0] != '\0')
				report(d, u, &t[i], (int)quarter);
	}
}

/* --- warning letters --- */
struct letter {
	const char *unit, *target, *fact, *demand;
	bool answered;
};
static struct letter letters[3] = {
    {"G29", "G29-2022-K02", "15分钟医保服务圈建设滞后：计划进度50 %，实际33 %",
	"加快站点建设，年底前全部落实到位", true},
    {"G17", "G17-2022-K02", "区域治水工程滞后：计划进度55 %，实际36 %",
	"倒排工期，年底前全部落实到位", true},
    {NULL, NULL, "重点任务进度滞后，未见整改安排", "限期报送整改安排", false},
};

static void
letter_issue(struct demo *d, unsigned i)
{
	const char *target = letters[i].target;
	size_t u = demo_unit_index(letters[i].unit);

	demo_begin(d, KC_K_warning_issue);
	demo_by(d, "P09.estab");
	demo_set(d, F(warning_issue, target), target);
	demo_set(d, F(warning_issue, unit), letters[i].unit);
	demo_set(d, F(warning_issue, level), "yellow");
	demo_number(d, F(warning_issue, planned), demo_planned(target, 2));
	demo_number(d, F(warning_issue, actual), demo_actual(d, u, target, 2));
	demo_set(d, F(warning_issue, opinion), demo_opinion(u, target, 2));
	demo_date(d, F(warning_issue, rectify_by), date(12, 20));
	demo_set(d, F(warning_issue, fact), letters[i].fact);
	demo_set(d, F(warning_issue, demand), letters[i].demand);
	demo_post(d, d->letters[i]);
}

static void
letter_deliver(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_warning_deliver);
	demo_by(d, "P09.estab");
	demo_set(d, F(warning_deliver, warning), d->letters[i]);
	demo_set(d, F(warning_deliver, unit), letters[i].unit);
	demo_post(d, NULL);
}

static void
letter_reply(struct demo *d, unsigned i)
{
	char head[32];

	demo_head_of(demo_unit_index(letters[i].unit), head);
	demo_begin(d, KC_K_warning_reply);
	demo_by(d, head);
	demo_set(d, F(warning_reply, warning), d->letters[i]);
	demo_set(d, F(warning_reply, reply), "已成立专班，倒排工期，逐周调度");
	demo_post(d, NULL);
}

static void
letter_lift(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_warning_lift);
	demo_by(d, "P09.estab");
	demo_set(d, F(warning_lift, warning), d->letters[i]);
	demo_evidence(d, F(warning_lift, evidence), letters[i].target);
	demo_set(
	    d, F(warning_lift, finding), "现场核验，已全部落实到位，予以销号");
	demo_post(d, NULL);
}

/* --- the year's end --- */
int
demo_completion(size_t u, const char *target)
{
	static const int rates[8] = {
	    10000, 10000, 10000, 9650, 9333, 10000, 9500, 8875};

	/* R84: what the letters were about was all in place. */
	for (unsigned i = 0; i < 2; i++)
		if (strcmp(letters[i].target, target) == 0)
			return 10000;
	return rates[demo_pick(target, (uint32_t)u, 8)];
}

static void
find(struct demo *d, size_t u, const struct demo_target *t)
{
	char actor[32];

	snprintf(actor, sizeof(actor), "%s.assessor", t->assessor);
	demo_begin(d, KC_K_completion_find);
	demo_by(d, actor);
	demo_set(d, F(completion_find, target), t->code);
	demo_number(d, F(completion_find, rate), demo_completion(u, t->code));
	demo_evidence(d, F(completion_find, evidence), t->code);
	demo_post(d, NULL);
}

static void
find_all(struct demo *d, unsigned unused)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	(void)unused;
	for (size_t u = 0; u < demo_nunits; u++) {
		size_t n = demo_targets_by(u, date(12, 31), t);

		for (size_t i = 0; i < n; i++)
			find(d, u, &t[i]);
	}
}

static void
publish_2023(struct demo *d, unsigned unused)
{
	(void)unused;
	demo_calendar_2023(d);
}

static void
plan_letters(const struct demo *d)
{
	for (unsigned i = 0; i < 3; i++) {
		demo_at(date(7, 20), 9, 0, letter_issue, i);
		demo_at(date(7, 20), 14, 0, letter_deliver, i);
		if (letters[i].answered) {
			demo_at(date(7, 29), 10, (int)i, letter_reply, i);
			demo_at(date(12, 20), 10, (int)i, letter_lift, i);
		} else if (d->ends) { /* before the year is closed */
			demo_at(date(2, 24), 10, 0, letter_lift, i);
		}
	}
	/* The third goes to the unit whose case is "warning unanswered". */
	for (size_t i = 0; i < d->ncases; i++) {
		static char code[32];
		struct demo_target t;

		if (!d->cases[i].unanswered)
			continue;
		demo_target_of(&d->cases[i], &t);
		snprintf(code, sizeof(code), "%s", t.code);
		letters[2].unit = demo_units[d->cases[i].unit].code;
		letters[2].target = code;
	}
}

void
demo_run_year(struct demo *d)
{
	demo_at(date(4, 15), 9, 0, bulletin, 1);
	demo_at(date(7, 14), 9, 0, bulletin, 2);
	demo_at(date(10, 14), 9, 0, bulletin, 3);
	demo_at(date(12, 9), 9, 0, publish_2023, 0);
	demo_at(date(1, 12), 9, 0, find_all, 0);
	plan_letters(d);
	demo_plan_dynamic();
	demo_plan_work();
	demo_plan_reports();
	demo_plan_rounds();
	for (unsigned i = 0; i < d->ncases; i++)
		demo_plan_case(d, i);
	demo_plan_negative();
	demo_plan_bonus();
	demo_plan_disputes(d);
	if (d->ends) {
		demo_at(date(1, 16), 9, 0, bulletin, 4);
		demo_plan_panels();
		demo_plan_yearend();
	}
	qsort(steps, nsteps, sizeof(steps[0]), by_time);
	for (unsigned i = 0; i < nsteps && !d->failed; i++) {
		demo_clock(d, steps[i].day, steps[i].hour, steps[i].minute);
		steps[i].run(d, steps[i].i);
		if (!d->quiet && i % 32 == 0)
			fprintf(stderr, "\r  %u/%u", i, nsteps);
	}
	demo_flush(d);
	/* Past the last deadline, so that nothing is left open. */
	demo_clock(d, date(2, d->ends ? 27 : 20), d->ends ? 15 : 9, 0);
	if (!d->quiet)
		fprintf(stderr, "\r%24s\r", "");
}
