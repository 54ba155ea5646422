/* SPDX-License-Identifier: Apache-2.0 */
/* What people say about their reminders: muted for a time, acknowledged. */
#include "reminder.h"

#include "engine/noun.h"
#include "noun/unit/unit.h"

#define MUTE_DAYS_MAX 366

const struct kc_reminded *
kc_reminded_find(const struct kc_state *st, uint32_t to, struct kc_slice key)
{
	uint32_t at =
	    kc_index_find(&st->by_code, kc_ns_of(KC_NS_REMINDED, to), key);

	return at == KC_NONE ? NULL : &st->reminded.v[at];
}

const struct kc_heed *
kc_heed_find(const struct kc_state *st, uint32_t to, struct kc_slice about)
{
	uint32_t at =
	    kc_index_find(&st->by_code, kc_ns_of(KC_NS_HEED, to), about);

	return at == KC_NONE ? NULL : &st->heeds.v[at];
}

bool
kc_handle_known(const struct kc_state *st, struct kc_slice handle)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++)
			if (kc_nouns[i]->named[j].field != NULL &&
			    kc_find(st, kc_nouns[i]->named[j].ns, handle) !=
				KC_NONE)
				return true;
	return false;
}

static enum kc_err
want_matter(
    const struct kc_state *st, struct kc_slice about, struct kc_refusal *why)
{
	if (kc_handle_known(st, about))
		return KC_OK;
	(void)kc_refuse(why, KC_R_NOT_FOUND, "matter", "", NULL, NULL);
	kc_refusal_arg(why, 1, about);
	return kc_refusal_zh(why, 0, "事项");
}

/* The row of a person and a matter, made if need be; NULL: no memory. */
static struct kc_heed *
heed_of(struct kc_state *st, uint32_t to, struct kc_slice about)
{
	uint64_t ns = kc_ns_of(KC_NS_HEED, to);
	uint32_t at = kc_index_find(&st->by_code, ns, about);
	struct kc_heed h = {.to = to, .mute_until = KC_DAY_NONE};

	if (at != KC_NONE)
		return &st->heeds.v[at];
	h.about = kc_arena_text(&st->arena, about);
	if (h.about == NULL ||
	    !kc_index_add(&st->by_code, ns, h.about, st->heeds.n) ||
	    !kc_vec_push(&st->heeds, h))
		return NULL;
	return &st->heeds.v[st->heeds.n - 1];
}

/* --- remind.mute --- */
/* Whose reminders: those of the signer, or of whom it names. */
static uint32_t
whose(const struct kc_state *st, const struct kc_at *at)
{
	if (!kc_entry_has(at->e, KC_F_remind_mute_actor))
		return at->for_role[0];
	return kc_find(
	    st, KC_NS_ACTOR, kc_entry_str(at->e, KC_F_remind_mute_actor));
}

static enum kc_err
want_own(const struct kc_state *st, const struct kc_at *at, uint32_t who,
    struct kc_refusal *why)
{
	const struct kc_actor *by = kc_signer(st, at, 0);
	const struct kc_actor *a = st->actors.v[who];

	if (a == by ||
	    ((by->roles & KC_ROLE_BIT(KC_ROLE_HEAD)) != 0 &&
		by->unit != KC_NONE && by->unit == a->unit))
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, a->id,
	    by->unit == KC_NONE ? by->id : st->units.v[by->unit]->code, NULL,
	    NULL);
}

enum kc_err
remind_mute_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	kc_day until = (kc_day)kc_entry_num(at->e, KC_F_remind_mute_until, 0);
	uint32_t who = KC_NONE;
	enum kc_err err =
	    want_matter(st, kc_entry_str(at->e, KC_F_remind_mute_about), why);

	if (err == KC_OK && kc_entry_has(at->e, KC_F_remind_mute_actor))
		err = kc_want(
		    st, KC_NS_ACTOR, at, KC_F_remind_mute_actor, &who, why);
	if (err == KC_OK)
		err = want_own(st, at, whose(st, at), why);
	if (err != KC_OK)
		return err;
	if (until >= at->day && until <= at->day + MUTE_DAYS_MAX)
		return KC_OK;
	(void)kc_refuse(why, KC_R_DATE_ORDER, "",
	    "from today on, within a year", NULL, NULL);
	kc_arg_day(why, 0, until);
	return kc_refusal_zh(why, 1, "自今日起一年以内");
}

enum kc_err
remind_mute_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_heed *h = heed_of(
	    st, whose(st, at), kc_entry_str(at->e, KC_F_remind_mute_about));

	if (h == NULL)
		return KC_ENOMEM;
	h->mute_until = (kc_day)kc_entry_num(at->e, KC_F_remind_mute_until, 0);
	return KC_OK;
}

/* --- remind.ack --- */
static enum kc_err
refuse_again(struct kc_slice what, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, what);
	return KC_EREFUSED;
}

/* Ids follow from what everybody knows: who tries that of another's reminder to
 * vote learns nothing, nor by one that is nearly it. */
static enum kc_err
want_message(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice code = kc_entry_str(at->e, KC_F_remind_ack_message);
	uint32_t i = kc_find(st, KC_NS_MESSAGE, code), by = at->for_role[0];

	if (i == KC_NONE || (st->told.v[i].sealed && st->told.v[i].to != by)) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "message", "", NULL, NULL);
		kc_refusal_arg(why, 1, code);
		return kc_refusal_zh(why, 0, "消息");
	}
	if (st->told.v[i].to != by) {
		(void)kc_refuse(why, KC_R_UNIT_MISMATCH, "",
		    st->actors.v[by]->id, NULL, NULL);
		kc_refusal_arg(why, 0, code);
		return KC_EREFUSED;
	}
	if (st->told.v[i].ack_ms != 0)
		return refuse_again(code, why);
	return KC_OK;
}

enum kc_err
remind_ack_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	bool message = kc_entry_has(at->e, KC_F_remind_ack_message);
	struct kc_slice about = kc_entry_str(at->e, KC_F_remind_ack_about);
	const struct kc_heed *h;
	enum kc_err err;

	if (message && about.n > 0)
		return kc_refuse(
		    why, KC_R_FIELD_COUNT, "message, about", "1", NULL, NULL);
	if (message)
		return want_message(st, at, why);
	if (about.n == 0)
		return kc_refuse(why, KC_R_FIELD_MISSING, "message, about",
		    NULL, NULL, NULL);
	err = want_matter(st, about, why);
	h = kc_heed_find(st, at->for_role[0], about);
	if (err == KC_OK && h != NULL && h->ack_ms != 0)
		return refuse_again(about, why);
	return err;
}

enum kc_err
remind_ack_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_heed *h;

	if (kc_entry_has(at->e, KC_F_remind_ack_message)) {
		uint32_t i = kc_find(st, KC_NS_MESSAGE,
		    kc_entry_str(at->e, KC_F_remind_ack_message));

		st->told.v[i].ack_ms = at->stamp.received_ms;
		return KC_OK;
	}
	h = heed_of(
	    st, at->for_role[0], kc_entry_str(at->e, KC_F_remind_ack_about));
	if (h == NULL)
		return KC_ENOMEM;
	h->ack_ms = at->stamp.received_ms;
	return KC_OK;
}
