/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon and its signer say to each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "signer/wire.h"

#define ORIGIN "example.org/wire"

static struct kc_skey log_key, next;

static int
set_up(void **state)
{
	uint8_t seed[32];

	(void)state;
	memset(seed, 1, sizeof(seed));
	assert_int_equal(
	    kc_skey_from_seed(&log_key, KC_LIT(ORIGIN), seed), KC_OK);
	memset(seed, 2, sizeof(seed));
	assert_int_equal(kc_skey_from_seed(&next, KC_LIT(ORIGIN), seed), KC_OK);
	return 0;
}

/* Any head comes through the wire, and no part of its message does. */
static void
test_wire__a_head_is_taken_whole_or_not(void **state)
{
	static struct kc_wire_head got;
	struct kc_hash proof[2] = {kc_hash_empty(), kc_hash_leaf("a", 1)};
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 300};
	struct kc_log_keys keys = {.n = 2};
	struct kc_head_ask a = {
	    .head = &c, .proof = proof, .nproof = 2, .keys = &keys};
	struct kc_buf b = {0};

	(void)state;
	keys.v[0] = next.vkey;
	keys.v[1] = log_key.vkey;
	kc_wire_put_head(&b, &a);
	assert_int_equal(
	    kc_wire_take_head(&got, (struct kc_slice){b.p + 1, b.n - 1}),
	    KC_OK);
	assert_string_equal(got.head.origin, ORIGIN);
	assert_int_equal(got.head.size, 300);
	assert_int_equal(got.nproof, 2);
	assert_memory_equal(got.proof, proof, sizeof(proof));
	assert_int_equal(got.keys.n, 2);
	assert_true(kc_vkey_eq(&got.keys.v[1], &log_key.vkey));
	for (size_t n = 0; n < b.n - 1; n++) {
		enum kc_err err =
		    kc_wire_take_head(&got, (struct kc_slice){b.p + 1, n});

		/* Cut between keys it is a message of fewer. */
		assert_true(err == KC_ESYNTAX || got.keys.n < 2);
	}
	kc_buf_free(&b);
}

/* The end of a batch comes before its head; what is longer than a part, in
 * parts before. */
static void
test_wire__a_batch_ends_with_its_head(void **state)
{
	static const size_t sizes[] = {1, 700, KC_SIGNER_PART_MAX,
	    KC_SIGNER_PART_MAX + 1, 3 * KC_SIGNER_PART_MAX};
	static char bytes[3 * KC_SIGNER_PART_MAX];
	static struct kc_wire_head got;
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 300};
	struct kc_log_keys keys = {.n = 1};
	struct kc_head_ask a = {.head = &c, .keys = &keys};

	(void)state;
	keys.v[0] = log_key.vkey;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct kc_buf b = {0};
		struct kc_slice rest, part;

		a.batch = (struct kc_slice){bytes, sizes[i]};
		kc_wire_put_head(&b, &a);
		assert_true(b.n < KC_SIGNER_MESSAGE_MAX);
		rest = (struct kc_slice){b.p + 1, b.n - 1};
		assert_int_equal(kc_wire_take_part(&rest, &part), KC_OK);
		assert_int_equal(part.n, kc_wire_last_part(a.batch).n);
		assert_int_equal((sizes[i] - part.n) % KC_SIGNER_PART_MAX, 0);
		assert_int_equal(kc_wire_take_head(&got, rest), KC_OK);
		assert_int_equal(got.head.size, 300);
		rest = (struct kc_slice){b.p + 1, 8 + part.n - 1};
		assert_int_equal(kc_wire_take_part(&rest, &part), KC_ESYNTAX);
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wire__a_head_is_taken_whole_or_not),
	    cmocka_unit_test(test_wire__a_batch_ends_with_its_head),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
