/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of restorations. */
#include "restore.h"

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->restorations);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->restorations.n; i++) {
		const struct kc_restoration *r = &st->restorations.v[i];

		kc_digest_open(d, 'V');
		kc_digest_num(d, r->seq);
		kc_digest_num(d, (int64_t)r->lost_size);
		kc_digest_hash(d, &r->lost_root);
		kc_digest_num(d, r->received_ms);
		kc_digest_num(d, r->accepted);
	}
}

/* That it was put back stands before anything is done about it, and whoever
 * accepts it cannot wait for what it keeps back. */
static bool
goes_first(const struct kc_state *st, const struct kc_at *at)
{
	enum kc_kind_id kind = at->e->kind->id;

	return kind == KC_K_ledger_restored ||
	    (st->restored && kc_ends_hold(kind));
}

const struct kc_noun kc_noun_restore = {
    .holds = holds,
    .sees = KC_SEE_policy,
    .digest = digest,
    .goes_first = goes_first,
    .admits = kc_restore_admits,
};
