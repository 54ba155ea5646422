/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a thing goes from a day on, by the tables of its machine alone: the
 * open last days, or what a kind begins, and then each later step on its last
 * day, every state once. A noun that knows more of its things says it itself
 * (prededuct/outlook.c).
 */
#include "view_int.h"

#include "engine/noun.h"
#include "noun/vx.h"
#include "plan_int.h"

#include <string.h>

/* A walk along the states of one machine. */
struct course {
	const struct kc_machine *m;
	const struct kc_policy *p;
	uint32_t been; /* bits 1 << state */
	int state;     /* -1: the tables do not say */
	kc_day ends;   /* KC_DAY_NONE: not known */
};

static int
lowest(uint32_t states)
{
	return states == 0 ? -1 : __builtin_ctz(states);
}

/* The step that a limit waits for in a state, or what the clerk writes; NULL.
 */
static const struct kc_move *
move_of(const struct course *c, int limit, bool clerk)
{
	for (unsigned i = 0; c->state >= 0 && i < c->m->nmoves; i++) {
		const struct kc_move *v = &c->m->moves[i];

		if (v->limit == limit && (v->from >> c->state & 1) != 0 &&
		    (v->party == KC_PARTY_CLERK) == clerk)
			return v;
	}
	return NULL;
}

/* A state that need not be the last and was not left before, if there is one;
 * without a move nothing is known. */
static void
go(struct course *c, const struct kc_move *v)
{
	uint32_t to, more = 0;

	if (c->state >= 0)
		c->been |= UINT32_C(1) << c->state;
	to = v == NULL ? 0 : v->to & ~c->been;
	for (unsigned i = 0; i < c->m->nstates; i++)
		if (!c->m->states[i].last)
			more |= to & UINT32_C(1) << i;
	c->state = lowest(more != 0 ? more : to);
}

/* What the state waits for that has a day by the policy; -1. */
static int
limit_of(const struct course *c)
{
	for (unsigned i = 0; c->state >= 0 && i < c->m->nmoves; i++) {
		const struct kc_move *v = &c->m->moves[i];

		if ((v->from >> c->state & 1) != 0 && v->limit >= 0 &&
		    c->m->limits[v->limit].key >= 0)
			return v->limit;
	}
	return -1;
}

/* Working days are what keys of this name count; others are a noun's own. */
static bool
last_day(const struct kc_vx *x, const struct course *c, int limit, kc_day from,
    struct kc_last_day *out)
{
	enum kc_policy_key key = (enum kc_policy_key)c->m->limits[limit].key;
	const char *path = kc_policy_key_path(key);
	size_t n = strlen(path);

	if (n < 3 || strcmp(path + n - 3, "_wd") != 0)
		return false;
	*out = (struct kc_last_day){.provisional = false};
	out->due = kc_calendar_add_workdays(
	    x->st->calendar, from, (int)c->p->value[key], &out->provisional);
	return true;
}

/* A step that is taken on a day; by whom, if it is one unit's of several. False
 * if it cannot be any more. */
static bool
put_step(struct kc_vx *x, const struct course *c, int limit, kc_day on,
    struct kc_last_day last, uint32_t unit)
{
	const struct kc_limit *l = &c->m->limits[limit];
	const struct kc_move *v = move_of(c, limit, false);
	const struct kc_kind *k = v == NULL ? NULL : kc_kind_get(v->kind);
	bool late = !last.provisional && on > last.due;
	struct kc_buf step = {0};

	x->asked = true; /* of the thing, before its course */
	kc_vx_row(x);
	if (k != NULL)
		kc_vx_str(x, "kind", k->name);
	else
		kc_vx_null(x, "kind");
	kc_buf_str(&step,
	    k != NULL ? kc_vx_say(x, k->zh, k->en)
		      : kc_vx_say(x, l->zh, l->en));
	if (unit != KC_NONE) {
		kc_buf_str(&step, kc_vx_say(x, "：", ": "));
		kc_buf_str(&step, x->st->units.v[unit]->code);
	}
	kc_vx_buf(x, "step", &step);
	kc_buf_free(&step);
	kc_vx_unit(x, "unit", unit);
	kc_vx_day(x, "on", on);
	kc_vx_day(x, "due", last.due);
	kc_vx_bool(x, "provisional", last.provisional);
	kc_vx_bool(x, "late", late);
	if (late)
		kc_vx_str(x, "else", kc_vx_say(x, l->else_zh, l->else_en));
	else
		kc_vx_null(x, "else");
	kc_vx_str(x, "how", kc_vx_say(x, l->rule_zh, l->rule_en));
	kc_vx_rule(x, c->p, l->key);
	kc_vx_end(x);
	return !late || l->late;
}

/* What is not taken in time the clerk ends, on the day after; of what it does
 * not end nothing follows. */
