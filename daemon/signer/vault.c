/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/vault.h"

#include <string.h>

#include <kaocheng/entry.h>
#include <kaocheng/merkle.h>

/* --- the keys --- */
static void
look(struct kc_vault *v)
{
	while (v->n > 0)
		kc_skey_wipe(&v->more[--v->n]);
	if (v->beside != NULL)
		v->n = v->beside(v->beside_ctx, v->more, KC_VAULT_MORE);
}

void
kc_vault_init(struct kc_vault *v)
{
	v->n = 0;
	v->knows = false;
	v->entry = NULL;
	v->led.n = 0;
	look(v);
}

void
kc_vault_release(struct kc_vault *v)
{
	while (v->n > 0)
		kc_skey_wipe(&v->more[--v->n]);
	kc_free(v->entry);
	v->entry = NULL;
	kc_buf_free(&v->back);
	kc_buf_free(&v->begun.note);
	kc_buf_free(&v->begun.detail);
}

static const struct kc_skey *
find(const struct kc_vault *v, const struct kc_vkey *key)
{
	if (kc_vkey_eq(&v->log_key->vkey, key))
		return v->log_key;
	for (size_t i = 0; i < v->n; i++)
		if (kc_vkey_eq(&v->more[i].vkey, key))
			return &v->more[i];
	return NULL;
}

static enum kc_err
keys(void *ctx, bool anew, struct kc_log_keys *out)
{
	struct kc_vault *v = ctx;

	if (anew)
		look(v);
	out->n = 0;
	out->v[out->n++] = v->log_key->vkey;
	for (size_t i = 0; i < v->n; i++)
		out->v[out->n++] = v->more[i].vkey;
	return KC_OK;
}

/* A new key is looked for as long as it is not here, when one may have come. */
static void
look_for_all(struct kc_vault *v, const struct kc_log_keys *wanted)
{
	for (size_t i = 0; i < wanted->n; i++) {
		if (find(v, &wanted->v[i]) != NULL)
			continue;
		if (v->again == NULL || v->again(v->beside_ctx))
			look(v);
		return;
	}
}

/* --- what was signed last --- */
static enum kc_err
last(void *ctx, struct kc_buf *note)
{
	struct kc_vault *v = ctx;

	return v->anchor != NULL ? kc_anchor_read(v->anchor, note)
				 : KC_ENOTFOUND;
}

/* From the anchor, once: from then on nobody but us writes it, and what it is
 * replaced by changes nothing of what we have signed. */
static void
know(struct kc_vault *v)
{
	struct kc_log_keys mine;
	struct kc_buf note = {0};
	enum kc_err err = last(v, &note);

	memset(&v->last, 0, sizeof(v->last));
	if (err == KC_OK && note.n > 0) {
		(void)keys(v, false, &mine);
		err =
		    kc_checkpoint_parse_by(&v->last, kc_buf_view(&note), &mine);
		if (err != KC_OK && err != KC_ENOMEM)
			err = KC_EFOREIGN;
	} else if (err == KC_ENOTFOUND) {
		err = KC_OK; /* it says nothing: then nothing was signed */
	}
	v->last_err = err;
	v->knows = err != KC_ENOMEM;
	kc_buf_free(&note);
}

/* The same head again: asked for once more after a crash. */
static bool
is_last(const struct kc_vault *v, const struct kc_checkpoint *c)
{
	return c->size == v->last.size && c->size > 0;
}

/* What the first batch extends, as the request says. */
static bool
take_edge(const struct kc_head_ask *ask, uint64_t size, struct kc_frontier *f)
{
	size_t n = 0;

	memset(f, 0, sizeof(*f));
	f->size = size;
	for (unsigned k = 0; f->size >> k != 0; k++)
		if ((f->size >> k & 1) != 0 && n < ask->nproof)
			f->node[k] = ask->proof[n++];
	return n == ask->nproof;
}

