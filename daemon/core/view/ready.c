/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On what a kind can be done now: every thing that stands in a state from
 * which the kind moves it, by the tables, and that the reader sees. Who may do
 * it, and whether the rest of its rule holds, is not said: that is tried.
 */
#include "ready.h"

#include "noun/cadre/cadre.h"
#include "noun/dispute/dispute.h"
#include "noun/target/target.h"
#include "noun/warning/warning.h"

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

/* Those of one unit, where it is asked for, that the reader sees. */
static void
offer(struct ready *r, const struct kc_move *move, const struct kc_ready *t)
{
	struct kc_vx *x = r->x;

	x->scope = kc_viewer_scope(x->args->reader, t->see);
	if ((move->from >> t->state & 1) != 0 &&
	    (x->unit == NULL || t->unit == x->unit->index) &&
	    kc_vx_sees(x, t->unit, t->target))
		r->fn(r->ctx, t);
}

/* --- targets, and their lists --- */
static void
targets(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_target, "target");

	for (uint32_t i = 0; move != NULL && i < st->targets.n; i++) {
		const struct kc_target *g = st->targets.v[i];
		const struct kc_ready t = {KC_SEE_targets, KC_M_target,
		    g->state, g->unit, g->index, g->code, g->title,
		    ONE("target", g->code)};

		if (r->x->cycle == NULL || g->year == r->x->year)
			offer(r, move, &t);
	}
}

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
		    l->unit, KC_NONE, code, NULL, ONE("unit", code)};

		if ((r->x->cycle != NULL && l->year != r->x->year) ||
		    is_blocked(r, l))
			continue;
		kc_buf_reset(&year);
		kc_buf_i64(&year, l->year);
		t.named[1].field = "year";
		t.named[1].value = kc_buf_cstr(&year);
		offer(r, move, &t);
	}
	kc_buf_free(&year);
}

/* --- letters --- */
static void
letters(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_warning, "warning");
	const struct kc_move *to = move_of(r, KC_M_addressee, "warning");
	bool each = kc_kind_field(r->kind, KC_LIT("unit")) >= 0;

	for (uint32_t i = 0; move != NULL && i < st->warnings.n; i++) {
		const struct kc_warning *w = st->warnings.v[i];
		struct kc_ready t = {KC_SEE_warnings, KC_M_warning, w->state,
		    st->targets.v[w->target]->unit, w->target, w->handle, NULL,
		    ONE("warning", w->handle)};

		t.title = st->targets.v[w->target]->title;
		if (to == NULL)
			offer(r, move, &t);
		for (uint32_t k = 0; to != NULL && k < w->to.n; k++) {
			if ((to->from >> kc_addressee_state(&w->to.v[k]) & 1) ==
			    0)
				continue;
			t.unit = w->to.v[k].unit;
			t.named[1].field = each ? "unit" : NULL;
			t.named[1].value = st->units.v[t.unit]->code;
			offer(r, move, &t);
		}
	}
}

/* --- cases, and the "good" that they take --- */
static void
cases(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_case, "case");

	for (uint32_t i = 0; move != NULL && i < st->cases.n; i++) {
		const struct kc_case *c = st->cases.v[i];
		const struct kc_ready t = {KC_SEE_prededucts, KC_M_case,
		    c->state, c->unit, c->target, c->handle,
		    st->targets.v[c->target]->title, ONE("case", c->handle)};

		offer(r, move, &t);
	}
	move = move_of(r, KC_M_proposal, "cadre");
	for (uint32_t i = 0; move != NULL && i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];
		const struct kc_cadre *who = st->cadres.v[p->cadre];
		const char *handle = st->cases.v[p->case_]->handle;
		const struct kc_ready t = {KC_SEE_cadres, KC_M_proposal,
		    p->state, who->unit, KC_NONE, who->code, NULL,
		    {{"cadre", who->code}, {"case", handle}}};

		offer(r, move, &t);
	}
}

/* --- disputes, rights to assess --- */
static void
others(struct ready *r)
{
	const struct kc_state *st = r->x->st;
	const struct kc_move *move = move_of(r, KC_M_dispute, "dispute");

	for (uint32_t i = 0; move != NULL && i < st->disputes.n; i++) {
		const struct kc_dispute *d = st->disputes.v[i];
		const struct kc_ready t = {KC_SEE_disputes, KC_M_dispute,
		    d->state, d->unit, KC_NONE, d->handle, NULL,
		    ONE("dispute", d->handle)};

		offer(r, move, &t);
	}
	move = move_of(r, KC_M_grant, "grant");
	for (uint32_t i = 0; move != NULL && i < st->grants.n; i++) {
		const struct kc_grant *g = st->grants.v[i];
		const struct kc_ready t = {KC_SEE_grants, KC_M_grant,
		    g->withdrawn ? KC_GS_WITHDRAWN : KC_GS_IN_FORCE,
		    g->assessor, KC_NONE, g->code, NULL, ONE("grant", g->code)};

		offer(r, move, &t);
	}
}

bool
kc_ready_each(struct kc_vx *x, const struct kc_kind *kind,
    void (*fn)(void *ctx, const struct kc_ready *t), void *ctx)
{
	struct ready r = {.x = x, .kind = kind, .fn = fn, .ctx = ctx};

	targets(&r);
	lists(&r);
	letters(&r);
	cases(&r);
	others(&r);
	return r.known;
}

/* --- the view --- */
static void
put(void *ctx, const struct kc_ready *t)
{
	struct kc_vx *x = ctx;

	kc_vx_row(x);
	kc_vx_str(x, "case", t->id);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_state(x, t->machine, t->state);
	kc_vx_str(x, "title", t->title);
	kc_json_key(&x->w, "fields");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < 2; i++)
		if (t->named[i].field != NULL)
			kc_json_str(&x->w, t->named[i].field);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "values");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < 2; i++)
		if (t->named[i].field != NULL)
			kc_json_str(&x->w, t->named[i].value);
	kc_json_close(&x->w, ']');
	kc_vx_end(x);
}

enum kc_err
kc_render_ready(struct kc_vx *x)
{
	const struct kc_kind *kind = kc_kind_find(x->args->id);

	if (kind == NULL)
		return kc_vx_bad_arg(x, "id");
	kc_vx_str(x, "kind", kind->name);
	kc_vx_rows(x);
	return kc_ready_each(x, kind, put, x) ? KC_OK : kc_vx_bad_arg(x, "id");
}
