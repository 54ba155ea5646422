/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who holds how much of what there is a bounded amount of. One peer has at
 * most a quarter of a pool; strangers together at most half, strangers and
 * readers three quarters: the rest is kept for the daemon's own uid, which
 * may have all. Pure.
 */
#ifndef KC_HTTP_SHARES_H
#define KC_HTTP_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KC_SHARES_PEERS 1024 /* that hold something at the same time */

enum kc_pool {
	KC_POOL_CONNECTIONS,
	KC_POOL_BODIES,  /* bytes of requests over KC_CONN_KEEP */
	KC_POOL_REPLIES, /* bytes of replies over that, not yet taken */
	KC_POOL_NOTES,   /* with the ledger */
	KC_POOL_REPLAYS, /* asked for */
	KC_POOL_COUNT
};

enum kc_standing {
	KC_STANDING_STRANGER, /* all of TCP, and uids of no list */
	KC_STANDING_READER,   /* a uid of the list, or a session */
	KC_STANDING_OWN,      /* the daemon's own uid */
	KC_STANDING_COUNT
};

struct kc_shares {
	size_t max[KC_POOL_COUNT];
	size_t used[KC_POOL_COUNT][KC_STANDING_COUNT];
	struct kc_share {
		uint64_t peer;
		size_t used[KC_POOL_COUNT];
	} rows[KC_SHARES_PEERS]; /* of those that hold something */
	size_t nrows;
};

/* The most that a peer of this standing may ever hold. */
size_t kc_share_max(
    const struct kc_shares *s, enum kc_standing standing, enum kc_pool pool);
/* What all of them hold. */
size_t kc_share_used(const struct kc_shares *s, enum kc_pool pool);
/* Takes n of a pool for a peer; false, and nothing taken, if there is no room
 * for it. What was taken is given back with the same peer and standing. */
bool kc_share_take(struct kc_shares *s, uint64_t peer,
    enum kc_standing standing, enum kc_pool pool, size_t n);
void kc_share_give(struct kc_shares *s, uint64_t peer,
    enum kc_standing standing, enum kc_pool pool, size_t n);

#endif
