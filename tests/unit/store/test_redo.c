/* SPDX-License-Identifier: Apache-2.0 */
/* Batches as bytes, and what a store lacks of what its anchor holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/checkpoint.h>

#include "storekit.h"

#define ORIGIN "example.org/redo"
#define ROWS_MAX 8

static struct {
	struct fixture store;
	struct kc_anchor *anchor;
	struct kc_skey key;
	struct kc_log_keys keys;
	uint64_t txn; /* of the batch that the anchor was given last */
} f;

static const char *
anchor_path(void)
{
	return tmpdir_file(f.store.dir, "anchor");
}

static int
set_up(void **state)
{
	uint8_t seed[32] = {7};

	(void)state;
	memset(&f, 0, sizeof(f));
	assert_int_equal(kc_crypto_init(), KC_OK);
	assert_int_equal(
	    kc_skey_from_seed(&f.key, KC_LIT(ORIGIN), seed), KC_OK);
	f.keys.n = 1;
	f.keys.v[0] = f.key.vkey;
	tmpdir_make(f.store.dir);
	assert_int_equal(kc_store_open_memory(&f.store.s), KC_OK);
	return kc_anchor_open(&f.anchor, anchor_path(), true) == KC_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_store_close(f.store.s);
	kc_anchor_close(f.anchor);
	tmpdir_remove(f.store.dir);
	return 0;
}

/* --- batches --- */
static struct {
	struct kc_row rows[ROWS_MAX];
	char leaf[ROWS_MAX][STOREKIT_LEAF_MAX];
	struct kc_put puts[2];
} of;

/* n leaves from a size on, with all that a batch may have beside them. */
static struct kc_append
make(uint64_t from, size_t n)
{
	struct kc_append a = {.size = from,
	    .rows = of.rows,
	    .nrows = n,
	    .puts = of.puts,
	    .nputs = 2,
	    .checkpoint = from > 0 ? KC_LIT("a head\n") : KC_LIT(""),
	    .witnessed = {from, KC_LIT("a witnessed head\n")}};

	for (size_t i = 0; i < n; i++) {
		struct kc_row *r = &of.rows[i];

		r->leaf = (struct kc_slice){
		    of.leaf[i], storekit_leaf(from + i, of.leaf[i])};
		r->hash = storekit_leaf_hash(from + i);
		storekit_id(from + i, r->id);
	}
	memset(of.puts, 0, sizeof(of.puts));
	of.puts[0].key[0] = (uint8_t)(1 + from);
	of.puts[0].value = KC_LIT("a message");
	of.puts[1].key[0] = (uint8_t)(2 + from);
	return a;
}

/* The store has just done transaction n - 1. */
static void
next_is(uint64_t n)
{
	struct kc_stand at;

	assert_int_equal(kc_store_stands(f.store.s, &at), KC_OK);
	f.txn = at.txn + n - 1;
}

/* What the anchor is given for a batch, of the transaction after the last: the
 * head is over `size` entries of the kit's leaves, or of others. */
static void
anchor_batch(const struct kc_append *a, bool fork)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = a->size + a->nrows};
	struct kc_buf bytes = {0}, back = {0}, note = {0};

	c.root = storekit_root(c.size);
	c.root.b[0] ^= fork;
	kc_held_put(&bytes, a);
	kc_held_by(&bytes, ++f.txn);
	kc_buf_checkpoint(&note, &c, &f.key);
	assert_int_equal(
	    kc_anchor_batch(f.anchor, kc_buf_view(&bytes), &back), KC_OK);
	assert_int_equal(kc_anchor_write(f.anchor, kc_buf_view(&note)), KC_OK);
	kc_buf_free(&bytes);
	kc_buf_free(&back);
	kc_buf_free(&note);
}

