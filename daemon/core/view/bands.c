/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bands of a ranking group: its units in order of their rank, and the
 * grade that each would have by the policy if the year ended as it stands.
 */
#include "view_int.h"

#include "noun/yearend/yearend.h"

static bool
find_group(struct kc_vx *x, unsigned *out)
{
	size_t n = 0;
	const struct kc_word *groups = kc_set_words(KC_SET_GROUP, &n);

	for (unsigned i = 0; i < n; i++)
		if (kc_slice_is(x->args->id, groups[i].wire) ||
		    kc_slice_is(x->args->id, groups[i].zh) ||
		    kc_slice_is(x->args->id, groups[i].en)) {
			*out = i;
			return true;
		}
	return false;
}

/* Which there are is said. */
static enum kc_err
no_group(struct kc_vx *x)
{
	struct kc_buf all = {0};

	(void)kc_vx_not_found(x, "单位类别", "group", x->args->id);
	for (unsigned i = 0; i < KC_GROUP_COUNT; i++) {
		kc_buf_str(&all, i > 0 ? kc_vx_say(x, "、", ", ") : "");
		kc_buf_str(&all, kc_word_text(KC_SET_GROUP, i));
	}
	if (kc_buf_err(&all) == KC_OK)
		kc_refusal_arg(x->why, 2, kc_buf_view(&all));
	kc_buf_free(&all);
	return KC_EREFUSED;
}

static void
put_rows(struct kc_vx *x, const struct kc_ranked *all,
    const struct kc_place *places, size_t n, unsigned group)
{
	for (size_t i = 0; i < n && all[i].listed; i++) {
		const struct kc_unit *u = all[i].unit;

		if (u->group != group || !kc_vx_sees(x, u->index, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_rank(x, "group_rank", all[i].group_rank);
		kc_vx_u64(x, "rank", all[i].rank);
		kc_vx_str(x, "unit", u->code);
		kc_vx_str(x, "name", kc_vx_unit_name(x, u));
		kc_vx_points(x, "total", all[i].score.total_e4);
		if (places[i].grade == KC_GRADED_NOT) {
			kc_vx_null(x, "band");
			kc_vx_null(x, "band_text");
		} else {
			kc_vx_word(
			    x, "band", KC_SET_YEAR_GRADE, places[i].grade);
		}
		kc_vx_end(x);
	}
}

enum kc_err
kc_render_bands(struct kc_vx *x)
{
	struct kc_ranked *all = NULL;
	struct kc_place *places = NULL;
	const struct kc_policy *p;
	unsigned group = 0;
	size_t n = 0;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err == KC_OK && !find_group(x, &group))
		err = no_group(x);
	if (err == KC_OK)
		err = kc_rank_units(x->st, x->cycle, &all, &n, x->why);
	if (err != KC_OK)
		return err;
	places = kc_alloc((n + 1) * sizeof(*places));
	if (places == NULL) {
		kc_free(all);
		return KC_ENOMEM;
	}
	p = kc_cycle_policy(x->st, x->cycle);
	kc_place_ranked(x->st, x->cycle, all, n, places);
	kc_vx_word(x, "group", KC_SET_GROUP, group);
	kc_vx_str(x, "policy", p->name);
	kc_vx_points(x, "third_below", p->value[KC_P_GRADE_THIRD_BELOW]);
	kc_vx_rows(x);
	put_rows(x, all, places, n, group);
	kc_free(places);
	kc_free(all);
	return KC_OK;
}
