/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's last days, by its own calendar: days are counted from a table of
 * months, the notices are read as lines of text, and nothing of core's civil
 * arithmetic is used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"
#include "noun/warning/warning.h"

/* --- days --- */
struct civil {
	int year, month, day; /* month from 1 */
};

static int
month_days(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static struct civil
civil_of(kc_day d)
{
	struct civil c = {1970, 1, 1};

	for (; d >= month_days(c.year, c.month);) {
		d -= month_days(c.year, c.month);
		if (++c.month > 12) {
			c.month = 1;
			c.year++;
		}
	}
	c.day += d;
	return c;
}

static kc_day
day_of(struct civil c)
{
	kc_day d = c.day - 1;

	while (--c.month >= 1)
		d += month_days(c.year, c.month);
	while (--c.year >= 1970)
		d += month_days(c.year, 2) + 337;
	return d;
}

/* The same day of a later month, or its last if it is shorter. */
static kc_day
months_later(kc_day d, int64_t months)
{
	struct civil c = civil_of(d);

	for (; months > 0; months--)
		if (++c.month > 12) {
			c.month = 1;
			c.year++;
		}
	if (c.day > month_days(c.year, c.month))
		c.day = month_days(c.year, c.month);
	return day_of(c);
}

/* --- notices --- */
static bool
read_date(const char *p, kc_day *out)
{
	struct civil c;

	if (sscanf(p, "%4d-%2d-%2d", &c.year, &c.month, &c.day) != 3)
		return false;
	*out = day_of(c);
	return true;
}

static void
add_mark(struct sim *s, int year, kc_day first, kc_day last, bool off)
{
	struct model *m = &s->m;

	assert_true(m->nmarks < SIM_MAX);
	m->marks[m->nmarks++] = (struct m_mark){year, first, last, off};
}

static void
forget_year(struct sim *s, int year)
{
	struct model *m = &s->m;
	unsigned kept = 0;

	for (unsigned i = 0; i < m->nmarks; i++)
		if (m->marks[i].year != year)
			m->marks[kept++] = m->marks[i];
	m->nmarks = kept;
}

void
m_no_notice(struct sim *s, int year)
{
	forget_year(s, year);
	if (year >= M_FIRST_YEAR && year < M_FIRST_YEAR + M_YEARS)
		s->m.known[year - M_FIRST_YEAR] = true;
}

static void
read_line(struct sim *s, const char *t, int *year, bool *off)
{
	kc_day first, last;

	if (strncmp(t, "| ", 2) == 0) /* as a text goes on in an entry */
		t += 2;
	if (sscanf(t, "year: %d", year) == 1) {
		forget_year(s, *year);
		assert_in_range(*year, M_FIRST_YEAR, M_FIRST_YEAR + M_YEARS);
		s->m.known[*year - M_FIRST_YEAR] = true;
	} else if (t[0] == 'o' || t[0] == 'w') {
		*off = t[0] == 'o';
	} else if (strncmp(t, "  - ", 4) == 0 && read_date(t + 4, &first)) {
		last = first;
		if (strncmp(t + 14, "..", 2) == 0)
			(void)read_date(t + 16, &last);
		add_mark(s, *year, first, last, *off);
	}
}

void
m_read_notice(struct sim *s, struct kc_slice text)
{
	struct kc_slice line;
	bool off = true, more = true;
	char t[256];
	int year = 0;

	while (more) {
		more = kc_slice_line(&text, &line);
		if (!more)
			line = text;
		assert_true(kc_slice_copy(t, sizeof(t), line));
		read_line(s, t, &year, &off);
	}
}

/* A notice speaks of days of its year, and of some just before and after. */
static const struct m_mark *
mark_in(const struct sim *s, int year, kc_day d)
{
	for (unsigned i = 0; i < s->m.nmarks; i++) {
		const struct m_mark *k = &s->m.marks[i];

		if (k->year == year && k->first <= d && d <= k->last)
			return k;
	}
	return NULL;
}

static bool
known(const struct sim *s, int year)
{
	return year >= M_FIRST_YEAR && year < M_FIRST_YEAR + M_YEARS &&
	    s->m.known[year - M_FIRST_YEAR];
}

/* *unsure becomes true if a notice to come may say otherwise. */
static bool
is_workday(const struct sim *s, kc_day d, bool *unsure)
{
	struct civil c = civil_of(d);
	const struct m_mark *k = mark_in(s, c.year + 1, d);

	if (!known(s, c.year) ||
	    (c.month == 12 && c.day >= 29 && !known(s, c.year + 1)))
		*unsure = true;
	if (k == NULL)
		k = mark_in(s, c.year, d);
	if (k == NULL)
		k = mark_in(s, c.year - 1, d);
	if (k != NULL)
		return !k->off;
	return (d + 3) % 7 < 5; /* day 0 was a Thursday */
}

kc_day
m_workdays_later(const struct sim *s, kc_day d, int64_t n, bool *unsure)
{
	while (n > 0)
		if (is_workday(s, ++d, unsure))
			n--;
	return d;
}

static kc_day
rolled(const struct sim *s, kc_day d, bool *unsure)
{
	while (!is_workday(s, d, unsure))
		d++;
	return d;
}

/* --- last days --- */
/* A last day that was told is never made shorter. */
static void
set(struct m_last *l, kc_day d, bool unsure)
{
	if (d > l->day)
		l->day = d;
	l->unsure = unsure;
}

static void
set_confirm(struct sim *s, struct m_case *c)
{
	kc_day cutoff = day_of((struct civil){civil_of(c->day).year, 10, 31});
	bool unsure = false;
	kc_day d = m_workdays_later(s, c->day, c->terms.confirm, &unsure);

	if (d >= cutoff) {
		d = cutoff;
		unsure = false;
	}
	set(&c->to_confirm, m_moved(s, c->handle, "confirm", "", d), unsure);
}

static void
set_rectify(struct sim *s, struct m_case *c)
{
	bool unsure = false;
	kc_day d = rolled(s,
	    months_later(
		c->delivered, c->terms.months + c->extensions * c->terms.more),
	    &unsure);

	if (c->delayed > 0)
		d = rolled(s, d + c->delayed, &unsure);
	d = m_moved(s, c->handle, "rectify", c->unit, d);
	if (!known(s, civil_of(d).year))
		unsure = true;
	set(&c->to_rectify, d, unsure);
}

static void
set_review(struct sim *s, struct m_case *c)
{
	bool unsure = false;
	kc_day d = m_workdays_later(s, c->handed_in, c->terms.review, &unsure);

	set(&c->to_review, m_moved(s, c->handle, "review", c->assessor, d),
	    unsure);
}

void
m_due_decided(struct sim *s, struct m_case *c)
{
	const struct m_last none = {KC_DAY_NONE, false};

	c->to_confirm = c->to_rectify = c->to_review = none;
	c->terms = m_rules(s)->terms;
	set_confirm(s, c);
}

void
m_due_delivered(struct sim *s, struct m_case *c, kc_day day)
{
	c->delivered = day;
	set_rectify(s, c);
}

void
m_due_extended(struct sim *s, struct m_case *c)
{
	c->extensions++;
	set_rectify(s, c);
}

void
m_due_allowed(struct sim *s, struct m_case *c, kc_day day)
{
	if (c->stage == M_ENDED) {
		c->delayed += day - c->to_rectify.day;
		c->stage = M_OPEN;
		c->expired = c->submitted = c->overdue = false;
	}
	m_due_extended(s, c);
}

void
m_due_submitted(struct sim *s, struct m_case *c, kc_day day)
{
	c->handed_in = day;
	c->to_review.day = KC_DAY_NONE;
	set_review(s, c);
}

/* What the review was late by is given back. */
void
m_due_rejected(struct sim *s, struct m_case *c, kc_day day)
{
	if (c->overdue)
		c->delayed += day - c->to_review.day;
	set_rectify(s, c);
}

bool
m_due_has_passed(const struct m_last *l, int64_t received_ms)
{
	/* Midnight in the offices is 16:00 UTC. */
	return !l->unsure &&
	    received_ms >= ((int64_t)l->day * 24 + 16) * 3600000;
}

static void
set_reply(struct sim *s, struct m_reply *r)
{
	bool unsure = false;
	kc_day d = m_workdays_later(s, r->delivered, r->terms.reply, &unsure);

	set(&r->by, m_moved(s, r->handle, "reply", r->unit, d), unsure);
}

void
m_due_letter(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_reply *r = &s->m.replies[s->m.nreplies++];

	assert_true(s->m.nreplies <= SIM_MAX);
	assert_true(kc_slice_copy(r->handle, sizeof(r->handle),
	    kc_entry_str(e, KC_F_warning_deliver_warning)));
	m_copy(r->unit, kc_entry_str(e, KC_F_warning_deliver_unit));
	r->delivered = day;
	r->terms = m_rules(s)->terms;
	r->by.day = KC_DAY_NONE;
	set_reply(s, r);
}

void
m_due_excused(
    struct sim *s, struct kc_slice handle, struct kc_slice unit, kc_day day)
{
	for (unsigned i = 0; i < s->m.nreplies; i++) {
		struct m_reply *r = &s->m.replies[i];

		if (!kc_slice_is(handle, r->handle) ||
		    !kc_slice_is(unit, r->unit))
			continue;
		r->delivered = day;
		r->by.day = KC_DAY_NONE;
		set_reply(s, r);
	}
}

/* Another notice: what is open is counted anew. */
void
m_due_recount(struct sim *s)
{
	for (unsigned i = 0; i < s->m.ncases; i++) {
		struct m_case *c = &s->m.cases[i];

		if (c->stage == M_DECIDED)
			set_confirm(s, c);
		if (c->stage == M_OPEN && c->fed)
			set_rectify(s, c);
		if (c->stage == M_OPEN && c->submitted)
			set_review(s, c);
	}
	for (unsigned i = 0; i < s->m.nreplies; i++)
		set_reply(s, &s->m.replies[i]);
}

/* --- against the ledger's --- */
static void
same_last(struct sim *s, const struct m_last *l, kc_day day, bool provisional)
{
	sim_require(s, l->day == day, "another last day than the model's");
	sim_require(s, l->unsure == provisional,
	    "provisional, or not, unlike the model's");
}

static void
check_reply(struct sim *s, const struct m_reply *r)
{
	const struct kc_state *st = s->k.st;

	for (uint32_t i = 0; i < st->warnings.n; i++) {
		const struct kc_warning *w = st->warnings.v[i];

		if (strcmp(w->handle, r->handle) != 0 || !kc_letter_open(w))
			continue;
		for (uint32_t j = 0; j < w->to.n; j++) {
			const struct kc_addressee *a = &w->to.v[j];

			if (strcmp(st->units.v[a->unit]->code, r->unit) == 0 &&
			    a->replied_ms == 0 && !a->overdue && !a->released)
				same_last(
				    s, &r->by, a->reply_due, a->provisional);
		}
	}
}

void
m_due_check(struct sim *s)
{
	for (unsigned i = 0; i < s->m.ncases; i++) {
		const struct m_case *m = &s->m.cases[i];
		const struct kc_case *c = s->k.st->cases.v[i];

		if (m->stage == M_DECIDED)
			same_last(s, &m->to_confirm, c->confirm_due,
			    c->confirm_provisional);
		/* While a report is under review the day is of no account;
		 * a rejection counts it anew. */
		if (m->stage == M_OPEN && m->fed && !m->submitted)
			same_last(s, &m->to_rectify, c->due, c->provisional);
		if (m->stage == M_OPEN && m->submitted && !m->overdue)
			same_last(s, &m->to_review, c->review_due,
			    c->review_provisional);
	}
	for (unsigned i = 0; i < s->m.nreplies; i++)
		check_reply(s, &s->m.replies[i]);
}
