/* SPDX-License-Identifier: Apache-2.0 */
/* Units and rights to assess. */
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

/* How many a unit has is told to those who see which. */
static void
write_count(struct kc_vx *x, const char *key, enum kc_see what,
    const struct kc_unit *u, uint64_t n)
{
	if (kc_vx_sees_unit_of(x, what, u))
		kc_vx_u64(x, key, n);
	else
		kc_vx_null(x, key);
}

enum kc_err
kc_render_units(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];
		uint64_t targets = 0, cases = 0;

		if (!kc_vx_sees(x, i, KC_NONE))
			continue;
		for (uint32_t j = 0; j < u->targets.n; j++)
			targets += kc_target_counts(
				       x->st->targets.v[u->targets.v[j]]) &&
			    x->st->targets.v[u->targets.v[j]]->year == x->year;
		for (uint32_t j = 0; j < u->prededucts.n; j++)
			cases +=
			    x->st->cases.v[u->prededucts.v[j]]->year == x->year;
		kc_vx_row(x);
		kc_vx_str(x, "unit", u->code);
		kc_vx_str(x, "name", kc_vx_unit_name(x, u));
		kc_vx_str(x, "name_zh", u->name);
		kc_vx_str(x, "name_en", u->name_en);
		kc_vx_word(x, "group", KC_SET_GROUP, u->group);
		kc_vx_str(
		    x, "group_code", kc_word_text(KC_SET_GROUP, u->group));
		kc_vx_u64(x, "duties", u->duties.n);
		write_count(x, "targets", KC_SEE_targets, u, targets);
		write_count(x, "prededucts", KC_SEE_prededucts, u, cases);
		kc_vx_u64(x, "seq", u->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

static const char *
grant_state(const struct kc_vx *x, const struct kc_grant *g)
{
	if (g->withdrawn)
		return kc_vx_say(x, "已收回", "withdrawn");
	if (x->today < g->from)
		return kc_vx_say(x, "未到期", "not yet");
	if (x->today > g->until)
		return kc_vx_say(x, "已期满", "over");
	return kc_vx_say(x, "有效", "in force");
}

enum kc_err
kc_render_grants(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *g = x->st->grants.v[i];

		if ((x->unit != NULL && g->assessor != x->unit->index) ||
		    !kc_vx_sees(x, g->assessor, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "grant", g->code);
		kc_vx_unit(x, "assessor", g->assessor);
		kc_vx_word(x, "scope", KC_SET_SCOPE, g->scope);
		kc_vx_str(x, "object", g->object);
		kc_vx_day(x, "from", g->from);
		kc_vx_day(x, "until", g->until);
		kc_vx_str(x, "state", grant_state(x, g));
		kc_vx_u64(x, "seq", g->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}
