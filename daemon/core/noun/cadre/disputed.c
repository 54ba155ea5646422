/* SPDX-License-Identifier: Apache-2.0 */
/* The loss of "good" is disputed by the unit of the cadre, and restored. */
#include "noun/prededuct/prededuct.h"

#include "noun/dispute/dispute.h"

static const struct kc_proposal *
proposal_of(const struct kc_state *st, uint32_t case_)
{
	return st->proposals.v[st->cases.v[case_]->proposal];
}

static bool
good_of(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return st->cadres.v[proposal_of(st, object)->cadre]->unit == unit;
}

static uint32_t
good_judge(const struct kc_state *st, uint32_t object)
{
	(void)st;
	(void)object;
	return KC_NONE;
}

static bool
loss_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return proposal_of(st, d->object)->state == KC_PS_LOST;
}

static int
loss_corrects(const struct kc_state *st, const struct kc_dispute *d, bool falls,
    int64_t measure)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);

	(void)falls;
	(void)measure;
	return loss_stands(st, about, d->unit) ? KC_K_good_restore : -1;
}

#define NONE (-1)
const struct kc_subject kc_cadre_subjects[] = {
    {KC_K_good_confirm, &kc_matter_case, KC_K_prededuct_confirm, NONE,
	KC_MEASURE_NOT, good_of, good_judge, NULL, loss_stands, NULL,
	loss_corrects, NULL, NULL},
    {.matter = NULL},
};

/* --- good.restore ------------------------------------------------------------
 */
void
kc_restore_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	uint32_t object = kc_dispute_decision(st, d)->object;
	const struct kc_cadre *x = st->cadres.v[proposal_of(st, object)->cadre];

	kc_made_text(m, KC_F_good_restore_cadre, x->code);
	kc_made_text(m, KC_F_good_restore_case_, st->cases.v[object]->handle);
	kc_made_text(m, KC_F_good_restore_dispute, d->handle);
}

enum kc_err
good_restore_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want_proposal(
	    st, at, KC_F_good_restore_cadre, KC_F_good_restore_case_, &i, why);

	if (err == KC_OK)
		err = kc_want_proposal_in(st, at, i, why);
	return err == KC_OK
	    ? kc_want_correction(st, at, KC_F_good_restore_dispute,
		  st->proposals.v[i]->case_, why)
	    : err;
}

/* As if it had been declined: what it held back comes after all. */
enum kc_err
good_restore_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_case *c = kc_case_of(st, at, KC_F_good_restore_case_);
	enum kc_err err =
	    kc_good_settle(st, at, KC_F_good_restore_case_, KC_PS_RESTORED);

	if (err == KC_OK)
		err = kc_good_release(st, at, st->proposals.v[c->proposal]);
	return err == KC_OK ? kc_corrected(st, at, KC_F_good_restore_dispute)
			    : err;
}
