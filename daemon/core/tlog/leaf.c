/* SPDX-License-Identifier: Apache-2.0 */
/* The leaf: the ledger's own line before the author's note. */
#include <kaocheng/leaf.h>

#include <string.h>

#include <kaocheng/limits.h>
#include <kaocheng/sign.h>

#define HEAD "kaocheng/v1 leaf "
#define HEAD_SIZE (sizeof(HEAD) - 1)
#define INSTANT_TEXT 24 /* bytes of "2022-10-17T01:30:00.000Z" */

enum kc_err
kc_leaf_parse(struct kc_leaf *out, struct kc_slice bytes)
{
	struct kc_slice rest = bytes;
	struct kc_slice line, seq;
	struct kc_leaf l;

	if (bytes.n > KC_LEAF_MAX)
		return KC_ETOOBIG;
	if (!kc_slice_line(&rest, &line) || rest.n == 0 || line.n < HEAD_SIZE ||
	    memcmp(line.p, HEAD, HEAD_SIZE) != 0)
		return KC_ESYNTAX;
	line.p += HEAD_SIZE;
	line.n -= HEAD_SIZE;
	if (!kc_slice_cut(&line, ' ', &l.origin) ||
	    l.origin.n > KC_ORIGIN_MAX || !kc_note_name_ok(l.origin) ||
	    !kc_slice_cut(&line, ' ', &seq) ||
	    !kc_read_u64(seq, INT64_MAX, &l.seq) ||
	    !kc_read_instant_ms(line, &l.received_ms))
		return KC_ESYNTAX;
	l.note = rest;
	*out = l;
	return KC_OK;
}

/* The line of a leaf of this ledger: only its number has a length to find. */
static bool
take_known(struct kc_leaf *out, struct kc_slice bytes, struct kc_slice origin)
{
	size_t at = HEAD_SIZE + origin.n + 1, n = 0;
	struct kc_slice seq, instant;

	if (bytes.n > KC_LEAF_MAX || bytes.n <= at ||
	    memcmp(bytes.p, HEAD, HEAD_SIZE) != 0 ||
	    !kc_same(bytes.p + HEAD_SIZE, origin.p, origin.n) ||
	    bytes.p[at - 1] != ' ')
		return false;
	while (at + n < bytes.n && bytes.p[at + n] != ' ')
		n++;
	seq = (struct kc_slice){bytes.p + at, n};
	at += n + 1;
	if (bytes.n <= at || bytes.n - at <= INSTANT_TEXT + 1 ||
	    bytes.p[at + INSTANT_TEXT] != '\n')
		return false;
	instant = (struct kc_slice){bytes.p + at, INSTANT_TEXT};
	at += INSTANT_TEXT + 1;
	out->origin = (struct kc_slice){bytes.p + HEAD_SIZE, origin.n};
	out->note = (struct kc_slice){bytes.p + at, bytes.n - at};
	return kc_read_u64(seq, INT64_MAX, &out->seq) &&
	    kc_read_instant_ms(instant, &out->received_ms);
}

enum kc_err
kc_leaf_parse_in(
    struct kc_leaf *out, struct kc_slice bytes, struct kc_slice origin)
{
	if (origin.n > 0 && take_known(out, bytes, origin))
		return KC_OK;
	return kc_leaf_parse(out, bytes);
}

void
kc_buf_leaf(struct kc_buf *b, const struct kc_leaf *leaf)
{
	size_t start = b->n;

	kc_buf_put(b, HEAD, HEAD_SIZE);
	kc_buf_slice(b, leaf->origin);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, leaf->seq);
	kc_buf_char(b, ' ');
	kc_buf_instant_ms(b, leaf->received_ms);
	kc_buf_char(b, '\n');
	kc_buf_slice(b, leaf->note);
	if (b->err == KC_OK && b->n - start > KC_LEAF_MAX)
		b->err = KC_ETOOBIG;
}
