/* SPDX-License-Identifier: Apache-2.0 */
/* Buffer, number readers and the scan of signed text. */
#include <kaocheng/bytes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_buf__numbers_as_text(void **state)
{
	struct kc_buf b = {0};
	const uint8_t raw[] = {0x00, 0xa5, 0xff};

	(void)state;
	kc_buf_u64(&b, 0);
	kc_buf_char(&b, ' ');
	kc_buf_u64(&b, UINT64_MAX);
	kc_buf_char(&b, ' ');
	kc_buf_i64(&b, INT64_MIN);
	kc_buf_char(&b, ' ');
	kc_buf_points(&b, -5000);
	kc_buf_char(&b, ' ');
	kc_buf_points(&b, 1000001);
	kc_buf_char(&b, ' ');
	kc_buf_hex(&b, raw, sizeof(raw));
	assert_string_equal(kc_buf_cstr(&b),
	    "0 18446744073709551615 -9223372036854775808 -0.5000 100.0001 "
	    "00a5ff");
	assert_int_equal(kc_buf_err(&b), KC_OK);
	kc_buf_free(&b);
}

static void
test_buf__big_endian(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	kc_buf_be16(&b, 0x1234);
	kc_buf_be64(&b, UINT64_C(0x0102030405060708));
	assert_memory_equal(b.p, "\x12\x34\1\2\3\4\5\6\7\10", 10);
	assert_int_equal(kc_be16((const uint8_t *)b.p), 0x1234);
	assert_true(
	    kc_be64((const uint8_t *)b.p + 2) == UINT64_C(0x0102030405060708));
	kc_buf_free(&b);
}

static void
test_buf__failed_growth_sticks_until_reset(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	kc_alloc_hook(no_memory);
	kc_buf_str(&b, "lost");
	kc_alloc_hook(NULL);
	kc_buf_str(&b, "late");
	assert_int_equal(kc_buf_err(&b), KC_ENOMEM);
	assert_int_equal(b.n, 0);
	assert_string_equal(kc_buf_cstr(&b), "");
	kc_buf_reset(&b);
	kc_buf_str(&b, "again");
	assert_string_equal(kc_buf_cstr(&b), "again");
	kc_buf_free(&b);
}

static void
test_buf__keeps_what_was_put_over_many_growths(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		kc_buf_char(&b, (char)(i % 251));
	assert_int_equal(b.n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (char)(i % 251));
	kc_buf_free(&b);
}

