/* SPDX-License-Identifier: Apache-2.0 */
/* Open deadlines with their lights, the nearest first. */
#include "view_int.h"

#include <stdlib.h>
#include <string.h>

struct item {
	const char *id; /* borrowed: handle of the case or letter */
	uint32_t unit;  /* who has to act */
	uint32_t target;
	const char *what, *zh, *en;
	kc_day due;
	bool provisional;
};
KC_VEC(items, struct item);

/* Adds; false when out of memory. Nothing that concerns another unit. */
static bool
add(const struct kc_vx *x, struct items *to, const struct item *i,
    uint32_t concerned)
{
	if (i->due == KC_DAY_NONE)
		return true;
	if (x->unit != NULL && x->unit->index != i->unit &&
	    x->unit->index != concerned)
		return true;
	return kc_vec_push(to, *i);
}

/* n working days after a day, by the policy of the case. */
static void
after(const struct kc_vx *x, const struct kc_case *c, kc_day from,
    enum kc_policy_key key, struct item *i)
{
	int64_t n = kc_case_policy(x->st, c)->value[key];

	i->due = kc_calendar_add_workdays(
	    x->st->calendar, from, (int)n, &i->provisional);
}

static bool
add_rectifying(const struct kc_vx *x, struct items *to, const struct kc_case *c)
{
	struct item plan = {c->handle, c->unit, c->target, "plan",
	    "报送整改方案", "file the plan", KC_DAY_NONE, false};
	struct item rectify = {c->handle, c->unit, c->target, "rectify",
	    "报送整改报告", "submit the rectification", c->due, c->provisional};

	if (kc_events_first(&c->events, KC_K_rectify_plan) == KC_NONE)
		after(x, c, c->delivered, KC_P_PD_PLAN_WD, &plan);
	return add(x, to, &plan, c->assessor) &&
	    add(x, to, &rectify, c->assessor);
}

static bool
add_case(const struct kc_vx *x, struct items *to, const struct kc_case *c)
{
	kc_day cutoff;
	struct item confirm = {c->handle, KC_NONE, c->target, "confirm",
	    "编办确认", "confirm", KC_DAY_NONE, false};
	struct item feedback = {c->handle, c->assessor, c->target, "feedback",
	    "送达反馈单", "deliver the feedback", KC_DAY_NONE, false};
	struct item review = {c->handle, c->assessor, c->target, "review",
	    "验收", "review", c->review_due, c->review_provisional};

	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
		after(x, c, c->decided, KC_P_PD_CONFIRM_WD, &confirm);
		cutoff = kc_issue_cutoff(kc_case_policy(x->st, c), c->year);
		if (cutoff <= confirm.due) {
			confirm.due = cutoff;
			confirm.provisional = false;
		}
		return add(x, to, &confirm, c->unit);
	case KC_CS_DEDUCTED:
		after(x, c, c->confirmed, KC_P_PD_FEEDBACK_WD, &feedback);
		return add(x, to, &feedback, c->unit);
	case KC_CS_RECTIFYING:
		return add_rectifying(x, to, c);
	case KC_CS_SUBMITTED:
		return add(x, to, &review, c->unit);
	case KC_CS_DECLINED:
	case KC_CS_EXEMPTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
		return true;
	}
	return true;
}

static bool
add_warning(const struct kc_vx *x, struct items *to, const struct kc_warning *g)
{
	if (g->state == KC_WS_LIFTED || g->state == KC_WS_WITHDRAWN)
		return true;
	for (uint32_t i = 0; i < g->to.n; i++) {
		const struct kc_addressee *a = &g->to.v[i];
		struct item reply = {g->handle, a->unit, g->target, "reply",
		    "回复预警函", "reply to the letter", a->reply_due,
		    a->provisional};
		struct item rectify = {g->handle, a->unit, g->target, "lift",
		    "预警整改", "rectify what the letter demands",
		    g->rectify_by, false};

		if (a->replied_ms == 0 && !add(x, to, &reply, KC_NONE))
			return false;
		if (!add(x, to, &rectify, KC_NONE))
			return false;
	}
	return true;
}

