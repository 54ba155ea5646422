/* SPDX-License-Identifier: Apache-2.0 */
/* kaocheng-witness: wiring, and the loop. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <kaocheng/store.h>

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/notify.h"
#include "sys/sandbox.h"
#include "witness/command.h"
#include "witness/serve.h"

#define STOP_MS 1500    /* what is under way has this long to be answered */
#define STOP_STEP_MS 5  /* between two looks whether it is */
#define RESERVED_FDS 32 /* for the book and the log */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- the loop --- */
static const int handled[] = {SIGTERM, SIGINT, SIGHUP};

struct loop {
	const char *file;
	struct event_base *base;
	struct kc_witness *witness;
	struct event *signals[COUNT(handled)], *stop;
	int64_t stop_by_ms;
	int exit_code;
};

static void
on_stop_step(evutil_socket_t fd, short what, void *ctx)
{
	struct loop *l = ctx;
	const struct timeval step = {0, STOP_STEP_MS * 1000};

	(void)fd;
	(void)what;
	if (kc_witness_quiet(l->witness))
		(void)event_base_loopbreak(l->base);
	else if (kc_clock_monotonic_ms() >= l->stop_by_ms)
		_exit(
		    l->exit_code != 0 ? l->exit_code : KC_WITNESS_EXIT_FAILED);
	else
		(void)event_add(l->stop, &step);
}

static void
stop(struct loop *l, int exit_code)
{
	if (exit_code > l->exit_code)
		l->exit_code = exit_code;
	if (l->stop_by_ms != 0)
		return;
	kc_notify("STOPPING=1");
	l->stop_by_ms = kc_clock_monotonic_ms() + STOP_MS;
	kc_witness_stop(l->witness);
	event_active(l->stop, EV_TIMEOUT, 0);
}

static void
reload(struct loop *l)
{
	struct kc_witness_config *fresh = kc_witness_load(l->file);
	struct kc_line line;

	kc_log_begin(&line, fresh == NULL ? KC_LOG_ERROR : KC_LOG_INFO,
	    fresh == NULL ? "reload-refused" : "reloaded");
	if (fresh != NULL) {
		kc_log_i64(&line, "logs", (int64_t)fresh->nlogs);
		kc_log_set_level(fresh->log_level);
		kc_witness_reload(l->witness, fresh);
	}
	kc_log_end(&line);
}

static void
on_signal(evutil_socket_t number, short what, void *ctx)
{
	struct loop *l = ctx;

	(void)what;
	if (number == SIGHUP)
		reload(l);
	else
		stop(l, KC_WITNESS_EXIT_OK);
}

static void
on_failed(void *ctx)
{
	stop(ctx, KC_WITNESS_EXIT_UNKNOWN);
}

static enum kc_err
make_loop(struct loop *l)
{
	if (evthread_use_pthreads() != 0 ||
	    (l->base = event_base_new()) == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < COUNT(handled); i++) {
		l->signals[i] = evsignal_new(l->base, handled[i], on_signal, l);
		if (l->signals[i] == NULL ||
		    event_add(l->signals[i], NULL) != 0)
			return KC_ENOMEM;
	}
	l->stop = event_new(l->base, -1, 0, on_stop_step, l);
	return l->stop != NULL ? KC_OK : KC_ENOMEM;
}

static void
free_loop(struct loop *l)
{
	kc_witness_close(l->witness);
	for (size_t i = 0; i < COUNT(handled); i++)
		if (l->signals[i] != NULL)
			event_free(l->signals[i]);
	if (l->stop != NULL)
		event_free(l->stop);
	if (l->base != NULL)
		event_base_free(l->base);
}

