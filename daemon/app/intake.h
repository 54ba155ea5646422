/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where notes come in: jobs and their items, the pool that looks at them, and
 * the queue from which the writer takes them, in the order in which they
 * came. What "looking at" means is told at the start, so that this knows no
 * rules. A note travels as an item of a job:
 *   submit -> in -> pool -> ready -> writer -> done
 * One that comes alone is looked at by the writer, if it is between two rounds:
 * with nothing else to do, it would wait for the pool.
 */
#ifndef KC_APP_INTAKE_H
#define KC_APP_INTAKE_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/env.h"

#define KC_POOL_MAX 16
#define KC_TAKE_MAX 16            /* notes that a pool thread takes at once */
#define KC_QUEUE_DEFAULT 4096     /* notes */
#define KC_SPARE_NOTE 8192        /* bytes of a note that a spare item keeps */
#define KC_SPARE_BYTES (4u << 20) /* of all spare items: more than a batch */
#define KC_TRIM_BYTES (8u << 20)  /* that a burst leaves to give back */
#define KC_TRIM_WAIT_S 1          /* of quiet, before they are */

struct kc_job;

enum kc_how {
	KC_EACH,    /* each note stands or falls alone */
	KC_DRY,     /* would it be admitted? nothing is written */
	KC_TOGETHER /* all of them stand, in one commit, or none */
};

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
	bool dry;      /* would it be admitted? nothing is written */
	bool deferred; /* a key was not known: the writer verifies */
	uint8_t key[KC_ID_KEY_SIZE]; /* of author and id, in the index */
	bool stands; /* its id is in the store: answer from there */
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
void kc_items_push(struct kc_items *q, struct kc_item *it);
void kc_items_unshift(struct kc_items *q, struct kc_item *it);
struct kc_item *kc_items_pop(struct kc_items *q);

struct kc_result *kc_item_result(struct kc_item *it);
/* Its result is complete; may call done and take the job's items back. */
void kc_item_answer(struct kc_item *it);

/* Do these notes stand or fall together with the rest of their job? */
bool kc_item_together(const struct kc_item *it);
/* Of such a job: refuses, for the sake of the first that was refused, all that
 * have no result of their own. */
void kc_items_fall(struct kc_item *const *of, size_t n);

/* Work for a pool thread other than looking at notes. */
struct kc_task {
	struct kc_task *next;
	void (*run)(struct kc_task *t); /* frees t */
	bool slow; /* replays: one thread is always left for the rest */
};
struct kc_tasks {
	struct kc_task *head, *tail;
};

struct kc_intake {
	const struct kc_ledger_options *o; /* borrowed */
	/* True if the note goes on to the writer; else its result is set. */
	bool (*admit)(void *ctx, struct kc_item *it);
	/* Would all that were admitted stand, one after the other? If not,
	 * results are set. May replay. */
	bool (*together)(void *ctx, struct kc_item *const *of, size_t n);
	void *admit_ctx;
	pthread_t pool[KC_POOL_MAX];

	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t pool_cond, writer_cond, settle_cond;
	unsigned npool;
	struct kc_items in, ready, dry;
	struct kc_item *lone; /* for the writer to look at; NULL */
	/* Notes that are looked at, in the order in which they came: the
	 * threads may finish in any, the writer gets them in this one. */
	struct kc_item *flow_head, *flow_tail;
	struct kc_tasks tasks, slow_tasks;
	struct kc_item *spare;
	size_t spare_bytes;
	size_t under_way; /* items of all jobs not yet answered */
	size_t bytes;     /* that these hold */
	size_t passed;    /* that were held since the last trim */
	bool trim_waits;  /* a pool thread looks whether it stays quiet */
	size_t verifying; /* in the flow */
	unsigned idle, waking, slow_running;
	unsigned reading; /* threads that run a task */
	bool writer_free; /* between two rounds: not before the first */
	bool writer_waits, stopping, writer_stops;
	/* Who is to be woken once the lock is free: one that was woken before
	 * would run into it, and sleep again. */
	unsigned ring_pool;
	bool ring_writer;
	int64_t first_ready_us;
	uint64_t tick_want, tick_done, verify_us;
};

void kc_intake_init(struct kc_intake *in, const struct kc_ledger_options *o);
void kc_intake_release(struct kc_intake *in);
/* Starts the pool. KC_ENOMEM. */
enum kc_err kc_intake_start(struct kc_intake *in,
    bool (*admit)(void *ctx, struct kc_item *it),
    bool (*together)(void *ctx, struct kc_item *const *of, size_t n),
    void *admit_ctx);
/* No more notes and tasks; returns when the pool has seen to those it has.
 * Then the writer: it ends once nothing is left to take. */
void kc_intake_stop(struct kc_intake *in);
void kc_intake_stop_writer(struct kc_intake *in);

/* See kc_ledger_submit, kc_ledger_submit_together, kc_ledger_dry_run. */
enum kc_err kc_intake_submit(struct kc_intake *in, const struct kc_slice *notes,
    size_t n, enum kc_how how,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx);
/* Runs t->run on a pool thread. KC_EUNAVAILABLE: stopping. */
enum kc_err kc_intake_task(struct kc_intake *in, struct kc_task *t);

/* --- the writer's side --- */
/* Waits so long, or until there is something to do: false. */
bool kc_intake_quiet(struct kc_intake *in, unsigned ms);
/* Waits until a batch should begin: up to KC_BATCH_FILL notes, or more where
 * the last of them stand or fall together, and all dry runs. False once nothing
 * is left and the writer is to stop. *tick goes back to kc_intake_rounded when
 * all of them are answered. */
bool kc_intake_take(struct kc_intake *in, struct kc_items *notes,
    struct kc_items *dry, uint64_t *tick);
void kc_intake_rounded(struct kc_intake *in, uint64_t tick);
/* Wakes the writer even if there is no note. */
void kc_intake_tick(struct kc_intake *in);
/* The same, and waits until the round that it wakes has ended. */
void kc_intake_settle(struct kc_intake *in);

/* Fills queue and verify_us. */
void kc_intake_stats(struct kc_intake *in, struct kc_ledger_stats *out);

/* --- between intake.c and pool.c; under lock --- */
struct kc_job {
	struct kc_intake *in;
	atomic_size_t left; /* notes without a result */
	void (*done)(void *ctx, struct kc_result *results, size_t n);
	void *ctx;
	struct kc_item **of; /* item of each result, to take back */
	size_t n, bytes;
	bool together;
	size_t pending;       /* together: notes not yet looked at */
	struct kc_task trial; /* together: once none is */
	struct kc_result results[];
};
/* Frees the lock, and wakes whom something was found for meanwhile. */
void kc_intake_unlock(struct kc_intake *in);
/* A task, also while stopping. */
void kc_intake_push_task(struct kc_intake *in, struct kc_task *t);
/* The trial of a job whose notes have all been looked at; not under lock. */
void kc_intake_try(struct kc_task *t);
void *kc_intake_pool_main(void *intake);
/* It is to be looked at: it goes on when all before it have. */
void kc_intake_flow(struct kc_intake *in, struct kc_item *it);
void kc_intake_look_at_lone(struct kc_intake *in);
void kc_intake_wake_pool(struct kc_intake *in);
void kc_intake_wake_writer(struct kc_intake *in);
/* A burst has passed: a pool thread is to trim the heap once it is quiet. */
void kc_intake_want_trim(struct kc_intake *in);

#endif
