/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs heads over lists of batches, which lead by way of the last head. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "vaultkit.h"

#define RIGHT SIZE_MAX

static struct vaultkit k;

static int
set_up(void **state)
{
	(void)state;
	memset(&k, 0, sizeof(k));
	vaultkit_up(&k);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	vaultkit_down(&k);
	return 0;
}

/* What the last batch of a list says that is not so. */
static uint64_t off_size, off_txn;

/* A list of entries [from, to), a batch each, the n-th written otherwise; its
 * head is over `size` entries, and its proof is the edge of `old`. */
static enum kc_err
ask_list(uint64_t from, uint64_t to, uint64_t size, uint64_t old, size_t n)
{
	struct kc_buf list = {0}, bytes = {0};
	enum kc_err err;

	for (uint64_t i = from; i < to; i++) {
		char text[16];
		struct kc_row row = {
		    .leaf = vaultkit_leaf(i, i - from == n, text)};
		struct kc_append batch = {.size = i, .rows = &row, .nrows = 1};

		if (i + 1 == to)
			batch.size += off_size;
		kc_buf_reset(&bytes);
		kc_held_put(&bytes, &batch);
		kc_held_by(&bytes, i + 1 == to ? 7 + off_txn : 7);
		kc_held_join(&list, kc_buf_view(&bytes));
	}
	err = vaultkit_ask(&k, kc_buf_view(&list), size, old);
	kc_buf_free(&bytes);
	kc_buf_free(&list);
	return err;
}

/* Leaf i alone. */
static void
put_batch(struct kc_buf *out, uint64_t i)
{
	char text[16];
	struct kc_row row = {.leaf = vaultkit_leaf(i, false, text)};
	struct kc_append batch = {.size = i, .rows = &row, .nrows = 1};

	kc_held_put(out, &batch);
}

static void
test_list__leads_by_way_of_the_last_head(void **state)
{
	struct kc_anchored held = {0};
	struct kc_held_list l;

	(void)state;
	assert_int_equal(ask_list(0, 10, 10, 0, RIGHT), KC_OK);
	for (uint64_t to = 11; to < 15; to++) {
		assert_int_equal(ask_list(10, to, to, 10, RIGHT), KC_OK);
		vaultkit_check_signed(&k, to);
	}
	assert_int_equal(ask_list(10, 14, 14, 10, RIGHT), KC_OK); /* again */
	assert_int_equal(
	    kc_anchor_load(tmpdir_file(k.dir, "anchor"), &held), KC_OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    kc_held_list_take(&l, kc_buf_view(&held.v[i].batch)),
		    KC_OK);
		assert_int_equal(l.v[0].batch.size, 10);
		assert_int_equal(l.n, 3 + i);
		kc_held_list_free(&l);
	}
	kc_anchored_free(&held);
	vaultkit_reopen(&k);
	assert_int_equal(ask_list(12, 16, 16, 12, RIGHT), KC_OK);
	assert_int_equal(ask_list(16, 20, 20, 16, RIGHT), KC_OK);
	vaultkit_check_signed(&k, 20);
}

