/* SPDX-License-Identifier: Apache-2.0 */
/* A job as an Internet message (RFC 5322, 2045, 2047, 2183). */
#ifndef KC_REMIND_MIME_H
#define KC_REMIND_MIME_H

#include "remind/wire.h"

/* Appends the message; lines end with CR LF. The same job gives the same
 * bytes, at every try. `to` is a mail address, or "" for a file. */
void kc_mime_message(struct kc_buf *out, const struct kc_job *job,
    const char *from, struct kc_slice to);
/* Appends text as the value of a header that begins at column `at`: as it is
 * if it is short printable ASCII, else in encoded words of at most 75
 * characters that break no character. */
void kc_mime_words(struct kc_buf *out, struct kc_slice text, size_t at);
/* "Mon, 17 Oct 2022 09:30:00 +0800" */
void kc_mime_date(struct kc_buf *out, int64_t unix_s);

#endif
