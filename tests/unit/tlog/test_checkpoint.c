/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: the golden one, and what must be refused. */
#include <kaocheng/checkpoint.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"

#define ORIGIN "audit.example.org/ledger"
#define ROOT "D6JQD5eGMaMjxZKORub+SoR/IWv5lcTjt8JwrK6a4yM="
#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static struct kc_skey log_key;

static int
set_up(void **state)
{
	struct kc_hash seed = kc_sha256("log", 3);

	(void)state;
	return kc_crypto_init() != KC_OK ||
	    kc_skey_from_seed(&log_key, KC_LIT(ORIGIN), seed.b) != KC_OK;
}

/* Signs any text as if it were a checkpoint. */
static enum kc_err
parse_signed(const char *text, const struct kc_vkey *key)
{
	struct kc_checkpoint c;
	struct kc_buf b = {0};
	enum kc_err err;

	kc_buf_str(&b, text);
	kc_buf_char(&b, '\n');
	kc_buf_note_sig(&b, kc_slice_str(text), &log_key);
	err = kc_checkpoint_parse(&c, kc_buf_view(&b), key);
	kc_buf_free(&b);
	return err;
}

static void
test_checkpoint__golden(void **state)
{
	struct kc_buf want = {0}, got = {0};
	struct kc_checkpoint c;
	const char *second;

	(void)state;
	golden_read(&want, "tlog/checkpoint");
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&want), &log_key.vkey), KC_OK);
	assert_string_equal(c.origin, ORIGIN);
	assert_true(c.size == 7);
	kc_buf_hash(&got, &c.root);
	assert_string_equal(kc_buf_cstr(&got), ROOT);

	/* All but the cosignature, byte for byte. */
	kc_buf_reset(&got);
	kc_buf_checkpoint(&got, &c, &log_key);
	second = strstr(kc_buf_cstr(&want), "\n— witness") + 1;
	assert_int_equal(got.n, second - want.p);
	assert_memory_equal(got.p, want.p, got.n);
	kc_buf_free(&want);
	kc_buf_free(&got);
}

static void
test_checkpoint__cosigner_lines_are_unknown_not_wrong(void **state)
{
	struct kc_buf b = {0}, v = {0};
	struct kc_checkpoint c;
	struct kc_vkey witness;

	(void)state;
	golden_read(&b, "tlog/checkpoint");
	golden_read(&v, "tlog/witness.vkey");
	v.n--;
	assert_int_equal(kc_vkey_parse(&witness, kc_buf_view(&v)), KC_OK);
	/* A cosigner is not the log: its line alone is worth nothing here. */
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&b), &witness), KC_ENOKEY);
	/* A damaged cosignature does not spoil the log's own signature. */
	b.p[b.n - 10] = b.p[b.n - 10] == 'A' ? 'B' : 'A';
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&b), &log_key.vkey), KC_OK);
	kc_buf_free(&b);
	kc_buf_free(&v);
}

static void
test_checkpoint__every_flipped_bit_of_the_signed_part_refused(void **state)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 1234567};
	struct kc_checkpoint out;
	struct kc_buf b = {0};

	(void)state;
	kc_buf_checkpoint(&b, &c, &log_key);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	for (size_t bit = 0; bit < 8 * b.n; bit++) {
		b.p[bit / 8] ^= (char)(1 << bit % 8);
		if (kc_checkpoint_parse(&out, kc_buf_view(&b), &log_key.vkey) ==
		    KC_OK)
			fail_msg("bit %zu", bit);
		b.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	kc_buf_free(&b);
}

