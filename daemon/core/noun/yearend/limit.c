/* SPDX-License-Identifier: Apache-2.0 */
/* What the end of a year waits for, and until when. */
#include "yearend.h"

#include "noun/deadline/deadline.h"
#include "noun/panel/panel.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

static const struct kc_policy *
policy_of(const struct kc_state *st, const struct kc_yearend *y)
{
	return st->policies.v[y->policy].policy;
}

/* Days of the next year; the publicity is of working days. */
static const enum kc_policy_key keys[KC_L_yearend_COUNT] = {
    [KC_L_yearend_DATA] = KC_P_YEAREND_DATA_UNTIL,
    [KC_L_yearend_SCORE] = KC_P_YEAREND_FINDINGS_UNTIL,
    [KC_L_yearend_PANELS] = KC_P_PANEL_FROM,
    [KC_L_yearend_DRAFT] = KC_P_YEAREND_DRAFT_UNTIL,
    [KC_L_yearend_PUBLIC] = KC_P_YEAREND_PUBLIC_WD,
    [KC_L_yearend_APPROVE] = KC_P_YEAREND_PUBLISH_UNTIL,
    [KC_L_yearend_PUBLISH] = KC_P_YEAREND_PUBLISH_UNTIL,
};

bool
kc_yearend_runs(const struct kc_yearend *y, int limit)
{
	if (y->day[limit].since == KC_DAY_NONE)
		return false;
	switch (limit) {
	case KC_L_yearend_DATA:
		return y->state < KC_YE_DATA_IN;
	case KC_L_yearend_SCORE:
		return y->state < KC_YE_SCORED;
	case KC_L_yearend_PANELS:
		return !y->panels && y->state < KC_YE_DRAFT;
	case KC_L_yearend_DRAFT:
		return y->state < KC_YE_DRAFT;
	case KC_L_yearend_PUBLIC:
		return y->state == KC_YE_PUBLIC;
	case KC_L_yearend_APPROVE:
		return y->published_seq == KC_NONE && y->state == KC_YE_GRADED;
	case KC_L_yearend_PUBLISH:
		return y->published_seq == KC_NONE &&
		    y->state < KC_YE_PUBLISHED;
	}
	return false;
}

/* The day of the next year that a key names. */
static kc_day
until(const struct kc_state *st, const struct kc_yearend *y,
    enum kc_policy_key key)
{
	return kc_policy_day(policy_of(st, y), key, y->year + 1);
}

static kc_day
end_of(const struct kc_state *st, const struct kc_yearend *y, int limit,
    bool *provisional)
{
	kc_day found = until(st, y, KC_P_YEAREND_FINDINGS_UNTIL);
	kc_day day = limit == KC_L_yearend_PUBLIC
	    ? kc_calendar_add_workdays(st->calendar, y->day[limit].since,
		  (int)policy_of(st, y)->value[keys[limit]], provisional)
	    : until(st, y, keys[limit]);

	/* They wait for the scores. */
	if (limit == KC_L_yearend_PANELS && day < found)
		day = found;
	return kc_last_day(st, KC_M_yearend, limit, y->index, day);
}

kc_day
kc_finding_due(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit)
{
	return kc_last_day_of(st, KC_M_finding, KC_L_finding_FIND, y->index,
	    unit, until(st, y, KC_P_YEAREND_FINDINGS_UNTIL));
}

kc_day
kc_selfcheck_due(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit)
{
	return kc_last_day_of(st, KC_M_selfcheck, KC_L_selfcheck_FILE, y->index,
	    unit, until(st, y, KC_P_YEAREND_SELFCHECK_UNTIL));
}

static void
begin(struct kc_state *st, const struct kc_at *at, struct kc_yearend *y,
    int limit)
{
	y->day[limit].since = at->day;
	y->day[limit].changed_ms = at->stamp.received_ms;
	y->day[limit].provisional = false;
	y->day[limit].due = end_of(st, y, limit, &y->day[limit].provisional);
}

/* These begin with a state, the others with the year's end. */
static bool
begins_later(int limit)
{
	return limit == KC_L_yearend_PUBLIC || limit == KC_L_yearend_APPROVE;
}

/* Are there voters by the policy, and nobody has let them vote yet? */
static bool
wants_panels(const struct kc_state *st, const struct kc_yearend *y)
{
	const int64_t *v = policy_of(st, y)->value;

	return kc_panel_of(st, y->year) == NULL && v[KC_P_PANEL_SHARE] > 0 &&
	    v[KC_P_PANEL_INNER] + v[KC_P_PANEL_OUTER] + v[KC_P_PANEL_GRASS] > 0;
}

/* A further version has no days but that of its publicity: those of the year
 * have passed. */
