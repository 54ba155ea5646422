/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables: columns as wide as what stands in them wants, as far as there is
 * room; rows that stay whole, and the head again on each page.
 */
#include "sheet.h"

#include "lib/paper.h"

#define COLUMNS_MAX 32
#define MANY 12   /* columns for which the small face is used */
#define PAD_X 3.0 /* beside the text of a cell, and above it */
#define PAD_Y 2.0
#define RULE 0.5
#define LINES_MAX 36 /* of one part of a row: fewer than a page has */

struct columns {
	enum kc_face face;
	size_t n;
	double natural[COLUMNS_MAX], least[COLUMNS_MAX]; /* of the text */
	double width[COLUMNS_MAX];
	bool done[COLUMNS_MAX];
	bool numbers[COLUMNS_MAX], words[COLUMNS_MAX]; /* has some */
};

static const char *
cell_text(const json_t *cells, size_t i)
{
	return kc_paper_words(json_array_get(cells, i));
}

/* --- widths --- */
static void
measure(struct kc_sheet *s, struct columns *c, const json_t *cells, bool head)
{
	for (size_t i = 0; i < c->n; i++) {
		PangoLayout *l =
		    kc_type_set(&s->type, c->face, cell_text(cells, i), -1, 0);
		double most = s->width * 0.4;
		const char *text = cell_text(cells, i);

		if (!head && kc_paper_is_number(text))
			c->numbers[i] = true;
		else if (!head && text[0] != '\0')
			c->words[i] = true;
		c->natural[i] = MAX(c->natural[i], kc_type_width(l));
		if (!kc_paper_is_code(cell_text(cells, i))) {
			pango_layout_set_wrap(l, PANGO_WRAP_WORD);
			pango_layout_set_width(l, 0);
		}
		c->least[i] = MAX(c->least[i], MIN(kc_type_width(l), most));
	}
}

/* The room left and for how many columns. */
static double
left(const struct kc_sheet *s, const struct columns *c, size_t *n)
{
	double room = s->width - (double)c->n * 2 * PAD_X;

	*n = 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->done[i])
			room -= c->width[i];
		else
			++*n;
	return room;
}

static void
settle(struct columns *c, size_t i, double width)
{
	c->width[i] = width;
	c->done[i] = true;
}

/* Columns that want no more than an even share have what they want. */
static void
settle_narrow(const struct kc_sheet *s, struct columns *c)
{
	bool again = true;

	while (again) {
		size_t n;
		double room = left(s, c, &n);

		again = false;
		for (size_t i = 0; i < c->n && !again; i++)
			if (!c->done[i] && c->natural[i] * (double)n <= room) {
				settle(c, i, c->natural[i]);
				again = true;
			}
	}
}

/* The others by what they want, none less than its longest word. */
static void
settle_wide(const struct kc_sheet *s, struct columns *c)
{
	bool again = true;

	while (again) {
		size_t n;
		double room = left(s, c, &n), all = 0, most;

		most = n > 0 ? 3 * room / (double)n : 0;
		again = false;
		for (size_t i = 0; i < c->n; i++)
			if (!c->done[i])
				all += MIN(c->natural[i], most);
		for (size_t i = 0; i < c->n && !again; i++) {
			if (c->done[i])
				continue;
			c->width[i] = MIN(c->natural[i], most) * room / all;
			again = c->width[i] < c->least[i];
			if (again)
				settle(c, i, c->least[i]);
		}
	}
}

/* What is over, or what is missing, is everybody's. */
static void
fill_up(const struct kc_sheet *s, struct columns *c)
{
	double want = s->width - (double)c->n * 2 * PAD_X, all = 0;

	for (size_t i = 0; i < c->n; i++)
		all += c->width[i] = MAX(c->width[i], PAD_X);
	for (size_t i = 0; i < c->n; i++)
		c->width[i] *= want / all;
}

/* --- rows --- */
static void
put_grid(const struct kc_sheet *s, const struct columns *c, struct kc_box *b,
    bool top)
{
	double x = 0;

	if (top)
		kc_box_fill(b, 0, 0, s->width, RULE);
	kc_box_fill(b, 0, b->height - RULE, s->width, RULE);
	for (size_t i = 0; i < c->n; i++) {
		kc_box_fill(b, x, 0, RULE, b->height);
		x += c->width[i] + 2 * PAD_X;
	}
	kc_box_fill(b, s->width - RULE, 0, RULE, b->height);
}

