/* SPDX-License-Identifier: Apache-2.0 */
/* Rectify: plan, extension, report, review, return, expiry (R102 to R106). */
#include "prededuct.h"

#include <assert.h>
#include <string.h>

/* A case of the signer's unit, in one of the states. */
static enum kc_err
want_own_case(const struct kc_state *st, const struct kc_at *at, unsigned field,
    const struct kc_case **c, struct kc_refusal *why)
{
	enum kc_err err = kc_want_case(st, at, field, c, why);

	if (err != KC_OK)
		return err;
	return kc_want_of_unit(st, at, 0, (*c)->unit, why);
}

/* A case that the signer may judge, in one of the states. */
static enum kc_err
want_judged_case(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_case **c, struct kc_refusal *why)
{
	enum kc_err err = kc_want_case(st, at, field, c, why);

	if (err != KC_OK)
		return err;
	return kc_want_judge(st, at, *c, (*c)->review_overdue, why);
}

/* While the last day is provisional nobody can say that it has passed: the
 * doubt is the city's, not the unit's. */
static bool
has_passed(const struct kc_case *c, int64_t received_ms)
{
	return !c->provisional && received_ms >= kc_day_end_ms(c->due);
}

/* --- rectify.plan --- */
enum kc_err
rectify_plan_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	bool provisional = false;
	const struct kc_case *c;
	kc_day last;
	enum kc_err err =
	    want_own_case(st, at, KC_F_rectify_plan_case_, &c, why);

	if (err != KC_OK)
		return err;
	last = kc_case_plan_by(st, c, &provisional);
	if (provisional)
		return KC_OK;
	return kc_want_by(
	    at->day, last, kc_case_policy(st, c), KC_P_PD_PLAN_WD, why);
}

enum kc_err
rectify_plan_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_log_event(
	    st, at, &kc_case_of(st, at, KC_F_rectify_plan_case_)->events);
}

/* --- extension.request, .grant, .refuse --- */
static enum kc_err
want_extension_left(
    const struct kc_state *st, const struct kc_case *c, struct kc_refusal *why)
{
	const struct kc_policy *p = kc_case_policy(st, c);

	if (c->extensions < p->value[KC_P_PD_EXTENSION_MAX])
		return KC_OK;
	kc_policy_cite(p, KC_P_PD_EXTENSION_MAX, why);
	(void)kc_refuse(why, KC_R_EXTENSION_MAX, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)p->value[KC_P_PD_EXTENSION_MAX]);
	return KC_EREFUSED;
}

static enum kc_err
want_asked(
    const struct kc_at *at, const struct kc_case *c, struct kc_refusal *why)
{
	if (c->extension_asked)
		return KC_OK;
	return kc_refuse_state(at, c->handle,
	    "without a request for an extension", "未申请延期", why);
}

enum kc_err
extension_request_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	kc_day last;
	enum kc_err err =
	    want_own_case(st, at, KC_F_extension_request_case_, &c, why);

	if (err != KC_OK)
		return err;
	if (c->extension_asked) {
		(void)kc_refuse(why, KC_R_DUPLICATE,
		    "a request to extend that is not answered yet", NULL, NULL,
		    NULL);
		return kc_refusal_zh(why, 0, "尚未答复的延期申请");
	}
	err = want_extension_left(st, c, why);
	last = kc_case_ask_by(st, c);
	if (err != KC_OK || c->provisional || at->day <= last)
		return err;
	kc_policy_cite(kc_case_policy(st, c), KC_P_PD_EXTENSION_BEFORE_WD, why);
	(void)kc_refuse(why, KC_R_EXTENSION_LATE, NULL, NULL, NULL, NULL);
	kc_arg_day(why, 0, last);
	return KC_EREFUSED;
}

enum kc_err
extension_request_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_extension_request_case_);

	c->extension_asked = true;
	return kc_log_event(st, at, &c->events);
}

enum kc_err
extension_grant_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    want_judged_case(st, at, KC_F_extension_grant_case_, &c, why);

	if (err == KC_OK)
		err = want_asked(at, c, why);
	if (err == KC_OK)
		err = want_extension_left(st, c, why);
	return err;
}

enum kc_err
extension_grant_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_extension_grant_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	c->extension_asked = false;
	c->extensions++;
	return err == KC_OK ? kc_case_set_due(st, c) : err;
}

enum kc_err
extension_refuse_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    want_judged_case(st, at, KC_F_extension_refuse_case_, &c, why);

	return err == KC_OK ? want_asked(at, c, why) : err;
}

enum kc_err
extension_refuse_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_extension_refuse_case_);

	c->extension_asked = false;
	return kc_log_event(st, at, &c->events);
}

