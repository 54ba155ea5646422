/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two clocks: the system's, and one that stands still until it is moved,
 * for a daemon that was started for a test or a demonstration.
 */
#ifndef KC_SYS_CLOCK_H
#define KC_SYS_CLOCK_H

#include <stdatomic.h>

#include <kaocheng/err.h>

#include <stdbool.h>
#include <stdint.h>

struct kc_manual_clock {
	_Atomic int64_t now_ms; /* UTC, milliseconds since 1970 */
};

/* For struct kc_clock; ctx of the second is the struct kc_manual_clock. */
int64_t kc_clock_system_ms(void *ctx);
int64_t kc_clock_manual_ms(void *ctx);
/* Moves it; backwards only if `back`, else KC_EINVAL. */
enum kc_err kc_clock_move(struct kc_manual_clock *c, int64_t now_ms, bool back);
/* Milliseconds that only ever grow, from any start; cheap. */
int64_t kc_clock_monotonic_ms(void);

#endif
