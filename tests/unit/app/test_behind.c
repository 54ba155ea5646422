/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger whose store is behind its anchor by lone batches. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/env.h"
#include "app/writer.h"
#include "appkit.h"
#include "store/store_int.h"

static size_t
behind(struct app *a)
{
	struct kc_buf list = {0};
	uint64_t from;
	size_t n = kc_store_behind(a->store, &list, &from);

	kc_buf_free(&list);
	return n;
}

/* Entries that another process finds in the store's file. */
static uint64_t
written(struct app *a)
{
	struct kc_store_options o = {.dir = a->dir, .read_only = true};
	struct kc_store *s = NULL;
	uint64_t size;

	assert_int_equal(kc_store_open(&s, &o, NULL), KC_OK);
	size = kc_store_size(s);
	kc_store_close(s);
	return size;
}

static void
send_duty(struct app *a, unsigned i, bool duplicate)
{
	struct answer w = app_send_duty(a, i);

	assert_int_equal(w.err, KC_OK);
	assert_int_equal(w.duplicate, duplicate);
	app_check_receipt(a, &w);
	answer_free(&w);
}

static void
test_behind__lone_answers_wait_for_the_anchor_alone(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct kc_buf note = {0};
	struct answer w, again;

	assert_int_equal(kc_store_settle(a->store), KC_OK);
	app_duty(a, 0, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	for (unsigned i = 1; i < 4; i++)
		app_grow(a, i, 1);
	assert_int_equal(behind(a), 4);
	assert_int_equal(written(a), size);
	assert_int_equal(kc_store_size(a->store), size + 4);
	again = app_send(a, kc_buf_view(&note)); /* its first receipt */
	assert_true(again.err == KC_OK && again.duplicate);
	assert_true(
	    kc_slice_eq(kc_buf_view(&w.receipt), kc_buf_view(&again.receipt)));
	assert_int_equal(written(a), size + 4); /* for it was read */
	answer_free(&w);
	answer_free(&again);
	kc_buf_free(&note);
}

/* The power goes: the files are what they are at that moment. */
static void
test_behind__a_start_has_all_that_was_answered(void **state)
{
	struct app *a = *state;
	struct kc_buf notes[5] = {{0}};
	uint64_t size;

	assert_int_equal(kc_store_settle(a->store), KC_OK);
	for (unsigned i = 0; i < 5; i++) {
		struct answer w;

		app_duty(a, i, &notes[i]);
		w = app_send(a, kc_buf_view(&notes[i]));
		assert_int_equal(w.err, KC_OK);
		answer_free(&w);
	}
	assert_int_equal(behind(a), 5);
	size = kc_store_size(a->store);
	tmpdir_copy(a->dir, "ledger.mdb", "ledger.cut");
	tmpdir_copy(a->dir, "anchor", "anchor.cut");
	app_down(a);
	tmpdir_copy(a->dir, "ledger.cut", "ledger.mdb");
	tmpdir_copy(a->dir, "anchor.cut", "anchor");
	assert_true(written(a) < size);
	app_load(a);
	assert_int_equal(kc_store_size(a->store), size);
	app_open(a);
	for (unsigned i = 0; i < 5; i++) {
		struct answer w = app_send(a, kc_buf_view(&notes[i]));

		assert_true(w.err == KC_OK && w.duplicate);
		app_check_receipt(a, &w);
		answer_free(&w);
		kc_buf_free(&notes[i]);
	}
	send_duty(a, 5, false);
}

static void
end_lets_go(struct app *a)
{
	struct kc_anchored held = {0};
	uint64_t size = kc_store_size(a->store);

	app_down(a);
	assert_int_equal(written(a), size);
	assert_int_equal(
	    kc_anchor_load(tmpdir_file(a->dir, "anchor"), &held), KC_OK);
	assert_int_equal(held.v[held.n - 1].batch.n, 0);
	kc_anchored_free(&held);
	app_load(a);
	app_open(a);
}

/* So that a store that is put back is noticed, and an older program starts. */
static void
test_behind__at_the_end_the_anchor_lets_go(void **state)
{
	struct app *a = *state;

	for (unsigned i = 0; i < 3; i++)
		app_grow(a, i, 1);
	end_lets_go(a);
}

static void
test_behind__it_is_never_by_more_than_there_is_place_for(void **state)
{
	struct app *a = *state;
	uint64_t size;

	for (unsigned i = 0; i < 3 * KC_BEHIND_MAX; i++) {
		send_duty(a, i, false); /* which reads, in the end, nothing */
		assert_true(behind(a) <= KC_BEHIND_MAX);
	}
	size = kc_store_size(a->store);
	assert_true(written(a) + KC_BEHIND_MAX >= size);
	app_restart(a);
	assert_int_equal(kc_store_size(a->store), size);
}

static void
test_behind__what_comes_together_comes_after_it(void **state)
{
	struct app *a = *state;
	struct kc_buf note[8] = {{0}};
	struct kc_slice notes[8];
	struct answer w[8];

	for (unsigned i = 0; i < 3; i++)
		app_grow(a, i, 1);
	for (unsigned i = 0; i < 8; i++) {
		app_duty(a, 3 + i, &note[i]);
		notes[i] = kc_buf_view(&note[i]);
	}
	app_send_together(a, notes, 8, w);
	assert_int_equal(behind(a), 0);
	assert_int_equal(written(a), kc_store_size(a->store));
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(w[i].err, KC_OK);
		app_check_receipt(a, &w[i]);
		answer_free(&w[i]);
		kc_buf_free(&note[i]);
	}
	app_grow(a, 11, 4);
}

