/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of the log's keys. */
#include "logkey.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->log_before);
}

/* The present one stands at the head of the whole listing. */
static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->log_before.n; i++) {
		const struct kc_log_before *b = &st->log_before.v[i];

		kc_digest_open(d, 'B');
		kc_digest_vkey(d, &b->key);
		kc_digest_num(d, b->seq);
		kc_digest_num(d, b->until);
	}
}

const struct kc_noun kc_noun_logkey = {
    .holds = holds,
    .sees = KC_SEE_actors,
    .digest = digest,
};
