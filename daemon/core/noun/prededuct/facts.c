/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of cases that views count by, and their last days. */
#include "prededuct.h"

#include <kaocheng/arith.h>

#include <string.h>

#include "noun/deadline/deadline.h"
#include "noun/vx.h"

bool
kc_case_counts(const struct kc_case *c)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DEDUCTED:
	case KC_CS_RECTIFYING:
	case KC_CS_SUBMITTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
		return true;
	case KC_CS_DECIDED:
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_WITHDRAWN:
	case KC_CS_LAPSED:
	case KC_CS_REVOKED:
		return false;
	}
	return false;
}

bool
kc_case_counted(const struct kc_case *c)
{
	return kc_case_counts(c) || c->state == KC_CS_REVOKED;
}

bool
kc_case_open(const struct kc_case *c)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
	case KC_CS_DEDUCTED:
	case KC_CS_RECTIFYING:
	case KC_CS_SUBMITTED:
		return true;
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
	case KC_CS_WITHDRAWN:
	case KC_CS_LAPSED:
	case KC_CS_REVOKED:
		return false;
	}
	return false;
}

int64_t
kc_case_may_return(
    const struct kc_state *st, const struct kc_case *c, kc_day *until)
{
	const struct kc_policy *p = kc_case_policy(st, c);

	*until = KC_DAY_NONE;
	if (!kc_case_counts(c) || !kc_case_open(c))
		return 0;
	*until = c->state == KC_CS_SUBMITTED ? c->review_due : c->due;
	return kc_return(c->deducted_e4, (int32_t)p->value[KC_P_PD_REFUND_MAX]);
}

const struct kc_situation *
kc_view_case_situation(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_policy *p = kc_case_policy(st, c);

	if (c->situation >= p->nsituations)
		return NULL;
	return &p->situations[c->situation];
}

static void
tally_one(
    const struct kc_state *st, const struct kc_case *c, struct kc_tally *out)
{
	int64_t retained = c->deducted_e4 - c->returned_e4;

	if (c->state == KC_CS_EXEMPTED)
		out->exempted++;
	if (c->state == KC_CS_DECLINED)
		out->declined++;
	if (kc_case_open(c))
		out->open++;
	if (!kc_case_counts(c))
		return;
	out->cases++;
	out->deducted_e4 += c->deducted_e4;
	out->returned_e4 += c->returned_e4;
	out->retained_e4 += retained;
	if (kc_case_unmet(st, c)) {
		out->unmet++;
		out->retained_unmet_e4 += retained;
	} else if (!kc_case_open(c)) {
		out->residual_met_e4 += retained;
	}
}

void
kc_tally_cases(const struct kc_state *st, const struct kc_unit *u, int year,
    struct kc_tally *out)
{
	uint32_t n = u != NULL ? u->prededucts.n : st->cases.n;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = u != NULL ? u->prededucts.v[i] : i;
		const struct kc_case *c = st->cases.v[at];

		if (c->year == year)
			tally_one(st, c, out);
	}
}

/* --- last days --- */
void
kc_case_days(const struct kc_state *st, const struct kc_case *c,
    struct kc_last_day *days)
{
	struct kc_last_day *d;

	for (unsigned i = 0; i < KC_L_case_COUNT; i++)
		days[i] = (struct kc_last_day){.due = KC_DAY_NONE};
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
		days[KC_L_case_CONFIRM] = (struct kc_last_day){
		    c->confirm_due, c->confirm_provisional};
		break;
	case KC_CS_DEDUCTED:
		d = &days[KC_L_case_FEEDBACK];
		d->due = kc_case_feedback_by(st, c, &d->provisional);
		break;
	case KC_CS_RECTIFYING:
		days[KC_L_case_RECTIFY] =
		    (struct kc_last_day){c->due, c->provisional};
		days[KC_L_case_ASK] =
		    (struct kc_last_day){kc_case_ask_by(st, c), c->provisional};
		d = &days[KC_L_case_PLAN];
		if (kc_events_first(&c->events, KC_K_rectify_plan) == KC_NONE)
			d->due = kc_case_plan_by(st, c, &d->provisional);
		break;
	case KC_CS_SUBMITTED:
		days[KC_L_case_REVIEW] =
		    (struct kc_last_day){c->review_due, c->review_provisional};
		break;
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
	case KC_CS_WITHDRAWN:
	case KC_CS_LAPSED:
	case KC_CS_REVOKED:
		break;
	}
}

/* What the kinds do to the limits of a case. A kind that begins one that runs
 * already sets its day anew. */
