/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: what is admitted, answered, refused, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <kaocheng/leaf.h>
#include <pthread.h>

#include "appkit.h"

static void
test_ledger__live_state_is_that_of_a_replay(void **state)
{
	struct app *a = *state;
	struct kc_ledger_stats st;

	(void)app_digest(a); /* compares the two */
	kc_ledger_stats(a->l, &st);
	assert_true(st.size == a->k.nnotes);
	assert_true(st.accepted == a->k.nnotes);
	assert_true(st.refused == 0 && st.clerk == 0);
}

static void
test_ledger__receipt_proves_the_stored_leaf(void **state)
{
	struct app *a = *state;

	for (unsigned i = 0; i < 20; i++) {
		struct answer w = app_send_duty(a, i);

		assert_true(w.seq == a->k.nnotes + i);
		app_check_receipt(a, &w);
		answer_free(&w);
	}
	for (uint64_t seq = 0; seq < a->k.nnotes; seq++) {
		struct answer w = {.seq = seq};
		struct kc_leaf leaf;
		struct kc_buf b = {0};

		assert_int_equal(kc_store_leaf(a->store, seq, &b), KC_OK);
		assert_int_equal(kc_leaf_parse(&leaf, kc_buf_view(&b)), KC_OK);
		w.received_ms = leaf.received_ms;
		assert_int_equal(
		    kc_ledger_receipt(a->l, seq, &w.receipt), KC_OK);
		app_check_receipt(a, &w);
		answer_free(&w);
		kc_buf_free(&b);
	}
}

static void
test_ledger__same_bytes_get_the_first_receipt_again(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct answer first, later;

	app_duty(a, 1, &note);
	first = app_send(a, kc_buf_view(&note));
	assert_int_equal(first.err, KC_OK);
	assert_false(first.duplicate);
	for (unsigned i = 2; i < 6; i++) {
		later = app_send(a, kc_buf_view(&note));
		assert_int_equal(later.err, KC_OK);
		assert_true(later.duplicate);
		assert_true(later.seq == first.seq);
		assert_true(later.received_ms == first.received_ms);
		assert_true(kc_slice_eq(
		    kc_buf_view(&later.receipt), kc_buf_view(&first.receipt)));
		answer_free(&later);
		later = app_send_duty(a, i);
		answer_free(&later);
	}
	answer_free(&first);
	kc_buf_free(&note);
}

static void
test_ledger__same_bytes_within_one_post_stand_once(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_slice notes[3];
	struct answer w[3];

	app_duty(a, 1, &note);
	for (int i = 0; i < 3; i++)
		notes[i] = kc_buf_view(&note);
	app_send_many(a, notes, 3, w);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(w[i].err, KC_OK);
		assert_true(w[i].duplicate == (i > 0));
		assert_true(w[i].seq == w[0].seq);
		app_check_receipt(a, &w[i]);
		answer_free(&w[i]);
	}
	assert_true(kc_store_size(a->store) == a->k.nnotes + 1);
	kc_buf_free(&note);
}

/* Same id, other bytes: in one post, and after the first stands. */
static void
test_ledger__id_of_another_statement_conflicts(void **state)
{
	struct app *a = *state;
	struct kc_buf one = {0}, two = {0};
	struct kc_slice notes[2];
	struct answer w[2];

	app_duty(a, 1, &one);
	a->k.next_id--;
	app_duty(a, 2, &two);
	notes[0] = kc_buf_view(&one);
	notes[1] = kc_buf_view(&two);
	app_send_many(a, notes, 2, w);
	assert_int_equal(w[0].err, KC_OK);
	assert_int_equal(w[1].err, KC_EREFUSED);
	assert_int_equal(w[1].code, KC_R_ID_CONFLICT);
	answer_free(&w[0]);
	w[1] = app_send(a, notes[1]);
	assert_int_equal(w[1].code, KC_R_ID_CONFLICT);
	assert_true(kc_store_size(a->store) == a->k.nnotes + 1);
	kc_buf_free(&one);
	kc_buf_free(&two);
}

