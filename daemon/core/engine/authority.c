/* SPDX-License-Identifier: Apache-2.0 */
/* Who signed, with which key, in which role: the same for every kind. */
#include "authority.h"

#include <assert.h>
#include <stdio.h>

#include <kaocheng/base64.h>

/* --- keys --- */
/* By a table, without branches: the codec has checked that it is base64, of
 * which nobody could guess the next. */
bool
kc_sig_keyid(const struct kc_note_sig *sig, uint32_t *keyid)
{
	uint64_t bits = 0;

	if (sig->base64.n < 6)
		return false;
	for (int i = 0; i < 6; i++)
		bits = bits << 6 |
		    kc_base64_values[(unsigned char)sig->base64.p[i] & 0x7f];
	*keyid = (uint32_t)(bits >> 4); /* 36 bits, the id is the first 32 */
	return true;
}

uint32_t
kc_vkey_keyid(const struct kc_vkey *k)
{
	return (uint32_t)k->keyid[0] << 24 | (uint32_t)k->keyid[1] << 16 |
	    (uint32_t)k->keyid[2] << 8 | k->keyid[3];
}

static void
arg_keyid(struct kc_refusal *why, uint32_t id)
{
	static const char hex[] = "0123456789abcdef";
	char text[8];

	for (int k = 7; k >= 0; k--, id >>= 4)
		text[k] = hex[id & 15];
	kc_refusal_arg(why, 1, (struct kc_slice){text, sizeof(text)});
}

enum kc_err
kc_refuse_key(const struct kc_entry *e, unsigned i, struct kc_refusal *why)
{
	uint32_t id;

	(void)kc_refuse(why, KC_R_KEY_NOT_IN_FORCE, "", "", NULL, NULL);
	kc_refusal_arg(why, 0, e->by[i]);
	if (kc_sig_keyid(&e->sigs[i], &id))
		arg_keyid(why, id);
	return KC_EREFUSED;
}

/* Of who has none in force: of the one that signed, or of a text that nobody
 * has signed yet, the last one. */
static enum kc_err
refuse_no_key(const struct kc_entry *e, unsigned i, const struct kc_actor *a,
    struct kc_refusal *why)
{
	uint32_t id;

	(void)kc_refuse_key(e, i, why);
	if (!kc_sig_keyid(&e->sigs[i], &id) && a->keys.n > 0)
		arg_keyid(why, kc_vkey_keyid(&a->keys.v[a->keys.n - 1].vkey));
	return KC_EREFUSED;
}

static enum kc_err
find_signers(
    const struct kc_state *st, struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;

	for (unsigned i = 0; i < e->nby; i++) {
		const struct kc_actor *a;
		uint32_t who = kc_find(st, KC_NS_ACTOR, e->by[i]), id;

		if (who == KC_NONE) {
			(void)kc_refuse(
			    why, KC_R_ACTOR_UNKNOWN, "", NULL, NULL, NULL);
			kc_refusal_arg(why, 0, e->by[i]);
			return KC_EREFUSED;
		}
		a = st->actors.v[who];
		if (a->key == KC_NONE)
			return refuse_no_key(e, i, a, why);
		/* A text not yet signed (a dry run) has no key id to compare;
		 * the caller verifies signatures before it appends. */
		if (kc_sig_keyid(&e->sigs[i], &id) &&
		    id != kc_vkey_keyid(&a->keys.v[a->key].vkey))
			return kc_refuse_key(e, i, why);
		at->signer[i] = who;
		for (unsigned n = 0; n < i; n++)
			assert(at->signer[n] != who); /* the codec's rule */
	}
	return KC_OK;
}

/* --- roles --- */
static bool
delegated(
    const struct kc_actor *from, uint32_t to, enum kc_kind_id kind, kc_day day)
{
	for (uint32_t i = 0; i < from->given.n; i++) {
		const struct kc_delegation *d = &from->given.v[i];

		if (d->to == to && !d->ended && d->from <= day &&
		    day <= d->until && kc_kind_set_has(&d->kinds, kind))
			return true;
	}
	return false;
}

/* Whose power lets this person fill a slot: its own, or that of an actor who
 * delegated the kind to it; KC_NONE if none. */
static uint32_t
fill(const struct kc_state *st, const struct kc_at *at, uint32_t who,
    unsigned slot)
{
	const struct kc_kind *kind = at->e->kind;
	const struct kc_actor *a = st->actors.v[who];
	uint32_t roles = kind->signers.roles[slot];

	if ((a->roles & roles) != 0)
		return who;
	/* Duties kept apart are neither lent nor mixed; a vote is one's own. */
	if ((a->roles & KC_ROLES_APART) != 0 || (roles & KC_ROLES_UNLENT) != 0)
		return KC_NONE;
	for (uint32_t i = 0; i < a->acts_for.n; i++) {
		const struct kc_actor *from = st->actors.v[a->acts_for.v[i]];

		if (!from->retired && (from->roles & roles) != 0 &&
		    delegated(from, who, kind->id, at->day))
			return from->index;
	}
	return KC_NONE;
}

