/* SPDX-License-Identifier: Apache-2.0 */
/* Explanation of the two parts that are made of many: targets and cases. */
#include "explain.h"

#include "noun/adjust/adjust.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"

/* --- targets --- */
static const enum kc_policy_key class_keys[] = {
    [KC_CLASS_KEY] = KC_P_POINTS_KEY,
    [KC_CLASS_ROUTINE] = KC_P_POINTS_ROUTINE,
    [KC_CLASS_DYNAMIC] = KC_P_POINTS_DYNAMIC,
};

/* What was proposed has the points, the reading put them into effect. */
static void
version_entries(struct kc_xp *p, const struct kc_target *t)
{
	const struct kc_adjust *a;
	uint32_t seq;

	if (t->versions.n == 0)
		return;
	seq = t->versions.v[t->versions.n - 1].seq;
	a = kc_adjust_by(p->x->st, seq);
	if (a != NULL)
		kc_xp_entry(p, a->events.v[0].seq);
	kc_xp_entry(p, seq);
}

/* The entries that fixed the weight: the draft as last revised, the issue. */
static void
weight_entries(struct kc_xp *p, const struct kc_target *t)
{
	uint32_t draft = kc_events_last(&t->events, KC_K_target_revise);

	if (draft == KC_NONE)
		draft = kc_events_first(&t->events, KC_K_target_draft);
	if (draft == KC_NONE)
		draft = kc_events_first(&t->events, KC_K_target_add);
	kc_xp_entry(p, draft);
	kc_xp_entry(p, kc_events_last(&t->events, KC_K_list_issue));
	version_entries(p, t);
}

/* Whose it was before, the first of them first. */
static void
put_origin(struct kc_xp *p, const struct kc_target *t)
{
	struct kc_vx *x = p->x;

	for (uint32_t i = 0; i < t->was.n; i++) {
		kc_buf_str(&p->item,
		    i > 0 ? kc_vx_say(x, "、", ", ")
			  : kc_vx_say(x, "（原 ", " (was of "));
		kc_buf_str(&p->item, x->st->units.v[t->was.v[i]]->code);
	}
	kc_buf_str(&p->item, t->was.n > 0 ? kc_vx_say(x, "）", ")") : "");
}

/* Which version of the target counts, where there is more than one. */
static void
put_version(struct kc_xp *p, const struct kc_target *t)
{
	struct kc_vx *x = p->x;

	if (t->versions.n == 0)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "，第 ", ", version "));
	kc_buf_u64(&p->item, t->versions.n + 1);
	kc_buf_str(&p->item, kc_vx_say(x, " 版", ""));
}

static int64_t
earned_of(const struct kc_xp *p, const struct kc_target *t)
{
	if (t->completion_bp < 0)
		return t->weight_e4;
	return kc_earned(t->weight_e4, t->completion_bp, p->s.rules.rounding);
}

static void
target_rows(struct kc_xp *p, const struct kc_target *t)
{
	enum kc_policy_key key = class_keys[t->class_];
	int64_t earned = earned_of(p, t);

	kc_buf_str(&p->item, t->code);
	kc_buf_char(&p->item, ' ');
	kc_buf_str(&p->item, t->title);
	put_origin(p, t);
	weight_entries(p, t);
	kc_xp_key(p, key);
	kc_buf_points(&p->arithmetic, t->weight_e4);
	if (t->completion_bp >= 0) {
		kc_xp_entry(p, t->completion_seq);
		kc_buf_str(&p->arithmetic, " × ");
		kc_buf_percent(&p->arithmetic, t->completion_bp);
		kc_xp_equals(p, earned);
	} else {
		kc_buf_str(&p->arithmetic,
		    kc_vx_say(p->x, "（完成率未认定，暂计满分）",
			" (completion not found yet: counted in full)"));
	}
	kc_xp_row(p, 1, t->completion_bp < 0 ? "pending" : "target",
	    KC_XP_TARGET, t->code, earned);

	kc_buf_str(&p->item, kc_vx_say(p->x, "分值", "points"));
	put_version(p, t);
	weight_entries(p, t);
	kc_xp_key(p, key);
	kc_buf_points(&p->arithmetic, t->weight_e4);
	kc_xp_row(p, 2, "weight", KC_XP_TARGET, t->code, t->weight_e4);
	if (t->completion_bp < 0)
		return;
	kc_buf_str(&p->item, kc_vx_say(p->x, "未完成", "not done"));
	kc_xp_entry(p, t->completion_seq);
	kc_xp_key(p, KC_P_SCORE_ROUNDING);
	kc_buf_points(&p->arithmetic, earned);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, t->weight_e4);
	kc_xp_equals(p, earned - t->weight_e4);
	kc_xp_row(p, 2, "loss", KC_XP_TARGET, t->code, earned - t->weight_e4);
}

