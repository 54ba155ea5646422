/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of targets and lists. */
#include "target.h"

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/unit/unit.h"
#include "noun/year/year.h"

#include "plan.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->targets);
	kc_hold_objects(h, &st->lists);
	for (uint32_t i = 0; i < st->targets.n; i++) {
		struct kc_target *t = st->targets.v[i];

		kc_hold_text(h, &t->title);
		kc_hold_text(h, &t->standard);
		kc_hold_vec(h, &t->duties);
		kc_hold_vec(h, &t->tasks);
		kc_hold_vec(h, &t->was);
		kc_hold_vec(h, &t->went);
		kc_hold_vec(h, &t->checks);
		kc_hold_vec(h, &t->events);
		kc_hold_vec(h, &t->versions);
		for (uint32_t k = 0; k < t->versions.n; k++) {
			kc_hold_text(h, &t->versions.v[k].title);
			kc_hold_text(h, &t->versions.v[k].standard);
		}
	}
	for (uint32_t i = 0; i < st->lists.n; i++) {
		kc_hold_vec(h, &st->lists.v[i]->targets);
	}
}

static void
put_versions(struct kc_digest *d, const struct kc_target *t)
{
	for (uint32_t i = 0; i < t->versions.n; i++) {
		kc_digest_num(d, t->versions.v[i].seq);
		kc_digest_num(d, t->versions.v[i].weight_e4);
		kc_digest_text(d, t->versions.v[i].title);
		kc_digest_text(d, t->versions.v[i].standard);
	}
	if (t->adjust != KC_NONE)
		kc_digest_num(d, t->adjust);
	if (t->was.n > 0) {
		kc_digest_u32s(d, &t->was);
		kc_digest_u32s(d, &t->went);
	}
}

static void
put_target(struct kc_digest *d, const struct kc_target *t, unsigned epoch)
{
	kc_digest_open(d, 'T');
	kc_digest_text(d, t->code);
	kc_digest_num(d, t->unit);
	kc_digest_num(d, t->assessor);
	kc_digest_num(d, t->indicator);
	kc_digest_num(d, t->lead);
	kc_digest_num(d, t->assist);
	kc_digest_num(d, t->year);
	kc_digest_num(d, t->class_);
	kc_digest_num(d, t->source);
	kc_digest_num(d, t->state);
	kc_digest_num(d, t->weight_e4);
	kc_digest_num(d, t->completion_bp);
	kc_digest_num(d, t->completion_seq);
	kc_digest_text(d, t->title);
	kc_digest_text(d, t->standard);
	kc_digest_u32s(d, &t->duties);
	kc_digest_num(d, t->open_case);
	kc_digest_events(d, &t->events);
	if (epoch >= 2 && t->completion_was >= 0)
		kc_digest_num(d, t->completion_was);
	kc_digest_filing(d, &t->filing);
	if (t->filed != KC_DAY_NONE)
		kc_digest_num(d, t->filed);
	put_versions(d, t);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->targets.n; i++)
		if (kc_digest_wants(d, st->targets.v[i]->unit))
			put_target(d, st->targets.v[i], st->epoch);
	for (uint32_t i = 0; i < st->lists.n; i++) {
		const struct kc_list *l = st->lists.v[i];

		if (!kc_digest_wants(d, l->unit))
			continue;
		kc_digest_open(d, 'L');
		kc_digest_num(d, l->unit);
		kc_digest_num(d, l->year);
		kc_digest_num(d, l->issued_seq);
		kc_digest_num(d, l->dynamic_e4);
		kc_digest_u32s(d, &l->targets);
		if (l->order_seq != KC_NONE)
			kc_digest_num(d, l->order_seq);
	}
}

static bool
target_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->targets.v[index]->unit == unit;
}

static bool
target_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	return kc_judges(st, unit, st->targets.v[index], day);
}

static const char *
target_code(const struct kc_state *st, uint32_t index)
{
	return st->targets.v[index]->code;
}

static uint32_t
targets(const struct kc_state *st)
{
	return st->targets.n;
}

static unsigned
target_state(const struct kc_state *st, uint32_t index)
{
	return st->targets.v[index]->state;
}

static enum kc_err
recalendar(struct kc_state *st, uint32_t index)
{
	return kc_filing_recalendar(
	    st, &kc_plan_filing, &st->targets.v[index]->filing, index);
}

static bool
deadlines(const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_target *t = st->targets.v[index];

	return kc_filing_deadline(st, &kc_plan_filing, &t->filing, index,
	    (struct kc_deadline){
		.id = t->code, .unit = t->unit, .target = index},
	    to);
}

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t at = kc_find(st, KC_NS_TARGET, kc_slice_str(d->id));
	const struct kc_target *t = at == KC_NONE ? NULL : st->targets.v[at];

	return t != NULL && t->filing.due != KC_DAY_NONE
	    ? st->policies.v[t->filing.policy].policy
	    : NULL;
}

static struct kc_events *
target_events(const struct kc_state *st, uint32_t index)
{
	return &st->targets.v[index]->events;
}

const struct kc_noun kc_noun_target = {
    .things = {{"target", "目标"}, {"list", "责任单"}},
    .named = {{.field = "target",
		  .ns = KC_NS_TARGET,
		  .of = target_of,
		  .judged = target_judged,
		  .handle = target_code,
		  .events = target_events,
		  .count = targets,
		  .state = target_state,
		  .machine = KC_M_target},
	{.field = "other",
	    .ns = KC_NS_TARGET,
	    .of = target_of,
	    .judged = target_judged},
	{.field = "into",
	    .ns = KC_NS_TARGET,
	    .of = target_of,
	    .judged = target_judged},
	{.field = "matter",
	    .ns = KC_NS_TARGET,
	    .of = target_of,
	    .judged = target_judged}},
    .scores = true,
    .sees = KC_SEE_targets,
    .subjects = kc_target_subjects,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .timed = {{KC_K_completion_amend, kc_correction_is_live, kc_dispute_about,
		  kc_amend_fill},
	{KC_K_plan_overdue, kc_plan_is_live, kc_plan_about, kc_plan_fill, NULL,
	    kc_plan_in_time}},
    .objects = targets,
    .deadlines = deadlines,
    .rules = rules,
    .recalendar = recalendar,
    .hand_over = kc_target_hand_over,
};