/* The id of the clerk's next entry follows from public data; an author who
 * uses it takes nothing away. */
static void
test_ledger__id_that_the_clerk_will_use_stays_the_clerks(void **state)
{
	static const char due[] = "kaocheng/v1 due\n" KIT_ORIGIN
				  "\nwarning.overdue\nW-2022-0001 G17\n1\n";
	struct kc_hash id = kc_sha256(due, sizeof(due) - 1);
	struct app *a = *state;
	struct kc_buf note = {0}, leaf = {0};
	struct answer w;
	uint64_t size;

	app_at(a, a->k.now_ms);
	w = app_do(a, KC_K_warning_issue, "P09.a", "target=G17-K2", "unit=G17",
	    "level=yellow", "rectify_by=2022-12-20", "fact=滞后",
	    "demand=整改");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	w = app_do(a, KC_K_warning_deliver, "P09.a", "warning=W-2022-0001",
	    "unit=G17");
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	a->k.id = id.b;
	app_duty(a, 1, &note);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	size = kc_store_size(a->store);
	kit_pass_days(&a->k, 60);
	app_at(a, a->k.now_ms);
	kc_ledger_tick(a->l);
	assert_true(kc_ledger_settle(a->l));
	assert_true(kc_store_size(a->store) == size + 1);
	assert_int_equal(kc_store_leaf(a->store, size, &leaf), KC_OK);
	assert_non_null(strstr(kc_buf_cstr(&leaf), "entry warning.overdue\n"));
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	kc_buf_free(&note);
	kc_buf_free(&leaf);
}

static void
test_ledger__each_note_of_a_post_stands_or_falls_alone(void **state)
{
	struct app *a = *state;
	struct kc_buf note[3] = {{0}};
	struct kc_slice notes[4];
	struct answer w[4];

	for (unsigned i = 0; i < 3; i++)
		app_duty(a, i, &note[i]);
	note[1].p[note[1].n - 10] ^= 1; /* in the signature */
	for (unsigned i = 0; i < 3; i++)
		notes[i] = kc_buf_view(&note[i]);
	notes[3] = KC_LIT("not a note\n");
	app_send_many(a, notes, 4, w);
	assert_int_equal(w[0].err, KC_OK);
	assert_int_equal(w[1].err, KC_EREFUSED);
	assert_int_equal(w[2].err, KC_OK);
	assert_true(w[2].seq == w[0].seq + 1);
	assert_int_equal(w[3].err, KC_EREFUSED);
	for (unsigned i = 0; i < 3; i++)
		kc_buf_free(&note[i]);
	answer_free(&w[0]);
	answer_free(&w[2]);
}

/* The signature of another text by the same key. */
static void
test_ledger__signature_that_does_not_verify_is_refused(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct answer w;
	char *at;

	app_duty(a, 7, &note);
	at = strstr(kc_buf_cstr(&note), "duty=T7");
	if (at == NULL)
		at = strstr(kc_buf_cstr(&note), "T7");
	assert_non_null(at);
	at[1 + (at[0] == 'd' ? 5 : 0)] = '8';
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_SIGNATURE);
	kc_buf_free(&note);
}

/* Notes that build on one another keep their order through the pool. */
static void
test_ledger__post_keeps_its_order(void **state)
{
	struct app *a = *state;
	struct kc_slice notes[600];
	static struct kc_buf note[600];
	static struct answer w[600];

	for (unsigned i = 0; i < 600; i++) {
		memset(&note[i], 0, sizeof(note[i]));
		app_duty(a, i, &note[i]);
		notes[i] = kc_buf_view(&note[i]);
	}
	app_send_many(a, notes, 600, w);
	for (unsigned i = 0; i < 600; i++) {
		assert_int_equal(w[i].err, KC_OK);
		assert_true(w[i].seq == a->k.nnotes + i);
		app_check_receipt(a, &w[i]);
		answer_free(&w[i]);
		kc_buf_free(&note[i]);
	}
}

