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
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
