/* SPDX-License-Identifier: Apache-2.0 */
/* Open deadlines with their lights, the nearest first. */
#include "view_int.h"

#include "engine/noun.h"
#include "noun/panel/panel.h"

#include <stdlib.h>
#include <string.h>

/* --- which of them ----------------------------------------------------------
 */
static bool
is_listed(const struct kc_vx *x, const struct kc_deadline *d)
{
	if (x->args->year != 0 && d->year != x->year)
		return false;
	/* A vote that was not cast in time is nobody's to cast. */
	if (d->limit->party == KC_PARTY_SELF && x->today > d->day.due)
		return false;
	if (x->unit != NULL && x->unit->index != d->unit &&
	    x->unit->index != d->concerned)
		return false;
	return kc_vx_would_see(x, d->unit, d->target) ||
	    kc_vx_would_see(x, d->concerned, KC_NONE);
}

static bool
add_group(struct kc_vx *x, uint32_t group, struct kc_deadlines *to)
{
	struct kc_open_walk w =
	    kc_open_days(&x->st->open, group, KC_OPEN_FIRST, KC_OPEN_LAST);
	const struct kc_open_slot *s;
	bool ok = true;

	while (ok && (s = kc_open_next(&w)) != NULL)
		ok = !is_listed(x, &s->d) || kc_vec_push(to, s->d);
	x->steps += w.steps;
	return ok;
}

/* Those of the units over which the reader's unit holds a grant. */
static bool
add_granted(struct kc_vx *x, struct kc_deadlines *to)
{
	const struct kc_state *st = x->st;
	bool ok = true;

	for (uint32_t i = 0; ok && i < st->grants.n; i++) {
		const struct kc_grant *g = st->grants.v[i];
		struct kc_slice object = kc_slice_str(g->object);
		uint32_t group = KC_OPEN_ALL;

		if (g->assessor != x->reader_unit || g->withdrawn)
			continue;
		if (g->scope == KC_SCOPE_UNIT)
			group = kc_find(st, KC_NS_UNIT, object);
		else if (g->scope == KC_SCOPE_TARGET)
			group =
			    st->targets.v[kc_find(st, KC_NS_TARGET, object)]
				->unit;
		ok = add_group(x, group, to);
	}
	return ok;
}

/* Of the ballots that are left to the reader: nobody else is to know that he
 * has not cast them (ADR 20). */
static bool
add_votes(struct kc_vx *x, struct kc_deadlines *to)
{
	const struct kc_state *st = x->st;
	uint32_t voter =
	    kc_find(st, KC_NS_ACTOR, kc_slice_str(x->args->reader->actor));
	struct kc_deadlines all = {0};
	bool ok = true;

	for (uint32_t i = 0; voter != KC_NONE && ok && i < st->panels.n; i++)
		if (kc_panel_waits_any(st, st->panels.v[i], voter))
			ok = kc_panel_deadlines(st, i, &all);
	for (uint32_t i = 0; ok && i < all.n; i++)
		if (all.v[i].limit->party == KC_PARTY_SELF &&
		    x->today <= all.v[i].day.due &&
		    (x->args->year == 0 || x->year == all.v[i].year))
			ok = kc_vec_push(to, all.v[i]);
	kc_vec_free(&all);
	return ok;
}

