/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals: every row of the table, arguments, places. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/refusal.h>

static const char *
message(const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *b)
{
	kc_buf_reset(b);
	kc_refusal_message(r, lang, b);
	(void)kc_buf_cstr(b);
	assert_int_equal(kc_buf_err(b), KC_OK);
	return kc_buf_cstr(b);
}

static const char *
hint(const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *b)
{
	kc_buf_reset(b);
	kc_refusal_hint(r, lang, b);
	return kc_buf_cstr(b);
}

static void
test_refusal__every_row_formats_in_both_languages(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		struct kc_refusal r = {0};

		assert_int_equal(kc_refuse(&r, (enum kc_refusal_code)c, "arg0",
				     "arg1", "arg2", "arg3"),
		    KC_EREFUSED);
		for (int lang = 0; lang < 2; lang++) {
			const char *text = message(&r, (enum kc_lang)lang, &b);

			assert_true(b.n > 0);
			/* No placeholder stays unfilled. */
			assert_null(strchr(text, '{'));
			assert_int_equal(kc_text_scan(kc_buf_view(&b)), b.n);
			text = hint(&r, (enum kc_lang)lang, &b);
			assert_null(strchr(text, '{'));
		}
	}
	kc_buf_free(&b);
}

static void
test_refusal__both_languages_use_as_many_arguments(void **state)
{
	static const char *const args[] = {"<0>", "<1>", "<2>", "<3>"};
	struct kc_buf zh = {0}, en = {0};

	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		struct kc_refusal r = {0};
		int n = 0;

		(void)kc_refuse(&r, (enum kc_refusal_code)c, args[0], args[1],
		    args[2], args[3]);
		(void)message(&r, KC_LANG_ZH, &zh);
		(void)message(&r, KC_LANG_EN, &en);
		/* Arguments in words come twice, once in each language. */
		for (size_t i = 0; i < 4; i++) {
			n += strstr(kc_buf_cstr(&zh), args[i]) != NULL;
			n -= strstr(kc_buf_cstr(&en), args[i]) != NULL;
		}
		if (n != 0)
			fail_msg("%s", kc_refusal_code_text(r.code));
	}
	kc_buf_free(&zh);
	kc_buf_free(&en);
}

/* A sentence of its language: not empty, and Chinese where it should be. */
static bool
is_said(const char *text, enum kc_lang lang)
{
	size_t han = 0;

	for (const char *p = text; p != NULL && *p != '\0'; p++)
		han += ((unsigned char)*p & 0xf0) == 0xe0;
	return text != NULL && text[0] != '\0' &&
	    (lang == KC_LANG_ZH) == (han > 2);
}

static void
test_refusal__help_has_cause_example_and_remedy_of_every_code(void **state)
{
	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++)
		for (int lang = KC_LANG_EN; lang <= KC_LANG_ZH; lang++) {
			enum kc_refusal_code code = (enum kc_refusal_code)c;
			struct kc_refusal_help h =
			    kc_refusal_help(code, (enum kc_lang)lang);

			if (!is_said(h.cause, (enum kc_lang)lang) ||
			    !is_said(h.remedy, (enum kc_lang)lang) ||
			    h.example == NULL || h.example[0] == '\0')
				fail_msg("%s in language %d",
				    kc_refusal_code_text(code), lang);
		}
}

static void
test_refusal__codes_are_unique_and_found_again(void **state)
{
	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		const char *text =
		    kc_refusal_code_text((enum kc_refusal_code)c);

		assert_memory_equal(text, "E-", 2);
		/* find returns the first: a second row would not be it */
		assert_int_equal(kc_refusal_find(kc_slice_str(text)), c);
	}
	assert_int_equal(kc_refusal_find(KC_LIT("E-NONE-SUCH")), KC_R_NONE);
	assert_int_equal(kc_refusal_find(KC_LIT("")), KC_R_NONE);
}

static void
test_refusal__statuses_are_of_the_set_the_api_uses(void **state)
{
	static const int known[] = {
	    400, 401, 403, 404, 409, 413, 422, 429, 500, 503};

	(void)state;
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		int status = kc_refusal_status((enum kc_refusal_code)c);
		bool found = false;

		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			found = found || known[i] == status;
		assert_true(found);
	}
}

