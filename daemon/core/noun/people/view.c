/* SPDX-License-Identifier: Apache-2.0 */
/* Actors, their roles and keys, and who acts for whom. */
#include "noun/vx.h"

/* The key in force, or the last one. */
static void
write_key(struct kc_vx *x, const struct kc_actor *a)
{
	const struct kc_actor_key *k =
	    a->keys.n > 0 ? &a->keys.v[a->keys.n - 1] : NULL;
	struct kc_buf hex = {0};
	bool in_force =
	    k != NULL && !a->retired && k->until_seq > kc_state_size(x->st);

	if (k != NULL)
		kc_buf_hex(&hex, k->vkey.keyid, KC_KEYID_SIZE);
	kc_vx_buf(x, "key_id", &hex);
	kc_vx_bool(x, "in_force", in_force);
	kc_vx_u64(x, "keys", a->keys.n);
	kc_buf_free(&hex);
}

static void
write_roles(struct kc_vx *x, const struct kc_actor *a)
{
	struct kc_buf text = {0};

	kc_json_key(&x->w, "roles");
	kc_json_open(&x->w, '[');
	for (unsigned r = 0; r < KC_ROLE_COUNT; r++) {
		if ((a->roles >> r & 1) == 0)
			continue;
		kc_json_str(&x->w, kc_word_text(KC_SET_ROLE, r));
		if (text.n > 0)
			kc_buf_str(&text, kc_vx_say(x, "、", ", "));
		kc_buf_str(&text, kc_vx_label(x, KC_SET_ROLE, r));
	}
	kc_json_close(&x->w, ']');
	kc_vx_buf(x, "roles_text", &text);
	kc_buf_free(&text);
}

enum kc_err
kc_render_actors(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->actors.n; i++) {
		const struct kc_actor *a = x->st->actors.v[i];

		if ((x->unit != NULL && a->unit != x->unit->index) ||
		    !kc_vx_sees(x, a->unit, KC_NONE) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "actor", a->id);
		kc_vx_unit(x, "unit", a->unit);
		write_roles(x, a);
		write_key(x, a);
		kc_vx_u64(x, "seq", a->enrolled_seq);
		kc_vx_bool(x, "retired", a->retired);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- delegations --- */
static struct kc_term
term_of(const struct kc_delegation *d)
{
	return (struct kc_term){.machine = KC_M_delegation,
	    .ended = d->ended ? KC_DS_ENDED : KC_NONE,
	    .from = d->from,
	    .until = d->until};
}

static void
delegation_row(
    struct kc_vx *x, const struct kc_actor *by, const struct kc_delegation *d)
{
	struct kc_term term = term_of(d);

	kc_vx_row(x);
	kc_vx_str(x, "actor", by->id);
	kc_vx_str(x, "to", x->st->actors.v[d->to]->id);
	kc_vx_unit(x, "unit", by->unit);
	kc_json_key(&x->w, "kinds");
	kc_json_open(&x->w, '[');
	for (unsigned k = 0; k < KC_K_COUNT; k++)
		if (kc_kind_set_has(&d->kinds, k))
			kc_json_str(
			    &x->w, kc_kind_get((enum kc_kind_id)k)->name);
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "from", d->from);
	kc_vx_day(x, "until", d->until);
	kc_vx_term(x, &term);
	kc_vx_u64(x, "seq", d->seq);
	kc_vx_end(x);
}

enum kc_err
kc_render_delegations(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->actors.n; i++) {
		const struct kc_actor *a = x->st->actors.v[i];

		if (x->unit != NULL && a->unit != x->unit->index)
			continue;
		for (uint32_t j = 0; j < a->given.n; j++)
			if (kc_vx_sees(x, a->unit, KC_NONE))
				delegation_row(x, a, &a->given.v[j]);
	}
	return KC_OK;
}

/* --- one actor --- */
static void
put_part(struct kc_vx *x, const char *what, const char *zh, const char *en,
    const struct kc_buf *says, uint64_t seq)
{
	x->asked = true; /* of the actor, before its parts */
	kc_vx_row(x);
	kc_vx_str(x, "what", what);
	kc_vx_str(x, "what_text", kc_vx_say(x, zh, en));
	kc_vx_buf(x, "says", says);
	kc_vx_u64(x, "seq", seq);
	kc_vx_end(x);
}

/* The entry that made it: it is in force from the next. */
static uint64_t
made_by(const struct kc_actor_key *k)
{
	return k->from_seq > 0 ? k->from_seq - 1 : 0;
}

static void
put_keys(struct kc_vx *x, const struct kc_actor *a, struct kc_buf *says)
{
	for (uint32_t i = 0; i < a->keys.n; i++) {
		const struct kc_actor_key *k = &a->keys.v[i];

		kc_buf_reset(says);
		kc_buf_hex(says, k->vkey.keyid, KC_KEYID_SIZE);
		if (k->until_seq <= kc_state_size(x->st)) {
			kc_buf_str(says, kc_vx_say(x, "，至 #", ", until #"));
			kc_buf_u64(says, k->until_seq - 1);
		}
		if (k->doubt_until > k->doubt_from)
			kc_buf_str(says,
			    kc_vx_say(
				x, "，有存疑期", ", with a disputed window"));
		put_part(x, "key", "密钥", "key", says, made_by(k));
	}
}

/* Whom it acts for, and who acts for it. */
static void
put_delegations(struct kc_vx *x, const struct kc_actor *a, struct kc_buf *says)
{
	for (uint32_t i = 0; i < x->st->actors.n; i++) {
		const struct kc_actor *by = x->st->actors.v[i];

		for (uint32_t j = 0; j < by->given.n; j++) {
			const struct kc_delegation *d = &by->given.v[j];
			struct kc_term term = term_of(d);
			bool given = by == a;

			if (!given && d->to != a->index)
				continue;
			kc_buf_reset(says);
			kc_buf_str(
			    says, given ? x->st->actors.v[d->to]->id : by->id);
			kc_buf_str(says, kc_vx_say(x, "，", ", "));
			kc_buf_day(says, d->from);
			kc_buf_str(says, kc_vx_say(x, " 至 ", " to "));
			kc_buf_day(says, d->until);
			kc_buf_str(says, kc_vx_say(x, "，", ", "));
			kc_buf_str(says, kc_term_text(x, &term));
			if (given)
				put_part(x, "deputy", "授权他人代签",
				    "is signed for by", says, d->seq);
			else
				put_part(x, "acts_for", "代他人签署",
				    "signs for", says, d->seq);
		}
	}
}

enum kc_err
kc_render_actor(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_ACTOR, x->args->id);
	const struct kc_actor *a;
	struct kc_buf says = {0};
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "人员", "actor", x->args->id);
	a = x->st->actors.v[at];
	err = kc_vx_want_seen(x, kc_vx_sees(x, a->unit, KC_NONE));
	if (err != KC_OK)
		return err;
	kc_vx_str(x, "actor", a->id);
	kc_vx_unit(x, "unit", a->unit);
	kc_vx_u64(x, "seq", a->enrolled_seq);
	kc_vx_bool(x, "retired", a->retired);
	kc_vx_bool(x, "person_committed", a->person.seq != 0);
	kc_vx_rows(x);
	for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
		if ((a->roles >> r & 1) != 0) {
			kc_buf_reset(&says);
			kc_buf_str(&says, kc_vx_label(x, KC_SET_ROLE, r));
			put_part(
			    x, "role", "角色", "role", &says, a->role_seq[r]);
		}
	put_keys(x, a, &says);
	put_delegations(x, a, &says);
	kc_buf_free(&says);
	return KC_OK;
}
