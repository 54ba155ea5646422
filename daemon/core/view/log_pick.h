/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of the log a view is asked for. */
#ifndef KC_LOG_PICK_H
#define KC_LOG_PICK_H

#include "view_int.h"

struct kc_log_pick {
	struct kc_vx *x;
	struct kc_slice kind; /* with a last '.': all kinds of a noun */
	const struct kc_events *events; /* of the matter; NULL: not known */
	uint64_t first, end;            /* of the numbers that can fit */
	bool backwards;                 /* the newest first */
	struct kc_buf plain;
};
/* By the arguments of the view. KC_EREFUSED (no such kind or matter),
 * KC_ECORRUPT or the log's error. Release it in every case. */
enum kc_err kc_log_pick_of(struct kc_vx *x, struct kc_log_pick *p);
/* Is this entry one of them, and for the reader's eyes? KC_OK, KC_ENOMEM. */
enum kc_err kc_log_fits(
    struct kc_log_pick *p, uint64_t seq, const struct kc_entry *e, bool *fits);
void kc_log_pick_free(struct kc_log_pick *p);

#endif
