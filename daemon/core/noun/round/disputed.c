/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be disputed of an opinion: that the target is behind. It falls
 * whole, and then the target is on schedule; letters and pre-deductions that
 * rest on it are disputed by themselves.
 */
#include "round.h"

#include "noun/dispute/dispute.h"
#include "noun/target/plan.h"

/* --- for the rows ------------------------------------------------------------
 */
static const char *
opinion_handle(const struct kc_state *st, uint32_t object)
{
	return st->opinions.v[object]->handle;
}

static uint32_t
opinion_target(const struct kc_state *st, uint32_t object)
{
	return st->opinions.v[object]->target;
}

static const struct kc_events *
opinion_events(const struct kc_state *st, uint32_t object)
{
	return &st->opinions.v[object]->events;
}

static const struct kc_matter of_opinion = {"opinion", KC_NS_OPINION, NULL,
    opinion_handle, opinion_target, opinion_events, NULL, NULL, NULL, NULL};

static bool
opinion_of(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return st->targets.v[st->opinions.v[object]->target]->unit == unit;
}

static bool
behind_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return st->opinions.v[d->object]->verdict == KC_VERDICT_BEHIND;
}

static int
behind_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	(void)falls;
	(void)measure;
	return behind_stands(st, kc_dispute_decision(st, d), d->unit)
	    ? KC_K_opinion_amend
	    : -1;
}

#define NONE (-1)
const struct kc_subject kc_opinion_subjects[] = {
    {KC_K_opinion_record, &of_opinion, NONE, KC_K_opinion_feed_back,
	KC_MEASURE_NOT, opinion_of, kc_judge_nobody, NULL, behind_stands, NULL,
	behind_corrects, NULL, NULL},
    {KC_K_opinion_point, &of_opinion, NONE, KC_K_opinion_feed_back,
	KC_MEASURE_NOT, opinion_of, kc_judge_nobody, NULL, behind_stands, NULL,
	behind_corrects, NULL, NULL},
    {.matter = NULL},
};

/* --- opinion.amend -----------------------------------------------------------
 */
void
kc_opinion_amend_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);

	kc_made_text(m, KC_F_opinion_amend_opinion,
	    opinion_handle(st, kc_dispute_decision(st, d)->object));
	kc_made_text(m, KC_F_opinion_amend_dispute, d->handle);
	kc_made_text(m, KC_F_opinion_amend_verdict,
	    kc_word_text(KC_SET_VERDICT, KC_VERDICT_ON_SCHEDULE));
}

enum kc_err
opinion_amend_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_opinion *o;
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_OPINION, at, KC_F_opinion_amend_opinion, &i, why);

	if (err != KC_OK)
		return err;
	o = st->opinions.v[i];
	err = kc_want_state(at, KC_M_opinion, o->state, o->handle, why);
	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_opinion_amend_dispute, i, why);
	if (err != KC_OK ||
	    kc_entry_num(at->e, KC_F_opinion_amend_verdict, 0) ==
		KC_VERDICT_ON_SCHEDULE)
		return err;
	(void)kc_refuse_field(at, KC_F_opinion_amend_verdict, "", NULL, why);
	return kc_refusal_word(why, 1, KC_SET_VERDICT, KC_VERDICT_ON_SCHEDULE);
}

enum kc_err
opinion_amend_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_opinion *o =
	    kc_opinion_of(st, at, KC_F_opinion_amend_opinion);
	enum kc_err err = kc_log_event(st, at, &o->events);

	o->verdict = KC_VERDICT_ON_SCHEDULE;
	return err == KC_OK ? kc_corrected(st, at, KC_F_opinion_amend_dispute)
			    : err;
}
