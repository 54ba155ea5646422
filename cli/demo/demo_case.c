/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of one case of the demonstration, from decision to its end. */
#include "demo_steps.h"

#include <stdio.h>
#include <string.h>

/* --- who and what of a case --- */
void
demo_target_of(const struct demo_case *c, struct demo_target *out)
{
	struct demo_target t[DEMO_TARGETS_MAX];

	demo_unit_targets(c->unit, t);
	*out = t[c->target - 1];
}

void
demo_head_of(size_t unit, char out[32])
{
	snprintf(out, 32, "%s.head", demo_units[unit].code);
}

static void
assessor_of(const struct demo_case *c, char out[32])
{
	struct demo_target t;

	demo_target_of(c, &t);
	snprintf(out, 32, "%s.assessor", t.assessor);
}

static void
begin_case(struct demo *d, enum kc_kind_id kind, unsigned i, bool by_unit)
{
	char actor[32];

	demo_begin(d, kind);
	if (by_unit)
		demo_head_of(d->cases[i].unit, actor);
	else
		assessor_of(&d->cases[i], actor);
	demo_by(d, actor);
	demo_set(d, 0, d->cases[i].handle); /* `case` is always first */
}

/* --- a case, step by step --- */
/* What is planned and done of its target, in basis points. */
struct progress {
	int planned, actual;
};

static struct progress
progress_of(const struct demo *d, const struct demo_case *c)
{
	struct demo_target t;
	unsigned quarter = (unsigned)c->quarter;

	demo_target_of(c, &t);
	return (struct progress){demo_planned(t.code, quarter),
	    demo_actual(d, c->unit, t.code, quarter)};
}

static const char *
reason_of(const struct demo *d, const struct demo_case *c)
{
	static char behind[96];
	struct progress p = progress_of(d, c);

	switch (c->situation[1]) {
	case '1':
		return "省通报位次靠后";
	case '2':
		return "较上年度退位两名以上";
	case '3':
		snprintf(behind, sizeof(behind),
		    "进度滞后：计划 %d %%，实际 %d %%", p.planned / 100,
		    p.actual / 100);
		return behind;
	case '4':
		return c->false_data ? "报送数据失实" : "预警函逾期未回复";
	case '5':
		return "位次靠后但较上年度进位两名以上，免予扣分";
	case '6':
		return "受上级审批影响进度脱幅较大，免予扣分";
	case '7':
		return "位次靠后，较上年度进位一名，减半扣分";
	}
	return "部分客观因素影响，减半扣分";
}

static void
case_decide(struct demo *d, unsigned i)
{
	struct demo_case *c = &d->cases[i];
	struct demo_target t;
	const char *opinion;
	char actor[32];

	demo_target_of(c, &t);
	assessor_of(c, actor);
	demo_begin(d, KC_K_prededuct_decide);
	demo_by(d, actor);
	demo_set(d, F(prededuct_decide, unit), demo_units[c->unit].code);
	demo_set(d, F(prededuct_decide, target), t.code);
	demo_set(d, F(prededuct_decide, situation), c->situation);
	demo_set(d, F(prededuct_decide, effect), c->effect);
	demo_set(d, F(prededuct_decide, standard), c->standard);
	demo_set_quarter(d, F(prededuct_decide, quarter), c->quarter);
	if (c->rank == 0) {
		demo_number(
		    d, F(prededuct_decide, planned), progress_of(d, c).planned);
		demo_number(
		    d, F(prededuct_decide, actual), progress_of(d, c).actual);
	}
	if (c->unanswered || c->false_data)
		demo_set(d, F(prededuct_decide, cause),
		    c->unanswered ? "unanswered" : "false-data");
	else if (c->cause != NULL)
		demo_set(d, F(prededuct_decide, cause), c->cause);
	if (c->unanswered)
		demo_set(d, F(prededuct_decide, warning), d->letters[2]);
	opinion = demo_opinion(c->unit, t.code, (unsigned)c->quarter);
	if (c->rank == 0 && opinion[0] != '\0')
		demo_set(d, F(prededuct_decide, opinion), opinion);
	demo_evidence(d, F(prededuct_decide, evidence), t.title);
	demo_set(d, F(prededuct_decide, reason), reason_of(d, c));
	demo_post(d, c->handle);
}

