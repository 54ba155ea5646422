/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about the negative list: an event, or the next step of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/negative/negative.h"
#include "sim.h"

static void
propose(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	char amount[24];

	(void)snprintf(amount, sizeof(amount), "0.%04llu",
	    (unsigned long long)sim_random(s, 9999));
	sim_begin(st, KC_K_negative_propose, "G12.a");
	sim_add(st, "unit", sim_chance(s, 50) ? "G16" : "G17");
	sim_add(st, "item", sim_chance(s, 95) ? "3" : "4");
	sim_add(st, "amount", amount);
	sim_add(st, "on", sim_day(s, -(int)sim_random(s, 40)));
	if (now->cases.n > 0 && sim_chance(s, 40))
		sim_add(st, "case",
		    now->cases.v[sim_random(s, now->cases.n)]->handle);
	sim_add(st, "evidence",
	    "sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "18233 application/pdf");
	sim_add(st, "fact", "x");
}

/* The newest one is on its way to its unit: few steps are left to it. */
static bool
waits(const struct kc_state *now)
{
	const struct kc_negative *n;

	if (now->negatives.n == 0)
		return false;
	n = now->negatives.v[now->negatives.n - 1];
	return n->state == KC_NS_PROPOSED || n->state == KC_NS_CONFIRMED;
}

bool
sim_negative(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_negative *n;

	if (!sim_chance(s, waits(now) ? 20 : 5))
		return false;
	if (!waits(now) && (now->negatives.n == 0 || sim_chance(s, 60))) {
		propose(s, st);
		return true;
	}
	n = now->negatives.v[now->negatives.n - 1 -
	    (waits(now) ? 0 : sim_random(s, now->negatives.n))];
	if (sim_chance(s, 4)) {
		sim_begin(st, KC_K_negative_withdraw, "G12.a P09.a");
		sim_add(st, "reason", "x");
	} else if (sim_chance(s, n->state == KC_NS_PROPOSED ? 20 : 3)) {
		sim_begin(st, KC_K_negative_decline, "P09.b");
		sim_add(st, "reason", "x");
	} else if (n->state == KC_NS_PROPOSED) {
		sim_begin(st, KC_K_negative_confirm, "P09.a");
	} else {
		sim_begin(st, KC_K_negative_notify,
		    sim_chance(s, 70) ? "G12.a" : "P09.b");
	}
	sim_add(st, "negative", n->handle);
	return true;
}