static void
test_read_u64__one_spelling(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", "01", "00", " 1",
	    "1 ", "1a", "18446744073709551616", "99999999999999999999",
	    "100000000000000000000", "0x10"};
	uint64_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(kc_read_u64(kc_slice_str(bad[i]), UINT64_MAX, &v));
	assert_true(v == 7);
	assert_true(
	    kc_read_u64(KC_LIT("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_true(kc_read_u64(KC_LIT("0"), 0, &v) && v == 0);
	assert_true(kc_read_u64(KC_LIT("10"), 10, &v) && v == 10);
	assert_false(kc_read_u64(KC_LIT("11"), 10, &v));
}

static void
test_read_i64__one_spelling_and_full_range(void **state)
{
	int64_t v = 7;

	(void)state;
	assert_true(kc_read_i64(
	    KC_LIT("-9223372036854775808"), INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MIN);
	assert_true(kc_read_i64(
	    KC_LIT("9223372036854775807"), INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MAX);
	assert_false(kc_read_i64(
	    KC_LIT("9223372036854775808"), INT64_MIN, INT64_MAX, &v));
	assert_false(kc_read_i64(
	    KC_LIT("-9223372036854775809"), INT64_MIN, INT64_MAX, &v));
	assert_false(kc_read_i64(KC_LIT("-0"), -1, 1, &v));
	assert_false(kc_read_i64(KC_LIT("--1"), -9, 9, &v));
	assert_false(kc_read_i64(KC_LIT("-2"), -1, 1, &v));
	assert_false(kc_read_i64(KC_LIT("2"), -1, 1, &v));
}

static void
test_read_points__four_decimals_and_no_other_form(void **state)
{
	static const char *const bad[] = {"", "1", "1.0", "1.000", "1.00000",
	    ".5000", "01.0000", "00.5000", "-0.0000", "+1.0000", "1,0000",
	    "1.0000 ", " 1.0000", "1.00-0", "-.5000", "1.0x00", "--1.0000",
	    "100000000.0001", "1000000000.0000", "0.500", "-", "1e3.0000"};
	int64_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(kc_read_points(kc_slice_str(bad[i]), &v));
	assert_true(v == 7);
	assert_true(kc_read_points(KC_LIT("0.5000"), &v) && v == 5000);
	assert_true(kc_read_points(KC_LIT("-0.0001"), &v) && v == -1);
	assert_true(kc_read_points(KC_LIT("0.0000"), &v) && v == 0);
	assert_true(kc_read_points(KC_LIT("100000000.0000"), &v));
	assert_true(v == INT64_C(1000000000000));
}

static void
test_read_points__gives_back_what_was_written(void **state)
{
	static const int64_t values[] = {
	    0, 1, -1, 9999, 10000, -10000, 123456789, 999999999999};
	struct kc_buf b = {0};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		kc_buf_reset(&b);
		kc_buf_points(&b, values[i]);
		assert_true(kc_read_points(kc_buf_view(&b), &v));
		assert_true(v == values[i]);
	}
	kc_buf_free(&b);
}

static void
test_read_hex__lower_case_and_exact_length(void **state)
{
	uint8_t out[2] = {7, 7};

	(void)state;
	assert_true(kc_read_hex(KC_LIT("0aff"), out, 2));
	assert_int_equal(out[0], 0x0a);
	assert_int_equal(out[1], 0xff);
	assert_false(kc_read_hex(KC_LIT("0AFF"), out, 2));
	assert_false(kc_read_hex(KC_LIT("0aff0"), out, 2));
	assert_false(kc_read_hex(KC_LIT("0af"), out, 2));
	assert_false(kc_read_hex(KC_LIT("0ag0"), out, 2));
	assert_int_equal(out[0], 0x0a); /* left alone */
}

static void
test_read_hex__every_byte_at_every_place(void **state)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t out[16];

	(void)state;
	for (size_t at = 0; at < 32; at++)
		for (int c = 0; c < 256; c++) {
			char text[] = "0123456789abcdef0123456789abcdef";
			const char *digit = c == 0 ? NULL : strchr(digits, c);

			text[at] = (char)c;
			assert_int_equal(
			    kc_read_hex((struct kc_slice){text, 32}, out, 16),
			    digit != NULL);
			if (digit == NULL)
				continue;
			assert_int_equal(
			    at % 2 == 0 ? out[at / 2] >> 4 : out[at / 2] & 15,
			    digit - digits);
		}
}

struct scan_row {
	const char *what;
	struct kc_slice bytes;
	bool ok;
};

#define ROW(what, s, ok)                                                       \
	{                                                                      \
		what, {(s), sizeof(s) - 1}, ok                                 \
	}

static const struct scan_row scan_rows[] = {
    ROW("line feed", "\n", true),
    ROW("tab", "\t", false),
    ROW("carriage return", "\r", false),
    ROW("NUL", "\0", false),
    ROW("unit separator", "\x1f", false),
    ROW("space", " ", true),
    ROW("tilde", "~", true),
    ROW("DEL", "\x7f", false),
    ROW("C1 U+0080", "\xc2\x80", false),
    ROW("C1 U+009F", "\xc2\x9f", false),
    ROW("U+00A0", "\xc2\xa0", true),
    ROW("U+07FF", "\xdf\xbf", true),
    ROW("overlong slash, two bytes", "\xc0\xaf", false),
    ROW("overlong, c1 lead", "\xc1\xbf", false),
    ROW("overlong, three bytes", "\xe0\x80\xaf", false),
    ROW("overlong U+07FF", "\xe0\x9f\xbf", false),
    ROW("U+0800", "\xe0\xa0\x80", true),
    ROW("overlong, four bytes", "\xf0\x80\x80\xaf", false),
    ROW("overlong U+FFFF", "\xf0\x8f\xbf\xbf", false),
    ROW("U+10000", "\xf0\x90\x80\x80", true),
    ROW("emoji", "\xf0\x9f\x98\x80", true),
    ROW("U+10FFFD", "\xf4\x8f\xbf\xbd", true),
    ROW("U+110000", "\xf4\x90\x80\x80", false),
    ROW("lead f5", "\xf5\x80\x80\x80", false),
    ROW("lead ff", "\xff", false),
    ROW("surrogate U+D800", "\xed\xa0\x80", false),
    ROW("surrogate U+DFFF", "\xed\xbf\xbf", false),
    ROW("U+D7FF", "\xed\x9f\xbf", true),
    ROW("U+E000", "\xee\x80\x80", true),
    ROW("lone continuation", "\x80", false),
    ROW("cut after lead of two", "\xc3", false),
    ROW("cut after lead of three", "\xe5\x8c", false),
    ROW("cut after lead of four", "\xf0\x9f\x98", false),
    ROW("three bytes, third is ASCII",
	"\xe5\x8c"
	"a",
	false),
    ROW("U+2027", "\xe2\x80\xa7", true),
    ROW("line separator U+2028", "\xe2\x80\xa8", false),
    ROW("paragraph separator U+2029", "\xe2\x80\xa9", false),
    ROW("embedding U+202A", "\xe2\x80\xaa", false),
    ROW("override U+202E", "\xe2\x80\xae", false),
    ROW("U+202F", "\xe2\x80\xaf", true),
    ROW("U+2065", "\xe2\x81\xa5", true),
    ROW("isolate U+2066", "\xe2\x81\xa6", false),
    ROW("isolate U+2069", "\xe2\x81\xa9", false),
    ROW("U+206A", "\xe2\x81\xaa", true),
    ROW("byte order mark", "\xef\xbb\xbf", false),
    ROW("U+FEFE", "\xef\xbb\xbe", true),
    ROW("noncharacter U+FDD0", "\xef\xb7\x90", false),
    ROW("noncharacter U+FDEF", "\xef\xb7\xaf", false),
    ROW("U+FDF0", "\xef\xb7\xb0", true),
    ROW("noncharacter U+FFFE", "\xef\xbf\xbe", false),
    ROW("noncharacter U+FFFF", "\xef\xbf\xbf", false),
    ROW("replacement U+FFFD", "\xef\xbf\xbd", true),
    ROW("noncharacter U+1FFFE", "\xf0\x9f\xbf\xbe", false),
    ROW("noncharacter U+10FFFF", "\xf4\x8f\xbf\xbf", false),
    ROW("em dash", "\xe2\x80\x94", true),
    ROW("Chinese", "考成法", true),
    ROW("fullwidth comma", "，", true),
    ROW("Hangul", "한", true),
};

/* At every alignment, in Latin and in Chinese surroundings, so that the paths
 * by sixteen bytes, by eight, by two characters and by one all meet each row.
 */
static void
test_text_scan__table(void **state)
{
	static const char *const around[] = {"a", "考", "é", "😀"};
	struct kc_buf b = {0};
	bool failed = false;

	(void)state;
	for (size_t r = 0; r < sizeof(scan_rows) / sizeof(scan_rows[0]); r++)
		for (size_t a = 0; a < 4; a++)
			for (size_t pre = 0; pre < 40; pre++) {
				const struct scan_row *row = &scan_rows[r];
				size_t at, got, want;

				kc_buf_reset(&b);
				for (size_t i = 0; i < pre; i++)
					kc_buf_str(&b, around[a]);
				at = b.n;
				kc_buf_slice(&b, row->bytes);
				for (size_t i = 0; i < pre % 7 * 5; i++)
					kc_buf_str(&b, around[a]);
				got = kc_text_scan(kc_buf_view(&b));
				want = row->ok ? b.n : at;
				if (got != want) {
					print_error("%s after %zu of %s: %zu, "
						    "not %zu\n",
					    row->what, pre, around[a], got,
					    want);
					failed = true;
				}
			}
	kc_buf_free(&b);
	assert_false(failed);
}

/* A decoder written from the table 3-7 of the Unicode standard. */
static bool
slow_ok(uint32_t c)
{
	return !(c < 0x20 && c != '\n') && !(c >= 0x7f && c <= 0x9f) &&
	    !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) &&
	    c != 0xfeff && !(c >= 0xfdd0 && c <= 0xfdef) &&
	    (c & 0xfffe) != 0xfffe && !(c >= 0xd800 && c <= 0xdfff);
}

static size_t
encode(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

static void
test_text_scan__every_code_point(void **state)
{
	char text[24];
	uint32_t wrong = 0;

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t at = c % 5;
		size_t n;
		size_t got;

		memset(text, 'x', sizeof(text));
		n = encode(text + at, c);
		memcpy(text + at + n, "成绩", 6);
		got = kc_text_scan((struct kc_slice){text, sizeof(text)});
		if (got != (slow_ok(c) ? sizeof(text) : at))
			wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void
test_text_scan__every_code_point_among_chinese(void **state)
{
	char text[64];
	uint32_t wrong = 0;

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t at = c % 6 * 3, n = at, got;

		for (size_t i = 0; i < at; i += 3)
			memcpy(text + i, "绩", 3);
		n += encode(text + at, c);
		for (size_t i = 0; i < 6; i++, n += 3)
			memcpy(text + n, "效", 3);
		got = kc_text_scan((struct kc_slice){text, n});
		wrong += got != (slow_ok(c) ? n : at);
	}
	assert_int_equal(wrong, 0);
}

static void
test_text_scan__every_pair_of_lead_and_second_byte(void **state)
{
	unsigned accepted = 0;

	(void)state;
	/* Of three-byte sequences with third byte 0xb0, the legal ones. */
	for (unsigned lead = 0xe0; lead <= 0xef; lead++)
		for (unsigned second = 0; second < 256; second++) {
			char text[8] = {(char)lead, (char)second, (char)0xb0,
			    'a', 'b', 'c', 'd', 'e'};

			if (kc_text_scan((struct kc_slice){text, 8}) == 8)
				accepted++;
		}
	/* 16 leads of 64, less e0 80..9f and ed a0..bf. */
	assert_int_equal(accepted, 16 * 64 - 32 - 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_buf__numbers_as_text),
	    cmocka_unit_test(test_buf__big_endian),
	    cmocka_unit_test(test_buf__failed_growth_sticks_until_reset),
	    cmocka_unit_test(test_buf__keeps_what_was_put_over_many_growths),
	    cmocka_unit_test(test_read_u64__one_spelling),
	    cmocka_unit_test(test_read_i64__one_spelling_and_full_range),
	    cmocka_unit_test(test_read_points__four_decimals_and_no_other_form),
	    cmocka_unit_test(test_read_points__gives_back_what_was_written),
	    cmocka_unit_test(test_read_hex__lower_case_and_exact_length),
	    cmocka_unit_test(test_read_hex__every_byte_at_every_place),
	    cmocka_unit_test(test_text_scan__table),
	    cmocka_unit_test(test_text_scan__every_code_point),
	    cmocka_unit_test(test_text_scan__every_code_point_among_chinese),
	    cmocka_unit_test(
		test_text_scan__every_pair_of_lead_and_second_byte),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