static void
test_list__that_leads_elsewhere_is_not_signed(void **state)
{
	(void)state;
	assert_int_equal(ask_list(0, 10, 10, 0, RIGHT), KC_OK);
	assert_int_equal(ask_list(10, 14, 14, 10, RIGHT), KC_OK);
	for (int again = 0; again < 2; again++) {
		/* What was signed, written otherwise; and what is new. */
		assert_int_equal(ask_list(10, 16, 16, 10, 1), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 16, 10, 5), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 17, 10, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(15, 17, 17, 15, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(10, 16, 16, 9, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(14, 16, 17, 14, RIGHT), KC_EFORK);
		assert_int_equal(ask_list(10, 13, 13, 10, RIGHT), KC_EROLLBACK);
		assert_int_equal(k.note.n, 0);
		vaultkit_reopen(&k);
	}
	assert_int_equal(ask_list(10, 16, 16, 10, RIGHT), KC_OK);
	vaultkit_check_signed(&k, 16);
}

/* Each right after a head over all but the last batch, of which the rest is not
 * hashed again; and by a signer that was started anew, which hashes all. */
static void
test_list__that_goes_on_is_judged_as_one_that_is_read_first(void **state)
{
	(void)state;
	assert_int_equal(ask_list(0, 3, 3, 0, RIGHT), KC_OK);
	for (unsigned i = 0; i < 14; i++) {
		uint64_t to = 5 + i / 2;

		assert_int_equal(ask_list(3, to, to, 3, RIGHT), KC_OK);
		if (i % 2 == 1)
			vaultkit_reopen(&k);
		to++;
		off_size = i / 2 == 0 || i / 2 == 1;
		off_txn = i / 2 == 2 ? 2 : i / 2 == 3 ? UINT64_MAX : 0;
		assert_int_equal(
		    ask_list(3, to, to + (i / 2 == 1), i / 2 == 4 ? 2 : 3,
			i / 2 == 5       ? 0
			    : i / 2 == 6 ? to - 4
					 : RIGHT),
		    KC_EFORK);
		off_size = off_txn = 0;
	}
	assert_int_equal(ask_list(3, 12, 12, 3, RIGHT), KC_OK);
	vaultkit_check_signed(&k, 12);
}

/* It begins with what led to a head, and a start would not read it. */
static void
test_list__that_begins_with_a_single_batch_is_not_signed(void **state)
{
	struct kc_buf first = {0}, next = {0}, both = {0};
	struct kc_slice single;

	(void)state;
	put_batch(&first, 0);
	put_batch(&next, 1);
	single = kc_buf_view(&first);
	assert_int_equal(vaultkit_ask(&k, single, 1, 0), KC_OK);
	kc_buf_slice(&both, single);
	kc_buf_be64(&both, next.n);
	kc_buf_slice(&both, kc_buf_view(&next));
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    vaultkit_ask(&k, kc_buf_view(&both), 2, 0), KC_EFORK);
		vaultkit_reopen(&k);
	}
	assert_int_equal(vaultkit_ask(&k, kc_buf_view(&next), 2, 1), KC_OK);
	vaultkit_check_signed(&k, 2);
	kc_buf_free(&first);
	kc_buf_free(&next);
	kc_buf_free(&both);
}

/* It was judged, and no key was there: the next one leads by way of the head
 * before it. */
static void
test_list__goes_on_after_one_that_was_not_signed(void **state)
{
	(void)state;
	assert_int_equal(ask_list(0, 3, 3, 0, RIGHT), KC_OK);
	assert_int_equal(ask_list(3, 5, 5, 3, RIGHT), KC_OK);
	k.elsewhere = true;
	assert_int_equal(ask_list(3, 6, 6, 3, RIGHT), KC_ENOKEY);
	k.elsewhere = false;
	assert_int_equal(ask_list(3, 7, 7, 3, RIGHT), KC_OK);
	vaultkit_check_signed(&k, 7);
}

/* One after another, and from the file as it was opened anew. */
static void
test_list__of_more_batches_than_a_store_may_lack_is_not_signed(void **state)
{
	const uint64_t from = 10, most = from + KC_BEHIND_MAX;

	(void)state;
	assert_int_equal(ask_list(0, from, from, 0, RIGHT), KC_OK);
	for (uint64_t to = from + 1; to <= most; to++)
		assert_int_equal(ask_list(from, to, to, from, RIGHT), KC_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    ask_list(from, most + 1, most + 1, from, RIGHT), KC_EFORK);
		vaultkit_reopen(&k);
	}
	assert_int_equal(
	    ask_list(most, most + 1, most + 1, most, RIGHT), KC_OK);
	vaultkit_check_signed(&k, most + 1);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_list__leads_by_way_of_the_last_head),
	    T(test_list__that_leads_elsewhere_is_not_signed),
	    T(test_list__that_goes_on_is_judged_as_one_that_is_read_first),
	    T(test_list__that_begins_with_a_single_batch_is_not_signed),
	    T(test_list__goes_on_after_one_that_was_not_signed),
	    T(test_list__of_more_batches_than_a_store_may_lack_is_not_signed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