static void
test_refusal__what_fails_in_the_daemon_blames_no_request(void **state)
{
	struct kc_refusal r = {0};
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(kc_refusal_status(KC_R_SERVER), 500);
	(void)kc_refuse(&r, KC_R_SERVER, "out of memory", NULL, NULL, NULL);
	(void)kc_refusal_zh(&r, 0, "内存不足");
	assert_string_equal(message(&r, KC_LANG_EN, &b),
	    "the daemon could not answer: out of memory");
	assert_string_equal(
	    message(&r, KC_LANG_ZH, &b), "服务端未能答复：内存不足");
	kc_buf_free(&b);
}

static void
test_refusal__a_list_takes_what_has_room(void **state)
{
	struct kc_refusal r = {0};
	struct kc_buf b = {0};

	(void)state;
	(void)kc_refuse(&r, KC_R_SITUATION, "S9", NULL, NULL, NULL);
	assert_string_equal(hint(&r, KC_LANG_EN, &b), "");
	kc_refusal_arg_add(&r, 1, KC_LIT("S1"));
	kc_refusal_arg_add(&r, 1, KC_LIT("S2"));
	assert_string_equal(hint(&r, KC_LANG_EN, &b), "it has S1, S2");
	for (int i = 0; i < 100; i++)
		kc_refusal_arg_add(&r, 1, KC_LIT("ABCDEFGHIJ"));
	assert_int_equal(strlen(r.args[1]) % 12, 6);
	assert_true(strlen(r.args[1]) < KC_REFUSAL_ARG_MAX);
	kc_buf_free(&b);
}

static void
test_refusal__arguments_fill_their_places(void **state)
{
	struct kc_refusal r = {.line = 7, .col = 3};
	struct kc_buf b = {0};

	(void)state;
	(void)kc_refuse(&r, KC_R_RETURN_CAP, "85", "80", NULL, NULL);
	assert_string_equal(message(&r, KC_LANG_EN, &b),
	    "a return of 85% is over the cap of 80%");
	assert_string_equal(
	    message(&r, KC_LANG_ZH, &b), "返还 85% 超过上限 80%");
	assert_string_equal(hint(&r, KC_LANG_EN, &b), "lower the rate");
	/* What was set before stays. */
	assert_int_equal(r.line, 7);
	assert_int_equal(r.col, 3);
	kc_buf_free(&b);
}

static void
test_refusal__null_ends_the_arguments_and_clears_old_ones(void **state)
{
	struct kc_refusal r = {0};

	(void)state;
	(void)kc_refuse(&r, KC_R_STATE, "a", "b", "c", "d");
	(void)kc_refuse(&r, KC_R_STATE, "x", NULL, "z", NULL);
	assert_string_equal(r.args[0], "x");
	assert_string_equal(r.args[1], "");
	assert_string_equal(r.args[2], "");
	assert_string_equal(r.args[3], "");
}

static void
test_refusal__long_argument_is_cut_between_characters(void **state)
{
	struct kc_refusal r = {0};
	char text[301];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(text + 3 * i, "考", 3);
	text[300] = '\0';
	(void)kc_refuse(&r, KC_R_SYNTAX, text, NULL, NULL, NULL);
	assert_int_equal(strlen(r.args[0]), 135);
	assert_int_equal(kc_text_scan(kc_slice_str(r.args[0])), 135);
	text[2] = '\0'; /* and a whole one is not cut */
	memcpy(text, "xy", 2);
	(void)kc_refuse(&r, KC_R_SYNTAX, text, NULL, NULL, NULL);
	assert_string_equal(r.args[0], "xy");
}

static void
test_refusal__numbers_become_arguments(void **state)
{
	static const struct {
		int64_t e4;
		const char *text;
	} points[] = {
	    {0, "0.0000"},
	    {1, "0.0001"},
	    {5000, "0.5000"},
	    {-1000, "-0.1000"},
	    {957216, "95.7216"},
	    {INT64_MIN, "-922337203685477.5808"},
	    {INT64_MAX, "922337203685477.5807"},
	};
	struct kc_refusal r = {0};

	(void)state;
	kc_refusal_arg_u64(&r, 0, 0);
	kc_refusal_arg_u64(&r, 1, UINT64_MAX);
	assert_string_equal(r.args[0], "0");
	assert_string_equal(r.args[1], "18446744073709551615");
	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		kc_refusal_arg_points(&r, 2, points[i].e4);
		assert_string_equal(r.args[2], points[i].text);
	}
}

