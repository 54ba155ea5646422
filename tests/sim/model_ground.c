/* SPDX-License-Identifier: Apache-2.0 */
/* The model's facts: reports and letters, and what may rest on them once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

/* --- reports --- */
static struct m_report *
report_of(struct sim *s, struct kc_slice indicator, int64_t quarter)
{
	for (unsigned i = 0; i < s->m.nreports; i++)
		if (kc_slice_is(indicator, s->m.reports[i].indicator) &&
		    s->m.reports[i].quarter == quarter)
			return &s->m.reports[i];
	return NULL;
}

static void
read_report(struct sim *s, const struct kc_entry *e)
{
	int64_t quarter = kc_entry_num(e, KC_F_indicator_report_quarter, 0);
	struct m_report *r = report_of(s, kc_entry_str(e, 0), quarter);
	bool first = e->kind->id == KC_K_indicator_report;

	sim_require(s, first == (r == NULL), "reported twice, or not before");
	if (r == NULL) {
		assert_true(s->m.nreports < SIM_MAX);
		r = &s->m.reports[s->m.nreports++];
		m_copy(r->indicator, kc_entry_str(e, 0));
		r->quarter = quarter;
	}
	/* The fields of both kinds stand in the same places. */
	r->rank = kc_entry_num(e, KC_F_indicator_report_rank, 0);
	r->last = kc_entry_num(e, KC_F_indicator_report_last_rank, 0);
	r->agreed = kc_entry_num(e, KC_F_indicator_report_agreed_rank, 0);
	r->better = kc_entry_has(e, KC_F_indicator_report_last_value) &&
	    kc_entry_num(e, KC_F_indicator_report_value, 0) >
		kc_entry_num(e, KC_F_indicator_report_last_value, 0);
}

/* The one situation that stands on a report: S5 before S7 before S1 before
 * S2, whose standard is the smaller; 0 if none. */
static char
standing(const struct m_report *r)
{
	bool known = r->last > 0, low = r->rank >= 11;
	bool missed = r->agreed > 0 && r->rank > r->agreed;
	int64_t up = known ? r->last - r->rank : 0;

	if (low && up >= 2)
		return '5';
	if ((low && up == 1) ||
	    (known && up == 0 && (low || missed) && r->better))
		return '7';
	if (low)
		return '1';
	return missed || up <= -2 ? '2' : '\0';
}

/* --- letters --- */
struct m_letter *
m_letter_of(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.nletters; i++)
		if (kc_slice_is(handle, s->m.letters[i].handle))
			return &s->m.letters[i];
	return NULL;
}

int64_t
m_letter_level(const struct m_letter *w, unsigned n)
{
	int64_t level = -1;

	for (unsigned i = 0; i < n; i++)
		if (w->given[i].level > level)
			level = w->given[i].level;
	return level;
}

static void
give_level(struct sim *s, struct m_letter *w, int64_t level)
{
	assert_true(w->ngiven < sizeof(w->given) / sizeof(w->given[0]));
	sim_require(s, level > m_letter_level(w, w->ngiven), "not raised");
	w->given[w->ngiven].seq = s->m.seen;
	w->given[w->ngiven++].level = level;
}

static void
read_letter(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_letter *w;
	char unit[KC_CODE_MAX + 1] = "";

	if (e->kind->id == KC_K_warning_deliver)
		m_copy(unit, kc_entry_str(e, KC_F_warning_deliver_unit));
	if (e->kind->id == KC_K_warning_issue) {
		assert_true(s->m.nletters < SIM_MAX);
		w = &s->m.letters[s->m.nletters++];
		(void)snprintf(
		    w->handle, sizeof(w->handle), "W-2022-%04u", s->m.nletters);
		m_copy(w->target, kc_entry_str(e, KC_F_warning_issue_target));
		give_level(s, w, kc_entry_num(e, KC_F_warning_issue_level, 0));
		w->by =
		    (kc_day)kc_entry_num(e, KC_F_warning_issue_rectify_by, 0);
		w->delivered = KC_DAY_NONE;
		w->nto = kc_entry_count(e, KC_F_warning_issue_unit);
		assert_true(w->nto <= M_SHARES);
		for (unsigned i = 0; i < w->nto; i++)
			m_copy(w->to[i],
			    kc_entry_item(e, KC_F_warning_issue_unit, i)->raw);
		return;
	}
	w = m_letter_of(s, kc_entry_str(e, 0));
	sim_require(s, w != NULL, "a letter that nobody issued");
	if (e->kind->id == KC_K_warning_deliver && m_is_of(s, w->target, unit))
		w->delivered = day;
	else if (e->kind->id == KC_K_warning_escalate)
		give_level(
		    s, w, kc_entry_num(e, KC_F_warning_escalate_level, 0));
	else if (e->kind->id == KC_K_warning_lift ||
	    e->kind->id == KC_K_warning_withdraw)
		w->closed = true;
}

