/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the negative list for tests. */
#include "negkit.h"

void
neg_city(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2023-06-30");
	kit_on(k, "2022-07-15");
}

struct kc_negative *
neg_propose(
    struct kit *k, const char *day, const char *unit, const char *amount)
{
	if (day != NULL)
		kit_on(k, day);
	kit_do(k, KC_K_negative_propose, "G12.a", kit_field("unit", unit),
	    "item=3", kit_field("amount", amount), "on=2022-07-01", EVIDENCE,
	    "fact=排放超标");
	return k->st->negatives.v[k->st->negatives.n - 1];
}

const char *
neg_field(const struct kc_negative *n)
{
	return kit_field("negative", n->handle);
}

void
neg_two(struct kit *k)
{
	static const char *const of[][2] = {
	    {"unit=G16", "negative=N-2022-0001"},
	    {"unit=G17", "negative=N-2022-0002"}};

	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GN17", "assessor=G02",
	    "scope=negative", "object=17", "from=2022-01-01",
	    "until=2022-12-31");
	for (size_t i = 0; i < 2; i++) {
		kit_do(k, KC_K_negative_propose, "G02.a", of[i][0], "item=17",
		    "amount=0.3000", "on=2022-07-01", EVIDENCE, "fact=x");
		kit_do(k, KC_K_negative_decline, "P09.a", of[i][1], "reason=x");
	}
}
