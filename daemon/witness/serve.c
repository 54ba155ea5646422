/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to a cosignature. */
#include "witness/serve.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http/limiter.h"
#include "http/work.h"
#include "sys/clock.h"
#include "sys/log.h"

#define TEXT "text/plain; charset=utf-8"
#define TYPE_SIZE "text/x.tlog.size" /* of a 409, as tlog-witness has it */
#define MEMORY (16 << 20)            /* bytes of all larger requests */
#define VERDICTS 16

enum route {
	ROUTE_NONE,
	ROUTE_ADD,    /* POST /add-checkpoint */
	ROUTE_LATEST, /* GET /<hex of the origin's hash>/checkpoint */
	ROUTE_HEALTH,
	ROUTE_METRICS
};

struct kc_call {
	struct kc_witness *witness;
	struct kc_conn *conn;
	struct kc_witness_config *config; /* that of its dispatch */
	enum route route;
	struct kc_hash origin; /* of LATEST */
	bool dispatched;
	int status;
	const char *type;
	struct kc_buf body;
	int64_t retry_ms;
	enum kc_err err; /* of the book */
};

struct kc_witness {
	struct kc_host host;
	struct kc_witness_options o;
	struct kc_witness_config *config;
	struct kc_work *work;
	struct kc_limiter limiter; /* by source */
	unsigned ncalls;
	uint64_t limited;
	atomic_bool unwell; /* the last write did not come about */
	_Atomic uint64_t answers[VERDICTS];
};

/* --- who asks --- */
/* Sources of TCP are told apart by address: those of IPv6 by their network. */
static void
meet(struct kc_host *h, struct kc_peer *peer, const struct sockaddr *sa)
{
	struct kc_slice address = {NULL, 0};
	union {
		const struct sockaddr *sa;
		const struct sockaddr_in *in;
		const struct sockaddr_in6 *in6;
	} p = {sa};

	(void)h;
	if (sa->sa_family == AF_INET)
		address = (struct kc_slice){
		    (const char *)&p.in->sin_addr, sizeof(p.in->sin_addr)};
	else if (sa->sa_family == AF_INET6)
		address = (struct kc_slice){(const char *)&p.in6->sin6_addr, 8};
	if (address.n > 0)
		peer->id = kc_limiter_key(1, address);
	/* Each has at most a quarter, but for whoever runs us. */
	peer->standing = peer->local && peer->uid == geteuid()
	    ? KC_STANDING_OWN
	    : KC_STANDING_READER;
}

/* --- replies --- */
static void
say(struct kc_call *call, int status, const char *text)
{
	kc_buf_reset(&call->body);
	call->status = status;
	call->type = TEXT;
	kc_buf_str(&call->body, text);
	kc_buf_char(&call->body, '\n');
}

static struct kc_call *
begin(struct kc_conn *c)
{
	struct kc_witness *w = c->host->ctx;
	struct kc_call *call = kc_alloc(sizeof(*call));

	if (call == NULL)
		return NULL;
	call->witness = w;
	call->conn = c;
	w->ncalls++;
	return call;
}

static void
end(struct kc_call *call)
{
	call->witness->ncalls--;
	kc_buf_free(&call->body);
	kc_free(call);
}

static void
reply(struct kc_call *call)
{
	struct kc_witness *w = call->witness;
	bool lost = call->err == KC_EUNKNOWN || call->err == KC_ECORRUPT;

	kc_conn_replied(call->conn); /* the call may be gone */
	if (lost)
		w->o.failed(w->o.ctx);
}

static const struct kc_buf *
head(struct kc_call *call, struct kc_buf *out, bool close)
{
	kc_host_status(&call->witness->host, out, call->status);
	kc_buf_str(out, "\r\nContent-Type: ");
	kc_buf_str(out, call->type);
	kc_buf_str(out, "\r\nContent-Length: ");
	kc_buf_u64(out, call->body.n);
	kc_buf_str(out,
	    "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff");
	if (call->status == 405)
		kc_buf_str(out,
		    call->route == ROUTE_ADD ? "\r\nAllow: POST"
					     : "\r\nAllow: GET, HEAD");
	if (call->status == 429 || call->status == 503) {
		kc_buf_str(out, "\r\nRetry-After: ");
		kc_buf_i64(out, (call->retry_ms + 999) / 1000 + 1);
	}
	if (close)
		kc_buf_str(out, "\r\nConnection: close");
	kc_buf_str(out, "\r\n\r\n");
	return &call->body;
}

