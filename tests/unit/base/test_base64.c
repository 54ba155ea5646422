/* SPDX-License-Identifier: Apache-2.0 */
/* Strict base64. */
#include <kaocheng/base64.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_base64__vectors_of_rfc_4648(void **state)
{
	static const char *const rows[][2] = {{"", ""}, {"f", "Zg=="},
	    {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
	struct kc_buf b = {0};
	uint8_t out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		struct kc_slice plain = kc_slice_str(rows[i][0]);

		kc_buf_reset(&b);
		kc_buf_base64(&b, (const uint8_t *)plain.p, plain.n);
		assert_string_equal(kc_buf_cstr(&b), rows[i][1]);
		assert_int_equal(
		    kc_base64_decode(kc_buf_view(&b), out, sizeof(out), &n),
		    KC_OK);
		assert_int_equal(n, plain.n);
		assert_memory_equal(out, plain.p, n);
	}
	kc_buf_free(&b);
}

static void
test_base64__every_length_comes_back(void **state)
{
	uint8_t in[600], out[600];
	struct kc_buf b = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 37 + i / 256);
	for (size_t len = 0; len <= sizeof(in); len++) {
		kc_buf_reset(&b);
		kc_buf_base64(&b, in, len);
		assert_int_equal(b.n, KC_BASE64_SIZE(len));
		assert_int_equal(
		    kc_base64_decode(kc_buf_view(&b), out, len, &n), KC_OK);
		assert_int_equal(n, len);
		assert_memory_equal(in, out, len);
	}
	kc_buf_free(&b);
}

static void
test_base64__other_spellings_refused(void **state)
{
	static const char *const bad[] = {
	    "Z",
	    "Zg",
	    "Zg=",
	    "Zg===", /* length */
	    "=",
	    "====",
	    "Z===",
	    "=Zg=",
	    "Z=g=",
	    "Zg=A", /* padding */
	    "Zh==",
	    "Zm9=",
	    "Zv==",
	    "Zm8=Zm8=",
	    "Zg==Zg==", /* bits, middle */
	    "Zm9v\n",
	    "Zm9\n",
	    "Zm 9",
	    "Zm-_",
	    "Zm9.",
	    "Zm9,", /* foreign */
	    "Zm9\xc3",
	    "Zm9:",
	    "Zm9@",
	    "Zm9[",
	    "Zm9`",
	    "Zm9{",
	    "Zm9*",
	};
	uint8_t out[64];
	size_t n = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct kc_slice s = kc_slice_str(bad[i]);

		if (kc_base64_decode(s, out, sizeof(out), &n) != KC_ESYNTAX)
			fail_msg("accepted: %s", bad[i]);
	}
	assert_int_equal(n, 77);
}

/* libsodium alone takes many of them. */
static void
test_base64__bytes_beyond_ascii_refused_at_every_place(void **state)
{
	uint8_t out[8];
	size_t n;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		for (int c = 0x80; c < 0x100; c++) {
			char text[] = "Zm9vZg==";
			struct kc_slice s = {text, 8};

			text[i] = (char)c;
			assert_int_equal(
			    kc_base64_decode(s, out, sizeof(out), &n),
			    KC_ESYNTAX);
		}
	}
}

/* Of all last characters of a padded group exactly one spelling in 16 or 4
 * has zero trailing bits. */
static void
test_base64__trailing_bits_must_be_zero(void **state)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				     "opqrstuvwxyz0123456789+/";
	unsigned one = 0, two = 0;
	uint8_t out[3];
	size_t n;

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		char a[4] = {'A', digits[i], '=', '='};
		char b[4] = {'A', 'A', digits[i], '='};

		if (kc_base64_decode((struct kc_slice){a, 4}, out, 3, &n) ==
		    KC_OK)
			one++;
		if (kc_base64_decode((struct kc_slice){b, 4}, out, 3, &n) ==
		    KC_OK)
			two++;
	}
	assert_int_equal(one, 4);
	assert_int_equal(two, 16);
}

static void
test_base64__room_is_checked_before_writing(void **state)
{
	uint8_t out[3] = {9, 9, 9};
	size_t n;

	(void)state;
	assert_int_equal(
	    kc_base64_decode(KC_LIT("Zm9v"), out, 2, &n), KC_ETOOBIG);
	assert_int_equal(
	    kc_base64_decode(KC_LIT("Zm9vZg=="), out, 3, &n), KC_ETOOBIG);
	assert_int_equal(out[0], 9);
	assert_int_equal(kc_base64_decode(KC_LIT("Zm8="), out, 2, &n), KC_OK);
	assert_int_equal(out[2], 9);
}

/* Both decoders, of whatever there is: the same verdict and bytes. */
static void
same(struct kc_slice text, size_t max)
{
	uint8_t one[96], other[96];
	size_t n = 0, m = 0;
	enum kc_err err = kc_base64_decode(text, one, max, &n);

	assert_int_equal(kc_base64_decode_secret(text, other, max, &m), err);
	assert_int_equal(n, m);
	if (err == KC_OK)
		assert_memory_equal(one, other, n);
}

/* Every byte at every place of texts of every length up to 70 bytes. */
static void
test_base64__table_decodes_as_libsodium(void **state)
{
	char text[KC_BASE64_SIZE(70)];
	uint8_t bytes[70];

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct kc_slice s = {text, KC_BASE64_SIZE(n)};

		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)(i * 59 + n * 101);
		kc_base64_encode(text, bytes, n);
		same(s, n);
		same(s, n == 0 ? 0 : n - 1);
		same((struct kc_slice){text, s.n == 0 ? 0 : s.n - 1}, n);
		for (size_t i = 0; i < s.n; i++)
			for (int c = 0; c < 256; c++) {
				char was = text[i];

				text[i] = (char)c;
				same(s, n);
				same(s, n - 1);
				text[i] = was;
			}
	}
}

/* Both encoders, at every length, of every byte at every place of a group. */
static void
test_base64__table_encodes_as_libsodium(void **state)
{
	struct kc_buf one = {0}, other = {0};
	uint8_t bytes[100];

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		for (unsigned c = 0; c < 256; c++) {
			for (size_t i = 0; i < n; i++)
				bytes[i] = (uint8_t)(c + i * 59);
			kc_buf_reset(&one);
			kc_buf_reset(&other);
			kc_buf_base64(&one, bytes, n);
			kc_buf_base64_secret(&other, bytes, n);
			assert_int_equal(one.n, KC_BASE64_SIZE(n));
			assert_true(kc_slice_eq(
			    kc_buf_view(&one), kc_buf_view(&other)));
		}
	}
	kc_buf_free(&one);
	kc_buf_free(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base64__vectors_of_rfc_4648),
	    cmocka_unit_test(test_base64__table_decodes_as_libsodium),
	    cmocka_unit_test(test_base64__table_encodes_as_libsodium),
	    cmocka_unit_test(test_base64__every_length_comes_back),
	    cmocka_unit_test(test_base64__other_spellings_refused),
	    cmocka_unit_test(
		test_base64__bytes_beyond_ascii_refused_at_every_place),
	    cmocka_unit_test(test_base64__trailing_bits_must_be_zero),
	    cmocka_unit_test(test_base64__room_is_checked_before_writing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
