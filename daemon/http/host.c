/* SPDX-License-Identifier: Apache-2.0 */
/* Listening, the cap on connections, what the clock ends. */
#include "http/host.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/log.h"

#define BACKLOG 512
#define ACCEPT_MAX 32      /* connections, then what is there has its turn */
#define QUIET_LOG_MS 10000 /* at most one line of its kind in this time */

static const struct timeval sweep_every = {0, KC_CONN_SWEEP_MS * 1000};
static const struct timeval pause_for = {0, KC_HOST_PAUSE_MS * 1000};

/* --- listening --- */
static void
listen_again(struct kc_host *h)
{
	if (h->stopping || h->paused || h->nconns >= h->nconns_max)
		return;
	for (size_t i = 0; i < h->nlisteners; i++)
		(void)evconnlistener_enable(h->listeners[i]);
}

static void
listen_no_more(struct kc_host *h)
{
	for (size_t i = 0; i < h->nlisteners; i++)
		(void)evconnlistener_disable(h->listeners[i]);
}

void
kc_host_conn_gone(struct kc_host *h)
{
	if (h->nconns == h->nconns_max - 1)
		listen_again(h);
}

static struct kc_peer
peer_of(struct kc_host *h, int fd, const struct sockaddr *sa)
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
	}
	h->serving->meet(h, &peer, sa);
	return peer;
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *sa, int n, void *ctx)
{
	struct kc_host *h = ctx;
	int one = 1;

	(void)listener;
	(void)n;
	kc_host_catch_up(h);
	if (sa->sa_family != AF_UNIX)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	kc_conn_new(h, fd, peer_of(h, fd, sa));
	if (h->conns != NULL && !event_pending(h->sweep, EV_TIMEOUT, NULL))
		(void)event_add(h->sweep, &sweep_every);
	if (h->nconns >= h->nconns_max) {
		listen_no_more(h);
	} else if (++h->accepted == ACCEPT_MAX) {
		/* libevent goes on while there is one; the others, too. */
		listen_no_more(h);
		event_active(h->resume, EV_TIMEOUT, 0);
	}
}

/* Out of descriptors, most likely: waiting costs nothing, trying again at
 * once would cost a processor. */
static void
on_accept_error(struct evconnlistener *listener, void *ctx)
{
	struct kc_host *h = ctx;
	int64_t now_ms = kc_clock_monotonic_ms();
	struct kc_line l;

	(void)listener;
	kc_log_begin(&l, KC_LOG_WARNING, "accept-paused");
	if (h->counts.paused == 0 ||
	    now_ms - h->paused_logged_ms > QUIET_LOG_MS) {
		kc_log_errno(&l);
		kc_log_i64(&l, "connections", h->nconns);
		kc_log_end(&l);
		h->paused_logged_ms = now_ms;
	}
	h->counts.paused++;
	h->paused = true;
	listen_no_more(h);
	(void)event_add(h->resume, &pause_for);
}

static void
on_resume(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_host *h = ctx;

	(void)fd;
	(void)what;
	h->paused = false;
	h->accepted = 0;
	listen_again(h);
}

enum kc_err
kc_host_listen(struct kc_host *h, const struct sockaddr *sa, socklen_t n,
    struct kc_buf *detail)
{
	struct evconnlistener *l;

	assert(h->nlisteners < KC_HOST_LISTENERS);
	l = evconnlistener_new_bind(h->base, on_accept, h,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC |
		(sa->sa_family != AF_UNIX ? LEV_OPT_REUSEABLE : 0),
	    BACKLOG, sa, (int)n);
	if (l == NULL) {
		char text[128];

		kc_buf_str(detail, "cannot listen: ");
		kc_buf_str(detail, strerror_r(errno, text, sizeof(text)));
		return KC_EIO;
	}
	evconnlistener_set_error_cb(l, on_accept_error);
	h->listeners[h->nlisteners++] = l;
	return KC_OK;
}

enum kc_err
kc_host_listen_unix(
    struct kc_host *h, const char *path, mode_t mode, struct kc_buf *detail)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct stat st;
	enum kc_err err;

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
	err =
	    kc_host_listen(h, (const struct sockaddr *)&sa, sizeof(sa), detail);
	if (err != KC_OK)
		return err;
	memcpy(h->socket_path, path, strlen(path) + 1);
	if (chmod(path, mode) != 0) {
		kc_buf_str(detail, "cannot set the mode of ");
		kc_buf_str(detail, path);
		return KC_EIO;
	}
	return KC_OK;
}

/* --- what the clock ends --- */
static void
on_sweep(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_host *h = ctx;
	int64_t now_ms = kc_clock_monotonic_ms();

	(void)fd;
	(void)what;
	kc_host_catch_up(h);
	for (struct kc_conn *c = h->conns, *next; c != NULL; c = next) {
		next = c->next;
		kc_conn_sweep(c, now_ms);
	}
	/* With nobody there is nothing to look at. */
	if (h->conns != NULL)
		(void)event_add(h->sweep, &sweep_every);
}

void
kc_host_status(struct kc_host *h, struct kc_buf *out, int status)
{
	static _Thread_local int64_t date_s;
	static _Thread_local char date[32];
	struct timespec now;
	struct tm tm;

	kc_buf_str(out, "HTTP/1.1 ");
	kc_buf_i64(out, status);
	kc_buf_char(out, ' ');
	kc_buf_str(out, kc_http_status_text(status));
	h->counts.by_class[status / 100]++;
	if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0)
		return;
	if (now.tv_sec != date_s && gmtime_r(&now.tv_sec, &tm) != NULL) {
		/* We run in the C locale: names are English. */
		(void)strftime(
		    date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		date_s = now.tv_sec;
	}
	kc_buf_str(out, "\r\nDate: ");
	kc_buf_str(out, date);
}

/* --- life --- */
enum kc_err
kc_host_open(struct kc_host *h, struct event_base *base,
    const struct kc_serving *serving, void *ctx, unsigned nconns_max)
{
	h->base = base;
	h->serving = serving;
	h->ctx = ctx;
	h->nconns_max = nconns_max;
	h->shares.max[KC_POOL_CONNECTIONS] = nconns_max;
	h->sweep = event_new(h->base, -1, 0, on_sweep, h);
	h->resume = event_new(h->base, -1, 0, on_resume, h);
	if (h->sweep == NULL || h->resume == NULL)
		return KC_ENOMEM;
	return kc_host_open_back(h);
}

void
kc_host_stop(struct kc_host *h)
{
	h->stopping = true;
	kc_host_catch_up(h);
	listen_no_more(h);
	for (struct kc_conn *c = h->conns, *next; c != NULL; c = next) {
		next = c->next;
		/* A request that is half here was not taken: the client
		 * sees the end and asks again. */
		if (c->state == KC_CONN_HEAD || c->state == KC_CONN_BODY)
			kc_conn_free(c);
	}
}

void
kc_host_close(struct kc_host *h)
{
	struct event *ev[2] = {h->sweep, h->resume};

	h->stopping = true;
	kc_host_end_calls(h);
	for (struct kc_conn *c = h->conns, *next; c != NULL; c = next) {
		next = c->next;
		kc_conn_free(c);
	}
	for (size_t i = 0; i < h->nlisteners; i++)
		evconnlistener_free(h->listeners[i]);
	if (h->socket_path[0] != '\0')
		(void)unlink(h->socket_path);
	for (size_t i = 0; i < 2; i++)
		if (ev[i] != NULL)
			event_free(ev[i]);
	kc_host_close_back(h);
}
