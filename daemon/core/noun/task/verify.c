/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was reported of a node is verified: on schedule, behind or off
 * direction. What the numbers say does not bind the finding (R93); what
 * counts from then on is the figure that was found.
 */
#include "task.h"

#include "noun/target/plan.h"

/* As reported, unless the entry says otherwise. */
static int32_t
found_bp(const struct kc_at *at, const struct kc_node *n)
{
	return (int32_t)kc_entry_num(
	    at->e, KC_F_progress_verify_actual, n->reported_bp);
}

static enum kc_err
want_field(const struct kc_at *at, unsigned field, struct kc_refusal *why)
{
	if (kc_entry_count(at->e, field) > 0)
		return KC_OK;
	(void)kc_refuse(why, KC_R_FIELD_MISSING,
	    at->e->kind->fields[field].name, NULL, NULL, NULL);
	return KC_EREFUSED;
}

enum kc_err
progress_verify_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	const struct kc_node *n;
	bool another;
	enum kc_err err =
	    kc_want_node(st, at, KC_F_progress_verify_node, &n, why);

	if (err != KC_OK)
		return err;
	t = kc_node_target(st, n->index);
	err = kc_want_issued(at, t, why);
	if (err == KC_OK)
		err = kc_want_assessor(st, at, t, why);
	if (err != KC_OK)
		return err;
	another = found_bp(at, n) != n->reported_bp;
	if (another)
		err = want_field(at, KC_F_progress_verify_reason, why);
	if (err == KC_OK &&
	    (another ||
		kc_entry_num(at->e, KC_F_progress_verify_finding, 0) !=
		    KC_FINDING_ON_SCHEDULE))
		err = want_field(at, KC_F_progress_verify_evidence, why);
	return err;
}

enum kc_err
progress_verify_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_node *n = kc_node_of(st, at, KC_F_progress_verify_node);
	struct kc_target *t =
	    st->targets.v[kc_node_target(st, n->index)->index];
	enum kc_err err = kc_log_event(st, at, &n->events);

	n->verified_bp = found_bp(at, n);
	n->finding =
	    (int8_t)kc_entry_num(at->e, KC_F_progress_verify_finding, 0);
	return err == KC_OK ? kc_log_event(st, at, &t->events) : err;
}
