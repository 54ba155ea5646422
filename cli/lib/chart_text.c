/* SPDX-License-Identifier: Apache-2.0 */
/* A chart in the columns of a terminal. */
#include "chart.h"

#include <string.h>

#include "foreign.h"
#include "width.h"

#define NARROW 64    /* columns below which labels stand above the bars */
#define LABEL_MAX 40 /* columns of a label beside its bar */
#define LEAST_PLOT 8

struct glyphs {
	const char *tones[KC_TONES], *marks[KC_MARKS], *line, *axis, *tick,
	    *cut;
};
static const struct glyphs blocks = {
    {"█", "▒", "▓", "░", "▄"}, {"●", "▼"}, "┊", "─", "┴", "…"};
static const struct glyphs plain = {
    {"#", "+", "-", ".", "="}, {"o", "!"}, ":", "-", "+", "."};

/* How the columns are shared; label 0: it stands above its bar, with the value.
 */
struct shares {
	size_t label, plot, value;
	const struct glyphs *g;
	FILE *to;
};

static size_t
widest(const struct kc_chart *c, bool values)
{
	size_t most = 0;

	for (size_t i = 0; i < c->nlanes; i++) {
		const char *text =
		    values ? c->lanes[i].value : c->lanes[i].label;
		size_t n = kc_text_width(kc_slice_str(text));

		if (!c->lanes[i].head && n > most)
			most = n;
	}
	return most;
}

static void
share(struct shares *s, const struct kc_chart *c, size_t columns)
{
	size_t rest;

	s->label = widest(c, false);
	s->value = widest(c, true);
	if (s->label > LABEL_MAX)
		s->label = LABEL_MAX;
	/* days want more room than words that are cut anyway */
	if (c->axis == KC_AXIS_DAYS && s->label > columns / 3)
		s->label = columns / 3;
	rest = s->label + s->value + 4;
	if (columns < NARROW || columns < rest + LEAST_PLOT) {
		s->label = s->value = 0;
		rest = 0;
	}
	s->plot = columns > rest ? columns - rest : LEAST_PLOT;
}

/* The cell that a number is in. */
static size_t
cell(const struct kc_chart *c, const struct shares *s, int64_t v)
{
	int64_t range = c->hi - c->lo;
	int64_t at = range > 0 ? (v - c->lo) * (int64_t)s->plot / range : 0;

	if (at < 0)
		return 0;
	return at < (int64_t)s->plot ? (size_t)at : s->plot - 1;
}

static void
repeat(FILE *to, const char *text, size_t n)
{
	while (n-- > 0)
		fputs(text, to);
}

/* At most so many columns of it, and blanks up to them. */
static void
put_cut(const struct shares *to, const char *text, size_t width)
{
	struct kc_slice s = kc_slice_str(text);

	if (kc_text_width(s) <= width) {
		kc_put_padded(to->to, text, width);
		return;
	}
	while (s.n > 0 && kc_text_width(s) > width - 1)
		do
			s.n--;
		while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xC0) == 0x80);
	(void)kc_put(to->to, s);
	fputs(to->g->cut, to->to);
	repeat(to->to, " ", width - 1 - kc_text_width(s));
}

/* --- lanes --- */
static const char *
glyph_at(const struct kc_chart *c, const struct shares *s,
    const struct kc_lane *l, size_t at)
{
	const char *glyph = NULL;

	for (size_t i = 0; i < l->nspots; i++)
		if (cell(c, s, l->spots[i].at) == at &&
		    (glyph == NULL || l->spots[i].mark == KC_MARK_DUE))
			glyph = s->g->marks[l->spots[i].mark];
	if (glyph != NULL)
		return glyph;
	if (l->has_bar && at >= cell(c, s, l->bar.from) &&
	    at <= cell(c, s, l->bar.to))
		return s->g->tones[l->bar.tone];
	return c->has_line && cell(c, s, c->line) == at ? s->g->line : " ";
}

