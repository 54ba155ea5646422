/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline.move: last days that lie in an outage are later ones. It goes
 * through the last days that every noun lists and through what the clerk
 * writes for each (struct kc_timed), and knows no noun.
 */
#include "deadline.h"

#include "engine/noun.h"
#include "noun/reminder/reminder.h"
#include "noun/vx.h"

#include <assert.h>

/* What an entry says; KC_NONE, an empty text: nothing. */
struct move {
	kc_day from, to, until;
	struct kc_slice about, limit;
	uint32_t unit;
};

static struct move
read_move(const struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;

	return (struct move){
	    .from = (kc_day)kc_entry_num(e, KC_F_deadline_move_from, 0),
	    .to = (kc_day)kc_entry_num(e, KC_F_deadline_move_to, 0),
	    .until = (kc_day)kc_entry_num(e, KC_F_deadline_move_until, 0),
	    .about = kc_entry_str(e, KC_F_deadline_move_about),
	    .limit = kc_entry_str(e, KC_F_deadline_move_limit),
	    .unit = kc_find(
		st, KC_NS_UNIT, kc_entry_str(e, KC_F_deadline_move_unit)),
	};
}

/* Those of one object, rights and what has ended too. */
static struct kc_deadlines
every_kind(void)
{
	return (struct kc_deadlines){.ended = true, .rights = true};
}

static bool
is_named(const struct move *m, const struct kc_deadline *d)
{
	return m->about.n == 0 ||
	    (kc_slice_is(m->about, d->id) &&
		kc_slice_is(m->limit, d->limit->word) &&
		(m->unit == KC_NONE || m->unit == d->unit));
}

/* It runs, or is on record as passed. */
static bool
runs(const struct kc_deadline *d)
{
	return d->end == KC_DEADLINE_OPEN || d->late;
}

static bool
is_in(const struct move *m, const struct kc_deadline *d)
{
	return runs(d) && m->from <= d->day.due && d->day.due <= m->to;
}

static const struct kc_timed *
written_for(const struct kc_state *st, const struct kc_deadline *d)
{
	return d->limit->clerk < 0 ? NULL : st->timed[d->limit->clerk];
}

static enum kc_err
may_revive(const struct kc_state *st, const struct kc_deadline *d,
    struct kc_refusal *why)
{
	const struct kc_timed *t = written_for(st, d);

	return t == NULL || t->may_revive == NULL
	    ? KC_OK
	    : t->may_revive(st, d->object, why);
}

/* --- what may be said --- */
static enum kc_err
want_over(const struct move *m, const struct kc_at *at, struct kc_refusal *why)
{
	if (m->from <= m->to && m->to <= at->day)
		return KC_OK;
	return kc_refuse_range(why, m->to, m->from, at->day);
}

/* A day that somebody can still use, and no more than the policy gives. */
static enum kc_err
want_until(const struct kc_state *st, const struct move *m,
    const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_policy *p = kc_policy_now(st);
	kc_day first = m->to < at->day ? at->day : m->to + 1;
	kc_day last = kc_calendar_add_workdays(
	    st->calendar, m->from, (int)p->value[KC_P_DEADLINE_MOVE_WD], NULL);
	bool works = p->value[KC_P_DEADLINE_ROLL] == 0 ||
	    kc_calendar_is_workday(st->calendar, m->until);

	if (first <= m->until && m->until <= last && works)
		return KC_OK;
	kc_policy_cite(p, KC_P_DEADLINE_MOVE_WD, why);
	if (last < first) {
		(void)kc_refuse(why, KC_R_TOO_LATE, NULL, NULL, NULL, NULL);
		kc_arg_day(why, 0, last);
		return KC_EREFUSED;
	}
	if (m->until < first || last < m->until)
		return kc_refuse_range(why, m->until, first, last);
	(void)kc_refuse(why, KC_R_DATE_ORDER, "", "a working day", NULL, NULL);
	kc_arg_day(why, 0, m->until);
	return kc_refusal_zh(why, 1, "工作日");
}

/* An expiry cites the calendar of its last day. */
static enum kc_err
want_calendar(
    const struct kc_state *st, const struct move *m, struct kc_refusal *why)
{
	if (kc_calendar_covers(st->calendar, kc_day_year(m->until)))
		return KC_OK;
	(void)kc_refuse(why, KC_R_NO_CALENDAR, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)kc_day_year(m->until));
	return KC_EREFUSED;
}

