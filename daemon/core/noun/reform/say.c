/* SPDX-License-Identifier: Apache-2.0 */
/* What an entry says of the units that it names. */
#include "reform.h"

#include "engine/noun.h"
#include "noun/target/plan.h"
#include "noun/yearend/yearend.h"

/* All of these kinds have these fields in these places. */
#define SAME(kind)                                                             \
	_Static_assert((int)KC_F_##kind##_unit == (int)KC_F_unit_merge_unit && \
		(int)KC_F_##kind##_successor ==                                \
		    (int)KC_F_unit_merge_successor &&                          \
		(int)KC_F_##kind##_on == (int)KC_F_unit_merge_on,              \
	    #kind)
SAME(unit_abolish);
SAME(unit_split);

/* --- units, day, year --------------------------------------------------------
 */
struct kc_reform_plan
kc_reform_read(const struct kc_state *st, const struct kc_at *at)
{
	kc_day on = (kc_day)kc_entry_num(at->e, KC_F_unit_merge_on, 0);

	return (struct kc_reform_plan){
	    .from = kc_find(
		st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_unit_merge_unit)),
	    .into = kc_find(
		st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_unit_merge_successor)),
	    .on = on,
	    .year = kc_day_year(on)};
}

enum kc_err
kc_want_reform(const struct kc_state *st, const struct kc_at *at,
    struct kc_reform_plan *out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_unit_merge_unit, &i, why);

	if (err == KC_OK && kc_entry_has(at->e, KC_F_unit_merge_successor))
		err = kc_want(
		    st, KC_NS_UNIT, at, KC_F_unit_merge_successor, &i, why);
	if (err != KC_OK)
		return err;
	*out = kc_reform_read(st, at);
	if (out->from == out->into)
		return kc_refuse(why, KC_R_FIELD_VALUE, "successor",
		    "another unit than the one that ends", "另一单位", NULL);
	if (out->on > at->day) {
		(void)kc_refuse(
		    why, KC_R_DATE_ORDER, "", "not after today", NULL, NULL);
		kc_arg_day(why, 0, out->on);
		return kc_refusal_zh(why, 1, "不晚于今日");
	}
	return kc_cycle_of(st, out->year) != NULL
	    ? KC_OK
	    : kc_refuse_cycle(st, out->year, why);
}

/* --- any entry ---------------------------------------------------------------
 */
/* Before the reform; or in its year, where nobody took the list over. */
bool
kc_unit_in_year(const struct kc_state *st, uint32_t unit, int year)
{
	const struct kc_list *l = kc_list_of(st, unit, year);

	return st->units.v[unit]->ended == 0 ||
	    year < kc_day_year(st->units.v[unit]->since) ||
	    (l != NULL && l->issued_seq != KC_NONE);
}

/* Voters, the list of results and who assesses speak of a year that is over
 * and in which the unit was there. Advice is for units to come. */
static bool
speaks_of_its_time(
    const struct kc_state *st, const struct kc_entry *e, uint32_t unit)
{
	int year = kc_noun_of(e->kind->id) == kc_nouns[KC_N_use]
	    ? 0
	    : kc_entry_year(st, e);

	return year != 0 && kc_unit_in_year(st, unit, year);
}

/* Of what the clerk must write nothing is about a unit that has ended. */
enum kc_err
kc_reform_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;

	for (unsigned k = 0; st->reforms.n > 0 && k < KC_NOUN_NAMED; k++) {
		const struct kc_named *of = &kc_nouns[KC_N_unit]->named[k];
		int f = of->field == NULL || of->ns != KC_NS_UNIT
		    ? -1
		    : kc_kind_field(e->kind, kc_slice_str(of->field));

		for (unsigned i = 0;
		     f >= 0 && i < kc_entry_count(e, (unsigned)f); i++) {
			uint32_t unit = kc_find(st, KC_NS_UNIT,
			    kc_entry_item(e, (unsigned)f, i)->raw);

			if (unit != KC_NONE && st->units.v[unit]->ended != 0 &&
			    !speaks_of_its_time(st, e, unit))
				return kc_refuse_ended(st, unit, why);
		}
	}
	return KC_OK;
}
