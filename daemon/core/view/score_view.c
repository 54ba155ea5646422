/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of a year as rows. */
#include "view_int.h"

static void
write_row(struct kc_vx *x, const struct kc_ranked *r)
{
	const struct kc_score *s = &r->score;
	bool ranks = kc_vx_sees_unit_of(x, KC_SEE_rank, r->unit);

	kc_vx_row(x);
	kc_vx_str(x, "unit", r->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, r->unit));
	kc_vx_word(x, "group", KC_SET_GROUP, r->unit->group);
	kc_vx_points(x, "key", s->earned_e4[KC_CLASS_KEY]);
	kc_vx_points(x, "routine", s->earned_e4[KC_CLASS_ROUTINE]);
	kc_vx_points(x, "dynamic", s->earned_e4[KC_CLASS_DYNAMIC]);
	kc_vx_points(x, "credit", s->credit_e4);
	kc_vx_points(x, "objective", s->objective_e4);
	kc_vx_points(x, "panel", s->panel_e4);
	kc_vx_points(x, "base", s->base_e4);
	kc_vx_points(x, "negative", s->negative_e4);
	kc_vx_points(x, "deducted", s->deducted_e4);
	kc_vx_points(x, "returned", s->returned_e4);
	kc_vx_points(x, "retained", s->retained_e4);
	kc_vx_points(x, "bonus", s->bonus_e4);
	kc_vx_points(x, "pending", s->pending_e4);
	kc_vx_points(x, "total", s->total_e4);
	kc_vx_bool(x, "listed", r->listed);
	kc_vx_rank(x, "rank", ranks ? r->rank : 0);
	kc_vx_rank(x, "group_rank", ranks ? r->group_rank : 0);
	kc_vx_end(x);
}

enum kc_err
kc_vx_want_score(struct kc_vx *x, struct kc_unit_score *out)
{
	enum kc_err err = kc_vx_want_unit(x);

	if (err == KC_OK)
		err = kc_vx_want_cycle(x);
	return err == KC_OK
	    ? kc_unit_score(x->st, x->unit, x->cycle, out, x->why)
	    : err;
}

enum kc_err
kc_render_score(struct kc_vx *x)
{
	struct kc_ranked *all = NULL;
	size_t n = 0;
	size_t ranked = 0;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err == KC_OK)
		err = kc_rank_units(x->st, x->cycle, &all, &n, x->why);
	if (err != KC_OK)
		return err;
	if (err == KC_OK && x->unit != NULL)
		err = kc_vx_want_unit(x);
	for (size_t i = 0; err == KC_OK && i < n; i++)
		ranked += all[i].listed &&
		    kc_vx_would_see(x, all[i].unit->index, KC_NONE);
	if (err != KC_OK) {
		kc_free(all);
		return err;
	}
	kc_vx_str(x, "policy", kc_cycle_policy(x->st, x->cycle)->name);
	kc_vx_u64(x, "ranked", ranked);
	kc_vx_rows(x);
	/* Without a list there is no score to speak of, unless asked for. */
	for (size_t i = 0; i < n; i++)
		if ((x->unit != NULL ? all[i].unit == x->unit
				     : all[i].listed) &&
		    kc_vx_sees(x, all[i].unit->index, KC_NONE))
			write_row(x, &all[i]);
	kc_free(all);
	return KC_OK;
}
