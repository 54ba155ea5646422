/* SPDX-License-Identifier: Apache-2.0 */
/* data.check and site.visit: what outsiders find of a target or a node. */
#include "check.h"

#include <string.h>

#include "engine/actor.h"
#include "noun/prededuct/prededuct.h"
#include "noun/target/plan.h"

bool
kc_check_fails(const struct kc_check *c)
{
	return c->kind == KC_K_data_check
	    ? !c->agrees
	    : c->finding != KC_FINDING_ON_SCHEDULE;
}

bool
kc_check_stands(const struct kc_state *st, const struct kc_check *c)
{
	const struct kc_u32s *of = &st->targets.v[c->target]->checks;

	for (uint32_t i = of->n; i-- > 0;) {
		const struct kc_check *x = st->checks.v[of->v[i]];

		if (x == c)
			return true;
		if (x->kind == c->kind && x->quarter == c->quarter &&
		    x->node == c->node)
			return false;
	}
	return false;
}

/* --- what both ask -----------------------------------------------------------
 * Of a target of another unit than the signer's; a node, if one is named, is
 * one of its own.
 */
static enum kc_err
want_subject(const struct kc_state *st, const struct kc_at *at, unsigned target,
    unsigned node, const struct kc_target **t, const struct kc_node **n,
    struct kc_refusal *why)
{
	enum kc_err err = kc_want_target(st, at, target, t, why);

	*n = NULL;
	if (err == KC_OK)
		err = kc_want_issued(at, *t, why);
	if (err != KC_OK)
		return err;
	if (kc_principal(st, at, 0)->unit == (*t)->unit)
		return kc_refuse(why, KC_R_OWN_UNIT,
		    st->units.v[(*t)->unit]->code, NULL, NULL, NULL);
	if (!kc_entry_has(at->e, node))
		return KC_OK;
	err = kc_want_node(st, at, node, n, why);
	if (err != KC_OK || kc_node_target(st, (*n)->index) == *t)
		return err;
	return kc_refuse_field(
	    at, node, "a node of the target", "该目标的节点", why);
}

static int32_t
quarter_of(const struct kc_target *t, const struct kc_node *n)
{
	return t->year * 4 + n->quarter;
}

/* Makes it; the fields of its kind are the caller's. */
static struct kc_check *
make(struct kc_state *st, const struct kc_at *at, unsigned target,
    unsigned node, unsigned method, unsigned where)
{
	struct kc_check *c = kc_arena_alloc(&st->arena, sizeof(*c));
	struct kc_target *t = kc_target_of(st, at, target);

	if (c == NULL)
		return NULL;
	c->index = st->checks.n;
	c->target = t->index;
	c->node = kc_find(st, KC_NS_NODE, kc_entry_str(at->e, node));
	c->kind = (uint32_t)at->e->kind->id;
	c->finding = -1;
	c->on = at->day;
	c->method = kc_arena_unfold(&st->arena, kc_entry_str(at->e, method));
	c->where = kc_arena_unfold(&st->arena, kc_entry_str(at->e, where));
	c->measure = "";
	if (c->method == NULL || c->where == NULL ||
	    !kc_vec_push(&st->checks, c) || !kc_vec_push(&t->checks, c->index))
		return NULL;
	kc_handle_make(c->handle, "CK", t->year,
	    kc_number_next(st, t->year, KC_SERIES_CHECK));
	if (!kc_index_add(&st->by_code, KC_NS_CHECK, c->handle, c->index))
		return NULL;
	memcpy(st->last_handle, c->handle, sizeof(c->handle));
	return c;
}

/* In the history of the target, and of the node or, if none is named, of
 * every node of the quarter. */
static enum kc_err
log_it(struct kc_state *st, const struct kc_at *at, struct kc_check *c)
{
	struct kc_target *t = st->targets.v[c->target];
	enum kc_err err = kc_log_event(st, at, &c->events);

	if (err == KC_OK)
		err = kc_log_event(st, at, &t->events);
	if (err == KC_OK && c->node != KC_NONE)
		return kc_log_event(st, at, &st->nodes.v[c->node]->events);
	for (uint32_t i = 0; err == KC_OK && i < t->tasks.n; i++) {
		uint32_t first = st->tasks.v[t->tasks.v[i]]->node;
		uint32_t node = first + (uint32_t)(c->quarter % KC_QUARTERS);

		err = kc_log_event(st, at, &st->nodes.v[node]->events);
	}
	return err;
}

/* --- data.check --------------------------------------------------------------
 */
