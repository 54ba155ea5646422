/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of SVG, written as text. */
#include "svg.h"

#include "width.h"

/* What XML takes as text: five characters are written otherwise, and what it
 * cannot have at all is a replacement character. */
void
kc_svg_escaped(struct kc_buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch == '&')
			kc_buf_str(b, "&amp;");
		else if (ch == '<')
			kc_buf_str(b, "&lt;");
		else if (ch == '>')
			kc_buf_str(b, "&gt;");
		else if (ch == '"')
			kc_buf_str(b, "&quot;");
		else if (ch < 0x20 && ch != '\n' && ch != '\t')
			kc_buf_str(b, "\xEF\xBF\xBD");
		else
			kc_buf_char(b, *text);
	}
}

void
kc_svg_number(struct kc_buf *b, const char *name, int64_t tenths)
{
	kc_buf_char(b, ' ');
	kc_buf_str(b, name);
	kc_buf_str(b, "=\"");
	kc_buf_i64(b, tenths / 10);
	kc_buf_char(b, '.');
	kc_buf_i64(b, tenths % 10);
	kc_buf_char(b, '"');
}

void
kc_svg_attribute(struct kc_buf *b, const char *name, const char *text)
{
	kc_buf_char(b, ' ');
	kc_buf_str(b, name);
	kc_buf_str(b, "=\"");
	kc_svg_escaped(b, text);
	kc_buf_char(b, '"');
}

void
kc_svg_element(struct kc_buf *b, const char *name, const char *text)
{
	kc_buf_char(b, '<');
	kc_buf_str(b, name);
	kc_buf_char(b, '>');
	kc_svg_escaped(b, text);
	kc_buf_str(b, "</");
	kc_buf_str(b, name);
	kc_buf_str(b, ">\n");
}

/* anchor: start, middle, end. */
void
kc_svg_text(struct kc_buf *b, int64_t x, int64_t y, const char *anchor,
    const char *class_, const char *text)
{
	kc_buf_str(b, "<text");
	kc_svg_number(b, "x", x);
	kc_svg_number(b, "y", y);
	kc_svg_attribute(b, "text-anchor", anchor);
	kc_svg_attribute(b, "class", class_);
	kc_buf_char(b, '>');
	kc_svg_escaped(b, text);
	kc_buf_str(b, "</text>\n");
}

/* What has room in so many pixels; the whole is in the title of its lane. */
void
kc_svg_cut(struct kc_buf *b, int64_t x, int64_t y, const char *class_,
    const char *text, size_t pixels, size_t letter)
{
	struct kc_slice s = kc_slice_str(text);
	size_t columns = pixels / letter;
	struct kc_buf cut = {0};

	if (kc_text_width(s) > columns) {
		while (s.n > 0 && kc_text_width(s) > columns - 2)
			do
				s.n--;
			while (s.n > 0 &&
			    ((unsigned char)s.p[s.n] & 0xC0) == 0x80);
		kc_buf_slice(&cut, s);
		kc_buf_str(&cut, "…");
	} else {
		kc_buf_slice(&cut, s);
	}
	kc_svg_text(b, x, y, "start", class_, kc_buf_cstr(&cut));
	kc_buf_free(&cut);
}

void
kc_svg_rule(
    struct kc_buf *b, const char *class_, int64_t x, int64_t y1, int64_t y2)
{
	kc_buf_str(b, "<line");
	kc_svg_attribute(b, "class", class_);
	kc_svg_number(b, "x1", x);
	kc_svg_number(b, "y1", y1);
	kc_svg_number(b, "x2", x);
	kc_svg_number(b, "y2", y2);
	kc_buf_str(b, "/>\n");
}
