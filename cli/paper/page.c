/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: where one ends, and what stands on each. */
#include "sheet.h"

#define LEFT (28 * KC_MM)
#define TOP (37 * KC_MM)
#define NUMBER_BELOW (7 * KC_MM) /* the page's number, below the text */
#define EPSILON 0.01

struct pages {
	struct kc_sheet *s;
	cairo_t *cr;
	double y; /* below the top of the text */
	unsigned n;
};

/* A page that lies is one that stood, turned with its left edge up: what is on
 * it reads from there, and its number stays where it would be. */
static double
left_of(const struct kc_sheet *s)
{
	return s->across ? KC_A4_HEIGHT - TOP - KC_TEXT_HEIGHT : LEFT;
}

static double
top_of(const struct kc_sheet *s)
{
	return s->across ? LEFT : TOP;
}

/* Modules that begin between two dots are grey at their edges, and a symbol of
 * many of them is not read. */
static double
on_dot(double at)
{
	return (int)(at / KC_DOT + 0.5) * KC_DOT;
}

static void
draw_box(const struct pages *p, const struct kc_box *b)
{
	if (p->cr == NULL)
		return;
	for (guint i = 0; i < b->pieces->len; i++) {
		const struct kc_piece *k =
		    &g_array_index(b->pieces, struct kc_piece, i);
		double left = left_of(p->s), top = top_of(p->s) + p->y;
		bool fine = b->fine && k->line == NULL;
		double x = (fine ? on_dot(left) : left) + k->x;
		double y = (fine ? on_dot(top) : top) + k->y;

		/* Filled at once, or there are seams between them. */
		if (k->line == NULL && i > 0 && k[-1].line == NULL) {
			cairo_rectangle(p->cr, x, y, k->w, k->h);
			continue;
		}
		cairo_fill(p->cr);
		cairo_set_source_rgb(p->cr, k->red ? 0.8 : 0, 0, 0);
		if (k->line == NULL) {
			cairo_rectangle(p->cr, x, y, k->w, k->h);
			continue;
		}
		cairo_move_to(p->cr, x, y);
		pango_cairo_show_layout_line(p->cr, k->line);
		cairo_new_path(p->cr);
	}
	cairo_fill(p->cr);
}

/* "— 3 —", at the outer side, one character from the edge of the text. */
static void
end_page(struct pages *p)
{
	char text[32];
	PangoLayout *layout;
	double x;

	if (p->cr == NULL)
		return;
	(void)g_snprintf(text, sizeof(text), "— %u —", p->n);
	layout = kc_type_set(&p->s->type, KC_FACE_PAGE, text, -1, 0);
	x = p->n % 2 == 0 ? KC_EM
			  : KC_TEXT_WIDTH - KC_EM - kc_type_width(layout);
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	cairo_save(p->cr);
	if (p->s->across) {
		cairo_translate(p->cr, KC_A4_HEIGHT, 0);
		cairo_rotate(p->cr, G_PI / 2);
	}
	cairo_move_to(p->cr, LEFT + x, TOP + KC_TEXT_HEIGHT + NUMBER_BELOW);
	pango_cairo_show_layout_line(
	    p->cr, pango_layout_get_line_readonly(layout, 0));
	cairo_restore(p->cr);
	cairo_show_page(p->cr);
}

static void
turn(struct pages *p, const struct kc_box *head)
{
	end_page(p);
	p->n++;
	p->y = 0;
	if (head == NULL)
		return;
	draw_box(p, head);
	p->y = head->height;
}

static bool
fits(const struct pages *p, double height)
{
	return p->y + height <= p->s->height + EPSILON;
}

static double
height_of(const struct pages *p, const struct kc_box *b)
{
	return b->text ? b->height * p->s->closer : b->height;
}

/* From i on, without what is above it. */
static double
height_to(const struct pages *p, guint i, guint end)
{
	const GPtrArray *boxes = p->s->boxes;
	double height = 0;

	for (guint j = i; j <= end; j++) {
		const struct kc_box *b = boxes->pdata[j];

		height += height_of(p, b) + (j > i ? b->before : 0);
	}
	return height;
}

/* The foot ends where the text of a page does, as the standard has it. */
static void
go_to_foot(struct pages *p)
{
	double height = height_to(p, p->s->foot, p->s->boxes->len - 1);

	if (fits(p, height))
		p->y = p->s->height - height;
}

/* One box; where it begins a page, without what is above it. */
static void
place(struct pages *p, guint i)
{
	const struct kc_box *b = p->s->boxes->pdata[i];
	double before = p->y > 0 ? b->before : 0, height = height_of(p, b);

	if (p->y > 0 && !fits(p, before + height)) {
		turn(p, b->head);
		before = 0;
	}
	p->y += before;
	if (i == p->s->foot)
		go_to_foot(p);
	p->y -= (b->height - height) / 2; /* the middle of a line stays */
	draw_box(p, b);
	p->y += (b->height + height) / 2;
}

/* From i to the first that need not be on one page with the next. */
static guint
end_of_group(const GPtrArray *boxes, guint i)
{
	while (i + 1 < boxes->len &&
	    ((const struct kc_box *)boxes->pdata[i])->keep)
		i++;
	return i;
}

unsigned
kc_sheet_draw(struct kc_sheet *s, cairo_t *cr)
{
	struct pages p = {.s = s, .cr = cr, .n = 1};
	const GPtrArray *boxes = s->boxes;

	for (guint i = 0; i < boxes->len; i++) {
		const struct kc_box *first = boxes->pdata[i];
		guint end = end_of_group(boxes, i);
		double height = height_to(&p, i, end), head;

		head = first->head != NULL ? first->head->height : 0;
		/* of what no page holds the end stays together */
		if (i < end && height + head > s->height + EPSILON) {
			place(&p, i);
			continue;
		}
		if (p.y > 0 && !fits(&p, first->before + height))
			turn(&p, first->head);
		for (; i < end; i++)
			place(&p, i);
		place(&p, end);
	}
	end_page(&p);
	return p.n;
}

void
kc_sheet_close_up(struct kc_sheet *s)
{
	static const double closer[] = {0.97, 0.93, 0.9}; /* 26 points */
	unsigned n = kc_sheet_draw(s, NULL);

	for (size_t i = 0; n > 1 && i < sizeof(closer) / sizeof(closer[0]);
	     i++) {
		s->closer = closer[i];
		if (kc_sheet_draw(s, NULL) < n)
			return;
	}
	s->closer = 1;
}
