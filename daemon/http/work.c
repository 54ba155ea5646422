/* SPDX-License-Identifier: Apache-2.0 */
/* A queue and a few threads. */
#include "http/work.h"

#include <pthread.h>

#include <kaocheng/bytes.h>

#define THREADS_MAX 8

struct item {
	struct item *next;
	void (*fn)(void *);
	void *ctx;
};

struct kc_work {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct item *first, **last;
	bool stop;
	unsigned nthreads;
	pthread_t threads[THREADS_MAX];
};

/* The next item, or NULL when it is time to end. */
static struct item *
take(struct kc_work *w)
{
	struct item *it;

	(void)pthread_mutex_lock(&w->lock);
	while (w->first == NULL && !w->stop)
		(void)pthread_cond_wait(&w->more, &w->lock);
	it = w->first;
	if (it != NULL) {
		w->first = it->next;
		if (w->first == NULL)
			w->last = &w->first;
	}
	(void)pthread_mutex_unlock(&w->lock);
	return it;
}

static void *
run(void *ctx)
{
	struct item *it;

	while ((it = take(ctx)) != NULL) {
		it->fn(it->ctx);
		kc_free(it);
	}
	return NULL;
}

enum kc_err
kc_work_new(struct kc_work **out, unsigned threads)
{
	struct kc_work *w = kc_alloc(sizeof(*w));

	if (w == NULL)
		return KC_ENOMEM;
	w->last = &w->first;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->more, NULL);
	while (w->nthreads < threads && w->nthreads < THREADS_MAX) {
		if (pthread_create(&w->threads[w->nthreads], NULL, run, w) !=
		    0) {
			kc_work_free(w);
			return KC_ENOMEM;
		}
		w->nthreads++;
	}
	*out = w;
	return KC_OK;
}

void
kc_work_free(struct kc_work *w)
{
	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->stop = true;
	(void)pthread_cond_broadcast(&w->more);
	(void)pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->nthreads; i++)
		(void)pthread_join(w->threads[i], NULL);
	(void)pthread_cond_destroy(&w->more);
	(void)pthread_mutex_destroy(&w->lock);
	kc_free(w);
}

enum kc_err
kc_work_submit(struct kc_work *w, void (*fn)(void *), void *ctx)
{
	struct item *it = kc_alloc(sizeof(*it));

	if (it == NULL)
		return KC_ENOMEM;
	it->fn = fn;
	it->ctx = ctx;
	(void)pthread_mutex_lock(&w->lock);
	*w->last = it;
	w->last = &it->next;
	(void)pthread_cond_signal(&w->more);
	(void)pthread_mutex_unlock(&w->lock);
	return KC_OK;
}
