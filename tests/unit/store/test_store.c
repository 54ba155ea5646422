/* SPDX-License-Identifier: Apache-2.0 */
/* The store: the same table of tests over LMDB and over its twin. */
#include <kaocheng/store.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "storekit.h"

static void
test_store__new_one_is_the_empty_tree(void **state)
{
	struct fixture *f = *state;
	struct kc_hash root, want = kc_hash_empty();
	struct kc_buf b = {0};
	uint64_t seq;
	uint8_t id[16] = {0};

	assert_true(kc_store_size(f->s) == 0);
	assert_int_equal(kc_store_root(f->s, &root), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	assert_int_equal(kc_store_leaf(f->s, 0, &b), KC_ENOTFOUND);
	assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_ENOTFOUND);
	assert_int_equal(kc_store_checkpoint(f->s, 0, &b), KC_ENOTFOUND);
}

/* --- an anchor that stands for the commit --- */
struct ready {
	struct kc_store *s;
	unsigned calls;
	struct kc_hash root;
	uint64_t txn;
	enum kc_err err;
};

static enum kc_err
be_ready(void *ctx, const struct kc_hash *root, uint64_t txn)
{
	struct ready *r = ctx;

	r->calls++;
	r->root = *root;
	r->txn = txn;
	return r->err;
}

/* n leaves after the first `from`. */
static enum kc_err
append_ready(struct fixture *f, uint64_t from, size_t n, struct ready *r)
{
	static char leaf[8][STOREKIT_LEAF_MAX];
	struct kc_row rows[8];
	struct kc_append a = {.size = from,
	    .rows = rows,
	    .nrows = n,
	    .ready = be_ready,
	    .ready_ctx = r};

	for (size_t i = 0; i < n; i++) {
		rows[i].leaf = (struct kc_slice){
		    leaf[i], storekit_leaf(from + i, leaf[i])};
		rows[i].hash = storekit_leaf_hash(from + i);
		storekit_id(from + i, rows[i].id);
	}
	return kc_store_append(f->s, &a);
}

static void
test_store__is_ready_once_with_the_root_to_come(void **state)
{
	struct fixture *f = *state;
	struct ready r = {.err = KC_OK};
	struct kc_hash want = storekit_root(103);
	uint64_t count = 0;

	storekit_fill(f->s, 100);
	assert_int_equal(append_ready(f, 100, 3, &r), KC_OK);
	assert_int_equal(r.calls, 1);
	assert_true(kc_hash_eq(&r.root, &want));
	assert_int_equal(kc_store_settle(f->s), KC_OK);
	assert_int_equal(storekit_append(f->s, 103, 2), KC_OK);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 105, storekit_check, &count), KC_OK);
}

/* Each transaction has the next number, one without an entry as well; what is
 * not written has none. */
static void
test_store__numbers_its_transactions(void **state)
{
	struct fixture *f = *state;
	struct ready r = {.err = KC_ENOMEM};
	struct kc_put put = {{1}, KC_LIT("a message")};
	struct kc_stand was, now;

	storekit_fill(f->s, 100);
	assert_int_equal(kc_store_stands(f->s, &was), KC_OK);
	assert_true(was.size == 100);
	assert_int_equal(append_ready(f, 100, 3, &r), KC_ENOMEM);
	assert_int_equal(kc_store_put(f->s, &put, 1, NULL), KC_OK);
	assert_int_equal(kc_store_stands(f->s, &now), KC_OK);
	assert_true(now.size == 100 && now.txn == was.txn + 1);
	r.err = KC_OK;
	assert_int_equal(append_ready(f, 100, 3, &r), KC_OK);
	assert_true(r.txn == was.txn + 2);
	assert_int_equal(kc_store_stands(f->s, &now), KC_OK);
	assert_true(now.size == 103 && now.txn == r.txn);
	assert_int_equal(append_ready(f, 103, 1, &r), KC_OK);
	assert_true(r.txn == was.txn + 3);
}

