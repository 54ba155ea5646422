/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng status`: the view of that name, and before it a line about the
 * daemon: is it there, and does it take statements?
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/reader.h"

/* The document of /healthz, which also answers 503; NULL: nobody answers. */
static json_t *
ask_health(struct kc_reader *r)
{
	struct kc_client *own = NULL, *c = r->client;
	char where[KC_PATH_SIZE];
	struct kc_buf body = {0};
	json_t *doc = NULL;
	long status = 0;

	/* Beside a ledger on disk its daemon may run, or not. */
	if (r->local && kc_cli_where(r->cli, where) == KC_OK &&
	    kc_client_open(&own, where) == KC_OK)
		c = own;
	if (c != NULL && kc_client_get(c, "/healthz", &status, &body) == KC_OK)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	kc_client_close(own);
	kc_buf_free(&body);
	return doc;
}

static const char *
text_of(const json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text == NULL ? "" : text;
}

static int
add_daemon(struct kc_cli *cli, json_t *doc, json_t *health)
{
	const char *mode = text_of(health, "mode"), *why = "";
	bool takes = strcmp(mode, "open") == 0;
	const char *light = takes ? "green" : health != NULL ? "yellow" : "red";
	bool zh = cli->lang == KC_LANG_ZH;
	json_t *row, *about;

	if (!takes)
		why = health != NULL ? text_of(health, "why")
				     : _("nobody answers");
	row =
	    json_pack("{s:s, s:s, s:s, s:s, s:s}", "light", light, "light_text",
		takes                ? (zh ? "绿" : "green")
		    : health != NULL ? (zh ? "黄" : "yellow")
				     : (zh ? "红" : "red"),
		"item", "daemon", "item_text", zh ? "守护进程" : "daemon",
		"says", takes ? _("takes statements") : why);
	about = json_pack("{s:b, s:s, s:s}", "alive", health != NULL, "mode",
	    mode, "why", why);
	if (row == NULL || about == NULL ||
	    json_array_insert_new(json_object_get(doc, "rows"), 0, row) != 0 ||
	    json_object_set_new(doc, "daemon", about) != 0)
		return kc_cli_error(cli, KC_ENOMEM, "status");
	return KC_EXIT_OK;
}

int
kc_cmd_status(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_view_args args = {.lang = cli->lang};
	json_t *doc = NULL, *health = NULL;
	struct kc_buf json = {0};
	struct kc_reader r;
	char *text = NULL;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	code = kc_reader_open(cli, &r);
	if (code == KC_EXIT_OK)
		code = kc_reader_view(&r, "status", &args, &json);
	if (code == KC_EXIT_OK) {
		doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
		health = ask_health(&r);
		code = add_daemon(cli, doc, health);
	}
	if (code == KC_EXIT_OK) {
		text = json_dumps(doc, JSON_COMPACT);
		code = text == NULL
		    ? kc_cli_error(cli, KC_ENOMEM, "status")
		    : kc_cli_print(cli, "status", kc_slice_str(text));
	}
	free(text);
	json_decref(doc);
	json_decref(health);
	kc_reader_close(&r);
	kc_buf_free(&json);
	return code;
}
