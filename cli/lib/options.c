/* SPDX-License-Identifier: Apache-2.0 */
/* The options common to all commands. */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "i18n.h"
#include "tool.h"

const struct kc_option kc_options[] = {
    {"--dir", "DIR", "账本目录：直接读取，不经守护进程；写入时用 DIR/socket",
	"a ledger's directory: read without its daemon; writes use DIR/socket"},
    {"--socket", "PATH", "守护进程的套接字", "socket of the daemon"},
    {"--url", "URL", "守护进程的网址", "address of the daemon"},
    {"-o", "FORMAT", "table、wide、json、jsonl、csv、tsv、md",
	"table, wide, json, jsonl, csv, tsv or md"},
    {"--json", NULL, "同 -o json", "the same as -o json"},
    {"--csv", NULL, "同 -o csv", "the same as -o csv"},
    {"--bom", NULL, "供电子表格使用的 CSV：带 BOM，表头和用语随语言",
	"CSV for a spreadsheet: byte order mark, labels in your language"},
    {"--as-of", "SEQ|TIME", "截至某条目或某时刻", "as of an entry or a time"},
    {"--lang", "zh|en", "语言", "language"},
    {"--as", "ACTOR", "签署人，可重复", "who signs; may be repeated"},
    {"--keys", "DIR", "密钥文件目录，缺省 DIR/keys",
	"where key files are; DIR/keys if not said"},
    {"--passphrase-file", "FILE", "密钥口令所在文件",
	"file with the passphrase of the keys"},
    {"--trust", "FILE", "另处得来的信任文件，缺省 DIR/trust",
	"trust file from elsewhere; DIR/trust if not said"},
    {"--id", "HEX", "事项标识，32 位十六进制；缺省随机",
	"id of the statement, 32 hexadecimal digits; random if not said"},
    {"--at", "TIME", "签署时间，缺省现在",
	"when it is signed; now if not said"},
    {"--out", "FILE", "只写出未签署的文本，不发送",
	"write the unsigned text to a file; send nothing"},
    {"--dry-run", NULL, "显示将要签署的文本并预审，不写入",
	"show the text to be signed, ask whether it would stand; write "
	"nothing"},
    {"--yes", NULL, "不再询问；没有终端时须给出",
	"sign without a question; needed where there is no terminal"},
    {"--quiet", NULL, "只输出结果，也不询问", "results only, and no question"},
    {"--ascii", NULL, "不用制表符号", "no line-drawing characters"},
    {"--help", NULL, "本命令的帮助", "help on this command"},
};
const size_t kc_noptions = sizeof(kc_options) / sizeof(kc_options[0]);

unsigned
kc_word_distance(const char *a, const char *b)
{
	unsigned row[3][64];
	size_t n = strlen(a), m = strlen(b);

	if (n >= 63 || m >= 63)
		return 99;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3];
		const unsigned *up2 = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

static bool
read_format(struct kc_cli *cli, const char *text)
{
	static const char *const names[] = {
	    "table", "wide", "json", "jsonl", "csv", "tsv", "md"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			cli->format = (enum kc_format)i;
			return true;
		}
	}
	return false;
}

/* An option that may stand once. */
static bool
once(const char **to, const char *value)
{
	bool first = *to == NULL;

	*to = value;
	return first;
}

static bool
take_value(struct kc_cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "--dir") == 0)
		return once(&cli->dir, value);
	if (strcmp(name, "--socket") == 0 || strcmp(name, "--url") == 0)
		return once(&cli->where, value);
	if (strcmp(name, "--as-of") == 0)
		return once(&cli->as_of, value);
	if (strcmp(name, "--keys") == 0)
		return once(&cli->keys, value);
	if (strcmp(name, "--id") == 0)
		return once(&cli->id, value);
	if (strcmp(name, "--at") == 0)
		return once(&cli->at, value);
	if (strcmp(name, "--out") == 0)
		return once(&cli->out, value);
	if (strcmp(name, "--trust") == 0)
		return once(&cli->trust, value);
	if (strcmp(name, "--passphrase-file") == 0)
		return once(&cli->passphrase_file, value);
	if (strcmp(name, "-o") == 0)
		return read_format(cli, value);
	if (strcmp(name, "--as") == 0) {
		if (cli->nas == KC_CLI_AS_MAX)
			return false;
		cli->as[cli->nas++] = value;
		return true;
	}
	/* --lang was read before anything could be said. */
	return strcmp(value, "zh") == 0 || strcmp(value, "en") == 0;
}

static void
take_flag(struct kc_cli *cli, const char *name, bool *help)
{
	if (strcmp(name, "--json") == 0)
		cli->format = KC_FORMAT_JSON;
	else if (strcmp(name, "--csv") == 0)
		cli->format = KC_FORMAT_CSV;
	else if (strcmp(name, "--bom") == 0)
		cli->bom = true;
	else if (strcmp(name, "--dry-run") == 0)
		cli->dry_run = true;
	else if (strcmp(name, "--yes") == 0)
		cli->yes = true;
	else if (strcmp(name, "--quiet") == 0)
		cli->quiet = true;
	else if (strcmp(name, "--ascii") == 0)
		cli->ascii = true;
	else
		*help = true;
}

/* The option that arg names; *value if it holds "=value". */
static const struct kc_option *
find(const char *arg, const char **value)
{
	*value = NULL;
	for (size_t i = 0; i < kc_noptions; i++) {
		size_t n = strlen(kc_options[i].name);

		if (strncmp(arg, kc_options[i].name, n) != 0)
			continue;
		if (arg[n] == '\0')
			return &kc_options[i];
		if (arg[n] == '=' && kc_options[i].value != NULL) {
			*value = arg + n + 1;
			return &kc_options[i];
		}
	}
	return NULL;
}

static void
choose_language(struct kc_cli *cli, int argc, char **argv)
{
	cli->lang = kc_lang_of_environment();
	for (int i = 0; i < argc; i++) {
		const char *value = NULL;

		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			value = argv[i + 1];
		else if (strncmp(argv[i], "--lang=", 7) == 0)
			value = argv[i] + 7;
		if (value != NULL)
			cli->lang =
			    strcmp(value, "zh") == 0 ? KC_LANG_ZH : KC_LANG_EN;
	}
	kc_lang_use(cli->lang);
}

int
kc_options_take(
    struct kc_cli *cli, int *argc, char **argv, bool *help, bool *version)
{
	int kept = 0;

	choose_language(cli, *argc, argv);
	for (int i = 0; i < *argc; i++) {
		const char *value;
		const struct kc_option *o = find(argv[i], &value);

		if (strcmp(argv[i], "--") == 0) {
			while (++i < *argc)
				argv[kept++] = argv[i];
			break;
		}
		if (strcmp(argv[i], "--version") == 0) {
			*version = true;
		} else if (strcmp(argv[i], "-h") == 0) {
			*help = true;
		} else if (o == NULL) {
			argv[kept++] = argv[i];
		} else if (o->value == NULL) {
			take_flag(cli, o->name, help);
		} else {
			if (value == NULL && i + 1 == *argc)
				return kc_cli_usage(_("%s takes a value: %s"),
				    o->name, o->value);
			if (value == NULL)
				value = argv[++i];
			if (!take_value(cli, o->name, value))
				return kc_cli_usage(
				    _("%s %s: not accepted, or given twice"),
				    o->name, value);
		}
	}
	*argc = kept;
	return KC_EXIT_OK;
}
