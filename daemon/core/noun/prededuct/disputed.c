/* SPDX-License-Identifier: Apache-2.0 */
/* What can be disputed of a case: the deduction, its review, its end. */
#include "prededuct.h"

#include <kaocheng/arith.h>

#include "noun/dispute/dispute.h"
#include "noun/vx.h"

/* --- things --------------------------------------------------------------- */
static const char *
case_handle(const struct kc_state *st, uint32_t object)
{
	return st->cases.v[object]->handle;
}

static uint32_t
case_target(const struct kc_state *st, uint32_t object)
{
	return st->cases.v[object]->target;
}

static const struct kc_events *
case_events(const struct kc_state *st, uint32_t object)
{
	return &st->cases.v[object]->events;
}

const struct kc_matter kc_matter_case = {"case", KC_NS_CASE, NULL, case_handle,
    case_target, case_events, NULL, NULL, NULL, NULL};

/* --- a pre-deduction -------------------------------------------------------
 */
static const struct kc_case *
disputed_case(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->cases.v[kc_dispute_decision(st, d)->object];
}

static bool
case_of(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return st->cases.v[object]->unit == unit;
}

static uint32_t
case_judge(const struct kc_state *st, uint32_t object)
{
	return st->cases.v[object]->assessor;
}

static bool
deduction_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return kc_case_counts(st->cases.v[d->object]);
}

/* Less than is deducted, and not nothing: that would be to overturn. */
static bool
deduction_range(const struct kc_state *st, const struct kc_dispute *d,
    int64_t *best, int64_t *least)
{
	*best = 1;
	*least = disputed_case(st, d)->deducted_e4 - 1;
	return *best <= *least;
}

static int
deduction_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	const struct kc_case *c = disputed_case(st, d);

	if (!kc_case_counts(c) || (!falls && c->deducted_e4 <= measure))
		return -1;
	return falls ? KC_K_prededuct_revoke : KC_K_prededuct_reduce;
}

/* --- its review, its return, its end ----------------------------------------
 */
static int64_t
most_returned(const struct kc_state *st, const struct kc_case *c)
{
	return kc_case_policy(st, c)->value[KC_P_PD_REFUND_MAX];
}

/* The rate of what has come back: more than was granted where the deduction
 * was reduced later, which takes back no more than the cap makes it. */
static int64_t
rate_now(const struct kc_case *c)
{
	int64_t came;

	if (c->state != KC_CS_RETURNED || c->deducted_e4 == 0)
		return 0;
	came = (c->returned_e4 * 10000 + c->deducted_e4 - 1) / c->deducted_e4;
	return came > c->rate_bp ? came : c->rate_bp;
}

static bool
return_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return st->cases.v[d->object]->state == KC_CS_RETURNED;
}

static bool
expiry_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return st->cases.v[d->object]->state == KC_CS_EXPIRED;
}

/* Until the unit has been given something by another review. */
static bool
rejection_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	const struct kc_case *c = st->cases.v[d->object];

	(void)unit;
	return c->state == KC_CS_RECTIFYING || c->state == KC_CS_EXPIRED;
}

static bool
return_range(const struct kc_state *st, const struct kc_dispute *d,
    int64_t *best, int64_t *least)
{
	const struct kc_case *c = disputed_case(st, d);

	*best = most_returned(st, c);
	*least = rate_now(c) + 1;
	return *best >= *least;
}

/* What falls leaves the most that may come back. */
static int
return_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	const struct kc_case *c = disputed_case(st, d);
	int64_t rate = falls ? most_returned(st, c) : measure;

	return kc_case_counts(c) && c->state != KC_CS_DEDUCTED &&
		rate > rate_now(c)
	    ? KC_K_refund_correct
	    : -1;
}

/* --- an extension that was refused -------------------------------------------
 */
/* The last word on an extension. */
static bool
refusal_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	const struct kc_case *c = st->cases.v[d->object];

	(void)unit;
	return (c->state == KC_CS_RECTIFYING || c->state == KC_CS_SUBMITTED ||
		   c->state == KC_CS_EXPIRED) &&
	    kc_events_last(&c->events, KC_K_extension_refuse) == d->seq &&
	    c->extensions < kc_case_policy(st, c)->value[KC_P_PD_EXTENSION_MAX];
}

static int
refusal_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);

	(void)falls;
	(void)measure;
	return refusal_stands(st, about, d->unit) ? KC_K_extension_allow : -1;
}

/* --- the rows ---------------------------------------------------------------
 */
#define NONE (-1)
const struct kc_subject kc_prededuct_subjects[] = {
    {KC_K_prededuct_confirm, &kc_matter_case, KC_K_prededuct_decide,
	KC_K_feedback_deliver, KC_MEASURE_POINTS, case_of, case_judge, NULL,
	deduction_stands, deduction_range, deduction_corrects, NULL, NULL},
    {KC_K_refund_grant, &kc_matter_case, NONE, NONE, KC_MEASURE_RATE, case_of,
	case_judge, NULL, return_stands, return_range, return_corrects, NULL,
	NULL},
    {KC_K_rectify_reject, &kc_matter_case, NONE, NONE, KC_MEASURE_RATE, case_of,
	case_judge, NULL, rejection_stands, return_range, return_corrects, NULL,
	NULL},
    {KC_K_prededuct_expire, &kc_matter_case, NONE, NONE, KC_MEASURE_RATE,
	case_of, case_judge, NULL, expiry_stands, return_range, return_corrects,
	NULL, NULL},
    {KC_K_extension_refuse, &kc_matter_case, NONE, NONE, KC_MEASURE_NOT,
	case_of, case_judge, NULL, refusal_stands, NULL, refusal_corrects, NULL,
	NULL},
    {.matter = NULL},
};
