/* SPDX-License-Identifier: Apache-2.0 */
/* Key files of actors: where they are, and opening one. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <kaocheng/near.h>
#include <kaocheng/trust.h>

#include "file.h"
#include "login.h"
#include "tool.h"

#define PASSPHRASE_TRIES 3

/* The directory that keys and trust belong to: --dir, or where the socket
 * lies, or the environment's, or here. */
static void
home(const struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	char where[KC_PATH_SIZE];
	const char *dir = getenv("KAOCHENG_DIR");
	char *slash;

	snprintf(out, KC_PATH_SIZE, ".");
	if (cli->dir != NULL) {
		snprintf(out, KC_PATH_SIZE, "%s", cli->dir);
	} else if (dir != NULL && dir[0] != '\0') {
		snprintf(out, KC_PATH_SIZE, "%s", dir);
	} else if (kc_cli_where(cli, where) == KC_OK &&
	    strstr(where, "://") == NULL) {
		slash = strrchr(where, '/');
		if (slash != NULL && slash != where) {
			*slash = '\0';
			memcpy(out, where, KC_PATH_SIZE);
		}
	}
}

enum kc_err
kc_keys_dir(const struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE];

	if (cli->keys != NULL)
		return snprintf(out, KC_PATH_SIZE, "%s", cli->keys) <
			KC_PATH_SIZE
		    ? KC_OK
		    : KC_ETOOBIG;
	if (kc_login_used(cli) != NULL && cli->login->keys[0] != '\0') {
		memcpy(out, cli->login->keys, KC_PATH_SIZE);
		return KC_OK;
	}
	home(cli, dir);
	return kc_path_join(out, dir, "keys");
}

enum kc_err
kc_keys_path(
    const struct kc_cli *cli, const char *actor, char out[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE], name[KC_PATH_SIZE];

	/* A path is taken as it is. */
	if (strchr(actor, '/') != NULL)
		return snprintf(out, KC_PATH_SIZE, "%s", actor) < KC_PATH_SIZE
		    ? KC_OK
		    : KC_ETOOBIG;
	if (kc_keys_dir(cli, dir) != KC_OK ||
	    snprintf(name, sizeof(name), "%s.key", actor) >= (int)sizeof(name))
		return KC_ETOOBIG;
	return kc_path_join(out, dir, name);
}

/* The file that has the passphrase of an actor's key: that of his place among
 * the signers, if there is one for each; of a directory, the one of the key's
 * name. Its path may be put into place. */
static const char *
passphrase_file(const struct kc_cli *cli, const char *actor, const char *key,
    char place[KC_PATH_SIZE])
{
	const char *file = cli->passphrase_file;
	struct stat st;

	for (size_t i = 0; i < cli->nas && cli->passphrase_files.n > 1; i++)
		if (i < cli->passphrase_files.n &&
		    strcmp(cli->as[i], actor) == 0)
			file = cli->passphrase_files.v[i];
	if (file == NULL || stat(file, &st) != 0 || !S_ISDIR(st.st_mode) ||
	    snprintf(place, KC_PATH_SIZE, "%s/%s.pass", file, key) >=
		KC_PATH_SIZE)
		return file;
	return place;
}

static bool
is_known(const struct kc_cli *cli, const char *actor, char secret[1024])
{
	for (size_t i = 0; i < cli->nsecrets; i++)
		if (strcmp(cli->secrets[i].actor, actor) == 0)
			return kc_slice_copy(secret, KC_SECRET_SIZE,
			    kc_slice_str(cli->secrets[i].passphrase));
	return false;
}

