/* SPDX-License-Identifier: Apache-2.0 */
/* A store that is behind its anchor by some batches: who reads finds all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storekit.h"

#include "store/store_int.h"

/* A batch of one leaf, and what its writer was told. */
static struct {
	char leaf[STOREKIT_LEAF_MAX];
	struct kc_row row;
	struct kc_put put;
	struct kc_append batch;
	struct kc_buf held;
	struct kc_hash root;
	uint64_t txn;
	unsigned begun, anchored;
	enum kc_err fails;
} w;

static enum kc_err
ready(void *ctx, const struct kc_hash *root, uint64_t txn)
{
	(void)ctx;
	w.begun++;
	w.root = *root;
	w.txn = txn;
	kc_held_by(&w.held, txn);
	return KC_OK;
}

static enum kc_err
anchored(void *ctx)
{
	(void)ctx;
	w.anchored++;
	return w.fails;
}

/* Leaf i goes to the store later. */
static enum kc_err
later(struct kc_store *s, uint64_t i)
{
	memset(&w.put, 0, sizeof(w.put));
	w.put.key[0] = (uint8_t)(i + 1);
	w.put.value = KC_LIT("a message");
	w.row.leaf = (struct kc_slice){w.leaf, storekit_leaf(i, w.leaf)};
	w.row.hash = storekit_leaf_hash(i);
	storekit_id(i, w.row.id);
	w.batch = (struct kc_append){.size = i,
	    .rows = &w.row,
	    .nrows = 1,
	    .puts = &w.put,
	    .nputs = 1,
	    .checkpoint = KC_LIT("a head\n"),
	    .witnessed = {i, KC_LIT("a witnessed head\n")},
	    .ready = ready,
	    .anchored = anchored,
	    .held = &w.held};
	kc_buf_reset(&w.held);
	kc_held_put(&w.held, &w.batch);
	return kc_store_append(s, &w.batch);
}

static void
later_all(struct kc_store *s, uint64_t from, uint64_t to)
{
	memset(&w.begun, 0, sizeof(w.begun));
	w.anchored = 0;
	w.fails = KC_OK;
	for (uint64_t i = from; i < to; i++) {
		struct kc_hash want = storekit_root(i + 1);

		assert_int_equal(later(s, i), KC_OK);
		assert_true(kc_hash_eq(&w.root, &want));
		assert_int_equal(kc_store_size(s), i + 1);
	}
	assert_int_equal(w.begun, to - from);
	assert_int_equal(w.anchored, to - from);
}

static size_t
behind(struct kc_store *s)
{
	struct kc_buf list = {0};
	uint64_t from;
	size_t n = kc_store_behind(s, &list, &from);

	kc_buf_free(&list);
	return n;
}

static void
test_behind__entries_and_ids_are_found_and_nothing_is_written(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	struct kc_buf leaf = {0};
	uint64_t counted = 0, seq = 0;
	uint8_t id[16];

	storekit_fill(s, 5);
	later_all(s, 5, 9);
	for (uint64_t i = 0; i < 9; i++) {
		char want[STOREKIT_LEAF_MAX];
		size_t n = storekit_leaf(i, want);

		kc_buf_reset(&leaf);
		assert_int_equal(kc_store_leaf(s, i, &leaf), KC_OK);
		assert_true(kc_slice_eq(
		    kc_buf_view(&leaf), (struct kc_slice){want, n}));
		storekit_id(i, id);
		assert_int_equal(kc_store_find_id(s, id, &seq), KC_OK);
		assert_int_equal(seq, i);
	}
	assert_int_equal(kc_store_leaf(s, 9, &leaf), KC_ENOTFOUND);
	storekit_id(9, id);
	assert_int_equal(kc_store_find_id(s, id, &seq), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_scan(s, 0, 9, storekit_check, &counted), KC_OK);
	assert_int_equal(counted, 9);
	assert_int_equal(behind(s), 4);
	kc_buf_free(&leaf);
}

static enum kc_err
count_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice v)
{
	(void)key;
	(void)v;
	++*(unsigned *)ctx;
	return KC_OK;
}

