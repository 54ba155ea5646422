/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng witness`: the same as kaocheng-witness(8), found beside us. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/tool.h"

/* Becomes the other program; `more` (NULL: none) may have an argument. */
static int
become(struct kc_cli *cli, const char *more, const char *argument)
{
	char program[KC_PATH_SIZE];
	union {
		const char *in;
		char *out;
	} args[] = {{"kaocheng-witness"}, {"--config"}, {cli->config}, {more},
	    {argument}, {NULL}};
	char *argv[sizeof(args) / sizeof(args[0])];

	if (cli->config == NULL)
		return kc_cli_usage("%s", _("which witness? --config FILE"));
	if (kc_cli_sibling(cli, "kaocheng-witness", program, sizeof(program)) !=
	    KC_OK)
		return kc_cli_error(cli, KC_ENOTFOUND, "kaocheng-witness");
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		argv[i] = args[i].out;
	signal(SIGPIPE, SIG_DFL);
	(void)execv(program, argv);
	return kc_cli_error(cli, KC_EIO, program);
}

int
kc_cmd_witness(struct kc_cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc != 0)
		return kc_cli_usage("%s", _("witness takes --config FILE"));
	return become(cli, NULL, NULL);
}

int
kc_cmd_witness_new(struct kc_cli *cli, int argc, char **argv)
{
	if (argc != 1)
		return kc_cli_usage("%s",
		    _("witness new takes a name: an address of yours without "
		      "https://"));
	return become(cli, "--new", argv[0]);
}

int
kc_cmd_witness_show(struct kc_cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc != 0)
		return kc_cli_usage("%s", _("witness takes --config FILE"));
	return become(cli, "--show", NULL);
}