/* Where they are not kept, every object is asked. */
static bool
add_scanned(struct kc_vx *x, struct kc_deadlines *to)
{
	bool ok = kc_deadlines_scan(x->st, to);
	uint32_t n = 0;

	for (uint32_t i = 0; i < to->n; i++)
		if (is_listed(x, &to->v[i]))
			to->v[n++] = to->v[i];
	to->n = n;
	return ok;
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

bool
kc_deadlines_collect(struct kc_vx *x, struct kc_deadlines *to)
{
	uint32_t n = 0;
	bool ok;

	if (!x->st->open.kept)
		ok = add_scanned(x, to);
	else if (x->unit != NULL)
		ok = add_group(x, x->unit->index, to);
	else if (x->scope == KC_SEES_ALL)
		ok = add_group(x, KC_OPEN_ALL, to);
	else
		ok = x->reader_unit == KC_NONE ||
		    (add_group(x, x->reader_unit, to) &&
			(x->scope != KC_SEES_JUDGED || add_granted(x, to)));
	/* Who sees all sees the day of the ballots, whoever has cast them. */
	if (ok && x->unit == NULL && x->scope != KC_SEES_ALL)
		ok = add_votes(x, to);
	kc_deadlines_sort(to);
	/* Grants that overlap name one twice. */
	for (uint32_t i = 0; i < to->n; i++)
		if (n == 0 || by_due(&to->v[n - 1], &to->v[i]) != 0)
			to->v[n++] = to->v[i];
	to->n = n;
	return ok;
}

bool
kc_deadlines_by_handle(
    const struct kc_state *st, struct kc_slice id, struct kc_deadlines *to)
{
	for (uint32_t i = 0; i < kc_nouns_n; i++) {
		struct kc_ref of = {i, KC_NONE};

		if (kc_nouns[i]->deadlines != NULL)
			of.object = kc_find(st, KC_NS_OBJECTS(i), id);
		if (of.object != KC_NONE && !kc_deadlines_of(st, of, to))
			return false;
	}
	return true;
}

enum kc_err
kc_next_last_day(const struct kc_state *st, const char *id,
    bool (*counts)(const struct kc_deadline *d, const void *ctx),
    const void *ctx, kc_day *out)
{
	struct kc_deadlines all = {0};
	enum kc_err err = kc_deadlines_by_handle(st, kc_slice_str(id), &all)
	    ? KC_OK
	    : KC_ENOMEM;

	*out = KC_DAY_NONE;
	for (uint32_t i = 0; i < all.n; i++)
		if ((*out == KC_DAY_NONE || all.v[i].day.due < *out) &&
		    (counts == NULL || counts(&all.v[i], ctx)))
			*out = all.v[i].day.due;
	kc_vec_free(&all);
	return err;
}

/* --- the view ---------------------------------------------------------------
 */
int
kc_deadline_left(const struct kc_vx *x, const struct kc_deadline *i)
{
	return kc_calendar_workdays_between(
	    x->st->calendar, x->today, i->day.due);
}

enum kc_light
kc_deadline_light(const struct kc_vx *x, const struct kc_deadline *i)
{
	if (x->today > i->day.due)
		return KC_LIGHT_RED;
	return kc_deadline_left(x, i) <= KC_DEADLINE_NEAR_WD ? KC_LIGHT_YELLOW
							     : KC_LIGHT_GREEN;
}

void
kc_deadlines_lights(const struct kc_vx *x, const struct kc_deadlines *v,
    uint64_t count[KC_LIGHTS])
{
	for (uint32_t i = 0; i < v->n; i++)
		count[kc_deadline_light(x, &v->v[i])]++;
}

static void
row(struct kc_vx *x, const struct kc_deadline *i)
{
	const struct kc_target *t =
	    i->target == KC_NONE ? NULL : x->st->targets.v[i->target];
	struct kc_buf what = {0};

	x->asked = true; /* by kc_deadline_add */
	if (kc_vx_passes(x))
		return;
	kc_buf_str(&what, kc_vx_say(x, i->limit->zh, i->limit->en));
	if (t != NULL) {
		kc_buf_str(&what, kc_vx_say(x, "：", ": "));
		kc_buf_str(&what, t->title);
	}
	kc_vx_row(x);
	kc_vx_light(x, kc_deadline_light(x, i));
	kc_vx_str(x, "case", i->id);
	kc_vx_unit(x, "unit", i->unit);
	kc_vx_str(x, "limit", i->limit->word);
	kc_vx_buf(x, "what", &what);
	kc_vx_str(x, "target", t != NULL ? t->code : NULL);
	kc_vx_day(x, "due", i->day.due);
	kc_vx_i64(x, "left", kc_deadline_left(x, i));
	kc_vx_bool(x, "overdue", x->today > i->day.due);
	kc_vx_bool(x, "provisional", i->day.provisional);
	kc_vx_end(x);
	kc_buf_free(&what);
}

enum kc_err
kc_render_deadlines(struct kc_vx *x)
{
	struct kc_deadlines all = {0};
	uint64_t lights[KC_LIGHTS] = {0};

	if (!kc_deadlines_collect(x, &all)) {
		kc_vec_free(&all);
		return KC_ENOMEM;
	}
	kc_deadlines_lights(x, &all, lights);
	kc_vx_lights(x, lights);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < all.n; i++)
		row(x, &all.v[i]);
	kc_vec_free(&all);
	return KC_OK;
}
