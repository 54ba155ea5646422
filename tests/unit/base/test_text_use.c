/* SPDX-License-Identifier: Apache-2.0 */
/* The policy of texts: what each use may hold, names of characters, shapes. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/text.h>

static size_t
fault(const char *text, enum kc_text_use use)
{
	return kc_text_fault(kc_slice_str(text), use);
}

static void
test_text_use__each_takes_less_than_the_one_before(void **state)
{
	static const struct {
		const char *text;
		enum kc_text_use last; /* the strictest that takes it */
		size_t at;             /* where the next one refuses it */
	} rows[] = {
	    {"市商务局", KC_TEXT_NAME, 0},
	    {"a b", KC_TEXT_NAME, 0},
	    {"市　局", KC_TEXT_NAME, 0},
	    {"进度（52 %）：滞后！", KC_TEXT_NAME, 0},
	    {"\xf0\xa0\xae\xb7野", KC_TEXT_NAME, 0},
	    {"\xe2\x91\xa0 a \xf0\x9f\x98\x80", KC_TEXT_NAME, 0},
	    {"2０22", KC_TEXT_LINE, 1},
	    {"Ｇ20", KC_TEXT_LINE, 0},
	    {"a\nb", KC_TEXT_PROSE, 1},
	    {" a", KC_TEXT_PROSE, 0},
	    {"a ", KC_TEXT_PROSE, 1},
	    {"a  b", KC_TEXT_PROSE, 1},
	    {"　　段首", KC_TEXT_PROSE, 0},
	    {"", KC_TEXT_FILE, 0},
	    {"　", KC_TEXT_FILE, 0},
	    {" \n　", KC_TEXT_FILE, 0},
	    {"a\xe2\x80\x8b", KC_TEXT_FILE, 1},
	    {"ab\xc2\xa0"
	     "c",
		KC_TEXT_FILE, 2},
	    {"e\xcc\x81", KC_TEXT_FILE, 1},
	    {"\xef\xbf\xbd", KC_TEXT_FILE, 0},
	    {"\xee\x80\x80", KC_TEXT_FILE, 0},
	    {"字\xf3\xa0\x84\x80", KC_TEXT_FILE, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int use = KC_TEXT_FILE; use <= KC_TEXT_NAME; use++) {
			size_t want = use > (int)rows[i].last
			    ? rows[i].at
			    : kc_slice_str(rows[i].text).n;

			if (fault(rows[i].text, (enum kc_text_use)use) != want)
				fail_msg("row %zu, use %d", i, use);
		}
}

static void
test_text_use__what_no_text_may_hold_no_use_takes(void **state)
{
	char text[8];

	(void)state;
	/* Every character of three bytes; of others the scan has its tests. */
	for (unsigned c = 0x800; c < 0x10000; c++) {
		size_t n;
		struct kc_slice s = {text, 3};

		text[0] = (char)(0xe0 | c >> 12);
		text[1] = (char)(0x80 | (c >> 6 & 0x3f));
		text[2] = (char)(0x80 | (c & 0x3f));
		if (kc_text_scan(s) == 3)
			assert_int_equal(kc_char_read(s, &n), c);
		else
			for (int use = KC_TEXT_FILE; use <= KC_TEXT_NAME; use++)
				assert_int_equal(
				    kc_text_fault(s, (enum kc_text_use)use), 0);
		/* What is refused has a name in both languages. */
		if (kc_text_fault(s, KC_TEXT_NAME) == 3)
			continue;
		assert_non_null(kc_char_name(c, KC_LANG_EN));
		assert_non_null(kc_char_name(c, KC_LANG_ZH));
	}
}

static const char *
name_of(uint32_t c, enum kc_lang lang, struct kc_buf *b)
{
	kc_buf_reset(b);
	kc_buf_char_name(b, c, lang);
	return kc_buf_cstr(b);
}

static void
test_char_name__names_what_cannot_be_seen_and_shows_the_rest(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	assert_string_equal(
	    name_of(0x200b, KC_LANG_EN, &b), "zero-width space (U+200B)");
	assert_string_equal(name_of(9, KC_LANG_ZH, &b), "制表符（U+0009）");
	assert_string_equal(
	    name_of(0xff11, KC_LANG_EN, &b), "full-width digit (U+FF11)");
	assert_string_equal(
	    name_of(0xff0c, KC_LANG_EN, &b), "full-width sign (U+FF0C)");
	assert_string_equal(name_of(0x7532, KC_LANG_ZH, &b), "“甲”（U+7532）");
	assert_string_equal(
	    name_of(0x20bb7, KC_LANG_EN, &b), "\"\xf0\xa0\xae\xb7\" (U+20BB7)");
	assert_string_equal(
	    name_of(0x1fffe, KC_LANG_EN, &b), "noncharacter (U+1FFFE)");
	assert_string_equal(
	    name_of(0x10ffff, KC_LANG_EN, &b), "noncharacter (U+10FFFF)");
	kc_buf_free(&b);
}

static void
test_shape__names_that_look_alike_have_one(void **state)
{
	static const char *const same[][2] = {{"G19", "g19"}, {"G19", "Gl9"},
	    {"G10", "GIO"}, {"G19", "Ｇ１９"}, {"市商务局", "市　商务局"},
	    {"市局", "市\xe2\x80\x8b局"}, {"A-1", "\xd0\x90-1"},
	    {"Office A", "office a"}};
	static const char *const apart[][2] = {{"G19", "G18"}, {"G19", "G1"},
	    {"市商务局", "市商局"}, {"a.b", "ab"}, {"", "a"}};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_true(kc_shape_same(
		    kc_slice_str(same[i][0]), kc_slice_str(same[i][1])));
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		assert_false(kc_shape_same(
		    kc_slice_str(apart[i][0]), kc_slice_str(apart[i][1])));
}

/* Five characters at a time where there are sixteen bytes, else one. */
static void
test_text_use__every_byte_among_many_is_seen(void **state)
{
	char text[] = "考核指标数考";
	struct kc_slice few = {text, 15}, many = {text, sizeof(text) - 1};
	unsigned faults = 0;

	(void)state;
	assert_int_equal(kc_text_fault(many, KC_TEXT_NAME), many.n);
	for (size_t i = 0; i < few.n; i++) {
		char was = text[i];

		for (unsigned c = 0; c < 256; c++) {
			size_t at;

			text[i] = (char)c;
			at = kc_text_fault(few, KC_TEXT_PROSE);
			assert_int_equal(kc_text_fault(many, KC_TEXT_PROSE),
			    at == few.n ? many.n : at);
			faults += at < few.n;
		}
		text[i] = was;
	}
	assert_in_range(faults, 2000, 3400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_text_use__each_takes_less_than_the_one_before),
	    cmocka_unit_test(test_text_use__what_no_text_may_hold_no_use_takes),
	    cmocka_unit_test(
		test_char_name__names_what_cannot_be_seen_and_shows_the_rest),
	    cmocka_unit_test(test_text_use__every_byte_among_many_is_seen),
	    cmocka_unit_test(test_shape__names_that_look_alike_have_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
