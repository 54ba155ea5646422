/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person has to do next: the open last days of which the ladder of
 * reminders tells it by that day, and the step of a target that is its own,
 * a list to be issued, a letter to be delivered and the opinions of a round,
 * which have none; and what a voter has not voted on.
 */
#include "plan_int.h"

#include <string.h>

#include "engine/actor.h"
#include "noun/panel/panel.h"
#include "noun/round/round.h"
#include "noun/yearend/yearend.h"
#include "ready.h"

struct todo {
	struct kc_vx *x;
	uint32_t actor;
	const struct kc_actor *who;
	bool told;
};

static void
note_told(
    struct kc_planning *p, const struct kc_notice *n, uint32_t to, bool deputy)
{
	struct todo *t = p->ask->ctx;

	(void)n;
	(void)deputy;
	t->told = t->told || to == t->actor;
}

/* May the person be a signer of the kind, by a role of its own? */
static bool
may_sign(const struct todo *t, const struct kc_kind *kind)
{
	for (unsigned i = 0; i < kind->signers.n; i++)
		if ((kind->signers.roles[i] & t->who->roles) != 0)
			return true;
	return false;
}

/* "by": the kinds by which it is done that the person may sign, and their
 * names in "kinds_text". */
static void
put_kinds(struct kc_vx *x, const struct todo *t, const struct kc_kind *const *v,
    unsigned n)
{
	struct kc_buf text = {0};

	kc_json_key(&x->w, "kinds");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < n; i++) {
		if (!may_sign(t, v[i]))
			continue;
		kc_json_str(&x->w, v[i]->name);
		kc_buf_str(&text, text.n > 0 ? kc_vx_say(x, "、", ", ") : "");
		kc_buf_str(&text, kc_vx_say(x, v[i]->zh, v[i]->en));
	}
	kc_json_close(&x->w, ']');
	kc_vx_buf(x, "kinds_text", &text);
	kc_buf_free(&text);
}

/* --- last days --- */
static void
put_deadline(struct todo *t, const struct kc_deadline *d)
{
	const struct kc_machine *m = kc_plan_machine_of(d->limit);
	const struct kc_kind *kinds[KC_K_COUNT];
	struct kc_vx *x = t->x;
	unsigned n = 0;

	for (unsigned i = 0; i < m->nmoves; i++)
		if (m->moves[i].limit >= 0 &&
		    &m->limits[m->moves[i].limit] == d->limit)
			kinds[n++] = kc_kind_get(m->moves[i].kind);
	x->asked = true; /* one's own */
	kc_vx_row(x);
	kc_vx_light(x, kc_deadline_light(x, d));
	kc_vx_str(x, "case", d->id);
	kc_vx_str(x, "target",
	    d->target != KC_NONE ? x->st->targets.v[d->target]->code : NULL);
	kc_vx_unit(x, "unit", d->unit);
	kc_vx_str(x, "what", kc_vx_say(x, d->limit->zh, d->limit->en));
	kc_vx_day(x, "due", d->day.due);
	kc_vx_i64(x, "left", kc_deadline_left(x, d));
	kc_vx_bool(x, "provisional", d->day.provisional);
	put_kinds(x, t, kinds, n);
	kc_vx_end(x);
}

static enum kc_err
put_deadlines(struct todo *t)
{
	struct kc_vx *x = t->x;
	const struct kc_plan_ask by = {.ctx = t};
	struct kc_deadlines all = {0};
	struct kc_planning *p = kc_alloc(sizeof(*p));
	enum kc_err err = KC_ENOMEM;

	if (p == NULL)
		return err;
	p->p = kc_policy_now(x->st);
	p->ask = &by;
	p->tell = note_told;
	err = kc_planning_begin(p, x->st, x->now_ms);
	if (err == KC_OK && !kc_deadlines_scan(x->st, &all))
		err = KC_ENOMEM;
	kc_deadlines_sort(&all);
	for (uint32_t i = 0; err == KC_OK && i < all.n; i++) {
		const struct kc_deadline *d = &all.v[i];

		/* What can be done no more is nobody's to do; what a voter
		 * has to do is in a row of its own. */
		if (d->limit->party == KC_PARTY_SELF)
			continue;
		if (!d->limit->late && x->today > d->day.due)
			continue;
		t->told = false;
		kc_plan_tell_ladder(p, d, 0);
		if (t->told)
			put_deadline(t, d);
	}
	kc_vec_free(&all);
	kc_planning_end(p);
	kc_free(p);
	return err;
}

