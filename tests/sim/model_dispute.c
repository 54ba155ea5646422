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
	d->points = -1;
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

/* The return of a case, as a review should have had it. */
static void
correct_return(struct sim *s, const struct kc_entry *e)
{
	struct m_dispute *d = dispute_of(s, e);
	int64_t rate = kc_entry_num(e, KC_F_refund_correct_rate, -1);
	struct m_case *c = NULL;

	sim_require(s, d->applied && !d->corrected && d->of_case == 0,
	    "a correction that nobody ordered");
	d->corrected = true;
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (kc_slice_is(kc_entry_str(e, KC_F_refund_correct_case_),
			s->m.cases[i].handle))
			c = &s->m.cases[i];
	sim_require(s,
	    c != NULL && c->counts && rate <= c->refund_max &&
		c->deducted * rate / 10000 >= c->returned,
	    "a return that was corrected downwards");
	c->returned = c->deducted * rate / 10000;
	c->stage = M_ENDED;
	c->submitted = false;
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
	    e->kind->id == KC_K_dispute_enforce)
		dispute_of(s, e)->applied = true;
	else if (e->kind->id == KC_K_prededuct_revoke)
		correct(s, e, true);
	else if (e->kind->id == KC_K_prededuct_reduce)
		correct(s, e, false);
	else if (e->kind->id == KC_K_refund_correct)
		correct_return(s, e);
}
