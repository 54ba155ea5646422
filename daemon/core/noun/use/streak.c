/* SPDX-License-Identifier: Apache-2.0 */
/* Grades of closed years, and how many of a kind came running. */
#include "use.h"

#include "noun/reform/reform.h"
#include "noun/yearend/yearend.h"

int
kc_use_year(const struct kc_state *st)
{
	int newest = 0;

	for (uint32_t i = 0; i < st->cycles.n; i++) {
		int year = st->cycles.v[i]->year;

		if (year > newest && kc_year_closed(st, year))
			newest = year;
	}
	return newest;
}

int
kc_use_grade(const struct kc_state *st, uint32_t unit, int year)
{
	uint32_t n = 0;
	const struct kc_result *r = kc_year_results(st, year, &n);

	if (!kc_year_closed(st, year))
		return KC_GRADED_NOT;
	for (uint32_t i = 0; i < n; i++)
		if (r[i].unit == unit)
			return r[i].grade;
	return KC_GRADED_NOT;
}

/* What was given before is another unit's. */
static bool
begins_anew(const struct kc_state *st, uint32_t unit, int year)
{
	const struct kc_policy *p = kc_policy_of(st, year);
	bool any = false;

	for (uint32_t i = 0; i < st->reforms.n; i++) {
		const struct kc_reform *r = &st->reforms.v[i];

		any = any ||
		    ((r->from == unit || r->into == unit) &&
			kc_day_year(r->on) == year);
	}
	return any && p->value[KC_P_REFORM_STREAK] == 0;
}

unsigned
kc_use_streak(const struct kc_state *st, uint32_t unit, int grade, int year)
{
	unsigned n = 0;

	while (kc_use_grade(st, unit, year) == grade) {
		n++;
		if (begins_anew(st, unit, year))
			break;
		year--;
	}
	return n;
}
