/* SPDX-License-Identifier: Apache-2.0 */
/* What a durable append costs: many clients, batches, one after another. */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/leaf.h>

#include "lib/setup.h"

#define SINGLES 24000
#define BATCHED 40960
#define PER_REQUEST 256
#define SEQUENTIAL 1000
#define FLUSHES 200
#define IDLE_S 2 /* of wall time, after the load */

/* --- notes beforehand --- */
static enum kc_err stand(struct bench *b);

void
bench_keep(void *ctx, struct kc_slice note, int64_t now_ms)
{
	struct bench *b = ctx;

	if (note.n == 0) {
		b->err = b->err == KC_OK ? stand(b) : b->err;
		return;
	}
	if (b->nnotes + 2 > b->cap) {
		b->cap = b->cap == 0 ? 65536 : b->cap * 2;
		b->offset = realloc(b->offset, b->cap * sizeof(*b->offset));
		b->at_ms = realloc(b->at_ms, b->cap * sizeof(*b->at_ms));
		if (b->offset == NULL || b->at_ms == NULL)
			abort();
	}
	b->offset[b->nnotes] = b->notes.n;
	b->at_ms[b->nnotes] = now_ms;
	kc_buf_slice(&b->notes, note);
	b->offset[++b->nnotes] = b->notes.n;
	if (b->nnotes == 1) /* the opening: then there is a log to be seen */
		b->err = stand(b);
}

static struct kc_slice
note(const struct bench *b, size_t i)
{
	return (struct kc_slice){
	    b->notes.p + b->offset[i], b->offset[i + 1] - b->offset[i]};
}

/* Notes [from, to) as one body of many. */
static void
bundle(const struct bench *b, size_t from, size_t to, struct kc_buf *out)
{
	for (size_t i = from; i < to; i++) {
		kc_buf_be16(out, (uint16_t)note(b, i).n);
		kc_buf_slice(out, note(b, i));
	}
}

