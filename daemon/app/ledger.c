/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger: opening, closing, taking notes, answering them. */
#include "app/ledger_int.h"

#include <assert.h>
#include <string.h>

/* --- items and jobs --- */
struct kc_result *
kc_item_result(struct kc_item *it)
{
	return &it->job->results[it->index];
}

static void
item_free(struct kc_item *it)
{
	kc_buf_free(&it->note);
	kc_buf_free(&it->receipt);
	kc_free(it);
}

static void
job_free(struct kc_job *j)
{
	kc_free(j->of);
	kc_free(j);
}

/* The last note has its result: call back, then take everything back. */
static void
job_done(struct kc_ledger *l, struct kc_job *j)
{
	j->done(j->ctx, j->results, j->n);
	for (size_t i = 0; i < j->n; i++) {
		j->of[i]->receipt = j->results[i].receipt;
		if (j->of[i]->note.cap > KC_SPARE_NOTE)
			kc_buf_free(&j->of[i]->note);
	}
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < j->n; i++) {
		j->of[i]->next = l->spare;
		l->spare = j->of[i];
	}
	l->under_way -= j->n;
	pthread_mutex_unlock(&l->lock);
	job_free(j);
}

void
kc_item_answer(struct kc_ledger *l, struct kc_item *it)
{
	struct kc_job *j = it->job;

	if (atomic_fetch_sub(&j->left, 1) == 1)
		job_done(l, j);
}

static struct kc_job *
job_new(size_t n, void (*done)(void *, struct kc_result *, size_t), void *ctx)
{
	struct kc_job *j = kc_alloc(sizeof(*j) + n * sizeof(j->results[0]));

	if (j == NULL)
		return NULL;
	j->of = kc_alloc(n * sizeof(struct kc_item *));
	if (j->of == NULL) {
		kc_free(j);
		return NULL;
	}
	atomic_init(&j->left, n);
	j->n = n;
	j->done = done;
	j->ctx = ctx;
	return j;
}

/* Takes items for a job: spare ones first. */
static enum kc_err
job_items(struct kc_ledger *l, struct kc_job *j)
{
	size_t i = 0;

	pthread_mutex_lock(&l->lock);
	for (; i < j->n && l->spare != NULL; i++) {
		j->of[i] = l->spare;
		l->spare = l->spare->next;
	}
	pthread_mutex_unlock(&l->lock);
	for (; i < j->n; i++) {
		j->of[i] = kc_alloc(sizeof(struct kc_item));
		if (j->of[i] == NULL)
			goto fail;
	}
	return KC_OK;
fail:
	while (i-- > 0)
		item_free(j->of[i]);
	return KC_ENOMEM;
}

static enum kc_err
job_fill(struct kc_job *j, const struct kc_slice *notes)
{
	enum kc_err err = KC_OK;

	for (size_t i = 0; i < j->n; i++) {
		struct kc_item *it = j->of[i];

		it->job = j;
		it->index = i;
		it->stands = false;
		it->deferred = false;
		it->same = NULL;
		kc_buf_reset(&it->note);
		kc_buf_reset(&it->receipt);
		kc_buf_slice(&it->note, notes[i]);
		if (kc_buf_err(&it->note) != KC_OK)
			err = KC_ENOMEM;
		j->results[i].receipt = it->receipt;
		kc_items_push(&j->items, it);
	}
	return err;
}

/* Wakes pool threads: one for a few notes, so that it takes several at once.
 * Those that run readers may be long in coming and do not count. Under lock. */
static void
wake_pool(struct kc_ledger *l)
{
	unsigned busy = l->npool - l->idle - l->reading + l->waking;

	while (l->idle > l->waking && (busy == 0 || l->in.n > 4 * busy)) {
		l->waking++;
		busy++;
		pthread_cond_signal(&l->pool_cond);
	}
}

/* Too many notes: every one of the job is told so. */
static void
reject(struct kc_ledger *l, struct kc_job *j)
{
	struct kc_item *it;

	while ((it = kc_items_pop(&j->items)) != NULL) {
		struct kc_result *r = kc_item_result(it);
		bool last = j->items.head == NULL;

		r->err = kc_refuse(&r->why, KC_R_RATE, NULL, NULL, NULL, NULL);
		kc_item_answer(l, it);
		if (last)
			return; /* j is gone */
	}
}

struct reject_task {
	struct kc_task t;
	struct kc_job *j;
};

static void
run_reject(struct kc_ledger *l, struct kc_task *t)
{
	struct kc_job *j = ((struct reject_task *)(void *)t)->j;

	kc_free(t);
	reject(l, j);
}

static void
flow_push(struct kc_ledger *l, struct kc_item *it)
{
	it->verdict = KC_PENDING;
	it->flow_next = NULL;
	if (l->flow_tail != NULL)
		l->flow_tail->flow_next = it;
	else
		l->flow_head = it;
	l->flow_tail = it;
}

