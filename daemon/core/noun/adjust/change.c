/* SPDX-License-Identifier: Apache-2.0 */
/* What an adjustment changes: points within a class, words, and the planned
 * progress of nodes. */
#include "adjust.h"

#include <kaocheng/arith.h>

#include "noun/target/plan.h"
#include "noun/task/task.h"

static const struct kc_mates others = {
    .codes = KC_F_target_adjust_other,
    .points = KC_F_target_adjust_other_weight,
};

uint32_t
kc_adjust_target(const struct kc_adjust *a, uint32_t i)
{
	if (i == 0)
		return a->target;
	return i < a->shares.n ? a->shares.v[i].target : KC_NONE;
}

const struct kc_adjust *
kc_adjust_by(const struct kc_state *st, uint32_t seq)
{
	for (uint32_t i = st->adjusts.n; i-- > 0;) {
		const struct kc_adjust *a = st->adjusts.v[i];

		if (a->state == KC_AJ_ADOPTED &&
		    a->events.v[a->events.n - 1].seq == seq)
			return a;
	}
	return NULL;
}

/* --- points ------------------------------------------------------------------
 */
/* All that are named come to what they came to before. */
static enum kc_err
want_points(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	int64_t to_e4 =
	    kc_entry_num(at->e, KC_F_target_adjust_weight, t->weight_e4);
	struct kc_mates_sum sum;
	enum kc_err err = kc_want_mates(st, at, &others, t, &sum, why);

	if (err != KC_OK)
		return err;
	if (to_e4 <= 0)
		return kc_refuse_no_weight(why);
	if (to_e4 + sum.points_e4 == t->weight_e4 + sum.have_e4)
		return KC_OK;
	return kc_refuse_sum(why, "所列目标调整后的分值",
	    "the points of the targets named", to_e4 + sum.points_e4,
	    t->weight_e4 + sum.have_e4);
}

/* --- nodes -------------------------------------------------------------------
 */
static enum kc_err
want_node(const struct kc_state *st, const struct kc_at *at, unsigned i,
    const struct kc_target *t, struct kc_refusal *why)
{
	struct kc_slice code =
	    kc_entry_item(at->e, KC_F_target_adjust_node, i)->raw;
	uint32_t node = kc_find(st, KC_NS_NODE, code);
	const struct kc_node *n;

	if (node == KC_NONE) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "node", "", NULL, NULL);
		kc_refusal_arg(why, 1, code);
		return kc_refusal_zh(why, 0, "节点");
	}
	n = st->nodes.v[node];
	if (kc_node_target(st, node) != t)
		return kc_refuse(why, KC_R_MATE, t->code, n->code, NULL, NULL);
	for (unsigned j = 0; j < i; j++)
		if (kc_slice_eq(code,
			kc_entry_item(at->e, KC_F_target_adjust_node, j)->raw))
			return kc_refuse(
			    why, KC_R_DUPLICATE, n->code, NULL, NULL, NULL);
	return kc_want_state(at, KC_M_progress, kc_node_state(n), n->code, why);
}

/* Planned progress of a node, as the entry has it or as it is. */
static int64_t
planned(const struct kc_at *at, const struct kc_node *n)
{
	for (unsigned i = 0; i < kc_entry_count(at->e, KC_F_target_adjust_node);
	     i++)
		if (kc_slice_is(
			kc_entry_item(at->e, KC_F_target_adjust_node, i)->raw,
			n->code))
			return kc_entry_item(
			    at->e, KC_F_target_adjust_planned, i)
			    ->num;
	return n->planned_bp;
}

/* R53, as of a task that is split. What is waited for stays so: no progress
 * comes to nothing, and none begins where none was planned. */
static enum kc_err
want_order(const struct kc_state *st, const struct kc_at *at,
    const struct kc_task *k, struct kc_refusal *why)
{
	int64_t before = 0;

	for (unsigned q = 0; q < KC_QUARTERS; q++) {
		const struct kc_node *n = st->nodes.v[k->node + q];
		int64_t bp = planned(at, n);
		struct kc_buf text = {0};

		if (bp >= before && (bp > 0) == (n->planned_bp > 0) &&
		    (q < KC_QUARTERS - 1 || bp == KC_FULL_BP)) {
			before = bp;
			continue;
		}
		(void)kc_refuse(why, KC_R_NODES, k->code, n->code, "", NULL);
		kc_buf_percent(&text, bp);
		kc_refusal_arg(why, 2, kc_buf_view(&text));
		kc_buf_free(&text);
		return KC_EREFUSED;
	}
	return KC_OK;
}

