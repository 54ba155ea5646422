/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "copykit.h"
#include "engine/hold.h"
#include "statekit.h"

/* A letter to two units. */
static void
some_of_it(void)
{
	kit_on(&k, "2022-07-05");
	DO(warning_issue, "P09.a", "target=G17-K1", "unit=G17", "unit=G16",
	    "level=yellow", "rectify_by=2022-09-30", "fact=x", "demand=x");
	DO(warning_deliver, "P09.a", "warning=W-2022-0001", "unit=G17");
}

static struct kc_hash
digest_of(const struct kc_state *st)
{
	struct kc_hash h;

	assert_int_equal(kc_state_digest(st, &h), KC_OK);
	return h;
}

static void
test_copy__takes_what_comes_next_and_leaves_the_other_as_it_was(void **state)
{
	struct kc_state *first = k.st;
	struct kc_hash was, is;

	(void)state;
	was = digest_of(first);
	k.st = copy_of(first);
	assert_true(kc_state_keep_deadlines(k.st));
	some_of_it();
	is = digest_of(k.st);
	assert_memory_not_equal(&was, &is, sizeof(is));
	is = digest_of(first);
	assert_memory_equal(&was, &is, sizeof(is));
	kc_state_free(first);
	kit_replay(&k);
}

static void
test_copy__holds_no_more_than_what_it_was_made_from(void **state)
{
	struct kc_state *st;

	(void)state;
	some_of_it();
	st = copy_of(k.st);
	assert_in_range(kc_state_bytes(st), 1, kc_state_bytes(k.st));
	kc_state_free(st);
}

static void
test_copy__of_an_empty_state_is_one(void **state)
{
	struct kc_state *st;

	(void)state;
	assert_int_equal(kc_state_size(k.st), 0);
	st = copy_of(k.st);
	assert_int_equal(kc_state_size(st), 0);
	kc_state_free(st);
}

struct deep {
	struct kc_u32s votes;
};
KC_VEC(deeps, struct deep);

/* As a noun does whose objects have rows with vectors of their own. */
static void
holds(struct deeps *units, struct kc_hold *h)
{
	kc_hold_vec(h, units);
	for (uint32_t i = 0; i < units->n; i++)
		kc_hold_deep(h, &units->v[i].votes);
}

static void
test_hold__frees_what_is_deepest_first(void **state)
{
	struct kc_hold h = {.what = KC_HOLD_FREE, .depth = KC_HOLD_DEEPEST};
	struct deeps units = {0};
	struct deep one = {0};

	(void)state;
	assert_true(kc_vec_push(&one.votes, 7));
	assert_true(kc_vec_push(&units, one));
	holds(&units, &h);
	assert_non_null(units.v);
	assert_int_equal(units.n, 1);
	assert_null(units.v[0].votes.v);
	h.depth--;
	holds(&units, &h);
	assert_null(units.v);
	assert_int_equal(units.n, 0);
}

static long left;

static void *
grow(void *p, size_t n)
{
	return left-- > 0 ? realloc(p, n) : NULL;
}

static void
test_copy__any_failing_allocation_says_so_and_leaks_nothing(void **state)
{
	struct kc_hash was, is;
	struct kc_state *st = NULL;
	enum kc_err err;
	long n = 0;

	(void)state;
	some_of_it();
	was = digest_of(k.st);
	do {
		left = n++;
		kc_alloc_hook(grow);
		err = kc_state_copy(k.st, &st);
		kc_alloc_hook(NULL);
		assert_true(err == KC_OK || err == KC_ENOMEM);
		assert_true((st != NULL) == (err == KC_OK));
	} while (err != KC_OK);
	assert_in_range(n, 50, 5000);
	is = digest_of(st);
	assert_memory_equal(&was, &is, sizeof(is));
	kc_state_free(st);
	is = digest_of(k.st);
	assert_memory_equal(&was, &is, sizeof(is));
}

#define AT(stage, test) cmocka_unit_test_setup_teardown(test, stage, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    AT(at_lists,
		test_copy__takes_what_comes_next_and_leaves_the_other_as_it_was),
	    AT(at_lists, test_copy__holds_no_more_than_what_it_was_made_from),
	    cmocka_unit_test(test_hold__frees_what_is_deepest_first),
	    AT(at_empty, test_copy__of_an_empty_state_is_one),
	    AT(at_lists,
		test_copy__any_failing_allocation_says_so_and_leaks_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
