/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of bells. */
#include "bell.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->bells);
	for (uint32_t i = 0; i < st->bells.n; i++)
		kc_hold_vec(h, &st->bells.v[i]->events);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->bells.n; i++) {
		kc_digest_open(d, 'B');
		kc_digest_text(d, st->bells.v[i]->code);
		kc_digest_num(d, st->bells.v[i]->state);
		kc_digest_events(d, &st->bells.v[i]->events);
	}
}

const struct kc_noun kc_noun_bell = {
    .things = {{"bell", "铃"}},
    .sees = KC_SEE_bells,
    .holds = holds,
    .digest = digest,
};
