/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a ledger, enrolling actors, and keys by sequence number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statekit.h"

/* "<field>=<vkey>": the public part of the key of `owner` by another name. */
static const char *
vkey_as(const char *field, const char *name, const char *owner)
{
	struct kc_vkey key = kit_key(&k, owner)->vkey;
	struct kc_buf b = {0};
	const char *text;

	assert_true(
	    kc_slice_copy(key.name, sizeof(key.name), kc_slice_str(name)));
	kc_keyid(key.keyid, kc_slice_str(name), key.type, key.pub);
	kc_buf_vkey(&b, &key);
	text = kit_field(field, kc_buf_cstr(&b));
	kc_buf_free(&b);
	return text;
}

static uint32_t
roles(const char *actor)
{
	return kc_state_roles(k.st, kc_slice_str(actor));
}

static const uint8_t *
key_in_force(const char *actor)
{
	static struct kc_vkey key;

	assert_int_equal(
	    kc_state_actor_key(k.st, kc_slice_str(actor), &key), KC_OK);
	return key.pub;
}

/* --- ledger.open --- */
#define SUITE "suite=ed25519/sha256", "epoch=1"
#define LOG kit_vkey(&k, "log", KIT_ORIGIN)
#define CLERK kit_vkey(&k, "clerk", "clerk")
#define ADMIN(name) kit_vkey(&k, "admin", name)

static void
test_open__founders_become_administrators_and_the_clerk_an_actor(void **state)
{
	struct kc_buf b = {0}, want = {0};

	(void)state;
	kit_do(&k, KC_K_ledger_open, ADMINS, SUITE, LOG, CLERK, ADMIN("root.a"),
	    ADMIN("root.b"), ADMIN("root.c"));
	assert_true(kc_slice_is(kc_state_origin(k.st), KIT_ORIGIN));
	assert_true(
	    kc_vkey_eq(kc_state_log_key(k.st), &kit_key(&k, KIT_ORIGIN)->vkey));
	assert_int_equal(roles("root.c"), 1u << KC_ROLE_ADMIN);
	assert_int_equal(roles("clerk"), 1u << KC_ROLE_CLERK);
	assert_int_equal(roles("root.z"), 0);
	kc_state_keys(k.st, &b);
	for (int i = 0; i < 4; i++) {
		static const char *const order[] = {
		    "clerk", "root.a", "root.b", "root.c"};

		kc_buf_vkey(&want, &kit_key(&k, order[i])->vkey);
		kc_buf_char(&want, '\n');
	}
	assert_string_equal(kc_buf_cstr(&b), kc_buf_cstr(&want));
	kc_buf_free(&b);
	kc_buf_free(&want);
	kit_refused(&k, KC_R_OPEN_TWICE, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    CLERK, ADMIN("root.a"), ADMIN("root.b"));
	kit_replay(&k);
}

static void
test_open__nothing_goes_before_it(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_NOT_OPEN, KC_K_cycle_open, "P09.a", "year=2022");
}

static void
test_open__refuses_keys_that_are_not_distinct_or_not_of_authors(void **state)
{
	(void)state;
	k.ledger = "example.org/other";
	kit_refused(&k, KC_R_LEDGER, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    CLERK, ADMIN("root.a"), ADMIN("root.b"));
	assert_string_equal(k.why.args[0], "example.org/other");
	kit_refused(&k, KC_R_DUPLICATE, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    kit_vkey(&k, "clerk", "root.a"), ADMIN("root.a"), ADMIN("root.b"));
	kit_refused(&k, KC_R_DUPLICATE, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    CLERK, ADMIN("root.a"), ADMIN("root.b"),
	    vkey_as("admin", "root.c", "clerk"));
	kit_refused(&k, KC_R_DUPLICATE, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    vkey_as("clerk", "clerk", KIT_ORIGIN), ADMIN("root.a"),
	    ADMIN("root.b"));
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    CLERK, ADMIN("root.a"), ADMIN("root.b"), ADMIN("root/c"));
	assert_string_equal(k.why.args[0], "admin");
}

