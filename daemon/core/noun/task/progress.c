/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The progress of nodes, quarter by quarter. Of each task one last day runs at
 * a time: that of the next node is looked for when the one before is reported
 * or overdue.
 */
#include "task.h"

#include "noun/target/plan.h"

const struct kc_filing_of kc_progress_filing = {
    .noun = KC_N_task,
    .machine = KC_M_progress,
    .limit = KC_L_progress_REPORT,
    .clerk = KC_K_progress_overdue,
};

unsigned
kc_node_state(const struct kc_node *n)
{
	if (n->dropped)
		return KC_PG_DROPPED;
	if (n->verified_bp >= 0)
		return KC_PG_VERIFIED;
	if (n->reported_bp >= 0)
		return KC_PG_REPORTED;
	return n->filing.overdue ? KC_PG_OVERDUE : KC_PG_PLANNED;
}

kc_day
kc_node_begin(const struct kc_state *st, const struct kc_node *n)
{
	return kc_day_from_civil(
	    kc_node_target(st, n->index)->year, n->quarter * 3 + 1, 1);
}

int32_t
kc_node_actual(const struct kc_node *n)
{
	return n->verified_bp >= 0 ? n->verified_bp : n->reported_bp;
}

kc_day
kc_node_end(const struct kc_state *st, const struct kc_node *n)
{
	int year = kc_node_target(st, n->index)->year;

	return kc_day_from_civil(year + (n->quarter == KC_QUARTERS - 1),
		   (n->quarter + 1) % KC_QUARTERS * 3 + 1, 1) -
	    1;
}

/* --- which last day runs ---------------------------------------------------
 * Nothing is to be reported of a quarter by whose end nothing is planned.
 */
static bool
is_waited_for(const struct kc_node *n)
{
	return n->planned_bp > 0 && n->reported_bp < 0 && !n->filing.overdue;
}

/* The first of a task's nodes that is waited for, if it does not run. */
static enum kc_err
begin_next(struct kc_state *st, const struct kc_at *at, const struct kc_task *k)
{
	const struct kc_target *t = kc_task_target(st, k->index);

	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		struct kc_node *n = st->nodes.v[k->node + q];
		const struct kc_filed what = {n->index, t->year};
		kc_day from = kc_node_end(st, n);

		if (!is_waited_for(n))
			continue;
		return kc_filing_runs(&n->filing)
		    ? KC_OK
		    : kc_filing_begin(st, &kc_progress_filing, &n->filing,
			  &what, at, from > t->filed ? from : t->filed);
	}
	return KC_OK;
}

enum kc_err
kc_nodes_begin(
    struct kc_state *st, const struct kc_at *at, const struct kc_target *t)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < t->tasks.n; i++)
		err = begin_next(st, at, st->tasks.v[t->tasks.v[i]]);
	return err;
}

void
kc_nodes_end(
    struct kc_state *st, const struct kc_at *at, const struct kc_target *t)
{
	for (uint32_t i = 0; i < t->tasks.n; i++)
		for (unsigned q = 0; q < KC_QUARTERS; q++) {
			uint32_t node = st->tasks.v[t->tasks.v[i]]->node + q;

			kc_filing_end(st, &kc_progress_filing,
			    &st->nodes.v[node]->filing, node, at,
			    KC_DEADLINE_VOID);
		}
}

enum kc_err
kc_want_nodes(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < t->tasks.n; i++)
		for (unsigned q = 0; err == KC_OK && q < KC_QUARTERS; q++) {
			const struct kc_node *n =
			    st->nodes.v[st->tasks.v[t->tasks.v[i]]->node + q];

			err = kc_want_state(
			    at, KC_M_progress, kc_node_state(n), n->code, why);
		}
	return err;
}

/* --- progress.report ---------------------------------------------------------
 */
enum kc_err
kc_want_node(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_node **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_NODE, at, field, &i, why);

	if (err != KC_OK)
		return err;
	*out = st->nodes.v[i];
	return kc_want_state(
	    at, KC_M_progress, kc_node_state(*out), (*out)->code, why);
}

struct kc_node *
kc_node_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	return st->nodes.v[kc_find(st, KC_NS_NODE, kc_entry_str(at->e, field))];
}

enum kc_err
progress_report_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	const struct kc_node *n;
	enum kc_err err =
	    kc_want_node(st, at, KC_F_progress_report_node, &n, why);
	kc_day first;

	if (err != KC_OK)
		return err;
	t = kc_node_target(st, n->index);
	err = kc_want_of_unit(st, at, 0, t->unit, why);
	if (err == KC_OK)
		err = kc_want_state(
		    at, KC_M_plan, kc_plan_state(t), t->code, why);
	first = kc_node_begin(st, n);
	if (err != KC_OK || first <= at->day)
		return err;
	(void)kc_refuse(why, KC_R_TOO_EARLY, n->code, "", NULL, NULL);
	kc_arg_day(why, 1, first);
	return KC_EREFUSED;
}

/* Reported again it is another figure; a late report is a report. */
enum kc_err
progress_report_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_node *n = kc_node_of(st, at, KC_F_progress_report_node);
	enum kc_err err = kc_log_event(st, at, &n->events);

	n->reported_bp =
	    (int32_t)kc_entry_num(at->e, KC_F_progress_report_actual, 0);
	kc_filing_end(st, &kc_progress_filing, &n->filing, n->index, at,
	    KC_DEADLINE_DONE);
	if (err != KC_OK || kc_node_target(st, n->index)->state != KC_TS_ACTIVE)
		return err;
	return begin_next(st, at, st->tasks.v[n->task]);
}

/* --- progress.overdue: the clerk ---------------------------------------------
 */
bool
kc_progress_is_live(const struct kc_state *st, const struct kc_due *d)
{
	return kc_filing_is_live(&st->nodes.v[d->object]->filing, d);
}

void
kc_progress_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->nodes.v[d->object]->code);
}

void
kc_progress_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_node *n = st->nodes.v[d->object];

	kc_made_text(m, KC_F_progress_overdue_node, n->code);
	kc_made_day(m, KC_F_progress_overdue_due, n->filing.due);
}

/* The last day is moved after all. */
void
kc_progress_in_time(struct kc_state *st, uint32_t object)
{
	st->nodes.v[object]->filing.overdue = false;
}

enum kc_err
progress_overdue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_node *n;
	enum kc_err err =
	    kc_want_node(st, at, KC_F_progress_overdue_node, &n, why);

	return err == KC_OK ? kc_want_filing_due(st, at, &n->filing, n->index,
				  KC_F_progress_overdue_due, why)
			    : err;
}

enum kc_err
progress_overdue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_node *n = kc_node_of(st, at, KC_F_progress_overdue_node);
	enum kc_err err = kc_log_event(st, at, &n->events);

	n->filing.overdue = true;
	return err == KC_OK ? begin_next(st, at, st->tasks.v[n->task]) : err;
}
