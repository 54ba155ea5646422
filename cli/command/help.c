/* SPDX-License-Identifier: Apache-2.0 */
/* Help, from the tables: examples first, then what there is. */
#include <stdio.h>
#include <string.h>

#include "find.h"
#include "lib/field.h"
#include "lib/form.h"
#include "lib/options.h"
#include "lib/tool.h"
#include "lib/width.h"

#define NAME_WIDTH 34

static const char *
say(const struct kc_cli *cli, const char *zh, const char *en)
{
	return cli->lang == KC_LANG_ZH ? zh : en;
}

void
kc_help_line(const char *name, const char *text)
{
	size_t columns = kc_out_columns(), at = NAME_WIDTH + 2;

	if (columns > 0 && columns < 2 * at)
		at = 6;
	fputs("  ", stdout);
	if (kc_text_width(kc_slice_str(name)) + 2 >= at) {
		kc_put_wrapped(stdout, name, 2, columns);
		printf("%*s", (int)at, "");
	} else
		kc_put_padded(stdout, name, at - 2);
	kc_put_wrapped(stdout, text, at, columns);
}

/* "usage ..." and its like: what does not fit goes on below its beginning. */
static void
put_led(const char *lead, const char *text)
{
	fputs(lead, stdout);
	kc_put_wrapped(
	    stdout, text, kc_text_width(kc_slice_str(lead)), kc_out_columns());
}

bool
kc_kind_is_written(const struct kc_kind *kind)
{
	return kind->signers.n > 0 &&
	    (kind->signers.roles[0] & (1u << KC_ROLE_CLERK)) == 0;
}

void
kc_kind_verb(const struct kc_kind *kind, char *out, size_t size)
{
	struct kc_slice verb = kc_slice_str(kind->name), noun;

	out[0] = '\0';
	if (!kc_slice_cut(&verb, '.', &noun) || !kc_slice_copy(out, size, verb))
		return;
	for (char *p = out; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
}

/* "prededuct decide" of "prededuct.decide" */
static void
kind_words(const struct kc_kind *kind, char out[128])
{
	char verb[64];
	const char *dot = strchr(kind->name, '.');

	kc_kind_verb(kind, verb, sizeof(verb));
	snprintf(
	    out, 128, "%.*s %s", (int)(dot - kind->name), kind->name, verb);
}

/* --- all --- */
static void
list_commands(const struct kc_cli *cli, const char *noun)
{
	char name[128];

	for (size_t i = 0; i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (noun != NULL && strcmp(noun, c->noun) != 0)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", c->noun,
		    c->verb != NULL ? " " : "", c->verb != NULL ? c->verb : "");
		kc_help_line(name, say(cli, c->usage_zh, c->usage_en));
	}
}

static void
list_kinds(const struct kc_cli *cli, const char *noun)
{
	char name[128];
	size_t n = noun != NULL ? strlen(noun) : 0;

	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		if (!kc_kind_is_written(kind))
			continue;
		if (noun != NULL &&
		    (strncmp(kind->name, noun, n) != 0 || kind->name[n] != '.'))
			continue;
		kind_words(kind, name);
		kc_help_line(name, say(cli, kind->zh, kind->en));
	}
}

static int
help_all(const struct kc_cli *cli)
{
	put_led("",
	    say(cli, "考成：签名账本上的年度绩效考核。",
		"kaocheng: a city's yearly assessment as a signed ledger."));
	printf("\n%s\n", say(cli, "例子", "examples"));
	kc_help_line("kaocheng demo --no-serve",
	    say(cli, "造出虚构城市的一年，看它如何核验",
		"make the year of a fictional city and see it verified"));
	kc_help_line("kaocheng trail G19 --dir demo",
	    say(cli, "一个单位为何被扣分，还回多少",
		"why a unit lost points, and what came back"));
	kc_help_line("kaocheng explain G19 --dir demo",
	    say(cli, "得分的每个数，到条目、规则和算式",
		"every number of a score, to entry, rule and arithmetic"));
	kc_help_line("kaocheng verify demo/export",
	    say(cli, "不靠服务器，证明无人改动",
		"prove, with no server, that nothing was changed"));
	printf("\n%s\n", say(cli, "命令", "commands"));
	list_commands(cli, NULL);
	put_led("\n",
	    say(cli, "写入（每一项都由本人签署；kaocheng help kinds）",
		"writing, each signed by its author (kaocheng help kinds)"));
	list_kinds(cli, NULL);
	put_led("\n",
	    say(cli, "通用选项，可放在任何位置",
		"options of all commands, anywhere on the line"));
	for (size_t i = 0; i < kc_noptions; i++)
		if (kc_options[i].scope[0] == '\0')
			kc_help_option(cli, &kc_options[i]);
	put_led("\n",
	    say(cli,
		"更多：kaocheng help 命令，help roles，help exit-codes，"
		"help environment，man kaocheng",
		"more: kaocheng help COMMAND, help roles, help exit-codes, "
		"help environment, man kaocheng"));
	return KC_EXIT_OK;
}