static enum kc_err
want_quarter(const struct kc_at *at, const struct kc_target *t,
    const struct kc_node *n, struct kc_refusal *why)
{
	const unsigned field = KC_F_data_check_quarter;
	int64_t quarter = kc_entry_num(at->e, field, 0);
	kc_day first = kc_day_from_civil(
	    (int)(quarter / 4), (int)(quarter % 4) * 3 + 1, 1);

	if (quarter / 4 != t->year)
		return kc_refuse_field(at, field,
		    "a quarter of the target's year", "目标年度的季度", why);
	if (n != NULL && quarter_of(t, n) != quarter)
		return kc_refuse_field(
		    at, field, "the quarter of the node", "节点的季度", why);
	if (first <= at->day)
		return KC_OK;
	(void)kc_refuse(why, KC_R_TOO_EARLY, "", "", NULL, NULL);
	kc_refusal_arg(why, 0, kc_entry_str(at->e, field));
	kc_arg_day(why, 1, first);
	return KC_EREFUSED;
}

enum kc_err
data_check_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	const struct kc_target *t;
	const struct kc_node *n;
	enum kc_err err = want_subject(
	    st, at, KC_F_data_check_target, KC_F_data_check_node, &t, &n, why);

	if (err == KC_OK)
		err = want_quarter(at, t, n, why);
	if (err != KC_OK || kc_entry_num(e, KC_F_data_check_agrees, 0) != 0 ||
	    kc_entry_num(e, KC_F_data_check_reported, 0) !=
		kc_entry_num(e, KC_F_data_check_value, 0))
		return err;
	return kc_refuse_field(at, KC_F_data_check_agrees,
	    "yes, where both values are the same", "yes（两个数值相同）", why);
}

enum kc_err
data_check_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_check *c =
	    make(st, at, KC_F_data_check_target, KC_F_data_check_node,
		KC_F_data_check_method, KC_F_data_check_provider);

	if (c == NULL)
		return KC_ENOMEM;
	c->quarter = (int32_t)kc_entry_num(e, KC_F_data_check_quarter, 0);
	c->agrees = kc_entry_num(e, KC_F_data_check_agrees, 0) != 0;
	c->reported_e4 = kc_entry_num(e, KC_F_data_check_reported, 0);
	c->value_e4 = kc_entry_num(e, KC_F_data_check_value, 0);
	c->measure = kc_arena_unfold(
	    &st->arena, kc_entry_str(e, KC_F_data_check_measure));
	return c->measure != NULL ? log_it(st, at, c) : KC_ENOMEM;
}

/* --- site.visit --------------------------------------------------------------
 */
enum kc_err
site_visit_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	kc_day on = (kc_day)kc_entry_num(at->e, KC_F_site_visit_on, 0);
	const struct kc_target *t;
	const struct kc_node *n;
	kc_day first;
	enum kc_err err = want_subject(
	    st, at, KC_F_site_visit_target, KC_F_site_visit_node, &t, &n, why);

	if (err != KC_OK)
		return err;
	first = kc_day_from_civil(t->year, 1, 1);
	return on >= first && on <= at->day
	    ? KC_OK
	    : kc_refuse_range(why, on, first, at->day);
}

/* After the year it is about the last quarter of it. */
enum kc_err
site_visit_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_check *c =
	    make(st, at, KC_F_site_visit_target, KC_F_site_visit_node,
		KC_F_site_visit_method, KC_F_site_visit_where);
	const struct kc_target *t;
	int32_t last;

	if (c == NULL)
		return KC_ENOMEM;
	t = st->targets.v[c->target];
	last = t->year * 4 + KC_QUARTERS - 1;
	c->on = (kc_day)kc_entry_num(at->e, KC_F_site_visit_on, 0);
	c->finding = (int8_t)kc_entry_num(at->e, KC_F_site_visit_finding, 0);
	c->quarter = kc_quarter_of_day(c->on);
	if (c->node != KC_NONE)
		c->quarter = quarter_of(t, st->nodes.v[c->node]);
	else if (c->quarter > last)
		c->quarter = last;
	return log_it(st, at, c);
}

/* --- what rests on one -------------------------------------------------------
 */
enum kc_err
kc_want_false_data(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t target, struct kc_refusal *why)
{
	const struct kc_check *c;
	uint32_t i;
	enum kc_err err;

	if (!kc_entry_has(at->e, field))
		return KC_OK;
	err = kc_want(st, KC_NS_CHECK, at, field, &i, why);
	if (err != KC_OK)
		return err;
	c = st->checks.v[i];
	if (c->target == target && c->kind == KC_K_data_check &&
	    kc_check_fails(c) && kc_check_stands(st, c))
		return KC_OK;
	return kc_refuse_field(at, field,
	    "the last data check of this target and quarter, not agreeing",
	    "该目标该季度最近一次、结论为不符的数据校验", why);
}

bool
kc_check_bears(
    struct kc_state *st, const struct kc_at *at, unsigned field, uint32_t case_)
{
	uint32_t i = kc_find(st, KC_NS_CHECK, kc_entry_str(at->e, field));

	return i == KC_NONE || kc_vec_push(&st->checks.v[i]->cases, case_);
}
