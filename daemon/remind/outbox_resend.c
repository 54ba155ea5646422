/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that the log asks to be sent again (remind.resend): made anew from
 * the entry that told of their first outcome. */
#include "remind/outbox_int.h"

#include <string.h>

#include <kaocheng/entry.h>
#include <kaocheng/leaf.h>
#include <kaocheng/store.h>

#define F(f) KC_F_reminder_sent_##f /* of both outcomes */

struct asked {
	struct kc_buf bytes;
	struct kc_leaf leaf;
	struct kc_entry e;
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	unsigned n;
};

static enum kc_err
read_outcome(struct kc_outbox *b, uint64_t seq, struct asked *a)
{
	struct kc_refusal why = {0};
	enum kc_err err = kc_store_leaf(b->o.store, seq, &a->bytes);

	if (err == KC_OK)
		err = kc_leaf_parse(&a->leaf, kc_buf_view(&a->bytes));
	if (err == KC_OK)
		err = kc_entry_decode(&a->e, a->leaf.note, &why);
	if (err != KC_OK)
		return err;
	a->n = kc_entry_count(&a->e, F(notice));
	for (unsigned i = 0; i < a->n; i++)
		a->keys[i] = kc_entry_item(&a->e, F(notice), i)->raw;
	return KC_OK;
}

static enum kc_err
fill(struct kc_outbox *b, const struct asked *a, unsigned copy,
    struct kc_out_row *row)
{
	struct kc_slice channel = kc_entry_str(&a->e, F(channel));
	struct kc_slice to = kc_entry_str(&a->e, F(to));
	enum kc_err err;

	row->copy = copy;
	row->day = (kc_day)kc_entry_num(&a->e, F(day), 0);
	row->channel = (unsigned)kc_word_find(KC_SET_CHANNEL, channel);
	row->made_ms = row->next_ms = b->now_ms;
	(void)kc_slice_copy(row->to, sizeof(row->to), to);
	err = kc_message_id(
	    row->id, b->o.origin, to, channel, row->day, copy, a->keys, a->n);
	return err == KC_OK ? kc_out_row_keys(row, a->keys, a->n) : err;
}

static bool
is_here(const struct kc_outbox *b, const uint8_t id[KC_MESSAGE_ID_SIZE])
{
	for (size_t i = 0; i < b->n; i++)
		if (memcmp(b->v[i]->row.id, id, KC_MESSAGE_ID_SIZE) == 0)
			return true;
	return false;
}

static enum kc_err
again(struct kc_outbox *b, const struct kc_resend *r)
{
	struct asked *a = kc_alloc(sizeof(*a));
	struct kc_out *o = kc_alloc(sizeof(*o));
	enum kc_err err = a == NULL || o == NULL ? KC_ENOMEM : KC_OK;

	if (err == KC_OK)
		err = read_outcome(b, r->outcome, a);
	if (err == KC_OK)
		err = fill(b, a, r->copy, &o->row);
	if (err == KC_OK && !is_here(b, o->row.id)) {
		o->fresh = true;
		err = kc_outbox_add(b, o);
		o = NULL;
	}
	kc_out_free(o);
	if (a != NULL)
		kc_buf_free(&a->bytes);
	kc_free(a);
	return err;
}

void
kc_outbox_resend(struct kc_outbox *b, const struct kc_state *st)
{
	struct kc_resend r;

	for (; kc_state_resend(st, b->resends, &r); b->resends++)
		/* An outcome of this very batch is read in the next round. */
		if (r.open && again(b, &r) != KC_OK) {
			if (b->plan_ms > b->now_ms + KC_OUT_AGAIN_MS)
				b->plan_ms = b->now_ms + KC_OUT_AGAIN_MS;
			return;
		}
}