static void
test_open__takes_two_founders_who_sign_with_the_named_keys(void **state)
{
	char old[KC_VKEY_MAX + 8];

	(void)state;
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_ledger_open, "root.a", SUITE, LOG,
	    CLERK, ADMIN("root.a"), ADMIN("root.b"));
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_ledger_open, ADMINS, SUITE, LOG,
	    CLERK, ADMIN("root.a"));
	kit_refused(&k, KC_R_ACTOR_UNKNOWN, KC_K_ledger_open, "root.a root.z",
	    SUITE, LOG, CLERK, ADMIN("root.a"), ADMIN("root.b"));
	assert_string_equal(k.why.args[0], "root.z");
	assert_true(
	    kc_slice_copy(old, sizeof(old), kc_slice_str(ADMIN("root.b"))));
	(void)kit_new_key(&k, "root.b");
	kit_refused(&k, KC_R_KEY_NOT_IN_FORCE, KC_K_ledger_open, ADMINS, SUITE,
	    LOG, CLERK, ADMIN("root.a"), old);
	assert_string_equal(k.why.args[0], "root.b");
}

/* --- rules.adopt --- */
static void
test_rules__only_a_later_epoch_that_the_program_knows_is_adopted(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_EPOCH_KNOWN, KC_K_rules_adopt, ADMINS, "epoch=1");
	kit_refused(&k, KC_R_EPOCH_KNOWN, KC_K_rules_adopt, ADMINS, "epoch=0");
	kit_refused(
	    &k, KC_R_EPOCH_KNOWN, KC_K_rules_adopt, ADMINS, "epoch=65535");
	assert_string_equal(k.why.args[0], "65535");
	assert_string_equal(k.why.args[1], KC_EPOCH_TEXT);
	kit_refused(&k, KC_R_ROLE, KC_K_rules_adopt, "root.a", "epoch=2");
}

/* --- actor.enrol --- */
static void
test_enrol__takes_two_different_administrators(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *by, *blamed;
	} rows[] = {
	    {KC_R_ROLE, "root.a", "root.a alone"},
	    {KC_R_ROLE, "root.a P09.a", "P09.a"},
	    {KC_R_ROLE, "P09.a root.a", "P09.a"},
	    {KC_R_ROLE, "G17.head G16.head", "G17.head"},
	    {KC_R_ROLE, "root.a root.b root.c", "3 signers together (2 sign)"},
	    {KC_R_ROLE, "root.a clerk", "clerk"},
	    {KC_R_ACTOR_UNKNOWN, "root.a nobody", "nobody"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kit_refused(&k, rows[i].code, KC_K_actor_enrol, rows[i].by,
		    "actor=new", "role=estab", kit_vkey(&k, "key", "new"),
		    kit_proof(&k, "new"));
		assert_string_equal(k.why.args[0], rows[i].blamed);
	}
	kit_refused(&k, KC_R_ROLE, KC_K_actor_enrol, "root.a P09.a",
	    "actor=new", "role=estab", kit_vkey(&k, "key", "new"),
	    kit_proof(&k, "new"));
	assert_string_equal(k.why.args[2], "admin + admin");
	kit_enrol(&k, "new", NULL, "estab");
	assert_int_equal(roles("new"), 1u << KC_ROLE_ESTAB);
}

