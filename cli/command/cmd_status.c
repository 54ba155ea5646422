/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng status`: the view of that name, and before it a line about the
 * daemon: is it there, and does it take statements?
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "health.h"

json_t *
kc_health_ask(struct kc_reader *r)
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

static bool
takes(const json_t *health)
{
	return strcmp(text_of(health, "mode"), "open") == 0;
}

json_t *
kc_item_row(const struct kc_cli *cli, enum kc_light light, const char *item,
    const char *name, const char *says)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "light",
	    kc_light_text(light, KC_LANG_EN), "light_text",
	    kc_light_text(light, cli->lang), "item", item, "item_text", name,
	    "says", says);
}

json_t *
kc_health_row(const struct kc_cli *cli, const json_t *health)
{
	bool zh = cli->lang == KC_LANG_ZH, open = takes(health);
	const char *why =
	    health != NULL ? text_of(health, "why") : _("nobody answers");

	return kc_item_row(cli,
	    open                 ? KC_LIGHT_GREEN
		: health != NULL ? KC_LIGHT_YELLOW
				 : KC_LIGHT_RED,
	    "daemon", zh ? "守护进程" : "daemon",
	    open ? _("takes statements") : why);
}

json_t *
kc_health_member(const json_t *health)
{
	const char *why =
	    health != NULL ? text_of(health, "why") : _("nobody answers");

	return json_pack("{s:b, s:s, s:s}", "alive", health != NULL, "mode",
	    text_of(health, "mode"), "why", takes(health) ? "" : why);
}

static int
add_daemon(struct kc_cli *cli, json_t *doc, json_t *health)
{
	json_t *row = kc_health_row(cli, health);
	json_t *about = kc_health_member(health);

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
		health = kc_health_ask(&r);
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
