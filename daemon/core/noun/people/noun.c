/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of actors. */
#include "enrol.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->actors);
	kc_hold_rows(h, &st->keys);
	for (uint32_t i = 0; i < st->actors.n; i++) {
		kc_hold_vec(h, &st->actors.v[i]->keys);
		kc_hold_vec(h, &st->actors.v[i]->given);
		kc_hold_vec(h, &st->actors.v[i]->acts_for);
	}
}

/* The numbers of the kinds in a set, and how many: the same whatever kinds
 * the program knows beside them. */
static void
put_kinds(struct kc_digest *d, const struct kc_kind_set *s)
{
	int64_t n = 0;

	for (unsigned k = 0; k < KC_K_COUNT; k++)
		n += kc_kind_set_has(s, k);
	kc_digest_num(d, n);
	for (unsigned k = 0; k < KC_K_COUNT; k++)
		if (kc_kind_set_has(s, k))
			kc_digest_num(d, k);
}

static void
put_actor(struct kc_digest *d, const struct kc_actor *a, unsigned epoch)
{
	kc_digest_open(d, 'A');
	kc_digest_text(d, a->id);
	kc_digest_num(d, a->unit);
	kc_digest_num(d, a->roles);
	kc_digest_num(d, a->retired);
	kc_digest_num(d, a->enrolled_seq);
	kc_digest_num(d, (int64_t)a->seen_size);
	kc_digest_num(d, a->key);
	kc_digest_num(d, a->keys.n);
	for (uint32_t i = 0; i < a->keys.n; i++) {
		kc_digest_vkey(d, &a->keys.v[i].vkey);
		kc_digest_num(d, (int64_t)a->keys.v[i].from_seq);
		kc_digest_num(d, (int64_t)a->keys.v[i].until_seq);
	}
	for (uint32_t i = 0; epoch >= 2 && i < a->keys.n; i++) {
		if (a->keys.v[i].doubt_until == 0)
			continue;
		kc_digest_open(d, 'D');
		kc_digest_num(d, i);
		kc_digest_num(d, (int64_t)a->keys.v[i].doubt_from);
		kc_digest_num(d, (int64_t)a->keys.v[i].doubt_until);
	}
	kc_digest_num(d, a->given.n);
	for (uint32_t i = 0; i < a->given.n; i++) {
		const struct kc_delegation *g = &a->given.v[i];

		kc_digest_num(d, g->to);
		put_kinds(d, &g->kinds);
		kc_digest_num(d, g->from);
		kc_digest_num(d, g->until);
		kc_digest_num(d, g->ended);
		kc_digest_num(d, g->seq);
	}
	kc_digest_u32s(d, &a->acts_for);
	if (epoch >= 2 && a->person.seq != 0) {
		kc_digest_open(d, 'P');
		kc_digest_hash(d, &a->person.hash);
		kc_digest_num(d, a->person.seq);
		kc_digest_num(d, a->person.erased);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->actors.n; i++)
		put_actor(d, st->actors.v[i], st->epoch);
	for (uint32_t i = 0; i < st->keys.n; i++) {
		kc_digest_open(d, 'K');
		kc_digest_num(d, st->keys.v[i].actor);
		kc_digest_num(d, st->keys.v[i].key);
	}
}

/* Who was of the unit is of the other; its heads and liaisons sign for
 * neither, and what they lent of that power is lent no more. */
static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	const uint32_t lost =
	    KC_ROLE_BIT(KC_ROLE_HEAD) | KC_ROLE_BIT(KC_ROLE_LIAISON);

	for (uint32_t i = 0; h->all && i < st->actors.n; i++) {
		struct kc_actor *a = st->actors.v[i];

		if (a->unit != h->from)
			continue;
		a->unit = h->into;
		a->roles &= ~lost;
	}
	return KC_OK;
}

/* A clerk whose key is lost, or that has none, cannot write: taking the key
 * and giving a new one is the way out, and only that goes before. */
static bool
goes_first(const struct kc_state *st, const struct kc_at *at)
{
	const struct kc_actor *clerk = st->actors.v[st->clerk];
	struct kc_vkey key;

	if (at->e->kind->id == KC_K_key_revoke && clerk->key != KC_NONE) {
		kc_read_key(at, KC_F_key_revoke_key, 0, &key);
		return kc_vkey_eq(&key, &clerk->keys.v[clerk->key].vkey);
	}
	return at->e->kind->id == KC_K_actor_enrol && clerk->key == KC_NONE &&
	    kc_slice_is(kc_entry_str(at->e, KC_F_actor_enrol_actor), clerk->id);
}

static bool
actor_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->actors.v[index]->unit == unit;
}

const struct kc_noun kc_noun_people = {
    .things = {{"actor", "人员"}, {"key", "密钥"}, {"key", "密钥"}},
    .named = {{"actor", KC_NS_ACTOR, actor_of, NULL},
	{"to", KC_NS_ACTOR, actor_of, NULL}},
    .sees = KC_SEE_actors,
    .holds = holds,
    .digest = digest,
    .hand_over = hand_over,
    .goes_first = goes_first,
};
