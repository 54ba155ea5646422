/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's uses of a year: of one closed year no trend is but flat, and an
 * exception is of a unit that the published list has in the third grade, by
 * the model's own scores; once of it, and once of each of its cadres.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

void
m_publish_thirds(struct sim *s)
{
	static const char *const units[M_UNITS] = {"G16", "G17", "G12", "G28"};

	for (unsigned i = 0; i < M_UNITS; i++) {
		bool listed = false;

		for (unsigned t = 0; t < s->m.ntargets; t++)
			listed = listed ||
			    (s->m.targets[t].active &&
				strcmp(s->m.targets[t].unit, units[i]) == 0);
		s->m.third[i] = listed && m_total_of(s, units[i]) < 800000 &&
		    m_least_of(s, units[i]) >= KC_YEAR_GRADE_THIRD;
	}
}

static void
read_advice(struct sim *s, const struct kc_entry *e)
{
	sim_require(s,
	    kc_entry_num(e, KC_F_staffing_advise_category, -1) == KC_TREND_FLAT,
	    "a trend of one year that is not flat");
	sim_require(s,
	    kc_entry_has(e, KC_F_staffing_advise_function) ||
		kc_entry_has(e, KC_F_staffing_advise_structure) ||
		kc_entry_has(e, KC_F_staffing_advise_posts),
	    "an advice that says nothing");
}

static void
read_exception(struct sim *s, const struct kc_entry *e)
{
	static const char *const units[M_UNITS] = {"G16", "G17", "G12", "G28"};
	static const char *const cadres[M_UNITS] = {"C8", "C9", "", ""};
	struct kc_slice unit = kc_entry_str(e, KC_F_promotion_except_unit);
	bool whole = !kc_entry_has(e, KC_F_promotion_except_cadre);
	unsigned i = 0;

	while (i < M_UNITS && !kc_slice_is(unit, units[i]))
		i++;
	sim_require(s, i < M_UNITS && s->m.third[i],
	    "an exception of a unit that is not of the third grade");
	sim_require(s,
	    whole ||
		kc_slice_is(
		    kc_entry_str(e, KC_F_promotion_except_cadre), cadres[i]),
	    "an exception of another unit's cadre");
	sim_require(s, !s->m.excepted[i][whole], "a second exception");
	s->m.excepted[i][whole] = true;
}

void
m_read_use(struct sim *s, const struct kc_entry *e)
{
	bool advice = e->kind->id == KC_K_staffing_advise;

	if (!advice && e->kind->id != KC_K_promotion_except)
		return;
	sim_require(s, m_year_closed(s), "drawn from a year that goes on");
	if (advice)
		read_advice(s, e);
	else
		read_exception(s, e);
}