/* Do these batches lead to the head, by way of what was signed last? */
static bool
leads(const struct kc_vault *v, const struct kc_head_ask *ask,
    const struct kc_held_list *l, struct kc_frontier *f)
{
	struct kc_hash root;
	bool met = false;

	for (size_t i = 0; i < l->n; i++) {
		root = kc_frontier_root(f);
		if (f->size == v->last.size)
			met = f->size == 0 || kc_hash_eq(&root, &v->last.root);
		for (size_t k = 0; k < l->v[i].batch.nrows; k++)
			kc_frontier_append(f, &l->v[i].rows[k].hash);
	}
	root = kc_frontier_root(f);
	return met && f->size == ask->head->size &&
	    kc_hash_eq(&root, &ask->head->root);
}

/* A list begins with what led to a head before, all of it, and the same byte
 * for byte as it was read back then: so far it leads where it led, and is not
 * hashed again. */
static enum kc_err
take_rest(struct kc_vault *v, const struct kc_head_ask *ask,
    struct kc_held_list *l, struct kc_frontier *f)
{
	const struct kc_append *first;
	enum kc_err err;

	if (!take_edge(ask, v->led.from.size, f) ||
	    memcmp(f, &v->led.from, sizeof(*f)) != 0)
		return KC_EFORK;
	*f = v->led.to;
	err = kc_held_list_rest(l, kc_buf_view(&v->back), v->led.n);
	if (err != KC_OK)
		return err;
	first = &l->v[0].batch;
	return first->size == f->size && first->txn - v->led.txn <= 1 &&
		v->led.batches + l->n <= KC_BEHIND_MAX
	    ? KC_OK
	    : KC_ESYNTAX;
}

static enum kc_err
take_whole(struct kc_vault *v, const struct kc_head_ask *ask,
    struct kc_held_list *l, struct kc_frontier *f)
{
	enum kc_err err = kc_held_list_take(l, kc_buf_view(&v->back));

	if (err != KC_OK)
		return err;
	if (!take_edge(ask, l->v[0].batch.size, f))
		return KC_EFORK;
	v->led.from = *f;
	v->led.batches = 0;
	return KC_OK;
}

/* The same of what the anchor's file has now. */
static enum kc_err
judge_batch(struct kc_vault *v, const struct kc_head_ask *ask)
{
	struct kc_held_list l = {0};
	struct kc_frontier f;
	enum kc_err err = kc_anchor_batch(v->anchor, ask->batch, &v->back);
	bool goes_on = v->led.n > 0 && v->led.to.size == v->last.size &&
	    kc_anchor_as_before(v->anchor) == v->led.n;

	if (err == KC_OK)
		err = goes_on ? take_rest(v, ask, &l, &f)
			      : take_whole(v, ask, &l, &f);
	v->led.n = 0;
	if (err == KC_ESYNTAX || (err == KC_OK && !leads(v, ask, &l, &f)))
		err = KC_EFORK;
	if (err == KC_OK) {
		v->led.n = v->back.n;
		v->led.batches += l.n;
		v->led.to = f;
		v->led.txn = l.v[l.n - 1].batch.txn;
	}
	kc_held_list_free(&l);
	return err;
}

/* Does it extend what was signed last? */
static enum kc_err
judge(struct kc_vault *v, const struct kc_head_ask *ask)
{
	const struct kc_checkpoint *c = ask->head;

	if (!v->knows)
		know(v);
	if (v->last_err != KC_OK)
		return v->last_err;
	if (strcmp(c->origin, v->log_key->vkey.name) != 0)
		return KC_EFOREIGN;
	if (c->size < v->last.size || c->size == 0)
		return KC_EROLLBACK;
	if (is_last(v, c))
		return kc_hash_eq(&c->root, &v->last.root) ? KC_OK : KC_EFORK;
	if (ask->batch.n > 0)
		return KC_OK; /* see judge_batch */
	if (v->last.size == 0)
		return KC_OK;
	return kc_merkle_verify_consistency(v->last.size, c->size,
		   &v->last.root, &c->root, ask->proof, ask->nproof) == KC_OK
	    ? KC_OK
	    : KC_EFORK;
}