static const struct {
	enum kc_kind_id kind;
	uint8_t limit, how; /* BEGINS, or how it ends: enum kc_deadline_end */
} steps[] = {
#define BEGINS KC_DEADLINE_OPEN
#define DONE KC_DEADLINE_DONE
#define VOID KC_DEADLINE_VOID
    {KC_K_prededuct_decide, KC_L_case_CONFIRM, BEGINS},
    {KC_K_prededuct_confirm, KC_L_case_CONFIRM, DONE},
    {KC_K_prededuct_decline, KC_L_case_CONFIRM, DONE},
    {KC_K_prededuct_lapse, KC_L_case_CONFIRM, VOID},
    {KC_K_prededuct_withdraw, KC_L_case_CONFIRM, VOID},
    {KC_K_prededuct_confirm, KC_L_case_FEEDBACK, BEGINS},
    {KC_K_feedback_deliver, KC_L_case_FEEDBACK, DONE},
    {KC_K_prededuct_withdraw, KC_L_case_FEEDBACK, VOID},
    {KC_K_prededuct_revoke, KC_L_case_FEEDBACK, VOID},
    {KC_K_feedback_deliver, KC_L_case_PLAN, BEGINS},
    {KC_K_rectify_plan, KC_L_case_PLAN, DONE},
    {KC_K_rectify_submit, KC_L_case_PLAN, VOID},
    {KC_K_prededuct_expire, KC_L_case_PLAN, VOID},
    {KC_K_prededuct_withdraw, KC_L_case_PLAN, VOID},
    {KC_K_feedback_deliver, KC_L_case_ASK, BEGINS},
    {KC_K_extension_request, KC_L_case_ASK, DONE},
    {KC_K_rectify_submit, KC_L_case_ASK, VOID},
    {KC_K_rectify_reject, KC_L_case_ASK, BEGINS},
    {KC_K_prededuct_expire, KC_L_case_ASK, VOID},
    {KC_K_prededuct_withdraw, KC_L_case_ASK, VOID},
    {KC_K_prededuct_revoke, KC_L_case_ASK, VOID},
    {KC_K_refund_correct, KC_L_case_ASK, VOID},
    {KC_K_prededuct_revoke, KC_L_case_PLAN, VOID},
    {KC_K_refund_correct, KC_L_case_PLAN, VOID},
    {KC_K_feedback_deliver, KC_L_case_RECTIFY, BEGINS},
    {KC_K_extension_grant, KC_L_case_RECTIFY, BEGINS},
    {KC_K_extension_allow, KC_L_case_RECTIFY, BEGINS},
    {KC_K_rectify_reject, KC_L_case_RECTIFY, BEGINS},
    {KC_K_rectify_submit, KC_L_case_RECTIFY, DONE},
    {KC_K_prededuct_expire, KC_L_case_RECTIFY, VOID},
    {KC_K_prededuct_withdraw, KC_L_case_RECTIFY, VOID},
    {KC_K_prededuct_revoke, KC_L_case_RECTIFY, VOID},
    {KC_K_refund_correct, KC_L_case_RECTIFY, VOID},
    {KC_K_rectify_submit, KC_L_case_REVIEW, BEGINS},
    {KC_K_rectify_reject, KC_L_case_REVIEW, DONE},
    {KC_K_refund_grant, KC_L_case_REVIEW, DONE},
    {KC_K_prededuct_withdraw, KC_L_case_REVIEW, VOID},
    {KC_K_prededuct_revoke, KC_L_case_REVIEW, VOID},
    {KC_K_refund_correct, KC_L_case_REVIEW, VOID},
#undef BEGINS
#undef DONE
#undef VOID
};

/* What became of a limit: the events that set it last and ended it, NULL. */
struct run {
	const struct kc_event *begun, *ended;
	enum kc_deadline_end how;
};

/* What the clerk ends may be open again (deadline.move), and end anew. */
static bool
is_clerks(const struct kc_event *e)
{
	return e->kind == KC_K_prededuct_lapse ||
	    e->kind == KC_K_prededuct_expire;
}

static void
follow(const struct kc_case *c, struct run runs[KC_L_case_COUNT])
{
	memset(runs, 0, KC_L_case_COUNT * sizeof(*runs));
	for (uint32_t e = 0; e < c->events.n; e++)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			struct run *r = &runs[steps[i].limit];

			if (steps[i].kind != c->events.v[e].kind ||
			    (steps[i].kind == KC_K_extension_allow &&
				r->how == KC_DEADLINE_DONE))
				continue; /* a report stays one */
			if (steps[i].how == KC_DEADLINE_OPEN)
				*r = (struct run){.begun = &c->events.v[e]};
			else if (r->begun != NULL &&
			    (r->ended == NULL || is_clerks(r->ended))) {
				r->ended = &c->events.v[e];
				r->how = (enum kc_deadline_end)steps[i].how;
			}
		}
}

