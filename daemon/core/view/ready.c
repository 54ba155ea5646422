/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On what a kind can be done now: every thing that stands in a state from
 * which the kind moves it, by the tables, and that the reader sees. Who may do
 * it, and whether the rest of its rule holds, is not said: that is tried.
 */
#include "ready.h"

#include <string.h>

#include "engine/noun.h"
#include "noun/adjust/adjust.h"
#include "noun/bonus/bonus.h"
#include "noun/cadre/cadre.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"
#include "noun/target/plan.h"
#include "noun/task/task.h"
#include "noun/warning/warning.h"
#include "noun/yearend/yearend.h"

struct ready {
	struct kc_vx *x;
	const struct kc_kind *kind;
	bool known; /* it moves something */
	void (*fn)(void *ctx, const struct kc_ready *t);
	void *ctx;
};

#define ONE(field, value)                                                      \
	{                                                                      \
		{(field), (value)},                                            \
		{                                                              \
			NULL, NULL                                             \
		}                                                              \
	}

static bool
begins_something(const struct kc_kind *kind)
{
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_move *made =
		    kc_machine_move((enum kc_machine_id)i, kind->id);

		if (made != NULL && made->from == 0)
			return true;
	}
	return false;
}

/* Does the kind name what is on this machine, and is it done with that? Where
 * it begins something and the thing named stays as it is, it is about what
 * begins: a letter about a target. */
static const struct kc_move *
move_of(struct ready *r, enum kc_machine_id m, const char *field)
{
	const struct kc_move *move = kc_machine_move(m, r->kind->id);

	if (move == NULL || move->from == 0 || move->party == KC_PARTY_CLERK ||
	    kc_kind_field(r->kind, kc_slice_str(field)) < 0 ||
	    (move->to == KC_STATE_STAYS && begins_something(r->kind)))
		return NULL;
	r->known = true;
	return move;
}

/* Those of one unit and year, where they are asked for, that the reader sees:
 * what is of its unit or target, what it judges by the noun's own row (`of`,
 * may be NULL), and what is of no unit, as everybody does who sees any. */
static void
offer(struct ready *r, const struct kc_move *move, const struct kc_ready *t,
    const struct kc_named *of, uint32_t index)
{
	struct kc_vx *x = r->x;

	x->scope = kc_viewer_scope(x->args->reader, t->see);
	if ((move->from >> t->state & 1) == 0 ||
	    (x->unit != NULL && t->unit != x->unit->index) ||
	    (t->year != 0 && x->args->year != 0 && t->year != x->args->year))
		return;
	if (!kc_vx_sees(x, t->unit, t->target))
		x->asked = t->unit == KC_NONE
		    ? x->scope != KC_SEES_NOTHING
		    : x->scope == KC_SEES_JUDGED && of != NULL &&
			of->judged != NULL && x->reader_unit != KC_NONE &&
			of->judged(x->st, index, x->reader_unit, x->today);
	if (x->asked)
		r->fn(r->ctx, t);
}

/* --- what one field names --- */
static bool
has_field(const struct ready *r, const char *field)
{
	return kc_kind_field(r->kind, kc_slice_str(field)) >= 0;
}

/* The year at hand, unless another is asked for; where the kind moves its
 * tasks as well, those say what is open; and not as a point of a round. */
static bool
target_holds(const struct ready *r, uint32_t i)
{
	const struct kc_move *plan = kc_machine_move(KC_M_plan, r->kind->id);

	return (r->x->cycle == NULL ||
		   r->x->st->targets.v[i]->year == r->x->year) &&
	    (plan == NULL || plan->from == 0) && !has_field(r, "round");
}

static bool
plan_holds(const struct ready *r, uint32_t i)
{
	return r->x->st->targets.v[i]->state == KC_TS_ACTIVE;
}

/* Of an active target; where the kind moves its tasks too, by their state. */
static bool
task_holds(const struct ready *r, uint32_t i)
{
	const struct kc_target *t = kc_task_target(r->x->st, i);
	const struct kc_move *plan = kc_machine_move(KC_M_plan, r->kind->id);

	return t->state == KC_TS_ACTIVE &&
	    (plan == NULL || (plan->from >> kc_plan_state(t) & 1) != 0);
}

