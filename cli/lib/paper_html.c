/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of the view `form` as one HTML file. On paper it has the layout
 * of GB/T 9704-2012: A4, 37 mm above and 28 mm left of a text area of 156 mm
 * by 225 mm, which holds 22 lines of 28 characters.
 */
#include "paper.h"

#include <string.h>

#include "qr.h"
#include "width.h"

#define MANY 12       /* columns, for which letters are smaller */
#define FEW 12        /* lines of a table that is not parted */
#define WORD 30       /* letters of a command that is not parted */
#define LONG 24       /* columns of a word that may be parted */
#define SHORT 10      /* columns of a text that is not parted */
#define MODULE_MM 0.5 /* of a symbol */

static const char style[] =
    "@page{size:A4;margin:37mm 26mm 35mm 28mm}\n"
    "@page{@bottom-right{content:\"— \" counter(page) \" —\";"
    "font:4.9mm SimSun,\"Noto Serif CJK SC\",serif;padding-right:5.6mm}}\n"
    "@page:left{@bottom-right{content:none}@bottom-left{"
    "content:\"— \" counter(page) \" —\";"
    "font:4.9mm SimSun,\"Noto Serif CJK SC\",serif;padding-left:5.6mm}}\n"
    "@page wide{size:A4 landscape;margin:28mm 37mm 26mm 35mm}\n"
    ".wide{page:wide;max-width:225mm}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:156mm;color:#000;background:#fff;"
    "font:5.571mm/10.227mm FangSong,FangSong_GB2312,STFangsong,"
    "\"Noto Serif CJK SC\",\"Source Han Serif SC\",serif}\n"
    "header{text-align:center}\n"
    ".office{color:#c00;font:bold 11mm/16mm FZXiaoBiaoSong-B05S,\"小标宋\","
    "STZhongsong,SimSun,\"Noto Serif CJK SC\",serif;margin:0}\n"
    ".mark{margin:0;border-bottom:.7mm solid #c00}\n"
    "h1{font:bold 7.76mm/12mm FZXiaoBiaoSong-B05S,STZhongsong,SimSun,"
    "\"Noto Serif CJK SC\",serif;margin:8mm 0 6mm;text-align:center}\n"
    "p{margin:0}\n"
    ".text{text-indent:2em;white-space:pre-line;overflow-wrap:anywhere}\n"
    "dl{display:grid;grid-template-columns:8em 1fr;gap:0 .5em;margin:0}\n"
    "dt,.label{font-family:SimHei,STHeiti,\"Noto Sans CJK SC\",sans-serif}\n"
    "dd{margin:0;overflow-wrap:anywhere}\n"
    ".note,footer{font-family:KaiTi,KaiTi_GB2312,STKaiti,"
    "\"Noto Serif CJK SC\",serif}\n"
    "table{border-collapse:collapse;width:100%;font-size:4.2mm;"
    "line-height:6mm;margin:4mm 0}\n"
    ".wide table{font-size:3.7mm;line-height:5.3mm}\n"
    "table.many{font-size:3.2mm;line-height:4.6mm}\n"
    "th,td{border:.2mm solid #000;padding:.5mm 1mm;text-align:left;"
    "vertical-align:top}\n"
    "td.long{overflow-wrap:anywhere}\n"
    "th{font-weight:normal}\n"
    ".code,.number,footer span,.sign span{white-space:nowrap}\n"
    ".number{text-align:right}\n"
    ".caption{text-align:center;font:5mm/8mm SimHei,STHeiti,"
    "\"Noto Sans CJK SC\",sans-serif;margin-top:4mm;break-after:avoid}\n"
    ".caption+table{margin-top:1mm}\n"
    ".whole,.label{break-inside:avoid}.label{break-after:avoid}\n"
    "thead{display:table-header-group}tr{break-inside:avoid}\n"
    ".sign,.hash{font-size:4.23mm;line-height:7mm}\n"
    ".sign,.end{break-inside:avoid}\n"
    ".sign:not(.sign+.sign){margin-top:6mm}\n"
    ".seal{width:max-content;max-width:100%;margin:20mm 4em 0 auto;"
    "text-align:center;break-inside:avoid}\n"
    "footer{margin-top:6mm;border-top:.2mm solid #000;font-size:4mm;"
    "line-height:6mm;overflow-wrap:anywhere}\n"
    ".stamp svg{height:auto;margin:2mm 4mm 0 0;vertical-align:top;"
    "shape-rendering:crispEdges}\n"
    ".wide .seal{margin-top:4mm}\n"
    ".wide footer{display:grid;grid-template:auto 1fr/auto 1fr;"
    "column-gap:4mm}.wide .stamp{grid-area:1/1/3/2}\n"
    "@media screen{body{padding:8mm 2mm}}\n"
    "@media screen and (max-width:600px){body{font-size:16px;"
    "line-height:1.7}.office{font-size:26px;line-height:1.4}"
    "h1{font-size:22px;line-height:1.4}dl{display:block}}\n";

