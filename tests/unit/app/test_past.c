/* SPDX-License-Identifier: Apache-2.0 */
/* States as of earlier entries: what they say, and what they cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/check.h>

#include "app/past.h"
#include "appkit.h"

#define STEP 16
#define DUTIES 200
#define TRIES 60
#define ASKERS 8

struct fixture {
	struct app a;
	atomic_bool stop;
	struct kc_past p;
	uint64_t size, dice;
};

static struct fixture f;

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	app_init(&f.a, KIT_LISTS, false);
	app_open(&f.a);
	app_grow(&f.a, 1, DUTIES);
	f.size = kc_store_size(f.a.store);
	f.dice = 7;
	kc_past_init(&f.p, f.a.store, &f.stop, KC_PAST_BYTES);
	f.p.step = STEP;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_past_release(&f.p);
	app_free(&f.a);
	return 0;
}

static uint64_t
any_size(void)
{
	f.dice = f.dice * UINT64_C(6364136223846793005) + 1;
	return (f.dice >> 33) % (f.size + 1);
}

static const struct kc_state *
take(uint64_t upto, struct kc_past_state **h)
{
	assert_int_equal(kc_past_take(&f.p, upto, h), KC_OK);
	assert_int_equal(kc_state_size((*h)->st), upto);
	return (*h)->st;
}

static void
ask(uint64_t upto)
{
	struct kc_past_state *h;

	(void)take(upto, &h);
	kc_past_give(&f.p, h);
}

static struct kc_hash
digest_of(const struct kc_state *st)
{
	struct kc_hash h;

	assert_int_equal(kc_state_digest(st, &h), KC_OK);
	return h;
}

static enum kc_err
leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	return kc_store_leaf(ctx, seq, out);
}

/* What every view says of G16, its refusals too. */
static void
say_all(const struct kc_state *st, struct kc_buf *out)
{
	const struct kc_log log = {kc_state_size(st), leaf, f.a.store};
	const struct kc_view_source src = {st, &log, kc_state_received_ms(st)};
	const struct kc_view_args args = {
	    .unit = KC_LIT("G16"), .year = 2022, .lang = KC_LANG_ZH};

	for (size_t i = 0; i < kc_view_count(); i++) {
		struct kc_refusal why = {0};
		enum kc_err err =
		    kc_view_render(kc_view_get(i), &src, &args, out, &why);

		kc_buf_u64(out, err);
		kc_buf_u64(out, why.code);
	}
	assert_int_equal(kc_buf_err(out), KC_OK);
}

static void
same_as_a_replay(uint64_t upto)
{
	struct kc_past_state *h;
	const struct kc_state *st = take(upto, &h);
	struct kc_state *whole;
	struct kc_hash is = digest_of(st), was;
	struct kc_buf one = {0}, other = {0};

	assert_int_equal(
	    kc_check_replay(f.a.store, upto, NULL, &whole, NULL), KC_OK);
	was = digest_of(whole);
	assert_memory_equal(&is, &was, sizeof(is));
	say_all(st, &one);
	say_all(whole, &other);
	assert_int_equal(one.n, other.n);
	assert_memory_equal(one.p, other.p, one.n);
	kc_buf_free(&one);
	kc_buf_free(&other);
	kc_state_free(whole);
	kc_past_give(&f.p, h);
}

static void
test_past__says_what_a_replay_from_the_first_entry_says(void **state)
{
	(void)state;
	same_as_a_replay(0);
	same_as_a_replay(f.size);
	for (unsigned i = 0; i < TRIES; i++)
		same_as_a_replay(any_size());
}

static void
test_past__any_position_costs_a_step_once_the_rungs_stand(void **state)
{
	(void)state;
	ask(f.size);
	assert_int_equal(f.p.replayed, f.size);
	assert_int_equal(f.p.made_n, f.size / STEP + 1);
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before = f.p.replayed, upto = any_size();

		ask(upto);
		assert_in_range(f.p.replayed - before, 0, STEP);
	}
}

static void
leave(void *past, const struct kc_state *st)
{
	kc_past_leave(past, st);
}

/* What a start replays is not replayed once more for who looks back first. */
static void
test_past__a_start_leaves_states_behind(void **state)
{
	struct kc_check c = {.store = f.a.store,
	    .every = kc_past_start(&f.p, f.size),
	    .passed = leave,
	    .passed_ctx = &f.p};
	struct kc_state *whole;
	struct kc_hash was, is;

	(void)state;
	assert_int_equal(c.every, STEP);
	assert_int_equal(kc_check(&c, NULL), KC_OK);
	assert_int_equal(f.p.made_n, (f.size - 1) / STEP);
	assert_int_equal(
	    kc_check_replay(f.a.store, f.size, NULL, &whole, NULL), KC_OK);
	was = digest_of(whole);
	is = digest_of(c.state);
	assert_memory_equal(&was, &is, sizeof(is));
	kc_state_free(whole);
	kc_state_free(c.state);
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before = f.p.replayed, upto = any_size();

		same_as_a_replay(upto);
		assert_in_range(f.p.replayed - before, 0, STEP);
	}
}

static void
start_of(uint64_t size, uint64_t step, uint64_t every)
{
	f.p.step = KC_PAST_STEP;
	assert_int_equal(kc_past_start(&f.p, size), every);
	assert_int_equal(f.p.step, step);
}

