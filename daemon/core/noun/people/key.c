/* SPDX-License-Identifier: Apache-2.0 */
/* Actors and their keys: enrolled, rotated, revoked, retired. */
#include "enrol.h"

#include "noun/unit/unit.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/base64.h>

/* --- actor.enrol
 * --------------------------------------------------------------
 */
static uint32_t
roles_of(const struct kc_entry *e, unsigned field)
{
	unsigned n = kc_entry_count(e, field);
	uint32_t roles = 0;

	for (unsigned i = 0; i < n; i++)
		roles |= KC_ROLE_BIT((int)kc_entry_item(e, field, i)->num);
	return roles;
}

enum kc_err
kc_want_possession(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_vkey *key, struct kc_refusal *why)
{
	uint8_t sig[KC_SIG_SIZE];
	struct kc_buf b = {0};
	size_t n = 0;
	enum kc_err err;
	bool ok;

	kc_buf_possession(&b, kc_slice_str(st->origin), key);
	err = kc_buf_err(&b);
	if (err == KC_OK) {
		ok = kc_base64_decode(kc_entry_str(at->e, field), sig,
			 sizeof(sig), &n) == KC_OK &&
		    n == sizeof(sig) && kc_sig_ok(key->pub, b.p, b.n, sig);
		if (!ok)
			err = kc_refuse(
			    why, KC_R_POSSESSION, key->name, NULL, NULL, NULL);
	}
	kc_buf_free(&b);
	return err;
}

static enum kc_err
want_new_key(const struct kc_state *st, const struct kc_at *at, unsigned field,
    unsigned possession, struct kc_slice owner, struct kc_refusal *why)
{
	struct kc_vkey key;
	enum kc_err err;

	kc_read_key(at, field, 0, &key);
	if (!kc_slice_is(owner, key.name))
		return kc_refuse(why, KC_R_FIELD_VALUE, "key",
		    "a key whose name is the actor id", "以人员代号为名的公钥",
		    NULL);
	err = kc_want_unused_key(st, &key, why);
	if (err != KC_OK)
		return err;
	return kc_want_possession(st, at, possession, &key, why);
}

static enum kc_err
check_new_roles(const struct kc_state *st, const struct kc_at *at,
    uint32_t roles, uint32_t unit, struct kc_refusal *why)
{
	enum kc_err err = kc_want_roles_fit(NULL, roles, why);

	if (err != KC_OK)
		return err;
	if ((roles & KC_ROLE_BIT(KC_ROLE_CLERK)) != 0)
		return kc_refuse_clerk(st, why);
	if ((roles & KC_ROLES_OF_UNIT) != 0 && unit == KC_NONE)
		return kc_refuse(why, KC_R_FIELD_MISSING,
		    at->e->kind->fields[KC_F_actor_enrol_unit].name, NULL, NULL,
		    NULL);
	for (uint32_t i = 0; err == KC_OK && i < st->actors.n; i++)
		err = kc_want_apart(st,
		    kc_entry_str(at->e, KC_F_actor_enrol_actor),
		    st->actors.v[i]->id, "actor", "人员", why);
	return err;
}

/* Enrolling an actor once more, with the same roles and unit, gives it a key
 * again after its last one was revoked. */
static bool
is_reissue(const struct kc_actor *a, uint32_t roles, uint32_t unit)
{
	return !a->retired && a->key == KC_NONE && a->roles == roles &&
	    a->unit == unit;
}

