/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs, answers and the configuration as lines: they come back, and nothing
 * else is taken. */
#include "remind/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "00112233445566778899aabbccddeeff"

static struct kc_job
sample(void)
{
	struct kc_job j = {
	    .id = KC_LIT(ID),
	    .channel = KC_CHANNEL_SMTP,
	    .to = KC_LIT("wang.li+kaohe@example.org"),
	    .lang = KC_LIT("zh"),
	    .subject = KC_LIT("到期提醒 \"1\" 项"),
	    .text = KC_LIT("第一行\n第二行\n"),
	    .html = KC_LIT("<p>&lt;</p>"),
	    .ics = KC_LIT("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
	    .message_id = KC_LIT(ID "@example.org"),
	    .link = KC_LIT("https://kaohe.example.org/case/PD-2022-0058"),
	    .date_s = 1665970200,
	    .nnotices = 2,
	};

	j.notices[0] = (struct kc_job_notice){KC_LIT("PD-2022-0058"),
	    KC_LIT("case.rectify"), KC_LIT("-3"), 19282};
	j.notices[1] = (struct kc_job_notice){KC_LIT("PD-2022-0059"),
	    KC_LIT("case.rectify"), KC_LIT("delivered"), KC_DAY_NONE};
	return j;
}

static void
same(struct kc_slice a, struct kc_slice b)
{
	assert_true(kc_slice_eq(a, b));
}

static void
test_job__comes_back_whole(void **state)
{
	struct kc_job j = sample(), back;
	struct kc_wire *keep;
	struct kc_buf line = {0};

	(void)state;
	assert_int_equal(kc_job_encode(&line, &j), KC_OK);
	assert_int_equal(line.p[line.n - 1], '\n');
	assert_null(memchr(line.p, '\n', line.n - 1));
	line.n--;
	assert_int_equal(
	    kc_job_decode(&back, &keep, kc_buf_view(&line)), KC_OK);
	same(back.id, j.id);
	assert_int_equal(back.channel, j.channel);
	same(back.to, j.to);
	same(back.lang, j.lang);
	same(back.subject, j.subject);
	same(back.text, j.text);
	same(back.html, j.html);
	same(back.ics, j.ics);
	same(back.message_id, j.message_id);
	same(back.link, j.link);
	assert_int_equal(back.date_s, j.date_s);
	assert_int_equal(back.nnotices, 2);
	same(back.notices[0].handle, j.notices[0].handle);
	same(back.notices[1].stage, j.notices[1].stage);
	assert_int_equal(back.notices[0].last, 19282);
	assert_int_equal(back.notices[1].last, KC_DAY_NONE);
	kc_wire_free(keep);
	kc_buf_free(&line);
}

/* A line break or a control in what becomes a header is not a job. */
static void
test_job__what_could_break_a_header_is_refused(void **state)
{
	static const char *const addresses[] = {"", "a", "@b", "a@", "a@b\r\n",
	    "a b@c", "a@b>\n", "<a@b>", "a@b@c", "\"a b\"@c", ".a@b", "a.@b",
	    "a@b..c", "a@.b", "王@b"};
	struct kc_job j;
	struct kc_buf line = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		j = sample();
		j.to = kc_slice_str(addresses[i]);
		assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	}
	j = sample();
	j.subject = KC_LIT("a\nBcc: everybody@example.org");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j = sample();
	j.subject = KC_LIT("a\rb");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j = sample();
	j.message_id = KC_LIT(ID "@a>\r\nX: y");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j = sample();
	j.ics = KC_LIT("BEGIN:VCALENDAR\n");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j = sample();
	j.channel = KC_CHANNEL_COMMAND;
	j.to = KC_LIT("-x");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j.channel = KC_CHANNEL_WEBHOOK;
	j.to = KC_LIT("http://h/\r\nHost: x");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	j.channel = KC_CHANNEL_WECOM;
	j.to = KC_LIT("a/b");
	assert_int_equal(kc_job_encode(&line, &j), KC_EINVAL);
	assert_int_equal(line.n, 0);
}