void
kc_xp_class(struct kc_xp *p, enum kc_class class_)
{
	const struct kc_vx *x = p->x;
	const struct kc_score *s = &p->s.score;
	struct kc_u32s list = kc_list_targets(x->st, x->unit->index, x->year);

	kc_buf_str(&p->item, kc_vx_label(x, KC_SET_TARGET_CLASS, class_));
	kc_xp_key(p, class_keys[class_]);
	kc_buf_points(&p->arithmetic, s->earned_e4[class_]);
	kc_buf_str(&p->arithmetic, " / ");
	kc_buf_points(&p->arithmetic, s->weight_e4[class_]);
	kc_xp_row(p, 0, "class", KC_XP_CLASS,
	    kc_word_text(KC_SET_TARGET_CLASS, class_), s->earned_e4[class_]);
	for (uint32_t i = 0; i < list.n; i++) {
		const struct kc_target *t = x->st->targets.v[list.v[i]];

		if (t->class_ == class_ && kc_target_counts(t))
			target_rows(p, t);
	}
}

/* --- pre-deductions --- */
static void
cite_case(struct kc_xp *p, const struct kc_case *c)
{
	const struct kc_situation *s = kc_view_case_situation(p->x->st, c);

	if (s != NULL)
		kc_policy_cite_situation(
		    kc_case_policy(p->x->st, c), s, &p->cite);
}

static void
deduct_row(struct kc_xp *p, const struct kc_case *c)
{
	const struct kc_policy *policy = kc_case_policy(p->x->st, c);
	uint32_t confirm = kc_events_first(&c->events, KC_K_prededuct_confirm);
	const struct kc_opinion *ground = kc_opinion_under(p->x->st, c);
	int64_t deducted, returned;

	kc_buf_str(&p->item, kc_vx_say(p->x, "扣分", "deducted"));
	if (ground != NULL) {
		kc_buf_str(&p->item, kc_vx_say(p->x, "，依据意见 ", ", on "));
		kc_buf_str(&p->item, ground->handle);
		kc_xp_entry(p, ground->events.v[0].seq);
	}
	kc_xp_entry(p, kc_events_first(&c->events, KC_K_prededuct_decide));
	kc_xp_entry(p, confirm);
	if (c->effect == KC_PD_EFFECT_HALF)
		kc_policy_cite(policy, KC_P_PD_HALF, &p->cite);
	else
		cite_case(p, c);
	kc_buf_points(&p->arithmetic, c->standard_e4);
	kc_buf_str(&p->arithmetic, " × ");
	kc_buf_percent(&p->arithmetic,
	    c->effect == KC_PD_EFFECT_HALF ? policy->value[KC_P_PD_HALF]
					   : KC_FULL_BP);
	kc_case_figures(c, confirm, &deducted, &returned);
	kc_xp_equals(p, deducted);
	kc_xp_row(p, 2, "deduct", KC_XP_CASE, c->handle, -deducted);
}

/* The clerk's expiry, or the rejection that came after the last day. */
static uint32_t
end_of(const struct kc_case *c)
{
	uint32_t end = kc_events_last(&c->events, KC_K_prededuct_expire);

	if (c->state != KC_CS_EXPIRED)
		return kc_events_last(&c->events, KC_K_refund_grant);
	return end != KC_NONE ? end
			      : kc_events_last(&c->events, KC_K_rectify_reject);
}

