/* SPDX-License-Identifier: Apache-2.0 */
/* What others may ask of actors: keys, roles, units. */
#include "noun/unit/unit.h"

#include <assert.h>
#include <string.h>

#include "engine/authority.h"

/* --- keys --- */
/* For ledger.open: the admin key of that name in the entry, and of that key id
 * (NULL: of any). */
static bool
founder_key(const struct kc_entry *e, unsigned i, const uint32_t *keyid,
    uint8_t pub[KC_PUBKEY_SIZE])
{
	unsigned n = kc_entry_count(e, KC_F_ledger_open_admin);
	struct kc_vkey key;

	for (unsigned k = 0; k < n; k++) {
		const struct kc_value *v =
		    kc_entry_item(e, KC_F_ledger_open_admin, k);

		if (kc_vkey_parse(&key, v->raw) == KC_OK &&
		    key.type == KC_KEYTYPE_ED25519 &&
		    kc_slice_is(e->by[i], key.name) &&
		    (keyid == NULL || kc_vkey_keyid(&key) == *keyid)) {
			memcpy(pub, key.pub, KC_PUBKEY_SIZE);
			return true;
		}
	}
	return false;
}

static enum kc_err
refuse_unknown(const struct kc_entry *e, unsigned i, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_ACTOR_UNKNOWN, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, e->by[i]);
	return KC_EREFUSED;
}

enum kc_err
kc_state_signer(const struct kc_state *st, const struct kc_entry *e, unsigned i,
    uint8_t pub[KC_PUBKEY_SIZE], struct kc_refusal *why)
{
	const struct kc_actor *a;
	const struct kc_vkey *key;
	uint32_t who, keyid;

	assert(i < e->nby);
	if (!kc_sig_keyid(&e->sigs[i], &keyid))
		return kc_refuse(
		    why, KC_R_SIGNER_LINES, NULL, NULL, NULL, NULL);
	if (e->kind->id == KC_K_ledger_open) {
		if (founder_key(e, i, &keyid, pub))
			return KC_OK;
		/* Not named at all, or named with another key. */
		if (founder_key(e, i, NULL, pub))
			return kc_refuse_key(e, i, why);
		return refuse_unknown(e, i, why);
	}
	if (st->size == 0)
		return kc_refuse(why, KC_R_NOT_OPEN, NULL, NULL, NULL, NULL);
	who = kc_find(st, KC_NS_ACTOR, e->by[i]);
	if (who == KC_NONE)
		return refuse_unknown(e, i, why);
	a = st->actors.v[who];
	if (a->key == KC_NONE)
		return kc_refuse_key(e, i, why);
	key = &a->keys.v[a->key].vkey;
	if (kc_vkey_keyid(key) != keyid)
		return kc_refuse_key(e, i, why);
	memcpy(pub, key->pub, KC_PUBKEY_SIZE);
	return KC_OK;
}

enum kc_err
kc_state_actor_key(
    const struct kc_state *st, struct kc_slice actor, struct kc_vkey *out)
{
	uint32_t who = kc_find(st, KC_NS_ACTOR, actor);
	const struct kc_actor *a;

	if (who == KC_NONE)
		return KC_ENOTFOUND;
	a = st->actors.v[who];
	if (a->key == KC_NONE)
		return KC_ENOTFOUND;
	*out = a->keys.v[a->key].vkey;
	return KC_OK;
}

void
kc_state_keys(const struct kc_state *st, struct kc_buf *out)
{
	for (uint32_t i = 0; i < st->keys.n; i++) {
		const struct kc_key_ref *r = &st->keys.v[i];

		kc_buf_vkey(out, &st->actors.v[r->actor]->keys.v[r->key].vkey);
		kc_buf_char(out, '\n');
	}
}

/* --- actors --- */
uint32_t
kc_state_roles(const struct kc_state *st, struct kc_slice actor)
{
	uint32_t who = kc_find(st, KC_NS_ACTOR, actor);

	if (who == KC_NONE || st->actors.v[who]->retired)
		return 0;
	return st->actors.v[who]->roles;
}

struct kc_slice
kc_state_actor(const struct kc_state *st, size_t i)
{
	return i < st->actors.n ? kc_slice_str(st->actors.v[i]->id)
				: KC_LIT("");
}

struct kc_slice
kc_state_actor_unit(const struct kc_state *st, struct kc_slice actor)
{
	uint32_t who = kc_find(st, KC_NS_ACTOR, actor);

	if (who == KC_NONE || st->actors.v[who]->unit == KC_NONE)
		return KC_LIT("");
	return kc_slice_str(st->units.v[st->actors.v[who]->unit]->code);
}
