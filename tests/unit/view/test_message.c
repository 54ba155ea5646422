/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: what they say in both languages, and what they never say. */
#include <kaocheng/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/limits.h>

#include "remind/wire.h"

#define NONE_EN                                                                \
	"36e7a2d828faabdfb0cca92fc23f32062cd005a75dcb611f70"                   \
	"2346424fa71d11"
#define NONE_ZH                                                                \
	"5202bcd8eb74c93a8549dfddf886997b84f8b3f251dd6b3a61"                   \
	"6b00bb3c7f431a"
#define SECOND_EN                                                              \
	"6e0851d9cfdab851d6628d320fad2661f68a3e2fd8bc200d30"                   \
	"11bcb0533643f4"
#define SECOND_ZH                                                              \
	"505eec1383bd2a058e7f3cde7dacdb9485f59eaced7654b5e3"                   \
	"3d3a60926686c7"
#define LIT(s)                                                                 \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

static const struct kc_message_notice notices[] = {
    {LIT("PD-2022-0058"), LIT("case.rectify"), LIT("-3"), 19356, {NULL, 0}},
    {LIT("PD-2022-0059"), LIT("case.plan"), LIT("+1"), 19300, {NULL, 0}},
    {LIT("PD-2022-0060"), LIT("case.confirm"), LIT("0"), 19310, {NULL, 0}},
    {LIT("PD-2022-0061"), LIT("prededuct.decide"), LIT("decided"), KC_DAY_NONE,
	{NULL, 0}},
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
	    "- PD-2022-0061　决定预扣分\n";
	struct kc_message_in in = input(4, KC_LANG_ZH);
	struct kc_message_text m;

	(void)state;
	render(&m, &in);
	assert_string_equal(
	    m.subject.p, "【考成】4 个事项待办，最近的截止日 2022-11-04");
	assert_int_equal(strncmp(m.text.p, want, sizeof(want) - 1), 0);
	assert_non_null(strstr(m.text.p, "联络员"));
	assert_non_null(strstr(m.text.p, "example.org/kaohe"));
	assert_null(strstr(m.text.p, "decided"));
	kc_message_free(&m);
}

static void
test_message__what_has_happened_is_said_in_the_words_given(void **state)
{
	struct kc_message_notice n = notices[3];
	struct kc_message_in in = input(1, KC_LANG_EN);
	struct kc_message_text m;

	(void)state;
	n.says = KC_LIT("points were deducted from your unit");
	n.last = 19300;
	in.notices = &n;
	render(&m, &in);
	assert_string_equal(m.subject.p,
	    "[Kaocheng] PD-2022-0061: points were deducted from your unit");
	assert_non_null(strstr(m.text.p,
	    "- PD-2022-0061: points were deducted from your unit; the nearest "
	    "last day is 2022-11-04\n"));
	kc_message_free(&m);
}

/* What is data is text on the page, never a part of the page. */
static void
test_message__the_page_is_escaped(void **state)
{
	static const struct kc_message_notice bad = {LIT("<script>&\"'"),
	    LIT("<b>"), LIT("what"), KC_DAY_NONE, {NULL, 0}};
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

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
test_message__its_calendar_has_each_last_day_once(void **state)
{
	struct kc_message_in in = input(4, KC_LANG_ZH);
	struct kc_message_notice twice[2] = {notices[0], notices[0]};
	struct kc_buf b = {0};

	(void)state;
	kc_message_ics(&b, &in, 1665970200000);
	assert_int_equal(count(kc_buf_cstr(&b), "BEGIN:VEVENT\r\n"), 3);
	assert_int_equal(count(b.p, "BEGIN:VTODO"), 0);
	assert_non_null(
	    strstr(b.p, "UID:PD-2022-0058.case.rectify@example.org\r\n"));
	assert_non_null(strstr(b.p, "DTSTAMP:20221017T013000Z\r\n"));
	assert_null(strstr(b.p, "0061"));
	kc_buf_reset(&b);
	in.notices = twice;
	in.n = 2;
	kc_message_ics(&b, &in, 1665970200000);
	assert_int_equal(count(kc_buf_cstr(&b), "BEGIN:VEVENT\r\n"), 1);
	kc_buf_reset(&b);
	in.third_party = true;
	kc_message_ics(&b, &in, 1665970200000);
	assert_int_equal(b.n, 0);
	in = input(4, KC_LANG_ZH);
	in.notices = &notices[3];
	in.n = 1;
	kc_message_ics(&b, &in, 1665970200000);
	assert_int_equal(b.n, 0);
	kc_buf_free(&b);
}

/* The longest message that can be planned is one that can be sent. */
static void
test_message__64_of_the_longest_notices_fit_a_job(void **state)
{
	static struct kc_message_notice all[KC_MESSAGE_NOTICES_MAX];
	static char handles[KC_MESSAGE_NOTICES_MAX][KC_CODE_MAX + 1];
	struct kc_message_in in = input(KC_MESSAGE_NOTICES_MAX, KC_LANG_ZH);
	struct kc_message_text m;
	struct kc_buf ics = {0};

	(void)state;
	for (unsigned i = 0; i < KC_MESSAGE_NOTICES_MAX; i++) {
		(void)snprintf(handles[i], sizeof(handles[i]), "%048u", i);
		all[i] = notices[1];
		all[i].handle = kc_slice_str(handles[i]);
		all[i].stage = KC_LIT("+1000");
	}
	in.notices = all;
	render(&m, &in);
	kc_message_ics(&ics, &in, 1665970200000);
	assert_true(m.subject.n <= KC_JOB_SUBJECT_MAX);
	assert_true(m.text.n <= KC_JOB_TEXT_MAX);
	assert_true(m.html.n <= KC_JOB_HTML_MAX);
	assert_true(ics.n <= KC_JOB_ICS_MAX && ics.n > 0);
	kc_message_free(&m);
	kc_buf_free(&ics);
}

/* A text that changes has another hash; entries keep the one they were sent
 * with. Those of a frozen epoch are for ever: nothing in epoch 1, where nobody
 * was reminded, and in epoch 3 what epoch 2 has. */
static void
test_message__the_templates_are_those_of_these_hashes(void **state)
{
	static const struct {
		unsigned epoch;
		enum kc_lang lang;
		const char *hash;
	} want[] = {
	    {1, KC_LANG_EN, NONE_EN},
	    {1, KC_LANG_ZH, NONE_ZH},
	    {2, KC_LANG_EN, SECOND_EN},
	    {2, KC_LANG_ZH, SECOND_ZH},
	    {3, KC_LANG_EN, SECOND_EN},
	    {3, KC_LANG_ZH, SECOND_ZH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct kc_hash h;
		struct kc_buf b = {0};

		assert_int_equal(
		    kc_message_template(want[i].lang, want[i].epoch, &h),
		    KC_OK);
		kc_buf_hex(&b, h.b, sizeof(h.b));
		assert_string_equal(kc_buf_cstr(&b), want[i].hash);
		kc_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_message__one_notice_says_all_in_its_subject),
	    cmocka_unit_test(test_message__a_digest_has_a_line_for_each),
	    cmocka_unit_test(
		test_message__what_has_happened_is_said_in_the_words_given),
	    cmocka_unit_test(test_message__the_page_is_escaped),
	    cmocka_unit_test(
		test_message__third_parties_get_notices_and_a_link),
	    cmocka_unit_test(test_message__its_calendar_has_each_last_day_once),
	    cmocka_unit_test(test_message__64_of_the_longest_notices_fit_a_job),
	    cmocka_unit_test(
		test_message__the_templates_are_those_of_these_hashes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
