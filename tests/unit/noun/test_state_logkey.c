/* SPDX-License-Identifier: Apache-2.0 */
/* The key of the log: who may rotate it, the overlap, the chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/logkeys.h>

#include "statekit.h"

#define KEY kit_vkey(&k, "key", KIT_ORIGIN)
#define PROOF kit_proof(&k, KIT_ORIGIN)

/* The kit's log key is another one now; what it was. */
static struct kc_skey
renew(void)
{
	struct kc_skey old = *kit_key(&k, KIT_ORIGIN);

	(void)kit_new_key(&k, KIT_ORIGIN);
	return old;
}

static void
rotate(const struct kc_skey *old)
{
	DO(logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(old, &kit_key(&k, KIT_ORIGIN)->vkey),
	    "reason=年度更换");
}

static size_t
sign_now(struct kc_log_keys *keys)
{
	kc_state_log_keys(k.st, false, keys);
	return keys->n;
}

static void
test_rotation__takes_the_key_before_the_new_one_and_two_administrators(
    void **state)
{
	struct kc_skey old = renew(), other = *kit_key(&k, "root.a");
	const struct kc_vkey *next = &kit_key(&k, KIT_ORIGIN)->vkey;
	const char *consent = kit_consent(&old, next);

	(void)state;
	REFUSED(ROLE, logkey_rotate, "root.a", KEY, PROOF, consent);
	REFUSED(ROLE, logkey_rotate, "root.a P09.a", KEY, PROOF, consent);
	REFUSED(SIGNATURE, logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(&other, next));
	REFUSED(SIGNATURE, logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(&old, &old.vkey));
	REFUSED(POSSESSION, logkey_rotate, ADMINS, KEY, kit_proof(&k, "root.a"),
	    consent);
	REFUSED(FIELD_VALUE, logkey_rotate, ADMINS, kit_vkey(&k, "key", "new"),
	    kit_proof(&k, "new"), consent);
	rotate(&old);
	assert_true(kc_vkey_eq(kc_state_log_key(k.st), next));
	kit_replay(&k);
}

static void
test_rotation__a_key_of_an_actor_or_of_before_is_not_the_logs(void **state)
{
	struct kc_skey old = *kit_key(&k, KIT_ORIGIN), before;

	(void)state;
	REFUSED(EXISTS, logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(&old, &old.vkey));
	old = renew();
	rotate(&old);
	kit_on(&k, "2022-05-01");
	DO(unit_rename, "P09.a", "unit=G17", "name=甲");
	before = *kit_key(&k, KIT_ORIGIN);
	*kit_key(&k, KIT_ORIGIN) = old;
	REFUSED(EXISTS, logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(&before, &old.vkey));
}

static void
test_overlap__both_sign_until_its_last_day_has_passed(void **state)
{
	struct kc_skey old = renew(), before;
	struct kc_log_keys keys;

	(void)state;
	assert_int_equal(sign_now(&keys), 1);
	kit_on(&k, "2022-03-01");
	rotate(&old);
	assert_int_equal(sign_now(&keys), 2);
	assert_true(kc_vkey_eq(&keys.v[1], &old.vkey));
	before = renew();
	kit_on(&k, "2022-03-31"); /* thirty days */
	REFUSED(STATE, logkey_rotate, ADMINS, KEY, PROOF,
	    kit_consent(&before, &kit_key(&k, KIT_ORIGIN)->vkey));
	DO(unit_rename, "P09.a", "unit=G17", "name=甲");
	assert_int_equal(sign_now(&keys), 2);
	kit_on(&k, "2022-04-01");
	/* Only an entry lets time pass. */
	assert_int_equal(sign_now(&keys), 2);
	DO(unit_rename, "P09.a", "unit=G17", "name=乙");
	assert_int_equal(sign_now(&keys), 1);
	assert_true(kc_vkey_eq(&keys.v[0], &before.vkey));
	rotate(&before);
	kc_state_log_keys(k.st, true, &keys);
	assert_int_equal(keys.n, 3);
	assert_true(kc_vkey_eq(&keys.v[2], &old.vkey));
	kit_replay(&k);
}

static void
test_chain__leads_from_a_key_to_those_after_it_and_no_other(void **state)
{
	struct kc_skey first = renew(), second;
	struct kc_log_keys known = {.n = 1, .v = {first.vkey}};
	struct kc_buf chain = {0};

	(void)state;
	kit_on(&k, "2022-03-01");
	rotate(&first);
	second = renew();
	kit_on(&k, "2022-05-01");
	DO(unit_rename, "P09.a", "unit=G17", "name=甲");
	rotate(&second);
	kc_state_log_chain(k.st, &chain);
	assert_int_equal(
	    kc_log_keys_follow(&known, kc_buf_view(&chain)), KC_OK);
	assert_int_equal(known.n, 3);
	assert_true(kc_vkey_eq(&known.v[2], kc_state_log_key(k.st)));
	known = (struct kc_log_keys){.n = 1, .v = {second.vkey}};
	assert_int_equal(
	    kc_log_keys_follow(&known, kc_buf_view(&chain)), KC_OK);
	assert_int_equal(known.n, 2);
	known =
	    (struct kc_log_keys){.n = 1, .v = {kit_key(&k, "root.a")->vkey}};
	assert_int_equal(
	    kc_log_keys_follow(&known, kc_buf_view(&chain)), KC_EFOREIGN);
	/* One character of the first consent. */
	known = (struct kc_log_keys){.n = 1, .v = {first.vkey}};
	for (size_t i = 0, lines = 0; i < chain.n; i++) {
		lines += chain.p[i] == '\n';
		if (lines == 3) {
			chain.p[i - 4] = chain.p[i - 4] == 'A' ? 'B' : 'A';
			break;
		}
	}
	assert_int_equal(
	    kc_log_keys_follow(&known, kc_buf_view(&chain)), KC_ESIG);
	assert_int_equal(known.n, 1);
	kc_buf_free(&chain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_rotation__takes_the_key_before_the_new_one_and_two_administrators,
		at_city, done),
	    cmocka_unit_test_setup_teardown(
		test_rotation__a_key_of_an_actor_or_of_before_is_not_the_logs,
		at_city, done),
	    cmocka_unit_test_setup_teardown(
		test_overlap__both_sign_until_its_last_day_has_passed, at_city,
		done),
	    cmocka_unit_test_setup_teardown(
		test_chain__leads_from_a_key_to_those_after_it_and_no_other,
		at_city, done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