/* The label, and what it comes to, in lines of their own. */
static void
put_above(const struct shares *s, const struct kc_lane *l)
{
	struct kc_buf text = {0};

	kc_buf_str(&text, l->label);
	kc_buf_str(&text, "  ");
	kc_buf_str(&text, l->value);
	kc_put_wrapped(s->to, kc_buf_cstr(&text), 0, s->plot);
	kc_buf_free(&text);
}

static void
put_lane(
    const struct kc_chart *c, const struct shares *s, const struct kc_lane *l)
{
	if (l->head) {
		kc_put_wrapped(
		    s->to, l->label, 0, s->label + s->plot + s->value);
		return;
	}
	if (s->label > 0) {
		put_cut(s, l->label, s->label);
		fputs("  ", s->to);
	} else {
		put_above(s, l);
	}
	for (size_t i = 0; i < s->plot; i++)
		fputs(glyph_at(c, s, l, i), s->to);
	if (s->label > 0) {
		fputs("  ", s->to);
		if (c->axis == KC_AXIS_POINTS)
			repeat(s->to, " ",
			    s->value - kc_text_width(kc_slice_str(l->value)));
		fputs(l->value, s->to);
	}
	fputc('\n', s->to);
}

/* --- below them --- */
/* Its text fits between those beside it, and on the line. */
static void
put_axis(const struct kc_chart *c, const struct shares *s)
{
	size_t indent = s->label > 0 ? s->label + 2 : 0, at = 0, free_from = 0;

	repeat(s->to, " ", indent);
	for (size_t i = 0; i < s->plot; i++) {
		bool tick = false;

		for (size_t k = 0; k < c->nticks; k++)
			tick = tick || cell(c, s, c->ticks[k].at) == i;
		fputs(tick ? s->g->tick : s->g->axis, s->to);
	}
	fputc('\n', s->to);
	repeat(s->to, " ", indent);
	for (size_t k = 0; k < c->nticks; k++) {
		size_t x = cell(c, s, c->ticks[k].at);
		size_t n = strlen(c->ticks[k].text);

		if (x < free_from || x + n > s->plot + s->value)
			continue;
		repeat(s->to, " ", x - at);
		fputs(c->ticks[k].text, s->to);
		at = x + n;
		free_from = at + 1;
	}
	fputc('\n', s->to);
}

static void
put_key(struct kc_buf *b, const char *glyph, const char *text)
{
	if (text == NULL)
		return;
	kc_buf_str(b, b->n > 0 ? "  " : "");
	kc_buf_str(b, glyph);
	kc_buf_char(b, ' ');
	kc_buf_foreign(b, kc_slice_str(text));
}

static void
put_legend(const struct kc_chart *c, const struct shares *s, size_t columns)
{
	struct kc_buf text = {0}, from = {0};

	for (unsigned i = 0; i < KC_TONES; i++)
		put_key(&text, s->g->tones[i], c->tones[i]);
	for (unsigned i = 0; i < KC_MARKS; i++)
		put_key(&text, s->g->marks[i], c->marks[i]);
	if (c->has_line)
		put_key(&text, s->g->line, c->line_text);
	kc_buf_axis_from(&from, c);
	if (from.n > 0)
		put_key(&text, s->g->tick, kc_buf_cstr(&from));
	kc_buf_free(&from);
	kc_put_wrapped(s->to, kc_buf_cstr(&text), 0, columns);
	kc_buf_free(&text);
}

void
kc_chart_text(FILE *to, const struct kc_chart *c, size_t columns, bool ascii)
{
	struct shares s = {.g = ascii ? &plain : &blocks, .to = to};

	kc_put_wrapped(to, c->title, 0, columns);
	if (c->nlanes == 0) {
		kc_put_wrapped(to, c->says, 0, columns);
		return;
	}
	fputc('\n', to);
	share(&s, c, columns);
	for (size_t i = 0; i < c->nlanes; i++)
		put_lane(c, &s, &c->lanes[i]);
	put_axis(c, &s);
	put_legend(c, &s, columns);
}
