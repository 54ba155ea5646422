/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: listening, the cap on connections, the way back from threads. */
#include "net/gate.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/gate_int.h"
#include "sys/log.h"

#define BACKLOG 512
#define ACCEPT_MAX 32 /* connections, then what is there has its turn */
#define WORK_THREADS 2
#define QUIET_LOG_MS 10000 /* at most one line of its kind in this time */

static const struct timeval sweep_every = {0, KC_CONN_SWEEP_MS * 1000};
static const struct timeval pause_for = {0, KC_GATE_PAUSE_MS * 1000};

/* --- listening --- */
static void
listen_again(struct kc_gate *g)
{
	if (g->stopping || g->paused || g->nconns >= g->nconns_max)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (g->listeners[i] != NULL)
			(void)evconnlistener_enable(g->listeners[i]);
	}
}

static void
listen_no_more(struct kc_gate *g)
{
	for (size_t i = 0; i < 2; i++) {
		if (g->listeners[i] != NULL)
			(void)evconnlistener_disable(g->listeners[i]);
	}
}

void
kc_gate_conn_gone(struct kc_gate *g)
{
	if (g->nconns == g->nconns_max - 1)
		listen_again(g);
}

static struct kc_peer
peer_of(struct kc_gate *g, int fd, const struct sockaddr *sa)
{
	struct kc_peer peer = {.id = 1, .standing = KC_STANDING_STRANGER};
	struct ucred cred;
	socklen_t n = sizeof(cred);

	/* On TCP the same call succeeds and says nobody. */
	if (sa->sa_family == AF_UNIX &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0) {
		peer.local = true;
		peer.uid = cred.uid;
		peer.id = (UINT64_C(1) << 32) | cred.uid;
		if (kc_config_reader(g->config, cred.uid) != NULL)
			peer.standing = KC_STANDING_READER;
		if (cred.uid == g->own_uid)
			peer.standing = KC_STANDING_OWN;
	}
	return peer;
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *sa, int n, void *ctx)
{
	struct kc_gate *g = ctx;
	int one = 1;

	(void)listener;
	(void)n;
	if (sa->sa_family == AF_INET)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	kc_conn_new(g, fd, peer_of(g, fd, sa));
	if (g->conns != NULL && !event_pending(g->sweep, EV_TIMEOUT, NULL))
		(void)event_add(g->sweep, &sweep_every);
	if (g->nconns >= g->nconns_max) {
		listen_no_more(g);
	} else if (++g->accepted == ACCEPT_MAX) {
		/* libevent goes on while there is one; the others, too. */
		listen_no_more(g);
		event_active(g->resume, EV_TIMEOUT, 0);
	}
}

/* Out of descriptors, most likely: waiting costs nothing, trying again at
 * once would cost a processor. */
static void
on_accept_error(struct evconnlistener *listener, void *ctx)
{
	struct kc_gate *g = ctx;
	int64_t now_ms = kc_clock_monotonic_ms();
	struct kc_line l;

	(void)listener;
	kc_log_begin(&l, KC_LOG_WARNING, "accept-paused");
	if (g->counts.paused == 0 ||
	    now_ms - g->paused_logged_ms > QUIET_LOG_MS) {
		kc_log_errno(&l);
		kc_log_i64(&l, "connections", g->nconns);
		kc_log_end(&l);
		g->paused_logged_ms = now_ms;
	}
	g->counts.paused++;
	g->paused = true;
	listen_no_more(g);
	(void)event_add(g->resume, &pause_for);
}

static void
on_resume(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_gate *g = ctx;

	(void)fd;
	(void)what;
	g->paused = false;
	g->accepted = 0;
	listen_again(g);
}

static enum kc_err
listen_on(struct kc_gate *g, size_t which, const struct sockaddr *sa,
    socklen_t n, struct kc_buf *detail)
{
	g->listeners[which] = evconnlistener_new_bind(g->base, on_accept, g,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC |
		(sa->sa_family == AF_INET ? LEV_OPT_REUSEABLE : 0),
	    BACKLOG, sa, (int)n);
	if (g->listeners[which] == NULL) {
		char text[128];

		kc_buf_str(detail, "cannot listen: ");
		kc_buf_str(detail, strerror_r(errno, text, sizeof(text)));
		return KC_EIO;
	}
	evconnlistener_set_error_cb(g->listeners[which], on_accept_error);
	return KC_OK;
}

/* The ledger's own lock was taken before, so a socket that is there was left
 * behind by a daemon that died. */
static enum kc_err
listen_unix(struct kc_gate *g, struct kc_buf *detail)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const char *path = g->config->socket;
	struct stat st;
	enum kc_err err;

	if (path[0] == '\0')
		return KC_OK;
	if (lstat(path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode)) {
			kc_buf_str(detail, path);
			kc_buf_str(detail, " is there and is not a socket");
			return KC_EINVAL;
		}
		(void)unlink(path);
	}
	assert(strlen(path) < sizeof(sa.sun_path));
	memcpy(sa.sun_path, path, strlen(path));
	err = listen_on(g, 0, (const struct sockaddr *)&sa, sizeof(sa), detail);
	if (err != KC_OK)
		return err;
	memcpy(g->socket_path, path, strlen(path) + 1);
	if (chmod(path, g->config->socket_mode) != 0) {
		kc_buf_str(detail, "cannot set the mode of ");
		kc_buf_str(detail, path);
		return KC_EIO;
	}
	return KC_OK;
}

static enum kc_err
listen_tcp(struct kc_gate *g, struct kc_buf *detail)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};

	if (g->config->tcp_port == 0)
		return KC_OK;
	sa.sin_port = htons(g->config->tcp_port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return listen_on(
	    g, 1, (const struct sockaddr *)&sa, sizeof(sa), detail);
}

