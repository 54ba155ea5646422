/* SPDX-License-Identifier: Apache-2.0 */
/* The model's reforms: what has the name of a unit has another's from then on,
 * and points are laid anew by its own arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

/* --- points ------------------------------------------------------------------
 */
/* In proportion: whole parts, and a unit more for the largest remainders. Of
 * equal ones the first: sorting by insertion keeps their order. */
static void
lay(struct sim *s, struct m_target *of[], unsigned n, int64_t have,
    int64_t want)
{
	int64_t left = want;
	unsigned order[SIM_MAX];

	for (unsigned i = 0; i < n; i++) {
		unsigned at = i;

		left -= of[i]->weight * want / have;
		while (at > 0 &&
		    of[order[at - 1]]->weight * want % have <
			of[i]->weight * want % have) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
	for (unsigned i = 0; i < n; i++)
		of[i]->was_weight = of[i]->weight;
	for (unsigned i = 0; i < n; i++) {
		struct m_target *t = of[order[i]];

		t->weight = t->was_weight * want / have + (i < left ? 1 : 0);
		sim_require(s, t->weight > 0, "a target without points");
	}
}

static void
lay_class(struct sim *s, const char *unit, int64_t class)
{
	static const int64_t points[KC_TARGET_CLASS_COUNT] = {
	    [KC_TARGET_CLASS_KEY] = 700000,
	    [KC_TARGET_CLASS_ROUTINE] = 200000,
	    [KC_TARGET_CLASS_DYNAMIC] = 100000};
	static struct m_target *of[SIM_MAX];
	int64_t have = 0, want = points[class];
	unsigned n = 0;

	for (unsigned i = 0; i < s->m.ntargets; i++) {
		struct m_target *t = &s->m.targets[i];

		if (!t->active || t->class != class ||
		    strcmp(t->unit, unit) != 0)
			continue;
		of[n++] = t;
		have += t->weight;
	}
	if (class == KC_TARGET_CLASS_DYNAMIC && have < want)
		want = have;
	if (n > 0)
		lay(s, of, n, have, want);
}

/* --- names -------------------------------------------------------------------
 */
static void
rename_(char name[KC_CODE_MAX + 1], const char *from, const char *to)
{
	if (strcmp(name, from) == 0)
		m_copy(name, kc_slice_str(to));
}

bool
m_is_of(const struct sim *s, const char *target, const char *unit)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (strcmp(s->m.targets[i].code, target) == 0)
			return strcmp(s->m.targets[i].unit, unit) == 0;
	return false;
}

static bool
went(const struct sim *s, const char *target)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (strcmp(s->m.targets[i].code, target) == 0)
			return s->m.targets[i].went;
	return false;
}

/* With their targets: cases, and events of the list on the same fact. */
static void
follow(struct sim *s, const char *from, const char *to)
{
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (went(s, s->m.cases[i].target))
			rename_(s->m.cases[i].unit, from, to);
	for (unsigned i = 0; i < s->m.nnegatives; i++)
		for (unsigned j = 0; j < s->m.ncases; j++)
			if (strcmp(s->m.negatives[i].of,
				s->m.cases[j].handle) == 0 &&
			    strcmp(s->m.cases[j].unit, to) == 0)
				rename_(s->m.negatives[i].unit, from, to);
}

/* One that goes to both is had by the other when it was handed over there. */
static void
had_by(struct sim *s, struct m_letter *w, const char *to)
{
	w->delivered = KC_DAY_NONE;
	for (unsigned j = 0; j < s->m.nreplies; j++)
		if (strcmp(s->m.replies[j].handle, w->handle) == 0 &&
		    strcmp(s->m.replies[j].unit, to) == 0)
			w->delivered = s->m.replies[j].delivered;
}

static bool
is_for(const struct m_letter *w, const char *unit)
{
	for (unsigned i = 0; i < w->nto; i++)
		if (strcmp(w->to[i], unit) == 0)
			return true;
	return false;
}

/* What a unit has to answer for a letter about a target of the other's. */
static void
answer(struct sim *s, const char *from, const char *to, bool all)
{
	for (unsigned i = 0; i < s->m.nletters; i++) {
		struct m_letter *w = &s->m.letters[i];
		bool both = is_for(w, from) && is_for(w, to);

		if (!all && !went(s, w->target))
			continue;
		if (both && went(s, w->target))
			had_by(s, w, to);
		for (unsigned j = 0; !both && j < s->m.nreplies; j++)
			if (strcmp(s->m.replies[j].handle, w->handle) == 0)
				rename_(s->m.replies[j].unit, from, to);
		for (unsigned j = 0; !both && j < s->m.nsilences; j++)
			if (strcmp(s->m.silences[j].handle, w->handle) == 0)
				rename_(s->m.silences[j].unit, from, to);
		for (unsigned j = 0; !both && j < s->m.noutages; j++)
			if (strcmp(s->m.outages[j].about, w->handle) == 0)
				rename_(s->m.outages[j].unit, from, to);
		for (unsigned j = 0; !both && j < w->nto; j++)
			rename_(w->to[j], from, to);
	}
}

