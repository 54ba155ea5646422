/* SPDX-License-Identifier: Apache-2.0 */
/* A stamp holds what a receipt says and no more, in fewer bytes. */
#include <kaocheng/stamp.h>

#include <kaocheng/base32.h>
#include <kaocheng/base64.h>
#include <kaocheng/proof.h>

#define PROOF "KC1P:"
#define PART "KC1E" /* and 1/2: */
#define SIGS_MAX 4
#define BLOB_MAX 80 /* of a signature line: one of Ed25519 */

static void
put_short(struct kc_buf *b, struct kc_slice s)
{
	kc_buf_char(b, (char)s.n);
	kc_buf_slice(b, s);
}

/* The log's own name is not repeated. A signature of another kind is left out:
 * whoever wants it has the receipt. */
static void
put_sigs(struct kc_buf *b, const struct kc_note *note, struct kc_slice origin)
{
	size_t count = b->n;
	unsigned n = 0;

	kc_buf_char(b, 0);
	for (size_t i = 0; i < note->nsigs && n < SIGS_MAX; i++) {
		const struct kc_note_sig *s = &note->sigs[i];
		uint8_t blob[BLOB_MAX];
		size_t size;

		if (kc_base64_decode(s->base64, blob, sizeof(blob), &size) !=
			KC_OK ||
		    s->name.n > UINT8_MAX)
			continue;
		put_short(
		    b, kc_slice_eq(s->name, origin) ? KC_LIT("") : s->name);
		put_short(b, (struct kc_slice){(const char *)blob, size});
		n++;
	}
	if (kc_buf_err(b) == KC_OK)
		b->p[count] = (char)n;
}

static enum kc_err
put_proof(struct kc_buf *b, const struct kc_proof *p, struct kc_slice leaf)
{
	struct kc_hash h = kc_hash_leaf(leaf.p, leaf.n);
	struct kc_checkpoint c;
	struct kc_note note;
	enum kc_err err = kc_note_parse(&note, p->checkpoint, NULL);

	if (err == KC_OK && !kc_checkpoint_read(&c, note.text))
		err = KC_ESYNTAX;
	if (err == KC_OK)
		err = kc_merkle_verify_inclusion(
		    &h, p->index, c.size, p->path, p->npath, &c.root);
	if (err != KC_OK)
		return err;
	put_short(b, kc_slice_str(c.origin));
	kc_buf_be64(b, p->index);
	kc_buf_be64(b, c.size);
	kc_buf_put(b, c.root.b, sizeof(c.root.b));
	kc_buf_put(b, h.b, sizeof(h.b));
	kc_buf_char(b, (char)p->npath);
	for (size_t i = 0; i < p->npath; i++)
		kc_buf_put(b, p->path[i].b, sizeof(p->path[i].b));
	put_sigs(b, &note, kc_slice_str(c.origin));
	return kc_buf_err(b);
}

static void
put_leaf(struct kc_buf *out, struct kc_slice leaf)
{
	size_t parts = (leaf.n + KC_STAMP_PART_MAX - 1) / KC_STAMP_PART_MAX;
	size_t size = parts > 0 ? (leaf.n + parts - 1) / parts : 0;

	for (size_t i = 0; parts <= KC_STAMP_PARTS_MAX && i < parts; i++) {
		struct kc_slice part = {leaf.p + i * size, size};

		if (i + 1 == parts)
			part.n = leaf.n - i * size;
		kc_buf_str(out, PART);
		kc_buf_u64(out, i + 1);
		kc_buf_char(out, '/');
		kc_buf_u64(out, parts);
		kc_buf_char(out, ':');
		kc_buf_base32(out, part);
		kc_buf_char(out, '\n');
	}
}

enum kc_err
kc_buf_stamp(struct kc_buf *out, struct kc_slice receipt, struct kc_slice leaf)
{
	struct kc_buf bytes = {0};
	struct kc_proof p;
	enum kc_err err = kc_proof_parse(&p, receipt);

	if (err == KC_OK)
		err = put_proof(&bytes, &p, leaf);
	if (err == KC_OK) {
		kc_buf_str(out, PROOF);
		kc_buf_base32(out, kc_buf_view(&bytes));
		kc_buf_char(out, '\n');
		put_leaf(out, leaf);
		err = kc_buf_err(out);
	}
	kc_buf_free(&bytes);
	return err;
}
