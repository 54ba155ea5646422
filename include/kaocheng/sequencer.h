/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam of design "beyond one machine": the writer asks a sequencer to
 * append a batch at (size, root) and lives with its outcome. The driver is
 * local: the store itself; tests have one that injects every outcome.
 */
#ifndef KAOCHENG_SEQUENCER_H
#define KAOCHENG_SEQUENCER_H

#include <kaocheng/store.h>

enum kc_outcome {
	KC_COMMITTED,   /* durable at (size, root) as asked */
	KC_CONFLICT,    /* nothing written; the head is elsewhere: rebuild */
	KC_FENCED,      /* nothing written; another writer took over: stop */
	KC_UNKNOWN,     /* may be written: stop, answer unknown, exit 74 */
	KC_FULL,        /* nothing written; read-only until there is room */
	KC_UNAVAILABLE, /* nothing written; try again later */
	KC_BROKEN /* nothing written, nor ever will be: the store contradicts
		     itself or the batch; stop, exit 74 */
};

struct kc_sequencer {
	enum kc_outcome (*append)(void *ctx, const struct kc_append *batch,
	    struct kc_hash root_before);
	void (*close)(void *ctx);
	void *ctx;
};

struct kc_sequencer kc_sequencer_local(struct kc_store *s); /* borrows s */

#endif
