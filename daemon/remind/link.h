/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line to the sender: a process of its own, started by us over a socket
 * pair, to which it is given jobs and from which it gives answers (wire.h). It
 * is started again when it ends or talks nonsense, later each time. All but
 * kc_link_give happens on the thread of the loop.
 */
#ifndef KC_REMIND_LINK_H
#define KC_REMIND_LINK_H

#include "remind/wire.h"

#define KC_LINK_SENDER "kaocheng-sender" /* beside the daemon */

struct event_base;
struct kc_link; /* opaque */

struct kc_link_options {
	struct event_base *base;        /* borrowed */
	const struct kc_remind *config; /* copied */
	struct kc_slice origin;         /* borrowed */
	const char *program;            /* path of the sender; borrowed */
	/* It is there and can send by these (1 << channel). What was given
	 * before and not answered is to be given again. */
	void (*ready)(void *ctx, uint32_t channels);
	void (*answered)(void *ctx, const struct kc_answer *answer);
	void *ctx;
};

/* Starts the sender. KC_EIO: it cannot be (no such program, no room); a
 * sender that ends later is no error, but a log line. */
enum kc_err
kc_link_open(struct kc_link **out, const struct kc_link_options *options);
/* Gives a job's line; on any thread. Dropped while no sender is there. */
void kc_link_give(struct kc_link *l, struct kc_slice line);
/* Ends the sender and waits for it; what it has begun is not answered. */
void kc_link_close(struct kc_link *l); /* accepts NULL */

#endif