/* Decodes a key file that a passphrase locks. Who types it may mistype it. */
static int
unlock(const struct kc_cli *cli, const char *actor, struct kc_slice file,
    const struct kc_vkey *vkey, struct kc_skey *out, enum kc_err *err)
{
	char prompt[KC_PATH_SIZE + 64], secret[1024] = "", place[KC_PATH_SIZE];
	const char *from = passphrase_file(cli, actor, vkey->name, place);
	int code, tries = from == NULL ? PASSPHRASE_TRIES : 1;

	snprintf(prompt, sizeof(prompt), _("Passphrase of %s: "), vkey->name);
	do {
		code = is_known(cli, actor, secret)
		    ? KC_EXIT_OK
		    : kc_cli_passphrase(cli, from, prompt, false, secret);
		if (code == KC_EXIT_OK)
			*err = kc_keyfile_decode(out, file, secret);
		explicit_bzero(secret, sizeof(secret));
		if (code == KC_EXIT_OK && *err == KC_ESIG && tries > 1)
			kc_cli_note(
			    cli, "%s", _("that is not the passphrase; again"));
	} while (code == KC_EXIT_OK && *err == KC_ESIG && --tries > 0);
	return code;
}

/* Whose keys are there, near to the one that is not. */
static void
suggest(const char *path, struct kc_buf *out)
{
	char dir[KC_PATH_SIZE], name[KC_PATH_SIZE];
	const char *slash = strrchr(path, '/');
	struct kc_names names = {0};
	struct kc_near near;
	size_t end = strlen(".key");

	if (slash == NULL)
		return;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	snprintf(name, sizeof(name), "%s", slash + 1);
	if (!kc_name_ends(name, ".key") ||
	    kc_dir_names(dir, ".key", NULL, &names) != KC_OK)
		return;
	kc_near_begin(&near, (struct kc_slice){name, strlen(name) - end});
	for (size_t i = 0; i < names.n; i++) {
		struct kc_slice one = kc_slice_str(kc_names_get(&names, i));

		one.n -= end;
		kc_near_try(&near, one);
	}
	kc_buf_near(out, &near, ", ");
	kc_names_free(&names);
}

int
kc_keys_missing(const struct kc_cli *cli, const char *actor)
{
	char path[KC_PATH_SIZE], hint[KC_PATH_SIZE];
	struct kc_buf near = {0};
	int code;

	if (kc_keys_path(cli, actor, path) != KC_OK)
		snprintf(path, sizeof(path), "%s", actor);
	suggest(path, &near);
	if (near.n > 0)
		snprintf(hint, sizeof(hint), _("did you mean %s?"),
		    kc_buf_cstr(&near));
	code = kc_cli_fail(KC_EXIT_NOT_FOUND,
	    near.n > 0 ? hint
		       : _("kaocheng key new ACTOR makes one; --keys DIR says "
			   "where they are"),
	    _("there is no key file %s"), path);
	kc_buf_free(&near);
	return code;
}

int
kc_keys_open(const struct kc_cli *cli, const char *actor, struct kc_skey *out)
{
	char path[KC_PATH_SIZE];
	struct kc_buf file = {0};
	struct kc_vkey vkey;
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	enum kc_err err = kc_keys_path(cli, actor, path);
	int code = KC_EXIT_OK;

	if (err == KC_OK)
		err = kc_file_load(path, KC_KEYFILE_MAX, &file);
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), &vkey, &lock);
	if (err == KC_OK && lock == KC_KEYFILE_PASSPHRASE)
		code = unlock(cli, actor, kc_buf_view(&file), &vkey, out, &err);
	else if (err == KC_OK)
		err = kc_keyfile_decode(out, kc_buf_view(&file), NULL);
	if (file.p != NULL)
		explicit_bzero(file.p, file.n);
	kc_buf_free(&file);
	if (err == KC_ESIG)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED, NULL, "%s: %s", path,
		    _("wrong passphrase, or the key file was changed"));
	if (err == KC_ENOKEY)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED, NULL,
		    _("%s: the ssh-agent holds this key; it signs with it and "
		      "does nothing else"),
		    path);
	if (err == KC_ENOTFOUND)
		return kc_keys_missing(cli, actor);
	return err == KC_OK ? code : kc_cli_error(cli, err, path);
}

