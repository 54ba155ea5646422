/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies that are sent by the thread that made them: nothing is left lying
 * until the next look at deadlines, which no test here has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/thread.h>

#include "http/host.h"

#define ROUNDS 100
#define LARGE (2u << 20)
#define ASK "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"

struct kc_call {
	struct kc_conn *c;
	struct kc_buf body;
};

struct rig {
	struct kc_host h;
	struct event_base *base;
	pthread_t loop, worker;
	int client;
	size_t body_n;    /* of each reply */
	atomic_bool slow; /* a call is answered once the loop waits for it */
	atomic_bool held; /* or later still */
	bool at_once;     /* not in the worker, but where it is dispatched */
	bool stops;       /* the host, while the reply is made */
	atomic_bool stopped;
	/* of the loop, for the worker */
	sem_t asked;
	struct kc_conn *_Atomic call;
	atomic_bool over;
	unsigned dispatched;
	atomic_uint replied, ended;
};

static struct rig *
rig_of(const struct kc_call *call)
{
	return call->c->host->ctx;
}

static void
meet(struct kc_host *h, struct kc_peer *peer, const struct sockaddr *sa)
{
	(void)h;
	(void)peer;
	(void)sa;
}

static struct kc_call *
begin(struct kc_conn *c)
{
	struct kc_call *call = calloc(1, sizeof(*call));

	call->c = c;
	return call;
}

static bool
screen(struct kc_call *call)
{
	(void)call;
	return true;
}

static void
fill(struct kc_call *call)
{
	for (size_t i = 0; i < rig_of(call)->body_n; i++)
		kc_buf_char(&call->body, 'o');
}

static void
dispatch(struct kc_call *call)
{
	struct rig *r = rig_of(call);

	r->dispatched++;
	if (kc_slice_is(call->c->req.path, "/ring")) {
		fill(call);
		kc_conn_done(call->c);
		return;
	}
	if (r->at_once) {
		fill(call);
		kc_conn_done_now(call->c);
		return;
	}
	atomic_store(&r->call, call->c);
	sem_post(&r->asked);
}

static void
bad(struct kc_call *call, int status, const char *what)
{
	(void)call;
	fail_msg("%d %s", status, what);
}

static void
reply(struct kc_call *call)
{
	atomic_fetch_add(&rig_of(call)->replied, 1);
	kc_conn_replied(call->c);
}