enum kc_err
kc_refuse_role(
    struct kc_slice who, const struct kc_kind *kind, struct kc_refusal *why)
{
	struct kc_buf en = {0}, zh = {0};
	enum kc_err err;

	kc_buf_signers(&en, kind, KC_LANG_EN);
	kc_buf_signers(&zh, kind, KC_LANG_ZH);
	(void)kc_buf_cstr(&zh);
	err = kc_buf_err(&en) != KC_OK ? KC_ENOMEM : kc_buf_err(&zh);
	if (err == KC_OK) {
		err = kc_refuse(why, KC_R_ROLE, "", kind->name, "", NULL);
		kc_refusal_arg(why, 0, who);
		kc_refusal_arg(why, 2, kc_buf_view(&en));
		(void)kc_refusal_zh(why, 1, kind->zh);
		(void)kc_refusal_zh(why, 2, zh.p);
	}
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return err;
}

#define HOLDERS 3 /* persons that are named */

/* Who could sign in this place, as {3}: roles, and some who have one. */
static enum kc_err
say_missing(const struct kc_state *st, const struct kc_at *at, unsigned slot,
    struct kc_refusal *why)
{
	const struct kc_kind *kind = at->e->kind;
	struct kc_buf text[2] = {{0}, {0}}; /* by enum kc_lang */
	unsigned n = 0;

	for (int lang = 0; lang < 2; lang++)
		kc_buf_signer(&text[lang], kind, slot, (enum kc_lang)lang);
	for (uint32_t i = 0; i < st->actors.n && n < HOLDERS; i++) {
		const struct kc_actor *a = st->actors.v[i];

		if (i == at->signer[0] || a->retired ||
		    (a->roles & kind->signers.roles[slot]) == 0)
			continue;
		for (int lang = 0; lang < 2; lang++) {
			bool zh = lang == KC_LANG_ZH;

			kc_buf_str(&text[lang],
			    n > 0    ? zh ? "、" : ", "
				: zh ? "（如 "
				     : " (such as ");
			kc_buf_str(&text[lang], a->id);
		}
		n++;
	}
	kc_buf_str(&text[KC_LANG_EN], n > 0 ? ")" : "");
	kc_buf_str(&text[KC_LANG_ZH], n > 0 ? "）" : "");
	(void)kc_buf_cstr(&text[KC_LANG_ZH]);
	if (kc_buf_err(&text[KC_LANG_EN]) == KC_OK &&
	    kc_buf_err(&text[KC_LANG_ZH]) == KC_OK) {
		kc_refusal_arg(why, 3, kc_buf_view(&text[KC_LANG_EN]));
		(void)kc_refusal_zh(why, 3, text[KC_LANG_ZH].p);
	}
	kc_buf_free(&text[KC_LANG_EN]);
	kc_buf_free(&text[KC_LANG_ZH]);
	return KC_EREFUSED;
}

/* May any of the signers stand in this place? */
static bool
is_filled(const struct kc_state *st, const struct kc_at *at, unsigned slot)
{
	for (unsigned i = 0; i < at->e->nby; i++)
		if (fill(st, at, at->signer[i], slot) != KC_NONE)
			return true;
	return false;
}

/* May this signer stand in any place? */
static bool
fits(const struct kc_state *st, const struct kc_at *at, unsigned i)
{
	for (unsigned slot = 0; slot < at->e->kind->signers.n; slot++)
		if (fill(st, at, at->signer[i], slot) != KC_NONE)
			return true;
	return false;
}

/* The place that is left when the signers stand in others, the first ones
 * first; one who fits none is not among them. */
static unsigned
lacking(const struct kc_state *st, const struct kc_at *at)
{
	unsigned slot = 0, last = at->e->kind->signers.n - 1U;

	if (at->e->nby == 1 && is_filled(st, at, 0))
		slot = 1;
	while (at->e->nby > 1 && slot < last && is_filled(st, at, slot))
		slot++;
	return slot;
}

/* Fewer signers than places: together they may sign, by themselves not. */
static enum kc_err
refuse_few(const struct kc_state *st, struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_kind *kind = at->e->kind;
	char alone[KC_CODE_MAX + 16];
	const char *id;

	for (unsigned i = 0; i < at->e->nby; i++)
		if (!fits(st, at, i))
			return kc_refuse_role(at->e->by[i], kind, why);
	(void)kc_refuse_role(at->e->by[at->e->nby - 1], kind, why);
	if (at->e->nby == 1) {
		id = st->actors.v[at->signer[0]]->id;
		(void)snprintf(alone, sizeof(alone), "%s alone", id);
		kc_refusal_arg(why, 0, kc_slice_str(alone));
		(void)snprintf(alone, sizeof(alone), "%s 一人", id);
		(void)kc_refusal_zh(why, 0, alone);
	}
	return say_missing(st, at, lacking(st, at), why);
}

