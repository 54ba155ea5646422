/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever has the signed heads of a ledger countersigned. The ledger says when
 * there is a new head; what comes back is given to kc_ledger_witnessed.
 */
#ifndef KC_APP_WITNESSING_H
#define KC_APP_WITNESSING_H

#include <kaocheng/bytes.h>

struct kc_witnessing {
	void *ctx;
	/* Closed: no statement is acknowledged, and none is taken, before a
	 * quorum has signed a head that covers it. Open: nothing waits. */
	bool closed;
	/* A new head is signed and anchored; on the writer's thread, at once.
	 */
	void (*head)(void *ctx, uint64_t size, struct kc_slice note);
	/* Closed: waits until a quorum has signed a head of at least this
	 * size, but not for ever. False: it has not. */
	bool (*wait)(void *ctx, uint64_t size);
	/* Counters, as Prometheus text; any thread. */
	void (*metrics)(void *ctx, struct kc_buf *out);
};

#endif