static void
end(struct sim *s, const char *from, const char *to)
{
	const uint32_t lost = 1u << KC_ROLE_HEAD | 1u << KC_ROLE_LIAISON;

	for (unsigned i = 0; i < s->m.nactors; i++) {
		if (strcmp(s->m.actors[i].unit, from) != 0)
			continue;
		s->m.actors[i].roles &= ~lost;
		if (to[0] == '\0')
			s->m.actors[i].roles &= ~(1u << KC_ROLE_ASSESSOR);
		else
			rename_(s->m.actors[i].unit, from, to);
	}
	if (to[0] == '\0')
		return;
	for (unsigned i = 0; i < s->m.ngrants; i++)
		rename_(s->m.grants[i].assessor, from, to);
	for (unsigned i = 0; i < s->m.ncases; i++)
		rename_(s->m.cases[i].assessor, from, to);
	for (unsigned i = 0; i < s->m.nnegatives; i++)
		rename_(s->m.negatives[i].unit, from, to);
	for (unsigned i = 0; i < s->m.nbonuses; i++)
		rename_(s->m.bonuses[i].unit, from, to);
}

/* --- the entry ---------------------------------------------------------------
 */
static void
check(struct sim *s, const char *from, const char *to)
{
	for (unsigned i = 0; i < s->m.nended; i++)
		sim_require(s,
		    strcmp(s->m.ended[i], from) != 0 &&
			strcmp(s->m.ended[i], to) != 0,
		    "a unit that has ended");
	sim_require(s, strcmp(from, to) != 0, "merged with itself");
	/* All of them are of the one year that there is; without a successor
	 * none of its lists changes. */
	sim_require(s, to[0] == '\0' || !s->m.panel_open,
	    "a reform of a year whose units are voted on");
	for (unsigned i = 0; i < s->m.nadjusts; i++) {
		const struct m_adjust *a = &s->m.adjusts[i];

		for (unsigned j = 0; a->open && a->n > 1 && j < a->n; j++)
			sim_require(s,
			    !m_is_of(s, a->targets[j], from) &&
				!m_is_of(s, a->targets[j], to),
			    "points laid anew while an adjustment is open");
	}
}

static bool
goes(const struct kc_entry *e, const struct m_target *t)
{
	if (e->kind->id != KC_K_unit_split)
		return true;
	for (unsigned i = 0; i < kc_entry_count(e, KC_F_unit_split_target); i++)
		if (kc_slice_is(
			kc_entry_item(e, KC_F_unit_split_target, i)->raw,
			t->code))
			return true;
	return false;
}

static int64_t
class_sum(const struct sim *s, const char *unit, int64_t class)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (s->m.targets[i].active && s->m.targets[i].class == class &&
		    strcmp(s->m.targets[i].unit, unit) == 0)
			sum += s->m.targets[i].weight;
	return sum;
}

/* A list that has anything has all of its points. */
static void
check_list(struct sim *s, const char *unit)
{
	int64_t key = class_sum(s, unit, KC_TARGET_CLASS_KEY);
	int64_t routine = class_sum(s, unit, KC_TARGET_CLASS_ROUTINE);

	sim_require(s,
	    (key == 700000 && routine == 200000) || (key == 0 && routine == 0),
	    "a list that does not come to its points");
	sim_require(s, class_sum(s, unit, KC_TARGET_CLASS_DYNAMIC) <= 100000,
	    "more than the reserve");
}

static void
go(const struct sim *s, struct m_target *t, const char *to)
{
	unsigned i = 0;

	while (i < t->nhad && strcmp(t->had[i].unit, t->unit) != 0)
		i++;
	assert_true(i < M_HAD);
	t->nhad += i == t->nhad;
	m_copy(t->had[i].unit, kc_slice_str(t->unit));
	t->had[i].grants = s->m.ngrants;
	m_copy(t->unit, kc_slice_str(to));
}

void
m_read_reforms(struct sim *s, const struct kc_entry *e)
{
	char from[KC_CODE_MAX + 1], to[KC_CODE_MAX + 1];
	bool split = e->kind->id == KC_K_unit_split;

	if (!split && e->kind->id != KC_K_unit_merge &&
	    e->kind->id != KC_K_unit_abolish)
		return;
	m_copy(from, kc_entry_str(e, KC_F_unit_merge_unit));
	m_copy(to, kc_entry_str(e, KC_F_unit_merge_successor));
	check(s, from, to);
	for (unsigned i = 0; to[0] != '\0' && i < s->m.ntargets; i++) {
		struct m_target *t = &s->m.targets[i];

		t->went = strcmp(t->unit, from) == 0 && goes(e, t);
		if (t->went)
			go(s, t, to);
	}
	if (to[0] != '\0') {
		follow(s, from, to);
		answer(s, from, to, !split);
	}
	if (!split) {
		end(s, from, to);
		assert_true(s->m.nended < SIM_MAX);
		m_copy(s->m.ended[s->m.nended++], kc_slice_str(from));
	}
	for (int64_t class = 0; class < KC_TARGET_CLASS_COUNT; class ++) {
		lay_class(s, to, class);
		lay_class(s, from, class);
	}
	check_list(s, from);
	check_list(s, to);
}