/* Each of these differs from a job in one thing. */
static void
test_job__other_lines_are_refused(void **state)
{
	static const char head[] = "{\"id\":\"" ID "\",\"channel\":\"smtp\","
				   "\"to\":{\"mail\":\"a@b\"},\"lang\":\"zh\","
				   "\"subject\":\"s\",\"text\":\"t\\n\","
				   "\"message_id\":\"" ID "@h\","
				   "\"date\":5,\"notices\":[]";
	static const char *const tails[] = {"", "},", "}x", ",\"x\":1}",
	    ",\"date\":6}", ",\"html\":5}", ",\"link\":\"javascript:1\"}",
	    ",\"ics\":\"x\"}"};
	struct kc_buf line = {0};
	struct kc_job back;
	struct kc_wire *keep;

	(void)state;
	kc_buf_str(&line, head);
	kc_buf_str(&line, "}");
	assert_int_equal(
	    kc_job_decode(&back, &keep, kc_buf_view(&line)), KC_OK);
	kc_wire_free(keep);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		kc_buf_reset(&line);
		kc_buf_str(&line, head);
		kc_buf_str(&line, tails[i]);
		assert_int_equal(
		    kc_job_decode(&back, &keep, kc_buf_view(&line)),
		    KC_ESYNTAX);
		kc_wire_free(keep);
	}
	kc_buf_free(&line);
}

/* It can be answered, so that it is not given for ever. */
static void
test_job__a_bad_one_keeps_its_id(void **state)
{
	struct kc_job back;
	struct kc_wire *keep;

	(void)state;
	assert_int_equal(
	    kc_job_decode(&back, &keep,
		KC_LIT("{\"id\":\"" ID "\",\"channel\":\"pigeon\"}")),
	    KC_ESYNTAX);
	same(back.id, KC_LIT(ID));
	kc_wire_free(keep);
	assert_int_equal(
	    kc_job_decode(&back, &keep, KC_LIT("{\"id\":\"1\"}")), KC_ESYNTAX);
	assert_int_equal(back.id.n, 0);
	kc_wire_free(keep);
}

static void
test_answer__comes_back_and_nothing_else_does(void **state)
{
	static const char *const bad[] = {"", "{}", "[]",
	    "{\"id\":\"" ID "\",\"outcome\":\"sent\",\"code\":\"250\"}",
	    "{\"id\":\"" ID "\",\"outcome\":\"lost\",\"code\":\"250\","
	    "\"retry_s\":0}",
	    "{\"id\":\"" ID "\",\"outcome\":\"sent\",\"code\":\"2 50\","
	    "\"retry_s\":0}",
	    "{\"id\":\"" ID "\",\"outcome\":\"sent\",\"code\":\"250\","
	    "\"retry_s\":-1}",
	    "{\"id\":\"" ID "\",\"outcome\":\"sent\",\"code\":\"250\","
	    "\"detail\":\"a\\nb\",\"retry_s\":0}",
	    "{\"id\":\"" ID "\",\"outcome\":\"sent\",\"code\":\"250\","
	    "\"retry_s\":0,\"retry_s\":0}"};
	struct kc_answer a = {ID, KC_DELIVERY_DEFERRED, "errcode.130101",
	    "the robot takes no more for now", 600};
	struct kc_answer back;
	struct kc_buf line = {0};

	(void)state;
	assert_int_equal(kc_answer_encode(&line, &a), KC_OK);
	line.n--;
	assert_int_equal(kc_answer_decode(&back, kc_buf_view(&line)), KC_OK);
	assert_string_equal(back.id, a.id);
	assert_string_equal(back.code, a.code);
	assert_string_equal(back.detail, a.detail);
	assert_int_equal(back.outcome, a.outcome);
	assert_int_equal(back.retry_s, 600);
	kc_buf_free(&line);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    kc_answer_decode(&back, kc_slice_str(bad[i])), KC_ESYNTAX);
}

