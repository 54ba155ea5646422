/* SPDX-License-Identifier: Apache-2.0 */
/* Open deadlines with their lights, the nearest first. */
#include "view_int.h"

#include "engine/noun.h"

#include <stdlib.h>
#include <string.h>

bool
kc_deadlines_collect(const struct kc_vx *x, struct kc_deadlines *to)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		if (kc_nouns[i]->deadlines != NULL &&
		    !kc_nouns[i]->deadlines(x, to))
			return false;
	return true;
}

kc_day
kc_next_last_day(const struct kc_vx *x, const char *id)
{
	struct kc_deadlines all = {0};
	kc_day next = KC_DAY_NONE;

	if (!kc_deadlines_collect(x, &all))
		x->w.out->err = KC_ENOMEM;
	for (uint32_t i = 0; i < all.n; i++)
		if (strcmp(all.v[i].id, id) == 0 &&
		    (next == KC_DAY_NONE || all.v[i].day.due < next))
			next = all.v[i].day.due;
	kc_vec_free(&all);
	return next;
}

static int
by_due(const void *pa, const void *pb)
{
	const struct kc_deadline *a = pa;
	const struct kc_deadline *b = pb;
	int order = strcmp(a->id, b->id);

	if (a->day.due != b->day.due)
		return a->day.due < b->day.due ? -1 : 1;
	if (order == 0)
		order = strcmp(a->limit->word, b->limit->word);
	if (order == 0 && a->unit != b->unit)
		order = a->unit < b->unit ? -1 : 1;
	return order;
}

void
kc_deadlines_sort(struct kc_deadlines *v)
{
	if (v->n > 0)
		qsort(v->v, v->n, sizeof(v->v[0]), by_due);
}

static const char *
light(const struct kc_vx *x, const struct kc_deadline *i, int left)
{
	if (x->today > i->day.due)
		return "red";
	return left <= KC_DEADLINE_NEAR_WD ? "yellow" : "green";
}

static const char *
light_text(const struct kc_vx *x, const char *light)
{
	if (light[0] == 'r')
		return kc_vx_say(x, "红", "red");
	if (light[0] == 'y')
		return kc_vx_say(x, "黄", "yellow");
	return kc_vx_say(x, "绿", "green");
}

static void
row(struct kc_vx *x, const struct kc_deadline *i)
{
	const struct kc_target *t = x->st->targets.v[i->target];
	int left =
	    kc_calendar_workdays_between(x->st->calendar, x->today, i->day.due);
	const char *colour = light(x, i, left);
	struct kc_buf what = {0};

	kc_buf_str(&what, kc_vx_say(x, i->limit->zh, i->limit->en));
	kc_buf_str(&what, kc_vx_say(x, "：", ": "));
	kc_buf_str(&what, t->title);
	x->asked = true; /* by kc_deadline_add */
	kc_vx_row(x);
	kc_vx_str(x, "light", colour);
	kc_vx_str(x, "light_text", light_text(x, colour));
	kc_vx_str(x, "id", i->id);
	kc_vx_unit(x, "unit", i->unit);
	kc_vx_str(x, "kind", i->limit->word);
	kc_vx_buf(x, "what", &what);
	kc_vx_str(x, "target", t->code);
	kc_vx_day(x, "due", i->day.due);
	kc_vx_i64(x, "left", left);
	kc_vx_bool(x, "overdue", x->today > i->day.due);
	kc_vx_bool(x, "provisional", i->day.provisional);
	kc_vx_end(x);
	kc_buf_free(&what);
}

enum kc_err
kc_render_deadlines(struct kc_vx *x)
{
	struct kc_deadlines all = {0};
	uint64_t lights[3] = {0};

	if (!kc_deadlines_collect(x, &all)) {
		kc_vec_free(&all);
		return KC_ENOMEM;
	}
	kc_deadlines_sort(&all);
	for (uint32_t i = 0; i < all.n; i++) {
		int left = kc_calendar_workdays_between(
		    x->st->calendar, x->today, all.v[i].day.due);
		char c = light(x, &all.v[i], left)[0];

		lights[c == 'r' ? 0 : c == 'y' ? 1 : 2]++;
	}
	if (x->unit != NULL)
		kc_vx_str(x, "unit", x->unit->code);
	kc_vx_day(x, "today", x->today);
	kc_vx_u64(x, "red", lights[0]);
	kc_vx_u64(x, "yellow", lights[1]);
	kc_vx_u64(x, "green", lights[2]);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < all.n; i++)
		row(x, &all.v[i]);
	kc_vec_free(&all);
	return KC_OK;
}