/* --- the way back ----------------------------------------------------------
 * Any thread pushes; the first onto an empty list rings. The loop takes all
 * at once, and in the order they came.
 */
void
kc_call_done(struct kc_call *call)
{
	struct kc_gate *g = call->gate;
	struct kc_call *head = atomic_load(&g->hopped);

	do {
		call->next = head;
	} while (!atomic_compare_exchange_weak(&g->hopped, &head, call));
	if (head == NULL) {
		uint64_t one = 1;
		ssize_t n = write(g->hop_fd, &one, sizeof(one));

		assert(n == (ssize_t)sizeof(one));
	}
}

void
kc_gate_hop_run(struct kc_gate *g)
{
	struct kc_call *taken = atomic_exchange(&g->hopped, NULL);
	struct kc_call *first = NULL;

	while (taken != NULL) {
		struct kc_call *next = taken->next;

		taken->next = first;
		first = taken;
		taken = next;
	}
	while (first != NULL) {
		struct kc_call *call = first;

		first = call->next;
		kc_call_reply(call);
	}
}

static void
on_hop(evutil_socket_t fd, short what, void *ctx)
{
	uint64_t times;
	ssize_t n = read(fd, &times, sizeof(times));

	(void)n;
	(void)what;
	kc_gate_hop_run(ctx);
}

static void
on_sweep(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_gate *g = ctx;
	int64_t now_ms = kc_clock_monotonic_ms();

	(void)fd;
	(void)what;
	for (struct kc_conn *c = g->conns, *next; c != NULL; c = next) {
		next = c->next;
		kc_conn_sweep(c, now_ms);
	}
	/* With nobody there is nothing to look at. */
	if (g->conns != NULL)
		(void)event_add(g->sweep, &sweep_every);
}

/* --- life --- */
static enum kc_err
add_events(struct kc_gate *g)
{
	g->hop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (g->hop_fd < 0)
		return KC_EIO;
	g->hop = event_new(g->base, g->hop_fd, EV_READ | EV_PERSIST, on_hop, g);
	g->sweep = event_new(g->base, -1, 0, on_sweep, g);
	g->resume = event_new(g->base, -1, 0, on_resume, g);
	if (g->hop == NULL || g->sweep == NULL || g->resume == NULL ||
	    event_add(g->hop, NULL) != 0)
		return KC_ENOMEM;
	return KC_OK;
}

enum kc_err
kc_gate_open(struct kc_gate **out, const struct kc_gate_options *options,
    struct kc_buf *detail)
{
	struct kc_gate *g = kc_alloc(sizeof(*g));
	enum kc_err err;

	if (g == NULL)
		return KC_ENOMEM;
	g->base = options->base;
	g->ledger = options->ledger;
	g->config = options->config;
	g->clock = options->clock;
	g->manual = options->manual;
	g->nconns_max = options->connections_max;
	g->shares.max[KC_POOL_CONNECTIONS] = g->nconns_max;
	g->shares.max[KC_POOL_BODIES] = KC_GATE_MEMORY;
	g->shares.max[KC_POOL_REPLIES] = KC_GATE_REPLIES;
	g->shares.max[KC_POOL_REPLAYS] = KC_GATE_REPLAYS;
	g->shares.max[KC_POOL_NOTES] = g->config->queue_max;
	g->own_uid = geteuid();
	g->hop_fd = -1;
	err = kc_work_new(&g->work, WORK_THREADS);
	if (err == KC_OK)
		err = add_events(g);
	if (err == KC_OK)
		err = listen_unix(g, detail);
	if (err == KC_OK)
		err = listen_tcp(g, detail);
	if (err == KC_OK)
		*out = g;
	else
		kc_gate_close(g);
	return err;
}

void
kc_gate_reload(struct kc_gate *g, const struct kc_config *config)
{
	g->config = config;
}

void
kc_gate_stop(struct kc_gate *g)
{
	g->stopping = true;
	kc_ledger_drop_replays(g->ledger);
	listen_no_more(g);
	kc_gate_drop_replays(g);
	for (struct kc_conn *c = g->conns, *next; c != NULL; c = next) {
		next = c->next;
		/* A request that is half here was not taken: the client
		 * sees the end and asks again. */
		if (c->state == KC_CONN_HEAD || c->state == KC_CONN_BODY)
			kc_conn_free(c);
	}
}

bool
kc_gate_quiet(const struct kc_gate *g)
{
	return g->ncalls == 0;
}

void
kc_gate_close(struct kc_gate *g)
{
	if (g == NULL)
		return;
	g->stopping = true;
	kc_work_free(g->work);
	kc_gate_hop_run(g);
	for (struct kc_conn *c = g->conns, *next; c != NULL; c = next) {
		next = c->next;
		kc_conn_free(c);
	}
	for (size_t i = 0; i < 2; i++) {
		if (g->listeners[i] != NULL)
			evconnlistener_free(g->listeners[i]);
	}
	if (g->socket_path[0] != '\0')
		(void)unlink(g->socket_path);
	for (size_t i = 0; i < 3; i++) {
		struct event *ev[3] = {g->hop, g->sweep, g->resume};

		if (ev[i] != NULL)
			event_free(ev[i]);
	}
	if (g->hop_fd >= 0)
		(void)close(g->hop_fd);
	while (g->spare != NULL) {
		struct kc_call *call = g->spare;

		g->spare = call->next;
		kc_buf_free(&call->body);
		kc_free(call);
	}
	kc_free(g);
}
