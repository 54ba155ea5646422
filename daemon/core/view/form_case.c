/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of a pre-deduction, from its notice to what comes back. */
#include "form_int.h"

#include "noun/prededuct/prededuct.h"

/* What it is about, on each of them. */
static const struct kc_case *
put_case(const struct kc_form_of *f)
{
	struct kc_vx *x = f->x;
	const struct kc_case *c = x->st->cases.v[f->index];
	const struct kc_situation *s = kc_view_case_situation(x->st, c);
	const struct kc_target *t = x->st->targets.v[c->target];
	struct kc_buf text = {0};

	kc_form_field(x, "事项编号", "matter", c->handle);
	kc_form_field_unit(x, "被扣分单位", "unit", c->unit);
	kc_buf_str(&text, t->code);
	kc_buf_char(&text, ' ');
	kc_buf_str(&text, t->title);
	kc_form_field_buf(x, "目标", "target", &text);
	if (s != NULL) {
		kc_buf_str(&text, s->id);
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, kc_vx_say(x, s->zh, s->en));
		kc_form_field_buf(x, "情形", "situation", &text);
	}
	kc_form_field_unit(x, "考核责任单位", "assessing unit", c->assessor);
	return c;
}

static void
said_of(const struct kc_form_of *f, enum kc_kind_id kind)
{
	uint32_t seq = kc_events_last(f->events, kind);

	if (seq != KC_NONE)
		kc_form_said(f->x, seq);
}

/* Both ranks that a mark was verified on (R92 to R97). */
static void
put_ranks(const struct kc_form_of *f, const struct kc_case *c)
{
	struct kc_vx *x = f->x;
	const struct kc_target *t = x->st->targets.v[c->target];
	const struct kc_report *r = t->indicator == KC_NONE
	    ? NULL
	    : kc_report_of(x->st->indicators.v[t->indicator], c->quarter);
	struct kc_buf text = {0};

	if (r == NULL || r->rank == 0 || r->seq > f->made->seq)
		return;
	kc_buf_str(&text, kc_vx_say(x, "全省第 ", "in the province "));
	kc_buf_i64(&text, r->rank);
	kc_buf_str(&text, kc_vx_say(x, " 位", ""));
	if (r->last_rank > 0) {
		kc_buf_str(
		    &text, kc_vx_say(x, "，上年第 ", "; a year before "));
		kc_buf_i64(&text, r->last_rank);
		kc_buf_str(&text, kc_vx_say(x, " 位", ""));
	}
	kc_form_field_buf(x, "位次", "rank", &text);
}

/* Of a half deduction: by what the standard is multiplied. */
static void
put_multiplier(struct kc_vx *x, const struct kc_case *c)
{
	const struct kc_policy *p = kc_case_policy(x->st, c);
	struct kc_buf text = {0};

	if (c->effect != KC_EFFECT_HALF || p == NULL)
		return;
	kc_buf_str(&text, kc_vx_say(x, "标准 × ", "standard × "));
	kc_buf_form_percent(&text, p->value[KC_P_PD_HALF]);
	kc_form_field_buf(x, "减半比例", "half", &text);
}

/* D as it was once this entry stood: a later correction has a paper of its
 * own. */
void
kc_form_deduction(const struct kc_form_of *f)
{
	const struct kc_case *c = put_case(f);
	int64_t deducted, returned;

	said_of(f, KC_K_prededuct_decide);
	put_ranks(f, c);
	put_multiplier(f->x, c);
	kc_case_figures_then(f->x->st, c, f->made->seq, &deducted, &returned);
	kc_form_field_points(f->x, "扣分", "points deducted",
	    c->effect == KC_EFFECT_EXEMPT ? 0 : deducted);
	kc_form_dispute(f->x, f->made->seq, c->unit);
}

/* The most that can come back: the cap of the policy. */
static void
put_cap(struct kc_vx *x, const struct kc_case *c)
{
	const struct kc_policy *p = kc_case_policy(x->st, c);
	struct kc_refusal cite = {0};
	struct kc_buf text = {0};

	if (p == NULL)
		return;
	kc_policy_cite(p, KC_P_PD_REFUND_MAX, &cite);
	kc_buf_str(&text,
	    kc_vx_say(x, "整改经验收合格的，返还不超过所扣分值的 ",
		"What comes back after a rectification that is accepted is no "
		"more of the points deducted than "));
	kc_buf_form_percent(&text, p->value[KC_P_PD_REFUND_MAX]);
	kc_buf_str(&text, kc_vx_say(x, "（", " ("));
	kc_buf_str(&text, cite.rule);
	kc_buf_str(&text, kc_vx_say(x, "，", ", "));
	kc_buf_form_place(&text, x, cite.rule_place);
	kc_buf_str(&text, kc_vx_say(x, "）。", ")."));
	kc_form_note(x, "返还上限", "cap of the return", &text);
}

/* The notice of the deduction that is fed back. */
static void
put_notice(struct kc_vx *x, const struct kc_case *c)
{
	struct kc_buf text = {0};

	if (c->number <= 0)
		return;
	kc_buf_form_mark(&text, x, c->year, (uint32_t)c->number);
	kc_form_field_buf(x, "扣分通知书", "deduction notice", &text);
}

void
kc_form_feedback(const struct kc_form_of *f)
{
	const struct kc_case *c = put_case(f);

	put_notice(f->x, c);
	said_of(f, KC_K_feedback_deliver);
	kc_form_field_day(f->x, "送达之日", "delivered", c->delivered);
	if (c->feedback_late)
		kc_form_field(f->x, "逾期送达", "delivered late",
		    kc_vx_say(f->x, "是", "yes"));
	kc_form_last_day(f->x, "rectify");
	kc_form_last_day(f->x, "plan");
	put_cap(f->x, c);
	kc_form_field_person(f->x, "联系人", "contact", f->made->by);
	kc_form_dispute(
	    f->x, kc_events_first(f->events, KC_K_prededuct_confirm), c->unit);
}

void
kc_form_refund(const struct kc_form_of *f)
{
	const struct kc_case *c = put_case(f);
	int64_t deducted, returned;

	kc_case_figures_then(f->x->st, c, f->made->seq, &deducted, &returned);
	put_notice(f->x, c);
	said_of(f, KC_K_refund_grant);
	kc_form_field_points(f->x, "扣分", "points deducted", deducted);
	kc_form_field_points(f->x, "返还", "points returned", returned);
	kc_form_field_points(
	    f->x, "保留扣分", "points that stay away", deducted - returned);
	kc_form_field(f->x, "结果", "outcome",
	    kc_case_unmet(f->x->st, c) ? kc_vx_say(f->x, "未达标", "not met")
				       : kc_vx_say(f->x, "达标", "met"));
	put_cap(f->x, c);
	kc_form_dispute(f->x, f->made->seq, c->unit);
}

void
kc_form_extension(const struct kc_form_of *f)
{
	const struct kc_case *c = put_case(f);

	put_notice(f->x, c);
	said_of(f, KC_K_extension_request);
	kc_form_field(f->x, "审批", "decision",
	    f->made->kind == KC_K_extension_refuse
		? kc_vx_say(f->x, "不予延期", "refused")
		: kc_vx_say(f->x, "准予延期", "granted"));
	kc_form_said(f->x, f->made->seq);
	kc_form_last_day(f->x, "rectify");
	kc_form_dispute(f->x, f->made->seq, c->unit);
}

void
kc_form_rectification(const struct kc_form_of *f)
{
	(void)put_case(f);
	kc_form_said(f->x, f->made->seq);
}
