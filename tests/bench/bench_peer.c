/* SPDX-License-Identifier: Apache-2.0 */
/* What one peer, all of TCP, can make the daemon hold. */
#include "bench.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/setup.h"

#define FLOODERS 48
#define SECONDS 3
#define NOTES 1024         /* of a body: the most that is taken of one */
#define BODY (4u << 20)    /* bytes of a body that never ends */
#define SETTLE_S 2         /* until what can go back has gone back */
#define REPLY_TIMEOUT_S 10 /* of a flooder: the daemon says 503 or nothing */

static uint16_t port;
static double until;

static int
dial(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	size_t us = bench_some(REPLY_TIMEOUT_S * (size_t)1000000);
	struct timeval limit = {
	    (time_t)(us / 1000000), (suseconds_t)(us % 1000000)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) !=
		    0 ||
		connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* Says that `says` bytes come, and sends `sends` of "\0\1x\0\1x...". */
static void
post(int fd, size_t says, size_t sends)
{
	char piece[NOTES * 3];
	int n = snprintf(piece, sizeof(piece),
	    "POST /v1/entries HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    says);

	if (send(fd, piece, (size_t)n, MSG_NOSIGNAL) != n)
		return;
	for (size_t i = 0; i < sizeof(piece); i++)
		piece[i] = "\0\1x"[i % 3];
	for (size_t left = sends; left > 0;) {
		size_t want = left < sizeof(piece) ? left : sizeof(piece);
		ssize_t sent = send(fd, piece, want, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		left -= (size_t)sent;
	}
}

/* Bundles of notes that are none, then a large body that never ends. */
static void *
flood(void *ctx)
{
	char reply[65536];
	int fd = -1;

	(void)ctx;
	while (bench_now() < until) {
		if (fd < 0)
			fd = dial();
		if (fd < 0)
			continue;
		post(fd, NOTES * 3, NOTES * 3);
		if (recv(fd, reply, sizeof(reply), 0) <= 0 ||
		    bench_now() >= until) {
			(void)close(fd);
			fd = -1;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	fd = dial();
	if (fd >= 0) {
		post(fd, BODY, BODY - 1);
		(void)recv(fd, reply, sizeof(reply), 0);
		(void)close(fd);
	}
	return NULL;
}

static double
memory_mib(pid_t pid, const char *what)
{
	char path[64], line[256];
	long kib = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, what, strlen(what)) == 0)
			(void)sscanf(line + strlen(what), ": %ld", &kib);
	}
	if (f != NULL)
		(void)fclose(f);
	return (double)kib / 1024;
}

static uint16_t
free_port(void)
{
	struct sockaddr_in sa = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&sa, n) != 0 ||
	    getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
		sa.sin_port = 0;
	if (fd >= 0)
		(void)close(fd);
	return ntohs(sa.sin_port);
}

enum kc_err
bench_peer(struct bench *b)
{
	pthread_t threads[FLOODERS];
	unsigned n = 0;
	double before;
	enum kc_err err;

	port = free_port();
	(void)snprintf(b->tcp, sizeof(b->tcp), "127.0.0.1:%u", port);
	err = bench_start(b, "peer", true);
	b->tcp[0] = '\0';
	if (err != KC_OK)
		return err;
	before = memory_mib(b->daemon, "VmRSS");
	until = bench_now() + (double)bench_some(SECONDS * 100) / 100;
	while (
	    n < FLOODERS && pthread_create(&threads[n], NULL, flood, NULL) == 0)
		n++;
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	bench_wait(SETTLE_S);
	bench_line(
	    "peer_memory_mib", memory_mib(b->daemon, "VmHWM") - before, "MiB");
	bench_line("peer_memory_kept_mib",
	    memory_mib(b->daemon, "VmRSS") - before, "MiB");
	kc_stop_daemon(b->daemon);
	b->daemon = 0;
	return KC_OK;
}
