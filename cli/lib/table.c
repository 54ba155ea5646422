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

/* Columns of sentences: on a terminal they go on in the next line. */
static bool
is_long(const char *key)
{
	static const char *const keys[] = {"event", "arithmetic", "what",
	    "title", "label", "value", "item", "units", "roles", "rule",
	    "seqs"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* --- how wide --- */
#define COLUMNS_MAX 32
#define MIN_SENTENCE 12 /* less is an unreadable sliver */

/* How the width of a terminal is shared. */
struct layout {
	size_t width[COLUMNS_MAX]; /* 0: as wide as what stands in it */
	bool slashes;              /* paths are broken after a slash */
	bool stacked;              /* of several signers each has a line */
};

/* Adds each item of a list that is stacked on a line of its own; false: it is
 * none, and nothing is added. */
static bool
stack(const struct layout *l, json_t *row, const char *key, struct kc_buf *out)
{
	json_t *all = json_object_get(row, key), *item;
	size_t i;

	if (!l->stacked || strcmp(key, "by") != 0 || json_array_size(all) < 2)
		return false;
	json_array_foreach(all, i, item)
	{
		const char *text = json_string_value(item);

		kc_buf_str(out, i > 0 ? "\n" : "");
		kc_buf_str(out, text != NULL ? text : "");
	}
	return true;
}

/* Of the widest line. */
static size_t
lines_width(struct kc_slice text)
{
	struct kc_slice line;
	size_t most = 0, n;

	while (kc_slice_cut(&text, '\n', &line)) {
		n = kc_text_width(line);
		most = n > most ? n : most;
	}
	n = kc_text_width(text);
	return n > most ? n : most;
}

/* How wide a column is at least, and at most; both are the same, but of one of
 * sentences. */
static void
measure(const struct kc_cli *cli, const struct kc_view *v, json_t *rows,
    size_t c, const struct layout *l, size_t *least, size_t *most)
{
	bool sentences = !v->columns[c].right && is_long(v->columns[c].key);
	struct kc_buf text = {0};

	*least = *most =
	    kc_text_width(kc_slice_str(kc_column_label(cli, &v->columns[c])));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		size_t before, n;

		kc_buf_reset(&text);
		if (c == 0)
			indent(cli, rows, i, &text);
		before = kc_text_width(kc_buf_view(&text));
		kc_buf_reset(&text);
		if (!stack(
			l, json_array_get(rows, i), v->columns[c].key, &text))
			kc_cell_text(
			    &text, json_array_get(rows, i), v->columns[c].key);
		n = before + lines_width(kc_buf_view(&text));
		*most = n > *most ? n : *most;
		n = before + kc_unbroken_width(kc_buf_cstr(&text), l->slashes);
		*least = n > *least ? n : *least;
	}
	kc_buf_free(&text);
	if (!sentences)
		*least = *most;
	else if (*least < MIN_SENTENCE)
		*least = *most < MIN_SENTENCE ? *most : MIN_SENTENCE;
}

/* What is left over goes to those that have not all that they would fill, the
 * same to each. */
static void
share(struct layout *l, const size_t *most, size_t n, size_t left)
{
	size_t wants = 1;

	while (left > 0 && wants > 0) {
		wants = 0;
		for (size_t c = 0; c < n; c++)
			if (left > 0 && l->width[c] < most[c]) {
				l->width[c]++;
				left--;
				wants++;
			}
	}
}

/* False: the cells have no room side by side. */
static bool
lay_out(const struct kc_cli *cli, const struct kc_view *v, json_t *rows,
    bool slashes, bool stacked, struct layout *l)
{
	size_t most[COLUMNS_MAX], used = 0, columns = kc_out_columns();

	l->slashes = slashes;
	l->stacked = stacked;
	if (columns == 0 || v->ncolumns > COLUMNS_MAX)
		return false;
	for (size_t c = 0; c < v->ncolumns; c++) {
		measure(cli, v, rows, c, l, &l->width[c], &most[c]);
		used += l->width[c] + (c > 0 ? 2 : 0);
	}
	if (used > columns)
		return false;
	share(l, most, v->ncolumns, columns - used);
	return true;
}

/* The lines of a cell; those after the first begin below its text. */
static void
fill_line(const struct kc_cli *cli, struct libscols_line *line,
    const struct kc_view *v, json_t *rows, size_t i, const struct layout *l)
{
	struct kc_buf before = {0}, text = {0}, out = {0};

	for (size_t c = 0; c < v->ncolumns; c++) {
		kc_buf_reset(&before);
		kc_buf_reset(&text);
		kc_buf_reset(&out);
		if (c == 0)
			indent(cli, rows, i, &before);
		kc_buf_slice(&out, kc_buf_view(&before));
		if (!stack(
			l, json_array_get(rows, i), v->columns[c].key, &out)) {
			kc_cell_text(
			    &text, json_array_get(rows, i), v->columns[c].key);
			kc_buf_wrapped(&out, kc_buf_cstr(&text),
			    kc_text_width(kc_buf_view(&before)), l->width[c],
			    l->slashes);
		}
		(void)scols_line_set_data(line, c, kc_buf_cstr(&out));
	}
	kc_buf_free(&before);
	kc_buf_free(&text);
	kc_buf_free(&out);
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

/* Its cells are broken here, and libsmartcols goes by that. */
static bool
add_columns(
    const struct kc_cli *cli, struct libscols_table *t, const struct kc_view *v)
{
	for (size_t c = 0; c < v->ncolumns; c++) {
		int flags = v->columns[c].right ? SCOLS_FL_RIGHT : 0;
		struct libscols_column *column = scols_table_new_column(t,
		    kc_column_label(cli, &v->columns[c]), 0,
		    flags | SCOLS_FL_WRAP);

		if (column == NULL ||
		    scols_column_set_safechars(column, "\n") != 0 ||
		    scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
			scols_wrapnl_nextchunk, NULL) != 0)
			return false;
	}
	return true;
}

int
kc_print_table(
    const struct kc_cli *cli, const struct kc_view *v, json_t *rows, bool wide)
{
	size_t columns = wide ? 0 : kc_out_columns();
	struct layout l = {0};
	struct libscols_table *t = scols_new_table();
	struct libscols_line *line;
	char *text = NULL;
	int code = KC_EXIT_FAILED;

	if (columns > 0 && json_array_size(rows) > 0 &&
	    !lay_out(cli, v, rows, false, false, &l) &&
	    !lay_out(cli, v, rows, false, true, &l) &&
	    !lay_out(cli, v, rows, true, true, &l)) {
		put_records(cli, v, rows, columns);
		code = KC_EXIT_OK;
		goto out;
	}
	if (t == NULL || !add_columns(cli, t, v))
		goto out;
	scols_table_set_column_separator(t, "  ");
	scols_table_enable_ascii(t, cli->ascii);
	scols_table_set_termforce(t, SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		line = scols_table_new_line(t, NULL);
		if (line == NULL)
			goto out;
		fill_line(cli, line, v, rows, i, &l);
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
