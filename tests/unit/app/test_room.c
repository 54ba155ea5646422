/* SPDX-License-Identifier: Apache-2.0 */
/* Room is asked before anything is applied; what failed is tried later. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/env.h"
#include "appkit.h"
#include "seqfake.h"
#include "store/store_int.h"

static struct kc_driver cramped;
static bool no_room;
static unsigned scans;

static enum kc_err
cramped_room(void *d, size_t need)
{
	return no_room ? KC_EFULL : kc_driver_lmdb.room(d, need);
}

static enum kc_err
cramped_walk(struct kc_txn *t, enum kc_db db, struct kc_slice from,
    bool (*fn)(void *, struct kc_slice, struct kc_slice), void *ctx)
{
	scans += db == KC_DB_LEAF;
	return kc_driver_lmdb.walk(t, db, from, fn, ctx);
}

static void
test_room__is_asked_before_anything_is_applied(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_health health;
	struct kc_wake wake;
	struct answer w;

	cramped = kc_driver_lmdb;
	cramped.room = cramped_room;
	cramped.walk = cramped_walk;
	a->store->driver = &cramped;
	no_room = true;
	scans = 0;
	app_duty(a, 1, &note);
	for (int i = 0; i < 3; i++) {
		w = app_send(a, kc_buf_view(&note));
		assert_int_equal(w.code, KC_R_READ_ONLY);
	}
	assert_true(scans == 0); /* no replay: nothing had to be undone */
	kc_ledger_health(a->l, &health);
	assert_int_equal(health.mode, KC_MODE_READ_ONLY);
	assert_int_equal(health.cause, KC_CAUSE_NO_ROOM);
	kc_ledger_next_wake(a->l, &wake);
	assert_true(wake.due_ms == INT64_MAX);
	assert_true(wake.in_ms > 0 && wake.in_ms <= 4001);
	/* The next look opens it, without a note. */
	no_room = false;
	assert_true(kc_ledger_settle(a->l));
	kc_ledger_health(a->l, &health);
	assert_int_equal(health.cause, KC_CAUSE_NONE);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_buf_free(&note);
}

/* A start asks too, before the first note does. */
static void
test_room__is_asked_at_the_start(void **state)
{
	struct app *a = *state;
	struct kc_health health;

	app_close(a);
	cramped = kc_driver_lmdb;
	cramped.room = cramped_room;
	a->store->driver = &cramped;
	no_room = true;
	app_open(a);
	kc_ledger_health(a->l, &health);
	assert_int_equal(health.cause, KC_CAUSE_NO_ROOM);
	no_room = false;
	kc_ledger_tick(a->l); /* what the timer does */
	assert_true(kc_ledger_settle(a->l));
}

static void
script(struct app *a, const struct kc_fake_step *steps, size_t n)
{
	app_close(a);
	assert_int_equal(
	    kc_sequencer_fake(&a->sequencer, a->store, steps, n), KC_OK);
	a->own_sequencer = true;
	app_open(a);
}

/* Each failure puts the next try off; a note does not hasten it. */
static void
test_room__tries_are_further_and_further_apart(void **state)
{
	static const struct kc_fake_step steps[] = {{KC_UNAVAILABLE, false},
	    {KC_UNAVAILABLE, false}, {KC_UNAVAILABLE, false}};
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_wake wake;
	struct answer w;
	int64_t before = 0;

	script(a, steps, 3);
	app_duty(a, 1, &note);
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 4; j++) { /* one of them is tried */
			w = app_send(a, kc_buf_view(&note));
			assert_int_equal(w.code, KC_R_READ_ONLY);
			kc_ledger_tick(a->l);
		}
		kc_ledger_next_wake(a->l, &wake);
		assert_true(wake.due_ms == INT64_MAX);
		assert_true(wake.in_ms > before && wake.in_ms > 500 << i);
		before = wake.in_ms;
		assert_true(kc_ledger_settle(a->l)); /* an operator's word */
	}
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_buf_free(&note);
}

static atomic_uint settled;

static enum kc_err
counted_settle(void *d)
{
	atomic_fetch_add(&settled, 1);
	return kc_driver_lmdb.settle(d);
}

/* Once it is quiet, and once only; before that its anchor stands for it. */
static void
test_room__a_quiet_store_stands_without_its_anchor(void **state)
{
	struct app *a = *state;
	const int64_t until = kc_env_mono_us() + 10000000;

	app_close(a);
	cramped = kc_driver_lmdb;
	cramped.settle = counted_settle;
	a->store->driver = &cramped;
	a->settle_ms = 1;
	a->at_once = true;
	app_open(a);
	assert_int_equal(atomic_load(&settled), 0);
	app_grow(a, 0, 1);
	while (atomic_load(&settled) == 0 && kc_env_mono_us() < until)
		(void)sched_yield();
	assert_int_equal(atomic_load(&settled), 1);
	assert_true(kc_ledger_settle(a->l)); /* a round without a batch */
	assert_int_equal(atomic_load(&settled), 1);
	app_grow(a, 1, 1);
	while (atomic_load(&settled) == 1 && kc_env_mono_us() < until)
		(void)sched_yield();
	assert_int_equal(atomic_load(&settled), 2);
	app_close(a);
	a->store->driver = &kc_driver_lmdb;
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, app_up_city, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_room__is_asked_before_anything_is_applied),
	    T(test_room__is_asked_at_the_start),
	    T(test_room__tries_are_further_and_further_apart),
	    T(test_room__a_quiet_store_stands_without_its_anchor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
