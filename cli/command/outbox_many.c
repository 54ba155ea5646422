/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox, for notes that stand or fall together: one file of them all. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/keys.h"
#include "lib/post.h"
#include "lib/seen.h"

#define BUNDLE_MAX ((size_t)64 << 20)

/* Named after the first note, as a single one is after itself. */
static enum kc_err
spool(const struct kc_slice *notes, size_t n, char path[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE];
	struct kc_buf name = {0}, bundle = {0};
	struct kc_hash hash = kc_sha256(notes[0].p, notes[0].n);
	enum kc_err err = kc_outbox_dir(dir);

	kc_buf_hex(&name, hash.b, 16);
	kc_buf_str(&name, ".notes");
	kc_buf_bundle(&bundle, notes, n);
	if (err == KC_OK)
		err = kc_buf_err(&bundle);
	if (err == KC_OK)
		err = kc_path_join(path, dir, kc_buf_cstr(&name));
	if (err == KC_OK)
		err = kc_dir_make(dir, 0700);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&bundle), 0600);
	if (err == KC_OK)
		err = kc_dir_sync(path);
	kc_buf_free(&name);
	kc_buf_free(&bundle);
	return err;
}

int
kc_post_together_kept(struct kc_cli *cli, const struct kc_slice *notes,
    size_t n, struct kc_posted *out, const struct kc_post_faults *faults)
{
	struct kc_log_keys trusted;
	struct kc_client *client = NULL;
	char path[KC_PATH_SIZE] = "";
	bool trusts = kc_trust_load(cli, &trusted) == KC_OK;
	bool unknown = false;
	enum kc_err err;
	int code;

	if (cli->trust != NULL && !trusts)
		return kc_cli_error(cli, KC_ESYNTAX, cli->trust);
	code = kc_cli_connect(cli, &client);
	if (code != KC_EXIT_OK)
		return code;
	err = spool(notes, n, path);
	if (err != KC_OK) {
		kc_client_close(client);
		return kc_cli_error(cli, err, _("the outbox"));
	}
	code = kc_post_together(cli, client, notes, n, trusts ? &trusted : NULL,
	    out, &unknown, faults);
	if (code == KC_EXIT_OK && trusts) {
		code = kc_seen_meet(cli, client, kc_buf_view(&out[n - 1].head),
		    &trusted, KC_MET_RECEIPT);
		unknown = code != KC_EXIT_OK;
	}
	kc_client_close(client);
	for (size_t i = 0; i < n; i++)
		kc_buf_free(&out[i].head);
	if (unknown)
		kc_cli_note(cli,
		    _("  the signed notes are kept in %s\n"
		      "  ask again, with the same ids: kaocheng send --retry"),
		    path);
	else
		(void)unlink(path);
	return code;
}

/* --- again --- */
static void
say_fault(void *ctx, size_t i, const char *code, const char *message)
{
	(void)ctx;
	if (strcmp(code, kc_refusal_code_text(KC_R_TOGETHER)) != 0)
		(void)kc_cli_fail(
		    KC_EXIT_REFUSED, NULL, _("note %zu: %s"), i + 1, message);
}

int
kc_send_together(struct kc_cli *cli, const char *path)
{
	const struct kc_post_faults faults = {say_fault, NULL};
	struct kc_buf bytes = {0};
	struct kc_slice *notes = NULL;
	struct kc_posted *out = NULL;
	size_t n = 0;
	enum kc_err err = kc_file_load(path, BUNDLE_MAX, &bytes);
	int code;

	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	notes = kc_bundle_cut(kc_buf_view(&bytes), &n);
	out = kc_alloc((n + 1) * sizeof(*out));
	if (notes == NULL || n == 0 || out == NULL)
		code = kc_cli_error(cli, KC_ESYNTAX, path);
	else
		code = kc_post_together_kept(cli, notes, n, out, &faults);
	if (code == KC_EXIT_OK)
		printf(_("%zu statements stand, #%llu to #%llu\n"), n,
		    (unsigned long long)out[0].seq,
		    (unsigned long long)out[n - 1].seq);
	kc_free(notes);
	kc_free(out);
	kc_buf_free(&bytes);
	return code;
}
