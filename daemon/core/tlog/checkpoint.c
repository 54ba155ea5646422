/* SPDX-License-Identifier: Apache-2.0 */
/* The signed head of the log. */
#include <kaocheng/checkpoint.h>

#include <string.h>

void
kc_buf_checkpoint(struct kc_buf *b, const struct kc_checkpoint *c,
    const struct kc_skey *log_key)
{
	size_t start = b->n;
	struct kc_slice text;

	/* A checkpoint under another name would verify nowhere. */
	if (strcmp(c->origin, log_key->vkey.name) != 0) {
		if (b->err == KC_OK)
			b->err = KC_EINVAL;
		return;
	}
	kc_buf_str(b, c->origin);
	kc_buf_char(b, '\n');
	kc_buf_u64(b, c->size);
	kc_buf_char(b, '\n');
	kc_buf_hash(b, &c->root);
	kc_buf_char(b, '\n');
	kc_buf_char(b, '\n');
	if (b->err != KC_OK)
		return;
	text = (struct kc_slice){b->p + start, b->n - start - 1};
	kc_buf_note_sig(b, text, log_key);
}

bool
kc_checkpoint_read(struct kc_checkpoint *out, struct kc_slice text)
{
	struct kc_slice origin, size, root;

	return kc_slice_line(&text, &origin) && kc_slice_line(&text, &size) &&
	    kc_slice_line(&text, &root) && text.n == 0 &&
	    kc_note_name_ok(origin) &&
	    kc_slice_copy(out->origin, sizeof(out->origin), origin) &&
	    kc_read_u64(size, INT64_MAX, &out->size) &&
	    kc_read_hash(root, &out->root);
}

static bool
parse_text(struct kc_checkpoint *out, struct kc_slice text)
{
	struct kc_hash empty = kc_hash_empty();

	return kc_checkpoint_read(out, text) &&
	    (out->size > 0 || kc_hash_eq(&out->root, &empty));
}

static enum kc_err
parse_by(struct kc_checkpoint *out, struct kc_slice bytes,
    const struct kc_vkey *keys, size_t nkeys)
{
	struct kc_note note;
	struct kc_checkpoint c;
	enum kc_err err;

	if (bytes.n > KC_CHECKPOINT_MAX)
		return KC_ETOOBIG;
	err = kc_note_parse(&note, bytes, NULL);
	if (err != KC_OK)
		return err;
	if (!parse_text(&c, note.text))
		return KC_ESYNTAX;
	if (nkeys > 0) {
		if (strcmp(c.origin, keys[0].name) != 0)
			return KC_ENOKEY;
		err = kc_note_verify(&note, keys, nkeys);
		if (err != KC_OK)
			return err;
	}
	*out = c;
	return KC_OK;
}

enum kc_err
kc_checkpoint_parse(struct kc_checkpoint *out, struct kc_slice bytes,
    const struct kc_vkey *log_key)
{
	return parse_by(out, bytes, log_key, log_key != NULL);
}

enum kc_err
kc_checkpoint_parse_by(struct kc_checkpoint *out, struct kc_slice bytes,
    const struct kc_log_keys *keys)
{
	return keys->n > 0 ? parse_by(out, bytes, keys->v, keys->n) : KC_ENOKEY;
}
