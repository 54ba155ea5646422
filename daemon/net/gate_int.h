/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the gate share; no handler includes this. */
#ifndef KC_NET_GATE_INT_H
#define KC_NET_GATE_INT_H

#include <stdatomic.h>
#include <sys/types.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "http/limiter.h"
#include "http/shares.h"
#include "http/work.h"
#include "net/call.h"
#include "net/session.h"

#define KC_CONN_HEAD_MS 5000       /* from a head's first byte to its last */
#define KC_CONN_BODY_MS 10000      /* from the head's end to the body's */
#define KC_CONN_WRITE_MS 10000     /* until the client has taken the reply */
#define KC_CONN_IDLE_MS 60000      /* between two requests */
#define KC_CONN_LINGER_MS 1000     /* after a last reply */
#define KC_CONN_SWEEP_MS 250       /* how often deadlines are looked at */
#define KC_CONN_KEEP 16384         /* bytes of buffer an idle client keeps */
#define KC_GATE_MEMORY (96 << 20)  /* bytes of all larger request buffers */
#define KC_GATE_REPLIES (96 << 20) /* bytes of all larger replies not taken */
#define KC_GATE_REPLAYS 64         /* asked for at a time */
#define KC_GATE_PAUSE_MS 100       /* no accepts after running out */

enum kc_conn_state {
	KC_CONN_HEAD,  /* waiting for a head, or reading one */
	KC_CONN_BODY,  /* reading a body */
	KC_CONN_WORK,  /* the call is under way */
	KC_CONN_WRITE, /* the reply is being written */
	KC_CONN_LINGER /* our end is shut; reading until the client's is */
};

struct kc_peer {
	bool local; /* AF_UNIX: uid holds */
	uid_t uid;
	uint64_t id; /* as a source; not 0 */
	enum kc_standing standing;
};

struct kc_conn {
	struct kc_gate *gate;
	struct kc_conn *prev, *next;
	int fd;
	struct event *readable, *writable;
	enum kc_conn_state state;
	struct kc_peer peer;
	bool paused;  /* not reading: a call is under way */
	bool busy;    /* inside kc_conn_advance */
	bool replied; /* the call's reply is ready */
	bool close;   /* after this reply */
	int64_t deadline_ms;
	int64_t since_ms; /* when it came, or its last request was answered */
	/* request bytes */
	char *in;
	size_t in_n, in_cap, scanned, head_n, need_n;
	struct kc_http_request req;
	/* reply bytes: head, then the call's body */
	struct kc_call *call;
	struct kc_buf head;
	size_t sent;
	size_t body_n; /* of the reply; 0 for HEAD */
};

struct kc_gate_counts {
	uint64_t accepted, evicted, turned_away, requests, refused_bytes;
	uint64_t limited, paused;
	uint64_t by_class[6]; /* replies 1xx..5xx */
};

struct kc_gate {
	struct event_base *base;
	struct kc_ledger *ledger;
	const struct kc_config *config;
	struct kc_clock clock;
	struct kc_manual_clock *manual;
	struct kc_work *work;
	uid_t own_uid;
	struct evconnlistener *listeners[2]; /* Unix, TCP */
	char socket_path[KC_CONFIG_SOCKET_MAX];
	struct event *resume, *sweep, *hop;
	int hop_fd;
	_Atomic(struct kc_call *) hopped;
	struct kc_conn *conns;
	unsigned nconns, nconns_max, ncalls;
	unsigned accepted; /* since others had their turn */
	bool stopping, paused;
	int64_t paused_logged_ms;
	struct kc_shares shares;
	struct kc_call
	    *replays;         /* that wait, in the order in which they came */
	unsigned nreplays;    /* that run */
	uint64_t replay_turn; /* of the one that began last */
	struct kc_call *spare;
	unsigned nspare;
	int64_t date_s;
	char date[32];
	struct kc_limiter reads, asks; /* by source */
	struct kc_limiter posts;       /* by source and author */
	struct kc_penalties penalties; /* the same */
	struct kc_sessions sessions;
	struct kc_gate_counts counts;
};

/* conn.c */
void kc_conn_new(struct kc_gate *g, int fd, struct kc_peer peer);
void kc_conn_free(struct kc_conn *c);
void kc_conn_advance(struct kc_conn *c);
/* Closes it if its deadline has passed. */
void kc_conn_sweep(struct kc_conn *c, int64_t now_ms);

/* reply.c */
void kc_reply_head(struct kc_gate *g, struct kc_buf *out,
    const struct kc_call *call, bool close);
/* Writes what is left: 1 all written, 0 later, -1 the client is gone. */
int kc_reply_write(struct kc_conn *c);

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

/* gate.c */
void kc_gate_conn_gone(struct kc_gate *g);
void kc_gate_hop_run(struct kc_gate *g);

#endif
