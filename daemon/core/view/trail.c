/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trail of a unit: every pre-deduction, warning letter, opinion that a
 * target is behind, event of the negative list, bonus and grade by a ruling of
 * a year in the order they began, each a head row with the deduction, below it
 * its events with their entries, and a running total; at the end what the rules
 * of scores leave of it, which is what the score has.
 */
#include "view_int.h"

#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"
#include "noun/yearend/yearend.h"

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
case_rows(struct trail *t, uint32_t index)
{
	const struct kc_case *c = t->x->st->cases.v[index];

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

/* What has no points of its own at its head. */
static void
head_row(struct trail *t, const char *id, const struct kc_events *events,
    const char *kind, const struct kc_buf *text, uint32_t target)
{
	kc_vx_row(t->x);
	kc_vx_u64(t->x, "depth", 0);
	row_common(t, id, &events->v[0], kind, false, text);
	if (target != KC_NONE)
		kc_vx_str(t->x, "target", t->x->st->targets.v[target]->code);
}

static void
head_end(struct trail *t)
{
	row_points(t, 0, true);
	kc_vx_end(t->x);
}

static void
event_row(struct trail *t, const char *id, const struct kc_event *e,
    struct kc_buf *text, int64_t points)
{
	(void)kc_vx_put_doubt(t->x, e->seq, text);
	kc_vx_row(t->x);
	kc_vx_u64(t->x, "depth", 1);
	row_common(
	    t, id, e, kc_kind_get((enum kc_kind_id)e->kind)->name, true, text);
	row_points(t, points, points != 0);
	kc_vx_end(t->x);
	kc_buf_reset(text);
}

static void
warning_rows(struct trail *t, uint32_t index)
{
	struct kc_vx *x = t->x;
	const struct kc_warning *g = x->st->warnings.v[index];
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "预警函（", "warning letter ("));
	kc_buf_str(&text, kc_vx_label(x, KC_SET_LEVEL, g->level));
	kc_buf_str(&text, kc_vx_say(x, "）：", "): "));
	kc_buf_str(&text, x->st->targets.v[g->target]->title);
	head_row(t, g->handle, &g->events, "warning", &text, g->target);
	kc_vx_state(x, KC_M_warning, g->state);
	kc_vx_day(x, "due", kc_letter_lift_by(x->st, g));
	head_end(t);
	kc_buf_reset(&text);
	for (uint32_t i = 0; i < g->events.n; i++) {
		kc_buf_warning_event(&text, x, g, &g->events.v[i]);
		event_row(t, g->handle, &g->events.v[i], &text, 0);
	}
	kc_buf_free(&text);
}

/* No points: letters and pre-deductions may rest on it. */
static void
opinion_rows(struct trail *t, uint32_t index)
{
	struct kc_vx *x = t->x;
	const struct kc_opinion *o = x->st->opinions.v[index];
	struct kc_buf text = {0};

	kc_buf_str(&text,
	    kc_vx_label(x, KC_SET_ROUND, x->st->rounds.v[o->round]->type));
	kc_buf_str(&text, kc_vx_say(x, "，", ", "));
	kc_buf_str(&text, kc_vx_label(x, KC_SET_VERDICT, o->verdict));
	kc_buf_str(&text, kc_vx_say(x, "：", ": "));
	kc_buf_str(&text, x->st->targets.v[o->target]->title);
	head_row(t, o->handle, &o->events, "opinion", &text, o->target);
	kc_vx_state(x, KC_M_opinion, o->state);
	head_end(t);
	kc_buf_reset(&text);
	for (uint32_t i = 0; i < o->events.n; i++) {
		kc_buf_opinion_event(&text, x, o, &o->events.v[i]);
		event_row(t, o->handle, &o->events.v[i], &text, 0);
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
negative_rows(struct trail *t, uint32_t index)
{
	struct kc_vx *x = t->x;
	const struct kc_negative *n = x->st->negatives.v[index];
	int limit = kc_negative_limit(n);
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "负面清单第 ", "negative list, item "));
	kc_buf_u64(&text, n->item);
	kc_buf_str(&text, kc_vx_say(x, " 项", ""));
	head_row(t, n->handle, &n->events, "negative", &text, KC_NONE);
	kc_vx_state(x, KC_M_negative, n->state);
	kc_vx_day(x, "due", limit < 0 ? KC_DAY_NONE : n->day[limit].due);
	head_end(t);
	kc_buf_reset(&text);
	for (uint32_t i = 0; i < n->events.n; i++) {
		const struct kc_event *e = &n->events.v[i];

		kc_buf_event_label(&text, x, e);
		event_row(t, n->handle, e, &text, negative_points(n, e));
	}
	kc_buf_free(&text);
}

