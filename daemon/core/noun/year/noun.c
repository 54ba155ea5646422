/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of policies, calendars and years. */
#include "year.h"

#include <string.h>

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->policies);
	kc_hold_rows(h, &st->calendars);
	kc_hold_objects(h, &st->cycles);
	for (uint32_t i = 0; i < st->policies.n; i++)
		kc_hold_heap(h, &st->policies.v[i].policy,
		    sizeof(*st->policies.v[i].policy));
	for (uint32_t i = 0; i < st->calendars.n; i++)
		kc_hold_text(h, &st->calendars.v[i].file);
	for (uint32_t i = 0; i < st->cycles.n; i++) {
		kc_hold_vec(h, &st->cycles.v[i]->lists);
	}
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->policies.n; i++) {
		kc_digest_open(d, 'R');
		kc_digest_text(d, st->policies.v[i].policy->name);
		kc_digest_hash(d, &st->policies.v[i].hash);
		kc_digest_num(d, st->policies.v[i].seq);
	}
	for (uint32_t i = 0; i < st->calendars.n; i++) {
		kc_digest_open(d, 'D');
		kc_digest_text(d, st->calendars.v[i].file);
		kc_digest_hash(d, &st->calendars.v[i].hash);
		kc_digest_num(d, st->calendars.v[i].seq);
	}
	for (uint32_t i = 0; i < st->cycles.n; i++) {
		const struct kc_cycle *c = st->cycles.v[i];

		kc_digest_open(d, 'Y');
		kc_digest_num(d, c->year);
		kc_digest_num(d, c->seq);
		kc_digest_num(d, c->policy);
		kc_digest_num(d, c->numbers[KC_SERIES_CASE]);
		kc_digest_num(d, c->numbers[KC_SERIES_NOTICE]);
		kc_digest_num(d, c->numbers[KC_SERIES_WARNING]);
		kc_digest_u32s(d, &c->lists);
	}
}

/* A number that stands on paper names what it named there. */
static void
numbers_as(struct kc_state *st, const struct kc_state *is)
{
	for (uint32_t i = 0; i < st->cycles.n; i++) {
		struct kc_cycle *c = st->cycles.v[i];
		const struct kc_cycle *there = kc_cycle_of(is, c->year);

		if (there != NULL)
			memcpy(c->numbers, there->numbers, sizeof(c->numbers));
	}
}

const struct kc_noun kc_noun_year = {
    .things = {{"year", "年度"}},
    .scores = true,
    .sees = KC_SEE_policy,
    .holds = holds,
    .digest = digest,
    .numbers_as = numbers_as,
    .instead = kc_year_instead,
};
