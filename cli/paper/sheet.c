/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes of a sheet, and what is put into them. */
#include "sheet.h"

#include "lib/paper.h"

static void
box_free(void *p)
{
	struct kc_box *b = p;

	g_array_free(b->pieces, TRUE);
	g_free(b);
}

void
kc_sheet_init(struct kc_sheet *s, enum kc_lang lang, const char *family)
{
	*s = (struct kc_sheet){.lang = lang,
	    .width = KC_TEXT_WIDTH,
	    .height = KC_TEXT_HEIGHT,
	    .closer = 1,
	    .foot = G_MAXUINT};
	kc_type_init(&s->type, family);
	s->boxes = g_ptr_array_new_with_free_func(box_free);
	s->heads = g_ptr_array_new_with_free_func(box_free);
}

void
kc_sheet_turn(struct kc_sheet *s, const json_t *doc)
{
	s->across = kc_paper_is_wide(doc);
	s->width = s->across ? KC_TEXT_HEIGHT : KC_TEXT_WIDTH;
	s->height = s->across ? KC_TEXT_WIDTH : KC_TEXT_HEIGHT;
}

void
kc_sheet_free(struct kc_sheet *s)
{
	g_ptr_array_free(s->boxes, TRUE);
	g_ptr_array_free(s->heads, TRUE);
	kc_type_free(&s->type);
}

struct kc_box *
kc_box_new(double before, double height)
{
	struct kc_box *b = g_new0(struct kc_box, 1);

	b->before = before;
	b->height = height;
	b->pieces = g_array_new(FALSE, FALSE, sizeof(struct kc_piece));
	return b;
}

struct kc_box *
kc_sheet_box(struct kc_sheet *s, double before, double height)
{
	struct kc_box *b = kc_box_new(before, height);

	g_ptr_array_add(s->boxes, b);
	return b;
}

void
kc_box_fill(struct kc_box *b, double x, double y, double w, double h)
{
	const struct kc_piece p = {.x = x, .y = y, .w = w, .h = h};

	g_array_append_val(b->pieces, p);
}

void
kc_box_line(const struct kc_sheet *s, struct kc_box *b, enum kc_face face,
    PangoLayout *layout, int i, double x, double y)
{
	struct kc_piece p = {.line = pango_layout_get_line_readonly(layout, i),
	    .y = y + s->type.baseline[face],
	    .red = face == KC_FACE_OFFICE};
	double indent = (double)pango_layout_get_indent(layout) / PANGO_SCALE;

	if (p.line == NULL)
		return;
	p.x = x + (p.line->is_paragraph_start ? indent : 0);
	g_array_append_val(b->pieces, p);
}
