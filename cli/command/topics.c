/* SPDX-License-Identifier: Apache-2.0 */
/* What help says beside the commands: their own options, exit codes, and the
 * environment. A test holds the manual page to these tables. */
#include <stdio.h>
#include <string.h>

#include "lib/tool.h"

/* Options of one command; those of all are in options.c. */
static const struct {
	const char *noun, *verb; /* verb NULL: the noun alone */
	const char *name, *zh, *en;
} options[] = {
    {"summary", NULL, "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"score", NULL, "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"trail", NULL, "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"explain", NULL, "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"unit", "trail", "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"target", "list", "--year YEAR", "年度，缺省最近一个",
	"which year; the latest if not said"},
    {"log", "list", "--from SEQ", "从哪个条目起", "first entry to list"},
    {"log", "list", "--limit N", "最多几条", "how many entries at most"},
    {"log", "show", "--raw", "入账的原始字节", "the stored bytes"},
    {"log", "show", "--receipt", "在最近检查点中的证明",
	"proof that it stands in the latest checkpoint"},
    {"verify", NULL, "--at-least FILE", "早先的检查点，须被延续",
	"an earlier checkpoint that must be extended"},
    {"verify", NULL, "--receipt FILE", "核验一份回执", "check one receipt"},
    {"verify", NULL, "--leaf FILE", "回执所证的原始字节",
	"the stored bytes that the receipt is about"},
    {"export", NULL, "--bundle FILE", "导出为单个文件", "write one file"},
    {"key", "new", "--unprotected", "不设口令", "no passphrase"},
    {"key", "show", "--possession LEDGER", "持有证明，供管理员登记",
	"proof that the key is held, for those who enrol it"},
    {"send", NULL, "--retry", "重问发件箱中的每一件",
	"ask again about every note of the outbox"},
    {"init", NULL, "--origin NAME", "账本名称，如 example.org/kaohe-2026",
	"name of the ledger, such as example.org/kaohe-2026"},
    {"init", NULL, "--year YEAR", "年度，缺省今年",
	"which year is opened; this one if not said"},
    {"init", NULL, "--title TEXT", "标题", "its title"},
    {"init", NULL, "--policy FILE", "政策文件，缺省自带的",
	"policy file; the one shipped if not said"},
    {"init", NULL, "--tcp 127.0.0.1:PORT", "另在此处监听", "listen there too"},
    {"init", NULL, "--unprotected", "密钥不设口令",
	"no passphrase on the keys"},
    {"demo", NULL, "--no-serve", "造完即止", "end when the year is made"},
    {"demo", NULL, "--tamper", "改动一个字节，看核验如何发现",
	"flip a byte and see verify find it"},
};

static const struct {
	const char *code, *zh, *en;
} exit_codes[] = {
    {"0", "成功", "done"},
    {"1", "失败", "failed"},
    {"2", "用法或格式错误", "usage, or a malformed statement"},
    {"3", "没有这个", "not found"},
    {"4", "无权", "not permitted"},
    {"5", "冲突：状态已变或他人在先",
	"conflict: the state does not allow it, or someone was first"},
    {"6", "规则不允许", "refused by a rule"},
    {"7", "守护进程不可达或不收", "daemon unreachable or not taking"},
    {"10", "证实被篡改：与已签署的内容矛盾",
	"tampering proved: something signed is contradicted"},
    {"11", "不能证明完整：缺失、截断、损坏或缺签名",
	"cannot be proved complete: missing, broken off, damaged, unsigned"},
    {"12", "重放不一致", "replay differs"},
};

static const struct {
	const char *name, *zh, *en;
} environment[] = {
    {"KAOCHENG_SOCKET", "守护进程的套接字", "socket of the daemon"},
    {"KAOCHENG_DIR", "账本目录：用其中的 socket、keys 和 trust",
	"directory of the ledger: socket, keys and trust in it"},
    {"LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "语言，zh 开头为中文",
	"language; Chinese if it begins with zh"},
    {"NO_COLOR", "设了就不用颜色", "no colours if set"},
    {"COLUMNS", "终端的列数", "columns of the terminal"},
    {"XDG_STATE_HOME, HOME", "发件箱所在", "where the outbox is"},
};

static const char *
say(const struct kc_cli *cli, const char *zh, const char *en)
{
	return cli->lang == KC_LANG_ZH ? zh : en;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
kc_help_options(const struct kc_cli *cli, const struct kc_command *c)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(options[i].noun, c->noun) != 0 ||
		    !same(options[i].verb, c->verb))
			continue;
		if (!any)
			putchar('\n');
		any = true;
		kc_help_line(
		    options[i].name, say(cli, options[i].zh, options[i].en));
	}
	if (any)
		putchar('\n');
}

int
kc_help_exit_codes(const struct kc_cli *cli)
{
	for (size_t i = 0; i < sizeof(exit_codes) / sizeof(exit_codes[0]); i++)
		kc_help_line(exit_codes[i].code,
		    say(cli, exit_codes[i].zh, exit_codes[i].en));
	return KC_EXIT_OK;
}

int
kc_help_environment(const struct kc_cli *cli)
{
	for (size_t i = 0; i < sizeof(environment) / sizeof(environment[0]);
	     i++)
		kc_help_line(environment[i].name,
		    say(cli, environment[i].zh, environment[i].en));
	return KC_EXIT_OK;
}
