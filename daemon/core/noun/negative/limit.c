/* SPDX-License-Identifier: Apache-2.0 */
/* What an event of the negative list waits for, and until when. */
#include "negative.h"

#include "noun/deadline/deadline.h"
#include "noun/dispute/dispute.h"
#include "noun/vx.h"

int
kc_negative_limit(const struct kc_negative *n)
{
	switch ((enum kc_negative_state)n->state) {
	case KC_NS_PROPOSED:
		return KC_L_negative_CONFIRM;
	case KC_NS_CONFIRMED:
		return KC_L_negative_NOTIFY;
	case KC_NS_NOTIFIED:
		return KC_L_negative_FINAL;
	case KC_NS_DECLINED:
	case KC_NS_LAPSED:
	case KC_NS_FINAL:
	case KC_NS_WITHDRAWN:
	case KC_NS_REVOKED:
		break;
	}
	return -1;
}

/* The last day of a limit, as the calendar has it today. */
static kc_day
end_of(const struct kc_state *st, const struct kc_negative *n, int limit,
    bool *provisional)
{
	const struct kc_limit *l =
	    &kc_machine_get(KC_M_negative)->limits[limit];
	kc_day since = n->day[limit].since, day;

	/* Final when it cannot be disputed any more, by the same day. */
	if (limit == KC_L_negative_FINAL)
		return kc_decision_file_day(
		    st, kc_negative_decision(st, n), since, provisional);
	day = kc_calendar_add_workdays(st->calendar, since,
	    (int)kc_negative_policy(st, n)->value[l->key], provisional);
	return kc_last_day(st, KC_M_negative, limit, n->index, day);
}

enum kc_err
kc_negative_queue(struct kc_state *st, struct kc_negative *n, int64_t due_ms)
{
	int limit = kc_negative_limit(n);
	struct kc_due due = {
	    .object = n->index, .version = ++n->version, .due_ms = due_ms};
	int clerk;

	kc_open_touch(st, KC_N_negative, n->index);
	if (limit < 0 || n->day[limit].provisional)
		return KC_OK;
	clerk = kc_machine_get(KC_M_negative)->limits[limit].clerk;
	if (clerk < 0)
		return KC_OK;
	due.kind = (enum kc_kind_id)clerk;
	return kc_due_push(st, &due);
}

enum kc_err
kc_negative_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_negative *n, enum kc_negative_state state)
{
	int was = kc_negative_limit(n), limit;

	if (n->day[KC_L_negative_CONFIRM].since != KC_DAY_NONE && was >= 0)
		n->day[was].changed_ms = at->stamp.received_ms;
	n->state = (uint8_t)state;
	limit = kc_negative_limit(n);
	if (limit < 0)
		return kc_negative_queue(st, n, 0);
	n->day[limit].since = at->day;
	n->day[limit].changed_ms = at->stamp.received_ms;
	n->day[limit].provisional = false;
	n->day[limit].due = end_of(st, n, limit, &n->day[limit].provisional);
	return kc_negative_queue(st, n, kc_day_end_ms(n->day[limit].due));
}

bool
kc_negative_waits(const struct kc_state *st, const struct kc_negative *n,
    const struct kc_due *due)
{
	int limit = kc_negative_limit(n);

	return limit >= 0 && n->version == due->version &&
	    kc_machine_get(KC_M_negative)->limits[limit].clerk ==
	    (int)due->kind &&
	    !n->day[limit].provisional &&
	    (limit != KC_L_negative_FINAL || !kc_negative_disputed(st, n));
}

enum kc_err
kc_negative_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_negative *n = st->negatives.v[index];
	int limit = kc_negative_limit(n);
	bool provisional = false;
	kc_day day;

	if (limit < 0)
		return KC_OK;
	day = end_of(st, n, limit, &provisional);
	return kc_due_take(&n->day[limit].due, &n->day[limit].provisional, day,
		   provisional)
	    ? kc_negative_queue(st, n, kc_day_end_ms(n->day[limit].due))
	    : KC_OK;
}

/* --- views --- */
/* Was what it asks for done, or need it not be done any more? */
static enum kc_deadline_end
ended(const struct kc_negative *n, int limit)
{
	if (limit == KC_L_negative_FINAL || n->state == KC_NS_LAPSED)
		return KC_DEADLINE_VOID;
	/* What was withdrawn before the next step waited for this one. */
	if (n->state == KC_NS_WITHDRAWN &&
	    (limit + 1 == KC_L_negative_COUNT ||
		n->day[limit + 1].since == KC_DAY_NONE))
		return KC_DEADLINE_VOID;
	return KC_DEADLINE_DONE;
}

/* The right to dispute is the unit's, and need not be used. */
static bool
add(const struct kc_state *st, const struct kc_negative *n, int limit,
    struct kc_deadlines *to)
{
	bool unit = limit == KC_L_negative_FINAL;
	struct kc_deadline row = {.id = n->handle,
	    .unit = unit ? n->unit : KC_NONE,
	    .concerned = unit ? KC_NONE : n->unit,
	    .target = KC_NONE,
	    .owner = n->unit,
	    .judge = n->assessor,
	    .year = n->year,
	    .limit = &kc_machine_get(KC_M_negative)->limits[limit],
	    .day = {n->day[limit].due, n->day[limit].provisional},
	    .since = n->day[limit].since,
	    .version = n->version,
	    .changed_ms = n->day[limit].changed_ms,
	    .object = n->index,
	    .right = unit};

	if (limit == KC_L_negative_NOTIFY)
		row.unit = n->assessor;
	if (unit && kc_negative_disputed(st, n))
		row.end = KC_DEADLINE_DONE; /* the right was used */
	if (limit != kc_negative_limit(n)) {
		row.end = ended(n, limit);
		row.late = (unit && n->state == KC_NS_FINAL) ||
		    (limit == KC_L_negative_CONFIRM &&
			n->state == KC_NS_LAPSED);
	}
	return kc_deadline_add(st, to, &row);
}

bool
kc_negative_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_negative *n = st->negatives.v[index];
	bool ok = true;

	for (int i = 0; ok && i < KC_L_negative_COUNT; i++)
		ok = n->day[i].since == KC_DAY_NONE || add(st, n, i, to);
	return ok;
}
