/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A result is disputed by its form. Scores follow from decisions, each of which
 * is disputed where it is from; what a ruling changes of a result is its grade,
 * and that by what the unit gets at the least (adr/0012, adr/0020).
 */
#include "yearend.h"

#include "engine/authority.h"
#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"

/* --- for the rows --- */
static const struct kc_result_form *
form(const struct kc_state *st, uint32_t object)
{
	return st->result_forms.v[object];
}

static const char *
handle(const struct kc_state *st, uint32_t object)
{
	return form(st, object)->handle;
}

static const struct kc_events *
events(const struct kc_state *st, uint32_t object)
{
	return &form(st, object)->events;
}

/* Whose it is: of a unit that ended, its successor's. */
static uint32_t
unit(const struct kc_state *st, uint32_t object)
{
	return kc_unit_acting(st, form(st, object)->unit);
}

static int
year(const struct kc_state *st, uint32_t object)
{
	return st->yearends.v[form(st, object)->yearend]->year;
}

/* --- who stands aside --- */
static bool
is(const struct kc_state *st, const struct kc_took_part *p, uint32_t person)
{
	return kc_same_person(st, person, p->by) ||
	    kc_same_person(st, person, p->of);
}

/* Did the person give the grades, approve them, feed the result back, or hear
 * the first level? */
static bool
had_part(const struct kc_state *st, const struct kc_dispute *d, uint32_t person)
{
	const struct kc_decision *about = kc_dispute_decision(st, d);
	const struct kc_result_form *f = form(st, about->object);
	const struct kc_took_part first = {0, d->at[0].by, d->at[0].of};
	bool had = is(st, &f->graded, person) || is(st, &f->approved, person) ||
	    is(st, &first, person);

	for (unsigned i = 0; i < KC_PLACES_MAX && about->by[i] != KC_NONE;
	     i++) {
		const struct kc_took_part fed = {0, about->by[i], about->of[i]};

		had = had || is(st, &fed, person);
	}
	return had;
}

/* Is there another of the Assessment Office who could hear it? */
static bool
another_hears(const struct kc_state *st, const struct kc_dispute *d)
{
	for (uint32_t i = 0; i < st->actors.n; i++) {
		const struct kc_actor *a = st->actors.v[i];

		if (!a->retired && a->key != KC_NONE &&
		    (a->roles & KC_ROLE_BIT(KC_ROLE_ASSESS_OFFICE)) != 0 &&
		    a->unit != d->unit && !had_part(st, d, i))
			return true;
	}
	return false;
}

/* Who gave the grades, or approved them. Who approved hears it where nobody
 * else could: the list follows from the ledger. */
static uint32_t
aside(const struct kc_state *st, const struct kc_dispute *d, uint32_t person)
{
	const struct kc_result_form *f =
	    form(st, kc_dispute_decision(st, d)->object);

	if (is(st, &f->graded, person))
		return f->graded.seq;
	return is(st, &f->approved, person) && another_hears(st, d)
	    ? f->approved.seq
	    : KC_NONE;
}

static const struct kc_matter of_form = {"result", KC_NS_RESULT, NULL, handle,
    NULL, events, unit, year, NULL, aside};

static bool
is_of(const struct kc_state *st, uint32_t object, uint32_t who)
{
	return kc_unit_now(st, form(st, object)->unit) == who;
}

bool
kc_result_may_rise(const struct kc_result_form *f)
{
	return f->grade != KC_GRADED_NOT && f->grade != KC_YEAR_GRADE_FIRST;
}

static const char *const *
bars(const struct kc_state *st, const struct kc_decision *d)
{
	static const char *const first[] = {
	    [KC_LANG_EN] = "of the first grade, and none is better",
	    [KC_LANG_ZH] = "第一等次，无更高等次"};
	static const char *const apart[] = {
	    [KC_LANG_EN] = "without a grade, of a unit listed apart",
	    [KC_LANG_ZH] = "单列，不评等次"};
	const struct kc_result_form *f = form(st, d->object);

	if (f->grade == KC_GRADED_NOT)
		return apart;
	return kc_result_may_rise(f) ? NULL : first;
}

