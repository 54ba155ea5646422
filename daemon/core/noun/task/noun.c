/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of tasks and nodes. */
#include "check.h"

#include "engine/noun.h"
#include "noun/target/target.h"
#include "noun/unit/unit.h"
#include "noun/year/year.h"

const struct kc_target *
kc_task_target(const struct kc_state *st, uint32_t task)
{
	return st->targets.v[st->tasks.v[task]->target];
}

const struct kc_target *
kc_node_target(const struct kc_state *st, uint32_t node)
{
	return kc_task_target(st, st->nodes.v[node]->task);
}

static const struct kc_target *
kc_check_target(const struct kc_state *st, uint32_t check)
{
	return st->targets.v[st->checks.v[check]->target];
}

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->nodes);
	kc_hold_objects(h, &st->tasks);
	kc_hold_objects(h, &st->checks);
	for (uint32_t i = 0; i < st->nodes.n; i++) {
		kc_hold_vec(h, &st->nodes.v[i]->events);
		kc_hold_text(h, &st->nodes.v[i]->result);
	}
	for (uint32_t i = 0; i < st->tasks.n; i++) {
		kc_hold_vec(h, &st->tasks.v[i]->events);
		kc_hold_text(h, &st->tasks.v[i]->title);
		kc_hold_text(h, &st->tasks.v[i]->division);
	}
	for (uint32_t i = 0; i < st->checks.n; i++) {
		kc_hold_vec(h, &st->checks.v[i]->cases);
		kc_hold_vec(h, &st->checks.v[i]->events);
		kc_hold_text(h, &st->checks.v[i]->method);
		kc_hold_text(h, &st->checks.v[i]->measure);
		kc_hold_text(h, &st->checks.v[i]->where);
	}
}

static void
put_node(struct kc_digest *d, const struct kc_node *n)
{
	kc_digest_open(d, 'N');
	kc_digest_text(d, n->code);
	kc_digest_num(d, n->task);
	kc_digest_num(d, n->quarter);
	kc_digest_num(d, n->planned_bp);
	kc_digest_num(d, n->reported_bp);
	kc_digest_num(d, n->verified_bp);
	kc_digest_num(d, n->finding);
	kc_digest_num(d, n->dropped);
	kc_digest_filing(d, &n->filing);
	kc_digest_text(d, n->result);
	kc_digest_events(d, &n->events);
}

static void
put_task(struct kc_digest *d, const struct kc_task *k)
{
	kc_digest_open(d, 'T');
	kc_digest_text(d, k->code);
	kc_digest_num(d, k->target);
	kc_digest_num(d, k->share_bp);
	kc_digest_num(d, k->lead);
	kc_digest_num(d, k->assist);
	kc_digest_num(d, k->handler);
	kc_digest_num(d, k->since);
	kc_digest_num(d, k->dropped);
	kc_digest_text(d, k->title);
	kc_digest_text(d, k->division);
	kc_digest_events(d, &k->events);
}

static void
put_check(struct kc_digest *d, const struct kc_check *c)
{
	kc_digest_open(d, 'C');
	kc_digest_text(d, c->handle);
	kc_digest_num(d, c->target);
	kc_digest_num(d, c->node);
	kc_digest_num(d, c->kind);
	kc_digest_num(d, c->finding);
	kc_digest_num(d, c->agrees);
	kc_digest_num(d, c->quarter);
	kc_digest_num(d, c->on);
	kc_digest_num(d, c->reported_e4);
	kc_digest_num(d, c->value_e4);
	kc_digest_text(d, c->method);
	kc_digest_text(d, c->measure);
	kc_digest_text(d, c->where);
	kc_digest_u32s(d, &c->cases);
	kc_digest_events(d, &c->events);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	/* Nodes stand in the order of their tasks. */
	for (uint32_t i = 0; i < st->tasks.n; i++)
		for (unsigned q = 0; q < KC_QUARTERS &&
		     kc_digest_wants(d, kc_task_target(st, i)->unit);
		     q++)
			put_node(d, st->nodes.v[st->tasks.v[i]->node + q]);
	for (uint32_t i = 0; i < st->tasks.n; i++)
		if (kc_digest_wants(d, kc_task_target(st, i)->unit))
			put_task(d, st->tasks.v[i]);
	for (uint32_t i = 0; i < st->checks.n; i++)
		if (kc_digest_wants(d, kc_check_target(st, i)->unit))
			put_check(d, st->checks.v[i]);
}

