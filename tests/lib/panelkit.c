/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of panels for tests. */
#include "panelkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/score.h"

static const char *const groups[KC_PANEL_COUNT][3] = {
    [KC_PANEL_INNER] = {"in", "panel-inner", "group=inner"},
    [KC_PANEL_OUTER] = {"out", "panel-outer", "group=outer"},
    [KC_PANEL_GRASS] = {"gr", "panel-grass", "group=grass"},
};

static unsigned
group_of(const char *voter)
{
	size_t n = strcspn(voter, ".");
	unsigned g = 0;

	while (
	    strlen(groups[g][0]) != n || strncmp(groups[g][0], voter, n) != 0)
		assert_true(++g < KC_PANEL_COUNT);
	return g;
}

void
panel_voters(struct kit *k)
{
	char id[16];

	for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
		for (int i = 1; i <= PANEL_VOTERS; i++) {
			(void)snprintf(
			    id, sizeof(id), "%s.%d", groups[g][0], i);
			kit_enrol(k, id, NULL, groups[g][1]);
		}
	kit_enrol(k, "tally", NULL, "tally");
}

void
panel_people(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	panel_voters(k);
}

void
panel_open(struct kit *k)
{
	kit_on(k, "2023-01-26");
	(void)kit_clerk(k);
	kit_do(k, KC_K_panel_open, "P09.a", "year=2022");
}

void
panel_city(struct kit *k)
{
	panel_people(k);
	panel_open(k);
}

static const char *
mark(const char *field, char digit)
{
	const char text[] = {digit, '\0'};

	return kit_field(field, digit == '0' ? "unknown" : text);
}

void
panel_vote(
    struct kit *k, const char *voter, const char *unit, const char *marks)
{
	kit_do(k, KC_K_panel_ballot, voter, "year=2022",
	    kit_field("unit", unit), groups[group_of(voter)][2],
	    mark("full", marks[0]), mark("proper", marks[1]),
	    mark("benefit", marks[2]));
}

void
panel_votes(
    struct kit *k, const char *group, const char *unit, const char *marks)
{
	char voter[16], one[4] = "";

	for (int i = 1; *marks != '\0'; i++) {
		(void)snprintf(voter, sizeof(voter), "%s.%d", group, i);
		memcpy(one, marks, 3);
		panel_vote(k, voter, unit, one);
		marks += marks[3] == ' ' ? 4 : 3;
	}
}

void
panel_recuse(struct kit *k, const char *voter, const char *unit)
{
	kit_do(k, KC_K_panel_recuse, voter, "year=2022",
	    kit_field("unit", unit), "reason=亲属在该单位任职");
}

void
panel_close(struct kit *k)
{
	if (k->now_ms < kc_day_end_ms(kc_panel_of(k->st, 2022)->until))
		kit_on(k, "2023-02-11");
	(void)kit_clerk(k);
	kit_do(k, KC_K_panel_close, "P09.a tally", "year=2022");
}

static uint32_t
unit_of(const struct kit *k, const char *unit)
{
	uint32_t i = kc_find(k->st, KC_NS_UNIT, kc_slice_str(unit));

	assert_int_not_equal(i, KC_NONE);
	return i;
}

const struct kc_panel_group *
panel_result(const struct kit *k, const char *unit, unsigned group)
{
	const struct kc_panel_result *r =
	    kc_panel_result_of(k->st, 2022, unit_of(k, unit));

	assert_non_null(r);
	return &r->of[group];
}

struct kc_score
panel_score(const struct kit *k, const char *unit)
{
	struct kc_unit_score s;
	struct kc_refusal why;

	assert_int_equal(kc_unit_score(k->st, k->st->units.v[unit_of(k, unit)],
			     kc_cycle_of(k->st, 2022), &s, &why),
	    KC_OK);
	return s.score;
}
