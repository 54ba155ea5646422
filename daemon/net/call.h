/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call is one request under way: from its dispatch until its reply is
 * written. The connection reads nothing meanwhile, so the request's slices
 * stay valid for the whole of it, on any thread. Exactly one thread owns a
 * call at a time.
 */
#ifndef KC_NET_CALL_H
#define KC_NET_CALL_H

#include "http/shares.h"
#include "net/gate.h"
#include "net/routes.h"

#define KC_CALL_FAILED_MAX 8

struct kc_conn;

struct kc_call {
	struct kc_call *next; /* in the hop, the spare list, or the replays */
	struct kc_gate *gate;
	struct kc_conn *conn;
	/* the request */
	struct kc_http_request req;
	const struct kc_route *route;
	uint64_t source; /* whose limits hold */
	enum kc_standing standing;
	bool unlimited;   /* our own uid, and not held to them */
	unsigned notes_n; /* notes with the ledger, of the source's share */
	struct kc_slice param; /* what a {name} took */
	struct kc_slice input; /* body */
	enum kc_lang lang;
	/* A session to be checked where the state can be read. */
	bool by_session;
	char actor[KC_CODE_MAX + 1];
	struct kc_vkey key;
	struct kc_viewer reader; /* what it may read; nothing until found */
	/* the reply */
	int status;
	const char *type;   /* static; NULL: JSON */
	bool immutable;     /* may be kept for ever */
	bool kept;          /* by who asked, and asked for anew each time */
	bool packed;        /* the body is gzip */
	uint64_t tag;       /* of the body before that; 0: none */
	struct kc_buf body; /* storage is kept for the next call */
	size_t held;        /* bytes of it that count as held by the client */
	/* Runs in the loop before the reply is written; may be NULL. */
	void (*finish)(struct kc_call *call);
	int64_t retry_ms; /* of a 429 or 503: when to come again; 0: unknown */
	/* Authors whose signature did not verify: names, the first few. */
	char failed[KC_CALL_FAILED_MAX][KC_CODE_MAX + 1];
	unsigned nfailed;
	/* of kc_call_run and kc_call_read */
	void (*run)(struct kc_call *call);
	bool (*check)(struct kc_call *call);
	void (*read)(struct kc_call *call, const struct kc_view_source *src);
	/* After a read, where the state is no longer held; may be NULL. */
	void (*then)(struct kc_call *call);
	bool as_of;
	/* The state of `upto` is no longer the present one: it is read again,
	 * as of then. */
	bool again;
	enum kc_replay {
		KC_REPLAY_NONE,
		KC_REPLAY_WAITS,
		KC_REPLAY_RUNS
	} replay;
	uint64_t turn; /* of a replay that waits */
	uint64_t upto;
	int64_t as_of_ms;
	/* for the handler's own use */
	struct kc_slice *notes;
	size_t nnotes;
	int64_t number;
	bool flag;
	void *own; /* freed with kc_free */
};

/* Handlers: called in the loop; each ends in exactly one reply. */
#define ROUTE(sym, method, pattern, who, budget, params, doc)                  \
	void kc_api_##sym(struct kc_call *call);
#include "net/routes.def"
#undef ROUTE

/* --- ends of a call --- */
/* In the loop. */
void kc_call_reply(struct kc_call *call);
/* On any thread: hands the call to the loop. */
void kc_call_done(struct kc_call *call);
/* The same of a call that no limit is to learn of, of a route that is posted
 * to: its reply, if it is a short one, is sent before. */
void kc_call_done_now(struct kc_call *call);

/* --- ways to go on --- */
/* fn(call) on a thread of the gate: false, it has filled the reply; true, the
 * call is with the ledger, and whoever that tells ends it. */
void kc_call_hand_on(struct kc_call *call, bool (*fn)(struct kc_call *call));
/* On any thread, with the reply filled in: fn(call) on a thread of the gate,
 * which may wait for a disk, then the reply. */
void kc_call_after(struct kc_call *call, void (*fn)(struct kc_call *call));
/* run(call) on a thread of the gate; it fills the reply. Checks a session
 * first. Nothing of the call may be touched after the call. */
void kc_call_run(struct kc_call *call, void (*run)(struct kc_call *call));
/* read(call, src) on a thread of the ledger with the committed state; as of
 * the first `upto` entries, or of as_of_ms if upto is UINT64_MAX, or now if
 * as_of_ms is INT64_MAX too. */
void kc_call_read(struct kc_call *call,
    void (*read)(struct kc_call *call, const struct kc_view_source *src),
    uint64_t upto, int64_t as_of_ms);

/* The same of the present, where check(call) says so on a thread of the gate,
 * which may wait for a disk and knows what the reader may see; if not, it has
 * filled in the reply. */
void
kc_call_check_read(struct kc_call *call, bool (*check)(struct kc_call *call),
    void (*read)(struct kc_call *call, const struct kc_view_source *src));
/* As of when, as a query says it: "#58" is the first 59 entries; an instant; a
 * date: its end in +08:00. What is not said stays as it is. */
