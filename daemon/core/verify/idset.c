/* SPDX-License-Identifier: Apache-2.0 */
/* A set of ids, each of an author (kc_id_key). */
#include "verify_int.h"

#include <string.h>

/* Authors choose their ids: the seed keeps them from choosing collisions. */
static uint64_t
hash_id(const struct kc_idset *s, const uint64_t id[2])
{
	uint64_t h = (id[0] ^ s->seed[0]) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 32;
	h = (h ^ id[1] ^ s->seed[1]) * UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 29;
}

/* The slot of an id, or the empty one where it belongs. */
static uint64_t *
find_slot(const struct kc_idset *s, const uint64_t id[2])
{
	uint64_t at = hash_id(s, id) & (s->cap - 1);

	for (;; at = (at + 1) & (s->cap - 1)) {
		uint64_t *slot = s->slots[at];

		if ((slot[0] == id[0] && slot[1] == id[1]) ||
		    (slot[0] == 0 && slot[1] == 0))
			return slot;
	}
}

static enum kc_err
grow(struct kc_idset *s)
{
	struct kc_idset bigger = *s;

	bigger.cap = s->cap == 0 ? 1024 : s->cap * 2;
	bigger.slots = kc_alloc((size_t)bigger.cap * sizeof(s->slots[0]));
	if (bigger.slots == NULL)
		return KC_ENOMEM;
	for (uint64_t i = 0; i < s->cap; i++)
		if (s->slots[i][0] != 0 || s->slots[i][1] != 0)
			memcpy(find_slot(&bigger, s->slots[i]), s->slots[i],
			    sizeof(s->slots[i]));
	kc_free(s->slots);
	*s = bigger;
	return KC_OK;
}

enum kc_err
kc_idset_add(struct kc_idset *s, const uint8_t id[KC_ID_KEY_SIZE])
{
	uint64_t key[2] = {kc_be64(id), kc_be64(id + 8)};
	uint64_t *slot;

	if (key[0] == 0 && key[1] == 0) {
		if (s->zero)
			return KC_ECORRUPT;
		s->zero = true;
		return KC_OK;
	}
	if (s->n * 4 >= s->cap * 3 && grow(s) != KC_OK)
		return KC_ENOMEM;
	slot = find_slot(s, key);
	if (slot[0] != 0 || slot[1] != 0)
		return KC_ECORRUPT;
	memcpy(slot, key, sizeof(key));
	s->n++;
	return KC_OK;
}

void
kc_idset_free(struct kc_idset *s)
{
	kc_free(s->slots);
	s->slots = NULL;
}
