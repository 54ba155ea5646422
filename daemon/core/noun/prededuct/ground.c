/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fact is deducted for once (一事不二扣): what a case rests on, and
 * whether another case of its target rests on the same.
 */
#include "prededuct.h"

static enum kc_mark
mark_of(const struct kc_state *st, const struct kc_case *c)
{
	return kc_case_policy(st, c)->situations[c->situation].mark;
}

/* On the figures of a quarter: the report of a superior indicator, or what a
 * cause is half an excuse for. */
static bool
rests_on_quarter(enum kc_mark mark)
{
	switch (mark) {
	case KC_MARK_RANK_LOW:
	case KC_MARK_RANK_FELL:
	case KC_MARK_RANK_ADVANCED:
	case KC_MARK_RANK_ADVANCED_1:
	case KC_MARK_PARTLY:
		return true;
	case KC_MARK_BEHIND:
	case KC_MARK_UNANSWERED:
	case KC_MARK_OBJECTIVE:
		break;
	}
	return false;
}

static bool
rests_on_progress(enum kc_mark mark, const struct kc_case *c)
{
	return (mark == KC_MARK_BEHIND || mark == KC_MARK_OBJECTIVE ||
		   mark == KC_MARK_PARTLY) &&
	    c->planned_bp >= 0 && c->actual_bp >= 0;
}

/* One finding a day; and the same figures are no other finding on another
 * day of the quarter. */
static bool
same_progress(const struct kc_case *a, const struct kc_case *b)
{
	return a->decided == b->decided ||
	    (a->quarter == b->quarter && a->planned_bp == b->planned_bp &&
		a->actual_bp == b->actual_bp);
}

/* A letter has two failings: to be left without an answer, for which it rises
 * to red, and not to be acted on. Data are false for a quarter. */
static bool
same_failing(const struct kc_case *a, const struct kc_case *b)
{
	bool false_data = a->cause == KC_CAUSE_FALSE_DATA;

	if (false_data != (b->cause == KC_CAUSE_FALSE_DATA))
		return false;
	if (false_data)
		return a->quarter == b->quarter;
	return a->warning == b->warning &&
	    (a->cause == KC_CAUSE_NOT_RECTIFIED) ==
	    (b->cause == KC_CAUSE_NOT_RECTIFIED);
}

static bool
same_ground(
    const struct kc_state *st, const struct kc_case *a, const struct kc_case *b)
{
	enum kc_mark of_a = mark_of(st, a), of_b = mark_of(st, b);

	if (of_a == KC_MARK_UNANSWERED && of_b == KC_MARK_UNANSWERED)
		return same_failing(a, b);
	if (rests_on_quarter(of_a) && rests_on_quarter(of_b) &&
	    a->quarter == b->quarter)
		return true;
	return rests_on_progress(of_a, a) && rests_on_progress(of_b, b) &&
	    same_progress(a, b);
}

enum kc_err
kc_want_unused(const struct kc_state *st, const struct kc_case *claim,
    struct kc_refusal *why)
{
	const struct kc_u32s *of = &st->units.v[claim->unit]->prededucts;
	const struct kc_policy *p = kc_case_policy(st, claim);

	for (uint32_t i = 0; i < of->n; i++) {
		const struct kc_case *c = st->cases.v[of->v[i]];

		/* What came to nothing has used up nothing. */
		if (c->target != claim->target || c->state == KC_CS_DECLINED ||
		    c->state == KC_CS_LAPSED || c->state == KC_CS_WITHDRAWN ||
		    !same_ground(st, c, claim))
			continue;
		kc_policy_cite_situation(
		    p, &p->situations[claim->situation], why);
		return kc_refuse(
		    why, KC_R_DUPLICATE, c->handle, NULL, NULL, NULL);
	}
	return KC_OK;
}
