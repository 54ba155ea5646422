/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer: one thread that puts batches together, has them appended,
 * reads them back, has their head signed, and answers. Locks: the live state
 * first, then that of the head; the intake's stands alone.
 */
#ifndef KC_APP_WRITER_H
#define KC_APP_WRITER_H

#include "app/admit.h"
#include "app/readback.h"
#include "app/timekeep.h"

#include <kaocheng/proof.h>

#define KC_ID_SLOTS (2 * KC_BATCH_MAX)
#define KC_TELL_MS 1000 /* between two words of a commit, if that is all */
#define KC_LONE_MAX 4   /* entries of a batch that the store may have later */

/* What the writer is putting together. */
struct kc_batch {
	uint64_t size; /* of the log before it */
	int64_t received_ms;
	size_t n, room; /* entries; how many may be */
	struct kc_row rows[KC_BATCH_MAX];
	size_t end[KC_BATCH_MAX]; /* of each leaf in leaves */
	struct kc_buf leaves;
	struct kc_item *items[KC_BATCH_MAX]; /* NULL: the clerk's own */
	char handle[KC_BATCH_MAX][16];
	uint16_t slot[KC_ID_SLOTS]; /* row + 1 by id; 0: empty */
	struct kc_items settled;    /* not in it: refused, or standing */
	struct kc_frontier tree; /* of the log and the rows, once asked for */
	size_t in_tree;          /* rows in it; SIZE_MAX: not asked for */
	bool broken;             /* the state must be made anew */
	bool fell; /* the same: those that stand or fall together fell */
	const struct kc_put *puts; /* of what is beside the log */
	size_t nputs;
};

struct kc_writer {
	const struct kc_ledger_options *o; /* borrowed, as the next four */
	struct kc_live *live;
	struct kc_head *head;
	struct kc_intake *intake;
	struct kc_admission *admission;
	pthread_t thread;
	bool running;
	/* The thread's own from here on. */
	struct kc_readback readback;
	struct kc_edge *edge; /* of the committed tree; taken from the start */
	struct kc_batch batch;
	struct kc_entry clerk_entry;
	struct kc_buf clerk_text, clerk_note;
	struct kc_buf note;          /* the last head that it signed */
	struct kc_receipts receipts; /* of a batch, while it is answered */
	struct kc_buf witnessed;     /* what is to be kept with this batch */
	struct kc_buf held;          /* the batch as its anchor holds it */
	struct kc_buf list;  /* with those that the store is behind by */
	struct kc_hash root; /* that it leads to */
	bool lone, waits;    /* the last batch: the store may have it later */
	bool begun, ended;   /* its head is being signed; and is anchored */
	enum kc_err end_err; /* or why it is not */
	struct kc_buf why;   /* the same in words */
	bool owes;           /* the store does not stand without it yet */
	bool let_go;         /* the anchor's newest head has no batch */
	bool listed;         /* or has a list: see kc_commit_last */
	struct kc_timekeeper keeper;
	struct kc_time_look time; /* the last look at the clock */
	int64_t now_ms;           /* of the last look */
	bool due_stuck;
	bool said_restored; /* as o->restored asks */
	int64_t told_ms;    /* the instant of the last batch that was told of */
};

/* writer.c */
enum kc_err kc_writer_start(struct kc_writer *w); /* KC_ENOMEM */
void kc_writer_join(struct kc_writer *w);
void kc_writer_release(struct kc_writer *w);
/* One round: overdue entries, then the notes, all answered on return. */
void kc_writer_round(
    struct kc_writer *w, struct kc_items *notes, struct kc_items *dry);

/* batch.c */
void kc_batch_begin(struct kc_writer *w, int64_t received_ms);
/* Adds a note, or settles it: then its result is set, to be answered once
 * the state is released. False if the batch is full. */
bool kc_batch_add(struct kc_writer *w, struct kc_item *it);
/* Adds all notes of the first one's job to an empty batch, with what each of
 * them makes due. If one is refused, the batch has fallen, and all of them are
 * settled. */
void kc_batch_add_together(struct kc_writer *w, struct kc_items *notes);
/* Adds a row for an entry that was applied, whose leaf was written. */
void
kc_batch_row(struct kc_writer *w, const struct kc_entry *e, struct kc_item *it);
/* Root of the log with all rows of the batch. */
struct kc_hash kc_batch_root(struct kc_writer *w);
/* Writes the leaf that the note would make. KC_ETOOBIG, KC_ENOMEM. */
enum kc_err kc_batch_leaf(
    struct kc_writer *w, const struct kc_entry *e, struct kc_slice note);

/* duty.c: adds overdue clerk entries; *more if the batch filled up. */
enum kc_err kc_duty_add(struct kc_writer *w, bool *more);
/* Signs and applies clerk_text, and adds it to the batch. */
enum kc_err kc_duty_write(struct kc_writer *w, struct kc_refusal *why);
/* Adds the clerk's word that the clock shows so much more than is believed. */
enum kc_err kc_duty_step(struct kc_writer *w, int64_t ahead_ms);
/* Adds the clerk's word that the ledger was put back (o->restored). */
enum kc_err kc_duty_restored(struct kc_writer *w);

/* batch_beside.c: entries of what is kept beside the log, after all notes; true
 * if the batch filled up before all were in. */
bool kc_beside_entries(struct kc_writer *w);
/* Its rows into the batch; whether they stand; and the earlier of what is due
 * to the ledger and to it. */
void kc_beside_rows(struct kc_writer *w);
void kc_beside_settled(struct kc_writer *w, bool stand);
void kc_beside_set_due(struct kc_writer *w);

/* hold.c: has the anchor room for this batch, and for a head like the last one?
 * Then it gets it, before or while the store does; or the store is behind by
 * it: w->waits. */
void kc_hold(struct kc_writer *w, struct kc_append *a);

/* commit.c: what follows when a batch is full or nothing else is there;
 * releases the state. False: what was in the batch does not stand. */
bool kc_commit(struct kc_writer *w);
/* After the last: a store that was behind gets all, and the anchor lets go of
 * it, so that one that is put back later is noticed. */
void kc_commit_last(struct kc_writer *w);

#endif
