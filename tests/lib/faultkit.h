/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A founded ledger under a real daemon, notes to send it, and the account of
 * what was acknowledged: what every test of faults needs.
 */
#ifndef KC_TEST_FAULTKIT_H
#define KC_TEST_FAULTKIT_H

#include <pthread.h>
#include <stdatomic.h>

#include "daemonkit.h"
#include "tap.h"

#define FAULT_CLIENTS 4

struct fault {
	struct kit k;
	struct dk d;
	struct kc_buf text; /* the notes, one after another */
	size_t *at;         /* where each begins; n + 1 of them */
	bool *acked;
	unsigned *seen; /* how often each stands, after fault_count */
	unsigned n;
	uint8_t first[KC_ID_SIZE]; /* id of the first; the others follow */
};

/* The city and n notes, each admissible at any time (a duty of G16). The
 * daemon ran once for the founding and is stopped. */
void fault_init(struct fault *f, unsigned n);
/* The same over a kit that is made already. */
void fault_found(struct fault *f, unsigned n);
void fault_free(struct fault *f);

struct kc_slice fault_note(const struct fault *f, unsigned i);
/* Posts a note on a connection of its own, or on fd; the HTTP status, 0 if
 * there was none. Success is remembered. The reply is appended (or NULL). */
int fault_post(struct fault *f, unsigned i, struct kc_buf *reply);
int fault_post_on(struct fault *f, int fd, unsigned i, struct kc_buf *reply);
/* Posts notes [from, to) in one body; the status. Remembers them as
 * acknowledged if none of them has a problem. */
int fault_post_many(
    struct fault *f, unsigned from, unsigned to, struct kc_buf *reply);

/* Clients that post notes one after another until the daemon is gone, or
 * refuses, or they are told to stop. A note without an answer is asked again
 * by the next load, as a client would. */
struct fault_load {
	struct fault *f;
	pthread_t thread[FAULT_CLIENTS];
	unsigned waiting[FAULT_CLIENTS]; /* note + 1; 0: none */
	atomic_uint next, answered;
	atomic_bool go;
};
void fault_load_begin(struct fault_load *l, struct fault *f);
void fault_load_end(struct fault_load *l);

/* Reads the stopped ledger whole and counts every note. False if it cannot
 * be read. */
bool fault_count(struct fault *f);
unsigned fault_acked(const struct fault *f);
unsigned fault_lost(const struct fault *f);  /* acknowledged, and not there */
unsigned fault_twice(const struct fault *f); /* there more than once */
/* The three as one result: nothing lost, nothing twice. */
bool fault_sound(struct fault *f, const char *when);

/* Copies of ledger.mdb and the anchor under another name, and back. */
void fault_keep(const struct fault *f, const char *name);
void fault_restore(const struct fault *f, const char *name);
/* GET as text; the status. */
int fault_get(const struct fault *f, const char *path, struct kc_buf *reply);
/* Entries of the running ledger, by /healthz. */
long fault_size(const struct fault *f);
/* The value of "<key>": in JSON text as a number; -1 if absent. */
long fault_number(struct kc_buf *json, const char *key);
/* Does the receipt in the reply prove the leaf that the daemon serves? */
bool fault_receipt_holds(struct fault *f, struct kc_buf *reply);

#endif
