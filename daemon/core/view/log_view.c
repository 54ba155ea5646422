/* SPDX-License-Identifier: Apache-2.0 */
/* The log itself: a page of entries, and one entry with its bytes. */
#include "log_pick.h"

#include <string.h>

#include <kaocheng/entry_json.h>
#include <kaocheng/leaf.h>

#include "engine/noun.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 1000
#define SCAN_MAX 20000 /* entries looked at for one page of a filter */

/* The first field that names a thing. */
static struct kc_slice
about(const struct kc_entry *e)
{
	for (unsigned f = 0; f < e->kind->nfields; f++) {
		enum kc_type t = e->kind->fields[f].type;

		if ((t == KC_T_CODE || t == KC_T_HANDLE || t == KC_T_ACTOR) &&
		    kc_entry_has(e, f))
			return kc_entry_str(e, f);
	}
	return (struct kc_slice){"", 0};
}

static bool
sees(struct kc_vx *x, const struct kc_entry *e)
{
	x->asked = kc_viewer_sees_entry(x->st, x->args->reader, e, x->now_ms);
	return x->asked;
}

void
kc_vx_log_row(
    struct kc_vx *x, const struct kc_leaf *leaf, const struct kc_entry *e)
{
	kc_vx_row(x);
	kc_vx_u64(x, "seq", leaf->seq);
	kc_vx_instant(x, "received", leaf->received_ms);
	kc_vx_str(x, "kind", e->kind->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, e->kind->zh, e->kind->en));
	kc_vx_signers(x, e);
	kc_vx_slice(x, "about", about(e));
	kc_vx_doubt(x, e, leaf->seq);
	kc_vx_end(x);
}

/* The rows, and in *done how many entries were looked at. */
static enum kc_err
page(struct kc_log_pick *p, struct kc_entry *e, uint64_t *done)
{
	struct kc_vx *x = p->x;
	uint64_t limit = x->args->limit != 0 ? x->args->limit : PAGE_DEFAULT;
	uint64_t rows = 0;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = KC_OK;
	bool fits;

	if (limit > PAGE_MAX)
		limit = PAGE_MAX;
	for (*done = 0;
	     *done < p->end - p->first && rows < limit && *done < SCAN_MAX;
	     ++*done) {
		uint64_t seq =
		    p->backwards ? p->end - 1 - *done : p->first + *done;

		err = kc_vx_load(x, seq, &bytes, &leaf, e);
		if (err == KC_OK)
			err = kc_log_fits(p, seq, e, &fits);
		if (err != KC_OK)
			break;
		if (fits) {
			kc_vx_log_row(x, &leaf, e);
			rows++;
		}
	}
	kc_buf_free(&bytes);
	return err;
}

enum kc_err
kc_render_log(struct kc_vx *x)
{
	struct kc_log_pick p = {0};
	struct kc_entry *e;
	uint64_t done = 0, next;
	enum kc_err err;

	if (x->log == NULL)
		return KC_ENOTFOUND;
	e = kc_alloc(sizeof(*e));
	if (e == NULL)
		return KC_ENOMEM;
	err = kc_log_pick_of(x, &p);
	if (err == KC_OK) {
		kc_vx_rows(x);
		err = page(&p, e, &done);
	}
	if (err == KC_OK) {
		kc_vx_rows_end(x);
		next = p.backwards ? p.end - done : p.first + done;
		if (done < p.end - p.first)
			kc_vx_u64(x, "next", next);
		else
			kc_vx_null(x, "next");
		kc_vx_goes_on(x, done < p.end - p.first, next);
	}
	kc_log_pick_free(&p);
	kc_free(e);
	return err;
}

/* --- one entry --- */
static void
field_row(struct kc_vx *x, const char *field, const char *label,
    struct kc_slice value, const char *text)
{
	kc_vx_row(x);
	kc_vx_str(x, "field", field);
	kc_vx_str(x, "label", label);
	kc_vx_slice(x, "value", value);
	if (text != NULL)
		kc_vx_str(x, "text", text);
	kc_vx_end(x);
}

