/* SPDX-License-Identifier: Apache-2.0 */
/* A timerfd on the wall clock. */
#include "sys/timer.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <event2/event.h>

#include <kaocheng/bytes.h>

#include "sys/clock.h"
#include "sys/log.h"

#define RESCAN_MS 60000

struct kc_timer {
	int fd;
	int64_t due_ms; /* INT64_MAX: none */
	struct event *event;
	void (*wake)(void *ctx);
	void *ctx;
};

static void
on_timer(evutil_socket_t fd, short what, void *ctx)
{
	struct kc_timer *t = ctx;
	uint64_t times;
	ssize_t n = read(fd, &times, sizeof(times));

	(void)what;
	if (n < 0 && errno == ECANCELED) {
		struct kc_line l;

		kc_log_begin(&l, KC_LOG_WARNING, "clock-step");
		kc_log_end(&l);
	} else if (n < 0 && errno == EAGAIN) {
		return;
	}
	kc_timer_arm(t, t->due_ms);
	t->wake(t->ctx);
}

enum kc_err
kc_timer_new(struct kc_timer **out, struct event_base *base,
    void (*wake)(void *ctx), void *ctx)
{
	struct kc_timer *t = kc_alloc(sizeof(*t));
	enum kc_err err = KC_ENOMEM;

	if (t == NULL)
		return KC_ENOMEM;
	t->due_ms = INT64_MAX;
	t->wake = wake;
	t->ctx = ctx;
	t->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (t->fd < 0) {
		err = KC_EIO;
		goto out;
	}
	t->event = event_new(base, t->fd, EV_READ | EV_PERSIST, on_timer, t);
	if (t->event == NULL || event_add(t->event, NULL) != 0)
		goto out;
	*out = t;
	t = NULL;
	err = KC_OK;
out:
	kc_timer_free(t);
	return err;
}

void
kc_timer_free(struct kc_timer *t)
{
	if (t == NULL)
		return;
	if (t->event != NULL)
		event_free(t->event);
	if (t->fd >= 0)
		(void)close(t->fd);
	kc_free(t);
}

/* An absolute instant that has passed fires at once, and again whenever it is
 * armed: the next look is then a minute away. */
void
kc_timer_arm(void *timer, int64_t due_ms)
{
	struct kc_timer *t = timer;
	int64_t now = kc_clock_system_ms(NULL), at = now + RESCAN_MS;
	struct itimerspec spec = {{0, 0}, {0, 0}};

	t->due_ms = due_ms;
	if (due_ms > now && due_ms < at)
		at = due_ms;
	spec.it_value.tv_sec = (time_t)(at / 1000);
	spec.it_value.tv_nsec = (long)(at % 1000) * 1000000;
	if (timerfd_settime(t->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
		&spec, NULL) != 0) {
		struct kc_line l;

		kc_log_begin(&l, KC_LOG_ERROR, "timer");
		kc_log_errno(&l);
		kc_log_end(&l);
	}
}
