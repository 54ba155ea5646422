/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about units that are merged, divided, abolished. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/unit/unit.h"
#include "sim.h"

#define REFORMERS "P09.a gop gog"

static const struct kc_unit *
unit_of(const struct sim *s, const char *code)
{
	const struct kc_state *now = s->k.st;

	return now->units.v[kc_find(now, KC_NS_UNIT, kc_slice_str(code))];
}

/* The last that was registered on the way, and has not ended; NULL. */
static const struct kc_unit *
new_unit(const struct sim *s)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = now->units.n; i-- > 0;)
		if (strncmp(now->units.v[i]->code, "N", 1) == 0 &&
		    now->units.v[i]->ended == 0)
			return now->units.v[i];
	return NULL;
}

static void
put(struct sim *s, struct statement *st, enum kc_kind_id kind, const char *unit,
    const char *successor)
{
	const char *on;

	sim_begin(st, kind, sim_chance(s, 4) ? "P09.a P09.b gop" : REFORMERS);
	sim_add(st, "unit", unit);
	if (successor != NULL)
		sim_add(st, "successor", sim_chance(s, 4) ? unit : successor);
	/* The year that is over can still be dated in, until it is voted on. */
	on = sim_day(s, sim_chance(s, 4) ? 1 : 0);
	sim_add(st, "on", strncmp(on, "2022", 4) == 0 ? on : "2022-12-31");
	sim_add(st, "document", "9");
	sim_add(st, "reason", "x");
}

static void
register_unit(struct sim *s, struct statement *st)
{
	char code[16], name[48];

	(void)snprintf(code, sizeof(code), "N%u", s->k.st->units.n);
	(void)snprintf(name, sizeof(name), "市第%u新局", s->k.st->units.n);
	sim_begin(st, KC_K_unit_register, "P09.a");
	sim_add(st, "unit", code);
	sim_add(st, "group", "gov");
	sim_add(st, "name", name);
}

static void
end_new(struct sim *s, struct statement *st, const struct kc_unit *u)
{
	if (sim_chance(s, 60))
		put(s, st, KC_K_unit_abolish, u->code,
		    sim_chance(s, 50) ? "G12" : NULL);
	else
		put(s, st, KC_K_unit_merge, u->code, "G28");
}

/* --- a part of a unit --- */
/* A duty of its own, and dynamic work on it; then both go to the other. */
static const struct kc_target *
apart(const struct sim *s, const struct kc_unit *u, const struct kc_duty **d)
{
	for (uint32_t i = 0; i < u->targets.n; i++) {
		const struct kc_target *t = s->k.st->targets.v[u->targets.v[i]];

		*d = &u->duties.v[t->duties.v[0]];
		if ((*d)->code[0] == 'S' && !(*d)->gone && kc_target_counts(t))
			return t;
	}
	return NULL;
}

static void
add_work(struct sim *s, struct statement *st, const struct kc_unit *u,
    const char *duty)
{
	char code[KC_CODE_MAX + 16];

	(void)snprintf(
	    code, sizeof(code), "%s-S%u", u->code, s->k.st->targets.n);
	sim_begin(st, KC_K_target_add, "P09.a gop");
	sim_add(st, "target", code);
	sim_add(st, "unit", u->code);
	sim_add(st, "year", "2022");
	sim_add(st, "duty", duty);
	sim_add(st, "weight", sim_chance(s, 50) ? "1.0000" : "2.3457");
	sim_add(st, "assessor", "G02");
	sim_add(st, "title", "x");
}

static void
divide(struct sim *s, struct statement *st)
{
	bool first = sim_chance(s, 50);
	const struct kc_unit *u = unit_of(s, first ? "G16" : "G17");
	const struct kc_duty *d = NULL;
	const struct kc_target *t = apart(s, u, &d);
	const struct kc_duty *last = &u->duties.v[u->duties.n - 1];
	char code[16];

	if (t != NULL) {
		put(s, st, KC_K_unit_split, u->code, first ? "G17" : "G16");
		sim_add(st, "target", t->code);
		if (!sim_chance(s, 5))
			sim_add(st, "duty", d->code);
	} else if (last->code[0] == 'S' && !last->gone) {
		add_work(s, st, u, last->code);
	} else {
		(void)snprintf(code, sizeof(code), "S%u", u->duties.n);
		sim_begin(st, KC_K_duty_register, "P09.a");
		sim_add(st, "unit", u->code);
		sim_add(st, "duty", code);
		sim_add(st, "text", "x");
	}
}

bool
sim_reform(struct sim *s, struct statement *st)
{
	const struct kc_unit *u = new_unit(s);
	uint64_t dice = sim_random(s, 100);

	if (s->k.st->epoch < 3 || !sim_chance(s, 5))
		return false;
	if (dice < 12)
		register_unit(s, st);
	else if (dice < 35 && u != NULL)
		end_new(s, st, u);
	else if (dice < 93)
		divide(s, st);
	else if (dice < 96)
		put(s, st, KC_K_unit_merge, "G28", "G12");
	else if (dice < 97 || s->step < 300)
		put(s, st, KC_K_unit_abolish, "G17", NULL);
	else if (dice < 99)
		put(s, st, KC_K_unit_merge, "G17", "G16");
	else
		put(s, st, KC_K_unit_merge, "G02", "G12");
	return true;
}
