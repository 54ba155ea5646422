/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as text, and what its other forms share. */
#include "paper.h"

#include <string.h>

#include <kaocheng/civil.h>

#include "foreign.h"
#include "width.h"

#define CODE_MAX 16 /* bytes of a code that stays whole */
#define WIDE 7      /* columns of a table */
#define INDENT 4
#define LABEL_MAX 28 /* columns of the labels, at most */

const char *
kc_paper_words(const json_t *text)
{
	const char *s = json_string_value(text);

	return s != NULL ? s : "";
}

const char *
kc_paper_string(const json_t *o, const char *key)
{
	return kc_paper_words(json_object_get(o, key));
}

bool
kc_paper_is(const json_t *row, const char *part)
{
	return strcmp(kc_paper_string(row, "part"), part) == 0;
}

bool
kc_paper_is_code(const char *text)
{
	size_t n = 0;

	while (text[n] > ' ' && text[n] < 0x7f)
		n++;
	return text[n] == '\0' && n <= CODE_MAX;
}

bool
kc_paper_is_number(const char *text)
{
	size_t n = strspn(text, "+-"), digits = strspn(text + n, "0123456789");

	if (n > 1 || digits == 0)
		return false;
	n += digits;
	if (text[n] == '.')
		n += 1 + strspn(text + n + 1, "0123456789");
	return text[n] == '\0' || strcmp(text + n, " %") == 0;
}

bool
kc_paper_is_wide(const json_t *doc)
{
	const json_t *table;
	size_t i;

	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		if (json_array_size(json_object_get(table, "columns")) >= WIDE)
			return true;
	}
	return false;
}

size_t
kc_paper_leading(const json_t *doc)
{
	const json_t *rows = json_object_get(doc, "rows");
	size_t n = 0;

	while (n < json_array_size(rows) &&
	    kc_paper_is(json_array_get(rows, n), "field"))
		n++;
	return n;
}

void
kc_paper_to(struct kc_buf *b, const json_t *doc, enum kc_lang lang)
{
	const json_t *to = json_object_get(doc, "to");

	for (size_t i = 0; i < json_array_size(to); i++) {
		if (i > 0)
			kc_buf_str(b, lang == KC_LANG_ZH ? "、" : ", ");
		kc_buf_str(b, kc_paper_words(json_array_get(to, i)));
	}
}

void
kc_paper_day(struct kc_buf *b, const char *day, enum kc_lang lang)
{
	struct kc_slice s = kc_slice_str(day);
	int year, month, of_month;
	kc_day d;

	if (lang != KC_LANG_ZH || !kc_read_day(s, &d)) {
		kc_buf_slice(b, s);
		return;
	}
	kc_day_to_civil(d, &year, &month, &of_month);
	kc_buf_i64(b, year);
	kc_buf_str(b, "年");
	kc_buf_i64(b, month);
	kc_buf_str(b, "月");
	kc_buf_i64(b, of_month);
	kc_buf_str(b, "日");
}

void
kc_paper_signed(struct kc_buf *b, const json_t *doc, const json_t *row,
    enum kc_lang lang, char then)
{
	kc_buf_str(b, kc_paper_string(row, "text"));
	kc_buf_char(b, ' ');
	kc_paper_person(
	    b, doc, json_array_get(json_object_get(row, "by"), 0), lang);
	kc_buf_char(b, then);
	kc_paper_day(b, kc_paper_string(row, "date"), lang);
	kc_buf_str(b, " #");
	kc_buf_i64(b, json_integer_value(json_object_get(row, "seq")));
	if (json_is_true(json_object_get(row, "in_doubt")))
		kc_buf_str(b,
		    lang == KC_LANG_ZH ? "【签署密钥存疑】"
				       : " [its key is disputed]");
}

void
kc_paper_origin(struct kc_buf *b, const json_t *doc, enum kc_lang lang)
{
	const json_t *as_of = json_object_get(doc, "as_of");
	json_int_t size = json_integer_value(json_object_get(as_of, "size"));
	const json_t *seq = json_object_get(doc, "seq");

	kc_buf_str(b, lang == KC_LANG_ZH ? "账本 " : "Ledger ");
	kc_buf_str(b, kc_paper_string(doc, "ledger"));
	if (json_is_integer(seq)) {
		kc_buf_str(b,
		    lang == KC_LANG_ZH ? "，所据条目 #" : ", made by entry #");
		kc_buf_i64(b, json_integer_value(seq));
	}
	kc_buf_str(
	    b, lang == KC_LANG_ZH ? "；依前 " : "; printed of the first ");
	kc_buf_i64(b, size);
	kc_buf_str(b, lang == KC_LANG_ZH ? " 个条目打印" : " entries");
}

