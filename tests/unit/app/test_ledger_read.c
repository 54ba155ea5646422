/* SPDX-License-Identifier: Apache-2.0 */
/* What is due, and what readers of a ledger see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <kaocheng/checkpoint.h>
#include <pthread.h>

#include "appkit.h"

/* --- what is due --- */
/* A warning to G16 that must be replied to; the instant after its last day. */
static int64_t
warn(struct app *a)
{
	struct answer w;
	char warning[32];

	w = app_do(a, KC_K_warning_issue, "P09.a", "target=G16-K1", "unit=G16",
	    "level=blue", "rectify_by=2022-09-30", "fact=进度滞后",
	    "demand=限期整改");
	if (w.err != KC_OK)
		fail_msg("issue: %s", kc_refusal_code_text(w.code));
	(void)snprintf(warning, sizeof(warning), "warning=%s", w.handle);
	answer_free(&w);
	w = app_do(a, KC_K_warning_deliver, "P09.a", warning, "unit=G16");
	if (w.err != KC_OK)
		fail_msg("deliver: %s", kc_refusal_code_text(w.code));
	answer_free(&w);
	return kc_ledger_next_due_ms(a->l);
}

static void
test_ledger__what_is_due_stands_before_the_next_note(void **state)
{
	struct app *a = *state;
	int64_t due = warn(a);
	uint64_t size = kc_store_size(a->store);
	struct kc_ledger_stats st;
	struct answer w;

	assert_true(due < INT64_MAX);
	a->now_ms = due - 1;
	w = app_send_duty(a, 1);
	assert_true(w.seq == size);
	answer_free(&w);
	a->now_ms = due;
	w = app_send_duty(a, 2);
	assert_true(w.seq == size + 2); /* the clerk's entry is size + 1 */
	answer_free(&w);
	kc_ledger_stats(a->l, &st);
	assert_true(st.clerk == 1);
	assert_true(kc_ledger_next_due_ms(a->l) > due);
	(void)app_digest(a);
}

static void
test_ledger__tick_writes_what_is_due_once(void **state)
{
	struct app *a = *state;
	int64_t due = warn(a);
	uint64_t size = kc_store_size(a->store);

	assert_true(kc_ledger_settle(a->l));
	assert_true(kc_store_size(a->store) == size);
	a->now_ms = due + 86400000;
	assert_true(kc_ledger_settle(a->l));
	assert_true(kc_store_size(a->store) == size + 1);
	kc_ledger_tick(a->l);
	assert_true(kc_ledger_settle(a->l));
	assert_true(kc_store_size(a->store) == size + 1);
}

static void
test_ledger__start_writes_what_became_due_meanwhile(void **state)
{
	struct app *a = *state;
	int64_t due = warn(a);
	uint64_t size = kc_store_size(a->store);

	app_close(a);
	a->now_ms = due + 1000;
	app_open(a);
	assert_true(kc_store_size(a->store) == size + 1);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
}

/* --- reading --- */
struct seen {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done, null;
	uint64_t size, log_size;
};

static void
look(void *ctx, const struct kc_view_source *src)
{
	struct seen *s = ctx;

	pthread_mutex_lock(&s->lock);
	s->null = src == NULL;
	if (src != NULL) {
		s->size = kc_state_size(src->state);
		s->log_size = src->log->size;
	}
	s->done = true;
	pthread_cond_signal(&s->cond);
	pthread_mutex_unlock(&s->lock);
}

static struct seen
as_of(struct app *a, uint64_t upto, int64_t ms)
{
	struct seen s = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
	    false, false, 0, 0};

	assert_int_equal(kc_ledger_read_as_of(a->l, upto, ms, look, &s), KC_OK);
	pthread_mutex_lock(&s.lock);
	while (!s.done)
		pthread_cond_wait(&s.cond, &s.lock);
	pthread_mutex_unlock(&s.lock);
	return s;
}

static void
test_ledger__as_of_replays_to_a_size_or_an_instant(void **state)
{
	struct app *a = *state;
	int64_t before = a->now_ms;
	struct answer w;
	struct seen s;

	a->now_ms = before + 5000;
	w = app_send_duty(a, 1);
	answer_free(&w);
	s = as_of(a, 10, 0);
	assert_true(!s.null && s.size == 10 && s.log_size == 10);
	s = as_of(a, UINT64_MAX, before + 4999);
	assert_true(!s.null && s.size == a->k.nnotes);
	s = as_of(a, UINT64_MAX, before + 5000);
	assert_true(!s.null && s.size == a->k.nnotes + 1);
	s = as_of(a, a->k.nnotes + 2, 0);
	assert_true(s.null);
}