/* --- rectify.submit, rectify.reject --- */
enum kc_err
rectify_submit_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    want_own_case(st, at, KC_F_rectify_submit_case_, &c, why);

	if (err != KC_OK || !has_passed(c, at->stamp.received_ms))
		return err;
	/* The clerk's expiry comes first; this holds without it too. */
	return kc_want_by(
	    at->day, c->due, kc_case_policy(st, c), KC_P_PD_PERIOD_MONTHS, why);
}

enum kc_err
rectify_submit_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_rectify_submit_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	c->state = KC_CS_SUBMITTED;
	c->submitted = at->day;
	return err == KC_OK ? kc_case_set_review(st, c) : err;
}

enum kc_err
rectify_reject_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;

	return want_judged_case(st, at, KC_F_rectify_reject_case_, &c, why);
}

static void
expire(struct kc_state *st, struct kc_case *c)
{
	c->returned_e4 = 0;
	kc_case_end(st, c, KC_CS_EXPIRED);
}

/* The unit is left the days that it would have had after a review in time. */
enum kc_err
rectify_reject_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_rectify_reject_case_);
	enum kc_err err = kc_log_event(st, at, &c->events);

	if (c->review_overdue)
		c->delayed += at->day - c->review_due;
	c->state = KC_CS_RECTIFYING;
	if (err == KC_OK)
		err = kc_case_set_due(st, c);
	if (has_passed(c, at->stamp.received_ms)) {
		expire(st, c);
		return err;
	}
	c->submitted = c->review_due = KC_DAY_NONE;
	c->review_overdue = c->review_provisional = false;
	return err;
}

/* --- refund.grant --- */
enum kc_err
refund_grant_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t rate = kc_entry_num(at->e, KC_F_refund_grant_rate, 0);
	const struct kc_policy *p;
	const struct kc_case *c;
	enum kc_err err =
	    want_judged_case(st, at, KC_F_refund_grant_case_, &c, why);

	if (err != KC_OK)
		return err;
	p = kc_case_policy(st, c);
	if (rate <= p->value[KC_P_PD_REFUND_MAX])
		return KC_OK;
	kc_policy_cite(p, KC_P_PD_REFUND_MAX, why);
	(void)kc_refuse(why, KC_R_RETURN_CAP, NULL, NULL, NULL, NULL);
	kc_refusal_arg_percent(why, 0, rate);
	kc_refusal_arg_percent(why, 1, p->value[KC_P_PD_REFUND_MAX]);
	kc_refusal_set_state(why,
	    kc_state_name(KC_M_case, c->state, KC_LANG_EN),
	    kc_state_name(KC_M_case, c->state, KC_LANG_ZH));
	return KC_EREFUSED;
}

enum kc_err
refund_grant_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_refund_grant_case_);

	c->rate_bp = (int32_t)kc_entry_num(at->e, KC_F_refund_grant_rate, 0);
	c->returned_e4 = kc_return(c->deducted_e4, c->rate_bp);
	assert(c->returned_e4 <= c->deducted_e4);
	kc_case_end(st, c, KC_CS_RETURNED);
	return kc_log_event(st, at, &c->events);
}

/* --- prededuct.expire, review.overdue: the clerk --- */
/* "sha256:<hex>" of the calendar text that the last day rests on. */
static enum kc_err
want_same_calendar(const struct kc_state *st, const struct kc_at *at,
    const struct kc_case *c, struct kc_refusal *why)
{
	const struct kc_hash *h = kc_calendar_hash(st, kc_day_year(c->due));

	assert(h != NULL); /* else the case would not be due */
	return kc_want_hash(at, KC_F_prededuct_expire_calendar, 0, h, why);
}

enum kc_err
prededuct_expire_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_prededuct_expire_case_, &c, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, c->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, KC_F_prededuct_expire_due, c->due, why);
	if (err == KC_OK)
		err = want_same_calendar(st, at, c, why);
	return err;
}

enum kc_err
prededuct_expire_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_prededuct_expire_case_);

	expire(st, c);
	return kc_log_event(st, at, &c->events);
}

enum kc_err
review_overdue_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_case *c;
	enum kc_err err =
	    kc_want_case(st, at, KC_F_review_overdue_case_, &c, why);

	if (err != KC_OK)
		return err;
	if (c->review_overdue)
		return kc_refuse(
		    why, KC_R_DUPLICATE, c->handle, NULL, NULL, NULL);
	err = kc_want_due(st, at, c->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(
		    at, KC_F_review_overdue_due, c->review_due, why);
	return err;
}

enum kc_err
review_overdue_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_case *c = kc_case_of(st, at, KC_F_review_overdue_case_);

	c->review_overdue = true;
	return kc_log_event(st, at, &c->events);
}
