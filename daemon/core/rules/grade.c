/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks and grades: integers only. */
#include <kaocheng/grade.h>

#include <assert.h>

#include <kaocheng/arith.h>

static int
down(int64_t a, int64_t b)
{
	return a > b ? -1 : a < b;
}

/* Equal S: larger K; equal K: smaller N + Q; else they share the rank. */
int
kc_place_order(const struct kc_place *a, const struct kc_place *b)
{
	int order = down(a->ranked, b->ranked);

	if (order == 0)
		order = down(a->total_e4, b->total_e4);
	if (order == 0)
		order = down(a->key_e4, b->key_e4);
	if (order == 0)
		order = down(b->taken_e4, a->taken_e4);
	return order;
}

/* The last one before the i-th that is of its group; NULL. */
static const struct kc_place *
before(const struct kc_place *v, size_t i)
{
	uint32_t group = v[i].group;

	while (i-- > 0)
		if (v[i].group == group)
			return &v[i];
	return NULL;
}

static void
rank_in_group(struct kc_place *v, size_t i)
{
	const struct kc_place *last = before(v, i);
	struct kc_place *p = &v[i];

	p->nth = last == NULL ? 1 : last->nth + 1;
	p->group_rank = last != NULL && kc_place_order(last, p) == 0
	    ? last->group_rank
	    : p->nth;
}

void
kc_place_ranks(struct kc_place *v, size_t n)
{
	size_t ranked = 0;

	for (size_t i = 0; i < n; i++) {
		v[i].rank = v[i].group_rank = v[i].nth = v[i].group_size = 0;
		v[i].grade = KC_GRADED_NOT;
		v[i].ruled = false;
		if (!v[i].ranked)
			continue;
		assert(i == ranked &&
		    (i == 0 || kc_place_order(&v[i - 1], &v[i]) <= 0));
		ranked++;
		v[i].rank = i > 0 && kc_place_order(&v[i - 1], &v[i]) == 0
		    ? v[i - 1].rank
		    : (uint32_t)i + 1;
		if (v[i].group != KC_PLACE_APART)
			rank_in_group(v, i);
	}
	/* The last of a group is the size of it. */
	for (size_t i = ranked; i-- > 0;) {
		uint32_t size = v[i].nth;

		for (size_t j = i + 1; j < ranked; j++)
			if (v[j].group == v[i].group) {
				size = v[j].group_size;
				break;
			}
		v[i].group_size = size;
	}
}

static uint32_t
share(uint32_t of, int32_t bp)
{
	assert(bp >= 0 && bp <= KC_FULL_BP);
	return (uint32_t)((uint64_t)of * (uint32_t)bp / KC_FULL_BP);
}

/* The last place of those that share the rank of the i-th in its group. */
static uint32_t
last_of_rank(const struct kc_place *v, size_t n, size_t i)
{
	uint32_t nth = v[i].nth;

	for (size_t j = i + 1; j < n && v[j].ranked; j++)
		if (v[j].group == v[i].group) {
			if (v[j].group_rank != v[i].group_rank)
				break;
			nth = v[j].nth;
		}
	return nth;
}

static enum kc_graded
grade_of(
    const struct kc_grade_rules *r, const struct kc_place *p, uint32_t last_nth)
{
	/* Those that share a rank stand at its first place, or at its last. */
	uint32_t at = r->strict ? last_nth : p->group_rank;

	if (p->total_e4 < r->third_below_e4)
		return KC_GRADED_THIRD;
	if (at <= share(p->group_size, r->first_bp))
		return KC_GRADED_FIRST;
	return at > p->group_size - share(p->group_size, r->third_bp)
	    ? KC_GRADED_THIRD
	    : KC_GRADED_SECOND;
}

void
kc_place_grades(
    const struct kc_grade_rules *rules, struct kc_place *v, size_t n)
{
	for (size_t i = 0; i < n && v[i].ranked; i++)
		if (v[i].group != KC_PLACE_APART)
			v[i].grade =
			    grade_of(rules, &v[i], last_of_rank(v, n, i));
}

void
kc_place_at_least(struct kc_place *p, enum kc_graded least)
{
	assert(least != KC_GRADED_NOT);
	if (p->grade == KC_GRADED_NOT || p->grade <= (int)least)
		return;
	p->grade = least;
	p->ruled = true;
}
