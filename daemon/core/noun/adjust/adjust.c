/* SPDX-License-Identifier: Apache-2.0 */
/* An adjustment from its proposal through three reviews (R47 to R49). */
#include "adjust.h"

#include "noun/target/plan.h"

/* --- adjust.order ------------------------------------------------------------
 */
enum kc_err
adjust_order_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int year = (int)kc_entry_num(at->e, KC_F_adjust_order_year, 0);
	uint32_t unit;
	enum kc_err err =
	    kc_want(st, KC_NS_UNIT, at, KC_F_adjust_order_unit, &unit, why);

	if (err != KC_OK)
		return err;
	if (kc_cycle_of(st, year) == NULL)
		return kc_refuse_cycle(st, year, why);
	return kc_want_state(at, KC_M_list,
	    kc_list_state(kc_list_of(st, unit, year)), st->units.v[unit]->code,
	    why);
}

enum kc_err
adjust_order_apply(struct kc_state *st, const struct kc_at *at)
{
	uint32_t unit = kc_find(
	    st, KC_NS_UNIT, kc_entry_str(at->e, KC_F_adjust_order_unit));
	int year = (int)kc_entry_num(at->e, KC_F_adjust_order_year, 0);

	kc_list_of(st, unit, year)->order_seq = (uint32_t)at->stamp.seq;
	return KC_OK;
}
