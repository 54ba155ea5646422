/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ordered set of keys of 128 bits: adding, dropping and seeking cost
 * O(log n). The shape follows from the keys alone.
 */
#ifndef KC_ORDER_H
#define KC_ORDER_H

#include "containers.h"

struct kc_order_key {
	uint64_t hi, lo;
};
struct kc_order_node {
	struct kc_order_key key;
	uint32_t prio, child[2];
};
struct kc_order {                              /* zero-initialised: empty */
	KC_VEC_OF(struct kc_order_node) nodes; /* the first is nobody */
	uint32_t root, spare;
	uint64_t steps; /* nodes looked at by adding and dropping */
};
/* The key is not in the set (assertion); false when out of memory. */
bool kc_order_add(struct kc_order *o, struct kc_order_key key);
/* The key is in the set (assertion). */
void kc_order_drop(struct kc_order *o, struct kc_order_key key);
/* The first that is not before the key; false: there is none. Adds the nodes
 * that were looked at to *steps. */
bool kc_order_from(const struct kc_order *o, struct kc_order_key key,
    struct kc_order_key *out, uint64_t *steps);
void kc_order_free(struct kc_order *o);

#endif
