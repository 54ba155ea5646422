/* SPDX-License-Identifier: Apache-2.0 */
/* bonus.claim: who, for which year, what for, and what shows it. */
#include "bonus.h"

#include <string.h>

#include "noun/indicator/indicator.h"
#include "noun/prededuct/prededuct.h"

_Static_assert((int)KC_GRADE_COUNT == (int)KC_BONUS_GRADE_COUNT &&
	(int)KC_GRADE_INCENTIVE == (int)KC_BONUS_GRADE_INCENTIVE &&
	(int)KC_GRADE_NATIONAL == (int)KC_BONUS_GRADE_NATIONAL &&
	(int)KC_GRADE_PROVINCIAL == (int)KC_BONUS_GRADE_PROVINCIAL &&
	(int)KC_GRADE_MAIN_LEADER == (int)KC_BONUS_GRADE_MAIN_LEADER &&
	(int)KC_GRADE_VICE_LEADER == (int)KC_BONUS_GRADE_VICE_LEADER &&
	(int)KC_GRADE_FIRST == (int)KC_BONUS_GRADE_FIRST &&
	(int)KC_GRADE_ADVANCE == (int)KC_BONUS_GRADE_ADVANCE,
    "the vocabulary and the policy number the grades alike");

/* --- grades --- */
bool
kc_bonus_lower(unsigned grade, int *best, int *least)
{
	enum kc_bonus_mark mark = kc_grade_mark((enum kc_bonus_grade)grade);
	int last = (int)grade;

	while (last + 1 < (int)KC_GRADE_COUNT &&
	    kc_grade_mark((enum kc_bonus_grade)(last + 1)) == mark)
		last++;
	*best = (int)grade + 1;
	*least = last;
	return *best <= *least;
}

static enum kc_err
refuse_mark(
    const char *id, const char *en, const char *zh, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_MARK, id, en, NULL, NULL);
	return kc_refusal_zh(why, 1, zh);
}

/* The newest quarter of the year that has a rank; NULL. */
static const struct kc_report *
newest(const struct kc_indicator *x, int year)
{
	const struct kc_report *best = NULL;

	for (uint32_t i = 0; i < x->reports.n; i++) {
		const struct kc_report *r = &x->reports.v[i];

		if (r->quarter / 4 == year && r->rank > 0 &&
		    (best == NULL || r->quarter > best->quarter))
			best = r;
	}
	return best;
}

static enum kc_err
want_ranks(const struct kc_state *st, const struct kc_bonus *b, unsigned grade,
    struct kc_refusal *why)
{
	const struct kc_indicator *x = st->indicators.v[b->indicator];
	const struct kc_policy *p = kc_bonus_policy(st, b);
	const struct kc_report *r = newest(x, b->year);
	struct kc_rank_facts facts = {0};

	if (r == NULL) {
		(void)kc_refuse(why, KC_R_RANKS, x->code, "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)b->year);
		return KC_EREFUSED;
	}
	facts.rank = r->rank;
	facts.last_year_rank = r->last_rank;
	if (kc_policy_grade_holds(p, (enum kc_bonus_grade)grade, &facts))
		return KC_OK;
	kc_policy_cite(p,
	    grade == KC_BONUS_GRADE_ADVANCE ? KC_P_BONUS_ADVANCE_PLACES
					    : KC_P_BONUS_FIRST,
	    why);
	return refuse_mark(p->bonuses[b->situation].id,
	    "the ranks on the ledger do not show it", "账本上的位次不支持",
	    why);
}

/* An indicator is named where a rank is what counts, and nowhere else. */
enum kc_err
kc_want_grade(const struct kc_state *st, const struct kc_bonus *b,
    unsigned grade, struct kc_refusal *why)
{
	const struct kc_bonus_situation *s = kc_bonus_situation(st, b);
	enum kc_bonus_mark mark = kc_grade_mark((enum kc_bonus_grade)grade);

	if (s->mark != KC_BONUS_MARK_ANY && s->mark != mark)
		return refuse_mark(s->id, "the grade is not one of it",
		    "等次不属于该情形", why);
	if (b->indicator == KC_NONE)
		return KC_OK;
	if (mark != KC_BONUS_MARK_RANK)
		return refuse_mark(
		    s->id, "no indicator shows it", "与指标位次无关", why);
	return want_ranks(st, b, grade, why);
}

/* --- the claim --- */
static const struct kc_policy *
policy_of(const struct kc_state *st, const struct kc_at *at)
{
	return kc_policy_of(
	    st, (int)kc_entry_num(at->e, KC_F_bonus_claim_year, 0));
}

static enum kc_err
want_time(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_bonus_claim_year, 0);
	kc_day dated = (kc_day)kc_entry_num(at->e, KC_F_bonus_claim_dated, 0);
	const struct kc_policy *p = kc_policy_of(st, year);
	enum kc_err err;

	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	err = kc_want_by(at->day,
	    kc_policy_day(p, KC_P_BONUS_CLAIM_UNTIL, year + 1), p,
	    KC_P_BONUS_CLAIM_UNTIL, why);
	if (err != KC_OK)
		return err;
	if (dated >= kc_day_from_civil(year, 1, 1) && dated <= at->day)
		return KC_OK;
	return kc_refuse_range(
	    why, dated, kc_day_from_civil(year, 1, 1), at->day);
}

/* One document, one claim: also of another year, and not again after a
 * refusal, which can be disputed. */
