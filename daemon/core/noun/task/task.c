/* SPDX-License-Identifier: Apache-2.0 */
/* A target is split into tasks with nodes and owners (R45, R52 to R60). */
#include "task.h"

#include <kaocheng/arith.h>

#include <assert.h>
#include <string.h>

#include "noun/target/plan.h"

unsigned
kc_task_state(const struct kc_task *k)
{
	return k->dropped ? KC_KS_DROPPED : KC_KS_STANDING;
}

int64_t
kc_tasks_share(const struct kc_state *st, const struct kc_target *t)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < t->tasks.n; i++)
		sum += st->tasks.v[t->tasks.v[i]]->share_bp;
	return sum;
}

/* --- what is asked of a task ------------------------------------------------
 */
static const struct {
	unsigned planned, result;
	const char *zh;
} quarters[KC_QUARTERS] = {
    {KC_F_task_split_q1, KC_F_task_split_q1_result, "一季度"},
    {KC_F_task_split_q2, KC_F_task_split_q2_result, "二季度"},
    {KC_F_task_split_q3, KC_F_task_split_q3_result, "三季度"},
    {KC_F_task_split_q4, KC_F_task_split_q4_result, "四季度"},
};

static void
arg_percent(struct kc_refusal *why, unsigned i, int64_t bp)
{
	struct kc_buf text = {0};

	kc_buf_percent(&text, bp);
	kc_refusal_arg(why, i, kc_buf_view(&text));
	kc_buf_free(&text);
}

/* R53: never less than the quarter before, and all of it in the last. */
static enum kc_err
want_nodes(const struct kc_at *at, struct kc_refusal *why)
{
	int64_t before = 0;

	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		int64_t bp = kc_entry_num(at->e, quarters[q].planned, 0);
		const char *name =
		    at->e->kind->fields[quarters[q].planned].name;

		if (bp >= before && (q < KC_QUARTERS - 1 || bp == KC_FULL_BP)) {
			before = bp;
			continue;
		}
		(void)kc_refuse(why, KC_R_NODES, "", name, "", NULL);
		kc_refusal_arg(
		    why, 0, kc_entry_str(at->e, KC_F_task_split_task));
		arg_percent(why, 2, bp);
		return kc_refusal_zh(why, 1, quarters[q].zh);
	}
	return KC_OK;
}

enum kc_err
kc_refuse_share(
    const struct kc_target *t, int64_t sum_bp, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_SHARE, t->code, "", NULL, NULL);
	arg_percent(why, 1, sum_bp);
	return KC_EREFUSED;
}

static enum kc_err
want_share(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	int64_t share = kc_entry_num(at->e, KC_F_task_split_share, 0);
	int64_t sum = kc_tasks_share(st, t) + share;

	if (share > 0 && sum <= KC_FULL_BP)
		return KC_OK;
	return kc_refuse_share(t, sum, why);
}

/* Its nodes are called after it. */
static enum kc_err
want_code(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	if (kc_entry_str(at->e, KC_F_task_split_task).n <=
	    KC_CODE_MAX - KC_NODE_SUFFIX)
		return kc_want_new(
		    st, KC_NS_TASK, at, KC_F_task_split_task, why);
	(void)kc_refuse(why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, KC_CODE_MAX - KC_NODE_SUFFIX);
	return KC_EREFUSED;
}

/* --- task.split ------------------------------------------------------------
 */
static const struct kc_owner_fields owners = {KC_F_task_split_division,
    KC_F_task_split_lead, KC_F_task_split_assist, KC_F_task_split_handler};

enum kc_err
task_split_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	struct kc_owners by;
	enum kc_err err =
	    kc_want_target_in(st, at, KC_F_task_split_target, &t, why);

	if (err == KC_OK)
		err = kc_want_of_unit(st, at, 0, t->unit, why);
	if (err == KC_OK)
		err = kc_want_state(
		    at, KC_M_plan, kc_plan_state(t), t->code, why);
	if (err == KC_OK)
		err = want_code(st, at, why);
	if (err == KC_OK)
		err = kc_want_owners(st, at, &owners, t, &by, why);
	if (err == KC_OK)
		err = want_nodes(at, why);
	return err == KC_OK ? want_share(st, at, t, why) : err;
}

static enum kc_err
make_node(struct kc_state *st, const struct kc_at *at, const struct kc_task *k,
    unsigned q)
{
	struct kc_node *n = kc_arena_alloc(&st->arena, sizeof(*n));
	size_t len = strlen(k->code);

	if (n == NULL)
		return KC_ENOMEM;
	assert(len + KC_NODE_SUFFIX <= KC_CODE_MAX);
	memcpy(n->code, k->code, len);
	memcpy(n->code + len, ".Q", 2);
	n->code[len + 2] = (char)('1' + q);
	n->index = st->nodes.n;
	n->task = k->index;
	n->quarter = (uint8_t)q;
	n->reported_bp = -1;
	n->verified_bp = -1;
	n->finding = -1;
	n->filing = KC_FILING_NONE;
	n->planned_bp = (int32_t)kc_entry_num(at->e, quarters[q].planned, 0);
	n->result = kc_arena_unfold(
	    &st->arena, kc_entry_str(at->e, quarters[q].result));
	if (n->result == NULL || !kc_vec_push(&st->nodes, n) ||
	    !kc_index_add(&st->by_code, KC_NS_NODE, n->code, n->index))
		return KC_ENOMEM;
	return kc_log_event(st, at, &n->events);
}

static void
fill(const struct kc_state *st, const struct kc_entry *e, struct kc_task *k)
{
	struct kc_slice target = kc_entry_str(e, KC_F_task_split_target);

	kc_code_copy(k->code, kc_entry_str(e, KC_F_task_split_task));
	k->index = st->tasks.n;
	k->node = st->nodes.n;
	k->target = kc_find(st, KC_NS_TARGET, target);
	k->share_bp = (int32_t)kc_entry_num(e, KC_F_task_split_share, 0);
}

enum kc_err
task_split_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_task *k = kc_arena_alloc(&st->arena, sizeof(*k));
	struct kc_target *t;
	enum kc_err err;

	if (k == NULL)
		return KC_ENOMEM;
	fill(st, at->e, k);
	k->title = kc_arena_unfold(
	    &st->arena, kc_entry_str(at->e, KC_F_task_split_title));
	t = st->targets.v[k->target];
	if (k->title == NULL ||
	    kc_task_owned(st, at, &owners, k, at->day) != KC_OK ||
	    !kc_vec_push(&st->tasks, k) ||
	    !kc_index_add(&st->by_code, KC_NS_TASK, k->code, k->index) ||
	    !kc_vec_push(&t->tasks, k->index))
		return KC_ENOMEM;
	err = kc_log_event(st, at, &k->events);
	if (err == KC_OK)
		err = kc_log_event(st, at, &t->events);
	for (unsigned q = 0; err == KC_OK && q < KC_QUARTERS; q++)
		err = make_node(st, at, k, q);
	return err;
}
