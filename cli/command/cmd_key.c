/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng key`: key files of actors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/json.h>
#include <kaocheng/keyfile.h>

#include "lib/card.h"
#include "lib/foreign.h"
#include "lib/form.h"
#include "lib/keys.h"
#include "lib/pen.h"
#include "lib/tool.h"

static void
print_vkey(const struct kc_vkey *key)
{
	struct kc_buf text = {0};

	kc_buf_vkey(&text, key);
	puts(kc_buf_cstr(&text));
	kc_buf_free(&text);
}

/* From a key of the agent's, or a new one under a passphrase. */
static int
make(struct kc_cli *cli, const char *path, const char *actor)
{
	struct kc_agent_key held;
	char secret[1024] = "";
	enum kc_err err;
	int code = KC_EXIT_OK;

	if (cli->agent || cli->agent_key != NULL)
		code = kc_pen_choose(cli, NULL, &held);
	else if (!cli->unprotected)
		code = kc_cli_passphrase(cli, cli->passphrase_file,
		    _("Passphrase for the new key: "), true, secret);
	if (code != KC_EXIT_OK)
		return code;
	if (cli->agent || cli->agent_key != NULL)
		err = kc_keys_make_agent(path, actor, held.pub);
	else
		err =
		    kc_keys_make(path, actor, cli->unprotected ? NULL : secret);
	explicit_bzero(secret, sizeof(secret));
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, path);
}

int
kc_cmd_key_new(struct kc_cli *cli, int argc, char **argv)
{
	char path[KC_PATH_SIZE];
	const char *file;
	struct kc_vkey key;
	enum kc_err err;
	int code;

	if (argc < 1 || argc > 2 || argv[0][0] == '-')
		return kc_cli_usage("%s",
		    _("key new takes the id of an actor, "
		      "and a file if it is not to be "
		      "keys/ACTOR.key"));
	/* A file of its own may be that of a log, whose name is no actor's. */
	if (argc == 1 && !kc_actor_ok(kc_slice_str(argv[0])))
		return kc_form_refuse(cli,
		    &(struct kc_field){.type = KC_T_ACTOR}, "ACTOR", argv[0]);
	file = argc == 2 ? argv[1] : argv[0];
	err = kc_keys_path(cli, file, path);
	if (err != KC_OK || (argc == 2 && strchr(file, '/') == NULL))
		snprintf(path, sizeof(path), "%s", file);
	if (kc_file_exists(path))
		return kc_cli_fail(
		    KC_EXIT_CONFLICT, NULL, _("%s is there already"), path);
	code = make(cli, path, argv[0]);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_keys_peek(cli, path, &key);
	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	print_vkey(&key);
	if (argc == 2)
		kc_cli_note(cli, _("written to %s"), path);
	else
		kc_cli_note(cli,
		    _("written to %s\n"
		      "next: kaocheng actor enrol --actor %s --role ROLE "
		      "--as ADMIN --as ADMIN"),
		    path, argv[0]);
	return KC_EXIT_OK;
}

/* When the key was made, as its file says. */
static enum kc_err
created_of(const char *path, int64_t *created_s)
{
	static const char word[] = "created ";
	struct kc_buf file = {0};
	struct kc_slice rest, line;
	enum kc_err err = kc_file_load(path, KC_KEYFILE_MAX, &file);

	rest = kc_buf_view(&file);
	while (err == KC_OK) {
		if (!kc_slice_line(&rest, &line)) {
			err = KC_ESYNTAX;
			break;
		}
		if (line.n < sizeof(word) ||
		    memcmp(line.p, word, sizeof(word) - 1) != 0)
			continue;
		line.p += sizeof(word) - 1;
		line.n -= sizeof(word) - 1;
		if (!kc_read_instant_s(line, created_s))
			err = KC_ESYNTAX;
		break;
	}
	kc_buf_free(&file);
	return err;
}

/* Another passphrase for the same key; the old file stands until the new one
 * is whole. */
int
kc_cmd_key_passwd(struct kc_cli *cli, int argc, char **argv)
{
	char path[KC_PATH_SIZE], secret[1024] = "";
	struct kc_skey key;
	int64_t created_s = 0;
	enum kc_err err;
	int code;

	if (argc != 1)
		return kc_cli_usage(
		    "%s", _("key passwd takes an actor or a file"));
	code = kc_keys_open(cli, argv[0], &key);
	if (code != KC_EXIT_OK)
		return code;
	if (!cli->unprotected)
		code = kc_cli_passphrase(cli, cli->new_passphrase_file,
		    _("New passphrase: "), true, secret);
	if (code == KC_EXIT_OK) {
		err = kc_keys_path(cli, argv[0], path);
		if (err == KC_OK)
			err = created_of(path, &created_s);
		if (err == KC_OK)
			err = kc_keys_save(path, kc_slice_str(key.vkey.name),
			    key.secret, created_s,
			    cli->unprotected ? NULL : secret);
		if (err == KC_OK)
			kc_cli_note(cli,
			    _("%s has another passphrase; copies of the file "
			      "keep the old one"),
			    path);
		else
			code = kc_cli_error(cli, err, path);
	}
	explicit_bzero(secret, sizeof(secret));
	kc_skey_wipe(&key);
	return code;
}

/* What the holder of a key signs so that two administrators can enrol it. */
static int
print_possession(struct kc_cli *cli, const char *actor, const char *ledger)
{
	struct kc_pen pen;
	struct kc_buf text = {0}, out = {0};
	int code = kc_pen_open(cli, actor, &pen);

	if (code != KC_EXIT_OK)
		return code;
	kc_buf_possession(&text, kc_slice_str(ledger), &pen.key.vkey);
	code = kc_pen_base64(&pen, kc_buf_view(&text), &out);
	if (code == KC_EXIT_OK)
		puts(kc_buf_cstr(&out));
	kc_pen_wipe(&pen);
	kc_buf_free(&text);
	kc_buf_free(&out);
	return code;
}

int
kc_cmd_key_show(struct kc_cli *cli, int argc, char **argv)
{
	const char *ledger = cli->possession;
	struct kc_vkey key;
	enum kc_err err;

	if (argc != 1)
		return kc_cli_usage("%s",
		    _("key show takes an actor or a "
		      "file"));
	if (ledger != NULL)
		return print_possession(cli, argv[0], ledger);
	err = kc_keys_peek(cli, argv[0], &key);
	if (err == KC_ENOTFOUND)
		return kc_keys_missing(cli, argv[0]);
	if (err != KC_OK)
		return kc_cli_error(cli, err, argv[0]);
	print_vkey(&key);
	return KC_EXIT_OK;
}

/* What the holder of a key made elsewhere hands in, to be enrolled. */
int
kc_cmd_key_card(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_pen pen;
	struct kc_buf card = {0};
	enum kc_err err = KC_OK;
	int code;

	if (argc < 1 || argc > 2 || cli->origin == NULL)
		return kc_cli_usage("%s",
		    _("key card takes an actor or a key file, --origin "
		      "LEDGER, and a file to write it to"));
	code = kc_pen_open(cli, argv[0], &pen);
	if (code == KC_EXIT_OK)
		code = kc_card_write(&card, cli->origin, &pen);
	kc_pen_wipe(&pen);
	if (code != KC_EXIT_OK) {
		kc_buf_free(&card);
		return code;
	}
	if (argc == 2)
		err = kc_file_save(argv[1], kc_buf_view(&card), 0644);
	else
		(void)kc_put(stdout, kc_buf_view(&card));
	if (err != KC_OK)
		code = kc_cli_error(cli, err, argv[1]);
	else if (argc == 2)
		kc_cli_note(cli,
		    _("written to %s; hand it to those who found the ledger "
		      "or enrol you, and keep the key"),
		    argv[1]);
	kc_buf_free(&card);
	return code;
}

int
kc_cmd_key_list(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE], path[KC_PATH_SIZE];
	struct kc_names names = {0};
	struct kc_vkey key;
	struct kc_buf out = {0}, text = {0};
	struct kc_json w = {.out = &out};
	enum kc_err err;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (kc_keys_dir(cli, dir) != KC_OK)
		return kc_cli_error(cli, KC_ETOOBIG, "--keys");
	err = kc_dir_names(dir, ".key", NULL, &names);
	if (err != KC_OK)
		return kc_cli_error(cli, err, dir);
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.keys/1");
	kc_json_key(&w, "rows");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < names.n; i++) {
		if (kc_path_join(path, dir, kc_names_get(&names, i)) != KC_OK ||
		    kc_keys_peek(cli, path, &key) != KC_OK)
			continue;
		kc_buf_reset(&text);
		kc_buf_vkey(&text, &key);
		kc_json_open(&w, '{');
		kc_json_key(&w, "actor");
		kc_json_str(&w, key.name);
		kc_json_key(&w, "key");
		kc_json_str(&w, kc_buf_cstr(&text));
		kc_json_key(&w, "file");
		kc_json_str(&w, path);
		kc_json_close(&w, '}');
		if (cli->format != KC_FORMAT_JSON)
			puts(kc_buf_cstr(&text));
	}
	kc_names_free(&names);
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	if (cli->format == KC_FORMAT_JSON)
		puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
	kc_buf_free(&text);
	return KC_EXIT_OK;
}
