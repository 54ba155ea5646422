/* SPDX-License-Identifier: Apache-2.0 */
/* Stamps of documents on paper. */
#include <kaocheng/stamp.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/merkle.h>
#include <kaocheng/proof.h>

#include "golden.h"

#define LEAF "entry 5 xxxxx"

static struct kc_buf receipt, stamp;

static int
set_up(void **state)
{
	(void)state;
	golden_read(&receipt, "tlog/receipt-5");
	return kc_buf_stamp(&stamp, kc_buf_view(&receipt), KC_LIT(LEAF)) !=
	    KC_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_buf_free(&receipt);
	kc_buf_free(&stamp);
	return 0;
}

static enum kc_err
read_one(const char *text)
{
	struct kc_stamped s = {0};
	enum kc_err err = kc_stamp_read(&s, kc_slice_str(text));

	kc_stamp_free(&s);
	return err;
}

static void
test_stamp__gives_receipt_and_entry_back_letter_for_letter(void **state)
{
	struct kc_hash h = kc_hash_leaf(LEAF, sizeof(LEAF) - 1);
	struct kc_stamped s = {0};

	(void)state;
	assert_int_equal(kc_stamp_read(&s, kc_buf_view(&stamp)), KC_OK);
	assert_true(
	    kc_slice_eq(kc_buf_view(&s.receipt), kc_buf_view(&receipt)));
	assert_true(kc_slice_is(kc_buf_view(&s.leaf), LEAF));
	assert_true(kc_hash_eq(&s.leaf_hash, &h));
	kc_stamp_free(&s);
}

/* The example of docs/FORMAT.md. */
static void
test_stamp__is_the_golden_one(void **state)
{
	struct kc_buf golden = {0};

	(void)state;
	golden_read(&golden, "tlog/stamp-5");
	assert_true(kc_slice_eq(kc_buf_view(&stamp), kc_buf_view(&golden)));
	kc_buf_free(&golden);
}

static void
test_stamp__of_another_leaf_is_not_made(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(
	    kc_buf_stamp(&b, kc_buf_view(&receipt), KC_LIT("entry 5 xxxx")),
	    KC_EPROOF);
	assert_int_equal(
	    kc_buf_stamp(&b, KC_LIT("no receipt"), KC_LIT(LEAF)), KC_ESYNTAX);
	assert_int_equal(b.n, 0);
	kc_buf_free(&b);
}

/* As readers of symbols give them: in any order, twice, with a word before. */
static void
test_stamp__lines_come_in_any_order(void **state)
{
	const char *proof = kc_buf_cstr(&stamp);
	const char *part = strchr(proof, '\n') + 1;
	struct kc_buf b = {0};
	struct kc_stamped s = {0};

	(void)state;
	kc_buf_str(&b, "QR-Code:");
	kc_buf_str(&b, part);
	kc_buf_str(&b, "\r\n");
	kc_buf_str(&b, part);
	kc_buf_slice(&b, (struct kc_slice){proof, (size_t)(part - proof - 1)});
	assert_int_equal(kc_stamp_read(&s, kc_buf_view(&b)), KC_OK);
	assert_true(kc_slice_is(kc_buf_view(&s.leaf), LEAF));
	kc_stamp_free(&s);
	kc_buf_free(&b);
}

static void
test_stamp__what_is_none_or_half_is_refused(void **state)
{
	const char *part = strchr(kc_buf_cstr(&stamp), '\n') + 1;
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(read_one(""), KC_ESYNTAX);
	assert_int_equal(read_one(part), KC_ESYNTAX); /* no proof */
	assert_int_equal(read_one("KC1P:"), KC_ESYNTAX);
	assert_int_equal(read_one("KC1P:MZXW6"), KC_ESYNTAX);
	assert_int_equal(read_one("https://example.org/"), KC_ESYNTAX);
	for (size_t cut = 6; cut < (size_t)(part - stamp.p) - 1; cut++) {
		kc_buf_reset(&b);
		kc_buf_put(&b, stamp.p, cut);
		assert_int_equal(read_one(kc_buf_cstr(&b)), KC_ESYNTAX);
	}
	kc_buf_reset(&b);
	kc_buf_slice(&b, kc_buf_view(&stamp));
	kc_buf_str(&b, "KC1E2/2:MY\n"); /* of another count */
	assert_int_equal(read_one(kc_buf_cstr(&b)), KC_ESYNTAX);
	kc_buf_free(&b);
}

/* --- entries of more than a symbol --- */
/* A tree of one leaf of so many bytes. */
static void
receipt_of(struct kc_buf *out, struct kc_slice leaf)
{
	struct kc_buf note = {0};
	struct kc_hash h = kc_hash_leaf(leaf.p, leaf.n);
	struct kc_proof p = {.index = 0};

	kc_buf_str(&note, "example.org/log\n1\n");
	kc_buf_hash(&note, &h);
	kc_buf_str(&note, "\n\n— example.org/log AAAAAAAA\n");
	p.checkpoint = kc_buf_view(&note);
	kc_buf_proof(out, &p);
	kc_buf_free(&note);
}

static unsigned
lines_of(size_t n, bool held)
{
	struct kc_buf leaf = {0}, own = {0}, made = {0};
	struct kc_stamped s = {0};
	unsigned lines = 0;

	for (size_t i = 0; i < n; i++)
		kc_buf_char(&leaf, (char)('a' + i % 26));
	receipt_of(&own, kc_buf_view(&leaf));
	assert_int_equal(
	    kc_buf_stamp(&made, kc_buf_view(&own), kc_buf_view(&leaf)), KC_OK);
	for (size_t i = 0; i < made.n; i++)
		lines += made.p[i] == '\n';
	assert_int_equal(kc_stamp_read(&s, kc_buf_view(&made)), KC_OK);
	assert_true(kc_slice_eq(kc_buf_view(&s.receipt), kc_buf_view(&own)));
	assert_true(held ? kc_slice_eq(kc_buf_view(&s.leaf), kc_buf_view(&leaf))
			 : s.leaf.n == 0);
	kc_stamp_free(&s);
	kc_buf_free(&leaf);
	kc_buf_free(&own);
	kc_buf_free(&made);
	return lines;
}

static void
test_stamp__a_long_entry_has_more_symbols_or_none(void **state)
{
	(void)state;
	assert_int_equal(lines_of(KC_STAMP_PART_MAX, true), 2);
	assert_int_equal(lines_of(KC_STAMP_PART_MAX + 1, true), 3);
	assert_int_equal(lines_of(3 * KC_STAMP_PART_MAX, true), 4);
	assert_int_equal(lines_of(3 * KC_STAMP_PART_MAX + 1, false), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_stamp__gives_receipt_and_entry_back_letter_for_letter),
	    cmocka_unit_test(test_stamp__is_the_golden_one),
	    cmocka_unit_test(test_stamp__of_another_leaf_is_not_made),
	    cmocka_unit_test(test_stamp__lines_come_in_any_order),
	    cmocka_unit_test(test_stamp__what_is_none_or_half_is_refused),
	    cmocka_unit_test(
		test_stamp__a_long_entry_has_more_symbols_or_none)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
