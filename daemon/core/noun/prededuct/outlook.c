/* SPDX-License-Identifier: Apache-2.0 */
/* Where a case goes from a day on: if the next step is taken then and each
 * later one on its last day, by the rules that hold now. Nothing is changed:
 * it is a copy of the case that goes on. */
#include <string.h>

#include "noun/vx.h"
#include "prededuct.h"

/* The step that each state waits for, and where it leads. */
static const struct step {
	enum kc_case_state state, to;
	enum kc_kind_id kind;
	int limit;
} steps[] = {
    {KC_CS_DECIDED, KC_CS_DEDUCTED, KC_K_prededuct_confirm, KC_L_case_CONFIRM},
    {KC_CS_DEDUCTED, KC_CS_RECTIFYING, KC_K_feedback_deliver,
	KC_L_case_FEEDBACK},
    {KC_CS_RECTIFYING, KC_CS_SUBMITTED, KC_K_rectify_submit, KC_L_case_RECTIFY},
    {KC_CS_SUBMITTED, KC_CS_RETURNED, KC_K_refund_grant, KC_L_case_REVIEW},
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static const struct kc_limit *
limit_of(int i)
{
	return &kc_machine_get(KC_M_case)->limits[i];
}

/* A step on the path (`on` is when it is taken), or beside it (KC_DAY_NONE). */
static bool
put_step(struct kc_vx *x, const struct kc_case *c, enum kc_kind_id kind,
    int limit, kc_day on, struct kc_last_day last)
{
	const struct kc_kind *k = kc_kind_get(kind);
	bool late = on != KC_DAY_NONE && !last.provisional && on > last.due;

	x->asked = true; /* of the case, before its path */
	kc_vx_row(x);
	kc_vx_str(x, "kind", k->name);
	kc_vx_str(x, "step", kc_vx_say(x, k->zh, k->en));
	kc_vx_null(x, "unit");
	kc_vx_day(x, "on", on);
	kc_vx_day(x, "due", last.due);
	kc_vx_bool(x, "provisional", last.provisional);
	kc_vx_bool(x, "late", late);
	if (late)
		kc_vx_str(x, "else",
		    kc_vx_say(
			x, limit_of(limit)->else_zh, limit_of(limit)->else_en));
	else
		kc_vx_null(x, "else");
	kc_vx_str(x, "how",
	    kc_vx_say(x, limit_of(limit)->rule_zh, limit_of(limit)->rule_en));
	kc_vx_rule(x, kc_case_policy(x->st, c), limit_of(limit)->key);
	kc_vx_end(x);
	return !late || limit_of(limit)->late;
}

/* What may be done beside the path while the unit rectifies: file a plan, ask
 * for more time, and until when that would be. */
static void
put_beside(struct kc_vx *x, const struct kc_case *c)
{
	struct kc_last_day days[KC_L_case_COUNT];
	struct kc_case more = *c;

	kc_case_days(x->st, c, days);
	if (days[KC_L_case_PLAN].due != KC_DAY_NONE)
		(void)put_step(x, c, KC_K_rectify_plan, KC_L_case_PLAN,
		    KC_DAY_NONE, days[KC_L_case_PLAN]);
	if (c->extensions >=
	    kc_case_policy(x->st, c)->value[KC_P_PD_EXTENSION_MAX])
		return;
	(void)put_step(x, c, KC_K_extension_request, KC_L_case_ASK, KC_DAY_NONE,
	    days[KC_L_case_ASK]);
	more.extensions++;
	kc_case_suppose(x->st, &more, KC_CS_RECTIFYING, more.delivered);
	(void)put_step(x, c, KC_K_extension_grant, KC_L_case_RECTIFY,
	    KC_DAY_NONE, (struct kc_last_day){more.due, more.provisional});
}

/* From where the case stands; the day on which it ends, NONE if it waits for
 * nothing. */
static kc_day
put_path(struct kc_vx *x, struct kc_case *c, kc_day on)
{
	struct kc_last_day days[KC_L_case_COUNT];
	kc_day ends = KC_DAY_NONE;

	for (size_t i = 0; i < STEPS; i++) {
		const struct step *s = &steps[i];

		if (s->state != c->state)
			continue;
		kc_case_days(x->st, c, days);
		if (s->state == KC_CS_RECTIFYING)
			put_beside(x, c);
		ends = on != KC_DAY_NONE ? on : days[s->limit].due;
		if (!put_step(x, c, s->kind, s->limit, ends, days[s->limit]))
			return days[s->limit].due;
		kc_case_suppose(x->st, c, s->to, ends);
		on = KC_DAY_NONE;
	}
	return ends;
}

/* A case that nobody has decided, in the state that the kind makes. */
static bool
imagine(
    const struct kc_vx *x, struct kc_case *c, struct kc_slice kind, kc_day on)
{
	const struct kc_kind *k = kc_kind_find(kind);

	memset(c, 0, sizeof(*c));
	c->index = c->unit = c->target = c->assessor = KC_NONE;
	c->year = (int16_t)kc_day_year(on);
	c->policy = kc_law_of(x->st, c->year);
	c->due = KC_DAY_NONE;
	if (k != NULL && k->id == KC_K_prededuct_decide) {
		kc_case_suppose(x->st, c, KC_CS_DECIDED, on);
		return true;
	}
	for (size_t i = 0; k != NULL && i + 1 < STEPS; i++)
		if (steps[i].kind == k->id) {
			kc_case_suppose(x->st, c, steps[i].to, on);
			return true;
		}
	return false;
}

/* "PD-2022-0058@2022-10-10": the next step of the case is taken that day;
 * "feedback.deliver@2022-10-24": that is done then, of a case to be. Without
 * a day, today. What is no case goes by the tables of its noun. */
enum kc_err
kc_render_outlook(struct kc_vx *x)
{
	struct kc_slice day = x->args->id, what = day;
	kc_day on = x->today, ends;
	struct kc_case c;
	enum kc_err err;
	uint32_t at;

	if (kc_slice_cut(&day, '@', &what) && !kc_read_day(day, &on))
		return kc_vx_bad_arg(x, "id");
	at = kc_find(x->st, KC_NS_CASE, what);
	if (at != KC_NONE) {
		c = *x->st->cases.v[at];
		err = kc_vx_want_seen(x, kc_vx_sees_case(x, &c));
		if (err != KC_OK)
			return err;
	} else if (x->st->policies.n == 0 || !imagine(x, &c, what, on)) {
		const struct kc_kind *k = kc_kind_find(what);

		return k != NULL && kc_machine_move(KC_M_case, k->id) != NULL
		    ? kc_vx_not_found(x, "预扣分", "pre-deduction", what)
		    : kc_render_course(x, what, on);
	}
	if (at != KC_NONE)
		kc_vx_str(x, "case", c.handle);
	else
		kc_vx_null(x, "case");
	kc_vx_day(x, "from", on);
	kc_vx_state(x, KC_M_case, c.state);
	kc_vx_rows(x);
	ends = put_path(x, &c, at != KC_NONE ? on : KC_DAY_NONE);
	kc_vx_rows_end(x);
	kc_vx_day(x, "ends", ends);
	return KC_OK;
}
