/* SPDX-License-Identifier: Apache-2.0 */
/* For which unit, and with which right to assess. */
#include "noun/target/target.h"

#include <assert.h>
#include <stdio.h>

#include "unit.h"

enum kc_err
kc_want_of_unit(const struct kc_state *st, const struct kc_at *at,
    unsigned slot, uint32_t unit, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, slot);

	assert(unit < st->units.n);
	if (kc_unit_stands_for(st, a->unit, unit))
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, a->id,
	    st->units.v[unit]->code, NULL, NULL);
}

/* --- grants --- */
/* By a grant that was issued before that entry. */
static bool
granted_before(const struct kc_state *st, uint32_t assessor, uint8_t scope,
    struct kc_slice object, kc_day day, uint32_t before)
{
	uint64_t ns =
	    kc_ns_of(KC_NS_GRANT_FOR, (uint64_t)scope << 32 | assessor);
	uint32_t i = kc_index_find(&st->by_code, ns, object);

	while (i != KC_NONE) {
		const struct kc_grant *g = st->grants.v[i];

		if (!g->withdrawn && g->seq < before && g->from <= day &&
		    day <= g->until)
			return true;
		i = g->next;
	}
	return false;
}

static bool
granted(const struct kc_state *st, uint32_t assessor, uint8_t scope,
    struct kc_slice object, kc_day day)
{
	return granted_before(st, assessor, scope, object, day, KC_NONE);
}

/* Over the unit that the target is of, or was of when that was granted. */
static bool
granted_unit(const struct kc_state *st, uint32_t assessor,
    const struct kc_target *t, kc_day day)
{
	for (uint32_t i = 0; i < t->was.n; i++)
		if (granted_before(st, assessor, KC_SCOPE_UNIT,
			kc_slice_str(st->units.v[t->was.v[i]]->code), day,
			t->went.v[i]))
			return true;
	return granted(st, assessor, KC_SCOPE_UNIT,
	    kc_slice_str(st->units.v[t->unit]->code), day);
}

bool
kc_holds_grant(const struct kc_state *st, uint32_t assessor_unit,
    const struct kc_target *t, kc_day day)
{
	return assessor_unit != KC_NONE &&
	    !kc_unit_stands_for(st, assessor_unit, t->unit) &&
	    (granted(st, assessor_unit, KC_SCOPE_ALL, KC_LIT("*"), day) ||
		granted_unit(st, assessor_unit, t, day) ||
		granted(st, assessor_unit, KC_SCOPE_TARGET,
		    kc_slice_str(t->code), day));
}

bool
kc_holds_item(const struct kc_state *st, uint32_t assessor_unit, uint32_t item,
    kc_day day)
{
	char no[16];

	(void)snprintf(no, sizeof(no), "%u", item);
	return assessor_unit != KC_NONE &&
	    granted(
		st, assessor_unit, KC_SCOPE_NEGATIVE, kc_slice_str(no), day);
}

bool
kc_judges(const struct kc_state *st, uint32_t unit, const struct kc_target *t,
    kc_day day)
{
	return unit != KC_NONE && !kc_unit_stands_for(st, unit, t->unit) &&
	    (kc_unit_stands_for(st, unit, t->assessor) ||
		kc_holds_grant(st, unit, t, day));
}

bool
kc_judges_indicator(
    const struct kc_state *st, uint32_t unit, uint32_t indicator, kc_day day)
{
	for (uint32_t i = 0; i < st->targets.n; i++)
		if (st->targets.v[i]->indicator == indicator &&
		    kc_judges(st, unit, st->targets.v[i], day))
			return true;
	return false;
}

enum kc_err
kc_want_grant(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor_unit, const struct kc_target *t, struct kc_refusal *why)
{
	const char *unit = st->units.v[t->unit]->code;

	if (kc_unit_stands_for(st, assessor_unit, t->unit))
		return kc_refuse(why, KC_R_OWN_UNIT, unit, NULL, NULL, NULL);
	if (kc_holds_grant(st, assessor_unit, t, at->day))
		return KC_OK;
	return kc_refuse(why, KC_R_GRANT,
	    assessor_unit == KC_NONE ? kc_principal(st, at, 0)->id
				     : st->units.v[assessor_unit]->code,
	    t->code, NULL, NULL);
}

enum kc_err
kc_want_assessor(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, 0);

	if ((a->roles & KC_ROLE_BIT(KC_ROLE_ESTAB)) == 0 ||
	    ((a->roles & KC_ROLE_BIT(KC_ROLE_ASSESSOR)) != 0 &&
		kc_holds_grant(st, a->unit, t, at->day)))
		return kc_want_grant(st, at, a->unit, t, why);
	if (kc_unit_stands_for(st, a->unit, t->unit))
		return kc_refuse(why, KC_R_OWN_UNIT, st->units.v[t->unit]->code,
		    NULL, NULL, NULL);
	return kc_holds_grant(st, t->assessor, t, at->day)
	    ? kc_want_of_unit(st, at, 0, t->assessor, why)
	    : KC_OK;
}