static void
bonus_rows(struct trail *t, uint32_t index)
{
	struct kc_vx *x = t->x;
	const struct kc_bonus *b = x->st->bonuses.v[index];
	const struct kc_bonus_situation *s = kc_bonus_situation(x->st, b);
	int limit = kc_bonus_limit(b);
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "加分 ", "bonus "));
	kc_buf_str(&text, s->id);
	kc_buf_str(&text, kc_vx_say(x, "：", ": "));
	kc_buf_str(&text, b->document);
	head_row(t, b->handle, &b->events, "bonus", &text, KC_NONE);
	kc_vx_str(x, "situation", s->id);
	kc_vx_str(x, "situation_text", kc_vx_say(x, s->zh, s->en));
	kc_vx_state(x, KC_M_bonus, b->state);
	kc_vx_day(x, "due", limit < 0 ? KC_DAY_NONE : b->day[limit].due);
	head_end(t);
	kc_buf_reset(&text);
	for (uint32_t i = 0; i < b->events.n; i++) {
		const struct kc_event *e = &b->events.v[i];
		int64_t before = i == 0 ? 0 : kc_bonus_amount_at(b, e->seq - 1);

		kc_buf_event_label(&text, x, e);
		event_row(t, b->handle, e, &text,
		    kc_bonus_amount_at(b, e->seq) - before);
	}
	kc_buf_free(&text);
}

/* No points: a ruling gives the unit a grade at the least (ADR 12). */
static const struct kc_result_form *
regraded_form(const struct kc_vx *x, const struct kc_regrade *r)
{
	const struct kc_dispute *d = x->st->disputes.v[r->dispute];

	return x->st->result_forms.v[kc_dispute_decision(x->st, d)->object];
}

static void
regrade_rows(struct trail *t, uint32_t index)
{
	struct kc_vx *x = t->x;
	const struct kc_regrade *r = &x->st->regrades.v[index];
	const struct kc_result_form *f = regraded_form(x, r);
	struct kc_buf text = {0};

	kc_buf_str(&text, kc_vx_say(x, "考核结果，", "result of the year, "));
	kc_buf_str(&text, kc_vx_label(x, KC_SET_YEAR_GRADE, r->grade));
	kc_buf_str(&text,
	    kc_vx_say(
		x, "（不低于），由复核 ", " at the least by the ruling on "));
	kc_buf_str(&text, x->st->disputes.v[r->dispute]->handle);
	kc_buf_str(&text, kc_vx_say(x, " 改定", ""));
	head_row(t, f->handle, &f->events, "result", &text, KC_NONE);
	head_end(t);
	kc_buf_reset(&text);
	for (uint32_t i = 0; i < f->events.n; i++) {
		kc_buf_event_label(&text, x, &f->events.v[i]);
		event_row(t, f->handle, &f->events.v[i], &text, 0);
	}
	kc_buf_free(&text);
}

/* A row of no matter and no entry. */
static void
sum_row(struct trail *t, const char *kind, const char *event, int64_t points_e4)
{
	struct kc_vx *x = t->x;

	kc_vx_row(x);
	kc_vx_u64(x, "depth", 0);
	kc_vx_null(x, "case");
	kc_vx_null(x, "date");
	kc_vx_str(x, "kind", kind);
	kc_vx_str(x, "event", event);
	kc_json_key(&x->w, "by");
	kc_json_open(&x->w, '[');
	kc_json_close(&x->w, ']');
	kc_vx_null(x, "seq");
	kc_vx_points(x, "points", points_e4);
	kc_vx_points(x, "total", t->total_e4);
	kc_vx_end(x);
}

/* The sum of the matters is not yet what counts: caps, what is settled of a
 * return that was not made whole, and a fact that is punished once. */
