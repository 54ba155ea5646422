/* SPDX-License-Identifier: Apache-2.0 */
/* How wide text is on a terminal: Chinese takes two columns a character. */
#ifndef KC_CLI_WIDTH_H
#define KC_CLI_WIDTH_H

#include <stdio.h>

#include <kaocheng/bytes.h>

/* Columns of UTF-8 text; LC_CTYPE must be UTF-8 (kc_lang_use). */
size_t kc_text_width(struct kc_slice s);
/* Columns of standard output, if it is a terminal: COLUMNS, else what the
 * terminal says, else 80. 0 if it is none, where a line has no end. */
size_t kc_out_columns(void);
/* The text from column `indent` on, which is where it goes on in the next line
 * when it comes to the end of `columns` (0: never). It is broken at blanks and
 * beside Chinese characters, not before a closing mark; what has neither stays
 * whole. A newline follows. */
void kc_put_wrapped(FILE *to, const char *text, size_t indent, size_t columns);
/* The same appended, without the newline; where slashes, a path may also be
 * broken after one of its own. */
void kc_buf_wrapped(struct kc_buf *out, const char *text, size_t indent,
    size_t columns, bool slashes);
/* The widest part of the text that stays whole then. */
size_t kc_unbroken_width(const char *text, bool slashes);
/* "label  text", with the text from column `at` on; below the label, where what
 * stays whole of it has no room beside it. A newline follows. */
void
kc_put_labelled(const char *label, const char *text, size_t at, size_t columns);
/* The text and spaces up to `width` columns. */
void kc_put_padded(FILE *to, const char *text, size_t width);

#endif
