/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a dispute corrects of a case. What was returned came from what was
 * deducted: when that is less, so is the most that may come back, and the rest
 * is taken back. A correction is not bound by that cap (POLICY, Arithmetic 7).
 */
#include "prededuct.h"

#include <assert.h>

#include <kaocheng/arith.h>

#include "noun/dispute/dispute.h"
#include "noun/vx.h"

static const struct kc_case *
case_of(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->cases.v[kc_dispute_decision(st, d)->object];
}

/* What a case is after a deduction of so many points instead. */
struct figures {
	int64_t deducted_e4, returned_e4, clawback_e4;
};

static struct figures
reduced(const struct kc_state *st, const struct kc_case *c, int64_t points)
{
	int32_t cap = (int32_t)kc_case_policy(st, c)->value[KC_P_PD_REFUND_MAX];
	struct figures f = {points, kc_return(points, cap), 0};

	if (c->returned_e4 < f.returned_e4)
		f.returned_e4 = c->returned_e4;
	f.clawback_e4 = c->returned_e4 - f.returned_e4;
	return f;
}

/* Takes the new figures and keeps the old ones with the entry. */
static enum kc_err
correct(struct kc_state *st, const struct kc_at *at, struct kc_case *c,
    unsigned dispute_field, const struct figures *f)
{
	struct kc_case_correction was = {.seq = (uint32_t)at->stamp.seq,
	    .dispute = kc_dispute_of(st, at, dispute_field)->index,
	    .deducted_e4 = c->deducted_e4,
	    .returned_e4 = c->returned_e4,
	    .rate_bp = c->rate_bp};
	enum kc_err err = kc_log_event(st, at, &c->events);

	if (!kc_vec_push(&c->corrections, was))
		return KC_ENOMEM;
	c->deducted_e4 = f->deducted_e4;
	c->returned_e4 = f->returned_e4;
	assert(c->returned_e4 <= c->deducted_e4);
	return err == KC_OK ? kc_corrected(st, at, dispute_field) : err;
}

/* --- prededuct.revoke --------------------------------------------------------
 */
void
kc_revoke_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	const struct kc_case *c = case_of(st, d);

	kc_made_text(m, KC_F_prededuct_revoke_case_, c->handle);
	kc_made_text(m, KC_F_prededuct_revoke_dispute, d->handle);
	kc_made_points(m, KC_F_prededuct_revoke_deducted, c->deducted_e4);
	kc_made_points(m, KC_F_prededuct_revoke_returned, c->returned_e4);
}

enum kc_err
prededuct_revoke_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_revoke_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_prededuct_revoke_dispute, c->index, why);
	if (err == KC_OK)
		err = kc_want_points(
		    at, KC_F_prededuct_revoke_deducted, c->deducted_e4, why);
	if (err == KC_OK)
		err = kc_want_points(
		    at, KC_F_prededuct_revoke_returned, c->returned_e4, why);
	return err;
}

/* Nothing of it is left: not what was kept after a return either. */
enum kc_err
prededuct_revoke_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct figures none = {0, 0, 0};
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_revoke_case_);
	bool open = kc_case_open(c);
	enum kc_err err =
	    correct(st, at, c, KC_F_prededuct_revoke_dispute, &none);

	if (open)
		kc_case_end(st, c, KC_CS_REVOKED);
	c->state = KC_CS_REVOKED;
	return err == KC_OK ? kc_good_fall(st, at, c) : err;
}

/* --- prededuct.reduce --------------------------------------------------------
 */
static struct figures
ordered(const struct kc_state *st, const struct kc_dispute *d)
{
	bool falls;
	int64_t points = kc_ordered(d, &falls);

	assert(!falls);
	return reduced(st, case_of(st, d), points);
}

void
kc_reduce_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	struct figures f = ordered(st, d);

	kc_made_text(m, KC_F_prededuct_reduce_case_, case_of(st, d)->handle);
	kc_made_text(m, KC_F_prededuct_reduce_dispute, d->handle);
	kc_made_points(m, KC_F_prededuct_reduce_deducted, f.deducted_e4);
	kc_made_points(m, KC_F_prededuct_reduce_returned, f.returned_e4);
	kc_made_points(m, KC_F_prededuct_reduce_clawback, f.clawback_e4);
}

enum kc_err
prededuct_reduce_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	struct figures f;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_reduce_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_prededuct_reduce_dispute, c->index, why);
	if (err != KC_OK)
		return err;
	f = ordered(st, kc_dispute_of(st, at, KC_F_prededuct_reduce_dispute));
	err = kc_want_points(
	    at, KC_F_prededuct_reduce_deducted, f.deducted_e4, why);
	if (err == KC_OK)
		err = kc_want_points(
		    at, KC_F_prededuct_reduce_returned, f.returned_e4, why);
	if (err == KC_OK)
		err = kc_want_points(
		    at, KC_F_prededuct_reduce_clawback, f.clawback_e4, why);
	return err;
}

enum kc_err
prededuct_reduce_apply(struct kc_state *st, const struct kc_at *at)
{
	struct figures f =
	    ordered(st, kc_dispute_of(st, at, KC_F_prededuct_reduce_dispute));

	return correct(st, at, kc_case_of(st, at, KC_F_prededuct_reduce_case_),
	    KC_F_prededuct_reduce_dispute, &f);
}

/* --- refund.correct
 * ------------------------------------------------------------ */
static int32_t
ordered_rate(const struct kc_state *st, const struct kc_dispute *d)
{
	const struct kc_policy *p = kc_case_policy(st, case_of(st, d));
	bool falls;
	int64_t rate = kc_ordered(d, &falls);

	return (int32_t)(falls ? p->value[KC_P_PD_REFUND_MAX] : rate);
}

