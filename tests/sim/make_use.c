/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about what is drawn from the year, once it is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "noun/use/use.h"
#include "noun/yearend/yearend.h"
#include "sim.h"

/* Of one year nothing is more or less: flat is right, all else is not. */
static void
advise(struct sim *s, struct statement *st)
{
	static const char *const texts[] = {"function", "structure", "posts"};

	sim_begin(st, KC_K_staffing_advise, "P09.a");
	sim_add(st, "unit",
	    sim_chance(s, 5)        ? "G12"
		: sim_chance(s, 50) ? "G16"
				    : "G17");
	sim_add(st, "year", sim_chance(s, 95) ? "2022" : "2021");
	sim_add(st, "category", sim_chance(s, 80) ? "flat" : "up");
	if (sim_chance(s, 95))
		sim_add(st, texts[sim_random(s, 3)], "x");
}

static void
except(struct sim *s, struct statement *st)
{
	bool g17 = sim_chance(s, 75);

	sim_begin(st, KC_K_promotion_except, sim_chance(s, 95) ? "org" : "gop");
	sim_add(st, "unit", g17 ? "G17" : "G16");
	sim_add(st, "year", "2022");
	if (sim_chance(s, 50))
		sim_add(st, "cadre", sim_chance(s, 80) == g17 ? "C9" : "C8");
	sim_add(st, "reason", "x");
}

bool
sim_use(struct sim *s, struct statement *st)
{
	if (!kc_year_closed(s->k.st, 2022) || sim_chance(s, 30))
		return false;
	if (sim_chance(s, 50))
		advise(s, st);
	else
		except(s, st);
	return true;
}
