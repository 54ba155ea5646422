/* SPDX-License-Identifier: Apache-2.0 */
/* Many keep-alive clients in one thread, and what the daemon spends on them. */
#include "bench.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct conn {
	int fd;
	struct kc_buf out, in;
	size_t sent;
	size_t request; /* index of the one under way */
	double since;
	bool busy;
};

double
bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
bench_line(const char *name, double value, const char *unit)
{
	printf("%s %.*f %s\n", name,
	    value < 10         ? 3
		: value < 1000 ? 2
			       : 0,
	    value, unit);
	fflush(stdout);
}

/* User and system time of a process so far. */
double
bench_cpu(pid_t pid)
{
	char path[64], line[1024];
	unsigned long user = 0, sys = 0;
	const char *p;
	FILE *f;
	bool got;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	got = fgets(line, sizeof(line), f) != NULL;
	fclose(f);
	p = got ? strrchr(line, ')') : NULL;
	if (p == NULL ||
	    sscanf(p + 1,
		" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
		&sys) != 2)
		return 0;
	return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

double
bench_cpu_children(pid_t pid)
{
	char path[64];
	double all = 0;
	long child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)pid,
	    (long)pid);
	f = fopen(path, "re");
	while (f != NULL && fscanf(f, "%ld", &child) == 1)
		all += bench_cpu((pid_t)child);
	if (f != NULL)
		fclose(f);
	return all;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(sa.sun_path))
		return -1;
	memcpy(sa.sun_path, path, strlen(path));
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
start(struct conn *c, const struct bench_request *r, size_t number)
{
	char head[256];
	int n = snprintf(head, sizeof(head),
	    "POST /v1/entries HTTP/1.1\r\nHost: bench\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    r->content_type, r->body.n);

	kc_buf_reset(&c->out);
	kc_buf_reset(&c->in);
	kc_buf_put(&c->out, head, (size_t)n);
	kc_buf_slice(&c->out, r->body);
	c->sent = 0;
	c->request = number;
	c->since = bench_now();
	c->busy = true;
}

/* Is a whole reply there? Its status, 0 if not yet, -1 if malformed. */
static int
reply(struct conn *c)
{
	const char *head = kc_buf_cstr(&c->in);
	const char *end = strstr(head, "\r\n\r\n");
	const char *length;
	int status;

	if (end == NULL)
		return 0;
	length = strcasestr(head, "content-length:");
	if (sscanf(head, "HTTP/1.1 %d", &status) != 1 || length == NULL ||
	    length > end)
		return -1;
	if (c->in.n < (size_t)(end + 4 - head) + strtoul(length + 15, NULL, 10))
		return 0;
	return status;
}

/* A batch is good when no result is a refusal. */
static bool
all_accepted(const struct conn *c, int status)
{
	if (status == 201)
		return true;
	return status == 200 && memmem(c->in.p, c->in.n, "\"code\"", 6) == NULL;
}

static enum kc_err
pump(struct conn *c, short events)
{
	char chunk[65536];
	ssize_t n;

	if ((events & POLLOUT) && c->sent < c->out.n) {
		n = write(c->fd, c->out.p + c->sent, c->out.n - c->sent);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return KC_EIO;
		c->sent += n > 0 ? (size_t)n : 0;
	}
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return KC_EIO;
		if (n > 0)
			kc_buf_put(&c->in, chunk, (size_t)n);
	}
	return kc_buf_err(&c->in);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static enum kc_err
exchange(struct conn *conns, unsigned clients,
    const struct bench_request *requests, size_t n, double *took,
    struct bench_load *out)
{
	struct pollfd fds[BENCH_CLIENTS];
	size_t next = 0, done = 0;
	enum kc_err err = KC_OK;

	while (done < n && err == KC_OK) {
		for (unsigned i = 0; i < clients; i++) {
			struct conn *c = &conns[i];

			if (!c->busy && next < n) {
				start(c, &requests[next], next);
				next++;
			}
			fds[i].fd = c->busy ? c->fd : -1;
			fds[i].events = (short)(POLLIN |
			    (c->sent < c->out.n ? POLLOUT : 0));
		}
		if (poll(fds, clients, 10000) <= 0)
			return KC_EUNAVAILABLE;
		for (unsigned i = 0; i < clients && err == KC_OK; i++) {
			struct conn *c = &conns[i];
			int status;

			if (!c->busy || fds[i].revents == 0)
				continue;
			err = pump(c, fds[i].revents);
			status = err == KC_OK ? reply(c) : -1;
			if (status == 0)
				continue;
			if (!all_accepted(c, status)) {
				fprintf(
				    stderr, "bench: %s\n", kc_buf_cstr(&c->in));
				return KC_EREFUSED;
			}
			took[done++] = bench_now() - c->since;
			out->accepted += requests[c->request].entries;
			c->busy = false;
		}
	}
	return err;
}

enum kc_err
bench_send(const char *socket_path, pid_t daemon, unsigned clients,
    const struct bench_request *requests, size_t n, struct bench_load *out)
{
	static struct conn conns[BENCH_CLIENTS];
	double *took = calloc(n, sizeof(*took));
	double cpu, signer, from;
	enum kc_err err = took == NULL ? KC_ENOMEM : KC_OK;

	memset(out, 0, sizeof(*out));
	memset(conns, 0, sizeof(conns));
	for (unsigned i = 0; i < clients; i++) {
		conns[i].fd = connect_to(socket_path);
		if (conns[i].fd < 0)
			err = KC_EUNAVAILABLE;
	}
	signer = bench_cpu_children(daemon);
	cpu = bench_cpu(daemon);
	from = bench_now();
	if (err == KC_OK)
		err = exchange(conns, clients, requests, n, took, out);
	out->seconds = bench_now() - from;
	out->daemon_cpu_s = bench_cpu(daemon) - cpu;
	out->signer_cpu_s = bench_cpu_children(daemon) - signer;
	if (err == KC_OK) {
		qsort(took, n, sizeof(*took), by_value);
		out->p50_ms = took[n / 2] * 1000;
		out->p99_ms = took[n * 99 / 100] * 1000;
	}
	for (unsigned i = 0; i < clients; i++) {
		if (conns[i].fd >= 0)
			close(conns[i].fd);
		kc_buf_free(&conns[i].out);
		kc_buf_free(&conns[i].in);
	}
	free(took);
	return err;
}
