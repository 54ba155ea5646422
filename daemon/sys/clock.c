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

static int64_t
boot_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Again, if we were stopped between the readings. */
void
kc_clock_system_both(void *ctx, int64_t *now_ms, int64_t *passed_ms)
{
	do {
		*passed_ms = boot_ms();
		*now_ms = kc_clock_system_ms(ctx);
	} while (boot_ms() - *passed_ms > 100);
}

void
kc_clock_manual_both(void *ctx, int64_t *now_ms, int64_t *passed_ms)
{
	struct kc_manual_clock *c = ctx;
	int64_t set_ms = atomic_load(&c->set_ms);

	*now_ms = atomic_load(&c->now_ms);
	*passed_ms = *now_ms - set_ms;
}

enum kc_err
kc_clock_move(struct kc_manual_clock *c, int64_t now_ms)
{
	int64_t was = atomic_load(&c->now_ms);

	do {
		if (now_ms < was)
			return KC_EINVAL;
	} while (!atomic_compare_exchange_weak(&c->now_ms, &was, now_ms));
	return KC_OK;
}

/* One request moves it at a time. Who reads between the two sees a time that
 * has not come, and looks again. */
void
kc_clock_set(struct kc_manual_clock *c, int64_t now_ms)
{
	int64_t was = atomic_load(&c->now_ms);

	atomic_fetch_add(&c->set_ms, now_ms - was);
	atomic_store(&c->now_ms, now_ms);
}

int64_t
kc_clock_monotonic_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
