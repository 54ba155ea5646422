/* SPDX-License-Identifier: Apache-2.0 */
/* Taking notes, handing them to the writer, answering them. */
#include "app/intake.h"

#include <string.h>
#include <time.h>

void
kc_intake_unlock(struct kc_intake *in)
{
	unsigned pool = in->ring_pool;
	bool writer = in->ring_writer;

	in->ring_pool = 0;
	in->ring_writer = false;
	pthread_mutex_unlock(&in->lock);
	if (writer)
		pthread_cond_signal(&in->writer_cond);
	while (pool-- > 0)
		pthread_cond_signal(&in->pool_cond);
}

/* --- items and jobs --- */
struct kc_result *
kc_item_result(struct kc_item *it)
{
	return &it->job->results[it->index];
}

/* Its entry, nearly all of it, is nothing before a note is decoded into it. */
static struct kc_item *
item_new(void)
{
	struct kc_item *it = kc_realloc(NULL, sizeof(*it));

	if (it != NULL)
		memset(it, 0, offsetof(struct kc_item, entry));
	return it;
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

/* What an item holds while nobody needs it. */
static size_t
spare_size(const struct kc_item *it)
{
	return sizeof(*it) + it->note.cap + it->receipt.cap;
}

/* Keeps an item for the next note, or gives it back: then `next` leads to
 * those that are to be freed. Under lock. */
static struct kc_item *
keep_spare(struct kc_intake *in, struct kc_item *it, struct kc_item *back)
{
	size_t n = spare_size(it);

	if (in->spare_bytes + n > KC_SPARE_BYTES) {
		it->next = back;
		return it;
	}
	in->spare_bytes += n;
	it->next = in->spare;
	in->spare = it;
	return back;
}

/* The last note has its result: call back, then take everything back. */
static void
job_done(struct kc_job *j)
{
	struct kc_intake *in = j->in;
	struct kc_item *back = NULL, *it;

	j->done(j->ctx, j->results, j->n);
	for (size_t i = 0; i < j->n; i++) {
		j->of[i]->receipt = j->results[i].receipt;
		if (j->of[i]->note.cap > KC_SPARE_NOTE)
			kc_buf_free(&j->of[i]->note);
	}
	pthread_mutex_lock(&in->lock);
	for (size_t i = 0; i < j->n; i++)
		back = keep_spare(in, j->of[i], back);
	in->under_way -= j->n;
	in->bytes -= j->bytes;
	in->passed += j->bytes;
	kc_intake_want_trim(in);
	kc_intake_unlock(in);
	while ((it = back) != NULL) {
		back = it->next;
		item_free(it);
	}
	job_free(j);
}

void
kc_item_answer(struct kc_item *it)
{
	struct kc_job *j = it->job;

	if (atomic_fetch_sub(&j->left, 1) == 1)
		job_done(j);
}

/* What so many notes hold while they are under way. */
static size_t
cost_of(const struct kc_slice *notes, size_t n)
{
	size_t bytes = n * (sizeof(struct kc_item) + sizeof(struct kc_result));

	for (size_t i = 0; i < n; i++)
		bytes += notes[i].n;
	return bytes;
}

/* Room for a job is asked before a byte of it is allocated. */
static enum kc_err
reserve(struct kc_intake *in, size_t n, size_t bytes)
{
	enum kc_err err = KC_OK;

	pthread_mutex_lock(&in->lock);
	if (in->stopping)
		err = KC_EUNAVAILABLE;
	else if (n > in->o->queue_max - in->under_way ||
	    bytes > KC_QUEUE_BYTES - in->bytes)
		err = KC_EREFUSED;
	if (err == KC_OK) {
		in->under_way += n;
		in->bytes += bytes;
	}
	pthread_mutex_unlock(&in->lock);
	return err;
}

static void
unreserve(struct kc_intake *in, size_t n, size_t bytes)
{
	pthread_mutex_lock(&in->lock);
	in->under_way -= n;
	in->bytes -= bytes;
	pthread_mutex_unlock(&in->lock);
}

static struct kc_job *
job_new(struct kc_intake *in, size_t n,
    void (*done)(void *, struct kc_result *, size_t), void *ctx)
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
	j->in = in;
	j->n = n;
	j->done = done;
	j->ctx = ctx;
	return j;
}

/* Takes items for a job: spare ones first. */
static enum kc_err
job_items(struct kc_intake *in, struct kc_job *j)
{
	size_t i = 0;

	pthread_mutex_lock(&in->lock);
	for (; i < j->n && in->spare != NULL; i++) {
		j->of[i] = in->spare;
		in->spare = in->spare->next;
		in->spare_bytes -= spare_size(j->of[i]);
	}
	pthread_mutex_unlock(&in->lock);
	for (; i < j->n; i++) {
		j->of[i] = item_new();
		if (j->of[i] == NULL)
			return KC_ENOMEM;
	}
	return KC_OK;
}

