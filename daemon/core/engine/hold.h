/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the objects of a state hold beside themselves. A noun goes through it
 * in one function; what is done with each thing is the engine's: it is freed,
 * it is looked at, or, in a copy of the state, made the copy's own. So what is
 * forgotten there is forgotten everywhere.
 */
#ifndef KC_HOLD_H
#define KC_HOLD_H

#include "containers.h"

struct kc_state;
struct kc_hold {
	enum {
		KC_HOLD_FREE,
		KC_HOLD_SEE,
		KC_HOLD_OWN
	} what;
	/* KC_HOLD_SEE: called with each thing that was allocated. */
	void (*see)(struct kc_hold *h, const void *p, size_t n);
	size_t bytes;                 /* for see */
	struct kc_arena_moves *moves; /* KC_HOLD_OWN */
	bool failed;                  /* likewise: out of memory */
	unsigned depth;               /* KC_HOLD_FREE: what is freed now */
};

/* A member of the state, before what its elements hold: pointers to objects of
 * the arena, or rows. */
#define kc_hold_objects(h, vec)                                                \
	(kc_hold_rows(h, vec), kc_hold_pointers(h, (vec)->v, (vec)->n))
#define kc_hold_rows(h, vec) KC_HOLD_ARRAY(h, 0, vec)
void kc_hold_pointers(struct kc_hold *h, void *v, uint32_t n);
/* A vector that an object or a row has, and one that an element of that has;
 * each before what its elements hold. They are freed the deepest first. */
#define kc_hold_vec(h, vec) KC_HOLD_ARRAY(h, 1, vec)
#define kc_hold_deep(h, vec) KC_HOLD_ARRAY(h, 2, vec)
#define KC_HOLD_DEEPEST 2
#define KC_HOLD_ARRAY(h, depth, vec)                                           \
	kc_hold_array(                                                         \
	    h, depth, &(vec)->v, &(vec)->n, &(vec)->cap, sizeof(*(vec)->v))
void kc_hold_array(struct kc_hold *h, unsigned depth, void *v, uint32_t *n,
    uint32_t *cap, size_t each);
/* A text of the arena, or any pointer to what never changes. */
void kc_hold_text(struct kc_hold *h, const char **text);
/* Plain data of n bytes on the heap that a row has; p is the address of the
 * pointer to it. */
void kc_hold_heap(struct kc_hold *h, void *p, size_t n);

/* Goes through everything that a state holds, apart from its arena. */
void kc_state_holds(struct kc_state *st, struct kc_hold *h);

#endif
