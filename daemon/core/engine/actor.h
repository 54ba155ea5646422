/* SPDX-License-Identifier: Apache-2.0 */
/* Actors: their keys, roles and delegations. */
#ifndef KC_ACTOR_H
#define KC_ACTOR_H

#include "state_int.h"

struct kc_actor_key {
	struct kc_vkey vkey;
	uint64_t from_seq, until_seq; /* in force in [from, until) */
	/* Who signed with it in [from, until) is disputed; 0, 0: nobody. */
	uint64_t doubt_from, doubt_until;
};
KC_VEC(kc_actor_keys, struct kc_actor_key);
struct kc_key_ref {
	uint32_t actor, key; /* state.actors[actor]->keys.v[key] */
};

/* A set of kinds by their numbers, as large as the table of this program. */
struct kc_kind_set {
	uint64_t bits[(KC_K_COUNT + 63) / 64];
};
static inline bool
kc_kind_set_has(const struct kc_kind_set *s, unsigned kind)
{
	return (s->bits[kind / 64] >> (kind % 64) & 1) != 0;
}
static inline void
kc_kind_set_add(struct kc_kind_set *s, unsigned kind)
{
	s->bits[kind / 64] |= UINT64_C(1) << (kind % 64);
}

struct kc_delegation {
	uint32_t to; /* actor index */
	struct kc_kind_set kinds;
	kc_day from, until;
	bool ended;
	uint32_t seq;
};
KC_VEC(kc_delegations, struct kc_delegation);

struct kc_actor {
	char id[KC_CODE_MAX + 1];
	uint32_t index;
	uint32_t unit; /* index in units, KC_NONE if of none */
	uint32_t roles;
	uint32_t role_seq[KC_ROLE_COUNT]; /* entry that gave each that it has */
	bool retired;
	struct kc_actor_keys keys;
	uint32_t key; /* index in keys of the one in force, or KC_NONE */
	struct kc_delegations given;
	struct kc_u32s acts_for; /* actors that ever delegated to it */
	uint32_t enrolled_seq;
	uint64_t seen_size; /* of the last entry that it signed alone */
	struct {            /* commitment to who it is */
		struct kc_hash hash;
		uint32_t seq; /* entry that made it; 0: none was made */
		bool erased;  /* the file that opened it is gone */
	} person;
};

#define KC_NS_ACTOR KC_NS(people, 0)

#endif
