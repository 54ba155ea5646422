/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a log one after another, as a replay takes them. */
#ifndef KC_REPLAYER_H
#define KC_REPLAYER_H

#include <kaocheng/replay.h>

struct kc_replayer {
	const struct kc_log *log;
	struct kc_buf bytes;   /* the leaf at hand */
	struct kc_entry *e;    /* its entry, which borrows from bytes */
	struct kc_stamp stamp; /* where and when it stands */
};
/* KC_ENOMEM. Release it in every case. */
enum kc_err kc_replayer_init(struct kc_replayer *r, const struct kc_log *log);
void kc_replayer_release(struct kc_replayer *r);
/* Reads the entry that comes next in the state; nothing is applied. KC_OK,
 * KC_ECORRUPT, KC_EREFUSED (malformed) or the log's error. */
enum kc_err kc_replayer_read(
    struct kc_replayer *r, const struct kc_state *st, struct kc_refusal *why);

#endif
