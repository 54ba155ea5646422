/* SPDX-License-Identifier: Apache-2.0 */
#include "copykit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/noun.h"

struct piece {
	uintptr_t at;
	size_t n;
};
KC_VEC(pieces, struct piece);

/* The engine's walk, and where it writes down what it sees. */
struct seen {
	struct kc_hold h; /* first: h is the whole */
	struct pieces to;
};

static int
by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void
add(struct pieces *to, const void *p, size_t n)
{
	struct piece x = {(uintptr_t)p, n};

	assert_true(n == 0 || kc_vec_push(to, x));
}

static void
see(struct kc_hold *h, const void *p, size_t n)
{
	add(&((struct seen *)(void *)h)->to, p, n);
}

static void
add_arena(struct pieces *to, const struct kc_state *st)
{
	struct kc_arena_moves moves;
	struct kc_arena unused;

	assert_true(kc_arena_copy(&unused, &st->arena, &moves));
	for (size_t i = 0; i < moves.n; i++)
		add(to, moves.v[i].from, moves.v[i].n);
	kc_arena_moves_free(&moves);
	kc_arena_free(&unused);
}

/* Every piece of memory that a state has, in order. */
static struct pieces
pieces_of(const struct kc_state *st)
{
	struct seen s = {.h = {.what = KC_HOLD_SEE, .see = see}};
	struct kc_state view = *st;

	kc_state_holds(&view, &s.h);
	add_arena(&s.to, st);
	if (s.to.n > 0)
		qsort(s.to.v, s.to.n, sizeof(*s.to.v), by_place);
	return s.to;
}

static bool
is_in(const struct pieces *p, uintptr_t at)
{
	uint32_t lo = 0, hi = p->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (p->v[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && at - p->v[lo - 1].at < p->v[lo - 1].n;
}

/* An address in the other state, or of this program's heap that is nobody's: of
 * what a noun has forgotten to say. */
static bool
is_foreign(const struct pieces *own, const struct pieces *from, uintptr_t word)
{
	return is_in(from, word) ||
	    (word >= from->v[0].at && word < (uintptr_t)sbrk(0) &&
		!is_in(own, word));
}

/* Of vectors only that they are its own: what lies between the members of a
 * row may be anything. Objects of the arena begin as zeros. */
static void
stands_alone(const struct kc_state *st, const struct kc_state *from)
{
	struct pieces own = pieces_of(st), others = pieces_of(from);
	struct pieces objects = {0};
	uintptr_t word;

	add_arena(&objects, st);
	for (uint32_t i = 0; i < own.n; i++)
		assert_false(is_in(&others, own.v[i].at));
	for (uint32_t i = 0; i < objects.n; i++)
		for (size_t k = 0; k + sizeof(word) <= objects.v[i].n;
		     k += sizeof(word)) {
			memcpy(&word, (const char *)objects.v[i].at + k,
			    sizeof(word));
			if (is_foreign(&own, &others, word))
				fail_msg("an object has what is not its own");
		}
	kc_vec_free(&objects);
	kc_vec_free(&own);
	kc_vec_free(&others);
}

struct kc_state *
copy_of(const struct kc_state *from)
{
	struct kc_hash was, is;
	struct kc_state *st;

	assert_int_equal(kc_state_copy(from, &st), KC_OK);
	stands_alone(st, from);
	assert_int_equal(kc_state_digest(from, &was), KC_OK);
	assert_int_equal(kc_state_digest(st, &is), KC_OK);
	assert_memory_equal(&was, &is, sizeof(is));
	return st;
}
