/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: what they say in both languages, and what they never say. */
#include <kaocheng/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LIT(s)                                                                 \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

static const struct kc_message_notice notices[] = {
    {LIT("PD-2022-0058"), LIT("case.rectify"), LIT("-3"), 19356},
    {LIT("PD-2022-0059"), LIT("case.plan"), LIT("+1"), 19300},
    {LIT("PD-2022-0060"), LIT("case.confirm"), LIT("0"), 19310},
    {LIT("PD-2022-0061"), LIT("case.feedback"), LIT("decided"), KC_DAY_NONE},
};

static struct kc_message_in
input(size_t n, enum kc_lang lang)
{
	return (struct kc_message_in){.notices = notices,
	    .n = n,
	    .lang = lang,
	    .role = KC_ROLE_LIAISON,
	    .link = KC_LIT("https://kaohe.example.org/?a=1&b=2"),
	    .origin = KC_LIT("example.org/kaohe")};
}

static void
render(struct kc_message_text *m, const struct kc_message_in *in)
{
	memset(m, 0, sizeof(*m));
	assert_int_equal(kc_message_render(m, in), KC_OK);
	(void)kc_buf_cstr(&m->subject);
	(void)kc_buf_cstr(&m->text);
	(void)kc_buf_cstr(&m->html);
}

static void
test_message__one_notice_says_all_in_its_subject(void **state)
{
	struct kc_message_in in = input(1, KC_LANG_ZH);
	struct kc_message_text m;

	(void)state;
	render(&m, &in);
	assert_string_equal(
	    m.subject.p, "【考成】PD-2022-0058 报送整改报告：还有 3 个工作日");
	kc_message_free(&m);
	in.lang = KC_LANG_EN;
	in.catch_up = true;
	render(&m, &in);
	assert_string_equal(m.subject.p,
	    "(late) [Kaocheng] PD-2022-0058, submit the rectification: "
	    "3 working days left");
	kc_message_free(&m);
}

static void
test_message__a_digest_has_a_line_for_each(void **state)
{
	static const char want[] =
	    "以下事项请及时办理：\n"
	    "\n"
	    "- PD-2022-0058　报送整改报告　截止 2022-12-30（还有 3 个工作日）\n"
	    "- PD-2022-0059　报送整改方案　截止 2022-11-04（已逾期 1 "
	    "个工作日）\n"
	    "- PD-2022-0060　编办确认　截止 2022-11-14（今日截止）\n"
	    "- PD-2022-0061　送达反馈单（";
	struct kc_message_in in = input(4, KC_LANG_ZH);
	struct kc_message_text m;

	(void)state;
	render(&m, &in);
	assert_string_equal(
	    m.subject.p, "【考成】4 个事项待办，最近的截止日 2022-11-04");
	assert_int_equal(strncmp(m.text.p, want, sizeof(want) - 1), 0);
	assert_non_null(strstr(m.text.p, "联络员"));
	assert_non_null(strstr(m.text.p, "example.org/kaohe"));
	assert_null(strstr(m.text.p, "（decided）"));
	kc_message_free(&m);
}

/* What is data is text on the page, never a part of the page. */
static void
test_message__the_page_is_escaped(void **state)
{
	static const struct kc_message_notice bad = {
	    LIT("<script>&\"'"), LIT("no.such"), LIT("<b>"), KC_DAY_NONE};
	struct kc_message_in in = input(1, KC_LANG_EN);
	struct kc_message_text m;

	(void)state;
	in.notices = &bad;
	render(&m, &in);
	assert_null(strstr(m.html.p, "<script"));
	assert_null(strstr(m.html.p, "<b>"));
	assert_non_null(strstr(m.html.p, "&lt;script&gt;&amp;&quot;&#39;"));
	assert_non_null(strstr(
	    m.html.p, "href=\"https://kaohe.example.org/?a=1&amp;b=2\""));
	kc_message_free(&m);
}

static void
test_message__third_parties_get_notices_and_a_link(void **state)
{
	struct kc_message_in in = input(2, KC_LANG_EN);
	struct kc_message_text m;

	(void)state;
	in.third_party = true;
	in.catch_up = true;
	render(&m, &in);
	assert_string_equal(m.text.p,
	    "Please see to these in time:\n"
	    "\n"
	    "- PD-2022-0058, submit the rectification, last day "
	    "2022-12-30 (3 working days left)\n"
	    "- PD-2022-0059, file the plan, last day 2022-11-04 (1 working day "
	    "overdue)\n"
	    "\n"
	    "See and act: https://kaohe.example.org/?a=1&b=2\n");
	assert_int_equal(m.html.n, 0);
	kc_message_free(&m);
}

/* A text that changes has another hash; entries keep the one they were sent
 * with. */
static void
test_message__the_templates_are_those_of_these_hashes(void **state)
{
	static const char *const want[] = {
	    [KC_LANG_EN] = "469ca654852736c4c6a3aa8bebaa1696b1ccb2c00897cddeb0a"
			   "155233ddd1cf6",
	    [KC_LANG_ZH] = "c1976fbab84523bd1175c4a09c14582dc79c92714b401c8152b"
			   "e08fca0c7cb65"};

	(void)state;
	for (int lang = KC_LANG_EN; lang <= KC_LANG_ZH; lang++) {
		struct kc_hash h;
		struct kc_buf b = {0};

		assert_int_equal(
		    kc_message_template((enum kc_lang)lang, &h), KC_OK);
		kc_buf_hex(&b, h.b, sizeof(h.b));
		assert_string_equal(kc_buf_cstr(&b), want[lang]);
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_message__one_notice_says_all_in_its_subject),
	    cmocka_unit_test(test_message__a_digest_has_a_line_for_each),
	    cmocka_unit_test(test_message__the_page_is_escaped),
	    cmocka_unit_test(
		test_message__third_parties_get_notices_and_a_link),
	    cmocka_unit_test(
		test_message__the_templates_are_those_of_these_hashes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