static void
test_store__what_is_not_ready_is_not_written(void **state)
{
	struct fixture *f = *state;
	struct ready r = {.err = KC_ENOMEM};

	storekit_fill(f->s, 100);
	assert_int_equal(append_ready(f, 100, 3, &r), KC_ENOMEM);
	assert_int_equal(r.calls, 1);
	assert_true(kc_store_size(f->s) == 100);
	r.err = KC_OK;
	assert_int_equal(append_ready(f, 100, 3, &r), KC_OK);
	assert_true(kc_store_size(f->s) == 103);
}

static void
test_store__gives_back_every_leaf_and_id(void **state)
{
	struct fixture *f = *state;
	uint64_t count = 0, seq;
	uint8_t id[16];

	storekit_fill(f->s, 1000);
	assert_true(kc_store_size(f->s) == 1000);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 1000, storekit_check, &count), KC_OK);
	assert_true(count == 1000);
	for (uint64_t i = 0; i < 1000; i++) {
		storekit_id(i, id);
		assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_OK);
		assert_true(seq == i);
	}
	storekit_id(1000, id);
	assert_int_equal(kc_store_find_id(f->s, id, &seq), KC_ENOTFOUND);
	assert_int_equal(kc_store_scan(f->s, 990, 1001, storekit_check, &count),
	    KC_ENOTFOUND);
}

static void
test_store__root_is_that_of_the_leaves_after_every_batch(void **state)
{
	struct fixture *f = *state;
	static const size_t sizes[] = {1, 1, 2, 3, 249, 256, 255, 1, 256, 90};
	struct kc_hash_reader r = kc_store_hashes(f->s);
	uint64_t at = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct kc_hash root, tiles, want;

		assert_int_equal(storekit_append(f->s, at, sizes[i]), KC_OK);
		at += sizes[i];
		want = storekit_root(at);
		assert_int_equal(kc_store_root(f->s, &root), KC_OK);
		assert_true(kc_hash_eq(&root, &want));
		assert_int_equal(kc_merkle_root(&r, at, &tiles), KC_OK);
		assert_true(kc_hash_eq(&tiles, &want));
	}
}

static void
test_store__tiles_hold_leaf_hashes_and_their_parents(void **state)
{
	struct fixture *f = *state;
	struct kc_hash hashes[KC_TILE_WIDTH], want;
	unsigned width;

	storekit_fill(f->s, 700);
	assert_int_equal(kc_store_tile(f->s, 0, 1, hashes, &width), KC_OK);
	assert_int_equal(width, 256);
	for (unsigned i = 0; i < 256; i++) {
		want = storekit_leaf_hash(256 + i);
		assert_true(kc_hash_eq(&hashes[i], &want));
	}
	assert_int_equal(kc_store_tile(f->s, 0, 2, hashes, &width), KC_OK);
	assert_int_equal(width, 700 - 512);
	assert_int_equal(kc_store_tile(f->s, 1, 0, hashes, &width), KC_OK);
	assert_int_equal(width, 2);
	want = storekit_root(256);
	assert_true(kc_hash_eq(&hashes[0], &want));
	assert_int_equal(
	    kc_store_tile(f->s, 0, 3, hashes, &width), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_tile(f->s, 2, 0, hashes, &width), KC_ENOTFOUND);
}

static void
test_store__second_level_of_tiles_grows(void **state)
{
	struct fixture *f = *state;
	struct kc_hash_reader r = kc_store_hashes(f->s);
	struct kc_hash hashes[KC_TILE_WIDTH], want, got;
	unsigned width;

	storekit_fill(f->s, 65536 + 300);
	assert_int_equal(kc_store_tile(f->s, 2, 0, hashes, &width), KC_OK);
	assert_int_equal(width, 1);
	want = storekit_root(65536);
	assert_true(kc_hash_eq(&hashes[0], &want));
	want = storekit_root(65536 + 300);
	assert_int_equal(kc_merkle_root(&r, 65536 + 300, &got), KC_OK);
	assert_true(kc_hash_eq(&want, &got));
}