void
kc_yearend_open_days(
    struct kc_state *st, const struct kc_at *at, struct kc_yearend *y)
{
	y->panels = !wants_panels(st, y);
	for (int i = 0; y->before == KC_NONE && i < KC_L_yearend_COUNT; i++)
		if (!begins_later(i) &&
		    (i != KC_L_yearend_PANELS || !y->panels))
			begin(st, at, y, i);
	kc_open_touch(st, KC_N_yearend, y->index);
}

static enum kc_err
queue(struct kc_state *st, struct kc_yearend *y)
{
	struct kc_due due = {.object = y->index,
	    .version = ++y->due_version,
	    .kind = KC_K_yearend_publicity_end};

	kc_open_touch(st, KC_N_yearend, y->index);
	if (y->state != KC_YE_PUBLIC || y->day[KC_L_yearend_PUBLIC].provisional)
		return KC_OK;
	due.due_ms = kc_day_end_ms(y->day[KC_L_yearend_PUBLIC].due);
	return kc_due_push(st, &due);
}

void
kc_yearend_panels_open(struct kc_state *st, int year, int64_t received_ms)
{
	const struct kc_yearend *of = kc_yearend_of(st, year);
	struct kc_yearend *y;

	if (of == NULL || of->panels)
		return;
	y = st->yearends.v[of->index];
	y->panels = true;
	y->day[KC_L_yearend_PANELS].changed_ms = received_ms;
	y->day[KC_L_yearend_PANELS].end = KC_DEADLINE_DONE;
	y->due_version++;
	kc_open_touch(st, KC_N_yearend, y->index);
}

/* Nobody need object, nor open panels where results are drawn up without, nor
 * approve a list that is drawn up anew. */
static enum kc_deadline_end
end_by(int limit, enum kc_yearend_state to)
{
	return limit == KC_L_yearend_PUBLIC || limit == KC_L_yearend_PANELS ||
		(limit == KC_L_yearend_APPROVE && to != KC_YE_APPROVED)
	    ? KC_DEADLINE_VOID
	    : KC_DEADLINE_DONE;
}

enum kc_err
kc_yearend_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_yearend *y, enum kc_yearend_state to)
{
	bool ran[KC_L_yearend_COUNT];

	for (int i = 0; i < KC_L_yearend_COUNT; i++)
		ran[i] = kc_yearend_runs(y, i);
	y->state = (uint8_t)to;
	for (int i = 0; i < KC_L_yearend_COUNT; i++) {
		if (!ran[i] || kc_yearend_runs(y, i))
			continue;
		y->day[i].changed_ms = at->stamp.received_ms;
		y->day[i].end = (uint8_t)end_by(i, to);
	}
	if (to == KC_YE_PUBLIC)
		begin(st, at, y, KC_L_yearend_PUBLIC);
	if (to == KC_YE_GRADED && y->before == KC_NONE)
		begin(st, at, y, KC_L_yearend_APPROVE);
	return queue(st, y);
}

bool
kc_yearend_waits(const struct kc_yearend *y, const struct kc_due *due)
{
	return y->state == KC_YE_PUBLIC && y->due_version == due->version &&
	    !y->day[KC_L_yearend_PUBLIC].provisional;
}

enum kc_err
kc_yearend_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_yearend *y = st->yearends.v[index];
	bool provisional = false;
	kc_day day;

	for (int i = 0; i < KC_L_yearend_COUNT; i++)
		if (i != KC_L_yearend_PUBLIC && kc_yearend_runs(y, i))
			y->day[i].due = end_of(st, y, i, &provisional);
	if (y->state != KC_YE_PUBLIC)
		return KC_OK;
	day = end_of(st, y, KC_L_yearend_PUBLIC, &provisional);
	return kc_due_take(&y->day[KC_L_yearend_PUBLIC].due,
		   &y->day[KC_L_yearend_PUBLIC].provisional, day, provisional)
	    ? queue(st, y)
	    : KC_OK;
}

/* --- views --- */
static bool
add(const struct kc_state *st, const struct kc_yearend *y, int limit,
    struct kc_deadlines *to)
{
	bool provisional = false;
	struct kc_deadline row = {.id = y->handle,
	    .unit = KC_NONE,
	    .concerned = KC_NONE,
	    .target = KC_NONE,
	    .owner = KC_NONE,
	    .judge = KC_NONE,
	    .year = y->year,
	    .limit = &kc_machine_get(KC_M_yearend)->limits[limit],
	    .since = y->day[limit].since,
	    .version = y->due_version,
	    .changed_ms = y->day[limit].changed_ms,
	    .object = y->index,
	    .higher = limit == KC_L_yearend_APPROVE,
	    .watched = limit == KC_L_yearend_PANELS,
	    .right = limit == KC_L_yearend_PUBLIC};

