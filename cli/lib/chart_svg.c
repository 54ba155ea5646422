/* SPDX-License-Identifier: Apache-2.0 */
/* A chart as SVG: one file that needs nothing else. */
#include "chart.h"

#include "svg.h"
#include "width.h"

/* Pixels; coordinates are written in tenths. */
#define WIDTH 1000
#define LEFT 320
#define RIGHT 800
#define TOP 64
#define LANE 26

static const char *const colours[KC_TONES] = {
    [KC_TONE_TOTAL] = "#33608c",
    [KC_TONE_GAIN] = "#3b8a4d",
    [KC_TONE_LOSS] = "#b5442c",
    [KC_TONE_OPEN] = "#d9a32a",
    [KC_TONE_DONE] = "#8a94a0",
};

/* The number itself, for who reads the file by a program. */
static void
put_value(
    struct kc_buf *b, const char *name, const struct kc_chart *c, int64_t v)
{
	struct kc_buf text = {0};

	kc_buf_axis(&text, c, v);
	kc_svg_attribute(b, name, kc_buf_cstr(&text));
	kc_buf_free(&text);
}

static int64_t
x_of(const struct kc_chart *c, int64_t v)
{
	int64_t range = c->hi - c->lo;

	return range <= 0
	    ? LEFT * 10
	    : LEFT * 10 + (v - c->lo) * (RIGHT - LEFT) * 10 / range;
}

static int64_t
y_of(size_t lane)
{
	return (int64_t)(TOP + lane * LANE) * 10;
}

