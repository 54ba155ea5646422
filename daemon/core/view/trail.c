/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trail of a unit: every pre-deduction and warning letter of a year in
 * the order they were decided, each a head row with the deduction, below it
 * its events with their entries, and a running total.
 */
#include "view_int.h"

#include "noun/negative/negative.h"

/* The points of the head row are those of its confirmation: an event row
 * shows only what changes them later. */
struct trail {
	struct kc_vx *x;
	int64_t total_e4;
};

static void
row_common(struct trail *t, const char *id, const struct kc_event *e,
    const char *kind, bool words, const struct kc_buf *text)
{
	kc_vx_str(t->x, "case", id);
	kc_vx_day(t->x, "date", kc_event_day(e));
	kc_vx_str(t->x, "kind", kind);
	kc_vx_buf(t->x, "event", text);
	kc_vx_said(t->x, e, words);
	kc_vx_u64(t->x, "seq", e->seq);
}

static void
row_points(struct trail *t, int64_t points, bool shown)
{
	t->total_e4 += points;
	if (shown)
		kc_vx_points(t->x, "points", points);
	else
		kc_vx_null(t->x, "points");
	kc_vx_points(t->x, "total", t->total_e4);
}

static void
case_head(struct trail *t, const struct kc_case *c)
{
	struct kc_vx *x = t->x;
	const struct kc_situation *s = kc_view_case_situation(x->st, c);
	const struct kc_target *target = x->st->targets.v[c->target];
	uint32_t confirm = kc_events_at(&c->events, KC_K_prededuct_confirm);
	int64_t points = confirm == KC_NONE
	    ? 0
	    : kc_case_event_points(c, &c->events.v[confirm]);
	kc_day until;
	int64_t may_return = kc_case_may_return(x->st, c, &until);
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_label(x, KC_SET_PD_EFFECT, c->effect));
	if (s != NULL) {
		kc_buf_char(&text, ' ');
		kc_buf_str(&text, s->id);
	}
	kc_buf_str(&text, kc_vx_say(x, "：", ": "));
	kc_buf_str(&text, target->title);
	kc_vx_row(x);
	kc_vx_u64(x, "depth", 0);
	row_common(t, c->handle, &c->events.v[0], "prededuct", false, &text);
	kc_vx_str(x, "target", target->code);
	kc_vx_str(x, "situation", s != NULL ? s->id : NULL);
	kc_vx_str(
	    x, "situation_text", s != NULL ? kc_vx_say(x, s->zh, s->en) : NULL);
	kc_vx_word(x, "effect", KC_SET_PD_EFFECT, c->effect);
	kc_vx_state(x, KC_M_case, c->state);
	kc_vx_day(x, "due", c->due);
	kc_vx_points(x, "may_return", may_return);
	kc_vx_day(x, "may_return_until", until);
	row_points(t, points, true);
	kc_vx_end(x);
	kc_buf_free(&text);
}

static void
case_rows(struct trail *t, const struct kc_case *c)
{
	case_head(t, c);
	for (uint32_t i = 0; i < c->events.n; i++) {
		const struct kc_event *e = &c->events.v[i];
		bool changes = kc_case_counted(c) &&
		    (e->kind == KC_K_refund_grant ||
			kc_case_correction_at(c, e->seq) != NULL);
		struct kc_buf text = {0};

		kc_buf_case_event(&text, t->x, c, e);
		(void)kc_vx_put_doubt(t->x, e->seq, &text);
		kc_vx_row(t->x);
		kc_vx_u64(t->x, "depth", 1);
		row_common(t, c->handle, e,
		    kc_kind_get((enum kc_kind_id)e->kind)->name, true, &text);
		row_points(
		    t, changes ? kc_case_event_points(c, e) : 0, changes);
		kc_vx_end(t->x);
		kc_buf_free(&text);
	}
}

static void
warning_rows(struct trail *t, const struct kc_warning *g)
{
	struct kc_vx *x = t->x;
	const struct kc_target *target = x->st->targets.v[g->target];
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "预警函（", "warning letter ("));
	kc_buf_str(&text, kc_vx_label(x, KC_SET_LEVEL, g->level));
	kc_buf_str(&text, kc_vx_say(x, "）：", "): "));
	kc_buf_str(&text, target->title);
	kc_vx_row(x);
	kc_vx_u64(x, "depth", 0);
	row_common(t, g->handle, &g->events.v[0], "warning", false, &text);
	kc_vx_str(x, "target", target->code);
	kc_vx_state(x, KC_M_warning, g->state);
	kc_vx_day(x, "due", kc_letter_lift_by(x->st, g));
	row_points(t, 0, true);
	kc_vx_end(x);
	for (uint32_t i = 0; i < g->events.n; i++) {
		const struct kc_event *e = &g->events.v[i];

		kc_buf_reset(&text);
		kc_buf_warning_event(&text, x, g, e);
		(void)kc_vx_put_doubt(x, e->seq, &text);
		kc_vx_row(x);
		kc_vx_u64(x, "depth", 1);
		row_common(t, g->handle, e,
		    kc_kind_get((enum kc_kind_id)e->kind)->name, true, &text);
		row_points(t, 0, false);
		kc_vx_end(x);
	}
	kc_buf_free(&text);
}

/* What an entry changes: its points from the confirmation on, and what is
 * taken back. */