/* A matter and its limit are named both or neither, a unit with them. */
static enum kc_err
want_names(const struct kc_state *st, const struct move *m,
    const struct kc_at *at, struct kc_refusal *why)
{
	bool unit = kc_entry_has(at->e, KC_F_deadline_move_unit);
	uint32_t u;

	if (m->about.n == 0 && (m->limit.n > 0 || unit))
		return kc_refuse(
		    why, KC_R_FIELD_MISSING, "about", NULL, NULL, NULL);
	if (m->about.n > 0 && m->limit.n == 0)
		return kc_refuse(
		    why, KC_R_FIELD_MISSING, "limit", NULL, NULL, NULL);
	return unit
	    ? kc_want(st, KC_NS_UNIT, at, KC_F_deadline_move_unit, &u, why)
	    : KC_OK;
}

/* Nothing that could be moved: the nearest reason. */
static enum kc_err
refuse_none(const struct move *m, const struct kc_deadline *near,
    struct kc_refusal *why)
{
	struct kc_buf what = {0};
	enum kc_err err;

	if (m->about.n > 0 && near != NULL)
		return kc_refuse_range(why, near->day.due, m->from, m->to);
	if (m->about.n > 0) {
		kc_buf_slice(&what, m->about);
		kc_buf_char(&what, ' ');
		kc_buf_slice(&what, m->limit);
	} else {
		kc_buf_day(&what, m->from);
		kc_buf_str(&what, " - ");
		kc_buf_day(&what, m->to);
	}
	err = kc_buf_err(&what);
	if (err == KC_OK) {
		(void)kc_refuse(
		    why, KC_R_NOT_FOUND, "last day", "", NULL, NULL);
		kc_refusal_arg(why, 1, kc_buf_view(&what));
		err = kc_refusal_zh(why, 0, "期限");
	}
	kc_buf_free(&what);
	return err;
}

/* --- which objects it may be about --- */
static bool
add_named(const struct kc_state *st, const struct move *m, struct kc_refs *to)
{
	bool ok = true;

	for (uint32_t i = 0; ok && i < kc_nouns_n; i++) {
		struct kc_ref of = {i, KC_NONE};

		if (kc_nouns[i]->deadlines != NULL)
			of.object = kc_find(st, KC_NS_OBJECTS(i), m->about);
		ok = of.object == KC_NONE || kc_vec_push(to, of);
	}
	return ok;
}

static bool
add_every(const struct kc_state *st, struct kc_refs *to)
{
	for (uint32_t i = 0; i < kc_nouns_n; i++)
		for (uint32_t j = 0; j < kc_objects_of(st, i); j++)
			if (!kc_vec_push(to, ((struct kc_ref){i, j})))
				return false;
	return true;
}

/* Of what is kept: what is open in the outage, and what ended on record then
 * or later. */
static bool
add_kept(const struct kc_open *o, const struct move *m, struct kc_refs *to,
    uint64_t *steps)
{
	bool ok = kc_open_refs(o, KC_OPEN_ALL, m->from, m->to, to, steps) &&
	    kc_open_refs(o, KC_OPEN_RIGHTS, m->from, m->to, to, steps) &&
	    kc_open_refs(o, KC_OPEN_PAST, m->from, KC_OPEN_LAST, to, steps);

	kc_refs_sort(to);
	return ok;
}

/* In the order of a scan: what is told of each follows it. */
static enum kc_err
find_objects(const struct kc_state *st, const struct move *m,
    struct kc_refs *to, uint64_t *steps)
{
	bool ok = m->about.n > 0 ? add_named(st, m, to)
	    : st->open.kept      ? add_kept(&st->open, m, to, steps)
				 : add_every(st, to);

	return ok ? KC_OK : KC_ENOMEM;
}

/* Of one: KC_OK once something can be moved, KC_EREFUSED while nothing can. */
static enum kc_err
want_of(const struct kc_state *st, const struct move *m, struct kc_ref of,
    struct kc_deadline *near, bool *against, struct kc_refusal *why)
{
	struct kc_deadlines all = every_kind();
	enum kc_err err =
	    kc_deadlines_of(st, of, &all) ? KC_EREFUSED : KC_ENOMEM;

	for (uint32_t i = 0; err == KC_EREFUSED && i < all.n; i++) {
		const struct kc_deadline *d = &all.v[i];

		if (!is_named(m, d))
			continue;
		if (runs(d))
			*near = *d;
		if (is_in(m, d)) {
			err = may_revive(st, d, why);
			*against = *against || err == KC_EREFUSED;
		}
	}
	kc_vec_free(&all);
	return err;
}

/* At least one last day that is named, lies in the outage and can be moved. */
static enum kc_err
want_any(
    const struct kc_state *st, const struct move *m, struct kc_refusal *why)
{
	struct kc_deadline near = {.id = NULL};
	struct kc_refs objects = {0};
	uint64_t steps = 0;
	enum kc_err err = find_objects(st, m, &objects, &steps);
	bool against = false;

	if (err == KC_OK)
		err = KC_EREFUSED;
	for (uint32_t i = 0; err == KC_EREFUSED && i < objects.n; i++)
		err = want_of(st, m, objects.v[i], &near, &against, why);
	if (err == KC_EREFUSED && !against)
		err = refuse_none(m, near.id == NULL ? NULL : &near, why);
	kc_vec_free(&objects);
	return err;
}

