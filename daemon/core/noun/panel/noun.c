/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of panels. */
#include "panel.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->panels);
	for (uint32_t i = 0; i < st->panels.n; i++) {
		struct kc_panel *p = st->panels.v[i];

		kc_hold_vec(h, &p->units);
		for (uint32_t u = 0; u < p->units.n; u++)
			kc_hold_deep(h, &p->units.v[u].votes);
		kc_hold_vec(h, &p->results);
		for (uint32_t k = 0; k < p->results.n; k++)
			kc_hold_deep(h, &p->results.v[k].spoken);
		kc_hold_vec(h, &p->events);
	}
}

/* Of ballots what none can guess who has not read them (panel.h). */
static void
put_panel(struct kc_digest *d, const struct kc_panel *p)
{
	kc_digest_open(d, 'P');
	kc_digest_text(d, p->handle);
	kc_digest_num(d, p->year);
	kc_digest_num(d, p->state);
	kc_digest_num(d, p->from);
	kc_digest_num(d, p->until);
	kc_digest_num(d, p->statements);
	kc_digest_hash(d, &p->sealed);
	kc_digest_events(d, &p->events);
}

static void
put_result(struct kc_digest *d, int year, const struct kc_panel_result *r)
{
	kc_digest_open(d, 'R');
	kc_digest_num(d, year);
	kc_digest_num(d, r->unit);
	for (unsigned g = 0; g < KC_PANEL_COUNT; g++) {
		const struct kc_panel_group *of = &r->of[g];

		/* A void group's mean may tell who voted how. */
		kc_digest_num(d, of->counts);
		kc_digest_num(d, of->mean.ballots);
		kc_digest_num(d, of->mean.valid);
		kc_digest_num(d, of->counts ? of->mean.mean_e4 : 0);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->panels.n; i++) {
		const struct kc_panel *p = st->panels.v[i];

		if (kc_digest_wants(d, KC_NONE))
			put_panel(d, p);
		for (uint32_t k = 0; k < p->results.n; k++)
			if (kc_digest_wants(d, p->results.v[k].unit))
				put_result(d, p->year, &p->results.v[k]);
	}
}

/* --- whose they are --- */
KC_OBJECTS(panel, panels)

static enum kc_see
reads(const struct kc_entry *e)
{
	return e->kind->id == KC_K_panel_ballot ||
		e->kind->id == KC_K_panel_recuse
	    ? KC_SEE_ballots
	    : KC_SEE_NONE;
}

/* Whoever could try a closing after each ballot would know every one of them.
 */
static void
unsay(struct kc_state *st, const struct kc_entry *e)
{
	if (e->kind->id == KC_K_panel_close)
		kc_panel_unresult(kc_panel_of(
		    st, (int)kc_entry_num(e, KC_F_panel_close_year, 0)));
}

/* Its own statements name the year: no kind has the field. */
const struct kc_noun kc_noun_panel = {
    .things = {{"panels", "年度评价投票"}},
    .named = {{.field = "panel",
	.ns = KC_NS_PANEL,
	.of = kc_of_nobody,
	.handle = panel_handle,
	.events = panel_events,
	.count = panel_count,
	.state = panel_state,
	.machine = KC_M_panel}},
    .scores = true,
    .sees = KC_SEE_score,
    .reads = reads,
    .unsay = unsay,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .objects = panel_count,
    .rules = kc_panel_rules,
    .recalendar = kc_panel_recalendar,
    .deadlines = kc_panel_deadlines,
    .as_is = kc_panel_as_is,
};
