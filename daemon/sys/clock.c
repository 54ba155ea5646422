/* SPDX-License-Identifier: Apache-2.0 */
/* The system's clock and the one a test moves. */
#include "sys/clock.h"

#include <time.h>

int64_t
kc_clock_system_ms(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
kc_clock_manual_ms(void *ctx)
{
	struct kc_manual_clock *c = ctx;

	return atomic_load(&c->now_ms);
}

enum kc_err
kc_clock_move(struct kc_manual_clock *c, int64_t now_ms, bool back)
{
	int64_t was = atomic_load(&c->now_ms);

	do {
		if (now_ms < was && !back)
			return KC_EINVAL;
	} while (!atomic_compare_exchange_weak(&c->now_ms, &was, now_ms));
	return KC_OK;
}

int64_t
kc_clock_monotonic_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
