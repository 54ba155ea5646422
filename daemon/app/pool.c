/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: threads that verify notes, a few at a time, and run readers. */
#include "app/intake.h"

#include <errno.h>
#include <malloc.h>
#include <time.h>

/* --- queues --- */
void
kc_items_push(struct kc_items *q, struct kc_item *it)
{
	it->next = NULL;
	if (q->tail != NULL)
		q->tail->next = it;
	else
		q->head = it;
	q->tail = it;
	q->n++;
}

void
kc_items_unshift(struct kc_items *q, struct kc_item *it)
{
	it->next = q->head;
	q->head = it;
	if (q->tail == NULL)
		q->tail = it;
	q->n++;
}

struct kc_item *
kc_items_pop(struct kc_items *q)
{
	struct kc_item *it = q->head;

	if (it == NULL)
		return NULL;
	q->head = it->next;
	if (q->head == NULL)
		q->tail = NULL;
	q->n--;
	it->next = NULL;
	return it;
}

/* --- threads --- */
/* Wakes pool threads: one for a few notes, so that it takes several at once.
 * Those that run readers may be long in coming and do not count. */
void
kc_intake_wake_pool(struct kc_intake *in)
{
	unsigned busy = in->npool - in->idle - in->reading + in->waking;

	while (in->idle > in->waking && (busy == 0 || in->in.n > 4 * busy)) {
		in->waking++;
		busy++;
		in->ring_pool++;
	}
}

void
kc_intake_flow(struct kc_intake *in, struct kc_item *it)
{
	in->verifying++;
	it->flow_next = NULL;
	if (in->flow_tail != NULL)
		in->flow_tail->flow_next = it;
	else
		in->flow_head = it;
	in->flow_tail = it;
}

/* Lets notes out in the order in which they came, as far as they have been
 * looked at: good ones to the writer, others into *gone. Under lock. */
static void
release(struct kc_intake *in, struct kc_items *gone)
{
	struct kc_item *it;

	while ((it = in->flow_head) != NULL && it->verdict != KC_PENDING) {
		in->flow_head = it->flow_next;
		if (in->flow_head == NULL)
			in->flow_tail = NULL;
		in->verifying--;
		if (it->verdict == KC_GONE) {
			kc_items_push(gone, it);
			continue;
		}
		if (in->ready.n == 0)
			in->first_ready_us = kc_env_mono_us();
		kc_items_push(it->dry ? &in->dry : &in->ready, it);
	}
	kc_intake_wake_writer(in);
}

/* Looks at these, and hands them on. Under lock, which is free meanwhile. */
static void
verify(struct kc_intake *in, struct kc_item *const *mine, size_t n)
{
	enum kc_verdict verdict[KC_TAKE_MAX];
	struct kc_items gone = {0};
	struct kc_item *it;
	int64_t start;

	pthread_mutex_unlock(&in->lock);
	start = kc_env_mono_us();
	for (size_t i = 0; i < n; i++)
		verdict[i] =
		    in->admit(in->admit_ctx, mine[i]) ? KC_GOOD : KC_GONE;
	start = kc_env_mono_us() - start;
	pthread_mutex_lock(&in->lock);
	in->verify_us += (uint64_t)start;
	for (size_t i = 0; i < n; i++) {
		struct kc_job *j = mine[i]->job;

		mine[i]->verdict = verdict[i];
		if (j->together && --j->pending == 0)
			kc_intake_push_task(in, &j->trial);
	}
	release(in, &gone);
	if (gone.n == 0 && in->ring_pool == 0 && !in->ring_writer)
		return;
	kc_intake_unlock(in);
	while ((it = kc_items_pop(&gone)) != NULL)
		kc_item_answer(it);
	pthread_mutex_lock(&in->lock);
}

/* Takes a share of the queue. Under lock. */
static void
verify_some(struct kc_intake *in)
{
	struct kc_item *mine[KC_TAKE_MAX];
	size_t want = in->in.n / in->npool + 1;
	struct kc_item *it;
	size_t n = 0;

	while (
	    n < want && n < KC_TAKE_MAX && (it = kc_items_pop(&in->in)) != NULL)
		mine[n++] = it;
	verify(in, mine, n);
}

void
kc_intake_look_at_lone(struct kc_intake *in)
{
	struct kc_item *it = in->lone;

	in->lone = NULL;
	verify(in, &it, 1);
}

static struct kc_task *
take_task(struct kc_intake *in)
{
	struct kc_tasks *q = &in->tasks;
	struct kc_task *t;

	if (q->head == NULL) {
		/* A replay may take seconds: never on every thread. */
		if (in->npool > 1 && in->slow_running + 1 >= in->npool)
			return NULL;
		q = &in->slow_tasks;
	}
	t = q->head;
	if (t == NULL)
		return NULL;
	q->head = t->next;
	if (q->head == NULL)
		q->tail = NULL;
	return t;
}

