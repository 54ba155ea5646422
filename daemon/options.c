/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the daemon, and the configuration that it names. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include <kaocheng/leaf.h>

#include "net/routes.h"
#include "start.h"
#include "sys/lang.h"
#include "sys/log.h"

static const char usage_en[] =
    "usage: kaochengd [-c FILE | --dir DIR] [options]\n"
    "  -c, --config FILE       configuration, kaocheng.yaml(5)\n"
    "      --dir DIR           DIR/kaocheng.yaml, or defaults under DIR\n"
    "  -n, --check             check configuration, keys and ledger, then end\n"
    "      --test-clock TIME   start with a clock that stands still at TIME\n"
    "                          (2022-01-01T00:00:00Z) until it is moved\n"
    "      --reseed-anchor     let a new anchor begin at the ledger's head\n"
    "      --restored          the ledger was put back on purpose: it says "
    "so,\n"
    "                          and waits until two administrators accept it\n"
    "      --try-reminder CHANNEL:ACTOR:zh|en|json\n"
    "                          send one test message, say what happened, "
    "end\n"
    "      --foreground        stay in the foreground (always so)\n"
    "      --routes            print the route table\n"
    "      --version, --help\n"
    "exit codes: 0 ended when told, 1 failed, 65 the start-up guard refused,\n"
    "74 the outcome of a write is unknown: start again, 100 usage\n";
static const char usage_zh[] =
    "用法：kaochengd [-c 文件 | --dir 目录] [选项]\n"
    "  -c, --config 文件       配置文件，见 kaocheng.yaml(5)\n"
    "      --dir 目录          目录中的 "
    "kaocheng.yaml，没有则取该目录下的缺省值\n"
    "  -n, --check             检查配置、密钥和账本后结束\n"
    "      --test-clock 时间   "
    "以停在该时间（2022-01-01T00:00:00Z）的时钟启动，\n"
    "                          直到将它拨动\n"
    "      --reseed-anchor     在账本当前位置另立锚点\n"
    "      --restored          "
    "账本系有意恢复：账本予以写明，并等待两名管理员认可\n"
    "      --try-reminder 渠道:人员:zh|en|json\n"
    "                          发送一条测试消息，说明结果后结束\n"
    "      --foreground        留在前台（一向如此）\n"
    "      --routes            打印路由表\n"
    "      --version, --help\n"
    "退出码：0 按指令结束，1 失败，65 启动检查拒绝，\n"
    "74 写入结果不明，请重新启动，100 用法错误\n";

/* --- options --- */
enum option_code {
	OPT_DIR = 256,
	OPT_TEST_CLOCK,
	OPT_RESEED,
	OPT_RESTORED,
	OPT_FOREGROUND,
	OPT_TRY,
	OPT_ROUTES,
	OPT_VERSION
};

int
kc_options_print(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) == EOF
	    ? KC_DAEMON_FAILED
	    : KC_DAEMON_OK;
}

static int
print_routes(void)
{
	struct kc_buf b = {0};
	int code;

	kc_routes_print(&b);
	code = kc_options_print(kc_buf_cstr(&b));
	kc_buf_free(&b);
	return code;
}

int
kc_options_parse(struct kc_options *o, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"dir", required_argument, NULL, OPT_DIR},
	    {"check", no_argument, NULL, 'n'},
	    {"test-clock", required_argument, NULL, OPT_TEST_CLOCK},
	    {"reseed-anchor", no_argument, NULL, OPT_RESEED},
	    {"restored", no_argument, NULL, OPT_RESTORED},
	    {"foreground", no_argument, NULL, OPT_FOREGROUND},
	    {"try-reminder", required_argument, NULL, OPT_TRY},
	    {"routes", no_argument, NULL, OPT_ROUTES},
	    {"version", no_argument, NULL, OPT_VERSION},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "c:nh", longs, NULL)) != -1) {
		if (c == 'c')
			o->file = optarg;
		else if (c == OPT_DIR)
			o->dir = optarg;
		else if (c == 'n')
			o->check = true;
		else if (c == OPT_TEST_CLOCK)
			o->test_clock = optarg;
		else if (c == OPT_RESEED)
			o->reseed_anchor = true;
		else if (c == OPT_TRY)
			o->try_reminder = optarg;
		else if (c == OPT_RESTORED)
			o->restored = true;
		else if (c == OPT_ROUTES)
			return print_routes();
		else if (c == OPT_VERSION)
			return kc_options_print("kaochengd " KC_VERSION "\n");
		else if (c == 'h')
			return kc_options_print(
			    kc_lang_said(usage_zh, usage_en));
		else if (c != OPT_FOREGROUND)
			return KC_DAEMON_USAGE;
	}
	if (optind != argc || (o->file == NULL) == (o->dir == NULL)) {
		(void)fputs(kc_lang_said(usage_zh, usage_en), stderr);
		return KC_DAEMON_USAGE;
	}
	return -1;
}

/* --- configuration --- */
struct kc_config *
kc_options_config(const struct kc_options *o)
{
	struct kc_config *c = kc_alloc(sizeof(*c));
	char path[KC_CONFIG_PATH_MAX];
	const char *file = o->file;
	struct kc_refusal why = {0};
	enum kc_err err = KC_ENOMEM;
	int64_t at_s;

	if (c != NULL && file == NULL) {
		int n =
		    snprintf(path, sizeof(path), "%s/kaocheng.yaml", o->dir);

		file = path;
		err = n < 0 || (size_t)n >= sizeof(path) ? KC_EINVAL : KC_OK;
		if (err == KC_OK && access(path, F_OK) != 0) {
			err = kc_config_defaults(c, o->dir);
			goto out;
		}
	}
	if (c != NULL && (o->file != NULL || err == KC_OK))
		err = kc_config_load(c, file, &why);
out:
	if (err == KC_OK && o->test_clock != NULL) {
		if (!kc_read_instant_s(kc_slice_str(o->test_clock), &at_s)) {
			(void)fputs("kaochengd: --test-clock wants an instant "
				    "such as 2022-01-01T00:00:00Z\n",
			    stderr);
			err = KC_ESYNTAX;
		} else {
			c->test_clock = true;
			c->test_clock_ms = at_s * 1000;
		}
	}
	if (err == KC_OK)
		return c;
	kc_keys_say(file == NULL ? "" : file, err, &why);
	kc_free(c);
	return NULL;
}
