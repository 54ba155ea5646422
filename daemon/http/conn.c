/* SPDX-License-Identifier: Apache-2.0 */
/* One connection: reads a request, waits for its call, writes the reply. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/host.h"
#include "sys/clock.h"

#define FIRST_READ 4096
#define LINGER_BYTES 65536

static void
set_deadline(struct kc_conn *c, int64_t in_ms)
{
	c->deadline_ms = kc_clock_monotonic_ms() + in_ms;
}

/* --- the request buffer --- */
static void
give_bodies(struct kc_conn *c, size_t n)
{
	kc_share_give(
	    &c->host->shares, c->peer.id, c->peer.standing, KC_POOL_BODIES, n);
}

/* Grows to `cap`; larger ones are counted. False if there is no room. */
static bool
set_capacity(struct kc_conn *c, size_t cap)
{
	struct kc_host *h = c->host;
	size_t more = cap > KC_CONN_KEEP ? cap : 0;
	size_t less = c->in_cap > KC_CONN_KEEP ? c->in_cap : 0;
	char *p;

	if (more > less &&
	    !kc_share_take(&h->shares, c->peer.id, c->peer.standing,
		KC_POOL_BODIES, more - less))
		return false;
	p = realloc(c->in, cap);
	if (p != NULL) {
		c->in = p;
		c->in_cap = cap;
		c->moved = true;
	}
	if (p == NULL && more > less)
		give_bodies(c, more - less);
	else if (p != NULL && less > more)
		give_bodies(c, less - more);
	return p != NULL;
}

/* For a head; a body has its room already. */
static bool
make_room(struct kc_conn *c)
{
	if (c->in_n < c->in_cap)
		return true;
	return set_capacity(c, c->in_cap == 0 ? FIRST_READ : c->in_cap * 2);
}

/* Drops the request that was answered; what follows it moves up. */
static void
consume(struct kc_conn *c)
{
	size_t rest = c->in_n - c->need_n;

	memmove(c->in, c->in + c->need_n, rest);
	c->in_n = rest;
	c->need_n = c->head_n = c->scanned = 0;
	if (c->in_cap > KC_CONN_KEEP && rest <= KC_CONN_KEEP)
		(void)set_capacity(c, KC_CONN_KEEP);
}

/* --- what to do with what is there --- */
/* False: no memory, and the connection is gone. */
static bool
start_call(struct kc_conn *c)
{
	struct kc_call *call = c->host->serving->begin(c);

	if (call == NULL) {
		kc_conn_free(c);
		return false;
	}
	c->call = call;
	c->state = KC_CONN_WORK;
	c->replied = c->made = false;
	c->host->counts.requests++;
	return true;
}

/* Answers a request that cannot be read further, then closes. The connection
 * may be gone when this returns. */
static void
refuse(struct kc_conn *c, int status, const char *what)
{
	c->close = true;
	c->need_n = c->in_n;
	c->req = (struct kc_http_request){.method = KC_HTTP_GET};
	if (c->call == NULL && !start_call(c))
		return;
	c->state = KC_CONN_WORK;
	c->host->counts.refused_bytes++;
	c->host->serving->bad(c->call, status, what);
	c->host->serving->reply(c->call);
}

/* The body is wanted: makes room for all of it. */
static void
read_body(struct kc_conn *c)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (c->need_n > c->in_cap && !set_capacity(c, c->need_n)) {
		c->close = true;
		c->host->serving->bad(
		    c->call, 503, "no memory for the request");
		c->host->serving->reply(c->call);
		return;
	}
	c->state = KC_CONN_BODY;
	set_deadline(c, KC_CONN_BODY_MS);
	if (c->req.expect_continue && c->in_n < c->need_n)
		(void)send(c->fd, go_on, sizeof(go_on) - 1, MSG_NOSIGNAL);
}

static int
parse_head(struct kc_conn *c, const char **why)
{
	c->moved = false;
	return kc_http_parse(&c->req, (struct kc_slice){c->in, c->head_n}, why);
}

/* True when there is something to go on with. */
static bool
advance_head(struct kc_conn *c)
{
	const char *why = "head";
	int status;

	if (c->in_n == 0)
		return false;
	status = kc_http_find_end(c->in, c->in_n, &c->scanned, &c->head_n);
	if (status < 0)
		return false;
	if (status == 0)
		status = parse_head(c, &why);
	if (status != 0) {
		refuse(c, status, why);
		return true;
	}
	c->close = c->req.close || c->host->stopping;
	c->need_n = c->head_n + c->req.body_n;
	if (!start_call(c))
		return false;
	if (c->host->serving->screen(c->call)) {
		read_body(c);
		return true;
	}
	/* What is not wanted is not read. */
	c->close = c->close || c->in_n < c->need_n;
	c->host->serving->reply(c->call);
	return true;
}

