/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, key names and their texts. */
#include <kaocheng/sign.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/hash.h>

#include "golden.h"

static int
set_up(void **state)
{
	(void)state;
	return kc_crypto_init();
}

static struct kc_skey
key_of(const char *seed, const char *name)
{
	struct kc_hash h = kc_sha256(seed, strlen(seed));
	struct kc_skey k;

	assert_int_equal(kc_skey_from_seed(&k, kc_slice_str(name), h.b), KC_OK);
	return k;
}

static void
test_sign__key_of_rfc_8032_test_1(void **state)
{
	uint8_t seed[32], pub[32], want[64], sig[64];
	struct kc_skey k;

	(void)state;
	assert_true(kc_read_hex(
	    KC_LIT(
		"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7"
		"f60"),
	    seed, 32));
	assert_true(kc_read_hex(
	    KC_LIT(
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f7075"
		"11a"),
	    pub, 32));
	assert_true(kc_read_hex(
	    KC_LIT(
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490"
		"1555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e"
		"7a100b"),
	    want, 64));
	assert_int_equal(kc_skey_from_seed(&k, KC_LIT("a"), seed), KC_OK);
	assert_memory_equal(k.vkey.pub, pub, 32);
	kc_sign(&k, "", 0, sig);
	assert_memory_equal(sig, want, 64);
	assert_true(kc_sig_ok(pub, "", 0, sig));
}

static void
test_sign__golden_verifier_keys(void **state)
{
	struct kc_skey k = key_of("log", "audit.example.org/ledger");
	struct kc_buf want = {0}, got = {0};
	struct kc_vkey v;

	(void)state;
	golden_read(&want, "tlog/log.vkey");
	kc_buf_vkey(&got, &k.vkey);
	kc_buf_char(&got, '\n');
	assert_string_equal(kc_buf_cstr(&got), kc_buf_cstr(&want));
	want.n--;
	assert_int_equal(kc_vkey_parse(&v, kc_buf_view(&want)), KC_OK);
	assert_true(kc_vkey_eq(&v, &k.vkey));

	kc_buf_reset(&want);
	kc_buf_reset(&got);
	golden_read(&want, "tlog/witness.vkey");
	want.n--;
	assert_int_equal(kc_vkey_parse(&v, kc_buf_view(&want)), KC_OK);
	assert_int_equal(v.type, KC_KEYTYPE_COSIGNATURE);
	assert_false(kc_vkey_eq(&v, &k.vkey));
	kc_buf_vkey(&got, &v);
	assert_string_equal(kc_buf_cstr(&got), kc_buf_cstr(&want));
	kc_buf_free(&want);
	kc_buf_free(&got);
}

static void
test_sign__other_spellings_of_a_key_refused(void **state)
{
	static const char *const bad[] = {"", "+", "++",
	    /* key id: wrong, upper case, short */
	    "audit.example.org/ledger+ed2f384d+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx",
	    "audit.example.org/ledger+ED2F384C+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx",
	    "audit.example.org/ledger+ed2f384+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx",
	    /* another name under the same id */
	    "audit.example.org/ledges+ed2f384c+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx",
	    /* another type, another key, shorter, longer, a line feed */
	    "audit.example.org/ledger+ed2f384c+"
	    "ApsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx",
	    "audit.example.org/ledger+ed2f384c+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxy",
	    "audit.example.org/ledger+ed2f384c+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPw=",
	    "audit.example.org/ledger+ed2f384c+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxxAAAA",
	    "audit.example.org/ledger+ed2f384c+"
	    "AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx\n",
	    "audit.example.org/ledger+ed2f384c"};
	struct kc_vkey v;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (kc_vkey_parse(&v, kc_slice_str(bad[i])) != KC_ESYNTAX)
			fail_msg("accepted: %s", bad[i]);
}

/* The key type is checked by itself, not only through the key id. */
static void
test_sign__unknown_key_type_refused(void **state)
{
	struct kc_skey k = key_of("log", "x");
	struct kc_buf b = {0};
	struct kc_vkey v;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		bool known = type == 1 || type == 4;

		kc_buf_reset(&b);
		k.vkey.type = (uint8_t)type;
		kc_keyid(k.vkey.keyid, KC_LIT("x"), (uint8_t)type, k.vkey.pub);
		kc_buf_vkey(&b, &k.vkey);
		assert_int_equal(kc_vkey_parse(&v, kc_buf_view(&b)),
		    known ? KC_OK : KC_ESYNTAX);
	}
	kc_buf_free(&b);
}

static void
test_sign__base64_of_a_key_may_hold_plus(void **state)
{
	struct kc_buf b = {0};
	struct kc_skey k;
	struct kc_vkey v;
	unsigned with_plus = 0;

	(void)state;
	for (char c = 'a'; c <= 'z'; c++) {
		char seed[2] = {c, '\0'};
		struct kc_slice rest;

		k = key_of(seed, "n");
		kc_buf_reset(&b);
		kc_buf_vkey(&b, &k.vkey);
		rest = (struct kc_slice){b.p + 11, b.n - 11};
		if (memchr(rest.p, '+', rest.n) != NULL)
			with_plus++;
		assert_int_equal(kc_vkey_parse(&v, kc_buf_view(&b)), KC_OK);
		assert_true(kc_vkey_eq(&v, &k.vkey));
	}
	assert_true(with_plus > 0);
	kc_buf_free(&b);
}