bool kc_call_read_as_of(struct kc_slice v, uint64_t *upto, int64_t *as_of_ms);
bool kc_call_read_lang(struct kc_slice v, enum kc_lang *lang); /* zh, en */

bool kc_call_read_year(struct kc_slice v, int32_t *year);

/* Leaves of a log as long as the daemon does not stop, then KC_EUNAVAILABLE:
 * for what reads many off the writing thread. ctx is the reading. */
struct kc_call_reading {
	const struct kc_log *log;
	struct kc_ledger *ledger;
};
enum kc_err kc_call_leaf(void *ctx, uint64_t seq, struct kc_buf *out);

/* --- authors (in the loop, but the last) --- */
/* False, with a reply of 429 filled in, while the named author's signatures
 * from this source are not looked at. */
bool kc_call_author_may(struct kc_call *call, struct kc_slice author);
/* The same, and takes one request of the author's budget. */
bool kc_call_author_asks(struct kc_call *call, struct kc_slice author);
/* May the authors of these notes be heard from this source now? One request is
 * taken of the budget of each; false with the reply filled in. */
bool kc_call_authors_may(
    struct kc_call *call, const struct kc_slice *notes, size_t n);
/* Cuts a body of many notes, each with its length before it, into call->notes;
 * false, with the reply filled in, if it is not that, or more than max. */
bool kc_call_cut(struct kc_call *call, unsigned max);
/* Takes n of the notes that may be under way until the reply; false, with the
 * reply filled in, if the source has its share. */
bool kc_call_take_notes(struct kc_call *call, unsigned n);
/* On any thread: a signature in this name did not verify. */
void kc_call_author_failed(struct kc_call *call, struct kc_slice author);

/* May the caller read this stored leaf? False with the reply filled in. Not in
 * the loop. */
bool kc_call_may_read(struct kc_call *call, struct kc_slice leaf);

/* --- what a reply says (any thread) --- */
void kc_call_problem(struct kc_call *call, const struct kc_refusal *why);
/* A problem of one argument (may be NULL). */
void kc_call_refuse(
    struct kc_call *call, enum kc_refusal_code code, const char *argument);
/* A request that is wrong in a way that has a status of its own. */
void kc_call_bad(struct kc_call *call, int status, const char *what);
/* The problem that fits a storage or memory error. */
void kc_call_error(struct kc_call *call, enum kc_err err, const char *noun);
/* Zeroed memory that the call owns, for its handler alone; NULL with the reply
 * sent. */
void *kc_call_own(struct kc_call *call, size_t size);
/* What became of a note (201, 200 if it stood already or call->flag). */
void kc_call_result(struct kc_call *call, const struct kc_result *r);
/* The ledger took nothing: what kc_ledger_submit said. */
void kc_call_not_taken(struct kc_call *call, enum kc_err err);
/* The state cannot be had, now or as of then. */
void kc_call_no_state(struct kc_call *call);
/* Tags the body of a 200; 304 if that is what the client has. */
void kc_call_tag(struct kc_call *call);
/* Empties the body and gives a JSON writer over it. */
struct kc_json kc_call_json(struct kc_call *call, int status);

/* --- what the gate has (in the loop, unless it says otherwise) --- */
struct kc_ledger *kc_call_ledger(const struct kc_call *call); /* any thread */
struct kc_sessions *kc_call_sessions(const struct kc_call *call);
/* The directory of persons; until the next reload. */
const char *kc_call_people(const struct kc_call *call);
/* The directory of evidence, likewise; bytes that one file may have, and that
 * are left free on the file system. */
const char *
kc_call_evidence(const struct kc_call *call, uint64_t *max, uint64_t *reserve);
/* The directory of drafts, likewise; how many days one is kept. */
const char *kc_call_drafts(const struct kc_call *call, unsigned *days);
/* What is counted of them; any thread. X(symbol, word). */
#define KC_DRAFT_WORDS(X)                                                      \
	X(SIGNED, "signed")     /* left here, or one more signature */         \
	X(ADMITTED, "admitted") /* by its last signature */                    \
	X(WITHDRAWN, "withdrawn")
enum kc_draft_event {
#define X(sym, word) KC_DRAFT_##sym,
	KC_DRAFT_WORDS(X)
#undef X
	KC_DRAFT_EVENTS
};
void kc_call_count_draft(const struct kc_call *call, enum kc_draft_event event);
/* Where people find their matters, ""; likewise. */
const char *kc_call_link(const struct kc_call *call);
/* The ledger's clock; any thread. */
int64_t kc_call_now_ms(const struct kc_call *call);
/* The clock that a test moves, or NULL; any thread. */
struct kc_manual_clock *kc_call_test_clock(const struct kc_call *call);
/* Counters of the gate, as Prometheus text. */
void kc_call_counters(const struct kc_call *call, struct kc_buf *out);
/* One of them. */
void kc_metric(
    struct kc_buf *out, const char *type, const char *name, uint64_t value);

#endif
