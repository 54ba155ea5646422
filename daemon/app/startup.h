/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold before anything is admitted: the store's head and the
 * anchor agree, or the store is ahead of it on the same tree; and the log
 * replays.
 */
#ifndef KC_APP_STARTUP_H
#define KC_APP_STARTUP_H

#include "app/head.h"
#include "app/live.h"
#include "app/past.h"
#include "app/readback.h"

/* What a start works on; all borrowed but the edge. */
struct kc_startup {
	const struct kc_ledger_options *o;
	struct kc_live *live;
	struct kc_head *head;
	struct kc_readback *readback;
	struct kc_edge *edge; /* made here, the writer's afterwards */
	struct kc_past *past; /* gets states that are passed; NULL */
};

/* All of it, at a start and where another's head stands. KC_EROLLBACK,
 * KC_EFORK, KC_EFOREIGN, KC_ECORRUPT with a sentence in *detail. */
enum kc_err kc_startup(struct kc_startup *s, struct kc_buf *detail);

#endif
