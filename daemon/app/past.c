/* SPDX-License-Identifier: Apache-2.0 */
/* States as of earlier entries. */
#include "app/past.h"

#include <malloc.h>

#include <kaocheng/check.h>

void
kc_past_init(struct kc_past *p, struct kc_store *store, const atomic_bool *stop,
    size_t max)
{
	*p = (struct kc_past){
	    .store = store, .stop = stop, .max = max, .step = KC_PAST_STEP};
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->made, NULL);
}

static void
drop(struct kc_past_state **at)
{
	struct kc_past_state *h = *at;

	*at = h->next;
	kc_state_free(h->own);
	kc_free(h);
}

void
kc_past_release(struct kc_past *p)
{
	while (p->held != NULL)
		drop(&p->held);
	(void)pthread_cond_destroy(&p->made);
	(void)pthread_mutex_destroy(&p->lock);
}

/* --- what is kept; under lock --- */
/* Bytes of the rungs, or of all else that nobody uses. */
static size_t
kept(const struct kc_past *p, bool rungs)
{
	size_t sum = 0;

	for (const struct kc_past_state *h = p->held; h != NULL; h = h->next)
		if (h->rung == rungs && (rungs || h->users == 0))
			sum += h->bytes;
	return sum;
}

/* Three quarters are the rungs', for they bound every replay. */
static size_t
room(const struct kc_past *p, bool rungs)
{
	return rungs ? p->max / 4 * 3 : p->max / 4;
}

/* The one that nobody has asked for the longest. */
static struct kc_past_state **
oldest(struct kc_past *p)
{
	struct kc_past_state **found = NULL;

	for (struct kc_past_state **at = &p->held; *at != NULL;
	     at = &(*at)->next)
		if (!(*at)->rung && (*at)->users == 0 &&
		    (found == NULL || (*at)->used < (*found)->used))
			found = at;
	return found;
}

/* Rungs without room stand further apart, at twice the step: the bound of a
 * replay grows, and what a peer asks for cannot take it. */
static void
trim(struct kc_past *p)
{
	struct kc_past_state **at;
	while (kept(p, true) > room(p, true)) {
		p->step *= 2;
		for (struct kc_past_state *h = p->held; h != NULL; h = h->next)
			if (h->rung && h->size % p->step != 0) {
				h->rung = false;
				h->used = 0;
			}
	}
	while (kept(p, false) > room(p, false) && (at = oldest(p)) != NULL) {
		p->freed += (*at)->bytes;
		drop(at);
	}
	if (p->freed < KC_PAST_TRIM)
		return;
	p->freed = 0;
	(void)malloc_trim(0);
}

static struct kc_past_state *
find(const struct kc_past *p, uint64_t size)
{
	struct kc_past_state *h = p->held;

	while (h != NULL && (h->size != size || h->err != KC_OK))
		h = h->next;
	return h;
}

/* The last one up to there that is made; it is used from now on. */
static struct kc_past_state *
use_nearest(struct kc_past *p, uint64_t upto)
{
	struct kc_past_state *found = NULL;

	for (struct kc_past_state *h = p->held; h != NULL; h = h->next)
		if (h->own != NULL && h->size <= upto &&
		    (found == NULL || h->size > found->size))
			found = h;
	if (found != NULL)
		found->users++;
	return found;
}

static struct kc_past_state *
add(struct kc_past *p, uint64_t size)
{
	struct kc_past_state *h = kc_alloc(sizeof(*h));

	if (h == NULL)
		return NULL;
	h->size = size;
	h->users = 1;
	h->used = ++p->now;
	h->next = p->held;
	p->held = h;
	return h;
}

/* It is made, or cannot be (st NULL): then nobody finds it any more. */
static void
settle(struct kc_past *p, struct kc_past_state *h, struct kc_state *st,
    enum kc_err err)
{
	h->own = st;
	h->st = st;
	h->err = err;
	if (st != NULL) {
		h->bytes = kc_state_bytes(st);
		h->rung = h->size > 0 && h->size % p->step == 0;
		p->made_n++;
	}
	(void)pthread_cond_broadcast(&p->made);
}

static void
give(struct kc_past *p, struct kc_past_state *h)
{
	struct kc_past_state **at = &p->held;

	h->users--;
	if (h->err != KC_OK && h->users == 0) {
		while (*at != h)
			at = &(*at)->next;
		drop(at);
	}
	trim(p);
}

