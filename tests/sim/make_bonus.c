/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about bonuses: a claim, or the next step of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/bonus/bonus.h"
#include "sim.h"

/* What may be claimed together, and now and then what may not. */
static const struct {
	const char *situation, *grade;
} sorts[] = {{"B1", "national"}, {"B1", "provincial"}, {"B2", "main-leader"},
    {"B2", "vice-leader"}, {"B3", "incentive"}, {"B4", "first"},
    {"B4", "advance"}, {"B3", "national"}};

static void
claim(struct sim *s, struct statement *st)
{
	bool one = sim_chance(s, 50);
	size_t sort = sim_random(s, sizeof(sorts) / sizeof(sorts[0]));
	char text[24];

	sim_begin(st, KC_K_bonus_claim, one ? "G16.head" : "G17.head");
	sim_add(st, "unit", one ? "G16" : "G17");
	sim_add(st, "year", "2022");
	sim_add(st, "situation", sorts[sort].situation);
	sim_add(st, "grade", sorts[sort].grade);
	(void)snprintf(
	    text, sizeof(text), "M%llu", (unsigned long long)sim_random(s, 4));
	sim_add(st, "merit", text);
	(void)snprintf(
	    text, sizeof(text), "%llu", (unsigned long long)sim_random(s, 40));
	sim_add(st, "document", text);
	sim_add(st, "issuer", "x");
	sim_add(st, "dated", sim_day(s, -(int)sim_random(s, 60)));
	if (sorts[sort].situation[1] == '4' && sim_chance(s, 50))
		sim_add(st, "indicator", one ? "INDG16" : "INDG17");
	sim_add(st, "evidence",
	    "sha256:"
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
	    "18233 application/pdf");
	sim_add(st, "fact", "x");
}

/* The office's step, or the unit's, from a claim on its way. */
static bool
first_steps(struct sim *s, struct statement *st, const struct kc_bonus *b)
{
	const char *head =
	    s->k.st->units.v[b->unit]->code[2] == '6' ? "G16.head" : "G17.head";

	if (sim_chance(s, 4)) {
		sim_begin(st, KC_K_bonus_withdraw, head);
	} else if (b->state == KC_BS_RETURNED) {
		if (sim_chance(s, 20))
			return false;
		sim_begin(st, KC_K_bonus_complete, head);
		sim_add(st, "fact", "x");
		if (sim_chance(s, 30))
			sim_add(st, "merit", "M1");
		if (sim_chance(s, 15))
			sim_add(st, "grade",
			    sim_chance(s, 50) ? "provincial" : "vice-leader");
	} else if (b->state == KC_BS_CLAIMED && sim_chance(s, 30)) {
		sim_begin(st,
		    sim_chance(s, 60) ? KC_K_bonus_return : KC_K_bonus_refuse,
		    "P09.a");
		sim_add(st, "reason", "x");
	} else {
		sim_begin(st,
		    b->state == KC_BS_CLAIMED ? KC_K_bonus_verify
					      : KC_K_bonus_publicise,
		    sim_chance(s, 90) ? "P09.b" : "office");
	}
	return true;
}

static bool
decision(struct sim *s, struct statement *st, const struct kc_bonus *b)
{
	if (b->state == KC_BS_PUBLIC && sim_chance(s, 40)) {
		sim_begin(st, KC_K_bonus_object,
		    sim_chance(s, 50) ? "G16.head" : "G17.head");
		sim_add(st, "reason", "x");
	} else if (b->state == KC_BS_SHOWN && sim_chance(s, 70)) {
		sim_begin(st, KC_K_bonus_grant, "P09.a");
		if (sim_chance(s, 40)) {
			sim_add(st, "grade",
			    b->grade == KC_BONUS_GRADE_NATIONAL ? "provincial"
								: "advance");
			sim_add(st, "reason", "x");
		} else if (sim_chance(s, 50)) {
			sim_add(st, "reason", "x");
		}
	} else if (b->state == KC_BS_GRANTED && sim_chance(s, 15)) {
		sim_begin(st, KC_K_bonus_cancel, "P09.b dual");
		sim_add(st, "evidence",
		    "sha256:"
		    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b"
		    "0f00a08 18233 application/pdf");
		sim_add(st, "reason", "x");
	} else if (b->state == KC_BS_SHOWN || sim_chance(s, 10)) {
		sim_begin(st, KC_K_bonus_refuse, "P09.a");
		sim_add(st, "reason", "x");
	} else {
		return false;
	}
	return true;
}

bool
sim_bonus(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	const struct kc_bonus *b;
	bool made;

	if (!sim_chance(s, 8))
		return false;
	if (now->bonuses.n == 0 || sim_chance(s, 25)) {
		claim(s, st);
		return true;
	}
	b = now->bonuses.v[now->bonuses.n - 1 -
	    sim_random(s, now->bonuses.n < 4 ? now->bonuses.n : 4)];
	made = b->state == KC_BS_CLAIMED || b->state == KC_BS_RETURNED ||
		b->state == KC_BS_VERIFIED
	    ? first_steps(s, st, b)
	    : decision(s, st, b);
	if (made)
		sim_add(st, "bonus", b->handle);
	return made;
}
