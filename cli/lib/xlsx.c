/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first sheet of a workbook: a zip (libzip) of XML (expat). What it says
 * of parts, strings and number formats is ECMA-376 part 1, 18.3 to 18.8.
 * No part is unpacked beyond four times KC_SHEET_FILE_MAX, and no document type
 * is taken, so that a small file cannot grow.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <zip.h>

#include <kaocheng/civil.h>

#include "sheet.h"

#define STYLES_MAX 65536

enum look {
	LOOK_PLAIN,
	LOOK_DATE,
	LOOK_PERCENT
};

/* What is under way: one part of the workbook at a time. */
struct book {
	zip_t *zip;
	XML_Parser xml;
	struct kc_buf *why;
	enum kc_err err;
	struct kc_sheet *out;
	char sheet_id[64], sheet_path[256]; /* of the first sheet */
	bool dates_1904;
	struct kc_buf strings; /* shared, each with its NUL */
	size_t *string_at;
	size_t nstrings, strings_cap;
	unsigned date_format[256]; /* numbers of own formats that are dates */
	unsigned percent_format[256];
	size_t ndates, npercents;
	uint8_t look[STYLES_MAX]; /* of each cell style */
	size_t nlooks;
	bool in_cell_styles;
	/* of a string or cell */
	struct kc_buf text;
	bool takes, in_phonetic;
	char type[16];
	unsigned row, col, style;
};

static void
fail(struct book *b, enum kc_err err, const char *what)
{
	if (b->err != KC_OK)
		return;
	b->err = err;
	kc_buf_str(b->why, what);
	if (b->xml != NULL)
		(void)XML_StopParser(b->xml, XML_FALSE);
}

/* Element and attribute names, whatever their prefix. */
static bool
is(const char *name, const char *local)
{
	const char *colon = strrchr(name, ':');

	return strcmp(colon != NULL ? colon + 1 : name, local) == 0;
}

static const char *
attr(const char **atts, const char *name)
{
	for (; atts[0] != NULL; atts += 2)
		if (strcmp(atts[0], name) == 0)
			return atts[1];
	return "";
}

/* --- which sheet is the first --- */
static void
workbook_start(void *book, const char *name, const char **atts)
{
	struct book *b = book;

	if (is(name, "workbookPr"))
		b->dates_1904 = strcmp(attr(atts, "date1904"), "1") == 0 ||
		    strcmp(attr(atts, "date1904"), "true") == 0;
	else if (is(name, "sheet") && b->sheet_id[0] == '\0' &&
	    strcmp(attr(atts, "state"), "hidden") != 0)
		(void)snprintf(
		    b->sheet_id, sizeof(b->sheet_id), "%s", attr(atts, "r:id"));
}

static void
relation_start(void *book, const char *name, const char **atts)
{
	struct book *b = book;
	const char *target = attr(atts, "Target");

	if (!is(name, "Relationship") ||
	    strcmp(attr(atts, "Id"), b->sheet_id) != 0)
		return;
	(void)snprintf(b->sheet_path, sizeof(b->sheet_path), "%s%s",
	    target[0] == '/' ? "" : "xl/", target + (target[0] == '/'));
}

/* --- strings --- */
static void
take(void *book, const char *s, int n)
{
	struct book *b = book;

	if (b->takes && !b->in_phonetic)
		kc_buf_put(&b->text, s, (size_t)n);
}

static void
string_start(void *book, const char *name, const char **atts)
{
	struct book *b = book;

	(void)atts;
	if (is(name, "rPh"))
		b->in_phonetic = true;
	b->takes = is(name, "t");
}

