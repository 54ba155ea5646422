/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a unit's score comes about, as steps from a hundred points: what was
 * not earned, what the panels change, what was deducted and came back case by
 * case, what the rules leave of that, bonuses. The steps add up to the score.
 */
#include "view_int.h"

#include "noun/negative/negative.h"

struct fall {
	struct kc_vx *x;
	int64_t at; /* where the next step begins */
};

/* A step of nothing is left out, but for the first and the last one. */
static void
step(struct fall *f, const char *word, const char *matter, const char *label,
    int64_t change_e4)
{
	struct kc_vx *x = f->x;
	bool total = change_e4 == 0;

	kc_vx_row(x);
	kc_vx_str(x, "step", word);
	kc_vx_str(x, "matter", matter);
	kc_vx_str(x, "label", label);
	if (total)
		kc_vx_null(x, "change");
	else
		kc_vx_points(x, "change", change_e4);
	kc_vx_points(x, "before", f->at);
	f->at += change_e4;
	kc_vx_points(x, "after", f->at);
	kc_vx_end(x);
}

static void
change(struct fall *f, const char *word, const char *zh, const char *en,
    int64_t change_e4)
{
	if (change_e4 != 0)
		step(f, word, NULL, kc_vx_say(f->x, zh, en), change_e4);
}

/* --- what was earned --- */
static void
earned(struct fall *f, const struct kc_score *s)
{
	static const struct {
		const char *word, *zh, *en;
	} classes[] = {
	    [KC_CLASS_KEY] = {"key", "重点工作未得", "key work not earned"},
	    [KC_CLASS_ROUTINE] = {"routine", "常规工作未得",
		"routine work not earned"},
	    [KC_CLASS_DYNAMIC] = {"dynamic", "动态工作未得",
		"dynamic work not earned"},
	};

	for (unsigned i = 0; i < 3; i++)
		change(f, classes[i].word, classes[i].zh, classes[i].en,
		    s->earned_e4[i] - s->weight_e4[i]);
	change(f, "credit", "动态预留未得", "reserve not earned",
	    s->objective_e4 - f->at);
	change(f, "panel", "考评组", "panels", s->base_e4 - s->objective_e4);
}

/* --- what was deducted, and came back --- */
static void
negatives(struct fall *f)
{
	const struct kc_unit *u = f->x->unit;

	for (uint32_t i = 0; i < u->negatives.n; i++) {
		const struct kc_negative *n =
		    f->x->st->negatives.v[u->negatives.v[i]];

		if (n->year == f->x->year && kc_negative_counts(n) &&
		    n->amount_e4 != 0)
			step(f, "negative", n->handle,
			    kc_vx_say(f->x, "负面清单", "negative list"),
			    -n->amount_e4);
	}
}

static void
cases(struct fall *f)
{
	const struct kc_unit *u = f->x->unit;

	for (uint32_t i = 0; i < u->prededucts.n; i++) {
		const struct kc_case *c = f->x->st->cases.v[u->prededucts.v[i]];

		if (c->year != f->x->year || !kc_case_counts(c))
			continue;
		if (c->deducted_e4 != 0)
			step(f, "deducted", c->handle,
			    kc_vx_say(f->x, "预扣", "deducted"),
			    -c->deducted_e4);
		if (c->returned_e4 != 0)
			step(f, "returned", c->handle,
			    kc_vx_say(f->x, "返还", "returned"),
			    c->returned_e4);
	}
}

enum kc_err
kc_render_waterfall(struct kc_vx *x)
{
	struct fall f = {.x = x, .at = KC_FULL_SCORE};
	struct kc_unit_score s;
	enum kc_err err = kc_vx_want_score(x, &s);

	if (err != KC_OK)
		return err;
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_bool(x, "listed", s.listed);
	kc_vx_points(x, "pending", s.score.pending_e4);
	kc_vx_points(x, "total", s.score.total_e4);
	kc_vx_rows(x);
	if (!s.listed)
		return KC_OK;
	step(&f, "full", NULL, kc_vx_say(x, "满分", "full score"), 0);
	earned(&f, &s.score);
	negatives(&f);
	cases(&f);
	change(&f, "by_rules", "按得分规则调整", "by the rules of scores",
	    s.score.base_e4 - s.score.negative_e4 - s.score.retained_e4 - f.at);
	change(&f, "bonus", "加分", "bonuses", s.score.bonus_e4);
	change(&f, "limit", "分值上下限", "floor and ceiling",
	    s.score.total_e4 - f.at);
	step(&f, "total", NULL, kc_vx_say(x, "得分", "score"), 0);
	return KC_OK;
}
