/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng sign` and `send`: statements of several signers, who need not
 * sit at one machine, and notes whose outcome is not known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/foreign.h"
#include "lib/keys.h"
#include "lib/pen.h"
#include "lib/post.h"
#include "lib/seen.h"

#include "confirm.h"
#include "partial.h"
#include "writing.h"

/* On a terminal it is read and answered; without one the file that is named
 * was written to be signed, and nothing is sent. Of a pipe what was signed is
 * printed, and nothing before it. */
static int
agree(struct kc_cli *cli, const char *path, struct kc_slice text)
{
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		return kc_confirm(cli, text, _("Sign this? [y/N] "));
	if (!cli->quiet && strcmp(path, "-") != 0)
		(void)kc_put(stdout, text);
	return KC_EXIT_OK;
}

/* May this file be signed? Nobody's key is opened before all were read. */
static int
look_at(struct kc_cli *cli, const char *path, struct kc_buf *file)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_partial p;
	enum kc_err err = kc_file_load(path, KC_NOTE_MAX, file);
	int code;

	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	code = kc_partial_want(kc_buf_view(file), path);
	if (code != KC_EXIT_OK)
		return code;
	kc_partial_split(kc_buf_view(file), &p);
	code = kc_entry_decode_text(&e, p.text, &why) == KC_OK
	    ? kc_partial_named(cli, &e)
	    : kc_cli_refusal(cli, &why);
	if (code == KC_EXIT_OK)
		code = kc_partial_history(cli, &e);
	if (code == KC_EXIT_OK)
		code = agree(cli, path, p.text);
	return code;
}

static int
sign_file(const struct kc_authors *a, const char *path, struct kc_slice file)
{
	static struct kc_entry e; /* large */
	struct kc_cli *cli = a->cli;
	struct kc_buf out = {0};
	struct kc_refusal why = {0};
	struct kc_partial p;
	unsigned missing = 0;
	enum kc_err err;
	int code;

	kc_partial_split(file, &p);
	code = kc_entry_decode_text(&e, p.text, &why) == KC_OK
	    ? kc_partial_join(a, &e, &p, &out, &missing)
	    : kc_cli_refusal(cli, &why);
	if (code == KC_EXIT_OK) {
		err = kc_buf_err(&out);
		if (err == KC_OK)
			err = kc_file_save(path, kc_buf_view(&out), 0644);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, path);
	}
	kc_buf_free(&out);
	if (code == KC_EXIT_OK && missing > 0)
		kc_cli_note(cli,
		    _("signed; %u more to sign: kaocheng sign %s "
		      "--as ACTOR"),
		    missing, path);
	else if (code == KC_EXIT_OK)
		kc_cli_note(
		    cli, _("signed by all; next: kaocheng send %s"), path);
	return code;
}

int
kc_cmd_sign(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_authors authors = {.cli = cli};
	struct kc_buf *files; /* what is signed is what was read */
	int code = KC_EXIT_OK;

	if (argc == 0 || cli->nas == 0)
		return kc_cli_usage("%s", _("sign takes files and --as ACTOR"));
	files = kc_alloc((size_t)argc * sizeof(*files));
	if (files == NULL)
		return kc_cli_error(cli, KC_ENOMEM, argv[0]);
	for (int i = 0; code == KC_EXIT_OK && i < argc; i++)
		code = look_at(cli, argv[i], &files[i]);
	if (code == KC_EXIT_OK)
		code = kc_authors_open(&authors);
	for (int i = 0; code == KC_EXIT_OK && i < argc; i++)
		code = sign_file(&authors, argv[i], kc_buf_view(&files[i]));
	for (int i = 0; i < argc; i++)
		kc_buf_free(&files[i]);
	kc_free(files);
	kc_authors_release(&authors);
	return code;
}

/* --- send --- */
/* Is there a signer whose line is missing? Says who. */
static bool
lacks_signer(struct kc_slice bytes, const char *path)
{
	struct kc_slice who;

	if (!kc_partial_lacks(bytes, 0, &who))
		return false;
	(void)kc_cli_fail(KC_EXIT_USAGE, NULL,
	    _("%.*s has not signed; next: kaocheng sign %s --as %.*s"),
	    (int)who.n, who.p, path, (int)who.n, who.p);
	return true;
}

static int
send_file(struct kc_cli *cli, const char *path)
{
	struct kc_buf note = {0};
	enum kc_err err = kc_file_load(path, KC_NOTE_MAX, &note);
	int code = err != KC_OK ? kc_cli_error(cli, err, path)
				: kc_partial_want(kc_buf_view(&note), path);

	if (code == KC_EXIT_OK && lacks_signer(kc_buf_view(&note), path))
		code = KC_EXIT_USAGE;
	if (code == KC_EXIT_OK)
		code = kc_post_kept(cli, kc_buf_view(&note), NULL);
	kc_buf_free(&note);
	return code;
}

/* All notes of the outbox again; the first bad outcome is the exit code. */
static int
retry(struct kc_cli *cli)
{
	char dir[KC_PATH_SIZE], path[KC_PATH_SIZE];
	struct kc_names kept = {0};
	enum kc_err err;
	int code = KC_EXIT_OK;

	if (kc_outbox_dir(dir) != KC_OK)
		return kc_cli_error(cli, KC_ENOTFOUND, _("the outbox"));
	err = kc_dir_names(dir, ".note", ".notes", &kept);
	if (err != KC_OK && err != KC_ENOTFOUND)
		return kc_cli_error(cli, err, dir);
	for (size_t i = 0; i < kept.n; i++) {
		const char *name = kc_names_get(&kept, i);
		int sent;

		if (kc_path_join(path, dir, name) != KC_OK)
			sent = kc_cli_error(cli, KC_ETOOBIG, name);
		else if (kc_name_ends(name, ".note"))
			sent = send_file(cli, path);
		else
			sent = kc_send_together(cli, path);
		code = code == KC_EXIT_OK ? sent : code;
	}
	if (kept.n == 0)
		kc_cli_note(cli, "%s", _("the outbox is empty"));
	kc_names_free(&kept);
	return code;
}

int
kc_cmd_send(struct kc_cli *cli, int argc, char **argv)
{
	if (cli->retry && argc == 0)
		return retry(cli);
	if (argc != 1)
		return kc_cli_usage("%s", _("send takes a file, or --retry"));
	return send_file(cli, argv[0]);
}
