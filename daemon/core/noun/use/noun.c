/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of what is drawn from results. */
#include "use.h"

#include "engine/noun.h"
#include "noun/cadre/cadre.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->advices);
	for (uint32_t i = 0; i < st->advices.n; i++) {
		kc_hold_vec(h, &st->advices.v[i]->events);
		kc_hold_text(h, &st->advices.v[i]->function);
		kc_hold_text(h, &st->advices.v[i]->structure);
		kc_hold_text(h, &st->advices.v[i]->posts);
	}
	kc_hold_objects(h, &st->exceptions);
	for (uint32_t i = 0; i < st->exceptions.n; i++) {
		kc_hold_vec(h, &st->exceptions.v[i]->events);
		kc_hold_text(h, &st->exceptions.v[i]->reason);
	}
}

static void
put_advice(struct kc_digest *d, const struct kc_advice *a)
{
	kc_digest_open(d, 'A');
	kc_digest_num(d, a->unit);
	kc_digest_num(d, a->year);
	kc_digest_num(d, a->category);
	kc_digest_text(d, a->function);
	kc_digest_text(d, a->structure);
	kc_digest_text(d, a->posts);
	kc_digest_events(d, &a->events);
}

static void
put_exception(struct kc_digest *d, const struct kc_exception *x)
{
	kc_digest_open(d, 'X');
	kc_digest_num(d, x->unit);
	kc_digest_num(d, x->year);
	kc_digest_num(d, x->cadre);
	kc_digest_text(d, x->reason);
	kc_digest_events(d, &x->events);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->advices.n; i++)
		if (kc_digest_wants(d, st->advices.v[i]->unit))
			put_advice(d, st->advices.v[i]);
	for (uint32_t i = 0; i < st->exceptions.n; i++)
		if (kc_digest_wants(d, st->exceptions.v[i]->unit))
			put_exception(d, st->exceptions.v[i]);
}

const struct kc_noun kc_noun_use = {
    .things = {{"use of a result", "结果运用"}},
    .sees = KC_SEE_promotion,
    .holds = holds,
    .of_units = true,
    .digest = digest,
};
