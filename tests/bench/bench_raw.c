/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardsticks: what libsodium verifies and does nothing else. One signature
 * over one note again and again is the old one, by which appends are told. A
 * ledger's own signatures, each of its own key over its own note, cost more:
 * neither notes nor keys are at hand in a cache, nor is a branch foretold. What
 * verifies a ledger is held against these.
 */
#include "bench.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kaocheng/note.h>
#include <kaocheng/replay.h>
#include <kaocheng/store.h>

#define SECONDS 2
#define SOME 500 /* verifications between two looks at the clock */

struct signed_note {
	uint8_t pub[KC_PUBKEY_SIZE], sig[KC_SIG_SIZE];
	size_t at, n; /* in the texts */
};

struct raw {
	struct kc_buf texts;
	struct signed_note *v;
	size_t n, cap;
	struct kc_state *state; /* whose keys are in force */
	struct kc_leaf leaf;
	struct kc_entry entry;
	struct kc_refusal why;
};

static void
raw_free(struct raw *r)
{
	kc_buf_free(&r->texts);
	free(r->v);
	kc_state_free(r->state);
}

/* Room for one more; NULL. */
static struct signed_note *
add(struct raw *r, struct kc_slice text)
{
	struct signed_note *s;

	if (r->n == r->cap) {
		r->cap = r->cap > 0 ? 2 * r->cap : 1024;
		s = realloc(r->v, r->cap * sizeof(*s));
		if (s == NULL)
			return NULL;
		r->v = s;
	}
	s = &r->v[r->n];
	s->at = r->texts.n;
	s->n = text.n;
	kc_buf_slice(&r->texts, text);
	return s;
}

static enum kc_err
take(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct raw *r = ctx;
	const struct kc_entry *e = &r->entry;
	enum kc_err err =
	    kc_replay_decode(r->state, bytes, &r->leaf, &r->entry, &r->why);

	for (unsigned i = 0; err == KC_OK && i < e->nby; i++) {
		struct signed_note *s = add(r, e->text);
		uint8_t keyid[KC_KEYID_SIZE];

		err = s == NULL
		    ? KC_ENOMEM
		    : kc_state_signer(r->state, e, i, s->pub, &r->why);
		if (err == KC_OK)
			err = kc_note_sig_decode(&e->sigs[i], keyid, s->sig);
		r->n += err == KC_OK;
	}
	if (err != KC_OK)
		return err;
	return kc_state_apply(
	    r->state, e, (struct kc_stamp){seq, r->leaf.received_ms}, &r->why);
}

/* The signatures of the ledger in a directory. */
static enum kc_err
raw_load(struct raw *r, const char *dir)
{
	struct kc_store_options o = {.dir = dir, .read_only = true};
	struct kc_store *store = NULL;
	enum kc_err err = kc_store_open(&store, &o, NULL);

	if (err == KC_OK)
		err = kc_state_new(&r->state);
	if (err == KC_OK)
		err = kc_store_scan_plain(
		    store, 0, kc_store_size(store), take, r);
	kc_store_close(store);
	return err == KC_OK ? kc_buf_err(&r->texts) : err;
}

static void
verify_one(const struct raw *r, size_t at)
{
	const struct signed_note *s = &r->v[at];

	if (!kc_sig_ok(s->pub, r->texts.p + s->at, s->n, s->sig))
		abort();
}

/* From one on, and around, until so many seconds of a clock have passed: how
 * many a second. */
static double
verify_until(
    const struct raw *r, size_t at, double (*clock)(void), double seconds)
{
	unsigned n = 0;
	double took, from = clock();

	do {
		for (unsigned i = 0; i < SOME; i++, n++) {
			verify_one(r, at);
			at = at + 1 < r->n ? at + 1 : 0;
		}
		took = clock() - from;
	} while (took < seconds);
	return n / took;
}

static double
seconds(void)
{
	return (double)bench_some(SECONDS * 1000) / 1000;
}

/* All cores at once, which is less than as many times one of them alone: they
 * share a clock, caches and, on some machines, their units. 0: it failed. */
