/* SPDX-License-Identifier: Apache-2.0 */
/* A log as its readers see it, wherever the leaves are kept. */
#ifndef KAOCHENG_LOG_H
#define KAOCHENG_LOG_H

#include <kaocheng/bytes.h>

/* Reads stored leaves; `size` of them. */
struct kc_log {
	uint64_t size;
	/* Appends leaf seq to out. KC_OK, KC_ENOTFOUND or storage's error. */
	enum kc_err (*leaf)(void *ctx, uint64_t seq, struct kc_buf *out);
	void *ctx;
};

#endif
