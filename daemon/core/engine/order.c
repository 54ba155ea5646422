/* SPDX-License-Identifier: Apache-2.0 */
/* A treap: ordered by its keys, and a heap by a mixture of their bits. */
#include "order.h"

#include <assert.h>

#define NOBODY 0

static bool
is_before(struct kc_order_key a, struct kc_order_key b)
{
	return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

static uint32_t
prio_of(struct kc_order_key k)
{
	uint64_t h = (k.hi ^ k.hi >> 31) * UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ k.lo ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 32) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(h >> 32);
}

/* A node for the key, or NOBODY when out of memory. */
static uint32_t
take_node(struct kc_order *o, struct kc_order_key key)
{
	struct kc_order_node node = {.key = key, .prio = prio_of(key)};
	uint32_t i = o->spare;

	if (i != NOBODY) {
		o->spare = o->nodes.v[i].child[0];
		o->nodes.v[i] = node;
		return i;
	}
	if (o->nodes.n == 0 &&
	    !kc_vec_push(&o->nodes, (struct kc_order_node){.prio = 0}))
		return NOBODY;
	return kc_vec_push(&o->nodes, node) ? o->nodes.n - 1 : NOBODY;
}

bool
kc_order_add(struct kc_order *o, struct kc_order_key key)
{
	uint32_t new = take_node(o, key), t, *at = &o->root, *less, *more;
	struct kc_order_node *v = o->nodes.v;

	if (new == NOBODY)
		return false;
	while (*at != NOBODY && v[*at].prio >= v[new].prio) {
		assert(
		    is_before(v[*at].key, key) || is_before(key, v[*at].key));
		at = &v[*at].child[is_before(v[*at].key, key)];
		o->steps++;
	}
	t = *at;
	*at = new;
	less = &v[new].child[0];
	more = &v[new].child[1];
	while (t != NOBODY) {
		if (is_before(v[t].key, key)) {
			*less = t;
			less = &v[t].child[1];
			t = *less;
		} else {
			*more = t;
			more = &v[t].child[0];
			t = *more;
		}
		o->steps++;
	}
	*less = *more = NOBODY;
	return true;
}

void
kc_order_drop(struct kc_order *o, struct kc_order_key key)
{
	struct kc_order_node *v = o->nodes.v;
	uint32_t *at = &o->root, gone, a, b;

	while (*at != NOBODY &&
	    (v[*at].key.hi != key.hi || v[*at].key.lo != key.lo)) {
		at = &v[*at].child[is_before(v[*at].key, key)];
		o->steps++;
	}
	gone = *at;
	assert(gone != NOBODY);
	a = v[gone].child[0];
	b = v[gone].child[1];
	while (a != NOBODY && b != NOBODY) {
		if (v[a].prio >= v[b].prio) {
			*at = a;
			at = &v[a].child[1];
			a = *at;
		} else {
			*at = b;
			at = &v[b].child[0];
			b = *at;
		}
		o->steps++;
	}
	*at = a != NOBODY ? a : b;
	v[gone].child[0] = o->spare;
	o->spare = gone;
}

bool
kc_order_from(const struct kc_order *o, struct kc_order_key key,
    struct kc_order_key *out, uint64_t *steps)
{
	const struct kc_order_node *v = o->nodes.v;
	bool found = false;

	for (uint32_t t = o->root; t != NOBODY; (*steps)++) {
		bool before = is_before(v[t].key, key);

		if (!before) {
			*out = v[t].key;
			found = true;
		}
		t = v[t].child[before];
	}
	return found;
}

void
kc_order_free(struct kc_order *o)
{
	kc_vec_free(&o->nodes);
	*o = (struct kc_order){0};
}