void
kc_paper_stamped(struct kc_buf *b, const json_t *doc, enum kc_lang lang)
{
	size_t n = json_array_size(json_object_get(doc, "stamp"));

	if (n == 0)
		return;
	kc_buf_str(b,
	    lang == KC_LANG_ZH ? "二维码载有该条目"
			       : "The code holds that entry");
	if (n == 1)
		kc_buf_str(b, lang == KC_LANG_ZH ? "的散列" : "'s hash");
	kc_buf_str(b,
	    lang == KC_LANG_ZH
		? "及其在账本中的证明。核验：kaocheng-verify --trust "
		  "信任文件 --qr 扫码所得文字"
		: " and the proof that it stands in the ledger. To check: "
		  "kaocheng-verify --trust FILE --qr TEXT-OF-THE-CODE");
}

/* --- text --- */
struct page {
	FILE *to;
	json_t *doc;
	enum kc_lang lang;
	size_t columns, labels; /* labels: columns that they take */
};

static void
put_centred(const struct page *p, const char *text)
{
	size_t width = kc_text_width(kc_slice_str(text));

	if (text[0] == '\0')
		return;
	if (p->columns > width)
		fprintf(p->to, "%*s", (int)((p->columns - width) / 2), "");
	kc_put_foreign(p->to, text);
	fputc('\n', p->to);
}

static void
put_rule(const struct page *p)
{
	size_t n = p->columns > 0 ? p->columns : 72;

	for (size_t i = 0; i < n; i++)
		fputc('-', p->to);
	fputc('\n', p->to);
}

/* Each line of a text by itself, from the column `at` on, where the cursor is.
 */
static void
put_lines(const struct page *p, const char *text, size_t at)
{
	struct kc_slice rest = kc_slice_str(text), line;
	bool more = true;

	for (bool first = true; more; first = false) {
		struct kc_buf safe = {0};

		more = kc_slice_cut(&rest, '\n', &line);
		if (!more)
			line = rest;
		if (!first)
			fprintf(p->to, "%*s", (int)at, "");
		kc_buf_foreign(&safe, line);
		kc_buf_char(&safe, '\0');
		if (kc_buf_err(&safe) == KC_OK)
			kc_put_wrapped(p->to, safe.p, at, p->columns);
		kc_buf_free(&safe);
	}
}

/* A label is of who answers, as the text is. */
static void
put_labelled(const struct page *p, const char *foreign, const char *text)
{
	size_t at = p->labels + 2;
	struct kc_buf safe = {0};
	const char *label;

	kc_buf_foreign(&safe, kc_slice_str(foreign));
	label = kc_buf_cstr(&safe);
	if (kc_text_width(kc_slice_str(label)) > p->labels ||
	    (p->columns > 0 &&
		kc_unbroken_width(text, false) + at > p->columns)) {
		kc_put_wrapped(p->to, label, 0, p->columns);
		at = INDENT;
		fprintf(p->to, "%*s", INDENT, "");
	} else {
		kc_put_padded(p->to, label, at);
	}
	put_lines(p, text, at);
	kc_buf_free(&safe);
}

static void
put_paragraph(const struct page *p, const json_t *row)
{
	put_lines(p, kc_paper_string(row, "label"), 0);
	fprintf(p->to, "%*s", INDENT, "");
	put_lines(p, kc_paper_string(row, "text"), INDENT);
}

static void
put_signer(const struct page *p, const json_t *row)
{
	struct kc_buf text = {0};

	kc_paper_signed(&text, p->doc, row, p->lang, ' ');
	kc_buf_char(&text, '\0');
	if (kc_buf_err(&text) == KC_OK)
		put_labelled(p, kc_paper_string(row, "label"), text.p);
	kc_buf_free(&text);
}

#define SIDE_MAX 7 /* columns of a table side by side */
#define BETWEEN 2
#define TOO_WIDE 65536 /* columns: of what has lines */

struct widths {
	size_t n, at[SIDE_MAX];
	int right[SIDE_MAX]; /* > 0: numbers; < 0: words */
};

static void
measure(struct widths *w, const json_t *cells, bool head)
{
	for (size_t c = 0; c < w->n; c++) {
		const char *text = kc_paper_words(json_array_get(cells, c));
		struct kc_buf safe = {0};
		size_t n = TOO_WIDE;

		kc_buf_foreign(&safe, kc_slice_str(text));
		if (strchr(text, '\n') == NULL)
			n = kc_text_width(kc_slice_str(kc_buf_cstr(&safe)));
		kc_buf_free(&safe);
		w->at[c] = n > w->at[c] ? n : w->at[c];
		if (!head && text[0] != '\0' && w->right[c] >= 0)
			w->right[c] = kc_paper_is_number(text) ? 1 : -1;
	}
}

/* Do its columns fit side by side? */
static bool
find_widths(const struct page *p, const json_t *table, struct widths *w)
{
	const json_t *columns = json_object_get(table, "columns"), *line;
	size_t i, all = 0;

	*w = (struct widths){.n = json_array_size(columns)};
	if (w->n == 0 || w->n > SIDE_MAX)
		return false;
	measure(w, columns, true);
	json_array_foreach(json_object_get(table, "lines"), i, line)
	{
		measure(w, json_object_get(line, "cells"), false);
	}
	for (size_t c = 0; c < w->n; c++)
		all += w->at[c] + (c > 0 ? BETWEEN : 0);
	return all <= (p->columns == 0 ? TOO_WIDE / 2 : p->columns);
}

