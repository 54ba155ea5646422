/* SPDX-License-Identifier: Apache-2.0 */
/* The disputed window of a key that was revoked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/actor.h"
#include "statekit.h"

static const struct kc_actor_key *
last_key(const char *actor)
{
	uint32_t who = kc_find(k.st, KC_NS_ACTOR, kc_slice_str(actor));
	const struct kc_actor *a = k.st->actors.v[who];

	return &a->keys.v[a->keys.n - 1];
}

static void
test_window__begins_where_it_is_said_and_ends_before_the_revocation(
    void **state)
{
	char from[32];
	uint64_t first, end;

	(void)state;
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水务局");
	first = kc_state_size(k.st) - 1;
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水利局");
	end = kc_state_size(k.st);
	(void)snprintf(from, sizeof(from), "from=%u", (unsigned)end);
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "reason=x", from);
	assert_string_equal(k.why.args[0], "from");
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "reason=x", "from=0");
	(void)snprintf(from, sizeof(from), "from=%u", (unsigned)first);
	assert_int_equal(k.st->doubts, 0);
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "reason=x", from);
	assert_int_equal(k.st->doubts, 1);
	assert_int_equal(last_key("P09.b")->doubt_from, first);
	assert_int_equal(last_key("P09.b")->doubt_until, end);
	kit_replay(&k);
}

static void
test_window__of_a_day_begins_with_its_first_entry(void **state)
{
	uint64_t first;

	(void)state;
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水务局");
	kit_on(&k, "2022-01-10");
	first = kc_state_size(k.st);
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水利局");
	kit_on(&k, "2022-01-12");
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "since=2022-01-10", "reason=x");
	assert_int_equal(last_key("P09.b")->doubt_from, first);
	assert_int_equal(last_key("P09.b")->doubt_until, first + 1);
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.a"),
	    "reason=x");
	assert_int_equal(last_key("P09.a")->doubt_until, 0);
	assert_int_equal(k.st->doubts, 1);
	kit_replay(&k);
}

static void
test_window__of_a_key_that_ended_is_opened_and_only_ever_grows(void **state)
{
	char from[32], later[32], earlier[32];
	uint64_t first, end;

	(void)state;
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水务局");
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水利局");
	first = kc_state_size(k.st) - 1;
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "reason=x");
	end = last_key("P09.b")->until_seq;
	kit_do(&k, KC_K_unit_rename, "P09.a", "unit=G17", "name=水务局");
	(void)snprintf(from, sizeof(from), "from=%u", (unsigned)first);
	(void)snprintf(later, sizeof(later), "from=%u", (unsigned)first + 1);
	(void)snprintf(
	    earlier, sizeof(earlier), "from=%u", (unsigned)first - 1);
	kit_refused(&k, KC_R_STATE, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "reason=x");
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "reason=x", from);
	assert_int_equal(last_key("P09.b")->doubt_until, end);
	kit_refused(&k, KC_R_STATE, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "reason=x", later);
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "reason=x", earlier);
	assert_int_equal(last_key("P09.b")->doubt_from, first - 1);
	assert_int_equal(k.st->doubts, 1);
	kit_replay(&k);
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(
		test_window__begins_where_it_is_said_and_ends_before_the_revocation),
	    CITY(test_window__of_a_day_begins_with_its_first_entry),
	    CITY(
		test_window__of_a_key_that_ended_is_opened_and_only_ever_grows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