static void
case_confirm(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_prededuct_confirm);
	demo_by(d, "P09.confirm");
	demo_set(d, F(prededuct_confirm, case_), d->cases[i].handle);
	demo_post(d, NULL);
}

static void
case_feedback(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_feedback_deliver, i, false);
	demo_set(d, F(feedback_deliver, problem), reason_of(d, &d->cases[i]));
	demo_set(d, F(feedback_deliver, expected), "三个月内整改到位");
	demo_post(d, NULL);
}

static void
case_acknowledge(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_feedback_acknowledge, i, true);
	demo_post(d, NULL);
}

static void
case_plan(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_rectify_plan, i, true);
	demo_set(
	    d, F(rectify_plan, plan), "明确责任人，逐月推进，按期完成整改");
	demo_post(d, NULL);
}

static void
case_ask(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_extension_request, i, true);
	demo_set(
	    d, F(extension_request, reason), "招标流程延长，申请延期一个月");
	demo_post(d, NULL);
}

static void
case_extend(struct demo *d, unsigned i)
{
	char actor[32];

	assessor_of(&d->cases[i], actor);
	demo_begin(d, KC_K_extension_grant);
	demo_by(d, actor);
	demo_by(d, "P09.estab");
	demo_set(d, F(extension_grant, case_), d->cases[i].handle);
	demo_set(d, F(extension_grant, reason), "情况属实，同意延期一个月");
	demo_post(d, NULL);
}

static void
case_submit(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_rectify_submit, i, true);
	demo_evidence(d, F(rectify_submit, evidence), d->cases[i].handle);
	demo_set(d, F(rectify_submit, report), "整改措施已落实，结果见附件");
	demo_post(d, NULL);
}

static void
case_reject(struct demo *d, unsigned i)
{
	begin_case(d, KC_K_rectify_reject, i, false);
	demo_set(d, F(rectify_reject, reason), "佐证材料不全，退回补充");
	demo_post(d, NULL);
}

static void
case_refund(struct demo *d, unsigned i)
{
	int32_t rate = d->cases[i].rate_bp;

	begin_case(d, KC_K_refund_grant, i, false);
	demo_number(d, F(refund_grant, rate), rate);
	demo_set(d, F(refund_grant, reason),
	    rate == 8000       ? "按期全面整改到位"
		: rate >= 5000 ? "基本整改到位"
		: rate > 0     ? "部分整改，未达预期"
			       : "整改未达预期，不予返还");
	demo_post(d, NULL);
}

static void
case_good(struct demo *d, unsigned i)
{
	struct demo_case *c = &d->cases[i];
	struct demo_target t;

	demo_target_of(c, &t);
	demo_begin(d, c->lead == 1 ? KC_K_good_confirm : KC_K_good_decline);
	demo_by(d, "P03.org");
	demo_set(d, F(good_confirm, cadre), t.lead);
	demo_set(d, F(good_confirm, case_), c->handle);
	if (c->lead == 2)
		demo_set(d, F(good_decline, reason),
		    "本季度新近分管，责任不在其任内");
	demo_post(d, NULL);
}

static void
plan_return(const struct demo_case *c, unsigned i)
{
	kc_day day = c->delivered + 75;

	if (c->extended) {
		demo_at(c->delivered + 70, 9, 30, case_ask, i);
		demo_at(c->delivered + 72, 15, 0, case_extend, i);
		day = c->delivered + 100;
	} else if (c->rejected_once) {
		demo_at(c->delivered + 60, 10, 0, case_submit, i);
		demo_at(c->delivered + 65, 16, 0, case_reject, i);
		day = c->delivered + 80;
	}
	demo_at(day, 10, 0, case_submit, i);
	demo_at(day + 7, 15, 0, case_refund, i);
}

void
demo_plan_case(struct demo *d, unsigned i)
{
	const struct demo_case *c = &d->cases[i];

	demo_at(c->delivered, 9, 0, case_decide, i);
	demo_at(c->delivered, 10, 30, case_confirm, i);
	if (c->exempt)
		return;
	demo_at(c->delivered, 11, 0, case_feedback, i);
	demo_at(c->delivered, 15, 0, case_acknowledge, i);
	demo_at(c->delivered + 5, 9, 0, case_plan, i);
	if (c->lead != 0)
		demo_at(c->delivered + 10, 16, 0, case_good, i);
	if (c->end == DEMO_RETURN)
		plan_return(c, i);
}