static void
follow(struct kc_vx *x, struct course *c, int limit, kc_day on,
    struct kc_last_day last, uint32_t unit)
{
	while (limit >= 0) {
		bool taken = put_step(x, c, limit, on, last, unit);

		c->ends = taken ? on : last.due;
		go(c, move_of(c, limit, !taken));
		if (!taken)
			on = last.due + 1;
		limit = limit_of(c);
		if (limit < 0 || !last_day(x, c, limit, on, &last))
			return;
		on = last.due;
		unit = KC_NONE;
	}
}

/* --- of a thing -------------------------------------------------------------
 */
static bool
is_seen(const struct kc_vx *x, const struct kc_deadline *d)
{
	return kc_vx_would_see(x, d->unit, d->target) ||
	    kc_vx_would_see(x, d->concerned, KC_NONE);
}

static void
put_thing(struct kc_vx *x, const struct kc_named *named, uint32_t object,
    const struct kc_deadlines *all, kc_day on)
{
	kc_day ends = KC_DAY_NONE;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct kc_deadline *d = &all->v[i];
		struct course c = {.m = kc_plan_machine_of(d->limit),
		    .p = kc_deadline_rules(x->st, d),
		    .state = -1,
		    .ends = KC_DAY_NONE};

		if (d->end != KC_DEADLINE_OPEN || !is_seen(x, d))
			continue;
		if (c.p == NULL)
			c.p = kc_policy_now(x->st);
		if (c.m == kc_machine_get(named->machine))
			c.state = (int)named->state(x->st, object);
		follow(
		    x, &c, (int)(d->limit - c.m->limits), on, d->day, d->unit);
		if (ends == KC_DAY_NONE || ends < c.ends)
			ends = c.ends;
	}
	kc_vx_rows_end(x);
	kc_vx_day(x, "ends", ends);
}

static enum kc_err
render_thing(
    struct kc_vx *x, const struct kc_named *named, uint32_t object, kc_day on)
{
	struct kc_deadlines all = {.ended = true, .rights = true};
	enum kc_err err = kc_deadlines_by_handle(x->st,
			      kc_slice_str(named->handle(x->st, object)), &all)
	    ? KC_OK
	    : KC_ENOMEM;
	bool seen = x->scope == KC_SEES_ALL;

	for (uint32_t i = 0; i < all.n; i++)
		seen = seen || is_seen(x, &all.v[i]);
	if (err == KC_OK)
		err = kc_vx_want_seen(x, seen);
	if (err == KC_OK) {
		kc_vx_str(x, "case", named->handle(x->st, object));
		kc_vx_day(x, "from", on);
		kc_vx_state(x, named->machine, named->state(x->st, object));
		kc_deadlines_sort(&all);
		kc_vx_rows(x);
		put_thing(x, named, object, &all, on);
	}
	kc_vec_free(&all);
	return err;
}

/* --- of a thing to be -------------------------------------------------------
 * A kind that leads to a state which has a last day by the policy: of the year
 * of the day, but for what a year ends with in the next one.
 */
static bool
begin(const struct kc_vx *x, struct kc_slice what, kc_day on, struct course *c)
{
	const struct kc_kind *k = kc_kind_find(what);

	for (int m = 0; k != NULL && m < KC_M_COUNT; m++) {
		const struct kc_move *v =
		    kc_machine_move((enum kc_machine_id)m, k->id);

		*c = (struct course){.m = kc_machine_get((enum kc_machine_id)m),
		    .p = kc_policy_of(
			x->st, kc_day_year(on) - (m == KC_M_yearend)),
		    .state = -1,
		    .ends = KC_DAY_NONE};
		if (v == NULL || v->to == KC_STATE_STAYS)
			continue;
		go(c, v);
		if (limit_of(c) >= 0)
			return true;
	}
	return false;
}

static enum kc_err
render_kind(struct kc_vx *x, struct course *c, kc_day on)
{
	int limit = limit_of(c);
	struct kc_last_day last;

	kc_vx_null(x, "case");
	kc_vx_day(x, "from", on);
	kc_vx_str(x, "state", c->m->states[c->state].word);
	kc_vx_str(x, "state_text",
	    kc_vx_say(x, c->m->states[c->state].zh, c->m->states[c->state].en));
	kc_vx_rows(x);
	if (last_day(x, c, limit, on, &last))
		follow(x, c, limit, last.due, last, KC_NONE);
	kc_vx_rows_end(x);
	kc_vx_day(x, "ends", c->ends);
	return KC_OK;
}

enum kc_err
kc_render_course(struct kc_vx *x, struct kc_slice what, kc_day on)
{
	uint32_t object;
	const struct kc_named *named = kc_named_find(x->st, what, &object);
	struct course c;

	if (named != NULL && named->state != NULL && named->handle != NULL)
		return render_thing(x, named, object, on);
	if (kc_policy_now(x->st) != NULL && begin(x, what, on, &c))
		return render_kind(x, &c, on);
	return kc_vx_not_found(x, "事项或办理环节", "matter or step", what);
}