enum kc_err
kc_keys_save(const char *path, struct kc_slice name, const uint8_t seed[32],
    int64_t created_s, const char *passphrase)
{
	struct kc_keyfile_inputs in = {.created_s = created_s};
	struct kc_buf file = {0};
	enum kc_err err = KC_OK;

	memcpy(in.seed, seed, sizeof(in.seed));
	if (passphrase != NULL) {
		err = kc_cli_random(in.salt, sizeof(in.salt));
		if (err == KC_OK)
			err = kc_cli_random(in.nonce, sizeof(in.nonce));
	}
	if (err == KC_OK)
		err = kc_keyfile_encode(&file, name, &in, passphrase, false);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&file), 0600);
	if (file.p != NULL)
		explicit_bzero(file.p, file.n);
	explicit_bzero(&in, sizeof(in));
	kc_buf_free(&file);
	return err;
}

enum kc_err
kc_keys_make(const char *path, const char *actor, const char *passphrase)
{
	uint8_t seed[32];
	enum kc_err err = kc_cli_random(seed, sizeof(seed));

	if (err == KC_OK)
		err = kc_keys_save(path, kc_slice_str(actor), seed,
		    (int64_t)time(NULL), passphrase);
	explicit_bzero(seed, sizeof(seed));
	return err;
}

enum kc_err
kc_keys_make_agent(
    const char *path, const char *actor, const uint8_t pub[KC_PUBKEY_SIZE])
{
	struct kc_vkey key;
	struct kc_buf file = {0};
	enum kc_err err = kc_vkey_named(&key, kc_slice_str(actor), pub);

	if (err == KC_OK)
		kc_keyfile_encode_agent(&file, &key, (int64_t)time(NULL));
	if (err == KC_OK)
		err = kc_buf_err(&file);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&file), 0600);
	kc_buf_free(&file);
	return err;
}

enum kc_err
kc_keys_look(const struct kc_cli *cli, const char *actor, struct kc_vkey *key,
    enum kc_keyfile_lock *lock)
{
	char path[KC_PATH_SIZE];
	struct kc_buf file = {0};
	enum kc_err err = kc_keys_path(cli, actor, path);

	if (err == KC_OK)
		err = kc_file_load(path, KC_KEYFILE_MAX, &file);
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), key, lock);
	kc_buf_free(&file);
	return err;
}

enum kc_err
kc_keys_peek(const struct kc_cli *cli, const char *actor, struct kc_vkey *out)
{
	enum kc_keyfile_lock lock;

	return kc_keys_look(cli, actor, out, &lock);
}

int
kc_cli_no_log_key(void)
{
	return kc_cli_fail(KC_EXIT_FAILED,
	    _("if the key of the log was rotated: kaocheng logkey follow"),
	    "%s", _("no key of the trust file has signed the ledger's head"));
}

enum kc_err
kc_trust_path(const struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE];

	if (cli->trust != NULL)
		return snprintf(out, KC_PATH_SIZE, "%s", cli->trust) <
			KC_PATH_SIZE
		    ? KC_OK
		    : KC_ETOOBIG;
	if (kc_login_used(cli) != NULL && cli->login->trust[0] != '\0') {
		memcpy(out, cli->login->trust, KC_PATH_SIZE);
		return KC_OK;
	}
	home(cli, dir);
	return kc_path_join(out, dir, "trust");
}

enum kc_err
kc_trust_load(const struct kc_cli *cli, struct kc_log_keys *out)
{
	static struct kc_trust trust; /* large */
	char path[KC_PATH_SIZE];
	struct kc_buf text = {0};
	enum kc_err err = kc_trust_path(cli, path);

	if (err == KC_OK)
		err = kc_file_load(path, KC_NOTE_MAX, &text);
	if (err == KC_OK)
		err = kc_trust_parse(&trust, kc_buf_view(&text), NULL);
	out->n = 0;
	for (size_t i = 0; err == KC_OK && i < trust.nlogs; i++)
		if (strcmp(trust.log[i].name, trust.log[0].name) == 0)
			out->v[out->n++] = trust.log[i];
	kc_buf_free(&text);
	return err;
}
