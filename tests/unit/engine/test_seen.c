/* SPDX-License-Identifier: Apache-2.0 */
/* What an author has seen: how much, how old, and whose an id is. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/hash.h>

#include "statekit.h"

#define RENAME "unit=G17", "name=市商务局"

/* A checkpoint of a size that the test chooses; its root is another matter. */
static void
of_size(void *ctx, struct kc_checkpoint *out)
{
	const uint64_t *size = ctx;

	memset(out, 0, sizeof(*out));
	out->size = *size;
}

static uint64_t size;

static void
sees(uint64_t n)
{
	size = n;
	k.seen = of_size;
	k.seen_ctx = &size;
}

static void
test_seen__no_more_than_stands(void **state)
{
	uint64_t n = kc_state_size(k.st);

	(void)state;
	sees(n + 1);
	REFUSED(SEEN_AHEAD, unit_rename, "P09.a", RENAME);
	assert_int_equal(strtoul(k.why.args[0], NULL, 10), n + 1);
	assert_int_equal(strtoul(k.why.args[1], NULL, 10), n);
	sees(n);
	DO(unit_rename, "P09.a", RENAME);
}

static void
test_seen__who_signs_alone_sees_no_less_than_before(void **state)
{
	uint64_t n = kc_state_size(k.st);

	(void)state;
	sees(n);
	DO(unit_rename, "P09.a", RENAME);
	sees(n - 1);
	REFUSED(SEEN_BACK, unit_rename, "P09.a", RENAME);
	assert_string_equal(k.why.args[0], "P09.a");
	/* Another author has its own measure; two may have waited. */
	DO(unit_rename, "P09.b", RENAME);
	DO(role_take, "root.a root.b", "actor=P09.b", "role=estab",
	    "reason=调离");
	sees(n);
	DO(unit_rename, "P09.a", RENAME);
}

static void
test_seen__may_lag_so_many_days_and_no_more(void **state)
{
	int64_t now = k.now_ms;

	(void)state;
	sees(1);
	kit_pass_days(&k, 31);
	REFUSED(SEEN_STALE, unit_rename, "P09.b", RENAME);
	assert_string_equal(k.why.args[1], "30");
	k.now_ms = now;
	kit_pass_days(&k, 30);
	DO(unit_rename, "P09.b", RENAME);
}

static void
test_ids__of_two_authors_are_two_ids(void **state)
{
	static const uint8_t id[16] = {1, 2, 3};
	uint8_t one[KC_ID_KEY_SIZE], two[KC_ID_KEY_SIZE];
	unsigned clerks = 0;

	(void)state;
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)i);
		struct kc_hash h;

		if (kind->signers.roles[0] != 1u << KC_ROLE_CLERK)
			continue;
		clerks++;
		h = kc_sha256(kind->name, strlen(kind->name));
		kc_id_key(one, KC_LIT("clerk"), h.b);
		kc_id_key(two, KC_LIT("P09.a"), h.b);
		assert_memory_not_equal(one, two, sizeof(one));
	}
	assert_true(clerks >= 5);
	/* No author's name runs over into the id. */
	kc_id_key(one, KC_LIT("a"), id);
	kc_id_key(two, KC_LIT("a\1"), id);
	assert_memory_not_equal(one, two, sizeof(one));
}

#define CITY(f) cmocka_unit_test_setup_teardown(f, at_city, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CITY(test_seen__no_more_than_stands),
	    CITY(test_seen__who_signs_alone_sees_no_less_than_before),
	    CITY(test_seen__may_lag_so_many_days_and_no_more),
	    cmocka_unit_test(test_ids__of_two_authors_are_two_ids),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
