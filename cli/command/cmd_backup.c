/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng backup`: the whole ledger as one file, from a running daemon or a
 * directory. It is verified before it gets its name; what is there under that
 * name stays until then.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/keyfile.h>

#include "export.h"
#include "lib/files.h"
#include "lib/keys.h"
#include "lib/seal.h"
#include "verify/stages.h"
#include "verify/stages_print.h"

/* A public key as text, or that of a key file. */
static int
take_key(const char *text, struct kc_vkey *out)
{
	struct kc_buf file = {0};
	enum kc_keyfile_lock lock;
	enum kc_err err;

	if (kc_vkey_parse(out, kc_slice_str(text)) == KC_OK)
		return KC_EXIT_OK;
	err = kc_file_load(text, KC_KEYFILE_MAX, &file);
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), out, &lock);
	kc_buf_free(&file);
	return err == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_fail(KC_EXIT_USAGE,
		  _("name+id+key, as `kaocheng key show` prints it"),
		  _("%s is neither a public key nor a key file"), text);
}

static int
check(const struct kc_cli *cli, const char *path, uint64_t *size)
{
	static struct kc_verify_report report; /* large */
	struct kc_stages s = {.path = path, .lang = cli->lang, .quiet = true};
	struct kc_disk disk;
	struct kc_verify_options what = {.files = &disk.files};
	enum kc_err err = kc_disk_open(&disk, path);
	int code = err == KC_OK ? kc_stages_check(&s, &what, &report)
				: kc_stages_unreadable(&s, err);

	if (code == KC_EXIT_OK) {
		code = kc_verify_exit(&report);
		*size = report.checkpoint.size;
		if (code != KC_EXIT_OK)
			kc_stages_print(&s, &report, code);
	}
	kc_disk_close(&disk);
	return code;
}

static enum kc_err
seal(const char *path, const char *to, const struct kc_vkey *keys, size_t n)
{
	FILE *from = fopen(path, "re"), *f = kc_file_new(to, 0600);
	enum kc_err err = KC_EIO;

	if (from != NULL && f != NULL)
		err = kc_seal(from, f, keys, n);
	if (err == KC_OK && (fflush(f) != 0 || fsync(fileno(f)) != 0))
		err = KC_EIO;
	if (from != NULL)
		(void)fclose(from);
	if (f != NULL && fclose(f) != 0 && err == KC_OK)
		err = KC_EIO;
	return err;
}

/* The plain file gets its name, or a sealed one does in its place. */
static enum kc_err
give_name(struct kc_cli *cli, const char *plain, const char *out,
    const struct kc_vkey *keys)
{
	char sealed[KC_PATH_SIZE];
	enum kc_err err = KC_OK;
	int saved;

	snprintf(sealed, sizeof(sealed), "%s.%ld.sealed", out, (long)getpid());
	if (cli->seal_to.n > 0)
		err = seal(plain, sealed, keys, cli->seal_to.n);
	if (err == KC_OK)
		err = kc_file_name(cli->seal_to.n > 0 ? sealed : plain, out);
	if (err == KC_OK)
		return kc_dir_sync(out);
	saved = errno;
	(void)unlink(sealed);
	errno = saved;
	return err;
}

int
kc_cmd_backup(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_vkey keys[KC_SEAL_KEYS_MAX];
	char plain[KC_PATH_SIZE];
	struct kc_exporter x = {0};
	uint64_t size = 0;
	bool evidence;
	enum kc_err err;
	int code = KC_EXIT_OK;

	if (argc != 1 || strlen(argv[0]) > KC_PATH_SIZE - 32)
		return kc_cli_usage(
		    "%s", _("backup takes the file to write to"));
	if (cli->seal_to.n > KC_SEAL_KEYS_MAX)
		return kc_cli_usage(_("a backup is sealed to %d keys at most"),
		    KC_SEAL_KEYS_MAX);
	if (!kc_export_includes(cli, true, &evidence))
		return KC_EXIT_USAGE;
	for (size_t i = 0; code == KC_EXIT_OK && i < cli->seal_to.n; i++)
		code = take_key(cli->seal_to.v[i], &keys[i]);
	if (code != KC_EXIT_OK)
		return code;
	snprintf(plain, sizeof(plain), "%s.%ld.kcb", argv[0], (long)getpid());
	code = kc_exporter_open(cli, &x);
	if (code == KC_EXIT_OK)
		code = kc_export_bundle(&x, plain, evidence);
	if (code == KC_EXIT_OK)
		code = check(cli, plain, &size);
	if (code == KC_EXIT_OK) {
		err = give_name(cli, plain, argv[0], keys);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, argv[0]);
	}
	(void)unlink(plain);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli,
		    _("%llu entries backed up to %s, and verified; private "
		      "keys and the persons' directory are not in it"),
		    (unsigned long long)size, argv[0]);
	if (code == KC_EXIT_OK)
		kc_export_cited_say(x.evidence);
	kc_export_cited_free(x.evidence);
	kc_exporter_close(&x);
	return code;
}
