/* SPDX-License-Identifier: Apache-2.0 */
/* Commitments to persons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim.h"

/* Of a few persons a commitment, so that some are made twice. */
void
sim_person(struct sim *s, struct statement *st, const char *actor)
{
	struct kc_state_person now = {0};
	char text[SIM_TEXT];

	(void)kc_state_person(s->k.st, kc_slice_str(actor), &now);
	sim_begin(st,
	    sim_chance(s, now.has && !now.erased ? 40 : 95) ? KC_K_person_commit
							    : KC_K_person_erase,
	    sim_chance(s, 90) ? "root.a" : actor);
	sim_add(st, "actor", actor);
	if (st->kind == KC_K_person_erase) {
		sim_add(st, "basis", "x");
		return;
	}
	(void)snprintf(
	    text, sizeof(text), "sha256:%064u", (unsigned)sim_random(s, 3));
	sim_add(st, "person", text);
}
