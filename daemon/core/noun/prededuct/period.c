/* SPDX-License-Identifier: Apache-2.0 */
/* Last days of cases and reviews: computed, and computed anew. */
#include "prededuct.h"

#include "noun/deadline/deadline.h"

#include <assert.h>

#include <kaocheng/limits.h>

/* A last day, or what an outage has made of it. */
static kc_day
moved(const struct kc_state *st, const struct kc_case *c, int limit, kc_day day)
{
	return kc_last_day(st, KC_M_case, limit, c->index, day);
}

/* The last day to rectify, as the calendar has it today. */
static kc_day
period_end(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	const int64_t *v = kc_case_policy(st, c)->value;
	int64_t months = v[KC_P_PD_PERIOD_MONTHS] +
	    c->extensions * v[KC_P_PD_EXTENSION_MONTHS];
	kc_day due = kc_calendar_due_months(st->calendar, c->delivered,
	    (int)months, v[KC_P_DEADLINE_ROLL] == 1, provisional);

	/* What a review was late by is not the unit's loss. */
	if (c->delayed > 0)
		due = v[KC_P_DEADLINE_ROLL] == 1
		    ? kc_calendar_roll(
			  st->calendar, due + c->delayed, provisional)
		    : due + c->delayed;
	due = moved(st, c, KC_L_case_RECTIFY, due);
	/* An expiry cites a calendar even where no last day rolls. */
	if (!kc_calendar_covers(st->calendar, kc_day_year(due)))
		*provisional = true;
	return due;
}

/* The last day to confirm; the cut-off is a date that needs no calendar. */
static kc_day
confirm_end(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	const struct kc_policy *p = kc_case_policy(st, c);
	kc_day cutoff = kc_issue_cutoff(p, c->year);
	kc_day day = kc_calendar_add_workdays(st->calendar, c->decided,
	    (int)p->value[KC_P_PD_CONFIRM_WD], provisional);

	if (day >= cutoff) {
		*provisional = false;
		day = cutoff;
	}
	return moved(st, c, KC_L_case_CONFIRM, day);
}

static kc_day
review_end(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	int64_t n = kc_case_policy(st, c)->value[KC_P_PD_REVIEW_WD];

	return moved(st, c, KC_L_case_REVIEW,
	    kc_calendar_add_workdays(
		st->calendar, c->submitted, (int)n, provisional));
}

kc_day
kc_case_feedback_by(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	int64_t n = kc_case_policy(st, c)->value[KC_P_PD_FEEDBACK_WD];

	return moved(st, c, KC_L_case_FEEDBACK,
	    kc_calendar_add_workdays(
		st->calendar, c->confirmed, (int)n, provisional));
}

kc_day
kc_case_plan_by(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	int64_t n = kc_case_policy(st, c)->value[KC_P_PD_PLAN_WD];

	return moved(st, c, KC_L_case_PLAN,
	    kc_calendar_add_workdays(
		st->calendar, c->delivered, (int)n, provisional));
}

/* A new version of the last day that the state of the case waits for. */
static enum kc_err
queue(struct kc_state *st, struct kc_case *c)
{
	struct kc_due d = {.object = c->index, .version = ++c->version};

	kc_open_touch(st, KC_N_prededuct, c->index);
	if (c->state == KC_CS_RECTIFYING && !c->provisional) {
		d.kind = KC_K_prededuct_expire;
		d.due_ms = kc_day_end_ms(c->due);
		return kc_due_push(st, &d);
	}
	if (c->state == KC_CS_SUBMITTED && !c->review_provisional &&
	    !c->review_overdue) {
		d.kind = KC_K_review_overdue;
		d.due_ms = kc_day_end_ms(c->review_due);
		return kc_due_push(st, &d);
	}
	return KC_OK;
}

static enum kc_err
queue_confirm(struct kc_state *st, struct kc_case *c)
{
	struct kc_due d = {
	    .kind = KC_K_prededuct_lapse,
	    .object = c->index,
	    .version = ++c->confirm_version,
	    .due_ms = kc_day_end_ms(c->confirm_due),
	};

	kc_open_touch(st, KC_N_prededuct, c->index);
	return c->confirm_provisional ? KC_OK : kc_due_push(st, &d);
}

