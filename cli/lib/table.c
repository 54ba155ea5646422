/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as an aligned table: libsmartcols knows how wide Chinese is. */
#include "lib/foreign.h"
#include "tool.h"
#include "width.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libsmartcols/libsmartcols.h>

/* How deep a row stands under the one before it. */
static json_int_t
depth_of(json_t *row)
{
	return json_integer_value(json_object_get(row, "depth"));
}

/* What stands before the first cell of an inner row. */
static void
indent(const struct kc_cli *cli, json_t *rows, size_t i, struct kc_buf *out)
{
	json_int_t depth = depth_of(json_array_get(rows, i));
	json_int_t next = i + 1 < json_array_size(rows)
	    ? depth_of(json_array_get(rows, i + 1))
	    : 0;

	for (json_int_t k = 1; k < depth; k++)
		kc_buf_str(out, "  ");
	if (depth > 0)
		kc_buf_str(out,
		    cli->ascii          ? "  "
			: next >= depth ? "├─ "
					: "└─ ");
}

static void
fill_line(const struct kc_cli *cli, struct libscols_line *line,
    const struct kc_view *v, json_t *rows, size_t i)
{
	struct kc_buf text = {0};

	for (size_t c = 0; c < v->ncolumns; c++) {
		kc_buf_reset(&text);
		if (c == 0)
			indent(cli, rows, i, &text);
		kc_cell_text(&text, json_array_get(rows, i), v->columns[c].key);
		(void)scols_line_set_data(line, c, kc_buf_cstr(&text));
	}
	kc_buf_free(&text);
}

/* Columns of sentences: on a terminal they go on in the next line. */
static bool
is_long(const char *key)
{
	static const char *const keys[] = {"event", "arithmetic", "what",
	    "title", "label", "value", "item", "units", "roles", "rule"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* How many cells of the terminal the sentences would have to share; each of
 * them wants MIN_SENTENCE at least, or the columns are unreadable slivers. */
#define MIN_SENTENCE 12

static bool
has_room(const struct kc_cli *cli, const struct kc_view *v, json_t *rows)
{
	struct kc_buf text = {0};
	size_t fixed = 0, sentences = 0, columns = kc_out_columns();

	for (size_t c = 0; c < v->ncolumns; c++) {
		size_t most = kc_text_width(
		    kc_slice_str(kc_column_label(cli, &v->columns[c])));

		fixed += c > 0 ? 2 : 0;
		if (!v->columns[c].right && is_long(v->columns[c].key)) {
			sentences++;
			continue;
		}
		for (size_t i = 0; i < json_array_size(rows); i++) {
			size_t w;

			kc_buf_reset(&text);
			if (c == 0)
				indent(cli, rows, i, &text);
			kc_cell_text(
			    &text, json_array_get(rows, i), v->columns[c].key);
			w = kc_text_width(kc_buf_view(&text));
			most = w > most ? w : most;
		}
		fixed += most;
	}
	kc_buf_free(&text);
	return columns >= fixed + sentences * MIN_SENTENCE;
}

/* Lines without the blanks that fill up their last cell. */
static void
put_trimmed(const char *text)
{
	struct kc_slice rest = kc_slice_str(text), line;

	while (kc_slice_line(&rest, &line)) {
		while (line.n > 0 && line.p[line.n - 1] == ' ')
			line.n--;
		(void)kc_put(stdout, line);
		putchar('\n');
	}
	while (rest.n > 0 && rest.p[rest.n - 1] == ' ')
		rest.n--;
	(void)kc_put(stdout, rest);
	putchar('\n'); /* the text has no last newline */
}

/* A row below the other, where the terminal is too narrow to have them side by
 * side: each cell after the label of its column, and a blank line. */
static void
put_records(const struct kc_cli *cli, const struct kc_view *v, json_t *rows,
    size_t columns)
{
	struct kc_buf text = {0};
	size_t widest = 0;

	for (size_t c = 0; c < v->ncolumns; c++) {
		size_t w = kc_text_width(
		    kc_slice_str(kc_column_label(cli, &v->columns[c])));

		widest = w > widest ? w : widest;
	}
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (i > 0)
			putchar('\n');
		for (size_t c = 0; c < v->ncolumns; c++) {
			kc_buf_reset(&text);
			kc_cell_text(
			    &text, json_array_get(rows, i), v->columns[c].key);
			if (text.n == 0)
				continue;
			kc_put_labelled(kc_column_label(cli, &v->columns[c]),
			    kc_buf_cstr(&text), widest + 2, columns);
		}
	}
	kc_buf_free(&text);
}

static bool
add_columns(const struct kc_cli *cli, struct libscols_table *t,
    const struct kc_view *v, bool wrap)
{
	for (size_t c = 0; c < v->ncolumns; c++) {
		int flags = v->columns[c].right ? SCOLS_FL_RIGHT : 0;

		if (wrap && !v->columns[c].right && is_long(v->columns[c].key))
			flags |= SCOLS_FL_WRAP;
		if (scols_table_new_column(t,
			kc_column_label(cli, &v->columns[c]), 0, flags) == NULL)
			return false;
	}
	return true;
}

int
kc_print_table(
    const struct kc_cli *cli, const struct kc_view *v, json_t *rows, bool wide)
{
	size_t columns = wide ? 0 : kc_out_columns();
	bool terminal = columns > 0 && has_room(cli, v, rows);
	struct libscols_table *t = scols_new_table();
	struct libscols_line *line;
	char *text = NULL;
	int code = KC_EXIT_FAILED;

	if (columns > 0 && !terminal && json_array_size(rows) > 0) {
		put_records(cli, v, rows, columns);
		code = KC_EXIT_OK;
		goto out;
	}
	if (t == NULL || !add_columns(cli, t, v, terminal))
		goto out;
	if (terminal)
		scols_table_set_termwidth(t, columns);
	scols_table_set_column_separator(t, "  ");
	scols_table_enable_ascii(t, cli->ascii);
	if (!terminal)
		scols_table_set_termforce(t, SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		line = scols_table_new_line(t, NULL);
		if (line == NULL)
			goto out;
		fill_line(cli, line, v, rows, i);
	}
	if (json_array_size(rows) == 0) {
		printf("%s\n", _("(none)"));
		code = KC_EXIT_OK;
	} else if (scols_print_table_to_string(t, &text) == 0) {
		put_trimmed(text);
		code = KC_EXIT_OK;
	}
out:
	free(text);
	scols_unref_table(t);
	return code;
}
