/* SPDX-License-Identifier: Apache-2.0 */
/* Token buckets and penalties in small tables. */
#include "http/limiter.h"

#include <kaocheng/hash.h>

uint64_t
kc_limiter_key(uint64_t source, struct kc_slice name)
{
	uint8_t text[8 + 256];
	struct kc_hash h;

	kc_put_be64(text, source);
	if (name.n > sizeof(text) - 8)
		name.n = sizeof(text) - 8;
	for (size_t i = 0; i < name.n; i++)
		text[8 + i] = (uint8_t)name.p[i];
	h = kc_sha256(text, 8 + name.n);
	return kc_be64(h.b) | 1;
}

/* The row of a key, or the one that was not seen for longest. */
static struct kc_limiter_row *
row_of(struct kc_limiter *l, uint64_t key, int64_t now_ms)
{
	struct kc_limiter_row *row = &l->rows[0];

	for (size_t i = 0; i < KC_LIMITER_ROWS; i++) {
		if (l->rows[i].key == key)
			return &l->rows[i];
		if (row->key != 0 &&
		    (l->rows[i].key == 0 || l->rows[i].seen_ms < row->seen_ms))
			row = &l->rows[i];
	}
	*row = (struct kc_limiter_row){
	    .key = key, .seen_ms = now_ms, .tokens_e3 = INT64_MAX};
	return row;
}

int64_t
kc_limiter_ask(
    struct kc_limiter *l, uint64_t key, unsigned per_s, int64_t now_ms)
{
	struct kc_limiter_row *row;
	int64_t passed, full = (int64_t)per_s * 1000;

	if (per_s == 0)
		return 0;
	row = row_of(l, key, now_ms);
	passed = now_ms - row->seen_ms;
	row->seen_ms = now_ms;
	/* Thousandths a millisecond, and never more than one second's worth. */
	if (passed >= 1000 || row->tokens_e3 > full)
		row->tokens_e3 = full;
	else
		row->tokens_e3 += passed * (int64_t)per_s;
	if (row->tokens_e3 > full)
		row->tokens_e3 = full;
	if (row->tokens_e3 < 1000)
		return (1000 - row->tokens_e3 + per_s - 1) / (int64_t)per_s;
	row->tokens_e3 -= 1000;
	return 0;
}

int64_t
kc_penalty_left(const struct kc_penalties *p, uint64_t key, int64_t now_ms)
{
	for (size_t i = 0; i < KC_LIMITER_ROWS; i++) {
		const struct kc_penalty *row = &p->rows[i];

		if (row->key == key && row->until_ms > now_ms)
			return row->until_ms - now_ms;
	}
	return 0;
}

void
kc_penalty_failed(struct kc_penalties *p, uint64_t key, int64_t now_ms)
{
	struct kc_penalty *row = &p->rows[0];
	int64_t wait_ms;

	for (size_t i = 0; i < KC_LIMITER_ROWS && row->key != key; i++) {
		if (p->rows[i].key == key ||
		    p->rows[i].until_ms < row->until_ms)
			row = &p->rows[i];
	}
	if (row->key == key && row->until_ms > now_ms)
		return; /* for what was under way already */
	if (row->key != key || now_ms - row->until_ms > KC_PENALTY_QUIET_MS)
		*row = (struct kc_penalty){.key = key};
	wait_ms = (int64_t)KC_PENALTY_FIRST_MS << row->failures;
	if (wait_ms >= KC_PENALTY_MAX_MS)
		wait_ms = KC_PENALTY_MAX_MS;
	else
		row->failures++;
	row->until_ms = now_ms + wait_ms;
}