static void
test_store__keeps_the_checkpoint_before_each_batch(void **state)
{
	struct fixture *f = *state;
	struct kc_buf b = {0};
	uint64_t found;

	assert_int_equal(storekit_append(f->s, 0, 10), KC_OK);
	assert_int_equal(storekit_append(f->s, 10, 5), KC_OK);
	assert_int_equal(storekit_append(f->s, 15, 5), KC_OK);
	assert_int_equal(kc_store_checkpoint(f->s, 10, &b), KC_OK);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 10"));
	assert_int_equal(kc_store_checkpoint(f->s, 11, &b), KC_ENOTFOUND);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 10"));
	kc_buf_reset(&b);
	assert_int_equal(kc_store_checkpoint_from(f->s, 11, &found, &b), KC_OK);
	assert_true(found == 15);
	assert_true(kc_slice_is(kc_buf_view(&b), "checkpoint 15"));
	assert_int_equal(
	    kc_store_checkpoint_from(f->s, 16, &found, &b), KC_ENOTFOUND);
	kc_buf_free(&b);
}

static void
test_store__batch_for_another_size_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct kc_hash before, after;

	storekit_fill(f->s, 10);
	assert_int_equal(kc_store_root(f->s, &before), KC_OK);
	assert_int_equal(storekit_append(f->s, 9, 1), KC_ECONFLICT);
	assert_int_equal(storekit_append(f->s, 11, 1), KC_ECONFLICT);
	assert_int_equal(kc_store_root(f->s, &after), KC_OK);
	assert_true(kc_hash_eq(&before, &after));
	assert_int_equal(storekit_append(f->s, 10, 1), KC_OK);
}

/* A batch that fails half way leaves no row behind. */
static void
test_store__repeated_id_refuses_the_whole_batch(void **state)
{
	struct fixture *f = *state;
	struct kc_row rows[2] = {
	    {.leaf = KC_LIT("one")}, {.leaf = KC_LIT("two")}};
	struct kc_append batch = {.rows = rows, .nrows = 2};
	struct kc_buf b = {0};
	uint64_t seq;

	rows[0].hash = kc_hash_leaf("one", 3);
	rows[1].hash = kc_hash_leaf("two", 3);
	assert_int_equal(kc_store_append(f->s, &batch), KC_ECONFLICT);
	assert_true(kc_store_size(f->s) == 0);
	assert_int_equal(kc_store_leaf(f->s, 0, &b), KC_ENOTFOUND);
	assert_int_equal(
	    kc_store_find_id(f->s, rows[0].id, &seq), KC_ENOTFOUND);
	rows[1].id[0] = 1;
	assert_int_equal(kc_store_append(f->s, &batch), KC_OK);
}

static enum kc_err
stop_at_seven(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	(void)ctx;
	(void)leaf;
	return seq == 7 ? KC_EPROOF : KC_OK;
}

static void
test_store__scan_stops_at_the_first_error(void **state)
{
	struct fixture *f = *state;

	storekit_fill(f->s, 20);
	assert_int_equal(
	    kc_store_scan(f->s, 0, 20, stop_at_seven, NULL), KC_EPROOF);
	assert_int_equal(
	    kc_store_scan(f->s, 8, 20, stop_at_seven, NULL), KC_OK);
}

#define BOTH(fn)                                                               \
	{#fn " [memory]", fn, storekit_memory, storekit_tear_down, NULL},      \
	{                                                                      \
#fn " [disk]", fn, storekit_disk, storekit_tear_down, NULL     \
	}

/* --- the outbox: rows beside the log, in its transactions --- */
struct outbox {
	size_t n;
	uint8_t first[4];
	char value[4][16];
};

static enum kc_err
outbox_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct outbox *o = ctx;

	assert_true(o->n < 4 && value.n < sizeof(o->value[0]));
	o->first[o->n] = key[0];
	memcpy(o->value[o->n], value.p, value.n);
	o->value[o->n++][value.n] = '\0';
	return o->n == 4 ? KC_EBUSY : KC_OK;
}

static void
test_store__outbox_rows_come_and_go_with_their_batch(void **state)
{
	struct fixture *f = *state;
	struct kc_put puts[3] = {{{7}, KC_LIT("seven")}, {{3}, KC_LIT("three")},
	    {{9}, KC_LIT("nine")}};
	struct outbox o = {0};
	struct kc_row row = {.leaf = KC_LIT("leaf")};
	struct kc_append batch = {
	    .rows = &row, .nrows = 1, .puts = puts, .nputs = 3};

	row.hash = kc_hash_leaf("leaf", 4);
	assert_int_equal(kc_store_append(f->s, &batch), KC_OK);
	assert_int_equal(kc_store_outbox(f->s, outbox_row, &o), KC_OK);
	assert_true(o.n == 3 && o.first[0] == 3 && o.first[2] == 9);
	/* The same id again refuses the batch, and with it its rows. */
	puts[0].value = KC_LIT("other");
	batch.size = 1;
	batch.checkpoint = KC_LIT("c");
	assert_int_not_equal(kc_store_append(f->s, &batch), KC_OK);
	o = (struct outbox){0};
	assert_int_equal(kc_store_outbox(f->s, outbox_row, &o), KC_OK);
	assert_true(o.n == 3);
	assert_string_equal(o.value[1], "seven");
}

