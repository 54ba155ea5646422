/* SPDX-License-Identifier: Apache-2.0 */
/* Every event in every state of a claim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "bonuskit.h"

static struct kc_bonus *
in_state(struct kit *k, unsigned s)
{
	struct kc_bonus *b = bonus_one(k);

	if (s == KC_BS_RETURNED || s == KC_BS_LAPSED)
		kit_do(
		    k, KC_K_bonus_return, "P09.b", bonus_field(b), "reason=x");
	if (s == KC_BS_LAPSED) {
		kit_on(k, "2022-08-01");
		(void)kit_clerk(k);
	}
	if (s == KC_BS_WITHDRAWN)
		kit_do(k, KC_K_bonus_withdraw, "G17.head", bonus_field(b));
	if (s == KC_BS_VERIFIED || s == KC_BS_PUBLIC)
		kit_do(k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	if (s == KC_BS_PUBLIC)
		kit_do(k, KC_K_bonus_publicise, "P09.b", bonus_field(b));
	if (s == KC_BS_SHOWN || s == KC_BS_REFUSED)
		bonus_show(k, b);
	if (s == KC_BS_REFUSED)
		kit_do(
		    k, KC_K_bonus_refuse, "P09.a", bonus_field(b), "reason=x");
	if (s == KC_BS_GRANTED || s == KC_BS_CANCELLED)
		bonus_grant(k, b);
	if (s == KC_BS_CANCELLED)
		kit_do(k, KC_K_bonus_cancel, "P09.b P09.c", bonus_field(b),
		    EVIDENCE, "reason=x");
	assert_int_equal(b->state, s);
	return b;
}

static void
test_bonus__every_event_in_every_state_is_as_its_table(void **state)
{
	static const struct {
		enum kc_kind_id kind;
		const char *by, *more, *evidence;
	} events[] = {
	    {KC_K_bonus_return, "P09.b", "reason=x", NULL},
	    {KC_K_bonus_complete, "G17.head", "fact=x", NULL},
	    {KC_K_bonus_lapse, "clerk", "due=2022-07-22", NULL},
	    {KC_K_bonus_verify, "P09.b", NULL, NULL},
	    {KC_K_bonus_publicise, "P09.b", NULL, NULL},
	    {KC_K_bonus_object, "G16.head", "reason=x", NULL},
	    {KC_K_bonus_publicity_end, "clerk", "due=2022-07-20", NULL},
	    {KC_K_bonus_grant, "P09.c", NULL, NULL},
	    {KC_K_bonus_refuse, "P09.c", "reason=x", NULL},
	    {KC_K_bonus_withdraw, "G17.head", NULL, NULL},
	    {KC_K_bonus_cancel, "P09.b P09.c", "reason=x", EVIDENCE},
	};

	(void)state;
	for (unsigned s = 0; s < KC_bonus_STATES; s++)
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]);
		     i++) {
			const struct kc_move *m =
			    kc_machine_move(KC_M_bonus, events[i].kind);
			bool may = (m->from >> s & 1) != 0;
			const char *fields[4] = {NULL};
			struct kit k;

			bonus_city(&k);
			kit_enrol(&k, "P09.c", "P09", "estab");
			fields[0] = bonus_field(in_state(&k, s));
			fields[1] = events[i].more;
			fields[2] =
			    events[i].more == NULL ? NULL : events[i].evidence;
			if (may && m->party != KC_PARTY_CLERK)
				kit_do_v(&k, events[i].kind, events[i].by,
				    fields, __FILE__, (int)s);
			else /* the clerk's: not due */
				kit_refused_v(&k,
				    may ? KC_R_NOT_DUE : KC_R_STATE,
				    events[i].kind, events[i].by, fields,
				    __FILE__, (int)s);
			kit_end(&k);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_bonus__every_event_in_every_state_is_as_its_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
