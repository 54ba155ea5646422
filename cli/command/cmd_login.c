/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng login`, `logout` and `whoami`: who signs, and where, if the line
 * does not say it; `session`: a reader for another program.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "lib/keys.h"
#include "lib/login.h"
#include "lib/pen.h"
#include "lib/reader.h"

/* A path that stands wherever the next command is run. */
static int
absolute(const struct kc_cli *cli, const char *path, char out[KC_PATH_SIZE])
{
	char *real = realpath(path, NULL);
	size_t n = real != NULL ? strlen(real) : 0;

	if (real == NULL)
		return kc_cli_error(
		    cli, errno == ENOENT ? KC_ENOTFOUND : KC_EIO, path);
	if (n < KC_PATH_SIZE)
		memcpy(out, real, n + 1);
	free(real);
	return n < KC_PATH_SIZE ? KC_EXIT_OK
				: kc_cli_error(cli, KC_ETOOBIG, path);
}

/* What was remembered of this ledger; NULL: nothing. */
static const struct kc_login *
known(const struct kc_cli *cli, const struct kc_login *l)
{
	return cli->login != NULL && strcmp(cli->login->where, l->where) == 0
	    ? cli->login
	    : NULL;
}

/* The place of the ledger, and of the files that do not lie beside it: as the
 * line says, or as it was, or where they lie. */
static int
fill(const struct kc_cli *cli, struct kc_login *l)
{
	const struct kc_login *old;
	char path[KC_PATH_SIZE];
	bool url;
	int code = KC_EXIT_OK;

	if (kc_cli_where(cli, path) != KC_OK)
		return kc_cli_error(cli, KC_ETOOBIG, "--socket");
	url = strstr(path, "://") != NULL;
	if (url)
		memcpy(l->where, path, sizeof(path));
	else
		code = absolute(cli, path, l->where);
	old = known(cli, l);
	if (code == KC_EXIT_OK && cli->keys == NULL && old != NULL &&
	    old->keys[0] != '\0') {
		memcpy(l->keys, old->keys, sizeof(l->keys));
	} else if (code == KC_EXIT_OK && (url || cli->keys != NULL)) {
		if (kc_keys_dir(cli, path) != KC_OK)
			return kc_cli_error(cli, KC_ETOOBIG, "--keys");
		code = absolute(cli, path, l->keys);
	}
	if (code == KC_EXIT_OK && cli->trust == NULL && old != NULL &&
	    old->trust[0] != '\0')
		memcpy(l->trust, old->trust, sizeof(l->trust));
	else if (code == KC_EXIT_OK && kc_trust_path(cli, path) == KC_OK &&
	    (cli->trust != NULL || (url && kc_file_exists(path))))
		code = absolute(cli, path, l->trust);
	return code;
}

int
kc_cmd_login(struct kc_cli *cli, int argc, char **argv)
{
	static struct kc_login l; /* large */
	char path[KC_PATH_SIZE];
	enum kc_keyfile_lock lock;
	struct kc_vkey key;
	enum kc_err err;
	int code;

	if (argc > 1 || (argc == 1) == (cli->nas > 0) || cli->nas > 1)
		return kc_cli_usage("%s", _("login takes one actor"));
	memset(&l, 0, sizeof(l));
	snprintf(
	    l.actor, sizeof(l.actor), "%s", argc == 1 ? argv[0] : cli->as[0]);
	if (!kc_actor_ok(kc_slice_str(l.actor)))
		return kc_cli_usage(_("%s is not an actor's name"), l.actor);
	if (cli->lang_given)
		snprintf(l.lang, sizeof(l.lang), "%s",
		    cli->lang == KC_LANG_ZH ? "zh" : "en");
	else if (cli->login != NULL)
		memcpy(l.lang, cli->login->lang, sizeof(l.lang));
	code = fill(cli, &l);
	if (code != KC_EXIT_OK)
		return code;
	if (l.keys[0] != '\0')
		cli->keys = l.keys;
	err = kc_keys_look(cli, l.actor, &key, &lock);
	if (err == KC_ENOTFOUND)
		return kc_keys_missing(cli, l.actor);
	if (err != KC_OK)
		return kc_cli_error(cli, err,
		    kc_keys_path(cli, l.actor, path) == KC_OK ? path : l.actor);
	err = kc_login_save(&l);
	if (err != KC_OK)
		return kc_cli_error(cli, err, "login.yaml");
	kc_cli_note(cli,
	    _("%s signs from now on, at %s, unless --as says "
	      "otherwise"),
	    l.actor, l.where);
	return KC_EXIT_OK;
}

int
kc_cmd_logout(struct kc_cli *cli, int argc, char **argv)
{
	char path[KC_PATH_SIZE];

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (kc_config_path(path, "login.yaml") != KC_OK ||
	    !kc_file_exists(path)) {
		kc_cli_note(cli, "%s", _("nobody is logged in"));
		return KC_EXIT_OK;
	}
	if (unlink(path) != 0)
		return kc_cli_error(cli, KC_EIO, path);
	kc_cli_note(cli, "%s",
	    _("nothing is remembered any more; keys stay "
	      "where they are"));
	return KC_EXIT_OK;
}

/* --- who --- */
static const struct kc_view_column columns[] = {
    {"item", "事项", "item", false},
    {"says", "内容", "says", false},
};
static const struct kc_view view = {
    .name = "whoami",
    .args = "",
    .zh = "签署人",
    .en = "who signs",
    .columns = columns,
    .ncolumns = sizeof(columns) / sizeof(columns[0]),
};

static int
add(json_t *rows, const char *item, const char *text, const char *says)
{
	json_t *row = json_pack(
	    "{s:s, s:s, s:s}", "item", item, "item_text", text, "says", says);

	return row == NULL ? -1 : json_array_append_new(rows, row);
}

/* The file of the key, and what it takes to sign with it. */
static void
say_key(const struct kc_cli *cli, const char *actor, struct kc_buf *out)
{
	static const char *const ways[] = {
	    [KC_KEYFILE_OPEN] = N_("no passphrase"),
	    [KC_KEYFILE_PASSPHRASE] = N_("a passphrase"),
	    [KC_KEYFILE_AGENT] = N_("the ssh-agent"),
	};
	char path[KC_PATH_SIZE] = "";
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	struct kc_vkey key;
	enum kc_err err = kc_keys_look(cli, actor, &key, &lock);

	if (err != KC_OK) {
		kc_buf_str(out, kc_err_said(err));
	} else {
		kc_buf_hex(out, key.keyid, sizeof(key.keyid));
		kc_buf_str(out, "  ");
		kc_buf_str(out, _(ways[lock]));
	}
	if (kc_keys_path(cli, actor, path) == KC_OK) {
		kc_buf_str(out, "  ");
		kc_buf_str(out, path);
	}
}

/* The actor's row of the ledger's actors, as a document that is to be
 * released; NULL: he is not in it. */
static json_t *
row_of(struct kc_slice json, const char *actor, struct kc_buf *ledger)
{
	json_t *doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	json_t *rows = json_object_get(doc, "rows"), *row, *found = NULL;
	const char *name = json_string_value(json_object_get(doc, "ledger"));
	size_t i;

	kc_buf_str(ledger, name != NULL ? name : "");
	json_array_foreach(rows, i, row)
	{
		const char *who =
		    json_string_value(json_object_get(row, "actor"));

		if (who != NULL && strcmp(who, actor) == 0)
			found = json_incref(row);
	}
	json_decref(doc);
	return found;
}

/* What the ledger says of him; the exit code of asking it. */
static int
add_ledger(struct kc_cli *cli, json_t *rows, const char *actor)
{
	const struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf json = {0}, ledger = {0}, roles = {0};
	struct kc_heard heard = {0};
	struct kc_reader r;
	json_t *row = NULL;
	int code, bad = 0;

	kc_cli_hear(&heard);
	code = kc_reader_open(cli, &r);
	if (code == KC_EXIT_OK)
		code = kc_reader_view(&r, "actors", &args, &json);
	kc_reader_close(&r);
	kc_cli_hear(NULL);
	if (code != KC_EXIT_OK) {
		bad = add(
		    rows, "ledger", _("ledger"), kc_buf_cstr(&heard.message));
		goto out;
	}
	row = row_of(kc_buf_view(&json), actor, &ledger);
	if (row != NULL)
		kc_cell_text(&roles, row, "roles");
	bad = add(rows, "ledger", _("ledger"), kc_buf_cstr(&ledger));
	bad |= add(rows, "roles", _("roles"),
	    row == NULL       ? _("not enrolled")
		: roles.n > 0 ? kc_buf_cstr(&roles)
			      : _("none"));
out:
	json_decref(row);
	kc_buf_free(&json);
	kc_buf_free(&ledger);
	kc_buf_free(&roles);
	kc_buf_free(&heard.message);
	return bad == 0 ? code : kc_cli_error(cli, KC_ENOMEM, "whoami");
}

int
kc_cmd_whoami(struct kc_cli *cli, int argc, char **argv)
{
	char where[KC_PATH_SIZE] = "";
	struct kc_buf key = {0};
	json_t *rows, *doc;
	char *text = NULL;
	int code, asked, bad;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->nas == 0)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng login ACTOR says who signs"), "%s",
		    _("nobody is logged in"));
	(void)kc_cli_where(cli, where);
	rows = json_array();
	doc = json_pack(
	    "{s:s, s:o}", "schema", "kaocheng.whoami/1", "rows", rows);
	bad = add(rows, "actor", _("actor"), cli->as[0]);
	say_key(cli, cli->as[0], &key);
	bad |= add(rows, "key", _("key"), kc_buf_cstr(&key));
	bad |= add(rows, "daemon", _("daemon"), where);
	asked = add_ledger(cli, rows, cli->as[0]);
	if (bad == 0 && doc != NULL)
		text = json_dumps(doc, JSON_COMPACT);
	code = text == NULL ? kc_cli_error(cli, KC_ENOMEM, "whoami")
			    : kc_cli_print_as(cli, &view, kc_slice_str(text));
	free(text);
	json_decref(doc);
	kc_buf_free(&key);
	return code == KC_EXIT_OK ? asked : code;
}

/* --- a session for another program --- */
int
kc_cmd_session(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf token = {0};
	enum kc_err err;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->nas != 1 || cli->out == NULL)
		return kc_cli_usage("%s",
		    _("a session is of one actor (--as), and its token goes "
		      "to a file (--out)"));
	code = kc_cli_token_at(cli, cli->as[0], &token);
	if (code == KC_EXIT_OK) {
		kc_buf_char(&token, '\n');
		err = kc_buf_err(&token);
		if (err == KC_OK)
			err = kc_file_save(cli->out, kc_buf_view(&token), 0600);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, cli->out);
	}
	if (code == KC_EXIT_OK)
		kc_cli_note(cli,
		    _("%s reads with the token in %s for eight hours, and no "
		      "longer than a quarter of an hour without a request"),
		    cli->as[0], cli->out);
	kc_buf_free(&token);
	return code;
}
