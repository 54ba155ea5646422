/* SPDX-License-Identifier: Apache-2.0 */
/* What three witnesses on the same machine cost the daemon that asks them. */
#include "bench.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WITNESSES 3
#define NOTES 8192 /* of each of the three runs */

struct witness {
	char dir[320], file[340], vkey[KC_VKEY_MAX + 2];
	unsigned port;
	pid_t pid;
};

static unsigned
free_port(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
		abort();
	close(fd);
	return ntohs(sa.sin_port);
}

/* Runs the program; what it prints goes to a file. */
static pid_t
spawn(struct bench *b, const struct witness *w, const char *option,
    const char *name, const char *out)
{
	char program[512];
	pid_t pid;

	if (kc_cli_sibling(
		b->cli, "kaocheng-witness", program, sizeof(program)) != KC_OK)
		return -1;
	pid = fork();
	if (pid == 0) {
		if (freopen(out, "w", stdout) != NULL &&
		    freopen("/dev/null", "w", stderr) != NULL)
			execl(program, program, "-c", w->file, option, name,
			    (char *)NULL);
		_exit(127);
	}
	return pid;
}

static enum kc_err
configure(struct witness *w, const struct kc_vkey *log)
{
	struct kc_buf key = {0};
	FILE *f = fopen(w->file, "we");

	if (f == NULL)
		return KC_EIO;
	kc_buf_vkey(&key, log);
	fprintf(f,
	    "listen: {tcp: \"127.0.0.1:%u\"}\nlimits: {requests_per_s: 0}\n"
	    "logs:\n  - %s\n",
	    w->port, kc_buf_cstr(&key));
	kc_buf_free(&key);
	return fclose(f) == 0 ? KC_OK : KC_EIO;
}

/* Is it listening? */
static bool
answers(const struct witness *w)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	sa.sin_port = htons((uint16_t)w->port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ok = connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0;
	close(fd);
	return ok;
}

static enum kc_err
start_witness(struct bench *b, struct witness *w, unsigned i)
{
	char out[340], name[32];
	struct kc_skey log;
	uint8_t seed[32];
	int status = -1;
	pid_t pid;
	FILE *f;

	snprintf(w->dir, sizeof(w->dir), "%s/w%u", b->root, i);
	snprintf(w->file, sizeof(w->file), "%s/witness.yaml", w->dir);
	snprintf(out, sizeof(out), "%s/key", w->dir);
	snprintf(name, sizeof(name), "w%u.example.org", i);
	demo_key(&log, DEMO_ORIGIN, seed);
	w->port = free_port();
	if (mkdir(w->dir, 0700) != 0 || configure(w, &log.vkey) != KC_OK)
		return KC_EIO;
	pid = spawn(b, w, "--new", name, out);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return KC_EIO;
	f = fopen(out, "re");
	if (f == NULL || fgets(w->vkey, sizeof(w->vkey), f) == NULL)
		return KC_EIO;
	fclose(f);
	w->vkey[strcspn(w->vkey, "\n")] = '\0';
	w->pid = spawn(b, w, NULL, NULL, "/dev/null");
	for (int tries = 0; tries < 1000; tries++) {
		if (w->pid > 0 && answers(w))
			return KC_OK;
		(void)usleep(10000);
	}
	return KC_EUNAVAILABLE;
}

/* The daemon's configuration as it was, and its witnesses. */
static enum kc_err
add_section(struct bench *b, const struct witness *w, const char *policy)
{
	char file[340], plain[360];
	FILE *from, *to;
	int c;

	snprintf(file, sizeof(file), "%s/kaocheng.yaml", b->dir);
	snprintf(plain, sizeof(plain), "%s.plain", file);
	if (access(plain, R_OK) != 0 && rename(file, plain) != 0)
		return KC_EIO;
	from = fopen(plain, "re");
	to = fopen(file, "we");
	if (from == NULL || to == NULL)
		return KC_EIO;
	while ((c = getc(from)) != EOF)
		putc(c, to);
	fclose(from);
	/* What other work the machine has is not to end the run. */
	fprintf(to, "witnesses:\n  policy: %s\n  timeout_ms: 20000\n  list:\n",
	    policy);
	for (unsigned i = 0; i < WITNESSES; i++)
		fprintf(to,
		    "    - {url: \"http://127.0.0.1:%u\", key: \"%s\"}\n",
		    w[i].port, w[i].vkey);
	return fclose(to) == 0 ? KC_OK : KC_EIO;
}

/* Closed, it takes statements once its witnesses have signed its head. */
static enum kc_err
until_open(struct bench *b)
{
	struct kc_buf body = {0};
	enum kc_err err = KC_OK;
	long status = 0;

	for (int tries = 0; err == KC_OK && tries < 1000; tries++) {
		kc_buf_reset(&body);
		err = kc_client_get(b->client, "/healthz", &status, &body);
		if (status == 200)
			break;
		(void)usleep(10000);
	}
	kc_buf_free(&body);
	return err == KC_OK && status != 200 ? KC_EUNAVAILABLE : err;
}

/* Entries a second of one run of NOTES from `from`. */
static enum kc_err
run(struct bench *b, size_t from, double *per_s)
{
	struct bench_load load = {0};
	enum kc_err err = bench_start(b, "append", false);

	if (err == KC_OK)
		err = kc_client_open(&b->client, b->socket);
	if (err == KC_OK)
		err = bench_move_clock(b, b->at_ms[from]);
	if (err == KC_OK)
		err = until_open(b);
	if (err == KC_OK)
		err = bench_measure(
		    b, from, bench_some(NOTES), 1, BENCH_CLIENTS, &load);
	bench_stop(b);
	*per_s = err == KC_OK ? (double)load.accepted / load.seconds : 0;
	return err;
}

enum kc_err
bench_witnessed(struct bench *b)
{
	static struct witness w[WITNESSES];
	double plain = 0, open = 0, closed = 0;
	size_t from, n = bench_some(NOTES);
	enum kc_err err = KC_OK;

	from = b->nnotes;
	for (size_t i = 0; i < 3 * n; i++)
		bench_correction(b->gen);
	for (unsigned i = 0; err == KC_OK && i < WITNESSES; i++)
		err = start_witness(b, &w[i], i);
	if (err == KC_OK)
		err = run(b, from, &plain);
	if (err == KC_OK)
		err = add_section(b, w, "open");
	if (err == KC_OK)
		err = run(b, from + n, &open);
	if (err == KC_OK)
		err = add_section(b, w, "closed");
	if (err == KC_OK)
		err = run(b, from + 2 * n, &closed);
	for (unsigned i = 0; i < WITNESSES; i++)
		if (w[i].pid > 0 && kill(w[i].pid, SIGTERM) == 0)
			(void)waitpid(w[i].pid, NULL, 0);
	if (err != KC_OK)
		return err;
	bench_line("append_witnessed_per_s", open, "1/s");
	bench_line("append_witnessed_ratio", open / plain, "of without");
	bench_line(
	    "append_witnessed_closed_ratio", closed / plain, "of without");
	return KC_OK;
}
