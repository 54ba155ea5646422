/* SPDX-License-Identifier: Apache-2.0 */
/* kaochengd: options, wiring, and the loop. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <kaocheng/leaf.h>

#include "net/gate.h"
#include "net/routes.h"
#include "start.h"
#include "sys/log.h"
#include "sys/notify.h"
#include "sys/sandbox.h"
#include "sys/timer.h"

#define STOP_MS 1500    /* what is under way has this long to be answered */
#define STOP_STEP_MS 5  /* between two looks whether it is */
#define RESERVED_FDS 64 /* for the store, the log, the threads */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct options {
	const char *file, *dir, *test_clock;
	bool check, reseed_anchor;
};

struct loop {
	struct kc_daemon d;
	struct options options;
	struct event_base *base;
	struct kc_gate *gate;
	struct kc_timer *timer;
	struct event *signals[3], *changed, *stop;
	int64_t stop_by_ms;
	int exit_code;
};

static const char usage_text[] =
    "usage: kaochengd [-c FILE | --dir DIR] [options]\n"
    "  -c, --config FILE       configuration, kaocheng.yaml(5)\n"
    "      --dir DIR           DIR/kaocheng.yaml, or defaults under DIR\n"
    "  -n, --check             check configuration, keys and ledger, then end\n"
    "      --test-clock TIME   start with a clock that stands still at TIME\n"
    "                          (2022-01-01T00:00:00Z) until it is moved\n"
    "      --reseed-anchor     let a new anchor begin at the ledger's head\n"
    "      --foreground        stay in the foreground (always so)\n"
    "      --routes            print the route table\n"
    "      --version, --help\n"
    "exit codes: 0 ended when told, 1 failed, 65 the start-up guard refused,\n"
    "74 the outcome of a write is unknown: start again, 100 usage\n";

/* --- options ---------------------------------------------------------------
 */
enum option_code {
	OPT_DIR = 256,
	OPT_TEST_CLOCK,
	OPT_RESEED,
	OPT_FOREGROUND,
	OPT_ROUTES,
	OPT_VERSION
};

static int
print(const char *text)
{
	return fputs(text, stdout) == EOF || fflush(stdout) == EOF
	    ? KC_DAEMON_FAILED
	    : KC_DAEMON_OK;
}

static int
print_routes(void)
{
	struct kc_buf b = {0};
	int code;

	kc_routes_print(&b);
	code = print(kc_buf_cstr(&b));
	kc_buf_free(&b);
	return code;
}

/* -1: go on; else the exit code. */
static int
parse_options(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"dir", required_argument, NULL, OPT_DIR},
	    {"check", no_argument, NULL, 'n'},
	    {"test-clock", required_argument, NULL, OPT_TEST_CLOCK},
	    {"reseed-anchor", no_argument, NULL, OPT_RESEED},
	    {"foreground", no_argument, NULL, OPT_FOREGROUND},
	    {"routes", no_argument, NULL, OPT_ROUTES},
	    {"version", no_argument, NULL, OPT_VERSION},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "c:nh", longs, NULL)) != -1) {
		if (c == 'c')
			o->file = optarg;
		else if (c == OPT_DIR)
			o->dir = optarg;
		else if (c == 'n')
			o->check = true;
		else if (c == OPT_TEST_CLOCK)
			o->test_clock = optarg;
		else if (c == OPT_RESEED)
			o->reseed_anchor = true;
		else if (c == OPT_ROUTES)
			return print_routes();
		else if (c == OPT_VERSION)
			return print("kaochengd " KC_VERSION "\n");
		else if (c == 'h')
			return print(usage_text);
		else if (c != OPT_FOREGROUND)
			return KC_DAEMON_USAGE;
	}
	if (optind != argc || (o->file == NULL) == (o->dir == NULL)) {
		(void)fputs(usage_text, stderr);
		return KC_DAEMON_USAGE;
	}
	return -1;
}