static bool
is_silent(const struct sim *s, const struct m_letter *w)
{
	for (unsigned i = 0; i < s->m.nsilences; i++)
		if (strcmp(s->m.silences[i].handle, w->handle) == 0 &&
		    m_is_of(s, w->target, s->m.silences[i].unit))
			return true;
	return false;
}

void
m_read_facts(struct sim *s, const struct kc_entry *e, kc_day day)
{
	enum kc_kind_id k = e->kind->id;

	if (k == KC_K_indicator_report || k == KC_K_indicator_correct)
		read_report(s, e);
	if (k == KC_K_warning_issue || k == KC_K_warning_deliver ||
	    k == KC_K_warning_escalate || k == KC_K_warning_lift ||
	    k == KC_K_warning_withdraw)
		read_letter(s, e, day);
	if (k == KC_K_warning_deliver)
		m_due_letter(s, e, day);
}

/* --- one fact, one case --- */
static bool
by_quarter(const struct m_case *c)
{
	return strchr("12578", c->situation) != NULL;
}

static bool
by_progress(const struct m_case *c)
{
	return strchr("368", c->situation) != NULL && c->planned >= 0 &&
	    c->actual >= 0;
}

bool
m_same_ground(const struct m_case *a, const struct m_case *b)
{
	bool quarter = a->quarter == b->quarter;

	if (a->situation == '4' && b->situation == '4') {
		if (a->cause == KC_CAUSE_FALSE_DATA ||
		    b->cause == KC_CAUSE_FALSE_DATA)
			return a->cause == b->cause && quarter;
		return strcmp(a->letter, b->letter) == 0 &&
		    (a->cause == KC_CAUSE_NOT_RECTIFIED) ==
		    (b->cause == KC_CAUSE_NOT_RECTIFIED);
	}
	if (by_quarter(a) && by_quarter(b) && quarter)
		return true;
	return by_progress(a) && by_progress(b) &&
	    (a->day == b->day ||
		(quarter && a->planned == b->planned &&
		    a->actual == b->actual));
}

static void
check_letter(struct sim *s, const struct m_case *c)
{
	struct m_letter *w;
	kc_day by;

	if (c->cause == KC_CAUSE_FALSE_DATA)
		return;
	w = m_letter_of(s, kc_slice_str(c->letter));
	sim_require(s, w != NULL && strcmp(w->target, c->target) == 0,
	    "a letter about another target");
	by = m_moved(s, w->handle, "lift", c->unit, w->by);
	sim_require(s, !w->closed && w->delivered != KC_DAY_NONE,
	    "a letter that is settled, or was never handed over");
	if (c->cause == KC_CAUSE_RED)
		sim_require(
		    s, m_letter_level(w, w->ngiven) == KC_LEVEL_RED, "not red");
	else if (c->cause == KC_CAUSE_UNANSWERED)
		sim_require(s, is_silent(s, w), "answered in time");
	else
		sim_require(s, w->delivered <= by && c->day > by,
		    "the day to rectify has not passed");
}

void
m_check_ground(struct sim *s, const struct m_case *c, struct kc_slice indicator)
{
	const struct m_report *r = report_of(s, indicator, c->quarter);

	for (unsigned i = 0; i < s->m.ncases; i++) {
		const struct m_case *o = &s->m.cases[i];

		if (o != c && !o->nothing && strcmp(o->target, c->target) == 0)
			sim_require(
			    s, !m_same_ground(o, c), "one fact, two cases");
	}
	if (strchr("1257", c->situation) != NULL)
		sim_require(s, r != NULL && standing(r) == c->situation,
		    "another situation stands on the report");
	if (c->situation == '8' && r != NULL && r->rank > 0)
		sim_require(s, standing(r) != '5', "half of what is exempt");
	if (c->situation == '3' || c->situation == '6')
		sim_require(s, c->planned - c->actual >= 1500, "not behind");
	if (c->situation == '4')
		check_letter(s, c);
}
