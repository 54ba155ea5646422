/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng remind test`: one test message through the configured sender. The
 * daemon's program does it, with the daemon's settings: a running daemon and
 * the ledger know nothing of it. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/tool.h"

int
kc_cmd_remind_test(struct kc_cli *cli, int argc, char **argv)
{
	char program[KC_PATH_SIZE], asked[2 * KC_CODE_MAX + 8];
	union {
		const char *in;
		char *out;
	} args[] = {{"kaochengd"}, {"--dir"}, {cli->dir}, {"--try-reminder"},
	    {asked}, {NULL}};
	char *words[sizeof(args) / sizeof(args[0])];
	int n;

	if (argc != 1 || cli->to == NULL)
		return kc_cli_usage("%s",
		    _("by which channel, and to whom? remind test CHANNEL "
		      "--to ACTOR"));
	if (kc_word_find(KC_SET_CHANNEL, kc_slice_str(argv[0])) < 0)
		return kc_cli_usage(
		    _("there is no channel %s; kaocheng.yaml(5) has them"),
		    argv[0]);
	if (cli->dir == NULL)
		return kc_cli_usage(
		    "%s", _("whose settings? name the ledger with --dir"));
	n = snprintf(asked, sizeof(asked), "%s:%s:%s", argv[0], cli->to,
	    cli->format == KC_FORMAT_JSON ? "json"
		: cli->lang == KC_LANG_ZH ? "zh"
					  : "en");
	if (n < 0 || (size_t)n >= sizeof(asked))
		return kc_cli_error(cli, KC_ETOOBIG, "--to");
	if (kc_cli_sibling(cli, "kaochengd", program, sizeof(program)) != KC_OK)
		return kc_cli_error(cli, KC_ENOTFOUND, "kaochengd");
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		words[i] = args[i].out;
	signal(SIGPIPE, SIG_DFL);
	(void)execv(program, words);
	return kc_cli_error(cli, KC_EIO, program);
}
