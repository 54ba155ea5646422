/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: everything that an operator may have to see to. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

static const struct kc_view_column columns[] = {
    {"light", "灯", "light", false},
    {"item_text", "检查项", "item", false},
    {"says", "结果", "how it is", false},
    {"do", "处理", "what to do", false},
};
static const struct kc_view view = {
    .name = "doctor",
    .args = "",
    .zh = "账本体检",
    .en = "what is wrong with the ledger",
    .columns = columns,
    .ncolumns = sizeof(columns) / sizeof(columns[0]),
};

void
kc_doctor_says(struct kc_doctor *d, const char *light, const char *item,
    const char *item_text, const char *says, const char *what_to_do)
{
	json_t *row =
	    json_pack("{s:s, s:s, s:s, s:s, s:s}", "light", light, "item", item,
		"item_text", item_text, "says", says, "do", what_to_do);

	d->red += strcmp(light, "red") == 0;
	d->yellow += strcmp(light, "yellow") == 0;
	if (row == NULL || json_array_append_new(d->rows, row) != 0)
		d->red++; /* no memory: not all of it was seen */
}

static const char *
text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text == NULL ? "" : text;
}

/* What to do about what the ledger says of itself. */
static const char *
remedy(const char *item, const char *light)
{
	static const struct {
		const char *item, *what_to_do;
	} rows[] = {
	    {"ledger", "kaocheng restore accept"},
	    {"clock", "kaocheng clock confirm"},
	    {"clerk", "kaochengd"},
	    {"calendar", "kaocheng calendar import"},
	    {"reminders", "kaocheng remind status"},
	    {"deadlines", "kaocheng deadline --overdue"},
	};

	for (size_t i = 0;
	     strcmp(light, "green") != 0 && i < sizeof(rows) / sizeof(rows[0]);
	     i++)
		if (strcmp(rows[i].item, item) == 0)
			return rows[i].what_to_do;
	return "";
}

/* The lights of `kaocheng status`, as the directory has them. */
static void
look_at_ledger(struct kc_doctor *d)
{
	struct kc_view_args args = {.lang = d->cli->lang};
	struct kc_heard heard = {0};
	struct kc_buf text = {0};
	json_t *doc = NULL, *row;
	size_t i;
	int code;

	kc_cli_hear(&heard);
	code = kc_cli_view(d->cli, "status", &args, &text);
	kc_cli_hear(NULL);
	if (code == KC_EXIT_OK)
		doc = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	else
		kc_doctor_says(d, "red", "ledger", _("ledger"),
		    heard.message.n > 0 ? kc_buf_cstr(&heard.message) : "", "");
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		kc_doctor_says(d, text_of(row, "light"), text_of(row, "item"),
		    text_of(row, "item_text"), text_of(row, "says"),
		    remedy(text_of(row, "item"), text_of(row, "light")));
	}
	json_decref(doc);
	kc_buf_free(&text);
	kc_buf_free(&heard.message);
}

static void
look_at_daemon(struct kc_doctor *d)
{
	struct kc_client *client = NULL;
	char where[KC_PATH_SIZE];
	struct kc_buf body = {0};
	json_t *doc = NULL;
	long status = 0;

	if (kc_cli_where(d->cli, where) == KC_OK &&
	    kc_client_open(&client, where) == KC_OK &&
	    kc_client_get(client, "/healthz", &status, &body) == KC_OK)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	if (doc == NULL)
		kc_doctor_says(d, "yellow", "daemon", _("daemon"),
		    _("nobody answers"),
		    _("start it, unless it is stopped on purpose"));
	else if (strcmp(text_of(doc, "mode"), "open") == 0)
		kc_doctor_says(d, "green", "daemon", _("daemon"),
		    _("takes statements"), "");
	else
		kc_doctor_says(d, "red", "daemon", _("daemon"),
		    text_of(doc, "why"),
		    _("OPERATIONS \"Watching\" has what ends each cause"));
	json_decref(doc);
	kc_client_close(client);
	kc_buf_free(&body);
}

static int
print(struct kc_doctor *d)
{
	json_t *doc = json_pack("{s:s, s:b, s:O}", "schema",
	    "kaocheng.doctor/1", "well", d->red == 0, "rows", d->rows);
	char *text = doc == NULL ? NULL : json_dumps(doc, JSON_COMPACT);
	int code = text == NULL
	    ? kc_cli_error(d->cli, KC_ENOMEM, "doctor")
	    : kc_cli_print_as(d->cli, &view, kc_slice_str(text));

	free(text);
	json_decref(doc);
	return code;
}

int
kc_cmd_doctor(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_doctor d = {.cli = cli};
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->dir == NULL)
		return kc_cli_usage(
		    "%s", _("which ledger? name it with --dir"));
	d.rows = json_array();
	kc_doctor_start(&d);
	look_at_daemon(&d);
	look_at_ledger(&d);
	kc_doctor_room(&d);
	kc_doctor_modes(&d);
	kc_doctor_anchors(&d);
	kc_doctor_evidence(&d);
	kc_doctor_outbox(&d);
	code = print(&d);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli, _("%u red, %u yellow"), d.red, d.yellow);
	json_decref(d.rows);
	return code == KC_EXIT_OK && d.red > 0 ? KC_EXIT_FAILED : code;
}