static const struct kc_buf *
head(struct kc_call *call, struct kc_buf *out, bool close)
{
	struct rig *r = rig_of(call);

	while (r->stops && !r->stopped)
		continue;
	kc_host_status(call->c->host, out, 200);
	kc_buf_str(out, "\r\nContent-Length: ");
	kc_buf_u64(out, call->body.n);
	kc_buf_str(out, close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
	return &call->body;
}

static void
end(struct kc_call *call)
{
	atomic_fetch_add(&rig_of(call)->ended, 1);
	kc_buf_free(&call->body);
	free(call);
}

static const struct kc_serving serving = {
    meet, begin, screen, dispatch, bad, reply, head, end};

/* --- threads --- */
static void *
work(void *ctx)
{
	struct rig *r = ctx;
	struct kc_conn *c;

	for (;;) {
		while (sem_wait(&r->asked) != 0)
			continue;
		if (r->over)
			return NULL;
		c = atomic_load(&r->call);
		while (r->slow && atomic_load(&r->h.waits) == 0)
			continue;
		while (r->held)
			continue;
		fill(c->call);
		kc_conn_done_now(c);
	}
}

static void
on_end(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	(void)event_base_loopbreak(ctx);
}

static void
on_stop(evutil_socket_t fd, short what, void *ctx)
{
	struct rig *r = ctx;

	(void)fd;
	(void)what;
	kc_host_stop(&r->h);
	r->stopped = true;
}

static void *
loop(void *ctx)
{
	struct rig *r = ctx;

	(void)event_base_loop(r->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return NULL;
}

/* One more connection, of which this is the client's end. */
static int
connect_to(struct rig *r)
{
	struct kc_peer peer = {.id = 7, .standing = KC_STANDING_OWN};
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(evutil_make_socket_nonblocking(fds[1]), 0);
	kc_conn_new(&r->h, fds[1], peer);
	return fds[0];
}

static int
set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	(void)evthread_use_pthreads();
	r->body_n = 2;
	r->base = event_base_new();
	sem_init(&r->asked, 0, 0);
	r->h.shares.max[KC_POOL_BODIES] = 1u << 20;
	assert_int_equal(kc_host_open(&r->h, r->base, &serving, r, 4), KC_OK);
	r->client = connect_to(r);
	*state = r;
	return 0;
}

static void
go(struct rig *r)
{
	assert_int_equal(pthread_create(&r->worker, NULL, work, r), 0);
	assert_int_equal(pthread_create(&r->loop, NULL, loop, r), 0);
}

/* Ends the loop by an event of its own, and looks at what is left. As in the
 * daemon, which ends once it is quiet: a client may have its reply before the
 * thread that sent it has handed the call back; and the host is gone before
 * that thread. */
static int
tear_down(void **state)
{
	struct rig *r = *state;
	struct event *stop = event_new(r->base, -1, 0, on_end, r->base);

	event_active(stop, EV_TIMEOUT, 0);
	pthread_join(r->loop, NULL);
	event_free(stop);
	while (r->replied < r->dispatched)
		kc_host_end_calls(&r->h);
	kc_host_stop(&r->h);
	kc_host_close(&r->h);
	assert_true(r->h.nconns == 0 && r->replied == r->ended);
	assert_true(r->h.waits == 0 && r->h.telling == 0);
	memset(&r->h, 0xa5, sizeof(r->h));
	r->over = true;
	sem_post(&r->asked);
	pthread_join(r->worker, NULL);
	event_base_free(r->base);
	sem_destroy(&r->asked);
	if (r->client >= 0)
		close(r->client);
	free(r);
	return 0;
}

/* --- the client --- */
static void
say(struct rig *r, const char *bytes)
{
	size_t n = strlen(bytes);

	assert_true(write(r->client, bytes, n) == (ssize_t)n);
}

/* Reads n replies whole; a byte of the next one would not be taken. */
static void
take(struct rig *r, unsigned n)
{
	char line[512];
	size_t at = 0;
	ssize_t got;

	while (n > 0) {
		assert_true(at + 1 < sizeof(line));
		assert_true(read(r->client, &line[at], 1) == 1);
		line[++at] = '\0';
		if (at < 4 || strcmp(&line[at - 4], "\r\n\r\n") != 0)
			continue;
		assert_non_null(strstr(line, "HTTP/1.1 200 OK\r\nDate: "));
		for (size_t left = r->body_n; left > 0; left -= (size_t)got) {
			got = read(r->client, line,
			    left < sizeof(line) ? left : sizeof(line));
			assert_true(got > 0);
		}
		at = 0;
		n--;
	}
}

static void
test_back__each_reply_comes_and_the_next_request_is_read(void **state)
{
	struct rig *r = *state;

	go(r);
	for (unsigned i = 0; i < ROUNDS; i++) {
		say(r, ASK "\r\n");
		take(r, 1);
	}
}

static void
test_back__requests_that_come_together_are_all_answered(void **state)
{
	struct rig *r = *state;

	go(r);
	for (unsigned i = 0; i < ROUNDS / 4; i++) {
		say(r, ASK "\r\n" ASK "\r\n" ASK "\r\n" ASK "\r\n");
		take(r, 4);
	}
}

/* The loop finds it while the first is under way, and reads no more. */
static void
test_back__one_that_comes_during_the_call_is_answered_after_it(void **state)
{
	struct rig *r = *state;

	r->slow = true;
	go(r);
	say(r, ASK "\r\n");
	while (atomic_load(&r->call) == NULL)
		continue;
	say(r, ASK "\r\n");
	take(r, 1);
	r->slow = false;
	take(r, 1);
}

/* The loop is rung for another one meanwhile, and waits for this one still. */
static void
test_back__a_ring_for_another_is_not_one_for_it(void **state)
{
	struct rig *r = *state;
	int first = r->client, other = connect_to(r);

	r->slow = r->held = true;
	go(r);
	say(r, ASK "\r\n");
	while (atomic_load(&r->call) == NULL)
		continue;
	say(r, ASK "\r\n");
	while (atomic_load(&r->h.waits) == 0)
		continue;
	r->client = other;
	say(r, "GET /ring HTTP/1.1\r\nHost: x\r\n\r\n");
	take(r, 1);
	r->client = first;
	r->slow = r->held = false;
	take(r, 2);
	close(other);
}

static void
test_back__last_reply_is_followed_by_the_end(void **state)
{
	struct rig *r = *state;
	char byte;

	go(r);
	say(r, ASK "Connection: close\r\n\r\n");
	take(r, 1);
	assert_true(read(r->client, &byte, 1) == 0);
}

static void
test_back__what_the_socket_does_not_take_is_written_by_the_loop(void **state)
{
	struct rig *r = *state;

	r->body_n = LARGE;
	go(r);
	for (unsigned i = 0; i < 2; i++) {
		say(r, ASK "\r\n");
		take(r, 1);
	}
}

static void
test_back__client_that_is_gone_hurts_nobody(void **state)
{
	struct rig *r = *state;

	r->slow = true;
	go(r);
	say(r, ASK "\r\n");
	while (atomic_load(&r->call) == NULL)
		continue;
	close(r->client);
	r->client = -1;
	while (atomic_load(&r->ended) == 0)
		continue;
}

/* As it is for who fails at once: the loop's own thread. */
static void
test_back__may_be_told_by_the_loop_itself(void **state)
{
	struct rig *r = *state;

	r->at_once = true;
	go(r);
	for (unsigned i = 0; i < ROUNDS; i++) {
		say(r, ASK "\r\n");
		take(r, 1);
	}
}

static void
test_back__an_end_finds_what_was_sent(void **state)
{
	struct rig *r = *state;

	go(r);
	say(r, ASK "\r\n");
	take(r, 1);
}

static void
test_back__a_stop_while_the_reply_is_made_ends_the_connection(void **state)
{
	struct rig *r = *state;
	struct event *stop = event_new(r->base, -1, 0, on_stop, r);
	char byte;

	r->stops = true;
	go(r);
	say(r, ASK "\r\n");
	while (atomic_load(&r->call) == NULL)
		continue;
	event_active(stop, EV_TIMEOUT, 0);
	take(r, 1);
	assert_true(read(r->client, &byte, 1) == 0);
	event_free(stop);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_back__each_reply_comes_and_the_next_request_is_read),
	    T(test_back__requests_that_come_together_are_all_answered),
	    T(test_back__one_that_comes_during_the_call_is_answered_after_it),
	    T(test_back__a_ring_for_another_is_not_one_for_it),
	    T(test_back__last_reply_is_followed_by_the_end),
	    T(test_back__what_the_socket_does_not_take_is_written_by_the_loop),
	    T(test_back__client_that_is_gone_hurts_nobody),
	    T(test_back__may_be_told_by_the_loop_itself),
	    T(test_back__an_end_finds_what_was_sent),
	    T(test_back__a_stop_while_the_reply_is_made_ends_the_connection),
	};

	alarm(120);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
