/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox: messages from their planning to their outcome in the log. What
 * is due is planned from the state (notice.h); a row is written in the
 * transaction of its cause; jobs go to the sender once their rows stand; an
 * outcome becomes an entry of the clerk, and in the same transaction the row
 * goes. So after a kill at any instant each message is in the log or in the
 * outbox, or is planned again with the same id: at least once, never another.
 */
#ifndef KC_REMIND_OUTBOX_H
#define KC_REMIND_OUTBOX_H

#include <kaocheng/beside.h>
#include <kaocheng/outbox.h>

#include "remind/wire.h"

struct kc_outbox; /* opaque; thread-safe */

struct kc_outbox_options {
	struct kc_store *store; /* borrowed; rows are read when it is opened */
	struct kc_slice origin; /* borrowed */
	const char *people;     /* directory of persons; borrowed */
	const char *link;  /* where people find their cases, ""; borrowed */
	uint32_t channels; /* 1 << channel: configured */
	/* Gives a job's line to the sender; any thread. */
	void (*give)(void *ctx, struct kc_slice line);
	/* Something is to be written: the ledger's tick; any thread. */
	void (*wake)(void *ctx);
	void *ctx;
};

/* Reads what was on its way when the last one ended; a row that cannot be
 * read is counted and logged, and planned again. KC_ENOMEM, KC_EIO. */
enum kc_err
kc_outbox_open(struct kc_outbox **out, const struct kc_outbox_options *options);
void kc_outbox_close(struct kc_outbox *b); /* accepts NULL */
/* To be given to the ledger. Borrowed from b. */
const struct kc_beside *kc_outbox_beside(struct kc_outbox *b);

/* The sender is there: all that was given and not answered is given again. */
void kc_outbox_ready(struct kc_outbox *b);
/* From now on nothing is given any more; does not return while something is. */
void kc_outbox_unready(struct kc_outbox *b);
/* One try has ended. An answer to what was not asked is passed over. */
void kc_outbox_answered(struct kc_outbox *b, const struct kc_answer *a);

#endif
