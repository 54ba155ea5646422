/* SPDX-License-Identifier: Apache-2.0 */
/* kaochengd: options, wiring, and the loop. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/thread.h>

#include "net/gate.h"
#include "options.h"
#include "start.h"
#include "sweep.h"
#include "sys/log.h"
#include "sys/notify.h"
#include "sys/sandbox.h"
#include "sys/timer.h"
#include "trial.h"

#define STOP_MS 1500    /* what is under way has this long to be answered */
#define STOP_STEP_MS 5  /* between two looks whether it is */
#define SWEEP_S 3600    /* evidence is looked at so often, and at commits */
#define RESERVED_FDS 64 /* for the store, the log, the threads */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Signals that the loop sees to. */
static const int handled[] = {SIGTERM, SIGINT, SIGHUP};

struct loop {
	struct kc_daemon d;
	struct kc_options options;
	struct event_base *base;
	struct kc_gate *gate;
	struct kc_timer *timer;
	struct kc_sweep *sweep;
	struct event *signals[COUNT(handled)], *changed, *stop, *retry, *hourly;
	int64_t stop_by_ms;
	int exit_code;
};

/* --- the loop --- */
static void
on_stop_step(evutil_socket_t fd, short what, void *ctx)
{
	struct loop *l = ctx;
	const struct timeval step = {0, STOP_STEP_MS * 1000};

	(void)fd;
	(void)what;
	if (kc_gate_quiet(l->gate)) {
		(void)event_base_loopbreak(l->base);
	} else if (kc_clock_monotonic_ms() >= l->stop_by_ms) {
		struct kc_line line;

		/* Something hangs below us; what was answered is durable. */
		kc_log_begin(&line, KC_LOG_ERROR, "stop-forced");
		kc_log_end(&line);
		_exit(l->exit_code != 0 ? l->exit_code : KC_DAEMON_FAILED);
	} else {
		(void)event_add(l->stop, &step);
	}
}

static void
say_stopping(const char *why)
{
	struct kc_line line;

	kc_log_begin(&line, KC_LOG_INFO, "stopping");
	kc_log_str(&line, "why", why);
	kc_log_end(&line);
	kc_notify("STOPPING=1");
}

static void
stop(struct loop *l, const char *why, int exit_code)
{

	/* Whatever else ends it, an outcome that is unknown is told. */
	if (exit_code > l->exit_code)
		l->exit_code = exit_code;
	if (l->stop_by_ms != 0)
		return;
	say_stopping(why);
	l->stop_by_ms = kc_clock_monotonic_ms() + STOP_MS;
	kc_witnesses_give_up(l->d.witnesses);
	kc_gate_stop(l->gate);
	event_active(l->stop, EV_TIMEOUT, 0);
}

/* A new file is taken whole or not at all; what only a start can take is
 * named, so that nobody believes that it holds. */
static void
reload(struct loop *l)
{
	struct kc_config *fresh = kc_options_config(&l->options);
	struct kc_buf ignored = {0};
	struct kc_line line;

	if (fresh != NULL)
		kc_config_keep(fresh, l->d.config, &ignored);
	kc_log_begin(&line,
	    fresh == NULL       ? KC_LOG_ERROR
		: ignored.n > 0 ? KC_LOG_WARNING
				: KC_LOG_INFO,
	    fresh == NULL ? "reload-refused" : "reloaded");
	if (ignored.n > 0)
		kc_log_slice(&line, "ignored", kc_buf_view(&ignored));
	kc_log_end(&line);
	kc_buf_free(&ignored);
	if (fresh == NULL)
		return;
	kc_log_set_level(fresh->log_level);
	kc_gate_reload(l->gate, fresh);
	kc_free(l->d.config);
	l->d.config = fresh;
}

static void
on_signal(evutil_socket_t number, short what, void *ctx)
{
	struct loop *l = ctx;

	(void)what;
	if (number == SIGHUP)
		reload(l);
	else
		stop(l, number == SIGTERM ? "SIGTERM" : "SIGINT", KC_DAEMON_OK);
}

/* Arms for what can be written, and for nothing else: an idle daemon sleeps. */
static void
plan(struct loop *l)
{
	const struct kc_clock *clock = &l->d.clock;
	struct kc_wake wake;
	struct timeval in;

	kc_ledger_next_wake(l->d.ledger, &wake);
	if (clock->arm != NULL)
		clock->arm(clock->ctx, wake.due_ms);
	if (wake.in_ms < 0) {
		(void)event_del(l->retry);
		return;
	}
	in.tv_sec = (time_t)(wake.in_ms / 1000);
	in.tv_usec = (suseconds_t)(wake.in_ms % 1000) * 1000;
	(void)event_add(l->retry, &in);
}

static void
look_at_evidence(struct loop *l)
{
	const struct kc_config *c = l->d.config;

	kc_sweep_look(l->sweep, c->evidence, c->evidence_days,
	    l->d.clock.now_ms(l->d.clock.ctx));
}

static void
on_hour(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	look_at_evidence(ctx);
}

