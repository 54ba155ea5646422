/* SPDX-License-Identifier: Apache-2.0 */
/* Where each last day of a matter comes from, and why its light is what it is.
 */
#include "view_int.h"

#include "engine/noun.h"
#include "noun/deadline/deadline.h"

#include <string.h>

/* The entry that set or ended it: of those that touched the matter the last of
 * that instant. */
static uint32_t
entry_of(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t index;
	const struct kc_named *n =
	    kc_named_find(st, kc_slice_str(d->id), &index);
	const struct kc_events *ev =
	    n == NULL || n->events == NULL ? NULL : n->events(st, index);

	for (uint32_t i = ev == NULL ? 0 : ev->n; i-- > 0;)
		if (ev->v[i].received_ms == d->changed_ms)
			return ev->v[i].seq;
	return KC_NONE;
}

/* Entry that adopted the working days of the year in which it falls. */
static uint32_t
calendar_of(const struct kc_state *st, kc_day due)
{
	const struct kc_hash *h = kc_calendar_hash(st, kc_day_year(due));

	for (uint32_t i = st->calendars.n; h != NULL && i-- > 0;)
		if (kc_hash_eq(&st->calendars.v[i].hash, h))
			return st->calendars.v[i].seq;
	return KC_NONE;
}

const struct kc_policy *
kc_deadline_rules(const struct kc_state *st, const struct kc_deadline *d)
{
	const struct kc_policy *p = NULL;

	for (size_t i = 0; p == NULL && i < kc_nouns_n; i++)
		if (kc_nouns[i]->rules != NULL)
			p = kc_nouns[i]->rules(st, d);
	return p;
}

void
kc_buf_last_day_how(
    struct kc_buf *how, const struct kc_vx *x, const struct kc_deadline *d)
{
	uint32_t calendar = calendar_of(x->st, d->day.due);

	kc_buf_str(how, kc_vx_say(x, d->limit->rule_zh, d->limit->rule_en));
	if (calendar != KC_NONE) {
		kc_buf_str(how, kc_vx_say(x, "；工作日历 #", "; calendar #"));
		kc_buf_u64(how, calendar);
	}
	if (d->day.provisional)
		kc_buf_str(how,
		    kc_vx_say(x, "；该年放假安排尚未采用，日期待定",
			"; no calendar of that year is adopted yet: it may "
			"still move"));
	if (kc_moved_ms(x->st, d) != 0)
		kc_buf_str(how,
		    kc_vx_say(x, "；因故障顺延", "; moved after an outage"));
}

static void
put_how(struct kc_vx *x, const struct kc_deadline *d)
{
	struct kc_buf how = {0};

	kc_buf_last_day_how(&how, x, d);
	kc_vx_buf(x, "how", &how);
	kc_buf_free(&how);
}

/* "6 working days left; yellow from 3" */
static void
put_light(struct kc_vx *x, const struct kc_deadline *d)
{
	struct kc_buf why = {0};
	int left = kc_deadline_left(x, d);

	if (d->end != KC_DEADLINE_OPEN) {
		kc_vx_null(x, "light");
		kc_vx_null(x, "light_text");
		kc_vx_null(x, "left");
		kc_vx_str(x, "why",
		    d->end == KC_DEADLINE_DONE
			? kc_vx_say(x, "已办结", "done")
			: kc_vx_say(x, "不再需要", "no longer needed"));
		return;
	}
	kc_vx_light(x, kc_deadline_light(x, d));
	kc_vx_i64(x, "left", left);
	if (x->today > d->day.due) {
		kc_buf_str(&why, kc_vx_say(x, "已逾期", "overdue"));
	} else {
		kc_buf_str(&why, kc_vx_say(x, "剩余工作日 ", ""));
		kc_buf_i64(&why, left);
		kc_buf_str(&why,
		    kc_vx_say(
			x, "，黄灯自 ", " working days left, yellow from "));
		kc_buf_i64(&why, KC_DEADLINE_NEAR_WD);
	}
	kc_vx_buf(x, "why", &why);
	kc_buf_free(&why);
}

