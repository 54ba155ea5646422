/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a page: faces, their sizes, and text set in them. */
#ifndef KC_PAPER_TYPE_H
#define KC_PAPER_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include <pango/pangocairo.h>

/* Points; GB/T 9704-2012 gives millimetres. */
#define KC_MM (72 / 25.4)
#define KC_DOT (72.0 / 100) /* of what scans 100 an inch */
#define KC_TEXT_WIDTH (156 * KC_MM)
#define KC_TEXT_HEIGHT (225 * KC_MM)
#define KC_PITCH (KC_TEXT_HEIGHT / 22) /* of a line of body text */
#define KC_EM (KC_TEXT_WIDTH / 28)     /* of a character of it */

enum kc_face {
	KC_FACE_OFFICE, /* whose document it is, in red */
	KC_FACE_TITLE,
	KC_FACE_TEXT,
	KC_FACE_LABEL,
	KC_FACE_NOTE,
	KC_FACE_SIGNER, /* and hashes, which are longer than a line */
	KC_FACE_SIGNER_LABEL,
	KC_FACE_CELL,  /* of a table */
	KC_FACE_SMALL, /* of a table that has many columns */
	KC_FACE_FOOT,
	KC_FACE_PAGE, /* number */
	KC_FACE_COUNT
};

#define KC_MISSING_MAX 8
struct kc_type {
	PangoFontMap *map;
	PangoContext *context;
	PangoFontDescription *fonts[KC_FACE_COUNT];
	double baseline[KC_FACE_COUNT];   /* of a line, below its top */
	GPtrArray *layouts;               /* all that were set */
	uint32_t missing[KC_MISSING_MAX]; /* characters that no font has */
	unsigned nmissing;
	bool too_long; /* a text is: what shapes it loses the end of such */
};

/* family: comes before ours, or NULL. */
void kc_type_init(struct kc_type *t, const char *family);
void kc_type_free(struct kc_type *t);
/* Is there a family of this name? */
bool kc_type_has(const struct kc_type *t, const char *family);
/* From line to line. */
double kc_type_pitch(enum kc_face face);
/* Text as lines of this width at most (< 0: one line a paragraph), the first
 * indented; a word that is wider is broken. It lives as long as the type. */
PangoLayout *kc_type_set(struct kc_type *t, enum kc_face face, const char *text,
    double width, double indent);
/* Its widest line. */
double kc_type_width(PangoLayout *layout);
/* Makes one line smaller until it has this width. */
void kc_type_shrink(
    struct kc_type *t, enum kc_face face, PangoLayout *layout, double width);

#endif
