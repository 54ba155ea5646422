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
/* Grows storage for one more element; false when out of memory. */
bool kc_vec_room(void **v, uint32_t n, uint32_t *cap, size_t each);
/* Appends item (an lvalue of the element type): evaluates to bool. */
#define kc_vec_push(vec, item)                                                 \
	(kc_vec_room(                                                          \
	     (void **)&(vec)->v, (vec)->n, &(vec)->cap, sizeof(*(vec)->v)) &&  \
	    ((vec)->v[(vec)->n++] = (item), true))
#define kc_vec_free(vec) (kc_free((vec)->v), (vec)->v = NULL, (vec)->n = 0)

struct kc_index_slot {
	uint64_t hash;    /* 0: empty */
	const char *code; /* borrowed: lives as long as the index */
	uint32_t ns, value;
};
struct kc_index {
	struct kc_index_slot *slots;
	uint32_t n, cap; /* cap is a power of two */
};
/* UINT32_MAX if absent. */
uint32_t kc_index_find(const struct kc_index *x, uint32_t ns, struct kc_slice);
/* False when out of memory. The code must not be present (assertion). */
bool
kc_index_add(struct kc_index *x, uint32_t ns, const char *code, uint32_t value);
void kc_index_free(struct kc_index *x);

#endif
