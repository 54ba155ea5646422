/* SPDX-License-Identifier: Apache-2.0 */
/* kaocheng-sender: takes messages of the daemon to where they go. */
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remind/pool.h"
#include "sys/child.h"
#include "sys/file.h"
#include "sys/lang.h"
#include "sys/log.h"
#include "sys/sandbox.h"

#define CA_FILE_MAX ((size_t)4 << 20)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_CONFIG = 78, /* the configuration or one of its files */
	EXIT_USAGE = 100
};

static const char usage_en[] =
    "usage: kaocheng-sender [--version | --help]\n"
    "Started by kaochengd, which speaks to it over descriptor 3.\n";
static const char usage_zh[] = "用法：kaocheng-sender [--version | --help]\n"
			       "由 kaochengd 启动，经描述符 3 与之通信。\n";

static void
say(int level, const char *event, const char *what, enum kc_err err)
{
	struct kc_line l;

	kc_log_begin(&l, level, event);
	if (what != NULL)
		kc_log_str(&l, "what", what);
	if (err != KC_OK)
		kc_log_str(&l, "why", kc_err_text(err));
	if (err == KC_EIO)
		kc_log_errno(&l);
	kc_log_end(&l);
}

/* --- lines of the daemon --- */
struct lines {
	struct kc_buf buf; /* what was read and is no whole line yet */
};

/* Reads what is there. KC_OK, KC_ENOTFOUND at the end, KC_ETOOBIG, KC_EIO. */
static enum kc_err
fill(struct lines *in)
{
	char part[16384];
	ssize_t n = read(KC_CHILD_FD, part, sizeof(part));

	if (n < 0)
		return errno == EINTR ? KC_OK : KC_EIO;
	if (n == 0)
		return KC_ENOTFOUND;
	if (in->buf.n + (size_t)n > 2 * KC_WIRE_LINE_MAX)
		return KC_ETOOBIG;
	kc_buf_put(&in->buf, part, (size_t)n);
	return kc_buf_err(&in->buf);
}

/* Takes the next whole line, with its LF, off what was read. */
static bool
next_line(struct lines *in, struct kc_buf *line)
{
	const char *lf =
	    in->buf.n > 0 ? memchr(in->buf.p, '\n', in->buf.n) : NULL;
	size_t n;

	if (lf == NULL)
		return false;
	n = (size_t)(lf - in->buf.p) + 1;
	kc_buf_put(line, in->buf.p, n);
	in->buf.n -= n;
	memmove(in->buf.p, in->buf.p + n, in->buf.n);
	return line->err == KC_OK;
}

/* --- what is given up --- */
/* Files that a name, a certificate or a library is looked up in. */
static const struct kc_sandbox_place system_places[] = {
    {"/etc/resolv.conf", false, false}, {"/etc/hosts", false, false},
    {"/etc/host.conf", false, false}, {"/etc/nsswitch.conf", false, false},
    {"/etc/gai.conf", false, false}, {"/etc/services", false, false},
    {"/etc/protocols", false, false}, {"/etc/localtime", false, false},
    {"/etc/ld.so.cache", false, false}, {"/etc/ssl", false, false},
    {"/etc/ca-certificates", false, false}, {"/etc/pki", false, false},
    {"/run/systemd/resolve", false, false},
    {"/usr/share/ca-certificates", false, false},
    {"/usr/share/zoneinfo", false, false}, {"/usr/lib", false, false},
    {"/lib", false, false}, {"/lib64", false, false},
    {"/dev/null", true, false}, {"/dev/urandom", false, false}};
/* What a local program needs to run at all. */
static const struct kc_sandbox_place program_places[] = {{"/usr", false, true},
    {"/bin", false, true}, {"/lib", false, true}, {"/lib64", false, true},
    {"/etc/alternatives", false, false}};
#define PLACES_MAX 128

static enum kc_err
enter_sandbox(const struct kc_sender *s)
{
	struct kc_sandbox_place v[PLACES_MAX];
	const struct kc_remind *c = &s->config;
	size_t n = COUNT(system_places);
	enum kc_err err;

	memcpy(v, system_places, sizeof(system_places));
	if (c->command.on) {
		memcpy(v + n, program_places, sizeof(program_places));
		n += COUNT(program_places);
		v[n++] = (struct kc_sandbox_place){
		    kc_remind_list_get(&c->command.argv, 0), false, true};
	}
	for (unsigned i = 0; i < c->command.paths.n && n + 1 < PLACES_MAX; i++)
		v[n++] = (struct kc_sandbox_place){
		    kc_remind_list_get(&c->command.paths, i), true, true};
	if (c->file.on)
		v[n++] = (struct kc_sandbox_place){c->file.dir, true, false};
	err = kc_sandbox_files(v, n);
	if (err == KC_ENOTFOUND) {
		say(KC_LOG_WARNING, "no-landlock", NULL, KC_OK);
		err = KC_OK;
	}
	if (err == KC_OK)
		err = kc_sandbox_calls(
		    c->command.on ? KC_CALLS_PROGRAMS : KC_CALLS_SERVING);
	return err;
}

