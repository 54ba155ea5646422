/* SPDX-License-Identifier: Apache-2.0 */
/* Targets from draft to completion, their tasks and reports, rounds. */
#include "decade.h"

#include <stdio.h>

#define DYNAMIC_TARGETS 2
#define TARGETS (KEY_TARGETS + ROUTINE_TARGETS)

/* --- codes --- */
static const char *
target(uint32_t unit, unsigned i)
{
	return i < KEY_TARGETS
	    ? say("target", "%s-%d-K%u", unit_code(unit), city->year, i + 1)
	    : say("target", "%s-%d-R%u", unit_code(unit), city->year,
		  i + 1 - KEY_TARGETS);
}

static const char *
dynamic(uint32_t unit, unsigned i)
{
	return say("target", "%s-%d-T%u", unit_code(unit), city->year, i + 1);
}

/* What is done in January for the year before names it. */
#define OF_YEAR 1000
static uint32_t
of_year(uint32_t i)
{
	city->year = (int)(i / OF_YEAR);
	return i % OF_YEAR;
}

/* --- to the list --- */
static void
draft(uint32_t unit, unsigned i, int64_t weight_e4)
{
	struct kit *k = &city->k;
	bool key = i < KEY_TARGETS;
	const char *by = key ? "P09.a" : head_of(unit), *code = target(unit, i);
	const char *fields[] = {code, say("unit", "%s", unit_code(unit)),
	    say("year", "%d", city->year), key ? "class=key" : "class=routine",
	    !key         ? "source=work-plan"
		: i == 0 ? "source=superior-indicator"
		: i == 1 ? "source=livelihood"
			 : "source=city-key",
	    i % 2 == 0 ? "duty=D1" : "duty=D2",
	    say("weight", "%lld.%04lld", (long long)(weight_e4 / 10000),
		(long long)(weight_e4 % 10000)),
	    assessor_unit_of(unit), "title=年度工作目标",
	    say("lead", "C%02u", unit + 1),
	    i == 0 ? say("indicator", "I%02u", unit + 1) : NULL, NULL};

	kit_do_v(k, KC_K_target_draft, by, fields, __FILE__, __LINE__);
	kit_do(k, KC_K_target_submit, by, code);
}

/* Parts of no two are alike, and add up. */
static void
draft_class(uint32_t unit, unsigned from, unsigned n, int64_t all_e4)
{
	int64_t part_e4 = all_e4 / n, given_e4 = 0;

	for (unsigned i = 0; i < n; i++) {
		int64_t w = i + 1 == n
		    ? all_e4 - given_e4
		    : part_e4 - (int64_t)chance((uint32_t)part_e4 / 8);

		draft(unit, from + i, w);
		given_e4 += w;
	}
}

static void
draft_unit(uint32_t unit)
{
	const struct rules *r = rules_of(city->year);

	draft_class(unit, 0, KEY_TARGETS, r->key_e4);
	draft_class(unit, KEY_TARGETS, ROUTINE_TARGETS, r->routine_e4);
}

static void
review(uint32_t unit)
{
	struct kit *k = &city->k;

	for (unsigned i = 0; i < TARGETS; i++) {
		const char *code = target(unit, i);

		if (chance(50) == 0) {
			kit_do(k, KC_K_target_return, "P09.b", code,
			    "reason=标准不够具体");
			kit_do(k, KC_K_target_submit,
			    i < KEY_TARGETS ? "P09.a" : head_of(unit), code);
		}
		kit_do(k, KC_K_target_approve_first, "P09.b", code);
		kit_do(k, KC_K_target_approve_second, "gop gog", code);
		kit_do(k, KC_K_target_read, "leader", code);
	}
	kit_do(k, KC_K_list_issue, "P09.a", say("unit", "%s", unit_code(unit)),
	    say("year", "%d", city->year));
}