static void
test_enrol__refuses_roles_that_exclude_each_other(void **state)
{
	static const struct {
		enum kc_refusal_code code;
		const char *role[2];
	} rows[] = {
	    {KC_R_ROLE_EXCLUSIVE, {"role=admin", "role=estab"}},
	    {KC_R_ROLE_EXCLUSIVE, {"role=operator", "role=auditor"}},
	    {KC_R_ROLE_EXCLUSIVE, {"role=stats", "role=auditor"}},
	    {KC_R_ROLE_EXCLUSIVE, {"role=clerk", "role=org"}},
	    {KC_R_EXISTS, {"role=clerk", NULL}},
	    {KC_R_FIELD_MISSING, {"role=head", NULL}},
	    {KC_R_FIELD_MISSING, {"role=estab", "role=assessor"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kit_refused(&k, rows[i].code, KC_K_actor_enrol, ADMINS,
		    "actor=new", kit_vkey(&k, "key", "new"),
		    kit_proof(&k, "new"), rows[i].role[0], rows[i].role[1]);
	kit_refused(&k, KC_R_ROLE_EXCLUSIVE, KC_K_actor_enrol, ADMINS,
	    "actor=new", "role=auditor", "role=org", kit_vkey(&k, "key", "new"),
	    kit_proof(&k, "new"));
	assert_string_equal(k.why.args[0], "auditor");
	assert_string_equal(k.why.args[1], "org");
}

static void
test_enrol__refuses_known_actors_unknown_units_and_used_keys(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_actor_enrol, ADMINS, "actor=new",
	    "unit=G99", "role=head", kit_vkey(&k, "key", "new"),
	    kit_proof(&k, "new"));
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=G17.head",
	    "unit=G17", "role=head", kit_vkey(&k, "key", "G17.head"),
	    kit_proof(&k, "G17.head"));
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_actor_enrol, ADMINS, "actor=new",
	    "role=estab", kit_vkey(&k, "key", "other"), kit_proof(&k, "other"));
	/* One private key must not sign as two persons. */
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=new",
	    "role=admin", vkey_as("key", "new", "root.a"),
	    kit_proof(&k, "root.a"));
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=new",
	    "role=admin", vkey_as("key", "new", KIT_ORIGIN),
	    kit_proof(&k, KIT_ORIGIN));
	kit_refused(&k, KC_R_POSSESSION, KC_K_actor_enrol, ADMINS, "actor=new",
	    "role=estab", kit_vkey(&k, "key", "new"), kit_proof(&k, "other"));
	assert_string_equal(k.why.args[0], "new");
}

/* --- actor.retire --- */
static void
test_retire__ends_the_key_and_keeps_the_name(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_actor_retire, ADMINS,
	    "actor=nobody", "reason=x");
	kit_refused(&k, KC_R_STATE, KC_K_actor_retire, ADMINS, "actor=clerk",
	    "reason=x");
	kit_do(&k, KC_K_actor_retire, ADMINS, "actor=P09.b", "reason=退休");
	assert_int_equal(roles("P09.b"), 0);
	kit_refused(&k, KC_R_STATE, KC_K_actor_retire, ADMINS, "actor=P09.b",
	    "reason=x");
	assert_string_equal(k.why.state, "retired");
	kit_refused(&k, KC_R_KEY_NOT_IN_FORCE, KC_K_unit_rename, "P09.b",
	    "unit=G17", "name=x");
	(void)kit_new_key(&k, "P09.b");
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=P09.b",
	    "unit=P09", "role=estab", kit_vkey(&k, "key", "P09.b"),
	    kit_proof(&k, "P09.b"));
}

static void
test_retire__leaves_two_administrators(void **state)
{
	(void)state;
	kit_do(&k, KC_K_actor_retire, ADMINS, "actor=root.c", "reason=x");
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_actor_retire, ADMINS,
	    "actor=root.a", "reason=x");
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_role_take, ADMINS, "actor=root.a",
	    "role=admin", "reason=x");
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "root.b"), "reason=x");
	kit_enrol(&k, "root.d", NULL, "admin");
	kit_do(
	    &k, KC_K_actor_retire, "root.d root.b", "actor=root.a", "reason=x");
}

