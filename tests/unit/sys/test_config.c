/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: defaults, every key, and what is refused where. */
#include "sys/config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"

static void
test_config__defaults_lie_in_one_directory(void **state)
{
	struct kc_config c;

	(void)state;
	assert_int_equal(kc_config_defaults(&c, "/srv/k"), KC_OK);
	assert_string_equal(c.ledger, "/srv/k");
	assert_string_equal(c.anchor, "/srv/k/anchor");
	assert_string_equal(c.log_key, "/srv/k/keys/log.key");
	assert_string_equal(c.clerk_key, "/srv/k/keys/clerk.key");
	assert_string_equal(c.socket, "/srv/k/socket");
	assert_int_equal(c.tcp_port, 0);
	assert_int_equal(c.connections_max, 1024);
}

static void
test_config__every_key_is_read(void **state)
{
	static const char text[] =
	    "ledger: .\n"
	    "anchor: /mnt/other/anchor\n"
	    "log_key: keys/l.key\n"
	    "clerk_key: \"keys/c.key\"\n"
	    "listen:\n"
	    "  unix: run/socket\n"
	    "  mode: \"0660\"\n"
	    "  tcp: \"127.0.0.1:8420\"\n"
	    "readers:\n"
	    "  - {uid: 1000, actor: G29.liaison}\n"
	    "  - uid: 0\n"
	    "    actor: audit\n"
	    "publish: entries\n"
	    "threads: 4\n"
	    "batch_wait_ms: 5\n"
	    "limits:\n"
	    "  connections: 10\n"
	    "  requests_per_s: 7\n"
	    "  reads_per_s: 8\n"
	    "  own_uid: yes\n"
	    "  queue: 99\n"
	    "store: {map_mib: 64, reserve_mib: 0, evidence_days: 9,\n"
	    "  draft_days: 3}\n"
	    "log_level: debug\n"
	    "test_clock: \"2022-01-01T00:00:00Z\"\n";
	struct kc_refusal why = {0};
	struct kc_config c;

	(void)state;
	assert_int_equal(kc_config_parse(&c, KC_LIT(text),
			     "/etc/kaocheng/kaocheng.yaml", &why),
	    KC_OK);
	assert_string_equal(c.ledger, "/etc/kaocheng");
	assert_string_equal(c.anchor, "/mnt/other/anchor");
	assert_string_equal(c.log_key, "/etc/kaocheng/keys/l.key");
	assert_string_equal(c.clerk_key, "/etc/kaocheng/keys/c.key");
	assert_string_equal(c.socket, "/etc/kaocheng/run/socket");
	assert_int_equal(c.socket_mode, 0660);
	assert_int_equal(c.tcp_port, 8420);
	assert_int_equal(c.nreaders, 2);
	assert_string_equal(kc_config_reader(&c, 1000), "G29.liaison");
	assert_string_equal(kc_config_reader(&c, 0), "audit");
	assert_null(kc_config_reader(&c, 1));
	assert_true(c.publish_entries);
	assert_int_equal(c.threads, 4);
	assert_int_equal(c.wait_ms, 5);
	assert_int_equal(c.connections_max, 10);
	assert_int_equal(c.requests_per_s, 7);
	assert_int_equal(c.reads_per_s, 8);
	assert_true(c.limit_own_uid);
	assert_int_equal(c.queue_max, 99);
	assert_int_equal(c.map_mib, 64);
	assert_int_equal(c.reserve_mib, 0);
	assert_int_equal(c.evidence_days, 9);
	assert_int_equal(c.draft_days, 3);
	assert_int_equal(c.log_level, KC_LOG_DEBUG);
	assert_true(c.test_clock);
	assert_int_equal(c.test_clock_ms, INT64_C(1640995200000));
}

static void
test_config__a_file_without_a_directory_is_relative_to_here(void **state)
{
	struct kc_refusal why = {0};
	struct kc_config c;

	(void)state;
	assert_int_equal(
	    kc_config_parse(&c, KC_LIT("ledger: .\n"), "k.yaml", &why), KC_OK);
	assert_string_equal(c.ledger, ".");
	assert_string_equal(c.anchor, "anchor");
}

struct refused {
	const char *text;
	enum kc_refusal_code code;
	uint32_t line, col;
};

