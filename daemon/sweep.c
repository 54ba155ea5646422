/* SPDX-License-Identifier: Apache-2.0 */
/* A thread of the lowest priority that looks through the log for what old
 * files are cited by, and drops the others while nothing can be committed. */
#include "sweep.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <kaocheng/blob.h>
#include <kaocheng/leaf.h>
#include <kaocheng/store.h>

#include "sys/config.h"
#include "sys/log.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define OLD_MAX 4096 /* files of one sweep; the next takes the others */
#define SCAN 1024    /* entries between two looks whether to stop */
#define DROPS 16     /* files that go while the writer waits */
#define NAME_MAX_SIZE 256

struct old {
	struct kc_blob_file file;
	char name[NAME_MAX_SIZE];
	bool cited;
};

struct kc_sweep {
	struct kc_ledger *ledger;
	pthread_t thread;
	bool made; /* a thread is to be joined */
	atomic_bool running, stop;
	int64_t next_ms; /* 0: not known yet */
	/* Of the one under way. */
	char dir[KC_CONFIG_PATH_MAX];
	unsigned days;
	int64_t before_s;
	struct old *old; /* in order of names */
	size_t n, at;    /* files; the next that may go */
	uint64_t scanned;
	struct kc_entry *e;
	uint64_t removed, bytes;
	enum kc_err err;
	struct kc_buf detail; /* what is wrong */
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool answered;
};

/* --- what may go --- */
static enum kc_err
gather(void *ctx, const struct kc_blob_file *f)
{
	struct kc_sweep *s = ctx;
	struct old *o = &s->old[s->n];

	if (atomic_load(&s->stop))
		return KC_EUNAVAILABLE;
	/* What has no name that we give is somebody else's. */
	if (s->n == OLD_MAX || f->brought_s >= s->before_s ||
	    (!f->whole && f->name.p[0] != '.') ||
	    !kc_slice_copy(o->name, sizeof(o->name), f->name))
		return KC_OK;
	o->file = *f;
	o->file.name = kc_slice_str(o->name);
	o->cited = false;
	s->n++;
	return KC_OK;
}

static int
by_hash(const void *key, const void *item)
{
	const struct kc_hash *hash = key;
	const struct old *o = item;

	/* What is on its way begins with a dot: before all of the others. */
	return o->file.whole ? memcmp(hash, &o->file.hash, sizeof(*hash)) : 1;
}

static enum kc_err
see(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct kc_sweep *s = ctx;
	struct kc_refusal why = {0};
	struct kc_evidence cited;
	struct kc_leaf leaf;
	enum kc_err err = kc_leaf_parse(&leaf, bytes);

	if (err == KC_OK)
		err = kc_entry_decode(s->e, leaf.note, &why);
	for (unsigned i = 0; err == KC_OK && kc_entry_evidence(s->e, i, &cited);
	     i++) {
		struct old *o = bsearch(
		    &cited.hash, s->old, s->n, sizeof(*s->old), by_hash);

		if (o != NULL)
			o->cited = true;
	}
	s->scanned = seq + 1;
	return err;
}

static enum kc_err
scan_to(struct kc_sweep *s, uint64_t size)
{
	struct kc_store *store = kc_ledger_store(s->ledger);
	enum kc_err err = KC_OK;

	while (err == KC_OK && s->scanned < size) {
		uint64_t left = size - s->scanned;

		if (atomic_load(&s->stop))
			return KC_EUNAVAILABLE;
		err = kc_store_scan(store, s->scanned,
		    s->scanned + (left < SCAN ? left : SCAN), see, s);
	}
	return err;
}

/* --- dropping --- */
/* The state is held for reading: no entry comes to cite what goes. */
static void
drop_some(void *ctx, const struct kc_view_source *src)
{
	struct kc_sweep *s = ctx;
	unsigned n = 0;

	s->err = src == NULL
	    ? KC_EUNAVAILABLE
	    : scan_to(s, kc_store_size(kc_ledger_store(s->ledger)));
	for (; s->err == KC_OK && s->at < s->n && n < DROPS; s->at++) {
		const struct old *o = &s->old[s->at];

		if (o->cited)
			continue;
		n++;
		s->err =
		    kc_blob_drop(s->dir, &o->file, s->before_s, &s->detail);
		if (s->err == KC_OK) {
			s->removed++;
			s->bytes += o->file.size;
		} else if (s->err == KC_ENOTFOUND) {
			s->err = KC_OK;
		}
	}
	(void)pthread_mutex_lock(&s->lock);
	s->answered = true;
	(void)pthread_cond_signal(&s->cond);
	(void)pthread_mutex_unlock(&s->lock);
}