static double
verify_all(const struct raw *r, long cores)
{
	double all = 0, one;
	int ends[2], status;

	if (pipe(ends) != 0)
		return 0;
	for (long i = 0; i < cores; i++)
		if (fork() == 0) {
			size_t at = r->n / (size_t)cores * (size_t)i;

			one = verify_until(r, at, bench_now, seconds());
			_exit(write(ends[1], &one, sizeof(one)) ==
				    (ssize_t)sizeof(one)
				? 0
				: 1);
		}
	(void)close(ends[1]);
	while (read(ends[0], &one, sizeof(one)) == (ssize_t)sizeof(one))
		all += one;
	(void)close(ends[0]);
	while (wait(&status) > 0)
		if (status != 0)
			all = 0;
	return all;
}

static void
raw_one(struct raw *r)
{
	struct kc_skey key;
	uint8_t seed[32];
	char text[400];
	struct signed_note *s;

	demo_key(&key, "bench", seed);
	memset(text, 'k', sizeof(text));
	s = add(r, (struct kc_slice){text, sizeof(text)});
	if (s == NULL)
		abort();
	memcpy(s->pub, key.vkey.pub, sizeof(s->pub));
	kc_sign(&key, text, sizeof(text), s->sig);
	r->n = 1;
}

/* In the time of a processor, as what is measured against it. */
void
bench_raw(struct bench *b)
{
	struct raw r = {0};

	raw_one(&r);
	b->verify_per_s = verify_until(&r, 0, bench_own_cpu, seconds());
	bench_line("raw_verify_per_s", b->verify_per_s, "1/s");
	raw_free(&r);
}

double
bench_raw_all(long cores)
{
	struct raw r = {0};
	double all;

	raw_one(&r);
	all = verify_all(&r, cores);
	bench_line("raw_verify_all_per_s", all, "1/s");
	raw_free(&r);
	return all;
}

/* --- beside a load --- */
#define BESIDE_MS 100
#define BESIDE 25 /* verifications, each so many milliseconds: under 1 % */

/* Until the other end of `stop` is closed. */
static void
verify_beside(int stop, int out)
{
	struct raw r = {0};
	struct pollfd until = {.fd = stop, .events = POLLIN};
	double n = 0, took = 0, rate;

	raw_one(&r);
	do {
		double from = bench_own_cpu();

		for (unsigned i = 0; i < BESIDE; i++)
			verify_one(&r, 0);
		took += bench_own_cpu() - from;
		n += BESIDE;
	} while (poll(&until, 1, BESIDE_MS) == 0);
	rate = n / took;
	_exit(write(out, &rate, sizeof(rate)) == (ssize_t)sizeof(rate) ? 0 : 1);
}

void
bench_beside_begin(struct bench_beside *s)
{
	int stop[2], out[2];

	*s = (struct bench_beside){.stop = -1, .out = -1};
	if (pipe(stop) != 0)
		return;
	if (pipe(out) != 0) {
		close(stop[0]);
		close(stop[1]);
		return;
	}
	s->pid = fork();
	if (s->pid == 0) {
		close(stop[1]);
		verify_beside(stop[0], out[1]);
	}
	close(stop[0]);
	close(out[1]);
	s->stop = stop[1];
	s->out = out[0];
}

double
bench_beside_end(struct bench_beside *s)
{
	double rate = 0;

	if (s->pid <= 0)
		return 0;
	close(s->stop);
	if (read(s->out, &rate, sizeof(rate)) != (ssize_t)sizeof(rate))
		rate = 0;
	close(s->out);
	(void)waitpid(s->pid, NULL, 0);
	return rate;
}

/* --- a ledger's own --- */
enum kc_err
bench_raw_own(const char *dir, long cores, double *one, double *all)
{
	struct raw *r = calloc(1, sizeof(*r));
	enum kc_err err = r == NULL ? KC_ENOMEM : raw_load(r, dir);

	if (err == KC_OK) {
		*one = verify_until(r, 0, bench_own_cpu, seconds());
		*all = verify_all(r, cores);
		bench_line("raw_verify_own_per_s", *one, "1/s");
		bench_line("raw_verify_own_all_per_s", *all, "1/s");
	}
	if (r != NULL)
		raw_free(r);
	free(r);
	return err;
}
