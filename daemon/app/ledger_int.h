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
#include "app/live.h"
#include "app/rebuild.h"
#include "app/startup.h"

#define KC_POOL_MAX 16
#define KC_TAKE_MAX 16        /* notes that a pool thread takes at once */
#define KC_QUEUE_DEFAULT 4096 /* notes */
#define KC_CLOCK_BACK_MS 2000 /* the clock may be behind the last entry */
#define KC_SPARE_NOTE 8192    /* bytes of a note that a spare item keeps */
#define KC_KEY_SLOTS 1024     /* of the key cache; a power of two */

struct kc_job;

enum kc_verdict {
	KC_PENDING, /* not yet looked at by the pool */
	KC_GOOD,    /* goes on to the writer */
	KC_GONE     /* has its result */
};

/* A note under way. Recycled, so that its buffers are made once. */
struct kc_item {
	struct kc_item *next;
	struct kc_item *flow_next; /* in order of coming */
	enum kc_verdict verdict;
	struct kc_item *same; /* same bytes, later in the same batch */
	struct kc_job *job;
	size_t index;  /* of its result */
	bool deferred; /* a key was not known: the writer verifies */
	bool stands;   /* its id is in the store: answer from there */
	struct kc_buf note;
	struct kc_buf receipt; /* storage that the result borrows */
	/* Keys under which the signatures verified. */
	uint8_t pub[KC_SIGNERS_MAX][KC_PUBKEY_SIZE];
	struct kc_entry entry; /* borrows note */
};

struct kc_items {
	struct kc_item *head, *tail;
	size_t n;
};

struct kc_job {
	bool dry;
	atomic_size_t left; /* notes without a result */
	void (*done)(void *ctx, struct kc_result *results, size_t n);
	void *ctx;
	struct kc_items items; /* in order, while they are not queued */
	struct kc_item **of;   /* item of each result, to take back */
	size_t n;
	struct kc_result results[];
};

/* Work for a pool thread other than verifying. */
struct kc_task {
	struct kc_task *next;
	void (*run)(struct kc_ledger *l, struct kc_task *t); /* frees t */
	bool slow; /* replays: one thread is always left for the rest */
};
struct kc_tasks {
	struct kc_task *head, *tail;
};

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
	pthread_t pool[KC_POOL_MAX], writer;
	unsigned npool;
	bool has_writer;

	/* Queues. */
	pthread_mutex_t lock;
	pthread_cond_t pool_cond, writer_cond, settle_cond;
	struct kc_items in, ready, dry;
	/* Notes with the pool, in the order in which they came: the threads
	 * may finish in any, the writer gets them in this one. */
	struct kc_item *flow_head, *flow_tail;
	struct kc_tasks tasks, slow_tasks;
	struct kc_item *spare;
	size_t under_way; /* items of all jobs not yet answered */
	size_t verifying; /* in the flow */
	unsigned idle, waking, slow_running;
	unsigned reading; /* threads that run a task */
	atomic_bool no_replays;
	bool writer_waits, stopping, writer_stops;
	int64_t first_ready_us;
	uint64_t tick_want, tick_done, verify_us;

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

/* ledger.c */
struct kc_result *kc_item_result(struct kc_item *it);
/* Its result is complete; may call done and take the job's items back. */
void kc_item_answer(struct kc_ledger *l, struct kc_item *it);

/* pool.c */
void kc_items_push(struct kc_items *q, struct kc_item *it);
void kc_items_unshift(struct kc_items *q, struct kc_item *it);
struct kc_item *kc_items_pop(struct kc_items *q);
void *kc_pool_main(void *ledger);
enum kc_err kc_pool_task(struct kc_ledger *l, struct kc_task *t);
/* Under lock: should the writer begin a batch now? */
bool kc_writer_may_go(struct kc_ledger *l);

/* admit.c: true if the note goes on to the writer; else its result is set. */
bool kc_admit(struct kc_ledger *l, struct kc_item *it);
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