#define MANY (KC_LONE_MAX + 1)

/* Too many at once to be lone; and there is no room for them. */
static void
send_in_vain(struct app *a, unsigned from)
{
	struct kc_buf note[MANY] = {{0}};
	struct kc_slice notes[MANY];
	struct answer w[MANY];

	for (unsigned i = 0; i < MANY; i++) {
		app_duty(a, from + i, &note[i]);
		notes[i] = kc_buf_view(&note[i]);
	}
	app_send_together(a, notes, MANY, w);
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_not_equal(w[i].err, KC_OK);
		answer_free(&w[i]);
		kc_buf_free(&note[i]);
	}
}

static void
test_behind__a_quiet_store_gets_all(void **state)
{
	struct app *a = *state;
	const int64_t until = kc_env_mono_us() + 10000000;

	app_close(a);
	a->settle_ms = 1;
	app_open(a);
	app_grow(a, 0, 2);
	while (behind(a) > 0 && kc_env_mono_us() < until)
		(void)sched_yield();
	assert_int_equal(behind(a), 0);
	assert_int_equal(written(a), kc_store_size(a->store));
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
}

struct reader {
	struct kc_store *s;
	atomic_bool *stop;
	unsigned reads, wrong;
};

/* All that stands when it is asked for is found, written or not. */
static void
read_all(struct reader *r)
{
	uint64_t size = kc_store_size(r->s), found;
	struct kc_hash_reader nodes = kc_store_hashes(r->s);
	struct kc_hash tile[KC_TILE_WIDTH], root;
	struct kc_buf leaf = {0}, note = {0};
	unsigned width = 0;

	r->wrong += kc_store_leaf(r->s, size - 1, &leaf) != KC_OK;
	r->wrong +=
	    kc_store_checkpoint_from(r->s, size - 1, &found, &note) != KC_OK;
	r->wrong += kc_store_leaf(r->s, size - 2, &leaf) != KC_OK;
	r->wrong += kc_store_tile(r->s, 0, (size - 1) / KC_TILE_WIDTH, tile,
			&width) != KC_OK ||
	    width <= (size - 1) % KC_TILE_WIDTH;
	r->wrong += kc_merkle_root(&nodes, size, &root) != KC_OK;
	r->reads++;
	kc_buf_free(&leaf);
	kc_buf_free(&note);
}

static void *
read_on(void *reader)
{
	struct reader *r = reader;

	do
		read_all(r);
	while (!atomic_load(r->stop));
	return NULL;
}

static void
test_behind__readers_beside_it_find_all(void **state)
{
	struct app *a = *state;
	atomic_bool stop = false;
	struct reader r[2] = {{a->store, &stop, 0, 0}, {a->store, &stop, 0, 0}};
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, read_on, &r[i]), 0);
	app_grow(a, 0, 5 * KC_BEHIND_MAX);
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_true(r[i].reads > 0);
		assert_int_equal(r[i].wrong, 0);
	}
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	app_restart(a);
}

static struct kc_driver lying;

static enum kc_err
lying_put(
    struct kc_txn *t, enum kc_db db, struct kc_slice key, struct kc_slice value)
{
	char copy[KC_LEAF_MAX];

	if (db != KC_DB_LEAF)
		return kc_driver_lmdb.put(t, db, key, value);
	memcpy(copy, value.p, value.n);
	copy[value.n / 2] ^= 1;
	return kc_driver_lmdb.put(t, db, key, (struct kc_slice){copy, value.n});
}

