/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a line by the table of options. */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/near.h>

#include "field.h"
#include "i18n.h"
#include "login.h"

/* --- whose --- */
bool
kc_option_is_of(const struct kc_option *o, const struct kc_command *c)
{
	struct kc_slice rest = kc_slice_str(o->scope), one;
	char words[64];

	if (strcmp(o->scope, KC_OF_LISTS) == 0)
		return c->view != NULL &&
		    kc_view_pages(kc_view_find(kc_slice_str(c->view)));
	snprintf(words, sizeof(words), "%s%s%s", c->noun,
	    c->verb != NULL ? "." : "", c->verb != NULL ? c->verb : "");
	while (rest.n > 0) {
		if (!kc_slice_cut(&rest, ' ', &one)) {
			one = rest;
			rest.n = 0;
		}
		if (kc_slice_is(one, words))
			return true;
	}
	return false;
}

bool
kc_option_is_of_kind(const struct kc_option *o, const struct kc_kind *kind)
{
	return strcmp(o->scope, KC_OF_STATEMENTS) == 0 &&
	    kc_kind_has_ready(kind) &&
	    kc_kind_field(kind, kc_slice_str(o->name + 2)) < 0;
}

/* Before the words are known (f NULL), any option may be meant. A field of a
 * statement is not hidden by an option of all commands: the share of a task. */
static bool
may_stand(const struct kc_option *o, const struct kc_found *f)
{
	if (f != NULL && f->kind != NULL &&
	    kc_kind_field(f->kind, kc_slice_str(o->name + 2)) >= 0)
		return false;
	return o->scope[0] == '\0' || f == NULL ||
	    (f->command != NULL && kc_option_is_of(o, f->command)) ||
	    (f->kind != NULL && kc_option_is_of_kind(o, f->kind));
}

/* The option that arg names; *value if it holds "=value". */
static const struct kc_option *
find(const struct kc_found *f, const char *arg, const char **value)
{
	*value = NULL;
	if (strcmp(arg, "-h") == 0)
		arg = "--help";
	for (size_t i = 0; i < kc_noptions; i++) {
		const struct kc_option *o = &kc_options[i];
		size_t n = strlen(o->name);

		if (!may_stand(o, f) || strncmp(arg, o->name, n) != 0)
			continue;
		if (arg[n] == '=' && o->value != NULL)
			*value = arg + n + 1;
		if (arg[n] == '\0' || *value != NULL)
			return o;
	}
	return NULL;
}

static bool
is_flag_like(const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0' && strcmp(arg, "--") != 0;
}

/* --- values --- */
/* "zh", or as locales have it, "zh_CN" or "zh-CN"; -1: none that there is. */
static int
lang_of(const char *text)
{
	if (text[0] != '\0' && text[1] != '\0' && strchr("_-", text[2]) == NULL)
		return -1;
	return strncmp(text, "zh", 2) == 0 ? (int)KC_LANG_ZH
	    : strncmp(text, "en", 2) == 0  ? (int)KC_LANG_EN
					   : -1;
}

static int
read_format(struct kc_cli *cli, const struct kc_option *o, const char *text)
{
	static const char *const names[] = {
	    "table", "wide", "json", "jsonl", "csv", "tsv", "md", "xlsx"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			cli->format = (enum kc_format)i;
			cli->bom |= cli->format == KC_FORMAT_XLSX;
			return KC_EXIT_OK;
		}
	}
	return kc_cli_usage(_("%s %s: it takes %s"), o->name, text, o->value);
}

static int
read_text(struct kc_cli *cli, const struct kc_option *o, const char *text)
{
	const char **to = (const char **)(void *)((char *)cli + o->place);

	if (*to != NULL)
		return kc_cli_usage(_("%s is given twice"), o->name);
	*to = text;
	return KC_EXIT_OK;
}

static int
read_list(struct kc_cli *cli, const struct kc_option *o, const char *text)
{
	struct kc_cli_list *to =
	    (struct kc_cli_list *)(void *)((char *)cli + o->place);

	if (to->n == KC_CLI_LIST_MAX)
		return kc_cli_usage(_("%s: too many"), o->name);
	to->v[to->n++] = text;
	return KC_EXIT_OK;
}

static int
take(struct kc_cli *cli, const struct kc_option *o, const char *text)
{
	switch (o->type) {
	case KC_OPTION_FLAG:
		*((bool *)(void *)((char *)cli + o->place)) = true;
		return KC_EXIT_OK;
	case KC_OPTION_TEXT:
		return read_text(cli, o, text);
	case KC_OPTION_LIST:
		return read_list(cli, o, text);
	case KC_OPTION_SIGNER:
		if (cli->nas == KC_CLI_AS_MAX)
			return kc_cli_usage(_("%s: too many"), o->name);
		cli->as[cli->nas++] = text;
		return KC_EXIT_OK;
	case KC_OPTION_FORMAT:
		return read_format(cli, o, text);
	case KC_OPTION_JSON:
		cli->format = KC_FORMAT_JSON;
		return KC_EXIT_OK;
	case KC_OPTION_CSV:
		cli->format = KC_FORMAT_CSV;
		return KC_EXIT_OK;
	case KC_OPTION_LANG:
		if (lang_of(text) >= 0)
			return KC_EXIT_OK;
		return kc_cli_usage(
		    _("%s %s: it takes %s"), o->name, text, o->value);
	}
	return KC_EXIT_OK;
}