static enum kc_err
job_fill(struct kc_job *j, const struct kc_slice *notes, enum kc_how how)
{
	enum kc_err err = KC_OK;

	j->together = how == KC_TOGETHER;
	j->pending = j->n;
	j->trial = (struct kc_task){.run = kc_intake_try, .slow = true};
	for (size_t i = 0; i < j->n; i++) {
		struct kc_item *it = j->of[i];

		it->job = j;
		it->index = i;
		it->dry = how == KC_DRY;
		it->stands = false;
		it->deferred = false;
		it->same = NULL;
		kc_buf_reset(&it->note);
		kc_buf_reset(&it->receipt);
		kc_buf_slice(&it->note, notes[i]);
		if (kc_buf_err(&it->note) != KC_OK)
			err = KC_ENOMEM;
		j->results[i].receipt = it->receipt;
	}
	return err;
}

/* Is there nothing else to be looked at or written, and the writer between two
 * rounds? Then he looks at it himself. */
static bool
is_alone(const struct kc_intake *in, const struct kc_job *j)
{
	return j->n == 1 && !j->together && in->writer_free &&
	    in->verifying == 0 && in->in.n == 0 && in->ready.n == 0 &&
	    in->dry.n == 0;
}

static enum kc_err
enqueue(struct kc_intake *in, struct kc_job *j)
{
	enum kc_err err = KC_OK;

	pthread_mutex_lock(&in->lock);
	if (in->stopping) {
		err = KC_EUNAVAILABLE;
		goto out;
	}
	/* The job may be answered, and gone, as soon as the lock is free. */
	for (size_t i = 0; i < j->n; i++) {
		j->of[i]->verdict = KC_PENDING;
		if (is_alone(in, j))
			in->lone = j->of[i];
		else
			kc_items_push(&in->in, j->of[i]);
		if (!j->together)
			kc_intake_flow(in, j->of[i]);
	}
	if (in->in.n > 0)
		kc_intake_wake_pool(in);
	kc_intake_wake_writer(in);
out:
	kc_intake_unlock(in);
	return err;
}

enum kc_err
kc_intake_submit(struct kc_intake *in, const struct kc_slice *notes, size_t n,
    enum kc_how how,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	size_t bytes = cost_of(notes, n);
	struct kc_job *j;
	enum kc_err err;

	if (n == 0)
		return KC_EINVAL;
	err = reserve(in, n, bytes);
	if (err != KC_OK)
		return err;
	j = job_new(in, n, done, ctx);
	err = j == NULL ? KC_ENOMEM : job_items(in, j);
	if (err == KC_OK) {
		j->bytes = bytes;
		err = job_fill(j, notes, how);
	}
	if (err == KC_OK)
		err = enqueue(in, j);
	if (err == KC_OK)
		return KC_OK;
	for (size_t i = 0; j != NULL && i < n && j->of[i] != NULL; i++)
		item_free(j->of[i]);
	if (j != NULL)
		job_free(j);
	unreserve(in, n, bytes);
	return err;
}

/* --- the writer's side --- */
/* Should the writer begin a batch now? Under lock. */
static bool
may_go(struct kc_intake *in)
{
	if (in->lone != NULL || in->dry.n > 0 || in->tick_want != in->tick_done)
		return true;
	if (in->ready.n == 0)
		return false;
	if (in->ready.n >= KC_BATCH_FILL || in->verifying == 0)
		return true;
	/* Someone is still verifying and will come by here again. */
	return kc_env_mono_us() - in->first_ready_us >=
	    (int64_t)in->o->wait_ms * 1000;
}

void
kc_intake_wake_writer(struct kc_intake *in)
{
	if (in->writer_waits && may_go(in)) {
		in->writer_waits = false;
		in->ring_writer = true;
	}
}

bool
kc_intake_quiet(struct kc_intake *in, unsigned ms)
{
	struct timespec until;
	bool quiet;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&in->lock);
	while (!may_go(in) && !in->writer_stops && rc == 0) {
		in->writer_waits = true;
		rc =
		    pthread_cond_timedwait(&in->writer_cond, &in->lock, &until);
	}
	in->writer_waits = false;
	quiet = !may_go(in) && !in->writer_stops;
	pthread_mutex_unlock(&in->lock);
	return quiet;
}

