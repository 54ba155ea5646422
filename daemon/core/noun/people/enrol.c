/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and enrolment, shared by the opening of a ledger and its people. */
#include "enrol.h"

#include <assert.h>
#include <string.h>

/* Room for "name+hex8". */
#define KEYID_TEXT (KC_NAME_MAX + 1 + 8 + 1)

static struct kc_slice
keyid_text(char out[KEYID_TEXT], const struct kc_vkey *key)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = strlen(key->name);

	memcpy(out, key->name, n);
	out[n++] = '+';
	for (unsigned i = 0; i < KC_KEYID_SIZE; i++) {
		out[n++] = hex[key->keyid[i] >> 4];
		out[n++] = hex[key->keyid[i] & 15];
	}
	out[n] = '\0';
	return (struct kc_slice){out, n};
}

static struct kc_slice
pub_slice(const struct kc_vkey *key)
{
	return (struct kc_slice){(const char *)key->pub, KC_PUBKEY_SIZE};
}

void
kc_read_key(
    const struct kc_at *at, unsigned field, unsigned item, struct kc_vkey *out)
{
	enum kc_err err =
	    kc_vkey_parse(out, kc_entry_item(at->e, field, item)->raw);

	assert(err == KC_OK && out->type == KC_KEYTYPE_ED25519);
	(void)err;
}

enum kc_err
kc_want_unused_key(const struct kc_state *st, const struct kc_vkey *key,
    struct kc_refusal *why)
{
	char text[KEYID_TEXT];
	struct kc_slice id = keyid_text(text, key);

	if (kc_find(st, KC_NS_KEYID, id) == KC_NONE &&
	    kc_find(st, KC_NS_PUB, pub_slice(key)) == KC_NONE)
		return KC_OK;
	(void)kc_refuse(why, KC_R_EXISTS, "key", text, NULL, NULL);
	return kc_refusal_zh(why, 0, "密钥");
}

enum kc_err
kc_note_key(struct kc_state *st, const struct kc_vkey *key, uint32_t value)
{
	char text[KEYID_TEXT];
	struct kc_slice id = keyid_text(text, key);
	const char *kept = kc_arena_text(&st->arena, id);
	char *pub = kc_arena_alloc(&st->arena, KC_PUBKEY_SIZE);

	if (kept == NULL || pub == NULL)
		return KC_ENOMEM;
	memcpy(pub, key->pub, KC_PUBKEY_SIZE);
	if (!kc_index_add(&st->by_code, KC_NS_KEYID, kept, value) ||
	    !kc_index_add_slice(&st->by_code, KC_NS_PUB,
		(struct kc_slice){pub, KC_PUBKEY_SIZE}, value))
		return KC_ENOMEM;
	return KC_OK;
}

struct kc_actor *
kc_add_actor(struct kc_state *st, struct kc_slice id, uint32_t unit,
    uint32_t roles, uint64_t seq)
{
	struct kc_actor *a = kc_arena_alloc(&st->arena, sizeof(*a));

	assert(st->actors.n < KC_ACTORS_MAX); /* the guard's rule */
	if (a == NULL)
		return NULL;
	kc_code_copy(a->id, id);
	a->index = st->actors.n;
	a->unit = unit;
	a->roles = roles;
	a->key = KC_NONE;
	a->enrolled_seq = (uint32_t)seq;
	for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
		a->role_seq[r] = (uint32_t)seq;
	if (!kc_vec_push(&st->actors, a) ||
	    !kc_index_add(&st->by_code, KC_NS_ACTOR, a->id, a->index))
		return NULL;
	return a;
}

static bool
is_admin(const struct kc_actor *a)
{
	return (a->roles & KC_ROLE_BIT(KC_ROLE_ADMIN)) != 0;
}

void
kc_end_key(struct kc_state *st, struct kc_actor *a, uint64_t until_seq)
{
	assert(a->key < a->keys.n);
	a->keys.v[a->key].until_seq = until_seq;
	a->key = KC_NONE;
	if (is_admin(a))
		st->admins--;
}

