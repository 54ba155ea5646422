/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ledger says of itself: the signed head, the mode and its reason,
 * the instant at which something is due next, and what is counted. Readers
 * on any thread; the head is written by the writer alone. Nobody waits here
 * for a commit.
 */
#ifndef KC_APP_HEAD_H
#define KC_APP_HEAD_H

#include <pthread.h>

#include <kaocheng/checkpoint.h>

#include "app/env.h"
#include "app/signer.h"

#define KC_HEADS_KEPT 512
#define KC_ROOTS_KEPT 512 /* of sizes that authors name, however old */
/* Between looks whether it works again: doubled from the first to the last. */
#define KC_RETRY_US 1000000
#define KC_RETRY_MAX_US (60 * KC_RETRY_US)
#define KC_RETRY_LOOK_US (4 * KC_RETRY_US) /* where looking costs nothing */
#define KC_LOOK_MS 1000 /* health asks the writer to look, no more often */

struct kc_head {
	const struct kc_ledger_options *o; /* borrowed */
	struct kc_signer signer;           /* the writer's */
	bool second_failed;                /* the writer's: of the anchors */
	struct kc_checkpoint begun;        /* the writer's */
	pthread_mutex_t lock;              /* of all that follows */
	struct kc_log_keys keys;           /* all that the log ever had */
	struct kc_buf chain;               /* and how each came after another */
	struct kc_checkpoint head;         /* size 0: none signed */
	struct kc_buf note;                /* its signed text */
	/* The newest that a quorum of witnesses signed; size 0: none. */
	struct {
		uint64_t size;
		struct kc_buf note;
		bool kept; /* in the store, as it is */
	} witnessed;
	/* Heads of late, by size. */
	struct {
		uint64_t size;
		struct kc_hash root;
	} late[KC_HEADS_KEPT], asked[KC_ROOTS_KEPT];
	enum kc_cause cause;
	int64_t since_ms; /* by the ledger's clock */
	struct kc_buf why;
	/* After a failure: not to be tried again before that. */
	int64_t retry_us, backoff_us;
	bool failed;
	int64_t looked_us;    /* the writer's last look */
	int64_t next_due_ms;  /* INT64_MAX: nothing */
	int64_t asked_due_ms; /* what it was when it was asked for last */
	struct kc_ledger_stats stats;
};

void kc_head_init(struct kc_head *h, const struct kc_ledger_options *o);
void kc_head_release(struct kc_head *h);

/* --- the signed head --- */
/* Entries that stand: those under a signed head. */
uint64_t kc_head_size(struct kc_head *h);
/* Root of the first `size` entries, if a head of late was signed for just so
 * many, which is what authors have mostly seen, or if it was kept: many sign
 * over the same head, some of them a day later. To make it anew costs as much
 * as two signatures. */
bool kc_head_root(struct kc_head *h, uint64_t size, struct kc_hash *out);
/* Keeps the root of `size` entries, no more than the signed head has: it is
 * that for ever. */
void
kc_head_keep_root(struct kc_head *h, uint64_t size, const struct kc_hash *root);
/* Copies its text; gives its size. */
uint64_t kc_head_copy(struct kc_head *h, struct kc_buf *note);
/* Witnesses have signed the head of this size: served with it, and kept if
 * they are a quorum and none is newer. */
void kc_head_witnessed(
    struct kc_head *h, uint64_t size, struct kc_slice note, bool quorum);
uint64_t kc_head_witnessed_size(struct kc_head *h);
/* Copies the newest that a quorum signed, if it is not (`unkept`: not yet in
 * the store); gives its size or 0. */
uint64_t
kc_head_witnessed_copy(struct kc_head *h, bool unkept, struct kc_buf *note);
/* It stands in the store. */
void kc_head_witnessed_kept(struct kc_head *h, uint64_t size, size_t n);
/* Has a quorum signed for entry seq, where nothing else is acknowledged? */
bool kc_head_acknowledges(struct kc_head *h, uint64_t seq);
/* And for all that stands under the signed head? */
bool kc_head_acknowledged(struct kc_head *h);
/* All entries: more than those if the anchor is missing. */
uint64_t kc_head_entries(struct kc_head *h);
void kc_head_set_entries(struct kc_head *h, uint64_t size, int64_t received_ms);
/* Makes a checkpoint that the anchor holds the head. KC_ENOMEM. */
enum kc_err kc_head_publish(
    struct kc_head *h, const struct kc_checkpoint *c, struct kc_slice note);
