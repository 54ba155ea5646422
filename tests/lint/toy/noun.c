/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of bells. */
#include "bell.h"

#include "engine/noun.h"

static void
release(struct kc_state *st)
{
	for (uint32_t i = 0; i < st->bells.n; i++)
		kc_vec_free(&st->bells.v[i]->events);
	kc_vec_free(&st->bells);
}

static size_t
bytes(const struct kc_state *st)
{
	size_t n = kc_vec_bytes(&st->bells);

	for (uint32_t i = 0; i < st->bells.n; i++)
		n += kc_vec_bytes(&st->bells.v[i]->events);
	return n;
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
    .release = release,
    .bytes = bytes,
    .digest = digest,
};
