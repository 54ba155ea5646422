/* SPDX-License-Identifier: Apache-2.0 */
/* What a dispute waits for, and until when: one limit a state. */
#include "dispute.h"

#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

static const struct kc_limit *
limit_of(const struct kc_dispute *d)
{
	static const int8_t limits[KC_dispute_STATES] = {
	    [KC_DS_FILED] = KC_L_dispute_ANSWER,
	    [KC_DS_REVIEW] = KC_L_dispute_DECIDE,
	    [KC_DS_INADMISSIBLE] = KC_L_dispute_APPEAL,
	    [KC_DS_DECIDED] = KC_L_dispute_APPEAL,
	    [KC_DS_APPEALED] = KC_L_dispute_DECIDE,
	    [KC_DS_FINAL] = KC_L_dispute_APPLY,
	    [KC_DS_APPLYING] = -1,
	    [KC_DS_APPLIED] = -1,
	    [KC_DS_STANDS] = -1,
	    [KC_DS_WITHDRAWN] = -1,
	};
	int limit = limits[d->state];

	return limit < 0 ? NULL : &kc_machine_get(KC_M_dispute)->limits[limit];
}

/* Nobody loses a day of it to an outage. */
static kc_day
end_of(const struct kc_state *st, const struct kc_dispute *d,
    const struct kc_limit *limit, bool *provisional)
{
	const struct kc_policy *p = kc_dispute_policy(st, d);
	kc_day day = kc_calendar_add_workdays(
	    st->calendar, d->since, (int)p->value[limit->key], provisional);

	return kc_last_day(st, KC_M_dispute,
	    (int)(limit - kc_machine_get(KC_M_dispute)->limits), d->index, day);
}

/* A new version of the last day. */
static enum kc_err
queue(struct kc_state *st, struct kc_dispute *d)
{
	const struct kc_limit *limit = limit_of(d);
	struct kc_due due = {.object = d->index, .version = ++d->version};

	kc_open_touch(st, KC_N_dispute, d->index);
	if (limit == NULL || d->provisional || d->overdue)
		return KC_OK;
	due.kind = (enum kc_kind_id)limit->clerk;
	due.due_ms = kc_day_end_ms(d->due);
	return kc_due_push(st, &due);
}

/* What ends it is the step itself, but where somebody gives it up, or the
 * clerk says that nobody took it. */
void
kc_dispute_end_due(struct kc_dispute *d, const struct kc_at *at)
{
	const struct kc_limit *limit = limit_of(d);
	size_t i;

	if (limit == NULL || d->due == KC_DAY_NONE)
		return;
	i = (size_t)(limit - kc_machine_get(KC_M_dispute)->limits);
	d->was[i].since = d->since;
	d->was[i].due = d->due;
	d->was[i].ended_ms = at->stamp.received_ms;
	d->was[i].how = at->e->kind->id == KC_K_dispute_withdraw ||
		(int)at->e->kind->id == limit->clerk
	    ? KC_DEADLINE_VOID
	    : KC_DEADLINE_DONE;
}

void
kc_dispute_unlapse(struct kc_state *st, uint32_t object)
{
	struct kc_dispute *d = st->disputes.v[object];

	if (d->lapsed == 0)
		return;
	d->state = (uint8_t)(d->lapsed - 1);
	d->lapsed = 0;
	d->overdue = false;
	d->provisional = false;
	d->since = d->was[KC_L_dispute_APPEAL].since;
	d->due = d->was[KC_L_dispute_APPEAL].due;
	d->was[KC_L_dispute_APPEAL].due = KC_DAY_NONE;
}

enum kc_err
kc_dispute_set_due(struct kc_state *st, struct kc_dispute *d, kc_day since)
{
	const struct kc_limit *limit = limit_of(d);

	d->since = since;
	d->due = KC_DAY_NONE;
	d->provisional = false;
	if (limit != NULL)
		d->due = end_of(st, d, limit, &d->provisional);
	return queue(st, d);
}