/* --- a daemon to send them to --- */
enum kc_err
bench_start(struct bench *b, const char *name, bool fresh)
{
	struct kc_skey log, clerk;
	uint8_t log_seed[32], clerk_seed[32];
	struct kc_setup s = {
	    .dir = b->dir, .log = &log, .clerk = &clerk, .reader = "P09.estab"};
	struct kc_buf detail = {0};
	enum kc_err err = KC_OK;

	snprintf(b->dir, sizeof(b->dir), "%s/%s", b->root, name);
	snprintf(b->socket, sizeof(b->socket), "%s/socket", b->dir);
	demo_key(&log, DEMO_ORIGIN, log_seed);
	demo_key(&clerk, "clerk", clerk_seed);
	s.log_seed = log_seed;
	s.clerk_seed = clerk_seed;
	if (b->tcp[0] != '\0')
		s.tcp = b->tcp;
	if (fresh)
		err = kc_setup_write(&s, &detail);
	if (err == KC_OK)
		err = kc_spawn_daemon(b->cli, b->dir, "2022-01-05T01:00:00Z",
		    &b->daemon, &detail);
	if (err != KC_OK)
		fprintf(stderr, "bench: %s: %s %s\n", b->dir, kc_err_text(err),
		    kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	return err;
}

enum kc_err
bench_move_clock(struct bench *b, int64_t now_ms)
{
	struct kc_buf json = {0}, body = {0};
	long status = 0;
	enum kc_err err;

	kc_buf_str(&json, "{\"now\":\"");
	kc_buf_instant_ms(&json, now_ms);
	kc_buf_str(&json, "\"}");
	err = kc_client_post(b->client, "/v1/clock", "application/json",
	    kc_buf_view(&json), &status, &body);
	kc_buf_free(&json);
	kc_buf_free(&body);
	return err == KC_OK && status != 200 ? KC_EREFUSED : err;
}

void
bench_stop(struct bench *b)
{
	kc_client_close(b->client);
	b->client = NULL;
	if (b->daemon > 0)
		kc_stop_daemon(b->daemon);
	b->daemon = 0;
}

/* What the next signers have seen. */
static enum kc_err
look(struct bench *b)
{
	struct kc_buf body = {0};
	long status = 0;
	enum kc_err err;

	err = kc_client_get(b->client, "/checkpoint", &status, &body);
	if (err == KC_OK && status != 200)
		err = KC_EREFUSED;
	if (err == KC_OK)
		err = kc_checkpoint_parse(
		    &b->gen->d.seen, kc_buf_view(&body), NULL);
	kc_buf_free(&body);
	return err;
}

/* Sends what was kept and not sent yet, in its order, each at the time at
 * which it was signed. */
static enum kc_err
stand(struct bench *b)
{
	struct bench_request r = {.content_type = "application/octet-stream"};
	struct bench_load load;
	struct kc_buf body = {0};
	enum kc_err err = KC_OK;

	for (size_t i = b->sent, to; i < b->nnotes && err == KC_OK; i = to) {
		for (to = i; to < b->nnotes && to < i + PER_REQUEST &&
		     b->at_ms[to] == b->at_ms[i];)
			to++;
		err = bench_move_clock(b, b->at_ms[i]);
		if (err != KC_OK)
			break;
		kc_buf_reset(&body);
		bundle(b, i, to, &body);
		r.body = kc_buf_view(&body);
		r.entries = (unsigned)(to - i);
		err = bench_send(b->socket, b->daemon, 1, &r, 1, &load);
	}
	b->sent = b->nnotes;
	kc_buf_free(&body);
	return err == KC_OK ? look(b) : err;
}

static enum kc_err
found(struct bench *b)
{
	bench_found(b->gen);
	return b->err == KC_OK ? stand(b) : b->err;
}

enum kc_err
bench_measure(struct bench *b, size_t from, size_t n, size_t each,
    unsigned clients, struct bench_load *load)
{
	size_t nrequests = n / each;
	struct bench_request *r = calloc(nrequests, sizeof(*r));
	struct kc_buf body = {0};
	size_t *at = calloc(nrequests + 1, sizeof(*at));
	struct bench_beside beside;
	enum kc_err err = KC_ENOMEM;

	if (r == NULL || at == NULL)
		goto out;
	for (size_t i = 0; i < nrequests; i++) {
		if (each == 1)
			kc_buf_slice(&body, note(b, from + i));
		else
			bundle(
			    b, from + i * each, from + (i + 1) * each, &body);
		at[i + 1] = body.n;
		r[i].content_type =
		    each == 1 ? "text/plain" : "application/octet-stream";
		r[i].entries = (unsigned)each;
	}
	for (size_t i = 0; i < nrequests; i++)
		r[i].body =
		    (struct kc_slice){body.p + at[i], at[i + 1] - at[i]};
	bench_beside_begin(&beside);
	err = bench_send(b->socket, b->daemon, clients, r, nrequests, load);
	load->raw_per_s = bench_beside_end(&beside);
out:
	free(r);
	free(at);
	kc_buf_free(&body);
	return err;
}

static void
print_load(const struct bench *b, const char *what, const struct bench_load *l)
{
	char name[64];
	double per = l->daemon_cpu_s / (double)l->accepted;

	snprintf(name, sizeof(name), "append_%s_per_s", what);
	bench_line(name, (double)l->accepted / l->seconds, "1/s");
	snprintf(name, sizeof(name), "append_%s_cpu_ratio", what);
	bench_line(name, per * b->verify_per_s, "verifications");
	snprintf(name, sizeof(name), "append_%s_cpu_ratio_beside", what);
	bench_line(name, per * l->raw_per_s, "verifications meanwhile");
	per = l->signer_cpu_s / (double)l->accepted;
	snprintf(name, sizeof(name), "append_%s_signer_ratio_beside", what);
	bench_line(name, per * l->raw_per_s, "verifications meanwhile");
	snprintf(name, sizeof(name), "append_%s_p50_ms", what);
	bench_line(name, l->p50_ms, "ms");
	snprintf(name, sizeof(name), "append_%s_p99_ms", what);
	bench_line(name, l->p99_ms, "ms");
}

/* What the preloaded shim counted until the daemon ended. */
static void
print_flushes(const char *path)
{
	unsigned long writes = 0, synced = 0, flushes = 0, series = 0;
	double n = (double)bench_some(SEQUENTIAL);
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return;
	if (fscanf(f, "writes=%lu synced=%lu flushes=%lu series=%lu", &writes,
		&synced, &flushes, &series) == 4) {
		bench_line("append_sequential_flushes", (double)flushes / n,
		    "fsync or fdatasync");
		bench_line("append_sequential_synced_writes",
		    (double)synced / n, "O_DSYNC writes");
		bench_line("append_one_client_flushes_in_series",
		    (double)series / n, "waits for a disk");
	}
	fclose(f);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* One page over another, where the ledger lies: the yardstick of one wait. */
static void
print_flush(const struct bench *b)
{
	static const char page[4096];
	double took[FLUSHES], from;
	size_t n = bench_some(FLUSHES), done = 0;
	char path[400];
	int fd;

	snprintf(path, sizeof(path), "%s/flush", b->root);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || pwrite(fd, page, sizeof(page), 0) < 0 || fsync(fd) != 0)
		n = 0;
	for (; done < n; done++) {
		from = bench_now();
		if (pwrite(fd, page, sizeof(page), 0) < 0 || fdatasync(fd) != 0)
			break;
		took[done] = bench_now() - from;
	}
	if (fd >= 0)
		close(fd);
	if (done == 0)
		return;
	qsort(took, done, sizeof(took[0]), by_value);
	bench_line("flush_ms", took[done / 2] * 1000, "ms");
}

/* One client, one after another, with the calls that flush counted. The
 * start and the end of the daemon are in the count: a few in a thousand. */
static enum kc_err
sequential(struct bench *b, size_t from)
{
	struct bench_load load;
	char shim[512], counts[400];
	enum kc_err err;

	/* Where the daemon and its signer may write. */
	snprintf(counts, sizeof(counts), "%s/append/flushes", b->root);
	if (kc_cli_sibling(b->cli, "../tests/fault/shim.so", shim,
		sizeof(shim)) == KC_OK &&
	    access(shim, R_OK) == 0) {
		setenv("LD_PRELOAD", shim, 1);
		setenv("KC_SHIM_COUNTS", counts, 1);
	}
	err = bench_start(b, "append", false);
	unsetenv("LD_PRELOAD");
	if (err == KC_OK)
		err = kc_client_open(&b->client, b->socket);
	if (err == KC_OK)
		err = bench_move_clock(b, b->at_ms[from]);
	if (err == KC_OK)
		err =
		    bench_measure(b, from, bench_some(SEQUENTIAL), 1, 1, &load);
	bench_stop(b);
	if (err == KC_OK) {
		print_flush(b);
		print_load(b, "sequential", &load);
		print_load(b, "one_client", &load);
		bench_line("append_p99_ms", load.p99_ms, "ms");
		print_flushes(counts);
	}
	return err;
}

/* A daemon with nothing to do, on the ledger that was written. */
static enum kc_err
idle(struct bench *b)
{
	double from, spent;
	enum kc_err err = bench_start(b, "append", false);

	if (err == KC_OK)
		err = kc_client_open(&b->client, b->socket);
	if (err == KC_OK)
		err = bench_move_clock(b, b->at_ms[b->nnotes - 1]);
	if (err == KC_OK) {
		bench_wait(1); /* what the start left to do is done */
		from = bench_now();
		spent = bench_cpu(b->daemon);
		bench_wait(IDLE_S);
		spent = bench_cpu(b->daemon) - spent;
		bench_line("idle_cpu_percent",
		    100 * spent / (bench_now() - from), "%");
	}
	bench_stop(b);
	return err;
}

/* One of those that are sent, for who measures others by the same bytes. */
static enum kc_err
write_sample(const struct bench *b, size_t i)
{
	FILE *f = b->sample != NULL ? fopen(b->sample, "we") : NULL;
	size_t n = b->offset[i + 1] - b->offset[i];
	bool ok;

	if (f == NULL)
		return b->sample == NULL ? KC_OK : KC_EIO;
	ok = fwrite(b->notes.p + b->offset[i], 1, n, f) == n;
	return fclose(f) == 0 && ok ? KC_OK : KC_EIO;
}

enum kc_err
bench_appends(struct bench *b)
{
	struct bench_load load;
	size_t founded, singles = bench_some(SINGLES);
	size_t batched = bench_some(BATCHED / PER_REQUEST) * PER_REQUEST;
	enum kc_err err;

	b->gen->take = bench_keep;
	b->gen->ctx = b;
	err = bench_start(b, "append", true);
	if (err == KC_OK)
		err = kc_client_open(&b->client, b->socket);
	if (err == KC_OK)
		err = found(b);
	founded = b->nnotes;
	for (size_t i = 0; i < singles + batched + bench_some(SEQUENTIAL); i++)
		bench_correction(b->gen);
	if (err == KC_OK)
		err = write_sample(b, founded);
	if (err == KC_OK)
		err =
		    bench_measure(b, founded, singles, 1, BENCH_CLIENTS, &load);
	if (err == KC_OK) {
		print_load(b, "single", &load);
		err = bench_measure(
		    b, founded + singles, batched, PER_REQUEST, 4, &load);
	}
	if (err == KC_OK)
		print_load(b, "batch", &load);
	bench_stop(b);
	if (err == KC_OK)
		err = sequential(b, founded + singles + batched);
	return err == KC_OK ? idle(b) : err;
}
