/* SPDX-License-Identifier: Apache-2.0 */
/* Last days of cases, reviews and replies: computed, and computed anew. */
#include "cases.h"

#include <assert.h>

#include <kaocheng/limits.h>

int64_t
kc_day_end_ms(kc_day d)
{
	return kc_day_start_ms(d + 1, KC_LOCAL_OFFSET_S);
}

const struct kc_hash *
kc_calendar_hash(const struct kc_state *st, int year)
{
	unsigned bit;

	if (year < KC_YEAR_MIN || year > KC_YEAR_MAX)
		return NULL;
	bit = (unsigned)(year - KC_YEAR_MIN);
	for (uint32_t i = st->calendars.n; i-- > 0;) {
		const struct kc_adopted_calendar *a = &st->calendars.v[i];

		if ((a->years[bit / 64] >> (bit % 64) & 1) != 0)
			return &a->hash;
	}
	return NULL;
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

	/* An expiry cites a calendar even where no last day rolls. */
	if (!kc_calendar_covers(st->calendar, kc_day_year(due)))
		*provisional = true;
	return due;
}

static kc_day
review_end(
    const struct kc_state *st, const struct kc_case *c, bool *provisional)
{
	int64_t n = kc_case_policy(st, c)->value[KC_P_PD_REVIEW_WD];

	return kc_calendar_add_workdays(
	    st->calendar, c->submitted, (int)n, provisional);
}

static kc_day
reply_end(
    const struct kc_state *st, const struct kc_addressee *a, bool *provisional)
{
	const struct kc_policy *p = st->policies.v[a->policy].policy;

	return kc_calendar_add_workdays(st->calendar, a->delivered,
	    (int)p->value[KC_P_WARN_REPLY_WD], provisional);
}

/* Takes a newly computed day over, unless it would shorten the period that
 * was notified. True if anything changed. */
static bool
take(kc_day *due, bool *was_provisional, kc_day day, bool provisional)
{
	bool changed = provisional != *was_provisional || day > *due;

	*was_provisional = provisional;
	if (day > *due)
		*due = day;
	return changed;
}

/* A new version of the last day that the state of the case waits for. */
static enum kc_err
queue(struct kc_state *st, struct kc_case *c)
{
	struct kc_due d = {.object = c->index, .version = ++c->version};

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
queue_reply(struct kc_state *st, const struct kc_warning *w, unsigned i)
{
	struct kc_addressee *a = &w->to.v[i];
	struct kc_due d = {
	    .kind = KC_K_warning_overdue,
	    .object = kc_due_addressee(w->index, i),
	    .version = ++a->version,
	};

	if (a->provisional)
		return KC_OK;
	d.due_ms = kc_day_end_ms(a->reply_due);
	return kc_due_push(st, &d);
}

enum kc_err
kc_case_set_due(struct kc_state *st, struct kc_case *c)
{
	bool provisional = false;
	kc_day day = period_end(st, c, &provisional);

	assert(c->state == KC_CS_RECTIFYING);
	(void)take(&c->due, &c->provisional, day, provisional);
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

enum kc_err
kc_addressee_set_due(struct kc_state *st, struct kc_warning *w, unsigned i)
{
	struct kc_addressee *a = &w->to.v[i];

	a->provisional = false;
	a->reply_due = reply_end(st, a, &a->provisional);
	return queue_reply(st, w, i);
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
	return d;
}

static enum kc_err
recalendar_case(struct kc_state *st, struct kc_case *c)
{
	bool provisional = false, changed;
	kc_day day = period_end(st, c, &provisional);

	changed = take(&c->due, &c->provisional, day, provisional);
	if (c->state == KC_CS_SUBMITTED) {
		provisional = false;
		day = review_end(st, c, &provisional);
		if (take(&c->review_due, &c->review_provisional, day,
			provisional))
			changed = true;
	}
	return changed ? queue(st, c) : KC_OK;
}

static enum kc_err
recalendar_letter(struct kc_state *st, const struct kc_warning *w)
{
	enum kc_err err = KC_OK;

	for (unsigned i = 0; err == KC_OK && i < w->to.n; i++) {
		struct kc_addressee *a = &w->to.v[i];
		bool provisional = false;
		kc_day day;

		if (a->delivered == KC_DAY_NONE || a->replied_ms != 0 ||
		    a->overdue)
			continue;
		day = reply_end(st, a, &provisional);
		if (take(&a->reply_due, &a->provisional, day, provisional))
			err = queue_reply(st, w, i);
	}
	return err;
}

enum kc_err
kc_cases_recalendar(struct kc_state *st)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < st->cases.n; i++) {
		struct kc_case *c = st->cases.v[i];

		if (c->state == KC_CS_RECTIFYING || c->state == KC_CS_SUBMITTED)
			err = recalendar_case(st, c);
	}
	for (uint32_t i = 0; err == KC_OK && i < st->warnings.n; i++) {
		struct kc_warning *w = st->warnings.v[i];

		if (w->state == KC_WS_ISSUED || w->state == KC_WS_DELIVERED ||
		    w->state == KC_WS_REPLIED)
			err = recalendar_letter(st, w);
	}
	return err;
}