/* --- routes --- */
/* "/<64 hex digits>/checkpoint" */
static bool
is_latest(struct kc_slice path, struct kc_hash *origin)
{
	static const struct kc_slice name = {"/checkpoint", 11};
	size_t n = 1 + 2 * KC_HASH_SIZE;

	return path.n == n + name.n &&
	    memcmp(path.p + n, name.p, name.n) == 0 &&
	    kc_read_hex((struct kc_slice){path.p + 1, n - 1}, origin->b,
		sizeof(origin->b));
}

static enum route
find_route(struct kc_slice path, struct kc_hash *origin)
{
	if (kc_slice_is(path, "/add-checkpoint"))
		return ROUTE_ADD;
	if (kc_slice_is(path, "/healthz"))
		return ROUTE_HEALTH;
	if (kc_slice_is(path, "/metrics"))
		return ROUTE_METRICS;
	return is_latest(path, origin) ? ROUTE_LATEST : ROUTE_NONE;
}

/* The cheapest questions first, and limits before all that costs. */
static bool
screen(struct kc_call *call)
{
	struct kc_witness *w = call->witness;
	const struct kc_http_request *req = &call->conn->req;
	bool post = req->method == KC_HTTP_POST;

	call->retry_ms = kc_limiter_ask(&w->limiter, call->conn->peer.id,
	    w->config->requests_per_s, kc_clock_monotonic_ms());
	if (call->retry_ms > 0) {
		w->limited++;
		say(call, 429, "too many requests");
		return false;
	}
	call->route = find_route(req->path, &call->origin);
	if (call->route == ROUTE_NONE) {
		say(call, 404, "there is nothing here");
		return false;
	}
	if (post != (call->route == ROUTE_ADD) ||
	    req->method == KC_HTTP_OPTIONS) {
		say(call, 405, "method");
		return false;
	}
	if (req->query.n > 0) {
		say(call, 400, "no parameters are taken");
		return false;
	}
	if (req->body_n > KC_WITNESS_ASK_MAX) {
		say(call, 413, "larger than an add-checkpoint request");
		return false;
	}
	return true;
}

/* --- work, on the thread --- */
/* A signed head that contradicts what we signed is worth a line whoever reads
 * it; the log's own key stands behind it. */
static void
log_contradiction(
    const struct kc_witness_ask *ask, const struct kc_book_answer *a)
{
	struct kc_line l;

	kc_log_begin(&l,
	    a->verdict == KC_WITNESS_FORK ? KC_LOG_ERROR : KC_LOG_WARNING,
	    a->verdict == KC_WITNESS_FORK ? "fork" : "inconsistent");
	kc_log_str(&l, "origin", ask->head.origin);
	kc_log_i64(&l, "size", (int64_t)ask->head.size);
	kc_log_i64(&l, "held", (int64_t)a->held);
	kc_log_str(&l, "why", kc_witness_text(a->verdict));
	kc_log_end(&l);
}

static void
log_failure(enum kc_err err)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, "write");
	kc_log_str(&l, "why", kc_err_text(err));
	kc_log_end(&l);
}

static void
answer(struct kc_call *call, const struct kc_book_answer *a)
{
	call->witness->answers[a->verdict]++;
	say(call, kc_witness_status(a->verdict), kc_witness_text(a->verdict));
	if (a->verdict == KC_WITNESS_COSIGN) {
		kc_buf_reset(&call->body);
		kc_buf_slice(&call->body, kc_buf_view(&a->line));
	} else if (a->verdict == KC_WITNESS_STALE) {
		kc_buf_reset(&call->body);
		kc_buf_u64(&call->body, a->held);
		kc_buf_char(&call->body, '\n');
		call->type = TYPE_SIZE;
	}
}

static void
add_checkpoint(struct kc_call *call)
{
	struct kc_witness *w = call->witness;
	struct kc_book_answer a = {0};
	struct kc_witness_ask ask;
	enum kc_err err = KC_OK;

	a.verdict = kc_witness_read(&ask, kc_conn_input(call->conn),
	    call->config->logs, call->config->nlogs);
	if (a.verdict == KC_WITNESS_COSIGN) {
		err = kc_book_cosign(
		    w->o.book, &ask, w->o.key, (uint64_t)time(NULL), &a);
		atomic_store(&w->unwell, err != KC_OK);
		if (err == KC_OK && kc_witness_status(a.verdict) == 422)
			log_contradiction(&ask, &a);
	}
	call->err = err;
	if (err == KC_OK) {
		answer(call, &a);
	} else {
		log_failure(err);
		say(call, 503, kc_err_text(err));
	}
	kc_buf_free(&a.line);
}

