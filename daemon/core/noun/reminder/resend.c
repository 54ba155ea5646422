/* SPDX-License-Identifier: Apache-2.0 */
/* A message is sent again by hand: asked for by a signed entry, done by the
 * outbox, told by an outcome of its own that says which copy it was. */
#include "reminder.h"

#include "engine/noun.h"

uint32_t
kc_resend_open(const struct kc_state *st, uint32_t told)
{
	for (uint32_t i = st->resends.n; i-- > 0;)
		if (st->resends.v[i].told == told)
			return st->resends.v[i].outcome == 0 ? i : KC_NONE;
	return KC_NONE;
}

/* The message that is named, or of which a copy is. */
static uint32_t
first_of(const struct kc_state *st, uint32_t told)
{
	return st->told.v[told].first;
}

bool
kc_resend_after(const struct kc_state *st, uint32_t told)
{
	uint32_t first = first_of(st, told);

	if (st->told.v[first].copies == 0)
		return false;
	for (uint32_t i = st->resends.n; i-- > 0;)
		if (st->resends.v[i].told == first)
			return st->resends.v[i].seq > st->told.v[told].seq;
	return false;
}

enum kc_err
remind_resend_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_MESSAGE, at, KC_F_remind_resend_message, &i, why);

	if (err != KC_OK)
		return err;
	i = first_of(st, i);
	if (kc_resend_open(st, i) != KC_NONE) {
		(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
		kc_refusal_arg(
		    why, 0, kc_entry_str(at->e, KC_F_remind_resend_message));
		return KC_EREFUSED;
	}
	if (st->told.v[i].copies < KC_MESSAGE_COPIES_MAX)
		return KC_OK;
	(void)kc_refuse(why, KC_R_FIELD_COUNT, "message", "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, KC_MESSAGE_COPIES_MAX);
	return KC_EREFUSED;
}

enum kc_err
remind_resend_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t i = first_of(st,
	    kc_find(st, KC_NS_MESSAGE,
		kc_entry_str(at->e, KC_F_remind_resend_message)));
	struct kc_resend_row row = {.told = i, .seq = (uint32_t)at->stamp.seq};

	row.copy = ++st->told.v[i].copies;
	return kc_vec_push(&st->resends, row) ? KC_OK : KC_ENOMEM;
}

bool
kc_state_resend(const struct kc_state *st, uint32_t i, struct kc_resend *out)
{
	const struct kc_resend_row *r;

	if (i >= st->resends.n)
		return false;
	r = &st->resends.v[i];
	*out = (struct kc_resend){.outcome = st->told.v[r->told].seq,
	    .copy = r->copy,
	    .open = r->outcome == 0};
	return true;
}
