/* SPDX-License-Identifier: Apache-2.0 */
/* CSV of RFC 4180, as spreadsheets write it. */
#include "person_int.h"

#include <string.h>

void
kc_csv_init(struct kc_csv *c, struct kc_slice text)
{
	memset(c, 0, sizeof(*c));
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		text.p += 3;
		text.n -= 3;
	}
	c->rest = text;
	c->next_line = 1;
}

void
kc_csv_release(struct kc_csv *c)
{
	kc_buf_free(&c->text);
}

static enum kc_err
refuse(const struct kc_csv *c, const char *row, enum kc_refusal_code code,
    const char *what, struct kc_refusal *why)
{
	(void)kc_refuse(why, code, what, NULL, NULL, NULL);
	why->line = c->next_line;
	why->col = (unsigned)(c->rest.p - row) + 1;
	return KC_EREFUSED;
}

static char
take(struct kc_csv *c)
{
	char ch = c->rest.p[0];

	c->rest.p++;
	c->rest.n--;
	c->next_line += ch == '\n';
	return ch;
}

static bool
at_end_of_cell(const struct kc_csv *c)
{
	return c->rest.n == 0 || c->rest.p[0] == ',' || c->rest.p[0] == '\n' ||
	    (c->rest.p[0] == '\r' && c->rest.n > 1 && c->rest.p[1] == '\n');
}

/* Between quote marks, where two of them are one. False: it never ends. */
static bool
quoted(struct kc_csv *c)
{
	(void)take(c);
	while (c->rest.n > 0) {
		char ch = take(c);

		if (ch != '"') {
			kc_buf_char(&c->text, ch);
			continue;
		}
		if (c->rest.n == 0 || c->rest.p[0] != '"')
			return true;
		kc_buf_char(&c->text, take(c));
	}
	return false;
}

/* Does a cell begin like a formula, or like one that is guarded? */
static bool
wants_guard(struct kc_slice s)
{
	return s.n > 0 && s.p[0] != '\0' && strchr("=+-@'", s.p[0]) != NULL;
}

/* Reads one cell to the end of c->text. */
static enum kc_err
read_cell(struct kc_csv *c, const char *row, struct kc_refusal *why)
{
	const struct kc_csv before = *c;

	if (c->rest.n > 0 && c->rest.p[0] == '"') {
		if (!quoted(c)) /* where it began */
			return refuse(&before, row, KC_R_SYNTAX, "\"", why);
		if (!at_end_of_cell(c))
			return refuse(c, row, KC_R_SYNTAX, "\"", why);
		return KC_OK;
	}
	while (!at_end_of_cell(c)) {
		if (c->rest.p[0] == '"' || c->rest.p[0] == '\r')
			return refuse(c, row, KC_R_SYNTAX, "\"", why);
		kc_buf_char(&c->text, take(c));
	}
	return KC_OK;
}

static enum kc_err
read_row(
    struct kc_csv *c, size_t ends[KC_CSV_CELLS_MAX], struct kc_refusal *why)
{
	const char *row = c->rest.p;
	enum kc_err err;

	c->line = c->next_line;
	c->ncells = 0;
	kc_buf_reset(&c->text);
	for (;;) {
		if (c->ncells == KC_CSV_CELLS_MAX)
			return refuse(c, row, KC_R_SYNTAX, ",", why);
		err = read_cell(c, row, why);
		if (err != KC_OK)
			return err;
		ends[c->ncells++] = c->text.n;
		if (c->rest.n == 0 || take(c) != ',')
			break;
	}
	if (c->rest.p > row && c->rest.p[-1] == '\r' && c->rest.n > 0)
		(void)take(c); /* the LF of a CRLF */
	return kc_buf_err(&c->text);
}

enum kc_err
kc_csv_next(struct kc_csv *c, struct kc_refusal *why)
{
	size_t ends[KC_CSV_CELLS_MAX], at = 0;
	enum kc_err err;

	do {
		if (c->rest.n == 0)
			return KC_ENOTFOUND;
		err = read_row(c, ends, why);
		if (err != KC_OK)
			return err;
	} while (c->text.n == 0);
	for (unsigned i = 0; i < c->ncells; i++) {
		struct kc_slice s = {c->text.p + at, ends[i] - at};

		at = ends[i];
		if (s.n > 1 && s.p[0] == '\'' &&
		    wants_guard((struct kc_slice){s.p + 1, s.n - 1})) {
			s.p++;
			s.n--;
		}
		c->cells[i] = s;
	}
	return KC_OK;
}

void
kc_buf_csv(struct kc_buf *b, struct kc_slice cell)
{
	bool quote = false;

	for (size_t i = 0; i < cell.n; i++)
		quote |=
		    cell.p[i] == '\0' || strchr("\",\r\n", cell.p[i]) != NULL;
	if (quote)
		kc_buf_char(b, '"');
	if (wants_guard(cell))
		kc_buf_char(b, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			kc_buf_char(b, '"');
		kc_buf_char(b, cell.p[i]);
	}
	if (quote)
		kc_buf_char(b, '"');
}
