/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host of HTTP in an event loop: listening, connections with their deadlines
 * and shares, replies written out, and the way back from threads. What is
 * asked and answered is said by whoever serves, in one struct kc_serving.
 * Everything here is of the loop's thread, but kc_conn_done, kc_conn_done_now
 * and kc_host_status.
 */
#ifndef KC_HTTP_HOST_H
#define KC_HTTP_HOST_H

#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "http/http.h"
#include "http/shares.h"

#define KC_CONN_HEAD_MS 5000   /* from a head's first byte to its last */
#define KC_CONN_BODY_MS 10000  /* from the head's end to the body's */
#define KC_CONN_WRITE_MS 10000 /* until the client has taken the reply */
#define KC_CONN_IDLE_MS 60000  /* between two requests */
#define KC_CONN_LINGER_MS 1000 /* after a last reply */
#define KC_CONN_SWEEP_MS 250   /* how often deadlines are looked at */
#define KC_CONN_KEEP 16384     /* bytes of buffer an idle client keeps */
#define KC_HOST_PAUSE_MS 100   /* no accepts after running out */
#define KC_HOST_LISTENERS 2
#define KC_HOST_SOCKET_MAX 108 /* sun_path of Linux, with the NUL */

struct kc_call; /* one request under way; whoever serves says what it is */
struct kc_conn;
struct kc_host;

struct kc_peer {
	bool local; /* AF_UNIX: uid holds */
	uid_t uid;
	uint64_t id; /* as a source; not 0 */
	enum kc_standing standing;
};

/* Whoever serves. Calls come in this order, on the loop's thread; a call that
 * is screened out, or cut off, is replied to without dispatch. */
struct kc_serving {
	/* Somebody came: *peer is a stranger, a uid or, of id 1, all others.
	 * Says what standing it has, or who it is more exactly. */
	void (*meet)(
	    struct kc_host *h, struct kc_peer *peer, const struct sockaddr *sa);
	/* A head is read: c->req. NULL if there is no memory. */
	struct kc_call *(*begin)(struct kc_conn *c);
	/* Is its body wanted? Else the reply is filled in. */
	bool (*screen)(struct kc_call *call);
	/* It is whole: c->req and kc_conn_input() hold until the reply. */
	void (*dispatch)(struct kc_call *call);
	/* Fills in a reply to what cannot be read. */
	void (*bad)(struct kc_call *call, int status, const char *what);
	/* The reply is filled in: ends in kc_conn_replied. Called for those
	 * that were not dispatched, and after kc_conn_done. */
	void (*reply)(struct kc_call *call);
	/* Writes the reply's head; gives its body, which stands until end. */
	const struct kc_buf *(*head)(
	    struct kc_call *call, struct kc_buf *out, bool close);
	/* It is written, or the client is gone. */
	void (*end)(struct kc_call *call);
};

enum kc_conn_state {
	KC_CONN_HEAD,  /* waiting for a head, or reading one */
	KC_CONN_BODY,  /* reading a body */
	KC_CONN_WORK,  /* the call is under way */
	KC_CONN_WRITE, /* the reply is being written */
	KC_CONN_LINGER /* our end is shut; reading until the client's is */
};

struct kc_conn {
	struct kc_host *host;
	struct kc_conn *prev, *next, *hop_next;
	int fd;
	struct event *readable, *writable;
	enum kc_conn_state state;
	struct kc_peer peer;
	bool paused;  /* not reading: a call is under way */
	bool busy;    /* inside kc_conn_advance */
	bool replied; /* the call's reply is ready */
	bool made;    /* and its head; `sent` of both is */
	bool close;   /* after this reply */
	int64_t deadline_ms;
	int64_t since_ms; /* when it came, or its last request was answered */
	/* request bytes */
	char *in;
	size_t in_n, in_cap, scanned, head_n, need_n;
	struct kc_http_request req; /* borrows in, as far as head_n */
	bool moved;                 /* in, since the head was read */
	/* reply bytes: head, then the call's body */
	struct kc_call *call;
	struct kc_buf head;
	const struct kc_buf *body;
	size_t sent;
	size_t body_n; /* of the reply; 0 for HEAD */
};

