/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts. */
#include <kaocheng/proof.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"

#define HASH "D6JQD5eGMaMjxZKORub+SoR/IWv5lcTjt8JwrK6a4yM="
#define MAGIC "c2sp.org/tlog-proof@v1\n"
#define LEAF "entry 5 xxxxx"

static struct kc_skey log_key;
static struct kc_buf receipt;

static int
set_up(void **state)
{
	struct kc_hash seed = kc_sha256("log", 3);

	(void)state;
	if (kc_crypto_init() != KC_OK ||
	    kc_skey_from_seed(
		&log_key, KC_LIT("audit.example.org/ledger"), seed.b) != KC_OK)
		return 1;
	golden_read(&receipt, "tlog/receipt-5");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kc_buf_free(&receipt);
	return 0;
}

static void
test_proof__golden_receipt_both_ways(void **state)
{
	struct kc_checkpoint c = {0};
	struct kc_buf b = {0};
	struct kc_proof p;

	(void)state;
	assert_int_equal(kc_proof_verify(kc_buf_view(&receipt), KC_LIT(LEAF),
			     &log_key.vkey, &c),
	    KC_OK);
	assert_true(c.size == 7);
	assert_int_equal(kc_proof_parse(&p, kc_buf_view(&receipt)), KC_OK);
	assert_true(p.index == 5);
	assert_int_equal(p.npath, 3);
	kc_buf_proof(&b, &p);
	assert_true(kc_slice_eq(kc_buf_view(&b), kc_buf_view(&receipt)));
	kc_buf_free(&b);
}

static void
test_proof__another_leaf_or_key_refused(void **state)
{
	struct kc_slice text = kc_buf_view(&receipt);
	struct kc_vkey other = log_key.vkey;

	(void)state;
	assert_int_equal(
	    kc_proof_verify(text, KC_LIT("entry 5 xxxx"), &log_key.vkey, NULL),
	    KC_EPROOF);
	assert_int_equal(
	    kc_proof_verify(text, KC_LIT(""), &log_key.vkey, NULL), KC_EPROOF);
	other.pub[7] ^= 1;
	assert_int_equal(
	    kc_proof_verify(text, KC_LIT(LEAF), &other, NULL), KC_ESIG);
	other = log_key.vkey;
	other.keyid[0] ^= 1;
	assert_int_equal(
	    kc_proof_verify(text, KC_LIT(LEAF), &other, NULL), KC_ENOKEY);
	assert_int_equal(
	    kc_proof_verify(text, KC_LIT(LEAF), NULL, NULL), KC_ENOKEY);
}

/* All but the cosignature, which the log key does not vouch for. */
static void
test_proof__every_flipped_bit_refused(void **state)
{
	const char *end = strstr(kc_buf_cstr(&receipt), "— witness");
	size_t n = (size_t)(end - receipt.p);
	struct kc_buf b = {0};

	(void)state;
	kc_buf_put(&b, receipt.p, n);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		b.p[bit / 8] ^= (char)(1 << bit % 8);
		if (kc_proof_verify(kc_buf_view(&b), KC_LIT(LEAF),
			&log_key.vkey, NULL) == KC_OK)
			fail_msg("bit %zu", bit);
		b.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_not_equal(
		    kc_proof_verify((struct kc_slice){b.p, cut}, KC_LIT(LEAF),
			&log_key.vkey, NULL),
		    KC_OK);
	kc_buf_free(&b);
}

static void
test_proof__malformed_refused(void **state)
{
	static const char *const bad[] = {"", MAGIC, MAGIC "index 5\n",
	    MAGIC "index 5\n\n", MAGIC "index 5\n" HASH "\n",
	    "c2sp.org/tlog-proof@v2\nindex 5\n\nc", "\n" MAGIC "index 5\n\nc",
	    MAGIC "index 05\n\nc", MAGIC "index  5\n\nc", MAGIC "index -5\n\nc",
	    MAGIC "index\n\nc", MAGIC "index \n\nc", MAGIC "Index 5\n\nc",
	    MAGIC "index 9223372036854775808\n\nc",
	    MAGIC "index 5\nextra AA==\n\nc",
	    MAGIC "extra AA==\nextra AA==\nindex 5\n\nc",
	    MAGIC "extra AB==\nindex 5\n\nc", MAGIC "extra \nindex 5\n\nc",
	    MAGIC "extra\nindex 5\n\nc", MAGIC "extra A\nindex 5\n\nc",
	    MAGIC "index 5\n" HASH " \n\nc", MAGIC "index 5\nAAAA\n\nc",
	    MAGIC "index 5\n " HASH "\n\nc"};
	struct kc_proof p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (kc_proof_parse(&p, kc_slice_str(bad[i])) != KC_ESYNTAX)
			fail_msg("row %zu accepted: %s", i, bad[i]);
}

