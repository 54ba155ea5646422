/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal whose locale is not UTF-8. What people read is written in its
 * charset; what programs read (JSON, CSV, stored bytes) stays as it is.
 */
#ifndef KC_CLI_CHARSET_H
#define KC_CLI_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

/* From here on stdout and stderr are written in the charset that LC_ALL,
 * LC_CTYPE or LANG names; nothing happens if that is none or UTF-8. */
void kc_charset_use(void);
/* stdout as it was: bytes for programs. */
void kc_charset_bytes(void);
/* What was typed, in UTF-8; false if it is not of the charset. */
bool kc_charset_read(const char *typed, char *out, size_t size);

#endif
