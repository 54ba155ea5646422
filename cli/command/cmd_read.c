/* SPDX-License-Identifier: Apache-2.0 */
/* Reading commands: each is the name of a view and its arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/text.h>

#include "find.h"
#include "page.h"
#include "pick.h"
#include "read.h"

int
kc_view_arguments(const struct kc_cli *cli, const struct kc_view *v,
    struct kc_view_args *args, int argc, char **argv)
{
	const char *unit = cli->unit;
	/* What is of a year and nothing else takes it as a plain argument. */
	bool plain = strchr(v->args, 'y') != NULL &&
	    strpbrk(v->args, "iu") == NULL && cli->year == NULL && argc > 0 &&
	    strspn(argv[0], "0123456789") == strlen(argv[0]);
	uint64_t year = 0;
	int code = kc_cli_within("--year", plain ? argv[0] : cli->year,
	    KC_YEAR_MIN, KC_YEAR_MAX, &year);

	if (code == KC_EXIT_OK)
		code = kc_cli_within(
		    "--from", cli->from, 0, INT64_MAX, &args->from);
	if (code == KC_EXIT_OK)
		code = kc_cli_within(
		    "--limit", cli->limit, 1, INT64_MAX, &args->limit);
	if (code != KC_EXIT_OK)
		return code;
	if (cli->after != NULL)
		args->after = kc_slice_str(cli->after);
	args->year = (int32_t)year;
	for (int i = plain; i < argc; i++) {
		if (strchr(v->args, 'i') != NULL && args->id.n == 0)
			args->id = kc_slice_str(argv[i]);
		else if (strchr(v->args, 'u') != NULL && unit == NULL)
			unit = argv[i];
		else
			return kc_cli_usage(_("\"%s\" is too much"), argv[i]);
	}
	if (unit != NULL)
		args->unit = kc_slice_str(unit);
	return (unit == NULL ? strchr(v->args, 'w') != NULL : unit[0] == '\0')
	    ? kc_cli_usage("%s",
		  _("of which unit? name it by its "
		    "code or its full name"))
	    : KC_EXIT_OK;
}

static int
ask_and_print(struct kc_cli *cli, const struct kc_view *v,
    const struct kc_view_args *args)
{
	struct kc_buf json = {0};
	int code;

	if (args->limit != 0 && kc_view_pages(v))
		return kc_page_print(cli, v, args);
	code = kc_cli_view(cli, v->name, args, &json);
	if (code == KC_EXIT_OK)
		code = kc_pick_rows(cli, v, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, v->name, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}

int
kc_cmd_view(struct kc_cli *cli, const char *view, int argc, char **argv)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	struct kc_view_args args = {.lang = cli->lang};
	int code = kc_view_arguments(cli, v, &args, argc, argv);

	if (code == KC_EXIT_OK && strchr(v->args, 'i') != NULL &&
	    args.id.n == 0)
		code = kc_cli_usage("%s", _("which one? name it"));
	return code == KC_EXIT_OK ? ask_and_print(cli, v, &args) : code;
}

/* "PD-2022-0058": a matter; units have no such codes. */
static bool
is_handle(const char *text)
{
	size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const char *p = text + letters;

	return letters >= 1 && letters <= 3 && p[0] == '-' &&
	    strspn(p + 1, "0123456789") == 4 && p[5] == '-' &&
	    strspn(p + 6, "0123456789") >= 4;
}

/* Of a matter by its handle, of a unit, or of all that are seen. */
static int
explain_light(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};

	if (argc != 1 || !is_handle(argv[0]))
		return kc_cmd_view(cli, "lights", argc, argv);
	args.about = kc_slice_str(argv[0]);
	return ask_and_print(cli, kc_view_find(KC_LIT("lights")), &args);
}

