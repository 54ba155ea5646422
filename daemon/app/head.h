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

#define KC_RETRY_US 1000000 /* between looks whether there is room again */

struct kc_head {
	const struct kc_ledger_options *o; /* borrowed */
	pthread_mutex_t lock;              /* of all that follows */
	struct kc_checkpoint head;         /* size 0: none signed */
	struct kc_buf note;                /* its signed text */
	enum kc_mode mode;
	bool retry; /* read-only for want of room: look again */
	int64_t retry_us;
	struct kc_buf why;
	int64_t next_due_ms; /* INT64_MAX: nothing */
	struct kc_ledger_stats stats;
};

void kc_head_init(struct kc_head *h, const struct kc_ledger_options *o);
void kc_head_release(struct kc_head *h);

/* --- the signed head --- */
/* Entries that stand: those under a signed head. */
uint64_t kc_head_size(struct kc_head *h);
/* Copies its text; gives its size. */
uint64_t kc_head_copy(struct kc_head *h, struct kc_buf *note);
/* All entries: more than those if the anchor is missing. */
uint64_t kc_head_entries(struct kc_head *h);
void kc_head_set_entries(struct kc_head *h, uint64_t size, int64_t received_ms);
/* Makes a checkpoint that the anchor holds the head. KC_ENOMEM. */
enum kc_err kc_head_publish(
    struct kc_head *h, const struct kc_checkpoint *c, struct kc_slice note);
/* The writer's: signs (size, root) into *note, anchors it, publishes it.
 * KC_EUNKNOWN: it does not extend the last one, or may not be anchored. */
enum kc_err kc_head_sign(struct kc_head *h, uint64_t size,
    const struct kc_hash *root, struct kc_buf *note);

/* --- the mode --- */
enum kc_mode kc_head_mode(struct kc_head *h);
/* Changes the mode; POISONED is for ever. */
void kc_head_set_mode(
    struct kc_head *h, enum kc_mode mode, bool retry, const char *why);
void kc_head_why(struct kc_head *h, struct kc_buf *out);
/* May a note go on to the writer? */
bool kc_head_takes(struct kc_head *h);
/* The refusal that the mode makes of a note. */
enum kc_err kc_head_refuse_note(struct kc_head *h, struct kc_result *r);
/* Read-only for want of room, and time to look again. */
bool kc_head_may_retry(struct kc_head *h);
/* Looks again at the next chance, however short ago the last was. */
void kc_head_retry_now(struct kc_head *h);

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