static void
return_row(struct kc_xp *p, const struct kc_case *c)
{
	const struct kc_policy *policy = kc_case_policy(p->x->st, c);
	uint32_t granted = kc_events_last(&c->events, KC_K_refund_grant);
	int64_t deducted, returned;

	if (granted != KC_NONE) {
		kc_case_figures(c, granted, &deducted, &returned);
		kc_buf_str(&p->item, kc_vx_say(p->x, "返还", "returned"));
		kc_xp_entry(p, granted);
		kc_policy_cite(policy, KC_P_PD_REFUND_MAX, &p->cite);
		kc_buf_points(&p->arithmetic, deducted);
		kc_buf_str(&p->arithmetic, " × ");
		kc_buf_percent(&p->arithmetic, kc_case_rate_at(c, granted));
		kc_xp_equals(p, returned);
		kc_xp_row(p, 2, "return", KC_XP_CASE, c->handle, returned);
	} else if (c->state == KC_CS_EXPIRED) {
		kc_buf_str(&p->item,
		    kc_vx_say(p->x, "整改期满，不予返还",
			"the period passed: nothing returns"));
		kc_xp_entry(p, end_of(c));
		kc_policy_cite(policy, KC_P_PD_PERIOD_MONTHS, &p->cite);
		kc_xp_row(p, 2, "expire", KC_XP_CASE, c->handle, 0);
	}
}

/* What a dispute gave back: less is deducted, and of that less returned. */
static void
correction_row(struct kc_xp *p, const struct kc_case *c,
    const struct kc_case_correction *was)
{
	const struct kc_dispute *d = p->x->st->disputes.v[was->dispute];
	int64_t deducted, returned;

	kc_case_figures(c, was->seq, &deducted, &returned);
	kc_buf_str(&p->item, kc_vx_say(p->x, "复核 ", "dispute "));
	kc_buf_str(&p->item, d->handle);
	kc_xp_entry(p, was->seq);
	kc_policy_cite(
	    kc_case_policy(p->x->st, c), KC_P_PD_REFUND_MAX, &p->cite);
	kc_buf_points(&p->arithmetic, was->deducted_e4);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, deducted);
	if (was->returned_e4 != returned) {
		kc_buf_str(&p->arithmetic, " − (");
		kc_buf_points(&p->arithmetic, was->returned_e4);
		kc_buf_str(&p->arithmetic, " − ");
		kc_buf_points(&p->arithmetic, returned);
		kc_buf_char(&p->arithmetic, ')');
	}
	deducted = was->deducted_e4 - deducted;
	returned = was->returned_e4 - returned;
	kc_xp_equals(p, deducted - returned);
	kc_xp_row(p, 2, "correct", KC_XP_CASE, c->handle, deducted - returned);
}

int64_t
kc_xp_kept(const struct kc_xp *p, const struct kc_case *c)
{
	return kc_kept(&p->s.rules, c->deducted_e4, c->returned_e4,
	    !kc_case_open(c) && !kc_case_unmet(p->x->st, c));
}

static int64_t
waived_of(const struct kc_xp *p, const struct kc_case *c)
{
	const struct kc_negative *same = kc_fact_negative(p->x->st, c);
	int64_t kept = kc_xp_kept(p, c);

	if (same != NULL && !kc_kept_stands(kept, same->amount_e4))
		kept = 0;
	return c->deducted_e4 - c->returned_e4 - kept;
}

/* A met case under pd.residual=only_if_unmet leaves nothing behind, nor does
 * one on a fact for which the negative list takes more. */
