/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, of which all proofs are made, against another implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include <kaocheng/hash.h>

#define LONGEST 1000 /* several blocks, and every place within one */

static void
test_hash__is_that_of_another_library_at_every_length(void **state)
{
	uint8_t bytes[1 + LONGEST], want[KC_HASH_SIZE];
	struct kc_hash got;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 251 >> 3);
	bytes[0] = 0x00;
	for (size_t n = 0; n <= LONGEST; n++) {
		crypto_hash_sha256(want, bytes + 1, n);
		got = kc_sha256(bytes + 1, n);
		assert_memory_equal(got.b, want, sizeof(want));
		crypto_hash_sha256(want, bytes, 1 + n);
		got = kc_hash_leaf(bytes + 1, n);
		assert_memory_equal(got.b, want, sizeof(want));
	}
}

static void
test_hash__in_pieces_is_that_of_the_whole(void **state)
{
	uint8_t bytes[LONGEST];
	struct kc_hasher h;
	struct kc_hash got, want;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 251 >> 3);
	want = kc_sha256(bytes, sizeof(bytes));
	for (size_t step = 1; step <= 130; step++) {
		kc_hasher_begin(&h);
		for (size_t at = 0; at < sizeof(bytes); at += step)
			kc_hasher_add(&h, bytes + at,
			    at + step < sizeof(bytes) ? step
						      : sizeof(bytes) - at);
		got = kc_hasher_end(&h);
		assert_true(kc_hash_eq(&got, &want));
	}
}

static void
test_hash__of_a_node_is_over_both_children_in_order(void **state)
{
	struct kc_hash two[2] = {kc_sha256("a", 1), kc_sha256("b", 1)}, got;
	uint8_t bytes[1 + 2 * KC_HASH_SIZE] = {0x01}, want[KC_HASH_SIZE];

	(void)state;
	memcpy(bytes + 1, two[0].b, KC_HASH_SIZE);
	memcpy(bytes + 1 + KC_HASH_SIZE, two[1].b, KC_HASH_SIZE);
	crypto_hash_sha256(want, bytes, sizeof(bytes));
	got = kc_hash_node(&two[0], &two[1]);
	assert_memory_equal(got.b, want, sizeof(want));
	got = kc_hash_node(&two[1], &two[0]);
	assert_memory_not_equal(got.b, want, sizeof(want));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_hash__is_that_of_another_library_at_every_length),
	    cmocka_unit_test(test_hash__in_pieces_is_that_of_the_whole),
	    cmocka_unit_test(
		test_hash__of_a_node_is_over_both_children_in_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
