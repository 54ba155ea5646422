/* SPDX-License-Identifier: Apache-2.0 */
/* The leaf's own line, and instants as text. */
#include <kaocheng/leaf.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/limits.h>

#define NOTE "text\n\n— x AAAAAAAAAAA=\n"
#define LEAF                                                                   \
	"kaocheng/v1 leaf example.org/kaohe 58 "                               \
	"2022-10-17T01:30:00.125Z\n" NOTE

static void
test_leaf__comes_back_byte_for_byte(void **state)
{
	struct kc_buf b = {0};
	struct kc_leaf l;

	(void)state;
	assert_int_equal(kc_leaf_parse(&l, KC_LIT(LEAF)), KC_OK);
	assert_true(kc_slice_is(l.origin, "example.org/kaohe"));
	assert_true(l.seq == 58);
	assert_true(l.received_ms == INT64_C(1665970200125));
	assert_true(kc_slice_is(l.note, NOTE));
	kc_buf_leaf(&b, &l);
	assert_true(kc_slice_is(kc_buf_view(&b), LEAF));
	kc_buf_free(&b);
}

static void
test_leaf__other_spellings_refused(void **state)
{
	static const char *const bad[] = {"", "\n", NOTE,
	    "kaocheng/v1 leaf o 0 2022-10-17T01:30:00.125Z",
	    "kaocheng/v1 leaf o 0 2022-10-17T01:30:00.125Z\n",
	    "kaocheng/v2 leaf o 0 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 entry o 0 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf  0 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o+p 0 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf \xff 0 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o 00 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o -1 2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o 9223372036854775808 "
	    "2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o 0 2022-10-17T01:30:00Z\na",
	    "kaocheng/v1 leaf o 0 2022-10-17T01:30:00.125Z \na",
	    "kaocheng/v1 leaf o 0  2022-10-17T01:30:00.125Z\na",
	    "kaocheng/v1 leaf o 0 2022-10-17T01:30:00.125Z\r\na"};
	struct kc_leaf l;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (kc_leaf_parse(&l, kc_slice_str(bad[i])) != KC_ESYNTAX)
			fail_msg("row %zu accepted: %s", i, bad[i]);
}

/* Parsing a leaf of a ledger that is known is parsing a leaf. */
static bool
same_in(struct kc_slice bytes, struct kc_slice origin)
{
	struct kc_leaf l = {0}, in = {0};
	enum kc_err err = kc_leaf_parse(&l, bytes);

	assert_int_equal(kc_leaf_parse_in(&in, bytes, origin), err);
	if (err != KC_OK)
		return false;
	assert_ptr_equal(in.origin.p, l.origin.p);
	assert_int_equal(in.origin.n, l.origin.n);
	assert_true(in.seq == l.seq && in.received_ms == l.received_ms);
	assert_ptr_equal(in.note.p, l.note.p);
	assert_int_equal(in.note.n, l.note.n);
	return true;
}

static void
test_leaf__parses_the_same_in_a_known_ledger(void **state)
{
	static const char *const known[] = {"example.org/kaohe",
	    "example.org/kaoh", "example.org/kaohe 5", "", "e"};
	char text[] = LEAF, *end = memchr(text, '\n', sizeof(text));
	struct kc_slice origin = KC_LIT("example.org/kaohe");
	unsigned taken = 0;

	(void)state;
	for (size_t l = 0; l < sizeof(known) / sizeof(known[0]); l++)
		assert_true(same_in(KC_LIT(LEAF), kc_slice_str(known[l])));
	for (char *p = text; p < end + 3; p++) {
		char was = *p;

		(void)same_in(
		    (struct kc_slice){text, (size_t)(p - text)}, origin);
		for (unsigned c = 0; c < 256; c++) {
			*p = (char)c;
			taken += same_in(
			    (struct kc_slice){text, sizeof(text) - 1}, origin);
		}
		*p = was;
	}
	assert_in_range(taken, 1000, 1000000);
}

static void
test_leaf__limits(void **state)
{
	char origin[KC_ORIGIN_MAX + 1];
	struct kc_leaf l = {.origin = {origin, KC_ORIGIN_MAX}};
	struct kc_buf note = {0}, b = {0};

	(void)state;
	memset(origin, 'o', sizeof(origin));
	l.note = KC_LIT("n");
	kc_buf_leaf(&b, &l);
	assert_int_equal(kc_leaf_parse(&l, kc_buf_view(&b)), KC_OK);
	kc_buf_reset(&b);
	l.origin = (struct kc_slice){origin, KC_ORIGIN_MAX + 1};
	kc_buf_leaf(&b, &l);
	assert_int_equal(kc_leaf_parse(&l, kc_buf_view(&b)), KC_ESYNTAX);

	l.origin = KC_LIT("o");
	while (note.n < KC_LEAF_MAX - 46)
		kc_buf_char(&note, 'n');
	l.note = kc_buf_view(&note);
	kc_buf_reset(&b);
	kc_buf_leaf(&b, &l);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	assert_int_equal(b.n, KC_LEAF_MAX);
	assert_int_equal(kc_leaf_parse(&l, kc_buf_view(&b)), KC_OK);
	kc_buf_char(&b, 'n');
	assert_int_equal(kc_leaf_parse(&l, kc_buf_view(&b)), KC_ETOOBIG);
	kc_buf_char(&note, 'n');
	l.origin = KC_LIT("o");
	l.note = kc_buf_view(&note);
	kc_buf_reset(&b);
	kc_buf_leaf(&b, &l);
	assert_int_equal(kc_buf_err(&b), KC_ETOOBIG);
	kc_buf_free(&note);
	kc_buf_free(&b);
}