enum kc_err
kc_add_key(struct kc_state *st, struct kc_actor *a, const struct kc_vkey *key,
    uint64_t from_seq)
{
	struct kc_actor_key k = {
	    .vkey = *key, .from_seq = from_seq, .until_seq = UINT64_MAX};
	struct kc_key_ref ref = {a->index, a->keys.n};
	enum kc_err err = kc_note_key(st, key, st->keys.n);

	if (err != KC_OK)
		return err;
	if (!kc_vec_push(&a->keys, k) || !kc_vec_push(&st->keys, ref))
		return KC_ENOMEM;
	if (a->key != KC_NONE)
		kc_end_key(st, a, from_seq);
	a->key = ref.key;
	if (is_admin(a))
		st->admins++;
	return KC_OK;
}

enum kc_err
kc_want_admins_left(const struct kc_state *st, const struct kc_actor *leaving,
    struct kc_refusal *why)
{
	if (!is_admin(leaving) || leaving->key == KC_NONE ||
	    st->admins > KC_ADMINS_MIN)
		return KC_OK;
	return kc_refuse(why, KC_R_LAST_ADMIN, NULL, NULL, NULL, NULL);
}

/* Do these roles go together in one person? */
static bool
go_together(uint32_t roles)
{
	return (roles & KC_ROLES_APART) == 0 || (roles & (roles - 1)) == 0;
}

/* Who holds one of the roles already, and since when: argument 2. */
static void
say_holder(
    struct kc_refusal *why, const struct kc_actor *a, int role, bool person)
{
	struct kc_buf en = {0}, zh = {0};
	size_t n;

	kc_buf_str(&en, "; ");
	kc_buf_str(&en, a->id);
	kc_buf_str(&en,
	    person ? ", by its commitment the same person, has been "
		   : " has been ");
	kc_buf_str(&en, kc_word_text(KC_SET_ROLE, role));
	kc_buf_str(&en, " since #");
	kc_buf_u64(&en, a->role_seq[role]);
	kc_buf_str(&zh, person ? "；同一人 " : "；");
	kc_buf_str(&zh, a->id);
	kc_buf_str(&zh, " 自 #");
	kc_buf_u64(&zh, a->role_seq[role]);
	kc_buf_str(&zh, " 任");
	kc_buf_str(&zh, kc_set_words(KC_SET_ROLE, &n)[role].zh);
	kc_refusal_arg(why, 2, kc_buf_view(&en));
	(void)kc_refusal_zh(why, 2, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
}

static enum kc_err
want_fit(const struct kc_actor *has, bool person, uint32_t roles,
    struct kc_refusal *why)
{
	int apart = 0, other = 0;

	if (go_together(roles))
		return KC_OK;
	while (((roles & KC_ROLES_APART) >> apart & 1) == 0)
		apart++;
	while ((roles >> other & 1) == 0 || other == apart)
		other++;
	(void)kc_refuse(why, KC_R_ROLE_EXCLUSIVE, "", "", NULL, NULL);
	(void)kc_refusal_word(why, 0, KC_SET_ROLE, apart);
	(void)kc_refusal_word(why, 1, KC_SET_ROLE, other);
	if (has != NULL && (has->roles >> apart & 1) != 0)
		say_holder(why, has, apart, person);
	else if (has != NULL && (has->roles >> other & 1) != 0)
		say_holder(why, has, other, person);
	return KC_EREFUSED;
}

enum kc_err
kc_want_roles_fit(
    const struct kc_actor *has, uint32_t more, struct kc_refusal *why)
{
	return want_fit(has, false, (has != NULL ? has->roles : 0) | more, why);
}

enum kc_err
kc_want_one_person(const struct kc_state *st, const struct kc_actor *who,
    const struct kc_hash *person, uint32_t roles, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && st->epoch >= 2 && i < st->actors.n;
	     i++) {
		const struct kc_actor *a = st->actors.v[i];

		if (a == who || a->retired || a->person.seq == 0 ||
		    a->person.erased || !kc_hash_eq(&a->person.hash, person))
			continue;
		err = want_fit(a, true, a->roles | roles, why);
	}
	return err;
}

enum kc_err
kc_want_actor(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_actor **out, struct kc_refusal *why)
{
	const struct kc_actor *a;
	uint32_t who;
	enum kc_err err = kc_want(st, KC_NS_ACTOR, at, field, &who, why);

	if (err != KC_OK)
		return err;
	*out = a = st->actors.v[who];
	err = kc_want_state(at, KC_M_actor,
	    a->retired ? KC_AS_RETIRED : KC_AS_ENROLLED, a->id, why);
	if (err == KC_OK && who == st->clerk)
		err = kc_refuse_state(at, a->id, "the clerk", "账本书记", why);
	return err;
}
