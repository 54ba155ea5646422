/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer, read back by jansson. */
#include <kaocheng/json.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <kaocheng/calendar.h>

static void
test_json__commas_stand_between_and_only_between(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};

	(void)state;
	kc_json_open(&w, '{');
	kc_json_key(&w, "empty");
	kc_json_open(&w, '[');
	kc_json_close(&w, ']');
	kc_json_key(&w, "rows");
	kc_json_open(&w, '[');
	for (int i = 0; i < 2; i++) {
		kc_json_open(&w, '{');
		kc_json_key(&w, "n");
		kc_json_i64(&w, -i);
		kc_json_key(&w, "ok");
		kc_json_bool(&w, i == 0);
		kc_json_close(&w, '}');
	}
	kc_json_null(&w);
	kc_json_close(&w, ']');
	kc_json_key(&w, "last");
	kc_json_raw(&w, KC_LIT("[1,2]"));
	kc_json_close(&w, '}');
	assert_string_equal(kc_buf_cstr(&b),
	    "{\"empty\":[],\"rows\":[{\"n\":0,\"ok\":true},"
	    "{\"n\":-1,\"ok\":false},null],\"last\":[1,2]}");
	kc_buf_free(&b);
}

static void
test_json__figures_and_times_in_their_forms(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};

	(void)state;
	kc_json_open(&w, '[');
	kc_json_points(&w, 5000);
	kc_json_points(&w, -32500);
	kc_json_u64(&w, UINT64_MAX);
	kc_json_i64(&w, INT64_MIN);
	kc_json_day(&w, kc_day_from_civil(2022, 10, 17));
	kc_json_day(&w, KC_DAY_NONE);
	kc_json_instant(&w, INT64_C(1665970200250));
	kc_json_str(&w, NULL);
	kc_json_close(&w, ']');
	assert_string_equal(kc_buf_cstr(&b),
	    "[\"0.5000\",\"-3.2500\",18446744073709551615,"
	    "-9223372036854775808,\"2022-10-17\",null,"
	    "\"2022-10-17T01:30:00.250Z\",null]");
	kc_buf_free(&b);
}

static void
test_json__strings_are_escaped(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};

	(void)state;
	kc_json_slice(&w, KC_LIT("考\"\\/\n\r\t\b\f\x01\x1f\x7f\0z"));
	assert_string_equal(kc_buf_cstr(&b),
	    "\"考\\\"\\\\/\\n\\r\\t\\b\\f\\u0001\\u001f\\u007f\\u0000z\"");
	kc_buf_free(&b);
}

/* Texts are looked at by eight characters at once: each byte at each place of
 * one, among those that are nearly to be escaped, is what it is alone. */
static void
test_json__each_byte_is_escaped_at_each_place(void **state)
{
	static const char among[] = "~ !#[]^~ ~ #![}~ ]a";
	struct kc_buf b = {0}, want = {0};
	size_t n = sizeof(among) - 1;

	(void)state;
	for (size_t at = 0; at < n; at++) {
		for (int c = 0; c < 256; c++) {
			struct kc_json w = {.out = &b}, one = {.out = &b};
			char text[sizeof(among)];

			memcpy(text, among, sizeof(text));
			text[at] = (char)c;
			kc_buf_reset(&b);
			kc_json_slice(&one, (struct kc_slice){text + at, 1});
			kc_buf_reset(&want);
			kc_buf_char(&want, '"');
			kc_buf_put(&want, among, at);
			kc_buf_put(&want, b.p + 1, b.n - 2);
			kc_buf_str(&want, among + at + 1);
			kc_buf_char(&want, '"');
			kc_buf_reset(&b);
			kc_json_slice(&w, (struct kc_slice){text, n});
			assert_string_equal(
			    kc_buf_cstr(&b), kc_buf_cstr(&want));
		}
	}
	kc_buf_free(&b);
	kc_buf_free(&want);
}