static void
test_ledger__dry_run_writes_nothing(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct answer w;

	app_duty(a, 1, &note);
	w = app_dry(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	assert_true(w.seq == a->k.nnotes);
	assert_true(w.receipt.n == 0);
	assert_true(kc_store_size(a->store) == a->k.nnotes);
	answer_free(&w);
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_buf_reset(&note);
	app_duty(a, 1, &note); /* the duty exists now */
	w = app_dry(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_EXISTS);
	kc_buf_free(&note);
}

/* A key that was rotated away no longer signs, though the pool knows it. */
static void
test_ledger__old_key_does_not_sign_after_rotation(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	struct kc_skey old;
	struct answer w = app_send_duty(a, 1);

	answer_free(&w);
	app_duty(a, 2, &note); /* by the old key */
	old = *kit_key(&a->k, "P09.a");
	{
		const char *fields[3];
		struct kc_buf rotate = {0};
		char vkey[300], proof[300];
		struct kit_key *slot = NULL;

		(void)kit_new_key(&a->k, "P09.a");
		(void)snprintf(
		    vkey, sizeof(vkey), "%s", kit_vkey(&a->k, "key", "P09.a"));
		(void)snprintf(
		    proof, sizeof(proof), "%s", kit_proof(&a->k, "P09.a"));
		fields[0] = vkey;
		fields[1] = proof;
		fields[2] = NULL;
		for (unsigned i = 0; i < a->k.nkeys; i++)
			if (strcmp(a->k.keys[i].name, "P09.a") == 0)
				slot = &a->k.keys[i];
		assert_non_null(slot);
		{
			struct kc_skey fresh = slot->skey;

			slot->skey = old; /* the old key signs the change */
			assert_int_equal(kit_note(&a->k, &rotate,
					     KC_K_key_rotate, "P09.a", fields),
			    KC_OK);
			slot->skey = fresh;
		}
		w = app_send(a, kc_buf_view(&rotate));
		assert_int_equal(w.err, KC_OK);
		answer_free(&w);
		kc_buf_free(&rotate);
	}
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_KEY_NOT_IN_FORCE);
	w = app_send_duty(a, 3);
	answer_free(&w);
	kc_buf_free(&note);
}

static void
test_ledger__received_never_goes_back(void **state)
{
	struct app *a = *state;
	int64_t now = a->now_ms;
	struct answer w = app_send_duty(a, 1);

	assert_true(w.received_ms == now);
	answer_free(&w);
	a->now_ms = now - 1500; /* within what is put up with */
	w = app_send_duty(a, 2);
	assert_true(w.received_ms == now);
	answer_free(&w);
}

static void
test_ledger__clock_behind_the_log_admits_nothing(void **state)
{
	struct app *a = *state;
	int64_t now = a->now_ms;
	struct kc_buf note = {0};
	struct answer w = app_send_duty(a, 1);

	answer_free(&w);
	app_duty(a, 2, &note);
	a->now_ms = now - 2001;
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_EREFUSED);
	assert_int_equal(w.code, KC_R_CLOCK);
	w = app_dry(a, kc_buf_view(&note));
	assert_int_equal(w.code, KC_R_CLOCK);
	a->now_ms = now;
	w = app_send(a, kc_buf_view(&note));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	kc_buf_free(&note);
}

struct poster {
	struct app *a;
	struct kc_buf *notes;
	unsigned n;
	struct answer *out;
};

static void *
post_all(void *ctx)
{
	struct poster *p = ctx;

	for (unsigned i = 0; i < p->n; i++)
		p->out[i] = app_send(p->a, kc_buf_view(&p->notes[i]));
	return NULL;
}

