/* SPDX-License-Identifier: Apache-2.0 */
/* The sequencer: the local driver's outcomes, and the fake's script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seqfake.h"

static struct kc_store *store;

static int
set_up(void **state)
{
	(void)state;
	return kc_store_open_memory(&store) == KC_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_store_close(store);
	return 0;
}

static enum kc_outcome
append(struct kc_sequencer *q, uint64_t size, bool right_root)
{
	struct kc_row row = {.leaf = KC_LIT("leaf")};
	struct kc_append batch = {.size = size, .rows = &row, .nrows = 1};
	struct kc_hash root;

	row.hash = kc_hash_leaf("leaf", 4);
	kc_put_be64(row.id, size);
	if (size > 0)
		batch.checkpoint = KC_LIT("checkpoint");
	assert_int_equal(kc_store_root(store, &root), KC_OK);
	if (!right_root)
		root.b[0] ^= 1;
	return q->append(q->ctx, &batch, root);
}

static void
test_sequencer__local_commits_at_the_head_only(void **state)
{
	struct kc_sequencer q = kc_sequencer_local(store);

	(void)state;
	assert_int_equal(append(&q, 0, true), KC_COMMITTED);
	assert_int_equal(append(&q, 1, true), KC_COMMITTED);
	/* Nobody else writes here: another head is no race, it is damage. */
	assert_int_equal(append(&q, 1, true), KC_BROKEN);
	assert_int_equal(append(&q, 2, false), KC_BROKEN);
	assert_true(kc_store_size(store) == 2);
	q.close(q.ctx);
}

static void
test_sequencer__fake_follows_its_script_then_commits(void **state)
{
	static const struct kc_fake_step steps[] = {
	    {KC_COMMITTED, true},
	    {KC_FULL, false},
	    {KC_UNKNOWN, false},
	    {KC_UNKNOWN, true},
	    {KC_FENCED, false},
	    {KC_UNAVAILABLE, false},
	    {KC_CONFLICT, false},
	};
	static const uint64_t sizes[] = {1, 1, 1, 2, 2, 2, 2};
	struct kc_sequencer q;

	(void)state;
	assert_int_equal(kc_sequencer_fake(&q, store, steps, 7), KC_OK);
	for (size_t i = 0; i < 7; i++) {
		uint64_t size = kc_store_size(store);

		assert_int_equal(append(&q, size, true), steps[i].outcome);
		assert_true(kc_store_size(store) == sizes[i]);
	}
	assert_int_equal(append(&q, 2, true), KC_COMMITTED);
	assert_true(kc_store_size(store) == 3);
	q.close(q.ctx);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_sequencer__local_commits_at_the_head_only),
	    T(test_sequencer__fake_follows_its_script_then_commits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
