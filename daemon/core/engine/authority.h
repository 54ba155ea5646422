/* SPDX-License-Identifier: Apache-2.0 */
/* Who signed, with which key, in which role: the same for every kind. */
#ifndef KC_AUTHORITY_H
#define KC_AUTHORITY_H

#include "actor.h"

/* Fills at->signer, for_role and on_behalf of every kind but ledger.open.
 * KC_R_ACTOR_UNKNOWN, KEY_NOT_IN_FORCE, SAME_PERSON or ROLE. */
enum kc_err kc_authorise(
    const struct kc_state *st, struct kc_at *at, struct kc_refusal *why);
/* Are two actors one person, by equal commitments that stand? From epoch 2 on;
 * before, an actor is a person. */
bool kc_same_person(const struct kc_state *st, uint32_t i, uint32_t j);
/* The commitment by which an actor may be the same person as another; NULL. */
const struct kc_hash *kc_person_of(const struct kc_state *st, uint32_t actor);
/* Key id that a signature line begins with, as a number; false if the line
 * is empty (an unsigned text) or too short. */
bool kc_sig_keyid(const struct kc_note_sig *sig, uint32_t *keyid);
uint32_t kc_vkey_keyid(const struct kc_vkey *k);
/* KC_R_KEY_NOT_IN_FORCE for the key id that signature i names; "" where it
 * names none. */
enum kc_err
kc_refuse_key(const struct kc_entry *e, unsigned i, struct kc_refusal *why);
/* KC_R_ROLE: who may not sign the kind, and which roles it takes. */
enum kc_err kc_refuse_role(
    struct kc_slice who, const struct kc_kind *kind, struct kc_refusal *why);
/* KC_R_EXISTS: there is one clerk. */
enum kc_err kc_refuse_clerk(const struct kc_state *st, struct kc_refusal *why);

#endif
