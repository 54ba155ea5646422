/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States as of earlier entries, for readers. A few are kept: rungs, at the
 * multiples of a step, and those that were asked for last. Any other is a copy
 * of the nearest one before it, replayed on: at most a step of entries once the
 * rungs stand, which the first replay past them leaves behind. What is kept is
 * of the committed log, whose beginning never changes. A start replays past
 * them all, and leaves some behind.
 */
#ifndef KC_APP_PAST_H
#define KC_APP_PAST_H

#include <pthread.h>
#include <stdatomic.h>

#include <kaocheng/state.h>
#include <kaocheng/store.h>

#define KC_PAST_STEP 8192          /* entries between rungs, at the least */
#define KC_PAST_BYTES (256u << 20) /* kept where nobody uses it */
#define KC_PAST_EACH 54            /* bytes of a kept state, for an entry */
#define KC_PAST_TRIM (64u << 20)   /* freed: then the heap gives it back */

/* One state; read only, for as long as it is held. */
struct kc_past_state {
	const struct kc_state *st;
	struct kc_past_state *next;
	struct kc_state *own; /* st; NULL: it is being made */
	uint64_t size;
	size_t bytes;
	uint64_t used; /* when it was last asked for */
	unsigned users;
	bool rung;
	enum kc_err err; /* it could not be made */
};

struct kc_past_counts {
	uint64_t bytes;    /* of the states that are kept, or in use */
	uint64_t step;     /* entries between rungs */
	uint64_t replayed; /* entries, so far */
};

struct kc_past {
	struct kc_store *store;  /* borrowed */
	const atomic_bool *stop; /* borrowed: replays end */
	size_t max;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t made;
	struct kc_past_state *held;
	uint64_t step; /* grows twofold where the rungs have no room */
	size_t freed;  /* since the heap gave anything back */
	uint64_t now;  /* counts what is asked for */
	uint64_t made_n, replayed; /* states made, entries replayed for them */
};

void kc_past_counts(struct kc_past *p, struct kc_past_counts *out);
void kc_past_init(struct kc_past *p, struct kc_store *store,
    const atomic_bool *stop, size_t max);
/* A start of a log of so many entries: sets the step, and says how far apart
 * states are to be left behind. What nobody has asked for yet takes half of
 * what may be kept, at the most. */
uint64_t kc_past_start(struct kc_past *p, uint64_t size);
/* Leaves a copy of a state of this log that is passed. */
void kc_past_leave(struct kc_past *p, const struct kc_state *st);
/* Nobody holds any. */
void kc_past_release(struct kc_past *p);
/* The state after the first `upto` entries, which stand. Who asks for the same
 * one meanwhile waits and shares it. What kc_check_replay_on says. */
enum kc_err
kc_past_take(struct kc_past *p, uint64_t upto, struct kc_past_state **out);
void kc_past_give(struct kc_past *p, struct kc_past_state *h);
/* The same as a state of the caller's own, who frees it. */
enum kc_err
kc_past_own(struct kc_past *p, uint64_t upto, struct kc_state **out);

#endif
