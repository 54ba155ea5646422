/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be disputed of a letter: that the unit got it, its level, and that
 * a reply was overdue. A letter may address several; what falls, falls for the
 * unit that disputed it. The level is one for all of them.
 */
#include "warning.h"

#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

/* --- for the rows ------------------------------------------------------------
 */
static const char *
letter_handle(const struct kc_state *st, uint32_t object)
{
	return st->warnings.v[object]->handle;
}

static uint32_t
letter_target(const struct kc_state *st, uint32_t object)
{
	return st->warnings.v[object]->target;
}

static const struct kc_events *
letter_events(const struct kc_state *st, uint32_t object)
{
	return &st->warnings.v[object]->events;
}

static const struct kc_matter of_letter = {"warning", KC_NS_WARNING, NULL,
    letter_handle, letter_target, letter_events, NULL, NULL, NULL, NULL};

static const struct kc_warning *
disputed(const struct kc_state *st, const struct kc_dispute *d)
{
	return st->warnings.v[kc_dispute_decision(st, d)->object];
}

/* The addressee, NULL. */
static const struct kc_addressee *
addressee(const struct kc_warning *w, uint32_t unit)
{
	uint32_t i = kc_addressee_number(w, unit);

	return i < w->to.n ? &w->to.v[i] : NULL;
}

static bool
letter_to(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return addressee(st->warnings.v[object], unit) != NULL;
}

/* An escalation is known at once to who has the letter. */
static kc_day
letter_delivered(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	kc_day had = addressee(st->warnings.v[d->object], unit)->delivered;

	return had != KC_DAY_NONE && had < d->day ? d->day : had;
}

static bool
letter_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	const struct kc_warning *w = st->warnings.v[d->object];

	return kc_letter_open(w) && !addressee(w, unit)->released;
}

/* --- the level ---------------------------------------------------------------
 */
/* Also below a level that another decision gives: that may fall too. */
static bool
level_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	return letter_stands(st, d, unit) &&
	    kc_letter_given(st->warnings.v[d->object], d->seq) >= 0;
}

/* Lower than it gives; of an escalation, higher than what is below. */
static bool
level_range(const struct kc_state *st, const struct kc_dispute *d,
    int64_t *best, int64_t *least)
{
	const struct kc_warning *w = disputed(st, d);
	int level = kc_letter_given(w, kc_dispute_decision(st, d)->seq);

	*best = kc_letter_below(w, level) + 1;
	*least = level - 1;
	return level >= 0 && *best <= *least;
}

static int
level_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	int level = kc_letter_given(disputed(st, d), about->seq);

	return letter_stands(st, about, d->unit) && level >= 0 &&
		(falls || measure < level)
	    ? KC_K_warning_lower
	    : -1;
}

/* A letter that falls, falls whole. */
static int
letter_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	if (!falls)
		return level_corrects(st, d, falls, measure);
	return letter_stands(st, kc_dispute_decision(st, d), d->unit)
	    ? KC_K_warning_release
	    : -1;
}

/* --- a reply that was overdue ------------------------------------------------
 * The thing is an addressee: kc_due_addressee().
 */
static uint32_t
addressee_part(
    const struct kc_state *st, uint32_t object, const struct kc_entry *e)
{
	int field = kc_kind_field(e->kind, KC_LIT("unit"));
	uint32_t unit =
	    kc_find(st, KC_NS_UNIT, kc_entry_str(e, (unsigned)field));

	return kc_due_addressee(
	    object, kc_addressee_number(st->warnings.v[object], unit));
}

static const char *
part_handle(const struct kc_state *st, uint32_t object)
{
	return letter_handle(st, object / KC_LIST_MAX);
}

static uint32_t
part_target(const struct kc_state *st, uint32_t object)
{
	return letter_target(st, object / KC_LIST_MAX);
}

static const struct kc_events *
part_events(const struct kc_state *st, uint32_t object)
{
	return letter_events(st, object / KC_LIST_MAX);
}

static const struct kc_matter of_addressee = {"warning", KC_NS_WARNING,
    addressee_part, part_handle, part_target, part_events, NULL, NULL, NULL,
    NULL};

static bool
is_of(const struct kc_state *st, uint32_t object, uint32_t unit)
{
	return st->warnings.v[object / KC_LIST_MAX]
		   ->to.v[object % KC_LIST_MAX]
		   .unit == unit;
}

static bool
silence_stands(
    const struct kc_state *st, const struct kc_decision *d, uint32_t unit)
{
	const struct kc_warning *w = st->warnings.v[d->object / KC_LIST_MAX];
	const struct kc_addressee *a = &w->to.v[d->object % KC_LIST_MAX];

	(void)unit;
	return kc_letter_open(w) && a->overdue && !a->released;
}

static int
silence_corrects(const struct kc_state *st, const struct kc_dispute *d,
    bool falls, int64_t measure)
{
	(void)falls;
	(void)measure;
	return silence_stands(st, kc_dispute_decision(st, d), d->unit)
	    ? KC_K_warning_excuse
	    : -1;
}

#define NONE (-1)
const struct kc_subject kc_warning_subjects[] = {
    {KC_K_warning_issue, &of_letter, NONE, KC_K_warning_deliver,
	KC_MEASURE_LEVEL, letter_to, kc_judge_nobody, letter_delivered,
	letter_stands, level_range, letter_corrects, NULL, NULL},
    {KC_K_warning_escalate, &of_letter, KC_K_warning_issue,
	KC_K_warning_deliver, KC_MEASURE_LEVEL, letter_to, kc_judge_nobody,
	letter_delivered, level_stands, level_range, level_corrects, NULL,
	NULL},
    {KC_K_warning_overdue, &of_addressee, KC_K_warning_deliver, NONE,
	KC_MEASURE_NOT, is_of, kc_judge_nobody, NULL, silence_stands, NULL,
	silence_corrects, NULL, NULL},
    {.matter = NULL},
};