/* --- one --- */
void
kc_help_command(const struct kc_cli *cli, const struct kc_command *c)
{
	struct kc_buf text = {0};

	kc_buf_str(&text, "kaocheng ");
	kc_buf_str(&text, c->noun);
	if (c->verb != NULL) {
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, c->verb);
	}
	kc_buf_char(&text, ' ');
	kc_buf_str(&text, c->synopsis);
	put_led("", say(cli, c->usage_zh, c->usage_en));
	put_led(say(cli, "\n用法 ", "\nusage "), kc_buf_cstr(&text));
	kc_buf_free(&text);
	kc_help_options(cli, c);
	put_led("",
	    say(cli, "通用选项见 kaocheng help",
		"for the options of all commands see kaocheng help"));
}

static void
signer_words(const struct kc_cli *cli, uint32_t roles, struct kc_buf *out)
{
	size_t n;
	const struct kc_word *words = kc_set_words(KC_SET_ROLE, &n);
	uint32_t all = (((uint32_t)1 << n) - 1) & ~(1u << KC_ROLE_CLERK);
	bool any = false;

	if ((roles & all) == all) {
		kc_buf_str(out, say(cli, "任何登记人员", "any enrolled actor"));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if ((roles & (1u << i)) == 0)
			continue;
		if (any)
			kc_buf_str(out, say(cli, "或", " or "));
		kc_buf_str(out, say(cli, words[i].zh, words[i].en));
		any = true;
	}
}

static void
help_field(const struct kc_cli *cli, const struct kc_field *f)
{
	struct kc_buf text = {0};
	char name[96], flag[KC_FLAG_SIZE];

	snprintf(name, sizeof(name), "%s%s", kc_field_flag(f, flag),
	    f->presence == KC_MANY || f->presence == KC_SOME ? " …" : "");
	kc_buf_str(&text, say(cli, f->zh, f->en));
	if (f->presence == KC_OPT || f->presence == KC_MANY)
		kc_buf_str(&text, say(cli, "（可选）", " (optional)"));
	kc_buf_str(&text, say(cli, "：", ": "));
	kc_buf_form(&text, f, cli->lang);
	kc_help_line(name, kc_buf_cstr(&text));
	kc_buf_free(&text);
}

static void
put_upper(struct kc_buf *out, const struct kc_field *f, const char *before,
    const char *after)
{
	char flag[KC_FLAG_SIZE];

	kc_buf_str(out, before);
	for (const char *p = kc_field_flag(f, flag) + 2; *p != '\0'; p++)
		kc_buf_char(
		    out, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
	kc_buf_str(out, after);
}

/* What plain arguments name, as in a synopsis: " UNIT TARGET"; or the matter
 * that one may name where none has to be named. */
static void
put_plain(struct kc_buf *out, const struct kc_kind *kind)
{
	bool any = false;

	for (unsigned f = 0; f < kind->nfields; f++)
		if (kc_field_plain(kind, f)) {
			put_upper(out, &kind->fields[f], " ", "");
			any = true;
		}
	for (unsigned f = 0; !any && f < kind->nfields; f++)
		if (kind->fields[f].type == KC_T_HANDLE)
			put_upper(out, &kind->fields[f], " [", "]");
}

void
kc_kind_signers(
    const struct kc_cli *cli, const struct kc_kind *kind, struct kc_buf *out)
{
	for (uint8_t i = 0; i < kind->signers.n; i++) {
		kc_buf_str(out, i > 0 ? say(cli, "；和 ", "; and ") : "");
		signer_words(cli, kind->signers.roles[i], out);
	}
}

void
kc_help_kind(const struct kc_cli *cli, const struct kc_kind *kind)
{
	struct kc_buf text = {0}, usage = {0}, title = {0};
	char name[128];

	kind_words(kind, name);
	kc_buf_str(&title, say(cli, kind->zh, kind->en));
	kc_buf_str(&title, " (");
	kc_buf_str(&title, kind->name);
	kc_buf_char(&title, ')');
	kc_kind_signers(cli, kind, &text);
	kc_buf_str(&usage, "kaocheng ");
	kc_buf_str(&usage, name);
	put_plain(&usage, kind);
	for (uint8_t i = 0; i < kind->signers.n; i++)
		kc_buf_str(&usage, " --as ACTOR");
	kc_buf_str(&usage, " ...");
	put_led("", kc_buf_cstr(&title));
	put_led(say(cli, "\n用法 ", "\nusage "), kc_buf_cstr(&usage));
	put_led(say(cli, "签署 ", "signed by "), kc_buf_cstr(&text));
	putchar('\n');
	kc_buf_free(&usage);
	kc_buf_free(&title);
	for (unsigned i = 0; i < kind->nfields; i++)
		help_field(cli, &kind->fields[i]);
	for (size_t i = 0; i < kc_noptions; i++)
		if (kc_option_is_of_kind(&kc_options[i], kind))
			kc_help_option(cli, &kc_options[i]);
	kc_buf_free(&text);
}

static int
help_kinds(const struct kc_cli *cli)
{
	struct kc_buf text = {0};

	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		kc_buf_reset(&text);
		kc_buf_str(&text, say(cli, kind->zh, kind->en));
		for (unsigned i = 0; i < kind->signers.n; i++) {
			kc_buf_str(&text,
			    i == 0 ? say(cli, "；签署：", "; by ") : " + ");
			signer_words(cli, kind->signers.roles[i], &text);
		}
		kc_help_line(kind->name, kc_buf_cstr(&text));
	}
	kc_buf_free(&text);
	return KC_EXIT_OK;
}

