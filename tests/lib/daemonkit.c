/* SPDX-License-Identifier: Apache-2.0 */
/* A real kaochengd for tests. */
#include "daemonkit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/keyfile.h>
#include <kaocheng/leaf.h>
#include <kaocheng/trust.h>

#include "tmpdir.h"

#define LIMIT_MS 10000.0 /* nothing here takes that long */

static void
die(const char *what)
{
	fprintf(stderr, "daemonkit: %s: %s\n", what, strerror(errno));
	abort();
}

const char *
dk_build(void)
{
	const char *b = getenv("BUILD");

	return b != NULL && *b != '\0' ? b : "build";
}

double
dk_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
put_file(const struct dk *d, const char *name, struct kc_slice text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", d->dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
		die(path);
	close(fd);
}

static void
put_key(const struct dk *d, const char *name, const struct kc_skey *key)
{
	struct kc_keyfile_inputs in = {.created_s = 1640995200};
	struct kc_buf b = {0};

	memcpy(in.seed, key->secret, sizeof(in.seed));
	if (kc_keyfile_encode(
		&b, kc_slice_str(key->vkey.name), &in, NULL, true) != KC_OK)
		die(name);
	put_file(d, name, kc_buf_view(&b));
	kc_buf_free(&b);
}

void
dk_make(struct dk *d, struct kit *k)
{
	char keys[160];
	struct kc_buf b = {0};

	tmpdir_make(d->dir);
	snprintf(keys, sizeof(keys), "%s/keys", d->dir);
	if (mkdir(keys, 0700) != 0)
		die(keys);
	snprintf(d->socket, sizeof(d->socket), "%s/socket", d->dir);
	put_key(d, "keys/log.key", kit_key(k, KIT_ORIGIN));
	put_key(d, "keys/clerk.key", kit_key(k, "clerk"));
	kc_buf_trust(&b, &kit_key(k, KIT_ORIGIN)->vkey);
	put_file(d, "trust", kc_buf_view(&b));
	kc_buf_reset(&b);
	kc_buf_free(&b);
	dk_clock(
	    d, k->nnotes > 0 ? k->notes[0].received_ms : k->now_ms + 60000);
}

void
dk_clock(struct dk *d, int64_t now_ms)
{
	struct kc_buf b = {0};

	d->now_ms = now_ms;
	kc_buf_instant_s(&b, now_ms / 1000);
	kc_slice_copy(d->clock_text, sizeof(d->clock_text), kc_buf_view(&b));
	d->clock = d->clock_text;
	kc_buf_free(&b);
}

bool
dk_move(struct dk *d, int64_t now_ms)
{
	char body[64];

	dk_clock(d, now_ms);
	snprintf(body, sizeof(body), "{\"now\":\"%s\"}", d->clock);
	return dk_request(d, "POST", "/v1/clock", "application/json",
		   kc_slice_str(body), NULL) == 200;
}