/* A quarter that has begun, of tasks that are filed. */
static bool
node_holds(const struct ready *r, uint32_t i)
{
	const struct kc_state *st = r->x->st;
	const struct kc_node *n = st->nodes.v[i];

	return kc_plan_state(kc_node_target(st, i)) == KC_PL_FILED &&
	    r->x->today >= kc_node_begin(st, n);
}

/* With a target it is a point of the round that is named: points(). */
static bool
round_holds(const struct ready *r, uint32_t i)
{
	(void)i;
	return !has_field(r, "target");
}

static bool
letter_holds(const struct ready *r, uint32_t i)
{
	(void)i;
	return kc_machine_move(KC_M_addressee, r->kind->id) == NULL;
}

/* Nothing is missing for it, and it was not done before. */
static bool
yearend_holds(const struct ready *r, uint32_t i)
{
	return kc_yearend_ready(r->x->st, r->x->st->yearends.v[i], r->kind->id);
}

/* While its year takes self-checks. */
static bool
selfcheck_holds(const struct ready *r, uint32_t i)
{
	const struct kc_target *t = r->x->st->targets.v[i];
	const struct kc_yearend *y = kc_yearend_of(r->x->st, t->year);

	return kc_target_counts(t) && y != NULL && y->state < KC_YE_SCORED;
}

#define GRANT(g) ((g)->withdrawn ? KC_GS_WITHDRAWN : KC_GS_IN_FORCE)
#define TARGET(i) (st->targets.v[i])
#define TASK(k) (kc_task_target(st, (k)->index))
#define NODE(n) (kc_node_target(st, (n)->index))
#define NO_UNIT KC_NONE
#define NO_TARGET KC_NONE
#define ANY_YEAR 0
/*
 * Whatever has states and is named by one field. A new noun is known here, and
 * so to --all, to completion and to who asks what can be done, by one row:
 *
 * X(machine, view that says who sees it, field that names it, vector of the
 *   state, its struct, and of an object o: name, state, unit, target, year;
 *   holds, or NULL: what else must be true of the object for the kind)
 *
 * A kind that has a field "unit" too is given the unit of the object in it.
 */
#define THINGS(X)                                                              \
	X(target, targets, "target", targets, kc_target, o->code, o->state,    \
	    o->unit, o->index, o->year, target_holds)                          \
	X(plan, targets, "target", targets, kc_target, o->code,                \
	    kc_plan_state(o), o->unit, o->index, o->year, plan_holds)          \
	X(task, tasks, "task", tasks, kc_task, o->code, kc_task_state(o),      \
	    TASK(o)->unit, TASK(o)->index, TASK(o)->year, task_holds)          \
	X(progress, progress, "node", nodes, kc_node, o->code,                 \
	    kc_node_state(o), NODE(o)->unit, NODE(o)->index, NODE(o)->year,    \
	    node_holds)                                                        \
	X(round, rounds, "round", rounds, kc_round, o->handle, o->state,       \
	    NO_UNIT, NO_TARGET, o->year, round_holds)                          \
	X(opinion, opinions, "opinion", opinions, kc_opinion, o->handle,       \
	    o->state, TARGET(o->target)->unit, o->target,                      \
	    TARGET(o->target)->year, NULL)                                     \
	X(warning, warnings, "warning", warnings, kc_warning, o->handle,       \
	    o->state, TARGET(o->target)->unit, o->target, ANY_YEAR,            \
	    letter_holds)                                                      \
	X(case, prededucts, "case", cases, kc_case, o->handle, o->state,       \
	    o->unit, o->target, o->year, NULL)                                 \
	X(negative, negatives, "negative", negatives, kc_negative, o->handle,  \
	    o->state, o->unit, NO_TARGET, o->year, NULL)                       \
	X(bonus, bonuses, "bonus", bonuses, kc_bonus, o->handle, o->state,     \
	    o->unit, NO_TARGET, o->year, NULL)                                 \
	X(adjust, adjusts, "adjust", adjusts, kc_adjust, o->handle, o->state,  \
	    TARGET(o->target)->unit, o->target, TARGET(o->target)->year, NULL) \
	X(selfcheck, selfchecks, "target", targets, kc_target, o->code,        \
	    kc_selfcheck_state(st, o), o->unit, o->index, o->year,             \
	    selfcheck_holds)                                                   \
	X(yearend, yearend, "yearend", yearends, kc_yearend, o->handle,        \
	    o->state, NO_UNIT, NO_TARGET, o->year, yearend_holds)              \
	X(dispute, disputes, "dispute", disputes, kc_dispute, o->handle,       \
	    o->state, o->unit, NO_TARGET, ANY_YEAR, NULL)                      \
	X(grant, grants, "grant", grants, kc_grant, o->code, GRANT(o),         \
	    o->assessor, NO_TARGET, ANY_YEAR, NULL)

