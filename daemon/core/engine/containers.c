/* SPDX-License-Identifier: Apache-2.0 */
/* Arena, vectors and the index of codes: what the state is kept in. */
#include "containers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- arena --- */
#define BLOCK_SIZE                                                             \
	((size_t)64 * 1024) /* amortises malloc over ~300 objects              \
			     */

struct kc_arena_block {
	struct kc_arena_block *next;
	size_t used, size; /* of what follows the header */
	uint64_t data[];
};

void *
kc_arena_alloc(struct kc_arena *a, size_t n)
{
	struct kc_arena_block *b = a->head;
	size_t want = (n + 7) & ~(size_t)7, size = BLOCK_SIZE;
	void *p;

	assert(n <= SIZE_MAX / 2);
	if (b == NULL || b->size - b->used < want) {
		if (want > size)
			size = want;
		b = kc_alloc(sizeof(*b) + size);
		if (b == NULL)
			return NULL;
		b->size = size;
		b->next = a->head;
		a->head = b;
		a->bytes += sizeof(*b) + size;
	}
	p = (char *)b->data + b->used;
	b->used += want;
	return p;
}

const char *
kc_arena_text(struct kc_arena *a, struct kc_slice s)
{
	char *p;

	if (s.n == 0)
		return "";
	p = kc_arena_alloc(a, s.n + 1);
	if (p != NULL)
		memcpy(p, s.p, s.n);
	return p;
}

void
kc_arena_free(struct kc_arena *a)
{
	while (a->head != NULL) {
		struct kc_arena_block *b = a->head;

		a->head = b->next;
		kc_free(b);
	}
	a->bytes = 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct kc_arena_move *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

bool
kc_arena_copy(struct kc_arena *to, const struct kc_arena *from,
    struct kc_arena_moves *moves)
{
	struct kc_arena_block **end = &to->head;
	size_t n = 0;

	*to = (struct kc_arena){0};
	*moves = (struct kc_arena_moves){0};
	for (const struct kc_arena_block *b = from->head; b != NULL;
	     b = b->next)
		n++;
	moves->v = kc_alloc(n * sizeof(*moves->v));
	if (moves->v == NULL)
		return false;
	for (const struct kc_arena_block *b = from->head; b != NULL;
	     b = b->next) {
		struct kc_arena_block *own =
		    kc_realloc(NULL, sizeof(*b) + b->size);

		if (own == NULL) {
			kc_arena_free(to);
			kc_arena_moves_free(moves);
			return false;
		}
		memcpy(own, b, sizeof(*b) + b->used);
		memset((char *)own->data + b->used, 0, b->size - b->used);
		own->next = NULL;
		*end = own;
		end = &own->next;
		to->bytes += sizeof(*b) + b->size;
		moves->v[moves->n++] = (struct kc_arena_move){
		    (const char *)b->data, (char *)own->data, b->used};
	}
	qsort(moves->v, moves->n, sizeof(*moves->v), by_place);
	return true;
}

const void *
kc_arena_moved(struct kc_arena_moves *moves, const void *p)
{
	const struct kc_arena_move *v = moves->v;
	uintptr_t at = (uintptr_t)p;
	size_t lo = 0, hi = moves->n;

	/* Neighbours mostly move together. */
	if (hi > 0 && at - (uintptr_t)v[moves->last].from < v[moves->last].n)
		return v[moves->last].to +
		    (at - (uintptr_t)v[moves->last].from);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((uintptr_t)v[mid].from <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || at - (uintptr_t)v[lo - 1].from >= v[lo - 1].n)
		return p;
	moves->last = lo - 1;
	return v[lo - 1].to + (at - (uintptr_t)v[lo - 1].from);
}

void
kc_arena_moves_free(struct kc_arena_moves *moves)
{
	kc_free(moves->v);
	*moves = (struct kc_arena_moves){0};
}

/* --- vectors --- */
bool
kc_vec_room(void *v, uint32_t n, uint32_t *cap, size_t each)
{
	uint32_t want = *cap < 4 ? 4 : *cap + *cap / 2;
	void *p;

	if (n < *cap)
		return true;
	assert(n == *cap);
	if (want <= *cap || want > SIZE_MAX / each)
		return false;
	/* v addresses a pointer of some other type: go through its bytes. */
	memcpy(&p, v, sizeof(p));
	p = kc_realloc(p, (size_t)want * each);
	if (p == NULL)
		return false;
	memcpy(v, &p, sizeof(p));
	*cap = want;
	return true;
}

bool
kc_u32s_move(struct kc_u32s *from, struct kc_u32s *to, uint32_t v)
{
	uint32_t n = 0, i;

	if (!kc_vec_room(&to->v, to->n, &to->cap, sizeof(*to->v)))
		return false;
	for (i = 0; i < from->n; i++)
		if (from->v[i] != v)
			from->v[n++] = from->v[i];
	from->n = n;
	for (i = to->n; i > 0 && to->v[i - 1] > v; i--)
		;
	if (i > 0 && to->v[i - 1] == v)
		return true;
	for (n = to->n++; n > i; n--)
		to->v[n] = to->v[n - 1];
	to->v[i] = v;
	return true;
}

/* --- index --- */
#define INDEX_FIRST 256
#define MIX UINT64_C(0x9e3779b97f4a7c15) /* odd, bits well spread */

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * MIX;
	return h ^ h >> 29;
}

