/* SPDX-License-Identifier: Apache-2.0 */
/* How wide text is on a terminal: Chinese takes two columns a character. */
#ifndef KC_CLI_WIDTH_H
#define KC_CLI_WIDTH_H

#include <stdio.h>

#include <kaocheng/bytes.h>

/* Columns of UTF-8 text; LC_CTYPE must be UTF-8 (kc_lang_use). */
size_t kc_text_width(struct kc_slice s);
/* The text and spaces up to `width` columns. */
void kc_put_padded(FILE *to, const char *text, size_t width);

#endif