enum kc_err
deadline_move_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct move m = read_move(st, at);
	enum kc_err err = want_over(&m, at, why);

	if (err == KC_OK)
		err = kc_want_policy(st, why);
	if (err == KC_OK)
		err = want_until(st, &m, at, why);
	if (err == KC_OK)
		err = want_calendar(st, &m, why);
	if (err == KC_OK)
		err = want_names(st, &m, at, why);
	return err == KC_OK ? want_any(st, &m, why) : err;
}

/* --- what changes --- */
static bool
note_outage(struct kc_state *st, const struct kc_at *at, const struct move *m,
    const struct kc_deadline *d)
{
	const struct kc_outage o = {
	    .seq = (uint32_t)at->stamp.seq,
	    .from = m->from,
	    .to = m->to,
	    .until = m->until,
	    .known_ms = at->stamp.received_ms,
	    .limit = d == NULL ? NULL : d->limit,
	    .object = d == NULL ? 0 : d->object,
	    .unit = d != NULL && d->shared ? m->unit : KC_NONE,
	};

	return kc_vec_push(&st->outages, o);
}

/* Moves one, and says whether it did: what cannot be revived stays as it
 * ended. */
static enum kc_err
move_one(struct kc_state *st, const struct kc_at *at, const struct move *m,
    const struct kc_deadline *d, bool *moved)
{
	const struct kc_timed *t = written_for(st, d);
	struct kc_refusal why = {0};
	enum kc_err err;

	if (!is_named(m, d) || !is_in(m, d))
		return KC_OK;
	err = may_revive(st, d, &why);
	if (err != KC_OK)
		return err == KC_EREFUSED ? KC_OK : err;
	if (m->about.n > 0 && !note_outage(st, at, m, d))
		return KC_ENOMEM;
	if (t != NULL && t->revive != NULL)
		t->revive(st, d->object);
	*moved = true;
	return KC_OK;
}

/* The row by which entries name the objects of a noun. */
static const struct kc_named *
row_of(uint32_t noun)
{
	const struct kc_named *n = kc_nouns[noun]->named;

	while (n->ns != KC_NS_OBJECTS(noun))
		n++;
	assert(n < kc_nouns[noun]->named + KC_NOUN_NAMED && n->field != NULL);
	return n;
}

/* The entry touches the thing, its people are told, and its last days are
 * computed anew. */
static enum kc_err
touch(struct kc_state *st, const struct kc_at *at, struct kc_ref of)
{
	const struct kc_named *named = row_of(of.noun);
	enum kc_err err = KC_OK;

	kc_open_touch(st, of.noun, of.object);
	if (named->events != NULL)
		err = kc_log_event(st, at, named->events(st, of.object));
	if (err == KC_OK)
		err = kc_reminder_tell(st, at, named, of.object);
	return err == KC_OK ? kc_nouns[of.noun]->recalendar(st, of.object)
			    : err;
}

/* Of an object: moves its last days, and adds it to those that were moved. */
static enum kc_err
move_object(struct kc_state *st, const struct kc_at *at, const struct move *m,
    struct kc_ref of, struct kc_refs *moved)
{
	struct kc_deadlines all = every_kind();
	enum kc_err err = kc_deadlines_of(st, of, &all) ? KC_OK : KC_ENOMEM;
	bool any = false;

	for (uint32_t i = 0; err == KC_OK && i < all.n; i++)
		err = move_one(st, at, m, &all.v[i], &any);
	if (err == KC_OK && any && !kc_vec_push(moved, of))
		err = KC_ENOMEM;
	kc_vec_free(&all);
	return err;
}

/* An outage of everything is noted when all that lay in it is found: then
 * nothing lies in it any more. */
enum kc_err
deadline_move_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct move m = read_move(st, at);
	struct kc_refs objects = {0}, moved = {0};
	enum kc_err err = find_objects(st, &m, &objects, &st->open.order.steps);

	for (uint32_t i = 0; err == KC_OK && i < objects.n; i++)
		err = move_object(st, at, &m, objects.v[i], &moved);
	if (err == KC_OK && m.about.n == 0 && !note_outage(st, at, &m, NULL))
		err = KC_ENOMEM;
	if (err == KC_OK && m.about.n == 0)
		kc_open_touch_ended(st, m.from);
	for (uint32_t i = 0; err == KC_OK && i < moved.n; i++)
		err = touch(st, at, moved.v[i]);
	kc_vec_free(&objects);
	kc_vec_free(&moved);
	return err;
}
