/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of the clock. */
#include "clock.h"

#include "engine/noun.h"
#include "noun/restore/restore.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->steps);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->steps.n; i++) {
		const struct kc_clock_step *s = &st->steps.v[i];

		kc_digest_open(d, 'C');
		kc_digest_num(d, s->seq);
		kc_digest_num(d, s->ahead_s);
		kc_digest_num(d, s->received_ms);
		kc_digest_num(d, s->holds);
		kc_digest_num(d, s->ended);
	}
}

/* What ends a hold cannot wait for what the hold keeps back. */
static bool
goes_first(const struct kc_state *st, const struct kc_at *at)
{
	return st->held && kc_ends_hold(at->e->kind->id);
}

const struct kc_noun kc_noun_clock = {
    .holds = holds,
    .sees = KC_SEE_policy,
    .digest = digest,
    .goes_first = goes_first,
    .admits = kc_clock_admits,
};