/* --- making one --- */
/* As a rung; without one the next replay is longer. */
void
kc_past_leave(struct kc_past *p, const struct kc_state *st)
{
	struct kc_past_state *h = NULL;
	struct kc_state *own;

	pthread_mutex_lock(&p->lock);
	if (find(p, kc_state_size(st)) == NULL)
		h = add(p, kc_state_size(st));
	pthread_mutex_unlock(&p->lock);
	if (h == NULL)
		return;
	(void)kc_state_copy(st, &own);
	pthread_mutex_lock(&p->lock);
	settle(p, h, own, own == NULL ? KC_ENOMEM : KC_OK);
	give(p, h);
	pthread_mutex_unlock(&p->lock);
}

/* From a step on, the one at which the rungs of so many entries have room. */
static uint64_t
step_for(uint64_t step, uint64_t size, size_t bytes)
{
	for (uint64_t n;; step *= 2) {
		n = size / step;
		if (n * (n + 1) / 2 * step <= bytes / KC_PAST_EACH)
			return step;
	}
}

uint64_t
kc_past_start(struct kc_past *p, uint64_t size)
{
	uint64_t every;

	pthread_mutex_lock(&p->lock);
	p->step = step_for(p->step, size, room(p, true));
	every = step_for(p->step, size, p->max / 2);
	pthread_mutex_unlock(&p->lock);
	return every;
}

/* The next multiple of the step. */
static uint64_t
next_rung(struct kc_past *p, uint64_t size)
{
	uint64_t step;

	pthread_mutex_lock(&p->lock);
	step = p->step;
	pthread_mutex_unlock(&p->lock);
	return (size / step + 1) * step;
}

static enum kc_err
make(struct kc_past *p, const struct kc_past_state *from, uint64_t upto,
    struct kc_state **out)
{
	struct kc_state *st;
	uint64_t size = 0, end;
	enum kc_err err =
	    from != NULL ? kc_state_copy(from->st, &st) : kc_state_new(&st);

	*out = NULL;
	if (err == KC_OK)
		size = kc_state_size(st);
	while (err == KC_OK && size < upto) {
		end = next_rung(p, size);
		err = kc_check_replay_on(
		    p->store, st, end < upto ? end : upto, p->stop, NULL);
		pthread_mutex_lock(&p->lock);
		p->replayed += kc_state_size(st) - size;
		pthread_mutex_unlock(&p->lock);
		size = kc_state_size(st);
		if (err == KC_OK && size < upto)
			kc_past_leave(p, st);
	}
	if (err == KC_OK)
		*out = st;
	else
		kc_state_free(st);
	return err;
}

enum kc_err
kc_past_take(struct kc_past *p, uint64_t upto, struct kc_past_state **out)
{
	struct kc_past_state *h, *from;
	struct kc_state *st;
	enum kc_err err;

	*out = NULL;
	if (atomic_load(p->stop))
		return KC_EUNAVAILABLE;
	pthread_mutex_lock(&p->lock);
	h = find(p, upto);
	if (h != NULL) {
		h->users++;
		h->used = ++p->now;
		while (h->own == NULL && h->err == KC_OK)
			pthread_cond_wait(&p->made, &p->lock);
		goto out;
	}
	from = use_nearest(p, upto);
	h = add(p, upto);
	pthread_mutex_unlock(&p->lock);
	err = h != NULL ? make(p, from, upto, &st) : KC_ENOMEM;
	pthread_mutex_lock(&p->lock);
	if (h != NULL)
		settle(p, h, st, err);
	if (from != NULL)
		give(p, from);
out:
	err = h == NULL ? KC_ENOMEM : h->err;
	if (h != NULL && err != KC_OK)
		give(p, h);
	pthread_mutex_unlock(&p->lock);
	if (err == KC_OK)
		*out = h;
	return err;
}

void
kc_past_give(struct kc_past *p, struct kc_past_state *h)
{
	pthread_mutex_lock(&p->lock);
	give(p, h);
	pthread_mutex_unlock(&p->lock);
}

enum kc_err
kc_past_own(struct kc_past *p, uint64_t upto, struct kc_state **out)
{
	struct kc_past_state *from;
	enum kc_err err;

	pthread_mutex_lock(&p->lock);
	from = use_nearest(p, upto);
	pthread_mutex_unlock(&p->lock);
	err = make(p, from, upto, out);
	if (from != NULL)
		kc_past_give(p, from);
	return err;
}

void
kc_past_counts(struct kc_past *p, struct kc_past_counts *out)
{
	pthread_mutex_lock(&p->lock);
	*out = (struct kc_past_counts){0, p->step, p->replayed};
	for (const struct kc_past_state *h = p->held; h != NULL; h = h->next)
		out->bytes += h->bytes;
	pthread_mutex_unlock(&p->lock);
}