static void
test_sign__key_names(void **state)
{
	static const char *const good[] = {
	    "a", "G29.head", "example.org/kaohe", "编办", "a—b", "x=y"};
	static const char *const bad[] = {"", " ", "a b", "a+b", "a\tb", "a\n",
	    "\x7f", "a\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a",
	    "\xe2\x80\xa8", "\xe2\x80\xaf", "\xe2\x81\x9f", "a\xe3\x80\x80z",
	    "\xc2\x85", "\xff", "\xe2\x80\xae"};
	char name[KC_NAME_MAX + 1];
	static const struct kc_skey none;
	struct kc_skey k;
	uint8_t seed[32] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(kc_note_name_ok(kc_slice_str(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(kc_note_name_ok(kc_slice_str(bad[i])));
		assert_int_equal(
		    kc_skey_from_seed(&k, kc_slice_str(bad[i]), seed),
		    KC_EINVAL);
		assert_memory_equal(&k, &none, sizeof(k)); /* no secret left */
	}
	memset(name, 'n', sizeof(name));
	assert_true(kc_note_name_ok((struct kc_slice){name, KC_NAME_MAX}));
	assert_false(kc_note_name_ok((struct kc_slice){name, KC_NAME_MAX + 1}));
}

/* Every byte at every place of names of every length: the scan by eight
 * bytes must agree with the rule by one. */
static void
test_sign__key_names_byte_by_byte(void **state)
{
	char name[24];

	(void)state;
	for (size_t n = 1; n <= sizeof(name); n++)
		for (size_t at = 0; at < n; at++)
			for (unsigned c = 0; c < 256; c++) {
				bool want = c > ' ' && c < 0x7f && c != '+';

				memset(name, 'n', sizeof(name));
				name[at] = (char)c;
				assert_int_equal(
				    kc_note_name_ok((struct kc_slice){name, n}),
				    want);
			}
	/* Chinese, at any distance, is slow and allowed. */
	for (size_t n = 3; n <= sizeof(name); n++)
		for (size_t at = 0; at + 3 <= n; at++) {
			memset(name, 'n', sizeof(name));
			memcpy(name + at, "编", 3);
			assert_true(
			    kc_note_name_ok((struct kc_slice){name, n}));
			name[at == 0 ? 3 : 0] = ' ';
			assert_int_equal(
			    kc_note_name_ok((struct kc_slice){name, n}),
			    at == 0 && n == 3);
		}
}

static void
test_sign__any_flipped_bit_refused(void **state)
{
	struct kc_skey k = key_of("log", "x");
	uint8_t sig[64];
	char text[] = "deduct 0.5000";

	(void)state;
	kc_sign(&k, text, sizeof(text), sig);
	assert_true(kc_sig_ok(k.vkey.pub, text, sizeof(text), sig));
	for (size_t i = 0; i < 64; i++) {
		sig[i] ^= 4;
		assert_false(kc_sig_ok(k.vkey.pub, text, sizeof(text), sig));
		sig[i] ^= 4;
	}
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] ^= 1;
		assert_false(kc_sig_ok(k.vkey.pub, text, sizeof(text), sig));
		text[i] ^= 1;
	}
	assert_false(kc_sig_ok(k.vkey.pub, text, sizeof(text) - 1, sig));
}

/* Keys of small order would verify one signature over many messages. */
static void
test_sign__small_order_key_and_high_s_refused(void **state)
{
	uint8_t pub[32] = {1}, sig[64] = {1}, order[32];
	struct kc_skey k = key_of("log", "x");
	unsigned carry = 0;

	(void)state;
	assert_false(kc_sig_ok(pub, "m", 1, sig));
	/* S + L is the same scalar in another spelling. */
	assert_true(kc_read_hex(
	    KC_LIT("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000"
		   "000000010"),
	    order, 32));
	kc_sign(&k, "m", 1, sig);
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)sig[32 + i] + order[i];
		sig[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_false(kc_sig_ok(k.vkey.pub, "m", 1, sig));
}

static void
test_sign__wiped_key_is_zero(void **state)
{
	struct kc_skey k = key_of("log", "x"), zero;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	kc_skey_wipe(&k);
	assert_memory_equal(&k, &zero, sizeof(k));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sign__key_of_rfc_8032_test_1),
	    cmocka_unit_test(test_sign__golden_verifier_keys),
	    cmocka_unit_test(test_sign__other_spellings_of_a_key_refused),
	    cmocka_unit_test(test_sign__unknown_key_type_refused),
	    cmocka_unit_test(test_sign__base64_of_a_key_may_hold_plus),
	    cmocka_unit_test(test_sign__key_names),
	    cmocka_unit_test(test_sign__key_names_byte_by_byte),
	    cmocka_unit_test(test_sign__any_flipped_bit_refused),
	    cmocka_unit_test(test_sign__small_order_key_and_high_s_refused),
	    cmocka_unit_test(test_sign__wiped_key_is_zero),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