/* A function for each row: object i, or false: there are no more. */
#define X(m, seen, field, vec, type, name, in, of, about, when, holds)         \
	static bool m##_at(                                                    \
	    const struct kc_state *st, uint32_t i, struct kc_ready *out)       \
	{                                                                      \
		const struct type *o;                                          \
                                                                               \
		if (i >= st->vec.n)                                            \
			return false;                                          \
		o = st->vec.v[i];                                              \
		*out = (struct kc_ready){.see = KC_SEE_##seen,                 \
		    .machine = KC_M_##m,                                       \
		    .state = (in),                                             \
		    .unit = (of),                                              \
		    .target = (about),                                         \
		    .year = (when),                                            \
		    .id = (name)};                                             \
		return true;                                                   \
	}
THINGS(X)
#undef X

static const struct thing {
	enum kc_machine_id machine;
	const char *field;
	bool (*at)(const struct kc_state *st, uint32_t i, struct kc_ready *out);
	bool (*holds)(const struct ready *r, uint32_t i);
} all_things[] = {
#define X(m, seen, field, vec, type, name, in, of, about, when, holds)         \
	{KC_M_##m, field, m##_at, holds},
    THINGS(X)
#undef X
};

/* The row by which the noun itself says whose they are. */
static const struct kc_named *
named_as(const struct thing *is)
{
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0;
		     i < KC_NOUN_NAMED && kc_nouns[n]->named[i].field != NULL;
		     i++) {
			const struct kc_named *of = &kc_nouns[n]->named[i];

			if (of->count != NULL && of->machine == is->machine &&
			    strcmp(of->field, is->field) == 0)
				return of;
		}
	return NULL;
}

static void
things(struct ready *r, const struct thing *is)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, is->machine, is->field);
	const struct kc_named *of = named_as(is);
	struct kc_ready t;

	for (uint32_t i = 0; move != NULL && is->at(st, i, &t); i++) {
		if (is->holds != NULL && !is->holds(r, i))
			continue;
		t.named[0].field = is->field;
		t.named[0].value = t.id;
		if (t.target != KC_NONE)
			t.title = TARGET(t.target)->title;
		if (t.unit != KC_NONE && has_field(r, "unit")) {
			t.named[1].field = "unit";
			t.named[1].value = st->units.v[t.unit]->code;
		}
		offer(r, move, &t, of, i);
	}
}

/* --- lists --- */
/* While a target is in one of these, its list cannot have the kind. */
static bool
is_blocked(const struct ready *r, const struct kc_list *l)
{
	const struct kc_machine *m = kc_machine_get(KC_M_target);

	for (unsigned b = 0; b < m->nblocks; b++)
		for (uint32_t i = 0; i < l->targets.n; i++)
			if (m->blocks[b].kind == r->kind->id &&
			    m->blocks[b].states >>
				    r->x->st->targets.v[l->targets.v[i]]
					->state &
				1)
				return true;
	return false;
}

static void
lists(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_list, "unit");
	struct kc_buf year = {0};

	for (uint32_t i = 0; move != NULL && i < st->lists.n; i++) {
		const struct kc_list *l = st->lists.v[i];
		const char *code = st->units.v[l->unit]->code;
		struct kc_ready t = {KC_SEE_targets, KC_M_list,
		    l->issued_seq == KC_NONE ? KC_LS_DRAWN_UP : KC_LS_ISSUED,
		    l->unit, KC_NONE, l->year, code, NULL, ONE("unit", code)};

		/* One that a reform has emptied is nobody's to issue. */
		if ((r->x->cycle != NULL && l->year != r->x->year) ||
		    !kc_list_plans(st, l) || is_blocked(r, l))
			continue;
		kc_buf_reset(&year);
		kc_buf_i64(&year, l->year);
		t.named[1].field = "year";
		t.named[1].value = kc_buf_cstr(&year);
		offer(r, move, &t, NULL, i);
	}
	kc_buf_free(&year);
}

