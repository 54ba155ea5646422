/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng key rotate` and `logkey rotate`: a new key for an actor or for the
 * log, from making it to the files in their places. What is done so far is
 * told by three files, so that the same command goes on after a crash at any
 * point:
 *
 *   NAME.new.key       made, not yet in NAME.key's place
 *   NAME.rotate.note   signed; sent again as it is until its outcome is known
 *   NAME.key.old-N     the key before, which is never removed
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include <kaocheng/entry.h>
#include <kaocheng/logkeys.h>

#include "lib/keys.h"
#include "lib/pen.h"
#include "lib/post.h"
#include "lib/tool.h"

#include "cmd.h"

#define OLD_MAX 1000 /* keys of one actor that are kept here */

struct rotation {
	struct kc_cli *cli;
	const char *actor; /* or "log" */
	enum kc_kind_id kind;
	unsigned field;              /* that names the new key */
	char owner[KC_NAME_MAX + 1]; /* what keys of it are called */
	int (*stands)(struct rotation *r, bool *is); /* is it in force? */
	char key[KC_PATH_SIZE], fresh[KC_PATH_SIZE], note[KC_PATH_SIZE],
	    old[KC_PATH_SIZE];
};

static int
find_files(struct rotation *r)
{
	char dir[KC_PATH_SIZE], name[KC_PATH_SIZE];

	struct kc_vkey key;
	enum kc_err err;

	if (strchr(r->actor, '/') != NULL)
		return kc_cli_usage("%s",
		    _("key rotate takes the id of an actor, not a file: the "
		      "new key goes where keys are (--keys DIR)"));
	snprintf(name, sizeof(name), "%s.new", r->actor);
	if (kc_keys_path(r->cli, r->actor, r->key) != KC_OK ||
	    kc_keys_path(r->cli, name, r->fresh) != KC_OK ||
	    kc_keys_dir(r->cli, dir) != KC_OK ||
	    snprintf(name, sizeof(name), "%s.rotate.note", r->actor) >=
		(int)sizeof(name) ||
	    kc_path_join(r->note, dir, name) != KC_OK)
		return kc_cli_error(r->cli, KC_ETOOBIG, r->actor);
	err = kc_keys_peek(r->cli, r->actor, &key);
	if (err != KC_OK)
		return kc_cli_error(r->cli, err, r->key);
	memcpy(r->owner, key.name, sizeof(r->owner));
	return KC_EXIT_OK;
}

/* --- the new key --- */
/* One that the agent holds: not the one before. */
static int
take_key(struct rotation *r)
{
	struct kc_vkey before;
	struct kc_agent_key held;
	enum kc_err err = kc_keys_peek(r->cli, r->actor, &before);
	int code;

	if (err != KC_OK)
		return kc_cli_error(r->cli, err, r->key);
	code = kc_pen_choose(r->cli, &before, &held);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_keys_make_agent(r->fresh, r->owner, held.pub);
	return err == KC_OK ? code : kc_cli_error(r->cli, err, r->fresh);
}

/* Under the passphrase that is given for it, or else that of the key before;
 * without one if that had none. */
static int
seal_key(struct rotation *r)
{
	struct kc_cli *cli = r->cli;
	const char *file = cli->new_passphrase_file != NULL
	    ? cli->new_passphrase_file
	    : cli->passphrase_file;
	char secret[1024] = "";
	struct kc_skey before;
	struct kc_vkey public;
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	bool locked;
	int code = KC_EXIT_OK;
	enum kc_err err = kc_keys_look(cli, r->actor, &public, &lock);

	if (err != KC_OK)
		return kc_cli_error(cli, err, r->key);
	locked = lock != KC_KEYFILE_OPEN;
	/* A wrong passphrase is not to become that of the new key. */
	if (lock == KC_KEYFILE_PASSPHRASE && cli->passphrase_file != NULL) {
		code = kc_keys_open(cli, r->actor, &before);
		kc_skey_wipe(&before);
	}
	if (code != KC_EXIT_OK)
		return code;
	locked =
	    !cli->unprotected && (locked || cli->new_passphrase_file != NULL);
	if (locked)
		code = kc_cli_passphrase(
		    cli, file, _("Passphrase for the new key: "), true, secret);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_keys_make(r->fresh, r->owner, locked ? secret : NULL);
	explicit_bzero(secret, sizeof(secret));
	return err == KC_OK ? code : kc_cli_error(cli, err, r->fresh);
}

static int
make_key(struct rotation *r)
{
	bool agent = r->cli->agent || r->cli->agent_key != NULL;
	int code = agent ? take_key(r) : seal_key(r);

	if (code != KC_EXIT_OK || kc_dir_sync(r->fresh) == KC_OK)
		return code;
	return kc_cli_error(r->cli, KC_EIO, r->fresh);
}

/* --- the files --- */
static bool
same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* A second name for the key before: the first that is free, or the one that
 * an interrupted run has given it. */
static enum kc_err
keep_old(struct rotation *r)
{
	for (unsigned n = 1; n <= OLD_MAX; n++) {
		if (snprintf(r->old, sizeof(r->old), "%s.old-%u", r->key, n) >=
		    (int)sizeof(r->old))
			return KC_ETOOBIG;
		if (same_file(r->key, r->old))
			return KC_OK;
		if (!kc_file_exists(r->old))
			return link(r->key, r->old) == 0 ? kc_dir_sync(r->key)
							 : KC_EIO;
	}
	return KC_EFULL;
}

/* The ledger has the new key: it takes the place of the old one, which keeps
 * a name of its own; then the note has done its work. */
static int
swap(struct rotation *r)
{
	enum kc_err err = keep_old(r);

	if (err != KC_OK)
		return kc_cli_error(r->cli, err, r->old);
	if (rename(r->fresh, r->key) != 0 || kc_dir_sync(r->key) != KC_OK)
		return kc_cli_error(r->cli, KC_EIO, r->key);
	(void)unlink(r->note);
	kc_cli_note(r->cli,
	    _("%s signs with the new key now: %s\n"
	      "the key before is kept in %s"),
	    r->actor, r->key, r->old);
	return KC_EXIT_OK;
}

/* --- the ledger --- */
/* Is the new key the one that the ledger has of the actor? */
static int
actor_has(struct rotation *r, bool *is)
{
	struct kc_view_args args = {0};
	struct kc_buf json = {0}, id = {0};
	struct kc_vkey fresh;
	json_t *doc = NULL, *row;
	const char *s;
	size_t i;
	int code = kc_cli_view(r->cli, "actors", &args, &json);
	enum kc_err err = kc_keys_peek(r->cli, r->fresh, &fresh);

	*is = false;
	if (code == KC_EXIT_OK && err != KC_OK)
		code = kc_cli_error(r->cli, err, r->fresh);
	if (code != KC_EXIT_OK)
		goto out;
	kc_buf_hex(&id, fresh.keyid, sizeof(fresh.keyid));
	doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		s = json_string_value(json_object_get(row, "actor"));
		if (s == NULL || strcmp(s, r->actor) != 0)
			continue;
		s = json_string_value(json_object_get(row, "key_id"));
		*is = s != NULL && strcmp(s, kc_buf_cstr(&id)) == 0;
	}
out:
	json_decref(doc);
	kc_buf_free(&json);
	kc_buf_free(&id);
	return code;
}

/* Is it among the keys that the log has had? */
static int
log_has(struct rotation *r, bool *is)
{
	struct kc_client *client = NULL;
	struct kc_buf chain = {0};
	struct kc_log_keys keys;
	struct kc_vkey fresh;
	enum kc_err err = kc_keys_peek(r->cli, r->actor, &keys.v[0]);
	int code = kc_cli_connect(r->cli, &client);

	keys.n = 1;
	if (err == KC_OK)
		err = kc_keys_peek(r->cli, r->fresh, &fresh);
	if (code == KC_EXIT_OK && err != KC_OK)
		code = kc_cli_error(r->cli, err, r->fresh);
	if (code == KC_EXIT_OK)
		code = kc_cli_get(r->cli, client, "/v1/logkeys", &chain);
	if (code == KC_EXIT_OK) {
		err = kc_log_keys_follow(&keys, kc_buf_view(&chain));
		if (err != KC_OK)
			code = kc_cli_error(r->cli, err, "/v1/logkeys");
	}
	*is = code == KC_EXIT_OK && kc_log_keys_has(&keys, &fresh);
	kc_client_close(client);
	kc_buf_free(&chain);
	return code;
}

/* The note of an interrupted run, as it is: the ledger knows its id, and
 * gives its first receipt if it stands. */
static int
send_again(struct rotation *r)
{
	struct kc_buf note = {0};
	enum kc_err err = kc_file_load(r->note, KC_NOTE_MAX, &note);
	bool open = true;
	int code;

	if (err != KC_OK)
		return kc_cli_error(r->cli, err, r->note);
	kc_cli_note(
	    r->cli, "%s", _("going on with the rotation that was interrupted"));
	code = kc_post_kept(r->cli, kc_buf_view(&note), &open);
	kc_buf_free(&note);
	if (code != KC_EXIT_OK && !open)
		(void)unlink(r->note); /* refused: the next run signs anew */
	return code == KC_EXIT_OK ? swap(r) : code;
}

static int
begin(struct rotation *r)
{
	bool open = true, stands = false;
	int code;

	if (!kc_file_exists(r->fresh))
		code = make_key(r);
	else
		code = r->stands(r, &stands);
	if (code != KC_EXIT_OK)
		return code;
	if (stands)
		return swap(r);
	code = kc_cmd_write_kept(r->cli, kc_kind_get(r->kind), r->note, &open);
	if (code != KC_EXIT_OK && !open)
		(void)unlink(r->note);
	if (code != KC_EXIT_OK || r->cli->dry_run || r->cli->out != NULL)
		return code;
	return swap(r);
}

/* Swapped, and stopped before the note was taken away. */
static int
finish(struct rotation *r)
{
	static struct kc_entry e; /* large */
	struct kc_buf note = {0}, text = {0};
	struct kc_refusal why = {0};
	struct kc_vkey key;
	int code;
	enum kc_err err = kc_file_load(r->note, KC_NOTE_MAX, &note);

	if (err == KC_OK)
		err = kc_keys_peek(r->cli, r->actor, &key);
	if (err == KC_OK)
		err = kc_entry_decode(&e, kc_buf_view(&note), &why);
	if (err == KC_OK)
		kc_buf_vkey(&text, &key);
	if (err != KC_OK) {
		code = kc_cli_error(r->cli, err, r->note);
	} else if (!kc_slice_is(
		       kc_entry_str(&e, r->field), kc_buf_cstr(&text))) {
		code = kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("put the file back: the ledger may have that key "
		      "already"),
		    _("the new key %s is gone, and %s is signed"), r->fresh,
		    r->note);
	} else {
		(void)unlink(r->note);
		kc_cli_note(r->cli, _("%s signs with the new key now: %s"),
		    r->actor, r->key);
		code = KC_EXIT_OK;
	}
	kc_buf_free(&note);
	kc_buf_free(&text);
	return code;
}

static int
rotate(struct rotation *r)
{
	int code = find_files(r);

	if (code != KC_EXIT_OK)
		return code;
	if (!kc_file_exists(r->note))
		return begin(r);
	return kc_file_exists(r->fresh) ? send_again(r) : finish(r);
}

int
kc_cmd_key_rotate(struct kc_cli *cli, int argc, char **argv)
{
	struct rotation r = {.cli = cli,
	    .kind = KC_K_key_rotate,
	    .field = KC_F_key_rotate_key,
	    .stands = actor_has};

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->nas != 1)
		return kc_cli_usage(
		    "%s", _("whose key? --as ACTOR, whose new key it will be"));
	r.actor = cli->as[0];
	return rotate(&r);
}

/* Where the daemon's own key files are. */
int
kc_cmd_logkey_rotate(struct kc_cli *cli, int argc, char **argv)
{
	struct rotation r = {.cli = cli,
	    .actor = "log",
	    .kind = KC_K_logkey_rotate,
	    .field = KC_F_logkey_rotate_key,
	    .stands = log_has};

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	return rotate(&r);
}