/* The last is not filled up with blanks, unless it stands at the right. */
static void
put_side(const struct page *p, const struct widths *w, const json_t *cells)
{
	for (size_t c = 0; c < w->n; c++) {
		struct kc_buf safe = {0};
		const char *text;
		size_t n;

		kc_buf_foreign(&safe,
		    kc_slice_str(kc_paper_words(json_array_get(cells, c))));
		text = kc_buf_cstr(&safe);
		n = kc_text_width(kc_slice_str(text));
		n = n < w->at[c] ? w->at[c] - n : 0;
		if (w->right[c] > 0)
			fprintf(p->to, "%*s", (int)n, "");
		fputs(text, p->to);
		if (c + 1 < w->n)
			fprintf(p->to, "%*s",
			    (int)((w->right[c] > 0 ? 0 : n) + BETWEEN), "");
		kc_buf_free(&safe);
	}
	fputc('\n', p->to);
}

/* Where there is no room for its columns, a line of a table is a block. */
static void
put_blocks(const struct page *p, const json_t *table)
{
	const json_t *columns = json_object_get(table, "columns"), *line;
	size_t i;

	json_array_foreach(json_object_get(table, "lines"), i, line)
	{
		const json_t *cells = json_object_get(line, "cells");

		fprintf(p->to, "%zu.\n", i + 1);
		for (size_t c = 0; c < json_array_size(cells); c++) {
			const char *text =
			    kc_paper_words(json_array_get(cells, c));

			if (text[0] != '\0')
				put_labelled(p,
				    kc_paper_words(json_array_get(columns, c)),
				    text);
		}
	}
}

static void
put_table(const struct page *p, const json_t *table)
{
	const json_t *line;
	struct widths w;
	size_t i;

	put_centred(p, kc_paper_string(table, "title"));
	if (find_widths(p, table, &w)) {
		put_side(p, &w, json_object_get(table, "columns"));
		json_array_foreach(json_object_get(table, "lines"), i, line)
		{
			put_side(p, &w, json_object_get(line, "cells"));
		}
	} else {
		put_blocks(p, table);
	}
	put_rule(p);
}

static void
widen(size_t *widest, const char *label)
{
	size_t n = kc_text_width(kc_slice_str(label));

	if (n > *widest && n <= LABEL_MAX)
		*widest = n;
}

static size_t
widest_label(const json_t *doc)
{
	const json_t *row, *table, *column;
	size_t widest = 8, i, j;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (!kc_paper_is(row, "paragraph"))
			widen(&widest, kc_paper_string(row, "label"));
	}
	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		json_array_foreach(json_object_get(table, "columns"), j, column)
		{
			widen(&widest, kc_paper_words(column));
		}
	}
	return widest;
}

static void
put_buf(const struct page *p, struct kc_buf *text, bool centred)
{
	kc_buf_char(text, '\0');
	if (kc_buf_err(text) == KC_OK && centred)
		put_centred(p, text->p);
	else if (kc_buf_err(text) == KC_OK && text->p[0] != '\0')
		put_lines(p, text->p, 0);
	kc_buf_free(text);
}

static void
put_rows(const struct page *p, size_t from, size_t until)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(p->doc, "rows"), i, row)
	{
		if (i < from || i >= until)
			continue;
		if (kc_paper_is(row, "paragraph"))
			put_paragraph(p, row);
		else if (kc_paper_is(row, "signer"))
			put_signer(p, row);
		else
			put_labelled(p, kc_paper_string(row, "label"),
			    kc_paper_string(row, "text"));
	}
}

void
kc_paper_text(FILE *to, json_t *doc, enum kc_lang lang, size_t columns)
{
	const struct page p = {to, doc, lang, columns, widest_label(doc)};
	size_t leading = kc_paper_leading(doc), i;
	struct kc_buf line = {0};
	const json_t *table;

	kc_paper_name(doc, lang);
	put_centred(&p, kc_paper_string(doc, "issuer_name"));
	put_centred(&p, kc_paper_string(doc, "title"));
	put_centred(&p, kc_paper_string(doc, "mark"));
	put_rule(&p);
	kc_paper_to(&line, doc, lang);
	if (line.n > 0)
		kc_buf_str(&line, lang == KC_LANG_ZH ? "：" : ":");
	put_buf(&p, &line, false);
	put_rows(&p, 0, leading);
	if (leading > 0 && json_array_size(json_object_get(doc, "tables")) > 0)
		put_rule(&p);
	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		put_table(&p, table);
	}
	put_rows(&p, leading, SIZE_MAX);
	put_rule(&p);
	kc_paper_origin(&line, doc, lang);
	put_buf(&p, &line, false);
}
