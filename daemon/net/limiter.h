/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much one peer may ask: a token bucket each, and a penalty that doubles
 * with every failed signature. Pure; the caller brings the time.
 */
#ifndef KC_NET_LIMITER_H
#define KC_NET_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#define KC_LIMITER_ROWS 256
#define KC_LIMITER_PENALTY_MAX_MS 600000

struct kc_limiter {
	struct kc_limiter_row {
		uint64_t peer; /* 0: free */
		int64_t seen_ms, until_ms;
		int64_t tokens_e3; /* thousandths */
		unsigned failures;
	} rows[KC_LIMITER_ROWS];
};

/* May `peer` (not 0) ask now? per_s 0: as much as it likes. */
bool kc_limiter_ask(
    struct kc_limiter *l, uint64_t peer, unsigned per_s, int64_t now_ms);
/* A signature that did not verify: 1 s, 2 s, 4 s … 10 min. */
void kc_limiter_failed(struct kc_limiter *l, uint64_t peer, int64_t now_ms);
/* One that did: the next failure costs 1 s again. */
void kc_limiter_succeeded(struct kc_limiter *l, uint64_t peer);

#endif
