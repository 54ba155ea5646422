/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be disputed of a bonus: that it is refused, given by a lower grade
 * or cancelled; and what the clerk writes when a dispute corrects it.
 */
#include "bonus.h"

#include <assert.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/vx.h"

/* --- for the rows --- */
static const char *
handle(const struct kc_state *st, uint32_t object)
{
	return st->bonuses.v[object]->handle;
}

static const struct kc_events *
events(const struct kc_state *st, uint32_t object)
{
	return &st->bonuses.v[object]->events;
}

static uint32_t
unit(const struct kc_state *st, uint32_t object)
{
	return st->bonuses.v[object]->unit;
}

static int
year(const struct kc_state *st, uint32_t object)
{
	return st->bonuses.v[object]->year;
}

static const struct kc_matter of_bonus = {
    "bonus", KC_NS_BONUS, NULL, handle, NULL, events, unit, year, NULL, NULL};

static bool
is_of(const struct kc_state *st, uint32_t object, uint32_t who)
{
	return st->bonuses.v[object]->unit == who;
}

static const struct kc_bonus *
disputed(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->bonuses.v[kc_dispute_decision(st, d)->object];
}

/* Still as it was decided, and less than the unit asks for. */
static bool
stands(const struct kc_state *st, const struct kc_decision *d, uint32_t who)
{
	const struct kc_bonus *b = st->bonuses.v[d->object];

	(void)who;
	switch ((enum kc_bonus_state)b->state) {
	case KC_BS_GRANTED:
		return d->kind == KC_K_bonus_grant && b->given != b->grade;
	case KC_BS_REFUSED:
		return d->kind == KC_K_bonus_refuse;
	case KC_BS_CANCELLED:
		return d->kind == KC_K_bonus_cancel;
	case KC_BS_CLAIMED:
	case KC_BS_RETURNED:
	case KC_BS_LAPSED:
	case KC_BS_VERIFIED:
	case KC_BS_PUBLIC:
	case KC_BS_SHOWN:
	case KC_BS_WITHDRAWN:
		break;
	}
	return false;
}

/* The grade that it has when the decision falls: the one claimed, or of what
 * was cancelled the one that it had. */
static int64_t
before(const struct kc_state *st, const struct kc_decision *d)
{
	const struct kc_bonus *b = st->bonuses.v[d->object];

	/* What a counterfactual adds has the number of the entry after it: the
	 * change before this one, not the one by an earlier number. */
	for (uint32_t i = b->changes.n; i-- > 1;)
		if (d->kind == KC_K_bonus_cancel && b->changes.v[i].given < 0 &&
		    b->changes.v[i].seq == d->seq)
			return b->changes.v[i - 1].given;
	return b->grade;
}

/* Lower than that, and higher than what it has. */
static bool
range(const struct kc_state *st, const struct kc_dispute *d, int64_t *best,
    int64_t *least)
{
	const struct kc_bonus *b = disputed(st, d);
	int first, last;

	if (!kc_bonus_lower((unsigned)d->before, &first, &last))
		return false;
	*best = first;
	*least = b->given < 0 ? last : b->given - 1;
	return *best <= *least;
}

static int
corrects(const struct kc_state *st, const struct kc_dispute *d, bool falls,
    int64_t measure)
{
	const struct kc_bonus *b = disputed(st, d);

	(void)falls;
	if (!stands(st, kc_dispute_decision(st, d), d->unit) ||
	    (b->given >= 0 && b->given <= measure))
		return -1;
	return KC_K_bonus_award;
}

const struct kc_subject kc_bonus_subjects[] = {
    {KC_K_bonus_grant, &of_bonus, KC_K_bonus_verify, -1, KC_MEASURE_GRADE,
	is_of, kc_judge_nobody, NULL, stands, range, corrects, before, NULL},
    {KC_K_bonus_refuse, &of_bonus, KC_K_bonus_verify, -1, KC_MEASURE_GRADE,
	is_of, kc_judge_nobody, NULL, stands, range, corrects, before, NULL},
    {KC_K_bonus_cancel, &of_bonus, KC_K_bonus_grant, -1, KC_MEASURE_GRADE,
	is_of, kc_judge_nobody, NULL, stands, range, corrects, before, NULL},
    {.matter = NULL},
};

const struct kc_decision *
kc_bonus_decision(const struct kc_state *st, const struct kc_bonus *b)
{
	for (uint32_t i = b->events.n; i-- > 0;) {
		const struct kc_event *e = &b->events.v[i];

		if (e->kind == KC_K_bonus_grant ||
		    e->kind == KC_K_bonus_refuse ||
		    e->kind == KC_K_bonus_cancel)
			return kc_decision_find(st, e->seq);
	}
	return NULL;
}

/* --- bonus.award --- */
static int
ordered(const struct kc_dispute *d)
{
	return (int)kc_ordered(d, NULL);
}

void
kc_bonus_award_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	const struct kc_bonus *b = disputed(st, d);

	kc_made_text(m, KC_F_bonus_award_bonus, b->handle);
	kc_made_text(m, KC_F_bonus_award_dispute, d->handle);
	kc_made_points(m, KC_F_bonus_award_was, b->amount_e4);
	kc_made_text(m, KC_F_bonus_award_grade,
	    kc_word_text(KC_SET_BONUS_GRADE, ordered(d)));
	kc_made_points(
	    m, KC_F_bonus_award_amount, kc_bonus_worth(st, b, ordered(d)));
}

enum kc_err
bonus_award_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_dispute *d;
	const struct kc_bonus *b;
	enum kc_err err =
	    kc_want_bonus(st, at, KC_F_bonus_award_bonus, &b, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_bonus_award_dispute, b->index, why);
	if (err == KC_OK)
		err =
		    kc_want_points(at, KC_F_bonus_award_was, b->amount_e4, why);
	if (err != KC_OK)
		return err;
	d = kc_dispute_of(st, at, KC_F_bonus_award_dispute);
	err = kc_want_word(
	    at, KC_F_bonus_award_grade, KC_SET_BONUS_GRADE, ordered(d), why);
	return err == KC_OK ? kc_want_points(at, KC_F_bonus_award_amount,
				  kc_bonus_worth(st, b, ordered(d)), why)
			    : err;
}

enum kc_err
bonus_award_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_bonus_of(st, at, KC_F_bonus_award_bonus);
	enum kc_err err = kc_bonus_change(st, at, b,
	    ordered(kc_dispute_of(st, at, KC_F_bonus_award_dispute)));

	if (err == KC_OK)
		err = kc_log_event(st, at, &b->events);
	if (err == KC_OK)
		err = kc_bonus_enter(st, at, b, KC_BS_GRANTED);
	return err == KC_OK ? kc_corrected(st, at, KC_F_bonus_award_dispute)
			    : err;
}