/* Each of the reads that has them written, and what it finds. */
static void
read_as(struct kc_store *s, int how, uint64_t size)
{
	struct kc_hash_reader r = kc_store_hashes(s);
	struct kc_hash root, want = storekit_root(size), tile[KC_TILE_WIDTH];
	struct kc_stand at;
	struct kc_buf note = {0};
	unsigned width = 0, rows = 0;
	uint64_t found = 0;

	switch (how) {
	case 0:
		assert_int_equal(kc_merkle_root(&r, size, &root), KC_OK);
		assert_true(kc_hash_eq(&root, &want));
		break;
	case 1:
		assert_int_equal(kc_store_tile(s, 0, 0, tile, &width), KC_OK);
		assert_int_equal(width, size);
		break;
	case 2:
		assert_int_equal(
		    kc_store_checkpoint(s, size - 1, &note), KC_OK);
		break;
	case 3:
		assert_int_equal(
		    kc_store_witnessed_last(s, &found, &note), KC_OK);
		assert_int_equal(found, size - 1);
		break;
	case 4:
		assert_int_equal(kc_store_outbox(s, count_row, &rows), KC_OK);
		assert_true(rows >= 3);
		break;
	case 5:
		assert_int_equal(kc_store_stands(s, &at), KC_OK);
		assert_int_equal(at.size, size);
		assert_int_equal(at.txn, w.txn); /* all of them in the one */
		break;
	default:
		assert_int_equal(kc_store_settle(s), KC_OK);
	}
	kc_buf_free(&note);
}

static void
test_behind__other_reads_write_it_first(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	uint64_t counted = 0;

	storekit_fill(s, 5);
	for (int how = 0; how < 7; how++) {
		uint64_t from = 5 + 3 * (uint64_t)how;

		later_all(s, from, from + 3);
		assert_int_equal(behind(s), 3);
		read_as(s, how, from + 3);
		assert_int_equal(behind(s), 0);
	}
	assert_int_equal(
	    kc_store_scan(s, 0, 26, storekit_check, &counted), KC_OK);
	assert_int_equal(counted, 26);
}