int
kc_cmd_explain(struct kc_cli *cli, int argc, char **argv)
{
	enum kc_refusal_code code =
	    argc == 1 ? kc_refusal_find(kc_slice_str(argv[0])) : KC_R_NONE;
	bool dates = argc == 1 && is_handle(argv[0]);
	struct kc_heard heard = {0};
	int end;

	if (cli->explain_rank && cli->explain_light)
		return kc_cli_usage("%s", _("--rank or --light, not both"));
	if (cli->explain_light)
		return explain_light(cli, argc, argv);
	if (cli->explain_rank)
		return kc_cmd_view(cli, "rank", argc, argv);
	if (code != KC_R_NONE)
		return kc_help_code(cli, code);
	if (argc == 1 && strncmp(argv[0], "E-", 2) == 0)
		kc_cli_hear(&heard);
	end = kc_cmd_view(cli, dates ? "dates" : "explain", argc, argv);
	kc_cli_hear(NULL);
	kc_buf_free(&heard.message);
	if (end != KC_EXIT_OK && argc == 1 && strncmp(argv[0], "E-", 2) == 0)
		return kc_unknown_code(argv[0]);
	if (end == KC_EXIT_NOT_FOUND && argc == 1 && !dates)
		kc_cli_note(cli,
		    _("  explained are a unit, a case, letter or dispute by "
		      "its number, an error code; of a target: kaocheng "
		      "target show %s"),
		    argv[0]);
	return end;
}

/* --- one of a list: its row, or rows, by the first column --- */
/* The rows of that name as it stands or, if not exactly, of its shape. */
static json_t *
rows_named(
    const struct kc_view *v, json_t *rows, const char *name, bool exactly)
{
	json_t *kept = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *code =
		    json_string_value(json_object_get(row, v->columns[0].key));

		if (code != NULL &&
		    (exactly ? strcmp(code, name) == 0
			     : kc_shape_same(
				   kc_slice_str(code), kc_slice_str(name))))
			(void)json_array_append(kept, row);
	}
	return kept;
}

static int
keep_named(struct kc_cli *cli, const struct kc_view *v, const char *name,
    struct kc_buf *json)
{
	json_t *doc =
	    json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
	json_t *rows = json_object_get(doc, "rows");
	json_t *kept = rows_named(v, rows, name, true);
	char *text;
	int code = KC_EXIT_OK;

	if (json_array_size(kept) == 0) {
		json_decref(kept);
		kept = rows_named(v, rows, name, false);
	}
	if (json_array_size(kept) == 0)
		code =
		    kc_cli_fail(KC_EXIT_NOT_FOUND, NULL, _("there is no %s %s"),
			kc_column_label(cli, v->columns), name);
	(void)json_object_set_new(doc, "rows", kept);
	text = json_dumps(doc, JSON_COMPACT);
	kc_buf_reset(json);
	if (text != NULL)
		kc_buf_str(json, text);
	if (text == NULL || kc_buf_err(json) != KC_OK)
		code = kc_cli_error(cli, KC_ENOMEM, v->name);
	free(text);
	json_decref(doc);
	return code;
}

static int
show_row(struct kc_cli *cli, const char *view, int argc, char **argv)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf json = {0};
	int code;

	if (argc == 0)
		return kc_cli_usage("%s", _("which one? name it"));
	code = kc_view_arguments(cli, v, &args, 0, NULL);
	if (code == KC_EXIT_OK && argc > 1)
		code = kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	if (code == KC_EXIT_OK)
		code = kc_cli_view(cli, view, &args, &json);
	if (code == KC_EXIT_OK)
		code = keep_named(cli, v, argv[0], &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, view, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}

int
kc_cmd_grant_show(struct kc_cli *cli, int argc, char **argv)
{
	return show_row(cli, "grants", argc, argv);
}

int
kc_cmd_indicator_show(struct kc_cli *cli, int argc, char **argv)
{
	return show_row(cli, "indicators", argc, argv);
}

int
kc_cmd_cadre_show(struct kc_cli *cli, int argc, char **argv)
{
	return show_row(cli, "cadres", argc, argv);
}
