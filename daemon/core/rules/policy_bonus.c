/* SPDX-License-Identifier: Apache-2.0 */
/* What a bonus is given for, what it is worth, and when ranks show it. */
#include <assert.h>

#include "policy_priv.h"

const char *const kc_words_bonus_mark[] = {
    "incentive", "commendation", "instruction", "rank", NULL};
const char *const kc_words_grade[] = {"incentive", "national", "provincial",
    "main-leader", "vice-leader", "first", "advance", NULL};

static const struct {
	enum kc_bonus_mark mark;
	enum kc_policy_key key;
} grades[] = {
    [KC_GRADE_INCENTIVE] = {KC_BONUS_MARK_INCENTIVE, KC_P_BONUS_INCENTIVE},
    [KC_GRADE_NATIONAL] = {KC_BONUS_MARK_COMMENDATION, KC_P_BONUS_NATIONAL},
    [KC_GRADE_PROVINCIAL] = {KC_BONUS_MARK_COMMENDATION, KC_P_BONUS_PROVINCIAL},
    [KC_GRADE_MAIN_LEADER] = {KC_BONUS_MARK_INSTRUCTION,
	KC_P_BONUS_MAIN_LEADER},
    [KC_GRADE_VICE_LEADER] = {KC_BONUS_MARK_INSTRUCTION,
	KC_P_BONUS_VICE_LEADER},
    [KC_GRADE_FIRST] = {KC_BONUS_MARK_RANK, KC_P_BONUS_FIRST},
    [KC_GRADE_ADVANCE] = {KC_BONUS_MARK_RANK, KC_P_BONUS_ADVANCE},
};
_Static_assert(sizeof(grades) / sizeof(grades[0]) == KC_GRADE_COUNT &&
	sizeof(kc_words_grade) / sizeof(kc_words_grade[0]) ==
	    KC_GRADE_COUNT + 1,
    "each grade has a word, a mark and a key");

enum kc_bonus_mark
kc_grade_mark(enum kc_bonus_grade grade)
{
	assert((unsigned)grade < KC_GRADE_COUNT);
	return grades[grade].mark;
}

enum kc_policy_key
kc_grade_key(enum kc_bonus_grade grade)
{
	assert((unsigned)grade < KC_GRADE_COUNT);
	return grades[grade].key;
}

const struct kc_bonus_situation *
kc_policy_bonus(const struct kc_policy *p, struct kc_slice id)
{
	for (size_t i = 0; i < p->nbonuses; i++)
		if (kc_slice_is(id, p->bonuses[i].id))
			return &p->bonuses[i];
	return NULL;
}

bool
kc_policy_grade_holds(const struct kc_policy *p, enum kc_bonus_grade grade,
    const struct kc_rank_facts *f)
{
	int64_t cities = p->value[KC_P_RANK_CITIES];
	int64_t top = p->value[KC_P_BONUS_ADVANCE_TOP];
	bool known = f->rank >= 1 && f->rank <= cities;
	bool compared =
	    known && f->last_year_rank >= 1 && f->last_year_rank <= cities;

	if (grade == KC_GRADE_FIRST)
		return known && f->rank == 1;
	if (grade != KC_GRADE_ADVANCE || !compared)
		return false;
	/* Into the first ones from beyond them, be it by one place. */
	return f->last_year_rank - f->rank >=
	    p->value[KC_P_BONUS_ADVANCE_PLACES] ||
	    (f->rank <= top && f->last_year_rank > top);
}