/* Its files are the book's, the configuration to read again, and a socket. */
static enum kc_err
give_up_files(const struct kc_witness_config *c, const char *file)
{
	struct kc_sandbox_place places[3] = {{.path = c->state, .write = true}};
	char socket_dir[KC_CONFIG_PATH_MAX], file_dir[KC_CONFIG_PATH_MAX];
	size_t n = 1;
	enum kc_err err = kc_file_dir(file_dir, sizeof(file_dir), file);

	places[n++].path = file_dir;
	if (err == KC_OK && c->socket[0] != '\0') {
		err = kc_file_dir(socket_dir, sizeof(socket_dir), c->socket);
		places[n].write = true;
		places[n++].path = socket_dir;
	}
	if (err == KC_OK)
		err = kc_sandbox_files(places, n);
	if (err == KC_ENOTFOUND) {
		struct kc_line l;

		kc_log_begin(&l, KC_LOG_WARNING, "sandbox");
		kc_log_str(&l, "why", "the kernel has no Landlock");
		kc_log_end(&l);
		err = KC_OK;
	}
	return err == KC_OK ? kc_sandbox_calls(KC_CALLS_SERVING) : err;
}

static unsigned
connections(const struct kc_witness_config *c)
{
	unsigned fds = kc_sandbox_descriptors();
	unsigned fit = fds > 2 * RESERVED_FDS ? fds - RESERVED_FDS : fds / 2;

	return c->connections_max < fit ? c->connections_max : fit;
}

static void
say_ready(const struct kc_witness_config *c, const struct kc_skey *key)
{
	struct kc_buf text = {0};
	struct kc_line l;

	kc_buf_vkey(&text, &key->vkey);
	kc_log_begin(&l, KC_LOG_INFO, "ready");
	kc_log_slice(&l, "key", kc_buf_view(&text));
	kc_log_i64(&l, "logs", (int64_t)c->nlogs);
	kc_log_end(&l);
	kc_notify("READY=1");
	kc_buf_free(&text);
}

/* Takes c. */
static int
serve(struct kc_witness_config *c, const struct kc_skey *key, const char *file)
{
	struct loop l = {.file = file};
	struct kc_witness_options o = {
	    .key = key, .config = c, .failed = on_failed, .ctx = &l};
	struct kc_buf detail = {0};
	struct kc_book *book = NULL;
	enum kc_err err;
	int code = kc_witness_book(&book, c, key, false);

	if (code != KC_WITNESS_EXIT_OK) {
		kc_free(c);
		return code;
	}
	errno = 0;
	/* Before there is a second thread, which would keep its files. */
	err = give_up_files(c, file);
	if (err == KC_OK)
		err = make_loop(&l);
	o.base = l.base;
	o.book = book;
	o.connections_max = connections(c);
	if (err == KC_OK)
		err = kc_witness_open(&l.witness, &o, &detail);
	else
		kc_free(c);
	if (err != KC_OK) {
		kc_witness_say("start", "listen", err, &detail);
		l.exit_code = KC_WITNESS_EXIT_FAILED;
	} else {
		say_ready(c, key);
		(void)event_base_dispatch(l.base);
	}
	free_loop(&l);
	kc_book_close(book);
	kc_buf_free(&detail);
	return l.exit_code;
}

static int
check(const struct kc_witness_config *c, const struct kc_skey *key)
{
	struct kc_book *book = NULL;
	int code = kc_witness_book(&book, c, key, true);

	kc_book_close(book);
	return code;
}

static int
run(const struct kc_witness_command *o)
{
	struct kc_witness_config *c = kc_witness_load(o->file);
	struct kc_skey key;
	int code;

	if (c == NULL)
		return KC_WITNESS_EXIT_FAILED;
	kc_log_set_level(c->log_level);
	if (o->name != NULL) {
		code = kc_witness_new(c, o->name);
		kc_free(c);
		return code;
	}
	code = kc_witness_key(c, &key);
	if (code == KC_WITNESS_EXIT_OK && !o->show && !o->check) {
		code = serve(c, &key, o->file);
		c = NULL;
	} else if (code == KC_WITNESS_EXIT_OK) {
		code = o->show ? kc_witness_show(c, &key) : check(c, &key);
	}
	kc_skey_wipe(&key);
	kc_free(c);
	return code;
}

int
main(int argc, char **argv)
{
	struct kc_witness_command o = {0};
	int code = kc_witness_options(&o, argc, argv);

	if (code >= 0)
		return code;
	(void)signal(SIGPIPE, SIG_IGN);
	if (kc_sandbox_enter() != KC_OK || kc_crypto_init() != KC_OK)
		return KC_WITNESS_EXIT_FAILED;
	kc_store_trap(KC_WITNESS_EXIT_UNKNOWN);
	return run(&o);
}
