/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a monitoring round for tests of the rules. */
#include "roundkit.h"

#include <string.h>

#include "noun/unit/unit.h"

void
round_half(struct kit *k)
{
	kit_enrol(k, "insp.p", NULL, "inspect-party");
	kit_enrol(k, "insp.g", NULL, "inspect-gov");
	kit_do(k, KC_K_round_open, "P09.a", "type=half-year", "year=2022");
}

struct kc_opinion *
round_opinion(struct kit *k, const char *target, const char *verdict)
{
	const char *fields[] = {ROUND_HALF, kit_field("target", target),
	    kit_field("verdict", verdict), "text=进度核验情况",
	    strcmp(verdict, "behind") == 0 ? EVIDENCE : NULL, NULL};

	kit_do_v(
	    k, KC_K_opinion_record, ROUND_SIGNERS, fields, __FILE__, __LINE__);
	return k->st->opinions.v[k->st->opinions.n - 1];
}

const char *
round_opinion_field(const struct kc_opinion *o)
{
	return kit_field("opinion", o->handle);
}

void
round_feed_back(struct kit *k, const struct kc_opinion *o)
{
	uint32_t unit = k->st->targets.v[o->target]->unit;

	kit_do(k, KC_K_opinion_feed_back, "P09.a", round_opinion_field(o),
	    kit_field("unit", k->st->units.v[unit]->code));
}

struct kc_opinion *
round_city(struct kit *k, const char *verdict_of_k1)
{
	struct kc_opinion *o;

	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-15");
	round_half(k);
	(void)round_opinion(k, "G16-K1", verdict_of_k1);
	o = round_opinion(k, "G16-K2", "behind");
	round_feed_back(k, o);
	return o;
}