static void
add_dynamic(uint32_t i)
{
	uint32_t unit = i / DYNAMIC_TARGETS;
	const struct rules *r = rules_of(city->year);

	kit_do(&city->k, KC_K_target_add, "P09.a gog",
	    dynamic(unit, i % DYNAMIC_TARGETS),
	    say("unit", "%s", unit_code(unit)), say("year", "%d", city->year),
	    "duty=D1",
	    say("weight", "%lld.%04u",
		(long long)(r->dynamic_e4 / 10000 / (2 + chance(3))),
		chance(10000)),
	    assessor_unit_of(unit), "title=临时交办任务");
}

/* --- tasks and reports --- */
static void
split(const char *code, uint32_t unit, unsigned i)
{
	static const unsigned planned[3][3] = {
	    {2000, 5000, 8000}, {2500, 5000, 7500}, {0, 4000, 9000}};
	const unsigned *q = planned[chance(3)];
	const char *fields[] = {code, say("task", "%s-%u", code + 7, i + 1),
	    "title=任务", i + 1 == TASKS ? "share=4000" : "share=3000",
	    "division=业务处", say("q1", "%u", q[0]), "q1_result=启动",
	    say("q2", "%u", q[1]), "q2_result=过半", say("q3", "%u", q[2]),
	    "q3_result=基本完成", "q4=10000", "q4_result=完成", NULL};

	kit_do_v(&city->k, KC_K_task_split, head_of(unit), fields, __FILE__,
	    __LINE__);
}

static void
plan(uint32_t unit)
{
	for (unsigned i = 0; i < TARGETS; i++) {
		const char *code = target(unit, i);

		for (unsigned t = 0; t < TASKS; t++)
			split(code, unit, t);
		kit_do(&city->k, KC_K_plan_file, head_of(unit), code);
	}
}

/* Of a hundred nodes one is never reported and three are late. */
static uint32_t
lateness(uint32_t unit, unsigned n, unsigned quarter)
{
	return (unit * 7919 + n * 104729 + quarter * 31) % 100;
}

static bool
reported(uint32_t unit, unsigned n, unsigned quarter)
{
	return lateness(unit, n, quarter) >= 4;
}

static void
report(uint32_t unit, unsigned quarter, bool late)
{
	static const unsigned expected[] = {2000, 5000, 8000, 10000};

	for (unsigned n = 0; n < TARGETS * TASKS; n++) {
		const char *code = target(unit, n / TASKS) + 7;

		if (reported(unit, n, quarter) == late ||
		    lateness(unit, n, quarter) == 0)
			continue;
		kit_do(&city->k, KC_K_progress_report, head_of(unit),
		    say("node", "%s-%u.Q%u", code, n % TASKS + 1, quarter + 1),
		    say("actual", "%u",
			expected[quarter] * (75 + chance(26)) / 100),
		    EVIDENCE, "report=按计划推进");
	}
}

/* Of what was reported the assessing unit looks at one in two; one in nine of
 * those stands otherwise than reported. */
static void
verify(uint32_t i)
{
	struct kit *k = &city->k;
	uint32_t unit = i / 4;

	for (unsigned n = 0; n < TARGETS * TASKS; n++) {
		const char *node = say("node", "%s-%u.Q%u",
		    target(unit, n / TASKS) + 7, n % TASKS + 1, i % 4 + 1);
		bool other = chance(9) == 0;

		if (chance(2) == 0 || !reported(unit, n, i % 4))
			continue;
		if (other)
			kit_do(k, KC_K_progress_verify, assessor_of(unit), node,
			    "finding=behind", say("actual", "%u", chance(1500)),
			    EVIDENCE, "reason=现场核对", "text=未达序时进度");
		else
			kit_do(k, KC_K_progress_verify, assessor_of(unit), node,
			    "finding=on-schedule", "text=与所报一致");
	}
}

static void
report_in_time(uint32_t i)
{
	report(i / 4, i % 4, false);
	on(today() + 2, verify, i);
}

static void
report_late(uint32_t i)
{
	report(i / 4, i % 4, true);
}