static enum kc_err
want_nodes(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	unsigned n = kc_entry_count(at->e, KC_F_target_adjust_node);
	enum kc_err err = KC_OK;

	if (n != kc_entry_count(at->e, KC_F_target_adjust_planned))
		return kc_refuse(why, KC_R_FIELD_MISSING,
		    n < kc_entry_count(at->e, KC_F_target_adjust_planned)
			? "node"
			: "planned",
		    NULL, NULL, NULL);
	for (unsigned i = 0; err == KC_OK && i < n; i++)
		err = want_node(st, at, i, t, why);
	for (uint32_t i = 0; err == KC_OK && n > 0 && i < t->tasks.n; i++)
		err = want_order(st, at, st->tasks.v[t->tasks.v[i]], why);
	return err;
}

enum kc_err
kc_want_changes(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	static const unsigned any[] = {KC_F_target_adjust_other,
	    KC_F_target_adjust_node, KC_F_target_adjust_title,
	    KC_F_target_adjust_standard};
	bool changes = false;
	enum kc_err err = want_points(st, at, t, why);

	for (unsigned i = 0; i < sizeof(any) / sizeof(any[0]); i++)
		changes = changes || kc_entry_count(at->e, any[i]) > 0;
	if (err == KC_OK && !changes)
		err = kc_refuse(
		    why, KC_R_FIELD_MISSING, "other", NULL, NULL, NULL);
	return err == KC_OK ? want_nodes(st, at, t, why) : err;
}

/* --- proposed ----------------------------------------------------------------
 */
static bool
add_share(struct kc_adjust *a, const struct kc_target *t, int64_t to_e4)
{
	const struct kc_adjust_share s = {t->index, t->weight_e4, to_e4};

	return kc_vec_push(&a->shares, s);
}

static bool
fill_shares(
    const struct kc_state *st, const struct kc_at *at, struct kc_adjust *a)
{
	const struct kc_target *t = st->targets.v[a->target];

	if (kc_entry_count(at->e, others.codes) == 0)
		return true;
	if (!add_share(a, t,
		kc_entry_num(at->e, KC_F_target_adjust_weight, t->weight_e4)))
		return false;
	for (unsigned i = 0; i < kc_entry_count(at->e, others.codes); i++)
		if (!add_share(a, kc_target_item(st, at, others.codes, i),
			kc_entry_item(at->e, others.points, i)->num))
			return false;
	return true;
}

static bool
fill_nodes(
    const struct kc_state *st, const struct kc_at *at, struct kc_adjust *a)
{
	for (unsigned i = 0; i < kc_entry_count(at->e, KC_F_target_adjust_node);
	     i++) {
		uint32_t node = kc_find(st, KC_NS_NODE,
		    kc_entry_item(at->e, KC_F_target_adjust_node, i)->raw);
		const struct kc_adjust_node change = {node,
		    st->nodes.v[node]->planned_bp,
		    (int32_t)kc_entry_item(at->e, KC_F_target_adjust_planned, i)
			->num};

		if (!kc_vec_push(&a->nodes, change))
			return false;
	}
	return true;
}

enum kc_err
kc_adjust_fill(struct kc_state *st, const struct kc_at *at, struct kc_adjust *a)
{
	const struct {
		unsigned field;
		const char **to;
	} texts[] = {{KC_F_target_adjust_title, &a->title},
	    {KC_F_target_adjust_standard, &a->standard}};

	for (unsigned i = 0; i < 2; i++) {
		if (!kc_entry_has(at->e, texts[i].field))
			continue;
		*texts[i].to = kc_arena_unfold(
		    &st->arena, kc_entry_str(at->e, texts[i].field));
		if (*texts[i].to == NULL)
			return KC_ENOMEM;
	}
	return fill_shares(st, at, a) && fill_nodes(st, at, a) ? KC_OK
							       : KC_ENOMEM;
}

/* --- in effect ---------------------------------------------------------------
 */
enum kc_err
kc_adjust_adopt(
    struct kc_state *st, const struct kc_at *at, const struct kc_adjust *a)
{
	struct kc_target *t = st->targets.v[a->target];

	if (!kc_target_renew(at, t))
		return KC_ENOMEM;
	t->title = a->title != NULL ? a->title : t->title;
	t->standard = a->standard != NULL ? a->standard : t->standard;
	for (uint32_t i = 0; i < a->shares.n; i++) {
		const struct kc_adjust_share *s = &a->shares.v[i];

		if (i > 0 && !kc_target_renew(at, st->targets.v[s->target]))
			return KC_ENOMEM;
		st->targets.v[s->target]->weight_e4 = s->to_e4;
	}
	for (uint32_t i = 0; i < a->nodes.n; i++)
		st->nodes.v[a->nodes.v[i].node]->planned_bp =
		    a->nodes.v[i].to_bp;
	return KC_OK;
}
