/* SPDX-License-Identifier: Apache-2.0 */
/* A view's rows as a workbook: headings and words as people read them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "tool.h"
#include "workbook.h"

static void
put_rows(const struct kc_cli *cli, const struct kc_view *v, json_t *rows,
    struct kc_workbook *book)
{
	struct kc_buf text = {0};
	unsigned row = 0;
	json_t *from;
	size_t i;

	for (unsigned c = 0; c < v->ncolumns; c++)
		kc_workbook_put(
		    book, 0, c, kc_column_label(cli, &v->columns[c]), true);
	json_array_foreach(rows, i, from)
	{
		row++;
		for (unsigned c = 0; c < v->ncolumns; c++) {
			kc_buf_reset(&text);
			kc_cell_text(&text, from, v->columns[c].key);
			if (text.n == 0)
				continue;
			if (v->columns[c].right)
				kc_workbook_put_number(
				    book, row, c, kc_buf_cstr(&text));
			else
				kc_workbook_put(
				    book, row, c, kc_buf_cstr(&text), false);
		}
	}
	kc_workbook_freeze(book, 1);
	kc_buf_free(&text);
}

int
kc_print_book(const struct kc_cli *cli, const struct kc_view *v, json_t *rows)
{
	char path[KC_PATH_SIZE];
	struct kc_workbook *book;
	const char *wrong;
	int n;

	n = snprintf(
	    path, sizeof(path), "%s.%ld.new", cli->out, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(path))
		return kc_cli_error(cli, KC_ETOOBIG, cli->out);
	book = kc_workbook_new(path, (unsigned)v->ncolumns);
	if (book == NULL)
		return kc_cli_error(cli, KC_ENOMEM, cli->out);
	put_rows(cli, v, rows, book);
	wrong = kc_workbook_close(book);
	if (wrong == NULL && kc_file_name(path, cli->out) != KC_OK)
		wrong = strerror(errno);
	if (wrong != NULL) {
		(void)unlink(path);
		return kc_cli_fail(
		    KC_EXIT_FAILED, NULL, "%s: %s", cli->out, wrong);
	}
	kc_cli_note(
	    cli, _("%zu rows written to %s"), json_array_size(rows), cli->out);
	return KC_EXIT_OK;
}
