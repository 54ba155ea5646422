/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and rows of what is kept beside the log. */
#include "app/writer.h"

bool
kc_beside_entries(struct kc_writer *w)
{
	const struct kc_beside *s = w->o->beside;
	struct kc_batch *b = &w->batch;

	while (s != NULL && !b->broken && !b->fell) {
		struct kc_refusal why = {0};
		struct kc_hash root = kc_batch_root(w);
		enum kc_err err;

		if (b->n == b->room)
			return true;
		kc_buf_reset(&w->clerk_text);
		if (!s->entry(s->ctx, w->live->state, b->received_ms, &root,
			&w->clerk_text))
			break;
		err = kc_duty_write(w, &why);
		b->broken = b->broken || err == KC_ENOMEM;
		s->entered(s->ctx, err, &why);
	}
	return false;
}

void
kc_beside_rows(struct kc_writer *w)
{
	const struct kc_beside *s = w->o->beside;
	struct kc_batch *b = &w->batch;

	b->puts = NULL;
	b->nputs = 0;
	if (s != NULL && !b->broken && !b->fell)
		b->nputs = s->rows(s->ctx, w->live->state, w->now_ms, &b->puts);
}

void
kc_beside_settled(struct kc_writer *w, bool stand)
{
	if (w->o->beside != NULL)
		w->o->beside->settled(w->o->beside->ctx, stand);
}

void
kc_beside_set_due(struct kc_writer *w)
{
	int64_t due_ms = kc_live_due_ms(w->live), next_ms = INT64_MAX;

	if (w->o->beside != NULL)
		next_ms = w->o->beside->next_ms(w->o->beside->ctx);
	kc_head_set_due(w->head, next_ms < due_ms ? next_ms : due_ms);
}