static enum kc_err
enqueue(struct kc_ledger *l, struct kc_job *j)
{
	struct reject_task *t = NULL;
	struct kc_item *it;

	pthread_mutex_lock(&l->lock);
	if (l->stopping) {
		pthread_mutex_unlock(&l->lock);
		return KC_EUNAVAILABLE;
	}
	if (l->under_way + j->n <= l->o.queue_max) {
		l->under_way += j->n;
		l->verifying += j->n;
		while ((it = kc_items_pop(&j->items)) != NULL) {
			flow_push(l, it);
			kc_items_push(&l->in, it);
		}
		wake_pool(l);
		pthread_mutex_unlock(&l->lock);
		return KC_OK;
	}
	l->under_way += j->n;
	pthread_mutex_unlock(&l->lock);
	t = kc_alloc(sizeof(*t));
	if (t != NULL) {
		t->t.run = run_reject;
		t->j = j;
		if (kc_pool_task(l, &t->t) == KC_OK)
			return KC_OK;
		kc_free(t);
	}
	pthread_mutex_lock(&l->lock);
	l->under_way -= j->n;
	pthread_mutex_unlock(&l->lock);
	return KC_EUNAVAILABLE;
}

static enum kc_err
submit(struct kc_ledger *l, const struct kc_slice *notes, size_t n, bool dry,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	struct kc_job *j;
	enum kc_err err;

	if (n == 0 || n > SIZE_MAX / 2 / sizeof(struct kc_result))
		return KC_EINVAL;
	j = job_new(n, done, ctx);
	if (j == NULL)
		return KC_ENOMEM;
	j->dry = dry;
	err = job_items(l, j);
	if (err != KC_OK) {
		job_free(j);
		return err;
	}
	err = job_fill(j, notes);
	if (err == KC_OK)
		err = enqueue(l, j);
	if (err != KC_OK) {
		for (size_t i = 0; i < n; i++)
			item_free(j->of[i]);
		job_free(j);
	}
	return err;
}

enum kc_err
kc_ledger_submit(struct kc_ledger *l, const struct kc_slice *notes, size_t n,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return submit(l, notes, n, false, done, ctx);
}

enum kc_err
kc_ledger_dry_run(struct kc_ledger *l, struct kc_slice note,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return submit(l, &note, 1, true, done, ctx);
}

/* --- opening and closing --- */
static void
release(struct kc_ledger *l)
{
	struct kc_item *it;

	while ((it = l->spare) != NULL) {
		l->spare = it->next;
		item_free(it);
	}
	kc_live_release(&l->live);
	kc_head_release(&l->head);
	kc_edge_free(l->edge);
	kc_buf_free(&l->batch.leaves);
	kc_buf_free(&l->clerk_text);
	kc_buf_free(&l->clerk_note);
	kc_buf_free(&l->note_buf);
	pthread_mutex_destroy(&l->lock);
	pthread_mutex_destroy(&l->key_lock);
	pthread_cond_destroy(&l->pool_cond);
	pthread_cond_destroy(&l->writer_cond);
	pthread_cond_destroy(&l->settle_cond);
	kc_free(l);
}

static void
stop_threads(struct kc_ledger *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_broadcast(&l->pool_cond);
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < l->npool; i++)
		pthread_join(l->pool[i], NULL);
	pthread_mutex_lock(&l->lock);
	l->writer_stops = true;
	pthread_cond_broadcast(&l->writer_cond);
	pthread_mutex_unlock(&l->lock);
	if (l->has_writer)
		pthread_join(l->writer, NULL);
}

static enum kc_err
start_threads(struct kc_ledger *l)
{
	if (pthread_create(&l->writer, NULL, kc_writer_main, l) != 0)
		return KC_ENOMEM;
	l->has_writer = true;
	pthread_mutex_lock(&l->lock);
	for (unsigned i = 0; i < l->o.threads; i++) {
		if (pthread_create(&l->pool[i], NULL, kc_pool_main, l) != 0)
			break;
		l->npool++;
	}
	pthread_mutex_unlock(&l->lock);
	return l->npool > 0 ? KC_OK : KC_ENOMEM;
}

enum kc_err
kc_ledger_open(struct kc_ledger **out, const struct kc_ledger_options *options,
    struct kc_buf *detail)
{
	struct kc_items none = {0}, dry = {0};
	struct kc_startup start = {0};
	struct kc_ledger *l;
	enum kc_err err;

	if (options->threads < 1 || options->threads > KC_POOL_MAX ||
	    options->wait_ms > KC_BATCH_WAIT_MS)
		return KC_EINVAL;
	l = kc_alloc(sizeof(*l));
	if (l == NULL)
		return KC_ENOMEM;
	l->o = *options;
	if (l->o.queue_max == 0)
		l->o.queue_max = KC_QUEUE_DEFAULT;
	kc_head_init(&l->head, &l->o);
	kc_live_init(&l->live);
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_init(&l->key_lock, NULL);
	pthread_cond_init(&l->pool_cond, NULL);
	pthread_cond_init(&l->writer_cond, NULL);
	pthread_cond_init(&l->settle_cond, NULL);
	l->readback.store = l->o.store;
	start =
	    (struct kc_startup){&l->o, &l->live, &l->head, &l->readback, NULL};
	err = kc_startup(&start, detail);
	l->edge = start.edge;
	if (err == KC_OK) {
		kc_writer_round(l, &none, &dry); /* what is overdue */
		if (kc_head_mode(&l->head) == KC_MODE_POISONED)
			err = KC_EUNKNOWN;
	}
	if (err == KC_OK) {
		err = start_threads(l);
		if (err != KC_OK)
			stop_threads(l);
	}
	if (err != KC_OK) {
		release(l);
		return err;
	}
	*out = l;
	return KC_OK;
}

void
kc_ledger_close(struct kc_ledger *l)
{
	if (l == NULL)
		return;
	stop_threads(l);
	release(l);
}