static void
string_end(void *book, const char *name)
{
	struct book *b = book;

	b->takes = false;
	if (is(name, "rPh"))
		b->in_phonetic = false;
	if (!is(name, "si"))
		return;
	if (b->nstrings == b->strings_cap) {
		size_t cap = b->strings_cap > 0 ? 2 * b->strings_cap : 256;
		size_t *at = kc_alloc(cap * sizeof(*at));

		if (at == NULL) {
			fail(b, KC_ENOMEM, "");
			return;
		}
		if (b->nstrings > 0)
			memcpy(at, b->string_at, b->nstrings * sizeof(*at));
		kc_free(b->string_at);
		b->string_at = at;
		b->strings_cap = cap;
	}
	b->string_at[b->nstrings++] = b->strings.n;
	kc_buf_slice(&b->strings, kc_buf_view(&b->text));
	kc_buf_char(&b->strings, '\0');
	kc_buf_reset(&b->text);
}

/* --- how numbers look --- */
/* Does a format show a day? Letters in quotes and brackets do not count. */
static bool
shows_day(const char *format)
{
	for (const char *p = format; *p != '\0'; p++) {
		if (*p == '"' || *p == '[') {
			p = strchr(p + 1, *p == '"' ? '"' : ']');
			if (p == NULL)
				return false;
		} else if (*p == '\\' && p[1] != '\0') {
			p++;
		} else if (strchr("ydYD", *p) != NULL) {
			return true;
		}
	}
	return false;
}

static bool
listed(const unsigned *list, size_t n, unsigned id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == id)
			return true;
	return false;
}

/* Built-in formats that show a day, with those of East Asian programs. */
static enum look
look_of(const struct book *b, unsigned id)
{
	if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) ||
	    id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58 ||
	    listed(b->date_format, b->ndates, id))
		return LOOK_DATE;
	if (id == 9 || id == 10 || listed(b->percent_format, b->npercents, id))
		return LOOK_PERCENT;
	return LOOK_PLAIN;
}

static void
style_start(void *book, const char *name, const char **atts)
{
	struct book *b = book;
	unsigned id = (unsigned)strtoul(attr(atts, "numFmtId"), NULL, 10);
	const char *code = attr(atts, "formatCode");

	if (is(name, "numFmt") && strchr(code, '%') != NULL) {
		if (b->npercents < 256)
			b->percent_format[b->npercents++] = id;
	} else if (is(name, "numFmt") && shows_day(code)) {
		if (b->ndates < 256)
			b->date_format[b->ndates++] = id;
	} else if (is(name, "cellXfs")) {
		b->in_cell_styles = true;
	} else if (is(name, "xf") && b->in_cell_styles &&
	    b->nlooks < STYLES_MAX) {
		b->look[b->nlooks++] = (uint8_t)look_of(b, id);
	}
}

static void
style_end(void *book, const char *name)
{
	struct book *b = book;

	if (is(name, "cellXfs"))
		b->in_cell_styles = false;
}

/* --- cells --- */
/* Column of "AB12", from 0; KC_SHEET_COLS_MAX and more: beyond what is read. */
static unsigned
column_of(const char *ref)
{
	unsigned col = 0;

	for (; *ref >= 'A' && *ref <= 'Z' && col < 100000; ref++)
		col = col * 26 + (unsigned)(*ref - 'A' + 1);
	return col > 0 ? col - 1 : 0;
}

/* A day as its number since the end of 1899, or since 1904. */
static bool
put_day(struct kc_buf *out, const struct book *b, double serial)
{
	int64_t days = (int64_t)serial;

	/* 25569: 1970-01-01 since 1899-12-30, which takes in that some
	 * programs think 1900 a leap year. */
	days += b->dates_1904 ? 1462 - 25569 : -25569;
	if (serial < 61 && !b->dates_1904)
		return false;
	kc_buf_day(out, (kc_day)days);
	return true;
}