/* --- each unit that a letter goes to --- */
static void
addressees(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_warning, "warning");
	const struct kc_move *to = move_of(r, KC_M_addressee, "warning");
	bool each = has_field(r, "unit");

	for (uint32_t i = 0; to != NULL && i < st->warnings.n; i++) {
		const struct kc_warning *w = st->warnings.v[i];
		struct kc_ready t = {KC_SEE_warnings, KC_M_warning, w->state,
		    KC_NONE, w->target, ANY_YEAR, w->handle,
		    TARGET(w->target)->title, ONE("warning", w->handle)};

		for (uint32_t k = 0; k < w->to.n; k++) {
			if ((to->from >> kc_addressee_state(&w->to.v[k]) & 1) ==
			    0)
				continue;
			t.unit = w->to.v[k].unit;
			t.named[1].field = each ? "unit" : NULL;
			t.named[1].value = st->units.v[t.unit]->code;
			offer(r, move, &t, NULL, i);
		}
	}
}

/* --- a target of a round --- */
/* To be selected: of its year, active, not selected yet; or to be assessed. */
static bool
is_point(const struct ready *r, const struct kc_round *round, uint32_t target)
{
	uint32_t i = kc_point_of(round, target);

	if (r->kind->id == KC_K_round_select)
		return r->x->st->targets.v[target]->year == round->year &&
		    r->x->st->targets.v[target]->state == KC_TS_ACTIVE &&
		    i == round->points.n;
	return kc_point_lacks(r->x->st, &round->points.v[i]) == KC_LACK_OPINION;
}

static void
points(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = kc_machine_move(KC_M_round, r->kind->id);
	bool any = r->kind->id == KC_K_round_select;

	if (move == NULL || move->from == 0 || !has_field(r, "round") ||
	    !has_field(r, "target"))
		return;
	r->known = true;
	for (uint32_t i = 0; i < st->rounds.n; i++) {
		const struct kc_round *round = st->rounds.v[i];
		uint32_t n = any ? st->targets.n : round->points.n;

		for (uint32_t k = 0; k < n; k++) {
			const struct kc_target *g =
			    TARGET(any ? k : round->points.v[k].target);
			const struct kc_ready t = {KC_SEE_targets, KC_M_round,
			    round->state, g->unit, g->index, g->year, g->code,
			    g->title,
			    {{"round", round->handle}, {"target", g->code}}};

			if ((move->from >> t.state & 1) != 0 &&
			    is_point(r, round, g->index))
				offer(r, move, &t, NULL, i);
		}
	}
}

/* --- the "good" that a case takes --- */
static void
proposals(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_proposal, "cadre");

	for (uint32_t i = 0; move != NULL && i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];
		const struct kc_cadre *who = st->cadres.v[p->cadre];
		const struct kc_case *of = st->cases.v[p->case_];
		const struct kc_ready t = {KC_SEE_cadres, KC_M_proposal,
		    p->state, who->unit, KC_NONE, of->year, who->code, NULL,
		    {{"cadre", who->code}, {"case", of->handle}}};

		offer(r, move, &t, NULL, i);
	}
}

bool
kc_ready_each(struct kc_vx *x, const struct kc_kind *kind,
    void (*fn)(void *ctx, const struct kc_ready *t), void *ctx)
{
	struct ready r = {.x = x, .kind = kind, .fn = fn, .ctx = ctx};

	for (size_t i = 0; i < sizeof(all_things) / sizeof(all_things[0]); i++)
		things(&r, &all_things[i]);
	lists(&r);
	addressees(&r);
	points(&r);
	proposals(&r);
	return r.known;
}

bool
kc_buf_ready_why(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_ready *t)
{
	return t->machine == KC_M_yearend &&
	    kc_buf_results_changed(b, x, kc_slice_str(t->id));
}