static bool
collect(const struct kc_vx *x, struct items *to)
{
	for (uint32_t i = 0; i < x->st->cases.n; i++) {
		const struct kc_case *c = x->st->cases.v[i];

		if ((x->args->year == 0 || c->year == x->year) &&
		    !add_case(x, to, c))
			return false;
	}
	for (uint32_t i = 0; i < x->st->warnings.n; i++) {
		const struct kc_warning *g = x->st->warnings.v[i];
		const struct kc_target *t = x->st->targets.v[g->target];

		if ((x->args->year == 0 || t->year == x->year) &&
		    !add_warning(x, to, g))
			return false;
	}
	return true;
}

static int
by_due(const void *pa, const void *pb)
{
	const struct item *a = pa;
	const struct item *b = pb;
	int order = strcmp(a->id, b->id);

	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	if (order == 0)
		order = strcmp(a->what, b->what);
	if (order == 0 && a->unit != b->unit)
		order = a->unit < b->unit ? -1 : 1;
	return order;
}

static const char *
light(const struct kc_vx *x, const struct item *i, int left)
{
	if (x->today > i->due)
		return "red";
	return left <= KC_DEADLINE_NEAR_WD ? "yellow" : "green";
}

static const char *
light_text(const struct kc_vx *x, const char *light)
{
	if (light[0] == 'r')
		return kc_vx_say(x, "红", "red");
	if (light[0] == 'y')
		return kc_vx_say(x, "黄", "yellow");
	return kc_vx_say(x, "绿", "green");
}

static void
row(struct kc_vx *x, const struct item *i)
{
	const struct kc_target *t = x->st->targets.v[i->target];
	int left =
	    kc_calendar_workdays_between(x->st->calendar, x->today, i->due);
	const char *colour = light(x, i, left);
	struct kc_buf what = {0};

	kc_buf_str(&what, kc_vx_say(x, i->zh, i->en));
	kc_buf_str(&what, kc_vx_say(x, "：", ": "));
	kc_buf_str(&what, t->title);
	kc_vx_row(x);
	kc_vx_str(x, "light", colour);
	kc_vx_str(x, "light_text", light_text(x, colour));
	kc_vx_str(x, "id", i->id);
	kc_vx_unit(x, "unit", i->unit);
	kc_vx_str(x, "kind", i->what);
	kc_vx_buf(x, "what", &what);
	kc_vx_str(x, "target", t->code);
	kc_vx_day(x, "due", i->due);
	kc_vx_i64(x, "left", left);
	kc_vx_bool(x, "overdue", x->today > i->due);
	kc_vx_bool(x, "provisional", i->provisional);
	kc_vx_end(x);
	kc_buf_free(&what);
}

enum kc_err
kc_render_deadlines(struct kc_vx *x)
{
	struct items all = {0};
	uint64_t lights[3] = {0};

	if (!collect(x, &all)) {
		kc_vec_free(&all);
		return KC_ENOMEM;
	}
	if (all.n > 0)
		qsort(all.v, all.n, sizeof(all.v[0]), by_due);
	for (uint32_t i = 0; i < all.n; i++) {
		int left = kc_calendar_workdays_between(
		    x->st->calendar, x->today, all.v[i].due);
		char c = light(x, &all.v[i], left)[0];

		lights[c == 'r' ? 0 : c == 'y' ? 1 : 2]++;
	}
	kc_vx_day(x, "today", x->today);
	kc_vx_u64(x, "red", lights[0]);
	kc_vx_u64(x, "yellow", lights[1]);
	kc_vx_u64(x, "green", lights[2]);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < all.n; i++)
		row(x, &all.v[i]);
	kc_vec_free(&all);
	return KC_OK;
}
