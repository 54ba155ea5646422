/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who answers for a task (R57 to R60): when it is split, and when they change;
 * and a task that its target has no more. A list that is filed is the head's,
 * and what stands in it is taken back before a task of it is dropped.
 */
#include "task.h"

#include "engine/actor.h"
#include "noun/target/plan.h"

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)

static enum kc_err
want_leaders(const struct kc_state *st, const struct kc_at *at,
    const struct kc_owner_fields *f, const struct kc_target *t,
    struct kc_owners *out, struct kc_refusal *why)
{
	enum kc_err err =
	    kc_want_leader(st, at, f->lead, t->unit, &out->lead, why);

	if (err == KC_OK)
		err = kc_want_leader(
		    st, at, f->assist, t->unit, &out->assist, why);
	if (err != KC_OK)
		return err;
	if (out->lead == KC_NONE)
		out->lead = t->lead;
	if (out->lead == KC_NONE) {
		(void)kc_refuse(
		    why, KC_R_TARGET_NEEDS, t->code, "lead", NULL, NULL);
		return kc_refusal_zh(why, 1, "分管领导");
	}
	if (out->lead != out->assist)
		return KC_OK;
	return kc_refuse(why, KC_R_DUPLICATE, st->cadres.v[out->lead]->code,
	    NULL, NULL, NULL);
}

enum kc_err
kc_want_owners(const struct kc_state *st, const struct kc_at *at,
    const struct kc_owner_fields *f, const struct kc_target *t,
    struct kc_owners *out, struct kc_refusal *why)
{
	const struct kc_actor *a;
	enum kc_err err = want_leaders(st, at, f, t, out, why);

	out->handler = KC_NONE;
	if (err != KC_OK || !kc_entry_has(at->e, f->handler))
		return err;
	err = kc_want(st, KC_NS_ACTOR, at, f->handler, &out->handler, why);
	if (err != KC_OK)
		return err;
	a = st->actors.v[out->handler];
	if (a->unit == t->unit)
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, a->id,
	    st->units.v[t->unit]->code, NULL, NULL);
}

enum kc_err
kc_task_owned(struct kc_state *st, const struct kc_at *at,
    const struct kc_owner_fields *f, struct kc_task *k, kc_day since)
{
	const struct kc_entry *e = at->e;

	k->division = kc_arena_unfold(&st->arena, kc_entry_str(e, f->division));
	k->lead = kc_find(st, KC_NS_CADRE, kc_entry_str(e, f->lead));
	if (k->lead == KC_NONE)
		k->lead = st->targets.v[k->target]->lead;
	k->assist = kc_find(st, KC_NS_CADRE, kc_entry_str(e, f->assist));
	k->handler = kc_find(st, KC_NS_ACTOR, kc_entry_str(e, f->handler));
	k->since = since;
	return k->division != NULL ? KC_OK : KC_ENOMEM;
}

/* --- what both kinds ask -----------------------------------------------------
 */
static enum kc_err
want_task(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_task **out, struct kc_refusal *why)
{
	const struct kc_target *t;
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_TASK, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->tasks.v[i];
	t = kc_task_target(st, i);
	err = kc_want_of_unit(st, at, 0, t->unit, why);
	if (err == KC_OK)
		err = kc_want_state(
		    at, KC_M_task, kc_task_state(*out), (*out)->code, why);
	return err == KC_OK
	    ? kc_want_state(at, KC_M_target, t->state, t->code, why)
	    : err;
}

static struct kc_task *
task_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	return st->tasks.v[kc_find(st, KC_NS_TASK, kc_entry_str(at->e, field))];
}

/* --- task.assign -------------------------------------------------------------
 */
static const struct kc_owner_fields owners = {KC_F_task_assign_division,
    KC_F_task_assign_lead, KC_F_task_assign_assist, KC_F_task_assign_handler};

/* The head has signed the list that is filed. */
static enum kc_err
want_head(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	if (kc_plan_state(t) != KC_PL_FILED ||
	    (kc_principal(st, at, 0)->roles & ROLE(HEAD)) != 0)
		return KC_OK;
	(void)kc_refuse(why, KC_R_ROLE, kc_signer(st, at, 0)->id,
	    at->e->kind->name, "", NULL);
	(void)kc_refusal_zh(why, 1, at->e->kind->zh);
	return kc_refusal_word(why, 2, KC_SET_ROLE, KC_ROLE_HEAD);
}

static bool
is_same(
    const struct kc_at *at, const struct kc_task *k, const struct kc_owners *o)
{
	return k->lead == o->lead && k->assist == o->assist &&
	    k->handler == o->handler &&
	    kc_slice_is(kc_entry_str(at->e, owners.division), k->division);
}

enum kc_err
task_assign_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	kc_day from = (kc_day)kc_entry_num(at->e, KC_F_task_assign_from, 0);
	const struct kc_task *k;
	struct kc_owners to;
	enum kc_err err = want_task(st, at, KC_F_task_assign_task, &k, why);

	if (err == KC_OK)
		err = want_head(st, at, kc_task_target(st, k->index), why);
	if (err == KC_OK)
		err = kc_want_owners(
		    st, at, &owners, kc_task_target(st, k->index), &to, why);
	if (err != KC_OK)
		return err;
	if (is_same(at, k, &to))
		return kc_refuse(
		    why, KC_R_DUPLICATE, k->code, NULL, NULL, NULL);
	return from >= k->since && from <= at->day
	    ? KC_OK
	    : kc_refuse_range(why, from, k->since, at->day);
}

enum kc_err
task_assign_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_task *k = task_of(st, at, KC_F_task_assign_task);
	kc_day from = (kc_day)kc_entry_num(at->e, KC_F_task_assign_from, 0);
	enum kc_err err = kc_task_owned(st, at, &owners, k, from);

	return err == KC_OK ? kc_log_event(st, at, &k->events) : err;
}

/* --- task.drop ---------------------------------------------------------------
 */
enum kc_err
task_drop_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	const struct kc_task *k;
	enum kc_err err = want_task(st, at, KC_F_task_drop_task, &k, why);

	if (err != KC_OK)
		return err;
	t = kc_task_target(st, k->index);
	return kc_want_state(at, KC_M_plan, kc_plan_state(t), t->code, why);
}

static void
take_out(struct kc_u32s *of, uint32_t task)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < of->n; i++)
		if (of->v[i] != task)
			of->v[n++] = of->v[i];
	of->n = n;
}

/* Nobody has reported: the list is not filed, and is not returned after. */
enum kc_err
task_drop_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_task *k = task_of(st, at, KC_F_task_drop_task);
	struct kc_target *t = st->targets.v[k->target];
	enum kc_err err = kc_log_event(st, at, &k->events);

	if (err == KC_OK)
		err = kc_log_event(st, at, &t->events);
	k->dropped = true;
	take_out(&t->tasks, k->index);
	for (unsigned q = 0; err == KC_OK && q < KC_QUARTERS; q++) {
		struct kc_node *n = st->nodes.v[k->node + q];

		n->dropped = true;
		err = kc_log_event(st, at, &n->events);
	}
	return err;
}
