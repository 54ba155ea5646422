/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng bench`: what an append, a verification and a start cost. */
#include "bench.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include <kaocheng/leaf.h>
#include <kaocheng/replay.h>
#include <kaocheng/store.h>

#include "setup.h"

#define SINGLES 24000
#define BATCHED 40960
#define PER_REQUEST 256
#define SEQUENTIAL 1000
#define VERIFIED 100000
#define LONG 1000000

struct bench {
	struct kc_cli *cli;
	char root[256]; /* scratch directory */
	double verify_per_s;
	struct bench_gen *gen;
	struct kc_buf notes; /* one after another */
	size_t *offset;
	int64_t *at_ms; /* the ledger's clock when each was made */
	size_t nnotes, cap;
	struct kc_client *client; /* of the running daemon */
	pid_t daemon;
	char dir[300], socket[320];
};

/* --- the yardstick
 * ------------------------------------------------------------- */
static void
raw_verify(struct bench *b)
{
	struct kc_skey key;
	uint8_t seed[32], sig[KC_SIG_SIZE], text[400];
	unsigned n = 0;
	double from, took;

	demo_key(&key, "bench", seed);
	memset(text, 'k', sizeof(text));
	kc_sign(&key, text, sizeof(text), sig);
	from = bench_now();
	do {
		for (unsigned i = 0; i < 500; i++, n++)
			if (!kc_sig_ok(key.vkey.pub, text, sizeof(text), sig))
				abort();
		took = bench_now() - from;
	} while (took < 2);
	b->verify_per_s = n / took;
	bench_line("raw_verify_per_s", b->verify_per_s, "1/s");
}

/* --- notes beforehand
 * ------------------------------------------------------------ */
static void
keep(void *ctx, struct kc_slice note, int64_t now_ms)
{
	struct bench *b = ctx;

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

/* --- a daemon to send them to
 * ------------------------------------------------------ */
static enum kc_err
start_daemon(struct bench *b, const char *name, bool fresh)
{
	struct kc_skey log, clerk;
	uint8_t log_seed[32], clerk_seed[32];
	struct kc_setup s = {.dir = b->dir, .log = &log, .clerk = &clerk};
	struct kc_buf detail = {0};
	enum kc_err err = KC_OK;

	snprintf(b->dir, sizeof(b->dir), "%s/%s", b->root, name);
	snprintf(b->socket, sizeof(b->socket), "%s/socket", b->dir);
	demo_key(&log, DEMO_ORIGIN, log_seed);
	demo_key(&clerk, "clerk", clerk_seed);
	s.log_seed = log_seed;
	s.clerk_seed = clerk_seed;
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

static enum kc_err
move_clock(struct bench *b, int64_t now_ms)
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

/* Founds the ledger: the first notes must stand in their order, each at the
 * time at which it was signed. */
static enum kc_err
found(struct bench *b)
{
	struct bench_request r = {.content_type = "application/octet-stream"};
	struct bench_load load;
	struct kc_buf body = {0};
	enum kc_err err = KC_OK;

	bench_found(b->gen);
	for (size_t i = 0, to; i < b->nnotes && err == KC_OK; i = to) {
		for (to = i; to < b->nnotes && to < i + PER_REQUEST &&
		     b->at_ms[to] == b->at_ms[i];)
			to++;
		err = move_clock(b, b->at_ms[i]);
		if (err != KC_OK)
			break;
		kc_buf_reset(&body);
		bundle(b, i, to, &body);
		r.body = kc_buf_view(&body);
		r.entries = (unsigned)(to - i);
		err = bench_send(b->socket, b->daemon, 1, &r, 1, &load);
	}
	kc_buf_free(&body);
	return err;
}

static enum kc_err
measure(struct bench *b, size_t from, size_t n, size_t each, unsigned clients,
    struct bench_load *load)
{
	size_t nrequests = n / each;
	struct bench_request *r = calloc(nrequests, sizeof(*r));
	struct kc_buf body = {0};
	size_t *at = calloc(nrequests + 1, sizeof(*at));
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
	err = bench_send(b->socket, b->daemon, clients, r, nrequests, load);
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
	snprintf(name, sizeof(name), "append_%s_p50_ms", what);
	bench_line(name, l->p50_ms, "ms");
	snprintf(name, sizeof(name), "append_%s_p99_ms", what);
	bench_line(name, l->p99_ms, "ms");
}

/* A counter of /metrics by its exact name. */
static double
metric(struct bench *b, const char *name)
{
	struct kc_buf body = {0};
	long status;
	double v = 0;
	const char *p;

	if (kc_client_get(b->client, "/metrics", &status, &body) == KC_OK &&
	    status == 200 && (p = strstr(kc_buf_cstr(&body), name)) != NULL)
		v = strtod(p + strlen(name), NULL);
	kc_buf_free(&body);
	return v;
}

static enum kc_err
appends(struct bench *b)
{
	struct bench_load load;
	size_t founded;
	double flushes;
	enum kc_err err;

	b->gen->take = keep;
	b->gen->ctx = b;
	err = start_daemon(b, "append", true);
	if (err == KC_OK)
		err = kc_client_open(&b->client, b->socket);
	if (err == KC_OK)
		err = found(b);
	founded = b->nnotes;
	for (size_t i = 0; i < SINGLES + BATCHED + SEQUENTIAL; i++)
		bench_correction(b->gen);
	if (err == KC_OK)
		err = measure(b, founded, SINGLES, 1, BENCH_CLIENTS, &load);
	if (err == KC_OK) {
		print_load(b, "single", &load);
		bench_line("append_p99_ms", load.p99_ms, "ms");
		err = measure(
		    b, founded + SINGLES, BATCHED, PER_REQUEST, 4, &load);
	}
	if (err == KC_OK) {
		print_load(b, "batch", &load);
		flushes = metric(b, "\nkaocheng_flushes_total ");
		err = measure(
		    b, founded + SINGLES + BATCHED, SEQUENTIAL, 1, 1, &load);
	}
	if (err == KC_OK) {
		print_load(b, "sequential", &load);
		flushes = metric(b, "\nkaocheng_flushes_total ") - flushes;
		bench_line("append_sequential_flushes", flushes / SEQUENTIAL,
		    "flushes");
	}
	kc_client_close(b->client);
	if (b->daemon > 0)
		kc_stop_daemon(b->daemon);
	return err;
}

/* --- verification, replay, start
 * ------------------------------------------------------ */
/* Runs the offline verifier; how long it took, and how many signatures it
 * says that it verified. */
static enum kc_err
run_verifier(
    struct bench *b, const char *path, double *seconds, double *signatures)
{
	char program[512], report[400];
	int status = -1;
	pid_t pid;
	double from;
	json_t *doc, *stage;
	size_t i;

	snprintf(report, sizeof(report), "%s/report.json", b->root);
	if (kc_cli_sibling(
		b->cli, "kaocheng-verify", program, sizeof(program)) != KC_OK)
		return KC_ENOTFOUND;
	from = bench_now();
	pid = fork();
	if (pid == 0) {
		if (freopen(report, "w", stdout) != NULL)
			execl(program, program, path, "--json", (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return KC_EIO;
	*seconds = bench_now() - from;
	doc = json_load_file(report, JSON_REJECT_DUPLICATES, NULL);
	*signatures = 0;
	json_array_foreach(json_object_get(doc, "stages"), i, stage)
	{
		const char *name =
		    json_string_value(json_object_get(stage, "stage"));

		if (name != NULL && strcmp(name, "signatures") == 0)
			*signatures = (double)json_integer_value(
			    json_object_get(stage, "count"));
	}
	json_decref(doc);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 && *signatures > 0
	    ? KC_OK
	    : KC_ECORRUPT;
}

static enum kc_err
verification(struct bench *b)
{
	char out[400], *args[1] = {out};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const char *dir = b->cli->dir;
	double seconds, signatures;
	enum kc_err err;

	snprintf(b->dir, sizeof(b->dir), "%s/verify", b->root);
	snprintf(out, sizeof(out), "%s/export", b->root);
	if (mkdir(b->dir, 0700) != 0)
		return KC_EIO;
	err = bench_make_ledger(b->cli, b->dir, VERIFIED);
	if (err != KC_OK)
		return err;
	b->cli->dir = b->dir;
	b->cli->quiet = true;
	if (kc_cmd_export(b->cli, 1, args) != KC_EXIT_OK)
		err = KC_EIO;
	b->cli->dir = dir;
	if (err == KC_OK)
		err = run_verifier(b, out, &seconds, &signatures);
	if (err == KC_OK) {
		bench_line("verify_per_s", VERIFIED / seconds, "entries/s");
		bench_line(
		    "verify_signatures_per_s", signatures / seconds, "1/s");
		bench_line("verify_ratio",
		    signatures / seconds / (b->verify_per_s * (double)cores),
		    "of cores x raw");
	}
	return err;
}

struct scan {
	struct kc_state *state;
	struct kc_leaf leaf;
	struct kc_entry entry;
	struct kc_refusal why;
};

static enum kc_err
apply(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct scan *s = ctx;
	struct kc_stamp at;
	enum kc_err err =
	    kc_replay_decode(s->state, leaf, &s->leaf, &s->entry, &s->why);

	if (err != KC_OK)
		return err;
	at.seq = seq;
	at.received_ms = s->leaf.received_ms;
	return kc_state_apply(s->state, &s->entry, at, &s->why);
}

static enum kc_err
replay(struct bench *b)
{
	static struct scan s;
	struct kc_store_options o = {.dir = b->dir, .read_only = true};
	struct kc_store *store = NULL;
	struct timespec from, to;
	double seconds;
	enum kc_err err = kc_store_open(&store, &o, NULL);

	if (err == KC_OK)
		err = kc_state_new(&s.state);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (err == KC_OK)
		err = kc_store_scan(store, 0, LONG, apply, &s);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	if (err == KC_OK) {
		bench_line("replay_entries_per_s_core", LONG / seconds, "1/s");
		bench_line("state_bytes_per_entry",
		    (double)kc_state_bytes(s.state) / LONG, "bytes");
	}
	kc_state_free(s.state);
	kc_store_close(store);
	return err;
}

static enum kc_err
long_ledger(struct bench *b)
{
	double from;
	enum kc_err err;
	struct kc_skey log, clerk;
	uint8_t log_seed[32], clerk_seed[32];
	struct kc_setup s = {.dir = b->dir, .log = &log, .clerk = &clerk};

	snprintf(b->dir, sizeof(b->dir), "%s/long", b->root);
	demo_key(&log, DEMO_ORIGIN, log_seed);
	demo_key(&clerk, "clerk", clerk_seed);
	s.log_seed = log_seed;
	s.clerk_seed = clerk_seed;
	err = kc_setup_write(&s, NULL);
	if (err == KC_OK)
		err = bench_make_ledger(b->cli, b->dir, LONG);
	if (err == KC_OK)
		err = replay(b);
	if (err != KC_OK)
		return err;
	from = bench_now();
	err = start_daemon(b, "long", false);
	if (err == KC_OK) {
		bench_line("start_1m_s", bench_now() - from, "s");
		kc_stop_daemon(b->daemon);
	}
	return err;
}

static void
clean(const struct bench *b)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", b->root, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

int
kc_cmd_bench(struct kc_cli *cli, int argc, char **argv)
{
	static struct bench b;
	const char *tmp = cli->dir != NULL ? cli->dir : "/var/tmp";
	enum kc_err err = KC_OK;

	if (argc != 0)
		return fprintf(stderr, "bench: %s: no such option\n", argv[0]),
		       KC_EXIT_USAGE;
	b.cli = cli;
	cli->dir = NULL;
	snprintf(b.root, sizeof(b.root), "%s/kaocheng-bench-XXXXXX", tmp);
	if (mkdtemp(b.root) == NULL || kc_crypto_init() != KC_OK)
		return kc_cli_error(cli, KC_EIO, b.root);
	b.gen = bench_gen_new(cli);
	raw_verify(&b);
	if (b.gen == NULL)
		err = KC_ENOMEM;
	if (err == KC_OK)
		err = appends(&b);
	if (err == KC_OK)
		err = verification(&b);
	if (err == KC_OK)
		err = long_ledger(&b);
	clean(&b);
	bench_gen_free(b.gen);
	kc_buf_free(&b.notes);
	free(b.offset);
	free(b.at_ms);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "bench");
}
