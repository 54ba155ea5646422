/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a line that is being typed, from the ledger. */
#include "complete.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "lib/foreign.h"

/* --- what it may become --- */
void
kc_next_offer(struct kc_next *n, const char *word, const char *text)
{
	if (word == NULL || strncmp(word, n->cur, strlen(n->cur)) != 0)
		return;
	(void)kc_put_foreign(stdout, word);
	if (text != NULL && text[0] != '\0') {
		putchar('\t');
		(void)kc_put_foreign(stdout, text);
	}
	putchar('\n');
}

static const char *
say(const struct kc_next *n, const char *zh, const char *en)
{
	return n->cli->lang == KC_LANG_ZH ? zh : en;
}

/* --- from the ledger --- */
static const char *
member(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

/* The first column of a view, with what else tells its rows apart. */
void
kc_next_rows(struct kc_next *n, const char *view, const char *id)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	struct kc_view_args args = {
	    .id = kc_slice_str(id), .lang = n->cli->lang};
	struct kc_heard heard = {0};
	struct kc_buf json = {0};
	json_t *doc = NULL, *row, *names;
	size_t i;

	kc_cli_hear(&heard);
	if (kc_cli_view(n->cli, view, &args, &json) == KC_EXIT_OK)
		doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	kc_cli_hear(NULL);
	names = json_object_get(doc, "names");
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *word = member(row, v->columns[0].key);
		const char *name = word != NULL ? member(names, word) : NULL;

		if (name == NULL)
			name = member(row, "name");
		if (name == NULL)
			name = member(row, "title");
		if (name == NULL)
			name = member(row, "state_text");
		kc_next_offer(n, word, name);
	}
	json_decref(doc);
	kc_buf_free(&json);
	kc_buf_free(&heard.message);
}

static void
offer_drafts(struct kc_next *n)
{
	struct kc_client *client = NULL;
	struct kc_heard heard = {0};
	struct kc_buf path = {0}, body = {0};
	json_t *doc = NULL, *row;
	size_t i;

	if (n->cli->nas == 0)
		return;
	kc_buf_str(&path, "/v1/drafts?signer=");
	kc_buf_query(&path, kc_slice_str(n->cli->as[0]));
	kc_cli_hear(&heard);
	if (kc_cli_connect(n->cli, &client) == KC_EXIT_OK &&
	    kc_cli_get(n->cli, client, kc_buf_cstr(&path), &body) == KC_EXIT_OK)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	kc_cli_hear(NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		char id[9] = "";

		if (member(row, "id") != NULL)
			snprintf(id, sizeof(id), "%.8s", member(row, "id"));
		kc_next_offer(n, id, member(row, "kind_text"));
	}
	json_decref(doc);
	kc_client_close(client);
	kc_buf_free(&path);
	kc_buf_free(&body);
	kc_buf_free(&heard.message);
}

void
kc_next_kinds(struct kc_next *n)
{
	for (int k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get((enum kc_kind_id)k);

		kc_next_offer(n, kind->name, say(n, kind->zh, kind->en));
	}
}

/* By what it is called in the tables. */
void
kc_next_values(struct kc_next *n, const char *what)
{
	static const struct {
		const char *what, *view;
	} views[] = {{"UNIT", "units"}, {"ACTOR", "actors"},
	    {"ADMIN", "actors"}, {"TARGET", "targets"}, {"CADRE", "cadres"},
	    {"INDICATOR", "indicators"}, {"GRANT", "grants"},
	    {"LETTER", "warnings"}, {"DISPUTE", "disputes"},
	    {"CASE", "prededucts"}, {"CASE", "warnings"}, {"CASE", "disputes"},
	    {"MATTER", "prededucts"}, {"MATTER", "warnings"}};
	static const char *const files[] = {"FILE", "PATH", "OUT", "BACKUP"};
	size_t len = strcspn(what, " |.]");

	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (strlen(views[i].what) == len &&
		    strncmp(views[i].what, what, len) == 0)
			kc_next_rows(n, views[i].view, "");
	if (len == 4 && strncmp(what, "KIND", len) == 0)
		kc_next_kinds(n);
	if (len == 2 && strncmp(what, "ID", len) == 0)
		offer_drafts(n);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strlen(files[i]) == len &&
		    strncmp(files[i], what, len) == 0)
			puts(":files");
	if (len == 3 && strncmp(what, "DIR", 3) == 0)
		puts(":dirs");
}
