/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The year at a glance: on one screen what stands where, in a part for each
 * user whom the reader may act for. Nothing is kept for it: each row sums up
 * a list that has a view of its own, and is seen by those who see that.
 */
#include "glance.h"

#include <string.h>

#include "noun/round/round.h"

/* --- what the parts share --- */
static bool
is_of(const struct kc_deadline *d, enum kc_machine_id m)
{
	const struct kc_machine *of =
	    m == KC_M_COUNT ? NULL : kc_machine_get(m);

	return of == NULL ||
	    (d->limit >= of->limits && d->limit < of->limits + of->nlimits);
}

/* A unit acts on its own matters here; what it judges is another part. */
static bool
acts(const struct kc_deadline *d, uint32_t unit)
{
	if (unit == KC_GLANCE_ANY)
		return true;
	if (d->limit->party == KC_PARTY_SELF)
		return false;
	return d->unit == unit &&
	    (unit == KC_NONE || d->limit->party == KC_PARTY_UNIT);
}

struct kc_glance_sum
kc_glance_days(const struct kc_glance *g, enum kc_machine_id m, uint32_t unit)
{
	struct kc_glance_sum sum = {.due = KC_DAY_NONE};

	for (uint32_t i = 0; i < g->days.n; i++) {
		const struct kc_deadline *d = &g->days.v[i];

		if (!is_of(d, m) || !acts(d, unit))
			continue;
		sum.n++;
		sum.lights[kc_deadline_light(g->t.x, d)]++;
		if (sum.due == KC_DAY_NONE)
			sum.due = d->day.due; /* the nearest comes first */
	}
	return sum;
}

enum kc_light
kc_glance_light(const struct kc_glance_sum *s)
{
	unsigned light = 0;

	while (light < KC_LIGHT_GREEN && s->lights[light] == 0)
		light++;
	return (enum kc_light)light;
}

void
kc_buf_states(struct kc_buf *b, const struct kc_vx *x, enum kc_machine_id m,
    const uint64_t n[KC_GLANCE_STATES])
{
	const struct kc_machine *of = kc_machine_get(m);
	bool any = false;

	for (unsigned i = 0; i < of->nstates && i < KC_GLANCE_STATES; i++)
		if (n[i] > 0) {
			kc_buf_count(
			    b, x, n[i], of->states[i].zh, of->states[i].en);
			any = true;
		}
	if (!any)
		kc_buf_str(b, kc_vx_say(x, "无", "none"));
}

uint64_t
kc_glance_open(enum kc_machine_id m, const uint64_t n[KC_GLANCE_STATES])
{
	const struct kc_machine *of = kc_machine_get(m);
	uint64_t open = 0;

	for (unsigned i = 0; i < of->nstates && i < KC_GLANCE_STATES; i++)
		open += of->states[i].last ? 0 : n[i];
	return open;
}

void
kc_buf_points_of(struct kc_buf *b, const struct kc_vx *x, const char *zh,
    const char *en, int64_t e4)
{
	if (b->n > 0)
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
	kc_buf_str(b, kc_vx_say(x, zh, en));
	kc_buf_char(b, ' ');
	kc_buf_points(b, e4);
}

uint64_t
kc_glance_candidates(const struct kc_vx *x, uint32_t judge)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < x->st->opinions.n; i++) {
		const struct kc_opinion *o = x->st->opinions.v[i];
		const struct kc_target *t = x->st->targets.v[o->target];

		n += t->year == x->year && o->verdict == KC_VERDICT_BEHIND &&
		    o->state == KC_OS_FED_BACK && o->warnings.n == 0 &&
		    o->cases.n == 0 &&
		    (judge == KC_GLANCE_ANY ||
			kc_judges(x->st, judge, t, x->today));
	}
	return n;
}

/* --- whose parts --- */
static bool
has_role(const struct kc_viewer *r, uint32_t roles)
{
	return r == NULL || r->all || (r->roles & roles) != 0;
}

/* Does it hold a right to assess today? */
static bool
assesses(const struct kc_vx *x, const struct kc_unit *u)
{
	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *g = x->st->grants.v[i];

		if (g->assessor == u->index && !g->withdrawn &&
		    g->from <= x->today && x->today <= g->until)
			return true;
	}
	return false;
}

static enum kc_err
of_unit(struct kc_glance *g, const struct kc_unit *u)
{
	enum kc_err err;

	g->t.part = "unit";
	g->t.part_zh = "被考核单位";
	g->t.part_en = "assessed unit";
	err = kc_glance_unit(g, u);
	if (err != KC_OK || !assesses(g->t.x, u))
		return err;
	g->t.part = "assessor";
	g->t.part_zh = "考核责任单位";
	g->t.part_en = "assessing unit";
	return kc_glance_assessor(g, u);
}

static enum kc_err
of_city(struct kc_glance *g)
{
	const struct kc_viewer *r = g->t.x->args->reader;
	enum kc_err err = KC_OK;

	if (kc_viewer_scope(r, KC_SEE_summary) == KC_SEES_ALL) {
		g->t.part = "office";
		g->t.part_zh = "编办";
		g->t.part_en = "Establishment Office";
		err = kc_glance_office(g);
	}
	if (err == KC_OK && has_role(r, KC_ROLE_BIT(KC_ROLE_AUDITOR))) {
		g->t.part = "auditor";
		g->t.part_zh = "审计";
		g->t.part_en = "auditor";
		err = kc_glance_auditor(g);
	}
	if (err == KC_OK &&
	    has_role(r,
		KC_ROLE_BIT(KC_ROLE_OPERATOR) | KC_ROLE_BIT(KC_ROLE_ADMIN))) {
		g->t.part = "operator";
		g->t.part_zh = "运维";
		g->t.part_en = "operator";
		err = kc_ledger_items(
		    &g->t, kc_viewer_scope(r, KC_SEE_feed) == KC_SEES_ALL);
	}
	return err;
}

/* That of the unit that is asked for; else of the reader's own, and of
 * whatever it has to do with the whole. */
enum kc_err
kc_render_glance(struct kc_vx *x)
{
	struct kc_glance g = {.t.x = x};
	const struct kc_unit *u = x->unit;
	struct kc_vx y = *x;
	enum kc_err err = KC_OK;

	if (u != NULL && !kc_vx_sees_unit_of(x, KC_SEE_score, u))
		return kc_viewer_refuse(x->args->reader, KC_SEE_score, x->why);
	if (u == NULL && x->reader_unit != KC_NONE)
		u = x->st->units.v[x->reader_unit];
	y.scope = kc_viewer_scope(x->args->reader, KC_SEE_deadlines);
	if (y.scope != KC_SEES_NOTHING && !kc_deadlines_collect(&y, &g.days))
		err = KC_ENOMEM;
	kc_vx_day(x, "today", x->today);
	kc_vx_str(x, "unit", u != NULL ? u->code : NULL);
	kc_vx_rows(x);
	if (err == KC_OK && u != NULL)
		err = of_unit(&g, u);
	if (err == KC_OK && x->unit == NULL)
		err = of_city(&g);
	kc_vec_free(&g.days);
	return err;
}
