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
	bool last; /* KC_HOLD_FREE: members too; what they lead to is freed */
};

/* A member of the state, before what its elements hold: pointers to objects of
 * the arena, or rows. */
#define kc_hold_objects(h, vec)                                                \
	(kc_hold_rows(h, vec), kc_hold_pointers(h, (vec)->v, (vec)->n))
#define kc_hold_rows(h, vec)                                                   \
	((h)->what == KC_HOLD_FREE && !(h)->last ? (void)0                     \
						 : kc_hold_vec(h, vec))
void kc_hold_pointers(struct kc_hold *h, void *v, uint32_t n);
/* A vector that an object has; before what its elements hold. */
#define kc_hold_vec(h, vec)                                                    \
	kc_hold_array(h, &(vec)->v, &(vec)->n, &(vec)->cap, sizeof(*(vec)->v))
void kc_hold_array(
    struct kc_hold *h, void *v, uint32_t *n, uint32_t *cap, size_t each);
/* A text of the arena, or any pointer to what never changes. */
void kc_hold_text(struct kc_hold *h, const char **text);
/* Plain data of n bytes on the heap; p is the address of the pointer to it. */
void kc_hold_heap(struct kc_hold *h, void *p, size_t n);

/* Goes through everything that a state holds, apart from its arena. */
void kc_state_holds(struct kc_state *st, struct kc_hold *h);

#endif