/* On any thread: a commit, or another mode. */
static void
changed(void *ctx)
{
	struct loop *l = ctx;

	event_active(l->changed, EV_TIMEOUT, 0);
}

static void
on_changed(evutil_socket_t fd, short what, void *ctx)
{
	struct loop *l = ctx;

	(void)fd;
	(void)what;
	if (kc_ledger_mode(l->d.ledger) == KC_MODE_POISONED)
		stop(l, "the outcome of a write is unknown", KC_DAEMON_UNKNOWN);
	plan(l);
	if (l->stop_by_ms == 0)
		look_at_evidence(l);
}

/* The clock's timer, a step of the clock, or a minute. */
static void
on_due(void *ctx)
{
	struct loop *l = ctx;

	kc_ledger_tick(l->d.ledger);
	plan(l);
}

static void
on_retry(evutil_socket_t fd, short what, void *ctx)
{
	struct loop *l = ctx;

	(void)fd;
	(void)what;
	kc_ledger_tick(l->d.ledger);
}

/* --- signals --- */
/* Blocks or frees the signals that are handled. */
static void
mask_handled(int how)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < COUNT(handled); i++)
		(void)sigaddset(&set, handled[i]);
	(void)pthread_sigmask(how, &set, NULL);
}

/* Before any work: a signal that is handled waits for the loop; one that would
 * end us, though nobody who sends it means that, waits for ever. */
static void
hold_signals(void)
{
	static const int idle[] = {SIGUSR1, SIGUSR2, SIGALRM, SIGIO, SIGVTALRM,
	    SIGPROF, SIGSTKFLT, SIGPWR};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < COUNT(idle); i++)
		(void)sigaddset(&set, idle[i]);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	mask_handled(SIG_BLOCK);
}

/* --- wiring --- */
static enum kc_err
add_events(struct loop *l)
{
	for (size_t i = 0; i < COUNT(handled); i++) {
		l->signals[i] = evsignal_new(l->base, handled[i], on_signal, l);
		if (l->signals[i] == NULL ||
		    event_add(l->signals[i], NULL) != 0)
			return KC_ENOMEM;
	}
	l->changed = event_new(l->base, -1, 0, on_changed, l);
	l->stop = event_new(l->base, -1, 0, on_stop_step, l);
	l->retry = evtimer_new(l->base, on_retry, l);
	l->hourly = event_new(l->base, -1, EV_PERSIST, on_hour, l);
	if (l->changed == NULL || l->stop == NULL || l->retry == NULL ||
	    l->hourly == NULL)
		return KC_ENOMEM;
	return KC_OK;
}

/* The system's clock has a timer; one that is moved wakes those it moves. */
static enum kc_err
set_clock(struct loop *l)
{
	struct kc_daemon *d = &l->d;
	enum kc_err err;

	if (d->config->test_clock) {
		atomic_store(&d->manual.now_ms, d->config->test_clock_ms);
		d->clock = (struct kc_clock){kc_clock_manual_ms, &d->manual,
		    NULL, kc_clock_manual_both, true};
		return KC_OK;
	}
	err = kc_timer_new(&l->timer, l->base, on_due, l);
	d->clock = (struct kc_clock){kc_clock_system_ms, l->timer, kc_timer_arm,
	    kc_clock_system_both, false};
	return err;
}

/* They belong to the loop, but for those of a failing file. */
static void
block_signals(sigset_t *before)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGBUS);
	(void)sigdelset(&all, SIGSEGV);
	(void)pthread_sigmask(SIG_SETMASK, &all, before);
}

static enum kc_daemon_exit
start_ledger(struct kc_daemon *d)
{
	enum kc_daemon_exit code;
	sigset_t before;

	block_signals(&before);
	code = kc_start_ledger(d);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

static enum kc_err
open_gate(struct loop *l)
{
	const struct kc_config *c = l->d.config;
	unsigned fds = kc_sandbox_descriptors();
	unsigned fit =
	    fds > 2 * RESERVED_FDS ? fds - RESERVED_FDS : (fds + 1) / 2;
	struct kc_gate_options o = {.base = l->base,
	    .ledger = l->d.ledger,
	    .config = c,
	    .clock = l->d.clock,
	    .manual = c->test_clock ? &l->d.manual : NULL,
	    .connections_max =
		c->connections_max < fit ? c->connections_max : fit};
	struct kc_buf detail = {0};
	enum kc_err err;
	sigset_t before;

	block_signals(&before);
	err = kc_gate_open(&l->gate, &o, &detail);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err != KC_OK) {
		struct kc_line line;

		kc_log_begin(&line, KC_LOG_ERROR, "listen");
		kc_log_str(&line, "why", kc_err_text(err));
		kc_log_slice(&line, "detail", kc_buf_view(&detail));
		kc_log_end(&line);
	}
	kc_buf_free(&detail);
	return err;
}

static enum kc_err
begin_sweeps(struct loop *l)
{
	const struct timeval hour = {SWEEP_S, 0};
	enum kc_err err = kc_sweep_open(&l->sweep, l->d.ledger);

	if (err == KC_OK && event_add(l->hourly, &hour) != 0)
		err = KC_ENOMEM;
	if (err == KC_OK)
		look_at_evidence(l);
	return err;
}