/* The writer's: has the head (size of st, root of the sealed edge) signed into
 * *note by the keys in force, and publishes it once it stands in the anchor.
 * Errors of signing.h, with a sentence in *detail or nothing. */
enum kc_err kc_head_sign(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, struct kc_buf *note, struct kc_buf *detail);
/* The same in steps, with the batch that leads from the first `from` entries to
 * a root: those of the head, or those that a list of batches extends. It is
 * signed and anchored after the second, and published by the third. The edge is
 * that of the head; the batch is borrowed until the second. */
enum kc_err kc_head_begin(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, const struct kc_hash *root, uint64_t from,
    struct kc_slice batch);
enum kc_err
kc_head_end(struct kc_head *h, struct kc_buf *note, struct kc_buf *detail);
enum kc_err kc_head_stands(struct kc_head *h, struct kc_slice note);
/* The anchor has the same head anew, and no batch with it: the store has all,
 * and is flushed. As kc_head_sign. */
enum kc_err kc_head_let_go(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, struct kc_buf *detail);
/* The writer's: is a key here that may sign a head whose last entry comes at
 * an instant? */
bool kc_head_may_sign(
    struct kc_head *h, const struct kc_state *st, int64_t received_ms);
/* Does one of the log's keys vouch for a note? As kc_checkpoint_parse. */
enum kc_err kc_head_verify(
    struct kc_head *h, struct kc_slice note, struct kc_checkpoint *out);
/* Copies their chain (kc_log_keys_follow). */
void kc_head_chain(struct kc_head *h, struct kc_buf *out);
/* Before a head is signed: those that the log has so far. */
void kc_head_know_keys(struct kc_head *h, const struct kc_state *st);

/* --- the mode and its cause --- */
enum kc_mode kc_head_mode(struct kc_head *h);
enum kc_cause kc_head_cause(struct kc_head *h);
/* Another cause: a log line on entering and on leaving. A cause of POISONED
 * is for ever. detail (may be NULL) says more than the cause does. */
void
kc_head_set_cause(struct kc_head *h, enum kc_cause cause, const char *detail);
void kc_head_why(struct kc_head *h, struct kc_buf *out);
/* May a note go on to the writer? */
bool kc_head_takes(struct kc_head *h);
/* The refusal that the cause makes of a note. */
enum kc_err kc_head_refuse_note(struct kc_head *h, struct kc_result *r);
/* What the clock alone makes of it: NONE, CLOCK_BEHIND, CLOCK_UNSET. */
enum kc_cause kc_head_clock(int64_t now_ms, int64_t last_ms);
void kc_head_health(struct kc_head *h, struct kc_health *out, bool *look);

/* --- when to try again --- */
/* Something failed, or is not there: the next try comes later each time, at
 * most max_us from now. */
void kc_head_back_off(struct kc_head *h, bool failed, int64_t max_us);
/* Has what failed last had its time? */
bool kc_head_may_try(struct kc_head *h);
/* Try at the next chance, however short ago the last was. */
void kc_head_retry_now(struct kc_head *h);
void kc_head_looked(struct kc_head *h);
void kc_head_next_wake(struct kc_head *h, struct kc_wake *out);
/* Is what is due next what it was when that was asked for? */
bool kc_head_due_stands(struct kc_head *h);

/* --- what is counted --- */
int64_t kc_head_due(struct kc_head *h);
void kc_head_set_due(struct kc_head *h, int64_t next_due_ms);
void kc_head_stats(struct kc_head *h, struct kc_ledger_stats *out);
void kc_head_count_refused(struct kc_head *h);
void kc_head_count_duplicate(struct kc_head *h);
/* A batch of n entries, `clerk` of them the clerk's, is signed. */
void kc_head_count_batch(struct kc_head *h, size_t n, size_t clerk,
    uint64_t commit_us, int64_t received_ms);

#endif
