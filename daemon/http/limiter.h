/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often one may ask: a token bucket a key, and a short penalty for a
 * signature that does not verify. Pure; the caller brings the time and says
 * what a key stands for: a source, or an author named by a source.
 */
#ifndef KC_HTTP_LIMITER_H
#define KC_HTTP_LIMITER_H

#include <kaocheng/bytes.h>

#define KC_LIMITER_ROWS 256
#define KC_PENALTY_FIRST_MS 1000
#define KC_PENALTY_MAX_MS 4000
#define KC_PENALTY_QUIET_MS 10000 /* without a failure: it begins anew */

struct kc_limiter {
	struct kc_limiter_row {
		uint64_t key; /* 0: free */
		int64_t seen_ms;
		int64_t tokens_e3; /* thousandths */
	} rows[KC_LIMITER_ROWS];
};

struct kc_penalties {
	struct kc_penalty {
		uint64_t key; /* 0: free */
		int64_t until_ms;
		unsigned failures;
	} rows[KC_LIMITER_ROWS];
};

/* A key of a name as a source gives it; never 0. */
uint64_t kc_limiter_key(uint64_t source, struct kc_slice name);
/* 0: `key` may ask now, and has. Else the milliseconds until it may. per_s 0:
 * as often as it likes. */
int64_t kc_limiter_ask(
    struct kc_limiter *l, uint64_t key, unsigned per_s, int64_t now_ms);

/* Milliseconds of its penalty that are left. */
int64_t
kc_penalty_left(const struct kc_penalties *p, uint64_t key, int64_t now_ms);
/* A signature did not verify: 1 s, then 2 s, then 4 s. One that was sent
 * before a penalty began does not make it longer. */
void kc_penalty_failed(struct kc_penalties *p, uint64_t key, int64_t now_ms);

#endif
