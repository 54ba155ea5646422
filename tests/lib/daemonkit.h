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
	const char *clock;   /* --test-clock; default that of the kit; NULL:
			      * the system's */
	const char *preload; /* LD_PRELOAD of the daemon, or NULL */
	const char *option;  /* one more option, or NULL */
	pid_t pid;           /* 0: not running */
	int code;            /* how it ended: exit status, or 256 + signal */
	char clock_text[32];
	int64_t now_ms; /* what the clock stands at */
};

/* A new directory for the kit's ledger (its log and clerk keys). */
void dk_make(struct dk *d, struct kit *k);
void dk_remove(struct dk *d);
/* Starts the daemon and waits until /healthz answers, whatever it says;
 * aborts after 10 s. Returns the milliseconds that took. */
double dk_start(struct dk *d);
/* The same, but false if the process ends before: d->code says how. */
bool dk_try(struct dk *d);
/* Starts it and waits at most 10 s for its end; d->code. */
int dk_start_fails(struct dk *d);
void dk_spawn(struct dk *d); /* starts it and waits for nothing */
/* Waits for its end; d->code, or -1 if it lives on after so long. */
int dk_wait(struct dk *d, double limit_ms);
void dk_kill(struct dk *d, int signal); /* and reaps it */
int dk_stop(struct dk *d);              /* SIGTERM; d->code */
/* Sets the clock of the next start, or moves that of the running daemon. */
void dk_clock(struct dk *d, int64_t now_ms);
bool dk_move(struct dk *d, int64_t now_ms);
/* Posts all notes of the kit, each at its time. */
void dk_found(struct dk *d, struct kit *k);
/* Does the daemon's log (since dk_forget_log) contain the text? */
bool dk_said(const struct dk *d, const char *text);
void dk_forget_log(const struct dk *d);
/* Writes DIR/kaocheng.yaml for the next start. */
void dk_configure(const struct dk *d, const char *yaml);

int dk_connect(const struct dk *d); /* -1 if it cannot */
/* One request and its reply on fd: HTTP status, 0 when the daemon is gone.
 * The body is appended to reply (may be NULL). */
int dk_exchange(int fd, const char *method, const char *path, const char *type,
    struct kc_slice body, struct kc_buf *reply);
int dk_request(const struct dk *d, const char *method, const char *path,
    const char *type, struct kc_slice body, struct kc_buf *reply);

/* A short pause between two looks at a condition; false once `from` lies
 * limit_ms back. */
bool dk_poll(double from, double limit_ms);
double dk_now_ms(void);
const char *dk_build(void); /* $BUILD, or "build" */

#endif