	row.day.due = limit == KC_L_yearend_PUBLIC
	    ? y->day[limit].due
	    : end_of(st, y, limit, &provisional);
	row.day.provisional = y->day[limit].provisional;
	if (!kc_yearend_runs(y, limit)) {
		row.end = (enum kc_deadline_end)y->day[limit].end;
		row.late =
		    limit == KC_L_yearend_PUBLIC && y->state == KC_YE_SHOWN;
	}
	return kc_deadline_add(st, to, &row);
}

/* A unit has to do something for the year as a whole, of several targets. */
static bool
add_unit(const struct kc_state *st, const struct kc_yearend *y, uint32_t unit,
    const struct kc_limit *limit, kc_day due, struct kc_deadlines *to)
{
	bool judges = limit->party == KC_PARTY_JUDGE;
	const struct kc_deadline row = {.id = y->handle,
	    .unit = unit,
	    .concerned = KC_NONE,
	    .target = KC_NONE,
	    .owner = judges ? KC_NONE : unit,
	    .judge = judges ? unit : KC_NONE,
	    .year = y->year,
	    .limit = limit,
	    .day = {due, false},
	    .since = kc_event_day(&y->events.v[0]),
	    .version = 1 + kc_moves_of(&y->events),
	    .changed_ms = y->events.v[0].received_ms,
	    .object = y->index,
	    .shared = true};

	return kc_deadline_add(st, to, &row);
}

/* Of each unit that has not filed all of its self-checks, for itself or others:
 * in the place of the first that it files for. */
static bool
add_filing(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_deadlines *to)
{
	const struct kc_limit *limit =
	    &kc_machine_get(KC_M_selfcheck)->limits[KC_L_selfcheck_FILE];
	const struct kc_cycle *c = kc_cycle_of(st, y->year);
	bool *files = kc_alloc(st->units.n + 1);
	bool ok = files != NULL;

	for (uint32_t i = 0; ok && i < c->lists.n; i++)
		if (kc_lacks_selfchecks(st, y->year, c->lists.v[i]).n > 0)
			files[kc_unit_acting(st, c->lists.v[i])] = true;
	for (uint32_t i = 0; ok && i < c->lists.n; i++) {
		uint32_t filer = kc_unit_acting(st, c->lists.v[i]);

		if (files[filer])
			ok = add_unit(st, y, filer, limit,
			    kc_selfcheck_due(st, y, filer), to);
		files[filer] = false;
	}
	kc_free(files);
	return ok;
}

/* Of each unit that judges a target whose completion is not found. */
static bool
add_finding(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_deadlines *to)
{
	const struct kc_limit *limit =
	    &kc_machine_get(KC_M_finding)->limits[KC_L_finding_FIND];
	bool *judges = kc_alloc(st->units.n + 1);
	bool ok = judges != NULL;

	if (ok)
		kc_lacks_findings(st, y->year, judges);
	for (uint32_t i = 0; ok && i < st->units.n; i++)
		if (judges[i])
			ok = add_unit(
			    st, y, i, limit, kc_finding_due(st, y, i), to);
	kc_free(judges);
	return ok;
}

/* Their last days by unit; the nearest one of a limit. Where memory lacks, the
 * day that is of all. */
static kc_day
nearest(const struct kc_state *st, const struct kc_yearend *y,
    bool (*add_all)(const struct kc_state *st, const struct kc_yearend *y,
	struct kc_deadlines *to),
    kc_day all)
{
	struct kc_deadlines of = {0};
	kc_day due = KC_DAY_NONE;

	if (add_all(st, y, &of))
		for (uint32_t i = 0; i < of.n; i++)
			if (due == KC_DAY_NONE || of.v[i].day.due < due)
				due = of.v[i].day.due;
	kc_vec_free(&of);
	return due == KC_DAY_NONE ? all : due;
}

kc_day
kc_selfchecks_due(const struct kc_state *st, const struct kc_yearend *y)
{
	return nearest(st, y, add_filing, kc_selfcheck_due(st, y, KC_NONE));
}

kc_day
kc_findings_due(const struct kc_state *st, const struct kc_yearend *y)
{
	return nearest(st, y, add_finding, kc_finding_due(st, y, KC_NONE));
}

bool
kc_yearend_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_yearend *y = st->yearends.v[index];
	bool ok = true;

	if (y->state < KC_YE_SCORED)
		ok = add_filing(st, y, to) && add_finding(st, y, to);
	for (int i = 0; ok && i < KC_L_yearend_COUNT; i++)
		ok = y->day[i].since == KC_DAY_NONE || add(st, y, i, to);
	return ok;
}
