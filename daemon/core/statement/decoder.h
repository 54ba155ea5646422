/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of decoding an entry: where it is, and how it refuses. */
#ifndef KC_DECODER_H
#define KC_DECODER_H

#include <string.h>

#include "codec.h"

struct kc_decoder {
	struct kc_entry *e;
	struct kc_slice bytes;
	const char *p, *end;    /* the next line; the end of the bytes */
	struct kc_slice line;   /* the line taken last */
	struct kc_slice ledger; /* that it may be of, a valid name; or empty */
	struct kc_refusal *why;
};

/* Takes the next line; false at the end. The last byte is an LF. */
static inline bool
kc_next_line(struct kc_decoder *d)
{
	const char *lf;

	if (d->p == d->end)
		return false;
	lf = memchr(d->p, '\n', (size_t)(d->end - d->p));
	d->line.p = d->p;
	d->line.n = (size_t)(lf - d->p);
	d->p = lf + 1;
	return true;
}

/* A line of one length, "head", n bytes and an LF, without a search for its
 * end: the n bytes, or NULL. Whoever takes it asks them all, and takes no LF;
 * what does not pass goes the way of any line, which says what is wrong. */
static inline const char *
kc_stands(const struct kc_decoder *d, const char *head, size_t head_n, size_t n)
{
	if ((size_t)(d->end - d->p) <= head_n + n || d->p[head_n + n] != '\n' ||
	    memcmp(d->p, head, head_n) != 0)
		return NULL;
	return d->p + head_n;
}

static inline const char *
kc_line_end(const struct kc_decoder *d)
{
	return d->line.p + d->line.n;
}

/* Every refusal goes through here: sets the place, keeps code and args. */
enum kc_err kc_decode_refuse(struct kc_decoder *d, const char *at,
    enum kc_refusal_code code, const char *a0, const char *a1);
enum kc_err kc_decode_refuse_size(struct kc_decoder *d, const char *at);

/* What may follow the text: all signatures, none, or some (entry_sigs.c). */
enum kc_err kc_decode_sigs(struct kc_decoder *d);
enum kc_err kc_decode_no_sigs(struct kc_decoder *d);
enum kc_err kc_decode_some_sigs(struct kc_decoder *d);

#endif
