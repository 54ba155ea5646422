/* SPDX-License-Identifier: Apache-2.0 */
/* Roots that the head can give without asking the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/head.h"

static struct kc_hash
hash_of(uint64_t size)
{
	return kc_sha256(&size, sizeof(size));
}

static void
publish(struct kc_head *h, uint64_t size)
{
	struct kc_checkpoint c = {.size = size, .root = hash_of(size)};

	assert_int_equal(kc_head_publish(h, &c, KC_LIT("note")), KC_OK);
}

static bool
has(struct kc_head *h, uint64_t size)
{
	struct kc_hash root, want = hash_of(size);
	bool found = kc_head_root(h, size, &root);

	assert_true(!found || kc_hash_eq(&root, &want));
	return found;
}

static void
test_head__old_root_is_asked_of_the_tree_once(void **state)
{
	static const struct kc_skey key;
	struct kc_ledger_options o = {.log_key = &key};
	struct kc_head h = {0};
	struct kc_hash root = hash_of(7);

	(void)state;
	kc_head_init(&h, &o);
	assert_false(has(&h, 0));
	for (uint64_t i = 1; i <= 3 * KC_HEADS_KEPT; i++)
		publish(&h, i);
	assert_true(has(&h, 3 * KC_HEADS_KEPT));
	assert_false(has(&h, 7)); /* long ago */
	kc_head_keep_root(&h, 7, &root);
	assert_true(has(&h, 7));
	/* New heads do not push it out. */
	for (uint64_t i = 1; i <= 2 * KC_HEADS_KEPT; i++)
		publish(&h, 3 * KC_HEADS_KEPT + i);
	assert_true(has(&h, 7));
	assert_true(has(&h, 5 * KC_HEADS_KEPT));
	kc_head_release(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head__old_root_is_asked_of_the_tree_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
