/* SPDX-License-Identifier: Apache-2.0 */
/* The last days of one person as a calendar. */
#include <kaocheng/feed.h>

#include <kaocheng/ics.h>

#include <string.h>

#include "engine/actor.h"
#include "plan_int.h"

/* Whom the ladder tells, as far as it is of interest here. */
struct whose {
	uint32_t actor;
	bool told;
};

static void
note_told(
    struct kc_planning *x, const struct kc_notice *n, uint32_t to, bool deputy)
{
	struct whose *w = x->ask->ctx;

	(void)n;
	(void)deputy;
	w->told = w->told || to == w->actor;
}

/* Nobody is told to do what can be done no more, though no entry says so. */
static bool
is_lost(const struct kc_planning *x, const struct kc_deadline *d)
{
	return d->end == KC_DEADLINE_OPEN && !d->limit->late &&
	    d->limit->clerk < 0 && !d->day.provisional && x->today > d->day.due;
}

static enum kc_ics_status
status_of(const struct kc_planning *x, const struct kc_deadline *d)
{
	switch (d->end) {
	case KC_DEADLINE_OPEN:
		break;
	case KC_DEADLINE_DONE:
		return KC_ICS_DONE;
	case KC_DEADLINE_VOID:
		return KC_ICS_CANCELLED;
	}
	if (is_lost(x, d))
		return KC_ICS_CANCELLED;
	return d->day.provisional ? KC_ICS_TENTATIVE : KC_ICS_OPEN;
}

static bool
has_ended(enum kc_ics_status status)
{
	return status == KC_ICS_DONE || status == KC_ICS_CANCELLED;
}

/* When it became as it is. What is not done late was over with its last day,
 * whatever has been said since. */
static int64_t
stamp_of(const struct kc_deadline *d, enum kc_ics_status status)
{
	int64_t last_ms = kc_day_end_ms(d->day.due) - 1;
	bool over = status == KC_ICS_CANCELLED && !d->limit->late;

	return over && (d->end == KC_DEADLINE_OPEN || d->changed_ms > last_ms)
	    ? last_ms
	    : d->changed_ms;
}

/* Is the person told by the last day; or, of what is done late, since then? */
static bool
is_of(struct kc_planning *x, const struct kc_deadline *d)
{
	struct whose *w = x->ask->ctx;
	enum kc_ics_status status = status_of(x, d);
	kc_day until = has_ended(status)
	    ? kc_day_of_instant(stamp_of(d, status), KC_LOCAL_OFFSET_S)
	    : x->today;
	int stage = 0;

	if (has_ended(status) &&
	    x->today - KC_FEED_KEEP_DAYS >
		(until > d->day.due ? until : d->day.due))
		return false;
	if (d->limit->late && until > d->day.due)
		stage = kc_calendar_workdays_between(
		    x->st->calendar, d->day.due, until);
	w->told = false;
	kc_plan_tell_ladder(x, d, stage);
	return w->told;
}

struct texts {
	struct kc_buf limit, summary, description;
};

/* Several units can have a last day of one name in one matter: a unit that is
 * not the person's own is named. */
static void
make_texts(struct texts *t, const struct kc_planning *x,
    const struct kc_deadline *d, enum kc_lang lang)
{
	const struct whose *w = x->ask->ctx;
	bool zh = lang == KC_LANG_ZH;

	kc_buf_str(&t->limit, kc_plan_machine_of(d->limit)->name);
	kc_buf_char(&t->limit, '.');
	kc_buf_str(&t->limit, d->limit->word);
	kc_buf_str(&t->summary, d->id);
	kc_buf_char(&t->summary, ' ');
	kc_buf_str(&t->summary, zh ? d->limit->zh : d->limit->en);
	if (d->unit != KC_NONE && d->unit != x->st->actors.v[w->actor]->unit) {
		const char *code = x->st->units.v[d->unit]->code;

		kc_buf_char(&t->limit, '.');
		kc_buf_str(&t->limit, code);
		kc_buf_char(&t->summary, ' ');
		kc_buf_str(&t->summary, code);
	}
	kc_buf_str(&t->description, zh ? "逾期：" : "Afterwards: ");
	kc_buf_str(&t->description, zh ? d->limit->else_zh : d->limit->else_en);
	if (d->day.provisional)
		kc_buf_str(&t->description,
		    zh ? "\n工作日历尚未公布，期限只会推后"
		       : "\nThe calendar is not adopted yet; the day can only "
			 "become a later one");
}

