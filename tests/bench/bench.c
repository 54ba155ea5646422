/* SPDX-License-Identifier: Apache-2.0 */
/* `make bench`: what an append, a verification and a start cost. */
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

#include <kaocheng/verify.h>

#include "lib/files.h"
#include "lib/setup.h"

#define VERIFIED 100000
#define LONG 1000000
#define REPLAYED 200000

static unsigned percent = 100;

size_t
bench_some(size_t full)
{
	return (full * percent + 99) / 100;
}

void
bench_wait(unsigned full_s)
{
	(void)usleep((useconds_t)bench_some(full_s * (size_t)1000000));
}

double
bench_own_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- verification, start --- */
/* Runs the offline verifier; how long it took, and how many signatures it
 * says that it verified. */
static enum kc_err
run_verifier(struct bench *b, const char *path, const char *option,
    double *seconds, double *signatures)
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
			execl(program, program, path, "--json", option,
			    (char *)NULL);
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
	/* Without signatures it is not proved complete. */
	return WIFEXITED(status) &&
		WEXITSTATUS(status) == (option != NULL ? 11 : 0) &&
		(option != NULL || *signatures > 0)
	    ? KC_OK
	    : KC_ECORRUPT;
}

/* CPU seconds of one verification on one thread; the better of two. */
static double
verify_cpu(const struct kc_files *files, bool no_seen)
{
	static struct kc_verify_report report; /* large */
	struct kc_verify_options o = {.files = files, .no_seen = no_seen};
	double best = 0;

	for (int i = 0; i < 2; i++) {
		double took, from = bench_own_cpu();

		kc_verify(&o, &report);
		took = bench_own_cpu() - from;
		if (report.stage[KC_VERIFY_RULES].outcome != KC_VERIFY_OK)
			return 0;
		if (i == 0 || took < best)
			best = took;
	}
	return best;
}

/* What the stage `seen` costs: verification with it and without. */
static enum kc_err
seen_cost(const char *path)
{
	struct kc_disk disk;
	enum kc_err err = kc_disk_open(&disk, path);
	double with = 0, without = 0;

	if (err == KC_OK) {
		with = verify_cpu(&disk.files, false);
		without = verify_cpu(&disk.files, true);
	}
	kc_disk_close(&disk);
	if (err == KC_OK && (with <= 0 || without <= 0))
		err = KC_ECORRUPT;
	if (err == KC_OK)
		bench_line("seen_cost_ratio", with / without, "");
	return err;
}

static enum kc_err
verification(struct bench *b)
{
	char out[400], *args[1] = {out};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const char *dir = b->cli->dir;
	double seconds, signatures, one, all;
	enum kc_err err;

	snprintf(b->dir, sizeof(b->dir), "%s/verify", b->root);
	snprintf(out, sizeof(out), "%s/export", b->root);
	if (mkdir(b->dir, 0700) != 0)
		return KC_EIO;
	err = bench_make_ledger(b->cli, b->dir, bench_some(VERIFIED));
	if (err != KC_OK)
		return err;
	b->cli->dir = b->dir;
	if (kc_cmd_export(b->cli, 1, args) != KC_EXIT_OK)
		err = KC_EIO;
	b->cli->dir = dir;
	if (err == KC_OK)
		err = run_verifier(b, out, NULL, &seconds, &signatures);
	if (err == KC_OK)
		err = bench_raw_own(b->dir, cores, &one, &all);
	if (err == KC_OK) {
		double rate = signatures / seconds;

		bench_line("verify_per_s",
		    (double)bench_some(VERIFIED) / seconds, "entries/s");
		bench_line("verify_signatures_per_s", rate, "1/s");
		bench_line("verify_ratio",
		    rate / (b->verify_per_s * (double)cores), "of cores x raw");
		bench_line("verify_ratio_all", rate / bench_raw_all(cores),
		    "of raw on all cores at once");
		bench_line("verify_ratio_own", rate / (one * (double)cores),
		    "of cores x raw of the same signatures");
		bench_line("verify_ratio_own_all", rate / all,
		    "of raw of the same signatures on all cores at once");
		err = seen_cost(out);
	}
	return err;
}

/* A ledger of n entries in a directory of its name, as a daemon finds it. */
static enum kc_err
make_long(struct bench *b, const char *name, uint64_t n)
{
	struct kc_skey log, clerk;
	uint8_t log_seed[32], clerk_seed[32];
	struct kc_setup s = {
	    .dir = b->dir, .log = &log, .clerk = &clerk, .reader = "P09.estab"};
	enum kc_err err;

	snprintf(b->dir, sizeof(b->dir), "%s/%s", b->root, name);
	demo_key(&log, DEMO_ORIGIN, log_seed);
	demo_key(&clerk, "clerk", clerk_seed);
	s.log_seed = log_seed;
	s.clerk_seed = clerk_seed;
	err = kc_setup_write(&s, NULL);
	return err == KC_OK ? bench_make_ledger(b->cli, b->dir, n) : err;
}

