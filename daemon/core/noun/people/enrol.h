/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and enrolment, shared by the opening of a ledger and its people. */
#ifndef KC_ENROL_H
#define KC_ENROL_H

#include "engine/authority.h"

#define KC_NS_KEYID KC_NS(people, 1) /* "name+hex8" of every vkey, once */
#define KC_NS_PUB KC_NS(people, 2)   /* its 32 bytes: nor by another name */
#define KC_ADMINS_MIN 2              /* two persons for every change of power */
/* Value in KC_NS_KEYID of a key that belongs to no actor: the log's. */
#define KC_KEY_OF_LOG (UINT32_MAX - 1)

/* Reads a KC_T_VKEY, which the codec holds to Ed25519 (assertion). */
void kc_read_key(
    const struct kc_at *at, unsigned field, unsigned item, struct kc_vkey *out);
/* KC_R_EXISTS if the key, or its public part by another name, is known. */
enum kc_err kc_want_unused_key(const struct kc_state *st,
    const struct kc_vkey *key, struct kc_refusal *why);
/* The new key's own signature over ledger and key: KC_R_POSSESSION. */
enum kc_err
kc_want_possession(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_vkey *key, struct kc_refusal *why);
/* Makes key ids unusable for anybody else. */
enum kc_err
kc_note_key(struct kc_state *st, const struct kc_vkey *key, uint32_t value);
/* A new actor without a key; NULL when out of memory. */
struct kc_actor *kc_add_actor(struct kc_state *st, struct kc_slice id,
    uint32_t unit, uint32_t roles, uint64_t seq);
/* Puts a key in force from an entry on, and the last one out of it. */
enum kc_err kc_add_key(struct kc_state *st, struct kc_actor *a,
    const struct kc_vkey *key, uint64_t from_seq);
/* Puts the key of an actor out of force; it has one. */
void kc_end_key(struct kc_state *st, struct kc_actor *a, uint64_t until_seq);
/* KC_R_LAST_ADMIN if the actor is one of the last two that can act. */
enum kc_err kc_want_admins_left(const struct kc_state *st,
    const struct kc_actor *leaving, struct kc_refusal *why);
/* Notes the commitment that a field of the entry makes to who the actor is. */
void
kc_commit_person(struct kc_actor *a, const struct kc_at *at, unsigned field);
/* The actor that a field names: KC_R_NOT_FOUND; KC_R_STATE if it is the clerk
 * or the kind of the entry may not happen to it now. */
enum kc_err kc_want_actor(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_actor **out, struct kc_refusal *why);
/* KC_R_ROLE_EXCLUSIVE if no single actor may hold all these roles: those that
 * it has (NULL: none) and more. Says which it has, and since when. */
enum kc_err kc_want_roles_fit(
    const struct kc_actor *has, uint32_t more, struct kc_refusal *why);
/* The same of one person behind two actors, by equal commitments: may who
 * (NULL: an actor to be) have these roles? Asked from epoch 2 on. */
enum kc_err
kc_want_one_person(const struct kc_state *st, const struct kc_actor *who,
    const struct kc_hash *person, uint32_t roles, struct kc_refusal *why);
/* The commitment that a field of the entry makes. */
struct kc_hash kc_read_person(const struct kc_at *at, unsigned field);
/* Roles that act for a unit and so need one. */
#define KC_ROLES_OF_UNIT                                                       \
	(KC_ROLE_BIT(KC_ROLE_ASSESSOR) | KC_ROLE_BIT(KC_ROLE_HEAD) |           \
	    KC_ROLE_BIT(KC_ROLE_LIAISON))

#endif