/* It was answered, and the anchor has it as it was; nothing more is taken. */
static void
test_behind__what_is_written_otherwise_is_noticed(void **state)
{
	struct app *a = *state;

	app_grow(a, 0, 1);
	assert_int_equal(kc_store_settle(a->store), KC_OK);
	lying = kc_driver_lmdb;
	lying.put = lying_put;
	a->store->driver = &lying;
	app_grow(a, 1, 2);
	assert_int_equal(behind(a), 2);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	assert_int_equal(kc_store_settle(a->store), KC_EUNKNOWN);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_POISONED);
	assert_int_equal(kc_store_settle(a->store), KC_EUNKNOWN);
}

static enum kc_err
failing_commit(struct kc_txn *t)
{
	if (!t->write)
		return kc_driver_lmdb.commit(t);
	kc_driver_lmdb.end(t);
	return KC_EUNKNOWN;
}

static void
end_poisoned(struct app *a)
{
	enum kc_mode got = kc_ledger_close(a->l);

	a->l = NULL;
	assert_int_equal(got, KC_MODE_POISONED);
	a->store->driver = &kc_driver_lmdb;
	app_shut(a);
}

/* A start finds so many entries, which the end could not write. */
static void
end_and_start(struct app *a, uint64_t size)
{
	end_poisoned(a);
	assert_true(written(a) < size);
	app_load(a);
	assert_int_equal(kc_store_size(a->store), size);
	app_open(a);
	send_duty(a, 2, false);
}

/* Everybody was answered; who started it is told, and nothing is lost. */
static void
test_behind__an_end_that_cannot_write_says_so(void **state)
{
	struct app *a = *state;
	uint64_t size;

	assert_int_equal(kc_store_settle(a->store), KC_OK);
	app_grow(a, 0, 2);
	size = kc_store_size(a->store);
	lying = kc_driver_lmdb;
	lying.commit = failing_commit;
	a->store->driver = &lying;
	end_and_start(a, size);
}

static enum kc_err
full_put(
    struct kc_txn *t, enum kc_db db, struct kc_slice key, struct kc_slice value)
{
	(void)t;
	(void)db;
	(void)key;
	(void)value;
	return KC_EFULL;
}

static enum kc_err
no_room(void *d, size_t need)
{
	return need > 0 ? KC_EFULL : kc_driver_lmdb.room(d, need);
}

/* What was refused since changes nothing of that. */
static void
test_behind__an_end_after_a_refusal_says_so_too(void **state)
{
	struct app *a = *state;
	uint64_t size;

	assert_int_equal(kc_store_settle(a->store), KC_OK);
	app_grow(a, 0, 2);
	size = kc_store_size(a->store);
	lying = kc_driver_lmdb;
	lying.put = full_put;
	a->store->driver = &lying;
	send_in_vain(a, 3);
	assert_int_equal(behind(a), 2);
	end_poisoned(a);
	app_load(a);
	assert_int_equal(kc_store_size(a->store), size);
	app_open(a);
}

static void
test_behind__the_anchor_lets_go_after_a_refusal_too(void **state)
{
	struct app *a = *state;

	app_grow(a, 0, 3);
	assert_true(behind(a) > 0);
	lying = kc_driver_lmdb;
	lying.room = no_room;
	a->store->driver = &lying;
	send_in_vain(a, 3);
	assert_int_equal(behind(a), 0);
	a->store->driver = &kc_driver_lmdb;
	end_lets_go(a);
}

/* Only the anchor has for that file what was answered: it does not let go. */
static void
test_behind__another_file_in_its_place_gets_all(void **state)
{
	struct app *a = *state;
	char path[256];
	uint64_t size;

	assert_int_equal(kc_store_settle(a->store), KC_OK);
	app_grow(a, 0, 2);
	size = kc_store_size(a->store);
	tmpdir_copy(a->dir, "ledger.mdb", "copy");
	snprintf(path, sizeof(path), "%s/copy", a->dir);
	assert_int_equal(rename(path, tmpdir_file(a->dir, "ledger.mdb")), 0);
	end_and_start(a, size);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, app_up_city, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_behind__lone_answers_wait_for_the_anchor_alone),
	    T(test_behind__a_start_has_all_that_was_answered),
	    T(test_behind__at_the_end_the_anchor_lets_go),
	    T(test_behind__it_is_never_by_more_than_there_is_place_for),
	    T(test_behind__what_comes_together_comes_after_it),
	    T(test_behind__a_quiet_store_gets_all),
	    T(test_behind__readers_beside_it_find_all),
	    T(test_behind__what_is_written_otherwise_is_noticed),
	    T(test_behind__an_end_that_cannot_write_says_so),
	    T(test_behind__an_end_after_a_refusal_says_so_too),
	    T(test_behind__the_anchor_lets_go_after_a_refusal_too),
	    T(test_behind__another_file_in_its_place_gets_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
