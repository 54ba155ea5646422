/* SPDX-License-Identifier: Apache-2.0 */
/* Writing commands, one for each kind of the table. */
#include <stdio.h>
#include <string.h>

#include "lib/foreign.h"
#include "lib/post.h"

#include "confirm.h"
#include "find.h"
#include "writing.h"

/* --- fields --- */
/* The first code or handle that has no value: what a plain argument names. */
static int
plain_field(const struct kc_writing *w)
{
	for (unsigned f = 0; f < w->kind->nfields; f++) {
		const struct kc_field *field = &w->kind->fields[f];

		/* The year of `cycle open 2022` names the year. */
		if ((field->type == KC_T_CODE || field->type == KC_T_HANDLE ||
			field->type == KC_T_ACTOR ||
			(field->type == KC_T_INT && f == 0)) &&
		    field->presence == KC_ONE && !kc_writing_has(w, f))
			return (int)f;
	}
	return -1;
}

static int
read_fields(struct kc_writing *w, int argc, char **argv)
{
	bool plain = false; /* after "--" */
	int code = KC_EXIT_OK;

	for (int i = 0; code == KC_EXIT_OK && i < argc; i++) {
		const char *flag = argv[i], *eq = strchr(flag, '=');
		bool option = !plain && strncmp(flag, "--", 2) == 0;
		size_t n = option && eq != NULL ? (size_t)(eq - flag) - 2
						: strlen(flag) - 2;
		int f = option ? kc_field_of_flag(w->kind, flag + 2, n)
			       : plain_field(w);

		if (option && flag[2] == '\0') {
			plain = true;
			continue;
		}
		if (f < 0)
			return kc_cli_usage(option ? _("%s has no field for %s")
						   : _("%s: %s is too much"),
			    w->kind->name, flag);
		if (!option)
			code = kc_writing_add(w, (unsigned)f, flag);
		else if (eq != NULL)
			code = kc_writing_add(w, (unsigned)f, eq + 1);
		else if (i + 1 < argc)
			code = kc_writing_add(w, (unsigned)f, argv[++i]);
		else
			code = kc_cli_usage(_("%s takes a value"), flag);
	}
	return code;
}

/* --- what is done with it --- */
static int
save_unsigned(const struct kc_writing *w)
{
	enum kc_err err =
	    kc_file_save(w->authors->cli->out, kc_buf_view(&w->text), 0644);

	if (err != KC_OK)
		return kc_cli_error(w->authors->cli, err, w->authors->cli->out);
	kc_cli_note(w->authors->cli,
	    _("written, not signed; next: kaocheng sign %s --as ACTOR"),
	    w->authors->cli->out);
	return KC_EXIT_OK;
}

/* The exact text, and whether the ledger would take it now. */
static int
show_only(struct kc_writing *w)
{
	struct kc_cli *cli = w->authors->cli;
	struct kc_client *client = NULL;
	struct kc_posted posted;
	struct kc_effect effect;
	int code;

	(void)kc_put(stdout, kc_buf_view(&w->text));
	fflush(stdout);
	code = kc_effect_say(cli, kc_buf_view(&w->text), &effect);
	if (code != KC_EXIT_OK)
		return code;
	/* A daemon that has no signature can write nothing. */
	if (effect.known) {
		kc_cli_note(cli,
		    _("it would stand as #%llu; nothing was written"),
		    (unsigned long long)effect.seq);
		return code;
	}
	code = kc_writing_sign(w);
	if (code == KC_EXIT_OK)
		code = kc_cli_connect(cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_post(
		    cli, client, kc_buf_view(&w->note), NULL, true, &posted);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli,
		    _("it would stand as #%llu; nothing was written"),
		    (unsigned long long)posted.seq);
	kc_client_close(client);
	return code;
}

/* The signed note: kept where the caller goes on from it, then sent. */
static int
deliver(struct kc_writing *w, const char *keep, bool *open)
{
	enum kc_err err = KC_OK;

	if (keep != NULL) {
		err = kc_file_save(keep, kc_buf_view(&w->note), 0600);
		if (err == KC_OK)
			err = kc_dir_sync(keep);
	}
	return err == KC_OK
	    ? kc_post_kept(w->authors->cli, kc_buf_view(&w->note), open)
	    : kc_cli_error(w->authors->cli, err, keep);
}

static int
run(struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv,
    const char *keep, bool *open)
{
	static struct kc_writing w; /* large */
	struct kc_authors authors = {.cli = cli};
	int code;

	w.authors = &authors;
	w.kind = kind;
	cli->writes = true;
	if (cli->nas == 0) {
		(void)kc_cli_usage("%s", _("who signs? --as ACTOR"));
		kc_help_kind(cli, kind);
		return KC_EXIT_USAGE;
	}
	code = read_fields(&w, argc, argv);
	if (code == KC_EXIT_OK)
		code = kc_authors_meet(&authors);
	if (code == KC_EXIT_OK)
		code = kc_writing_text(&w);
	if (code == KC_EXIT_OK && cli->out != NULL) {
		code = save_unsigned(&w);
	} else if (code == KC_EXIT_OK && cli->dry_run) {
		code = show_only(&w);
	} else if (code == KC_EXIT_OK) {
		code = kc_confirm(
		    cli, kc_buf_view(&w.text), _("Sign and send this? [y/N] "));
		if (code == KC_EXIT_OK)
			code = kc_writing_sign(&w);
		if (code == KC_EXIT_OK)
			code = deliver(&w, keep, open);
	}
	kc_authors_release(&authors);
	kc_writing_release(&w);
	return code;
}

int
kc_cmd_write(
    struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv)
{
	return run(cli, kind, argc, argv, NULL, NULL);
}

int
kc_cmd_write_kept(struct kc_cli *cli, const struct kc_kind *kind,
    const char *keep, bool *open)
{
	*open = false; /* nothing is sent before it is kept */
	return run(cli, kind, 0, NULL, keep, open);
}
