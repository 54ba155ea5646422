/* SPDX-License-Identifier: Apache-2.0 */
/* A few threads for what the event loop must not wait for. */
#ifndef KC_HTTP_WORK_H
#define KC_HTTP_WORK_H

#include <kaocheng/err.h>

struct kc_work;

enum kc_err kc_work_new(struct kc_work **out, unsigned threads);
/* Finishes what was submitted, joins; accepts NULL. */
void kc_work_free(struct kc_work *w);
/* Runs fn(ctx) on a thread, in order of submission. KC_ENOMEM. */
enum kc_err kc_work_submit(struct kc_work *w, void (*fn)(void *), void *ctx);

#endif
