/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bands of a ranking group: its units in order of their rank, and the
 * grade that each would have by the policy if the year ended as it stands.
 */
#include "view_int.h"

#include <kaocheng/grade.h>

#include <string.h>

static bool
find_group(struct kc_vx *x, unsigned *out)
{
	for (unsigned i = 0; i < KC_GROUP_COUNT; i++)
		if (kc_slice_is(x->args->id, kc_word_text(KC_SET_GROUP, i))) {
			*out = i;
			return true;
		}
	return false;
}

static struct kc_grade_rules
grade_rules(const struct kc_policy *p)
{
	return (struct kc_grade_rules){
	    .first_bp = (int32_t)p->value[KC_P_GRADE_FIRST],
	    .third_below_e4 = p->value[KC_P_GRADE_THIRD_BELOW],
	    .third_bp = (int32_t)p->value[KC_P_GRADE_THIRD_QUOTA],
	    .strict = p->value[KC_P_GRADE_TIE] != 0,
	};
}

/* Every unit that is ranked, in order; how many. */
static size_t
take_places(const struct kc_ranked *all, size_t n, struct kc_place *out)
{
	size_t taken = 0;

	for (size_t i = 0; i < n && all[i].listed; i++) {
		const struct kc_score *s = &all[i].score;
		unsigned group = all[i].unit->group;

		out[taken++] = (struct kc_place){.ranked = true,
		    .group = group == KC_GROUP_APART ? KC_PLACE_APART : group,
		    .total_e4 = s->total_e4,
		    .key_e4 = s->earned_e4[KC_CLASS_KEY],
		    .taken_e4 = s->negative_e4 + s->retained_e4,
		    .grade = KC_GRADED_NOT};
	}
	return taken;
}

static void
put_grade(struct kc_vx *x, int grade)
{
	static const struct {
		const char *word, *zh, *en;
	} grades[KC_GRADED_COUNT] = {
	    [KC_GRADED_FIRST] = {"first", "第一等次", "first grade"},
	    [KC_GRADED_SECOND] = {"second", "第二等次", "second grade"},
	    [KC_GRADED_THIRD] = {"third", "第三等次", "third grade"},
	};

	if (grade == KC_GRADED_NOT) {
		kc_vx_null(x, "band");
		kc_vx_null(x, "band_text");
		return;
	}
	kc_vx_str(x, "band", grades[grade].word);
	kc_vx_str(
	    x, "band_text", kc_vx_say(x, grades[grade].zh, grades[grade].en));
}

static void
put_rows(struct kc_vx *x, const struct kc_ranked *all,
    const struct kc_place *places, size_t n, unsigned group)
{
	for (size_t i = 0; i < n; i++) {
		const struct kc_unit *u = all[i].unit;

		if (u->group != group || !kc_vx_sees(x, u->index, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_u64(x, "group_rank", all[i].group_rank);
		kc_vx_u64(x, "rank", all[i].rank);
		kc_vx_str(x, "unit", u->code);
		kc_vx_str(x, "name", kc_vx_unit_name(x, u));
		kc_vx_points(x, "total", all[i].score.total_e4);
		put_grade(x, places[i].grade);
		kc_vx_end(x);
	}
}

enum kc_err
kc_render_bands(struct kc_vx *x)
{
	struct kc_ranked *all = NULL;
	struct kc_place *places = NULL;
	struct kc_grade_rules rules;
	const struct kc_policy *p;
	unsigned group = 0;
	size_t n = 0;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err == KC_OK && !find_group(x, &group))
		err = kc_vx_not_found(x, "单位类别", "group", x->args->id);
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
	rules = grade_rules(p);
	n = take_places(all, n, places);
	kc_place_ranks(places, n);
	kc_place_grades(&rules, places, n);
	kc_vx_word(x, "group", KC_SET_GROUP, group);
	kc_vx_str(x, "policy", p->name);
	kc_vx_points(x, "third_below", rules.third_below_e4);
	kc_vx_rows(x);
	put_rows(x, all, places, n, group);
	kc_free(places);
	kc_free(all);
	return KC_OK;
}
