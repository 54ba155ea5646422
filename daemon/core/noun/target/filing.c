/* SPDX-License-Identifier: Apache-2.0 */
/* The tasks of a target are filed, returned, or overdue (R55, R60). */
#include "noun/task/task.h"

#include <kaocheng/arith.h>

#include "plan.h"

const struct kc_filing_of kc_plan_filing = {
    .noun = KC_N_target,
    .machine = KC_M_plan,
    .limit = KC_L_plan_FILE,
    .clerk = KC_K_plan_overdue,
};

unsigned
kc_plan_state(const struct kc_target *t)
{
	if (t->filed != KC_DAY_NONE)
		return KC_PL_FILED;
	return t->filing.overdue ? KC_PL_OVERDUE : KC_PL_OPEN;
}

enum kc_err
kc_plan_begin(struct kc_state *st, const struct kc_at *at, struct kc_target *t)
{
	const struct kc_filed what = {t->index, t->year};

	return st->epoch < 2 ? KC_OK
			     : kc_filing_begin(st, &kc_plan_filing, &t->filing,
				   &what, at, at->day);
}

/* --- plan.file ---------------------------------------------------------------
 */
static enum kc_err
want_plan(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_target **t, struct kc_refusal *why)
{
	enum kc_err err = kc_want_target_in(st, at, field, t, why);

	return err == KC_OK
	    ? kc_want_state(at, KC_M_plan, kc_plan_state(*t), (*t)->code, why)
	    : err;
}

enum kc_err
plan_file_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err = want_plan(st, at, KC_F_plan_file_target, &t, why);

	if (err == KC_OK)
		err = kc_want_of_unit(st, at, 0, t->unit, why);
	if (err != KC_OK || kc_tasks_share(st, t) == KC_FULL_BP)
		return err;
	return kc_refuse_share(t, kc_tasks_share(st, t), why);
}

enum kc_err
plan_file_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_plan_file_target);
	enum kc_err err;

	t->filed = at->day;
	kc_filing_end(
	    st, &kc_plan_filing, &t->filing, t->index, at, KC_DEADLINE_DONE);
	err = kc_log_event(st, at, &t->events);
	return err == KC_OK ? kc_nodes_begin(st, at, t) : err;
}

/* --- plan.return -------------------------------------------------------------
 */
enum kc_err
plan_return_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err = want_plan(st, at, KC_F_plan_return_target, &t, why);

	return err == KC_OK ? kc_want_nodes(st, at, t, why) : err;
}

enum kc_err
plan_return_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_plan_return_target);
	enum kc_err err = kc_log_event(st, at, &t->events);

	t->filed = KC_DAY_NONE;
	kc_nodes_end(st, at, t);
	return err == KC_OK ? kc_plan_begin(st, at, t) : err;
}

/* --- plan.overdue: the clerk -------------------------------------------------
 */
bool
kc_plan_is_live(const struct kc_state *st, const struct kc_due *d)
{
	return kc_filing_is_live(&st->targets.v[d->object]->filing, d);
}

void
kc_plan_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->targets.v[d->object]->code);
}

void
kc_plan_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_target *t = st->targets.v[d->object];

	kc_made_text(m, KC_F_plan_overdue_target, t->code);
	kc_made_day(m, KC_F_plan_overdue_due, t->filing.due);
}

/* The last day is moved after all. */
void
kc_plan_in_time(struct kc_state *st, uint32_t object)
{
	st->targets.v[object]->filing.overdue = false;
}

enum kc_err
plan_overdue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err =
	    kc_want_target(st, at, KC_F_plan_overdue_target, &t, why);

	if (err == KC_OK)
		err = kc_want_state(
		    at, KC_M_plan, kc_plan_state(t), t->code, why);
	return err == KC_OK ? kc_want_filing_due(st, at, &t->filing, t->index,
				  KC_F_plan_overdue_due, why)
			    : err;
}

enum kc_err
plan_overdue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_plan_overdue_target);

	t->filing.overdue = true;
	return kc_log_event(st, at, &t->events);
}