static void
item_row(struct kc_vx *x, const struct kc_field *f, const struct kc_value *item)
{
	const char *label = kc_vx_say(x, f->zh, f->en);
	const char *text = NULL;
	struct kc_buf plain = {0};

	if (f->type == KC_T_WORD)
		text = kc_vx_label(x, (enum kc_set)f->arg, item->num);
	if (f->type == KC_T_TEXT) {
		kc_buf_unfold(&plain, item->raw);
		if (plain.err != KC_OK && x->w.out->err == KC_OK)
			x->w.out->err = plain.err;
		field_row(x, f->name, label, kc_buf_view(&plain), NULL);
	} else {
		field_row(x, f->name, label, item->raw, text);
	}
	kc_buf_free(&plain);
}

static void
entry_rows(struct kc_vx *x, const struct kc_entry *e)
{
	struct kc_buf text = {0};

	kc_vx_rows(x);
	field_row(x, "kind", kc_vx_say(x, "事项", "kind"),
	    kc_slice_str(e->kind->name),
	    kc_vx_say(x, e->kind->zh, e->kind->en));
	kc_buf_hex(&text, e->id, KC_ID_SIZE);
	field_row(
	    x, "id", kc_vx_say(x, "标识", "id"), kc_buf_view(&text), NULL);
	kc_buf_reset(&text);
	kc_buf_instant_s(&text, e->at_s);
	field_row(x, "at", kc_vx_say(x, "签署时间", "signed at"),
	    kc_buf_view(&text), NULL);
	for (unsigned i = 0; i < e->nby; i++)
		field_row(
		    x, "by", kc_vx_say(x, "签署", "signed by"), e->by[i], NULL);
	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++)
			item_row(
			    x, &e->kind->fields[f], kc_entry_item(e, f, i));
	kc_buf_free(&text);
}

static enum kc_err
render_entry(struct kc_vx *x, uint64_t seq, struct kc_entry *e)
{
	struct kc_buf bytes = {0}, hash = {0};
	struct kc_leaf leaf;
	struct kc_hash h;
	enum kc_err err = kc_vx_load(x, seq, &bytes, &leaf, e);

	if (err == KC_OK)
		err = kc_vx_want_seen(x, sees(x, e));
	if (err != KC_OK)
		goto out;
	h = kc_hash_leaf(bytes.p, bytes.n);
	kc_buf_hash(&hash, &h);
	kc_vx_u64(x, "seq", seq);
	kc_vx_instant(x, "received", leaf.received_ms);
	kc_vx_str(x, "kind", e->kind->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, e->kind->zh, e->kind->en));
	kc_vx_signers(x, e);
	kc_vx_doubt(x, e, seq);
	kc_vx_buf(x, "leaf_hash", &hash);
	kc_json_key(&x->w, "entry");
	kc_json_entry(&x->w, e);
	kc_vx_slice(x, "note", leaf.note);
	kc_vx_buf(x, "raw", &bytes);
	entry_rows(x, e);
out:
	kc_buf_free(&hash);
	kc_buf_free(&bytes);
	return err;
}

enum kc_err
kc_render_entry(struct kc_vx *x)
{
	struct kc_slice id = x->args->id;
	struct kc_entry *e;
	uint64_t seq;
	enum kc_err err;

	if (x->log == NULL)
		return KC_ENOTFOUND;
	if (id.n > 1 && id.p[0] == '#') {
		id.p++;
		id.n--;
	}
	if (!kc_read_u64(id, INT64_MAX, &seq))
		return kc_vx_bad_arg(x, "id");
	if (seq >= kc_state_size(x->st))
		return kc_vx_not_found(x, "条目", "entry", x->args->id);
	e = kc_alloc(sizeof(*e));
	if (e == NULL)
		return KC_ENOMEM;
	err = render_entry(x, seq, e);
	kc_free(e);
	return err;
}
