/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table that people bring: CSV in UTF-8 or GB18030, or the first sheet of a
 * workbook (.xlsx). Cells are the text that the person sees: a date as
 * 2022-09-30, a rate as 52.5%, a number without what floating point adds.
 */
#ifndef KC_CLI_SHEET_H
#define KC_CLI_SHEET_H

#include "tool.h"

#define KC_SHEET_ROWS_MAX 20000 /* of one table: the offices of a province */
#define KC_SHEET_COLS_MAX 32
#define KC_SHEET_FILE_MAX                                                      \
	((size_t)16 << 20) /* bytes, and of what is packed                     \
			    */

struct kc_sheet_row {
	unsigned number; /* of the row in the workbook, of the line in a CSV */
	size_t at;       /* first cell, in cells */
	unsigned n;
};
/* Zero it; release it. Rows with nothing in them are left out. */
struct kc_sheet {
	struct kc_buf text;
	struct {
		size_t at, n; /* in text */
	} * cells;
	size_t ncells, cells_cap;
	struct kc_sheet_row *rows;
	size_t nrows, rows_cap;
	bool csv;
};

/* Reads the file, by its content, not by its name. Prints what is wrong, with
 * its place, and returns the exit code. */
int kc_sheet_load(struct kc_cli *cli, const char *path, struct kc_sheet *out);
void kc_sheet_release(struct kc_sheet *s);
/* A cell; empty where the row has none. */
struct kc_slice kc_sheet_cell(
    const struct kc_sheet *s, const struct kc_sheet_row *row, unsigned col);

/* --- for its readers: rows and cells in order; KC_ENOMEM, KC_ETOOBIG --- */
enum kc_err kc_sheet_row_begin(struct kc_sheet *s, unsigned number);
enum kc_err kc_sheet_add(struct kc_sheet *s, struct kc_slice cell);
/* Drops the row if nothing is in it. */
void kc_sheet_row_end(struct kc_sheet *s);
/* The first sheet of a workbook, with one sentence of what is wrong in *why:
 * KC_ESYNTAX, KC_ETOOBIG, KC_ENOMEM. xlsx.c. */
enum kc_err
kc_xlsx_read(struct kc_slice file, struct kc_sheet *out, struct kc_buf *why);

#endif