int
kc_help_code(const struct kc_cli *cli, enum kc_refusal_code code)
{
	const struct kc_refusal_help h = kc_refusal_help(code, cli->lang);
	struct kc_refusal r = {0};
	struct kc_buf message = {0};

	if (cli->format != KC_FORMAT_TABLE && cli->format != KC_FORMAT_WIDE)
		return kc_cli_usage(
		    "%s", _("this command prints nothing in that format"));
	/* The sentence, with an ellipsis for each of its arguments. */
	(void)kc_refuse(&r, code, "…", "…", "…", "…");
	kc_refusal_message(&r, cli->lang, &message);
	printf("%s  ", kc_refusal_code_text(code));
	kc_put_wrapped(stdout, kc_buf_cstr(&message),
	    strlen(kc_refusal_code_text(code)) + 2, kc_out_columns());
	kc_buf_free(&message);
	put_led(say(cli, "\n  原因    ", "\n  cause   "), h.cause);
	put_led(say(cli, "  例如    ", "  example "), h.example);
	put_led(say(cli, "  办法    ", "  remedy  "), h.remedy);
	printf("  HTTP    %d\n", kc_refusal_status(code));
	put_led("  ",
	    say(cli, "被拒绝的事项没有入账，状态不变。",
		"What is refused is not in the log; nothing has changed."));
	return KC_EXIT_OK;
}

static int
help_noun(struct kc_cli *cli, const char *noun, const char *verb)
{
	char own[64];
	bool any = false;
	size_t n = strlen(noun);

	for (size_t i = 0; i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (strcmp(c->noun, noun) != 0)
			continue;
		any = true;
		if (verb != NULL ? c->verb != NULL && strcmp(c->verb, verb) == 0
				 : c->verb == NULL) {
			kc_help_command(cli, c);
			return KC_EXIT_OK;
		}
	}
	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		if (strncmp(kind->name, noun, n) != 0 || kind->name[n] != '.')
			continue;
		any = true;
		kc_kind_verb(kind, own, sizeof(own));
		if (verb != NULL && strcmp(own, verb) == 0) {
			kc_help_kind(cli, kind);
			return KC_EXIT_OK;
		}
	}
	if (!any)
		return kc_unknown_noun(cli, noun);
	if (verb != NULL)
		return kc_unknown_verb(cli, noun, verb);
	list_commands(cli, noun);
	list_kinds(cli, noun);
	return KC_EXIT_OK;
}

int
kc_cmd_help(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_kind *kind;
	enum kc_refusal_code code;

	if (argc == 0)
		return help_all(cli);
	if (strcmp(argv[0], "kinds") == 0)
		return help_kinds(cli);
	if (strcmp(argv[0], "roles") == 0)
		return kc_help_roles(cli);
	if (strcmp(argv[0], "exit-codes") == 0)
		return kc_help_exit_codes(cli);
	if (strcmp(argv[0], "environment") == 0)
		return kc_help_environment(cli);
	code = kc_refusal_find(kc_slice_str(argv[0]));
	if (code != KC_R_NONE)
		return kc_help_code(cli, code);
	kind = kc_kind_find(kc_slice_str(argv[0]));
	if (kind != NULL) {
		kc_help_kind(cli, kind);
		return KC_EXIT_OK;
	}
	if (strncmp(argv[0], "E-", 2) == 0)
		return kc_unknown_code(argv[0]);
	return help_noun(cli, argv[0], argc > 1 ? argv[1] : NULL);
}

int
kc_cmd_version(struct kc_cli *cli, int argc, char **argv)
{
	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->format == KC_FORMAT_JSON)
		puts("{\"schema\":\"kaocheng.version/"
		     "1\",\"version\":\"" KC_VERSION "\"}");
	else
		puts("kaocheng " KC_VERSION);
	return KC_EXIT_OK;
}