static void
test_config__refusals_name_line_and_column(void **state)
{
	static const struct refused rows[] = {
	    {"ledgre: /x\n", KC_R_KEY_UNKNOWN, 1, 1},
	    {"ledger: /x\nledger: /y\n", KC_R_KEY_REPEATED, 2, 1},
	    {"ledger: [a]\n", KC_R_KEY_VALUE, 1, 9},
	    {"listen:\n  unix: s\n  port: 1\n", KC_R_KEY_UNKNOWN, 3, 3},
	    {"listen: {tcp: \"0.0.0.0:80\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {tcp: \"10.1.2.3:80\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {tcp: \"localhost:80\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {tcp: \"127.0.0.1:0\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {tcp: \"127.0.0.1:65536\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {tcp: \"127.0.0.1:080\"}\n", KC_R_KEY_VALUE, 1, 15},
	    {"listen: {unix: s, mode: \"1777\"}\n", KC_R_KEY_VALUE, 1, 25},
	    {"listen: {unix: s, mode: \"0888\"}\n", KC_R_KEY_VALUE, 1, 25},
	    {"listen: {mode: \"0600\"}\n", KC_R_KEY_MISSING, 1, 9},
	    {"listen: s\n", KC_R_KEY_VALUE, 1, 9},
	    {"threads: 0\n", KC_R_KEY_VALUE, 1, 10},
	    {"threads: 17\n", KC_R_KEY_VALUE, 1, 10},
	    {"threads: 1.0\n", KC_R_KEY_VALUE, 1, 10},
	    {"batch_wait_ms: 6\n", KC_R_KEY_VALUE, 1, 16},
	    {"log_level: loud\n", KC_R_KEY_VALUE, 1, 12},
	    {"limits: {connections: 0}\n", KC_R_KEY_VALUE, 1, 23},
	    {"store: {map_mib: 0}\n", KC_R_KEY_VALUE, 1, 18},
	    {"store: {evidence_days: 7}\n", KC_R_KEY_VALUE, 1, 24},
	    {"store: {draft_days: 8}\n", KC_R_KEY_VALUE, 1, 21},
	    {"store: {map_size: 1}\n", KC_R_KEY_UNKNOWN, 1, 9},
	    {"limits: {own_uid: true}\n", KC_R_KEY_VALUE, 1, 19},
	    {"test_clock: \"2022-13-01T00:00:00Z\"\n", KC_R_KEY_VALUE, 1, 13},
	    {"readers:\n  - uid: 1\n", KC_R_KEY_MISSING, 2, 5},
	    {"readers:\n  - {uid: -1, actor: a}\n", KC_R_KEY_VALUE, 2, 11},
	    {"readers:\n  - {uid: 1, actor: a b}\n", KC_R_KEY_VALUE, 2, 21},
	    {"readers:\n  - {uid: 1, actor: a}\n  - {uid: 1, actor: b}\n",
		KC_R_KEY_REPEATED, 3, 11},
	    {"ledger: &a /x\n", KC_R_YAML, 1, 12},
	    {"- a\n", KC_R_YAML, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_refusal why = {0};
		struct kc_config c;

		if (kc_config_parse(&c, kc_slice_str(rows[i].text), "/e/k.yaml",
			&why) != KC_EREFUSED ||
		    why.code != rows[i].code || why.line != rows[i].line ||
		    why.col != rows[i].col)
			fail_msg("%s: code %s at %u:%u", rows[i].text,
			    kc_refusal_code_text(why.code), why.line, why.col);
	}
}

static void
test_config__secret_files_are_ours_alone(void **state)
{
	char path[] = "/tmp/kc-config-XXXXXX", link[64];
	struct kc_buf b = {0};
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "12345", 5), 5);
	assert_int_equal(kc_file_read(&b, path, 5, true), KC_OK);
	assert_int_equal(b.n, 5);
	assert_int_equal(kc_file_read(&b, path, 4, true), KC_ETOOBIG);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_int_equal(kc_file_read(&b, path, 5, true), KC_EINVAL);
	assert_int_equal(kc_file_read(&b, path, 5, false), KC_OK);
	assert_int_equal(fchmod(fd, 0600), 0);
	(void)snprintf(link, sizeof(link), "%s-link", path);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(kc_file_read(&b, link, 5, true), KC_EINVAL);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(kc_file_read(&b, path, 5, true), KC_ENOTFOUND);
	assert_int_equal(kc_file_read(&b, "/", 5, true), KC_EIO);
	(void)close(fd);
	kc_buf_free(&b);
}

