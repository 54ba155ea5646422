/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of pools: a row for each peer that holds something. */
#include "http/shares.h"

#include <assert.h>
#include <string.h>

/* The row of a peer, or one more; NULL if there is no place. */
static struct kc_share *
row_of(struct kc_shares *s, uint64_t peer)
{
	for (size_t i = 0; i < s->nrows; i++) {
		if (s->rows[i].peer == peer)
			return &s->rows[i];
	}
	if (s->nrows == KC_SHARES_PEERS)
		return NULL;
	s->rows[s->nrows] = (struct kc_share){.peer = peer};
	return &s->rows[s->nrows++];
}

static void
drop_if_empty(struct kc_shares *s, struct kc_share *row)
{
	static const struct kc_share nothing;

	if (memcmp(row->used, nothing.used, sizeof(row->used)) == 0)
		*row = s->rows[--s->nrows];
}

/* A part of a pool; of a small one at least one. */
static size_t
part(size_t max, size_t quarters)
{
	return max < 4 ? max > 0 : max / 4 * quarters;
}

size_t
kc_share_max(
    const struct kc_shares *s, enum kc_standing standing, enum kc_pool pool)
{
	return standing == KC_STANDING_OWN ? s->max[pool]
					   : part(s->max[pool], 1);
}

size_t
kc_share_used(const struct kc_shares *s, enum kc_pool pool)
{
	size_t sum = 0;

	for (size_t i = 0; i < KC_STANDING_COUNT; i++)
		sum += s->used[pool][i];
	return sum;
}

static bool
fits(size_t used, size_t n, size_t max)
{
	return used <= max && n <= max - used;
}

bool
kc_share_take(struct kc_shares *s, uint64_t peer, enum kc_standing standing,
    enum kc_pool pool, size_t n)
{
	size_t max = s->max[pool];
	const size_t *used = s->used[pool];
	struct kc_share *row;
	bool ok = fits(kc_share_used(s, pool), n, max);

	if (standing != KC_STANDING_OWN)
		ok = ok &&
		    fits(used[KC_STANDING_STRANGER] + used[KC_STANDING_READER],
			n, part(max, 3));
	if (standing == KC_STANDING_STRANGER)
		ok = ok && fits(used[KC_STANDING_STRANGER], n, part(max, 2));
	if (!ok || n == 0)
		return ok;
	row = row_of(s, peer);
	if (row == NULL)
		return false;
	ok = fits(row->used[pool], n, kc_share_max(s, standing, pool));
	if (ok) {
		row->used[pool] += n;
		s->used[pool][standing] += n;
	}
	drop_if_empty(s, row);
	return ok;
}

void
kc_share_give(struct kc_shares *s, uint64_t peer, enum kc_standing standing,
    enum kc_pool pool, size_t n)
{
	struct kc_share *row;

	if (n == 0)
		return;
	row = row_of(s, peer);
	assert(row != NULL && row->used[pool] >= n &&
	    s->used[pool][standing] >= n);
	row->used[pool] -= n;
	s->used[pool][standing] -= n;
	drop_if_empty(s, row);
}
