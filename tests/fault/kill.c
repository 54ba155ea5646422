/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kill -9 at random moments under load. Four clients post; each keeps a list
 * of what was acknowledged. After the last cycle the ledger is read whole:
 * every acknowledged id stands in it, none twice. KILL_CYCLES sets how many.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/leaf.h>
#include <kaocheng/store.h>

#include "daemonkit.h"

#define CLIENTS 4
#define NOTES 6000

struct load {
	struct kc_buf notes;
	size_t at[NOTES + 1];
	uint8_t id[NOTES][KC_ID_SIZE];
	bool acked[NOTES];
	unsigned seen[NOTES];
};
static struct load load;
static struct dk dk;
static atomic_uint next_note;
static atomic_bool go;

static void
make_notes(struct kit *k)
{
	struct kc_entry *e = calloc(1, sizeof(*e));
	struct kc_refusal why = {0};
	char value[32];

	for (unsigned i = 0; i < NOTES; i++) {
		struct kc_slice note;
		const char *fields[] = {"indicator=IND17", "quarter=2022-Q1",
		    value, "rank=7", "last_rank=7",
		    "reason=按省统计局核定数更正", NULL};

		snprintf(value, sizeof(value), "value=%u.0000", i);
		if (kit_note(k, &load.notes, KC_K_indicator_correct, "stats",
			fields) != KC_OK)
			abort();
		load.at[i + 1] = load.notes.n;
		note.p = load.notes.p + load.at[i];
		note.n = load.at[i + 1] - load.at[i];
		if (kc_entry_decode(e, note, &why) != KC_OK)
			abort();
		memcpy(load.id[i], e->id, KC_ID_SIZE);
	}
	free(e);
}

/* Posts notes one after another until the daemon is gone; a note without an
 * answer is asked again in the next cycle, as a client would. */
static void *
client(void *arg)
{
	unsigned *waiting = arg;
	int fd = dk_connect(&dk);

	while (fd >= 0 && atomic_load(&go)) {
		unsigned i = *waiting != UINT32_MAX
		    ? *waiting
		    : atomic_fetch_add(&next_note, 1);
		struct kc_slice note;
		int status;

		if (i >= NOTES)
			break;
		*waiting = i;
		note.p = load.notes.p + load.at[i];
		note.n = load.at[i + 1] - load.at[i];
		status = dk_exchange(
		    fd, "POST", "/v1/entries", "text/plain", note, NULL);
		if (status != 200 && status != 201)
			break;
		load.acked[i] = true;
		*waiting = UINT32_MAX;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static double
cycle(unsigned *waiting, unsigned *random)
{
	pthread_t threads[CLIENTS];
	double took = dk_start(&dk);
	struct timespec t = {0, (long)(1 + rand_r(random) % 30) * 1000000};

	atomic_store(&go, true);
	for (unsigned i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, client, &waiting[i]);
	nanosleep(&t, NULL); /* the random moment itself */
	dk_kill(&dk, SIGKILL);
	atomic_store(&go, false);
	for (unsigned i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	return took;
}

static enum kc_err
count(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct kc_entry *e = ctx;
	struct kc_leaf leaf;
	struct kc_refusal why = {0};

	if (kc_leaf_parse(&leaf, bytes) != KC_OK || leaf.seq != seq ||
	    kc_entry_decode(e, leaf.note, &why) != KC_OK)
		return KC_ECORRUPT;
	for (unsigned i = 0; i < NOTES; i++)
		if (memcmp(load.id[i], e->id, KC_ID_SIZE) == 0)
			load.seen[i]++;
	return KC_OK;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static unsigned failures, tests;
static void
ok(bool good, const char *what)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

int
main(void)
{
	const char *env = getenv("KILL_CYCLES");
	unsigned cycles = env != NULL ? (unsigned)strtoul(env, NULL, 10) : 300;
	unsigned waiting[CLIENTS], random = 20220715;
	unsigned acked = 0, lost = 0, twice = 0;
	double *took = calloc(cycles, sizeof(*took));
	struct kc_entry *e = calloc(1, sizeof(*e));
	struct kc_store_options o = {.read_only = true};
	struct kc_store *store = NULL;
	static struct kit k;

	if (took == NULL || e == NULL || cycles == 0)
		return 1;
	kit_init(&k, KIT_LISTS);
	kit_do(&k, KC_K_indicator_report, "stats", "indicator=IND17",
	    "quarter=2022-Q1", "value=1.0000", "rank=7", "last_rank=7");
	make_notes(&k);
	dk_make(&dk, &k);
	dk_start(&dk);
	dk_found(&dk, &k);
	ok(dk_stop(&dk) == 0, "SIGTERM ends the daemon with 0");
	memset(waiting, 0xff, sizeof(waiting));
	for (unsigned i = 0; i < cycles; i++)
		took[i] = cycle(waiting, &random);
	took[0] = dk_start(&dk);
	ok(dk_stop(&dk) == 0, "the last start is clean");
	o.dir = dk.dir;
	ok(kc_store_open(&store, &o, NULL) == KC_OK &&
		kc_store_scan(store, 0, kc_store_size(store), count, e) ==
		    KC_OK,
	    "the ledger can be read whole");
	for (unsigned i = 0; i < NOTES; i++) {
		acked += load.acked[i];
		lost += load.acked[i] && load.seen[i] == 0;
		twice += load.seen[i] > 1;
	}
	qsort(took, cycles, sizeof(*took), by_value);
	printf(
	    "# %u cycles, %u acknowledged, %u lost, %u twice; restart median "
	    "%.0f ms, p99 %.0f ms\n",
	    cycles, acked, lost, twice, took[cycles / 2],
	    took[cycles * 99 / 100]);
	ok(acked > cycles, "there was traffic in the cycles");
	ok(lost == 0, "no acknowledged entry is missing");
	ok(twice == 0, "no entry stands twice");
	ok(took[cycles / 2] < 250, "a restart takes less than 250 ms");
	printf("1..%u\n", tests);
	kc_store_close(store);
	dk_remove(&dk);
	free(took);
	free(e);
	kit_free(&k);
	return failures != 0;
}