static uint64_t
load(const char *p, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, p, n);
	return word;
}

/* Short of a word: two reads that overlap cost less than a copy of odd
 * length. */
static uint64_t
load_short(const char *p, size_t n)
{
	if (n >= 4)
		return load(p, 4) << 32 | load(p + n - 4, 4);
	return load(p, 1) << 16 | load(p + n / 2, 1) << 8 | load(p + n - 1, 1);
}

/* Only ever compared within a run: byte order may differ. s is not empty. */
static uint32_t
hash_code(uint64_t tag, struct kc_slice s)
{
	uint64_t h = mix(MIX, tag);

	if (s.n < 8) {
		h = mix(h, load_short(s.p, s.n));
	} else {
		for (size_t i = 0; i + 8 < s.n; i += 8)
			h = mix(h, load(s.p + i, 8));
		h = mix(h, load(s.p + s.n - 8, 8));
	}
	return (uint32_t)(h * MIX >> 32);
}

static uint64_t
tag_of(uint64_t ns, struct kc_slice s)
{
	assert(ns >> 56 == 0);
	return ns << 8 | (uint8_t)s.n;
}

/* The slot that holds the code, or the free one where it belongs. */
static struct kc_index_slot *
seek(const struct kc_index *x, uint32_t hash, uint64_t tag, struct kc_slice s)
{
	uint32_t mask = x->cap - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		struct kc_index_slot *slot = &x->slots[i];

		if (slot->code == NULL ||
		    (slot->hash == hash && slot->tag == tag &&
			kc_same(slot->code, s.p, s.n)))
			return slot;
	}
}

uint32_t
kc_index_find(const struct kc_index *x, uint64_t ns, struct kc_slice s)
{
	const struct kc_index_slot *slot;
	uint64_t tag = tag_of(ns, s);

	if (x->cap == 0 || s.n == 0 || s.n > UINT8_MAX)
		return UINT32_MAX;
	slot = seek(x, hash_code(tag, s), tag, s);
	return slot->code == NULL ? UINT32_MAX : slot->value;
}

bool
kc_index_set(struct kc_index *x, uint64_t ns, struct kc_slice s, uint32_t value)
{
	struct kc_index_slot *slot;
	uint64_t tag = tag_of(ns, s);

	if (x->cap == 0)
		return false;
	slot = seek(x, hash_code(tag, s), tag, s);
	if (slot->code == NULL)
		return false;
	slot->value = value;
	return true;
}

static bool
grow(struct kc_index *x)
{
	struct kc_index next = {0};

	next.cap = x->cap == 0 ? INDEX_FIRST : x->cap * 2;
	if (next.cap < x->cap)
		return false;
	next.slots = kc_alloc((size_t)next.cap * sizeof(*next.slots));
	if (next.slots == NULL)
		return false;
	for (uint32_t i = 0; i < x->cap; i++) {
		const struct kc_index_slot *old = &x->slots[i];
		uint32_t at = old->hash & (next.cap - 1);

		if (old->code == NULL)
			continue;
		while (next.slots[at].code != NULL)
			at = (at + 1) & (next.cap - 1);
		next.slots[at] = *old;
	}
	next.n = x->n;
	kc_free(x->slots);
	*x = next;
	return true;
}

bool
kc_index_add_slice(
    struct kc_index *x, uint64_t ns, struct kc_slice s, uint32_t value)
{
	uint64_t tag = tag_of(ns, s);
	struct kc_index_slot *slot;
	uint32_t hash;

	assert(s.n > 0 && s.n <= UINT8_MAX && value != UINT32_MAX);
	hash = hash_code(tag, s);
	if (x->n >= x->cap / 4 * 3 && !grow(x))
		return false;
	slot = seek(x, hash, tag, s);
	assert(slot->code == NULL);
	*slot = (struct kc_index_slot){s.p, tag, hash, value};
	x->n++;
	return true;
}

bool
kc_index_add(struct kc_index *x, uint64_t ns, const char *code, uint32_t value)
{
	return kc_index_add_slice(x, ns, kc_slice_str(code), value);
}

void
kc_index_each(const struct kc_index *x, uint64_t ns,
    void (*fn)(void *ctx, struct kc_slice code), void *ctx)
{
	for (uint32_t i = 0; i < x->cap; i++) {
		const struct kc_index_slot *slot = &x->slots[i];

		if (slot->code != NULL && slot->tag >> 8 == ns)
			fn(ctx,
			    (struct kc_slice){slot->code, slot->tag & 0xff});
	}
}

void
kc_index_free(struct kc_index *x)
{
	kc_free(x->slots);
	*x = (struct kc_index){0};
}