static void
put_slice(struct kc_buf *out, struct kc_slice text)
{
	for (; text.n > 0; text.p++, text.n--)
		if (*text.p == '&')
			kc_buf_str(out, "&amp;");
		else if (*text.p == '<')
			kc_buf_str(out, "&lt;");
		else if (*text.p == '>')
			kc_buf_str(out, "&gt;");
		else if (*text.p == '"')
			kc_buf_str(out, "&quot;");
		else
			kc_buf_char(out, *text.p);
}

static void
put(struct kc_buf *out, const char *text)
{
	put_slice(out, kc_slice_str(text));
}

static void
element(
    struct kc_buf *out, const char *open, const char *text, const char *close)
{
	kc_buf_str(out, open);
	put(out, text);
	kc_buf_str(out, close);
}

/* What was built up in a buffer, which is freed. */
static void
element_buf(struct kc_buf *out, const char *open, struct kc_buf *text,
    const char *close)
{
	kc_buf_char(text, '\0');
	if (kc_buf_err(text) == KC_OK)
		element(out, open, text->p, close);
	else if (out->err == KC_OK)
		out->err = text->err;
	kc_buf_free(text);
}

static void
put_head(struct kc_buf *out, const json_t *doc, enum kc_lang lang)
{
	const char *mark = kc_paper_string(doc, "mark");
	const char *office = kc_paper_string(doc, "issuer_name");

	kc_buf_str(out, "<!doctype html>\n<html lang=\"");
	kc_buf_str(out, lang == KC_LANG_ZH ? "zh-CN" : "en");
	kc_buf_str(out,
	    "\">\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n");
	kc_buf_str(out, "<title>");
	put(out, kc_paper_string(doc, "title"));
	put(out, mark);
	kc_buf_str(out, "</title>\n<style>\n");
	kc_buf_str(out, style);
	kc_buf_str(out, "</style>\n<body");
	if (kc_paper_is_wide(doc))
		kc_buf_str(out, " class=\"wide\"");
	kc_buf_str(out, ">\n<header>\n");
	if (office[0] != '\0')
		element(out, "<p class=\"office\">", office, "</p>\n");
	if (office[0] != '\0' || mark[0] != '\0')
		element(out, "<p class=\"mark\">", mark, "</p>\n");
	kc_buf_str(out, "</header>\n");
	element(out, "<h1>", kc_paper_string(doc, "title"), "</h1>\n");
}

/* What is short stands on one line, as in PDF. */
static const char *
class_of(const char *text)
{
	return kc_paper_is_number(text) ? " class=\"number\">"
	    : kc_paper_is_code(text) ||
		kc_text_width(kc_slice_str(text)) <= SHORT
	    ? " class=\"code\">"
	    : kc_unbroken_width(text, false) > LONG ? " class=\"long\">"
						    : ">";
}

static void
put_cell(
    struct kc_buf *out, const char *open, const char *text, const char *close)
{
	kc_buf_str(out, open);
	kc_buf_str(out, class_of(text));
	put(out, text);
	kc_buf_str(out, close);
}

