/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on pages: boxes one below another, of lines and rules. */
#ifndef KC_PAPER_SHEET_H
#define KC_PAPER_SHEET_H

#include <jansson.h>

#include <kaocheng/refusal.h>

#include "type.h"

/* A line of text, its baseline at (x, y); or, line NULL, what is filled from
 * there on, w wide and h high. Of the box: y 0 is its top. */
struct kc_piece {
	PangoLayoutLine *line;
	double x, y, w, h;
	bool red;
};

struct kc_box {
	double before; /* above it, but not at the top of a page */
	double height;
	bool keep; /* on one page with the next, if one page holds them */
	bool text; /* a line of text, which may stand closer to the next */
	bool fine; /* what is filled begins on a dot of a coarse scanner */
	const struct kc_box *head; /* stands above it on a new page; or NULL */
	GArray *pieces;            /* struct kc_piece */
};

struct kc_sheet {
	struct kc_type type;
	enum kc_lang lang;
	bool across;          /* the pages lie */
	double width, height; /* of the text */
	bool too_long;        /* no symbol holds a line of the stamp */
	bool too_wide; /* no page holds the columns of a table, or a head */
	double closer; /* lines of text stand so much closer: 1 as they are */
	guint foot;    /* the first box of the foot: at the end of a page */
	GPtrArray *boxes; /* struct kc_box, which are the sheet's */
	GPtrArray *heads; /* the same: of tables */
};

/* --- pieces (sheet.c) --- */
struct kc_box *kc_box_new(double before, double height);
/* A box at the end of the sheet, which has it. */
struct kc_box *kc_sheet_box(struct kc_sheet *s, double before, double height);
void kc_box_fill(struct kc_box *b, double x, double y, double w, double h);
/* Line i of what was set in a face, in a box whose lines begin at y; nothing
 * where it has no such line. */
void kc_box_line(const struct kc_sheet *s, struct kc_box *b, enum kc_face face,
    PangoLayout *layout, int i, double x, double y);

/* --- parts of a document --- */
/* A table of the document, its head above each of its parts (table.c). */
void kc_sheet_table(struct kc_sheet *s, const json_t *table);
/* The symbols of its stamp side by side (symbols.c). The box of the last and
 * where in it they end; NULL: there are none. */
struct kc_box *
kc_sheet_stamp(struct kc_sheet *s, const json_t *stamp, double *end);
/* The whole of it (document.c). */
void kc_sheet_document(struct kc_sheet *s, json_t *doc);

/* --- pages (page.c) --- */
#define KC_A4_WIDTH (210 * KC_MM)
#define KC_A4_HEIGHT (297 * KC_MM)
/* Draws all of it, page by page with their numbers; how many they are. NULL:
 * nothing is drawn. */
unsigned kc_sheet_draw(struct kc_sheet *s, cairo_t *cr);
/* Sets lines closer where that saves a page, as the standard lets it be done
 * where signature and seal would not have room otherwise. */
void kc_sheet_close_up(struct kc_sheet *s);

void kc_sheet_init(struct kc_sheet *s, enum kc_lang lang, const char *family);
/* Of a document with a wide table the pages lie: before anything is set. */
void kc_sheet_turn(struct kc_sheet *s, const json_t *doc);
void kc_sheet_free(struct kc_sheet *s);

#endif
