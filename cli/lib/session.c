/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who reads over TCP: a challenge of the daemon, signed with an actor's key,
 * becomes a session. On the socket the daemon knows the peer's uid.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "keys.h"
#include "pen.h"
#include "tool.h"

/* The text that is signed. It names the ledger, so that it is of no use to
 * another daemon. */
static void
put_text(
    struct kc_buf *b, const char *ledger, const char *nonce, const char *actor)
{
	kc_buf_str(b, "kaocheng/v1 session\nledger ");
	kc_buf_str(b, ledger);
	kc_buf_str(b, "\nnonce ");
	kc_buf_str(b, nonce);
	kc_buf_str(b, "\nactor ");
	kc_buf_str(b, actor);
	kc_buf_char(b, '\n');
}

static int
sign_challenge(struct kc_cli *cli, const struct kc_pen *pen,
    struct kc_slice reply, struct kc_buf *note)
{
	json_t *doc =
	    json_loadb(reply.p, reply.n, JSON_REJECT_DUPLICATES, NULL);
	const char *ledger = json_string_value(json_object_get(doc, "ledger"));
	const char *nonce = json_string_value(json_object_get(doc, "nonce"));
	struct kc_log_keys trusted;
	struct kc_buf text = {0};
	enum kc_err err;
	int code = KC_EXIT_FAILED;

	if (ledger == NULL || nonce == NULL || strlen(nonce) != 64) {
		code = kc_cli_error(cli, KC_ESYNTAX, "/v1/challenge");
		goto out;
	}
	err = kc_trust_load(cli, &trusted);
	if (err != KC_OK && cli->trust != NULL) {
		code = kc_cli_error(cli, err, cli->trust);
		goto out;
	}
	if (err == KC_OK && strcmp(trusted.v[0].name, ledger) != 0) {
		code = kc_cli_fail(KC_EXIT_FAILED, NULL,
		    _("the daemon serves ledger %s; the trust file is that of "
		      "%s"),
		    ledger, trusted.v[0].name);
		goto out;
	}
	put_text(&text, ledger, nonce, pen->key.vkey.name);
	kc_buf_slice(note, kc_buf_view(&text));
	kc_buf_char(note, '\n');
	code = kc_pen_line(pen, kc_buf_view(&text), note);
out:
	json_decref(doc);
	kc_buf_free(&text);
	return code;
}

int
kc_cli_token(struct kc_cli *cli, struct kc_client *c, const struct kc_pen *pen,
    struct kc_buf *out)
{
	struct kc_buf reply = {0}, note = {0};
	json_t *doc = NULL;
	const char *token;
	long status = 0;
	enum kc_err err;
	int code;

	code = kc_cli_get(cli, c, "/v1/challenge", &reply);
	if (code == KC_EXIT_OK)
		code = sign_challenge(cli, pen, kc_buf_view(&reply), &note);
	if (code != KC_EXIT_OK)
		goto out;
	err = kc_client_post(c, "/v1/session", "text/plain; charset=utf-8",
	    kc_buf_view(&note), &status, &reply);
	if (err != KC_OK) {
		code = kc_cli_error(cli, err, "/v1/session");
		goto out;
	}
	if (status != 201 && status != 200) {
		code = kc_cli_problem(cli, status, kc_buf_view(&reply));
		goto out;
	}
	doc = json_loadb(reply.p, reply.n, JSON_REJECT_DUPLICATES, NULL);
	token = json_string_value(json_object_get(doc, "token"));
	if (token != NULL)
		kc_buf_str(out, token);
	if (token == NULL || kc_buf_err(out) != KC_OK)
		code = kc_cli_error(cli, KC_ESYNTAX, "/v1/session");
out:
	json_decref(doc);
	kc_buf_free(&reply);
	kc_buf_free(&note);
	return code;
}

int
kc_cli_session(
    struct kc_cli *cli, struct kc_client *c, const struct kc_pen *pen)
{
	struct kc_buf token = {0};
	int code = kc_cli_token(cli, c, pen, &token);

	if (code == KC_EXIT_OK)
		kc_client_token(c, kc_buf_view(&token));
	kc_buf_free(&token);
	return code;
}

int
kc_cli_token_at(struct kc_cli *cli, const char *actor, struct kc_buf *out)
{
	struct kc_client *c = NULL;
	struct kc_pen pen;
	int code = kc_pen_open(cli, actor, &pen);

	if (code == KC_EXIT_OK)
		code = kc_cli_connect(cli, &c);
	if (code == KC_EXIT_OK)
		code = kc_cli_token(cli, c, &pen, out);
	kc_client_close(c);
	kc_pen_wipe(&pen);
	return code;
}

int
kc_cli_login(struct kc_cli *cli, struct kc_client *c)
{
	char where[KC_PATH_SIZE];
	struct kc_pen pen;
	int code;

	if (cli->nas == 0 || kc_cli_where(cli, where) != KC_OK ||
	    strstr(where, "://") == NULL)
		return KC_EXIT_OK;
	code = kc_pen_open(cli, cli->as[0], &pen);
	if (code == KC_EXIT_OK)
		code = kc_cli_session(cli, c, &pen);
	kc_pen_wipe(&pen);
	return code;
}