/* A number as people see it: ten digits, and no sign of binary fractions. */
static void
put_number(struct kc_buf *out, double v)
{
	char text[64];
	char *dot;
	size_t n;

	(void)snprintf(text, sizeof(text), "%.6f", v);
	dot = strchr(text, '.');
	for (n = strlen(text); dot != NULL && text[n - 1] == '0'; n--)
		text[n - 1] = '\0';
	if (dot != NULL && text[n - 1] == '.')
		text[n - 1] = '\0';
	kc_buf_str(out, strcmp(text, "-0") == 0 ? "0" : text);
}

static void
put_plain(struct book *b, struct kc_buf *out, const char *text)
{
	enum look look =
	    b->style < b->nlooks ? (enum look)b->look[b->style] : LOOK_PLAIN;
	char *end;
	double v = strtod(text, &end);

	if (text[0] == '\0' || *end != '\0' || !isfinite(v) ||
	    fabs(v) >= 1e15) {
		kc_buf_str(out, text);
	} else if (look == LOOK_DATE && v >= 0 && v < 3000000) {
		if (!put_day(out, b, v))
			put_number(out, v);
	} else if (look == LOOK_PERCENT) {
		put_number(out, v * 100);
		kc_buf_char(out, '%');
	} else {
		put_number(out, v);
	}
}

static void
put_cell(struct book *b)
{
	const char *text = kc_buf_cstr(&b->text);
	struct kc_buf out = {0};
	enum kc_err err;

	if (strcmp(b->type, "s") == 0) {
		size_t i = (size_t)strtoul(text, NULL, 10);

		if (i >= b->nstrings)
			fail(b, KC_ESYNTAX, _("a cell names no string"));
		else
			kc_buf_str(&out, b->strings.p + b->string_at[i]);
	} else if (strcmp(b->type, "b") == 0) {
		kc_buf_str(&out, strcmp(text, "1") == 0 ? "yes" : "no");
	} else if (strcmp(b->type, "n") == 0 || b->type[0] == '\0') {
		put_plain(b, &out, text);
	} else {
		kc_buf_str(&out, text); /* str, inlineStr, d, e */
	}
	err = kc_buf_err(&out);
	while (err == KC_OK && b->out->rows[b->out->nrows - 1].n < b->col &&
	    b->out->rows[b->out->nrows - 1].n < KC_SHEET_COLS_MAX)
		err = kc_sheet_add(b->out, KC_LIT(""));
	if (err == KC_OK)
		err = kc_sheet_add(b->out, kc_buf_view(&out));
	if (err == KC_ETOOBIG)
		fail(b, err, _("too many columns"));
	else if (err != KC_OK)
		fail(b, err, "");
	kc_buf_free(&out);
}

static void
cell_start(void *book, const char *name, const char **atts)
{
	struct book *b = book;
	const char *ref = attr(atts, "r");
	enum kc_err err;

	if (is(name, "row")) {
		b->row = ref[0] != '\0' ? (unsigned)strtoul(ref, NULL, 10)
					: b->row + 1;
		b->col = 0;
		err = kc_sheet_row_begin(b->out, b->row);
		if (err != KC_OK)
			fail(b, err, _("too many rows"));
	} else if (is(name, "c")) {
		if (ref[0] != '\0')
			b->col = column_of(ref);
		b->style = (unsigned)strtoul(attr(atts, "s"), NULL, 10);
		(void)snprintf(b->type, sizeof(b->type), "%s", attr(atts, "t"));
		kc_buf_reset(&b->text);
	} else if (is(name, "rPh")) {
		b->in_phonetic = true;
	} else if (is(name, "v") || is(name, "t")) {
		b->takes = true;
	}
}

static void
cell_end(void *book, const char *name)
{
	struct book *b = book;

	if (is(name, "rPh"))
		b->in_phonetic = false;
	else if (is(name, "v") || is(name, "t"))
		b->takes = false;
	else if (is(name, "row"))
		kc_sheet_row_end(b->out);
	else if (is(name, "c")) {
		if (b->text.n > 0)
			put_cell(b);
		b->col++;
	}
}

