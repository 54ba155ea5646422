/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of what happened: warning letters, pre-deductions, cadres. */
#include "view_int.h"

static bool
is_addressed(const struct kc_warning *g, uint32_t unit)
{
	for (uint32_t i = 0; i < g->to.n; i++)
		if (g->to.v[i].unit == unit)
			return true;
	return false;
}

enum kc_err
kc_render_warnings(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->warnings.n; i++) {
		const struct kc_warning *g = x->st->warnings.v[i];
		const struct kc_target *t = x->st->targets.v[g->target];

		if ((x->cycle != NULL && t->year != x->year) ||
		    (x->unit != NULL && !is_addressed(g, x->unit->index)))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "warning", g->handle);
		kc_vx_str(x, "target", t->code);
		kc_vx_str(x, "title", t->title);
		kc_json_key(&x->w, "units");
		kc_json_open(&x->w, '[');
		for (uint32_t j = 0; j < g->to.n; j++)
			kc_json_str(
			    &x->w, x->st->units.v[g->to.v[j].unit]->code);
		kc_json_close(&x->w, ']');
		kc_vx_word(x, "level", KC_SET_LEVEL, g->level);
		kc_vx_str(
		    x, "state", kc_state_name(KC_M_warning, g->state, x->lang));
		kc_vx_day(x, "rectify_by", g->rectify_by);
		kc_vx_day(x, "closed", g->closed);
		kc_vx_u64(x, "seq", g->events.v[0].seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

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
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->cases.n; i++) {
		const struct kc_case *c = x->st->cases.v[i];
		const struct kc_situation *s = kc_view_case_situation(x->st, c);
		bool counts = kc_case_counts(c);

		if ((x->cycle != NULL && c->year != x->year) ||
		    (x->unit != NULL && c->unit != x->unit->index))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "case", c->handle);
		kc_vx_unit(x, "unit", c->unit);
		kc_vx_str(x, "target", x->st->targets.v[c->target]->code);
		kc_vx_str(x, "situation", s != NULL ? s->id : NULL);
		kc_vx_word(x, "effect", KC_SET_PD_EFFECT, c->effect);
		kc_vx_str(
		    x, "state", kc_state_name(KC_M_case, c->state, x->lang));
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
		kc_vx_u64(x, "seq", c->events.v[0].seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

enum kc_err
kc_render_cadres(struct kc_vx *x)
{
	struct kc_buf quarter = {0};

	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->proposals.n; i++) {
		const struct kc_proposal *p = x->st->proposals.v[i];
		const struct kc_case *c = x->st->cases.v[p->case_];
		const struct kc_cadre *who = x->st->cadres.v[p->cadre];

		if ((x->cycle != NULL && c->year != x->year) ||
		    (x->unit != NULL && who->unit != x->unit->index))
			continue;
		kc_buf_reset(&quarter);
		kc_buf_quarter(&quarter, p->quarter);
		kc_vx_row(x);
		kc_vx_str(x, "cadre", who->code);
		kc_vx_unit(x, "unit", who->unit);
		kc_vx_str(x, "case", c->handle);
		kc_vx_buf(x, "quarter", &quarter);
		kc_vx_str(x, "state",
		    kc_state_name(KC_M_proposal, p->state, x->lang));
		kc_vx_bool(x, "lost", p->state == KC_PS_LOST);
		kc_vx_end(x);
	}
	kc_buf_free(&quarter);
	return KC_OK;
}
