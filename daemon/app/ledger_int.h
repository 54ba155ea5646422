/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the ledger. A note travels as an item of a job:
 *   submit -> in -> pool (pool.c, admit.c) -> ready -> writer (batch.c,
 *   writer.c) -> done
 * Locks, in the order in which they may be taken together: that of the live
 * state, then that of the head; lock stands alone. The store is read with
 * none of them.
 */
#ifndef KC_APP_LEDGER_INT_H
#define KC_APP_LEDGER_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/env.h"
#include "app/head.h"
#include "app/intake.h"
#include "app/live.h"
#include "app/rebuild.h"
#include "app/startup.h"

#define KC_CLOCK_BACK_MS 2000 /* the clock may be behind the last entry */
#define KC_KEY_SLOTS 1024     /* of the key cache; a power of two */

struct kc_key_slot {
	uint8_t keyid[KC_KEYID_SIZE];
	uint8_t n; /* bytes of name; 0: empty */
	char name[KC_CODE_MAX];
	uint8_t pub[KC_PUBKEY_SIZE];
};

#define KC_ID_SLOTS 1024

/* What the writer is putting together. */
struct kc_batch {
	uint64_t size; /* of the log before it */
	int64_t received_ms;
	size_t n;
	struct kc_row rows[KC_BATCH_MAX];
	size_t end[KC_BATCH_MAX]; /* of each leaf in leaves */
	struct kc_buf leaves;
	struct kc_item *items[KC_BATCH_MAX]; /* NULL: the clerk's own */
	char handle[KC_BATCH_MAX][16];
	uint16_t slot[KC_ID_SLOTS]; /* row + 1 by id; 0: empty */
	struct kc_items settled;    /* not in it: refused, or standing */
	bool broken;                /* the state must be made anew */
};

struct kc_ledger {
	struct kc_ledger_options o;
	pthread_t writer;
	bool has_writer;
	atomic_bool no_replays;

	struct kc_intake intake;
	struct kc_live live;
	struct kc_head head;

	pthread_mutex_t key_lock;
	struct kc_key_slot keys[KC_KEY_SLOTS];

	/* The writer's own. */
	struct kc_edge *edge; /* of the committed tree */
	struct kc_batch batch;
	struct kc_entry clerk_entry;
	struct kc_buf clerk_text, clerk_note, note_buf;
	struct kc_readback readback;
	bool due_stuck;
};

/* admit.c: true if the note goes on to the writer; else its result is set. */
bool kc_admit(void *ledger, struct kc_item *it);
/* Verifies all signatures under the keys in force; the state is held. */
enum kc_err kc_admit_signatures(
    struct kc_ledger *l, struct kc_item *it, struct kc_refusal *why);
/* Sets the result of a note whose id stands at seq already. */
void kc_admit_old(struct kc_ledger *l, struct kc_item *it, uint64_t seq);

/* batch.c */
void
kc_batch_begin(struct kc_ledger *l, struct kc_batch *b, int64_t received_ms);
/* Adds a note, or settles it: then its result is set, to be answered once
 * the state is released. False if the batch is full. */
bool kc_batch_add(struct kc_ledger *l, struct kc_batch *b, struct kc_item *it);
/* Adds a row for an entry that was applied, whose leaf was written. */
void kc_batch_row(struct kc_ledger *l, struct kc_batch *b,
    const struct kc_entry *e, struct kc_item *it);
/* Writes the leaf that the note would make. KC_ETOOBIG, KC_ENOMEM. */
enum kc_err kc_batch_leaf(struct kc_ledger *l, struct kc_batch *b,
    const struct kc_entry *e, struct kc_slice note);

/* duty.c: adds overdue clerk entries; *more if the batch filled up. */
enum kc_err kc_duty_add(struct kc_ledger *l, struct kc_batch *b, bool *more);

/* writer.c */
void *kc_writer_main(void *ledger);
/* One round: overdue entries, then the notes, all answered on return. */
void kc_writer_round(
    struct kc_ledger *l, struct kc_items *notes, struct kc_items *dry);

/* commit.c: what follows when a batch is full or nothing else is there. */
void kc_commit(struct kc_ledger *l, struct kc_batch *b);

/* query.c */
enum kc_err
kc_query_old_receipt(struct kc_ledger *l, uint64_t seq, struct kc_buf *out);

#endif
