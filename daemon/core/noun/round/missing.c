/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a round, and what of it is missing. */
#include "round.h"

uint32_t
kc_point_of(const struct kc_round *r, uint32_t target)
{
	uint32_t i = 0;

	while (i < r->points.n && r->points.v[i].target != target)
		i++;
	return i;
}

enum kc_lack
kc_point_lacks(const struct kc_state *st, const struct kc_point *p)
{
	if (p->opinion == KC_NONE)
		return st->targets.v[p->target]->state == KC_TS_ACTIVE
		    ? KC_LACK_OPINION
		    : KC_LACK_NOTHING;
	return st->opinions.v[p->opinion]->state == KC_OS_FED_BACK
	    ? KC_LACK_NOTHING
	    : KC_LACK_FEEDBACK;
}

struct kc_round_sum
kc_round_count(const struct kc_state *st, const struct kc_round *r)
{
	struct kc_round_sum sum = {.targets = r->points.n};
	uint32_t named = 0;

	for (uint32_t i = 0; i < KC_ROUND_NAMED; i++)
		sum.first[i] = KC_NONE;
	for (uint32_t i = 0; i < r->points.n; i++) {
		const struct kc_point *p = &r->points.v[i];
		enum kc_lack lacks = kc_point_lacks(st, p);

		sum.lacks[lacks]++;
		if (lacks != KC_LACK_NOTHING && named < KC_ROUND_NAMED)
			sum.first[named++] = p->target;
		if (p->opinion == KC_NONE)
			continue;
		sum.opinions++;
		sum.behind +=
		    st->opinions.v[p->opinion]->verdict == KC_VERDICT_BEHIND;
		sum.fed_back +=
		    st->opinions.v[p->opinion]->state == KC_OS_FED_BACK;
	}
	return sum;
}
