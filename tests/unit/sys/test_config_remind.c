/* SPDX-License-Identifier: Apache-2.0 */
/* The section `remind`: what it takes, and what is refused where. */
#include "sys/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum kc_err
parse(struct kc_config *c, const char *text, struct kc_refusal *why)
{
	memset(why, 0, sizeof(*why));
	return kc_config_parse(c, kc_slice_str(text), "/etc/k/k.yaml", why);
}

static void
test_remind__is_off_without_its_section(void **state)
{
	struct kc_refusal why;
	struct kc_config c;

	(void)state;
	assert_int_equal(parse(&c, "threads: 2\n", &why), KC_OK);
	assert_false(c.remind.on || c.remind.smtp.on);
	assert_int_equal(parse(&c, "remind: {}\n", &why), KC_OK);
	assert_true(c.remind.on);
	assert_false(c.remind.smtp.on);
}

static void
test_remind__every_key_is_read(void **state)
{
	static const char text[] =
	    "remind:\n"
	    "  sender: /opt/kaocheng-sender\n"
	    "  ca: certs/ca.pem\n"
	    "  link: https://kaohe.example.org/\n"
	    "  timeout_s: 9\n"
	    "  smtp:\n"
	    "    host: mail.example.org\n"
	    "    port: 587\n"
	    "    tls: starttls\n"
	    "    from: kaohe@example.org\n"
	    "    user: kaohe\n"
	    "    password: keys/smtp\n"
	    "  webhook: {reach: loopback, key: keys/hook.key}\n"
	    "  dingtalk: {places: keys/dingtalk}\n"
	    "  wecom: {url: \"https://wx.example.org/send\", places: p, "
	    "reach: private}\n"
	    "  feishu: {places: keys/feishu}\n"
	    "  command: {argv: [/usr/bin/sms, send], timeout_s: 5, paths: "
	    "[/var/spool/sms]}\n"
	    "  file: {dir: outbox}\n";
	struct kc_refusal why;
	struct kc_config c;

	(void)state;
	assert_int_equal(parse(&c, text, &why), KC_OK);
	assert_string_equal(c.remind.sender, "/opt/kaocheng-sender");
	assert_string_equal(c.remind.ca, "/etc/k/certs/ca.pem");
	assert_string_equal(c.remind.link, "https://kaohe.example.org/");
	assert_int_equal(c.remind.timeout_s, 9);
	assert_string_equal(c.remind.smtp.host, "mail.example.org");
	assert_int_equal(c.remind.smtp.port, 587);
	assert_int_equal(c.remind.smtp.tls, KC_TLS_STARTTLS);
	assert_string_equal(c.remind.smtp.from, "kaohe@example.org");
	assert_string_equal(c.remind.smtp.password, "/etc/k/keys/smtp");
	assert_int_equal(c.remind.webhook.reach, KC_REACH_LOOPBACK);
	assert_string_equal(c.remind.webhook.key, "/etc/k/keys/hook.key");
	assert_string_equal(
	    c.remind.dingtalk.url, "https://oapi.dingtalk.com/robot/send");
	assert_string_equal(c.remind.dingtalk.places, "/etc/k/keys/dingtalk");
	assert_int_equal(c.remind.wecom.reach, KC_REACH_PRIVATE);
	assert_int_equal(c.remind.command.argv.n, 2);
	assert_int_equal(c.remind.command.timeout_s, 5);
	assert_string_equal(c.remind.file.dir, "/etc/k/outbox");
}

static void
test_remind__refuses_with_the_place(void **state)
{
	static const struct {
		const char *text, *place;
		enum kc_refusal_code code;
	} bad[] = {
	    {"remind: 5\n", "1:9", KC_R_KEY_VALUE},
	    {"remind: {mail: {}}\n", "1:10", KC_R_KEY_UNKNOWN},
	    {"remind: {smtp: {}}\n", "1:16", KC_R_KEY_MISSING},
	    {"remind:\n  smtp: {host: h, port: 25, tls: no, from: a@b}\n",
		"2:34", KC_R_KEY_VALUE},
	    {"remind:\n  smtp: {host: h, port: 0, tls: tls, from: a@b}\n",
		"2:25", KC_R_KEY_VALUE},
	    {"remind:\n  smtp: {host: h, port: 1, tls: tls, from: a}\n", "2:44",
		KC_R_KEY_VALUE},
	    {"remind:\n  smtp: {host: h, port: 1, tls: tls, from: a@b, user: "
	     "u}\n",
		"2:9", KC_R_KEY_MISSING},
	    {"remind:\n  wecom: {url: \"http://e/h\", places: k}\n", "2:16",
		KC_R_KEY_VALUE},
	    {"remind:\n  wecom: {url: \"https://u@e/h\", places: k}\n", "2:16",
		KC_R_KEY_VALUE},
	    {"remind:\n  command: {argv: [sms]}\n", "2:19", KC_R_KEY_VALUE},
	    {"remind:\n  command: {argv: []}\n", "2:19", KC_R_KEY_VALUE},
	    {"remind:\n  file: {}\n", "2:9", KC_R_KEY_MISSING},
	};
	struct kc_refusal why;
	struct kc_config c;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char place[64];

		(void)snprintf(
		    place, sizeof(place), "/etc/k/k.yaml:%s", bad[i].place);
		assert_int_equal(parse(&c, bad[i].text, &why), KC_EREFUSED);
		assert_string_equal(why.rule_place, place);
		assert_int_equal(why.code, bad[i].code);
	}
}

static void
test_remind__a_reload_keeps_it_and_says_so(void **state)
{
	struct kc_config held, fresh;
	struct kc_refusal why;
	struct kc_buf ignored = {0};

	(void)state;
	assert_int_equal(parse(&held, "remind: {}\n", &why), KC_OK);
	assert_int_equal(
	    parse(&fresh, "remind: {file: {dir: d}}\n", &why), KC_OK);
	kc_config_keep(&fresh, &held, &ignored);
	assert_true(kc_slice_is(kc_buf_view(&ignored), "remind"));
	assert_false(fresh.remind.file.on);
	kc_buf_free(&ignored);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_remind__is_off_without_its_section),
	    cmocka_unit_test(test_remind__every_key_is_read),
	    cmocka_unit_test(test_remind__refuses_with_the_place),
	    cmocka_unit_test(test_remind__a_reload_keeps_it_and_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