/* Start, memory and views of the ledger that was made last. */
static enum kc_err
start_long(struct bench *b, const char *size)
{
	char line[64];
	double from = bench_now();
	enum kc_err err = bench_start(b, size, false);

	if (err != KC_OK)
		return err;
	snprintf(line, sizeof(line), "start_%s_s", size);
	bench_line(line, bench_now() - from, "s");
	bench_memory(b, size);
	err = bench_views(b, size);
	if (err == KC_OK)
		err = bench_page(b, size);
	if (err == KC_OK)
		err = bench_as_of(b, size);
	bench_stop(b);
	return err;
}

/* The whole check but for the authors' signatures. */
static enum kc_err
verify_unsigned(struct bench *b)
{
	char out[400], *args[1] = {out};
	const char *dir = b->cli->dir;
	double seconds, signatures;
	enum kc_err err = KC_OK;

	snprintf(out, sizeof(out), "%s/export-1m", b->root);
	b->cli->dir = b->dir;
	if (kc_cmd_export(b->cli, 1, args) != KC_EXIT_OK)
		err = KC_EIO;
	b->cli->dir = dir;
	if (err == KC_OK)
		err = run_verifier(
		    b, out, "--no-signatures", &seconds, &signatures);
	if (err == KC_OK)
		bench_line("verify_unsigned_1m_s", seconds, "s");
	return err;
}

static enum kc_err
long_ledgers(struct bench *b)
{
	static const struct {
		const char *name;
		uint64_t n;
	} sizes[] = {/* 300,000 are some decades of a city. */
	    {"10k", 10000}, {"100k", 100000}, {"300k", 300000}, {"1m", LONG}};
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < 4; i++) {
		err = make_long(b, sizes[i].name, bench_some(sizes[i].n));
		if (err == KC_OK)
			err = start_long(b, sizes[i].name);
	}
	if (err == KC_OK)
		err = bench_replay(b, bench_some(LONG));
	if (err == KC_OK)
		err = bench_suppose(b->dir);
	if (err == KC_OK)
		err = verify_unsigned(b);
	return err;
}

/* As many as others balance in `make bench-peers`. */
static enum kc_err
replay_some(struct bench *b)
{
	size_t n = bench_some(REPLAYED);
	enum kc_err err = make_long(b, "replay", n);

	return err == KC_OK ? bench_replay(b, n) : err;
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

/* --- parts --- */
static const struct {
	const char *name;
	enum kc_err (*run)(struct bench *b);
	bool alone; /* only where it is named */
} parts[] = {{"append", bench_appends, false},
    {"witness", bench_witnessed, false}, {"peer", bench_peer, false},
    {"verify", verification, false}, {"long", long_ledgers, false},
    {"replay", replay_some, true}};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static int
usage(void)
{
	fprintf(stderr,
	    "usage: bench [-p PERCENT] [-t TMP] [-o FILE] BIN [PART]\n"
	    "FILE gets one of the notes that are sent\nparts:");
	for (size_t i = 0; i < PARTS; i++)
		fprintf(stderr, " %s", parts[i].name);
	fprintf(stderr, "\n");
	return KC_EXIT_USAGE;
}

/* One part, or all of them; `witness` goes on where `append` ended. */
static enum kc_err
run(struct bench *b, const char *only)
{
	enum kc_err err = KC_OK;
	bool any = false;

	for (size_t i = 0; err == KC_OK && i < PARTS; i++) {
		if (only != NULL ? strcmp(parts[i].name, only) != 0
				 : parts[i].alone)
			continue;
		any = true;
		err = parts[i].run(b);
	}
	return any ? err : KC_ENOTFOUND;
}

/* The programs of BIN, measured in a directory of TMP; with -p by that
 * percent of every number, to see that all of it still runs. */
int
main(int argc, char **argv)
{
	static struct bench b;
	static struct kc_cli cli = {.program = "bench", .quiet = true};
	const char *tmp = "/var/tmp";
	enum kc_err err = KC_ENOMEM;
	int c;

	while ((c = getopt(argc, argv, "o:p:t:")) != -1) {
		if (c == 'p')
			percent = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 't')
			tmp = optarg;
		else if (c == 'o')
			b.sample = optarg;
		else
			return usage();
	}
	if (percent < 1 || percent > 100 || argc - optind < 1 ||
	    argc - optind > 2)
		return usage();
	cli.bin = argv[optind];
	b.cli = &cli;
	snprintf(b.root, sizeof(b.root), "%s/kaocheng-bench-XXXXXX", tmp);
	if (mkdtemp(b.root) == NULL || kc_crypto_init() != KC_OK)
		return kc_cli_error(&cli, KC_EIO, b.root);
	b.gen = bench_gen_new(&cli);
	bench_raw(&b);
	if (b.gen != NULL)
		err = run(&b, argv[optind + 1]);
	clean(&b);
	bench_gen_free(b.gen);
	kc_buf_free(&b.notes);
	free(b.offset);
	free(b.at_ms);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(&cli, err, "bench");
}