/* --- configuration ---------------------------------------------------------
 */
static void
say_config(const char *file, enum kc_err err, const struct kc_refusal *why)
{
	struct kc_buf text = {0};
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, "config");
	kc_log_str(&l, "file", file);
	if (err == KC_EREFUSED) {
		kc_refusal_message(why, KC_LANG_EN, &text);
		kc_log_str(&l, "place", why->rule_place);
		kc_log_str(&l, "code", kc_refusal_code_text(why->code));
		kc_log_slice(&l, "why", kc_buf_view(&text));
	} else {
		kc_log_str(&l, "why", kc_err_text(err));
		if (err == KC_EIO)
			kc_log_errno(&l);
	}
	kc_log_end(&l);
	kc_buf_free(&text);
}

/* Configured is the file; with --dir, its file if there is one. */
static struct kc_config *
load_config(const struct options *o)
{
	struct kc_config *c = kc_alloc(sizeof(*c));
	char path[KC_CONFIG_PATH_MAX];
	const char *file = o->file;
	struct kc_refusal why = {0};
	enum kc_err err = KC_ENOMEM;
	int64_t at_s;

	if (c != NULL && file == NULL) {
		int n =
		    snprintf(path, sizeof(path), "%s/kaocheng.yaml", o->dir);

		file = path;
		err = n < 0 || (size_t)n >= sizeof(path) ? KC_EINVAL : KC_OK;
		if (err == KC_OK && access(path, F_OK) != 0) {
			err = kc_config_defaults(c, o->dir);
			goto out;
		}
	}
	if (c != NULL && (o->file != NULL || err == KC_OK))
		err = kc_config_load(c, file, &why);
out:
	if (err == KC_OK && o->test_clock != NULL) {
		if (!kc_read_instant_s(kc_slice_str(o->test_clock), &at_s)) {
			(void)fputs("kaochengd: --test-clock wants an instant "
				    "such as 2022-01-01T00:00:00Z\n",
			    stderr);
			err = KC_ESYNTAX;
		} else {
			c->test_clock = true;
			c->test_clock_ms = at_s * 1000;
		}
	}
	if (err == KC_OK)
		return c;
	say_config(file == NULL ? "" : file, err, &why);
	kc_free(c);
	return NULL;
}

/* --- the loop --------------------------------------------------------------
 */
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
stop(struct loop *l, const char *why, int exit_code)
{
	struct kc_line line;

	if (l->stop_by_ms != 0)
		return;
	kc_log_begin(&line, KC_LOG_INFO, "stopping");
	kc_log_str(&line, "why", why);
	kc_log_end(&line);
	kc_notify("STOPPING=1");
	l->exit_code = exit_code;
	l->stop_by_ms = kc_clock_monotonic_ms() + STOP_MS;
	kc_gate_stop(l->gate);
	event_active(l->stop, EV_TIMEOUT, 0);
}

static void
reload(struct loop *l)
{
	struct kc_config *fresh = load_config(&l->options);
	struct kc_line line;

	kc_log_begin(&line, fresh == NULL ? KC_LOG_ERROR : KC_LOG_INFO,
	    fresh == NULL ? "reload-refused" : "reloaded");
	kc_log_end(&line);
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
	kc_timer_arm(l->timer, kc_ledger_next_due_ms(l->d.ledger));
}

static void
on_due(void *ctx)
{
	struct loop *l = ctx;

	kc_ledger_tick(l->d.ledger);
	kc_timer_arm(l->timer, kc_ledger_next_due_ms(l->d.ledger));
}

/* --- wiring ----------------------------------------------------------------
 */
