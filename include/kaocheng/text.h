/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people may write in which place, in one place: the characters that a
 * name, a title or a reason may not hold, what they are called, and which
 * names look alike. Pure; knows Unicode by the tables of text_use.c alone.
 * The grammar of every text is kc_text_scan's (bytes.h); this is the policy
 * on top of it, docs/FORMAT.md "Texts by use".
 */
#ifndef KAOCHENG_TEXT_H
#define KAOCHENG_TEXT_H

#include <kaocheng/bytes.h>
#include <kaocheng/refusal.h>

/* What a text is for; each takes what the one before it takes, and less. */
enum kc_text_use {
	KC_TEXT_FILE,  /* the text of a file, which has a grammar of its own */
	KC_TEXT_PROSE, /* a reason, a report: any lines of visible text */
	KC_TEXT_LINE,  /* a title: one line */
	KC_TEXT_NAME   /* a name: one line that others are told apart from */
};

/* The character at s.p and its length in bytes; UINT32_MAX and 1 if the bytes
 * there are no UTF-8. s is not empty. */
uint32_t kc_char_read(struct kc_slice s, size_t *n);
/* What a character is called that could be overlooked or taken for another
 * ("zero-width space", "full-width digit"); NULL if it needs no name. */
const char *kc_char_name(uint32_t c, enum kc_lang lang);
/* Appends "zero-width space (U+200B)", or "“甲” (U+7532)" of one that has no
 * name here. */
void kc_buf_char_name(struct kc_buf *b, uint32_t c, enum kc_lang lang);

/* Offset of the first character that a text of this use may not hold, or s.n
 * when there is none. Texts of blanks alone are at fault at 0. */
size_t kc_text_fault(struct kc_slice s, enum kc_text_use use);

/* Do two names look alike? Case, width, blanks, and letters and digits drawn
 * alike (0 and O; 1, l and I; Greek and Cyrillic letters that look Latin) are
 * the same; what cannot be seen is left out. Allocates nothing. */
bool kc_shape_same(struct kc_slice a, struct kc_slice b);

#endif
