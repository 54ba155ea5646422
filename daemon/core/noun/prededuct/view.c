/* SPDX-License-Identifier: Apache-2.0 */
/* Pre-deductions: the list, and one with its events. */
#include "noun/deadline/deadline.h"
#include "noun/dispute/dispute.h"
#include "noun/vx.h"
#include "prededuct.h"

/* What an open case waits for next. */
static kc_day
next_due(const struct kc_case *c)
{
	if (c->state == KC_CS_RECTIFYING)
		return c->due;
	return c->state == KC_CS_SUBMITTED ? c->review_due : KC_DAY_NONE;
}

enum kc_err
kc_render_prededucts(struct kc_vx *x)
{
	const struct kc_u32s *of =
	    x->unit != NULL ? &x->unit->prededucts : NULL;
	uint32_t n = of != NULL ? of->n : x->st->cases.n;

	kc_vx_rows(x);
	for (uint32_t i = 0; i < n; i++) {
		const struct kc_case *c =
		    x->st->cases.v[of != NULL ? of->v[i] : i];
		const struct kc_situation *s;
		bool counts = kc_case_counts(c);

		if ((x->cycle != NULL && c->year != x->year) ||
		    !kc_vx_sees_case(x, c) || kc_vx_passes(x))
			continue;
		s = kc_view_case_situation(x->st, c);
		kc_vx_row(x);
		kc_vx_str(x, "case", c->handle);
		kc_vx_unit(x, "unit", c->unit);
		kc_vx_str(x, "target", x->st->targets.v[c->target]->code);
		kc_vx_str(x, "situation", s != NULL ? s->id : NULL);
		kc_vx_word(x, "effect", KC_SET_PD_EFFECT, c->effect);
		kc_vx_state(x, KC_M_case, c->state);
		kc_vx_bool(x, "counts", counts);
		kc_vx_bool(x, "open", kc_case_open(c));
		kc_vx_bool(x, "unmet", kc_case_unmet(x->st, c));
		kc_vx_points(x, "deducted", counts ? c->deducted_e4 : 0);
		kc_vx_points(x, "returned", counts ? c->returned_e4 : 0);
		kc_vx_points(x, "retained",
		    counts ? c->deducted_e4 - c->returned_e4 : 0);
		kc_vx_day(x, "due", next_due(c));
		kc_vx_day(x, "delivered", c->delivered);
		kc_vx_day(x, "last_day", c->due);
		kc_vx_begun(x, &c->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* The last event that set the deadline is the one that may name it. One that
 * an outage moved is named by the entry that moved it. */
static bool
sets_due(const struct kc_state *st, const struct kc_case *c,
    const struct kc_event *e)
{
	uint32_t fed = kc_events_last(&c->events, KC_K_feedback_deliver);
	uint32_t more = kc_events_last(&c->events, KC_K_extension_grant);
	uint32_t allowed = kc_events_last(&c->events, KC_K_extension_allow);

	for (uint32_t i = c->events.n; i-- > 0;)
		if (kc_moved_until(st, c->events.v[i].seq) == c->due)
			return false;
	if (more == KC_NONE || (allowed != KC_NONE && allowed > more))
		more = allowed;
	return e->seq == (more != KC_NONE ? more : fed);
}

/* Did the Establishment Office act for the unit that decided? */
static bool
stood_in(const struct kc_state *st, const struct kc_case *c,
    const struct kc_event *e)
{
	return (e->kind == KC_K_feedback_deliver ||
		   e->kind == KC_K_rectify_reject ||
		   e->kind == KC_K_refund_grant ||
		   e->kind == KC_K_extension_refuse) &&
	    st->actors.v[e->by]->unit != c->assessor;
}

void
kc_buf_case_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_case *c, const struct kc_event *e)
{
	const struct kc_situation *s = kc_view_case_situation(x->st, c);

	kc_buf_event_label(b, x, e);
	if (e->kind == KC_K_prededuct_decide && s != NULL) {
		kc_buf_str(b, kc_vx_say(x, "：情形 ", ": situation "));
		kc_buf_str(b, s->id);
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, kc_vx_label(x, KC_SET_PD_EFFECT, c->effect));
	} else if (e->kind == KC_K_prededuct_confirm && c->number > 0) {
		kc_buf_str(b, kc_vx_say(x, "：〔", ": notice 〔"));
		kc_buf_i64(b, c->year);
		kc_buf_str(b, "〕");
		kc_buf_i64(b, c->number);
		kc_buf_str(b, kc_vx_say(x, "号", ""));
	} else if (sets_due(x->st, c, e)) {
		if (e->kind == KC_K_feedback_deliver && c->feedback_late)
			kc_buf_str(b, kc_vx_say(x, "（逾期）", " (late)"));
		kc_buf_until(b, x, c->due);
	} else if (e->kind == KC_K_refund_grant) {
		kc_buf_char(b, ' ');
		kc_buf_percent(b, kc_case_rate_at(c, e->seq));
	}
	if (kc_case_correction_at(c, e->seq) != NULL) {
		kc_buf_char(b, ' ');
		kc_buf_str(b,
		    x->st->disputes
			.v[kc_case_correction_at(c, e->seq)->dispute]
			->handle);
	}
	if (stood_in(x->st, c, e)) {
		kc_buf_str(b, kc_vx_say(x, "（代 ", " (in place of "));
		kc_buf_str(b, x->st->units.v[c->assessor]->code);
		kc_buf_str(b, kc_vx_say(x, " 办理）", ")"));
	}
}

int64_t
kc_case_event_points(const struct kc_case *c, const struct kc_event *e)
{
	const struct kc_case_correction *was = kc_case_correction_at(c, e->seq);
	int64_t deducted, returned;

	if (!kc_case_counted(c))
		return 0;
	kc_case_figures(c, e->seq, &deducted, &returned);
	if (was != NULL)
		return returned - deducted -
		    (was->returned_e4 - was->deducted_e4);
	if (e->kind == KC_K_prededuct_confirm)
		return -deducted;
	return e->kind == KC_K_refund_grant ? returned : 0;
}

static void
case_dates(struct kc_vx *x, const struct kc_case *c)
{
	kc_vx_day(x, "decided", c->decided);
	kc_vx_day(x, "confirm_due", c->confirm_due);
	kc_vx_day(x, "confirmed", c->confirmed);
	kc_vx_day(x, "delivered", c->delivered);
	kc_vx_bool(x, "feedback_late", c->feedback_late);
	kc_vx_day(x, "due", next_due(c));
	kc_vx_day(x, "last_day", c->due);
	kc_vx_bool(x, "provisional", c->provisional);
	kc_vx_day(x, "submitted", c->submitted);
	kc_vx_day(x, "review_due", c->review_due);
	kc_vx_u64(x, "extensions", c->extensions);
}

static void
case_outlook(struct kc_vx *x, const struct kc_case *c)
{
	kc_day until;
	int64_t points = kc_case_may_return(x->st, c, &until);

	kc_vx_points(x, "may_return", points);
	kc_vx_day(x, "may_return_until", until);
}

/* Last day to dispute the deduction, and the disputes of the case. */
static void
case_disputes(struct kc_vx *x, const struct kc_case *c)
{
	const struct kc_decision *d = kc_decision_find(
	    x->st, kc_events_first(&c->events, KC_K_prededuct_confirm));

	kc_vx_day(x, "dispute_by",
	    d != NULL && kc_case_counts(c)
		? kc_decision_file_by(x->st, d, c->unit)
		: KC_DAY_NONE);
	kc_json_key(&x->w, "disputes");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->disputes.n; i++) {
		d = kc_dispute_decision(x->st, x->st->disputes.v[i]);
		if (kc_slice_is(
			kc_slice_str(kc_decision_matter(x->st, d)), c->handle))
			kc_json_str(&x->w, x->st->disputes.v[i]->handle);
	}
	kc_json_close(&x->w, ']');
}

