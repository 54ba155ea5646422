/* SPDX-License-Identifier: Apache-2.0 */
/* kaocheng: finds the command that the words name, and runs it. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/charset.h"
#include "lib/options.h"
#include "lib/tool.h"

/* What the words of a line name: a row of the table, or a kind. */
struct found {
	const struct kc_command *command;
	const struct kc_kind *kind;
	int words; /* how many they were */
};

static bool
is_noun_of(const struct kc_kind *k, const char *noun)
{
	size_t n = strlen(noun);

	return strncmp(k->name, noun, n) == 0 && k->name[n] == '.';
}

/* Every noun: f(ctx, noun) for rows and kinds, some more than once. */
static const char *
noun_at(size_t i, char out[64])
{
	struct kc_slice rest, noun;

	if (i < kc_ncommands)
		return kc_commands[i].noun;
	i -= kc_ncommands;
	if (i >= KC_K_COUNT)
		return NULL;
	rest = kc_slice_str(kc_kind_get((enum kc_kind_id)i)->name);
	if (!kc_slice_cut(&rest, '.', &noun) || !kc_slice_copy(out, 64, noun))
		out[0] = '\0';
	return out;
}

static bool
find(int argc, char **argv, struct found *f)
{
	char verb[64];

	memset(f, 0, sizeof(*f));
	for (size_t i = 0; argc > 1 && i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (c->verb != NULL && strcmp(c->noun, argv[0]) == 0 &&
		    strcmp(c->verb, argv[1]) == 0) {
			f->command = c;
			f->words = 2;
			return true;
		}
	}
	for (int k = 0; argc > 1 && k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		kc_kind_verb(kind, verb, sizeof(verb));
		if (kc_kind_is_written(kind) && is_noun_of(kind, argv[0]) &&
		    strcmp(verb, argv[1]) == 0) {
			f->kind = kind;
			f->words = 2;
			return true;
		}
	}
	for (size_t i = 0; argc > 0 && i < kc_ncommands; i++) {
		if (kc_commands[i].verb == NULL &&
		    strcmp(kc_commands[i].noun, argv[0]) == 0) {
			f->command = &kc_commands[i];
			f->words = 1;
			return true;
		}
	}
	return false;
}

static bool
noun_exists(const char *word)
{
	char buf[64];
	const char *noun;

	for (size_t i = 0; (noun = noun_at(i, buf)) != NULL; i++)
		if (strcmp(noun, word) == 0)
			return true;
	return false;
}

static int
unknown_noun(const char *word)
{
	char buf[64], best[64] = "";
	unsigned least = 3;
	const char *noun;

	for (size_t i = 0; (noun = noun_at(i, buf)) != NULL; i++) {
		unsigned d = kc_word_distance(word, noun);

		if (d < least) {
			least = d;
			snprintf(best, sizeof(best), "%s", noun);
		}
	}
	if (best[0] != '\0')
		return kc_cli_usage(_("there is no command \"%s\"; did you "
				      "mean \"%s\"?"),
		    word, best);
	return kc_cli_usage(_("there is no command \"%s\""), word);
}

static int
unknown_verb(struct kc_cli *cli, const char *noun, const char *word)
{
	char verb[64], best[64] = "";
	unsigned least = 3, d;
	char *args[1];

	for (size_t i = 0; word != NULL && i < kc_ncommands + KC_K_COUNT; i++) {
		const char *v = NULL;

		if (i < kc_ncommands &&
		    strcmp(kc_commands[i].noun, noun) == 0) {
			v = kc_commands[i].verb;
		} else if (i >= kc_ncommands) {
			const struct kc_kind *k =
			    kc_kind_get((enum kc_kind_id)(i - kc_ncommands));

			kc_kind_verb(k, verb, sizeof(verb));
			if (is_noun_of(k, noun) && kc_kind_is_written(k))
				v = verb;
		}
		d = v != NULL ? kc_word_distance(word, v) : 99;
		if (d < least) {
			least = d;
			snprintf(best, sizeof(best), "%s", v);
		}
	}
	if (best[0] != '\0')
		return kc_cli_usage(_("\"%s\" has no verb \"%s\"; did you "
				      "mean \"%s\"?"),
		    noun, word, best);
	if (word != NULL)
		(void)kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("\"%s\" has no verb \"%s\""), noun, word);
	snprintf(verb, sizeof(verb), "%s", noun);
	args[0] = verb;
	(void)kc_cmd_help(cli, 1, args);
	return KC_EXIT_USAGE;
}

static void
say_usage_of(const struct found *f)
{
	char words[128];

	if (f->kind != NULL) {
		snprintf(words, sizeof(words), "help %s", f->kind->name);
		kc_cli_usage_of(words, "");
	} else {
		snprintf(words, sizeof(words), "%s%s%s", f->command->noun,
		    f->command->verb != NULL ? " " : "",
		    f->command->verb != NULL ? f->command->verb : "");
		kc_cli_usage_of(words, f->command->synopsis);
	}
}

/* A statement's outcome is text or JSON, as some commands' is. */
static bool
prints(const struct found *f, enum kc_format format)
{
	enum kc_prints p =
	    f->kind != NULL ? KC_PRINTS_JSON : f->command->prints;

	return p == KC_PRINTS_ANY || format == KC_FORMAT_TABLE ||
	    format == KC_FORMAT_WIDE ||
	    (p == KC_PRINTS_JSON && format == KC_FORMAT_JSON);
}

static int
run(struct kc_cli *cli, int argc, char **argv, bool help)
{
	struct found f;

	if (argc == 0)
		return kc_cmd_help(cli, 0, argv);
	if (!find(argc, argv, &f)) {
		if (!noun_exists(argv[0]))
			return unknown_noun(argv[0]);
		if (help)
			return kc_cmd_help(cli, 1, argv);
		return unknown_verb(cli, argv[0], argc > 1 ? argv[1] : NULL);
	}
	if (help && f.kind != NULL) {
		kc_help_kind(cli, f.kind);
		return KC_EXIT_OK;
	}
	if (help) {
		kc_help_command(cli, f.command);
		return KC_EXIT_OK;
	}
	say_usage_of(&f);
	if (!prints(&f, cli->format))
		return kc_cli_usage(
		    "%s", _("this command prints nothing in that format"));
	argc -= f.words;
	argv += f.words;
	if (f.kind != NULL)
		return kc_cmd_write(cli, f.kind, argc, argv);
	return f.command->run(cli, argc, argv);
}

/* What did not reach its reader was not said. A reader who has seen enough
 * ends us as it ends other programs: by SIGPIPE, without a word. */
static int
finish(int code)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (code != KC_EXIT_OK)
		return code;
	if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return kc_cli_fail(
	    KC_EXIT_FAILED, NULL, "%s", _("the output could not be written"));
}

int
main(int argc, char **argv)
{
	struct kc_cli cli = {.program = argc > 0 ? argv[0] : "kaocheng"};
	bool help = false, version = false;
	int n = argc > 0 ? argc - 1 : 0;
	int code;

	kc_hold_streams();
	kc_charset_use();
	signal(SIGPIPE, SIG_IGN);
	code = kc_options_take(&cli, &n, argv + 1, &help, &version);
	if (code != KC_EXIT_OK)
		return code;
	if (kc_crypto_init() != KC_OK)
		return kc_cli_error(&cli, KC_EINVAL, "libsodium");
	if (cli.format != KC_FORMAT_TABLE && cli.format != KC_FORMAT_WIDE)
		kc_charset_bytes();
	code = version ? kc_cmd_version(&cli, 0, NULL)
		       : run(&cli, n, argv + 1, help);
	return finish(code);
}