/* --- targets --- */
/* The move that takes a target on to its next state, NULL if none does. */
static const struct kc_move *
step_of(const struct kc_target *g)
{
	const struct kc_machine *m = kc_machine_get(KC_M_target);

	for (unsigned i = 0; g->state < KC_TS_READ && i < m->nmoves; i++)
		if (m->moves[i].from == 1u << g->state &&
		    m->moves[i].to == 1u << (g->state + 1))
			return &m->moves[i];
	return NULL;
}

/* What is the unit's to do of key work is the Establishment Office's. */
static bool
is_ones_own(
    const struct todo *t, const struct kc_move *step, const struct kc_target *g)
{
	if (!may_sign(t, kc_kind_get(step->kind)))
		return false;
	if (step->party != KC_PARTY_UNIT)
		return true;
	return g->class_ == KC_TARGET_CLASS_KEY
	    ? (t->who->roles & KC_ROLE_BIT(KC_ROLE_ESTAB)) != 0
	    : g->unit == t->who->unit;
}

static void
put_target(struct todo *t, const struct kc_target *g)
{
	const struct kc_move *step = step_of(g);
	const struct kc_kind *kind;
	struct kc_buf what = {0};
	struct kc_vx *x = t->x;

	if (step == NULL || !is_ones_own(t, step, g))
		return;
	kind = kc_kind_get(step->kind);
	kc_buf_str(&what, kc_vx_say(x, kind->zh, kind->en));
	kc_buf_str(&what, kc_vx_say(x, "：", ": "));
	kc_buf_str(&what, g->title);
	x->asked = true;
	kc_vx_row(x);
	kc_vx_null(x, "light");
	kc_vx_null(x, "light_text");
	kc_vx_null(x, "case");
	kc_vx_str(x, "target", g->code);
	kc_vx_unit(x, "unit", g->unit);
	kc_vx_buf(x, "what", &what);
	kc_vx_null(x, "due");
	kc_vx_null(x, "left");
	kc_vx_bool(x, "provisional", false);
	put_kinds(x, t, &kind, 1);
	kc_vx_end(x);
	kc_buf_free(&what);
}

/* --- what else has no last day --- */
struct step {
	struct todo *t;
	const struct kc_kind *kind;
};

/* It has a row by its last day. */
static bool
has_last_day(const struct step *s, const struct kc_ready *r)
{
	const struct kc_state *st = s->t->x->st;
	uint32_t i = r->machine == KC_M_yearend
	    ? kc_find(st, KC_NS_YEAREND, kc_slice_str(r->id))
	    : KC_NONE;
	const struct kc_move *move = kc_machine_move(r->machine, s->kind->id);

	return i != KC_NONE && move->limit >= 0 &&
	    s->kind->id != KC_K_yearend_data_in &&
	    kc_yearend_runs(st->yearends.v[i], move->limit);
}

static void
put_step(void *ctx, const struct kc_ready *r)
{
	const struct step *s = ctx;
	struct kc_vx *x = s->t->x;
	bool handle = r->machine == KC_M_warning || r->machine == KC_M_adjust ||
	    r->machine == KC_M_yearend;
	struct kc_buf what = {0}, why = {0};

	if (has_last_day(s, r))
		return;
	kc_buf_str(&what, kc_vx_say(x, s->kind->zh, s->kind->en));
	if (kc_buf_ready_why(&why, x, r)) {
		kc_buf_str(&what, kc_vx_say(x, "：", ": "));
		kc_buf_put(&what, why.p, why.n);
	}
	kc_vx_row(x);
	kc_vx_null(x, "light");
	kc_vx_null(x, "light_text");
	kc_vx_str(x, "case", handle ? r->id : NULL);
	kc_vx_null(x, "target");
	kc_vx_unit(x, "unit", r->unit);
	kc_vx_buf(x, "what", &what);
	kc_vx_null(x, "due");
	kc_vx_null(x, "left");
	kc_vx_bool(x, "provisional", false);
	put_kinds(x, s->t, &s->kind, 1);
	kc_vx_end(x);
	kc_buf_free(&what);
	kc_buf_free(&why);
}

