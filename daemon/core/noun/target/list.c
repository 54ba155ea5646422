/* SPDX-License-Identifier: Apache-2.0 */
/* The issued list of a unit, dynamic work on top of it, and completion. */
#include "noun/task/task.h"
#include "noun/yearend/yearend.h"

#include "plan.h"

/* --- list.issue --- */
static enum kc_err
check_targets(const struct kc_state *st, const struct kc_list *l,
    int64_t sum_e4[KC_TARGET_CLASS_COUNT], struct kc_refusal *why)
{
	for (uint32_t i = 0; l != NULL && i < l->targets.n; i++) {
		const struct kc_target *t = st->targets.v[l->targets.v[i]];

		if (t->state == KC_TS_WITHDRAWN)
			continue;
		if (t->state != KC_TS_READ) {
			const char *state =
			    kc_state_name(KC_M_target, t->state, KC_LANG_EN);
			const char *zh =
			    kc_state_name(KC_M_target, t->state, KC_LANG_ZH);

			kc_refusal_set_state(why, state, zh);
			(void)kc_refuse(
			    why, KC_R_LIST_OPEN, t->code, state, NULL, NULL);
			return kc_refusal_zh(why, 1, zh);
		}
		sum_e4[t->class_] += t->weight_e4;
	}
	return KC_OK;
}

/* Key and routine work add up exactly (R14); the reserve may stay unused. */
static enum kc_err
check_sums(const struct kc_state *st, const struct kc_cycle *c,
    const int64_t sum_e4[KC_TARGET_CLASS_COUNT], struct kc_refusal *why)
{
	for (int k = 0; k < KC_TARGET_CLASS_COUNT; k++) {
		int64_t points = kc_class_points(st, c, k);
		bool holds = k == KC_TARGET_CLASS_DYNAMIC ? sum_e4[k] <= points
							  : sum_e4[k] == points;

		if (!holds)
			return kc_refuse_weight(st, c, k, sum_e4[k], why);
	}
	return KC_OK;
}

enum kc_err
list_issue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_list_issue_year, 0);
	int64_t sum_e4[KC_TARGET_CLASS_COUNT] = {0};
	const struct kc_cycle *c = kc_cycle_of(st, year);
	const struct kc_list *l;
	uint32_t unit;
	enum kc_err err;

	err = kc_want(st, KC_NS_UNIT, at, KC_F_list_issue_unit, &unit, why);
	if (err != KC_OK)
		return err;
	if (c == NULL)
		return kc_refuse_cycle(st, year, why);
	l = kc_list_of(st, unit, year);
	err = kc_want_state(
	    at, KC_M_list, kc_list_state(l), st->units.v[unit]->code, why);
	if (err == KC_OK)
		err = check_targets(st, l, sum_e4, why);
	return err == KC_OK ? check_sums(st, c, sum_e4, why) : err;
}

enum kc_err
list_issue_apply(struct kc_state *st, const struct kc_at *at)
{
	int year = (int)kc_entry_num(at->e, KC_F_list_issue_year, 0);
	uint32_t unit =
	    kc_find(st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_list_issue_unit));
	struct kc_list *l = kc_list_open(st, unit, year);
	enum kc_err err = KC_OK;

	if (l == NULL)
		return KC_ENOMEM;
	for (uint32_t i = 0; i < l->targets.n && err == KC_OK; i++) {
		struct kc_target *t = st->targets.v[l->targets.v[i]];

		if (t->state == KC_TS_WITHDRAWN)
			continue;
		t->state = KC_TS_ACTIVE;
		err = kc_log_event(st, at, &t->events);
		if (err == KC_OK)
			err = kc_plan_begin(st, at, t);
	}
	if (err != KC_OK)
		return err;
	l->issued_seq = (uint32_t)at->stamp.seq;
	kc_selfchecks_anew(st, year);
	return kc_vec_push(&kc_cycle_of(st, year)->lists, unit) ? KC_OK
								: KC_ENOMEM;
}

/* --- target.add --- */
static const struct kc_plan_fields of_add = {
    .target = KC_F_target_add_target,
    .unit = KC_F_target_add_unit,
    .year = KC_F_target_add_year,
    .duty = KC_F_target_add_duty,
    .weight = KC_F_target_add_weight,
    .assessor = KC_F_target_add_assessor,
    .lead = KC_F_target_add_lead,
    .assist = KC_NO_FIELD,
    .indicator = KC_NO_FIELD,
    .title = KC_F_target_add_title,
    .standard = KC_F_target_add_standard,
};

enum kc_err
target_add_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_target_plan p;
	enum kc_err err = kc_plan_read(st, at, &of_add, &p, why);

	if (err != KC_OK)
		return err;
	err = kc_want_state(at, KC_M_list, kc_list_state(p.list),
	    st->units.v[p.unit]->code, why);
	if (err != KC_OK)
		return err;
	/* Only what is left of the points reserved in January (R24). */
	if (p.weight_e4 <= 0)
		return kc_refuse_no_weight(why);
	if (p.list->dynamic_e4 + p.weight_e4 >
	    kc_class_points(st, p.cycle, KC_TARGET_CLASS_DYNAMIC))
		return kc_refuse_weight(st, p.cycle, KC_TARGET_CLASS_DYNAMIC,
		    p.list->dynamic_e4 + p.weight_e4, why);
	return KC_OK;
}

enum kc_err
target_add_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t;
	enum kc_err err = kc_target_plan(st, at, &of_add, &t);

	if (err != KC_OK)
		return err;
	t->class_ = KC_TARGET_CLASS_DYNAMIC;
	t->source = KC_SOURCE_ADHOC;
	t->state = KC_TS_ACTIVE;
	kc_list_of(st, t->unit, t->year)->dynamic_e4 += t->weight_e4;
	kc_selfchecks_anew(st, t->year);
	return kc_plan_begin(st, at, t);
}

/* --- completion --- */
enum kc_err
completion_find_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err;

	err = kc_want_target_in(st, at, KC_F_completion_find_target, &t, why);
	if (err != KC_OK)
		return err;
	return kc_want_grant(st, at, kc_principal(st, at, 0)->unit, t, why);
}

enum kc_err
kc_target_complete(struct kc_state *st, const struct kc_at *at,
    struct kc_target *t, int64_t rate_bp)
{
	t->completion_was = t->completion_bp;
	t->completion_bp = (int32_t)rate_bp;
	t->completion_seq = (uint32_t)at->stamp.seq;
	t->state = KC_TS_ASSESSED;
	kc_filing_end(
	    st, &kc_plan_filing, &t->filing, t->index, at, KC_DEADLINE_VOID);
	kc_nodes_end(st, at, t);
	kc_findings_anew(st, t);
	return kc_log_event(st, at, &t->events);
}

enum kc_err
completion_find_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_target_complete(st, at,
	    kc_target_of(st, at, KC_F_completion_find_target),
	    kc_entry_num(at->e, KC_F_completion_find_rate, 0));
}

enum kc_err
completion_correct_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	enum kc_err err;

	err =
	    kc_want_target_in(st, at, KC_F_completion_correct_target, &t, why);
	if (err != KC_OK)
		return err;
	return kc_want_grant(st, at, kc_principal(st, at, 0)->unit, t, why);
}

enum kc_err
completion_correct_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_target_complete(st, at,
	    kc_target_of(st, at, KC_F_completion_correct_target),
	    kc_entry_num(at->e, KC_F_completion_correct_rate, 0));
}