static void
test_refusal__unknown_key_hints_only_if_a_name_is_near(void **state)
{
	struct kc_refusal r = {0};
	struct kc_buf b = {0};

	(void)state;
	(void)kc_refuse(
	    &r, KC_R_KEY_UNKNOWN, "refund_mx", "refund_max", NULL, NULL);
	assert_string_equal(
	    message(&r, KC_LANG_EN, &b), "unknown key \"refund_mx\"");
	assert_string_equal(
	    hint(&r, KC_LANG_EN, &b), "did you mean \"refund_max\"?");
	assert_string_equal(hint(&r, KC_LANG_ZH, &b), "是否应为“refund_max”？");
	(void)kc_refuse(&r, KC_R_KEY_UNKNOWN, "zzz", NULL, NULL, NULL);
	assert_string_equal(hint(&r, KC_LANG_EN, &b), "");
	kc_buf_free(&b);
}

static void
test_refusal__an_argument_of_words_has_its_chinese(void **state)
{
	struct kc_refusal r = {0};
	struct kc_buf zh = {0}, en = {0};

	(void)state;
	(void)kc_refuse(&r, KC_R_NOT_FOUND, "unit", "G99", NULL, NULL);
	assert_int_equal(kc_refusal_zh(&r, 0, "单位"), KC_EREFUSED);
	kc_refusal_message(&r, KC_LANG_ZH, &zh);
	kc_refusal_message(&r, KC_LANG_EN, &en);
	assert_string_equal(kc_buf_cstr(&zh), "没有单位 G99");
	assert_string_equal(kc_buf_cstr(&en), "there is no unit G99");
	/* Between words no blank is written, which a code has after it. */
	(void)kc_refuse(&r, KC_R_ROLE, "P09.a alone", "x", "y", NULL);
	(void)kc_refusal_zh(&r, 0, "P09.a 一人");
	kc_buf_reset(&zh);
	kc_refusal_message(&r, KC_LANG_ZH, &zh);
	assert_string_equal(kc_buf_cstr(&zh), "P09.a 一人无权签署“x”，需要：y");
	(void)kc_refuse(&r, KC_R_ROLE, "P09.a", "x", "y", NULL);
	kc_buf_reset(&zh);
	kc_refusal_message(&r, KC_LANG_ZH, &zh);
	assert_string_equal(kc_buf_cstr(&zh), "P09.a 无权签署“x”，需要：y");
	/* Setting the argument again takes the words away. */
	(void)kc_refuse(&r, KC_R_NOT_FOUND, "G16", "G99", NULL, NULL);
	kc_buf_reset(&zh);
	kc_refusal_message(&r, KC_LANG_ZH, &zh);
	assert_string_equal(kc_buf_cstr(&zh), "没有G16 G99");
	kc_refusal_set_state(&r, "retired", "已注销");
	assert_string_equal(kc_refusal_state(&r, KC_LANG_EN), "retired");
	assert_string_equal(kc_refusal_state(&r, KC_LANG_ZH), "已注销");
	kc_buf_free(&zh);
	kc_buf_free(&en);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_refusal__an_argument_of_words_has_its_chinese),
	    cmocka_unit_test(test_refusal__every_row_formats_in_both_languages),
	    cmocka_unit_test(
		test_refusal__both_languages_use_as_many_arguments),
	    cmocka_unit_test(
		test_refusal__help_has_cause_example_and_remedy_of_every_code),
	    cmocka_unit_test(test_refusal__codes_are_unique_and_found_again),
	    cmocka_unit_test(
		test_refusal__statuses_are_of_the_set_the_api_uses),
	    cmocka_unit_test(test_refusal__a_list_takes_what_has_room),
	    cmocka_unit_test(test_refusal__arguments_fill_their_places),
	    cmocka_unit_test(
		test_refusal__what_fails_in_the_daemon_blames_no_request),
	    cmocka_unit_test(
		test_refusal__null_ends_the_arguments_and_clears_old_ones),
	    cmocka_unit_test(
		test_refusal__long_argument_is_cut_between_characters),
	    cmocka_unit_test(test_refusal__numbers_become_arguments),
	    cmocka_unit_test(
		test_refusal__unknown_key_hints_only_if_a_name_is_near),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
