/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include <iconv.h>
#include <string.h>

#include <kaocheng/person.h>

#include "text.h"

/* --- rows and cells --- */
/* Room for one more of `size` bytes in a vector. */
static enum kc_err
grow(void **v, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap > 0 ? 2 * *cap : 64;
	void *more;

	if (n < *cap)
		return KC_OK;
	more = kc_alloc(want * size);
	if (more == NULL)
		return KC_ENOMEM;
	if (n > 0)
		memcpy(more, *v, n * size);
	kc_free(*v);
	*v = more;
	*cap = want;
	return KC_OK;
}

enum kc_err
kc_sheet_row_begin(struct kc_sheet *s, unsigned number)
{
	void *rows = s->rows;
	enum kc_err err;

	if (s->nrows > KC_SHEET_ROWS_MAX)
		return KC_ETOOBIG;
	err = grow(&rows, s->nrows, &s->rows_cap, sizeof(s->rows[0]));
	s->rows = rows;
	if (err == KC_OK)
		s->rows[s->nrows++] =
		    (struct kc_sheet_row){number, s->ncells, 0};
	return err;
}

enum kc_err
kc_sheet_add(struct kc_sheet *s, struct kc_slice cell)
{
	struct kc_sheet_row *row = &s->rows[s->nrows - 1];
	void *cells = s->cells;
	enum kc_err err;

	if (row->n == KC_SHEET_COLS_MAX)
		return cell.n == 0 ? KC_OK : KC_ETOOBIG;
	err = grow(&cells, s->ncells, &s->cells_cap, sizeof(s->cells[0]));
	s->cells = cells;
	if (err != KC_OK)
		return err;
	s->cells[s->ncells].at = s->text.n;
	s->cells[s->ncells++].n = cell.n;
	row->n++;
	kc_buf_slice(&s->text, cell);
	return kc_buf_err(&s->text);
}

void
kc_sheet_row_end(struct kc_sheet *s)
{
	const struct kc_sheet_row *row = &s->rows[s->nrows - 1];

	for (unsigned i = 0; i < row->n; i++)
		if (s->cells[row->at + i].n > 0)
			return;
	s->ncells = row->at;
	s->nrows--;
}

struct kc_slice
kc_sheet_cell(
    const struct kc_sheet *s, const struct kc_sheet_row *row, unsigned col)
{
	if (col >= row->n)
		return KC_LIT("");
	return (struct kc_slice){
	    s->text.p + s->cells[row->at + col].at, s->cells[row->at + col].n};
}

void
kc_sheet_release(struct kc_sheet *s)
{
	kc_buf_free(&s->text);
	kc_free(s->cells);
	kc_free(s->rows);
	memset(s, 0, sizeof(*s));
}

/* --- CSV --- */
static enum kc_err
read_csv(struct kc_slice text, struct kc_sheet *s, struct kc_refusal *why)
{
	struct kc_csv csv;
	enum kc_err err;

	s->csv = true;
	kc_csv_init(&csv, text);
	while ((err = kc_csv_next(&csv, why)) == KC_OK) {
		err = kc_sheet_row_begin(s, csv.line);
		for (unsigned i = 0; err == KC_OK && i < csv.ncells; i++)
			err = kc_sheet_add(s, csv.cells[i]);
		if (err != KC_OK)
			break;
		kc_sheet_row_end(s);
	}
	kc_csv_release(&csv);
	return err == KC_ENOTFOUND ? KC_OK : err;
}

/* Appends the text in UTF-8; KC_ESYNTAX: it is not in that charset. */
static enum kc_err
from_charset(const char *charset, struct kc_buf *text, struct kc_buf *out)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char chunk[4096], *from = text->p;
	size_t left = text->n;
	enum kc_err err = cd != (iconv_t)-1 ? KC_OK : KC_ESYNTAX;

	kc_buf_reset(out);
	while (err == KC_OK && left > 0) {
		char *to = chunk;
		size_t room = sizeof(chunk), before = left;
		size_t rc = iconv(cd, &from, &left, &to, &room);

		kc_buf_put(out, chunk, (size_t)(to - chunk));
		if (rc == (size_t)-1 && left == before)
			err = KC_ESYNTAX;
	}
	if (cd != (iconv_t)-1)
		(void)iconv_close(cd);
	return err == KC_OK ? kc_buf_err(out) : err;
}

/* A CSV in UTF-8, or as Chinese spreadsheets save it unless told otherwise. */
static int
load_csv(struct kc_cli *cli, const char *path, struct kc_buf *file,
    struct kc_sheet *out)
{
	struct kc_refusal why = {0};
	struct kc_buf text = {0};
	enum kc_err err = KC_ESYNTAX;
	int code = KC_EXIT_OK;

	if (memchr(file->p, '\0', file->n) == NULL)
		err = from_charset("UTF-8", file, &text);
	if (err == KC_ESYNTAX && memchr(file->p, '\0', file->n) == NULL) {
		err = from_charset("GB18030", file, &text);
		if (err == KC_OK)
			kc_cli_note(cli, _("%s: read as GB18030"), path);
	}
	if (err == KC_ESYNTAX) {
		code = kc_cli_fail(KC_EXIT_USAGE,
		    _("save it as \"CSV UTF-8\" or as .xlsx"),
		    _("%s: neither UTF-8 nor GB18030, nor a workbook"), path);
		goto out;
	}
	if (err == KC_OK)
		err = read_csv(kc_buf_view(&text), out, &why);
	if (err == KC_EREFUSED)
		code = kc_refused_file(cli, path, &why, kc_buf_view(&text));
	else if (err == KC_ETOOBIG)
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s: more than %d rows or %d columns"), path,
		    KC_SHEET_ROWS_MAX, KC_SHEET_COLS_MAX);
	else if (err != KC_OK)
		code = kc_cli_error(cli, err, path);
out:
	kc_buf_free(&text);
	return code;
}

static int
load_xlsx(struct kc_cli *cli, const char *path, const struct kc_buf *file,
    struct kc_sheet *out)
{
	struct kc_buf why = {0};
	enum kc_err err = kc_xlsx_read(kc_buf_view(file), out, &why);
	int code = KC_EXIT_OK;

	if (err == KC_ENOMEM)
		code = kc_cli_error(cli, err, path);
	else if (err != KC_OK)
		code = kc_cli_fail(KC_EXIT_USAGE,
		    _("save the sheet as a workbook (.xlsx) or as \"CSV "
		      "UTF-8\""),
		    "%s: %s", path, kc_buf_cstr(&why));
	kc_buf_free(&why);
	return code;
}

int
kc_sheet_load(struct kc_cli *cli, const char *path, struct kc_sheet *out)
{
	struct kc_buf file = {0};
	enum kc_err err = kc_file_load(path, KC_SHEET_FILE_MAX, &file);
	int code;

	if (err != KC_OK)
		code = kc_cli_error(cli, err, path);
	else if (file.n >= 4 && memcmp(file.p, "PK\3\4", 4) == 0)
		code = load_xlsx(cli, path, &file, out);
	else if (file.n > 0)
		code = load_csv(cli, path, &file, out);
	else
		code = KC_EXIT_OK;
	if (code == KC_EXIT_OK && out->nrows == 0)
		code = kc_cli_fail(
		    KC_EXIT_USAGE, NULL, _("%s: an empty table"), path);
	kc_buf_free(&file);
	return code;
}
