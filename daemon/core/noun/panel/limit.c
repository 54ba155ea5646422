/* SPDX-License-Identifier: Apache-2.0 */
/* Until when voters vote, and the panels are to be closed. */
#include "panel.h"

#include "engine/noun.h"
#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

const struct kc_panel *
kc_panel_by_handle(const struct kc_state *st, struct kc_slice handle)
{
	uint32_t i = kc_find(st, KC_NS_PANEL, handle);

	return i == KC_NONE ? NULL : st->panels.v[i];
}

const struct kc_policy *
kc_panel_rules(const struct kc_state *st, const struct kc_deadline *d)
{
	const struct kc_panel *p = kc_panel_by_handle(st, kc_slice_str(d->id));

	return p == NULL ? NULL : kc_cycle_policy(st, kc_cycle_of(st, p->year));
}

/* The results wait for the closing, and that for the last ballot. */
static kc_day
close_due(const struct kc_state *st, const struct kc_panel *p)
{
	kc_day day =
	    kc_policy_day(kc_cycle_policy(st, kc_cycle_of(st, p->year)),
		KC_P_YEAREND_DRAFT_UNTIL, p->year + 1);

	return kc_last_day(st, KC_M_panel, KC_L_panel_CLOSE, p->index,
	    day > p->until ? day : p->until + 1);
}

enum kc_err
kc_panel_recalendar(struct kc_state *st, uint32_t index)
{
	struct kc_panel *p = st->panels.v[index];

	if (p->state == KC_PS_OPEN)
		p->until = kc_last_day(
		    st, KC_M_panel, KC_L_panel_VOTE, p->index, p->last);
	return KC_OK;
}

static bool
add(const struct kc_state *st, const struct kc_panel *p, int limit,
    struct kc_deadlines *to)
{
	bool open = p->state == KC_PS_OPEN;
	const struct kc_event *changed =
	    &p->events.v[open ? 0 : p->events.n - 1];
	kc_day opened = kc_event_day(&p->events.v[0]);
	struct kc_deadline row = {.id = p->handle,
	    .unit = KC_NONE,
	    .concerned = KC_NONE,
	    .target = KC_NONE,
	    .owner = KC_NONE,
	    .judge = KC_NONE,
	    .year = p->year,
	    .limit = &kc_machine_get(KC_M_panel)->limits[limit],
	    .since = opened,
	    .version = 1 + kc_moves_of(&p->events),
	    .changed_ms = changed->received_ms,
	    .end = open ? KC_DEADLINE_OPEN : KC_DEADLINE_DONE,
	    .object = p->index};

	if (limit == KC_L_panel_CLOSE) {
		row.day.due = close_due(st, p);
		row.with = KC_ROLE_BIT(KC_ROLE_TALLY);
		row.watched = true;
	} else {
		row.day.due = p->until;
		/* Nobody is asked for a ballot before one is taken. */
		row.since = opened < p->from ? p->from - 1 : opened;
	}
	return kc_deadline_add(st, to, &row);
}

bool
kc_panel_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_panel *p = st->panels.v[index];

	return add(st, p, KC_L_panel_VOTE, to) &&
	    add(st, p, KC_L_panel_CLOSE, to);
}
