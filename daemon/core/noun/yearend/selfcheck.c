/* SPDX-License-Identifier: Apache-2.0 */
/* selfcheck.file: one a target, by the head of its unit (R118). */
#include "yearend.h"

#include "noun/target/plan.h"

/* What falls short is explained, and mended. */
static enum kc_err
want_words(
    const struct kc_at *at, const struct kc_target *t, struct kc_refusal *why)
{
	static const struct kc_needed needs[2] = {
	    {KC_F_selfcheck_file_unmet, "未完成的内容及原因"},
	    {KC_F_selfcheck_file_remedy, "改进措施"}};

	if (kc_entry_num(at->e, KC_F_selfcheck_file_completion, 0) >=
	    KC_FULL_BP)
		return KC_OK;
	return kc_want_both(at, t, needs, why);
}

/* The year of the target takes self-checks. */
static enum kc_err
want_year(const struct kc_state *st, const struct kc_at *at, int year,
    struct kc_refusal *why)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);

	if (y != NULL)
		return kc_want_state(
		    at, KC_M_yearend, y->state, y->handle, why);
	(void)kc_refuse(why, KC_R_NOT_FOUND, "year's end", "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, (uint64_t)year);
	return kc_refusal_zh(why, 0, "年终考核");
}

enum kc_err
selfcheck_file_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_target *t;
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_TARGET, at, KC_F_selfcheck_file_target, &i, why);

	if (err != KC_OK)
		return err;
	t = st->targets.v[i];
	err = kc_want_of_unit(st, at, 0, t->unit, why);
	if (err == KC_OK && !kc_target_counts(t))
		return kc_refuse_state(at, t->code,
		    kc_state_name(KC_M_target, t->state, KC_LANG_EN),
		    kc_state_name(KC_M_target, t->state, KC_LANG_ZH), why);
	if (err == KC_OK)
		err = want_year(st, at, t->year, why);
	if (err == KC_OK)
		err = kc_want_state(at, KC_M_selfcheck,
		    kc_selfcheck_state(st, t), t->code, why);
	return err == KC_OK ? want_words(at, t, why) : err;
}

void
kc_selfchecks_anew(struct kc_state *st, int year)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);

	if (y != NULL)
		kc_open_touch(st, KC_N_yearend, y->index);
}

enum kc_err
selfcheck_file_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_target *t = kc_target_of(st, at, KC_F_selfcheck_file_target);
	const struct kc_selfcheck c = {.target = t->index,
	    .seq = (uint32_t)at->stamp.seq,
	    .completion_bp = (int32_t)kc_entry_num(
		at->e, KC_F_selfcheck_file_completion, 0)};

	if (!kc_index_add(
		&st->by_code, KC_NS_SELFCHECK, t->code, st->selfchecks.n) ||
	    !kc_vec_push(&st->selfchecks, c))
		return KC_ENOMEM;
	/* Its unit has a last day until the last of them is filed: only that
	 * one makes a difference to the days of the year. */
	if (kc_lacks_selfchecks(st, t->year, t->unit).n == 0)
		kc_selfchecks_anew(st, t->year);
	return kc_log_event(st, at, &t->events);
}
