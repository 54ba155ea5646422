/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a view's document in the chosen format. */
#include "lib/foreign.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#define HEAD_LINE_MAX 8 /* members on one line */
#define HEAD_WIDTH 96   /* columns of such a line */
#define LABEL_WIDTH 28

/* --- machines --- */
static void
put_csv(struct kc_slice s, bool sheet)
{
	bool quote = false;

	/* A spreadsheet would run a text that begins like a formula. */
	if (sheet && s.n > 1 && strchr("=+-@", s.p[0]) != NULL &&
	    !(s.p[0] == '-' && s.p[1] >= '0' && s.p[1] <= '9'))
		putchar('\'');
	for (size_t i = 0; i < s.n; i++)
		if (strchr("\",\r\n", s.p[i]) != NULL)
			quote = true;
	if (quote)
		putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			putchar('"');
		putchar(s.p[i]);
	}
	if (quote)
		putchar('"');
}

static void
put_plain(struct kc_slice s, char escape)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n' || c == '\t')
			putchar(' ');
		else if (escape != '\0' && c == escape)
			printf("\\%c", c);
		else
			putchar(c);
	}
}

static void
print_cell(enum kc_format format, struct kc_slice s, bool sheet)
{
	if (format == KC_FORMAT_CSV)
		put_csv(s, sheet);
	else
		put_plain(s, format == KC_FORMAT_MD ? '|' : '\0');
}

static void
print_line(enum kc_format format, size_t column, size_t columns)
{
	bool last = column + 1 == columns;

	if (format == KC_FORMAT_MD)
		fputs(last ? " |\n" : " | ", stdout);
	else if (last)
		fputs(format == KC_FORMAT_CSV ? "\r\n" : "\n", stdout);
	else
		putchar(format == KC_FORMAT_CSV ? ',' : '\t');
}

static void
print_md_rule(const struct kc_view *v)
{
	putchar('|');
	for (size_t c = 0; c < v->ncolumns; c++)
		fputs(v->columns[c].right ? " ---: |" : " --- |", stdout);
	putchar('\n');
}

/* Keys and words as they stand for machines; with --bom, for a spreadsheet,
 * labels and words in the reader's language. */
static int
print_rows(const struct kc_cli *cli, const struct kc_view *v, json_t *rows)
{
	enum kc_format format = cli->format;
	bool people = format == KC_FORMAT_MD || cli->bom;
	struct kc_buf text = {0};
	json_t *row;
	size_t i;

	if (cli->no_head)
		goto rows;
	if (cli->bom && format == KC_FORMAT_CSV)
		fputs("\xEF\xBB\xBF", stdout);
	for (size_t c = 0; c < v->ncolumns; c++) {
		const char *label = people
		    ? kc_column_label(cli, &v->columns[c])
		    : v->columns[c].key;

		if (format == KC_FORMAT_MD && c == 0)
			fputs("| ", stdout);
		print_cell(format, kc_slice_str(label), false);
		print_line(format, c, v->ncolumns);
	}
	if (format == KC_FORMAT_MD)
		print_md_rule(v);
rows:
	json_array_foreach(rows, i, row)
	{
		for (size_t c = 0; c < v->ncolumns; c++) {
			kc_buf_reset(&text);
			if (people)
				kc_cell_text(&text, row, v->columns[c].key);
			else
				kc_cell_value(&text, row, v->columns[c].key);
			if (format == KC_FORMAT_MD && c == 0)
				fputs("| ", stdout);
			print_cell(format, kc_buf_view(&text), people);
			print_line(format, c, v->ncolumns);
		}
	}
	kc_buf_free(&text);
	return KC_EXIT_OK;
}

static int
print_jsonl(json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		(void)json_dumpf(row, stdout, JSON_COMPACT);
		putchar('\n');
	}
	return KC_EXIT_OK;
}

/* --- people --- */
/* Members that have a place of their own, or are for programs. */
static bool
is_quiet(const char *key)
{
	static const char *const quiet[] = {"schema", "as_of", "ledger", "year",
	    "rows", "rows_next", "unit", "name", "next", "raw", "note", "entry",
	    "text", "signed", "drafted", "rows_total"};

	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		if (strcmp(key, quiet[i]) == 0)
			return true;
	return false;
}

