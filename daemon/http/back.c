/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: the way back from threads, and writing them out. */
#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/host.h"

int
kc_conn_write(struct kc_conn *c)
{
	size_t total = c->head.n + c->body_n;

	if (kc_buf_err(&c->head) != KC_OK || kc_buf_err(c->body) != KC_OK)
		return -1;
	while (c->sent < total) {
		size_t body_at = c->sent > c->head.n ? c->sent - c->head.n : 0;
		size_t head_at = c->sent < c->head.n ? c->sent : c->head.n;
		struct iovec parts[2] = {
		    {c->head.p + head_at, c->head.n - head_at}, {NULL, 0}};
		struct msghdr msg = {.msg_iov = parts, .msg_iovlen = 1};
		ssize_t n;

		if (c->body_n > body_at) {
			parts[1].iov_base = c->body->p + body_at;
			parts[1].iov_len = c->body_n - body_at;
			msg.msg_iovlen = 2;
		}
		n = sendmsg(c->fd, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		c->sent += (size_t)n;
	}
	return 1;
}

/* True: the first of the list. */
static bool
push(_Atomic(struct kc_conn *) *list, struct kc_conn *c)
{
	struct kc_conn *head = atomic_load(list);

	do {
		c->hop_next = head;
	} while (!atomic_compare_exchange_weak(list, &head, c));
	return head == NULL;
}

static void
ring(struct kc_host *h)
{
	uint64_t one = 1;
	ssize_t n = write(h->hop_fd, &one, sizeof(one));

	assert(n == (ssize_t)sizeof(one));
	(void)n;
}

/* Any thread pushes; the first onto an empty list rings. The loop takes all
 * at once, and in the order they came. From the push on the call may have
 * ended, and c be gone, and all calls, so that the host is closed: it waits for
 * who is in here.
 */
void
kc_conn_done(struct kc_conn *c)
{
	struct kc_host *h = c->host;

	(void)atomic_fetch_add(&h->telling, 1);
	if (push(&h->hopped, c))
		ring(h);
	(void)atomic_fetch_sub(&h->telling, 1);
}

/* Does something follow the reply, but for a request that is still to come? */
static bool
goes_on(const struct kc_conn *c)
{
	return c->close || c->host->stopping || c->in_n > c->need_n;
}

/* The next request wakes the loop. It may come, or the host be stopped, before
 * c is on the list: then either the loop finds it there, or we find that the
 * loop waits. */
void
kc_conn_done_now(struct kc_conn *c)
{
	struct kc_host *h = c->host;

	if (!goes_on(c))
		kc_conn_make(c);
	if (!c->made || kc_conn_write(c) != 1) {
		kc_conn_done(c);
		return;
	}
	(void)atomic_fetch_add(&h->telling, 1);
	(void)push(&h->sent, c);
	if (atomic_load(&h->waits) > 0 || h->stopping)
		ring(h);
	(void)atomic_fetch_sub(&h->telling, 1);
}

static void
end_all(struct kc_host *h, _Atomic(struct kc_conn *) *list)
{
	struct kc_conn *taken = atomic_exchange(list, NULL), *first = NULL;

	while (taken != NULL) {
		struct kc_conn *next = taken->hop_next;

		taken->hop_next = first;
		first = taken;
		taken = next;
	}
	while (first != NULL) {
		struct kc_conn *c = first;

		first = c->hop_next;
		h->serving->reply(c->call);
	}
}

void
kc_host_catch_up(struct kc_host *h)
{
	if (atomic_load(&h->sent) != NULL)
		end_all(h, &h->sent);
}

void
kc_host_end_calls(struct kc_host *h)
{
	end_all(h, &h->sent);
	end_all(h, &h->hopped);
}

static void
on_hop(evutil_socket_t fd, short what, void *ctx)
{
	uint64_t times;
	ssize_t n = read(fd, &times, sizeof(times));

	(void)n;
	(void)what;
	kc_host_end_calls(ctx);
}

enum kc_err
kc_host_open_back(struct kc_host *h)
{
	h->hop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (h->hop_fd < 0)
		return KC_EIO;
	h->hop = event_new(h->base, h->hop_fd, EV_READ | EV_PERSIST, on_hop, h);
	if (h->hop == NULL) {
		(void)close(h->hop_fd);
		return KC_ENOMEM;
	}
	return event_add(h->hop, NULL) == 0 ? KC_OK : KC_ENOMEM;
}

void
kc_host_close_back(struct kc_host *h)
{
	while (atomic_load(&h->telling) > 0)
		(void)sched_yield();
	if (h->hop == NULL)
		return;
	event_free(h->hop);
	(void)close(h->hop_fd);
}