static void
test_store__outbox_row_is_rewritten_and_taken_away(void **state)
{
	struct fixture *f = *state;
	struct kc_put puts[4] = {{{1}, KC_LIT("a")}, {{2}, KC_LIT("b")},
	    {{1}, KC_LIT("c")}, {{2}, KC_LIT("")}};
	struct outbox o = {0};

	assert_int_equal(kc_store_put(f->s, puts, 4, NULL), KC_OK);
	assert_int_equal(kc_store_outbox(f->s, outbox_row, &o), KC_OK);
	assert_true(o.n == 1 && o.first[0] == 1);
	assert_string_equal(o.value[0], "c");
	/* What is not there can be taken away too. */
	assert_int_equal(kc_store_put(f->s, &puts[3], 1, NULL), KC_OK);
	puts[0].value = KC_LIT("");
	assert_int_equal(kc_store_put(f->s, puts, 1, NULL), KC_OK);
	o = (struct outbox){0};
	assert_int_equal(kc_store_outbox(f->s, outbox_row, &o), KC_OK);
	assert_true(o.n == 0 && kc_store_size(f->s) == 0);
}

static void
test_store__witnessed_checkpoints_are_found_by_size(void **state)
{
	struct fixture *f = *state;
	static const uint64_t sizes[] = {3, 40, 41, 90};
	struct kc_buf b = {0};
	uint64_t found = 0;

	storekit_fill(f->s, 100);
	assert_int_equal(
	    kc_store_witnessed_last(f->s, &found, &b), KC_ENOTFOUND);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct kc_witnessed w = {sizes[i], KC_LIT("first\n")};

		assert_int_equal(kc_store_put(f->s, NULL, 0, &w), KC_OK);
		assert_int_equal(
		    kc_store_witnessed_last(f->s, &found, &b), KC_OK);
		assert_true(found == sizes[i]);
	}
	kc_buf_reset(&b);
	assert_int_equal(
	    kc_store_put(f->s, NULL, 0,
		&(struct kc_witnessed){41, KC_LIT("with one more\n")}),
	    KC_OK);
	assert_int_equal(kc_store_witnessed_from(f->s, 41, &found, &b), KC_OK);
	assert_string_equal(kc_buf_cstr(&b), "with one more\n");
	assert_int_equal(kc_store_witnessed_from(f->s, 42, &found, &b), KC_OK);
	assert_true(found == 90);
	assert_int_equal(
	    kc_store_witnessed_from(f->s, 91, &found, &b), KC_ENOTFOUND);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_store__new_one_is_the_empty_tree),
	    BOTH(test_store__is_ready_once_with_the_root_to_come),
	    BOTH(test_store__numbers_its_transactions),
	    BOTH(test_store__what_is_not_ready_is_not_written),
	    BOTH(test_store__gives_back_every_leaf_and_id),
	    BOTH(test_store__root_is_that_of_the_leaves_after_every_batch),
	    BOTH(test_store__tiles_hold_leaf_hashes_and_their_parents),
	    BOTH(test_store__second_level_of_tiles_grows),
	    BOTH(test_store__keeps_the_checkpoint_before_each_batch),
	    BOTH(test_store__batch_for_another_size_changes_nothing),
	    BOTH(test_store__repeated_id_refuses_the_whole_batch),
	    BOTH(test_store__scan_stops_at_the_first_error),
	    BOTH(test_store__outbox_rows_come_and_go_with_their_batch),
	    BOTH(test_store__outbox_row_is_rewritten_and_taken_away),
	    BOTH(test_store__witnessed_checkpoints_are_found_by_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
