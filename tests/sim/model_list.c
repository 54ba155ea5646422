/* SPDX-License-Identifier: Apache-2.0 */
/* The model's negative list: what each event takes, and one fact once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"

#define ITEM_MAX 20000

static struct m_negative *
named(struct sim *s, struct kc_slice handle)
{
	for (unsigned i = 0; i < s->m.nnegatives; i++)
		if (kc_slice_is(handle, s->m.negatives[i].handle))
			return &s->m.negatives[i];
	return NULL;
}

void
m_read_negatives(struct sim *s, const struct kc_entry *e)
{
	struct m_negative *n;

	if (e->kind->id == KC_K_negative_propose) {
		n = &s->m.negatives[s->m.nnegatives++];
		assert_true(s->m.nnegatives <= SIM_MAX);
		m_copy(n->handle, kc_state_last_handle(s->m.twin));
		m_copy(n->unit, kc_entry_str(e, KC_F_negative_propose_unit));
		m_copy(n->of, kc_entry_str(e, KC_F_negative_propose_case_));
		n->item = kc_entry_num(e, KC_F_negative_propose_item, 0);
		n->amount = kc_entry_num(e, KC_F_negative_propose_amount, 0);
		n->on = (kc_day)kc_entry_num(e, KC_F_negative_propose_on, 0);
	} else if (e->kind->id == KC_K_prededuct_decide &&
	    kc_entry_has(e, KC_F_prededuct_decide_negative)) {
		n = named(s, kc_entry_str(e, KC_F_prededuct_decide_negative));
		sim_require(s,
		    n != NULL &&
			kc_slice_is(kc_entry_str(e, KC_F_prededuct_decide_unit),
			    n->unit),
		    "a fact of another unit");
		m_copy(n->of, kc_state_last_handle(s->m.twin));
	} else if (e->kind->id == KC_K_negative_confirm) {
		named(s, kc_entry_str(e, KC_F_negative_confirm_negative))
		    ->counts = true;
	} else if (e->kind->id == KC_K_negative_withdraw) {
		named(s, kc_entry_str(e, KC_F_negative_withdraw_negative))
		    ->counts = false;
	} else if (e->kind->id == KC_K_negative_revoke) {
		named(s, kc_entry_str(e, KC_F_negative_revoke_negative))
		    ->counts = false;
	} else if (e->kind->id == KC_K_negative_reduce) {
		named(s, kc_entry_str(e, KC_F_negative_reduce_negative))
		    ->amount = kc_entry_num(e, KC_F_negative_reduce_amount, 0);
	}
}

/* The last event that named a case, if it counts. */
static const struct m_negative *
pair_of(const struct sim *s, const char *handle)
{
	for (unsigned i = s->m.nnegatives; i-- > 0;)
		if (strcmp(s->m.negatives[i].of, handle) == 0)
			return s->m.negatives[i].counts ? &s->m.negatives[i]
							: NULL;
	return NULL;
}

bool
m_case_yields(const struct sim *s, const struct m_case *c)
{
	const struct m_negative *n = pair_of(s, c->handle);

	return n != NULL && n->amount >= c->deducted - c->returned;
}

/* A case on the same fact keeps more. */
static bool
yields(const struct sim *s, const struct m_negative *n)
{
	for (unsigned i = 0; n->of[0] != '\0' && i < s->m.ncases; i++) {
		const struct m_case *c = &s->m.cases[i];

		if (c->counts && strcmp(c->handle, n->of) == 0 &&
		    pair_of(s, c->handle) == n)
			return c->deducted - c->returned > n->amount;
	}
	return false;
}

/* Of the year 2022; what happened in the next is the next one's. */
int64_t
m_negative_of(const struct sim *s, const char *unit)
{
	const kc_day end = kc_day_from_civil(2022, 12, 31);
	int64_t all = 0;

	for (int64_t item = 1; item <= 28; item++) {
		int64_t sum = 0;

		for (unsigned i = 0; i < s->m.nnegatives; i++) {
			const struct m_negative *n = &s->m.negatives[i];

			if (n->counts && n->item == item && n->on <= end &&
			    strcmp(n->unit, unit) == 0 && !yields(s, n))
				sum += n->amount;
		}
		all += sum < ITEM_MAX ? sum : ITEM_MAX;
	}
	return all;
}
