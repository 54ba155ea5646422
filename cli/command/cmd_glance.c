/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng glance`: the view of that name, and what only the daemon knows: to
 * the operator whether it answers, to the auditor how far others have
 * countersigned what it has.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "health.h"
#include "pick.h"
#include "read.h"

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text == NULL ? "" : text;
}

/* The place of the first row of a part; false: it has none. */
static bool
first_of(const json_t *rows, const char *part, size_t *at)
{
	for (*at = 0; *at < json_array_size(rows); ++*at)
		if (strcmp(text_of(json_array_get(rows, *at), "part"), part) ==
		    0)
			return true;
	return false;
}

/* Takes the row, and gives it the part of the one that it stands before. */
static bool
put_row(json_t *rows, size_t at, json_t *row)
{
	const json_t *next = json_array_get(rows, at);

	return row != NULL &&
	    json_object_set(row, "part", json_object_get(next, "part")) == 0 &&
	    json_object_set(
		row, "part_text", json_object_get(next, "part_text")) == 0 &&
	    json_object_set_new(row, "due", json_null()) == 0 &&
	    json_array_insert_new(rows, at, row) == 0;
}

static json_t *
witnessed_row(const struct kc_cli *cli, const json_t *health)
{
	const json_t *upto = json_object_get(health, "witnessed");
	bool zh = cli->lang == KC_LANG_ZH;
	struct kc_buf says = {0};
	json_t *row;

	if (!json_is_integer(upto)) {
		kc_buf_str(&says,
		    health == NULL ? _("nobody answers")
				   : _("no witnesses are asked"));
	} else {
		kc_buf_u64(&says, (uint64_t)json_integer_value(upto));
		kc_buf_str(&says, " / ");
		kc_buf_u64(&says,
		    (uint64_t)json_integer_value(
			json_object_get(health, "size")));
	}
	row = kc_item_row(cli,
	    json_is_integer(upto) ? KC_LIGHT_GREEN : KC_LIGHT_YELLOW,
	    "witnessed", zh ? "见证联署" : "countersigned", kc_buf_cstr(&says));
	kc_buf_free(&says);
	return row;
}

static int
add_daemon(const struct kc_cli *cli, json_t *doc, const json_t *health)
{
	json_t *rows = json_object_get(doc, "rows");
	bool ok = true;
	size_t at;

	if (first_of(rows, "operator", &at))
		ok = put_row(rows, at, kc_health_row(cli, health)) &&
		    json_object_set_new(
			doc, "daemon", kc_health_member(health)) == 0;
	if (ok && first_of(rows, "auditor", &at))
		ok = put_row(rows, at, witnessed_row(cli, health));
	return ok ? KC_EXIT_OK : kc_cli_error(cli, KC_ENOMEM, "glance");
}

/* Of now alone: what the daemon was at an earlier entry nobody knows. */
static int
with_daemon(struct kc_cli *cli, struct kc_buf *json)
{
	json_t *doc =
	    json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
	json_t *health = NULL;
	struct kc_reader r;
	char *text = NULL;
	int code = kc_reader_open(cli, &r);

	if (code == KC_EXIT_OK)
		health = kc_health_ask(&r);
	if (code == KC_EXIT_OK)
		code = add_daemon(cli, doc, health);
	if (code == KC_EXIT_OK) {
		text = json_dumps(doc, JSON_COMPACT);
		kc_buf_reset(json);
		kc_buf_str(json, text == NULL ? "" : text);
	}
	free(text);
	json_decref(doc);
	json_decref(health);
	kc_reader_close(&r);
	return code;
}

int
kc_cmd_glance(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_view *v = kc_view_find(KC_LIT("glance"));
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf json = {0};
	int code = kc_view_arguments(cli, v, &args, argc, argv);

	if (code == KC_EXIT_OK)
		code = kc_cli_view(cli, v->name, &args, &json);
	if (code == KC_EXIT_OK && cli->as_of == NULL)
		code = with_daemon(cli, &json);
	if (code == KC_EXIT_OK)
		code = kc_pick_rows(cli, v, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, v->name, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}