/* What the engine asks of each, by the target that one is of. */
#define OF_TARGET(thing)                                                       \
	static bool thing##_of(                                                \
	    const struct kc_state *st, uint32_t index, uint32_t unit)          \
	{                                                                      \
		return kc_##thing##_target(st, index)->unit == unit;           \
	}                                                                      \
	static bool thing##_judged(const struct kc_state *st, uint32_t index,  \
	    uint32_t unit, kc_day day)                                         \
	{                                                                      \
		return kc_judges(                                              \
		    st, unit, kc_##thing##_target(st, index), day);            \
	}                                                                      \
	static struct kc_events *thing##_events(                               \
	    const struct kc_state *st, uint32_t index)                         \
	{                                                                      \
		return &st->thing##s.v[index]->events;                         \
	}                                                                      \
	static uint32_t thing##s(const struct kc_state *st)                    \
	{                                                                      \
		return st->thing##s.n;                                         \
	}
OF_TARGET(node)
OF_TARGET(task)
OF_TARGET(check)

static const char *
node_code(const struct kc_state *st, uint32_t index)
{
	return st->nodes.v[index]->code;
}

static const char *
task_code(const struct kc_state *st, uint32_t index)
{
	return st->tasks.v[index]->code;
}

static const char *
check_handle(const struct kc_state *st, uint32_t index)
{
	return st->checks.v[index]->handle;
}

/* The unit that it is about, and the one that assesses the target. */
static uint32_t
check_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	const struct kc_target *t = kc_check_target(st, index);

	if (i > 0)
		return KC_NONE;
	return party == KC_PARTY_UNIT ? t->unit
	    : party == KC_PARTY_JUDGE ? t->assessor
				      : KC_NONE;
}

static unsigned
check_state(const struct kc_state *st, uint32_t index)
{
	(void)st;
	(void)index;
	return KC_XS_ON_RECORD;
}

static unsigned
node_state(const struct kc_state *st, uint32_t index)
{
	return kc_node_state(st->nodes.v[index]);
}

static unsigned
task_state(const struct kc_state *st, uint32_t index)
{
	return kc_task_state(st->tasks.v[index]);
}

static enum kc_err
recalendar(struct kc_state *st, uint32_t index)
{
	return kc_filing_recalendar(
	    st, &kc_progress_filing, &st->nodes.v[index]->filing, index);
}

static bool
deadlines(const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_node *n = st->nodes.v[index];
	const struct kc_target *t = kc_node_target(st, index);

	return kc_filing_deadline(st, &kc_progress_filing, &n->filing, index,
	    (struct kc_deadline){
		.id = n->code, .unit = t->unit, .target = t->index},
	    to);
}

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t at = kc_find(st, KC_NS_NODE, kc_slice_str(d->id));

	return at != KC_NONE && st->nodes.v[at]->filing.due != KC_DAY_NONE
	    ? st->policies.v[st->nodes.v[at]->filing.policy].policy
	    : NULL;
}

const struct kc_noun kc_noun_task = {
    .things = {{"node", "节点"}, {"task", "任务"}, {"check", "核查"}},
    .named = {{.field = "node",
		  .ns = KC_NS_NODE,
		  .of = node_of,
		  .judged = node_judged,
		  .handle = node_code,
		  .events = node_events,
		  .count = nodes,
		  .state = node_state,
		  .machine = KC_M_progress},
	{.field = "task",
	    .ns = KC_NS_TASK,
	    .of = task_of,
	    .judged = task_judged,
	    .handle = task_code,
	    .events = task_events,
	    .count = tasks,
	    .state = task_state,
	    .machine = KC_M_task},
	{"check", KC_NS_CHECK, check_of, check_judged, check_party,
	    check_handle, check_events, checks, check_state, KC_M_check}},
    .sees = KC_SEE_progress,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .timed = {{KC_K_progress_overdue, kc_progress_is_live, kc_progress_about,
	kc_progress_fill, NULL, kc_progress_in_time}},
    .objects = nodes,
    .deadlines = deadlines,
    .rules = rules,
    .recalendar = recalendar,
};