static void
waiver_row(struct kc_xp *p, const struct kc_case *c, int64_t waived)
{
	const struct kc_negative *same = kc_fact_negative(p->x->st, c);

	if (waived == 0)
		return;
	if (kc_xp_kept(p, c) == 0) {
		kc_buf_str(&p->item,
		    kc_vx_say(p->x, "整改达标，余额不计",
			"rectification met: the residue does not count"));
		kc_xp_key(p, KC_P_PD_RESIDUAL);
	} else {
		kc_buf_str(&p->item,
		    kc_vx_say(p->x, "同一事实已按负面清单扣分：",
			"the negative list takes more for the same fact: "));
		kc_buf_str(&p->item, same->handle);
		kc_xp_entry(
		    p, kc_events_first(&same->events, KC_K_negative_propose));
	}
	kc_buf_points(&p->arithmetic, waived);
	kc_xp_row(p, 2, "waive", KC_XP_CASE, c->handle, waived);
}

static void
case_rows(struct kc_xp *p, const struct kc_case *c)
{
	const struct kc_target *t = p->x->st->targets.v[c->target];
	int64_t waived = waived_of(p, c);
	int64_t points = c->returned_e4 + waived - c->deducted_e4;

	kc_buf_str(&p->item, c->handle);
	kc_buf_char(&p->item, ' ');
	kc_buf_str(&p->item, t->title);
	kc_xp_entry(p, kc_events_first(&c->events, KC_K_prededuct_decide));
	kc_xp_entry(p, kc_events_first(&c->events, KC_K_prededuct_confirm));
	kc_xp_entry(p, end_of(c));
	cite_case(p, c);
	kc_buf_points(&p->arithmetic, c->returned_e4 + waived);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, c->deducted_e4);
	kc_xp_equals(p, points);
	kc_xp_row(p, 1, "case", KC_XP_CASE, c->handle, points);
	deduct_row(p, c);
	return_row(p, c);
	for (uint32_t i = 0; i < c->corrections.n; i++)
		correction_row(p, c, &c->corrections.v[i]);
	waiver_row(p, c, waived);
}

static void
plus(struct kc_xp *p, int64_t e4)
{
	if (e4 == 0)
		return;
	kc_buf_str(&p->arithmetic, " + ");
	kc_buf_points(&p->arithmetic, e4);
}

/* Returned, waived and capped less what was deducted. */
static void
retained_row(struct kc_xp *p)
{
	const struct kc_vx *x = p->x;
	const struct kc_score *s = &p->s.score;
	int64_t waived = 0;

	for (uint32_t i = 0; i < x->unit->prededucts.n; i++) {
		const struct kc_case *c =
		    x->st->cases.v[x->unit->prededucts.v[i]];

		if (c->year == x->year && kc_case_counts(c))
			waived += waived_of(p, c);
	}
	kc_buf_str(&p->item, kc_vx_say(x, "预扣分", "pre-deductions"));
	kc_xp_key(p, KC_P_PD_CAP_UNIT);
	kc_buf_points(&p->arithmetic, s->returned_e4);
	plus(p, waived);
	plus(p, s->deducted_e4 - s->returned_e4 - waived - s->retained_e4);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, s->deducted_e4);
	kc_xp_equals(p, -s->retained_e4);
	kc_xp_row(p, 0, "retained", KC_XP_UNIT, NULL, -s->retained_e4);
}

void
kc_xp_retained(struct kc_xp *p)
{
	const struct kc_vx *x = p->x;
	const struct kc_score *s = &p->s.score;
	int64_t sum = 0;

	retained_row(p);
	for (uint32_t i = 0; i < x->unit->prededucts.n; i++) {
		const struct kc_case *c =
		    x->st->cases.v[x->unit->prededucts.v[i]];

		if (c->year != x->year || !kc_case_counted(c))
			continue;
		case_rows(p, c);
		sum += c->deducted_e4 - c->returned_e4 - waived_of(p, c);
	}
	if (sum == s->retained_e4)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "上限", "caps"));
	kc_xp_key(p, KC_P_PD_CAP_TARGET);
	kc_buf_points(&p->arithmetic, sum);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, s->retained_e4);
	kc_xp_equals(p, sum - s->retained_e4);
	kc_xp_row(p, 1, "cap", KC_XP_UNIT, NULL, sum - s->retained_e4);
}