void
kc_refund_correct_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	const struct kc_case *c = case_of(st, d);
	int32_t rate = ordered_rate(st, d);

	kc_made_text(m, KC_F_refund_correct_case_, c->handle);
	kc_made_text(m, KC_F_refund_correct_dispute, d->handle);
	kc_made_number(m, KC_F_refund_correct_rate, rate);
	kc_made_points(
	    m, KC_F_refund_correct_returned, kc_return(c->deducted_e4, rate));
}

enum kc_err
refund_correct_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	int32_t rate;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_refund_correct_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_refund_correct_dispute, c->index, why);
	if (err != KC_OK)
		return err;
	rate = ordered_rate(
	    st, kc_dispute_of(st, at, KC_F_refund_correct_dispute));
	err = kc_want_number(at, KC_F_refund_correct_rate, rate, why);
	if (err != KC_OK)
		return err;
	return kc_want_points(at, KC_F_refund_correct_returned,
	    kc_return(c->deducted_e4, rate), why);
}

/* As the review should have ended: with a return. */
enum kc_err
refund_correct_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_refund_correct_case_);
	int32_t rate = ordered_rate(
	    st, kc_dispute_of(st, at, KC_F_refund_correct_dispute));
	const struct figures f = {
	    c->deducted_e4, kc_return(c->deducted_e4, rate), 0};
	enum kc_err err = correct(st, at, c, KC_F_refund_correct_dispute, &f);

	c->rate_bp = rate;
	if (kc_case_open(c))
		kc_case_end(st, c, KC_CS_RETURNED);
	c->state = KC_CS_RETURNED;
	return err;
}

/* --- extension.allow ---------------------------------------------------------
 */
/* From the day of the order on, so that it is known before the entry. */
static void
extended(
    const struct kc_state *st, const struct kc_dispute *d, struct kc_case *out)
{
	kc_case_extended(st, case_of(st, d), d->since, out);
}

void
kc_allow_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	struct kc_case x;

	extended(st, d, &x);
	kc_made_text(m, KC_F_extension_allow_case_, case_of(st, d)->handle);
	kc_made_text(m, KC_F_extension_allow_dispute, d->handle);
	kc_made_day(m, KC_F_extension_allow_due, x.due);
}

enum kc_err
extension_allow_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	struct kc_case x;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_extension_allow_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_extension_allow_dispute, c->index, why);
	if (err != KC_OK)
		return err;
	extended(st, kc_dispute_of(st, at, KC_F_extension_allow_dispute), &x);
	return kc_want_same_day(at, KC_F_extension_allow_due, x.due, why);
}

/* A period that ended meanwhile runs again, whatever it ended by. */
enum kc_err
extension_allow_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_extension_allow_dispute);
	struct kc_case *c = kc_case_of(st, at, KC_F_extension_allow_case_), x;
	enum kc_err err = kc_log_event(st, at, &c->events);

	extended(st, d, &x);
	c->extensions = x.extensions;
	c->delayed = x.delayed;
	c->extension_asked = false;
	if (c->state == KC_CS_EXPIRED) {
		kc_case_reopen(st, c, KC_CS_RECTIFYING);
		c->submitted = c->review_due = KC_DAY_NONE;
		c->review_overdue = c->review_provisional = false;
	}
	if (err == KC_OK)
		err = kc_case_recalendar(st, c->index);
	return err == KC_OK ? kc_corrected(st, at, KC_F_extension_allow_dispute)
			    : err;
}

/* --- what it was before
 * -------------------------------------------------------- */
void
kc_case_figures(const struct kc_case *c, uint32_t seq, int64_t *deducted_e4,
    int64_t *returned_e4)
{
	*deducted_e4 = c->deducted_e4;
	*returned_e4 = c->returned_e4;
	for (uint32_t i = 0; i < c->corrections.n; i++)
		if (c->corrections.v[i].seq > seq) {
			*deducted_e4 = c->corrections.v[i].deducted_e4;
			*returned_e4 = c->corrections.v[i].returned_e4;
			return;
		}
}

void
kc_case_figures_then(const struct kc_state *st, const struct kc_case *c,
    uint32_t seq, int64_t *deducted_e4, int64_t *returned_e4)
{
	const struct kc_case_correction *last = c->corrections.n > 0
	    ? &c->corrections.v[c->corrections.n - 1]
	    : NULL;

	kc_case_figures(c, seq, deducted_e4, returned_e4);
	if (c->state != KC_CS_WITHDRAWN || (last != NULL && last->seq > seq) ||
	    kc_events_first(&c->events, KC_K_prededuct_withdraw) <= seq)
		return;
	/* of one that can be withdrawn no more than its points was corrected */
	*deducted_e4 = last != NULL
	    ? kc_ordered(st->disputes.v[last->dispute], NULL)
	    : kc_case_amount(st, c);
}

int32_t
kc_case_rate_at(const struct kc_case *c, uint32_t seq)
{
	for (uint32_t i = 0; i < c->corrections.n; i++)
		if (c->corrections.v[i].seq > seq)
			return c->corrections.v[i].rate_bp;
	return c->rate_bp;
}

const struct kc_case_correction *
kc_case_correction_at(const struct kc_case *c, uint32_t seq)
{
	for (uint32_t i = 0; i < c->corrections.n; i++)
		if (c->corrections.v[i].seq == seq)
			return &c->corrections.v[i];
	return NULL;
}
