/* SPDX-License-Identifier: Apache-2.0 */
/* An empty table of a kind, for people to fill in. */
#include <string.h>
#include <strings.h>

#include <kaocheng/person.h>

#include "import.h"

#include "lib/form.h"
#include "lib/workbook.h"

/* --- what stands in it --- */
static void
put_heading(struct kc_buf *b, const struct kc_field *f)
{
	kc_buf_str(b, f->zh);
	kc_buf_char(b, ' ');
	kc_buf_str(b, f->name);
}

/* What a column takes; the first one marks the row as a remark. */
static void
put_takes(
    struct kc_cli *cli, struct kc_buf *b, const struct kc_field *f, bool first)
{
	if (first)
		kc_buf_str(b, "# ");
	if (f->type == KC_T_TEXT) /* which names no file in a table */
		kc_buf_str(b, cli->lang == KC_LANG_ZH ? "文字" : "text");
	else
		kc_buf_form(b, f, cli->lang);
}

/* A value that the column would take. */
static void
put_example(struct kc_buf *b, const struct kc_field *f, bool first)
{
	static const char *const examples[] = {
	    [KC_T_CODE] = "G19",
	    [KC_T_ACTOR] = "G19.head",
	    [KC_T_HANDLE] = "",
	    [KC_T_WORD] = "",
	    [KC_T_POINTS] = "0.5",
	    [KC_T_BP] = "80%",
	    [KC_T_INT] = "2026",
	    [KC_T_DATE] = "2026-09-30",
	    [KC_T_QUARTER] = "2026-Q3",
	    [KC_T_DECIMAL] = "12.5",
	    [KC_T_TEXT] = "",
	    [KC_T_VKEY] = "",
	    [KC_T_SIG] = "",
	    [KC_T_HASH] = "",
	    [KC_T_EVIDENCE] = "file.pdf",
	    [KC_T_YESNO] = "yes",
	    [KC_T_KINDNAME] = "target.draft",
	};

	if (first)
		kc_buf_str(b, "# ");
	if (f->type == KC_T_WORD) {
		size_t n;

		kc_buf_str(b, kc_set_words((enum kc_set)f->arg, &n)[0].wire);
	} else if (f->type == KC_T_TEXT) {
		kc_buf_str(b, f->zh);
	} else if (f->type == KC_T_HANDLE) {
		kc_buf_str(b, kc_handle_example(f));
	} else {
		kc_buf_str(b, examples[f->type]);
	}
}

enum row {
	ROW_KIND,
	ROW_HEADINGS,
	ROW_TAKES,
	ROW_EXAMPLE,
	ROWS
};

static void
put_cell(struct kc_cli *cli, const struct kc_kind *kind, enum row row,
    unsigned col, struct kc_buf *b)
{
	const struct kc_field *f = &kind->fields[col];

	kc_buf_reset(b);
	switch (row) {
	case ROW_KIND:
		if (col < 2)
			kc_buf_str(b, col == 0 ? kind->name : kind->zh);
		break;
	case ROW_HEADINGS:
		put_heading(b, f);
		break;
	case ROW_TAKES:
		put_takes(cli, b, f, col == 0);
		break;
	case ROW_EXAMPLE:
		put_example(b, f, col == 0);
		break;
	case ROWS:
		break;
	}
}

/* A kind of one field names itself in a row of two cells. */
static unsigned
columns(const struct kc_kind *kind, enum row row)
{
	return row == ROW_KIND ? 2 : kind->nfields;
}

/* --- as CSV --- */
static int
write_csv(struct kc_cli *cli, const struct kc_kind *kind, const char *file)
{
	struct kc_buf out = {0}, cell = {0};
	enum kc_err err;

	kc_buf_str(&out, "\xEF\xBB\xBF"); /* so that spreadsheets know */
	for (enum row row = 0; row < ROWS; row++) {
		for (unsigned i = 0; i < columns(kind, row); i++) {
			put_cell(cli, kind, row, i, &cell);
			if (i > 0)
				kc_buf_char(&out, ',');
			kc_buf_csv(&out, kc_buf_view(&cell));
		}
		kc_buf_str(&out, "\r\n");
	}
	err = kc_buf_err(&out);
	if (err == KC_OK)
		err = kc_file_save(file, kc_buf_view(&out), 0644);
	kc_buf_free(&out);
	kc_buf_free(&cell);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, file);
}

/* --- as a workbook --- */
static void
choose(struct kc_workbook *book, const struct kc_field *f, unsigned col)
{
	static const char *const yes_no[] = {"yes", "no"};
	const char *list[64];
	const struct kc_word *words;
	size_t n;

	if (f->type == KC_T_YESNO)
		kc_workbook_choose(book, ROWS, col, yes_no, 2);
	if (f->type != KC_T_WORD)
		return;
	words = kc_set_words((enum kc_set)f->arg, &n);
	for (size_t i = 0; i < n && i < 64; i++)
		list[i] = words[i].wire;
	if (n <= 64)
		kc_workbook_choose(book, ROWS, col, list, n);
}

static int
write_xlsx(struct kc_cli *cli, const struct kc_kind *kind, const char *file)
{
	struct kc_workbook *book = kc_workbook_new(file, kind->nfields);
	struct kc_buf cell = {0};
	const char *wrong;

	if (book == NULL)
		return kc_cli_error(cli, KC_ENOMEM, file);
	for (enum row row = 0; row < ROWS; row++)
		for (unsigned i = 0; i < columns(kind, row); i++) {
			put_cell(cli, kind, row, i, &cell);
			kc_workbook_put(book, row, i, kc_buf_cstr(&cell),
			    row == ROW_HEADINGS);
		}
	for (unsigned i = 0; i < kind->nfields; i++)
		choose(book, &kind->fields[i], i);
	kc_workbook_freeze(book, ROW_TAKES);
	kc_buf_free(&cell);
	wrong = kc_workbook_close(book);
	return wrong == NULL
	    ? KC_EXIT_OK
	    : kc_cli_fail(KC_EXIT_FAILED, NULL, "%s: %s", file, wrong);
}

static int
write_as(struct kc_cli *cli, const struct kc_kind *kind, const char *file)
{
	const char *dot = strrchr(file, '.');
	int code;

	if (dot != NULL && strcasecmp(dot, ".csv") == 0)
		code = write_csv(cli, kind, file);
	else if (dot != NULL && strcasecmp(dot, ".xlsx") == 0)
		code = write_xlsx(cli, kind, file);
	else
		return kc_cli_usage(_("%s: NAME.xlsx or NAME.csv"), file);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli,
		    _("written; fill in rows below, then: kaocheng import %s "
		      "--as ACTOR --dry-run"),
		    file);
	return code;
}

int
kc_import_template(struct kc_cli *cli, int argc, char **argv)
{
	const struct kc_kind *kind =
	    kc_import_kind(kc_slice_str(cli->template));

	if (argc != 1)
		return kc_cli_usage("%s",
		    _("import --template KIND takes the file to write, "
		      "NAME.xlsx or NAME.csv"));
	if (kind == NULL)
		return kc_cli_usage(
		    _("--template %s: no kind that people sign"),
		    cli->template);
	return write_as(cli, kind, argv[0]);
}