/* Of the version that stands, with a grade than which there is a better. */
static bool
stands(const struct kc_state *st, const struct kc_decision *d, uint32_t who)
{
	const struct kc_result_form *f = form(st, d->object);
	const struct kc_yearend *y = st->yearends.v[f->yearend];

	(void)who;
	if (!kc_result_may_rise(f) || kc_yearend_of(st, y->year) != y)
		return false;
	for (uint32_t i = 0; i < y->forms.n; i++)
		if (y->forms.v[i] == f->index)
			return true;
	return false;
}

/* A grade that falls gives way to the next better one. */
static int64_t
before(const struct kc_state *st, const struct kc_decision *d)
{
	return form(st, d->object)->grade - 1;
}

/* What another ruling gave already is not given again. What the unit has by its
 * rank meanwhile it may lose again, so that does not count. */
static int
corrects(const struct kc_state *st, const struct kc_dispute *d, bool falls,
    int64_t measure)
{
	uint32_t object = kc_dispute_decision(st, d)->object;
	const struct kc_regrade *r =
	    kc_regrade_of(st, year(st, object), form(st, object)->unit);

	(void)falls;
	return r != NULL && r->grade <= measure ? -1 : KC_K_result_regrade;
}

const struct kc_subject kc_yearend_subjects[] = {
    {KC_K_result_feed_back, &of_form, -1, -1, KC_MEASURE_NOT, is_of,
	kc_judge_nobody, NULL, stands, NULL, corrects, before, bars},
    {.matter = NULL},
};

/* Each that was given is better than those before it. */
const struct kc_regrade *
kc_regrade_of(const struct kc_state *st, int of_year, uint32_t of_unit)
{
	for (uint32_t i = st->regrades.n; i-- > 0;)
		if (st->regrades.v[i].year == of_year &&
		    st->regrades.v[i].unit == of_unit)
			return &st->regrades.v[i];
	return NULL;
}

/* --- result.regrade --- */
void
kc_result_regrade_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m)
{
	const struct kc_dispute *d = kc_correction_of(st, due);
	const struct kc_result_form *f =
	    form(st, kc_dispute_decision(st, d)->object);

	kc_made_text(m, KC_F_result_regrade_result, f->handle);
	kc_made_text(m, KC_F_result_regrade_dispute, d->handle);
	kc_made_text(m, KC_F_result_regrade_was,
	    kc_word_text(KC_SET_YEAR_GRADE, f->grade));
	kc_made_text(m, KC_F_result_regrade_grade,
	    kc_word_text(KC_SET_YEAR_GRADE, kc_ordered(d, NULL)));
}

enum kc_err
result_regrade_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_RESULT, at, KC_F_result_regrade_result, &i, why);

	if (err == KC_OK)
		err = kc_want_correction(
		    st, at, KC_F_result_regrade_dispute, i, why);
	if (err == KC_OK)
		err = kc_want_word(at, KC_F_result_regrade_was,
		    KC_SET_YEAR_GRADE, form(st, i)->grade, why);
	if (err != KC_OK)
		return err;
	return kc_want_word(at, KC_F_result_regrade_grade, KC_SET_YEAR_GRADE,
	    kc_ordered(
		kc_dispute_of(st, at, KC_F_result_regrade_dispute), NULL),
	    why);
}

/* The year's end has it too: its list follows otherwise from here on. */
enum kc_err
result_regrade_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_dispute *d =
	    kc_dispute_of(st, at, KC_F_result_regrade_dispute);
	struct kc_result_form *f = st->result_forms.v[kc_find(
	    st, KC_NS_RESULT, kc_entry_str(at->e, KC_F_result_regrade_result))];
	int of_year = st->yearends.v[f->yearend]->year;
	const struct kc_regrade r = {.year = (int16_t)of_year,
	    .unit = f->unit,
	    .dispute = d->index,
	    .seq = (uint32_t)at->stamp.seq,
	    .grade = (int)kc_ordered(d, NULL)};
	enum kc_err err = kc_log_event(st, at, &f->events);
	struct kc_yearend *y =
	    st->yearends.v[kc_yearend_of(st, of_year)->index];

	if (err == KC_OK)
		err = kc_log_event(st, at, &y->events);
	if (err == KC_OK && !kc_vec_push(&st->regrades, r))
		err = KC_ENOMEM;
	return err == KC_OK ? kc_corrected(st, at, KC_F_result_regrade_dispute)
			    : err;
}
