/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about panels: what voters say once the year has ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/panel/panel.h"
#include "sim.h"

/* Enough of the first group for trimming, too few of the last to count. */
static const struct {
	const char *group, *role;
	unsigned voters;
} groups[] = {
    {"inner", "panel-inner", 11},
    {"outer", "panel-outer", 6},
    {"grass", "panel-grass", 3},
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static void
enrol(struct sim *s, const char *id, const char *unit, const char *role)
{
	const char *fields[] = {kit_field("actor", id), kit_field("role", role),
	    kit_vkey(&s->k, "key", id), kit_proof(&s->k, id),
	    unit != NULL ? kit_field("unit", unit) : NULL, NULL};

	/* The administrators may have lost their keys: a year without. */
	(void)kit_try(&s->k, KC_K_actor_enrol, "root.a root.b", fields);
}

void
sim_voters(struct sim *s)
{
	char id[24];

	for (size_t g = 0; g < GROUPS; g++)
		for (unsigned i = 0; i < groups[g].voters; i++) {
			(void)snprintf(
			    id, sizeof(id), "%s.%u", groups[g].group, i);
			enrol(s, id, i == 0 ? "G16" : NULL, groups[g].role);
		}
	enrol(s, "teller", NULL, "tally");
	model_read(s);
	s->voters = true;
}

static const char *
any_mark(struct sim *s)
{
	static const char *const marks[] = {
	    "unknown", "1", "2", "3", "4", "5", "5", "4"};

	return marks[sim_random(s, 8)];
}

static void
ballot(struct sim *s, struct statement *st, const char *group)
{
	static const char *const flags[] = {"overreach", "absent", "misplaced"};

	sim_add(st, "group", group);
	sim_add(st, "full", any_mark(s));
	sim_add(st, "proper", any_mark(s));
	sim_add(st, "benefit", any_mark(s));
	for (size_t i = 0; i < 3; i++)
		if (sim_chance(s, 10))
			sim_add(st, flags[i], "x");
	if (sim_chance(s, 10))
		sim_add(st, "workload", "x");
}

static void
vote(struct sim *s, struct statement *st)
{
	size_t g = sim_chance(s, 50) ? 0 : sim_random(s, GROUPS);
	bool recuses = sim_chance(s, 8);
	char voter[24];

	(void)snprintf(voter, sizeof(voter), "%s.%u", groups[g].group,
	    (unsigned)sim_random(s, groups[g].voters));
	sim_begin(st, recuses ? KC_K_panel_recuse : KC_K_panel_ballot, voter);
	sim_add(st, "year", "2022");
	sim_add(st, "unit", sim_chance(s, 70) ? "G16" : "G17");
	if (recuses)
		sim_add(st, "reason", "x");
	else
		ballot(s, st,
		    sim_chance(s, 97) ? groups[g].group : groups[0].group);
}

bool
sim_panel(struct sim *s, struct statement *st)
{
	const struct kc_panel *p = kc_panel_of(s->k.st, 2022);

	if (p != NULL && p->state == KC_PS_OPEN &&
	    sim_chance(s, s->k.now_ms >= kc_day_end_ms(p->until) ? 40 : 1)) {
		sim_begin(st, KC_K_panel_close,
		    sim_chance(s, 95) ? "P09.a teller" : "P09.a P09.b");
		sim_add(st, "year", "2022");
	} else if (p == NULL && sim_chance(s, 50)) {
		sim_begin(
		    st, KC_K_panel_open, sim_chance(s, 80) ? "P09.a" : "P09.b");
		sim_add(st, "year", "2022");
	} else if (p == NULL ||
	    (s->k.now_ms < kc_day_end_ms(p->from - 1) && sim_chance(s, 80))) {
		return false;
	} else {
		vote(s, st);
	}
	return true;
}
