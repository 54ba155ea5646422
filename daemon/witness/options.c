/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of a witness. */
#include "witness/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "sys/lang.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const usage_text[] = {
    "usage: kaocheng-witness -c FILE [options]\n"
    "Cosigns checkpoints of logs (C2SP tlog-witness). See "
    "kaocheng-witness(8).\n"
    "  -c, --config FILE   configuration\n"
    "      --new NAME      make its key and an empty book, print the verifier\n"
    "                      key, end; NAME is an address without scheme, as\n"
    "                      witness.audit.example.org\n"
    "      --show          print the verifier key, what was cosigned last of\n"
    "                      each log, and signed heads that contradict it\n"
    "  -n, --check         check configuration, key and book, then end\n"
    "      --version, --help\n"
    "exit codes: 0 ended when told, 1 failed, 65 the book is not there,\n"
    "damaged or of another key, 74 the outcome of a write is unknown: start\n"
    "again, 100 usage\n",
    "用法：kaocheng-witness -c 文件 [选项]\n"
    "为日志的检查点联署（C2SP tlog-witness），详见 kaocheng-witness(8)。\n"
    "  -c, --config 文件   配置文件\n"
    "      --new 名称      生成密钥与空簿册，打印验证公钥后结束；名称是不带\n"
    "                      协议的地址，如 witness.audit.example.org\n"
    "      --show          打印验证公钥、每个日志最近联署的检查点，以及与之\n"
    "                      矛盾的已签名检查点\n"
    "  -n, --check         检查配置、密钥与簿册后结束\n"
    "      --version, --help\n"
    "退出码：0 按指令结束；1 失败；65 簿册不存在、损坏或属于另一密钥；\n"
    "74 写入结果不明，请重新启动；100 用法错误\n"};

/* --- options --- */
enum option_code {
	OPT_NEW = 256,
	OPT_SHOW,
	OPT_VERSION
};

static const char *
usage(void)
{
	return usage_text[kc_lang_of_environment() == KC_LANG_ZH];
}

static int
print(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) == EOF
	    ? KC_WITNESS_EXIT_FAILED
	    : KC_WITNESS_EXIT_OK;
}

int
kc_witness_options(struct kc_witness_command *o, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"new", required_argument, NULL, OPT_NEW},
	    {"show", no_argument, NULL, OPT_SHOW},
	    {"check", no_argument, NULL, 'n'},
	    {"version", no_argument, NULL, OPT_VERSION},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "c:nh", longs, NULL)) != -1) {
		if (c == 'c')
			o->file = optarg;
		else if (c == OPT_NEW)
			o->name = optarg;
		else if (c == OPT_SHOW)
			o->show = true;
		else if (c == 'n')
			o->check = true;
		else if (c == OPT_VERSION)
			return print("kaocheng-witness " KC_VERSION "\n");
		else if (c == 'h')
			return print(usage());
		else
			return KC_WITNESS_EXIT_USAGE;
	}
	if (optind == argc && o->file != NULL &&
	    (o->name != NULL) + o->show + o->check <= 1)
		return -1;
	(void)fputs(usage(), stderr);
	return KC_WITNESS_EXIT_USAGE;
}
