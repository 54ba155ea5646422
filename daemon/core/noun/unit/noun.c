/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of units and grants. */
#include "unit.h"

#include "engine/noun.h"

static void
release(struct kc_state *st)
{
	for (uint32_t i = 0; i < st->units.n; i++) {
		kc_vec_free(&st->units.v[i]->duties);
		kc_vec_free(&st->units.v[i]->targets);
		kc_vec_free(&st->units.v[i]->prededucts);
		kc_vec_free(&st->units.v[i]->warnings);
		kc_vec_free(&st->units.v[i]->negatives);
		kc_vec_free(&st->units.v[i]->bonuses);
		kc_vec_free(&st->units.v[i]->opinions);
		kc_vec_free(&st->units.v[i]->readers);
	}
	kc_vec_free(&st->units);
	kc_vec_free(&st->grants);
}

static size_t
bytes(const struct kc_state *st)
{
	size_t n = kc_vec_bytes(&st->units) + kc_vec_bytes(&st->grants);

	for (uint32_t i = 0; i < st->units.n; i++)
		n += kc_vec_bytes(&st->units.v[i]->duties) +
		    kc_vec_bytes(&st->units.v[i]->targets) +
		    kc_vec_bytes(&st->units.v[i]->prededucts) +
		    kc_vec_bytes(&st->units.v[i]->warnings) +
		    kc_vec_bytes(&st->units.v[i]->negatives) +
		    kc_vec_bytes(&st->units.v[i]->bonuses) +
		    kc_vec_bytes(&st->units.v[i]->opinions) +
		    kc_vec_bytes(&st->units.v[i]->readers);
	return n;
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
	{"grant", KC_NS_GRANT, grant_of, NULL}},
    .scores = true,
    .sees = KC_SEE_units,
    .release = release,
    .bytes = bytes,
    .of_units = true,
    .digest = digest,
};