static void
test_past__a_start_takes_half_of_what_may_be_kept(void **state)
{
	(void)state;
	start_of(0, 8192, 8192);
	start_of(100000, 8192, 8192);
	start_of(300000, 16384, 32768);
	start_of(1000000, 131072, 262144);
	start_of(100000000, (uint64_t)1 << 27, (uint64_t)1 << 27);
}

static void
test_past__the_same_position_again_costs_nothing(void **state)
{
	uint64_t replayed, made;

	(void)state;
	ask(f.size - 3);
	replayed = f.p.replayed;
	made = f.p.made_n;
	ask(f.size - 3);
	assert_int_equal(f.p.replayed, replayed);
	assert_int_equal(f.p.made_n, made);
}

static void *
asker(void *unused)
{
	struct kc_past_state *h = NULL;

	(void)unused;
	if (kc_past_take(&f.p, f.size - 1, &h) == KC_OK)
		kc_past_give(&f.p, h);
	return h;
}

static void
test_past__those_who_ask_for_the_same_share_one_replay(void **state)
{
	pthread_t threads[ASKERS];
	void *was;

	(void)state;
	for (unsigned i = 0; i < ASKERS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, asker, NULL), 0);
	for (unsigned i = 0; i < ASKERS; i++) {
		assert_int_equal(pthread_join(threads[i], &was), 0);
		assert_non_null(was);
	}
	assert_int_equal(f.p.replayed, f.size - 1);
}

static size_t
bytes_kept(bool rungs)
{
	size_t n = 0;

	for (const struct kc_past_state *h = f.p.held; h != NULL; h = h->next)
		n += h->rung == rungs ? h->bytes : 0;
	return n;
}

static void
test_past__keeps_no_more_than_it_may(void **state)
{
	struct kc_past_state *h;
	size_t one;

	(void)state;
	(void)take(f.size, &h);
	one = h->bytes;
	kc_past_give(&f.p, h);
	f.p.max = 8 * one;
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before, upto = any_size();

		ask(upto);
		assert_in_range(bytes_kept(true), 0, f.p.max / 4 * 3);
		assert_in_range(bytes_kept(false), 0, f.p.max / 4);
		before = f.p.replayed;
		ask(any_size());
		assert_in_range(f.p.replayed - before, 0, f.p.step);
	}
	assert_true(f.p.step > STEP && f.p.step < f.size);
	same_as_a_replay(any_size());
	f.p.max = 0;
	same_as_a_replay(any_size());
	assert_int_equal(bytes_kept(true) + bytes_kept(false), 0);
}

static void
test_past__what_is_held_stays(void **state)
{
	struct kc_past_state *h;
	struct kc_hash was, is;
	const struct kc_state *st;

	(void)state;
	f.p.max = 0;
	st = take(f.size / 2, &h);
	was = digest_of(st);
	for (unsigned i = 0; i < TRIES; i++)
		ask(any_size());
	is = digest_of(st);
	assert_memory_equal(&was, &is, sizeof(is));
	kc_past_give(&f.p, h);
}

static void
test_past__one_of_your_own_leaves_the_kept_as_they_are(void **state)
{
	struct kc_state *own;
	struct kc_hash was, is;
	struct kc_past_state *h;

	(void)state;
	was = digest_of(take(f.size - 1, &h));
	assert_int_equal(kc_past_own(&f.p, f.size - 1, &own), KC_OK);
	is = digest_of(own);
	assert_memory_equal(&was, &is, sizeof(is));
	assert_int_equal(
	    kc_check_replay_on(f.a.store, own, f.size, NULL, NULL), KC_OK);
	is = digest_of(h->st);
	assert_memory_equal(&was, &is, sizeof(is));
	kc_state_free(own);
	kc_past_give(&f.p, h);
}

static void
test_past__a_stop_ends_it_and_leaves_nothing_half_made(void **state)
{
	struct kc_past_state *h;

	(void)state;
	f.stop = true;
	assert_int_equal(kc_past_take(&f.p, 9, &h), KC_EUNAVAILABLE);
	assert_null(h);
	assert_null(f.p.held);
	f.stop = false;
	same_as_a_replay(9);
}

/* Beyond the end of the log: nothing is kept of what failed. */
static void
test_past__what_cannot_be_made_is_not_found_again(void **state)
{
	struct kc_past_state *h;

	(void)state;
	assert_int_equal(kc_past_take(&f.p, f.size + 1, &h), KC_ECORRUPT);
	assert_null(h);
	for (h = f.p.held; h != NULL; h = h->next)
		assert_in_range(h->size, 0, f.size);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_past__says_what_a_replay_from_the_first_entry_says),
	    T(test_past__any_position_costs_a_step_once_the_rungs_stand),
	    T(test_past__a_start_leaves_states_behind),
	    T(test_past__a_start_takes_half_of_what_may_be_kept),
	    T(test_past__the_same_position_again_costs_nothing),
	    T(test_past__those_who_ask_for_the_same_share_one_replay),
	    T(test_past__keeps_no_more_than_it_may),
	    T(test_past__what_is_held_stays),
	    T(test_past__one_of_your_own_leaves_the_kept_as_they_are),
	    T(test_past__a_stop_ends_it_and_leaves_nothing_half_made),
	    T(test_past__what_cannot_be_made_is_not_found_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
