/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that showed a time to come, and was put back. */
#include "remind/outbox_int.h"

/* Was it planned by a time that has not come? Nobody was told of it yet: it is
 * planned again when it is due. */
static bool
take_back(struct kc_out *o, int64_t now_ms)
{
	if (o->state != KC_OUT_WAITS || o->row.tries > 0 || o->fresh ||
	    o->row.made_ms <= now_ms + KC_OUT_BACK_MS)
		return false;
	o->entered = true; /* its row goes, and the log is told nothing */
	return true;
}

static void
wait_no_longer(struct kc_out *o, int64_t now_ms)
{
	if (o->row.made_ms > now_ms) {
		o->row.made_ms = now_ms;
		o->changed = true;
	}
	if (o->row.next_ms > now_ms) {
		o->row.next_ms = now_ms;
		o->changed = true;
	}
	if (o->ended_ms > now_ms)
		o->ended_ms = now_ms;
}

bool
kc_outbox_back(struct kc_outbox *b, int64_t now_ms)
{
	bool back = now_ms + KC_OUT_BACK_MS < b->latest_ms, gone = false;

	for (size_t i = 0; i < b->n; i++) {
		bool goes = take_back(b->v[i], now_ms);

		gone = gone || goes;
		if (back && !goes)
			wait_no_longer(b->v[i], now_ms);
	}
	b->latest_ms = now_ms;
	if (!back && !gone)
		return false;
	b->again_ms = 0;
	b->plan_ms = 0;
	b->resends = 0;
	b->mark = (struct kc_plan_mark){0};
	return gone;
}
