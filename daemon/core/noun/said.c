/* SPDX-License-Identifier: Apache-2.0 */
/* What the signers of an entry said, read from the log: the state keeps what
 * follows from it, not its words. */
#include "noun/vx.h"

#include <kaocheng/leaf.h>
#include <kaocheng/log.h>

enum kc_err
kc_vx_load(struct kc_vx *x, uint64_t seq, struct kc_buf *bytes,
    struct kc_leaf *leaf, struct kc_entry *e)
{
	enum kc_err err;

	kc_buf_reset(bytes);
	err = x->log->leaf(x->log->ctx, seq, bytes);
	if (err == KC_OK)
		err = kc_buf_err(bytes);
	if (err != KC_OK)
		return err;
	if (kc_leaf_parse(leaf, kc_buf_view(bytes)) != KC_OK ||
	    kc_entry_decode(e, leaf->note, x->why) != KC_OK)
		return KC_ECORRUPT;
	return KC_OK;
}

void
kc_vx_signers(struct kc_vx *x, const struct kc_entry *e)
{
	kc_json_key(&x->w, "by");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < e->nby; i++)
		kc_json_slice(&x->w, e->by[i]);
	kc_json_close(&x->w, ']');
}

bool
kc_vx_in_doubt(const struct kc_vx *x, const struct kc_entry *e, uint64_t seq)
{
	for (unsigned i = 0; x->st->doubts > 0 && i < e->nby; i++) {
		uint32_t who = kc_find(x->st, KC_NS_ACTOR, e->by[i]);
		const struct kc_actor *a =
		    who == KC_NONE ? NULL : x->st->actors.v[who];

		for (uint32_t j = 0; a != NULL && j < a->keys.n; j++)
			if (seq >= a->keys.v[j].doubt_from &&
			    seq < a->keys.v[j].doubt_until)
				return true;
	}
	return false;
}

void
kc_vx_doubt(struct kc_vx *x, const struct kc_entry *e, uint64_t seq)
{
	if (kc_vx_in_doubt(x, e, seq))
		kc_vx_bool(x, "in_doubt", true);
}

bool
kc_vx_put_doubt(struct kc_vx *x, uint64_t seq, struct kc_buf *text)
{
	struct kc_entry *e;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err;
	bool is = false;

	/* Read from the log only where there is any doubt at all. */
	if (x->st->doubts == 0 || x->log == NULL || x->page.off)
		return false;
	e = kc_alloc(sizeof(*e));
	err = e != NULL ? kc_vx_load(x, seq, &bytes, &leaf, e) : KC_ENOMEM;
	if (err == KC_OK)
		is = kc_vx_in_doubt(x, e, seq);
	else if (x->w.out->err == KC_OK)
		x->w.out->err = err;
	if (is)
		kc_buf_str(text,
		    kc_vx_say(x, "【签署密钥存疑】", " [its key is disputed]"));
	kc_free(e);
	kc_buf_free(&bytes);
	return is;
}

/* An item as plain text: folds taken out. */
static void
put_item(struct kc_vx *x, const struct kc_field *f, const struct kc_value *item)
{
	struct kc_buf plain = {0};

	if (f->type != KC_T_TEXT) {
		kc_json_slice(&x->w, item->raw);
		return;
	}
	kc_buf_unfold(&plain, item->raw);
	if (plain.err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = plain.err;
	kc_json_slice(&x->w, kc_buf_view(&plain));
	kc_buf_free(&plain);
}

/* Texts and evidence by the names of their fields, lists as lists. */
static void
put_words(struct kc_vx *x, const struct kc_entry *e)
{
	for (unsigned f = 0; f < e->kind->nfields; f++) {
		const struct kc_field *field = &e->kind->fields[f];
		unsigned n = kc_entry_count(e, f);
		bool list =
		    field->presence == KC_MANY || field->presence == KC_SOME;

		if (n == 0 ||
		    (field->type != KC_T_TEXT && field->type != KC_T_EVIDENCE))
			continue;
		kc_json_key(&x->w, field->name);
		if (list)
			kc_json_open(&x->w, '[');
		for (unsigned i = 0; i < n; i++)
			put_item(x, field, kc_entry_item(e, f, i));
		if (list)
			kc_json_close(&x->w, ']');
	}
}

/* Adds the signers of an entry that are not in the list yet. */
static void
add_signers(struct kc_buf *list, const struct kc_entry *e)
{
	for (unsigned i = 0; i < e->nby; i++) {
		struct kc_slice rest = kc_buf_view(list), name;
		bool known = false;

		while (!known && kc_slice_line(&rest, &name))
			known = kc_slice_eq(name, e->by[i]);
		if (known)
			continue;
		kc_buf_slice(list, e->by[i]);
		kc_buf_char(list, '\n');
	}
}

void
kc_vx_signers_of(struct kc_vx *x, const uint32_t *seqs, unsigned n)
{
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_buf bytes = {0}, list = {0};
	struct kc_slice rest, name;
	struct kc_leaf leaf;
	enum kc_err err = e != NULL ? KC_OK : KC_ENOMEM;

	/* What is not on the page is not read for it. */
	n = x->page.off ? 0 : n;
	for (unsigned i = 0; err == KC_OK && i < n; i++) {
		err = x->log != NULL ? kc_vx_load(x, seqs[i], &bytes, &leaf, e)
				     : KC_ENOTFOUND;
		if (err == KC_OK)
			add_signers(&list, e);
	}
	if (err == KC_OK)
		err = kc_buf_err(&list);
	if (err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = err;
	kc_json_key(&x->w, "by");
	kc_json_open(&x->w, '[');
	for (rest = kc_buf_view(&list); kc_slice_line(&rest, &name);)
		kc_json_slice(&x->w, name);
	kc_json_close(&x->w, ']');
	kc_free(e);
	kc_buf_free(&bytes);
	kc_buf_free(&list);
}

void
kc_vx_said(struct kc_vx *x, const struct kc_event *ev, bool words)
{
	struct kc_entry *e = NULL;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = KC_OK;

	if (x->page.off)
		return; /* nor read for it */
	if (x->log != NULL)
		e = kc_alloc(sizeof(*e));
	if (x->log != NULL)
		err = e != NULL ? kc_vx_load(x, ev->seq, &bytes, &leaf, e)
				: KC_ENOMEM;
	if (e != NULL && err == KC_OK) {
		kc_vx_signers(x, e);
		kc_vx_doubt(x, e, ev->seq);
		if (words)
			put_words(x, e);
	} else if (x->w.out->err == KC_OK) {
		/* Half of those who signed is not who signed. */
		x->w.out->err = err != KC_OK ? err : KC_ENOTFOUND;
	}
	kc_free(e);
	kc_buf_free(&bytes);
}

void
kc_vx_begun(struct kc_vx *x, const struct kc_events *ev)
{
	if (ev->n == 0) {
		kc_vx_u64(x, "seq", 0);
		return;
	}
	kc_vx_u64(x, "seq", ev->v[0].seq);
	kc_vx_day(x, "date", kc_event_day(&ev->v[0]));
	kc_vx_said(x, &ev->v[0], false);
}