static void
row(struct kc_vx *x, const struct kc_deadline *d)
{
	uint32_t entry;

	if (kc_vx_passes(x))
		return;
	entry = entry_of(x->st, d);
	kc_vx_row(x);
	kc_vx_str(x, "case", d->id);
	kc_vx_unit(x, "unit", d->unit); /* has to act */
	kc_vx_str(x, "limit", d->limit->word);
	kc_vx_str(x, "what", kc_vx_say(x, d->limit->zh, d->limit->en));
	kc_vx_day(x, "due", d->day.due);
	kc_vx_day(x, "since", d->since);
	if (entry != KC_NONE)
		kc_vx_u64(x, "seq", entry);
	else
		kc_vx_null(x, "seq");
	put_light(x, d);
	kc_vx_rule(x, kc_deadline_rules(x->st, d), d->limit->key);
	put_how(x, d);
	kc_vx_str(
	    x, "then", kc_vx_say(x, d->limit->else_zh, d->limit->else_en));
	kc_vx_end(x);
}

static bool
sees(struct kc_vx *x, const struct kc_deadline *d)
{
	x->asked = kc_vx_would_see(x, d->unit, d->target) ||
	    kc_vx_would_see(x, d->concerned, KC_NONE);
	return x->asked;
}

enum kc_err
kc_render_dates(struct kc_vx *x)
{
	struct kc_deadlines all = {.ended = true, .rights = true};
	uint32_t index;
	enum kc_err err = KC_OK;

	if (kc_named_find(x->st, x->args->id, &index) == NULL)
		return kc_vx_not_found(x, "事项", "matter", x->args->id);
	if (!kc_deadlines_by_handle(x->st, x->args->id, &all))
		err = KC_ENOMEM;
	for (uint32_t i = 0; err == KC_OK && i < all.n; i++)
		err = kc_vx_want_seen(x, sees(x, &all.v[i]));
	if (err == KC_OK) {
		kc_deadlines_sort(&all);
		kc_vx_slice(x, "case", x->args->id);
		kc_vx_day(x, "today", x->today);
		kc_vx_rows(x);
		for (uint32_t i = 0; i < all.n; i++)
			row(x, &all.v[i]);
	}
	kc_vec_free(&all);
	return err;
}

/* --- the lights alone ------------------------------------------------------
 * Of one matter, of a unit, or of all: what still runs.
 */
static enum kc_err
find_of_matter(struct kc_vx *x, struct kc_deadlines *to)
{
	uint32_t index;
	enum kc_err err = KC_OK;

	if (kc_named_find(x->st, x->args->about, &index) == NULL)
		return kc_vx_not_found(x, "事项", "matter", x->args->about);
	to->rights = true;
	if (!kc_deadlines_by_handle(x->st, x->args->about, to))
		return KC_ENOMEM;
	for (uint32_t i = 0; err == KC_OK && i < to->n; i++)
		err = kc_vx_want_seen(x, sees(x, &to->v[i]));
	kc_deadlines_sort(to);
	return err;
}

enum kc_err
kc_render_lights(struct kc_vx *x)
{
	struct kc_deadlines all = {0};
	uint64_t lights[KC_LIGHTS] = {0};
	enum kc_err err = KC_OK;

	if (x->args->about.n > 0)
		err = find_of_matter(x, &all);
	else if (!kc_deadlines_collect(x, &all))
		err = KC_ENOMEM;
	if (err == KC_OK) {
		kc_deadlines_lights(x, &all, lights);
		kc_vx_lights(x, lights);
		kc_vx_rows(x);
	}
	for (uint32_t i = 0; err == KC_OK && i < all.n; i++) {
		x->asked = true; /* when they were found */
		row(x, &all.v[i]);
	}
	kc_vec_free(&all);
	return err;
}