/* --- key.rotate --- */
static void
test_rotate__the_new_key_counts_from_the_next_entry(void **state)
{
	struct kc_skey old = *kit_key(&k, "P09.a");
	const char *vkey, *proof;

	(void)state;
	(void)kit_new_key(&k, "P09.a");
	vkey = kit_vkey(&k, "key", "P09.a");
	proof = kit_proof(&k, "P09.a");
	/* Signed by the new key itself: not in force yet. */
	kit_refused(
	    &k, KC_R_KEY_NOT_IN_FORCE, KC_K_key_rotate, "P09.a", vkey, proof);
	*kit_key(&k, "P09.a") = old;
	kit_do(&k, KC_K_key_rotate, "P09.a", vkey, proof);
	kit_refused(&k, KC_R_KEY_NOT_IN_FORCE, KC_K_unit_rename, "P09.a",
	    "unit=G17", "name=x");
	assert_string_equal(k.why.args[0], "P09.a");
	assert_int_equal(strlen(k.why.args[1]), 8);
	(void)kit_new_key(&k, "P09.a");
	kit_refused(&k, KC_R_KEY_NOT_IN_FORCE, KC_K_unit_rename, "P09.a",
	    "unit=G17", "name=x");
	kit_replay(&k);
}

static void
test_rotate__keeps_old_signatures_good_and_old_keys_unusable(void **state)
{
	struct kc_skey old = *kit_key(&k, "P09.a");
	struct kc_skey new = *kit_new_key(&k, "P09.a");
	const char *vkey = kit_vkey(&k, "key", "P09.a");
	const char *proof = kit_proof(&k, "P09.a"), *back;

	(void)state;
	*kit_key(&k, "P09.a") = old;
	kit_do(&k, KC_K_key_rotate, "P09.a", vkey, proof);
	back = vkey_as("key", "P09.a", "P09.a");
	proof = kit_proof(&k, "P09.a");
	*kit_key(&k, "P09.a") = new;
	assert_memory_equal(key_in_force("P09.a"), new.vkey.pub, 32);
	kit_do(&k, KC_K_unit_rename, "P09.a", "unit=G17", "name=水务局");
	kit_refused(&k, KC_R_EXISTS, KC_K_key_rotate, "P09.a", back, proof);
	kit_replay(&k);
}

static void
test_rotate__is_of_the_own_name_and_proved(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_FIELD_VALUE, KC_K_key_rotate, "P09.a",
	    kit_vkey(&k, "key", "other"), kit_proof(&k, "other"));
	kit_refused(&k, KC_R_EXISTS, KC_K_key_rotate, "P09.a",
	    kit_vkey(&k, "key", "P09.a"), kit_proof(&k, "P09.a"));
	kit_refused(&k, KC_R_EXISTS, KC_K_key_rotate, "P09.a",
	    vkey_as("key", "P09.a", "P09.b"), kit_proof(&k, "P09.b"));
	kit_refused(&k, KC_R_POSSESSION, KC_K_key_rotate, "P09.a",
	    vkey_as("key", "P09.a", "other"), kit_proof(&k, "P09.a"));
	kit_refused(&k, KC_R_ROLE, KC_K_key_rotate, "clerk",
	    vkey_as("key", "clerk", "other"), kit_proof(&k, "other"));
	assert_string_equal(k.why.args[2], "any enrolled actor");
}

/* --- key.revoke --- */
static void
test_revoke__needs_a_key_of_an_actor_that_is_in_force(void **state)
{
	(void)state;
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "nobody"), "reason=x");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", KIT_ORIGIN), "reason=x");
	kit_refused(&k, KC_R_NOT_FOUND, KC_K_key_revoke, ADMINS,
	    vkey_as("key", "P09.b", "P09.a"), "reason=x");
	kit_refused(&k, KC_R_DATE_ORDER, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "since=2022-01-05", "reason=x");
	assert_string_equal(k.why.args[0], "2022-01-05");
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "since=2022-01-04", "reason=x");
	kit_refused(&k, KC_R_STATE, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "P09.b"), "reason=x");
}

static void
test_revoke__enrolling_again_with_the_same_roles_gives_a_new_key(void **state)
{
	(void)state;
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "P09.b"),
	    "reason=x");
	kit_refused(&k, KC_R_KEY_NOT_IN_FORCE, KC_K_unit_rename, "P09.b",
	    "unit=G17", "name=x");
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=P09.b",
	    "unit=P09", "role=estab", kit_vkey(&k, "key", "P09.b"),
	    kit_proof(&k, "P09.b"));
	(void)kit_new_key(&k, "P09.b");
	kit_refused(&k, KC_R_EXISTS, KC_K_actor_enrol, ADMINS, "actor=P09.b",
	    "unit=P09", "role=estab", "role=org", kit_vkey(&k, "key", "P09.b"),
	    kit_proof(&k, "P09.b"));
	kit_enrol(&k, "P09.b", "P09", "estab");
	kit_do(&k, KC_K_unit_rename, "P09.b", "unit=G17", "name=水务局");
	kit_replay(&k);
}

