/* SPDX-License-Identifier: Apache-2.0 */
/* unit.merge, unit.abolish: a unit ends, and another has what it had. */
#include "reform.h"

#include "engine/noun.h"
#include "noun/target/plan.h"

/* --- guard -------------------------------------------------------------------
 */
static enum kc_err
want_end(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_reform_plan p;
	enum kc_err err = kc_want_reform(st, at, &p, why);

	if (err != KC_OK)
		return err;
	if (p.into == KC_NONE)
		return kc_want_nothing_open(st, &p, why);
	err = kc_want_settled(st, at, &p, why);
	return err == KC_OK ? kc_want_past_closed(st, &p, why) : err;
}

enum kc_err
unit_merge_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_end(st, at, why);
}

enum kc_err
unit_abolish_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_end(st, at, why);
}

/* --- apply -------------------------------------------------------------------
 */
/* The unit of the Establishment Office: that of who signs for it, or of the
 * first person who does. */
static uint32_t
office_of(const struct kc_state *st, const struct kc_at *at)
{
	uint32_t unit = kc_principal(st, at, 0)->unit;

	for (uint32_t i = 0; unit == KC_NONE && i < st->actors.n; i++)
		if (!st->actors.v[i]->retired &&
		    (st->actors.v[i]->roles & KC_ROLE_BIT(KC_ROLE_ESTAB)) != 0)
			unit = st->actors.v[i]->unit;
	return unit;
}

enum kc_err
kc_reform_hand_over(struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, bool all, const bool *goes)
{
	uint32_t office = office_of(st, at);
	const struct kc_handover h = {.at = at,
	    .from = p->from,
	    .into = p->into,
	    .office = all && office == p->from ? p->into : office,
	    .goes = goes,
	    .all = all,
	    .year = p->year};
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < kc_nouns_n; i++)
		if (kc_nouns[i]->hand_over != NULL)
			err = kc_nouns[i]->hand_over(st, &h);
	kc_open_touch_all(st);
	return err;
}

enum kc_err
kc_reform_note(struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, bool ends, struct kc_passing *w)
{
	struct kc_reform r = {.seq = (uint32_t)at->stamp.seq,
	    .kind = at->e->kind->id,
	    .from = p->from,
	    .into = p->into,
	    .on = p->on,
	    .document = kc_arena_unfold(&st->arena,
		kc_entry_str(at->e,
		    (unsigned)kc_kind_field(at->e->kind, KC_LIT("document"))))};
	const uint32_t both[] = {p->from, p->into};
	enum kc_err err;

	for (unsigned i = 0; i < 2; i++)
		if (both[i] != KC_NONE) {
			st->units.v[both[i]]->reformed = r.seq;
			st->units.v[both[i]]->since = p->on;
		}
	if (ends) {
		st->units.v[p->from]->ended = r.seq;
		st->units.v[p->from]->into = p->into;
	}
	err = kc_passing_end(st, w, &r);
	if (err == KC_OK && r.document != NULL && kc_vec_push(&st->reforms, r))
		return KC_OK;
	kc_vec_free(&r.told);
	return KC_ENOMEM;
}

static enum kc_err
end(struct kc_state *st, const struct kc_at *at)
{
	struct kc_reform_plan p = kc_reform_read(st, at);
	struct kc_passing w = {.days = 0};
	bool *goes = kc_alloc((size_t)st->targets.n + 1);
	enum kc_err err =
	    goes == NULL ? KC_ENOMEM : kc_passing_begin(st, &p, &w);

	for (uint32_t i = 0; goes != NULL && i < st->targets.n; i++)
		goes[i] = st->targets.v[i]->unit == p.from &&
		    st->targets.v[i]->year >= p.year;
	if (err == KC_OK && p.into != KC_NONE)
		err = kc_reform_hand_over(st, at, &p, true, goes);
	if (err == KC_OK && p.into == KC_NONE)
		kc_unit_unman(st, p.from);
	kc_free(goes);
	if (err == KC_OK)
		err = kc_reform_note(st, at, &p, true, &w);
	kc_passing_free(&w);
	return err;
}

enum kc_err
unit_merge_apply(struct kc_state *st, const struct kc_at *at)
{
	return end(st, at);
}

enum kc_err
unit_abolish_apply(struct kc_state *st, const struct kc_at *at)
{
	return end(st, at);
}
