/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's end of a year: which step may follow which, what a score waits
 * for, what was published (by the model's own scores), and that nothing of a
 * closed year is taken. Of other years, which a statement may name by chance,
 * it has the steps alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"
#include "noun/yearend/yearend.h"

/* Steps by their order; the close is the last. */
enum {
	NONE,
	BEGUN,
	DATA,
	SCORED,
	DRAFT,
	PUBLIC,
	SHOWN,
	GRADED,
	APPROVED,
	PUBLISHED,
	CLOSED
};

static const struct {
	enum kc_kind_id kind;
	unsigned from, until, to;
} steps[] = {
    {KC_K_yearend_begin, NONE, NONE, BEGUN},
    {KC_K_yearend_data_in, BEGUN, BEGUN, DATA},
    {KC_K_yearend_score, DATA, DATA, SCORED},
    {KC_K_yearend_draft, SCORED, APPROVED, DRAFT},
    {KC_K_yearend_publicise, DRAFT, DRAFT, PUBLIC},
    {KC_K_yearend_publicity_end, PUBLIC, PUBLIC, SHOWN},
    {KC_K_yearend_grade, SHOWN, PUBLISHED, GRADED},
    {KC_K_yearend_approve, GRADED, GRADED, APPROVED},
    {KC_K_yearend_publish, APPROVED, APPROVED, PUBLISHED},
    {KC_K_year_close, PUBLISHED, PUBLISHED, CLOSED},
    {KC_K_year_reopen, CLOSED, CLOSED, SCORED},
};

static struct m_target *
target_of(struct sim *s, struct kc_slice code)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (kc_slice_is(code, s->m.targets[i].code))
			return &s->m.targets[i];
	return NULL;
}

static void
check_scored(struct sim *s)
{
	for (unsigned i = 0; i < s->m.ntargets; i++) {
		const struct m_target *t = &s->m.targets[i];

		if (!t->active)
			continue;
		sim_require(s, t->completion >= 0,
		    "scored without the completion of a target");
		sim_require(
		    s, t->checked, "scored without a self-check of a target");
	}
}

/* Of the whole list, or of a group: how many stand before one by their scores
 * alone, how many there are, and whether somebody has the same score. */
static unsigned
before(const struct kc_result *r, uint32_t n, uint32_t at, bool group,
    unsigned *of, bool *tie)
{
	unsigned better = 0;

	*of = 0;
	*tie = false;
	for (uint32_t i = 0; i < n; i++) {
		if (group && r[i].group != r[at].group)
			continue;
		++*of;
		better += r[i].score > r[at].score;
		*tie = *tie || (i != at && r[i].score == r[at].score);
	}
	return better;
}

/* --- rulings --- */
int
m_least_of(const struct sim *s, const char *unit)
{
	int least = KC_YEAR_GRADE_COUNT;

	for (unsigned i = 0; i < s->m.nregrades; i++)
		if (strcmp(s->m.regrades[i].unit, unit) == 0 &&
		    s->m.regrades[i].grade < least)
			least = s->m.regrades[i].grade;
	return least;
}

static void
fed_back(struct sim *s, const struct kc_entry *e)
{
	struct m_form *f = &s->m.forms[s->m.nforms++];
	uint32_t n;
	const struct kc_result *r = kc_year_results(s->m.twin, 2022, &n);

	assert_true(s->m.nforms <= SIM_MAX);
	(void)snprintf(
	    f->handle, sizeof(f->handle), "RF-2022-%04u", s->m.nforms);
	m_copy(f->unit, kc_entry_str(e, KC_F_result_feed_back_unit));
	f->seq = s->m.seen;
	while (n > 0 &&
	    strcmp(s->m.twin->units.v[r[n - 1].unit]->code, f->unit) != 0)
		n--;
	sim_require(s, n > 0, "a result of a unit that has none");
	f->grade = r[n - 1].grade;
}

/* One better than what was fed back, and more than it was given before. */
void
m_regraded(struct sim *s, const struct kc_entry *e, int64_t decision)
{
	struct kc_slice of = kc_entry_str(e, KC_F_result_regrade_result);
	struct m_regrade *r = &s->m.regrades[s->m.nregrades];
	const struct m_form *f = s->m.forms;

	while (f < s->m.forms + s->m.nforms && !kc_slice_is(of, f->handle))
		f++;
	sim_require(s,
	    f < s->m.forms + s->m.nforms && f->seq == decision &&
		kc_entry_num(e, KC_F_result_regrade_was, -1) == f->grade &&
		kc_entry_num(e, KC_F_result_regrade_grade, -1) ==
		    f->grade - 1 &&
		m_least_of(s, f->unit) >= f->grade,
	    "another grade than was decided");
	(void)snprintf(r->unit, sizeof(r->unit), "%s", f->unit);
	r->grade = f->grade - 1;
	s->m.nregrades++;
	assert_true(s->m.nregrades < SIM_MAX);
}

