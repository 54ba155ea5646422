/* SPDX-License-Identifier: Apache-2.0 */
/* A monitor that asks witnesses which head of the log they have signed: it must
 * be of one history with the one that the log shows. */
#include "watch.h"

#include <stdio.h>
#include <string.h>

#include "lib/seen.h"

/* "/<hex of the origin's hash>/checkpoint", as kaocheng-witness has it. */
static int
get_head(struct kc_watch *w, const char *url, struct kc_buf *note,
    struct kc_checkpoint *out)
{
	struct kc_hash h = kc_sha256(w->kept.origin, strlen(w->kept.origin));
	struct kc_client *c = NULL;
	struct kc_buf path = {0};
	long status = 0;
	int code = KC_EXIT_OK;
	enum kc_err err = kc_client_open(&c, url);

	kc_buf_char(&path, '/');
	kc_buf_hex(&path, h.b, sizeof(h.b));
	kc_buf_str(&path, "/checkpoint");
	if (err == KC_OK)
		err = kc_client_get(c, kc_buf_cstr(&path), &status, note);
	if (err != KC_OK)
		code = kc_cli_error(w->cli, err, url);
	else if (status != 200)
		code = kc_cli_fail(KC_EXIT_FAILED, NULL,
		    _("witness %s: HTTP %ld in place of its head"), url,
		    status);
	else if (kc_checkpoint_parse_by(out, kc_buf_view(note), &w->keys) !=
	    KC_OK)
		code = kc_cli_fail(KC_EXIT_FAILED, NULL,
		    _("witness %s shows no head that a key of the log signed"),
		    url);
	kc_buf_free(&path);
	kc_client_close(c);
	return code;
}

/* The log may have grown since it was looked at, and the witness signed that:
 * then the log must show it by now. */
static int
hold(struct kc_watch *w, const struct kc_checkpoint *its, struct kc_slice note)
{
	struct kc_checkpoint now = w->kept;
	struct kc_buf head = {0};
	bool holds = false;
	int code = KC_EXIT_OK;

	kc_buf_slice(&head, kc_buf_view(&w->kept_note));
	if (its->size > now.size) {
		code = kc_cli_get(w->cli, w->client, "/checkpoint", &head);
		if (code == KC_EXIT_OK &&
		    kc_checkpoint_parse_by(
			&now, kc_buf_view(&head), &w->keys) != KC_OK)
			code = kc_cli_no_log_key();
	}
	if (code == KC_EXIT_OK && its->size <= now.size)
		code = kc_seen_continues(w->cli, w->client, its, &now, &holds);
	if (code == KC_EXIT_OK && !holds)
		code = kc_watch_forked(w, its, note, &now, kc_buf_view(&head));
	kc_buf_free(&head);
	return code;
}

int
kc_watch_witnesses(struct kc_watch *w)
{
	int code = KC_EXIT_OK;

	/* One that is away hides no other: the last fault is said. */
	for (size_t i = 0; !w->forked && i < w->cli->witnesses.n; i++) {
		struct kc_buf note = {0};
		struct kc_checkpoint its;
		int one = get_head(w, w->cli->witnesses.v[i], &note, &its);

		if (one == KC_EXIT_OK)
			one = hold(w, &its, kc_buf_view(&note));
		code = one != KC_EXIT_OK ? one : code;
		kc_buf_free(&note);
	}
	return code;
}