static void
test_leaf__largest_note_fits_under_the_longest_origin(void **state)
{
	char origin[KC_ORIGIN_MAX];
	struct kc_leaf l = {.origin = {origin, KC_ORIGIN_MAX},
	    .seq = INT64_MAX,
	    .received_ms = 0};
	struct kc_buf b = {0};

	(void)state;
	memset(origin, 'o', sizeof(origin));
	kc_buf_leaf(&b, &l);
	assert_int_equal(b.n, KC_LEAF_MAX - KC_NOTE_MAX);
	kc_buf_free(&b);
}

static void
test_instant__known_values(void **state)
{
	static const struct {
		const char *text;
		int64_t unix_s;
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"1999-12-31T23:59:59Z", 946684799},
	    {"2000-02-29T12:00:00Z", 951825600},
	    {"2022-10-17T01:30:00Z", 1665970200},
	    {"2024-02-29T00:00:00Z", 1709164800},
	    {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
	    {"2100-03-01T00:00:00Z", INT64_C(4107542400)},
	    {"2199-12-31T23:59:59Z", INT64_C(7258118399)},
	};
	struct kc_buf b = {0};
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(kc_read_instant_s(kc_slice_str(rows[i].text), &t));
		assert_true(t == rows[i].unix_s);
		kc_buf_reset(&b);
		kc_buf_instant_s(&b, rows[i].unix_s);
		assert_string_equal(kc_buf_cstr(&b), rows[i].text);
	}
	kc_buf_free(&b);
}

static void
test_instant__every_day_of_the_range_comes_back(void **state)
{
	struct kc_buf b = {0};
	int64_t back;

	(void)state;
	for (int64_t day = 0; day < 84006; day++) {
		int64_t ms = (day * 86400 + day % 86400) * 1000 + day % 1000;

		kc_buf_reset(&b);
		kc_buf_instant_ms(&b, ms);
		assert_int_equal(kc_buf_err(&b), KC_OK);
		assert_true(kc_read_instant_ms(kc_buf_view(&b), &back));
		assert_true(back == ms);
	}
	assert_true(84006 * INT64_C(86400) == INT64_C(7258118400));
	kc_buf_free(&b);
}

static void
test_instant__out_of_range_is_an_error_of_the_buffer(void **state)
{
	static const int64_t bad_s[] = {
	    -1, INT64_C(7258118400), INT64_MAX, INT64_MIN};
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		kc_buf_reset(&b);
		kc_buf_instant_s(&b, bad_s[i]);
		assert_int_equal(kc_buf_err(&b), KC_EINVAL);
	}
	kc_buf_reset(&b);
	kc_buf_instant_ms(&b, INT64_C(7258118400000));
	assert_int_equal(kc_buf_err(&b), KC_EINVAL);
	kc_buf_reset(&b);
	kc_buf_instant_ms(&b, -1);
	assert_int_equal(kc_buf_err(&b), KC_EINVAL);
	kc_buf_free(&b);
}

static void
test_instant__other_spellings_refused(void **state)
{
	static const char *const bad[] = {"", "2022-10-17", "2022-10-17T01:30Z",
	    "2022-10-17T01:30:00", "2022-10-17T01:30:00z",
	    "2022-10-17t01:30:00Z", "2022-10-17 01:30:00Z",
	    "2022-10-17T01:30:00+00:00", "2022-10-17T01:30:00.0Z",
	    "2022-13-01T00:00:00Z", "2022-00-01T00:00:00Z",
	    "2022-01-00T00:00:00Z", "2022-01-32T00:00:00Z",
	    "2022-04-31T00:00:00Z", "2022-02-29T00:00:00Z",
	    "2100-02-29T00:00:00Z", "2022-01-01T24:00:00Z",
	    "2022-01-01T00:60:00Z", "2016-12-31T23:59:60Z",
	    "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
	    "9999-01-01T00:00:00Z", "202a-01-01T00:00:00Z",
	    "2022-1a-01T00:00:00Z", "2022-01-01T0a:00:00Z",
	    "2022/01/01T00:00:00Z", "2022-01-01T00.00.00Z",
	    " 022-01-01T00:00:00Z", "2022-01-01T00:00:00Z "};
	int64_t t = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (kc_read_instant_s(kc_slice_str(bad[i]), &t))
			fail_msg("accepted: %s", bad[i]);
	assert_false(kc_read_instant_ms(KC_LIT("2022-01-01T00:00:00Z"), &t));
	assert_false(kc_read_instant_ms(KC_LIT("2022-01-01T00:00:00.00Z"), &t));
	assert_false(
	    kc_read_instant_ms(KC_LIT("2022-01-01T00:00:00,000Z"), &t));
	assert_false(
	    kc_read_instant_ms(KC_LIT("2022-01-01T00:00:00.0a0Z"), &t));
	assert_false(
	    kc_read_instant_ms(KC_LIT("2022-01-01T00:00:00.a00Z"), &t));
	assert_true(t == 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_leaf__comes_back_byte_for_byte),
	    cmocka_unit_test(test_leaf__other_spellings_refused),
	    cmocka_unit_test(test_leaf__parses_the_same_in_a_known_ledger),
	    cmocka_unit_test(test_leaf__limits),
	    cmocka_unit_test(
		test_leaf__largest_note_fits_under_the_longest_origin),
	    cmocka_unit_test(test_instant__known_values),
	    cmocka_unit_test(test_instant__every_day_of_the_range_comes_back),
	    cmocka_unit_test(
		test_instant__out_of_range_is_an_error_of_the_buffer),
	    cmocka_unit_test(test_instant__other_spellings_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
