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

/* A statement's outcome is text or JSON, as some commands' is. */
static bool
prints(const struct kc_found *f, enum kc_format format)
{
	enum kc_prints p =
	    f->kind != NULL ? KC_PRINTS_JSON : f->command->prints;

	return p == KC_PRINTS_ANY || format == KC_FORMAT_TABLE ||
	    format == KC_FORMAT_WIDE ||
	    (p == KC_PRINTS_JSON && format == KC_FORMAT_JSON);
}

/* What --out would be passed over by in silence. */
static bool
writes_out(const struct kc_found *f)
{
	static int (*const those[])(struct kc_cli *, int, char **) = {
	    kc_cmd_evidence_get, kc_cmd_replay, kc_cmd_import,
	    kc_cmd_key_rotate, kc_cmd_logkey_rotate, kc_cmd_session};

	if (f->kind != NULL)
		return true;
	for (size_t i = 0; i < sizeof(those) / sizeof(those[0]); i++)
		if (f->command->run == those[i])
			return true;
	return false;
}

/* What others are to sign is a statement. */
static bool
makes_statement(const struct kc_found *f)
{
	return f->kind != NULL || f->command->run == kc_cmd_calendar_import ||
	    f->command->run == kc_cmd_replay ||
	    f->command->run == kc_cmd_import;
}

/* What shows the ledger, and when a statement is signed is nothing to it. */
static bool
shows(const struct kc_found *f)
{
	return f->kind == NULL && f->command->prints == KC_PRINTS_ANY &&
	    f->command->run != kc_cmd_doctor && !makes_statement(f);
}

static int
run(struct kc_cli *cli, const struct kc_found *f, int argc, char **argv)
{
	if (argc == 0)
		return kc_cmd_help(cli, 0, argv);
	if (f->words == 0) {
		if (!kc_noun_exists(argv[0]))
			return kc_unknown_noun(cli, argv[0]);
		if (cli->help)
			return kc_cmd_help(cli, 1, argv);
		return kc_unknown_verb(cli, argv[0], argc > 1 ? argv[1] : NULL);
	}
	if (cli->help && f->kind != NULL) {
		kc_help_kind(cli, f->kind);
		return KC_EXIT_OK;
	}
	if (cli->help) {
		kc_help_command(cli, f->command);
		return KC_EXIT_OK;
	}
	if (!prints(f, cli->format))
		return kc_cli_usage(
		    "%s", _("this command prints nothing in that format"));
	if (cli->format == KC_FORMAT_XLSX && cli->out == NULL)
		return kc_cli_usage("%s", _("to which file? --out NAME.xlsx"));
	if (cli->out != NULL && cli->format != KC_FORMAT_XLSX && !writes_out(f))
		return kc_cli_usage("%s",
		    _("--out says nothing here; > FILE keeps what is printed"));
	if (cli->share.n > 0 && !makes_statement(f))
		return kc_cli_usage("%s",
		    _("--share leaves a statement for another to sign; this "
		      "command makes none"));
	if (cli->at != NULL && shows(f))
		kc_cli_note(cli, "%s",
		    _("--at, when a statement is signed, says nothing here; "
		      "--as-of TIME shows the past"));
	argc -= f->words;
	argv += f->words;
	if (f->kind != NULL)
		return kc_cmd_write(cli, f->kind, argc, argv);
	if (f->command->view != NULL)
		return kc_cmd_view(cli, f->command->view, argc, argv);
	return f->command->run(cli, argc, argv);
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
	struct kc_found found;
	int n = argc > 0 ? argc - 1 : 0;
	int code;

	kc_hold_streams();
	kc_charset_use();
	signal(SIGPIPE, SIG_IGN);
	code = kc_options_take(&cli, &n, argv + 1, &found);
	if (code != KC_EXIT_OK)
		return code;
	if (kc_crypto_init() != KC_OK)
		return kc_cli_error(&cli, KC_EINVAL, "libsodium");
	if (cli.format != KC_FORMAT_TABLE && cli.format != KC_FORMAT_WIDE)
		kc_charset_bytes();
	code = cli.version ? kc_cmd_version(&cli, 0, NULL)
			   : run(&cli, &found, n, argv + 1);
	return finish(code);
}
