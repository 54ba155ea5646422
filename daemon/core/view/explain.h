/* SPDX-License-Identifier: Apache-2.0 */
/* One row of an explanation: a number, its entries, its rule, its arithmetic.
 */
#ifndef KC_EXPLAIN_H
#define KC_EXPLAIN_H

#include "view_int.h"

#define KC_XP_ENTRIES 6

/* Fill in, then write; kc_xp_row resets it for the next. */
struct kc_xp {
	struct kc_vx *x;
	struct kc_unit_score s;
	struct kc_buf item, arithmetic;
	struct kc_refusal cite; /* rule and rule_place */
	uint32_t entries[KC_XP_ENTRIES];
	unsigned nentries;
};

/* KC_NONE is left out. */
void kc_xp_entry(struct kc_xp *p, uint32_t seq);
void kc_xp_key(struct kc_xp *p, enum kc_policy_key k);
/* " = 14.4750" */
void kc_xp_equals(struct kc_xp *p, int64_t e4);
/* part: what sort of number, for programs; id: of what it is, NULL for the
 * unit itself. Rows of depth 0 add up to the total, those of depth n + 1 to
 * theirs of depth n. */
enum kc_xp_of {
	KC_XP_UNIT,
	KC_XP_CLASS,
	KC_XP_TARGET,
	KC_XP_CASE,
	KC_XP_NEGATIVE,
	KC_XP_BONUS
};
void kc_xp_row(struct kc_xp *p, unsigned depth, const char *part,
    enum kc_xp_of of, const char *id, int64_t points);

/* Rows of a class of targets, and of the pre-deductions. */
void kc_xp_class(struct kc_xp *p, enum kc_class class_);
void kc_xp_retained(struct kc_xp *p);
struct kc_case;
/* What a case keeps by itself. */
int64_t kc_xp_kept(const struct kc_xp *p, const struct kc_case *c);
/* Rows of the negative list. */
void kc_xp_negative(struct kc_xp *p);
/* Rows of bonuses. */
void kc_xp_bonus(struct kc_xp *p);
/* Rows of the panels, once they are closed. */
void kc_xp_panel(struct kc_xp *p);

/* Members "rank", "ranked", "rank_why" of x->unit among all that are ranked
 * (rank.c); none of them if it is not. */
void kc_xp_rank(struct kc_vx *x, const struct kc_ranked *all, size_t n);

#endif