static void
put_table(struct kc_buf *out, const json_t *table, bool wide)
{
	const json_t *lines = json_object_get(table, "lines");
	const json_t *names = json_object_get(table, "columns"), *cell, *line;
	const char *title = kc_paper_string(table, "title");
	size_t i, j;

	/* no caption: browsers leave one behind at the end of a page */
	if (title[0] != '\0')
		element(out, "<p class=\"caption\">", title, "</p>\n");
	kc_buf_str(out, "<table class=\"");
	kc_buf_str(out, json_array_size(names) >= MANY ? "many " : "");
	kc_buf_str(out, !wide && json_array_size(lines) <= FEW ? "whole" : "");
	kc_buf_str(out, "\"><thead><tr>");
	json_array_foreach(names, i, cell)
	{
		put_cell(
		    out, "<th scope=\"col\"", kc_paper_words(cell), "</th>");
	}
	kc_buf_str(out, "</tr></thead><tbody>\n");
	json_array_foreach(lines, i, line)
	{
		kc_buf_str(out, "<tr>");
		json_array_foreach(json_object_get(line, "cells"), j, cell)
		{
			put_cell(out, "<td", kc_paper_words(cell), "</td>");
		}
		kc_buf_str(out, "</tr>\n");
	}
	kc_buf_str(out, "</tbody></table>\n");
}

static void
put_pair(struct kc_buf *out, const json_t *row)
{
	bool hash = strstr(kc_paper_string(row, "text"), "sha256:") != NULL;

	element(out, hash ? "<dl class=\"hash\"><dt>" : "<dl><dt>",
	    kc_paper_string(row, "label"), "</dt>");
	element(out, "<dd>", kc_paper_string(row, "text"), "</dd></dl>\n");
}

/* On one line, or the day with its entry on a second. */
static void
put_signer(
    struct kc_buf *out, const json_t *doc, const json_t *row, enum kc_lang lang)
{
	struct kc_buf text = {0};
	struct kc_slice day, who;

	kc_paper_signed(&text, doc, row, lang, '\n');
	if (kc_buf_err(&text) != KC_OK && out->err == KC_OK)
		out->err = text.err;
	day = kc_buf_view(&text);
	if (!kc_slice_cut(&day, '\n', &who))
		who = day;
	element(out, "<dl class=\"sign\"><dt>", kc_paper_string(row, "label"),
	    "</dt><dd>");
	put_slice(out, who);
	kc_buf_str(out, " <span>");
	put_slice(out, day);
	kc_buf_str(out, "</span></dd></dl>\n");
	kc_buf_free(&text);
}

static void
put_row(
    struct kc_buf *out, const json_t *doc, const json_t *row, enum kc_lang lang)
{
	if (kc_paper_is(row, "paragraph")) {
		element(out, "<p class=\"label\">",
		    kc_paper_string(row, "label"), "</p>\n");
		element(out, "<p class=\"text\">", kc_paper_string(row, "text"),
		    "</p>\n");
	} else if (kc_paper_is(row, "signer")) {
		put_signer(out, doc, row, lang);
	} else if (kc_paper_is(row, "note")) {
		kc_buf_str(out, "<div class=\"note\">");
		put_pair(out, row);
		kc_buf_str(out, "</div>\n");
	} else {
		put_pair(out, row);
	}
}

/* The first of what stays with the seal: the signers, and a row before them
 * that is no paragraph. */
static size_t
end_of(const json_t *doc, size_t leading)
{
	const json_t *rows = json_object_get(doc, "rows");
	size_t n = json_array_size(rows);

	while (
	    n > leading && kc_paper_is(json_array_get(rows, n - 1), "signer"))
		n--;
	return n > leading &&
		!kc_paper_is(json_array_get(rows, n - 1), "paragraph")
	    ? n - 1
	    : n;
}

static void
put_rows(struct kc_buf *out, const json_t *doc, enum kc_lang lang, size_t from,
    size_t until)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (i >= from && i < until)
			put_row(out, doc, row, lang);
	}
}

