/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be disputed of a target: its completion. A finding that falls costs
 * nothing more: all of the target counts; a correction that falls gives back
 * what it took, and where it took nothing, what the finding did.
 */
#include "plan.h"

#include <kaocheng/arith.h>

#include "noun/dispute/dispute.h"

/* --- for the rows ------------------------------------------------------------
 */
static const char *
target_code(const struct kc_state *st, uint32_t object)
{
	return st->targets.v[object]->code;
}

static uint32_t
itself(const struct kc_state *st, uint32_t object)
{
	(void)st;
	return object;
}

static const struct kc_events *
target_events(const struct kc_state *st, uint32_t object)
{
	return &st->targets.v[object]->events;
}

static const struct kc_matter of_target = {"target", KC_NS_TARGET, NULL,
    target_code, itself, target_events, NULL, NULL, NULL, NULL};

static const struct kc_target *
disputed(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->targets.v[kc_dispute_decision(st, d)->object];
}

static bool
target_of(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return st->targets.v[object]->unit == unit;
}

static uint32_t
target_judge(const struct kc_state *st, uint32_t object)
{
	return st->targets.v[object]->assessor;
}

static bool
completion_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	(void)unit;
	return st->targets.v[d->object]->completion_seq == d->seq;
}

static bool
completion_range(const struct kc_state *st, const struct kc_dispute *d,
    int64_t *best, int64_t *least)
{
	*best = KC_FULL_BP;
	*least = disputed(st, d)->completion_bp + 1;
	return *best >= *least;
}

/* What the assessor found meanwhile does not undo what was decided. */
static int
completion_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	(void)falls;
	return measure > disputed(st, d)->completion_bp ? KC_K_completion_amend
							: -1;
}

static int64_t
before_completion(const struct kc_state *st, const struct kc_decision *d)
{
	const struct kc_target *t = st->targets.v[d->object];

	return t->completion_was > t->completion_bp ? t->completion_was
						    : KC_FULL_BP;
}

#define NONE (-1)
const struct kc_subject kc_target_subjects[] = {
    {KC_K_completion_find, &of_target, NONE, NONE, KC_MEASURE_RATE, target_of,
	target_judge, NULL, completion_stands, completion_range,
	completion_corrects, before_completion, NULL},
    {KC_K_completion_correct, &of_target, KC_K_completion_find, NONE,
	KC_MEASURE_RATE, target_of, target_judge, NULL, completion_stands,
	completion_range, completion_corrects, before_completion, NULL},
    {.matter = NULL},
};

/* --- completion.amend --------------------------------------------------------
 */
void
kc_amend_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);

	kc_made_text(m, KC_F_completion_amend_target, disputed(st, d)->code);
	kc_made_text(m, KC_F_completion_amend_dispute, d->handle);
	kc_made_number(m, KC_F_completion_amend_rate, kc_ordered(d, NULL));
}

enum kc_err
completion_amend_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err =
	    kc_want_target_in(st, at, KC_F_completion_amend_target, &t, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_completion_amend_dispute, t->index, why);
	if (err != KC_OK)
		return err;
	return kc_want_number(at, KC_F_completion_amend_rate,
	    kc_ordered(
		kc_dispute_of(st, at, KC_F_completion_amend_dispute), NULL),
	    why);
}

enum kc_err
completion_amend_apply(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = kc_target_complete(st, at,
	    kc_target_of(st, at, KC_F_completion_amend_target),
	    kc_entry_num(at->e, KC_F_completion_amend_rate, 0));

	return err == KC_OK
	    ? kc_corrected(st, at, KC_F_completion_amend_dispute)
	    : err;
}
