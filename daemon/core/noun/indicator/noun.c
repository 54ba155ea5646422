/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of indicators. */
#include "indicator.h"

#include "engine/noun.h"
#include "noun/target/target.h"
#include "noun/unit/unit.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->indicators);
	for (uint32_t i = 0; i < st->indicators.n; i++) {
		kc_hold_vec(h, &st->indicators.v[i]->reports);
		kc_hold_text(h, &st->indicators.v[i]->name);
		kc_hold_text(h, &st->indicators.v[i]->measure);
	}
}

static void
put_indicator(struct kc_digest *d, const struct kc_indicator *x)
{
	kc_digest_open(d, 'I');
	kc_digest_text(d, x->code);
	kc_digest_num(d, x->unit);
	kc_digest_num(d, x->direction);
	kc_digest_text(d, x->name);
	kc_digest_text(d, x->measure);
	kc_digest_num(d, x->seq);
	kc_digest_num(d, x->reports.n);
	for (uint32_t i = 0; i < x->reports.n; i++) {
		const struct kc_report *r = &x->reports.v[i];

		kc_digest_num(d, r->quarter);
		kc_digest_num(d, r->rank);
		kc_digest_num(d, r->last_rank);
		kc_digest_num(d, r->agreed_rank);
		kc_digest_num(d, r->value_e4);
		kc_digest_num(d, r->has_last_value ? r->last_value_e4 : 0);
		kc_digest_num(d, r->has_last_value);
		kc_digest_num(d, r->seq);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->indicators.n; i++)
		if (kc_digest_wants(d, st->indicators.v[i]->unit))
			put_indicator(d, st->indicators.v[i]);
}

/* Does one that stays rest on it? */
static bool
stays(const struct kc_state *st, const struct kc_handover *h, uint32_t at)
{
	for (uint32_t i = 0; i < st->targets.n; i++) {
		const struct kc_target *t = st->targets.v[i];

		if (t->indicator == at && !h->goes[i] && t->unit == h->from &&
		    t->year >= h->year && kc_target_counts(t))
			return true;
	}
	return false;
}

/* With all targets of those years that rest on it. */
static enum kc_err
hand_over(struct kc_state *st, const struct kc_handover *h)
{
	for (uint32_t i = 0; i < st->targets.n; i++) {
		uint32_t at = st->targets.v[i]->indicator;

		if (h->goes[i] && at != KC_NONE &&
		    st->indicators.v[at]->unit == h->from && !stays(st, h, at))
			st->indicators.v[at]->unit = h->into;
	}
	for (uint32_t i = 0; h->all && i < st->indicators.n; i++)
		if (st->indicators.v[i]->unit == h->from)
			st->indicators.v[i]->unit = h->into;
	return KC_OK;
}

static bool
indicator_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return kc_indicator_measures(st, index, unit);
}

static bool
indicator_judged(
    const struct kc_state *st, uint32_t index, uint32_t unit, kc_day day)
{
	return kc_judges_indicator(st, unit, index, day);
}

const struct kc_noun kc_noun_indicator = {
    .things = {{"indicator", "指标"}},
    .named = {{"indicator", KC_NS_INDICATOR, indicator_of, indicator_judged}},
    .sees = KC_SEE_indicators,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = hand_over,
};