/* --- signing --- */
/* Bytes of a note's text, which ends where the empty line begins. */
static size_t
text_of(struct kc_slice note)
{
	size_t n = 1;

	while (n < note.n && (note.p[n - 1] != '\n' || note.p[n] != '\n'))
		n++;
	return n;
}

static enum kc_err
put_note(struct kc_vault *v, const struct kc_head_ask *ask, struct kc_buf *note)
{
	const struct kc_skey *key;
	size_t start = note->n, text = 0;

	look_for_all(v, ask->keys);
	for (size_t i = ask->keys->n; i-- > 0;) {
		key = find(v, &ask->keys->v[i]);
		if (key == NULL)
			continue;
		if (text == 0) {
			kc_buf_checkpoint(note, ask->head, key);
			if (kc_buf_err(note) != KC_OK)
				return kc_buf_err(note);
			text = text_of((struct kc_slice){
			    note->p + start, note->n - start});
		} else {
			kc_buf_note_sig(note,
			    (struct kc_slice){note->p + start, text}, key);
		}
	}
	return text == 0 ? KC_ENOKEY : kc_buf_err(note);
}

static enum kc_err
head(void *ctx, const struct kc_head_ask *ask, struct kc_buf *note,
    struct kc_buf *detail)
{
	struct kc_vault *v = ctx;
	struct kc_slice made;
	size_t start = note->n;
	enum kc_err err = v->anchor != NULL ? judge(v, ask) : KC_EUNKNOWN;

	/* What was refused before is no part of this head. */
	if (v->anchor != NULL)
		kc_anchor_drop(v->anchor);
	if (err == KC_OK && kc_anchor_same(v->anchor, detail) != KC_OK)
		err = KC_EIO;
	if (err == KC_OK && ask->batch.n > 0) {
		if (is_last(v, ask->head))
			return last(v, note);
		err = judge_batch(v, ask);
	}
	if (err == KC_OK)
		err = put_note(v, ask, note);
	if (err != KC_OK)
		return err;
	made = (struct kc_slice){note->p + start, note->n - start};
	err = kc_anchor_write(v->anchor, made);
	if (err != KC_OK) {
		v->last_err = KC_EUNKNOWN; /* and for all that come */
		return KC_EUNKNOWN;
	}
	v->last = *ask->head;
	/* What went into a file that is gone is not given out. */
	return kc_anchor_same(v->anchor, detail) == KC_OK ? KC_OK : KC_EIO;
}

static enum kc_err
begin(void *ctx, const struct kc_head_ask *ask)
{
	struct kc_vault *v = ctx;

	kc_buf_reset(&v->begun.note);
	kc_buf_reset(&v->begun.detail);
	v->begun.err = head(v, ask, &v->begun.note, &v->begun.detail);
	return KC_OK;
}

static enum kc_err
end(void *ctx, struct kc_buf *note, struct kc_buf *detail)
{
	struct kc_vault *v = ctx;

	kc_buf_slice(note, kc_buf_view(&v->begun.note));
	if (detail != NULL)
		kc_buf_slice(detail, kc_buf_view(&v->begun.detail));
	return v->begun.err == KC_OK ? kc_buf_err(note) : v->begun.err;
}

static enum kc_err
entry(void *ctx, struct kc_slice text, uint8_t sig[KC_SIG_SIZE])
{
	struct kc_vault *v = ctx;
	struct kc_refusal why;

	if (v->entry == NULL)
		v->entry = kc_alloc(sizeof(*v->entry));
	if (v->entry == NULL)
		return KC_ENOMEM;
	if (kc_entry_decode_text(v->entry, text, &why) != KC_OK ||
	    v->entry->nby != 1 ||
	    !kc_slice_is(v->entry->by[0], v->clerk_key->vkey.name) ||
	    !kc_slice_is(v->entry->ledger, v->log_key->vkey.name))
		return KC_EINVAL;
	kc_sign(v->clerk_key, text.p, text.n, sig);
	return KC_OK;
}

struct kc_signing
kc_vault_signing(struct kc_vault *v)
{
	return (struct kc_signing){v, keys, last, head, begin, end, entry};
}
