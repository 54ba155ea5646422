/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about monitoring rounds: the next step of one, or a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/round/round.h"
#include "sim.h"

static void
evidence(struct statement *st)
{
	sim_add(st, "evidence", &EVIDENCE[9]);
}

static void
open_one(struct sim *s, struct statement *st, bool half)
{
	sim_begin(st, KC_K_round_open, sim_chance(s, 80) ? "P09.a" : "P09.b");
	sim_add(st, "type", half ? "half-year" : "q3");
	sim_add(st, "year", "2022");
}

/* Two or three targets are selected before anybody looks at one. */
static void
select_one(struct sim *s, struct statement *st, const struct kc_round *r)
{
	const struct kc_state *now = s->k.st;
	const struct kc_target *t =
	    now->targets.v[sim_random(s, now->targets.n)];

	sim_begin(st, KC_K_round_select, "P09.a");
	sim_add(st, "round", r->handle);
	sim_add(st, "target", t->code);
	if (sim_chance(s, 70)) {
		sim_add(st, "basis", sim_chance(s, 50) ? "reach" : "attention");
		sim_add(st, "reason", "x");
	}
}

static void
say(struct sim *s, struct statement *st, const struct kc_round *r,
    const struct kc_target *t)
{
	static const char *const four[] = {"P09.a office insp.p insp.g",
	    "P09.b office insp.p insp.g", "insp.g insp.p P09.b office.b",
	    "office.b insp.p P09.a insp.g"};
	bool behind = sim_chance(s, 50);

	if (r->type == KC_ROUND_HALF_YEAR)
		sim_begin(st, KC_K_opinion_record, four[sim_random(s, 4)]);
	else
		sim_begin(st, KC_K_opinion_point,
		    sim_chance(s, 50) ? "P09.a" : "P09.b");
	sim_add(st, "round", r->handle);
	sim_add(st, "target", t->code);
	sim_add(st, "verdict", behind ? "behind" : "on-schedule");
	if (behind ? sim_chance(s, 95) : sim_chance(s, 10))
		evidence(st);
	sim_add(st, "text", "x");
}

static void
feed_back(struct sim *s, struct statement *st, const struct kc_opinion *o)
{
	const struct kc_state *now = s->k.st;
	uint32_t unit = now->targets.v[o->target]->unit;

	sim_begin(st, KC_K_opinion_feed_back, "P09.b");
	sim_add(st, "opinion", o->handle);
	sim_add(
	    st, "unit", sim_chance(s, 95) ? now->units.v[unit]->code : "G12");
}

static void
step(struct sim *s, struct statement *st, const struct kc_round *r)
{
	const struct kc_state *now = s->k.st;

	if (r->state == KC_RS_SELECTING &&
	    (r->points.n < 2 || sim_chance(s, 30))) {
		select_one(s, st, r);
		return;
	}
	for (uint32_t i = 0; i < r->points.n && sim_chance(s, 97); i++) {
		const struct kc_point *p = &r->points.v[i];

		switch (kc_point_lacks(now, p)) {
		case KC_LACK_OPINION:
			say(s, st, r, now->targets.v[p->target]);
			return;
		case KC_LACK_FEEDBACK:
			feed_back(s, st, now->opinions.v[p->opinion]);
			return;
		case KC_LACK_NOTHING:
			break;
		}
	}
	sim_begin(st, KC_K_round_close, "P09.a");
	sim_add(st, "round", r->handle);
}

bool
sim_round(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	kc_day day = kc_day_of_instant(s->k.now_ms, KC_LOCAL_OFFSET_S);
	bool half = day < kc_day_from_civil(2022, 9, 1);

	if (now->epoch < 2)
		return false;
	for (uint32_t i = 0; i < now->rounds.n; i++) {
		const struct kc_round *r = now->rounds.v[i];

		if (r->state == KC_RS_CLOSED ? !sim_chance(s, 1)
					     : !sim_chance(s, 30))
			continue;
		step(s, st, r);
		return true;
	}
	if (day < kc_day_from_civil(2022, 7, 1) || now->rounds.n > 1 ||
	    !sim_chance(s, 15))
		return false;
	open_one(s, st, half);
	return true;
}

/* What a letter or a pre-deduction on the target may rest on; now and then on
 * what says nothing of the kind. */
void
sim_opinion(struct sim *s, struct statement *st, const struct kc_target *t)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = 0; i < now->opinions.n; i++) {
		const struct kc_opinion *o = now->opinions.v[i];

		if ((o->target == t->index && o->state == KC_OS_FED_BACK &&
			o->verdict == KC_VERDICT_BEHIND && sim_chance(s, 60)) ||
		    sim_chance(s, 1)) {
			sim_add(st, "opinion", o->handle);
			return;
		}
	}
}
