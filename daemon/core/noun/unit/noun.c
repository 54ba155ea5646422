/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of units and grants. */
#include "unit.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->units);
	kc_hold_objects(h, &st->grants);
	for (uint32_t i = 0; i < st->units.n; i++) {
		struct kc_unit *u = st->units.v[i];

		kc_hold_vec(h, &u->duties);
		for (uint32_t k = 0; k < u->duties.n; k++) {
			kc_hold_text(h, &u->duties.v[k].code);
			kc_hold_text(h, &u->duties.v[k].text);
		}
		kc_hold_vec(h, &u->targets);
		kc_hold_vec(h, &u->prededucts);
		kc_hold_vec(h, &u->warnings);
		kc_hold_vec(h, &u->negatives);
		kc_hold_vec(h, &u->bonuses);
		kc_hold_vec(h, &u->opinions);
		kc_hold_vec(h, &u->readers);
		kc_hold_text(h, &u->name);
		kc_hold_text(h, &u->name_en);
	}
}

static void
put_unit(struct kc_digest *d, const struct kc_unit *u)
{
	kc_digest_open(d, 'U');
	kc_digest_text(d, u->code);
	kc_digest_text(d, u->name);
	kc_digest_text(d, u->name_en);
	kc_digest_num(d, u->group);
	kc_digest_num(d, u->seq);
	kc_digest_num(d, u->duties.n);
	for (uint32_t i = 0; i < u->duties.n; i++) {
		kc_digest_text(d, u->duties.v[i].code);
		kc_digest_text(d, u->duties.v[i].text);
		kc_digest_num(d, u->duties.v[i].seq);
	}
	kc_digest_u32s(d, &u->targets);
	kc_digest_u32s(d, &u->prededucts);
	kc_digest_u32s(d, &u->warnings);
	for (uint32_t i = 0; i < u->duties.n; i++)
		if (u->duties.v[i].gone) {
			kc_digest_open(d, 'g');
			kc_digest_num(d, i);
		}
	if (u->reformed == 0)
		return;
	kc_digest_open(d, 'r');
	kc_digest_num(d, u->reformed);
	kc_digest_num(d, u->ended);
	kc_digest_num(d, u->into);
	kc_digest_num(d, u->since);
}

static void
put_grant(struct kc_digest *d, const struct kc_grant *g)
{
	kc_digest_open(d, 'G');
	kc_digest_text(d, g->code);
	kc_digest_num(d, g->assessor);
	kc_digest_num(d, g->scope);
	kc_digest_text(d, g->object);
	kc_digest_num(d, g->from);
	kc_digest_num(d, g->until);
	kc_digest_num(d, g->withdrawn);
	kc_digest_num(d, g->seq);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->units.n; i++)
		if (kc_digest_wants(d, i))
			put_unit(d, st->units.v[i]);
	for (uint32_t i = 0; i < st->grants.n; i++)
		if (kc_digest_wants(d, KC_NONE))
			put_grant(d, st->grants.v[i]);
}

static bool
is_unit(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	(void)st;
	return index == unit;
}

static bool
grant_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return st->grants.v[index]->assessor == unit;
}

const struct kc_noun kc_noun_unit = {
    .things = {{"unit", "单位"}, {"grant", "考核权"}, {"duty", "职责"},
	{"grant", "考核权"}},
    .named = {{"unit", KC_NS_UNIT, is_unit, NULL},
	{"assessor", KC_NS_UNIT, is_unit, NULL},
	{"successor", KC_NS_UNIT, is_unit, NULL},
	{"grant", KC_NS_GRANT, grant_of, NULL}},
    .scores = true,
    .sees = KC_SEE_units,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .hand_over = kc_unit_hand_over,
};
