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
	/* By how much it was set: the rest of its moves is time that passed. */
	_Atomic int64_t set_ms;
};

/* For struct kc_clock; ctx of the second is the struct kc_manual_clock. */
int64_t kc_clock_system_ms(void *ctx);
int64_t kc_clock_manual_ms(void *ctx);
/* The same, and milliseconds that passed since any start, while the machine
 * slept too, however its clock was set: read together. */
void kc_clock_system_both(void *ctx, int64_t *now_ms, int64_t *passed_ms);
void kc_clock_manual_both(void *ctx, int64_t *now_ms, int64_t *passed_ms);
/* Time passes up to now_ms; KC_EINVAL if that is past. */
enum kc_err kc_clock_move(struct kc_manual_clock *c, int64_t now_ms);
/* Somebody sets the clock, forward or back: no time passes. */
void kc_clock_set(struct kc_manual_clock *c, int64_t now_ms);
/* Milliseconds that only ever grow, from any start; cheap. */
int64_t kc_clock_monotonic_ms(void);

#endif
