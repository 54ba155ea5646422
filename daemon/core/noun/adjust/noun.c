/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of adjustments. */
#include "adjust.h"

#include "engine/noun.h"
#include "noun/unit/unit.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->adjusts);
	for (uint32_t i = 0; i < st->adjusts.n; i++) {
		kc_hold_vec(h, &st->adjusts.v[i]->shares);
		kc_hold_vec(h, &st->adjusts.v[i]->nodes);
		kc_hold_vec(h, &st->adjusts.v[i]->events);
		kc_hold_text(h, &st->adjusts.v[i]->title);
		kc_hold_text(h, &st->adjusts.v[i]->standard);
	}
}

static void
put(struct kc_digest *d, const struct kc_adjust *a)
{
	kc_digest_open(d, 'A');
	kc_digest_text(d, a->handle);
	kc_digest_num(d, a->target);
	kc_digest_num(d, a->state);
	kc_digest_num(d, a->cause);
	kc_digest_num(d, a->shares.n);
	for (uint32_t i = 0; i < a->shares.n; i++) {
		kc_digest_num(d, a->shares.v[i].target);
		kc_digest_num(d, a->shares.v[i].from_e4);
		kc_digest_num(d, a->shares.v[i].to_e4);
	}
	kc_digest_num(d, a->nodes.n);
	for (uint32_t i = 0; i < a->nodes.n; i++) {
		kc_digest_num(d, a->nodes.v[i].node);
		kc_digest_num(d, a->nodes.v[i].from_bp);
		kc_digest_num(d, a->nodes.v[i].to_bp);
	}
	kc_digest_text(d, a->title != NULL ? a->title : "");
	kc_digest_text(d, a->standard != NULL ? a->standard : "");
	kc_digest_events(d, &a->events);
}

static const struct kc_target *
target(const struct kc_state *st, uint32_t index)
{
	return st->targets.v[st->adjusts.v[index]->target];
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->adjusts.n; i++)
		if (kc_digest_wants(d, target(st, i)->unit))
			put(d, st->adjusts.v[i]);
}

static bool
is_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return target(st, index)->unit == unit;
}

static bool
is_judged(const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	return kc_judges(st, unit, target(st, index), day);
}

/* Nobody judges it: it is reviewed for the city. */
static uint32_t
party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	return party == KC_PARTY_UNIT && i == 0 ? target(st, index)->unit
						: KC_NONE;
}

KC_OBJECTS(adjust, adjusts)

const struct kc_noun kc_noun_adjust = {
    .things = {{"adjustment", "目标调整"}},
    .named = {{.field = "adjust",
	.ns = KC_NS_ADJUST,
	.of = is_of,
	.judged = is_judged,
	.party = party,
	.handle = adjust_handle,
	.events = adjust_events,
	.count = adjust_count,
	.state = adjust_state,
	.machine = KC_M_adjust}},
    .scores = true,
    .sees = KC_SEE_adjusts,
    .holds = holds,
    .of_units = true,
    .digest = digest,
};
