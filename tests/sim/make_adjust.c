/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about adjustments and withdrawals of active targets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/adjust/adjust.h"
#include "sim.h"

/* One that counts, and most often is active. */
static const struct kc_target *
some_target(struct sim *s)
{
	const struct kc_state *now = s->k.st;
	const struct kc_target *t = NULL;

	for (int i = 0; now->targets.n > 0 && i < 8; i++) {
		t = now->targets.v[sim_random(s, now->targets.n)];
		if (t->state == KC_TS_ACTIVE)
			return t;
	}
	return t;
}

/* Another one of its class; most often there is one. */
static const struct kc_target *
mate_of(struct sim *s, const struct kc_target *t)
{
	const struct kc_state *now = s->k.st;
	uint32_t from = (uint32_t)sim_random(s, now->targets.n);

	for (uint32_t i = 0; i < now->targets.n; i++) {
		const struct kc_target *o =
		    now->targets.v[(from + i) % now->targets.n];

		if (o != t && o->unit == t->unit && o->class_ == t->class_ &&
		    kc_target_counts(o))
			return o;
	}
	return NULL;
}

static void
add_points(struct statement *st, const char *field, int64_t e4)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld.%04lld",
	    (long long)(e4 / 10000), (long long)(e4 % 10000));
	sim_add(st, field, text);
}

/* --- target.adjust -----------------------------------------------------------
 */
static void
order(struct sim *s, struct statement *st, const struct kc_target *t)
{
	sim_begin(st, KC_K_adjust_order, "leader");
	sim_add(st, "unit", s->k.st->units.v[t->unit]->code);
	sim_add(st, "year", "2022");
	sim_add(st, "reason", "x");
}

/* A little more or less, which the other one takes; now and then a sum that
 * does not hold. */
static void
propose(struct sim *s, struct statement *st, const struct kc_target *t)
{
	const struct kc_target *o = mate_of(s, t);
	int64_t more = (int64_t)sim_random(s, 20001) - 10000;

	sim_begin(st, KC_K_target_adjust, "P09.a");
	sim_add(st, "target", t->code);
	sim_add(st, "cause", "reorganisation");
	sim_add(st, "reason", "x");
	if (o == NULL || sim_chance(s, 15)) {
		sim_add(st, "title", "y");
		return;
	}
	if (t->weight_e4 + more <= 0 || o->weight_e4 - more <= 0)
		more = 0;
	add_points(st, "weight", t->weight_e4 + more);
	sim_add(st, "other", o->code);
	add_points(st, "other_weight",
	    o->weight_e4 - more + (sim_chance(s, 5) ? 1 : 0));
}

static void
step(struct sim *s, struct statement *st, const struct kc_adjust *a)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by;
	} next[] = {
	    [KC_AJ_PROPOSED] = {KC_K_adjust_approve_first, "P09.b"},
	    [KC_AJ_FIRST] = {KC_K_adjust_approve_second, "gop gog"},
	    [KC_AJ_SECOND] = {KC_K_adjust_read, "leader"},
	    [KC_AJ_ADOPTED] = {KC_K_adjust_read, "leader"},
	    [KC_AJ_RETURNED] = {KC_K_adjust_read, "leader"},
	    [KC_AJ_WITHDRAWN] = {KC_K_adjust_read, "leader"},
	};

	if (sim_chance(s, 8)) {
		sim_begin(st, KC_K_adjust_return, "leader");
		sim_add(st, "reason", "x");
	} else if (sim_chance(s, 4)) {
		sim_begin(st, KC_K_adjust_withdraw, "P09.a");
		sim_add(st, "reason", "x");
	} else {
		sim_begin(st, next[a->state].kind, next[a->state].by);
	}
	sim_add(st, "adjust", a->handle);
}

/* --- target.remove -----------------------------------------------------------
 */
static void
take_away(struct sim *s, struct statement *st, const struct kc_target *t)
{
	const struct kc_target *o = mate_of(s, t);

	sim_begin(st, KC_K_target_remove, "gop P09.a gog");
	sim_add(st, "target", t->code);
	sim_add(st, "reason", "x");
	if (o == NULL || sim_chance(s, 30))
		return;
	sim_add(st, "into", o->code);
	add_points(st, "gain", t->weight_e4 - (sim_chance(s, 20) ? 1 : 0));
}

bool
sim_adjust(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_adjust *a =
	    now->adjusts.n == 0 ? NULL : now->adjusts.v[now->adjusts.n - 1];
	const struct kc_target *t;

	if (now->epoch < 2 || !sim_chance(s, 6))
		return false;
	if (a != NULL && sim_chance(s, a->state < KC_AJ_ADOPTED ? 80 : 3)) {
		step(s, st, a);
		return true;
	}
	t = some_target(s);
	if (t == NULL)
		return false;
	if (sim_chance(s, 15) && t->class_ == KC_TARGET_CLASS_DYNAMIC)
		take_away(s, st, t);
	else if (sim_chance(s, 2))
		take_away(s, st, t);
	else if (sim_chance(s, 20))
		order(s, st, t);
	else
		propose(s, st, t);
	return true;
}
