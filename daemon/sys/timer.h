/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One timer for the head of the due queue. Absolute wall-clock time, at most
 * a minute ahead; a step of the clock cancels it. Every wake scans again, so
 * a wrong or late wake costs nothing but itself.
 */
#ifndef KC_SYS_TIMER_H
#define KC_SYS_TIMER_H

#include <kaocheng/err.h>

#include <stdint.h>

struct event_base;
struct kc_timer;

/* `wake` runs in the loop: at the due instant, after a clock step, and each
 * minute. KC_ENOMEM, KC_EIO. */
enum kc_err kc_timer_new(struct kc_timer **out, struct event_base *base,
    void (*wake)(void *ctx), void *ctx);
void kc_timer_free(struct kc_timer *t); /* accepts NULL */
/* For struct kc_clock; ctx is the struct kc_timer. Wakes at due_ms (UTC), if
 * that is to come, and once a minute. */
void kc_timer_arm(void *timer, int64_t due_ms);

#endif
