/* SPDX-License-Identifier: Apache-2.0 */
/* Panels of a year: each voter on each unit, with a group that is void, marks
 * that nobody knows, ballots cast twice and voters who stand aside. */
#include "decade.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "noun/panel/panel.h"

#define INNER 11   /* enough to be trimmed under both rules */
#define OTHERS 6   /* and the others under neither */
#define OF_UNITS 4 /* so many of the inner panel are of a unit */

static const struct {
	const char *prefix, *role, *field;
	uint32_t n;
} groups[] = {
    {"in", "panel-inner", "group=inner", INNER},
    {"out", "panel-outer", "group=outer", OTHERS},
    {"gr", "panel-grass", "group=grass", OTHERS},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))
#define OUTER 1
#define GRASS 2

static int
ended(void)
{
	return kc_day_year(today()) - 1;
}

static const char *
voter(size_t g, uint32_t i)
{
	return say("", "%s.%u", groups[g].prefix, i + 1) + 1;
}

static bool
is_of_unit(size_t g, uint32_t i, uint32_t unit)
{
	return g == 0 && i < OF_UNITS && i == unit;
}

void
decade_voters(void)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (uint32_t i = 0; i < groups[g].n; i++) {
			bool of = g == 0 && i < OF_UNITS && i < city->units;

			kit_enrol(&city->k, voter(g, i),
			    of ? unit_code(i) : NULL, groups[g].role);
		}
	kit_enrol(&city->k, "tally", NULL, "tally");
}

/* --- a ballot --- */
static const char *
mark(const char *criterion, bool knows)
{
	if (!knows || chance(9) == 0)
		return say(criterion, "unknown");
	return say(criterion, "%u", 1 + (chance(5) + chance(5) + 1) / 2);
}

/* Few of the outer group vote every third year, so that it is void; of some
 * units too few of the grassroots know anything. */
static bool
outer_is_void(void)
{
	return (ended() - (int)city->first) % 3 == 1;
}

static bool
votes(size_t g, uint32_t i)
{
	return g != OUTER || i < 2 || !outer_is_void();
}

static bool
knows(size_t g, uint32_t i, uint32_t unit)
{
	return g != GRASS || i >= 2 || unit % 5 != 3;
}

static void
cast(size_t g, uint32_t i, uint32_t unit)
{
	bool knowing = knows(g, i, unit);

	kit_do(&city->k, KC_K_panel_ballot, voter(g, i),
	    say("year", "%d", ended()), say("unit", "%s", unit_code(unit)),
	    groups[g].field, mark("full", knowing), mark("proper", knowing),
	    mark("benefit", knowing));
}

static void
stand_aside(size_t g, uint32_t i, uint32_t unit)
{
	kit_do(&city->k, KC_K_panel_recuse, voter(g, i),
	    say("year", "%d", ended()), say("unit", "%s", unit_code(unit)),
	    "reason=亲属在该单位任职");
}

/* All voters on a unit; some vote again, or stand aside after all. */
static void
vote(uint32_t unit)
{
	for (size_t g = 0; g < rules_of(ended())->panels; g++)
		for (uint32_t i = 0; i < groups[g].n; i++) {
			if (!votes(g, i))
				continue;
			if (is_of_unit(g, i, unit)) {
				stand_aside(g, i, unit);
				continue;
			}
			cast(g, i, unit);
			if (chance(60) == 0)
				stand_aside(g, i, unit);
			if (chance(30) == 0)
				cast(g, i, unit);
		}
}

/* --- opened and closed --- */
static void
open_panels(uint32_t units)
{
	kit_do(&city->k, KC_K_panel_open, "P09.a", say("year", "%d", ended()));
	for (uint32_t u = 0; u < units; u++)
		if (owns_itself(u))
			on(today() + 1 + (kc_day)(u % 3), vote, u);
}

static void
close_panels(uint32_t unused)
{
	struct kc_state *st = city->k.st;
	const struct kc_panel_result *r;

	(void)unused;
	kit_do(&city->k, KC_K_panel_close, "P09.a tally",
	    say("year", "%d", ended()));
	r = kc_panel_result_of(
	    st, ended(), kc_find(st, KC_NS_UNIT, kc_slice_str(unit_code(0))));
	assert_non_null(r);
	assert_int_equal(r->of[KC_PANEL_OUTER].counts, !outer_is_void());
}

void
decade_panels(void)
{
	on(date(12, 31) + 26, open_panels, city->units);
	on(date(12, 31) + 43, close_panels, 0);
}