/* Else a stop would wait for every replay that was asked for. */
static void
test_ledger__replays_end_when_they_are_dropped(void **state)
{
	struct app *a = *state;
	struct seen s;

	s = as_of(a, 10, 0);
	assert_true(!s.null);
	assert_false(kc_ledger_drops_replays(a->l));
	kc_ledger_drop_replays(a->l);
	assert_true(kc_ledger_drops_replays(a->l));
	s = as_of(a, 10, 0);
	assert_true(s.null);
}

static void
test_ledger__consistency_of_any_two_heads_verifies(void **state)
{
	struct app *a = *state;
	struct kc_checkpoint c[2];
	struct kc_buf note = {0}, proof = {0};
	struct kc_hash hashes[KC_PROOF_MAX];
	struct kc_slice rest, line;
	struct answer w;
	size_t n = 0;

	kc_ledger_checkpoint(a->l, &note);
	assert_int_equal(kc_checkpoint_parse(&c[0], kc_buf_view(&note),
			     &kit_key(&a->k, KIT_ORIGIN)->vkey),
	    KC_OK);
	for (unsigned i = 0; i < 5; i++) {
		w = app_send_duty(a, i);
		answer_free(&w);
	}
	kc_buf_reset(&note);
	kc_ledger_checkpoint(a->l, &note);
	assert_int_equal(kc_checkpoint_parse(&c[1], kc_buf_view(&note),
			     &kit_key(&a->k, KIT_ORIGIN)->vkey),
	    KC_OK);
	assert_true(c[1].size == c[0].size + 5);
	assert_int_equal(
	    kc_ledger_consistency(a->l, c[0].size, c[1].size, &proof), KC_OK);
	rest = kc_buf_view(&proof);
	while (kc_slice_line(&rest, &line))
		assert_true(kc_read_hash(line, &hashes[n++]));
	assert_int_equal(kc_merkle_verify_consistency(c[0].size, c[1].size,
			     &c[0].root, &c[1].root, hashes, n),
	    KC_OK);
	assert_int_equal(
	    kc_ledger_consistency(a->l, c[0].size, c[1].size + 1, &proof),
	    KC_EINVAL);
	kc_buf_free(&note);
	kc_buf_free(&proof);
}

static void
test_ledger__anchor_holds_the_last_head_before_the_answer(void **state)
{
	struct app *a = *state;
	struct kc_buf anchor = {0}, head = {0};
	struct answer w = app_send_duty(a, 1);

	kc_ledger_checkpoint(a->l, &head);
	assert_int_equal(
	    kc_anchor_peek(tmpdir_file(a->dir, "anchor"), &anchor), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&anchor), kc_buf_view(&head)));
	/* The receipt ends in that head. */
	assert_true(w.receipt.n > head.n);
	assert_memory_equal(w.receipt.p + w.receipt.n - head.n, head.p, head.n);
	answer_free(&w);
	kc_buf_free(&anchor);
	kc_buf_free(&head);
}

static void
test_ledger__keys_are_those_of_the_log(void **state)
{
	struct app *a = *state;
	struct kc_vkey key;

	assert_int_equal(
	    kc_ledger_actor_key(a->l, KC_LIT("G02.a"), &key), KC_OK);
	assert_true(kc_vkey_eq(&key, &kit_key(&a->k, "G02.a")->vkey));
	assert_int_equal(
	    kc_ledger_actor_key(a->l, KC_LIT("nobody"), &key), KC_ENOTFOUND);
}

/* --- readers that take their time --- */
/* A chain of readers: each holds the state until the next one has begun, or
 * for a moment, until a note was answered or the chain is long enough. */
struct chain {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct kc_ledger *l;
	unsigned asked, begun, ended, max;
	bool answered, in_time;
};

static void
wait_ms(struct chain *c, long ms)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&c->cond, &c->lock, &until);
}