static void
test_proof__extra_line_is_read_over(void **state)
{
	struct kc_buf b = {0};
	struct kc_slice tail = kc_buf_view(&receipt);

	(void)state;
	tail.p += sizeof(MAGIC) - 1;
	tail.n -= sizeof(MAGIC) - 1;
	kc_buf_str(&b, MAGIC "extra aGVsbG8=\n");
	kc_buf_slice(&b, tail);
	assert_int_equal(
	    kc_proof_verify(kc_buf_view(&b), KC_LIT(LEAF), &log_key.vkey, NULL),
	    KC_OK);
	kc_buf_free(&b);
}

/* Where the log was long, paths of a batch have one length; at its end, not. */
static void
make_proof(struct kc_proof *p, uint64_t index, struct kc_slice checkpoint)
{
	*p = (struct kc_proof){.index = index, .checkpoint = checkpoint};
	p->npath = index % 50 < 40 ? 9 : 50 - index % 50;
	for (size_t l = 0; l < p->npath; l++) {
		uint64_t at[2] = {l, index >> l ^ 1};

		p->path[l] = kc_sha256(at, sizeof(at));
	}
}

static void
test_proof__one_after_another_as_each_alone(void **state)
{
	static const char *const checkpoints[] = {"first\n", "the second\n"};
	struct kc_receipts r = {0};
	struct kc_buf one = {0}, b = {0};
	struct kc_proof p;

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		kc_receipts_begin(&r);
		for (uint64_t i = 0; i < 300; i++) {
			make_proof(&p, i, kc_slice_str(checkpoints[k]));
			kc_buf_reset(&one);
			kc_buf_proof(&one, &p);
			kc_buf_reset(&b);
			kc_buf_receipt(&b, &r, &p);
			assert_int_equal(kc_buf_err(&b), KC_OK);
			assert_true(
			    kc_slice_eq(kc_buf_view(&b), kc_buf_view(&one)));
		}
	}
	kc_receipts_release(&r);
	kc_buf_free(&one);
	kc_buf_free(&b);
}

/* Without memory for what is common, none is written, and the next is whole. */
static unsigned grow_fails;

static void *
grow(void *p, size_t n)
{
	return grow_fails > 0 && grow_fails-- == 1 ? NULL : realloc(p, n);
}

static void
test_proof__no_memory_for_one_after_another(void **state)
{
	struct kc_buf one = {0}, b = {0};
	struct kc_proof p;

	(void)state;
	make_proof(&p, 1, KC_LIT("c\n"));
	kc_buf_proof(&one, &p);
	kc_alloc_hook(grow);
	for (unsigned n = 1; n <= 4; n++) {
		struct kc_receipts r = {0};

		kc_buf_reset(&b);
		grow_fails = n;
		kc_buf_receipt(&b, &r, &p);
		assert_int_equal(kc_buf_err(&b), KC_ENOMEM);
		assert_int_equal(grow_fails, 0);
		kc_buf_free(&b);
		kc_buf_receipt(&b, &r, &p);
		assert_int_equal(kc_buf_err(&b), KC_OK);
		assert_true(kc_slice_eq(kc_buf_view(&b), kc_buf_view(&one)));
		kc_buf_free(&b);
		kc_receipts_release(&r);
	}
	kc_alloc_hook(NULL);
	kc_buf_free(&one);
}

static void
test_proof__limits(void **state)
{
	struct kc_buf b = {0};
	struct kc_proof p;

	(void)state;
	kc_buf_str(&b, MAGIC "index 0\n");
	for (int i = 0; i < KC_PATH_MAX; i++)
		kc_buf_str(&b, HASH "\n");
	kc_buf_str(&b, "\nc");
	assert_int_equal(kc_proof_parse(&p, kc_buf_view(&b)), KC_OK);
	assert_int_equal(p.npath, KC_PATH_MAX);
	b.n -= 2;
	kc_buf_str(&b, HASH "\n\nc");
	assert_int_equal(kc_proof_parse(&p, kc_buf_view(&b)), KC_ETOOBIG);
	while (b.n <= KC_RECEIPT_MAX)
		kc_buf_char(&b, 'c');
	assert_int_equal(kc_proof_parse(&p, kc_buf_view(&b)), KC_ETOOBIG);
	p = (struct kc_proof){.checkpoint = kc_buf_view(&b)};
	kc_buf_reset(&receipt);
	kc_buf_proof(&receipt, &p);
	assert_int_equal(kc_buf_err(&receipt), KC_ETOOBIG);
	kc_buf_reset(&receipt);
	golden_read(&receipt, "tlog/receipt-5");
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_proof__golden_receipt_both_ways),
	    cmocka_unit_test(test_proof__another_leaf_or_key_refused),
	    cmocka_unit_test(test_proof__every_flipped_bit_refused),
	    cmocka_unit_test(test_proof__malformed_refused),
	    cmocka_unit_test(test_proof__extra_line_is_read_over),
	    cmocka_unit_test(test_proof__one_after_another_as_each_alone),
	    cmocka_unit_test(test_proof__no_memory_for_one_after_another),
	    cmocka_unit_test(test_proof__limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
