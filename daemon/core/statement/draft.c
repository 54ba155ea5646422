/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: values in any order of fields, made into the canonical text. */
#include <kaocheng/entry.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/base64.h>

#include "codec.h"

void
kc_draft_init(struct kc_draft *d, enum kc_kind_id kind, struct kc_slice ledger,
    const uint8_t id[KC_ID_SIZE], int64_t at_s)
{
	d->kind = kc_kind_get(kind);
	d->ledger = ledger;
	memcpy(d->id, id, KC_ID_SIZE);
	d->at_s = at_s;
	d->seen_size = 0;
	d->nby = 0;
	d->nitems = 0;
}

void
kc_draft_seen(struct kc_draft *d, uint64_t size, const struct kc_hash *root)
{
	d->seen_size = size;
	d->seen_root = *root;
}

void
kc_draft_by(struct kc_draft *d, struct kc_slice actor)
{
	if (d->nby < KC_SIGNERS_MAX)
		d->by[d->nby] = actor;
	if (d->nby <= KC_SIGNERS_MAX)
		d->nby++;
}

void
kc_draft_add(struct kc_draft *d, unsigned field, struct kc_slice value)
{
	assert(field < d->kind->nfields);
	if (d->nitems < KC_ITEMS_MAX) {
		d->items[d->nitems].field = field;
		d->items[d->nitems].value = value;
	}
	if (d->nitems <= KC_ITEMS_MAX)
		d->nitems++;
}

static bool
has_lf(struct kc_slice s)
{
	return s.n > 0 && memchr(s.p, '\n', s.n) != NULL;
}

/* What the text could not show: too many lines, and values that would make
 * lines of their own. */
static enum kc_err
check(const struct kc_draft *d, struct kc_refusal *why)
{
	if (d->nby > KC_SIGNERS_MAX || d->nitems > KC_ITEMS_MAX) {
		kc_refuse(why, KC_R_FIELD_COUNT,
		    d->nby > KC_SIGNERS_MAX ? "by" : d->kind->name, NULL, NULL,
		    NULL);
		kc_refusal_arg_u64(why, 1,
		    d->nby > KC_SIGNERS_MAX ? KC_SIGNERS_MAX : KC_ITEMS_MAX);
		return KC_EREFUSED;
	}
	if (has_lf(d->ledger))
		return kc_head_refuse("ledger", why);
	if (d->at_s < 0 || d->at_s >= KC_INSTANT_END_S)
		return kc_head_refuse("at", why);
	for (unsigned i = 0; i < d->nby; i++)
		if (has_lf(d->by[i]))
			return kc_head_refuse("by", why);
	for (unsigned i = 0; i < d->nitems; i++) {
		const struct kc_field *f = &d->kind->fields[d->items[i].field];

		if (f->type != KC_T_TEXT && has_lf(d->items[i].value))
			return kc_value_refuse(f, why);
	}
	return KC_OK;
}

static void
put_seen(const struct kc_draft *d, struct kc_buf *text)
{
	char root[KC_BASE64_SIZE(KC_HASH_SIZE)];

	kc_base64_encode(root, d->seen_root.b, KC_HASH_SIZE);
	kc_buf_seen(text, d->seen_size, (struct kc_slice){root, sizeof(root)});
}

static void
put_field(const struct kc_draft *d, unsigned field, struct kc_buf *text)
{
	const struct kc_field *f = &d->kind->fields[field];

	for (unsigned i = 0; i < d->nitems; i++) {
		if (d->items[i].field != field)
			continue;
		kc_buf_str(text, f->name);
		kc_buf_char(text, ' ');
		if (f->type == KC_T_TEXT)
			kc_buf_fold(text, d->items[i].value);
		else
			kc_buf_slice(text, d->items[i].value);
		kc_buf_char(text, '\n');
	}
}

enum kc_err
kc_draft_encode(
    const struct kc_draft *d, struct kc_buf *text, struct kc_refusal *why)
{
	size_t start = text->n;
	struct kc_entry e;
	enum kc_err err;

	why->line = 0;
	why->col = 0;
	err = check(d, why);
	if (err != KC_OK)
		return err;
	kc_buf_entry_head(text, d->kind, d->ledger, d->id, d->at_s);
	put_seen(d, text);
	for (unsigned i = 0; i < d->nby; i++)
		kc_buf_entry_line(text, "by", d->by[i]);
	for (unsigned f = 0; f < d->kind->nfields; f++)
		put_field(d, f, text);
	err = kc_buf_err(text);
	if (err != KC_OK)
		return err;
	err = kc_entry_decode_text(
	    &e, (struct kc_slice){text->p + start, text->n - start}, why);
	if (err != KC_OK)
		text->n = start;
	return err;
}