static void
latest(struct kc_call *call)
{
	enum kc_err err;

	kc_buf_reset(&call->body);
	err = kc_book_latest(call->witness->o.book, &call->origin, &call->body);
	call->status = 200;
	call->type = TEXT;
	if (err == KC_ENOTFOUND)
		say(call, 404, "nothing was cosigned of this log");
	else if (err != KC_OK)
		say(call, 503, kc_err_text(err));
}

static void
run(void *ctx)
{
	struct kc_call *call = ctx;

	if (call->route == ROUTE_ADD)
		add_checkpoint(call);
	else
		latest(call);
	kc_conn_done(call->conn);
}

/* --- what the loop answers itself --- */
static void
put_counter(struct kc_buf *b, const char *name, uint64_t v)
{
	kc_buf_str(b, "# TYPE kaocheng_witness_");
	kc_buf_str(b, name);
	kc_buf_str(b, " counter\nkaocheng_witness_");
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, v);
	kc_buf_char(b, '\n');
}

static void
metrics(struct kc_call *call)
{
	static const char *const names[] = {
#define X(sym, status, text) #sym,
	    KC_WITNESS_VERDICTS(X)
#undef X
	};
	const struct kc_witness *w = call->witness;
	struct kc_buf *b = &call->body;

	_Static_assert(
	    sizeof(names) / sizeof(names[0]) <= VERDICTS, "verdicts");
	call->status = 200;
	call->type = TEXT;
	put_counter(b, "requests_total", w->host.counts.requests);
	put_counter(b, "malformed_total", w->host.counts.refused_bytes);
	put_counter(b, "limited_total", w->limited);
	kc_buf_str(b, "# TYPE kaocheng_witness_verdicts_total counter\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		kc_buf_str(b, "kaocheng_witness_verdicts_total{verdict=\"");
		kc_buf_str(b, names[i]);
		kc_buf_str(b, "\"} ");
		kc_buf_u64(b, w->answers[i]);
		kc_buf_char(b, '\n');
	}
}

static void
health(struct kc_call *call)
{
	if (atomic_load(&call->witness->unwell))
		say(call, 503, "the last checkpoint could not be kept");
	else
		say(call, 200, "ok");
}

static void
dispatch(struct kc_call *call)
{
	struct kc_witness *w = call->witness;

	call->config = w->config;
	if (call->route == ROUTE_HEALTH) {
		health(call);
	} else if (call->route == ROUTE_METRICS) {
		metrics(call);
	} else if (kc_work_submit(w->work, run, call) == KC_OK) {
		return;
	} else {
		say(call, 503, "no memory");
	}
	reply(call);
}

static const struct kc_serving serving = {
    .meet = meet,
    .begin = begin,
    .screen = screen,
    .dispatch = dispatch,
    .bad = say,
    .reply = reply,
    .head = head,
    .end = end,
};

/* --- life --- */
enum kc_err
kc_witness_open(struct kc_witness **out,
    const struct kc_witness_options *options, struct kc_buf *detail)
{
	struct kc_witness *w = kc_alloc(sizeof(*w));
	const struct kc_witness_config *c = options->config;
	enum kc_err err;

	if (w == NULL) {
		kc_free(options->config);
		return KC_ENOMEM;
	}
	w->o = *options;
	w->config = options->config;
	w->host.shares.max[KC_POOL_BODIES] = MEMORY;
	err = kc_host_open(
	    &w->host, options->base, &serving, w, options->connections_max);
	if (err == KC_OK)
		err = kc_work_new(&w->work, 1);
	if (err == KC_OK && c->socket[0] != '\0')
		err = kc_host_listen_unix(
		    &w->host, c->socket, c->socket_mode, detail);
	if (err == KC_OK && c->tcp_n > 0)
		err = kc_host_listen(&w->host, (const struct sockaddr *)&c->tcp,
		    c->tcp_n, detail);
	if (err == KC_OK)
		*out = w;
	else
		kc_witness_close(w);
	return err;
}

void
kc_witness_reload(struct kc_witness *w, struct kc_witness_config *config)
{
	/* Calls with the thread still use the old one, and come before. */
	if (kc_work_submit(w->work, kc_free, w->config) != KC_OK) {
		kc_free(config);
		return;
	}
	w->config = config;
}

void
kc_witness_stop(struct kc_witness *w)
{
	kc_host_stop(&w->host);
}

bool
kc_witness_quiet(const struct kc_witness *w)
{
	return w->ncalls == 0;
}

void
kc_witness_close(struct kc_witness *w)
{
	if (w == NULL)
		return;
	kc_work_free(w->work);
	kc_host_close(&w->host);
	kc_free(w->config);
	kc_free(w);
}
