/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which open last days a plan looks at: all of them, or, where they are kept
 * in order and who is told is as it was, those alone of which a stage has come
 * or that an entry has changed since the last plan.
 */
#include "plan_int.h"

void
kc_planning_whole(struct kc_planning *x, int64_t ms)
{
	kc_planning_later(x, ms);
	if (ms > x->now_ms && ms < x->whole_ms)
		x->whole_ms = ms;
}

/* Has somebody begun to stand in for another since then? */
static bool
deputy_since(const struct kc_planning *x, kc_day before)
{
	const struct kc_state *st = x->st;

	for (uint32_t i = 0; before < x->today && i < st->actors.n; i++)
		for (uint32_t j = 0; j < st->actors.v[i]->given.n; j++) {
			const struct kc_delegation *d =
			    &st->actors.v[i]->given.v[j];

			if (!d->ended && d->from > before &&
			    d->from <= x->today)
				return true;
		}
	return false;
}

bool
kc_plan_goes_on(const struct kc_planning *x)
{
	const struct kc_plan_mark *m = x->ask->mark;
	kc_day before;

	if (m == NULL || m->now_ms == 0 || !x->st->open.kept ||
	    x->now_ms < m->now_ms || x->now_ms >= m->whole_ms ||
	    x->st->who_seq > m->seq)
		return false;
	before = kc_day_of_instant(m->now_ms, KC_LOCAL_OFFSET_S);
	return x->today - before < KC_PLAN_BEFORE && !deputy_since(x, before);
}

static void
look(struct kc_planning *x, struct kc_open_walk w)
{
	const struct kc_open_slot *s;

	while (x->err == KC_OK && (s = kc_open_next(&w)) != NULL)
		kc_plan_deadline(x, &s->d);
	x->steps += w.steps;
}

/* The last days of which this is the day of the stage. */
static bool
last_days(const struct kc_planning *x, kc_day on, int stage, kc_day *first,
    kc_day *last)
{
	if (!kc_calendar_is_workday(x->st->calendar, on))
		return false;
	*first = kc_workdays_stage(&x->workdays, on, -stage);
	*last = kc_workdays_stage(&x->workdays, on, 1 - stage) - 1;
	return true;
}

/* When this stage comes next for any of them. */
static void
look_ahead(struct kc_planning *x, int stage)
{
	kc_day on = x->today - 1, first, last;
	const struct kc_open_slot *s;
	struct kc_open_walk w;

	while (kc_digest_ms(x->p, on) <= x->now_ms ||
	    !kc_calendar_is_workday(x->st->calendar, on))
		on++;
	if (!last_days(x, on, stage, &first, &last))
		return;
	w = kc_open_days(&x->st->open, KC_OPEN_ALL, first, KC_OPEN_LAST);
	s = kc_open_next(&w);
	x->steps += w.steps;
	if (s == NULL)
		return;
	on = kc_workdays_stage(&x->workdays, s->d.day.due, stage);
	kc_planning_later(x, kc_digest_ms(x->p, on));
}

static void
look_since(struct kc_planning *x, const struct kc_plan_mark *m)
{
	kc_day from = kc_day_of_instant(m->now_ms, KC_LOCAL_OFFSET_S) - 1;
	kc_day first, last;

	for (int64_t i = 0; i < x->p->value[KC_P_REMIND_LADDER]; i++) {
		int stage = x->p->ladder[i];

		for (kc_day on = from; on <= x->today; on++) {
			int64_t ms = kc_digest_ms(x->p, on);

			if (ms >= m->now_ms && ms <= x->now_ms &&
			    last_days(x, on, stage, &first, &last))
				look(x,
				    kc_open_days(&x->st->open, KC_OPEN_ALL,
					first, last));
		}
		look_ahead(x, stage);
	}
	look(x, kc_open_since(&x->st->open, m->seq));
}

enum kc_err
kc_plan_last_days(struct kc_planning *x)
{
	struct kc_deadlines all = {0};

	if (x->goes_on) {
		look_since(x, x->ask->mark);
		return x->err;
	}
	if (!kc_deadlines_scan(x->st, &all))
		x->err = KC_ENOMEM;
	for (uint32_t i = 0; x->err == KC_OK && i < all.n; i++)
		kc_plan_deadline(x, &all.v[i]);
	x->steps += all.n;
	kc_vec_free(&all);
	return x->err;
}