enum kc_err
kc_case_set_confirm(struct kc_state *st, struct kc_case *c)
{
	assert(c->state == KC_CS_DECIDED);
	c->confirm_due = confirm_end(st, c, &c->confirm_provisional);
	return queue_confirm(st, c);
}

enum kc_err
kc_case_set_due(struct kc_state *st, struct kc_case *c)
{
	bool provisional = false;
	kc_day day = period_end(st, c, &provisional);

	assert(c->state == KC_CS_RECTIFYING);
	(void)kc_due_take(&c->due, &c->provisional, day, provisional);
	return queue(st, c);
}

enum kc_err
kc_case_set_review(struct kc_state *st, struct kc_case *c)
{
	assert(c->state == KC_CS_SUBMITTED);
	c->review_overdue = false;
	c->review_provisional = false;
	c->review_due = review_end(st, c, &c->review_provisional);
	return queue(st, c);
}

void
kc_case_suppose(const struct kc_state *st, struct kc_case *c,
    enum kc_case_state state, kc_day day)
{
	bool provisional = false;
	kc_day due;

	c->state = (uint8_t)state;
	if (state == KC_CS_DECIDED) {
		c->decided = day;
		c->confirm_due = confirm_end(st, c, &provisional);
		c->confirm_provisional = provisional;
	} else if (state == KC_CS_DEDUCTED) {
		c->confirmed = day;
	} else if (state == KC_CS_RECTIFYING) {
		c->delivered = day;
		due = period_end(st, c, &provisional);
		(void)kc_due_take(&c->due, &c->provisional, due, provisional);
	} else if (state == KC_CS_SUBMITTED) {
		c->submitted = day;
		c->review_due = review_end(st, c, &provisional);
		c->review_provisional = provisional;
	}
}

void
kc_case_extended(const struct kc_state *st, const struct kc_case *c, kc_day day,
    struct kc_case *out)
{
	bool provisional = false;
	kc_day due;

	*out = *c;
	out->extensions++;
	if (c->state == KC_CS_EXPIRED)
		out->delayed += day - c->due;
	due = period_end(st, out, &provisional);
	(void)kc_due_take(&out->due, &out->provisional, due, provisional);
}

kc_day
kc_case_ask_by(const struct kc_state *st, const struct kc_case *c)
{
	int64_t n = kc_case_policy(st, c)->value[KC_P_PD_EXTENSION_BEFORE_WD];
	kc_day d = c->due;

	while (n > 0) {
		if (kc_calendar_is_workday(st->calendar, d))
			n--;
		d--;
	}
	return moved(st, c, KC_L_case_ASK, d);
}

enum kc_err
kc_case_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_case *c = st->cases.v[index];
	bool provisional = false, changed;
	kc_day day;

	if (c->state != KC_CS_DECIDED && c->state != KC_CS_RECTIFYING &&
	    c->state != KC_CS_SUBMITTED)
		return KC_OK;
	/* Delivered by a last day that an outage has moved since. */
	if (c->feedback_late && st->outages.n > 0)
		c->feedback_late =
		    c->delivered > kc_case_feedback_by(st, c, &provisional);
	provisional = false;
	if (c->state == KC_CS_DECIDED) {
		day = confirm_end(st, c, &provisional);
		changed = kc_due_take(
		    &c->confirm_due, &c->confirm_provisional, day, provisional);
		return changed ? queue_confirm(st, c) : KC_OK;
	}
	day = period_end(st, c, &provisional);
	changed = kc_due_take(&c->due, &c->provisional, day, provisional);
	if (c->state == KC_CS_SUBMITTED) {
		provisional = false;
		day = review_end(st, c, &provisional);
		if (kc_due_take(&c->review_due, &c->review_provisional, day,
			provisional))
			changed = true;
	}
	return changed ? queue(st, c) : KC_OK;
}
