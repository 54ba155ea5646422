/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's panels: the newest statement of each voter, and what the ballots
 * come to. Marks are put in order to be trimmed, and means are compared with
 * fractions over one denominator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

#define MIN_BALLOTS 5
#define TRIM_FROM 10

static void
voted(struct sim *s, const struct kc_entry *e, unsigned year, unsigned unit)
{
	struct m_vote v = {0}, *at = NULL;

	assert_int_equal(kc_entry_num(e, year, 0), 2022);
	m_copy(v.voter, e->by[0]);
	m_copy(v.unit, kc_entry_str(e, unit));
	sim_require(s, !s->m.panel_closed, "a vote after the panels closed");
	sim_require(s, v.unit[0] == 'G', "a vote on a unit that is apart");
	if (e->kind->id == KC_K_panel_ballot) {
		m_copy(v.group, kc_entry_str(e, KC_F_panel_ballot_group));
		for (unsigned i = 0; i < 3; i++)
			v.marks[i] =
			    kc_entry_num(e, KC_F_panel_ballot_full + i, -1);
		sim_require(s, strncmp(v.voter, v.group, strlen(v.group)) == 0,
		    "a vote with another group");
		sim_require(s,
		    strcmp(v.unit, "G16") != 0 ||
			strcmp(v.voter + strlen(v.group), ".0") != 0,
		    "a vote on the own unit");
	}
	for (unsigned i = 0; i < s->m.nvotes && at == NULL; i++)
		if (strcmp(s->m.votes[i].voter, v.voter) == 0 &&
		    strcmp(s->m.votes[i].unit, v.unit) == 0)
			at = &s->m.votes[i];
	if (at == NULL)
		at = &s->m.votes[s->m.nvotes++];
	assert_true(s->m.nvotes < SIM_MAX);
	*at = v;
}

void
m_read_panels(struct sim *s, const struct kc_entry *e)
{
	if (e->kind->id == KC_K_panel_ballot)
		voted(s, e, KC_F_panel_ballot_year, KC_F_panel_ballot_unit);
	else if (e->kind->id == KC_K_panel_recuse)
		voted(s, e, KC_F_panel_recuse_year, KC_F_panel_recuse_unit);
	else if (e->kind->id == KC_K_panel_open)
		s->m.panel_open = true;
	else if (e->kind->id == KC_K_panel_close)
		s->m.panel_closed = true;
}

/* How many of each mark, from "unknown" on, of one criterion. */
static unsigned
tally(const struct sim *s, const char *unit, const char *group, unsigned k,
    unsigned of[6])
{
	unsigned n = 0;

	memset(of, 0, 6 * sizeof(of[0]));
	for (unsigned i = 0; i < s->m.nvotes; i++) {
		const struct m_vote *v = &s->m.votes[i];

		if (strcmp(v->unit, unit) != 0 || strcmp(v->group, group) != 0)
			continue;
		of[v->marks[k]]++;
		n += v->marks[k] > 0;
	}
	if (n < TRIM_FROM)
		return n;
	for (unsigned m = 1, out = 0; m <= 5 && out == 0; m++)
		out = of[m] > 0 ? of[m]-- : 0;
	for (unsigned m = 5, out = 0; m >= 1 && out == 0; m--)
		out = of[m] > 0 ? of[m]-- : 0;
	return n - 2;
}

/* Ballots that know something. */
static unsigned
valid(const struct sim *s, const char *unit, const char *group)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->m.nvotes; i++) {
		const struct m_vote *v = &s->m.votes[i];

		n += strcmp(v->unit, unit) == 0 &&
		    strcmp(v->group, group) == 0 &&
		    v->marks[0] + v->marks[1] + v->marks[2] > 0;
	}
	return n;
}

/* 20 times the mean of the criteria's means, to the nearest 1/10000. */
static int64_t
mean(const struct sim *s, const char *unit, const char *group)
{
	int64_t n[3], sum[3] = {0}, over = 0, under = 1, criteria = 0;

	for (unsigned k = 0; k < 3; k++) {
		unsigned of[6];

		n[k] = tally(s, unit, group, k, of);
		for (unsigned m = 1; m <= 5; m++)
			sum[k] += (int64_t)m * of[m];
		criteria += n[k] > 0;
	}
	for (unsigned k = 0; k < 3; k++)
		under *= n[k] > 0 ? n[k] : 1;
	for (unsigned k = 0; k < 3; k++)
		over += n[k] > 0 ? sum[k] * (under / n[k]) : 0;
	under *= criteria;
	return (over * 200000 * 2 + under) / (under * 2);
}

/* What the panels make of an objective base. */
int64_t
m_with_panels(const struct sim *s, const char *unit, int64_t objective)
{
	static const struct {
		const char *group;
		int64_t weight;
	} groups[] = {{"inner", 5000}, {"outer", 3000}, {"grass", 2000}};
	int64_t sum = 0, weight = 0, panel;

	for (size_t g = 0; s->m.panel_closed && g < 3; g++) {
		if (valid(s, unit, groups[g].group) < MIN_BALLOTS)
			continue;
		sum += groups[g].weight * mean(s, unit, groups[g].group);
		weight += groups[g].weight;
	}
	if (weight == 0)
		return objective;
	panel = (sum * 2 + weight) / (weight * 2);
	return (objective * 8000 + panel * 2000 + 5000) / 10000;
}
