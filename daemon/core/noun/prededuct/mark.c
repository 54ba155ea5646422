/* SPDX-License-Identifier: Apache-2.0 */
/* The marks of the eight situations, verified on what the ledger knows. */
#include "prededuct.h"

#include <assert.h>
#include <stdio.h>

_Static_assert((int)KC_PD_EFFECT_FULL == (int)KC_EFFECT_FULL &&
	(int)KC_PD_EFFECT_HALF == (int)KC_EFFECT_HALF &&
	(int)KC_PD_EFFECT_EXEMPT == (int)KC_EFFECT_EXEMPT,
    "effects of statements and of policies are the same words");

/* One decision: what its marks are verified on. */
struct claim {
	const struct kc_state *st;
	const struct kc_at *at;
	const struct kc_policy *p;
	const struct kc_situation *s;
	const struct kc_target *t;
	struct kc_refusal *why;
};

/* `fact` is data: the figures or words that the mark fails on. */
static enum kc_err
refuse_mark(const struct claim *m, const char *fact)
{
	kc_policy_cite_situation(m->p, m->s, m->why);
	return kc_refuse(m->why, KC_R_MARK, m->s->id, fact, NULL, NULL);
}

static enum kc_err
refuse_missing(const struct claim *m, unsigned field)
{
	kc_policy_cite_situation(m->p, m->s, m->why);
	return kc_refuse(m->why, KC_R_FIELD_MISSING,
	    m->at->e->kind->fields[field].name, NULL, NULL, NULL);
}

/* "source=work-plan": the word of a set that does not fit. */
static enum kc_err
refuse_word(
    const struct claim *m, const char *name, enum kc_set set, int64_t value)
{
	char fact[KC_REFUSAL_ARG_MAX];

	(void)snprintf(
	    fact, sizeof(fact), "%s=%s", name, kc_word_text(set, value));
	return refuse_mark(m, fact);
}

/* --- ranks (R92, R94) --- */
static struct kc_rank_facts
facts_of(const struct kc_indicator *x, const struct kc_report *r)
{
	struct kc_rank_facts f = {
	    .rank = r->rank,
	    .last_year_rank = r->last_rank,
	    .agreed_rank = r->agreed_rank,
	};

	if (r->has_last_value)
		f.value_improved = x->direction == KC_DIRECTION_HIGHER
		    ? r->value_e4 > r->last_value_e4
		    : r->value_e4 < r->last_value_e4;
	return f;
}

/* The mark fails because another situation stands before this one. */
static enum kc_err
refuse_for(const struct claim *m, const struct kc_situation *other)
{
	kc_policy_cite_situation(m->p, other, m->why);
	return kc_refuse(m->why, KC_R_MARK, m->s->id, other->id, NULL, NULL);
}

static enum kc_err
check_facts(const struct claim *m, const struct kc_rank_facts *f)
{
	const struct kc_situation *other;
	char fact[KC_REFUSAL_ARG_MAX];

	if (!kc_policy_mark_holds(m->p, m->s->mark, f)) {
		(void)snprintf(fact, sizeof(fact),
		    "rank=%d last_rank=%d agreed_rank=%d", (int)f->rank,
		    (int)f->last_year_rank, (int)f->agreed_rank);
		return refuse_mark(m, fact);
	}
	other = kc_policy_governing(m->p, f);
	assert(other != NULL); /* m->s holds, at least */
	return kc_situation_beats(other, m->s) ? refuse_for(m, other) : KC_OK;
}

static enum kc_err
rank_mark(const struct claim *m)
{
	int64_t quarter =
	    kc_entry_num(m->at->e, KC_F_prededuct_decide_quarter, -1);
	const struct kc_indicator *x;
	const struct kc_report *r;
	struct kc_rank_facts facts;
	char text[KC_QUARTER_TEXT];

	if (m->t->source != KC_SOURCE_SUPERIOR)
		return refuse_word(m, "source", KC_SET_SOURCE, m->t->source);
	if (quarter < 0)
		return refuse_missing(m, KC_F_prededuct_decide_quarter);
	if (m->t->indicator == KC_NONE) {
		kc_policy_cite_situation(m->p, m->s, m->why);
		(void)kc_refuse(m->why, KC_R_TARGET_NEEDS, m->t->code,
		    "indicator", NULL, NULL);
		return kc_refusal_zh(m->why, 1, "指标");
	}
	x = m->st->indicators.v[m->t->indicator];
	r = kc_report_of(x, quarter);
	if (r == NULL || r->rank == 0) {
		kc_quarter_text(text, quarter);
		kc_policy_cite_situation(m->p, m->s, m->why);
		return kc_refuse(m->why, KC_R_RANKS, x->code, text, NULL, NULL);
	}
	facts = facts_of(x, r);
	return check_facts(m, &facts);
}