/* --- parts --- */
static void
no_doctype(void *book, const char *name, const char *sysid, const char *pubid,
    int internal)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)internal;
	fail(book, KC_ESYNTAX, _("a part of the workbook has a document type"));
}

static void
unpack(struct book *b, zip_file_t *part, const char *path)
{
	size_t total = 0;

	while (b->err == KC_OK) {
		void *chunk = XML_GetBuffer(b->xml, 65536);
		zip_int64_t n =
		    chunk != NULL ? zip_fread(part, chunk, 65536) : 0;

		if (chunk == NULL) {
			fail(b, KC_ENOMEM, "");
			return;
		}
		total += n > 0 ? (size_t)n : 0;
		if (total > 4 * KC_SHEET_FILE_MAX) {
			fail(b, KC_ETOOBIG, _("too large when unpacked"));
			return;
		}
		if (n < 0 ||
		    XML_ParseBuffer(b->xml, (int)n, n == 0) != XML_STATUS_OK) {
			fail(b, KC_ESYNTAX, _("damaged: "));
			kc_buf_str(b->why, path);
			return;
		}
		if (n == 0)
			return;
	}
}

/* Reads one part; one that need not be there may be missing. */
static void
read_part(struct book *b, const char *path, bool must,
    XML_StartElementHandler start, XML_EndElementHandler end)
{
	zip_file_t *part = NULL;

	if (b->err != KC_OK)
		return;
	part = zip_fopen(b->zip, path, 0);
	if (part == NULL) {
		if (must)
			fail(b, KC_ESYNTAX,
			    _("not a workbook, or one with a password"));
		return;
	}
	b->xml = XML_ParserCreate(NULL);
	if (b->xml == NULL) {
		fail(b, KC_ENOMEM, "");
	} else {
		XML_SetUserData(b->xml, b);
		XML_SetElementHandler(b->xml, start, end);
		XML_SetCharacterDataHandler(b->xml, take);
		XML_SetStartDoctypeDeclHandler(b->xml, no_doctype);
		unpack(b, part, path);
		XML_ParserFree(b->xml);
		b->xml = NULL;
	}
	(void)zip_fclose(part);
}

static void
read_book(struct book *b)
{
	read_part(b, "xl/workbook.xml", true, workbook_start, NULL);
	read_part(b, "xl/_rels/workbook.xml.rels", true, relation_start, NULL);
	if (b->err == KC_OK && b->sheet_path[0] == '\0')
		fail(b, KC_ESYNTAX, _("a workbook without a sheet"));
	read_part(b, "xl/sharedStrings.xml", false, string_start, string_end);
	read_part(b, "xl/styles.xml", false, style_start, style_end);
	read_part(b, b->sheet_path, true, cell_start, cell_end);
	if (b->err == KC_OK &&
	    (kc_buf_err(&b->strings) != KC_OK || kc_buf_err(&b->text) != KC_OK))
		fail(b, KC_ENOMEM, "");
}

enum kc_err
kc_xlsx_read(struct kc_slice file, struct kc_sheet *out, struct kc_buf *why)
{
	struct book *b = kc_alloc(sizeof(*b));
	zip_source_t *source = NULL;
	zip_error_t error;
	enum kc_err err = KC_ENOMEM;

	if (b == NULL)
		return err;
	b->out = out;
	b->why = why;
	zip_error_init(&error);
	source = zip_source_buffer_create(file.p, file.n, 0, &error);
	if (source != NULL)
		b->zip = zip_open_from_source(
		    source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
	if (b->zip != NULL) {
		read_book(b);
		zip_discard(b->zip);
	} else {
		fail(b, KC_ESYNTAX, _("not a workbook, or a damaged one"));
		zip_source_free(source);
	}
	zip_error_fini(&error);
	err = b->err;
	kc_buf_free(&b->strings);
	kc_buf_free(&b->text);
	kc_free(b->string_at);
	kc_free(b);
	return err;
}
