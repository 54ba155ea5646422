/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of the sender. A job's line is read where it is carried out, so
 * that a bad one costs its thread and no other. */
#include "remind/pool.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/log.h"

struct kc_pool {
	const struct kc_sender *sender;
	int fd, done_fd;
	pthread_mutex_t lock; /* of all below, and of writing to fd */
	pthread_cond_t more;
	struct kc_buf queue[KC_WIRE_OPEN_MAX]; /* a ring */
	size_t first, n;
	size_t open;    /* given and not answered */
	size_t threads; /* that have not ended */
	bool stop;
};

static const struct kc_driver *const drivers[] = {
    [KC_CHANNEL_SMTP] = &kc_driver_smtp,
    [KC_CHANNEL_WEBHOOK] = &kc_driver_webhook,
    [KC_CHANNEL_DINGTALK] = &kc_driver_dingtalk,
    [KC_CHANNEL_WECOM] = &kc_driver_wecom,
    [KC_CHANNEL_FEISHU] = &kc_driver_feishu,
    [KC_CHANNEL_COMMAND] = &kc_driver_command,
    [KC_CHANNEL_FILE] = &kc_driver_file,
};
_Static_assert(
    sizeof(drivers) / sizeof(drivers[0]) == KC_CHANNEL_COUNT, "every channel");

const struct kc_driver *
kc_driver_of(unsigned channel)
{
	return drivers[channel];
}

/* What became of it, and to nobody whom or what. */
static void
say(const struct kc_answer *a, const char *channel)
{
	struct kc_line l;

	kc_log_begin(&l,
	    a->outcome == KC_DELIVERY_SENT ? KC_LOG_INFO : KC_LOG_WARNING,
	    kc_delivery_text(a->outcome));
	kc_log_str(&l, "id", a->id);
	kc_log_str(&l, "channel", channel);
	kc_log_str(&l, "code", a->code);
	kc_log_str(&l, "why", a->detail);
	kc_log_end(&l);
}

/* With nobody left to hear an answer there is nothing left to do. */
static void
answer(struct kc_pool *p, const struct kc_answer *a)
{
	struct kc_buf line = {0};
	struct kc_slice rest;

	if (kc_answer_encode(&line, a) != KC_OK)
		_exit(1);
	rest = kc_buf_view(&line);
	(void)pthread_mutex_lock(&p->lock);
	p->open--;
	while (rest.n > 0) {
		ssize_t n = write(p->fd, rest.p, rest.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(0);
		rest.p += n;
		rest.n -= (size_t)n;
	}
	(void)pthread_mutex_unlock(&p->lock);
	kc_buf_free(&line);
}

static void
carry_out(struct kc_pool *p, struct kc_slice line)
{
	struct kc_answer a = {.outcome = KC_DELIVERY_FAILED};
	const char *channel = "";
	struct kc_wire *keep;
	struct kc_job job;
	enum kc_err err;

	line.n--; /* its LF */
	err = kc_job_decode(&job, &keep, line);
	if (!kc_slice_copy(a.id, sizeof(a.id), job.id) || job.id.n == 0)
		_exit(1); /* it cannot even be answered: not our daemon */
	if (err != KC_OK) {
		kc_verdict_word(&a, KC_DELIVERY_FAILED, "job",
		    "it is not a job of this protocol");
	} else {
		channel = kc_word_text(KC_SET_CHANNEL, job.channel);
		if ((kc_remind_channels(&p->sender->config) &
			UINT32_C(1) << job.channel) != 0)
			drivers[job.channel]->send(p->sender, &job, &a);
		else
			kc_verdict_word(&a, KC_DELIVERY_DEFERRED, "off",
			    "this channel is not configured");
	}
	say(&a, channel);
	answer(p, &a);
	kc_wire_free(keep);
}

/* The next line; false when there will be none. */
static bool
take(struct kc_pool *p, struct kc_buf *line)
{
	bool got = false;

	(void)pthread_mutex_lock(&p->lock);
	while (p->n == 0 && !p->stop)
		(void)pthread_cond_wait(&p->more, &p->lock);
	if (!p->stop) {
		*line = p->queue[p->first];
		p->first = (p->first + 1) % KC_WIRE_OPEN_MAX;
		p->n--;
		got = true;
	}
	(void)pthread_mutex_unlock(&p->lock);
	return got;
}

static void *
work(void *ctx)
{
	struct kc_pool *p = ctx;
	struct kc_buf line = {0};
	bool last;

	while (take(p, &line)) {
		carry_out(p, kc_buf_view(&line));
		kc_buf_free(&line);
	}
	(void)pthread_mutex_lock(&p->lock);
	last = --p->threads == 0;
	(void)pthread_mutex_unlock(&p->lock);
	if (last)
		(void)eventfd_write(p->done_fd, 1);
	return NULL;
}

enum kc_err
kc_pool_open(struct kc_pool **out, const struct kc_sender *s, int fd)
{
	struct kc_pool *p = kc_alloc(sizeof(*p));
	pthread_t thread;

	if (p == NULL)
		return KC_ENOMEM;
	p->sender = s;
	p->fd = fd;
	p->done_fd = eventfd(0, EFD_CLOEXEC);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->more, NULL);
	p->threads = KC_SENDER_THREADS;
	*out = p;
	if (p->done_fd < 0)
		return KC_EIO;
	for (unsigned i = 0; i < KC_SENDER_THREADS; i++)
		if (pthread_create(&thread, NULL, work, p) != 0 ||
		    pthread_detach(thread) != 0)
			return KC_EIO;
	return KC_OK;
}

enum kc_err
kc_pool_give(struct kc_pool *p, struct kc_buf *line)
{
	enum kc_err err = KC_EINVAL;

	(void)pthread_mutex_lock(&p->lock);
	if (p->open < KC_WIRE_OPEN_MAX) {
		p->queue[(p->first + p->n) % KC_WIRE_OPEN_MAX] = *line;
		p->n++;
		p->open++;
		*line = (struct kc_buf){0};
		err = KC_OK;
	}
	(void)pthread_cond_signal(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
	return err;
}

void
kc_pool_stop(struct kc_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
}

int
kc_pool_done_fd(const struct kc_pool *p)
{
	return p->done_fd;
}
