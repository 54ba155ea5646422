/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Panels of the demonstration: leaders and officials, deputies and members,
 * heads of townships; each votes on every unit but the own one. What a unit is
 * like is invented by its code, and each voter sees it a little otherwise.
 */
#include "demo_steps.h"

#include <stdio.h>

static const struct {
	const char *name; /* of an actor, with a number */
	int role, group;
	unsigned n, of_units; /* so many are officials of a unit */
} groups[] = {
    {"inner", KC_ROLE_PANEL_INNER, KC_PANEL_INNER, 40, 22},
    {"outer", KC_ROLE_PANEL_OUTER, KC_PANEL_OUTER, 30, 0},
    {"grass", KC_ROLE_PANEL_GRASS, KC_PANEL_GRASS, 20, 0},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))
#define TALLY "tally.1"
#define DAYS 8 /* of voting */

static kc_day
day_of(int month, int day)
{
	return kc_day_from_civil(DEMO_YEAR + 1, month, day);
}

static void
name_of(size_t group, unsigned i, char out[16])
{
	snprintf(out, 16, "%s.%02u", groups[group].name, i + 1);
}

/* The unit that an official is of; demo_nunits: of none. */
static size_t
unit_of(size_t group, unsigned i)
{
	return i < groups[group].of_units ? (size_t)i * 4 : demo_nunits;
}

static void
enrol_all(struct demo *d, unsigned unused)
{
	char name[16];

	(void)unused;
	demo_enrol(d, TALLY, KC_ROLE_TALLY, NULL);
	for (size_t g = 0; g < GROUPS; g++)
		for (unsigned i = 0; i < groups[g].n; i++) {
			size_t u = unit_of(g, i);

			name_of(g, i, name);
			demo_enrol(d, name, groups[g].role,
			    u < demo_nunits ? demo_units[u].code : NULL);
		}
}

/* --- a ballot --- */
static const char *
mark(const char *voter, const char *unit, unsigned criterion)
{
	static const char *const marks[] = {"1", "2", "3", "4", "5"};
	char who[32];
	uint32_t seen;
	int is = 3 + (int)demo_pick(unit, 900 + criterion, 2);

	snprintf(who, sizeof(who), "%s %s", voter, unit);
	seen = demo_pick(who, criterion, 12);
	if (seen == 0)
		return "unknown";
	if (seen < 3)
		is--;
	else if (seen > 5)
		is++;
	return marks[is - 1];
}

/* Few say more than marks. */
static void
say_more(struct demo *d, const char *voter, const char *unit)
{
	static const struct {
		unsigned field;
		const char *text;
	} say[] = {{F(panel_ballot, overreach), "要求乡镇重复报送材料"},
	    {F(panel_ballot, absent), "跨部门事项牵头协调不够"},
	    {F(panel_ballot, misplaced), "替代属地承担日常管理"},
	    {F(panel_ballot, workload), "改革任务重，人手偏紧"}};
	char who[32];
	uint32_t said;

	snprintf(who, sizeof(who), "%s %s", voter, unit);
	said = demo_pick(who, 77, 160);
	if (said < sizeof(say) / sizeof(say[0]))
		demo_set(d, say[said].field, say[said].text);
}

static void
cast(struct demo *d, size_t group, const char *voter, const char *unit)
{
	demo_begin(d, KC_K_panel_ballot);
	demo_by(d, voter);
	demo_number(d, F(panel_ballot, year), DEMO_YEAR);
	demo_set(d, F(panel_ballot, unit), unit);
	demo_set(d, F(panel_ballot, group),
	    kc_word_text(KC_SET_PANEL, groups[group].group));
	demo_set(d, F(panel_ballot, full), mark(voter, unit, 0));
	demo_set(d, F(panel_ballot, proper), mark(voter, unit, 1));
	demo_set(d, F(panel_ballot, benefit), mark(voter, unit, 2));
	say_more(d, voter, unit);
	demo_post(d, NULL);
}

static void
vote(struct demo *d, unsigned day)
{
	char name[16];

	for (size_t g = 0; g < GROUPS; g++)
		for (unsigned i = 0; i < groups[g].n; i++) {
			name_of(g, i, name);
			for (size_t u = 0; i % DAYS == day && u < demo_nunits;
			     u++)
				if (demo_units[u].group != KC_GROUP_APART &&
				    u != unit_of(g, i))
					cast(d, g, name, demo_units[u].code);
		}
}

/* --- opened and closed --- */
static void
open_panels(struct demo *d, unsigned unused)
{
	(void)unused;
	demo_begin(d, KC_K_panel_open);
	demo_by(d, "P09.estab");
	demo_number(d, F(panel_open, year), DEMO_YEAR);
	demo_post(d, NULL);
}

static void
close_panels(struct demo *d, unsigned unused)
{
	(void)unused;
	demo_begin(d, KC_K_panel_close);
	demo_by(d, "P09.estab");
	demo_by(d, TALLY);
	demo_number(d, F(panel_close, year), DEMO_YEAR);
	demo_post(d, NULL);
}

void
demo_plan_panels(void)
{
	static const int days[DAYS] = {1, 2, 3, 6, 7, 8, 9, 10};

	demo_at(day_of(1, 16), 9, 0, enrol_all, 0);
	demo_at(day_of(1, 31), 10, 0, open_panels, 0);
	for (unsigned i = 0; i < DAYS; i++)
		demo_at(day_of(2, days[i]), 9, 0, vote, i);
	demo_at(day_of(2, 13), 9, 0, close_panels, 0);
}