static void
test_revoke__an_administrator_of_three_and_the_clerk_come_back(void **state)
{
	(void)state;
	kit_do(&k, KC_K_key_revoke, ADMINS, kit_vkey(&k, "key", "root.c"),
	    "reason=x");
	kit_refused(&k, KC_R_LAST_ADMIN, KC_K_key_revoke, ADMINS,
	    kit_vkey(&k, "key", "root.b"), "reason=x");
	(void)kit_new_key(&k, "root.c");
	kit_enrol(&k, "root.c", NULL, "admin");
	kit_do(&k, KC_K_key_revoke, "root.c root.a",
	    kit_vkey(&k, "key", "root.b"), "reason=x");
	kit_do(&k, KC_K_key_revoke, "root.c root.a",
	    kit_vkey(&k, "key", "clerk"), "reason=x");
	(void)kit_new_key(&k, "clerk");
	kit_do(&k, KC_K_actor_enrol, "root.c root.a", "actor=clerk",
	    "role=clerk", kit_vkey(&k, "key", "clerk"), kit_proof(&k, "clerk"));
	assert_int_equal(roles("clerk"), 1u << KC_ROLE_CLERK);
	kit_replay(&k);
}

/* --- what a signature must verify under --- */
static void
test_signer__of_the_opening_is_a_key_that_it_names(void **state)
{
	static struct kc_entry e;
	const char *fields[] = {
	    SUITE, LOG, CLERK, ADMIN("root.a"), ADMIN("root.b"), NULL};
	struct kc_refusal why;
	struct kc_buf note = {0};
	uint8_t pub[KC_PUBKEY_SIZE];

	(void)state;
	assert_int_equal(
	    kit_note(&k, &note, KC_K_ledger_open, "root.a root.z", fields),
	    KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(kc_state_signer(k.st, &e, 0, pub, &why), KC_OK);
	assert_memory_equal(pub, kit_key(&k, "root.a")->vkey.pub, sizeof(pub));
	assert_int_equal(kc_state_signer(k.st, &e, 1, pub, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_ACTOR_UNKNOWN);
	kc_buf_free(&note);
}

#define EMPTY(f) cmocka_unit_test_setup_teardown(f, at_empty, done)
#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    EMPTY(
		test_open__founders_become_administrators_and_the_clerk_an_actor),
	    EMPTY(test_open__nothing_goes_before_it),
	    EMPTY(
		test_open__refuses_keys_that_are_not_distinct_or_not_of_authors),
	    EMPTY(test_open__takes_two_founders_who_sign_with_the_named_keys),
	    EMPTY(test_signer__of_the_opening_is_a_key_that_it_names),
	    CITY(
		test_rules__only_a_later_epoch_that_the_program_knows_is_adopted),
	    CITY(test_enrol__takes_two_different_administrators),
	    CITY(test_enrol__refuses_roles_that_exclude_each_other),
	    CITY(test_enrol__refuses_known_actors_unknown_units_and_used_keys),
	    CITY(test_retire__ends_the_key_and_keeps_the_name),
	    CITY(test_retire__leaves_two_administrators),
	    CITY(test_rotate__the_new_key_counts_from_the_next_entry),
	    CITY(test_rotate__keeps_old_signatures_good_and_old_keys_unusable),
	    CITY(test_rotate__is_of_the_own_name_and_proved),
	    CITY(test_revoke__needs_a_key_of_an_actor_that_is_in_force),
	    CITY(
		test_revoke__enrolling_again_with_the_same_roles_gives_a_new_key),
	    CITY(
		test_revoke__an_administrator_of_three_and_the_clerk_come_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