/* --- the line --- */
static void
choose_language(struct kc_cli *cli, int argc, char **argv)
{
	cli->lang = kc_lang_of_environment();
	if (cli->login != NULL && cli->login->lang[0] != '\0')
		cli->lang = strcmp(cli->login->lang, "zh") == 0 ? KC_LANG_ZH
								: KC_LANG_EN;
	for (int i = 0; i < argc; i++) {
		const char *value = NULL;

		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			value = argv[i + 1];
		else if (strncmp(argv[i], "--lang=", 7) == 0)
			value = argv[i] + 7;
		if (value != NULL && lang_of(value) >= 0)
			cli->lang = (enum kc_lang)lang_of(value);
		cli->lang_given = cli->lang_given || value != NULL;
	}
	kc_lang_use(cli->lang);
}

/* How errors are said must be known before the first one. */
static void
choose_errors(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *o = strncmp(argv[i], "-o=", 3) == 0  ? argv[i] + 3
		    : strcmp(argv[i], "-o") == 0 && i + 1 < argc ? argv[i + 1]
								 : "";

		if (strcmp(argv[i], "--json") == 0 || strcmp(o, "json") == 0 ||
		    strcmp(o, "jsonl") == 0)
			kc_cli_errors_as(KC_FORMAT_JSON);
	}
}

/* Which options the command has of its own. */
static int
say_own(const struct kc_found *f, const char *name)
{
	struct kc_buf own = {0};
	int code;

	for (unsigned i = 0; f->kind != NULL && i < f->kind->nfields; i++) {
		char flag[KC_FLAG_SIZE];

		kc_buf_str(&own, kc_field_flag(&f->kind->fields[i], flag));
		kc_buf_str(&own, " ");
	}
	for (size_t i = 0; f->command != NULL && i < kc_noptions; i++) {
		const struct kc_option *o = &kc_options[i];

		if (o->scope[0] == '\0' || !kc_option_is_of(o, f->command))
			continue;
		kc_buf_str(&own, o->name);
		kc_buf_str(&own, " ");
	}
	if (own.n == 0)
		code = kc_cli_usage(_("unknown option %s; it takes those of "
				      "every command (kaocheng help)"),
		    name);
	else
		code = kc_cli_usage(_("unknown option %s; it takes %sand those "
				      "of every command (kaocheng help)"),
		    name, kc_buf_cstr(&own));
	kc_buf_free(&own);
	return code;
}

/* Says that there is no such option, and which may be meant. */
static int
unknown(const struct kc_found *f, const char *arg)
{
	char name[64], fields[KC_FIELDS_MAX][68], best[68];
	struct kc_near near;
	size_t n = strcspn(arg, "=");

	snprintf(name, sizeof(name), "%.*s", (int)(n < 63 ? n : 63), arg);
	kc_near_begin(&near, kc_slice_str(name));
	for (size_t i = 0; i < kc_noptions; i++)
		if (may_stand(&kc_options[i], f))
			kc_near_try(&near, kc_slice_str(kc_options[i].name));
	for (unsigned i = 0; f->kind != NULL && i < f->kind->nfields; i++) {
		snprintf(fields[i], sizeof(fields[i]), "--%s",
		    f->kind->fields[i].name);
		kc_near_try(&near, kc_slice_str(fields[i]));
	}
	if (kc_slice_copy(best, sizeof(best), kc_near_one(&near)) &&
	    best[0] != '\0')
		return kc_cli_usage(
		    _("unknown option %s; did you mean %s?"), name, best);
	return say_own(f, name);
}

/* Some options take a value in one command and none in another: --light. */
static const struct kc_option *
find_either(const char *arg, bool flag, const char **value)
{
	const struct kc_option *o = find(NULL, arg, value);

	for (size_t i = 0; o != NULL && i < kc_noptions; i++)
		if (strcmp(kc_options[i].name, o->name) == 0 &&
		    (kc_options[i].value == NULL) == flag)
			return &kc_options[i];
	return o;
}

/* The first two plain arguments name the command, if options that may be
 * flags are; false: its own option of that name is none. */
