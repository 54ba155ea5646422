/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real kaochengd for tests: a directory with keys, trust and a
 * configuration, the process, and plain HTTP over its Unix socket.
 */
#ifndef KC_TEST_DAEMONKIT_H
#define KC_TEST_DAEMONKIT_H

#include <sys/types.h>

#include "ledgerkit.h"

struct dk {
	char dir[128], socket[160];
	const char *clock;   /* --test-clock; default just after the kit's */
	const char *preload; /* LD_PRELOAD of the daemon, or NULL */
	pid_t pid;
	char clock_text[32];
};

/* A new directory for the kit's ledger (its log and clerk keys). */
void dk_make(struct dk *d, struct kit *k);
void dk_remove(struct dk *d);
/* Starts the daemon and waits until /healthz answers; aborts after 10 s.
 * Returns the milliseconds that took. */
double dk_start(struct dk *d);
/* Starts it and waits for its end; the exit status, 256 + signal. */
int dk_start_fails(struct dk *d);
void dk_kill(struct dk *d, int signal); /* and reaps it */
int dk_stop(struct dk *d);              /* SIGTERM; exit status */
/* Posts all notes of the kit that the daemon's ledger does not have yet. */
void dk_found(struct dk *d, struct kit *k);

int dk_connect(const struct dk *d); /* -1 if it cannot */
/* One request and its reply on fd: HTTP status, 0 when the daemon is gone.
 * The body is appended to reply (may be NULL). */
int dk_exchange(int fd, const char *method, const char *path, const char *type,
    struct kc_slice body, struct kc_buf *reply);
int dk_request(const struct dk *d, const char *method, const char *path,
    const char *type, struct kc_slice body, struct kc_buf *reply);

double dk_now_ms(void);
const char *dk_build(void); /* $BUILD, or "build" */

#endif
