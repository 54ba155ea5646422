/* SPDX-License-Identifier: Apache-2.0 */
/* Replay of stored leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/replay.h>

#include "viewkit.h"

struct fixture {
	struct kit k;
	struct leaves l;
	struct kc_state *st;
	struct kc_frontier edge;
	struct kc_refusal why;
	uint64_t bad;
};

static void
set_up(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	kit_init(&f->k, KIT_LISTS);
	leaves_of(&f->k, &f->l);
	assert_int_equal(kc_state_new(&f->st), KC_OK);
	f->bad = 999999;
}

static void
tear_down(struct fixture *f)
{
	kc_state_free(f->st);
	leaves_free(&f->l);
	kit_free(&f->k);
}

static enum kc_err
replay(struct fixture *f, uint64_t upto)
{
	struct kc_log log = leaves_log(&f->l);

	return kc_replay(
	    f->st, &log, upto, true, &f->edge, NULL, NULL, &f->why, &f->bad);
}

static void
test_replay__same_digest_and_root_as_the_ledger_that_was_written(void **state)
{
	struct fixture f;
	struct kc_hash live, again, root, edge_root;
	struct kc_frontier edge = {0};

	(void)state;
	set_up(&f);
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_OK);
	live = kit_digest(&f.k);
	assert_int_equal(kc_state_digest(f.st, &again), KC_OK);
	assert_memory_equal(&live, &again, sizeof(live));
	for (uint64_t i = 0; i < f.l.n; i++) {
		struct kc_hash h = kc_hash_leaf(f.l.v[i].p, f.l.v[i].n);

		kc_frontier_append(&edge, &h);
	}
	root = kc_frontier_root(&edge);
	edge_root = kc_frontier_root(&f.edge);
	assert_memory_equal(&root, &edge_root, sizeof(root));
	tear_down(&f);
}

static void
test_replay__in_two_parts_is_as_in_one(void **state)
{
	struct fixture f;
	struct kc_hash live, again;

	(void)state;
	set_up(&f);
	assert_int_equal(replay(&f, 7), KC_OK);
	assert_int_equal(kc_state_size(f.st), 7);
	assert_int_equal(f.edge.size, 7);
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_OK);
	live = kit_digest(&f.k);
	assert_int_equal(kc_state_digest(f.st, &again), KC_OK);
	assert_memory_equal(&live, &again, sizeof(live));
	tear_down(&f);
}

static struct kc_slice
note_of(const struct fixture *f, unsigned i)
{
	return (struct kc_slice){
	    f->k.log.p + f->k.notes[i].off, f->k.notes[i].n};
}

static void
test_replay__leaf_with_another_seq_is_corrupt(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	leaves_set(&f.l, 5, 6, f.k.notes[5].received_ms, note_of(&f, 5));
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_ECORRUPT);
	assert_int_equal(f.bad, 5);
	assert_int_equal(kc_state_size(f.st), 5);
	tear_down(&f);
}

static void
test_replay__received_that_goes_back_is_corrupt(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	leaves_set(&f.l, 5, 5, f.k.notes[4].received_ms - 1, note_of(&f, 5));
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_ECORRUPT);
	assert_int_equal(f.bad, 5);
	tear_down(&f);
}

static void
test_replay__an_entry_the_rules_refuse_is_named(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	/* The entry before, once more: what it registers exists already. */
	leaves_set(&f.l, 5, 5, f.k.notes[5].received_ms, note_of(&f, 4));
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_EREFUSED);
	assert_int_equal(f.bad, 5);
	assert_int_not_equal(f.why.code, KC_R_NONE);
	tear_down(&f);
}

static void
test_replay__leaf_of_another_ledger_is_corrupt(void **state)
{
	struct fixture f;
	struct kc_leaf leaf = {.origin = KC_LIT("example.org/other"), .seq = 5};

	(void)state;
	set_up(&f);
	leaf.received_ms = f.k.notes[5].received_ms;
	leaf.note = note_of(&f, 5);
	kc_buf_reset(&f.l.v[5]);
	kc_buf_leaf(&f.l.v[5], &leaf);
	assert_int_equal(replay(&f, KC_REPLAY_ALL), KC_ECORRUPT);
	assert_int_equal(f.bad, 5);
	tear_down(&f);
}

static void
test_replay__size_at_an_instant_counts_what_had_been_received(void **state)
{
	struct fixture f;
	struct kc_log log;
	uint64_t size = 0;

	(void)state;
	set_up(&f);
	log = leaves_log(&f.l);
	for (unsigned i = 0; i < f.k.nnotes; i++) {
		unsigned want = i + 1;

		while (want < f.k.nnotes &&
		    f.k.notes[want].received_ms == f.k.notes[i].received_ms)
			want++;
		assert_int_equal(
		    kc_replay_size_at(&log, f.k.notes[i].received_ms, &size),
		    KC_OK);
		assert_int_equal(size, want);
	}
	assert_int_equal(
	    kc_replay_size_at(&log, f.k.notes[0].received_ms - 1, &size),
	    KC_OK);
	assert_int_equal(size, 0);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_replay__same_digest_and_root_as_the_ledger_that_was_written),
	    cmocka_unit_test(test_replay__in_two_parts_is_as_in_one),
	    cmocka_unit_test(test_replay__leaf_with_another_seq_is_corrupt),
	    cmocka_unit_test(test_replay__received_that_goes_back_is_corrupt),
	    cmocka_unit_test(test_replay__an_entry_the_rules_refuse_is_named),
	    cmocka_unit_test(test_replay__leaf_of_another_ledger_is_corrupt),
	    cmocka_unit_test(
		test_replay__size_at_an_instant_counts_what_had_been_received),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