struct kc_host_counts {
	uint64_t accepted, evicted, turned_away, requests, refused_bytes;
	uint64_t paused;
	_Atomic uint64_t by_class[6]; /* replies 1xx..5xx */
};

struct kc_host {
	struct event_base *base;
	const struct kc_serving *serving;
	void *ctx; /* of whoever serves */
	struct evconnlistener *listeners[KC_HOST_LISTENERS];
	unsigned nlisteners;
	char socket_path[KC_HOST_SOCKET_MAX];
	struct event *resume, *sweep, *hop;
	int hop_fd;
	/* Calls that are replied to: those that the loop is rung for; and those
	 * whose reply is sent, which it sees to before it reads on. It is rung
	 * for these, too, while it waits for one: so many connections are not
	 * read. */
	_Atomic(struct kc_conn *) hopped, sent;
	atomic_uint waits;
	atomic_uint telling;     /* threads that hand a call back */
	struct kc_conn *reading; /* NULL once it is gone */
	struct kc_conn *conns;
	unsigned nconns, nconns_max;
	unsigned accepted; /* since others had their turn */
	atomic_bool stopping;
	bool paused;
	int64_t paused_logged_ms;
	struct kc_shares shares;
	struct kc_host_counts counts;
};

/* Takes a zeroed host whose shares have their limits; those of connections
 * are nconns_max. KC_EIO, KC_ENOMEM. Close it in either case. */
enum kc_err kc_host_open(struct kc_host *h, struct event_base *base,
    const struct kc_serving *serving, void *ctx, unsigned nconns_max);
/* Listens. A socket that is there is taken for one that was left behind: the
 * caller holds a lock that says so. KC_EINVAL (something else is there),
 * KC_EIO with a sentence in *detail. */
enum kc_err kc_host_listen_unix(
    struct kc_host *h, const char *path, mode_t mode, struct kc_buf *detail);
enum kc_err kc_host_listen(struct kc_host *h, const struct sockaddr *sa,
    socklen_t n, struct kc_buf *detail);
/* No new connection, no new request; what is under way goes on. */
void kc_host_stop(struct kc_host *h);
/* Drops all connections; every call must be replied to (assertion). */
void kc_host_close(struct kc_host *h);

/* On any thread: the reply of c's call is filled in; the loop goes on. */
void kc_conn_done(struct kc_conn *c);
/* The same, and sends it at once, as far as the socket takes it, for who has
 * nobody else to answer: serving->head is called on this thread, and reply on
 * the loop's, later. */
void kc_conn_done_now(struct kc_conn *c);
/* The reply is ready to be written. c may be gone when this returns. */
void kc_conn_replied(struct kc_conn *c);
/* The body of the request. */
struct kc_slice kc_conn_input(const struct kc_conn *c);
/* Status line and date; counts the reply. */
void kc_host_status(struct kc_host *h, struct kc_buf *out, int status);

/* --- between host.c, conn.c and back.c --- */
void kc_conn_new(struct kc_host *h, int fd, struct kc_peer peer);
void kc_conn_free(struct kc_conn *c);
/* Closes it if its deadline has passed. */
void kc_conn_sweep(struct kc_conn *c, int64_t now_ms);
void kc_host_conn_gone(struct kc_host *h);
/* Has its head made; nothing of it is sent. */
void kc_conn_make(struct kc_conn *c);
/* Writes what is left of a reply: 1 all written, 0 later, -1 the client is
 * gone. */
int kc_conn_write(struct kc_conn *c);
/* The way back: KC_EIO, KC_ENOMEM; what was opened of it, if anything. */
enum kc_err kc_host_open_back(struct kc_host *h);
void kc_host_close_back(struct kc_host *h);
/* Sees to the calls whose reply is sent: any connection may be gone. */
void kc_host_catch_up(struct kc_host *h);
/* The same of all that are replied to. */
void kc_host_end_calls(struct kc_host *h);

#endif
