/* SPDX-License-Identifier: Apache-2.0 */
/* Several batches as one, as an anchor holds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storekit.h"

/* n batches from a size on, of one leaf and one transaction. */
static void
join(struct kc_buf *list, uint64_t from, size_t n, uint64_t txn)
{
	for (uint64_t i = from; i < from + n; i++) {
		char leaf[STOREKIT_LEAF_MAX];
		struct kc_row row = {.leaf = {leaf, storekit_leaf(i, leaf)}};
		struct kc_append a = {.size = i,
		    .rows = &row,
		    .nrows = 1,
		    .checkpoint = KC_LIT("a head\n")};
		struct kc_buf bytes = {0};

		kc_held_put(&bytes, &a);
		kc_held_by(&bytes, txn);
		kc_held_join(list, kc_buf_view(&bytes));
		kc_buf_free(&bytes);
	}
}

static void
test_list__comes_back_and_is_no_batch_to_older_programs(void **state)
{
	struct kc_buf list = {0};
	struct kc_held_list l;
	struct kc_held h;

	(void)state;
	join(&list, 5, 3, 77);
	assert_int_equal(kc_held_take(&h, kc_buf_view(&list)), KC_ESYNTAX);
	kc_held_free(&h);
	assert_int_equal(kc_held_list_take(&l, kc_buf_view(&list)), KC_OK);
	assert_int_equal(l.n, 3);
	for (size_t i = 0; i < 3; i++) {
		struct kc_hash want = storekit_leaf_hash(5 + i);

		assert_int_equal(l.v[i].batch.size, 5 + i);
		assert_int_equal(l.v[i].batch.txn, 77);
		assert_true(kc_hash_eq(&l.v[i].rows[0].hash, &want));
	}
	kc_held_list_free(&l);
	for (size_t n = 0; n < list.n; n++) {
		enum kc_err err =
		    kc_held_list_take(&l, (struct kc_slice){list.p, n});

		/* Cut between two of them it is a list of fewer. */
		assert_true(
		    err == KC_ESYNTAX || (err == KC_OK && l.n > 0 && l.n < 3));
		kc_held_list_free(&l);
	}
	kc_buf_free(&list);
}

static void
test_list__what_does_not_follow_is_none(void **state)
{
	static const struct {
		uint64_t second, txn;
		enum kc_err want;
	} rows[] = {{6, 77, KC_OK}, {6, 78, KC_OK}, {6, 79, KC_ESYNTAX},
	    {6, 76, KC_ESYNTAX}, {7, 77, KC_ESYNTAX}, {5, 77, KC_ESYNTAX}};
	struct kc_buf list = {0};
	struct kc_held_list l;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kc_buf_reset(&list);
		join(&list, 5, 1, 77);
		join(&list, rows[i].second, 1, rows[i].txn);
		assert_int_equal(
		    kc_held_list_take(&l, kc_buf_view(&list)), rows[i].want);
		kc_held_list_free(&l);
	}
	kc_buf_reset(&list);
	join(&list, 5, KC_BEHIND_MAX, 77);
	assert_int_equal(kc_held_list_take(&l, kc_buf_view(&list)), KC_OK);
	kc_held_list_free(&l);
	join(&list, 5 + KC_BEHIND_MAX, 1, 77);
	assert_int_equal(kc_held_list_take(&l, kc_buf_view(&list)), KC_ESYNTAX);
	kc_held_list_free(&l);
	kc_buf_reset(&list);
	join(&list, 5, 1, 77);
	list.p[15] = 2; /* another version */
	assert_int_equal(kc_held_list_take(&l, kc_buf_view(&list)), KC_ESYNTAX);
	kc_held_list_free(&l);
	kc_buf_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_list__comes_back_and_is_no_batch_to_older_programs),
	    cmocka_unit_test(test_list__what_does_not_follow_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
