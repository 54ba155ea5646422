/* SPDX-License-Identifier: Apache-2.0 */
/* What the clerk writes when a dispute corrects an event. */
#include "negative.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/vx.h"

static const struct kc_negative *
of(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->negatives.v[kc_dispute_decision(st, d)->object];
}

/* What it takes from now on. */
static int64_t
ordered(const struct kc_state *st, const struct kc_dispute *d)
{
	bool falls;
	int64_t points = kc_ordered(d, &falls);

	(void)st;
	return falls ? 0 : points;
}

/* Both kinds have the event and the dispute, and then points. */
_Static_assert(
    (int)KC_F_negative_revoke_negative == (int)KC_F_negative_reduce_negative &&
	(int)KC_F_negative_revoke_dispute ==
	    (int)KC_F_negative_reduce_dispute &&
	(int)KC_F_negative_revoke_was == (int)KC_F_negative_reduce_was,
    "the same fields first");

void
kc_negative_correct_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);

	kc_made_text(m, KC_F_negative_reduce_negative, of(st, d)->handle);
	kc_made_text(m, KC_F_negative_reduce_dispute, d->handle);
	kc_made_points(m, KC_F_negative_reduce_was, of(st, d)->amount_e4);
	if (due->kind == KC_K_negative_reduce)
		kc_made_points(m, KC_F_negative_reduce_amount, ordered(st, d));
}

static enum kc_err
want_ordered(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_negative *n;
	enum kc_err err =
	    kc_want_negative(st, at, KC_F_negative_reduce_negative, &n, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_negative_reduce_dispute, n->index, why);
	if (err == KC_OK)
		err = kc_want_points(
		    at, KC_F_negative_reduce_was, n->amount_e4, why);
	return err;
}

static enum kc_err
correct(struct kc_state *st, const struct kc_at *at, struct kc_negative *n)
{
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_negative_reduce_dispute);
	const struct kc_negative_correction was = {
	    .seq = (uint32_t)at->stamp.seq,
	    .dispute = d->index,
	    .amount_e4 = n->amount_e4};

	if (!kc_vec_push(&n->corrections, was))
		return KC_ENOMEM;
	n->amount_e4 = ordered(st, d);
	return kc_log_event(st, at, &n->events);
}

enum kc_err
negative_revoke_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_ordered(st, at, why);
}

enum kc_err
negative_revoke_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_negative *n =
	    kc_negative_of(st, at, KC_F_negative_revoke_negative);
	enum kc_err err = correct(st, at, n);

	if (err == KC_OK)
		err = kc_negative_enter(st, at, n, KC_NS_REVOKED);
	return err == KC_OK ? kc_corrected(st, at, KC_F_negative_revoke_dispute)
			    : err;
}

enum kc_err
negative_reduce_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	enum kc_err err = want_ordered(st, at, why);

	if (err != KC_OK)
		return err;
	return kc_want_points(at, KC_F_negative_reduce_amount,
	    ordered(st, kc_dispute_of(st, at, KC_F_negative_reduce_dispute)),
	    why);
}

enum kc_err
negative_reduce_apply(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = correct(
	    st, at, kc_negative_of(st, at, KC_F_negative_reduce_negative));

	return err == KC_OK ? kc_corrected(st, at, KC_F_negative_reduce_dispute)
			    : err;
}

int64_t
kc_negative_amount_at(const struct kc_negative *n, uint32_t seq)
{
	for (uint32_t i = 0; i < n->corrections.n; i++)
		if (n->corrections.v[i].seq > seq)
			return n->corrections.v[i].amount_e4;
	return n->amount_e4;
}

int64_t
kc_negative_taken_at(const struct kc_negative *n, uint32_t seq)
{
	bool confirmed =
	    kc_events_first(&n->events, KC_K_negative_confirm) <= seq;
	bool withdrawn =
	    kc_events_first(&n->events, KC_K_negative_withdraw) <= seq;

	return confirmed && !withdrawn ? kc_negative_amount_at(n, seq) : 0;
}