bool
kc_intake_take(struct kc_intake *in, struct kc_items *notes,
    struct kc_items *dry, uint64_t *tick)
{
	struct kc_item *it;
	bool go;

	*notes = (struct kc_items){0};
	pthread_mutex_lock(&in->lock);
	in->writer_free = true;
	do {
		while (!may_go(in) && !in->writer_stops) {
			in->writer_waits = true;
			pthread_cond_wait(&in->writer_cond, &in->lock);
		}
		in->writer_waits = false;
		if (in->lone != NULL)
			kc_intake_look_at_lone(in);
		go = may_go(in);
	} while (!go && !in->writer_stops);
	in->writer_free = false;
	while (in->ready.head != NULL &&
	    (notes->n < KC_BATCH_FILL ||
		(notes->tail->job == in->ready.head->job &&
		    kc_item_together(notes->tail)))) {
		it = kc_items_pop(&in->ready);
		kc_items_push(notes, it);
	}
	if (in->ready.n > 0)
		in->first_ready_us = kc_env_mono_us();
	*dry = in->dry;
	in->dry = (struct kc_items){0};
	*tick = in->tick_want;
	if (!go)
		pthread_cond_broadcast(&in->settle_cond);
	pthread_mutex_unlock(&in->lock);
	return go;
}

void
kc_intake_rounded(struct kc_intake *in, uint64_t tick)
{
	pthread_mutex_lock(&in->lock);
	in->tick_done = tick;
	in->writer_free = true;
	pthread_cond_broadcast(&in->settle_cond);
	pthread_mutex_unlock(&in->lock);
}

void
kc_intake_tick(struct kc_intake *in)
{
	pthread_mutex_lock(&in->lock);
	in->tick_want++;
	kc_intake_wake_writer(in);
	kc_intake_unlock(in);
}

void
kc_intake_settle(struct kc_intake *in)
{
	uint64_t want;

	pthread_mutex_lock(&in->lock);
	want = ++in->tick_want;
	kc_intake_wake_writer(in);
	kc_intake_unlock(in);
	pthread_mutex_lock(&in->lock);
	while (in->tick_done < want && !in->writer_stops)
		pthread_cond_wait(&in->settle_cond, &in->lock);
	pthread_mutex_unlock(&in->lock);
}

/* --- opening and closing --- */
void
kc_intake_init(struct kc_intake *in, const struct kc_ledger_options *o)
{
	pthread_condattr_t monotonic;

	in->o = o;
	pthread_mutex_init(&in->lock, NULL);
	pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&in->pool_cond, &monotonic);
	pthread_cond_init(&in->writer_cond, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_cond_init(&in->settle_cond, NULL);
}

void
kc_intake_release(struct kc_intake *in)
{
	struct kc_item *it;

	while ((it = in->spare) != NULL) {
		in->spare = it->next;
		item_free(it);
	}
	pthread_mutex_destroy(&in->lock);
	pthread_cond_destroy(&in->pool_cond);
	pthread_cond_destroy(&in->writer_cond);
	pthread_cond_destroy(&in->settle_cond);
}

enum kc_err
kc_intake_start(struct kc_intake *in,
    bool (*admit)(void *ctx, struct kc_item *it),
    bool (*together)(void *ctx, struct kc_item *const *of, size_t n),
    void *admit_ctx)
{
	in->admit = admit;
	in->together = together;
	in->admit_ctx = admit_ctx;
	pthread_mutex_lock(&in->lock);
	for (unsigned i = 0; i < in->o->threads; i++) {
		if (pthread_create(
			&in->pool[i], NULL, kc_intake_pool_main, in) != 0)
			break;
		in->npool++;
	}
	pthread_mutex_unlock(&in->lock);
	return in->npool > 0 ? KC_OK : KC_ENOMEM;
}

void
kc_intake_stop(struct kc_intake *in)
{
	pthread_mutex_lock(&in->lock);
	in->stopping = true;
	pthread_cond_broadcast(&in->pool_cond);
	pthread_mutex_unlock(&in->lock);
	for (unsigned i = 0; i < in->npool; i++)
		pthread_join(in->pool[i], NULL);
}

void
kc_intake_stop_writer(struct kc_intake *in)
{
	pthread_mutex_lock(&in->lock);
	in->writer_stops = true;
	pthread_cond_broadcast(&in->writer_cond);
	pthread_mutex_unlock(&in->lock);
}

void
kc_intake_stats(struct kc_intake *in, struct kc_ledger_stats *out)
{
	pthread_mutex_lock(&in->lock);
	out->queue = in->under_way;
	out->ticks = in->tick_want;
	out->verify_us = in->verify_us;
	pthread_mutex_unlock(&in->lock);
}
