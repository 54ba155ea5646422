/* SPDX-License-Identifier: Apache-2.0 */
/* The model's rounds: what is in one, what is missing, and what may rest on
 * an opinion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

static struct m_round *
round_of(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.nrounds; i++)
		if (kc_slice_is(handle, s->m.rounds[i].handle))
			return &s->m.rounds[i];
	sim_require(s, false, "no such round");
	return NULL;
}

static struct m_opinion *
opinion_of(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.nopinions; i++)
		if (kc_slice_is(handle, s->m.opinions[i].handle))
			return &s->m.opinions[i];
	sim_require(s, false, "no such opinion");
	return NULL;
}

static const struct m_target *
target_of(struct sim *s, struct kc_slice code)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (kc_slice_is(code, s->m.targets[i].code))
			return &s->m.targets[i];
	sim_require(s, false, "no such target");
	return NULL;
}

static bool
is_active(const struct m_target *t)
{
	return t->active && !t->withdrawn && t->completion < 0;
}

static const struct m_opinion *
said_of(const struct sim *s, const struct m_round *r, const char *target)
{
	for (unsigned i = 0; i < s->m.nopinions; i++)
		if (strcmp(s->m.opinions[i].round, r->handle) == 0 &&
		    strcmp(s->m.opinions[i].target, target) == 0)
			return &s->m.opinions[i];
	return NULL;
}

static bool
has_point(const struct m_round *r, struct kc_slice target)
{
	for (unsigned i = 0; i < r->npoints; i++)
		if (kc_slice_is(target, r->points[i]))
			return true;
	return false;
}

static void
add_point(struct sim *s, struct m_round *r, const struct m_target *t)
{
	sim_require(s, is_active(t) && !has_point(r, kc_slice_str(t->code)),
	    "selected twice, or what is not active");
	assert_true(r->npoints < M_POINTS);
	(void)snprintf(r->points[r->npoints++], KC_CODE_MAX + 1, "%s", t->code);
}

/* In July, or from 8 to 31 October; one of each. */
static void
open_round(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_round *r = &s->m.rounds[s->m.nrounds++];
	bool half;

	assert_true(s->m.nrounds <= M_ROUNDS);
	m_copy(r->handle, kc_state_last_handle(s->m.twin));
	r->type = kc_entry_num(e, KC_F_round_open_type, -1);
	half = r->type == KC_ROUND_HALF_YEAR;
	for (unsigned i = 0; i + 1 < s->m.nrounds; i++)
		sim_require(
		    s, s->m.rounds[i].type != r->type, "a second round");
	sim_require(s,
	    day >= kc_day_from_civil(2022, half ? 7 : 10, half ? 1 : 8) &&
		day <= kc_day_from_civil(2022, half ? 7 : 10, 31),
	    "opened outside its window");
	for (unsigned i = 0; half && i < s->m.ntargets; i++)
		if (is_active(&s->m.targets[i]))
			add_point(s, r, &s->m.targets[i]);
}

static void
say(struct sim *s, const struct kc_entry *e, bool half)
{
	struct m_round *r =
	    round_of(s, kc_entry_str(e, KC_F_opinion_record_round));
	struct kc_slice target = kc_entry_str(e, KC_F_opinion_record_target);
	struct m_opinion *o = &s->m.opinions[s->m.nopinions];

	assert_true(s->m.nopinions < SIM_MAX);
	m_copy(o->target, target);
	sim_require(s,
	    !r->closed && half == (r->type == KC_ROUND_HALF_YEAR) &&
		has_point(r, target) && said_of(s, r, o->target) == NULL &&
		is_active(target_of(s, target)),
	    "an opinion on what is not in the round, or has one");
	m_copy(o->handle, kc_state_last_handle(s->m.twin));
	m_copy(o->round, kc_slice_str(r->handle));
	o->behind = kc_entry_num(e, KC_F_opinion_record_verdict, -1) ==
	    KC_VERDICT_BEHIND;
	sim_require(s,
	    !o->behind || kc_entry_count(e, KC_F_opinion_record_evidence) > 0,
	    "behind without evidence");
	s->m.nopinions++;
}

static void
feed_back(struct sim *s, const struct kc_entry *e)
{
	struct m_opinion *o =
	    opinion_of(s, kc_entry_str(e, KC_F_opinion_feed_back_opinion));

	sim_require(s, !o->fed, "fed back twice");
	sim_require(s,
	    kc_slice_is(kc_entry_str(e, KC_F_opinion_feed_back_unit),
		target_of(s, kc_slice_str(o->target))->unit),
	    "fed back to another unit");
	o->fed = true;
}

static void
close_round(struct sim *s, const struct kc_entry *e)
{
	struct m_round *r =
	    round_of(s, kc_entry_str(e, KC_F_round_close_round));

	sim_require(s, !r->closed && r->npoints > 0, "closed twice, or empty");
	for (unsigned i = 0; i < r->npoints; i++) {
		const struct m_opinion *o = said_of(s, r, r->points[i]);

		sim_require(s,
		    o != NULL
			? o->fed
			: !is_active(target_of(s, kc_slice_str(r->points[i]))),
		    "closed while something is missing");
	}
	r->closed = true;
}

/* A letter or pre-deduction that names one. */
static void
rest_on(
    struct sim *s, const struct kc_entry *e, unsigned opinion, unsigned target)
{
	const struct m_opinion *o;

	if (!kc_entry_has(e, opinion))
		return;
	o = opinion_of(s, kc_entry_str(e, opinion));
	sim_require(s,
	    o->behind && o->fed &&
		kc_slice_is(kc_entry_str(e, target), o->target),
	    "it rests on an opinion that does not say so");
}

void
m_read_rounds(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_opinion *o;
	struct m_round *r;

	if (e->kind->id == KC_K_round_open) {
		open_round(s, e, day);
	} else if (e->kind->id == KC_K_round_select) {
		r = round_of(s, kc_entry_str(e, KC_F_round_select_round));
		sim_require(s, r->type == KC_ROUND_Q3 && !r->closed,
		    "selected for the half year");
		add_point(s, r,
		    target_of(s, kc_entry_str(e, KC_F_round_select_target)));
	} else if (e->kind->id == KC_K_opinion_record) {
		say(s, e, true);
	} else if (e->kind->id == KC_K_opinion_point) {
		say(s, e, false);
	} else if (e->kind->id == KC_K_opinion_feed_back) {
		feed_back(s, e);
	} else if (e->kind->id == KC_K_round_close) {
		close_round(s, e);
	} else if (e->kind->id == KC_K_opinion_amend) {
		o = opinion_of(s, kc_entry_str(e, KC_F_opinion_amend_opinion));
		sim_require(s, o->behind, "nothing to correct");
		o->behind = false;
	} else if (e->kind->id == KC_K_warning_issue) {
		rest_on(s, e, KC_F_warning_issue_opinion,
		    KC_F_warning_issue_target);
	} else if (e->kind->id == KC_K_prededuct_decide) {
		rest_on(s, e, KC_F_prededuct_decide_opinion,
		    KC_F_prededuct_decide_target);
	}
}