static enum kc_err
drop_all(struct kc_sweep *s)
{
	enum kc_err err = KC_OK;

	while (err == KC_OK && s->at < s->n) {
		if (atomic_load(&s->stop))
			return KC_EUNAVAILABLE;
		s->answered = false;
		err = kc_ledger_read(s->ledger, drop_some, s);
		if (err != KC_OK)
			break;
		(void)pthread_mutex_lock(&s->lock);
		while (!s->answered)
			(void)pthread_cond_wait(&s->cond, &s->lock);
		(void)pthread_mutex_unlock(&s->lock);
		err = s->err;
	}
	return err;
}

/* --- the thread --- */
/* The grace is over before this: never, where no entry is to count from. */
static enum kc_err
find_before(struct kc_sweep *s)
{
	struct kc_store *store = kc_ledger_store(s->ledger);
	uint64_t size = kc_store_size(store);
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = KC_OK;

	s->before_s = INT64_MIN;
	if (size > 0) {
		err = kc_store_leaf(store, size - 1, &bytes);
		if (err == KC_OK)
			err = kc_leaf_parse(&leaf, kc_buf_view(&bytes));
		/* The store says that it has it. */
		err = err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	if (err == KC_OK && size > 0)
		s->before_s =
		    (leaf.received_ms - (int64_t)s->days * DAY_MS) / 1000;
	kc_buf_free(&bytes);
	return err;
}

static void
say(const struct kc_sweep *s, enum kc_err err)
{
	struct kc_line l;

	if (s->removed == 0 && (err == KC_OK || err == KC_EUNAVAILABLE))
		return;
	kc_log_begin(&l,
	    err == KC_OK || err == KC_EUNAVAILABLE ? KC_LOG_INFO : KC_LOG_ERROR,
	    "evidence-swept");
	kc_log_i64(&l, "files", (int64_t)s->removed);
	kc_log_i64(&l, "bytes", (int64_t)s->bytes);
	if (err != KC_OK && err != KC_EUNAVAILABLE) {
		kc_log_str(&l, "what", s->dir);
		kc_log_str(&l, "why", kc_err_text(err));
		if (s->detail.n > 0)
			kc_log_slice(&l, "detail", kc_buf_view(&s->detail));
	}
	kc_log_end(&l);
}

static void *
run(void *ctx)
{
	struct kc_sweep *s = ctx;
	enum kc_err err;

	/* Of this thread alone; others that want the processor go before. */
	(void)setpriority(PRIO_PROCESS, 0, 19);
	s->n = s->at = 0;
	s->scanned = 0;
	s->old = kc_alloc(OLD_MAX * sizeof(*s->old));
	s->e = kc_alloc(sizeof(*s->e));
	err = s->old != NULL && s->e != NULL ? find_before(s) : KC_ENOMEM;
	if (err == KC_OK)
		err = kc_blob_each(s->dir, gather, s, &s->detail);
	if (err == KC_OK && s->n > 0)
		err = scan_to(s, kc_store_size(kc_ledger_store(s->ledger)));
	if (err == KC_OK)
		err = drop_all(s);
	say(s, err);
	kc_buf_free(&s->detail);
	kc_free(s->old);
	kc_free(s->e);
	atomic_store(&s->running, false);
	return NULL;
}

enum kc_err
kc_sweep_open(struct kc_sweep **out, struct kc_ledger *l)
{
	struct kc_sweep *s = kc_alloc(sizeof(*s));

	*out = s;
	if (s == NULL)
		return KC_ENOMEM;
	s->ledger = l;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->cond, NULL);
	return KC_OK;
}

static void
join(struct kc_sweep *s)
{
	if (s->made)
		(void)pthread_join(s->thread, NULL);
	s->made = false;
}

/* Signals are the loop's, but for those of a failing file. */
static bool
begin(struct kc_sweep *s)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGBUS);
	(void)sigdelset(&all, SIGSEGV);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&s->thread, NULL, run, s);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0;
}

void
kc_sweep_look(
    struct kc_sweep *s, const char *dir, unsigned days, int64_t now_ms)
{
	/* A clock that was put back does not put it off for as long. */
	if (s->next_ms == 0 || s->next_ms > now_ms + DAY_MS)
		s->next_ms = now_ms + HOUR_MS;
	if (now_ms < s->next_ms || atomic_load(&s->running) ||
	    kc_ledger_mode(s->ledger) != KC_MODE_OPEN)
		return;
	join(s);
	s->next_ms = now_ms + DAY_MS;
	s->days = days;
	s->removed = s->bytes = 0;
	(void)kc_slice_copy(s->dir, sizeof(s->dir), kc_slice_str(dir));
	atomic_store(&s->running, true);
	s->made = begin(s);
	if (!s->made) {
		atomic_store(&s->running, false);
		say(s, KC_ENOMEM);
	}
}

void
kc_sweep_close(struct kc_sweep *s)
{
	if (s == NULL)
		return;
	atomic_store(&s->stop, true);
	join(s);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_cond_destroy(&s->cond);
	kc_free(s);
}