/* Batch i of those of a list: one leaf, at from + i, of transaction txn. */
static void
join(struct kc_buf *list, uint64_t from, size_t n, uint64_t txn)
{
	for (size_t i = 0; i < n; i++) {
		struct kc_append a = make(from + i, 1);
		struct kc_buf bytes = {0};

		kc_held_put(&bytes, &a);
		kc_held_by(&bytes, txn);
		kc_held_join(list, kc_buf_view(&bytes));
		kc_buf_free(&bytes);
	}
}

/* The anchor is given n of them, of one transaction, with the head that they
 * lead to. */
static void
anchor_list(uint64_t from, size_t n, uint64_t txn)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = from + n};
	struct kc_buf list = {0}, back = {0}, note = {0};

	c.root = storekit_root(c.size);
	join(&list, from, n, txn);
	kc_buf_checkpoint(&note, &c, &f.key);
	assert_int_equal(
	    kc_anchor_batch(f.anchor, kc_buf_view(&list), &back), KC_OK);
	assert_int_equal(kc_anchor_write(f.anchor, kc_buf_view(&note)), KC_OK);
	kc_buf_free(&list);
	kc_buf_free(&back);
	kc_buf_free(&note);
}

static void
test_held__comes_back_as_it_was(void **state)
{
	struct kc_append a = make(5, 3);
	struct kc_buf bytes = {0};
	struct kc_held h;

	(void)state;
	kc_held_put(&bytes, &a);
	kc_held_by(&bytes, 77);
	assert_int_equal(kc_held_take(&h, kc_buf_view(&bytes)), KC_OK);
	assert_int_equal(h.batch.size, 5);
	assert_int_equal(h.batch.nrows, 3);
	assert_true(h.batch.txn == 77);
	for (size_t i = 0; i < 3; i++) {
		assert_true(kc_slice_eq(h.rows[i].leaf, of.rows[i].leaf));
		assert_true(kc_hash_eq(&h.rows[i].hash, &of.rows[i].hash));
		assert_memory_equal(h.rows[i].id, of.rows[i].id, 16);
	}
	assert_int_equal(h.batch.nputs, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_true(kc_slice_eq(h.puts[i].value, of.puts[i].value));
		assert_memory_equal(h.puts[i].key, of.puts[i].key, 16);
	}
	assert_true(kc_slice_is(h.batch.checkpoint, "a head\n"));
	assert_int_equal(h.batch.witnessed.size, 5);
	assert_true(kc_slice_is(h.batch.witnessed.note, "a witnessed head\n"));
	kc_held_free(&h);
	/* Cut anywhere, or longer, it is none. */
	kc_buf_char(&bytes, 'x');
	for (size_t n = 0; n <= bytes.n; n++) {
		enum kc_err want = n + 1 == bytes.n ? KC_OK : KC_ESYNTAX;

		assert_int_equal(
		    kc_held_take(&h, (struct kc_slice){bytes.p, n}), want);
		kc_held_free(&h);
	}
	kc_buf_free(&bytes);
}

static void
test_held__numbers_that_lie_are_refused(void **state)
{
	struct kc_append a = make(5, 3);
	struct kc_buf bytes = {0};
	struct kc_held h;

	(void)state;
	kc_held_put(&bytes, &a);
	for (size_t at = 0; at < 48; at += 8) {
		/* The witnessed head is of whatever size; so is the number of
		 * a transaction. */
		bool any = at == 24 || at == 32;
		uint8_t was[8], huge[8];

		memcpy(was, bytes.p + at, 8);
		kc_put_be64(huge, UINT64_MAX / 2 + 1);
		memcpy(bytes.p + at, huge, 8);
		assert_int_equal(kc_held_take(&h, kc_buf_view(&bytes)),
		    any ? KC_OK : KC_ESYNTAX);
		kc_held_free(&h);
		memcpy(bytes.p + at, was, 8);
	}
	kc_buf_free(&bytes);
}