static void
run_rm(const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", dir, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void
dk_remove(struct dk *d)
{
	if (d->pid > 0)
		dk_kill(d, SIGKILL);
	run_rm(d->dir);
}

static const char *
log_path(const struct dk *d)
{
	return tmpdir_file(d->dir, "kaochengd.log");
}

/* In the child. */
static __attribute__((noreturn)) void
run(const struct dk *d)
{
	char program[256];
	int fd =
	    open(log_path(d), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);

	snprintf(program, sizeof(program), "%s/bin/kaochengd", dk_build());
	if (fd >= 0) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
	/* No daemon outlives its test. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (d->preload != NULL) {
		setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0);
		setenv("LD_PRELOAD", d->preload, 1);
	}
	if (d->clock == NULL)
		execl(
		    program, program, "--dir", d->dir, d->option, (char *)NULL);
	else
		execl(program, program, "--dir", d->dir, "--test-clock",
		    d->clock, d->option, (char *)NULL);
	_exit(127);
}

void
dk_spawn(struct dk *d)
{
	fflush(stdout);
	d->pid = fork();
	if (d->pid < 0)
		die("fork");
	if (d->pid == 0)
		run(d);
}

int
dk_connect(const struct dk *d)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	kc_slice_copy(
	    sa.sun_path, sizeof(sa.sun_path), kc_slice_str(d->socket));
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
put_all(int fd, struct kc_slice s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
	}
	return true;
}

/* Reads one reply with a Content-Length; its status, 0 if it breaks off. */
static int
get_reply(int fd, struct kc_buf *body)
{
	struct kc_buf in = {0};
	char chunk[16384];
	int status = 0;

	for (;;) {
		const char *head = kc_buf_cstr(&in);
		const char *end = strstr(head, "\r\n\r\n");
		const char *len = strcasestr(head, "content-length:");
		ssize_t n;

		if (end != NULL && len != NULL) {
			size_t at = (size_t)(end + 4 - head);
			size_t want = strtoul(len + 15, NULL, 10);

			if (in.n >= at + want) {
				sscanf(head, "HTTP/1.1 %d", &status);
				if (body != NULL)
					kc_buf_put(body, in.p + at, want);
				break;
			}
		}
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n <= 0)
			break;
		kc_buf_put(&in, chunk, (size_t)n);
	}
	kc_buf_free(&in);
	return status;
}

int
dk_exchange(int fd, const char *method, const char *path, const char *type,
    struct kc_slice body, struct kc_buf *reply)
{
	char head[512];
	int n = snprintf(head, sizeof(head),
	    "%s %s HTTP/1.1\r\nHost: test\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, path, type != NULL ? type : "text/plain", body.n);

	if (!put_all(fd, (struct kc_slice){head, (size_t)n}) ||
	    !put_all(fd, body))
		return 0;
	return get_reply(fd, reply);
}

int
dk_request(const struct dk *d, const char *method, const char *path,
    const char *type, struct kc_slice body, struct kc_buf *reply)
{
	int fd = dk_connect(d);
	int status;

	if (fd < 0)
		return 0;
	status = dk_exchange(fd, method, path, type, body, reply);
	close(fd);
	return status;
}

bool
dk_poll(double from, double limit_ms)
{
	struct timespec pause = {0, 1000000};

	if (dk_now_ms() - from > limit_ms)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

int
dk_wait(struct dk *d, double limit_ms)
{
	double from = dk_now_ms();
	int status = 0;

	for (;;) {
		pid_t got = waitpid(d->pid, &status, WNOHANG);

		if (got == d->pid)
			break;
		if (got < 0)
			die("waitpid");
		if (!dk_poll(from, limit_ms))
			return -1;
	}
	d->pid = 0;
	d->code =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
	return d->code;
}

bool
dk_try(struct dk *d)
{
	double from = dk_now_ms();

	dk_spawn(d);
	for (;;) {
		if (dk_request(d, "GET", "/healthz", NULL, KC_LIT(""), NULL) !=
		    0)
			return true;
		if (dk_wait(d, 0) >= 0)
			return false;
		if (!dk_poll(from, LIMIT_MS))
			die("kaochengd does not answer");
	}
}

static void
show_log(const struct dk *d)
{
	char line[1024];
	FILE *f = fopen(log_path(d), "re");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		fputs(line, stderr);
	if (f != NULL)
		fclose(f);
}

double
dk_start(struct dk *d)
{
	double from = dk_now_ms();

	if (!dk_try(d)) {
		show_log(d);
		fprintf(stderr, "exit %d\n", d->code);
		die("kaochengd ended at its start");
	}
	return dk_now_ms() - from;
}

int
dk_start_fails(struct dk *d)
{
	dk_spawn(d);
	if (dk_wait(d, LIMIT_MS) < 0)
		dk_kill(d, SIGKILL);
	return d->code;
}

void
dk_kill(struct dk *d, int signal)
{
	kill(d->pid, signal);
	if (dk_wait(d, LIMIT_MS) < 0)
		die("kaochengd does not end");
}

int
dk_stop(struct dk *d)
{
	dk_kill(d, SIGTERM);
	return d->code;
}

bool
dk_said(const struct dk *d, const char *text)
{
	char line[4096];
	bool found = false;
	FILE *f = fopen(log_path(d), "re");

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, text) != NULL;
	if (f != NULL)
		fclose(f);
	return found;
}

void
dk_forget_log(const struct dk *d)
{
	(void)unlink(log_path(d));
}

void
dk_configure(const struct dk *d, const char *yaml)
{
	put_file(d, "kaocheng.yaml", kc_slice_str(yaml));
}

/* One after another, each at its time: whoever signs must have been enrolled
 * before, and what it has seen is of this log. */
void
dk_found(struct dk *d, struct kit *k)
{
	int fd = dk_connect(d);

	if (fd < 0)
		die("founding");
	for (unsigned i = 0; i < k->nnotes; i++) {
		struct kc_slice note = {
		    k->log.p + k->notes[i].off, k->notes[i].n};
		struct kc_buf reply = {0};
		int status;

		if (k->notes[i].received_ms != d->now_ms &&
		    !dk_move(d, k->notes[i].received_ms))
			die("moving the clock");
		status = dk_exchange(
		    fd, "POST", "/v1/entries", "text/plain", note, &reply);
		if (status != 200 && status != 201) {
			fprintf(stderr, "%s\n", kc_buf_cstr(&reply));
			die("founding");
		}
		kc_buf_free(&reply);
	}
	close(fd);
}
