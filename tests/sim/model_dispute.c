/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's disputes: who decided what, and what that makes of a case, by
 * its own arithmetic. Points change by a correction and by nothing else that
 * a dispute does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

static struct m_dispute *
dispute_of(struct sim *s, const struct kc_entry *e)
{
	int f = kc_kind_field(e->kind, KC_LIT("dispute"));

	for (unsigned i = 0; f >= 0 && i < s->m.ndisputes; i++)
		if (kc_slice_is(
			kc_entry_str(e, (unsigned)f), s->m.disputes[i].handle))
			return &s->m.disputes[i];
	sim_require(s, false, "no such dispute");
	return NULL;
}

static struct m_case *
case_at(struct sim *s, int64_t confirmed_seq)
{
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (s->m.cases[i].counts &&
		    s->m.cases[i].confirmed_seq == confirmed_seq)
			return &s->m.cases[i];
	return NULL;
}

static void
file(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_dispute *d = &s->m.disputes[s->m.ndisputes++];
	const struct m_case *c =
	    case_at(s, kc_entry_num(e, KC_F_dispute_file_decision, -1));

	assert_true(s->m.ndisputes <= SIM_MAX);
	(void)snprintf(
	    d->handle, sizeof(d->handle), "D-2022-%04u", s->m.ndisputes);
	d->points = d->level = -1;
	d->decision = kc_entry_num(e, KC_F_dispute_file_decision, -1);
	if (c == NULL)
		return; /* not a deduction */
	d->of_case = (unsigned)(c - s->m.cases) + 1;
	m_check_of_unit(s, e, c->unit, day);
}

static bool
is_by(const struct kc_entry *e, const char *who)
{
	return who[0] != '\0' && kc_slice_is(e->by[0], who);
}

static void
decide(struct sim *s, const struct kc_entry *e)
{
	struct m_dispute *d = dispute_of(s, e);
	int64_t ruling = kc_entry_num(e, KC_F_dispute_decide_ruling, -1);

	if (d->of_case > 0) {
		const struct m_case *c = &s->m.cases[d->of_case - 1];

		sim_require(s,
		    !is_by(e, c->decider) && !is_by(e, c->confirmer) &&
			!is_by(e, d->decided),
		    "decided by somebody who took part");
	}
	m_copy(d->decided, e->by[0]);
	if (ruling == KC_RULING_OVERTURNED) {
		d->points = 0;
		d->level = -1;
	} else if (ruling == KC_RULING_REDUCED && d->of_case == 0) {
		d->level = kc_entry_num(e, KC_F_dispute_decide_level, -1);
	} else if (ruling == KC_RULING_REDUCED && d->of_case > 0) {
		int64_t points =
		    kc_entry_num(e, KC_F_dispute_decide_points, -1);

		sim_require(s,
		    points > 0 && (d->points < 0 || points <= d->points),
		    "an appeal took something away");
		d->points = points;
	}
}

static void
correct(struct sim *s, const struct kc_entry *e, bool revoke)
{
	struct m_dispute *d = dispute_of(s, e);
	struct m_case *c;
	int64_t most;

	sim_require(s, d->applied && d->of_case > 0 && !d->corrected,
	    "a correction that nobody ordered");
	d->corrected = true;
	c = &s->m.cases[d->of_case - 1];
	sim_require(s, c->counts && revoke == (d->points == 0),
	    "another correction than was decided");
	most = d->points * c->refund_max / 10000;
	c->deducted = d->points;
	if (c->returned > most)
		c->returned = most;
	if (!revoke)
		return;
	c->counts = false;
	c->stage = M_ENDED;
}

static struct m_case *
case_of(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (kc_slice_is(handle, s->m.cases[i].handle))
			return &s->m.cases[i];
	return NULL;
}

/* One that was ordered, of no deduction; once. */
static const struct m_dispute *
ordered(struct sim *s, const struct kc_entry *e)
{
	struct m_dispute *d = dispute_of(s, e);

	sim_require(s, d->applied && !d->corrected && d->of_case == 0,
	    "a correction that nobody ordered");
	d->corrected = true;
	return d;
}

/* The return of a case, as a review should have had it. */
static void
correct_return(struct sim *s, const struct kc_entry *e)
{
	int64_t rate = kc_entry_num(e, KC_F_refund_correct_rate, -1);
	struct m_case *c =
	    case_of(s, kc_entry_str(e, KC_F_refund_correct_case_));

	(void)ordered(s, e);
	sim_require(s,
	    c != NULL && c->counts && rate <= c->refund_max &&
		c->deducted * rate / 10000 >= c->returned,
	    "a return that was corrected downwards");
	c->returned = c->deducted * rate / 10000;
	c->stage = M_ENDED;
	c->submitted = false;
}

