/* SPDX-License-Identifier: Apache-2.0 */
/* What the store has otherwise than it was given: a disk that lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>

#include "appkit.h"
#include "store/store_int.h"

static struct kc_driver lying;
static bool lie_leaf, lie_tile;
static uint64_t lie_from; /* of leaves */

static bool (*real_fn)(void *, struct kc_slice, struct kc_slice);
static void *real_ctx;

static bool
flip_row(void *ctx, struct kc_slice key, struct kc_slice value)
{
	char copy[KC_LEAF_MAX];

	(void)ctx;
	memcpy(copy, value.p, value.n);
	copy[value.n - 1] ^= kc_slice_be64(key) >= lie_from;
	return real_fn(real_ctx, key, (struct kc_slice){copy, value.n});
}

static enum kc_err
lying_walk(struct kc_txn *t, enum kc_db db, struct kc_slice from,
    bool (*fn)(void *, struct kc_slice, struct kc_slice), void *ctx)
{
	if (db != KC_DB_LEAF || !lie_leaf)
		return kc_driver_lmdb.walk(t, db, from, fn, ctx);
	real_fn = fn;
	real_ctx = ctx;
	return kc_driver_lmdb.walk(t, db, from, flip_row, NULL);
}

static enum kc_err
lying_get(struct kc_txn *t, enum kc_db db, struct kc_slice key,
    struct kc_slice *value)
{
	static char copy[KC_TILE_WIDTH * KC_HASH_SIZE];
	enum kc_err err = kc_driver_lmdb.get(t, db, key, value);

	if (err != KC_OK || db != KC_DB_TILE || !lie_tile || t->write)
		return err;
	memcpy(copy, value->p, value->n);
	copy[0] ^= 1; /* the oldest hash of the tile: not one of the batch */
	value->p = copy;
	return err;
}

/* Nobody is told of what the store has otherwise than it was given; the head
 * that the ledger shows stays. */
static void
read_back(struct app *a, const struct kc_slice *notes, size_t n)
{
	struct kc_buf before = {0}, after = {0};
	struct answer *w = calloc(n, sizeof(*w));

	lie_from = kc_store_size(a->store);
	kc_ledger_checkpoint(a->l, &before);
	if (n > 1)
		app_send_together(a, notes, n, w);
	else
		app_send_many(a, notes, n, w);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(w[i].err, KC_EUNKNOWN);
		assert_true(w[i].receipt.n == 0);
		answer_free(&w[i]);
	}
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_POISONED);
	kc_ledger_checkpoint(a->l, &after);
	assert_true(kc_slice_eq(kc_buf_view(&before), kc_buf_view(&after)));
	kc_buf_free(&before);
	kc_buf_free(&after);
	free(w);
	lie_leaf = lie_tile = false;
}

/* The anchor may have a head over the note, but then over just its bytes. */
static void
read_back_one(struct app *a)
{
	struct kc_anchored held = {0};
	struct kc_checkpoint c;
	struct kc_buf note = {0};
	struct kc_held h;
	struct kc_leaf leaf;
	struct answer w;

	app_duty(a, 1, &note);
	read_back(a, &(struct kc_slice){note.p, note.n}, 1);
	assert_int_equal(
	    kc_anchor_load(tmpdir_file(a->dir, "anchor"), &held), KC_OK);
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&held.v[1].note), NULL), KC_OK);
	assert_int_equal(
	    kc_held_take(&h, kc_buf_view(&held.v[1].batch)), KC_OK);
	assert_int_equal(h.batch.size + h.batch.nrows, c.size);
	assert_int_equal(kc_leaf_parse(&leaf, h.rows[0].leaf), KC_OK);
	assert_true(kc_slice_eq(leaf.note, kc_buf_view(&note)));
	kc_held_free(&h);
	kc_anchored_free(&held);
	app_restart(a); /* with a disk that does not lie */
	w = app_send(a, kc_buf_view(&note));
	assert_true(w.err == KC_OK && w.duplicate);
	app_check_receipt(a, &w);
	answer_free(&w);
	kc_buf_free(&note);
}

static void
test_read_back__leaf_that_differs_is_never_answered(void **state)
{
	struct app *a = *state;

	a->at_once = true;
	app_restart(a);
	lying = kc_driver_lmdb;
	lying.walk = lying_walk;
	a->store->driver = &lying;
	lie_leaf = true;
	read_back_one(a);
}

static void
test_read_back__tile_that_differs_is_never_answered(void **state)
{
	struct app *a = *state;

	/* A restart forgets the nodes that were read back before. */
	a->at_once = true;
	app_close(a);
	app_open(a);
	lying = kc_driver_lmdb;
	lying.get = lying_get;
	a->store->driver = &lying;
	lie_tile = true;
	read_back_one(a);
}

/* What the anchor has no room for is read back before its head is signed. */
static void
test_read_back__what_no_anchor_holds_is_never_signed(void **state)
{
	enum {
		N = 700
	};
	struct app *a = *state;
	struct kc_buf note[N] = {{0}}, before = {0}, after = {0};
	struct kc_slice notes[N];

	lying = kc_driver_lmdb;
	lying.walk = lying_walk;
	a->store->driver = &lying;
	lie_leaf = true;
	kc_ledger_checkpoint(a->l, &before);
	for (unsigned i = 0; i < N; i++) {
		app_duty(a, i, &note[i]);
		notes[i] = kc_buf_view(&note[i]);
	}
	read_back(a, notes, N);
	assert_int_equal(
	    kc_anchor_peek(tmpdir_file(a->dir, "anchor"), &after), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&before), kc_buf_view(&after)));
	for (unsigned i = 0; i < N; i++)
		kc_buf_free(&note[i]);
	kc_buf_free(&before);
	kc_buf_free(&after);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, app_up_city, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_read_back__leaf_that_differs_is_never_answered),
	    T(test_read_back__tile_that_differs_is_never_answered),
	    T(test_read_back__what_no_anchor_holds_is_never_signed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
