/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a reform for tests. */
#include "reformkit.h"

#include <kaocheng/limits.h>

void
reform_merge(struct kit *k, const char *unit, const char *successor)
{
	kc_day today = kc_day_of_instant(k->now_ms, KC_LOCAL_OFFSET_S);

	kit_do(k, KC_K_unit_merge, REFORMERS, kit_field("unit", unit),
	    kit_field("successor", successor), kit_field("on", case_day(today)),
	    PAPER);
}

struct kc_unit *
reform_unit(const struct kit *k, const char *code)
{
	return k->st->units.v[kc_find(k->st, KC_NS_UNIT, kc_slice_str(code))];
}

struct kc_target *
reform_target(const struct kit *k, const char *code)
{
	return k->st->targets
	    .v[kc_find(k->st, KC_NS_TARGET, kc_slice_str(code))];
}

struct kc_list *
reform_list(const struct kit *k, const char *unit)
{
	return kc_list_of(k->st, reform_unit(k, unit)->index, 2022);
}

int64_t
reform_points(const struct kit *k, const char *unit, unsigned class)
{
	const struct kc_list *l = reform_list(k, unit);
	int64_t sum = 0;

	for (uint32_t i = 0; l != NULL && i < l->targets.n; i++) {
		const struct kc_target *t = k->st->targets.v[l->targets.v[i]];

		if (kc_target_counts(t) && t->class_ == class)
			sum += t->weight_e4;
	}
	return sum;
}