enum kc_err
actor_enrol_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice id = kc_entry_str(at->e, KC_F_actor_enrol_actor);
	uint32_t who = kc_find(st, KC_NS_ACTOR, id), unit = KC_NONE;
	uint32_t roles = roles_of(at->e, KC_F_actor_enrol_role);
	enum kc_err err = KC_OK;

	if (kc_entry_has(at->e, KC_F_actor_enrol_unit))
		err = kc_want(
		    st, KC_NS_UNIT, at, KC_F_actor_enrol_unit, &unit, why);
	if (err != KC_OK)
		return err;
	if (who == KC_NONE && st->actors.n >= KC_ACTORS_MAX) {
		err = kc_refuse(why, KC_R_LIMIT, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, KC_ACTORS_MAX);
	} else if (who == KC_NONE)
		err = check_new_roles(st, at, roles, unit, why);
	else if (!is_reissue(st->actors.v[who], roles, unit))
		err = kc_want_new(
		    st, KC_NS_ACTOR, at, KC_F_actor_enrol_actor, why);
	if (err == KC_OK && kc_entry_has(at->e, KC_F_actor_enrol_person)) {
		struct kc_hash person =
		    kc_read_person(at, KC_F_actor_enrol_person);

		err = kc_want_one_person(st,
		    who == KC_NONE ? NULL : st->actors.v[who], &person, roles,
		    why);
	}
	if (err != KC_OK)
		return err;
	return want_new_key(
	    st, at, KC_F_actor_enrol_key, KC_F_actor_enrol_possession, id, why);
}

enum kc_err
actor_enrol_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_slice id = kc_entry_str(at->e, KC_F_actor_enrol_actor);
	uint32_t who = kc_find(st, KC_NS_ACTOR, id);
	struct kc_actor *a;
	struct kc_vkey key;

	kc_read_key(at, KC_F_actor_enrol_key, 0, &key);
	if (who == KC_NONE)
		a = kc_add_actor(st, id,
		    kc_find(st, KC_NS_UNIT,
			kc_entry_str(at->e, KC_F_actor_enrol_unit)),
		    roles_of(at->e, KC_F_actor_enrol_role), at->stamp.seq);
	else
		a = st->actors.v[who];
	if (a == NULL)
		return KC_ENOMEM;
	if (kc_entry_has(at->e, KC_F_actor_enrol_person))
		kc_commit_person(a, at, KC_F_actor_enrol_person);
	return kc_add_key(st, a, &key, at->stamp.seq + 1);
}

/* --- actor.retire
 * -------------------------------------------------------------
 */
enum kc_err
actor_retire_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *a;
	enum kc_err err =
	    kc_want_actor(st, at, KC_F_actor_retire_actor, &a, why);

	return err == KC_OK ? kc_want_admins_left(st, a, why) : err;
}

enum kc_err
actor_retire_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t who = kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_actor_retire_actor));
	struct kc_actor *a = st->actors.v[who];

	if (a->key != KC_NONE)
		kc_end_key(st, a, at->stamp.seq + 1);
	a->retired = true;
	return KC_OK;
}

/* --- key.rotate
 * ---------------------------------------------------------------
 */
enum kc_err
key_rotate_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_new_key(st, at, KC_F_key_rotate_key,
	    KC_F_key_rotate_possession, kc_slice_str(kc_signer(st, at, 0)->id),
	    why);
}

enum kc_err
key_rotate_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_actor *a = st->actors.v[at->for_role[0]];
	struct kc_vkey key;

	kc_read_key(at, KC_F_key_rotate_key, 0, &key);
	return kc_add_key(st, a, &key, at->stamp.seq + 1);
}

/* --- key.revoke
 * ---------------------------------------------------------------
 */
/* The actor whose key this is; NULL if no actor ever had it. */
static struct kc_actor *
owner_of(const struct kc_state *st, const struct kc_vkey *key, uint32_t *number)
{
	struct kc_slice pub = {(const char *)key->pub, KC_PUBKEY_SIZE};
	uint32_t i = kc_find(st, KC_NS_PUB, pub);
	struct kc_actor *a;

	if (i >= st->keys.n)
		return NULL;
	a = st->actors.v[st->keys.v[i].actor];
	*number = st->keys.v[i].key;
	return kc_vkey_eq(&a->keys.v[*number].vkey, key) ? a : NULL;
}

/* Where a window of the key's ends if this entry opens it: with the key, or
 * before this entry, which the key may have signed too. */
static uint64_t
window_end(const struct kc_at *at, const struct kc_actor_key *k)
{
	return k->until_seq < at->stamp.seq ? k->until_seq : at->stamp.seq;
}