static void
print_title(const struct kc_cli *cli, const struct kc_view *v, json_t *doc)
{
	json_t *size = json_object_get(json_object_get(doc, "as_of"), "size");
	const char *sep = cli->ascii ? " - " : " · ";
	struct kc_buf text = {0};
	char head[64];

	kc_buf_str(&text, cli->lang == KC_LANG_ZH ? v->zh : v->en);
	if (json_is_string(json_object_get(doc, "unit"))) {
		kc_buf_str(&text, sep);
		kc_cell_text(&text, doc, "unit");
		if (json_is_string(json_object_get(doc, "name"))) {
			kc_buf_char(&text, ' ');
			kc_cell_text(&text, doc, "name");
		}
	}
	if (json_is_integer(json_object_get(doc, "year"))) {
		kc_buf_str(&text, sep);
		kc_cell_text(&text, doc, "year");
	}
	if (json_integer_value(size) > 0) {
		snprintf(head, sizeof(head), _("ledger to #%lld"),
		    (long long)json_integer_value(size) - 1);
		kc_buf_str(&text, sep);
		kc_buf_str(&text, head);
	} else if (json_is_integer(size)) {
		kc_buf_str(&text, sep);
		kc_buf_str(&text, _("no entry yet"));
	}
	kc_put_wrapped(stdout, kc_buf_cstr(&text), 0, kc_out_columns());
	kc_buf_free(&text);
}

/* Views whose document begins with figures of its own. */
static bool
has_head(const struct kc_view *v)
{
	static const char *const names[] = {"score", "trail", "explain",
	    "blame", "bisect", "prededuct", "negative", "bonus", "warning",
	    "target", "task", "node", "check", "entry", "calendar", "outlook",
	    "actor", "rank", "yearend", "grades"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(v->name, names[i]) == 0)
			return true;
	return false;
}

static bool
is_shown(const char *key, json_t *value)
{
	size_t n = strlen(key);

	return !is_quiet(key) && !json_is_object(value) &&
	    !json_is_array(value) && !json_is_null(value) &&
	    (n <= 5 || strcmp(key + n - 5, "_text") != 0);
}

/* One of a few on a line; a line that would be too long is broken before it. */
static void
put_member(const char *label, const char *value, size_t room, size_t *column)
{
	size_t width = kc_text_width(kc_slice_str(label)) + 1 +
	    kc_text_width(kc_slice_str(value));

	if (*column > 0 && *column + 2 + width > room) {
		putchar('\n');
		*column = 0;
	}
	if (kc_out_columns() > 0 && width > room) {
		kc_put_labelled(
		    label, value, kc_text_width(kc_slice_str(label)) + 1, room);
		return;
	}
	printf("%s%s ", *column > 0 ? "  " : "", label);
	fputs(value, stdout);
	*column += width + (*column > 0 ? 2 : 0);
}

/* One of many, on a line of its own. */
static void
put_labelled(const char *label, const char *value, size_t columns)
{
	size_t at = LABEL_WIDTH + 2;

	if (columns > 0 && columns < 2 * at)
		at = 4;
	fputs("  ", stdout);
	if (kc_text_width(kc_slice_str(label)) + 2 >= at)
		printf("%s\n%*s", label, (int)at, "");
	else
		kc_put_padded(stdout, label, at - 2);
	kc_put_wrapped(stdout, value, at, columns);
}

/* Single values over the rows: a few on one line, many on a line each. */
static void
print_members(const struct kc_cli *cli, const struct kc_view *v, json_t *doc)
{
	struct kc_buf text = {0};
	const char *key;
	json_t *value;
	size_t shown = 0, column = 0, columns = kc_out_columns();
	size_t room =
	    columns > 0 && columns < HEAD_WIDTH ? columns : HEAD_WIDTH;

	json_object_foreach(doc, key, value) shown += is_shown(key, value);
	json_object_foreach(doc, key, value)
	{
		if (!is_shown(key, value))
			continue;
		kc_buf_reset(&text);
		kc_cell_text(&text, doc, key);
		if (text.n == 0)
			continue;
		if (shown > HEAD_LINE_MAX)
			put_labelled(kc_member_label(cli, v, key),
			    kc_buf_cstr(&text), columns);
		else
			put_member(kc_member_label(cli, v, key),
			    kc_buf_cstr(&text), room, &column);
	}
	if (column > 0)
		putchar('\n');
	kc_buf_free(&text);
}

/* Is it a text or evidence of an entry: the name of such a field? */
static const struct kc_field *
words_field(const char *kind, const char *key)
{
	const struct kc_kind *k = kc_kind_find(kc_slice_str(kind));
	int f = k != NULL ? kc_kind_field(k, kc_slice_str(key)) : -1;

	if (f < 0 ||
	    (k->fields[f].type != KC_T_TEXT &&
		k->fields[f].type != KC_T_EVIDENCE))
		return NULL;
	return &k->fields[f];
}

/* What was written at each step, below the table: a case reads as a letter
 * file. */
