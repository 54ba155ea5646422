/* SPDX-License-Identifier: Apache-2.0 */
/* A real kaochengd for tests. */
#include "daemonkit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/keyfile.h>
#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

#include "tmpdir.h"

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
	kc_buf_instant_s(&b, k->now_ms / 1000 + 60);
	kc_slice_copy(d->clock_text, sizeof(d->clock_text), kc_buf_view(&b));
	d->clock = d->clock_text;
	kc_buf_free(&b);
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

static void
spawn(struct dk *d)
{
	char program[256], log[256];

	snprintf(program, sizeof(program), "%s/bin/kaochengd", dk_build());
	snprintf(log, sizeof(log), "%s/kaochengd.log", d->dir);
	d->pid = fork();
	if (d->pid < 0)
		die("fork");
	if (d->pid > 0)
		return;
	int fd = open(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);

	if (fd >= 0) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
	if (d->preload != NULL)
		setenv("LD_PRELOAD", d->preload, 1);
	execl(program, program, "--dir", d->dir, "--test-clock", d->clock,
	    (char *)NULL);
	_exit(127);
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

double
dk_start(struct dk *d)
{
	double from = dk_now_ms();
	struct timespec pause = {0, 2000000};

	unlink(d->socket);
	spawn(d);
	for (;;) {
		int status =
		    dk_request(d, "GET", "/healthz", NULL, KC_LIT(""), NULL);

		if (status == 200)
			return dk_now_ms() - from;
		if (waitpid(d->pid, NULL, WNOHANG) == d->pid)
			die("kaochengd ended at its start; see its log");
		if (dk_now_ms() - from > 10000)
			die("kaochengd does not answer");
		nanosleep(&pause, NULL); /* a poll, not a wait for luck */
	}
}

int
dk_start_fails(struct dk *d)
{
	int status = 0;

	spawn(d);
	waitpid(d->pid, &status, 0);
	d->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

void
dk_kill(struct dk *d, int signal)
{
	kill(d->pid, signal);
	waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

int
dk_stop(struct dk *d)
{
	int status = 0;

	kill(d->pid, SIGTERM);
	waitpid(d->pid, &status, 0);
	d->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

void
dk_found(struct dk *d, struct kit *k)
{
	struct kc_buf body = {0}, reply = {0};

	for (unsigned i = 0; i < k->nnotes; i++) {
		kc_buf_be16(&body, (uint16_t)k->notes[i].n);
		kc_buf_put(&body, k->log.p + k->notes[i].off, k->notes[i].n);
	}
	if (dk_request(d, "POST", "/v1/entries", "application/octet-stream",
		kc_buf_view(&body), &reply) != 200 ||
	    strstr(kc_buf_cstr(&reply), "\"code\"") != NULL) {
		fprintf(stderr, "%s\n", kc_buf_cstr(&reply));
		die("founding");
	}
	kc_buf_free(&body);
	kc_buf_free(&reply);
}