bool
kc_dispute_waits(const struct kc_dispute *d, const struct kc_due *due)
{
	const struct kc_limit *limit = limit_of(d);

	return limit != NULL && limit->clerk == (int)due->kind &&
	    d->version == due->version && !d->overdue && !d->provisional;
}

enum kc_err
kc_want_late(const struct kc_state *st, const struct kc_at *at,
    unsigned dispute_field, unsigned due_field, struct kc_refusal *why)
{
	const struct kc_dispute *d;
	enum kc_err err = kc_want_dispute(st, at, dispute_field, &d, why);

	if (err == KC_OK && d->overdue)
		err =
		    kc_refuse(why, KC_R_DUPLICATE, d->handle, NULL, NULL, NULL);
	if (err == KC_OK)
		err = kc_want_due(st, at, d->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(at, due_field, d->due, why);
	return err;
}

enum kc_err
kc_dispute_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_dispute *d = st->disputes.v[index];
	const struct kc_limit *limit = limit_of(d);
	bool provisional = false;
	kc_day day;

	if (limit == NULL || d->overdue)
		return KC_OK;
	day = end_of(st, d, limit, &provisional);
	return kc_due_take(&d->due, &d->provisional, day, provisional)
	    ? queue(st, d)
	    : KC_OK;
}

/* --- views
 * ---------------------------------------------------------------------- */
void
kc_dispute_days(const struct kc_dispute *d, struct kc_last_day *days)
{
	const struct kc_limit *limit = limit_of(d);

	for (unsigned i = 0; i < KC_L_dispute_COUNT; i++)
		days[i] = (struct kc_last_day){.due = KC_DAY_NONE};
	if (limit != NULL)
		days[limit - kc_machine_get(KC_M_dispute)->limits] =
		    (struct kc_last_day){d->due, d->provisional};
}

/* A row of a limit. A dispute need not be appealed: that is a right. */
static struct kc_deadline
row_of(const struct kc_state *st, const struct kc_dispute *d,
    const struct kc_limit *limit)
{
	struct kc_deadline row = {.id = d->handle,
	    .unit = KC_NONE,
	    .concerned = d->unit,
	    .object = d->index,
	    .target = kc_decision_target(st, kc_dispute_decision(st, d)),
	    .owner = d->unit,
	    .judge = kc_dispute_judge(st, d),
	    .year = (int16_t)kc_decision_year(st, kc_dispute_decision(st, d)),
	    .limit = limit,
	    .version = d->version};

	if (limit->party == KC_PARTY_UNIT) {
		row.unit = d->unit;
		row.concerned = KC_NONE;
		row.right = true;
	}
	return row;
}

/* That of a right that lapsed is on record: an outage may bring it back. */
static bool
add_ended(const struct kc_state *st, const struct kc_dispute *d,
    struct kc_deadlines *to)
{
	const struct kc_machine *m = kc_machine_get(KC_M_dispute);
	bool ok = true;

	for (int i = 0; ok && i < KC_L_dispute_COUNT; i++) {
		struct kc_deadline row;

		if (d->was[i].due == KC_DAY_NONE ||
		    &m->limits[i] == limit_of(d))
			continue;
		row = row_of(st, d, &m->limits[i]);
		row.day.due = d->was[i].due;
		row.since = d->was[i].since;
		row.changed_ms = d->was[i].ended_ms;
		row.end = (enum kc_deadline_end)d->was[i].how;
		row.late = i == KC_L_dispute_APPEAL && d->lapsed != 0;
		ok = kc_deadline_add(st, to, &row);
	}
	return ok;
}

bool
kc_dispute_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_dispute *d = st->disputes.v[index];
	const struct kc_event *last = &d->events.v[d->events.n - 1];
	struct kc_deadline row;

	if (to->ended && !add_ended(st, d, to))
		return false;
	if (limit_of(d) == NULL)
		return true;
	row = row_of(st, d, limit_of(d));
	row.day = (struct kc_last_day){d->due, d->provisional};
	row.since = d->since;
	row.changed_ms = last->received_ms;
	row.late = d->overdue;
	row.higher = d->state == KC_DS_APPEALED;
	return kc_deadline_add(st, to, &row);
}
