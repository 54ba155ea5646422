/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers of the state: an arena that is freed whole, vectors, and a hash
 * index from (namespace, code) to a number. Byte counts are exact.
 */
#ifndef KC_CONTAINERS_H
#define KC_CONTAINERS_H

#include <kaocheng/bytes.h>

struct kc_arena_block;
struct kc_arena {
	struct kc_arena_block *head;
	size_t bytes; /* allocated from the system */
};
/* Zeroed, 8-aligned; NULL when out of memory. */
void *kc_arena_alloc(struct kc_arena *a, size_t n);
/* NUL-terminated copy. */
const char *kc_arena_text(struct kc_arena *a, struct kc_slice s);
void kc_arena_free(struct kc_arena *a);
/* Where each block of an arena has gone in a copy. */
struct kc_arena_move {
	const char *from;
	char *to;
	size_t n;
};
struct kc_arena_moves {
	struct kc_arena_move *v; /* in order of their old places */
	size_t n, last;
};
/* A copy of everything; false when out of memory, with nothing kept. */
bool kc_arena_copy(struct kc_arena *to, const struct kc_arena *from,
    struct kc_arena_moves *moves);
/* Where what was at p is now; p itself if that is not in the arena. */
const void *kc_arena_moved(struct kc_arena_moves *moves, const void *p);
void kc_arena_moves_free(struct kc_arena_moves *moves);

#define KC_VEC_OF(type)                                                        \
	struct {                                                               \
		type *v;                                                       \
		uint32_t n, cap;                                               \
	}
#define KC_VEC(name, type)                                                     \
	struct name {                                                          \
		type *v;                                                       \
		uint32_t n, cap;                                               \
	}
/* Grows storage for one more element; false when out of memory. v is the
 * address of the vector's pointer, of whatever type. */
bool kc_vec_room(void *v, uint32_t n, uint32_t *cap, size_t each);
/* Appends item (an lvalue of the element type): evaluates to bool. */
#define kc_vec_push(vec, item)                                                 \
	(kc_vec_room(&(vec)->v, (vec)->n, &(vec)->cap, sizeof(*(vec)->v)) &&   \
	    ((vec)->v[(vec)->n++] = (item), true))
#define kc_vec_free(vec)                                                       \
	(kc_free((vec)->v), (vec)->v = NULL, (vec)->n = 0, (vec)->cap = 0)
KC_VEC(kc_u32s, uint32_t);
/* Takes v out of one and into the other, both in ascending order; false when
 * out of memory. */
bool kc_u32s_move(struct kc_u32s *from, struct kc_u32s *to, uint32_t v);
/* Bytes that a vector keeps. */
#define kc_vec_bytes(vec) ((size_t)(vec)->cap * sizeof(*(vec)->v))

/* A name space is a number below 2^56: see enum kc_namespace. */
struct kc_index_slot {
	const char *code; /* borrowed: lives as long as the index; NULL: free */
	uint64_t tag;     /* name space and length of the code */
	uint32_t hash, value;
};
struct kc_index {
	struct kc_index_slot *slots;
	uint32_t n, cap; /* cap is a power of two */
};
/* UINT32_MAX if absent. */
uint32_t kc_index_find(const struct kc_index *x, uint64_t ns, struct kc_slice);
/* False when out of memory. The code (at most 255 bytes, borrowed) must not
 * be present (assertion). */
bool
kc_index_add(struct kc_index *x, uint64_t ns, const char *code, uint32_t value);
/* Gives a code that is present another value; false if it is not. */
bool kc_index_set(
    struct kc_index *x, uint64_t ns, struct kc_slice code, uint32_t value);
bool kc_index_add_slice(
    struct kc_index *x, uint64_t ns, struct kc_slice code, uint32_t value);
/* Calls fn for every code of a name space, in no order. */
void kc_index_each(const struct kc_index *x, uint64_t ns,
    void (*fn)(void *ctx, struct kc_slice code), void *ctx);
void kc_index_free(struct kc_index *x);

#endif
