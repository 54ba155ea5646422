/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The committed state, under its lock. The writer holds it for writing from
 * the first apply of a batch to its commit; a writer that waits goes before
 * later readers, so nobody takes it for reading twice.
 */
#ifndef KC_APP_LIVE_H
#define KC_APP_LIVE_H

#include <pthread.h>

#include <kaocheng/state.h>

struct kc_live {
	pthread_rwlock_t lock;
	struct kc_state *state;
	bool ok; /* false once an outcome is unknown */
};

void kc_live_init(struct kc_live *v);
void kc_live_release(struct kc_live *v); /* frees the state */

/* The state, held for reading until kc_live_done; NULL if nobody knows it:
 * kc_live_done is owed all the same. */
const struct kc_state *kc_live_read(struct kc_live *v);
/* The state, held for writing until kc_live_done. */
struct kc_state *kc_live_write(struct kc_live *v);
void kc_live_done(struct kc_live *v);

/* Held, or by the only thread there is: the instant at which something is
 * due next; INT64_MAX if nothing is. */
int64_t kc_live_due_ms(const struct kc_live *v);

/* While it is held for writing, or by the only thread there is: another
 * state takes its place (takes st); nobody knows the state any more. */
void kc_live_replace(struct kc_live *v, struct kc_state *st);
void kc_live_spoil(struct kc_live *v);

#endif