static enum kc_err
add_events(struct loop *l)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

	for (size_t i = 0; i < COUNT(numbers); i++) {
		l->signals[i] = evsignal_new(l->base, numbers[i], on_signal, l);
		if (l->signals[i] == NULL ||
		    event_add(l->signals[i], NULL) != 0)
			return KC_ENOMEM;
	}
	l->changed = event_new(l->base, -1, 0, on_changed, l);
	l->stop = event_new(l->base, -1, 0, on_stop_step, l);
	if (l->changed == NULL || l->stop == NULL)
		return KC_ENOMEM;
	return kc_timer_new(&l->timer, l->base, on_due, l);
}

static void
set_clock(struct kc_daemon *d)
{
	d->clock = (struct kc_clock){kc_clock_system_ms, NULL, NULL};
	if (!d->config->test_clock)
		return;
	atomic_store(&d->manual.now_ms, d->config->test_clock_ms);
	d->clock = (struct kc_clock){kc_clock_manual_ms, &d->manual, NULL};
}

/* Signals belong to the loop: the ledger's threads start with all blocked. */
static enum kc_daemon_exit
start_ledger(struct kc_daemon *d)
{
	sigset_t all, before;
	enum kc_daemon_exit code;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
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
	sigset_t all, before;
	enum kc_err err;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
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

static void
say_ready(const struct loop *l)
{
	static const char *const modes[] = {"open", "read-only", "poisoned"};
	const struct kc_config *c = l->d.config;
	struct kc_line line;

	kc_log_begin(&line, KC_LOG_INFO, "ready");
	kc_log_str(&line, "version", KC_VERSION);
	kc_log_str(&line, "mode", modes[kc_ledger_mode(l->d.ledger)]);
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

	/* Fewer epoll_ctl calls; no descriptor here is ever a copy. */
	if (ec == NULL || evthread_use_pthreads() != 0)
		return KC_DAEMON_FAILED;
	(void)event_config_set_flag(ec, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	l->base = event_base_new_with_config(ec);
	event_config_free(ec);
	if (l->base == NULL || add_events(l) != KC_OK)
		return KC_DAEMON_FAILED;
	l->d.changed = changed;
	l->d.changed_ctx = l;
	code = (int)start_ledger(&l->d);
	if (code != KC_DAEMON_OK)
		return code;
	if (open_gate(l) != KC_OK)
		return KC_DAEMON_FAILED;
	kc_timer_arm(l->timer, kc_ledger_next_due_ms(l->d.ledger));
	say_ready(l);
	if (event_base_dispatch(l->base) < 0)
		return KC_DAEMON_FAILED;
	return l->exit_code;
}

static void
finish(struct loop *l)
{
	/* The gate first: its threads use the ledger. Then the ledger, whose
	 * threads wake the loop's events; then those. */
	kc_gate_close(l->gate);
	kc_start_close(&l->d);
	for (size_t i = 0; i < COUNT(l->signals); i++) {
		if (l->signals[i] != NULL)
			event_free(l->signals[i]);
	}
	if (l->changed != NULL)
		event_free(l->changed);
	if (l->stop != NULL)
		event_free(l->stop);
	kc_timer_free(l->timer);
	if (l->base != NULL)
		event_base_free(l->base);
	libevent_global_shutdown();
	kc_free(l->d.config);
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
	code = parse_options(&l.options, argc, argv);
	if (code >= 0)
		return code;
	(void)signal(SIGPIPE, SIG_IGN);
	l.d.config = load_config(&l.options);
	if (l.d.config == NULL)
		return KC_DAEMON_FAILED;
	kc_log_set_level(l.d.config->log_level);
	l.d.reseed_anchor = l.options.reseed_anchor;
	set_clock(&l.d);
	if (kc_sandbox_enter() != KC_OK || kc_crypto_init() != KC_OK ||
	    kc_start_keys(&l.d) != KC_OK)
		code = KC_DAEMON_FAILED;
	else if (l.options.check)
		code = (int)kc_start_check(&l.d);
	else
		code = serve(&l);
	if (code == KC_DAEMON_OK && l.options.check)
		code = print("ok\n");
	finish(&l);
	return code;
}
