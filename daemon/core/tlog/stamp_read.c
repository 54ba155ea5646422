/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a stamp, and the receipt that they say: made again letter for
 * letter, so that whoever judges it needs to know of no stamps.
 */
#include <kaocheng/stamp.h>

#include <string.h>

#include <kaocheng/base32.h>
#include <kaocheng/base64.h>
#include <kaocheng/proof.h>

#define PROOF "KC1P:"
#define PART "KC1E" /* and 1/2: */
#define READER "QR-Code:"

static bool
take(struct kc_slice *rest, size_t n, struct kc_slice *out)
{
	if (rest->n < n)
		return false;
	*out = (struct kc_slice){rest->p, n};
	rest->p += n;
	rest->n -= n;
	return true;
}

static bool
take_short(struct kc_slice *rest, struct kc_slice *out)
{
	return take(rest, 1, out) && take(rest, (uint8_t)out->p[0], out);
}

static bool
take_u64(struct kc_slice *rest, uint64_t *out)
{
	struct kc_slice s;

	if (!take(rest, 8, &s))
		return false;
	*out = kc_be64((const uint8_t *)s.p);
	return *out <= INT64_MAX;
}

static bool
take_hash(struct kc_slice *rest, struct kc_hash *out)
{
	struct kc_slice s;

	if (!take(rest, sizeof(out->b), &s))
		return false;
	memcpy(out->b, s.p, s.n);
	return true;
}

static bool
take_sigs(struct kc_slice *rest, struct kc_slice origin, struct kc_buf *note)
{
	struct kc_slice n, name, blob;

	if (!take(rest, 1, &n))
		return false;
	for (unsigned i = (uint8_t)n.p[0]; i > 0; i--) {
		if (!take_short(rest, &name) || !take_short(rest, &blob))
			return false;
		kc_buf_str(note, "— ");
		kc_buf_slice(note, name.n > 0 ? name : origin);
		kc_buf_char(note, ' ');
		kc_buf_base64(note, (const uint8_t *)blob.p, blob.n);
		kc_buf_char(note, '\n');
	}
	return rest->n == 0;
}

/* The receipt as it was; what does not fit a note is found out by who reads
 * that. */
static bool
read_proof(struct kc_stamped *out, struct kc_slice rest, struct kc_buf *note)
{
	struct kc_slice origin, n;
	struct kc_hash root;
	struct kc_proof p = {.npath = 0};
	uint64_t size;

	if (!take_short(&rest, &origin) || !take_u64(&rest, &p.index) ||
	    !take_u64(&rest, &size) || !take_hash(&rest, &root) ||
	    !take_hash(&rest, &out->leaf_hash) || !take(&rest, 1, &n) ||
	    (uint8_t)n.p[0] > KC_PATH_MAX)
		return false;
	for (; p.npath < (uint8_t)n.p[0]; p.npath++)
		if (!take_hash(&rest, &p.path[p.npath]))
			return false;
	kc_buf_slice(note, origin);
	kc_buf_char(note, '\n');
	kc_buf_u64(note, size);
	kc_buf_char(note, '\n');
	kc_buf_hash(note, &root);
	kc_buf_str(note, "\n\n");
	if (!take_sigs(&rest, origin, note))
		return false;
	p.checkpoint = kc_buf_view(note);
	kc_buf_proof(&out->receipt, &p);
	return true;
}

/* The lines of a stamp, by what they are. */
struct lines {
	struct kc_slice proof, part[KC_STAMP_PARTS_MAX];
	unsigned parts;
};

static bool
put_line(struct kc_slice *at, struct kc_slice line)
{
	if (at->n > 0)
		return kc_slice_eq(*at, line);
	*at = line;
	return line.n > 0;
}

static bool
cut(struct kc_slice *s, const char *begin)
{
	size_t n = strlen(begin);

	if (s->n < n || memcmp(s->p, begin, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* "1/2:..." */
static bool
sort_part(struct lines *l, struct kc_slice s)
{
	unsigned i, n;

	if (s.n < 4 || s.p[1] != '/' || s.p[3] != ':' || s.p[0] < '1' ||
	    s.p[2] < s.p[0] || s.p[2] > '0' + KC_STAMP_PARTS_MAX)
		return false;
	i = (unsigned)(s.p[0] - '1');
	n = (unsigned)(s.p[2] - '0');
	if (l->parts != 0 && l->parts != n)
		return false;
	l->parts = n;
	return put_line(&l->part[i], (struct kc_slice){s.p + 4, s.n - 4});
}

static bool
sort_line(struct lines *l, struct kc_slice s)
{
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	(void)cut(&s, READER);
	if (s.n == 0)
		return true;
	if (cut(&s, PROOF))
		return put_line(&l->proof, s);
	return cut(&s, PART) && sort_part(l, s);
}

static bool
sort_lines(struct lines *l, struct kc_slice text)
{
	struct kc_slice line;

	while (kc_slice_line(&text, &line))
		if (!sort_line(l, line))
			return false;
	return sort_line(l, text) && l->proof.n > 0;
}

enum kc_err
kc_stamp_read(struct kc_stamped *out, struct kc_slice text)
{
	struct lines l = {0};
	struct kc_buf bytes = {0}, note = {0};
	enum kc_err err = KC_ESYNTAX;

	if (text.n > KC_STAMP_TEXT_MAX)
		return KC_ETOOBIG;
	if (sort_lines(&l, text))
		err = kc_base32_decode(&bytes, l.proof);
	if (err == KC_OK && !read_proof(out, kc_buf_view(&bytes), &note))
		err = KC_ESYNTAX;
	for (unsigned i = 0; err == KC_OK && i < l.parts; i++)
		err = l.part[i].n > 0 ? kc_base32_decode(&out->leaf, l.part[i])
				      : KC_ESYNTAX;
	if (err == KC_OK)
		err = kc_buf_err(&note);
	if (err == KC_OK)
		err = kc_buf_err(&out->receipt);
	kc_buf_free(&bytes);
	kc_buf_free(&note);
	return err;
}

void
kc_stamp_free(struct kc_stamped *s)
{
	kc_buf_free(&s->receipt);
	kc_buf_free(&s->leaf);
}
