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
			kc_hold_vec(h, &p->units.v[u].votes);
		kc_hold_vec(h, &p->events);
	}
}

/* Of ballots what none can guess who has not read them (panel.h). */
static void
put_panel(struct kc_digest *d, const struct kc_panel *p)
{
	kc_digest_open(d, 'P');
	kc_digest_num(d, p->year);
	kc_digest_num(d, p->state);
	kc_digest_num(d, p->from);
	kc_digest_num(d, p->until);
	kc_digest_num(d, p->statements);
	kc_digest_hash(d, &p->sealed);
	kc_digest_events(d, &p->events);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->panels.n; i++) {
		const struct kc_panel *p = st->panels.v[i];

		if (kc_digest_wants(d, KC_NONE))
			put_panel(d, p);
	}
}

static enum kc_see
reads(enum kc_kind_id kind)
{
	return kind == KC_K_panel_ballot || kind == KC_K_panel_recuse
	    ? KC_SEE_ballots
	    : KC_SEE_NONE;
}

const struct kc_noun kc_noun_panel = {
    .sees = KC_SEE_score,
    .reads = reads,
    .holds = holds,
    .of_units = true,
    .digest = digest,
};