/* What one line of the log looks like. */
static const char *
logged(char out[KC_LOG_LINE_MAX + 1], struct kc_slice value)
{
	int fds[2];
	struct kc_line l;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	kc_log_set_fd(fds[1]);
	errno = ENOSPC;
	kc_log_begin(&l, KC_LOG_WARNING, "test");
	errno = 0;
	kc_log_slice(&l, "v", value);
	kc_log_end(&l);
	assert_int_equal(errno, ENOSPC);
	kc_log_set_fd(STDERR_FILENO);
	n = read(fds[0], out, KC_LOG_LINE_MAX);
	assert_true(n > 0);
	out[n] = '\0';
	(void)close(fds[0]);
	(void)close(fds[1]);
	return out;
}

static void
test_config__log_values_cannot_forge_lines(void **state)
{
	char out[KC_LOG_LINE_MAX + 1], longest[4000];

	(void)state;
	assert_string_equal(
	    logged(out, KC_LIT("abc")), "<4>event=test v=abc\n");
	assert_string_equal(logged(out, KC_LIT("a\r\n<3>event=forged")),
	    "<4>event=test v=\"a\\r\\n<3>event=forged\"\n");
	assert_string_equal(logged(out, KC_LIT("\x1b[31m\"=\\")),
	    "<4>event=test v=\"\\x1b[31m\\\"=\\\\\"\n");
	assert_string_equal(logged(out, KC_LIT("考\0成")),
	    "<4>event=test v=\"\\xe8\\x80\\x83\\x00\\xe6\\x88\\x90\"\n");
	assert_string_equal(
	    logged(out, KC_LIT("考成")), "<4>event=test v=\"考成\"\n");
	assert_string_equal(logged(out, KC_LIT("\xe2\x80\xae")),
	    "<4>event=test v=\"\\xe2\\x80\\xae\"\n");
	memset(longest, 'x', sizeof(longest));
	(void)logged(out, (struct kc_slice){longest, sizeof(longest)});
	assert_int_equal(strlen(out), KC_LOG_LINE_MAX);
	assert_int_equal(out[KC_LOG_LINE_MAX - 1], '\n');
}

static void
test_config__manual_clock_goes_back_only_when_it_is_set(void **state)
{
	struct kc_manual_clock c = {1000, 0};
	int64_t now, passed, before;

	(void)state;
	kc_clock_manual_both(&c, &now, &before);
	assert_int_equal(kc_clock_move(&c, 2000), KC_OK);
	assert_int_equal(kc_clock_move(&c, 2000), KC_OK);
	assert_int_equal(kc_clock_move(&c, 1999), KC_EINVAL);
	assert_int_equal(kc_clock_manual_ms(&c), 2000);
	kc_clock_set(&c, 5);
	assert_int_equal(kc_clock_manual_ms(&c), 5);
	kc_clock_set(&c, 90000);
	kc_clock_manual_both(&c, &now, &passed);
	assert_int_equal(now, 90000);
	assert_int_equal(passed - before, 1000); /* set is not passed */
}

/* The daemon has given up all other directories (confine.h): what it is told
 * of them later it would only fail at. */
static void
test_config__a_reload_keeps_the_directories_and_says_so(void **state)
{
	static const char before[] = "people: p\nevidence: e\ndrafts: d\n";
	static const char after[] = "people: q\nevidence: f\ndrafts: g\n";
	struct kc_config held, fresh;
	struct kc_refusal why;
	struct kc_buf ignored = {0};

	(void)state;
	assert_int_equal(
	    kc_config_parse(&held, KC_LIT(before), "/k/k.yaml", &why), KC_OK);
	assert_int_equal(
	    kc_config_parse(&fresh, KC_LIT(after), "/k/k.yaml", &why), KC_OK);
	kc_config_keep(&fresh, &held, &ignored);
	assert_string_equal(kc_buf_cstr(&ignored), "people,evidence,drafts");
	assert_string_equal(fresh.evidence, "/k/e");
	assert_string_equal(fresh.people, "/k/p");
	assert_string_equal(fresh.drafts, "/k/d");
	kc_buf_free(&ignored);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_config__defaults_lie_in_one_directory),
	    cmocka_unit_test(test_config__every_key_is_read),
	    cmocka_unit_test(
		test_config__a_file_without_a_directory_is_relative_to_here),
	    cmocka_unit_test(test_config__refusals_name_line_and_column),
	    cmocka_unit_test(test_config__secret_files_are_ours_alone),
	    cmocka_unit_test(test_config__log_values_cannot_forge_lines),
	    cmocka_unit_test(
		test_config__manual_clock_goes_back_only_when_it_is_set),
	    cmocka_unit_test(
		test_config__a_reload_keeps_the_directories_and_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
