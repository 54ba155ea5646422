/* SPDX-License-Identifier: Apache-2.0 */
/* What a state holds: its end, its size, and a copy of it. */
#include <string.h>

#include "noun.h"

/* --- one thing --- */
/* What a pointer of some type, at p, points to; and the other way round. */
static void *
load(const void *p)
{
	void *at;

	memcpy(&at, p, sizeof(at));
	return at;
}

static void
store(void *p, const void *at)
{
	memcpy(p, &at, sizeof(at));
}

void
kc_hold_array(struct kc_hold *h, unsigned depth, void *v, uint32_t *n,
    uint32_t *cap, size_t each)
{
	void *own = NULL;

	switch (h->what) {
	case KC_HOLD_SEE:
		h->see(h, load(v), *cap * each);
		return;
	case KC_HOLD_FREE:
		if (depth != h->depth)
			return;
		kc_free(load(v));
		*n = 0;
		break;
	case KC_HOLD_OWN:
		if (*n > 0 && !h->failed)
			own = kc_realloc(NULL, *n * each);
		if (own != NULL) {
			memcpy(own, load(v), *n * each);
			break;
		}
		h->failed = h->failed || *n > 0;
		*n = 0;
		break;
	}
	*cap = *n;
	store(v, own);
}

static void
hold_pointer(struct kc_hold *h, void *p)
{
	if (h->what == KC_HOLD_OWN)
		store(p, kc_arena_moved(h->moves, load(p)));
}

void
kc_hold_pointers(struct kc_hold *h, void *v, uint32_t n)
{
	for (uint32_t i = 0; h->what == KC_HOLD_OWN && i < n; i++)
		hold_pointer(h, (char *)v + i * sizeof(void *));
}

void
kc_hold_text(struct kc_hold *h, const char **text)
{
	hold_pointer(h, text);
}

void
kc_hold_heap(struct kc_hold *h, void *p, size_t n)
{
	uint32_t one = load(p) != NULL, cap = one;

	kc_hold_array(h, 1, p, &one, &cap, n);
}

/* --- all of it --- */
static void
hold_nouns(struct kc_state *st, struct kc_hold *h)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		if (kc_nouns[i]->holds != NULL)
			kc_nouns[i]->holds(st, h);
}

static void
hold_codes(struct kc_index *x, struct kc_hold *h)
{
	uint32_t n = x->cap, cap = x->cap;

	kc_hold_array(h, 0, &x->slots, &n, &cap, sizeof(*x->slots));
	for (uint32_t i = 0; i < n; i++)
		hold_pointer(h, &x->slots[i].code);
	if (n == 0)
		x->n = 0;
	x->cap = n;
}

void
kc_state_holds(struct kc_state *st, struct kc_hold *h)
{
	hold_nouns(st, h);
	while (h->what == KC_HOLD_FREE && h->depth > 0) {
		h->depth--;
		hold_nouns(st, h);
	}
	kc_hold_rows(h, &st->due);
	kc_hold_rows(h, &st->days);
	hold_codes(&st->by_code, h);
}

void
kc_state_free(struct kc_state *st)
{
	struct kc_hold h = {.what = KC_HOLD_FREE, .depth = KC_HOLD_DEEPEST};

	if (st == NULL)
		return;
	kc_state_holds(st, &h);
	kc_open_free(&st->open);
	kc_calendar_free(st->calendar);
	kc_arena_free(&st->arena);
	kc_free(st);
}

static void
count(struct kc_hold *h, const void *p, size_t n)
{
	(void)p;
	h->bytes += n;
}

size_t
kc_state_bytes(const struct kc_state *st)
{
	struct kc_hold h = {.what = KC_HOLD_SEE, .see = count};
	struct kc_state view = *st; /* nothing in it is changed */

	kc_state_holds(&view, &h);
	return h.bytes + sizeof(*st) + st->arena.bytes +
	    kc_open_bytes(&st->open);
}

/* --- a copy --- */
enum kc_err
kc_state_copy(const struct kc_state *from, struct kc_state **out)
{
	struct kc_state *st = kc_realloc(NULL, sizeof(*st));
	struct kc_arena_moves moves;
	struct kc_hold h = {.what = KC_HOLD_OWN, .moves = &moves};

	*out = NULL;
	if (st == NULL)
		return KC_ENOMEM;
	*st = *from;
	if (!kc_arena_copy(&st->arena, &from->arena, &moves)) {
		kc_free(st);
		return KC_ENOMEM;
	}
	st->open = (struct kc_open){0};
	st->calendar = kc_calendar_copy(from->calendar);
	h.failed = st->calendar == NULL;
	kc_state_holds(st, &h);
	kc_arena_moves_free(&moves);
	if (h.failed) {
		kc_state_free(st);
		return KC_ENOMEM;
	}
	*out = st;
	return KC_OK;
}