/* Better for the unit, or it would not have been written. */
static void
amend(struct sim *s, const struct kc_entry *e)
{
	int64_t rate = kc_entry_num(e, KC_F_completion_amend_rate, -1);
	struct kc_slice code = kc_entry_str(e, KC_F_completion_amend_target);

	(void)ordered(s, e);
	for (unsigned i = 0; i < s->m.ntargets; i++) {
		struct m_target *t = &s->m.targets[i];

		if (!kc_slice_is(code, t->code))
			continue;
		sim_require(s, t->completion >= 0 && rate > t->completion,
		    "a completion that was corrected downwards");
		t->completion = rate;
	}
}

static void
allow(struct sim *s, const struct kc_entry *e)
{
	struct m_case *c =
	    case_of(s, kc_entry_str(e, KC_F_extension_allow_case_));
	const struct m_dispute *d = ordered(s, e);

	sim_require(s, c != NULL && c->counts && c->returned == 0,
	    "an extension of what is over");
	m_due_allowed(s, c, d->on);
	sim_require(s,
	    kc_entry_num(e, KC_F_extension_allow_due, 0) == c->to_rectify.day,
	    "another last day than the model's");
}

/* What one decision gives is less, or nothing; no other changes. */
static void
lower(
    struct sim *s, struct m_letter *w, const struct m_dispute *d, int64_t level)
{
	int64_t was = m_letter_level(w, w->ngiven);
	unsigned i = 0;

	while (i < w->ngiven && w->given[i].seq != d->decision)
		i++;
	sim_require(s, i < w->ngiven, "a level that nobody gave");
	if (d->points == 0)
		w->given[i].level = -1;
	else if (d->level < w->given[i].level)
		w->given[i].level = d->level;
	sim_require(s,
	    m_letter_level(w, w->ngiven) <= was &&
		level ==
		    (w->given[i].level >= 0 ? w->given[i].level
					    : m_letter_level(w, i)),
	    "another level than was decided");
}

/* A letter is settled for the unit of its target, or is of another level. */
static void
correct_letter(struct sim *s, const struct kc_entry *e)
{
	struct m_letter *w = m_letter_of(s, kc_entry_str(e, 0));
	int64_t level = kc_entry_num(e, KC_F_warning_lower_level, 0);
	const struct m_dispute *d = ordered(s, e);

	sim_require(s, w != NULL && !w->closed, "a letter that is settled");
	if (e->kind->id == KC_K_warning_lower) {
		lower(s, w, d, level);
		return;
	}
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (strcmp(s->m.targets[i].code, w->target) == 0 &&
		    kc_slice_is(kc_entry_str(e, KC_F_warning_release_unit),
			s->m.targets[i].unit))
			w->closed = true;
}

static void
excuse(struct sim *s, const struct kc_entry *e)
{
	struct kc_slice handle = kc_entry_str(e, KC_F_warning_excuse_warning);
	struct kc_slice unit = kc_entry_str(e, KC_F_warning_excuse_unit);
	const struct m_dispute *d = ordered(s, e);
	unsigned n = 0;

	for (unsigned i = 0; i < s->m.nsilences; i++) {
		const struct m_silence *x = &s->m.silences[i];

		if (!kc_slice_is(handle, x->handle) ||
		    !kc_slice_is(unit, x->unit))
			s->m.silences[n++] = *x;
	}
	sim_require(s, n + 1 == s->m.nsilences, "no such silence");
	s->m.nsilences = n;
	m_due_excused(s, handle, unit, d->on);
}

static void
read_corrections(struct sim *s, const struct kc_entry *e)
{
	if (e->kind->id == KC_K_prededuct_revoke)
		correct(s, e, true);
	else if (e->kind->id == KC_K_prededuct_reduce)
		correct(s, e, false);
	else if (e->kind->id == KC_K_refund_correct)
		correct_return(s, e);
	else if (e->kind->id == KC_K_completion_amend)
		amend(s, e);
	else if (e->kind->id == KC_K_extension_allow)
		allow(s, e);
	else if (e->kind->id == KC_K_warning_release ||
	    e->kind->id == KC_K_warning_lower)
		correct_letter(s, e);
	else if (e->kind->id == KC_K_warning_excuse)
		excuse(s, e);
	else if (e->kind->id == KC_K_good_restore)
		(void)ordered(s, e);
	else if (e->kind->id == KC_K_result_regrade)
		m_regraded(s, e, ordered(s, e)->decision);
}

void
m_read_disputes(struct sim *s, const struct kc_entry *e, kc_day day)
{
	if (e->kind->id == KC_K_dispute_file)
		file(s, e, day);
	else if (e->kind->id == KC_K_dispute_inadmissible)
		m_copy(dispute_of(s, e)->decided, e->by[0]);
	else if (e->kind->id == KC_K_dispute_decide)
		decide(s, e);
	else if (e->kind->id == KC_K_dispute_apply ||
	    e->kind->id == KC_K_dispute_enforce) {
		struct m_dispute *d = dispute_of(s, e);

		d->applied = true;
		d->on = day;
	} else {
		read_corrections(s, e);
	}
}