/* The better of what the place gives and what a ruling does, which is named
 * where it is more. */
static void
check_grade(struct sim *s, const struct kc_result *r, int grade, bool tie)
{
	int least = m_least_of(s, s->m.twin->units.v[r->unit]->code);

	sim_require(s, r->grade <= least, "less than a ruling gave");
	sim_require(s, tie || r->grade == (least < grade ? least : grade),
	    "a grade differs from the model's");
	sim_require(s,
	    r->ruling == KC_NONE ? tie || grade <= least : r->grade == least,
	    "a ruling that gave no grade, or is not named");
}

static void
check_published(struct sim *s)
{
	uint32_t n;
	const struct kc_result *r = kc_year_results(s->m.twin, 2022, &n);

	sim_require(s, n > 0, "nothing was published");
	for (uint32_t i = 0; i < n; i++) {
		bool tie, group_tie;
		unsigned all, of;
		unsigned rank = before(r, n, i, false, &all, &tie);
		unsigned better = before(r, n, i, true, &of, &group_tie);
		int grade = r[i].score < 800000 ? KC_YEAR_GRADE_THIRD
		    : better < of / 4           ? KC_YEAR_GRADE_FIRST
						: KC_YEAR_GRADE_SECOND;

		sim_require(s,
		    r[i].score ==
			m_total_of(s, s->m.twin->units.v[r[i].unit]->code),
		    "a published score differs from the model's");
		sim_require(s, tie || r[i].rank == rank + 1,
		    "a rank differs from the model's");
		check_grade(s, &r[i], grade, group_tie);
	}
}

/* What of 2022 is taken once it is closed? */
static void
check_closed(struct sim *s, const struct kc_entry *e)
{
	static const char *const begins[] = {"target.", "list.", "completion.f",
	    "completion.c", "prededuct.decide", "warning.issue", "bonus.c",
	    "round.", "opinion.", "progress.report", "task.", "selfcheck."};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		sim_require(s,
		    strncmp(e->kind->name, begins[i], strlen(begins[i])) != 0,
		    "a closed year has taken something");
}

/* A step names its year, or a handle that does: "YE-2022-0001". */
static int
year_of(const struct kc_entry *e)
{
	int f = kc_kind_field(e->kind, KC_LIT("yearend")), year;
	char handle[KC_CODE_MAX + 1];

	if (e->kind->id == KC_K_yearend_begin)
		return (int)kc_entry_num(e, KC_F_yearend_begin_year, 0);
	if (f < 0)
		return M_FIRST_YEAR;
	kc_code_copy(handle, kc_entry_str(e, (unsigned)f));
	assert_int_equal(sscanf(handle, "YE-%4d-", &year), 1);
	return year;
}

void
m_read_yearend(struct sim *s, const struct kc_entry *e)
{
	int year = year_of(e);
	unsigned *at;

	assert_in_range(year, M_FIRST_END, M_FIRST_END + M_ENDS - 1);
	at = &s->m.yearend[year - M_FIRST_END];
	if (year == M_FIRST_YEAR && *at == CLOSED)
		check_closed(s, e);
	if (e->kind->id == KC_K_selfcheck_file) {
		struct m_target *t =
		    target_of(s, kc_entry_str(e, KC_F_selfcheck_file_target));

		sim_require(s, *at == BEGUN || *at == DATA,
		    "a self-check at another time");
		sim_require(s, t != NULL && !t->checked, "a second self-check");
		t->checked = true;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i].kind != e->kind->id)
			continue;
		sim_require(s, *at >= steps[i].from && *at <= steps[i].until,
		    "a step of the year's end out of its turn");
		*at = steps[i].to;
	}
	if (year != M_FIRST_YEAR)
		return;
	if (e->kind->id == KC_K_yearend_score)
		check_scored(s);
	if (e->kind->id == KC_K_result_feed_back)
		fed_back(s, e);
	if (e->kind->id == KC_K_yearend_publish) {
		check_published(s);
		m_publish_thirds(s);
	}
}

bool
m_year_closed(const struct sim *s)
{
	return s->m.yearend[M_FIRST_YEAR - M_FIRST_END] == CLOSED;
}