static enum kc_err
want_document(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    struct kc_refusal *why)
{
	struct kc_slice document =
	    kc_entry_str(at->e, KC_F_bonus_claim_document);
	const struct kc_u32s *of = &st->units.v[unit]->bonuses;

	for (uint32_t i = 0; i < of->n; i++) {
		const struct kc_bonus *b = st->bonuses.v[of->v[i]];

		if (b->state != KC_BS_LAPSED && b->state != KC_BS_WITHDRAWN &&
		    kc_slice_is(document, b->document))
			return kc_refuse(
			    why, KC_R_DUPLICATE, b->handle, NULL, NULL, NULL);
	}
	return KC_OK;
}

/* What the entry says, without texts. */
static void
fill(struct kc_bonus *b, const struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	const struct kc_policy *p = policy_of(st, at);

	b->index = st->bonuses.n;
	b->unit = b->claimed_by =
	    kc_find(st, KC_NS_UNIT, kc_entry_str(e, KC_F_bonus_claim_unit));
	b->policy =
	    kc_law_of(st, (int)kc_entry_num(e, KC_F_bonus_claim_year, 0));
	b->situation =
	    (uint32_t)(kc_policy_bonus(
			   p, kc_entry_str(e, KC_F_bonus_claim_situation)) -
		p->bonuses);
	b->indicator = KC_NONE;
	if (kc_entry_has(e, KC_F_bonus_claim_indicator))
		b->indicator = kc_find(st, KC_NS_INDICATOR,
		    kc_entry_str(e, KC_F_bonus_claim_indicator));
	b->verifier = b->verified_for = KC_NONE;
	b->granter = b->granted_for = KC_NONE;
	kc_code_copy(b->merit, kc_entry_str(e, KC_F_bonus_claim_merit));
	b->dated = (kc_day)kc_entry_num(e, KC_F_bonus_claim_dated, 0);
	b->year = (int16_t)kc_entry_num(e, KC_F_bonus_claim_year, 0);
	b->grade = (uint8_t)kc_entry_num(e, KC_F_bonus_claim_grade, 0);
	b->given = -1;
	for (unsigned i = 0; i < KC_L_bonus_COUNT; i++)
		b->day[i].since = b->day[i].due = KC_DAY_NONE;
}

static enum kc_err
want_situation(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_slice id = kc_entry_str(at->e, KC_F_bonus_claim_situation);
	const struct kc_policy *p = policy_of(st, at);

	if (kc_policy_bonus(p, id) != NULL)
		return KC_OK;
	(void)kc_refuse(why, KC_R_SITUATION, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, id);
	for (size_t i = 0; i < p->nbonuses; i++)
		kc_refusal_arg_add(why, 1, kc_slice_str(p->bonuses[i].id));
	return KC_EREFUSED;
}

static enum kc_err
want_indicator(const struct kc_state *st, const struct kc_at *at, uint32_t unit,
    struct kc_refusal *why)
{
	const struct kc_indicator *x;
	uint32_t i;
	enum kc_err err;

	if (!kc_entry_has(at->e, KC_F_bonus_claim_indicator))
		return KC_OK;
	err = kc_want(
	    st, KC_NS_INDICATOR, at, KC_F_bonus_claim_indicator, &i, why);
	if (err != KC_OK)
		return err;
	x = st->indicators.v[i];
	return kc_indicator_measures(st, i, unit)
	    ? KC_OK
	    : kc_refuse(why, KC_R_UNIT_MISMATCH, x->code,
		  st->units.v[unit]->code, NULL, NULL);
}

enum kc_err
bonus_claim_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_bonus b = {0};
	uint32_t unit;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_bonus_claim_unit, &unit, why);

	if (err == KC_OK)
		err = kc_want_policy(st, why);
	if (err == KC_OK)
		err = kc_want_of_unit(st, at, 0, unit, why);
	if (err == KC_OK)
		err = want_time(st, at, why);
	if (err == KC_OK)
		err = want_situation(st, at, why);
	if (err == KC_OK)
		err = want_indicator(st, at, unit, why);
	if (err == KC_OK)
		err = want_document(st, at, unit, why);
	if (err != KC_OK)
		return err;
	fill(&b, st, at);
	return kc_want_grade(st, &b, b.grade, why);
}

enum kc_err
bonus_claim_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_bonus *b = kc_arena_alloc(&st->arena, sizeof(*b));
	enum kc_err err;

	if (b == NULL)
		return KC_ENOMEM;
	fill(b, st, at);
	b->document = kc_arena_unfold(
	    &st->arena, kc_entry_str(at->e, KC_F_bonus_claim_document));
	b->issuer = kc_arena_unfold(
	    &st->arena, kc_entry_str(at->e, KC_F_bonus_claim_issuer));
	kc_handle_make(b->handle, "B", b->year,
	    kc_number_next(st, b->year, KC_SERIES_BONUS));
	if (b->document == NULL || b->issuer == NULL ||
	    !kc_vec_push(&st->bonuses, b) ||
	    !kc_vec_push(&st->units.v[b->unit]->bonuses, b->index) ||
	    !kc_index_add(&st->by_code, KC_NS_BONUS, b->handle, b->index))
		return KC_ENOMEM;
	memcpy(st->last_handle, b->handle, sizeof(b->handle));
	err = kc_log_event(st, at, &b->events);
	return err == KC_OK ? kc_bonus_enter(st, at, b, KC_BS_CLAIMED) : err;
}
