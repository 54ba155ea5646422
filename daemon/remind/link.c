/* SPDX-License-Identifier: Apache-2.0 */
/* Starting the sender, and talking with it without ever waiting for it. */
#include "remind/link.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "sys/child.h"
#include "sys/log.h"

#define AGAIN_S 1 /* to start again: doubled up to the last */
#define AGAIN_MAX_S 64
#define PENDING_MAX ((size_t)64 << 20) /* bytes given and not yet written */

struct kc_link {
	struct kc_link_options o;
	struct kc_remind config; /* a copy: ours may be read anew */
	struct event *wake, *again;
	struct bufferevent *line; /* NULL: no sender */
	pid_t pid;                /* 0: none */
	bool is_ready;
	unsigned again_s;
	pthread_mutex_t lock;   /* of what follows */
	struct evbuffer *given; /* by other threads */
	bool open;              /* a sender is there to be given jobs */
};

static void
say(const struct kc_link *l, int level, const char *event, const char *why)
{
	struct kc_line line;

	kc_log_begin(&line, level, event);
	kc_log_str(&line, "program", l->o.program);
	if (l->pid > 0)
		kc_log_i64(&line, "pid", l->pid);
	if (why != NULL)
		kc_log_str(&line, "why", why);
	kc_log_end(&line);
}

static void
set_open(struct kc_link *l, bool open)
{
	pthread_mutex_lock(&l->lock);
	l->open = open;
	if (!open)
		(void)evbuffer_drain(l->given, evbuffer_get_length(l->given));
	pthread_mutex_unlock(&l->lock);
}

/* The sender is gone, or is made to go. */
static void
drop(struct kc_link *l, const char *why)
{
	const struct timeval in = {l->again_s, 0};

	set_open(l, false);
	if (why != NULL)
		say(l, KC_LOG_WARNING, "sender-ended", why);
	if (l->line != NULL)
		bufferevent_free(l->line); /* closes the socket */
	l->line = NULL;
	(void)kc_child_end(&l->pid, 0);
	l->is_ready = false;
	if (why == NULL)
		return;
	(void)event_add(l->again, &in);
	l->again_s =
	    l->again_s * 2 > AGAIN_MAX_S ? AGAIN_MAX_S : l->again_s * 2;
}

/* --- what it says --- */
static bool
take(struct kc_link *l, struct kc_slice line)
{
	struct kc_answer answer;
	uint32_t channels;

	if (!l->is_ready) {
		if (kc_wire_ready_decode(&channels, line) != KC_OK)
			return false;
		l->is_ready = true;
		set_open(l, true);
		say(l, KC_LOG_INFO, "sender-ready", NULL);
		l->o.ready(l->o.ctx, channels);
		return true;
	}
	if (kc_answer_decode(&answer, line) != KC_OK)
		return false;
	l->again_s = AGAIN_S;
	l->o.answered(l->o.ctx, &answer);
	return true;
}

static void
on_read(struct bufferevent *line, void *ctx)
{
	struct kc_link *l = ctx;
	struct evbuffer *in = bufferevent_get_input(line);
	bool good = true;
	char *text;
	size_t n;

	while (
	    good && (text = evbuffer_readln(in, &n, EVBUFFER_EOL_LF)) != NULL) {
		good = take(l, (struct kc_slice){text, n});
		free(text);
	}
	if (!good || evbuffer_get_length(in) > KC_WIRE_LINE_MAX)
		drop(l, "it does not keep to the protocol");
}

static void
on_event(struct bufferevent *line, short what, void *ctx)
{
	(void)line;
	(void)what;
	drop(ctx, "its socket was closed");
}

/* --- what is given to it --- */
static void
on_wake(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_link *l = ctx;

	(void)fd;
	(void)what;
	pthread_mutex_lock(&l->lock);
	if (l->line != NULL)
		(void)bufferevent_write_buffer(l->line, l->given);
	pthread_mutex_unlock(&l->lock);
}

void
kc_link_give(struct kc_link *l, struct kc_slice line)
{
	bool taken = false;

	pthread_mutex_lock(&l->lock);
	if (l->open && evbuffer_get_length(l->given) < PENDING_MAX)
		taken = evbuffer_add(l->given, line.p, line.n) == 0;
	pthread_mutex_unlock(&l->lock);
	if (taken)
		event_active(l->wake, EV_TIMEOUT, 0);
}

/* --- starting it --- */
static enum kc_err
write_config(struct kc_link *l)
{
	struct kc_buf config = {0};
	enum kc_err err =
	    kc_wire_config_encode(&config, l->o.config, l->o.origin);

	if (err == KC_OK && bufferevent_write(l->line, config.p, config.n) != 0)
		err = KC_ENOMEM;
	kc_buf_free(&config);
	return err;
}

static enum kc_err
start(struct kc_link *l)
{
	char path[] = "PATH=/usr/bin:/bin";
	char *const env[] = {path, NULL};
	int fd;
	enum kc_err err = kc_child_start(
	    &l->pid, &fd, SOCK_STREAM, l->o.program, KC_LINK_SENDER, env);

	if (err != KC_OK)
		return err;
	if (evutil_make_socket_nonblocking(fd) == 0)
		l->line = bufferevent_socket_new(
		    l->o.base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (l->line == NULL) {
		(void)close(fd);
		return KC_ENOMEM;
	}
	bufferevent_setcb(l->line, on_read, NULL, on_event, l);
	(void)bufferevent_enable(l->line, EV_READ | EV_WRITE);
	return write_config(l);
}

static void
on_again(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_link *l = ctx;

	(void)fd;
	(void)what;
	if (start(l) != KC_OK)
		drop(l, "it cannot be started");
}

enum kc_err
kc_link_open(struct kc_link **out, const struct kc_link_options *options)
{
	struct kc_link *l = kc_alloc(sizeof(*l));
	enum kc_err err = KC_ENOMEM;

	if (l == NULL)
		return err;
	l->o = *options;
	l->config = *options->config;
	l->o.config = &l->config;
	l->again_s = AGAIN_S;
	pthread_mutex_init(&l->lock, NULL);
	l->given = evbuffer_new();
	l->wake = event_new(l->o.base, -1, 0, on_wake, l);
	l->again = evtimer_new(l->o.base, on_again, l);
	if (l->given != NULL && l->wake != NULL && l->again != NULL)
		err = start(l);
	if (err == KC_OK) {
		*out = l;
		return KC_OK;
	}
	kc_link_close(l);
	return err;
}

void
kc_link_close(struct kc_link *l)
{
	if (l == NULL)
		return;
	drop(l, NULL);
	if (l->wake != NULL)
		event_free(l->wake);
	if (l->again != NULL)
		event_free(l->again);
	if (l->given != NULL)
		evbuffer_free(l->given);
	pthread_mutex_destroy(&l->lock);
	kc_free(l);
}