/* One symbol: a module is so wide that a printer and a telephone see it. */
static enum kc_err
put_symbol(struct kc_buf *out, const char *text)
{
	struct kc_qr *q;
	enum kc_err err = kc_qr_new(&q, text);
	int width = err == KC_OK ? kc_qr_width(q) + 2 * KC_QR_QUIET : 0;
	char part[96];

	if (err != KC_OK)
		return err;
	(void)snprintf(part, sizeof(part),
	    "<svg width=\"%.1fmm\" viewBox=\"0 0 %d %d\" role=\"img\">"
	    "<path d=\"",
	    width * MODULE_MM, width, width);
	kc_buf_str(out, part);
	for (int y = 0; y < kc_qr_width(q); y++)
		for (int x = 0, n; (n = kc_qr_run(q, &x, y)) > 0; x += n) {
			(void)snprintf(part, sizeof(part), "M%d %dh%dv1h-%dz",
			    x + KC_QR_QUIET, y + KC_QR_QUIET, n, n);
			kc_buf_str(out, part);
		}
	kc_buf_str(out, "\"></path></svg>\n");
	kc_qr_free(q);
	return KC_OK;
}

/* A paragraph whose commands are not parted at their hyphens; text is freed. */
static void
put_origin(struct kc_buf *out, struct kc_buf *text)
{
	const char *at = kc_buf_cstr(text);

	if (text->err != KC_OK && out->err == KC_OK)
		out->err = text->err;
	kc_buf_str(out, "<p>");
	while (*at != '\0') {
		struct kc_slice word = {at, 0};
		bool whole;

		while (at[word.n] > ' ' && at[word.n] < 0x7f)
			word.n++;
		whole = word.n > 0 && word.n <= WORD &&
		    memchr(at, '-', word.n) != NULL;
		word.n += word.n == 0;
		kc_buf_str(out, whole ? "<span>" : "");
		put_slice(out, word);
		kc_buf_str(out, whole ? "</span>" : "");
		at += word.n;
	}
	kc_buf_str(out, "</p>\n");
	kc_buf_free(text);
}

static void
put_stamp(struct kc_buf *out, const json_t *doc, enum kc_lang lang)
{
	const json_t *stamp = json_object_get(doc, "stamp"), *line;
	struct kc_buf text = {0};
	size_t i;

	if (json_array_size(stamp) == 0)
		return;
	kc_paper_stamped(&text, doc, lang);
	put_origin(out, &text);
	kc_buf_str(out, "<div class=\"stamp\">\n");
	json_array_foreach(stamp, i, line)
	{
		enum kc_err err = put_symbol(out, kc_paper_words(line));

		if (err != KC_OK && out->err == KC_OK)
			out->err = err;
	}
	kc_buf_str(out, "</div>\n");
}

void
kc_paper_html(struct kc_buf *out, json_t *doc, enum kc_lang lang)
{
	size_t leading = kc_paper_leading(doc), i;
	struct kc_buf text = {0};
	const json_t *table;

	kc_paper_name(doc, lang);
	put_head(out, doc, lang);
	kc_paper_to(&text, doc, lang);
	if (text.n > 0)
		kc_buf_str(&text, lang == KC_LANG_ZH ? "：" : ":");
	element_buf(out, "<p>", &text, "</p>\n");
	put_rows(out, doc, lang, 0, leading);
	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		put_table(out, table, kc_paper_is_wide(doc));
	}
	put_rows(out, doc, lang, leading, end_of(doc, leading));
	kc_buf_str(out, "<section class=\"end\">\n");
	put_rows(out, doc, lang, end_of(doc, leading), SIZE_MAX);
	kc_buf_str(&text, kc_paper_string(doc, "issuer_name"));
	element_buf(out, "<p class=\"seal\">", &text, "<br>");
	kc_paper_day(&text, kc_paper_string(doc, "date"), lang);
	element_buf(out, "", &text, "</p>\n");
	kc_paper_origin(&text, doc, lang);
	kc_buf_str(out, "<footer>");
	put_origin(out, &text);
	put_stamp(out, doc, lang);
	kc_buf_str(out, "</footer>\n</section>\n</body>\n</html>\n");
}