/* Exempt beats half for whatever cause, if the ranks of the quarter are on
 * record and say so. */
static enum kc_err
want_not_exempt(const struct claim *m)
{
	int64_t quarter = kc_entry_num(m->at->e, KC_F_prededuct_decide_quarter,
	    kc_quarter_of_day(m->at->day));
	const struct kc_situation *other;
	const struct kc_report *r;
	struct kc_rank_facts facts;

	if (m->t->source != KC_SOURCE_SUPERIOR || m->t->indicator == KC_NONE)
		return KC_OK;
	r = kc_report_of(m->st->indicators.v[m->t->indicator], quarter);
	if (r == NULL || r->rank == 0)
		return KC_OK;
	facts = facts_of(m->st->indicators.v[m->t->indicator], r);
	other = kc_policy_governing(m->p, &facts);
	if (other == NULL || other->effect <= m->s->effect)
		return KC_OK;
	return refuse_for(m, other);
}

/* --- progress and causes (R93, R95) --- */
static enum kc_err
check_city_work(const struct claim *m)
{
	if (m->t->source == KC_SOURCE_CITY_KEY ||
	    m->t->source == KC_SOURCE_LIVELIHOOD)
		return KC_OK;
	return refuse_word(m, "source", KC_SET_SOURCE, m->t->source);
}

/* City work, with planned and actual progress a gap apart that counts: what
 * is late enough to be deducted for is far enough to be exempted (R95). */
static enum kc_err
behind_mark(const struct claim *m)
{
	const struct kc_entry *e = m->at->e;
	int64_t planned = kc_entry_num(e, KC_F_prededuct_decide_planned, -1);
	int64_t actual = kc_entry_num(e, KC_F_prededuct_decide_actual, -1);
	int64_t gap = m->p->value[KC_P_PD_BEHIND_POINTS];
	char fact[KC_REFUSAL_ARG_MAX];
	enum kc_err err = check_city_work(m);

	if (err != KC_OK)
		return err;
	if (planned < 0)
		return refuse_missing(m, KC_F_prededuct_decide_planned);
	if (actual < 0)
		return refuse_missing(m, KC_F_prededuct_decide_actual);
	if (planned - actual >= gap)
		return KC_OK;
	(void)snprintf(fact, sizeof(fact), "planned=%d actual=%d gap<%d",
	    (int)planned, (int)actual, (int)gap);
	return refuse_mark(m, fact);
}

/* The cause must be stated and be one of first..last. */
static enum kc_err
check_cause(const struct claim *m, int first, int last, int64_t *out)
{
	int64_t cause = kc_entry_num(m->at->e, KC_F_prededuct_decide_cause, -1);

	if (cause < 0)
		return refuse_missing(m, KC_F_prededuct_decide_cause);
	if (cause < first || cause > last)
		return refuse_word(m, "cause", KC_SET_CAUSE, cause);
	*out = cause;
	return KC_OK;
}

/* --- warning letters (R80 to R84) --- */
static const struct kc_addressee *
find_addressee(const struct kc_warning *w, uint32_t unit)
{
	for (uint32_t i = 0; i < w->to.n; i++) {
		if (w->to.v[i].unit == unit)
			return &w->to.v[i];
	}
	return NULL;
}

/* What the ledger recorded, not what dates would say: a letter that was
 * lifted or withdrawn is settled, and one that the unit was handed too late
 * could not be acted on in time. */
static bool
letter_holds(const struct claim *m, const struct kc_warning *w,
    const struct kc_addressee *a, int64_t cause)
{
	kc_day by;

	if (!kc_letter_open(w) || a->released || a->delivered == KC_DAY_NONE)
		return false;
	if (cause == KC_CAUSE_UNANSWERED)
		return a->overdue;
	if (cause == KC_CAUSE_RED)
		return w->level == KC_LEVEL_RED;
	assert(cause == KC_CAUSE_NOT_RECTIFIED);
	by = kc_letter_lift_by(m->st, w);
	return a->delivered <= by && m->at->day > by;
}

