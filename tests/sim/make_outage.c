/* SPDX-License-Identifier: Apache-2.0 */
/* Outages of the last days, in which something may have been due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim.h"

/* The last day that a case waits for, or that ended it. */
static kc_day
last_day(const struct kc_case *c, const char **limit)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
	case KC_CS_LAPSED:
		*limit = "confirm";
		return c->confirm_due;
	case KC_CS_RECTIFYING:
	case KC_CS_EXPIRED:
		*limit = "rectify";
		return c->due;
	case KC_CS_SUBMITTED:
		*limit = "review";
		return c->review_due;
	case KC_CS_DEDUCTED:
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_WITHDRAWN:
	case KC_CS_REVOKED:
		break;
	}
	*limit = "feedback";
	return KC_DAY_NONE;
}

/* A case that was due of late, and when; KC_DAY_NONE: none was found. */
static kc_day
due_of_late(struct sim *s, const char **about, const char **limit)
{
	const struct kc_state *now = s->k.st;
	kc_day today = kc_day_of_instant(s->k.now_ms, KC_LOCAL_OFFSET_S);

	for (int tries = 0; tries < 20; tries++) {
		const struct kc_case *c =
		    now->cases.v[sim_random(s, now->cases.n)];
		kc_day day = last_day(c, limit);

		*about = c->handle;
		if (day != KC_DAY_NONE && day <= today && day > today - 7)
			return day;
	}
	return KC_DAY_NONE;
}

bool
sim_outage(struct sim *s, struct statement *st)
{
	static const char *const by[] = {"P09.a ops", "P09.b gop", "P09.a gog"};
	kc_day today = kc_day_of_instant(s->k.now_ms, KC_LOCAL_OFFSET_S);
	const char *about, *limit;
	kc_day from, to, until;

	if (s->k.st->cases.n == 0)
		return false;
	from = due_of_late(s, &about, &limit);
	if (from == KC_DAY_NONE && sim_chance(s, 95))
		return false;
	if (from == KC_DAY_NONE)
		from = today;
	to = sim_chance(s, 80) ? from : from + (kc_day)sim_random(s, 3);
	until = to < today ? today : to + 1;
	if (sim_chance(s, 90))
		until = kc_calendar_roll(s->k.st->calendar, until, NULL);
	else
		until += (kc_day)sim_random(s, 6);
	sim_begin(st, KC_K_deadline_move, by[sim_random(s, 3)]);
	sim_add(st, "from", case_day(from - (kc_day)sim_random(s, 2)));
	sim_add(st, "to", case_day(to));
	if (sim_chance(s, 50)) {
		sim_add(st, "about", about);
		sim_add(st, "limit", limit);
	}
	sim_add(st, "until", case_day(until));
	sim_add(st, "evidence", &EVIDENCE[9]);
	sim_add(st, "reason", "x");
	return true;
}