/* --- parts --- */
static void
put_head(struct kc_buf *b, const struct kc_chart *c, int64_t height)
{
	kc_buf_str(b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
	    "aria-labelledby=\"title says\"");
	kc_svg_attribute(b, "xml:lang", c->lang == KC_LANG_ZH ? "zh-CN" : "en");
	kc_buf_str(b, " width=\"1000\" height=\"");
	kc_buf_i64(b, height);
	kc_buf_str(b, "\" viewBox=\"0 0 1000 ");
	kc_buf_i64(b, height);
	kc_buf_str(b, "\">\n<title id=\"title\">");
	kc_svg_escaped(b, c->title);
	kc_buf_str(b, "</title>\n<desc id=\"says\">");
	kc_svg_escaped(b, c->says);
	kc_buf_str(b, "</desc>\n");
	kc_svg_element(b, "style",
	    "text{font-family:sans-serif;font-size:13px;fill:#222}"
	    ".title{font-size:17px;font-weight:bold}"
	    ".head{font-weight:bold}.small{font-size:11px;fill:#555}"
	    ".grid{stroke:#e3e3e3}.join{stroke:#888;stroke-dasharray:2 2}"
	    ".line{stroke:#222;stroke-dasharray:5 3}");
	kc_buf_str(b, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
	kc_svg_cut(
	    b, 160, 300, "title", c->title, WIDTH - 32, KC_SVG_TITLE_LETTER);
}

static void
put_grid(struct kc_buf *b, const struct kc_chart *c)
{
	int64_t end = y_of(c->nlanes);

	for (size_t i = 0; i < c->nticks; i++) {
		int64_t x = x_of(c, c->ticks[i].at);

		kc_svg_rule(b, "grid", x, TOP * 10 - 60, end + 40);
		kc_svg_text(
		    b, x, end + 180, "middle", "small", c->ticks[i].text);
	}
	if (c->has_line)
		kc_svg_rule(
		    b, "line", x_of(c, c->line), TOP * 10 - 60, end + 40);
}

static void
put_bar(struct kc_buf *b, const struct kc_chart *c, const struct kc_bar *bar,
    int64_t y)
{
	int64_t x = x_of(c, bar->from);
	int64_t width = x_of(c, bar->to) - x;

	kc_buf_str(b, "<rect");
	kc_svg_attribute(b, "class", "bar");
	kc_svg_number(b, "x", x);
	kc_svg_number(b, "y", y + 40);
	kc_svg_number(b, "width", width < 15 ? 15 : width);
	kc_svg_number(b, "height", 180);
	kc_svg_attribute(b, "fill", colours[bar->tone]);
	put_value(b, "data-from", c, bar->from);
	put_value(b, "data-to", c, bar->to);
	kc_buf_str(b, "/>\n");
}

/* A dot for what happened; a triangle that points down on a last day. What
 * follows the name of the element is left open. */
static const char *
put_shape(struct kc_buf *b, enum kc_chart_mark mark, int64_t x, int64_t y)
{
	if (mark == KC_MARK_EVENT) {
		kc_buf_str(b, "<circle r=\"4\" fill=\"#222\"");
		kc_svg_number(b, "cx", x);
		kc_svg_number(b, "cy", y);
		return "circle";
	}
	kc_buf_str(b, "<path fill=\"#b5442c\" d=\"M");
	kc_buf_i64(b, x / 10 - 6);
	kc_buf_char(b, ' ');
	kc_buf_i64(b, y / 10 - 10);
	kc_buf_str(b, "h12l-6 10z\"");
	return "path";
}

static void
put_spot(struct kc_buf *b, const struct kc_chart *c, const struct kc_spot *s,
    int64_t y)
{
	const char *name = put_shape(b, s->mark, x_of(c, s->at), y + 130);

	put_value(b, "data-at", c, s->at);
	kc_buf_char(b, '>');
	kc_svg_element(b, "title", s->text);
	kc_buf_str(b, "</");
	kc_buf_str(b, name);
	kc_buf_str(b, ">\n");
}

static void
put_lane(struct kc_buf *b, const struct kc_chart *c, size_t i)
{
	const struct kc_lane *l = &c->lanes[i];
	int64_t y = y_of(i);
	struct kc_buf whole = {0};

	kc_buf_str(&whole, l->label);
	if (l->value[0] != '\0') {
		kc_buf_str(&whole, c->lang == KC_LANG_ZH ? "：" : ": ");
		kc_buf_str(&whole, l->value);
	}
	kc_buf_str(b, "<g class=\"lane\">");
	kc_svg_element(b, "title", kc_buf_cstr(&whole));
	kc_svg_cut(b, 160, y + 180, l->head ? "head" : "label", l->label,
	    l->head ? WIDTH - 32 : LEFT - 32, KC_SVG_LETTER);
	if (l->has_bar)
		put_bar(b, c, &l->bar, y);
	if (c->joined && l->has_bar && i + 1 < c->nlanes && !l->bar.grounded)
		kc_svg_rule(b, "join",
		    x_of(c,
			l->bar.tone == KC_TONE_GAIN ? l->bar.to : l->bar.from),
		    y + 220, y + LANE * 10 + 40);
	for (size_t k = 0; k < l->nspots; k++)
		put_spot(b, c, &l->spots[k], y);
	if (l->value[0] != '\0')
		kc_svg_text(
		    b, (RIGHT + 10) * 10, y + 180, "start", "value", l->value);
	kc_buf_str(b, "</g>\n");
	kc_buf_free(&whole);
}

/* What the colours, the marks and the line mean, from left to right. */
static void
put_key(struct kc_buf *b, int64_t *x, int64_t y, const char *text)
{
	kc_svg_text(b, *x + 200, y, "start", "small", text);
	*x += 400 + (int64_t)kc_text_width(kc_slice_str(text)) * 65;
}

static void
put_legend(struct kc_buf *b, const struct kc_chart *c)
{
	int64_t x = 160, y = y_of(c->nlanes) + 420;
	struct kc_buf from = {0};

	for (unsigned i = 0; i < KC_TONES; i++) {
		if (c->tones[i] == NULL)
			continue;
		kc_buf_str(b, "<rect width=\"14\" height=\"12\"");
		kc_svg_number(b, "x", x);
		kc_svg_number(b, "y", y - 110);
		kc_svg_attribute(b, "fill", colours[i]);
		kc_buf_str(b, "/>\n");
		put_key(b, &x, y, c->tones[i]);
	}
	for (unsigned i = 0; i < KC_MARKS; i++) {
		if (c->marks[i] == NULL)
			continue;
		(void)put_shape(b, (enum kc_chart_mark)i, x + 70, y - 40);
		kc_buf_str(b, "/>\n");
		put_key(b, &x, y, c->marks[i]);
	}
	if (c->has_line) {
		kc_svg_rule(b, "line", x + 70, y - 120, y + 20);
		put_key(b, &x, y, c->line_text);
	}
	kc_buf_axis_from(&from, c);
	if (from.n > 0)
		put_key(b, &x, y, kc_buf_cstr(&from));
	kc_buf_free(&from);
}

void
kc_chart_svg(struct kc_buf *out, const struct kc_chart *c)
{
	put_head(out, c, TOP + (int64_t)c->nlanes * LANE + 56);
	if (c->nlanes > 0)
		put_grid(out, c);
	else
		kc_svg_text(out, 160, TOP * 10, "start", "label", c->says);
	for (size_t i = 0; i < c->nlanes; i++)
		put_lane(out, c, i);
	if (c->nlanes > 0)
		put_legend(out, c);
	kc_buf_str(out, "</svg>\n");
}
