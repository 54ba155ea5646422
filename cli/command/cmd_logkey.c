/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng logkey follow`: a trust file learns of the keys of the log that
 * came after those that it has. */
#include <stdio.h>
#include <string.h>

#include <kaocheng/logkeys.h>

#include "lib/keys.h"
#include "lib/tool.h"

/* Bytes of the file up to the end of its last line that begins with "log". */
static size_t
end_of_logs(struct kc_slice text)
{
	struct kc_slice rest = text, line;
	size_t end = 0;

	while (kc_slice_line(&rest, &line)) {
		while (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t')) {
			line.p++;
			line.n--;
		}
		if (line.n > 3 && memcmp(line.p, "log", 3) == 0 &&
		    (line.p[3] == ' ' || line.p[3] == '\t'))
			end = text.n - rest.n;
	}
	return end;
}

/* The file with a line for each key from the first new one on. */
static enum kc_err
save(const char *path, const struct kc_log_keys *keys, size_t first)
{
	struct kc_buf old = {0}, text = {0};
	enum kc_err err = kc_file_load(path, KC_NOTE_MAX, &old);
	size_t end;

	if (err == KC_OK) {
		end = end_of_logs(kc_buf_view(&old));
		kc_buf_slice(&text, (struct kc_slice){old.p, end});
		for (size_t i = first; i < keys->n; i++) {
			kc_buf_str(&text, "log ");
			kc_buf_vkey(&text, &keys->v[i]);
			kc_buf_char(&text, '\n');
		}
		kc_buf_slice(
		    &text, (struct kc_slice){old.p + end, old.n - end});
		err = kc_buf_err(&text);
	}
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&text), 0644);
	if (err == KC_OK)
		err = kc_dir_sync(path);
	kc_buf_free(&old);
	kc_buf_free(&text);
	return err;
}

static void
print_keys(const struct kc_cli *cli, const struct kc_log_keys *keys,
    size_t first, const char *path)
{
	struct kc_buf text = {0};

	for (size_t i = first; i < keys->n; i++) {
		kc_buf_reset(&text);
		kc_buf_vkey(&text, &keys->v[i]);
		puts(kc_buf_cstr(&text));
	}
	kc_buf_free(&text);
	if (first < keys->n)
		kc_cli_note(cli,
		    cli->dry_run ? _("%s would have this key of the log too")
				 : _("%s has this key of the log too now"),
		    path);
	else
		kc_cli_note(cli, _("%s has every key of the log"), path);
}

int
kc_cmd_logkey_follow(struct kc_cli *cli, int argc, char **argv)
{
	char path[KC_PATH_SIZE];
	struct kc_client *client = NULL;
	struct kc_buf chain = {0};
	struct kc_log_keys keys;
	size_t first;
	enum kc_err err = kc_trust_path(cli, path);
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (err == KC_OK)
		err = kc_trust_load(cli, &keys);
	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	first = keys.n;
	code = kc_cli_connect(cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_cli_get(cli, client, "/v1/logkeys", &chain);
	if (code != KC_EXIT_OK)
		goto out;
	err = kc_log_keys_follow(&keys, kc_buf_view(&chain));
	if (err == KC_EFOREIGN || err == KC_ESIG) {
		code = kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("no key of the log follows from those of %s: %s"), path,
		    kc_err_said(err));
		goto out;
	}
	if (err == KC_OK && first < keys.n && !cli->dry_run)
		err = save(path, &keys, first);
	if (err == KC_OK)
		print_keys(cli, &keys, first, path);
	else
		code = kc_cli_error(cli, err, path);
out:
	kc_client_close(client);
	kc_buf_free(&chain);
	return code;
}