static void
test_ledger__eight_threads_post_at_once(void **state)
{
	enum {
		THREADS = 8,
		EACH = 200
	};
	struct app *a = *state;
	static struct kc_buf notes[THREADS * EACH];
	static struct answer out[THREADS * EACH];
	static bool seen[THREADS * EACH];
	struct poster p[THREADS];
	pthread_t t[THREADS];
	struct kc_ledger_stats st;

	memset(notes, 0, sizeof(notes));
	memset(seen, 0, sizeof(seen));
	for (unsigned i = 0; i < THREADS * EACH; i++)
		app_duty(a, i, &notes[i]);
	for (unsigned i = 0; i < THREADS; i++) {
		p[i] =
		    (struct poster){a, &notes[i * EACH], EACH, &out[i * EACH]};
		assert_int_equal(
		    pthread_create(&t[i], NULL, post_all, &p[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	for (unsigned i = 0; i < THREADS * EACH; i++) {
		assert_int_equal(out[i].err, KC_OK);
		app_check_receipt(a, &out[i]);
		assert_in_range(
		    out[i].seq, a->k.nnotes, a->k.nnotes + THREADS * EACH - 1);
		assert_false(seen[out[i].seq - a->k.nnotes]);
		seen[out[i].seq - a->k.nnotes] = true;
		answer_free(&out[i]);
		kc_buf_free(&notes[i]);
	}
	kc_ledger_stats(a->l, &st);
	assert_true(st.queue == 0);
	assert_true(st.accepted == a->k.nnotes + THREADS * EACH);
	(void)app_digest(a);
}

static void
test_ledger__opening_for_another_key_is_refused(void **state)
{
	struct app a;
	struct kit other;
	struct answer w;

	(void)state;
	app_init(&a, KIT_EMPTY, false);
	kit_init(&other, KIT_EMPTY);
	(void)kit_new_key(&other, KIT_ORIGIN);
	{
		char log[300];
		struct kc_buf note = {0};
		const char *fields[8];

		(void)snprintf(log, sizeof(log), "%s",
		    kit_vkey(&other, "log", KIT_ORIGIN));
		fields[0] = "suite=ed25519/sha256";
		fields[1] = log;
		fields[2] = kit_vkey(&other, "clerk", "clerk");
		fields[3] = kit_vkey(&other, "admin", "root.a");
		fields[4] = kit_vkey(&other, "admin", "root.b");
		fields[5] = kit_vkey(&other, "admin", "root.c");
		fields[6] = "epoch=1";
		fields[7] = NULL;
		assert_int_equal(kit_note(&other, &note, KC_K_ledger_open,
				     "root.a root.b", fields),
		    KC_OK);
		w = app_send(&a, kc_buf_view(&note));
		assert_int_equal(w.err, KC_EREFUSED);
		assert_int_equal(w.code, KC_R_KEY_NOT_IN_FORCE);
		assert_true(kc_store_size(a.store) == 0);
		kc_buf_free(&note);
	}
	kit_free(&other);
	app_free(&a);
}

#define BOTH(fn)                                                               \
	{#fn " [memory]", fn, app_up_memory, app_tear_down, NULL},             \
	{                                                                      \
#fn " [disk]", fn, app_up_disk, app_tear_down, NULL            \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(test_ledger__live_state_is_that_of_a_replay),
	    BOTH(test_ledger__receipt_proves_the_stored_leaf),
	    BOTH(test_ledger__same_bytes_get_the_first_receipt_again),
	    BOTH(test_ledger__same_bytes_within_one_post_stand_once),
	    BOTH(test_ledger__id_of_another_statement_conflicts),
	    cmocka_unit_test_setup_teardown(
		test_ledger__id_that_the_clerk_will_use_stays_the_clerks,
		app_up_memory, app_tear_down),
	    BOTH(test_ledger__each_note_of_a_post_stands_or_falls_alone),
	    BOTH(test_ledger__signature_that_does_not_verify_is_refused),
	    BOTH(test_ledger__post_keeps_its_order),
	    BOTH(test_ledger__dry_run_writes_nothing),
	    BOTH(test_ledger__old_key_does_not_sign_after_rotation),
	    BOTH(test_ledger__received_never_goes_back),
	    BOTH(test_ledger__clock_behind_the_log_admits_nothing),
	    BOTH(test_ledger__eight_threads_post_at_once),
	    cmocka_unit_test(test_ledger__opening_for_another_key_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