/* "W-2022-0001 yellow, replied", in both languages. */
static enum kc_err
refuse_letter(const struct claim *m, const struct kc_warning *w)
{
	char fact[KC_REFUSAL_ARG_MAX], zh[KC_REFUSAL_ARG_MAX];
	size_t n;
	const struct kc_word *levels = kc_set_words(KC_SET_LEVEL, &n);

	(void)snprintf(fact, sizeof(fact), "%s %s, %s", w->handle,
	    levels[w->level].wire,
	    kc_state_name(KC_M_warning, w->state, KC_LANG_EN));
	(void)snprintf(zh, sizeof(zh), "%s %s，%s", w->handle,
	    levels[w->level].zh,
	    kc_state_name(KC_M_warning, w->state, KC_LANG_ZH));
	(void)refuse_mark(m, fact);
	return kc_refusal_zh(m->why, 1, zh);
}

static enum kc_err
letter_mark(const struct claim *m, const struct kc_warning *w, int64_t cause)
{
	const struct kc_addressee *a = find_addressee(w, m->t->unit);
	char fact[KC_REFUSAL_ARG_MAX];

	if (w->target != m->t->index) {
		(void)snprintf(fact, sizeof(fact), "%s target=%s", w->handle,
		    m->st->targets.v[w->target]->code);
		return refuse_mark(m, fact);
	}
	assert(a != NULL); /* the owner of the target is always addressed */
	if (letter_holds(m, w, a, cause))
		return KC_OK;
	return refuse_letter(m, w);
}

static enum kc_err
unanswered_mark(const struct claim *m)
{
	const unsigned field = KC_F_prededuct_decide_warning;
	int64_t cause;
	uint32_t w;
	enum kc_err err =
	    check_cause(m, KC_CAUSE_FALSE_DATA, KC_CAUSE_RED, &cause);

	if (err != KC_OK)
		return err;
	if (cause == KC_CAUSE_FALSE_DATA)
		return kc_entry_has(m->at->e, KC_F_prededuct_decide_quarter)
		    ? KC_OK
		    : refuse_missing(m, KC_F_prededuct_decide_quarter);
	if (!kc_entry_has(m->at->e, field))
		return refuse_missing(m, field);
	err = kc_want(m->st, KC_NS_WARNING, m->at, field, &w, m->why);
	if (err != KC_OK)
		return err;
	return letter_mark(m, m->st->warnings.v[w], cause);
}

_Static_assert(KC_CAUSE_POLICY_CHANGE + 1 == KC_CAUSE_HIGHER_APPROVAL &&
	KC_CAUSE_HIGHER_APPROVAL + 1 == KC_CAUSE_FORCE_MAJEURE &&
	KC_CAUSE_PARTLY_OBJECTIVE + 1 == KC_CAUSE_SHARED &&
	KC_CAUSE_SHARED + 1 == KC_CAUSE_SELF_REPORTED &&
	KC_CAUSE_FALSE_DATA + 1 == KC_CAUSE_UNANSWERED &&
	KC_CAUSE_UNANSWERED + 1 == KC_CAUSE_NOT_RECTIFIED &&
	KC_CAUSE_NOT_RECTIFIED + 1 == KC_CAUSE_RED,
    "causes of a mark stand side by side");

enum kc_err
kc_want_mark(const struct kc_state *st, const struct kc_at *at,
    const struct kc_policy *p, const struct kc_situation *s,
    const struct kc_target *t, struct kc_refusal *why)
{
	const struct claim m = {st, at, p, s, t, why};
	int64_t cause;
	enum kc_err err;

	switch (s->mark) {
	case KC_MARK_RANK_LOW:
	case KC_MARK_RANK_FELL:
	case KC_MARK_RANK_ADVANCED:
	case KC_MARK_RANK_ADVANCED_1:
		return rank_mark(&m);
	case KC_MARK_BEHIND:
		return behind_mark(&m);
	case KC_MARK_UNANSWERED:
		return unanswered_mark(&m);
	case KC_MARK_OBJECTIVE:
		err = behind_mark(&m);
		if (err != KC_OK)
			return err;
		return check_cause(
		    &m, KC_CAUSE_POLICY_CHANGE, KC_CAUSE_FORCE_MAJEURE, &cause);
	case KC_MARK_PARTLY:
		err = check_cause(&m, KC_CAUSE_PARTLY_OBJECTIVE,
		    KC_CAUSE_SELF_REPORTED, &cause);
		return err == KC_OK ? want_not_exempt(&m) : err;
	}
	assert(!"mark");
	return KC_EINVAL;
}
