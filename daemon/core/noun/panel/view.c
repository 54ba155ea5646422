/* SPDX-License-Identifier: Apache-2.0 */
/* Panels: the turnout, what they came to; and ballots, to those who may read
 * them. */
#include "panel.h"

#include <string.h>

#include "noun/vx.h"

static void
put_percent(struct kc_vx *x, const char *key, int64_t bp)
{
	struct kc_buf b = {0};

	kc_buf_percent(&b, bp);
	kc_vx_buf(x, key, &b);
	kc_buf_free(&b);
}

static void
put_head(struct kc_vx *x, const struct kc_panel *p)
{
	if (p == NULL) {
		kc_vx_null(x, "state");
		kc_vx_null(x, "state_text");
	} else {
		kc_vx_state(x, KC_M_panel, p->state);
	}
	kc_vx_day(x, "from", p == NULL ? KC_DAY_NONE : p->from);
	kc_vx_day(x, "until", p == NULL ? KC_DAY_NONE : p->until);
}

static void
put_group(struct kc_vx *x, unsigned g)
{
	kc_vx_word(x, "group", KC_SET_PANEL, g);
	put_percent(x, "weight",
	    kc_cycle_policy(x->st, x->cycle)->value[kc_panel_weight_key(g)]);
}

/* --- while they vote ---------------------------------------------------------
 * How many of all units together: of one unit it would tell who has voted.
 */
static void
put_turnout(struct kc_vx *x, const struct kc_panel *p, unsigned g)
{
	static const char *const later[] = {"valid", "counts", "mean",
	    "recused", "overreach", "absent", "misplaced", "notes", "flags"};
	uint64_t voters = 0, ballots = 0;

	for (uint32_t i = 0; i < x->st->actors.n; i++)
		voters += kc_panel_may_vote(x->st->actors.v[i], g);
	for (uint32_t u = 0; u < p->units.n; u++)
		for (uint32_t i = 0; i < p->units.v[u].votes.n; i++)
			ballots += p->units.v[u].votes.v[i].group == g &&
			    !p->units.v[u].votes.v[i].recused;
	x->asked = true; /* of no unit */
	kc_vx_row(x);
	kc_vx_null(x, "unit");
	put_group(x, g);
	kc_vx_u64(x, "voters", voters);
	kc_vx_u64(x, "ballots", ballots);
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		kc_vx_null(x, later[i]);
	kc_vx_end(x);
}

/* --- once they are closed --- */
static void
put_flags(struct kc_vx *x, const struct kc_panel_group *g)
{
	static const struct {
		const char *key, *zh, *en;
	} each[KC_PANEL_FLAGS] = {
	    [KC_PANEL_OVERREACH] = {"overreach", "越位 ", "overreach "},
	    [KC_PANEL_ABSENT] = {"absent", "缺位 ", "absent "},
	    [KC_PANEL_MISPLACED] = {"misplaced", "错位 ", "misplaced "},
	};
	struct kc_buf text = {0};

	kc_vx_u64(x, "recused", g->recused);
	for (unsigned i = 0; i < KC_PANEL_FLAGS; i++) {
		kc_vx_u64(x, each[i].key, g->flags[i]);
		if (g->flags[i] == 0)
			continue;
		kc_buf_str(&text, text.n > 0 ? kc_vx_say(x, "，", ", ") : "");
		kc_buf_str(&text, kc_vx_say(x, each[i].zh, each[i].en));
		kc_buf_u64(&text, g->flags[i]);
	}
	kc_vx_u64(x, "notes", g->notes);
	kc_vx_buf(x, "flags", &text);
	kc_buf_free(&text);
}

/* Of a void group how many ballots there were, and nothing of what they say. */
static void
put_result(struct kc_vx *x, const struct kc_panel_result *r, unsigned g)
{
	static const char *const hidden[] = {"mean", "recused", "overreach",
	    "absent", "misplaced", "notes", "flags"};
	const struct kc_panel_group *of = &r->of[g];

	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	kc_vx_unit(x, "unit", r->unit);
	put_group(x, g);
	kc_vx_null(x, "voters");
	kc_vx_u64(x, "ballots", of->mean.ballots);
	kc_vx_u64(x, "valid", of->mean.valid);
	kc_vx_bool(x, "counts", of->counts);
	if (of->counts) {
		kc_vx_points(x, "mean", of->mean.mean_e4);
		put_flags(x, of);
	}
	for (size_t i = 0;
	     !of->counts && i < sizeof(hidden) / sizeof(hidden[0]); i++)
		kc_vx_null(x, hidden[i]);
	kc_vx_end(x);
}

