/* SPDX-License-Identifier: Apache-2.0 */
/* Signature lines of an entry: one for each `by` line, in its order. */
#include <kaocheng/entry.h>

#include <string.h>

#include "decoder.h"

#define DASH_SIZE (sizeof(KC_DASH) - 1)

/* All of its bytes but the base64 are known, and how many these are. */
static bool
take_sig(struct kc_decoder *d, struct kc_slice by, struct kc_note_sig *sig)
{
	size_t n = by.n + 1 + KC_SIG68_TEXT;
	const char *p = kc_stands(d, KC_DASH, DASH_SIZE, n);

	if (p == NULL || !kc_same(p, by.p, by.n) || p[by.n] != ' ' ||
	    !kc_sig68_ok(p + by.n + 1))
		return false;
	sig->name = (struct kc_slice){p, by.n};
	sig->base64 = (struct kc_slice){p + by.n + 1, KC_SIG68_TEXT};
	d->p = p + n + 1;
	return true;
}

static enum kc_err
decode_sig(struct kc_decoder *d, unsigned i)
{
	struct kc_slice by = d->e->by[i];
	const char *p = d->p;

	if (take_sig(d, by, &d->e->sigs[i]))
		return KC_OK;
	if (!kc_next_line(d) || d->line.n < DASH_SIZE ||
	    memcmp(p, KC_DASH, DASH_SIZE) != 0)
		return kc_decode_refuse(d, p, KC_R_SIGNER_LINES, NULL, NULL);
	p += DASH_SIZE;
	if (d->line.n < DASH_SIZE + by.n + 1 || memcmp(p, by.p, by.n) != 0 ||
	    p[by.n] != ' ')
		return kc_decode_refuse(d, p, KC_R_SIGNER_LINES, NULL, NULL);
	p += by.n + 1;
	return kc_decode_refuse(d, p, KC_R_SYNTAX, "base64 (68 bytes)", NULL);
}

enum kc_err
kc_decode_sigs(struct kc_decoder *d)
{
	enum kc_err err = KC_OK;

	if (d->p == d->end)
		return kc_decode_refuse(d, d->p, KC_R_SIGNER_LINES, NULL, NULL);
	d->p++; /* the empty line */
	for (unsigned i = 0; err == KC_OK && i < d->e->nby; i++)
		err = decode_sig(d, i);
	if (err == KC_OK && d->p != d->end)
		err = kc_decode_refuse(d, d->p, KC_R_SIGNER_LINES, NULL, NULL);
	return err;
}

/* No signatures stand yet: leaves room for them. */
static enum kc_err
leave_room(struct kc_decoder *d)
{
	size_t n = d->e->text.n + 1;

	for (unsigned i = 0; i < d->e->nby; i++) {
		d->e->sigs[i] = (struct kc_note_sig){{NULL, 0}, {NULL, 0}};
		n += DASH_SIZE + d->e->by[i].n + 1 + KC_SIG68_TEXT + 1;
	}
	return n > KC_NOTE_MAX ? kc_decode_refuse_size(d, d->end) : KC_OK;
}

enum kc_err
kc_decode_no_sigs(struct kc_decoder *d)
{
	return d->p == d->end
	    ? leave_room(d)
	    : kc_decode_refuse(d, d->p, KC_R_SYNTAX, "LF LF", NULL);
}

/* Does the line at hand name this signer? */
static bool
is_sig_of(const struct kc_decoder *d, struct kc_slice by)
{
	const char *p = d->p + DASH_SIZE;

	return (size_t)(d->end - d->p) > DASH_SIZE + by.n &&
	    memcmp(p, by.p, by.n) == 0 && p[by.n] == ' ';
}

/* Lines of some of the signers, in their order. */
enum kc_err
kc_decode_some_sigs(struct kc_decoder *d)
{
	enum kc_err err = leave_room(d);

	if (err == KC_OK && d->end - d->p++ < 2) /* the empty line */
		return kc_decode_refuse(
		    d, d->end, KC_R_SIGNER_LINES, NULL, NULL);
	for (unsigned i = 0; err == KC_OK && i < d->e->nby; i++)
		if (is_sig_of(d, d->e->by[i]))
			err = decode_sig(d, i);
	if (err == KC_OK && d->p != d->end)
		err = kc_decode_refuse(d, d->p, KC_R_SIGNER_LINES, NULL, NULL);
	return err;
}