/* A file that was put in place of one that we may read is another file, which
 * we may not. */
struct looked_up {
	struct stat st[3];
};

static void
look(struct looked_up *l)
{
	static const char *const paths[] = {"/etc/resolv.conf", "/etc/hosts",
	    "/etc/ssl/certs/ca-certificates.crt"};

	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < COUNT(paths); i++)
		(void)stat(paths[i], &l->st[i]);
}

static bool
replaced(const struct looked_up *then)
{
	struct looked_up now;

	look(&now);
	for (size_t i = 0; i < COUNT(now.st); i++)
		if (now.st[i].st_ino != then->st[i].st_ino ||
		    now.st[i].st_dev != then->st[i].st_dev)
			return true;
	return false;
}

/* --- start --- */
static enum kc_err
read_secrets(struct kc_sender *s, const char **what)
{
	uint32_t on = kc_remind_channels(&s->config);
	enum kc_err err = KC_OK;

	if (s->config.ca[0] != '\0') {
		*what = s->config.ca;
		err = kc_file_read(&s->ca, *what, CA_FILE_MAX, false);
	}
	for (unsigned i = 0; err == KC_OK && i < KC_CHANNEL_COUNT; i++) {
		const struct kc_driver *d = kc_driver_of(i);

		if ((on & UINT32_C(1) << i) != 0 && d->prepare != NULL)
			err = d->prepare(s, what);
	}
	return err;
}

static int
prepare(struct kc_sender *s, struct lines *in)
{
	struct kc_buf line = {0}, ready = {0};
	const char *what = "configuration";
	enum kc_err err = KC_OK;

	while (err == KC_OK && !next_line(in, &line))
		err = fill(in);
	if (err != KC_OK)
		return EXIT_OK; /* the daemon went away */
	err = kc_wire_config_decode(
	    &s->config, s->origin, (struct kc_slice){line.p, line.n - 1});
	kc_buf_free(&line);
	if (err == KC_OK)
		err = read_secrets(s, &what);
	if (err != KC_OK) {
		say(KC_LOG_ERROR, "config", what, err);
		return EXIT_CONFIG;
	}
	err = enter_sandbox(s);
	if (err != KC_OK) {
		say(KC_LOG_ERROR, "sandbox", NULL, err);
		return EXIT_FAILED;
	}
	if (kc_wire_ready_encode(&ready, kc_remind_channels(&s->config)) !=
		KC_OK ||
	    write(KC_CHILD_FD, ready.p, ready.n) != (ssize_t)ready.n)
		return EXIT_FAILED;
	kc_buf_free(&ready);
	return -1;
}

/* --- the loop --- */
/* The daemon wants no more, or we do not: what is under way is waited for as
 * long as somebody is there to hear of it. */
static int
drain(struct kc_pool *pool, int code)
{
	struct pollfd p[] = {
	    {kc_pool_done_fd(pool), POLLIN, 0}, {KC_CHILD_FD, 0, 0}};

	kc_pool_stop(pool);
	for (;;) {
		if (poll(p, COUNT(p), -1) < 0 && errno != EINTR)
			return EXIT_FAILED;
		if (p[0].revents != 0)
			return code;
		if ((p[1].revents & (POLLHUP | POLLERR)) != 0)
			_exit(code);
	}
}

static int
serve(struct kc_pool *pool, struct lines *in, const struct looked_up *then)
{
	struct kc_buf line = {0};
	enum kc_err err;

	for (;;) {
		while (next_line(in, &line)) {
			if (replaced(then)) {
				say(KC_LOG_INFO, "renew", NULL, KC_OK);
				kc_buf_free(&line);
				return drain(pool, EXIT_OK);
			}
			err = kc_pool_give(pool, &line);
			if (err != KC_OK) {
				say(KC_LOG_ERROR, "protocol", "jobs", err);
				return EXIT_FAILED;
			}
		}
		err = fill(in);
		if (err == KC_ENOTFOUND)
			return drain(pool, EXIT_OK);
		if (err != KC_OK) {
			say(KC_LOG_ERROR, "protocol", "line", err);
			return EXIT_FAILED;
		}
	}
}

int
main(int argc, char **argv)
{
	static struct kc_sender s;
	static struct lines in;
	struct kc_pool *pool = NULL;
	struct looked_up then;
	int code;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("kaocheng-sender " KC_VERSION) < 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(kc_lang_said(usage_zh, usage_en), stdout) < 0;
	if (argc != 1 || !kc_child_hold(SOCK_STREAM)) {
		(void)fputs(kc_lang_said(usage_zh, usage_en), stderr);
		return EXIT_USAGE;
	}
	if (kc_sandbox_enter() != KC_OK || kc_crypto_init() != KC_OK ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return EXIT_FAILED;
	look(&then);
	code = prepare(&s, &in);
	if (code >= 0)
		return code;
	if (kc_pool_open(&pool, &s, KC_CHILD_FD) != KC_OK)
		return EXIT_FAILED;
	/* Threads may still be at work: nothing of theirs is taken away. */
	_exit(serve(pool, &in, &then));
}