static void
test_behind__nodes_of_what_is_written_do_not_write(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	struct kc_hash_reader r = kc_store_hashes(s);
	struct kc_hash root, want = storekit_root(5);

	storekit_fill(s, 5);
	later_all(s, 5, 7);
	assert_int_equal(kc_merkle_root(&r, 5, &root), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	assert_int_equal(behind(s), 2);
}

static void
test_behind__what_was_written_and_stays_is_read_without_writing(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	struct kc_hash tile[KC_TILE_WIDTH], last = storekit_leaf_hash(256);
	struct kc_buf note = {0};
	unsigned width = 0;

	storekit_fill(s, 255);
	later_all(s, 255, 256);
	assert_int_equal(kc_store_settle(s), KC_OK);
	later_all(s, 256, 258);
	assert_int_equal(kc_store_tile(s, 0, 0, tile, &width), KC_OK);
	assert_int_equal(width, KC_TILE_WIDTH);
	assert_int_equal(kc_store_checkpoint(s, 255, &note), KC_OK);
	assert_int_equal(behind(s), 2);
	assert_int_equal(kc_store_tile(s, 0, 1, tile, &width), KC_OK);
	assert_int_equal(width, 2);
	assert_true(kc_hash_eq(&tile[0], &last));
	assert_int_equal(behind(s), 0);
	later_all(s, 258, 259);
	assert_int_equal(kc_store_tile(s, 1, 0, tile, &width), KC_OK);
	assert_int_equal(width, 1);
	kc_buf_free(&note);
}

static void
test_behind__a_batch_at_once_comes_after_it(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	struct kc_stand at;

	storekit_fill(s, 5);
	later_all(s, 5, 8);
	assert_int_equal(storekit_append(s, 8, 2), KC_OK);
	assert_int_equal(behind(s), 0);
	assert_int_equal(kc_store_stands(s, &at), KC_OK);
	assert_int_equal(at.size, 10);
	assert_int_equal(at.txn, w.txn + 1);
}

static void
test_behind__place_is_for_so_many(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;

	storekit_fill(s, 5);
	for (uint64_t i = 0; i < KC_BEHIND_MAX; i++) {
		assert_true(kc_store_has_place(s, 700));
		assert_false(kc_store_has_place(s, KC_BEHIND_BYTES + 1));
		later_all(s, 5 + i, 6 + i);
	}
	assert_false(kc_store_has_place(s, 700));
	assert_int_equal(kc_store_settle(s), KC_OK);
	assert_true(kc_store_has_place(s, KC_BEHIND_BYTES));
}

/* Nothing may be wrong with it that would be found when it is written. */
static void
test_behind__what_could_not_be_written_is_refused_before_the_anchor(
    void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;

	storekit_fill(s, 5);
	later_all(s, 5, 6);
	assert_int_equal(later(s, 5), KC_ECONFLICT); /* not its size */
	assert_int_equal(later(s, 7), KC_ECONFLICT);
	w.batch.size = 6;
	storekit_id(5, w.row.id); /* an id that stands, not written yet */
	assert_int_equal(kc_store_append(s, &w.batch), KC_ECONFLICT);
	storekit_id(6, w.row.id);
	w.row.hash.b[0] ^= 1;
	assert_int_equal(kc_store_append(s, &w.batch), KC_ECORRUPT);
	assert_int_equal(w.begun, 1);
	later_all(s, 6, 7);
}

static enum kc_err
no_larger(void *d)
{
	(void)d;
	return KC_EFULL;
}

/* The address space may have an end before the disk has one. */
static void
test_behind__it_is_never_by_more_than_its_map_has_place_for(void **state)
{
	struct fixture *f = *state;
	struct kc_driver stuck = kc_driver_lmdb;
	uint64_t size = 5;
	enum kc_err err;

	storekit_fill(f->s, size);
	kc_store_close(f->s);
	f->s = storekit_open(f->dir, false, (size_t)1 << 20);
	stuck.grow = no_larger;
	f->s->driver = &stuck;
	while ((err = later(f->s, size)) == KC_OK && ++size < 5 + KC_BEHIND_MAX)
		assert_int_equal(behind(f->s), size - 5);
	assert_int_equal(err, KC_EFULL);
	assert_true(size > 5);
	assert_int_equal(kc_store_settle(f->s), KC_OK);
	later_all(f->s, size, size + 1);
	assert_int_equal(kc_store_settle(f->s), KC_OK);
	stuck.grow = kc_driver_lmdb.grow;
	later_all(f->s, size + 1, size + 1 + KC_BEHIND_MAX);
	f->s->driver = &kc_driver_lmdb;
}

static void
test_behind__without_its_anchor_it_is_unknown(void **state)
{
	struct kc_store *s = ((struct fixture *)*state)->s;
	struct kc_buf leaf = {0};

	storekit_fill(s, 5);
	later_all(s, 5, 6);
	w.fails = KC_EUNAVAILABLE;
	assert_int_equal(later(s, 6), KC_EUNKNOWN);
	assert_int_equal(kc_store_size(s), 6);
	assert_int_equal(kc_store_leaf(s, 6, &leaf), KC_ENOTFOUND);
	w.fails = KC_OK;
	assert_int_equal(later(s, 6), KC_EUNKNOWN); /* and all after it */
	kc_buf_free(&leaf);
}

#define BOTH(fn)                                                               \
	cmocka_unit_test_setup_teardown(                                       \
	    fn, storekit_memory, storekit_tear_down),                          \
	    cmocka_unit_test_setup_teardown(                                   \
		fn, storekit_disk, storekit_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_behind__entries_and_ids_are_found_and_nothing_is_written),
	    BOTH(test_behind__other_reads_write_it_first),
	    BOTH(test_behind__nodes_of_what_is_written_do_not_write),
	    BOTH(
		test_behind__what_was_written_and_stays_is_read_without_writing),
	    BOTH(test_behind__a_batch_at_once_comes_after_it),
	    BOTH(test_behind__place_is_for_so_many),
	    BOTH(
		test_behind__what_could_not_be_written_is_refused_before_the_anchor),
	    BOTH(test_behind__without_its_anchor_it_is_unknown),
	    cmocka_unit_test_setup_teardown(
		test_behind__it_is_never_by_more_than_its_map_has_place_for,
		storekit_disk, storekit_tear_down),
	};
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	kc_buf_free(&w.held);
	return rc;
}