static enum kc_err
sum_rows(struct trail *t)
{
	struct kc_vx *x = t->x;
	struct kc_unit_score s;
	enum kc_err err = kc_unit_score(x->st, x->unit, x->cycle, &s, x->why);
	int64_t by_rules_e4;

	if (err != KC_OK)
		return err;
	by_rules_e4 = s.score.bonus_e4 - s.score.retained_e4 -
	    s.score.negative_e4 - t->total_e4;
	t->total_e4 += by_rules_e4;
	if (by_rules_e4 != 0)
		sum_row(t, "by_rules",
		    kc_vx_say(x, "按得分规则调整：上限、保留分、一事一罚",
			"by the rules of scores: caps, residuals, one fact "
			"once"),
		    by_rules_e4);
	sum_row(t, "total", kc_vx_say(x, "合计", "total"), t->total_e4);
	return KC_OK;
}

/* --- what a trail is made of: a row of each noun that is in it -------------
 * of: the unit's own, in log order. begins: the first entry of one that is of
 * the year; KC_NONE if it is not in the trail.
 */
static uint32_t
begun_in(const struct kc_events *ev, bool of_the_year)
{
	return of_the_year ? ev->v[0].seq : KC_NONE;
}

static uint32_t
case_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_case *c = x->st->cases.v[i];

	return begun_in(&c->events, c->year == x->year);
}

static uint32_t
warning_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_warning *g = x->st->warnings.v[i];

	return begun_in(
	    &g->events, x->st->targets.v[g->target]->year == x->year);
}

/* That a target is on schedule is in the list of opinions. */
static uint32_t
opinion_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_opinion *o = x->st->opinions.v[i];
	bool behind = o->verdict == KC_VERDICT_BEHIND ||
	    kc_events_first(&o->events, KC_K_opinion_amend) != KC_NONE;

	return begun_in(
	    &o->events, behind && x->st->targets.v[o->target]->year == x->year);
}

static uint32_t
negative_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_negative *n = x->st->negatives.v[i];

	return begun_in(&n->events, n->year == x->year);
}

static uint32_t
bonus_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_bonus *b = x->st->bonuses.v[i];

	return begun_in(&b->events, b->year == x->year);
}

/* Of all units, and few; of one form the newest. */
static uint32_t
regrade_begins(const struct kc_vx *x, uint32_t i)
{
	const struct kc_regrade *r = &x->st->regrades.v[i];
	const struct kc_events *ev = &regraded_form(x, r)->events;

	return begun_in(ev,
	    r->unit == x->unit->index && r->year == x->year &&
		kc_events_last(ev, KC_K_result_regrade) == r->seq);
}

#define PARTS 6
struct part {
	const struct kc_u32s *of; /* NULL: all there are */
	uint32_t n;
	uint32_t (*begins)(const struct kc_vx *x, uint32_t i);
	void (*rows)(struct trail *t, uint32_t i);
	uint32_t at; /* the next one */
};

static uint32_t
index_at(const struct part *p)
{
	return p->of != NULL ? p->of->v[p->at] : p->at;
}

/* The lists are in log order: merge them by their first entries. */
static void
all_rows(struct trail *t)
{
	const struct kc_unit *u = t->x->unit;
	struct part parts[PARTS] = {
	    {&u->prededucts, u->prededucts.n, case_begins, case_rows, 0},
	    {&u->warnings, u->warnings.n, warning_begins, warning_rows, 0},
	    {&u->opinions, u->opinions.n, opinion_begins, opinion_rows, 0},
	    {&u->negatives, u->negatives.n, negative_begins, negative_rows, 0},
	    {&u->bonuses, u->bonuses.n, bonus_begins, bonus_rows, 0},
	    {NULL, t->x->st->regrades.n, regrade_begins, regrade_rows, 0}};

	for (;;) {
		struct part *first = NULL;
		uint32_t seq = KC_NONE;

		for (unsigned i = 0; i < PARTS; i++) {
			struct part *p = &parts[i];
			uint32_t begins = KC_NONE;

			while (p->at < p->n && begins == KC_NONE) {
				begins = p->begins(t->x, index_at(p));
				p->at += begins == KC_NONE;
			}
			if (begins < seq) {
				seq = begins;
				first = p;
			}
		}
		if (first == NULL)
			break;
		first->rows(t, index_at(first));
		first->at++;
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
	return sum_rows(&t);
}