static bool
find_words_as(bool flag, int argc, char **argv, struct kc_found *f,
    char *plain[2], int *words)
{
	char *before[2];
	int n = 0, nbefore = 0;
	const char *value;

	for (int i = 0; i < argc && n < 2; i++) {
		const struct kc_option *o = find_either(argv[i], flag, &value);

		if (!is_flag_like(argv[i])) {
			if (strcmp(argv[i], "--") != 0)
				plain[n++] = argv[i];
		} else if (value == NULL && strchr(argv[i], '=') == NULL &&
		    (o == NULL ? n > 0 : o->value != NULL)) {
			i++; /* a field of a statement takes a value too */
		} else if (o != NULL && nbefore < 2) {
			before[nbefore++] = argv[i];
		}
	}
	(void)kc_command_find(n, plain, f);
	*words = n;
	for (int i = 0; i < nbefore; i++) {
		const struct kc_option *o = find(f, before[i], &value);

		if (o == NULL || (o->value != NULL && value == NULL))
			return false;
	}
	return f->words > 0;
}

int
kc_options_words(int argc, char **argv, struct kc_found *f, char *plain[2])
{
	int n = 0;

	if (!find_words_as(true, argc, argv, f, plain, &n))
		(void)find_words_as(false, argc, argv, f, plain, &n);
	return n;
}

static void
find_words(int argc, char **argv, struct kc_found *f)
{
	char *plain[2];

	(void)kc_options_words(argc, argv, f, plain);
	if (f->words > 0)
		kc_found_usage(f);
}

/* One argument that begins with a dash; *kept grows by what a statement's
 * command reads by itself. */
static int
take_flag(struct kc_cli *cli, const struct kc_found *f, int argc, char **argv,
    int *i, int *kept)
{
	const char *value;
	const char *arg = argv[*i];
	const struct kc_option *o = find(f, arg, &value);

	if (o == NULL && f->kind != NULL && strncmp(arg, "--", 2) == 0 &&
	    kc_field_of_flag(f->kind, arg + 2, strcspn(arg + 2, "=")) >= 0) {
		argv[(*kept)++] = argv[*i];
		if (strchr(arg, '=') == NULL && *i + 1 < argc)
			argv[(*kept)++] = argv[++*i];
		return KC_EXIT_OK;
	}
	if (o == NULL)
		return unknown(f, arg);
	if (o->value == NULL)
		return take(cli, o, NULL);
	if (value == NULL && *i + 1 == argc)
		return kc_cli_usage(
		    _("%s takes a value: %s"), o->name, o->value);
	return take(cli, o, value != NULL ? value : argv[++*i]);
}

/* Does this command do without what is remembered? */
static bool
is_of_login(const struct kc_found *f)
{
	return f->command != NULL && f->command->verb == NULL &&
	    (strcmp(f->command->noun, "login") == 0 ||
		strcmp(f->command->noun, "logout") == 0 ||
		strcmp(f->command->noun, "help") == 0);
}

static bool
founds(const struct kc_found *f)
{
	return f->command != NULL &&
	    (strcmp(f->command->noun, "init") == 0 ||
		strcmp(f->command->noun, "found") == 0);
}

/* What the line does not say is what was remembered. */
static int
fill(struct kc_cli *cli, const struct kc_found *f, enum kc_err err)
{
	static struct kc_login again; /* large */

	cli->passphrase_file = cli->passphrase_files.v[0];
	/* A founding has one for each whose key it makes. */
	if (cli->passphrase_files.n > 1 && !founds(f) &&
	    cli->passphrase_files.n > cli->nas)
		return kc_cli_usage(
		    "%s", _("--passphrase-file: more files than signers"));
	if (is_of_login(f))
		return KC_EXIT_OK;
	cli->as_remembered = err == KC_OK && cli->nas == 0;
	if (cli->as_remembered)
		cli->as[cli->nas++] = cli->login->actor;
	if (err == KC_OK || err == KC_ENOTFOUND || cli->help || cli->version)
		return KC_EXIT_OK;
	(void)kc_login_load(cli, &again);
	return kc_cli_fail(KC_EXIT_USAGE,
	    _("kaocheng logout removes it, kaocheng login makes it anew"), "%s",
	    _("what was remembered cannot be read"));
}

int
kc_options_take(
    struct kc_cli *cli, int *argc, char **argv, struct kc_found *found)
{
	static struct kc_login login; /* large */
	enum kc_err err = kc_login_load(NULL, &login);
	int kept = 0, code = KC_EXIT_OK;

	cli->login = err == KC_OK ? &login : NULL;
	choose_language(cli, *argc, argv);
	choose_errors(*argc, argv);
	find_words(*argc, argv, found);
	for (int i = 0; code == KC_EXIT_OK && i < *argc; i++) {
		if (is_flag_like(argv[i])) {
			code = take_flag(cli, found, *argc, argv, &i, &kept);
			continue;
		}
		if (strcmp(argv[i], "--") != 0) {
			argv[kept++] = argv[i];
			continue;
		}
		/* All that follow are plain; a statement's command must know.
		 */
		if (found->kind == NULL)
			i++;
		while (i < *argc)
			argv[kept++] = argv[i++];
	}
	*argc = kept;
	return code == KC_EXIT_OK ? fill(cli, found, err) : code;
}