/* --- what the store lacks --- */
static void
check_redo(uint64_t lacks, uint64_t size)
{
	struct kc_hash root, want = storekit_root(size);
	uint64_t n = 99, counted = 0;

	assert_int_equal(kc_redo(f.store.s, anchor_path(), &f.keys, &n), KC_OK);
	assert_int_equal(n, lacks);
	assert_int_equal(kc_store_size(f.store.s), size);
	assert_int_equal(kc_store_root(f.store.s, &root), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	assert_int_equal(
	    kc_store_scan(f.store.s, 0, size, storekit_check, &counted), KC_OK);
	assert_int_equal(counted, size);
}

static void
test_redo__puts_what_is_lacking_in_its_place(void **state)
{
	struct kc_append a;
	struct kc_buf note = {0};
	uint64_t found;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	next_is(1);
	a = make(5, 1);
	anchor_batch(&a, false);
	check_redo(1, 6);
	check_redo(0, 6);
	a = make(6, 3);
	anchor_batch(&a, false);
	a = make(9, 4);
	anchor_batch(&a, false);
	check_redo(7, 13); /* two, one after the other */
	assert_int_equal(kc_store_checkpoint(f.store.s, 9, &note), KC_OK);
	assert_int_equal(
	    kc_store_witnessed_last(f.store.s, &found, &note), KC_OK);
	assert_int_equal(found, 9);
	kc_buf_free(&note);
}

static void
test_redo__what_does_not_fit_is_left_alone(void **state)
{
	struct kc_append a;

	(void)state;
	check_redo(0, 0); /* nothing is signed yet */
	next_is(1);
	a = make(0, 2);
	anchor_batch(&a, true);
	check_redo(0, 0); /* the head is over others */
	next_is(1);
	a = make(3, 2);
	anchor_batch(&a, false);
	check_redo(0, 0); /* there is a gap between */
	next_is(1);
	a = make(0, 2);
	anchor_batch(&a, false);
	f.keys.v[0].pub[0] ^= 1;
	check_redo(0, 0); /* by a key that the log has not */
	f.keys.v[0].pub[0] ^= 1;
	check_redo(2, 2);
	a = make(2, 2);
	of.leaf[1][0] ^= 1;
	anchor_batch(&a, false);
	check_redo(0, 2); /* another leaf than the one signed over */
}

/* Something was written without an entry, and the store lacks it: whoever put
 * such a store there has lost that. */
static void
test_redo__what_follows_another_transaction_is_left_alone(void **state)
{
	struct kc_put put = {{9}, KC_LIT("another message")};
	struct kc_append a;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	next_is(2);
	a = make(5, 1);
	anchor_batch(&a, false);
	check_redo(0, 5); /* one is lacking before the batch */
	assert_int_equal(kc_store_put(f.store.s, &put, 1, NULL), KC_OK);
	check_redo(1, 6);
	a = make(6, 1);
	anchor_batch(&a, false);
	f.txn++;
	a = make(7, 1);
	anchor_batch(&a, false);
	check_redo(0, 6); /* between two batches: none of them */
	next_is(0);
	a = make(6, 2);
	anchor_batch(&a, false);
	check_redo(0, 6); /* the store has its transaction, and not it */
	next_is(1);
	anchor_batch(&a, false);
	check_redo(2, 8);
}

/* A batch that does not say of which transaction it is. */
static void
test_redo__what_has_no_number_is_left_alone(void **state)
{
	struct kc_append a;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	f.txn = UINT64_MAX;
	a = make(5, 1);
	anchor_batch(&a, false); /* 0 */
	check_redo(0, 5);
	next_is(1);
	anchor_batch(&a, false);
	check_redo(1, 6);
}

/* Each slot has all that the store may lack, and the newest the most of it. */
static void
test_redo__several_go_in_one_transaction(void **state)
{
	struct kc_stand before, after;
	struct kc_append a;
	struct kc_buf note = {0};

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	assert_int_equal(kc_store_stands(f.store.s, &before), KC_OK);
	anchor_list(5, 2, before.txn + 1);
	anchor_list(5, 3, before.txn + 1);
	check_redo(3, 8);
	assert_int_equal(kc_store_stands(f.store.s, &after), KC_OK);
	assert_int_equal(after.txn, before.txn + 1);
	for (uint64_t size = 5; size < 8; size++)
		assert_int_equal(
		    kc_store_checkpoint(f.store.s, size, &note), KC_OK);
	check_redo(0, 8);
	/* One alone, and those that were begun after it. */
	next_is(1);
	a = make(8, 1);
	anchor_batch(&a, false);
	anchor_list(9, 2, f.txn + 1);
	check_redo(3, 11);
	assert_int_equal(kc_store_stands(f.store.s, &after), KC_OK);
	assert_int_equal(after.txn, before.txn + 3);
	kc_buf_free(&note);
}

static void
test_redo__several_of_another_transaction_are_left_alone(void **state)
{
	struct kc_stand at;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	assert_int_equal(kc_store_stands(f.store.s, &at), KC_OK);
	anchor_list(5, 3, at.txn + 2); /* something is lacking before them */
	check_redo(0, 5);
	anchor_list(5, 3, at.txn); /* the store has it, and not them */
	check_redo(0, 5);
	anchor_list(4, 4, at.txn + 1); /* of which it has one */
	check_redo(0, 5);
	anchor_list(5, 4, at.txn + 1);
	check_redo(4, 9);
}

static void
test_redo__root_is_told_without_writing(void **state)
{
	struct kc_anchored held = {0};
	struct kc_append a;
	struct kc_hash root, want = storekit_root(8);
	struct kc_stand at;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	assert_int_equal(kc_store_stands(f.store.s, &at), KC_OK);
	next_is(1);
	a = make(5, 1);
	anchor_batch(&a, false);
	a = make(6, 2);
	anchor_batch(&a, false);
	assert_int_equal(kc_anchor_load(anchor_path(), &held), KC_OK);
	assert_int_equal(kc_redo_root(f.store.s, &at, &held, 8, &root), KC_OK);
	assert_true(kc_hash_eq(&root, &want));
	assert_int_equal(kc_redo_root(f.store.s, &at, &held, 6, &root), KC_OK);
	assert_int_equal(
	    kc_redo_root(f.store.s, &at, &held, 7, &root), KC_ENOTFOUND);
	at.size = 4;
	assert_int_equal(
	    kc_redo_root(f.store.s, &at, &held, 8, &root), KC_ENOTFOUND);
	at.size = 5;
	at.txn--;
	assert_int_equal(
	    kc_redo_root(f.store.s, &at, &held, 8, &root), KC_ENOTFOUND);
	assert_int_equal(kc_store_size(f.store.s), 5);
	kc_anchored_free(&held);
}

/* A second anchor that was not written any more knows one of them. */
static void
test_redo__root_within_a_transaction_is_told(void **state)
{
	struct kc_anchored held = {0};
	struct kc_stand at;

	(void)state;
	assert_int_equal(storekit_append(f.store.s, 0, 5), KC_OK);
	assert_int_equal(kc_store_stands(f.store.s, &at), KC_OK);
	anchor_list(5, 3, at.txn + 1);
	anchor_list(5, 4, at.txn + 1);
	assert_int_equal(kc_anchor_load(anchor_path(), &held), KC_OK);
	for (uint64_t size = 5; size <= 9; size++) {
		struct kc_hash root, want = storekit_root(size);

		assert_int_equal(
		    kc_redo_root(f.store.s, &at, &held, size, &root), KC_OK);
		assert_true(kc_hash_eq(&root, &want));
	}
	kc_anchored_free(&held);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_held__comes_back_as_it_was),
	    T(test_held__numbers_that_lie_are_refused),
	    T(test_redo__puts_what_is_lacking_in_its_place),
	    T(test_redo__what_does_not_fit_is_left_alone),
	    T(test_redo__what_follows_another_transaction_is_left_alone),
	    T(test_redo__what_has_no_number_is_left_alone),
	    T(test_redo__several_go_in_one_transaction),
	    T(test_redo__several_of_another_transaction_are_left_alone),
	    T(test_redo__root_is_told_without_writing),
	    T(test_redo__root_within_a_transaction_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
