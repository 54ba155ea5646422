/* SPDX-License-Identifier: Apache-2.0 */
/* That somebody was told of a case, or could not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim.h"

bool
sim_tell(struct sim_told *t, const struct kc_state *st)
{
	const unsigned told = kc_state_told_count(st);
	const struct kc_case *c;
	struct kc_state_person head;
	const char *unit;
	int stage;

	if (st->epoch < 2 || st->cases.n == 0 || told > 500)
		return false;
	c = st->cases.v[told % st->cases.n];
	unit = st->units.v[c->unit]->code;
	stage = (int)told - 250; /* another each time */
	(void)snprintf(t->key, sizeof(t->key),
	    stage == 0 ? "%s case.rectify %d 2022-10-20 %s"
		       : "%s case.rectify %+d 2022-10-20 %s",
	    c->handle, stage, unit);
	(void)snprintf(t->to, sizeof(t->to), "%s.head", unit);
	/* A unit that a division has made may have no head yet. */
	if (kc_state_person(st, kc_slice_str(t->to), &head) != KC_OK)
		return false;
	t->keys[0] = kc_slice_str(t->key);
	t->o = (struct kc_message_outcome){
	    .sent = told % 8 != 7,
	    .to = kc_slice_str(t->to),
	    .channel = KC_LIT("mail"),
	    .day = kc_day_from_civil(2022, 10, 11),
	    .keys = t->keys,
	    .nkeys = 1,
	    .tries = 1 + told % 3,
	    .reply = KC_LIT("250"),
	};
	return true;
}

/* Who was told says so, or does not want to be told again; or the office has
 * the message sent again. */
bool
sim_heed(struct sim *s, struct statement *st)
{
	uint32_t n = kc_state_told_count(s->k.st);
	struct kc_buf id = {0};
	struct kc_told told;

	if (n == 0)
		return false;
	kc_state_told(s->k.st, (uint32_t)sim_random(s, n), &told);
	if (sim_chance(s, 60)) {
		bool resend = told.id[0] % 8 == 0;

		kc_buf_hex(&id, told.id, sizeof(told.id));
		sim_begin(st, resend ? KC_K_remind_resend : KC_K_remind_ack,
		    resend ? "P09.a" : told.to);
		sim_add(st, "message", kc_buf_cstr(&id));
		if (resend)
			sim_add(st, "reason", "x");
		kc_buf_free(&id);
		return true;
	}
	if (s->k.st->cases.n == 0)
		return false;
	sim_begin(st, KC_K_remind_mute, told.to);
	sim_add(st, "about",
	    s->k.st->cases.v[sim_random(s, s->k.st->cases.n)]->handle);
	sim_add(st, "until", sim_day(s, (int)sim_random(s, 60)));
	sim_add(st, "reason", "x");
	return true;
}
