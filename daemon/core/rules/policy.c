/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in a policy, citations, rank marks, rules of the score. */
#include <kaocheng/policy.h>

#include "base/yaml.h"

const struct kc_situation *
kc_policy_situation(const struct kc_policy *p, struct kc_slice id)
{
	for (size_t i = 0; i < p->nsituations; i++) {
		if (kc_slice_is(id, p->situations[i].id))
			return &p->situations[i];
	}
	return NULL;
}

static void
cite(const struct kc_policy *p, const char *rule, uint32_t line, uint32_t col,
    struct kc_refusal *r)
{
	(void)snprintf(r->rule, sizeof(r->rule), "%s", rule);
	if (line == 0) /* not in the text: the default of the table */
		(void)snprintf(r->rule_place, sizeof(r->rule_place),
		    "%.70s: default", p->file);
	else
		kc_yaml_place(r->rule_place, p->file, line, col);
}

void
kc_policy_cite(
    const struct kc_policy *p, enum kc_policy_key k, struct kc_refusal *r)
{
	cite(p, kc_policy_key_path(k), p->line[k], p->col[k], r);
}

void
kc_policy_cite_situation(const struct kc_policy *p,
    const struct kc_situation *s, struct kc_refusal *r)
{
	char rule[24];

	(void)snprintf(rule, sizeof(rule), "situations.%s", s->id);
	cite(p, rule, s->line, s->col, r);
}

void
kc_policy_score_rules(const struct kc_policy *p, struct kc_score_rules *out)
{
	const int64_t *v = p->value;

	*out = (struct kc_score_rules){
	    .rounding = (enum kc_rounding)v[KC_P_SCORE_ROUNDING],
	    .reserve = (enum kc_reserve_mode)v[KC_P_RESERVE_MODE],
	    .points_dynamic_e4 = v[KC_P_POINTS_DYNAMIC],
	    .panel_share_bp = (int32_t)v[KC_P_PANEL_SHARE],
	    .panel_min_ballots = (uint32_t)v[KC_P_PANEL_MIN_BALLOTS],
	    .neg_item_max_e4 = v[KC_P_NEG_ITEM_MAX],
	    .cap_target_e4 = v[KC_P_PD_CAP_TARGET],
	    .cap_unit_e4 = v[KC_P_PD_CAP_UNIT],
	    .residual_only_if_unmet = v[KC_P_PD_RESIDUAL] == 1,
	    .bonus_item_max_e4 = v[KC_P_BONUS_ITEM_MAX],
	    .bonus_situation_max_e4 = v[KC_P_BONUS_SITUATION_MAX],
	    .bonus_total_max_e4 = v[KC_P_BONUS_TOTAL_MAX],
	    .floor_e4 = v[KC_P_SCORE_FLOOR],
	    .ceiling_e4 = -1,
	};
}

void
kc_policy_grade_rules(const struct kc_policy *p, struct kc_grade_rules *out)
{
	const int64_t *v = p->value;

	*out = (struct kc_grade_rules){
	    .first_bp = (int32_t)v[KC_P_GRADE_FIRST],
	    .third_below_e4 = v[KC_P_GRADE_THIRD_BELOW],
	    .third_bp = (int32_t)v[KC_P_GRADE_THIRD_QUOTA],
	    .strict = v[KC_P_GRADE_TIE] == 1,
	};
}

bool
kc_policy_mark_holds(
    const struct kc_policy *p, enum kc_mark mark, const struct kc_rank_facts *f)
{
	int64_t cities = p->value[KC_P_RANK_CITIES];
	int64_t exempt = p->value[KC_P_PD_EXEMPT_RANK_ADVANCE];
	bool known = f->rank >= 1 && f->rank <= cities;
	bool compared =
	    known && f->last_year_rank >= 1 && f->last_year_rank <= cities;
	bool low = known && f->rank >= p->value[KC_P_RANK_LOW_FROM];
	bool missed = known && f->agreed_rank >= 1 && f->rank > f->agreed_rank;
	/* Rank 1 is best: a smaller number is an advance. */
	int64_t advance = compared ? f->last_year_rank - f->rank : 0;

	switch (mark) {
	case KC_MARK_RANK_LOW:
		return low;
	case KC_MARK_RANK_FELL:
		return missed || -advance >= p->value[KC_P_PD_FELL_PLACES];
	case KC_MARK_RANK_ADVANCED:
		return low && advance >= exempt;
	case KC_MARK_RANK_ADVANCED_1:
		/* Halves what would be full: a good rank is no ground. */
		if (compared && advance == 0)
			return (low || missed) && f->value_improved;
		return low && advance >= 1 && advance < exempt;
	case KC_MARK_BEHIND:
	case KC_MARK_UNANSWERED:
	case KC_MARK_OBJECTIVE:
	case KC_MARK_PARTLY:
		break;
	}
	return false; /* not a matter of ranks */
}

const struct kc_situation *
kc_policy_governing(const struct kc_policy *p, const struct kc_rank_facts *f)
{
	const struct kc_situation *best = NULL;

	for (size_t i = 0; i < p->nsituations; i++) {
		const struct kc_situation *s = &p->situations[i];

		if (!kc_policy_mark_holds(p, s->mark, f))
			continue;
		if (best == NULL || kc_situation_beats(s, best))
			best = s;
	}
	return best;
}

bool
kc_situation_beats(const struct kc_situation *a, const struct kc_situation *b)
{
	if (a->effect != b->effect)
		return a->effect > b->effect;
	return a->standard_e4 > b->standard_e4;
}