static void
run_task(struct kc_intake *in, struct kc_task *t)
{
	bool slow = t->slow;

	in->reading++;
	if (slow)
		in->slow_running++;
	pthread_mutex_unlock(&in->lock);
	t->run(t);
	pthread_mutex_lock(&in->lock);
	in->reading--;
	if (slow)
		in->slow_running--;
}

/* --- what a burst leaves --- */
static bool
owes_trim(const struct kc_intake *in)
{
	return in->under_way == 0 && in->passed >= KC_TRIM_BYTES &&
	    !in->trim_waits;
}

void
kc_intake_want_trim(struct kc_intake *in)
{
	if (owes_trim(in) && in->idle > in->waking) {
		in->waking++;
		in->ring_pool++;
	}
}

/* Waits for work; if a burst has passed and none comes, gives back what the
 * allocator keeps of it. */
static void
wait_idle(struct kc_intake *in)
{
	struct timespec until;
	bool quiet;

	if (!owes_trim(in)) {
		pthread_cond_wait(&in->pool_cond, &in->lock);
		return;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += KC_TRIM_WAIT_S;
	in->trim_waits = true;
	quiet = pthread_cond_timedwait(&in->pool_cond, &in->lock, &until) ==
	    ETIMEDOUT;
	if (quiet && in->under_way == 0) {
		in->passed = 0;
		pthread_mutex_unlock(&in->lock);
		(void)malloc_trim(0);
		pthread_mutex_lock(&in->lock);
	}
	in->trim_waits = false;
}

void *
kc_intake_pool_main(void *intake)
{
	struct kc_intake *in = intake;

	pthread_mutex_lock(&in->lock);
	for (;;) {
		struct kc_task *t = take_task(in);

		if (t != NULL)
			run_task(in, t);
		if (in->in.n > 0) {
			verify_some(in);
			continue;
		}
		if (t != NULL)
			continue;
		if (in->stopping && in->slow_tasks.head == NULL)
			break;
		in->idle++;
		wait_idle(in);
		in->idle--;
		if (in->waking > 0)
			in->waking--;
	}
	/* Another may wait for the replay that this one has finished. */
	pthread_cond_broadcast(&in->pool_cond);
	pthread_mutex_unlock(&in->lock);
	return NULL;
}

void
kc_intake_push_task(struct kc_intake *in, struct kc_task *t)
{
	struct kc_tasks *q = t->slow ? &in->slow_tasks : &in->tasks;

	t->next = NULL;
	if (q->tail != NULL)
		q->tail->next = t;
	else
		q->head = t;
	q->tail = t;
	if (in->idle > in->waking) {
		in->waking++;
		in->ring_pool++;
	}
}

enum kc_err
kc_intake_task(struct kc_intake *in, struct kc_task *t)
{
	enum kc_err err = KC_OK;

	pthread_mutex_lock(&in->lock);
	if (in->stopping)
		err = KC_EUNAVAILABLE;
	else
		kc_intake_push_task(in, t);
	kc_intake_unlock(in);
	return err;
}

/* --- notes that stand or fall together --- */
bool
kc_item_together(const struct kc_item *it)
{
	return it->job->together;
}

void
kc_items_fall(struct kc_item *const *of, size_t n)
{
	size_t first = 0;

	while (first + 1 < n && kc_item_result(of[first])->err == KC_OK)
		first++;
	for (size_t i = 0; i < n; i++) {
		struct kc_result *r = kc_item_result(of[i]);

		if (r->err != KC_OK || r->duplicate)
			continue;
		r->err =
		    kc_refuse(&r->why, KC_R_TOGETHER, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(&r->why, 0, of[first]->index + 1);
	}
}

/* Was one of them refused when it was looked at? */
static bool
any_refused(const struct kc_job *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->results[i].err != KC_OK)
			return true;
	return false;
}

void
kc_intake_try(struct kc_task *t)
{
	struct kc_job *j = (struct kc_job *)(void *)((char *)t -
	    offsetof(struct kc_job, trial));
	struct kc_intake *in = j->in;
	struct kc_items gone = {0};
	struct kc_item *it;
	bool stands =
	    !any_refused(j) && in->together(in->admit_ctx, j->of, j->n);

	if (!stands)
		kc_items_fall(j->of, j->n);
	pthread_mutex_lock(&in->lock);
	for (size_t i = 0; i < j->n; i++) {
		it = j->of[i];
		if (stands && it->verdict == KC_GOOD) {
			if (in->ready.n == 0)
				in->first_ready_us = kc_env_mono_us();
			kc_items_push(&in->ready, it);
		} else {
			kc_items_push(&gone, it);
		}
	}
	/* All in one hold of the lock: the writer takes them at once. */
	kc_intake_wake_writer(in);
	kc_intake_unlock(in);
	while ((it = kc_items_pop(&gone)) != NULL)
		kc_item_answer(it);
}
