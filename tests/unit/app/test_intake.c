/* SPDX-License-Identifier: Apache-2.0 */
/* The intake alone: what it takes, and what it gives back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/intake.h"

#define QUEUE 4096

struct rig {
	struct kc_ledger_options o;
	struct kc_intake in;
	atomic_size_t answered;
};

static void *(*const grow)(void *, size_t) = realloc;
static atomic_size_t allocations;

static void *
counting(void *p, size_t n)
{
	atomic_fetch_add(&allocations, 1);
	return grow(p, n);
}

/* Every note is refused at once. */
static bool
refuse(void *ctx, struct kc_item *it)
{
	(void)ctx;
	kc_item_result(it)->err = KC_EREFUSED;
	return false;
}

static void
done(void *ctx, struct kc_result *results, size_t n)
{
	struct rig *r = ctx;

	for (size_t i = 0; i < n; i++)
		kc_buf_str(&results[i].receipt, "for the next one to reuse");
	atomic_fetch_add(&r->answered, n);
}

static int
set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	r->o.threads = 2;
	r->o.queue_max = QUEUE;
	kc_intake_init(&r->in, &r->o);
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	struct rig *r = *state;

	kc_intake_release(&r->in);
	free(r);
	return 0;
}

static enum kc_err
submit(struct rig *r, const char *bytes, size_t each, size_t n)
{
	struct kc_slice *notes = calloc(n, sizeof(*notes));
	enum kc_err err;

	for (size_t i = 0; i < n; i++)
		notes[i] = (struct kc_slice){bytes, each};
	err = kc_intake_submit(&r->in, notes, n, KC_EACH, done, r);
	free(notes);
	return err;
}

/* All that was taken is answered; nothing is held for it any more. */
static void
answer_all(struct rig *r)
{
	assert_int_equal(kc_intake_start(&r->in, refuse, NULL, NULL), KC_OK);
	kc_intake_stop(&r->in);
	assert_true(r->in.under_way == 0 && r->in.bytes == 0);
	assert_true(r->in.verifying == 0);
}

static void
test_intake__full_queue_costs_no_allocation(void **state)
{
	struct rig *r = *state;

	assert_int_equal(submit(r, "x", 1, QUEUE - 1), KC_OK);
	allocations = 0;
	kc_alloc_hook(counting);
	assert_int_equal(submit(r, "x", 1, 2), KC_EREFUSED);
	assert_int_equal(submit(r, "x", 1, QUEUE), KC_EREFUSED);
	kc_alloc_hook(NULL);
	assert_true(allocations == 0);
	assert_int_equal(submit(r, "x", 1, 1), KC_OK);
	answer_all(r);
	assert_true(r->answered == QUEUE); /* and none that was refused */
}

static void
test_intake__bytes_are_bounded_like_notes(void **state)
{
	struct rig *r = *state;
	size_t each = KC_NOTE_MAX, n = 0;
	char *bytes = calloc(1, each);

	while (submit(r, bytes, each, 16) == KC_OK)
		n += 16;
	assert_true(n > 0 && n < QUEUE);
	assert_true(r->in.bytes <= KC_QUEUE_BYTES);
	assert_true(r->in.bytes + 17 * (each + 16384) > KC_QUEUE_BYTES);
	assert_int_equal(submit(r, "x", 1, 1), KC_OK); /* a small one fits */
	answer_all(r);
	assert_true(r->answered == n + 1);
	free(bytes);
}

static void
test_intake__what_a_burst_needed_is_not_kept(void **state)
{
	struct rig *r = *state;
	size_t kept = 0;

	assert_int_equal(submit(r, "x", 1, QUEUE), KC_OK);
	answer_all(r);
	for (struct kc_item *it = r->in.spare; it != NULL; it = it->next)
		kept += sizeof(*it) + it->note.cap + it->receipt.cap;
	assert_true(kept > 0 && kept <= KC_SPARE_BYTES);
	assert_true(kept == r->in.spare_bytes);
}

static void
test_intake__closing_takes_nothing(void **state)
{
	struct rig *r = *state;

	kc_intake_stop(&r->in);
	assert_int_equal(submit(r, "x", 1, 8), KC_EUNAVAILABLE);
	assert_true(r->in.under_way == 0 && r->in.bytes == 0);
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return allocations-- > 0 ? grow(p, n) : NULL;
}

static void
test_intake__short_memory_takes_nothing(void **state)
{
	struct rig *r = *state;

	for (size_t at = 0; at < 12; at++) {
		enum kc_err err;

		allocations = at;
		kc_alloc_hook(no_memory);
		err = submit(r, "x", 1, 4);
		kc_alloc_hook(NULL);
		if (err == KC_OK)
			break;
		assert_int_equal(err, KC_ENOMEM);
		assert_true(r->in.under_way == 0 && r->in.bytes == 0);
		assert_true(at < 11);
	}
	answer_all(r);
	assert_true(r->answered == 4);
}

/* --- who looks at a note --- */
struct scene {
	struct kc_intake in;
	struct kc_ledger_options o;
	pthread_t writer;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool holds; /* the writer is kept at the note that it looks at */
	bool held;
	size_t by_writer, by_pool, answered;
	char order[16]; /* first byte of each note, as the writer got them */
	size_t n;
};

static bool
look(void *ctx, struct kc_item *it)
{
	struct scene *s = ctx;
	bool writer = pthread_equal(pthread_self(), s->writer);

	pthread_mutex_lock(&s->lock);
	*(writer ? &s->by_writer : &s->by_pool) += 1;
	s->held = s->held || (writer && s->holds);
	pthread_cond_broadcast(&s->cond);
	while (writer && s->holds)
		pthread_cond_wait(&s->cond, &s->lock);
	pthread_mutex_unlock(&s->lock);
	return it->note.p[0] != '-';
}

