/* SPDX-License-Identifier: Apache-2.0 */
/* Dynamic work of the demonstration: added through the year (R25), for some
 * units each time, out of the points that were reserved. */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

static const struct {
	int month, day;
	size_t first, every; /* units: one in so many */
	int64_t weight_e4;
	const char *title;
} additions[DEMO_DYNAMICS] = {
    {6, 10, 0, 3, 40000, "投资洽谈会筹备保障"},
    {9, 20, 1, 3, 30000, "台风灾后恢复重建"},
    {11, 7, 1, 2, 20000, "疫情防控支援"},
};

kc_day
demo_dynamic_day(unsigned i)
{
	return kc_day_from_civil(
	    DEMO_YEAR, additions[i].month, additions[i].day);
}

bool
demo_dynamic_target(size_t u, unsigned i, struct demo_target *t)
{
	const char *code = demo_units[u].code;

	if (u % additions[i].every != additions[i].first)
		return false;
	memset(t, 0, sizeof(*t));
	t->class_ = KC_TARGET_CLASS_DYNAMIC;
	t->weight_e4 = additions[i].weight_e4;
	t->assessor = strcmp(code, "P07") == 0 ? "P02" : "P07";
	snprintf(t->code, sizeof(t->code), "%s-2022-T%02u", code, i + 1);
	snprintf(t->duty, sizeof(t->duty), "%s-D1", code);
	snprintf(t->title, sizeof(t->title), "%s", additions[i].title);
	return true;
}

size_t
demo_targets_by(size_t u, kc_day day, struct demo_target out[DEMO_TARGETS_MAX])
{
	size_t n = demo_unit_targets(u, out);

	for (unsigned i = 0; i < DEMO_DYNAMICS; i++)
		if (demo_dynamic_day(i) <= day)
			n += demo_dynamic_target(u, i, &out[n]);
	return n;
}

static void
add(struct demo *d, unsigned i)
{
	struct demo_target t;

	for (size_t u = 0; u < demo_nunits; u++) {
		if (!demo_dynamic_target(u, i, &t))
			continue;
		demo_begin(d, KC_K_target_add);
		demo_by(d, "P09.estab");
		demo_by(d, "G01.office");
		demo_set(d, F(target_add, target), t.code);
		demo_set(d, F(target_add, unit), demo_units[u].code);
		demo_number(d, F(target_add, year), DEMO_YEAR);
		demo_set(d, F(target_add, duty), t.duty);
		demo_points(d, F(target_add, weight), t.weight_e4);
		demo_set(d, F(target_add, assessor), t.assessor);
		demo_set(d, F(target_add, title), t.title);
		demo_post(d, NULL);
	}
}

void
demo_plan_dynamic(void)
{
	for (unsigned i = 0; i < DEMO_DYNAMICS; i++)
		demo_at(demo_dynamic_day(i), 9, 0, add, i);
}
