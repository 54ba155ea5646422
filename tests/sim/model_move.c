/* SPDX-License-Identifier: Apache-2.0 */
/* The model's outages: which last days they move, and what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

#define MOVE_WD 5 /* the policy says nothing of it */

static bool
is_of(const struct m_outage *o, const char *handle, const char *limit,
    const char *unit)
{
	return o->about[0] == '\0' ||
	    (strcmp(o->about, handle) == 0 && strcmp(o->limit, limit) == 0 &&
		(o->unit[0] == '\0' || strcmp(o->unit, unit) == 0));
}

kc_day
m_moved(const struct sim *s, const char *handle, const char *limit,
    const char *unit, kc_day day)
{
	for (unsigned i = 0; i < s->m.noutages; i++) {
		const struct m_outage *o = &s->m.outages[i];

		if (is_of(o, handle, limit, unit) && day >= o->from &&
		    day <= o->to)
			day = o->until;
	}
	return day;
}

static bool
hits(const struct m_outage *o, const char *handle, const char *limit,
    const char *unit, const struct m_last *l)
{
	return is_of(o, handle, limit, unit) && l->day >= o->from &&
	    l->day <= o->to;
}

/* Another case of the target is open, or (of one that lapsed) stands on the
 * same fact. */
static bool
is_taken(const struct sim *s, const struct m_case *c)
{
	for (unsigned i = 0; i < s->m.ncases; i++) {
		const struct m_case *o = &s->m.cases[i];

		if (o == c || strcmp(o->target, c->target) != 0)
			continue;
		if (o->stage != M_ENDED ||
		    (c->lapsed && !o->nothing && m_same_ground(o, c)))
			return true;
	}
	return false;
}

static void
revive(struct sim *s, const struct m_outage *o, struct m_case *c)
{
	if (c->lapsed && hits(o, c->handle, "confirm", "", &c->to_confirm) &&
	    !is_taken(s, c)) {
		c->lapsed = c->nothing = false;
		c->stage = M_DECIDED;
	}
	if (c->expired &&
	    hits(o, c->handle, "rectify", c->unit, &c->to_rectify) &&
	    !is_taken(s, c)) {
		c->expired = false;
		c->stage = M_OPEN;
	}
	if (c->stage == M_OPEN && c->submitted &&
	    hits(o, c->handle, "review", c->assessor, &c->to_review))
		c->overdue = false;
}

static void
hear(struct sim *s, const struct m_outage *o, const struct m_reply *r)
{
	struct model *m = &s->m;

	if (!hits(o, r->handle, "reply", r->unit, &r->by))
		return;
	for (unsigned i = 0; i < m->nsilences; i++)
		if (strcmp(m->silences[i].handle, r->handle) == 0 &&
		    strcmp(m->silences[i].unit, r->unit) == 0) {
			m->silences[i] = m->silences[--m->nsilences];
			return;
		}
}

void
m_read_outage(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_outage *o = &s->m.outages[s->m.noutages];
	bool unsure = false;

	assert_true(s->m.noutages < SIM_MAX);
	*o = (struct m_outage){
	    .from = (kc_day)kc_entry_num(e, KC_F_deadline_move_from, 0),
	    .to = (kc_day)kc_entry_num(e, KC_F_deadline_move_to, 0),
	    .until = (kc_day)kc_entry_num(e, KC_F_deadline_move_until, 0),
	};
	(void)kc_slice_copy(o->about, sizeof(o->about),
	    kc_entry_str(e, KC_F_deadline_move_about));
	(void)kc_slice_copy(o->limit, sizeof(o->limit),
	    kc_entry_str(e, KC_F_deadline_move_limit));
	m_copy(o->unit, kc_entry_str(e, KC_F_deadline_move_unit));
	sim_require(s, o->from <= o->to && o->to <= day && o->to < o->until,
	    "an outage that is not over, or moves back");
	sim_require(s,
	    o->until >= day &&
		o->until <= m_workdays_later(s, o->from, MOVE_WD, &unsure),
	    "moved further than the policy allows, or to a past day");
	for (unsigned i = 0; i < s->m.ncases; i++)
		revive(s, o, &s->m.cases[i]);
	for (unsigned i = 0; i < s->m.nreplies; i++)
		hear(s, o, &s->m.replies[i]);
	s->m.noutages++;
	m_due_recount(s);
}
