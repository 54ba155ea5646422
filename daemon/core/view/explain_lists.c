/* SPDX-License-Identifier: Apache-2.0 */
/* Explanation of the negative list: its events, one fact once, the caps. */
#include "explain.h"

#include "noun/negative/negative.h"

/* What an event takes by itself: nothing, if a pre-deduction on the same fact
 * keeps more. */
static int64_t
taken(const struct kc_xp *p, const struct kc_negative *n)
{
	const struct kc_case *c = kc_fact_case(p->x->st, n);

	return c != NULL && kc_kept_stands(kc_xp_kept(p, c), n->amount_e4)
	    ? 0
	    : n->amount_e4;
}

static void
put_item(struct kc_xp *p, const struct kc_negative *n)
{
	const struct kc_policy *policy = kc_negative_policy(p->x->st, n);

	kc_buf_str(&p->item, n->handle);
	for (size_t i = 0; i < policy->nnegatives; i++)
		if (policy->negatives[i].no == n->item) {
			kc_buf_char(&p->item, ' ');
			kc_buf_str(&p->item,
			    kc_vx_say(p->x, policy->negatives[i].zh,
				policy->negatives[i].en));
		}
}

static void
event_row(struct kc_xp *p, const struct kc_negative *n)
{
	int64_t points = taken(p, n);

	put_item(p, n);
	kc_xp_entry(p, kc_events_first(&n->events, KC_K_negative_propose));
	kc_xp_entry(p, kc_events_first(&n->events, KC_K_negative_confirm));
	kc_policy_cite(
	    kc_negative_policy(p->x->st, n), KC_P_NEG_EVENT_MAX, &p->cite);
	kc_buf_points(&p->arithmetic, n->amount_e4);
	if (points != n->amount_e4) {
		kc_buf_str(&p->arithmetic,
		    kc_vx_say(p->x, "（同一事实的预扣分保留更多：",
			" (a pre-deduction on the same fact keeps more: "));
		kc_buf_str(&p->arithmetic, p->x->st->cases.v[n->case_]->handle);
		kc_buf_str(&p->arithmetic, kc_vx_say(p->x, "）", ")"));
	}
	if (n->corrections.n > 0)
		kc_xp_entry(p, n->corrections.v[n->corrections.n - 1].seq);
	kc_xp_row(p, 1, "event", KC_XP_NEGATIVE, n->handle, -points);
}

void
kc_xp_negative(struct kc_xp *p)
{
	const struct kc_vx *x = p->x;
	const struct kc_u32s *of = &x->unit->negatives;
	int64_t total = p->s.score.negative_e4, sum = 0;
	bool any = false;

	for (uint32_t i = 0; i < of->n; i++) {
		const struct kc_negative *n = x->st->negatives.v[of->v[i]];

		any = any || (n->year == x->year && kc_negative_counts(n));
	}
	if (!any)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "负面清单", "negative list"));
	kc_xp_key(p, KC_P_NEG_ITEM_MAX);
	kc_xp_row(p, 0, "negative", KC_XP_UNIT, NULL, -total);
	for (uint32_t i = 0; i < of->n; i++) {
		const struct kc_negative *n = x->st->negatives.v[of->v[i]];

		if (n->year != x->year || !kc_negative_counts(n))
			continue;
		event_row(p, n);
		sum += taken(p, n);
	}
	if (sum == total)
		return;
	kc_buf_str(&p->item, kc_vx_say(x, "上限", "caps"));
	kc_xp_key(p, KC_P_NEG_ITEM_MAX);
	kc_buf_points(&p->arithmetic, sum);
	kc_buf_str(&p->arithmetic, " − ");
	kc_buf_points(&p->arithmetic, total);
	kc_xp_equals(p, sum - total);
	kc_xp_row(p, 1, "cap", KC_XP_UNIT, NULL, sum - total);
}
