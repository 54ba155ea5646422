/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `make bench`: figures of one run on one machine, as "name value unit"
 * lines. Rates are given beside the raw libsodium verification rate of the
 * same run; nothing here gates a test.
 */
#ifndef KC_BENCH_H
#define KC_BENCH_H

#include <sys/types.h>

#include <kaocheng/bytes.h>

#include "demo/demo.h"

#define BENCH_CLIENTS 64
#define BENCH_STILL "G29" /* the unit of which long ledgers say no more */

/* --- statements (bench_gen.c) --- */
/* A stream of signed notes that any ledger founded by bench_found admits, in
 * this order or (corrections) in any. */
struct bench_gen {
	struct demo d;
	uint64_t chain; /* next step of the target chain */
	uint64_t mixed;
	unsigned nindicators;
	char indicators[512][24];
	void (*take)(void *ctx, struct kc_slice note, int64_t now_ms);
	void *ctx;
};
struct bench_gen *bench_gen_new(struct kc_cli *cli);
void bench_gen_free(struct bench_gen *g);
/* The founding entries and the issued lists: some 6,800 notes. */
void bench_found(struct bench_gen *g);
/* One correction of an indicator: independent of all others. */
void bench_correction(struct bench_gen *g);
/* The mix of the long ledgers: half corrections, half the way of targets
 * from draft to the leader's reading (one in five with two signatures). */
void bench_mixed(struct bench_gen *g);

/* --- a ledger made without a daemon (bench_make.c) --- */
/* Makes DIR with n entries by the store's own append. KC_OK or the error. */
enum kc_err bench_make_ledger(struct kc_cli *cli, const char *dir, uint64_t n);

/* --- load (bench_load.c) --- */
struct bench_request {
	struct kc_slice body;
	const char *content_type;
	unsigned entries; /* notes in it */
};
struct bench_load {
	double seconds;      /* wall */
	double daemon_cpu_s; /* user + system of the daemon */
	double signer_cpu_s; /* the same of its signer */
	double raw_per_s;    /* raw verifications meanwhile; 0: not measured */
	uint64_t accepted;
	double p50_ms, p99_ms; /* of a request */
};
/* User and system time of a process so far, in seconds. */
double bench_cpu(pid_t pid);
/* The same of the processes that it started and that are there still. */
double bench_cpu_children(pid_t pid);
/* Sends the requests over `clients` keep-alive connections to a Unix socket,
 * each client one after another, and checks every reply. */
enum kc_err bench_send(const char *socket, pid_t daemon, unsigned clients,
    const struct bench_request *requests, size_t n, struct bench_load *out);

/* --- one run --- */
struct bench {
	struct kc_cli *cli;
	char root[256]; /* scratch directory */
	double verify_per_s;
	struct bench_gen *gen;
	struct kc_buf notes; /* one after another */
	size_t *offset;
	int64_t *at_ms; /* the ledger's clock when each was made */
	size_t nnotes, cap, sent;
	enum kc_err err;          /* of the founding */
	struct kc_client *client; /* of the running daemon */
	pid_t daemon;
	char dir[300], socket[320];
	const char *sample; /* file that gets one of the notes; NULL */
	char tcp[32]; /* where the next daemon listens besides; "": nowhere */
};

/* --- the yardsticks (bench_raw.c) --- */
/* One signature over one note, verified again and again, in the time of a
 * processor; by as many processes as there are cores. 0: it failed. */
void bench_raw(struct bench *b);
double bench_raw_all(long cores);
/* The same one in a process of its own while a load runs, now and then: what
 * a core does in these very seconds, with all cores at work. 0: it failed. */
struct bench_beside {
	pid_t pid;
	int stop, out;
};
void bench_beside_begin(struct bench_beside *s);
double bench_beside_end(struct bench_beside *s);
/* The signatures of a ledger, each by its key over its note; the same. */
enum kc_err
bench_raw_own(const char *dir, long cores, double *one, double *all);

/* A daemon on root/name; with `fresh` its directory is set up first. */
enum kc_err bench_start(struct bench *b, const char *name, bool fresh);
void bench_stop(struct bench *b);
/* Time passes for the running daemon. */
enum kc_err bench_move_clock(struct bench *b, int64_t now_ms);
/* Sends notes [from, from + n), `each` in a request. */
enum kc_err bench_measure(struct bench *b, size_t from, size_t n, size_t each,
    unsigned clients, struct bench_load *load);
/* For kc_gen.take: keeps a note. */
void bench_keep(void *ctx, struct kc_slice note, int64_t now_ms);
/* The same daemon without witnesses and with three (bench_witness.c). */
enum kc_err bench_witnessed(struct bench *b);
/* Appends: single, batched, one after another (bench_append.c). */
enum kc_err bench_appends(struct bench *b);
/* Replays the ledger that was made last, which has n entries
 * (bench_replay.c). */
enum kc_err bench_replay(struct bench *b, size_t n);
/* A counterfactual beside a plain replay (bench_suppose.c). */
enum kc_err bench_suppose(const char *dir);
/* What a flooding peer makes the daemon hold (bench_peer.c). */
enum kc_err bench_peer(struct bench *b);

/* Every view of one unit, and memory, of the running daemon; size is that of
 * its ledger ("1m") (bench_figures.c). */
enum kc_err bench_views(struct bench *b, const char *size);
/* A page from the middle of its longest list. */
enum kc_err bench_page(struct bench *b, const char *size);
/* Views as of its entries. */
enum kc_err bench_as_of(struct bench *b, const char *size);
void bench_memory(const struct bench *b, const char *size);

/* That much of a full run, at least one: all of it, or the percent of -p. */
size_t bench_some(size_t full);
/* Waits for that share of a time. */
void bench_wait(unsigned full_s);
double bench_now(void);
double bench_own_cpu(void); /* seconds of this process */
void bench_line(const char *name, double value, const char *unit);

#endif
