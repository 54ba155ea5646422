/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: threads that verify notes, a few at a time, and run readers. */
#include "app/ledger_int.h"

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
bool
kc_writer_may_go(struct kc_ledger *l)
{
	if (l->dry.n > 0 || l->tick_want != l->tick_done)
		return true;
	if (l->ready.n == 0)
		return false;
	if (l->ready.n >= KC_BATCH_MAX || l->verifying == 0)
		return true;
	/* Someone is still verifying and will come by here again. */
	return kc_env_mono_us() - l->first_ready_us >=
	    (int64_t)l->o.wait_ms * 1000;
}

/* Lets notes out in the order in which they came, as far as they have been
 * looked at: good ones to the writer, others into *gone. Under lock. */
static void
release(struct kc_ledger *l, struct kc_items *gone)
{
	struct kc_item *it;

	while ((it = l->flow_head) != NULL && it->verdict != KC_PENDING) {
		l->flow_head = it->flow_next;
		if (l->flow_head == NULL)
			l->flow_tail = NULL;
		l->verifying--;
		if (it->verdict == KC_GONE) {
			kc_items_push(gone, it);
			continue;
		}
		if (l->ready.n == 0)
			l->first_ready_us = kc_env_mono_us();
		kc_items_push(it->job->dry ? &l->dry : &l->ready, it);
	}
	if (l->writer_waits && kc_writer_may_go(l)) {
		l->writer_waits = false;
		pthread_cond_signal(&l->writer_cond);
	}
}

/* Takes a share of the queue, verifies it, hands it on. Under lock. */
static void
verify_some(struct kc_ledger *l)
{
	struct kc_item *mine[KC_TAKE_MAX];
	enum kc_verdict verdict[KC_TAKE_MAX];
	struct kc_items gone = {0};
	size_t want = l->in.n / l->npool + 1;
	struct kc_item *it;
	int64_t start;
	size_t n = 0;

	while (
	    n < want && n < KC_TAKE_MAX && (it = kc_items_pop(&l->in)) != NULL)
		mine[n++] = it;
	pthread_mutex_unlock(&l->lock);
	start = kc_env_mono_us();
	for (size_t i = 0; i < n; i++)
		verdict[i] = kc_admit(l, mine[i]) ? KC_GOOD : KC_GONE;
	start = kc_env_mono_us() - start;
	pthread_mutex_lock(&l->lock);
	l->verify_us += (uint64_t)start;
	for (size_t i = 0; i < n; i++)
		mine[i]->verdict = verdict[i];
	release(l, &gone);
	if (gone.n == 0)
		return;
	pthread_mutex_unlock(&l->lock);
	while ((it = kc_items_pop(&gone)) != NULL)
		kc_item_answer(l, it);
	pthread_mutex_lock(&l->lock);
}

static struct kc_task *
take_task(struct kc_ledger *l)
{
	struct kc_tasks *q = &l->tasks;
	struct kc_task *t;

	if (q->head == NULL) {
		/* A replay may take seconds: never on every thread. */
		if (l->npool > 1 && l->slow_running + 1 >= l->npool)
			return NULL;
		q = &l->slow_tasks;
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
run_task(struct kc_ledger *l, struct kc_task *t)
{
	bool slow = t->slow;

	l->reading++;
	if (slow)
		l->slow_running++;
	pthread_mutex_unlock(&l->lock);
	t->run(l, t);
	pthread_mutex_lock(&l->lock);
	l->reading--;
	if (slow)
		l->slow_running--;
}

void *
kc_pool_main(void *ledger)
{
	struct kc_ledger *l = ledger;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		struct kc_task *t = take_task(l);

		if (t != NULL)
			run_task(l, t);
		if (l->in.n > 0) {
			verify_some(l);
			continue;
		}
		if (t != NULL)
			continue;
		if (l->stopping && l->slow_tasks.head == NULL)
			break;
		l->idle++;
		pthread_cond_wait(&l->pool_cond, &l->lock);
		l->idle--;
		if (l->waking > 0)
			l->waking--;
	}
	/* Another may wait for the replay that this one has finished. */
	pthread_cond_broadcast(&l->pool_cond);
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

enum kc_err
kc_pool_task(struct kc_ledger *l, struct kc_task *t)
{
	struct kc_tasks *q = t->slow ? &l->slow_tasks : &l->tasks;
	enum kc_err err = KC_OK;

	t->next = NULL;
	pthread_mutex_lock(&l->lock);
	if (l->stopping) {
		err = KC_EUNAVAILABLE;
	} else {
		if (q->tail != NULL)
			q->tail->next = t;
		else
			q->head = t;
		q->tail = t;
		if (l->idle > l->waking) {
			l->waking++;
			pthread_cond_signal(&l->pool_cond);
		}
	}
	pthread_mutex_unlock(&l->lock);
	return err;
}