static bool
advance_body(struct kc_conn *c)
{
	const char *why;

	if (c->in_n < c->need_n)
		return false;
	if (c->moved)
		(void)parse_head(c, &why);
	c->state = KC_CONN_WORK;
	c->host->serving->dispatch(c->call);
	return true;
}

static void
resume_reading(struct kc_conn *c)
{
	if (!c->paused || event_add(c->readable, NULL) != 0)
		return;
	c->paused = false;
	(void)atomic_fetch_sub(&c->host->waits, 1);
}

/* Nothing is read before the call has ended, which may be just now: c may be
 * gone. */
static void
pause_reading(struct kc_conn *c)
{
	struct kc_host *h = c->host;

	(void)event_del(c->readable);
	c->paused = true;
	(void)atomic_fetch_add(&h->waits, 1);
	kc_host_catch_up(h);
}

/* The last reply is written: say so, and wait a moment for the client. */
static void
linger(struct kc_conn *c)
{
	c->state = KC_CONN_LINGER;
	c->in_n = c->need_n = 0;
	(void)shutdown(c->fd, SHUT_WR);
	set_deadline(c, KC_CONN_LINGER_MS);
	resume_reading(c);
}

static bool
advance_write(struct kc_conn *c)
{
	int written = kc_conn_write(c);

	if (written < 0) {
		kc_conn_free(c);
		return false;
	}
	if (written == 0) {
		(void)event_add(c->writable, NULL);
		return false;
	}
	c->host->serving->end(c->call);
	c->call = NULL;
	if (c->close || c->host->stopping) {
		linger(c);
		return false;
	}
	consume(c);
	c->state = KC_CONN_HEAD;
	set_deadline(c, c->in_n > 0 ? KC_CONN_HEAD_MS : KC_CONN_IDLE_MS);
	c->since_ms = kc_clock_monotonic_ms();
	resume_reading(c);
	return true;
}

void
kc_conn_make(struct kc_conn *c)
{
	kc_buf_reset(&c->head);
	c->body = c->host->serving->head(
	    c->call, &c->head, c->close || c->host->stopping);
	c->sent = 0;
	c->body_n = c->req.method == KC_HTTP_HEAD ? 0 : c->body->n;
	c->made = true;
}

static bool
advance_work(struct kc_conn *c)
{
	if (!c->replied)
		return false;
	if (!c->made)
		kc_conn_make(c);
	c->state = KC_CONN_WRITE;
	set_deadline(c, KC_CONN_WRITE_MS);
	return true;
}

/* Goes on until bytes, a call or the socket must be waited for. */
static void
advance(struct kc_conn *c)
{
	struct kc_host *h = c->host;
	unsigned before = h->nconns;
	bool more = true;

	if (c->busy)
		return;
	c->busy = true;
	while (more) {
		switch (c->state) {
		case KC_CONN_HEAD:
			more = advance_head(c);
			break;
		case KC_CONN_BODY:
			more = advance_body(c);
			break;
		case KC_CONN_WORK:
			more = advance_work(c);
			break;
		case KC_CONN_WRITE:
			more = advance_write(c);
			break;
		case KC_CONN_LINGER:
			more = false;
			break;
		}
		if (h->nconns != before)
			return; /* it is gone */
	}
	c->busy = false;
}

void
kc_conn_replied(struct kc_conn *c)
{
	assert(c->call != NULL && !c->replied);
	c->replied = true;
	advance(c);
}

struct kc_slice
kc_conn_input(const struct kc_conn *c)
{
	return (struct kc_slice){c->in + c->head_n, c->req.body_n};
}

/* --- events --- */
/* Bytes after the last request are of no interest, within reason. */
static void
drain(struct kc_conn *c)
{
	char waste[4096];
	ssize_t n;

	while ((n = recv(c->fd, waste, sizeof(waste), 0)) > 0) {
		c->in_n += (size_t)n;
		if (c->in_n > LINGER_BYTES)
			break;
	}
	if (n >= 0 || (errno != EAGAIN && errno != EINTR))
		kc_conn_free(c);
}

