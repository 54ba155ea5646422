/* SPDX-License-Identifier: Apache-2.0 */
/* Commitments to who an actor is: made, renewed, their opening erased. */
#include "enrol.h"

#include <assert.h>

/* "sha256:" and 64 digits: the codec has held it to that. */
struct kc_hash
kc_read_person(const struct kc_at *at, unsigned field)
{
	struct kc_slice hex = kc_entry_str(at->e, field);
	struct kc_hash h;
	bool ok;

	assert(hex.n > 2 * (size_t)KC_HASH_SIZE);
	hex.p += hex.n - 2 * (size_t)KC_HASH_SIZE;
	hex.n = 2 * (size_t)KC_HASH_SIZE;
	ok = kc_read_hex(hex, h.b, KC_HASH_SIZE);
	assert(ok);
	(void)ok;
	return h;
}

void
kc_commit_person(struct kc_actor *a, const struct kc_at *at, unsigned field)
{
	a->person.hash = kc_read_person(at, field);
	a->person.seq = (uint32_t)at->stamp.seq;
	a->person.erased = false;
}

/* Nobody vouches for himself. */
static enum kc_err
want_another(const struct kc_state *st, const struct kc_at *at,
    const struct kc_actor *about, struct kc_refusal *why)
{
	if (!kc_same_person(st, at->signer[0], about->index) &&
	    !kc_same_person(st, at->on_behalf[0], about->index))
		return KC_OK;
	return kc_refuse(why, KC_R_SAME_PERSON, about->id, NULL, NULL, NULL);
}

static bool
stands(const struct kc_actor *a)
{
	return a->person.seq != 0 && !a->person.erased;
}

enum kc_err
person_commit_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *a;
	struct kc_hash h;
	enum kc_err err =
	    kc_want_actor(st, at, KC_F_person_commit_actor, &a, why);

	if (err != KC_OK)
		return err;
	err = want_another(st, at, a, why);
	if (err != KC_OK)
		return err;
	h = kc_read_person(at, KC_F_person_commit_person);
	if (!stands(a) || !kc_hash_eq(&h, &a->person.hash))
		return kc_want_one_person(st, a, &h, a->roles, why);
	(void)kc_refuse(
	    why, KC_R_EXISTS, "this commitment to", a->id, NULL, NULL);
	return kc_refusal_zh(why, 0, "同一身份承诺：");
}

enum kc_err
person_commit_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t who = kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_person_commit_actor));

	kc_commit_person(st->actors.v[who], at, KC_F_person_commit_person);
	return KC_OK;
}

enum kc_err
person_erase_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t who;
	enum kc_err err;

	err = kc_want(st, KC_NS_ACTOR, at, KC_F_person_erase_actor, &who, why);
	if (err != KC_OK || stands(st->actors.v[who]))
		return err;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "commitment to",
	    st->actors.v[who]->id, NULL, NULL);
	return kc_refusal_zh(why, 0, "身份承诺：");
}

enum kc_err
person_erase_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t who = kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_person_erase_actor));
	struct kc_actor *a = st->actors.v[who];

	a->person.erased = true;
	return KC_OK;
}

enum kc_err
kc_state_person(const struct kc_state *st, struct kc_slice actor,
    struct kc_state_person *out)
{
	uint32_t who = kc_find(st, KC_NS_ACTOR, actor);
	const struct kc_actor *a;

	if (who == KC_NONE)
		return KC_ENOTFOUND;
	a = st->actors.v[who];
	out->has = a->person.seq != 0;
	out->erased = a->person.erased;
	out->retired = a->retired;
	out->seq = a->person.seq;
	out->commitment = a->person.hash;
	return KC_OK;
}
