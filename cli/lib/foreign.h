/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that others wrote: file names, lines of a file, names in a note. A
 * terminal obeys some bytes; whoever prints such text prints it with these.
 */
#ifndef KC_CLI_FOREIGN_H
#define KC_CLI_FOREIGN_H

#include <stdio.h>

#include <kaocheng/bytes.h>

/* Appends the text so that a terminal shows all of it and obeys none of it:
 * controls (LF and TAB too), what may not stand in a signed text, and bytes
 * that are no UTF-8 become \xNN; everything else stays as it is. */
void kc_buf_foreign(struct kc_buf *out, struct kc_slice text);
/* Bytes as they are, to a stream; false if not all were taken. */
bool kc_put(FILE *to, struct kc_slice bytes);
/* Foreign text, to a stream. */
void kc_put_foreign(FILE *to, const char *text);

#endif