static int
set_cells(struct kc_sheet *s, const struct columns *c, const json_t *cells,
    PangoLayout *v[])
{
	int lines = 1;

	for (size_t i = 0; i < c->n; i++) {
		v[i] = kc_type_set(
		    &s->type, c->face, cell_text(cells, i), c->width[i], 0);
		lines = MAX(lines, pango_layout_get_line_count(v[i]));
	}
	return lines;
}

/* Cell by cell, so that who copies the text has it cell by cell. */
static void
put_lines(const struct kc_sheet *s, const struct columns *c, struct kc_box *b,
    PangoLayout *const v[], int from, int n)
{
	double x = PAD_X;

	for (size_t i = 0; i < c->n; i++) {
		double right = c->numbers[i] && !c->words[i]
		    ? MAX(0, c->width[i] - kc_type_width(v[i]))
		    : 0;

		for (int k = 0; k < n; k++)
			kc_box_line(s, b, c->face, v[i], from + k, x + right,
			    PAD_Y + k * kc_type_pitch(c->face));
		x += c->width[i] + 2 * PAD_X;
	}
}

static double
height_of(const struct columns *c, int lines)
{
	return lines * kc_type_pitch(c->face) + 2 * PAD_Y;
}

/* A row in one box, or in more where it has more lines than a page. */
static void
put_row(struct kc_sheet *s, const struct columns *c, const json_t *cells,
    const struct kc_box *head)
{
	PangoLayout *v[COLUMNS_MAX];
	int lines = set_cells(s, c, cells, v);

	for (int from = 0; from < lines; from += LINES_MAX) {
		int n = MIN(lines - from, LINES_MAX);
		struct kc_box *b = kc_sheet_box(s, 0, height_of(c, n));

		b->head = head;
		put_lines(s, c, b, v, from, n);
		put_grid(s, c, b, head == NULL);
	}
}

static struct kc_box *
make_head(struct kc_sheet *s, const struct columns *c, const json_t *names)
{
	PangoLayout *v[COLUMNS_MAX];
	int lines = set_cells(s, c, names, v);
	struct kc_box *b = kc_box_new(0, height_of(c, lines));

	s->too_wide = s->too_wide || lines > LINES_MAX / 2;
	put_lines(s, c, b, v, 0, lines);
	put_grid(s, c, b, true);
	b->keep = true;
	return b;
}

static void
put_title(struct kc_sheet *s, const char *title)
{
	PangoLayout *l;
	struct kc_box *b;

	if (title[0] == '\0')
		return;
	l = kc_type_set(&s->type, KC_FACE_LABEL, title, -1, 0);
	kc_type_shrink(&s->type, KC_FACE_LABEL, l, s->width);
	b = kc_sheet_box(s, KC_PITCH / 2, KC_PITCH);
	b->keep = true;
	kc_box_line(
	    s, b, KC_FACE_LABEL, l, 0, (s->width - kc_type_width(l)) / 2, 0);
}

/* A table of no more than half a page stays whole; of a longer one no row
 * stands alone. Its last row stays with what comes after it. */
static void
keep_rows(struct kc_sheet *s, guint first)
{
	guint n = s->boxes->len;
	double height = 0;

	for (guint i = first; i < n; i++)
		height += ((struct kc_box *)s->boxes->pdata[i])->height;
	for (guint i = first; i < n; i++)
		if (height <= s->height / 2 || i <= first + 1 || i + 2 >= n)
			((struct kc_box *)s->boxes->pdata[i])->keep = true;
}

void
kc_sheet_table(struct kc_sheet *s, const json_t *table)
{
	const json_t *names = json_object_get(table, "columns");
	const json_t *lines = json_object_get(table, "lines"), *line;
	struct columns c = {.n = json_array_size(names)};
	struct kc_box *head;
	guint first;
	size_t i;

	s->too_wide = s->too_wide || c.n > COLUMNS_MAX;
	if (c.n == 0 || c.n > COLUMNS_MAX)
		return;
	c.face = c.n >= MANY ? KC_FACE_SMALL : KC_FACE_CELL;
	measure(s, &c, names, true);
	json_array_foreach(lines, i, line)
	{
		measure(s, &c, json_object_get(line, "cells"), false);
	}
	settle_narrow(s, &c);
	settle_wide(s, &c);
	fill_up(s, &c);
	put_title(s, kc_paper_string(table, "title"));
	head = make_head(s, &c, names);
	g_ptr_array_add(s->heads, head);
	first = s->boxes->len;
	g_ptr_array_add(s->boxes, make_head(s, &c, names));
	json_array_foreach(lines, i, line)
	{
		put_row(s, &c, json_object_get(line, "cells"), head);
	}
	keep_rows(s, first);
	(void)kc_sheet_box(s, 0, KC_PITCH / 2);
}