static void
bulletin(uint32_t i)
{
	const struct rules *r = rules_of(city->year);
	uint32_t unit = i / 4;

	kit_do(&city->k, KC_K_indicator_report, "stats",
	    say("indicator", "I%02u", unit + 1),
	    say("quarter", "%d-Q%u", city->year, i % 4 + 1),
	    say("value", "%u.%04u", chance(100), chance(10000)),
	    say("rank", "%u", 1 + chance((uint32_t)r->cities)),
	    say("last_rank", "%u", 1 + chance((uint32_t)r->cities)));
}

/* Within the quarter too, month by month. */
static void
report_so_far(uint32_t i)
{
	report(i / 4, i % 4, false);
}

/* --- the end, in January --- */
static void
find(uint32_t unit, const char *code)
{
	struct kit *k = &city->k;
	static const unsigned rates[] = {
	    10000, 10000, 9650, 9333, 10000, 9501, 8875, 10000};

	kit_do(k, KC_K_completion_find, assessor_of(unit), code,
	    say("rate", "%u", rates[chance(8)]), EVIDENCE);
	if (chance(40) != 0)
		return;
	kit_do(k, KC_K_completion_correct,
	    say("", "%s P09.b", assessor_of(unit)) + 1, code,
	    say("rate", "%u", 5000 + chance(5001)), "reason=核定数更正");
}

/* As the unit sees it: better than it is found, often. */
static void
check(uint32_t unit, const char *code)
{
	bool done = chance(4) != 0;

	kit_do(&city->k, KC_K_selfcheck_file, head_of(unit), code,
	    done ? "completion=10000" : "completion=9200", EVIDENCE,
	    done ? NULL : "unmet=个别任务收尾较迟", "remedy=逐月调度");
}

static void
find_all(uint32_t i)
{
	int now = city->year;
	uint32_t unit = of_year(i);

	for (unsigned t = 0; t < TARGETS; t++) {
		find(unit, target(unit, t));
		check(unit, target(unit, t));
	}
	for (unsigned t = 0; t < DYNAMIC_TARGETS; t++)
		if ((unit + t) % 3 == 0) {
			find(unit, dynamic(unit, t));
			check(unit, dynamic(unit, t));
		}
	city->year = now;
}

static void
of_december(uint32_t i)
{
	int now = city->year;
	uint32_t unit = of_year(i);

	report(unit, 3, false);
	report(unit, 3, true);
	city->year = now;
}

static void
last_bulletin(uint32_t i)
{
	int now = city->year;
	uint32_t unit = of_year(i);

	bulletin(4 * unit + 3);
	city->year = now;
}

void
decade_lists(void)
{
	static const int reports[3][2] = {{4, 6}, {7, 4}, {10, 9}};
	static const int late[3][2] = {{4, 28}, {8, 1}, {11, 3}};
	uint32_t named = (uint32_t)city->year * OF_YEAR;

	for (uint32_t u = 0; u < city->units; u++) {
		on(date(1, 20), draft_unit, u);
		on(date(3, 8), review, u);
		on(date(3, 25), plan, u);
		for (unsigned q = 0; q < 3; q++) {
			on(date(reports[q][0], reports[q][1]), report_in_time,
			    4 * u + q);
			on(date(late[q][0], late[q][1]), report_late,
			    4 * u + q);
			on(date(late[q][0], 14), bulletin, 4 * u + q);
		}
		for (unsigned q = 1; q < 4; q++) {
			on(date(3 * (int)q + 2, 25), report_so_far, 4 * u + q);
			on(date(3 * (int)q + 3, 20), report_so_far, 4 * u + q);
		}
		for (unsigned i = 0; i < DYNAMIC_TARGETS; i++)
			if ((u + i) % 3 == 0)
				on(date(5 + 3 * (int)i, 20), add_dynamic,
				    u * DYNAMIC_TARGETS + i);
		on(date(12, 31) + 6, of_december, named + u);
		on(date(12, 31) + 4, last_bulletin, named + u);
		on(date(12, 31) + 16, find_all, named + u);
	}
}