static void
put_item(struct kc_buf *out, const struct kc_planning *x,
    const struct kc_deadline *d, const struct kc_feed_ask *ask)
{
	enum kc_ics_status status = status_of(x, d);
	struct kc_slice rest = kc_slice_str(x->st->origin), host = rest;
	struct texts t = {0};

	(void)kc_slice_cut(&rest, '/', &host);
	make_texts(&t, x, d, ask->lang);
	if (t.limit.err != KC_OK || t.summary.err != KC_OK ||
	    t.description.err != KC_OK)
		out->err = KC_ENOMEM;
	kc_ics_item(out,
	    &(const struct kc_ics_item){.handle = kc_slice_str(d->id),
		.limit = kc_buf_view(&t.limit),
		.last = d->day.due,
		.sequence = 2 * d->version + (has_ended(status) ? 1 : 0),
		.stamp_ms = stamp_of(d, status),
		.status = status,
		.summary = kc_buf_view(&t.summary),
		.description = kc_buf_view(&t.description),
		.url = ask->link,
		.alarm_days = 1},
	    host);
	kc_buf_free(&t.limit);
	kc_buf_free(&t.summary);
	kc_buf_free(&t.description);
}

/* What has ended too; of what is kept, not what ended long ago. */
static bool
collect(struct kc_planning *x, struct kc_deadlines *all)
{
	const struct kc_open *o = &x->st->open;
	struct kc_refs objects = {0};
	bool ok;

	if (!o->kept)
		return kc_deadlines_scan(x->st, all);
	ok = kc_open_refs(o, KC_OPEN_ALL, KC_OPEN_FIRST, KC_OPEN_LAST, &objects,
		 &x->steps) &&
	    kc_open_refs(o, KC_OPEN_ENDED, x->today - KC_FEED_KEEP_DAYS,
		KC_OPEN_LAST, &objects, &x->steps);
	kc_refs_sort(&objects);
	for (uint32_t i = 0; ok && i < objects.n; i++)
		ok = kc_deadlines_of(x->st, objects.v[i], all);
	x->steps += objects.n;
	kc_vec_free(&objects);
	return ok;
}

static enum kc_err
put_items(
    struct kc_buf *out, struct kc_planning *x, const struct kc_feed_ask *ask)
{
	struct kc_deadlines all = {.ended = true};
	enum kc_err err = KC_OK;

	if (!collect(x, &all))
		err = KC_ENOMEM;
	if (ask->steps != NULL)
		*ask->steps = x->steps;
	kc_deadlines_sort(&all);
	for (uint32_t i = 0; err == KC_OK && i < all.n; i++)
		if (is_of(x, &all.v[i]))
			put_item(out, x, &all.v[i], ask);
	kc_vec_free(&all);
	return err;
}

enum kc_err
kc_feed_render(struct kc_buf *out, const struct kc_state *st,
    const struct kc_feed_ask *ask)
{
	struct whose w = {kc_find(st, KC_NS_ACTOR, ask->actor), false};
	const struct kc_plan_ask by = {.ctx = &w};
	struct kc_planning *x = NULL;
	struct kc_buf name = {0};
	enum kc_err err = KC_OK;

	if (w.actor == KC_NONE)
		return KC_ENOTFOUND;
	kc_buf_str(&name, ask->lang == KC_LANG_ZH ? "考成期限 " : "Deadlines ");
	kc_buf_str(&name, st->origin);
	kc_buf_char(&name, ' ');
	kc_buf_slice(&name, ask->actor);
	err = kc_buf_err(&name);
	kc_ics_begin(out, kc_buf_view(&name), ask->lang);
	kc_buf_free(&name);
	if (err == KC_OK && kc_policy_now(st) != NULL &&
	    !st->actors.v[w.actor]->retired) {
		x = kc_alloc(sizeof(*x));
		err = x == NULL ? KC_ENOMEM : KC_OK;
	}
	if (x != NULL) {
		x->p = kc_policy_now(st);
		x->ask = &by;
		x->tell = note_told;
		x->whoever = true; /* offices read calendars of others */
		err = kc_planning_begin(x, st, ask->now_ms);
		if (err == KC_OK)
			err = put_items(out, x, ask);
		kc_planning_end(x);
		kc_free(x);
	}
	kc_ics_end(out);
	return err == KC_OK ? kc_buf_err(out) : err;
}
