/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the gate share; no handler includes this. */
#ifndef KC_NET_GATE_INT_H
#define KC_NET_GATE_INT_H

#include <stdatomic.h>
#include <sys/types.h>

#include "http/host.h"
#include "http/limiter.h"
#include "http/shares.h"
#include "http/work.h"
#include "net/call.h"
#include "net/session.h"

#define KC_GATE_MEMORY (96 << 20)  /* bytes of all larger request buffers */
#define KC_GATE_REPLIES (96 << 20) /* bytes of all larger replies not taken */
#define KC_GATE_REPLAYS 64         /* asked for at a time */

struct kc_gate {
	struct kc_host host;
	struct kc_ledger *ledger;
	const struct kc_config *config;
	struct kc_clock clock;
	struct kc_manual_clock *manual;
	struct kc_work *work;
	uid_t own_uid;
	unsigned ncalls;
	struct kc_call
	    *replays;         /* that wait, in the order in which they came */
	unsigned nreplays;    /* that run */
	uint64_t replay_turn; /* of the one that began last */
	struct kc_call *spare;
	unsigned nspare;
	struct kc_limiter reads, asks; /* by source */
	struct kc_limiter posts;       /* by source and author */
	struct kc_penalties penalties; /* the same */
	struct kc_sessions sessions;
	_Atomic uint64_t drafts[KC_DRAFT_EVENTS];
	uint64_t limited; /* requests refused by a budget */
};

/* reply.c */
const struct kc_buf *
kc_reply_head(struct kc_call *call, struct kc_buf *out, bool close);

/* dispatch.c */
struct kc_call *kc_call_new(struct kc_conn *c);
void kc_call_free(struct kc_call *call);
/* Before the body is read: may it be handled? Else the reply is filled in. */
bool kc_screen(struct kc_call *call);
/* The request is whole: to its handler. */
void kc_dispatch(struct kc_call *call);

/* ways.c */
/* At the end of a call: if it was a replay, the next one begins. */
void kc_call_replayed(struct kc_call *call);
/* Answers those that wait: the daemon is stopping. */
void kc_gate_drop_replays(struct kc_gate *g);

/* gzip.c */
/* May a reply of this route be compressed? */
bool kc_route_packs(const struct kc_route *r);
/* Is this reply to be, and does the client take it? */
bool kc_call_packs(const struct kc_call *call);
/* Compresses the body, if it becomes shorter; any thread, without a lock. */
void kc_call_pack(struct kc_call *call);

/* limits.c */
bool kc_call_is_own(const struct kc_call *call);
/* Finds the source, and takes one request of its budget; false with the reply
 * filled in. */
bool kc_call_within_limits(struct kc_call *call);
/* At the end of a call: what it says of signatures; its notes are back. */
void kc_call_penalize(struct kc_call *call);
void kc_call_give_notes(struct kc_call *call);

#endif
