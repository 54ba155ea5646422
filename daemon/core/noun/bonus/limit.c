/* SPDX-License-Identifier: Apache-2.0 */
/* What a claim waits for, and until when. */
#include "bonus.h"

#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

int
kc_bonus_limit(const struct kc_bonus *b)
{
	switch ((enum kc_bonus_state)b->state) {
	case KC_BS_CLAIMED:
		return KC_L_bonus_VERIFY;
	case KC_BS_RETURNED:
		return KC_L_bonus_COMPLETE;
	case KC_BS_VERIFIED:
		return KC_L_bonus_PUBLICISE;
	case KC_BS_PUBLIC:
		return KC_L_bonus_PUBLIC;
	case KC_BS_SHOWN:
		return KC_L_bonus_DECIDE;
	case KC_BS_LAPSED:
	case KC_BS_GRANTED:
	case KC_BS_REFUSED:
	case KC_BS_WITHDRAWN:
	case KC_BS_CANCELLED:
		break;
	}
	return -1;
}

/* The last day of a limit, as the calendar has it today. */
static kc_day
end_of(const struct kc_state *st, const struct kc_bonus *b, int limit,
    bool *provisional)
{
	const struct kc_limit *l = &kc_machine_get(KC_M_bonus)->limits[limit];
	kc_day day = kc_calendar_add_workdays(st->calendar, b->day[limit].since,
	    (int)kc_bonus_policy(st, b)->value[l->key], provisional);

	return kc_last_day(st, KC_M_bonus, limit, b->index, day);
}

static enum kc_err
queue(struct kc_state *st, struct kc_bonus *b)
{
	int limit = kc_bonus_limit(b);
	struct kc_due due = {.object = b->index, .version = ++b->version};
	int clerk;

	kc_open_touch(st, KC_N_bonus, b->index);
	if (limit < 0 || b->day[limit].provisional)
		return KC_OK;
	clerk = kc_machine_get(KC_M_bonus)->limits[limit].clerk;
	if (clerk < 0)
		return KC_OK;
	due.kind = (enum kc_kind_id)clerk;
	due.due_ms = kc_day_end_ms(b->day[limit].due);
	return kc_due_push(st, &due);
}

/* Was what the last day asked for done, or need it not be done any more? */
static enum kc_deadline_end
ended_by(const struct kc_at *at)
{
	enum kc_kind_id kind = at->e->kind->id;

	return kind == KC_K_bonus_lapse || kind == KC_K_bonus_publicity_end ||
		kind == KC_K_bonus_withdraw
	    ? KC_DEADLINE_VOID
	    : KC_DEADLINE_DONE;
}

enum kc_err
kc_bonus_enter(struct kc_state *st, const struct kc_at *at, struct kc_bonus *b,
    enum kc_bonus_state state)
{
	int was = kc_bonus_limit(b), limit;

	if (was >= 0 && b->day[was].since != KC_DAY_NONE) {
		b->day[was].changed_ms = at->stamp.received_ms;
		b->day[was].end = (uint8_t)ended_by(at);
	}
	b->state = (uint8_t)state;
	limit = kc_bonus_limit(b);
	if (limit < 0)
		return queue(st, b);
	b->day[limit].since = at->day;
	b->day[limit].changed_ms = at->stamp.received_ms;
	b->day[limit].provisional = false;
	b->day[limit].due = end_of(st, b, limit, &b->day[limit].provisional);
	return queue(st, b);
}

bool
kc_bonus_waits(const struct kc_bonus *b, const struct kc_due *due)
{
	int limit = kc_bonus_limit(b);

	return limit >= 0 && b->version == due->version &&
	    kc_machine_get(KC_M_bonus)->limits[limit].clerk == (int)due->kind &&
	    !b->day[limit].provisional;
}

enum kc_err
kc_bonus_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_bonus *b = st->bonuses.v[index];
	int limit = kc_bonus_limit(b);
	bool provisional = false;
	kc_day day;

	if (limit < 0)
		return KC_OK;
	day = end_of(st, b, limit, &provisional);
	return kc_due_take(&b->day[limit].due, &b->day[limit].provisional, day,
		   provisional)
	    ? queue(st, b)
	    : KC_OK;
}

/* --- views --- */
/* An objection need not be made: that is a right. What was not completed, and
 * a publicity that ended, are on record as passed: an outage gives them back.
 */
static bool
add(const struct kc_state *st, const struct kc_bonus *b, int limit,
    struct kc_deadlines *to)
{
	bool unit = limit == KC_L_bonus_COMPLETE;
	struct kc_deadline row = {.id = b->handle,
	    .unit = unit ? b->unit : KC_NONE,
	    .concerned = unit ? KC_NONE : b->unit,
	    .target = KC_NONE,
	    .owner = b->unit,
	    .judge = KC_NONE,
	    .year = b->year,
	    .limit = &kc_machine_get(KC_M_bonus)->limits[limit],
	    .day = {b->day[limit].due, b->day[limit].provisional},
	    .since = b->day[limit].since,
	    .version = b->version,
	    .changed_ms = b->day[limit].changed_ms,
	    .object = b->index,
	    .right = limit == KC_L_bonus_PUBLIC};

	if (limit != kc_bonus_limit(b)) {
		row.end = (enum kc_deadline_end)b->day[limit].end;
		row.late = (unit && b->state == KC_BS_LAPSED) ||
		    (limit == KC_L_bonus_PUBLIC && b->state == KC_BS_SHOWN);
	}
	return kc_deadline_add(st, to, &row);
}

bool
kc_bonus_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_bonus *b = st->bonuses.v[index];
	bool ok = true;

	for (int i = 0; ok && i < KC_L_bonus_COUNT; i++)
		ok = b->day[i].since == KC_DAY_NONE || add(st, b, i, to);
	return ok;
}