static void
say_ready(const struct loop *l)
{
	const struct kc_config *c = l->d.config;
	struct kc_line line;

	kc_log_begin(&line, KC_LOG_INFO, "ready");
	kc_log_str(&line, "version", KC_VERSION);
	kc_log_str(&line, "mode", kc_mode_text(kc_ledger_mode(l->d.ledger)));
	kc_log_i64(&line, "size", (int64_t)kc_store_size(l->d.store));
	kc_log_str(&line, "ledger", c->ledger);
	if (c->socket[0] != '\0')
		kc_log_str(&line, "unix", c->socket);
	if (c->tcp_port != 0)
		kc_log_i64(&line, "tcp", c->tcp_port);
	if (c->test_clock)
		kc_log_str(&line, "clock", "test");
	kc_log_i64(&line, "pid", getpid());
	kc_log_end(&line);
	kc_notify("READY=1");
}

static int
serve(struct loop *l)
{
	struct event_config *ec = event_config_new();
	int code;

	/* Fewer epoll_ctl calls; no descriptor here is ever a copy. A
	 * connection that was closed is taken off when the loop waits again: by
	 * then another thread may have a file of its number, which the kernel
	 * refuses to take off (EPERM, ENOENT), as libevent expects. */
	if (ec == NULL || evthread_use_pthreads() != 0)
		return KC_DAEMON_FAILED;
	(void)event_config_set_flag(ec, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	l->base = event_base_new_with_config(ec);
	event_config_free(ec);
	if (l->base == NULL || add_events(l) != KC_OK || set_clock(l) != KC_OK)
		return KC_DAEMON_FAILED;
	l->d.changed = changed;
	l->d.changed_ctx = l;
	code = (int)start_ledger(&l->d);
	if (code != KC_DAEMON_OK)
		return code;
	if (atomic_load(&l->d.stop)) {
		say_stopping("told to end while it started");
		return code;
	}
	mask_handled(SIG_UNBLOCK);
	if (open_gate(l) != KC_OK || begin_sweeps(l) != KC_OK)
		return KC_DAEMON_FAILED;
	if (l->d.reminders != NULL &&
	    kc_reminders_start(l->d.reminders, l->base) != KC_OK)
		return KC_DAEMON_FAILED;
	plan(l);
	say_ready(l);
	if (event_base_dispatch(l->base) < 0)
		return KC_DAEMON_FAILED;
	return l->exit_code;
}

static int
finish(struct loop *l, int code)
{
	/* The code stands: no signal takes its place any more. */
	mask_handled(SIG_BLOCK);
	/* The gate first: its threads use the ledger. Then the ledger, whose
	 * threads wake the loop's events; then those. */
	kc_gate_close(l->gate);
	kc_reminders_stop(l->d.reminders);
	kc_sweep_close(l->sweep);
	if (kc_start_close(&l->d) == KC_MODE_POISONED)
		code = KC_DAEMON_UNKNOWN;
	for (size_t i = 0; i < COUNT(l->signals); i++) {
		if (l->signals[i] != NULL)
			event_free(l->signals[i]);
	}
	if (l->changed != NULL)
		event_free(l->changed);
	if (l->stop != NULL)
		event_free(l->stop);
	if (l->retry != NULL)
		event_free(l->retry);
	if (l->hourly != NULL)
		event_free(l->hourly);
	kc_timer_free(l->timer);
	if (l->base != NULL)
		event_base_free(l->base);
	libevent_global_shutdown();
	kc_free(l->d.config);
	return code;
}

/* A standard stream that was closed would be the number of the next file that
 * is opened, and a log line would go into the ledger. */
static void
hold_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null",
			    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(int argc, char **argv)
{
	static struct loop l;
	int code;

	hold_streams();
	hold_signals();
	code = kc_options_parse(&l.options, argc, argv);
	if (code >= 0)
		return code;
	if (l.options.check || l.options.try_reminder != NULL)
		mask_handled(SIG_UNBLOCK); /* no loop will see to them */
	kc_store_trap(KC_DAEMON_UNKNOWN);
	l.d.config = kc_options_config(&l.options);
	if (l.d.config == NULL)
		return KC_DAEMON_FAILED;
	kc_log_set_level(l.d.config->log_level);
	l.d.reseed_anchor = l.options.reseed_anchor;
	l.d.restored = l.options.restored;
	if (kc_start_give_up(l.d.config) != KC_OK || kc_crypto_init() != KC_OK)
		code = KC_DAEMON_FAILED;
	else if (l.options.try_reminder != NULL)
		code = kc_trial_run(l.d.config, l.options.try_reminder);
	else if (kc_start_keys(&l.d) != KC_OK)
		code = KC_DAEMON_FAILED;
	else if (l.options.check)
		code = (int)kc_start_check(&l.d);
	else
		code = serve(&l);
	if (code == KC_DAEMON_OK && l.options.check)
		code = kc_options_print("ok\n");
	return finish(&l, code);
}