/* That the data are in is the statistics department's to say; the office has
 * a last day for it. */
static bool
is_its_step(const struct todo *t, enum kc_kind_id kind)
{
	return kind != KC_K_yearend_data_in ||
	    (t->who->roles & KC_ROLE_BIT(KC_ROLE_STATS)) != 0;
}

/* A row for each thing on which one of these can be done (ready.c). A kind of
 * a new noun that has no last day of its own is one more here. */
static void
put_steps(struct todo *t)
{
	static const enum kc_kind_id kinds[] = {KC_K_list_issue,
	    KC_K_warning_deliver, KC_K_adjust_approve_first,
	    KC_K_adjust_approve_second, KC_K_adjust_read, KC_K_yearend_data_in,
	    KC_K_yearend_score, KC_K_yearend_draft, KC_K_yearend_publicise,
	    KC_K_yearend_grade, KC_K_yearend_approve, KC_K_yearend_publish,
	    KC_K_result_feed_back, KC_K_year_close};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct step s = {t, kc_kind_get(kinds[i])};

		if (may_sign(t, s.kind) && is_its_step(t, kinds[i]))
			(void)kc_ready_each(t->x, s.kind, put_step, &s);
	}
}

/* --- what a round waits for ------------------------------------------------
 * A thousand opinions are one row.
 */
struct of_round {
	const struct kc_state *st;
	const struct kc_round *round;
	uint64_t n;
	const char *target; /* of the last one */
};

static void
count_of_round(void *ctx, const struct kc_ready *r)
{
	struct of_round *of = ctx;
	uint32_t opinion = kc_find(of->st, KC_NS_OPINION, kc_slice_str(r->id));
	uint32_t round = opinion != KC_NONE
	    ? of->st->opinions.v[opinion]->round
	    : kc_find(of->st, KC_NS_ROUND, kc_slice_str(r->named[0].value));

	if (round != of->round->index)
		return;
	of->n++;
	of->target = of->st->targets.v[r->target]->code;
}

static void
put_of_round(
    struct todo *t, const struct kc_kind *kind, const struct of_round *of)
{
	struct kc_vx *x = t->x;
	struct kc_buf what = {0};

	kc_buf_str(&what, kc_vx_say(x, kind->zh, kind->en));
	kc_buf_str(&what, kc_vx_say(x, "：", ": "));
	kc_buf_u64(&what, of->n);
	kc_buf_str(&what, kc_vx_say(x, " 项目标", " "));
	if (x->lang == KC_LANG_EN)
		kc_buf_str(&what, of->n == 1 ? "target" : "targets");
	x->asked = true; /* counted among what the reader sees */
	kc_vx_row(x);
	kc_vx_null(x, "light");
	kc_vx_null(x, "light_text");
	kc_vx_str(x, "case", of->round->handle);
	kc_vx_str(x, "target", of->n == 1 ? of->target : NULL);
	kc_vx_null(x, "unit");
	kc_vx_buf(x, "what", &what);
	kc_vx_null(x, "due");
	kc_vx_null(x, "left");
	kc_vx_bool(x, "provisional", false);
	put_kinds(x, t, &kind, 1);
	kc_vx_end(x);
	kc_buf_free(&what);
}

static void
put_rounds(struct todo *t)
{
	static const enum kc_kind_id kinds[] = {
	    KC_K_opinion_record, KC_K_opinion_point, KC_K_opinion_feed_back};
	const struct kc_state *st = t->x->st;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (uint32_t k = 0; k < st->rounds.n; k++) {
			const struct kc_kind *kind = kc_kind_get(kinds[i]);
			struct of_round of = {st, st->rounds.v[k], 0, NULL};

			if (of.round->state == KC_RS_CLOSED ||
			    !may_sign(t, kind))
				continue;
			(void)kc_ready_each(t->x, kind, count_of_round, &of);
			if (of.n > 0)
				put_of_round(t, kind, &of);
		}
}

