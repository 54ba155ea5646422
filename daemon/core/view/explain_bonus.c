/* SPDX-License-Identifier: Apache-2.0 */
/* Explanation of bonuses: each one, one matter once, the caps. */
#include "explain.h"

#include <string.h>

#include "noun/bonus/bonus.h"

/* The i-th bonus of the unit, if it counts in the year; NULL. */
static const struct kc_bonus *
counted(const struct kc_vx *x, uint32_t i)
{
	const struct kc_bonus *b = x->st->bonuses.v[x->unit->bonuses.v[i]];

	return b->year == x->year && kc_bonus_counts(b) ? b : NULL;
}

static int64_t
capped(const struct kc_xp *p, const struct kc_bonus *b)
{
	int64_t cap = p->s.rules.bonus_item_max_e4;

	return b->amount_e4 < cap ? b->amount_e4 : cap;
}

/* The one of the same matter that counts instead, NULL if this one does: the
 * highest, of those alike the one that was claimed first. */
static const struct kc_bonus *
stands_before(const struct kc_xp *p, const struct kc_bonus *b)
{
	const struct kc_bonus *best = b;

	for (uint32_t i = 0; i < p->x->unit->bonuses.n; i++) {
		const struct kc_bonus *o = counted(p->x, i);

		if (o == NULL || strcmp(o->merit, b->merit) != 0)
			continue;
		if (capped(p, o) > capped(p, best) ||
		    (capped(p, o) == capped(p, best) && o->index < best->index))
			best = o;
	}
	return best == b ? NULL : best;
}

static int64_t
taken(const struct kc_xp *p, const struct kc_bonus *b)
{
	return stands_before(p, b) == NULL ? capped(p, b) : 0;
}

static void
bonus_row(struct kc_xp *p, const struct kc_bonus *b)
{
	const struct kc_vx *x = p->x;
	const struct kc_bonus_situation *s = kc_bonus_situation(x->st, b);
	const struct kc_bonus *other = stands_before(p, b);

	kc_buf_str(&p->item, b->handle);
	kc_buf_char(&p->item, ' ');
	kc_buf_str(&p->item, s->id);
	kc_buf_char(&p->item, ' ');
	kc_buf_str(&p->item, kc_vx_label(x, KC_SET_BONUS_GRADE, b->given));
	kc_buf_str(&p->item, kc_vx_say(x, "：", ": "));
	kc_buf_str(&p->item, b->document);
	kc_xp_entry(p, kc_events_first(&b->events, KC_K_bonus_claim));
	kc_xp_entry(p, b->changes.v[b->changes.n - 1].seq);
	kc_policy_cite(kc_bonus_policy(x->st, b),
	    kc_grade_key((enum kc_bonus_grade)b->given), &p->cite);
	kc_buf_points(&p->arithmetic, b->amount_e4);
	if (capped(p, b) != b->amount_e4) {
		kc_buf_str(&p->arithmetic,
		    kc_vx_say(x, "（单项上限 ", " (cap of one bonus: "));
		kc_buf_points(&p->arithmetic, capped(p, b));
		kc_buf_str(&p->arithmetic, kc_vx_say(x, "）", ")"));
	}
	if (other != NULL) {
		kc_buf_str(&p->arithmetic,
		    kc_vx_say(x, "（同一事项只计一次，取 ",
			" (the same matter counts once, by "));
		kc_buf_str(&p->arithmetic, other->handle);
		kc_buf_str(&p->arithmetic, kc_vx_say(x, "）", ")"));
	}
	kc_xp_row(p, 1, "bonus", KC_XP_BONUS, b->handle, taken(p, b));
}

static void
cap_row(struct kc_xp *p, enum kc_policy_key key, int64_t sum, int64_t cap)
{
	kc_xp_key(p, key);
	kc_buf_points(&p->arithmetic, cap);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, sum);
	kc_xp_equals(p, cap - sum);
	kc_xp_row(p, 1, "cap", KC_XP_UNIT, NULL, cap - sum);
}

static bool
same_situation(
    const struct kc_xp *p, const struct kc_bonus *a, const struct kc_bonus *b)
{
	return strcmp(kc_bonus_situation(p->x->st, a)->id,
		   kc_bonus_situation(p->x->st, b)->id) == 0;
}

/* What the cap of a situation cuts, in a row at its first bonus; returns what
 * is left of it, 0 at the others. */
static int64_t
situation_row(struct kc_xp *p, uint32_t at)
{
	const struct kc_bonus *first = counted(p->x, at);
	int64_t cap = p->s.rules.bonus_situation_max_e4, sum = 0;

	for (uint32_t i = 0; i < p->x->unit->bonuses.n; i++) {
		const struct kc_bonus *b = counted(p->x, i);

		if (b == NULL || !same_situation(p, b, first))
			continue;
		if (i < at)
			return 0;
		sum += taken(p, b);
	}
	if (sum <= cap)
		return sum;
	kc_buf_str(&p->item, kc_vx_say(p->x, "情形上限：", "cap: "));
	kc_buf_str(&p->item, kc_bonus_situation(p->x->st, first)->id);
	cap_row(p, KC_P_BONUS_SITUATION_MAX, sum, cap);
	return cap;
}

void
kc_xp_bonus(struct kc_xp *p)
{
	const struct kc_vx *x = p->x;
	int64_t cap = p->s.rules.bonus_total_max_e4, sum = 0;
	bool any = false;

	for (uint32_t i = 0; i < x->unit->bonuses.n; i++)
		any = any || counted(x, i) != NULL;
	if (!any)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "加分", "bonuses"));
	kc_xp_key(p, KC_P_BONUS_TOTAL_MAX);
	kc_xp_row(p, 0, "bonus", KC_XP_UNIT, NULL, p->s.score.bonus_e4);
	for (uint32_t i = 0; i < x->unit->bonuses.n; i++)
		if (counted(x, i) != NULL)
			bonus_row(p, counted(x, i));
	for (uint32_t i = 0; i < x->unit->bonuses.n; i++)
		if (counted(x, i) != NULL)
			sum += situation_row(p, i);
	if (sum <= cap)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "总上限", "cap of all bonuses"));
	cap_row(p, KC_P_BONUS_TOTAL_MAX, sum, cap);
}
