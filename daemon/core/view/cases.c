/* SPDX-License-Identifier: Apache-2.0 */
/* One target, one warning letter, one pre-deduction: facts, then events. */
#include "view_int.h"

/* The members that every event row has. */
static void
event_open(struct kc_vx *x, const struct kc_event *e, const struct kc_buf *text)
{
	kc_vx_row(x);
	kc_vx_u64(x, "seq", e->seq);
	kc_vx_day(x, "date", kc_event_day(e));
	kc_vx_instant(x, "received", e->received_ms);
	kc_vx_str(x, "kind", kc_kind_get((enum kc_kind_id)e->kind)->name);
	kc_vx_buf(x, "event", text);
	kc_vx_actor(x, "by", e->by);
}

static void
write_cadre(struct kc_vx *x, const char *key, uint32_t cadre)
{
	kc_vx_str(
	    x, key, cadre != KC_NONE ? x->st->cadres.v[cadre]->code : NULL);
}

static void
target_facts(struct kc_vx *x, const struct kc_target *t)
{
	kc_vx_str(x, "target", t->code);
	kc_vx_str(x, "title", t->title);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_unit(x, "assessor", t->assessor);
	kc_vx_i64(x, "year", t->year);
	kc_vx_word(x, "class", KC_SET_TARGET_CLASS, t->class_);
	kc_vx_word(x, "source", KC_SET_SOURCE, t->source);
	kc_vx_points(x, "weight", t->weight_e4);
	kc_vx_str(x, "indicator",
	    t->indicator != KC_NONE ? x->st->indicators.v[t->indicator]->code
				    : NULL);
	write_cadre(x, "lead", t->lead);
	write_cadre(x, "assist", t->assist);
	kc_vx_str(x, "state", kc_state_name(KC_M_target, t->state, x->lang));
	if (t->completion_bp < 0) {
		kc_vx_null(x, "completion_bp");
	} else {
		kc_vx_i64(x, "completion_bp", t->completion_bp);
		kc_vx_u64(x, "completion_seq", t->completion_seq);
	}
	kc_vx_str(x, "open_case",
	    t->open_case != KC_NONE ? x->st->cases.v[t->open_case]->handle
				    : NULL);
}

/* Letters and cases about the target, as lists of handles. */
static void
target_links(struct kc_vx *x, const struct kc_target *t)
{
	kc_json_key(&x->w, "warnings");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->warnings.n; i++)
		if (x->st->warnings.v[i]->target == t->index)
			kc_json_str(&x->w, x->st->warnings.v[i]->handle);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "prededucts");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->cases.n; i++)
		if (x->st->cases.v[i]->target == t->index)
			kc_json_str(&x->w, x->st->cases.v[i]->handle);
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_target(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_TARGET, x->args->id);
	const struct kc_target *t;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "目标", "target", x->args->id);
	t = x->st->targets.v[at];
	target_facts(x, t);
	target_links(x, t);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < t->events.n; i++) {
		const struct kc_event *e = &t->events.v[i];
		const struct kc_kind *k = kc_kind_get((enum kc_kind_id)e->kind);
		struct kc_buf text = {0};

		kc_buf_str(&text, kc_vx_say(x, k->zh, k->en));
		event_open(x, e, &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}

static void
warning_addressees(struct kc_vx *x, const struct kc_warning *g)
{
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < g->to.n; i++) {
		const struct kc_addressee *a = &g->to.v[i];

		kc_vx_row(x);
		kc_vx_unit(x, "unit", a->unit);
		kc_vx_day(x, "delivered", a->delivered);
		kc_vx_day(x, "reply_due", a->reply_due);
		if (a->replied_ms != 0)
			kc_vx_instant(x, "replied", a->replied_ms);
		else
			kc_vx_null(x, "replied");
		kc_vx_bool(x, "overdue", a->overdue);
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_warning(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_WARNING, x->args->id);
	const struct kc_warning *g;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "预警函", "warning letter", x->args->id);
	g = x->st->warnings.v[at];
	kc_vx_str(x, "warning", g->handle);
	kc_vx_str(x, "target", x->st->targets.v[g->target]->code);
	kc_vx_str(x, "title", x->st->targets.v[g->target]->title);
	kc_vx_word(x, "level", KC_SET_LEVEL, g->level);
	kc_vx_str(x, "state", kc_state_name(KC_M_warning, g->state, x->lang));
	kc_vx_day(x, "rectify_by", g->rectify_by);
	kc_vx_day(x, "closed", g->closed);
	warning_addressees(x, g);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < g->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_warning_event(&text, x, g, &g->events.v[i]);
		event_open(x, &g->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}

static void
case_dates(struct kc_vx *x, const struct kc_case *c)
{
	kc_vx_day(x, "decided", c->decided);
	kc_vx_day(x, "confirmed", c->confirmed);
	kc_vx_day(x, "delivered", c->delivered);
	kc_vx_day(x, "due", c->due);
	kc_vx_bool(x, "provisional", c->provisional);
	kc_vx_day(x, "submitted", c->submitted);
	kc_vx_day(x, "review_due", c->review_due);
	kc_vx_u64(x, "extensions", c->extensions);
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
	kc_vx_str(x, "state", kc_state_name(KC_M_case, c->state, x->lang));
	kc_vx_str(x, "outcome", outcome);
	kc_vx_i64(x, "year", c->year);
	kc_vx_i64(x, "number", c->number);
	kc_vx_points(x, "standard", c->standard_e4);
	kc_vx_points(x, "deducted", c->deducted_e4);
	kc_vx_points(x, "returned", c->returned_e4);
	kc_vx_points(x, "retained", c->deducted_e4 - c->returned_e4);
	if (c->rate_bp >= 0)
		kc_vx_i64(x, "rate_bp", c->rate_bp);
	else
		kc_vx_null(x, "rate_bp");
	case_dates(x, c);
}

enum kc_err
kc_render_prededuct(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_CASE, x->args->id);
	const struct kc_case *c;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "预扣分", "pre-deduction", x->args->id);
	c = x->st->cases.v[at];
	case_facts(x, c);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < c->events.n; i++) {
		const struct kc_event *e = &c->events.v[i];
		int64_t points = kc_case_event_points(c, e);
		struct kc_buf text = {0};

		kc_buf_case_event(&text, x, c, e);
		event_open(x, e, &text);
		if (points != 0)
			kc_vx_points(x, "points", points);
		else
			kc_vx_null(x, "points");
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