static void
test_ready__names_each_channel_once(void **state)
{
	struct kc_buf line = {0};
	uint32_t bits;

	(void)state;
	assert_int_equal(kc_wire_ready_encode(&line, 0x41), KC_OK);
	line.n--;
	assert_true(kc_slice_is(
	    kc_buf_view(&line), "{\"channels\":[\"smtp\",\"file\"]}"));
	assert_int_equal(
	    kc_wire_ready_decode(&bits, kc_buf_view(&line)), KC_OK);
	assert_int_equal(bits, 0x41);
	assert_int_equal(kc_wire_ready_decode(&bits,
			     KC_LIT("{\"channels\":[\"smtp\",\"smtp\"]}")),
	    KC_ESYNTAX);
	kc_buf_free(&line);
}

static void
test_config__goes_to_the_sender_whole(void **state)
{
	static const char yaml[] =
	    "ca: ca.pem\n"
	    "smtp: {host: mail, port: 25, tls: none-loopback, from: a@b}\n"
	    "feishu: {places: p, reach: private}\n"
	    "command: {argv: [/bin/sms, \"-v\"], paths: [spool]}\n";
	struct kc_remind r, back;
	struct kc_refusal why = {0};
	struct kc_yaml *y;
	struct kc_buf line = {0};
	char origin[KC_REMIND_TEXT_MAX];

	(void)state;
	kc_remind_defaults(&r);
	assert_int_equal(kc_yaml_parse(&y, KC_LIT(yaml), "k", &why), KC_OK);
	assert_int_equal(
	    kc_remind_read(&r, y, kc_yaml_root(y), "/etc/k"), KC_OK);
	kc_yaml_free(y);
	assert_int_equal(
	    kc_wire_config_encode(&line, &r, KC_LIT("example.org/kaohe")),
	    KC_OK);
	line.n--;
	assert_int_equal(
	    kc_wire_config_decode(&back, origin, kc_buf_view(&line)), KC_OK);
	assert_string_equal(origin, "example.org/kaohe");
	assert_string_equal(back.ca, "/etc/k/ca.pem");
	assert_string_equal(back.smtp.host, "mail");
	assert_int_equal(back.smtp.tls, KC_TLS_NONE_LOOPBACK);
	assert_string_equal(back.feishu.url, r.feishu.url);
	assert_int_equal(back.feishu.reach, KC_REACH_PRIVATE);
	assert_int_equal(back.command.argv.n, 2);
	assert_string_equal(kc_remind_list_get(&back.command.argv, 1), "-v");
	assert_string_equal(
	    kc_remind_list_get(&back.command.paths, 0), "/etc/k/spool");
	assert_int_equal(back.command.timeout_s, 30);
	assert_false(back.webhook.on || back.file.on || back.dingtalk.on);
	assert_int_equal(kc_remind_channels(&back),
	    1 << KC_CHANNEL_SMTP | 1 << KC_CHANNEL_FEISHU |
		1 << KC_CHANNEL_COMMAND);
	/* One byte less, one key more: no configuration. */
	assert_int_equal(kc_wire_config_decode(&back, origin,
			     (struct kc_slice){line.p, line.n - 1}),
	    KC_ESYNTAX);
	assert_int_equal(kc_wire_config_decode(&back, origin,
			     KC_LIT("{\"config\":{\"origin\":\"o\"}}")),
	    KC_ESYNTAX);
	kc_buf_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_job__comes_back_whole),
	    cmocka_unit_test(test_job__what_could_break_a_header_is_refused),
	    cmocka_unit_test(test_job__other_lines_are_refused),
	    cmocka_unit_test(test_job__a_bad_one_keeps_its_id),
	    cmocka_unit_test(test_answer__comes_back_and_nothing_else_does),
	    cmocka_unit_test(test_ready__names_each_channel_once),
	    cmocka_unit_test(test_config__goes_to_the_sender_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