/* Where it begins: as is said, or with the first entry of the day. */
static uint64_t
window_start(const struct kc_state *st, const struct kc_at *at,
    const struct kc_actor_key *k)
{
	int64_t since = kc_entry_num(at->e, KC_F_key_revoke_since, INT64_MAX);
	uint64_t from = window_end(at, k);

	if (kc_entry_has(at->e, KC_F_key_revoke_from))
		return (uint64_t)kc_entry_num(at->e, KC_F_key_revoke_from, 0);
	for (uint32_t i = st->days.n; i-- > 0 && st->days.v[i].day >= since;)
		if (st->days.v[i].first < from)
			from = st->days.v[i].first;
	return from > k->from_seq ? from : k->from_seq;
}

/* The first entry in doubt is one at which the key was in force. */
static enum kc_err
want_window(const struct kc_at *at, const struct kc_actor_key *k,
    struct kc_refusal *why)
{
	uint64_t end = window_end(at, k);
	uint64_t from = (uint64_t)kc_entry_num(at->e, KC_F_key_revoke_from, 0);
	struct kc_buf en = {0}, zh = {0};
	enum kc_err err = KC_OK;

	if (!kc_entry_has(at->e, KC_F_key_revoke_from) ||
	    (from >= k->from_seq && from < end))
		return KC_OK;
	kc_buf_str(&en, "an entry at which the key was in force, from ");
	kc_buf_str(&zh, "该密钥有效期内的条目，自 ");
	kc_buf_u64(&en, k->from_seq);
	kc_buf_u64(&zh, k->from_seq);
	kc_buf_str(&en, " to before ");
	kc_buf_str(&zh, " 起，早于 ");
	kc_buf_u64(&en, end);
	kc_buf_u64(&zh, end);
	(void)kc_buf_cstr(&en);
	(void)kc_buf_cstr(&zh);
	err = kc_buf_err(&en);
	if (err == KC_OK)
		err = kc_buf_err(&zh);
	if (err == KC_OK)
		err =
		    kc_refuse_field(at, KC_F_key_revoke_from, en.p, zh.p, why);
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return err;
}

/* A key that has ended is revoked only to put in doubt more than is. */
static bool
adds_doubt(const struct kc_at *at, const struct kc_actor_key *k)
{
	return kc_entry_has(at->e, KC_F_key_revoke_from) &&
	    (k->doubt_until == 0 ||
		(uint64_t)kc_entry_num(at->e, KC_F_key_revoke_from, 0) <
		    k->doubt_from);
}

enum kc_err
key_revoke_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_actor *a;
	const struct kc_actor_key *k;
	struct kc_vkey key;
	uint32_t number = 0;
	int64_t since;
	enum kc_err err;

	kc_read_key(at, KC_F_key_revoke_key, 0, &key);
	a = owner_of(st, &key, &number);
	if (a == NULL) {
		(void)kc_refuse(
		    why, KC_R_NOT_FOUND, "key", key.name, NULL, NULL);
		return kc_refusal_zh(why, 0, "密钥");
	}
	k = &a->keys.v[number];
	if (a->key != number && !adds_doubt(at, k))
		return kc_refuse_state(
		    at, a->id, "without this key", "不持有该密钥", why);
	since = kc_entry_num(at->e, KC_F_key_revoke_since, at->day);
	if (since > at->day) {
		(void)kc_refuse(
		    why, KC_R_DATE_ORDER, "", "not after today", NULL, NULL);
		kc_arg_day(why, 0, (kc_day)since);
		return kc_refusal_zh(why, 1, "不晚于今日");
	}
	err = want_window(at, k, why);
	return err == KC_OK && a->key == number
	    ? kc_want_admins_left(st, a, why)
	    : err;
}

enum kc_err
key_revoke_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_actor *a;
	struct kc_actor_key *k;
	struct kc_vkey key;
	uint32_t number = 0;
	uint64_t from, end;

	kc_read_key(at, KC_F_key_revoke_key, 0, &key);
	a = owner_of(st, &key, &number);
	assert(a != NULL);
	k = &a->keys.v[number];
	end = window_end(at, k);
	from = window_start(st, at, k);
	if (a->key == number)
		kc_end_key(st, a, at->stamp.seq + 1);
	if (from >= end)
		return KC_OK;
	st->doubts += k->doubt_until == 0;
	k->doubt_from = from;
	k->doubt_until = end;
	return KC_OK;
}
