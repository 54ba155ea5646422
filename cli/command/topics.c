/* SPDX-License-Identifier: Apache-2.0 */
/* What help says beside the commands: their own options, exit codes, and the
 * environment. A test holds the manual page to these tables. */
#include <stdio.h>
#include <string.h>

#include "lib/form.h"
#include "lib/options.h"

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
    {"141", "读者先关闭了管道（head 等），由 SIGPIPE 结束",
	"ended by SIGPIPE: the reader of the pipe had seen enough (head)"},
};

static const struct {
	const char *name, *zh, *en;
} environment[] = {
    {"KAOCHENG_SOCKET", "守护进程的套接字", "socket of the daemon"},
    {"SSH_AUTH_SOCK", "ssh-agent 的套接字，见 key new --agent",
	"socket of the ssh-agent, for keys that it holds (key new --agent)"},
    {"KAOCHENG_DIR", "账本目录：用其中的 socket、keys 和 trust",
	"directory of the ledger: socket, keys and trust in it"},
    {"KAOCHENG_FONT", "命令行没有 --font 时 PDF 所用的字体",
	"font family of a PDF where --font is not said"},
    {"LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "语言，zh 开头为中文",
	"language; Chinese if it begins with zh"},
    {"NO_COLOR", "设了就不用颜色", "no colours if set"},
    {"TERM", "为 dumb 则不用颜色", "no colours if it is dumb"},
    {"COLUMNS", "终端的列数", "columns of the terminal"},
    {"XDG_CONFIG_HOME, HOME", "login 所记的文件所在",
	"where the file is that login remembers in"},
    {"XDG_STATE_HOME, HOME", "发件箱和所见检查点所在",
	"where the outbox is, and what was seen of each ledger"},
};

static const char *
say(const struct kc_cli *cli, const char *zh, const char *en)
{
	return cli->lang == KC_LANG_ZH ? zh : en;
}

void
kc_help_option(const struct kc_cli *cli, const struct kc_option *o)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", o->name,
	    o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
	kc_help_line(name, say(cli, o->zh, o->en));
}

void
kc_help_options(const struct kc_cli *cli, const struct kc_command *c)
{
	bool any = false;

	for (size_t i = 0; i < kc_noptions; i++) {
		if (!kc_option_is_of(&kc_options[i], c))
			continue;
		if (!any)
			putchar('\n');
		any = true;
		kc_help_option(cli, &kc_options[i]);
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

/* The kinds that need this role, in the reader's words. */
static void
put_signed(const struct kc_cli *cli, uint32_t role, struct kc_buf *out)
{
	const char *between = say(cli, "：", ": ");
	const uint32_t anyone =
	    ((1u << KC_ROLE_COUNT) - 1) & ~(1u << KC_ROLE_CLERK);

	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);
		bool signs = false;

		for (uint8_t i = 0; i < kind->signers.n; i++)
			signs = signs ||
			    ((kind->signers.roles[i] & role) != 0 &&
				(kind->signers.roles[i] & anyone) != anyone);
		if (!signs)
			continue;
		kc_buf_str(out, between);
		kc_buf_str(out, say(cli, kind->zh, kind->en));
		between = say(cli, "；", "; ");
	}
}

int
kc_help_roles(const struct kc_cli *cli)
{
	struct kc_buf text = {0};
	size_t n;
	const struct kc_word *words = kc_set_words(KC_SET_ROLE, &n);

	for (size_t i = 0; i < n; i++) {
		kc_buf_reset(&text);
		kc_buf_str(&text, say(cli, words[i].zh, words[i].en));
		put_signed(cli, 1u << i, &text);
		kc_help_line(words[i].wire, kc_buf_cstr(&text));
	}
	kc_buf_free(&text);
	return KC_EXIT_OK;
}
