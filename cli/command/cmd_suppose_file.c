/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng replay … --file-with DISPUTE`: what a supposition comes to, as
 * evidence in a dispute, in one step. The text is brought to the daemon, and a
 * statement cites its hash; whoever replays the same log makes the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/tool.h"

#define SUFFIX ".txt" /* what it is, told by the end of its name */

/* A file of our own for the text, where the user names none. */
static int
make_temp(const struct kc_cli *cli, char path[KC_PATH_SIZE])
{
	enum kc_err err = kc_state_path(path, "");
	int fd = -1;

	if (err == KC_OK)
		err = kc_dir_make(path, 0700);
	if (err == KC_OK)
		err = kc_state_path(path, "counterfactual-XXXXXX" SUFFIX);
	if (err == KC_OK) {
		fd = mkstemps(path, (int)sizeof(SUFFIX) - 1);
		err = fd < 0 ? KC_EIO : KC_OK;
	}
	if (err != KC_OK)
		return kc_cli_error(
		    cli, err, err == KC_ENOTFOUND ? "XDG_STATE_HOME" : path);
	close(fd);
	return KC_EXIT_OK;
}

/* The statement that cites it, as if it had been typed. */
static int
present(struct kc_cli *cli, char *path)
{
	char of[KC_CODE_MAX + 16], evidence[] = "--evidence";
	char *argv[3] = {of, evidence, path};

	if (snprintf(of, sizeof(of), "--dispute=%s", cli->file_with) >=
	    (int)sizeof(of))
		return kc_cli_usage(_("\"%s\" is too much"), cli->file_with);

	cli->out = NULL; /* else the statement would only be written there */
	return kc_cmd_write(cli, kc_kind_get(KC_K_dispute_present), 3, argv);
}

int
kc_suppose_file(struct kc_cli *cli, struct kc_buf *json)
{
	char path[KC_PATH_SIZE];
	bool temp = cli->out == NULL;
	const char *where = cli->where;
	int code = KC_EXIT_OK;

	if (cli->nas == 0)
		return kc_cli_usage("%s", _("who signs? --as ACTOR"));
	if (temp)
		code = make_temp(cli, path);
	else if (snprintf(path, sizeof(path), "%s", cli->out) >=
	    (int)sizeof(path))
		code = kc_cli_error(cli, KC_ETOOBIG, cli->out);
	if (code != KC_EXIT_OK)
		return code;
	cli->out = path;
	/* The ledger at hand is replayed, and the daemon takes the statement.
	 */
	if (cli->dir != NULL)
		cli->where = NULL;
	code = kc_suppose_document(cli, json);
	cli->where = where;
	if (code == KC_EXIT_OK)
		code = kc_suppose_print(cli, kc_buf_view(json));
	if (code == KC_EXIT_OK)
		code = present(cli, path);
	if (temp)
		(void)unlink(path);
	return code;
}
