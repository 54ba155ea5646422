/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of outages, and what other nouns may. */
#include "deadline.h"

#include "engine/noun.h"
#include "noun/vx.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->outages);
}

static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->outages.n; i++) {
		const struct kc_outage *o = &st->outages.v[i];

		kc_digest_open(d, 'O');
		kc_digest_num(d, o->seq);
		kc_digest_num(d, o->from);
		kc_digest_num(d, o->to);
		kc_digest_num(d, o->until);
		kc_digest_num(d, o->known_ms);
		kc_digest_text(d, o->limit == NULL ? "" : o->limit->word);
		kc_digest_num(d, o->object);
		if (o->unit != KC_NONE)
			kc_digest_num(d, o->unit);
	}
}

/* An outage is public: nobody is given a day in secret. */
const struct kc_noun kc_noun_deadline = {
    .holds = holds,
    .scores = true, /* what is revived counts again as open */
    .sees = KC_SEE_policy,
    .digest = digest,
};

/* --- asked by others --- */
static bool
is_of(const struct kc_outage *o, const struct kc_limit *limit, uint32_t object,
    uint32_t unit)
{
	return o->limit == NULL ||
	    (o->limit == limit && o->object == object &&
		(o->unit == KC_NONE || o->unit == unit));
}

kc_day
kc_last_day(const struct kc_state *st, enum kc_machine_id m, int limit,
    uint32_t object, kc_day day)
{
	return kc_last_day_of(st, m, limit, object, KC_NONE, day);
}

kc_day
kc_last_day_of(const struct kc_state *st, enum kc_machine_id m, int limit,
    uint32_t object, uint32_t unit, kc_day day)
{
	const struct kc_limit *l = &kc_machine_get(m)->limits[limit];

	/* In the order of the log: a later outage may hit where an earlier one
	 * has moved to. */
	for (uint32_t i = 0; i < st->outages.n; i++) {
		const struct kc_outage *o = &st->outages.v[i];

		if (is_of(o, l, object, unit) && o->from <= day && day <= o->to)
			day = o->until;
	}
	return day;
}

/* Did the outage touch the matter? One that fell on the same day by itself was
 * not moved. */
static bool
touched(const struct kc_state *st, const struct kc_outage *o, const char *id)
{
	uint32_t index;
	const struct kc_named *n = kc_named_find(st, kc_slice_str(id), &index);
	const struct kc_events *ev;

	if (n == NULL || n->events == NULL)
		return false;
	ev = n->events(st, index);
	for (uint32_t i = ev->n; i-- > 0;)
		if (ev->v[i].seq == o->seq)
			return true;
	return false;
}

int64_t
kc_moved_ms(const struct kc_state *st, const struct kc_deadline *d)
{
	for (uint32_t i = st->outages.n; i-- > 0;) {
		const struct kc_outage *o = &st->outages.v[i];

		if (o->until == d->day.due &&
		    is_of(o, d->limit, d->object, d->unit) &&
		    touched(st, o, d->id))
			return o->known_ms;
	}
	return 0;
}

uint32_t
kc_moves_of(const struct kc_events *ev)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ev->n; i++)
		n += ev->v[i].kind == KC_K_deadline_move;
	return n;
}

kc_day
kc_moved_until(const struct kc_state *st, uint32_t seq)
{
	for (uint32_t i = st->outages.n; i-- > 0;)
		if (st->outages.v[i].seq == seq)
			return st->outages.v[i].until;
	return KC_DAY_NONE;
}
