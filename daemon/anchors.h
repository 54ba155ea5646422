/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anchors at a start, and the mark DIR/restored of a ledger that was put
 * back on purpose, which stands until the ledger itself says so. `kaocheng
 * restore` leaves it, and `--restored`:
 *
 *   kaocheng/v1 restored LF kept <entries> LF [LF checkpoint]
 *
 * The checkpoint is the greatest one that is known to have been signed.
 */
#ifndef KC_ANCHORS_H
#define KC_ANCHORS_H

#include "start.h"

/* Reads the mark of the open store's directory, or makes one of what the
 * anchors know, if d->restored says so and there is none. Where a marked store
 * is older than an anchor, that is put aside as <anchor>.lost-<size>, or with
 * .1, .2 and so on behind it where there is one. Then
 * opens both anchors: the second one may fail, and a line says so. keys: of
 * the log, that are here. KC_ESYNTAX, KC_EFOREIGN, KC_EIO, KC_EBUSY with a
 * sentence in *detail. */
enum kc_err kc_anchors_open(
    struct kc_daemon *d, const struct kc_log_keys *keys, struct kc_buf *detail);
/* Reads the mark alone, or with d->restored thinks of the one that a start
 * would make: nothing is written. */
enum kc_err kc_anchors_mark(
    struct kc_daemon *d, const struct kc_log_keys *keys, struct kc_buf *detail);
/* By the mark that was read: will the anchor at path be made anew, for it knows
 * what is lost, or was put aside by a start that was broken off? */
bool kc_anchors_lost(const struct kc_daemon *d, const char *path,
    const struct kc_log_keys *keys);
/* The ledger has said that it was put back: the mark goes. */
void kc_anchors_said(void *daemon);

#endif
