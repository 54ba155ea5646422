/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: HTTP on a Unix socket and on loopback TCP, in the event loop.
 * Nothing in the loop waits: notes go to the ledger, the rest to a few
 * threads, and replies come back over one wake-up (docs/API.md).
 */
#ifndef KC_NET_GATE_H
#define KC_NET_GATE_H

#include "app/ledger.h"
#include "sys/clock.h"
#include "sys/config.h"

struct event_base;
struct kc_gate; /* of the loop's thread */

struct kc_gate_options {
	struct event_base *base;        /* borrowed */
	struct kc_ledger *ledger;       /* borrowed */
	const struct kc_config *config; /* borrowed until reload or close */
	struct kc_clock clock;
	struct kc_manual_clock *manual; /* NULL: nobody moves the clock */
	unsigned connections_max;       /* the configured or what fits */
};

/* Listens. KC_EINVAL (a path in use, not a socket), KC_EIO, KC_ENOMEM with a
 * sentence in *detail. */
enum kc_err kc_gate_open(struct kc_gate **out,
    const struct kc_gate_options *options, struct kc_buf *detail);
/* New readers and limits; what listens does not change. */
void kc_gate_reload(struct kc_gate *g, const struct kc_config *config);
/* No new connection, no new request; what is under way goes on. */
void kc_gate_stop(struct kc_gate *g);
/* After a stop: is everything answered? */
bool kc_gate_quiet(const struct kc_gate *g);
/* Drops all connections. Everything must be answered (assertion) unless the
 * process is about to end. Accepts NULL. */
void kc_gate_close(struct kc_gate *g);

#endif
