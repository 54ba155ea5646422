/* SPDX-License-Identifier: Apache-2.0 */
/* On which days the units of the demonstration file and report. */
#include "demo_steps.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct when {
	int month, day;
};
/* By number of the quarter; of quarter 0, when the tasks are filed. */
static const struct when days[5][6] = {
    {{4, 11}, {4, 12}, {4, 13}, {4, 14}, {4, 15}},
    {{4, 18}, {4, 19}, {4, 20}, {4, 21}, {4, 22}},
    {{7, 1}, {7, 4}, {7, 5}, {7, 6}, {7, 7}, {7, 8}},
    {{10, 8}, {10, 9}, {10, 10}, {10, 11}, {10, 12}, {10, 13}},
    {{1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 9}, {1, 10}},
};
/* Past the last day, but for the first report of the unit that was late with
 * its tasks. */
static const struct {
	const char *unit;
	unsigned quarter;
	struct when on;
} late[] = {
    {"M08", 0, {4, 25}},
    {"M08", 1, {5, 6}},
    {"V06", 2, {7, 18}},
    {"Z06", 3, {10, 21}},
};

static kc_day
day_of(struct when w, unsigned quarter)
{
	return kc_day_from_civil(DEMO_YEAR + (quarter == 4), w.month, w.day);
}

kc_day
demo_report_day(const struct demo *d, size_t u, unsigned quarter)
{
	unsigned n = quarter < 2 ? 5 : 6;

	for (size_t i = 0; i < COUNT(late); i++)
		if (late[i].quarter == quarter &&
		    strcmp(late[i].unit, demo_units[u].code) == 0)
			return day_of(late[i].on, quarter);
	/* Who is looked at early reports at once. */
	if (quarter == 2 && demo_sweep_day(d, u) <= day_of(days[2][5], 2))
		return day_of(days[2][0], 2);
	return day_of(days[quarter][u % n], quarter);
}

void
demo_plan_days(unsigned quarter, void (*run)(struct demo *, unsigned))
{
	for (size_t i = 0; i < COUNT(days[0]); i++)
		if (days[quarter][i].month != 0)
			demo_at(day_of(days[quarter][i], quarter), 10, 0, run,
			    (unsigned)day_of(days[quarter][i], quarter));
	for (size_t i = 0; i < COUNT(late); i++)
		if (late[i].quarter == quarter)
			demo_at(day_of(late[i].on, quarter), 10, 0, run,
			    (unsigned)day_of(late[i].on, quarter));
}