static int64_t
negative_points(const struct kc_negative *n, const struct kc_event *e)
{
	if (e->kind == KC_K_negative_confirm)
		return -kc_negative_amount_at(n, e->seq);
	if (e->kind == KC_K_negative_withdraw &&
	    kc_events_first(&n->events, KC_K_negative_confirm) != KC_NONE)
		return n->amount_e4;
	if (e->kind == KC_K_negative_revoke || e->kind == KC_K_negative_reduce)
		return kc_negative_amount_at(n, e->seq - 1) -
		    kc_negative_amount_at(n, e->seq);
	return 0;
}

static void
negative_rows(struct trail *t, const struct kc_negative *n)
{
	struct kc_vx *x = t->x;
	int limit = kc_negative_limit(n);
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "负面清单第 ", "negative list, item "));
	kc_buf_u64(&text, n->item);
	kc_buf_str(&text, kc_vx_say(x, " 项", ""));
	kc_vx_row(x);
	kc_vx_u64(x, "depth", 0);
	row_common(t, n->handle, &n->events.v[0], "negative", false, &text);
	kc_vx_state(x, KC_M_negative, n->state);
	kc_vx_day(x, "due", limit < 0 ? KC_DAY_NONE : n->day[limit].due);
	row_points(t, 0, true);
	kc_vx_end(x);
	for (uint32_t i = 0; i < n->events.n; i++) {
		const struct kc_event *e = &n->events.v[i];
		int64_t points = negative_points(n, e);

		kc_buf_reset(&text);
		kc_buf_event_label(&text, x, e);
		(void)kc_vx_put_doubt(x, e->seq, &text);
		kc_vx_row(x);
		kc_vx_u64(x, "depth", 1);
		row_common(t, n->handle, e,
		    kc_kind_get((enum kc_kind_id)e->kind)->name, true, &text);
		row_points(t, points, points != 0);
		kc_vx_end(x);
	}
	kc_buf_free(&text);
}

static void
total_row(struct trail *t)
{
	struct kc_vx *x = t->x;

	kc_vx_row(x);
	kc_vx_u64(x, "depth", 0);
	kc_vx_null(x, "case");
	kc_vx_null(x, "date");
	kc_vx_str(x, "kind", "total");
	kc_vx_str(x, "event", kc_vx_say(x, "合计", "total"));
	kc_json_key(&x->w, "by");
	kc_json_open(&x->w, '[');
	kc_json_close(&x->w, ']');
	kc_vx_null(x, "seq");
	kc_vx_points(x, "points", t->total_e4);
	kc_vx_points(x, "total", t->total_e4);
	kc_vx_end(x);
}

/* Next of a unit's cases (letters) that belongs to the year; n if none. */
static uint32_t
next_case(const struct kc_vx *x, uint32_t i)
{
	const struct kc_u32s *list = &x->unit->prededucts;

	while (i < list->n && x->st->cases.v[list->v[i]]->year != x->year)
		i++;
	return i;
}

static uint32_t
next_warning(const struct kc_vx *x, uint32_t i)
{
	const struct kc_u32s *list = &x->unit->warnings;

	while (i < list->n) {
		const struct kc_warning *g = x->st->warnings.v[list->v[i]];

		if (x->st->targets.v[g->target]->year == x->year)
			break;
		i++;
	}
	return i;
}

static uint32_t
next_negative(const struct kc_vx *x, uint32_t i)
{
	const struct kc_u32s *list = &x->unit->negatives;

	while (i < list->n && x->st->negatives.v[list->v[i]]->year != x->year)
		i++;
	return i;
}

static uint32_t
begun(const struct kc_events *ev)
{
	return ev->v[0].seq;
}

/* The lists are in log order: merge them by their first entries. */
static void
all_rows(struct trail *t)
{
	const struct kc_vx *x = t->x;
	const struct kc_unit *u = x->unit;
	uint32_t i = next_case(x, 0), j = next_warning(x, 0);
	uint32_t k = next_negative(x, 0);

	for (;;) {
		uint32_t c = KC_NONE, g = KC_NONE, n = KC_NONE;

		if (i < u->prededucts.n)
			c = begun(&x->st->cases.v[u->prededucts.v[i]]->events);
		if (j < u->warnings.n)
			g = begun(&x->st->warnings.v[u->warnings.v[j]]->events);
		if (k < u->negatives.n)
			n = begun(
			    &x->st->negatives.v[u->negatives.v[k]]->events);
		if (c == KC_NONE && g == KC_NONE && n == KC_NONE)
			break;
		if (c < g && c < n) {
			case_rows(t, x->st->cases.v[u->prededucts.v[i]]);
			i = next_case(x, i + 1);
		} else if (g < n) {
			warning_rows(t, x->st->warnings.v[u->warnings.v[j]]);
			j = next_warning(x, j + 1);
		} else {
			negative_rows(t, x->st->negatives.v[u->negatives.v[k]]);
			k = next_negative(x, k + 1);
		}
	}
}

enum kc_err
kc_render_trail(struct kc_vx *x)
{
	struct trail t = {.x = x};
	struct kc_tally sum;
	enum kc_err err = kc_vx_want_unit(x);

	if (err == KC_OK)
		err = kc_vx_want_cycle(x);
	if (err != KC_OK)
		return err;
	kc_tally_cases(x->st, x->unit, x->year, &sum);
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_u64(x, "prededuct", sum.cases);
	kc_vx_u64(x, "exempted", sum.exempted);
	kc_vx_points(x, "deducted", sum.deducted_e4);
	kc_vx_points(x, "returned", sum.returned_e4);
	kc_vx_points(x, "retained", sum.retained_e4);
	kc_vx_rows(x);
	all_rows(&t);
	total_row(&t);
	return KC_OK;
}
