/* SPDX-License-Identifier: Apache-2.0 */
/* The panels in a counterfactual: as they are in the log. */
#include "panel.h"

#include "noun/yearend/yearend.h"

static enum kc_err
take_events(struct kc_state *as_if, const struct kc_state *is,
    struct kc_events *to, const struct kc_events *from)
{
	for (uint32_t i = to->n; i < from->n; i++) {
		struct kc_event e = from->v[i];
		uint32_t by = kc_find(
		    as_if, KC_NS_ACTOR, kc_slice_str(is->actors.v[e.by]->id));

		e.by = (by != KC_NONE ? by : as_if->clerk) % KC_ACTORS_MAX;
		if (!kc_vec_push(to, e))
			return KC_ENOMEM;
	}
	return KC_OK;
}

/* Of units by their codes: one that was left out has another number. */
static enum kc_err
take_results(struct kc_state *as_if, const struct kc_state *is,
    struct kc_panel *to, int year)
{
	for (uint32_t u = 0; u < as_if->units.n; u++) {
		uint32_t there = kc_find(
		    is, KC_NS_UNIT, kc_slice_str(as_if->units.v[u]->code));
		const struct kc_panel_result *r =
		    kc_panel_result_of(is, year, there);
		struct kc_panel_result mine;

		if (r == NULL)
			continue;
		mine = *r;
		mine.unit = u;
		mine.spoken = (struct kc_u32s){0};
		if (!kc_vec_push(&to->results, mine))
			return KC_ENOMEM;
		for (uint32_t i = 0; i < r->spoken.n; i++)
			if (!kc_vec_push(
				&to->results.v[to->results.n - 1].spoken,
				r->spoken.v[i]))
				return KC_ENOMEM;
	}
	return KC_OK;
}

static enum kc_err
take(struct kc_state *as_if, const struct kc_state *is,
    const struct kc_panel *from)
{
	struct kc_panel *to = kc_panel_of(as_if, from->year);
	bool closes;
	enum kc_err err;

	if (to == NULL) {
		to = kc_arena_alloc(&as_if->arena, sizeof(*to));
		if (to == NULL)
			return KC_ENOMEM;
		to->year = from->year;
		if (!kc_panel_add(as_if, to))
			return KC_ENOMEM;
		kc_yearend_panels_open(
		    as_if, to->year, from->events.v[0].received_ms);
	}
	to->from = from->from;
	to->until = from->until;
	to->last = from->last;
	closes = to->state != from->state;
	to->state = from->state;
	to->statements = from->statements;
	to->sealed = from->sealed;
	err = take_events(as_if, is, &to->events, &from->events);
	return err == KC_OK && closes ? take_results(as_if, is, to, from->year)
				      : err;
}

enum kc_err
kc_panel_as_is(struct kc_state *as_if, const struct kc_state *is)
{
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; err == KC_OK && i < is->panels.n; i++)
		err = take(as_if, is, is->panels.v[i]);
	return err;
}
