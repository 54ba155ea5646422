/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the checkpoint that an author names as seen is a beginning of this
 * very log (docs/FORMAT.md "Seen"). The rules that need no tree (how far it
 * may lag, that it never goes back) are kc_state_apply's.
 */
#ifndef KAOCHENG_SEEN_H
#define KAOCHENG_SEEN_H

#include <kaocheng/entry.h>

/* Roots of the beginnings of a log. */
struct kc_history {
	/* The root of the first `size` (1 or more) leaves: KC_OK, or the
	 * storage's error. */
	enum kc_err (*root)(void *ctx, uint64_t size, struct kc_hash *out);
	void *ctx;
	uint64_t size; /* of the log: the longest beginning */
};

/* KC_OK; KC_EREFUSED with KC_R_SEEN (it is no beginning of this log) or
 * KC_R_SEEN_AHEAD (the log is shorter); or the history's error. */
enum kc_err kc_seen_check(const struct kc_entry *e, const struct kc_history *h,
    struct kc_refusal *why);

#endif
