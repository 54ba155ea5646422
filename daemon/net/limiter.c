/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets and penalties, a small table of peers. */
#include "net/limiter.h"

#include <stddef.h>

static struct kc_limiter_row *
find(struct kc_limiter *l, uint64_t peer)
{
	for (size_t i = 0; i < KC_LIMITER_ROWS; i++) {
		if (l->rows[i].peer == peer)
			return &l->rows[i];
	}
	return NULL;
}

/* The peer's row, or the one that was not seen for longest. */
static struct kc_limiter_row *
row_of(struct kc_limiter *l, uint64_t peer, int64_t now_ms)
{
	struct kc_limiter_row *row = find(l, peer);

	if (row != NULL)
		return row;
	row = &l->rows[0];
	for (size_t i = 1; i < KC_LIMITER_ROWS && row->peer != 0; i++) {
		if (l->rows[i].peer == 0 || l->rows[i].seen_ms < row->seen_ms)
			row = &l->rows[i];
	}
	*row = (struct kc_limiter_row){
	    .peer = peer, .seen_ms = now_ms, .tokens_e3 = INT64_MAX};
	return row;
}

bool
kc_limiter_ask(
    struct kc_limiter *l, uint64_t peer, unsigned per_s, int64_t now_ms)
{
	struct kc_limiter_row *row = row_of(l, peer, now_ms);
	int64_t passed = now_ms - row->seen_ms, full = (int64_t)per_s * 1000;

	row->seen_ms = now_ms;
	if (now_ms < row->until_ms)
		return false;
	if (per_s == 0)
		return true;
	/* Thousandths a millisecond, and never more than one second's worth. */
	if (passed >= 1000 || row->tokens_e3 > full)
		row->tokens_e3 = full;
	else
		row->tokens_e3 += passed * (int64_t)per_s;
	if (row->tokens_e3 > full)
		row->tokens_e3 = full;
	if (row->tokens_e3 < 1000)
		return false;
	row->tokens_e3 -= 1000;
	return true;
}

void
kc_limiter_failed(struct kc_limiter *l, uint64_t peer, int64_t now_ms)
{
	struct kc_limiter_row *row = row_of(l, peer, now_ms);
	int64_t wait_ms = INT64_C(1000) << row->failures;

	if (wait_ms > KC_LIMITER_PENALTY_MAX_MS)
		wait_ms = KC_LIMITER_PENALTY_MAX_MS;
	else
		row->failures++;
	row->until_ms = now_ms + wait_ms;
}

void
kc_limiter_succeeded(struct kc_limiter *l, uint64_t peer)
{
	struct kc_limiter_row *row = find(l, peer);

	if (row != NULL)
		row->failures = 0;
}
