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

		kc_buf_reset(&bytes);
		kc_held_put(&bytes, &batch);
		kc_held_join(&list, kc_buf_view(&bytes));
	}
	err = vaultkit_ask(&k, kc_buf_view(&list), size, old);
	kc_buf_free(&bytes);
	kc_buf_free(&list);
	return err;
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

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_list__leads_by_way_of_the_last_head),
	    T(test_list__that_leads_elsewhere_is_not_signed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