static void
on_readable(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_conn *c = ctx;
	struct kc_host *h = c->host;
	ssize_t n;

	(void)what;
	h->reading = c;
	kc_host_catch_up(h);
	if (h->reading == NULL)
		return;
	if (c->state == KC_CONN_LINGER) {
		drain(c);
		return;
	}
	if (c->state == KC_CONN_WORK || c->state == KC_CONN_WRITE) {
		pause_reading(c);
		return;
	}
	if (!make_room(c)) {
		refuse(c, 503, "no memory for the request");
		return;
	}
	n = recv(fd, c->in + c->in_n, c->in_cap - c->in_n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		kc_conn_free(c);
		return;
	}
	if (c->state == KC_CONN_HEAD && c->in_n == 0)
		set_deadline(c, KC_CONN_HEAD_MS);
	c->in_n += (size_t)n;
	advance(c);
}

static void
on_writable(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	advance(ctx);
}

void
kc_conn_sweep(struct kc_conn *c, int64_t now_ms)
{
	if (c->state == KC_CONN_WORK || now_ms < c->deadline_ms)
		return;
	if (c->state == KC_CONN_BODY ||
	    (c->state == KC_CONN_HEAD && c->in_n > 0)) {
		refuse(c, 408, "too slow");
		return;
	}
	kc_conn_free(c);
}

/* Of the connections of a peer that wait for it, the one that does so for
 * longest; NULL if all are at work for it. */
static struct kc_conn *
longest_waiting(struct kc_host *h, uint64_t peer)
{
	struct kc_conn *found = NULL;

	for (struct kc_conn *c = h->conns; c != NULL; c = c->next) {
		if (c->peer.id == peer && c->state != KC_CONN_WORK &&
		    (found == NULL || c->since_ms <= found->since_ms))
			found = c;
	}
	return found;
}

/* A place for one more. A peer that has all of its share gives up one that
 * has waited: whoever holds connections open shuts out nobody but himself. */
static bool
take_place(struct kc_host *h, const struct kc_peer *peer)
{
	struct kc_conn *old;

	if (kc_share_take(
		&h->shares, peer->id, peer->standing, KC_POOL_CONNECTIONS, 1))
		return true;
	old = longest_waiting(h, peer->id);
	if (old == NULL)
		return false;
	h->counts.evicted++;
	kc_conn_free(old);
	return kc_share_take(
	    &h->shares, peer->id, peer->standing, KC_POOL_CONNECTIONS, 1);
}

void
kc_conn_new(struct kc_host *h, int fd, struct kc_peer peer)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\n"
				   "Content-Length: 0\r\nRetry-After: 1\r\n"
				   "Connection: close\r\n\r\n";
	bool placed = take_place(h, &peer);
	struct kc_conn *c = placed ? kc_alloc(sizeof(*c)) : NULL;

	if (c == NULL) {
		h->counts.turned_away++;
		if (placed)
			kc_share_give(&h->shares, peer.id, peer.standing,
			    KC_POOL_CONNECTIONS, 1);
		(void)send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL);
		(void)close(fd);
		return;
	}
	c->host = h;
	c->fd = fd;
	c->peer = peer;
	c->next = h->conns;
	if (c->next != NULL)
		c->next->prev = c;
	h->conns = c;
	h->nconns++;
	h->counts.accepted++;
	c->since_ms = kc_clock_monotonic_ms();
	set_deadline(c, KC_CONN_HEAD_MS);
	c->readable =
	    event_new(h->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	c->writable = event_new(h->base, fd, EV_WRITE, on_writable, c);
	if (c->readable == NULL || c->writable == NULL ||
	    event_add(c->readable, NULL) != 0)
		kc_conn_free(c);
}

void
kc_conn_free(struct kc_conn *c)
{
	struct kc_host *h = c->host;

	/* A call under way keeps its connection: it reads from its buffer. */
	assert(c->call == NULL || c->state != KC_CONN_WORK || c->replied);
	if (h->reading == c)
		h->reading = NULL;
	if (c->paused)
		(void)atomic_fetch_sub(&h->waits, 1);
	if (c->call != NULL)
		c->host->serving->end(c->call);
	if (c->readable != NULL)
		event_free(c->readable);
	if (c->writable != NULL)
		event_free(c->writable);
	(void)close(c->fd);
	if (c->in_cap > KC_CONN_KEEP)
		give_bodies(c, c->in_cap);
	free(c->in);
	kc_share_give(
	    &h->shares, c->peer.id, c->peer.standing, KC_POOL_CONNECTIONS, 1);
	kc_buf_free(&c->head);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		h->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	kc_free(c);
	h->nconns--;
	kc_host_conn_gone(h);
}