static void
case_facts(struct kc_vx *x, const struct kc_case *c)
{
	const struct kc_situation *s = kc_view_case_situation(x->st, c);
	const struct kc_policy *p = kc_case_policy(x->st, c);
	const char *outcome = NULL;

	if (kc_case_counts(c) && !kc_case_open(c))
		outcome = kc_case_unmet(x->st, c) ? "unmet" : "met";
	kc_vx_str(x, "case", c->handle);
	kc_vx_unit(x, "unit", c->unit);
	kc_vx_str(x, "target", x->st->targets.v[c->target]->code);
	kc_vx_str(x, "title", x->st->targets.v[c->target]->title);
	kc_vx_unit(x, "assessor", c->assessor);
	kc_vx_actor(x, "decider", c->decider);
	kc_vx_str(x, "situation", s != NULL ? s->id : NULL);
	kc_vx_str(
	    x, "situation_text", s != NULL ? kc_vx_say(x, s->zh, s->en) : NULL);
	kc_vx_str(x, "policy", p != NULL ? p->name : NULL);
	kc_vx_word(x, "effect", KC_SET_PD_EFFECT, c->effect);
	kc_vx_state(x, KC_M_case, c->state);
	kc_vx_str(x, "outcome", outcome);
	kc_vx_i64(x, "year", c->year);
	if (c->number > 0)
		kc_vx_i64(x, "number", c->number);
	else
		kc_vx_null(x, "number");
	kc_vx_points(x, "standard", c->standard_e4);
	kc_vx_points(x, "deducted", c->deducted_e4);
	kc_vx_points(x, "returned", c->returned_e4);
	kc_vx_points(x, "retained", c->deducted_e4 - c->returned_e4);
	if (c->rate_bp >= 0)
		kc_vx_i64(x, "rate_bp", c->rate_bp);
	else
		kc_vx_null(x, "rate_bp");
	case_outlook(x, c);
	case_dates(x, c);
	case_disputes(x, c);
}

enum kc_err
kc_render_prededuct(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_CASE, x->args->id);
	struct kc_last_day days[KC_L_case_COUNT];
	const struct kc_case *c;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "预扣分", "pre-deduction", x->args->id);
	c = x->st->cases.v[at];
	err = kc_vx_want_seen(x, kc_vx_sees_case(x, c));
	if (err != KC_OK)
		return err;
	case_facts(x, c);
	kc_case_days(x->st, c, days);
	kc_vx_next(x, KC_M_case, c->state, days);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < c->events.n; i++) {
		const struct kc_event *e = &c->events.v[i];
		int64_t points = kc_case_event_points(c, e);
		struct kc_buf text = {0};

		kc_buf_case_event(&text, x, c, e);
		kc_vx_event(x, e, &text);
		if (points != 0)
			kc_vx_points(x, "points", points);
		else
			kc_vx_null(x, "points");
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
