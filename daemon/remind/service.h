/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reminders of a daemon: the outbox and the line to the sender, opened and
 * closed around the ledger. Opened before the ledger, which is given its
 * `beside`; started once the loop is there; stopped before the ledger is
 * closed, and closed after it.
 */
#ifndef KC_REMIND_SERVICE_H
#define KC_REMIND_SERVICE_H

#include "remind/outbox.h"

struct event_base;
struct kc_reminders; /* opaque */

struct kc_reminders_options {
	const struct kc_remind *config; /* read while opening and starting */
	struct kc_store *store;         /* borrowed */
	struct kc_slice origin;         /* borrowed */
	const char *people;             /* directory of persons */
	void (*wake)(void *ctx);        /* the ledger's tick; any thread */
	void *ctx;
};

enum kc_err kc_reminders_open(
    struct kc_reminders **out, const struct kc_reminders_options *options);
const struct kc_beside *kc_reminders_beside(struct kc_reminders *r);
/* On the thread of the loop. KC_EIO: the sender's program cannot be started. */
enum kc_err kc_reminders_start(struct kc_reminders *r, struct event_base *base);
void kc_reminders_stop(struct kc_reminders *r);  /* accepts NULL */
void kc_reminders_close(struct kc_reminders *r); /* accepts NULL */

#endif
