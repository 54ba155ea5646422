/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole ledger for tests of the writer: store, anchor, sequencer, a clock
 * that the test moves, and the small city's notes (ledgerkit.h) to feed it.
 */
#ifndef KC_TEST_APPKIT_H
#define KC_TEST_APPKIT_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/ledger.h"
#include "ledgerkit.h"
#include "tmpdir.h"

struct app {
	char dir[128];
	bool disk;
	struct kit k; /* its state is the test's own reckoning */
	struct kc_store *store;
	struct kc_anchor *anchor;
	struct kc_sequencer sequencer;
	bool own_sequencer; /* set before app_open to keep the given one */
	const struct kc_beside *beside; /* set before app_open */
	bool reseed;
	unsigned settle_ms; /* set before app_open */
	bool at_once;       /* the same: the store is never behind */
	atomic_bool stop;   /* set before app_try: the start is given up */
	unsigned threads;   /* 0: 2 */
	struct kc_ledger *l;
	_Atomic int64_t now_ms;
	_Atomic unsigned looks; /* how often it was asked for */
	/* Set before app_open: the ledger also reads passed_ms, which the test
	 * moves where time passes. */
	bool ticks;
	_Atomic int64_t passed_ms;
	_Atomic unsigned changes;
	char said[512]; /* detail of the last failed open */
	pthread_mutex_t log_lock;
	char logged[4096]; /* lines since the last open, as far as they fit */
};

/* Directory, store, anchor, keys; then the ledger with the notes of the
 * stage in it. Fails the test if it cannot. */
void app_init(struct app *a, enum kit_stage stage, bool disk);
void app_free(struct app *a);
/* Opens the ledger over what is there; app_try says how it went. */
void app_open(struct app *a);
enum kc_err app_try(struct app *a);
void app_close(struct app *a);
/* Closes everything and opens store and anchor anew (disk only). */
void app_restart(struct app *a);
/* Opens store and anchor of the directory; app_shut closes them. */
void app_load(struct app *a);
void app_shut(struct app *a);
/* Closes the ledger, store and anchor. */
void app_down(struct app *a);

/* For cmocka, whose state is the struct app: lists of the year in memory, the
 * same on disk, the city alone on disk; and the tear-down of each, which also
 * closes the test's own sequencer. */
int app_up_memory(void **state);
int app_up_disk(void **state);
int app_up_city(void **state);
int app_tear_down(void **state);

/* One answer, copied. */
struct answer {
	enum kc_err err;
	enum kc_refusal_code code;
	bool duplicate;
	uint64_t seq;
	int64_t received_ms;
	char handle[16];
	struct kc_buf receipt;
};
void answer_free(struct answer *w);
/* Sends and waits. */
struct answer app_send(struct app *a, struct kc_slice note);
void app_send_many(
    struct app *a, const struct kc_slice *notes, size_t n, struct answer *out);
void app_send_together(
    struct app *a, const struct kc_slice *notes, size_t n, struct answer *out);
struct answer app_dry(struct app *a, struct kc_slice note);
/* Writes a note with the kit (at = the kit's time), sends it. */
#define app_do(a, kind, by, ...)                                               \
	app_do_v((a), (kind), (by), (const char *const[]){__VA_ARGS__, NULL})
struct answer app_do_v(struct app *a, enum kc_kind_id kind, const char *by,
    const char *const *fields);
/* The i-th duty of G16: a statement that can be made any number of times. */
void app_duty(struct app *a, unsigned i, struct kc_buf *note);
/* Sends duty i; fails the test unless it is admitted. */
struct answer app_send_duty(struct app *a, unsigned i);
/* Sends duties from .. from + n - 1. */
void app_grow(struct app *a, unsigned from, unsigned n);
/* Is there a log line since the last open that has this in it? */
bool app_logged(struct app *a, const char *word);
/* Fails the test unless the receipt proves the stored leaf of seq. */
void app_check_receipt(struct app *a, const struct answer *w);
/* Moves the clock of ledger and kit; passed_ms stands still. */
void app_at(struct app *a, int64_t ms);
/* How many entries of a kind stand; the last one's `received` (may be NULL). */
unsigned app_count(struct app *a, enum kc_kind_id kind, int64_t *received_ms);
/* Digest of the ledger's state, and of one replayed from its store. */
struct kc_hash app_digest(struct app *a);

#endif