static void
chain_link(void *ctx, const struct kc_view_source *src)
{
	struct chain *c = ctx;
	unsigned mine;
	bool more;

	assert_non_null(src);
	pthread_mutex_lock(&c->lock);
	mine = ++c->begun;
	more = mine < c->max && !c->answered;
	c->asked += more;
	pthread_cond_broadcast(&c->cond);
	pthread_mutex_unlock(&c->lock);
	if (more && kc_ledger_read(c->l, chain_link, c) == KC_OK) {
		pthread_mutex_lock(&c->lock);
		if (c->begun == mine)
			wait_ms(c, 100);
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_lock(&c->lock);
	c->ended++;
	pthread_cond_broadcast(&c->cond);
	pthread_mutex_unlock(&c->lock);
}

static void
chain_answered(void *ctx, struct kc_result *results, size_t n)
{
	struct chain *c = ctx;

	assert_true(n == 1 && results[0].err == KC_OK);
	pthread_mutex_lock(&c->lock);
	c->answered = true;
	c->in_time = c->begun < c->max;
	pthread_cond_broadcast(&c->cond);
	pthread_mutex_unlock(&c->lock);
}

static void
test_ledger__readers_that_never_pause_do_not_hold_up_a_note(void **state)
{
	struct app *a = *state;
	struct chain c = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .cond = PTHREAD_COND_INITIALIZER,
	    .max = 100000}; /* a second or so of readers */
	struct kc_buf note = {0};
	struct kc_slice s;

	app_close(a);
	a->threads = 4;
	app_open(a);
	c.l = a->l;
	app_duty(a, 1, &note);
	s = kc_buf_view(&note);
	c.asked = 1;
	assert_int_equal(kc_ledger_read(a->l, chain_link, &c), KC_OK);
	pthread_mutex_lock(&c.lock);
	while (c.begun < 50)
		pthread_cond_wait(&c.cond, &c.lock);
	pthread_mutex_unlock(&c.lock);
	assert_int_equal(
	    kc_ledger_submit(a->l, &s, 1, chain_answered, &c), KC_OK);
	pthread_mutex_lock(&c.lock);
	while (!c.answered || c.ended < c.asked)
		wait_ms(&c, 100);
	pthread_mutex_unlock(&c.lock);
	assert_true(c.in_time);
	kc_buf_free(&note);
}

/* A replay that lasts until a note was answered, or for three seconds. */
static void
slow_reader(void *ctx, const struct kc_view_source *src)
{
	struct chain *c = ctx;

	assert_non_null(src);
	pthread_mutex_lock(&c->lock);
	c->begun++;
	pthread_cond_broadcast(&c->cond);
	for (unsigned i = 0; i < 30 && !c->answered; i++)
		wait_ms(c, 100);
	c->max = 0; /* from now on it is late */
	c->ended++;
	pthread_cond_broadcast(&c->cond);
	pthread_mutex_unlock(&c->lock);
}

static void
test_ledger__a_replay_does_not_hold_up_a_note(void **state)
{
	struct app *a = *state;
	struct chain c = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .cond = PTHREAD_COND_INITIALIZER,
	    .max = UINT32_MAX};
	struct kc_buf note = {0};
	struct kc_slice s;

	app_duty(a, 1, &note);
	s = kc_buf_view(&note);
	assert_int_equal(
	    kc_ledger_read_as_of(a->l, 10, 0, slow_reader, &c), KC_OK);
	pthread_mutex_lock(&c.lock);
	while (c.begun == 0)
		pthread_cond_wait(&c.cond, &c.lock);
	pthread_mutex_unlock(&c.lock);
	assert_int_equal(
	    kc_ledger_submit(a->l, &s, 1, chain_answered, &c), KC_OK);
	pthread_mutex_lock(&c.lock);
	while (!c.answered || c.ended < c.begun)
		wait_ms(&c, 100);
	pthread_mutex_unlock(&c.lock);
	assert_true(c.in_time);
	kc_buf_free(&note);
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
	    BOTH(test_ledger__what_is_due_stands_before_the_next_note),
	    BOTH(test_ledger__tick_writes_what_is_due_once),
	    BOTH(test_ledger__start_writes_what_became_due_meanwhile),
	    BOTH(test_ledger__as_of_replays_to_a_size_or_an_instant),
	    BOTH(test_ledger__replays_end_when_they_are_dropped),
	    BOTH(test_ledger__consistency_of_any_two_heads_verifies),
	    BOTH(test_ledger__anchor_holds_the_last_head_before_the_answer),
	    BOTH(test_ledger__keys_are_those_of_the_log),
	    BOTH(test_ledger__readers_that_never_pause_do_not_hold_up_a_note),
	    BOTH(test_ledger__a_replay_does_not_hold_up_a_note),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