static void
test_checkpoint__other_forms_refused(void **state)
{
	static const char *const bad[] = {"\n", ORIGIN "\n", ORIGIN "\n7\n",
	    ORIGIN "\n07\n" ROOT "\n", ORIGIN "\n+7\n" ROOT "\n",
	    ORIGIN "\n-7\n" ROOT "\n", ORIGIN "\n\n" ROOT "\n",
	    ORIGIN "\n7 \n" ROOT "\n", ORIGIN "\n0x7\n" ROOT "\n",
	    ORIGIN "\n9223372036854775808\n" ROOT "\n",
	    ORIGIN "\n7\n" ROOT "\nextension\n", ORIGIN "\n7\n" ROOT "\n\n",
	    "\n" ORIGIN "\n7\n" ROOT "\n", "\n7\n" ROOT "\n",
	    "a b\n7\n" ROOT "\n", "a+b\n7\n" ROOT "\n",
	    ORIGIN "\n7\n"
		   "D6JQD5eGMaMjxZKORub+SoR/IWv5lcTjt8JwrK6a4yN=\n",
	    ORIGIN "\n7\n"
		   "D6JQD5eGMaMjxZKORub+SoR/IWv5lcTjt8JwrK6a4yM\n",
	    ORIGIN "\n7\nD6JQD5eGMaMjxZKORub+SoR/IWv5lcTjt8JwrK6a4w==\n",
	    ORIGIN "\n7\n" ROOT " \n", ORIGIN "\n0\n" ROOT "\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse_signed(bad[i], NULL) != KC_ESYNTAX)
			fail_msg("row %zu accepted: %s", i, bad[i]);
	assert_int_equal(
	    parse_signed(ORIGIN "\n0\n" EMPTY "\n", &log_key.vkey), KC_OK);
	assert_int_equal(
	    parse_signed(
		ORIGIN "\n9223372036854775807\n" ROOT "\n", &log_key.vkey),
	    KC_OK);
}

static void
test_checkpoint__origin_must_be_the_name_of_the_key(void **state)
{
	struct kc_checkpoint c = {.origin = "other.example.org", .size = 1};
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(
	    parse_signed("other.example.org\n7\n" ROOT "\n", &log_key.vkey),
	    KC_ENOKEY);
	assert_int_equal(
	    parse_signed("other.example.org\n7\n" ROOT "\n", NULL), KC_OK);
	kc_buf_checkpoint(&b, &c, &log_key);
	assert_int_equal(kc_buf_err(&b), KC_EINVAL);
	assert_int_equal(b.n, 0);
	kc_buf_free(&b);
}

static void
test_checkpoint__too_large(void **state)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = 1};
	struct kc_buf b = {0};

	(void)state;
	kc_buf_checkpoint(&b, &c, &log_key);
	while (b.n + 25 <= KC_CHECKPOINT_MAX)
		kc_buf_str(&b, "— x AAAAAAAAAAAAAAA=\n");
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&b), NULL), KC_ETOOBIG);
	kc_buf_reset(&b);
	while (b.n <= KC_CHECKPOINT_MAX)
		kc_buf_char(&b, 'x');
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&b), NULL), KC_ETOOBIG);
	kc_buf_free(&b);
}

static void
test_checkpoint__result_is_untouched_by_a_refusal(void **state)
{
	struct kc_checkpoint c = {.origin = "kept", .size = 5};
	struct kc_vkey other = log_key.vkey;
	struct kc_buf b = {0};

	(void)state;
	golden_read(&b, "tlog/checkpoint");
	other.pub[0] ^= 1;
	assert_int_equal(
	    kc_checkpoint_parse(&c, kc_buf_view(&b), &other), KC_ESIG);
	assert_string_equal(c.origin, "kept");
	assert_true(c.size == 5);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_checkpoint__golden),
	    cmocka_unit_test(
		test_checkpoint__cosigner_lines_are_unknown_not_wrong),
	    cmocka_unit_test(
		test_checkpoint__every_flipped_bit_of_the_signed_part_refused),
	    cmocka_unit_test(test_checkpoint__other_forms_refused),
	    cmocka_unit_test(
		test_checkpoint__origin_must_be_the_name_of_the_key),
	    cmocka_unit_test(test_checkpoint__too_large),
	    cmocka_unit_test(test_checkpoint__result_is_untouched_by_a_refusal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
