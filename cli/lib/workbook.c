/* SPDX-License-Identifier: Apache-2.0 */
#include "workbook.h"

#include <errno.h>
#include <string.h>

#include <xlsxwriter.h>

#define LAST_ROW 5000 /* to which value lists reach */
#define LIST_MAX 64
#define LIST_LETTERS 255 /* that a workbook keeps of a list */
#define DIGITS_MAX 4     /* after the point */
#define NUMBER_MAX 15    /* digits that a double holds */

struct kc_workbook {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *text;
	lxw_format *digits[DIGITS_MAX + 1]; /* NULL: not needed yet */
	lxw_error err;
};

static void
note(struct kc_workbook *b, lxw_error err)
{
	if (b->err == LXW_NO_ERROR)
		b->err = err;
}

struct kc_workbook *
kc_workbook_new(const char *path, unsigned columns)
{
	struct kc_workbook *b = kc_alloc(sizeof(*b));

	if (b == NULL)
		return NULL;
	b->book = workbook_new(path);
	b->sheet =
	    b->book != NULL ? workbook_add_worksheet(b->book, NULL) : NULL;
	if (b->sheet == NULL) {
		kc_free(b);
		return NULL;
	}
	b->bold = workbook_add_format(b->book);
	b->text = workbook_add_format(b->book);
	if (b->bold == NULL || b->text == NULL) {
		b->err = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return b;
	}
	format_set_bold(b->bold);
	format_set_num_format(b->text, "@");
	format_set_num_format(b->bold, "@");
	note(b,
	    worksheet_set_column(
		b->sheet, 0, (lxw_col_t)(columns - 1), 18, b->text));
	return b;
}

void
kc_workbook_put(struct kc_workbook *b, unsigned row, unsigned col,
    const char *text, bool bold)
{
	if (b->err == LXW_NO_ERROR)
		note(b,
		    worksheet_write_string(b->sheet, row, (lxw_col_t)col, text,
			bold ? b->bold : b->text));
}

/* Exact as far as a double is: both are whole numbers below 2^53. */
static bool
read_number(const char *text, double *value, unsigned *digits)
{
	bool minus = *text == '-', point = false;
	double n = 0, scale = 1;
	unsigned all = 0;

	*digits = 0;
	for (const char *p = text + minus; *p != '\0'; p++) {
		if (*p == '.' && !point && all > 0) {
			point = true;
			continue;
		}
		if (*p < '0' || *p > '9' || ++all > NUMBER_MAX)
			return false;
		n = n * 10 + (*p - '0');
		if (point) {
			scale *= 10;
			++*digits;
		}
	}
	*value = minus ? -n / scale : n / scale;
	return all > 0 && *digits <= DIGITS_MAX && (!point || *digits > 0);
}

void
kc_workbook_put_number(
    struct kc_workbook *b, unsigned row, unsigned col, const char *text)
{
	static const char *const looks[DIGITS_MAX + 1] = {
	    "0", "0.0", "0.00", "0.000", "0.0000"};
	unsigned digits;
	double value;

	if (!read_number(text, &value, &digits)) {
		kc_workbook_put(b, row, col, text, false);
		return;
	}
	if (b->digits[digits] == NULL) {
		b->digits[digits] = workbook_add_format(b->book);
		if (b->digits[digits] == NULL) {
			note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
			return;
		}
		format_set_num_format(b->digits[digits], looks[digits]);
	}
	if (b->err == LXW_NO_ERROR)
		note(b,
		    worksheet_write_number(b->sheet, row, (lxw_col_t)col, value,
			b->digits[digits]));
}

void
kc_workbook_choose(struct kc_workbook *b, unsigned row, unsigned col,
    const char *const *words, size_t n)
{
	char *list[LIST_MAX + 1] = {NULL};
	lxw_data_validation v = {
	    .validate = LXW_VALIDATION_TYPE_LIST, .value_list = list};
	size_t letters = 0;

	for (size_t i = 0; i < n; i++)
		letters += strlen(words[i]) + 1;
	if (n > LIST_MAX || letters > LIST_LETTERS)
		return;
	for (size_t i = 0; i < n; i++)
		list[i] = (char *)(uintptr_t)words[i]; /* it is copied */
	note(b,
	    worksheet_data_validation_range(
		b->sheet, row, (lxw_col_t)col, LAST_ROW, (lxw_col_t)col, &v));
}

void
kc_workbook_freeze(struct kc_workbook *b, unsigned row)
{
	worksheet_freeze_panes(b->sheet, row, 0);
}

const char *
kc_workbook_close(struct kc_workbook *b)
{
	lxw_error closed;
	int code;

	errno = 0;
	closed = workbook_close(b->book);
	code = errno;
	note(b, closed);
	closed = b->err;
	kc_free(b);
	if (closed == LXW_NO_ERROR)
		return NULL;
	return code != 0 ? strerror(code) : lxw_strerror(closed);
}