static void
test_json__bytes_that_are_not_utf_8_become_marks(void **state)
{
	static const char *const rows[][2] = {{"\xff", "\\ufffd"},
	    {"a\xc0\xaf", "a\\ufffd\\ufffd"},
	    {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
	    {"\xe8\xbf", "\\ufffd\\ufffd"},
	    {"\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},
	    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}};
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_json w = {.out = &b};
		size_t n = strlen(rows[i][1]);

		kc_buf_reset(&b);
		kc_json_slice(&w, kc_slice_str(rows[i][0]));
		assert_int_equal(b.n, n + 2);
		assert_memory_equal(b.p + 1, rows[i][1], n);
	}
	kc_buf_free(&b);
}

static void
test_json__any_bytes_make_valid_json(void **state)
{
	struct kc_buf b = {0};
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct kc_json w = {.out = &b};
		char bytes[24];
		json_t *root;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1664525 + 1013904223;
			bytes[i] = (char)(x >> 24);
		}
		kc_buf_reset(&b);
		kc_json_open(&w, '[');
		kc_json_slice(&w, (struct kc_slice){bytes, sizeof(bytes)});
		kc_json_close(&w, ']');
		root = json_loadb(b.p, b.n, JSON_ALLOW_NUL, NULL);
		assert_non_null(root);
		json_decref(root);
	}
	kc_buf_free(&b);
}

static void
test_json__refusal_as_a_problem_document(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};
	struct kc_refusal why = {0};

	(void)state;
	kc_refuse(&why, KC_R_RETURN_CAP, "90", "80", NULL, NULL);
	why.line = 12;
	why.col = 6;
	memcpy(why.rule, "pd.refund_max", 14);
	memcpy(why.rule_place, "policies/a.yaml:41:15", 22);
	memcpy(why.state, "SUBMITTED", 10);
	kc_json_refusal(&w, &why, KC_LANG_EN);
	assert_string_equal(kc_buf_cstr(&b),
	    "{\"type\":\"urn:kaocheng:refusal:E-RET-CAP\","
	    "\"title\":\"Against a rule\",\"status\":422,"
	    "\"detail\":\"a return of 90% is over the cap of 80%\","
	    "\"code\":\"E-RET-CAP\",\"rule\":\"pd.refund_max\","
	    "\"place\":\"policies/a.yaml:41:15\",\"line\":12,\"column\":6,"
	    "\"state\":\"SUBMITTED\",\"hint\":\"lower the rate\"}");
	kc_buf_free(&b);
}

static void
test_json__refusal_in_chinese_without_what_is_absent(void **state)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};
	struct kc_refusal why = {0};

	(void)state;
	kc_refuse(&why, KC_R_NOT_OPEN, NULL, NULL, NULL, NULL);
	kc_json_refusal(&w, &why, KC_LANG_ZH);
	assert_string_equal(kc_buf_cstr(&b),
	    "{\"type\":\"urn:kaocheng:refusal:E-NOT-OPEN\","
	    "\"title\":\"与现状不符\",\"status\":409,"
	    "\"detail\":\"账本尚未开启\",\"code\":\"E-NOT-OPEN\"}");
	kc_buf_free(&b);
}

static void
test_json__every_refusal_has_a_title_of_its_status(void **state)
{
	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		struct kc_buf b = {0};
		struct kc_json w = {.out = &b};
		struct kc_refusal why = {.code = (enum kc_refusal_code)c};

		kc_json_refusal(&w, &why, KC_LANG_EN);
		assert_non_null(strstr(kc_buf_cstr(&b), "\"title\":\""));
		assert_null(strstr(kc_buf_cstr(&b), "\"title\":\"Refused\""));
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json__commas_stand_between_and_only_between),
	    cmocka_unit_test(test_json__figures_and_times_in_their_forms),
	    cmocka_unit_test(test_json__strings_are_escaped),
	    cmocka_unit_test(test_json__each_byte_is_escaped_at_each_place),
	    cmocka_unit_test(test_json__bytes_that_are_not_utf_8_become_marks),
	    cmocka_unit_test(test_json__any_bytes_make_valid_json),
	    cmocka_unit_test(test_json__refusal_as_a_problem_document),
	    cmocka_unit_test(
		test_json__refusal_in_chinese_without_what_is_absent),
	    cmocka_unit_test(
		test_json__every_refusal_has_a_title_of_its_status),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