static void
print_words(const struct kc_cli *cli, json_t *rows)
{
	struct kc_buf text = {0}, line = {0};
	const struct kc_field *f;
	const char *key, *kind;
	json_t *row, *value;
	size_t i;
	bool any = false;
	int at;

	json_array_foreach(rows, i, row)
	{
		kind = json_string_value(json_object_get(row, "kind"));
		json_object_foreach(row, key, value)
		{
			f = kind != NULL ? words_field(kind, key) : NULL;
			if (f == NULL)
				continue;
			kc_buf_reset(&text);
			kc_cell_text(&text, row, key);
			if (!any)
				putchar('\n');
			any = true;
			at = printf("#%lld  ",
			    (long long)json_integer_value(
				json_object_get(row, "seq")));
			kc_buf_str(
			    &line, cli->lang == KC_LANG_ZH ? f->zh : f->en);
			kc_buf_str(&line, ": ");
			kc_buf_str(&line, kc_buf_cstr(&text));
			kc_put_wrapped(stdout, kc_buf_cstr(&line),
			    at > 0 ? (size_t)at : 0, kc_out_columns());
			kc_buf_reset(&line);
		}
	}
	kc_buf_free(&text);
	kc_buf_free(&line);
}

/* Views of one thing, whose steps have words; a whole trail, if asked for. */
static bool
has_words(const struct kc_cli *cli, const struct kc_view *v)
{
	return strcmp(v->name, "prededuct") == 0 ||
	    strcmp(v->name, "negative") == 0 || strcmp(v->name, "bonus") == 0 ||
	    (strcmp(v->name, "trail") == 0 && cli->format == KC_FORMAT_WIDE) ||
	    strcmp(v->name, "warning") == 0 || strcmp(v->name, "target") == 0 ||
	    strcmp(v->name, "task") == 0 || strcmp(v->name, "node") == 0 ||
	    strcmp(v->name, "check") == 0;
}

static int
print_for_people(const struct kc_cli *cli, const struct kc_view *v, json_t *doc)
{
	json_t *rows = json_object_get(doc, "rows");
	int code;

	if (!cli->quiet) {
		print_title(cli, v, doc);
		if (has_head(v))
			print_members(cli, v, doc);
		putchar('\n');
	}
	code = kc_print_table(cli, v, rows, cli->format == KC_FORMAT_WIDE);
	if (code == KC_EXIT_OK && has_words(cli, v))
		print_words(cli, rows);
	return code;
}

/* Members that hold actor ids: where the reader may be told the names
 * ("names"), people see "name (id)". */
static void
name_actors(json_t *object, json_t *names)
{
	static const char *const keys[] = {"actor", "by", "decider", "value"};

	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		json_t *held = json_object_get(object, keys[k]);
		json_t *list = json_is_array(held) ? json_incref(held)
						   : json_pack("[O]", held);

		for (size_t i = 0; i < json_array_size(list); i++) {
			const char *id =
			    json_string_value(json_array_get(list, i));
			const char *name = id != NULL
			    ? json_string_value(json_object_get(names, id))
			    : NULL;

			if (name != NULL)
				(void)json_array_set_new(
				    list, i, json_sprintf("%s (%s)", name, id));
		}
		if (held != NULL && !json_is_array(held))
			(void)json_object_set(
			    object, keys[k], json_array_get(list, 0));
		json_decref(list);
	}
}

static void
name_document(const struct kc_cli *cli, json_t *doc)
{
	json_t *names = json_object_get(doc, "names"), *row;
	bool people = cli->format == KC_FORMAT_TABLE ||
	    cli->format == KC_FORMAT_WIDE || cli->format == KC_FORMAT_MD ||
	    cli->bom;
	size_t i;

	if (!people || !json_is_object(names))
		return;
	name_actors(doc, names);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		name_actors(row, names);
	}
}

int
kc_cli_print(struct kc_cli *cli, const char *view, struct kc_slice json)
{
	return kc_cli_print_as(cli, kc_view_find(kc_slice_str(view)), json);
}

int
kc_cli_print_as(
    struct kc_cli *cli, const struct kc_view *v, struct kc_slice json)
{
	json_t *doc, *rows;
	int code = KC_EXIT_FAILED;

	if (cli->format == KC_FORMAT_JSON) {
		(void)kc_put(stdout, json);
		putchar('\n');
		return KC_EXIT_OK;
	}
	doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	rows = json_object_get(doc, "rows");
	if (v == NULL || !json_is_array(rows)) {
		code =
		    kc_cli_error(cli, KC_ESYNTAX, v != NULL ? v->name : "view");
		goto out;
	}
	name_document(cli, doc);
	switch (cli->format) {
	case KC_FORMAT_TABLE:
	case KC_FORMAT_WIDE:
		code = print_for_people(cli, v, doc);
		break;
	case KC_FORMAT_JSON:
	case KC_FORMAT_JSONL:
		code = print_jsonl(rows);
		break;
	case KC_FORMAT_CSV:
	case KC_FORMAT_TSV:
	case KC_FORMAT_MD:
		code = print_rows(cli, v, rows);
		break;
	case KC_FORMAT_XLSX:
		code = kc_print_book(cli, v, rows);
		break;
	}
out:
	json_decref(doc);
	return code;
}
