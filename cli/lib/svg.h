/* SPDX-License-Identifier: Apache-2.0 */
/* A small writer of SVG. Coordinates are in tenths of a pixel; text is escaped
 * here and nowhere else. */
#ifndef KC_CLI_SVG_H
#define KC_CLI_SVG_H

#include <kaocheng/bytes.h>

#define KC_SVG_LETTER 7 /* pixels of a column of text */
#define KC_SVG_TITLE_LETTER 10

void kc_svg_escaped(struct kc_buf *b, const char *text);
/* Attributes of an element that is open. */
void kc_svg_number(struct kc_buf *b, const char *name, int64_t tenths);
void kc_svg_attribute(struct kc_buf *b, const char *name, const char *text);
/* <name>text</name> */
void kc_svg_element(struct kc_buf *b, const char *name, const char *text);
/* anchor: start, middle, end. */
void kc_svg_text(struct kc_buf *b, int64_t x, int64_t y, const char *anchor,
    const char *class_, const char *text);
/* As much of it as has room in so many pixels, where a column of text is
 * `letter` of them wide. */
void kc_svg_cut(struct kc_buf *b, int64_t x, int64_t y, const char *class_,
    const char *text, size_t pixels, size_t letter);
/* A line straight down. */
void kc_svg_rule(
    struct kc_buf *b, const char *class_, int64_t x, int64_t y1, int64_t y2);

#endif