/* --- ballots ---------------------------------------------------------------
 * What is still to be voted on is one row, and nobody else's to know.
 */
static uint64_t
count_waiting(const struct todo *t, const struct kc_panel *p)
{
	uint64_t n = 0;

	for (uint32_t u = 0; u < t->x->st->units.n; u++)
		n += kc_panel_waits_for(t->x->st, p, t->actor, u);
	return n;
}

static void
put_panel(struct todo *t, const struct kc_panel *p)
{
	const struct kc_kind *kinds[] = {
	    kc_kind_get(KC_K_panel_ballot), kc_kind_get(KC_K_panel_recuse)};
	struct kc_vx *x = t->x;
	const struct kc_deadline d = {.day = {p->until, false}};
	uint64_t n = count_waiting(t, p);
	struct kc_buf what = {0};

	if (n == 0)
		return;
	kc_buf_str(&what, kc_vx_say(x, "投票，年度 ", "vote, year "));
	kc_buf_i64(&what, p->year);
	kc_buf_str(&what, kc_vx_say(x, "：还有单位 ", ", units left: "));
	kc_buf_u64(&what, n);
	x->asked = true; /* one's own */
	kc_vx_row(x);
	kc_vx_light(x, kc_deadline_light(x, &d));
	kc_vx_str(x, "case", p->handle);
	kc_vx_null(x, "target");
	kc_vx_null(x, "unit");
	kc_vx_buf(x, "what", &what);
	kc_vx_day(x, "due", p->until);
	kc_vx_i64(x, "left", kc_deadline_left(x, &d));
	kc_vx_bool(x, "provisional", false);
	put_kinds(x, t, kinds, 2);
	kc_vx_end(x);
	kc_buf_free(&what);
}

static void
put_panels(struct todo *t)
{
	const struct kc_state *st = t->x->st;
	const struct kc_viewer *r = t->x->args->reader;

	if (kc_viewer_scope(r, KC_SEE_ballots) != KC_SEES_ALL &&
	    strcmp(r->actor, t->who->id) != 0)
		return;
	for (uint32_t i = 0; i < st->panels.n; i++) {
		const struct kc_panel *p = st->panels.v[i];

		if (p->state == KC_PS_OPEN && t->x->today >= p->from &&
		    t->x->today <= p->until)
			put_panel(t, p);
	}
}

/* One's own, or as the table says of calendars of others. */
static bool
may_ask(const struct kc_viewer *r, struct kc_slice actor)
{
	return r == NULL || r->all || kc_slice_is(actor, r->actor) ||
	    kc_viewer_scope(r, KC_SEE_feed) == KC_SEES_ALL;
}

enum kc_err
kc_render_todo(struct kc_vx *x)
{
	struct kc_slice id = x->args->id;
	struct todo t = {.x = x, .actor = kc_find(x->st, KC_NS_ACTOR, id)};
	enum kc_err err = KC_OK;

	if (!may_ask(x->args->reader, id))
		return kc_viewer_refuse(x->args->reader, KC_SEE_feed, x->why);
	if (t.actor == KC_NONE)
		return kc_vx_not_found(x, "人员", "actor", id);
	t.who = x->st->actors.v[t.actor];
	kc_vx_slice(x, "actor", id);
	kc_vx_day(x, "today", x->today);
	kc_vx_rows(x);
	if (t.who->retired)
		return KC_OK;
	if (kc_policy_now(x->st) != NULL)
		err = put_deadlines(&t);
	for (uint32_t i = 0; err == KC_OK && i < x->st->targets.n; i++)
		if (x->st->targets.v[i]->year >= x->year)
			put_target(&t, x->st->targets.v[i]);
	if (err == KC_OK) {
		put_steps(&t);
		put_rounds(&t);
		put_panels(&t);
	}
	return err;
}