static void
answered(void *ctx, struct kc_result *results, size_t n)
{
	struct scene *s = ctx;

	(void)results;
	pthread_mutex_lock(&s->lock);
	s->answered += n;
	pthread_cond_broadcast(&s->cond);
	pthread_mutex_unlock(&s->lock);
}

static void *
write_all(void *ctx)
{
	struct scene *s = ctx;
	struct kc_items notes, dry;
	struct kc_item *it;
	uint64_t tick;

	while (kc_intake_take(&s->in, &notes, &dry, &tick)) {
		for (it = notes.head; it != NULL; it = it->next)
			s->order[s->n++] = it->note.p[0];
		while ((it = kc_items_pop(&notes)) != NULL ||
		    (it = kc_items_pop(&dry)) != NULL)
			kc_item_answer(it);
		kc_intake_rounded(&s->in, tick);
	}
	return NULL;
}

static void
send_one(struct scene *s, const char *note, enum kc_how how)
{
	struct kc_slice v = {note, 1};

	assert_int_equal(
	    kc_intake_submit(&s->in, &v, 1, how, answered, s), KC_OK);
}

static void
wait_for(struct scene *s, const size_t *what, size_t n)
{
	pthread_mutex_lock(&s->lock);
	while (*what < n)
		pthread_cond_wait(&s->cond, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

/* Until the writer waits, and nothing is under way. */
static void
until_quiet(struct scene *s)
{
	bool quiet = false;

	while (!quiet) {
		pthread_mutex_lock(&s->in.lock);
		quiet = s->in.writer_waits && s->in.under_way == 0;
		pthread_mutex_unlock(&s->in.lock);
	}
}

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	s->o.threads = 2;
	s->o.queue_max = QUEUE;
	s->o.wait_ms = 10000;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->cond, NULL);
	kc_intake_init(&s->in, &s->o);
	assert_int_equal(pthread_create(&s->writer, NULL, write_all, s), 0);
	assert_int_equal(kc_intake_start(&s->in, look, NULL, s), KC_OK);
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	kc_intake_stop(&s->in);
	kc_intake_stop_writer(&s->in);
	pthread_join(s->writer, NULL);
	kc_intake_release(&s->in);
	free(s);
	return 0;
}

static void
test_intake__a_note_that_comes_alone_is_looked_at_by_the_writer(void **state)
{
	struct scene *s = *state;
	static const char *const notes[] = {"a", "-", "b", "c"};

	for (size_t i = 0; i < 4; i++) {
		until_quiet(s);
		send_one(s, notes[i], i == 3 ? KC_DRY : KC_EACH);
		wait_for(s, &s->answered, i + 1);
	}
	assert_true(s->by_writer == 4 && s->by_pool == 0);
	assert_string_equal(s->order, "ab"); /* the rest was refused, or dry */
}

static void
test_intake__company_is_looked_at_by_the_pool_and_stays_in_order(void **state)
{
	struct scene *s = *state;
	struct kc_slice two[] = {{"e", 1}, {"f", 1}};

	until_quiet(s);
	s->holds = true;
	send_one(s, "a", KC_EACH);
	pthread_mutex_lock(&s->lock);
	while (!s->held)
		pthread_cond_wait(&s->cond, &s->lock);
	pthread_mutex_unlock(&s->lock);
	send_one(s, "b", KC_EACH);
	send_one(s, "-", KC_EACH);
	send_one(s, "c", KC_EACH);
	wait_for(s, &s->by_pool, 3);
	assert_true(s->answered == 0);
	pthread_mutex_lock(&s->lock);
	s->holds = false;
	pthread_cond_broadcast(&s->cond);
	pthread_mutex_unlock(&s->lock);
	wait_for(s, &s->answered, 4);
	until_quiet(s);
	assert_true(s->by_writer == 1);
	/* Several at once are no lone one. */
	assert_int_equal(
	    kc_intake_submit(&s->in, two, 2, KC_EACH, answered, s), KC_OK);
	wait_for(s, &s->answered, 6);
	assert_true(s->by_writer == 1 && s->by_pool == 5);
	assert_string_equal(s->order, "abcef");
}

static void
test_intake__an_end_answers_the_one_that_the_writer_looks_at(void **state)
{
	struct scene *s = *state;

	until_quiet(s);
	s->holds = true;
	send_one(s, "a", KC_EACH);
	kc_intake_stop(&s->in);
	kc_intake_stop_writer(&s->in);
	pthread_mutex_lock(&s->lock);
	s->holds = false;
	pthread_cond_broadcast(&s->cond);
	pthread_mutex_unlock(&s->lock);
	wait_for(s, &s->answered, 1);
	assert_true(s->by_writer == 1);
}

#define SCENE(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_intake__full_queue_costs_no_allocation),
	    T(test_intake__bytes_are_bounded_like_notes),
	    T(test_intake__what_a_burst_needed_is_not_kept),
	    T(test_intake__closing_takes_nothing),
	    T(test_intake__short_memory_takes_nothing),
	    SCENE(
		test_intake__a_note_that_comes_alone_is_looked_at_by_the_writer),
	    SCENE(
		test_intake__company_is_looked_at_by_the_pool_and_stays_in_order),
	    SCENE(test_intake__an_end_answers_the_one_that_the_writer_looks_at),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