/* The last day of a limit that has ended, as it was. */
static struct kc_last_day
ended_day(const struct kc_state *st, const struct kc_case *c, int limit)
{
	struct kc_last_day d = {.due = c->review_due};

	if (limit == KC_L_case_CONFIRM)
		d.due = c->confirm_due;
	else if (limit == KC_L_case_RECTIFY)
		d.due = c->due;
	else if (limit == KC_L_case_FEEDBACK)
		d.due = kc_case_feedback_by(st, c, &d.provisional);
	else if (limit == KC_L_case_PLAN)
		d.due = kc_case_plan_by(st, c, &d.provisional);
	else if (limit == KC_L_case_ASK)
		d.due = kc_case_ask_by(st, c);
	return d;
}

/* What is computed at each asking can move with each calendar that is adopted
 * and each outage. */
static uint32_t
version_of(const struct kc_state *st, const struct kc_case *c, int limit)
{
	if (limit == KC_L_case_CONFIRM)
		return c->confirm_version;
	if (limit == KC_L_case_FEEDBACK || limit == KC_L_case_PLAN)
		return st->calendars.n + c->version + kc_moves_of(&c->events);
	return c->version;
}

static bool
add_day(const struct kc_state *st, struct kc_deadlines *to,
    const struct kc_case *c, struct kc_deadline d, const struct run *r)
{
	int limit = (int)(d.limit - kc_machine_get(KC_M_case)->limits);

	if (r->begun == NULL)
		return true;
	d.since = kc_event_day(r->begun);
	d.changed_ms = r->begun->received_ms;
	if (d.day.due == KC_DAY_NONE && to->ended && r->ended != NULL) {
		d.end = r->how;
		d.day = ended_day(st, c, limit);
		d.changed_ms = r->ended->received_ms;
	}
	d.version = version_of(st, c, limit);
	return kc_deadline_add(st, to, &d);
}

/* Did the clerk end it? A report that is rejected after the last day ends it
 * too. */
bool
kc_case_expired(const struct kc_case *c)
{
	for (uint32_t i = c->events.n; c->state == KC_CS_EXPIRED && i-- > 0;) {
		if (c->events.v[i].kind == KC_K_rectify_reject)
			return false;
		if (c->events.v[i].kind == KC_K_prededuct_expire)
			return true;
	}
	return false;
}

/* Is it on record that the day passed? */
static bool
is_late(const struct kc_case *c, int limit)
{
	switch (limit) {
	case KC_L_case_CONFIRM:
		return c->state == KC_CS_LAPSED;
	case KC_L_case_FEEDBACK:
		return c->feedback_late && kc_case_open(c);
	case KC_L_case_RECTIFY:
		return kc_case_expired(c);
	case KC_L_case_REVIEW:
		return c->review_overdue;
	}
	return false;
}

/* Who has to act by a last day, and whom else it concerns. A request for an
 * extension need not be made. */
bool
kc_case_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_case *c = st->cases.v[index];
	const struct {
		int limit;
		uint32_t unit, concerned;
	} rows[] = {
	    {KC_L_case_CONFIRM, KC_NONE, c->unit},
	    {KC_L_case_FEEDBACK, c->assessor, c->unit},
	    {KC_L_case_PLAN, c->unit, c->assessor},
	    {KC_L_case_ASK, c->unit, c->assessor},
	    {KC_L_case_RECTIFY, c->unit, c->assessor},
	    {KC_L_case_REVIEW, c->assessor, c->unit},
	};
	struct kc_last_day days[KC_L_case_COUNT];
	struct run runs[KC_L_case_COUNT];

	if (!to->ended && !kc_case_open(c))
		return true;
	kc_case_days(st, c, days);
	follow(c, runs);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_deadline d = {.id = c->handle,
		    .unit = rows[i].unit,
		    .concerned = rows[i].concerned,
		    .target = c->target,
		    .limit = &kc_machine_get(KC_M_case)->limits[rows[i].limit],
		    .day = days[rows[i].limit],
		    .object = c->index,
		    .right = rows[i].limit == KC_L_case_ASK,
		    .late = is_late(c, rows[i].limit)};

		if (!add_day(st, to, c, d, &runs[rows[i].limit]))
			return false;
	}
	return true;
}