static bool
has_weight(const struct kc_vx *x, unsigned g)
{
	return kc_cycle_policy(x->st, x->cycle)->value[kc_panel_weight_key(g)] >
	    0;
}

enum kc_err
kc_render_panel(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_cycle(x);
	const struct kc_panel *p;

	if (err != KC_OK)
		return err;
	p = kc_panel_of(x->st, x->year);
	put_head(x, p);
	kc_vx_rows(x);
	for (unsigned g = 0;
	     p != NULL && p->state == KC_PS_OPEN && g < KC_PANEL_COUNT; g++)
		if (has_weight(x, g))
			put_turnout(x, p, g);
	for (uint32_t i = 0; p != NULL && i < p->results.n; i++) {
		const struct kc_panel_result *r = &p->results.v[i];

		if ((x->unit != NULL && x->unit->index != r->unit) ||
		    !kc_vx_sees(x, r->unit, KC_NONE))
			continue;
		for (unsigned g = 0; g < KC_PANEL_COUNT; g++)
			if (has_weight(x, g))
				put_result(x, r, g);
	}
	return KC_OK;
}

/* --- ballots --- */
static void
put_mark(struct kc_vx *x, const char *key, const char *text_key,
    const struct kc_vote *v, unsigned k)
{
	if (v != NULL && !v->recused) {
		kc_vx_word(x, key, KC_SET_PANEL_MARK, v->marks.of[k]);
		return;
	}
	kc_vx_null(x, key);
	kc_vx_null(x, text_key);
}

/* One that was cast, or (NULL) that waits. */
static void
put_ballot(
    struct kc_vx *x, uint32_t unit, uint32_t voter, const struct kc_vote *v)
{
	const struct kc_event ev = {.seq = v == NULL ? 0 : v->seq};

	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	kc_vx_unit(x, "unit", unit);
	kc_vx_actor(x, "voter", voter);
	if (v != NULL && !v->recused) {
		kc_vx_word(x, "group", KC_SET_PANEL, v->group);
	} else {
		kc_vx_null(x, "group");
		kc_vx_null(x, "group_text");
	}
	put_mark(x, "full", "full_text", v, 0);
	put_mark(x, "proper", "proper_text", v, 1);
	put_mark(x, "benefit", "benefit_text", v, 2);
	if (v == NULL) {
		kc_vx_str(x, "cast", "none");
		kc_vx_str(x, "cast_text", kc_vx_say(x, "未投", "not yet"));
		kc_vx_null(x, "seq");
	} else {
		kc_vx_str(x, "cast", v->recused ? "recused" : "ballot");
		kc_vx_str(x, "cast_text",
		    v->recused ? kc_vx_say(x, "回避", "stands aside")
			       : kc_vx_say(x, "已投票", "cast"));
		kc_vx_u64(x, "seq", v->seq);
		kc_vx_said(x, &ev, true);
	}
	kc_vx_end(x);
}

/* What is still to be voted on is the voter's own matter. */
static void
put_waiting(struct kc_vx *x, const struct kc_panel *p, uint32_t voter)
{
	for (uint32_t u = 0; u < x->st->units.n; u++) {
		if ((x->unit != NULL && x->unit->index != u) ||
		    !kc_panel_waits_for(x->st, p, voter, u))
			continue;
		x->asked = true;
		put_ballot(x, u, voter, NULL);
	}
}

enum kc_err
kc_render_ballots(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_cycle(x);
	uint32_t me = x->args->reader == NULL
	    ? KC_NONE
	    : kc_find(x->st, KC_NS_ACTOR, kc_slice_str(x->args->reader->actor));
	const struct kc_panel *p;

	if (err != KC_OK)
		return err;
	p = kc_panel_of(x->st, x->year);
	put_head(x, p);
	kc_vx_rows(x);
	for (uint32_t u = 0; p != NULL && u < p->units.n; u++)
		for (uint32_t i = 0; i < p->units.v[u].votes.n; i++) {
			const struct kc_panel_votes *on = &p->units.v[u];
			const struct kc_vote *v = &on->votes.v[i];

			x->asked = x->scope == KC_SEES_ALL || v->voter == me;
			if (x->asked &&
			    (x->unit == NULL || x->unit->index == on->unit))
				put_ballot(x, on->unit, v->voter, v);
		}
	if (p != NULL && p->state == KC_PS_OPEN && me != KC_NONE)
		put_waiting(x, p, me);
	return KC_OK;
}
