/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of pools: a cap a peer, and a reserve that nobody else gets. */
#include "http/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define POOL KC_POOL_CONNECTIONS
#define STRANGER KC_STANDING_STRANGER
#define READER KC_STANDING_READER
#define OWN KC_STANDING_OWN

static struct kc_shares s;

static size_t
take_all(uint64_t peer, enum kc_standing standing)
{
	size_t n = 0;

	while (kc_share_take(&s, peer, standing, POOL, 1))
		n++;
	return n;
}

static void
test_shares__strangers_leave_room_for_readers_and_us(void **state)
{
	(void)state;
	s = (struct kc_shares){.max = {[POOL] = 100}};
	assert_int_equal(take_all(1, STRANGER), 25);
	assert_int_equal(take_all(2, STRANGER), 25);
	assert_int_equal(take_all(3, STRANGER), 0);
	assert_int_equal(take_all(4, READER), 25);
	assert_int_equal(take_all(5, READER), 0);
	assert_int_equal(take_all(6, OWN), 25);
	assert_int_equal(kc_share_used(&s, POOL), 100);
	/* What one gives back, another may have. */
	kc_share_give(&s, 1, STRANGER, POOL, 2);
	assert_int_equal(take_all(3, STRANGER), 2);
	assert_int_equal(take_all(1, STRANGER), 0);
}

static void
test_shares__our_own_uid_may_have_all(void **state)
{
	(void)state;
	s = (struct kc_shares){.max = {[POOL] = 8}};
	assert_int_equal(take_all(6, OWN), 8);
	assert_int_equal(take_all(1, STRANGER), 0);
	kc_share_give(&s, 6, OWN, POOL, 8);
	assert_int_equal(s.nrows, 0);
	assert_int_equal(take_all(1, STRANGER), 2);
}

static void
test_shares__a_pool_of_one_serves_anybody(void **state)
{
	(void)state;
	s = (struct kc_shares){.max = {[POOL] = 1}};
	assert_int_equal(take_all(1, STRANGER), 1);
	kc_share_give(&s, 1, STRANGER, POOL, 1);
	assert_int_equal(take_all(2, READER), 1);
	kc_share_give(&s, 2, READER, POOL, 1);
	assert_int_equal(take_all(6, OWN), 1);
}

static void
test_shares__nothing_is_taken_when_it_does_not_fit(void **state)
{
	(void)state;
	s = (struct kc_shares){.max = {[POOL] = 100, [KC_POOL_BODIES] = 100}};
	assert_false(kc_share_take(&s, 1, STRANGER, POOL, 26));
	assert_false(kc_share_take(&s, 1, OWN, POOL, SIZE_MAX));
	assert_true(kc_share_take(&s, 1, STRANGER, POOL, 0));
	assert_int_equal(s.nrows, 0);
	assert_true(kc_share_take(&s, 1, STRANGER, POOL, 25));
	assert_true(kc_share_take(&s, 1, STRANGER, KC_POOL_BODIES, 25));
	kc_share_give(&s, 1, STRANGER, POOL, 25);
	assert_int_equal(s.nrows, 1);
	assert_false(kc_share_take(&s, 1, STRANGER, KC_POOL_BODIES, 1));
}

static void
test_shares__more_peers_than_rows_are_refused(void **state)
{
	(void)state;
	s = (struct kc_shares){.max = {[POOL] = 1 << 20}};
	for (uint64_t p = 1; p <= KC_SHARES_PEERS; p++)
		assert_true(kc_share_take(&s, p, STRANGER, POOL, 1));
	assert_false(kc_share_take(&s, 5000, STRANGER, POOL, 1));
	for (uint64_t p = 1; p <= KC_SHARES_PEERS; p++)
		kc_share_give(&s, p, STRANGER, POOL, 1);
	assert_int_equal(s.nrows, 0);
	assert_int_equal(kc_share_used(&s, POOL), 0);
}

#define T(name) cmocka_unit_test(test_shares__##name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(strangers_leave_room_for_readers_and_us),
	    T(our_own_uid_may_have_all),
	    T(a_pool_of_one_serves_anybody),
	    T(nothing_is_taken_when_it_does_not_fit),
	    T(more_peers_than_rows_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