/* More signers than places: each may fit, and not all of them. */
static enum kc_err
refuse_many(const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	unsigned n = e->kind->signers.n;
	char says[KC_REFUSAL_ARG_MAX];

	(void)kc_refuse_role(e->by[e->nby - 1], e->kind, why);
	(void)snprintf(says, sizeof(says),
	    n == 1 ? "%u signers together (one signs)"
		   : "%u signers together (%u sign)",
	    e->nby, n);
	kc_refusal_arg(why, 0, kc_slice_str(says));
	(void)snprintf(
	    says, sizeof(says), "%u 人一起（应由 %u 人签署）", e->nby, n);
	return kc_refusal_zh(why, 0, says);
}

enum kc_err
kc_refuse_clerk(const struct kc_state *st, struct kc_refusal *why)
{
	(void)kc_refuse(
	    why, KC_R_EXISTS, "clerk", st->actors.v[st->clerk]->id, NULL, NULL);
	return kc_refusal_zh(why, 0, "账本书记");
}

static enum kc_err
fill_one(const struct kc_state *st, struct kc_at *at, struct kc_refusal *why)
{
	for (unsigned i = 1; i < KC_PLACES_MAX; i++)
		at->for_role[i] = at->on_behalf[i] = KC_NONE;
	at->for_role[0] = at->signer[0];
	at->on_behalf[0] = fill(st, at, at->signer[0], 0);
	if (at->on_behalf[0] != KC_NONE)
		return KC_OK;
	(void)kc_refuse_role(at->e->by[0], at->e->kind, why);
	return say_missing(st, at, 0, why);
}

const struct kc_hash *
kc_person_of(const struct kc_state *st, uint32_t actor)
{
	const struct kc_actor *a = st->actors.v[actor];

	return st->epoch < 2 || a->person.seq == 0 || a->person.erased
	    ? NULL
	    : &a->person.hash;
}

bool
kc_same_person(const struct kc_state *st, uint32_t i, uint32_t j)
{
	const struct kc_hash *a, *b;

	if (i == j || i == KC_NONE || j == KC_NONE)
		return i == j;
	a = kc_person_of(st, i);
	b = kc_person_of(st, j);
	return a != NULL && b != NULL && kc_hash_eq(a, b);
}

/* Is somebody in an earlier place the same person as this one, or as the one
 * whose power it uses, or is its power used there? */
static bool
clashes(const struct kc_state *st, const struct kc_at *at, unsigned slot,
    uint32_t who, uint32_t power)
{
	for (unsigned i = 0; i < slot; i++) {
		uint32_t a = at->for_role[i], pa = at->on_behalf[i];

		if (kc_same_person(st, pa, power) ||
		    kc_same_person(st, a, who) || kc_same_person(st, pa, who) ||
		    kc_same_person(st, power, a))
			return true;
	}
	return false;
}

/* Puts the signers that are not in `used` into the places from `slot` on: in
 * any order of signing, the first that fits. */
static bool
place(const struct kc_state *st, struct kc_at *at, unsigned slot, unsigned used,
    bool *same)
{
	if (slot == at->e->kind->signers.n)
		return true;
	for (unsigned i = 0; i < at->e->nby; i++) {
		uint32_t who = at->signer[i], power;

		if ((used >> i & 1) != 0)
			continue;
		power = fill(st, at, who, slot);
		if (power == KC_NONE)
			continue;
		if (clashes(st, at, slot, who, power)) {
			*same = true;
			continue;
		}
		at->for_role[slot] = who;
		at->on_behalf[slot] = power;
		if (place(st, at, slot + 1, used | 1u << i, same))
			return true;
	}
	return false;
}

/* Different persons who use the powers of different persons. */
static enum kc_err
fill_all(const struct kc_state *st, struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_kind *kind = at->e->kind;
	bool same = false;

	for (unsigned i = 0; i < KC_PLACES_MAX; i++)
		at->for_role[i] = at->on_behalf[i] = KC_NONE;
	if (place(st, at, 0, 0, &same))
		return KC_OK;
	if (same)
		return kc_refuse(why, KC_R_SAME_PERSON,
		    st->actors.v[at->signer[0]]->id, NULL, NULL, NULL);
	/* Name the one who fits no place, if one does not; else the last. */
	for (unsigned i = 0; i + 1 < at->e->nby; i++)
		if (!fits(st, at, i))
			return kc_refuse_role(at->e->by[i], kind, why);
	return kc_refuse_role(at->e->by[at->e->nby - 1], kind, why);
}

enum kc_err
kc_authorise(
    const struct kc_state *st, struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	enum kc_err err;

	assert(e->kind->signers.n >= 1 && e->kind->signers.n <= KC_PLACES_MAX);
	err = find_signers(st, at, why);
	if (err != KC_OK)
		return err;
	if (e->nby > 0 && e->nby < e->kind->signers.n)
		return refuse_few(st, at, why);
	if (e->nby == 0)
		return kc_refuse_role(KC_LIT(""), e->kind, why);
	if (e->nby > e->kind->signers.n)
		return refuse_many(at, why);
	return e->nby == 1 ? fill_one(st, at, why) : fill_all(st, at, why);
}
