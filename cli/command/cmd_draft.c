/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng draft list|drop`: drafts of which one is a signer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/tool.h"

#define ID_MIN 8 /* hex digits of an id that are enough */

static const struct kc_view_column columns[] = {
    {"id", "文稿", "draft", false},
    {"kind_text", "种类", "kind", false},
    {"signed", "已签", "signed", false},
    {"missing", "待签", "to sign", false},
    {"until", "截止", "until", false},
};
static const struct kc_view view = {"drafts", "", "待签文稿",
    "drafts that wait for signatures", columns,
    sizeof(columns) / sizeof(columns[0])};

static int
ask(struct kc_cli *cli, struct kc_client **client, struct kc_buf *body)
{
	struct kc_buf path = {0};
	int code;

	if (cli->nas != 1)
		return kc_cli_usage("%s", _("whose drafts? one --as ACTOR"));
	kc_buf_str(&path, "/v1/drafts?signer=");
	kc_buf_query(&path, kc_slice_str(cli->as[0]));
	code = kc_cli_connect(cli, client);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, *client);
	if (code == KC_EXIT_OK)
		code = kc_cli_get(cli, *client, kc_buf_cstr(&path), body);
	kc_buf_free(&path);
	return code;
}

int
kc_cmd_draft_list(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_client *client = NULL;
	struct kc_buf body = {0};
	int code;

	if (argc > 0)
		return kc_cli_usage(
		    _("%s: %s is too much"), "draft list", argv[0]);
	code = ask(cli, &client, &body);
	if (code == KC_EXIT_OK)
		code = kc_cli_print_as(cli, &view, kc_buf_view(&body));
	kc_client_close(client);
	kc_buf_free(&body);
	return code;
}

/* The id of the one that begins so. */
static const char *
find(json_t *doc, const char *begin)
{
	const char *found = NULL;
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *id = json_string_value(json_object_get(row, "id"));

		if (id == NULL || strncmp(id, begin, strlen(begin)) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = id;
	}
	return found;
}

int
kc_cmd_draft_drop(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf body = {0}, path = {0};
	struct kc_client *client = NULL;
	json_t *doc = NULL;
	const char *id = NULL;
	long status = 0;
	enum kc_err err;
	int code;

	if (argc != 1 || strlen(argv[0]) < ID_MIN)
		return kc_cli_usage("%s",
		    _("draft drop takes the id of a draft, 8 digits or more "
		      "of it"));
	cli->writes = true;
	code = ask(cli, &client, &body);
	if (code != KC_EXIT_OK)
		goto out;
	doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	id = find(doc, argv[0]);
	if (id == NULL) {
		code = kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng draft list shows them"),
		    _("%s has no draft %s"), cli->as[0], argv[0]);
		goto out;
	}
	kc_buf_str(&path, "/v1/drafts/");
	kc_buf_str(&path, id);
	err = kc_client_delete(client, kc_buf_cstr(&path), &status, &body);
	code = kc_cli_got(cli, err, status, &body);
	if (code == KC_EXIT_OK)
		printf(_("draft %.8s is taken away\n"), id);
out:
	json_decref(doc);
	kc_buf_free(&body);
	kc_buf_free(&path);
	kc_client_close(client);
	return code;
}
