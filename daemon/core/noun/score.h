/* SPDX-License-Identifier: Apache-2.0 */
/* The score of a unit in a year, and the ranks of all: asked by views, and by
 * what a year ends with. */
#ifndef KC_NOUN_SCORE_H
#define KC_NOUN_SCORE_H

#include <kaocheng/arith.h>
#include <kaocheng/grade.h>

#include "noun/unit/unit.h"
#include "noun/year/year.h"

struct kc_unit_score {
	struct kc_score score;
	struct kc_score_rules rules;
	const struct kc_policy *policy;
	bool listed; /* its list of the year is issued: it is ranked */
};
/* KC_OK, KC_ENOMEM, KC_EREFUSED (no policy). */
enum kc_err kc_unit_score(const struct kc_state *st, const struct kc_unit *u,
    const struct kc_cycle *cycle, struct kc_unit_score *out,
    struct kc_refusal *why);

/* Every unit of a year in order of its rank; those that are not ranked follow.
 * *out is the caller's (kc_free). KC_OK, KC_ENOMEM, KC_EREFUSED (no policy). */
struct kc_ranked {
	const struct kc_unit *unit;
	struct kc_score score;
	bool listed;
	uint32_t rank,
	    group_rank; /* 0: not ranked; listed apart: in no group */
};
/* What decides where it stands, before places are given. */
struct kc_place kc_ranked_place(const struct kc_ranked *r);
/* Who stands before whom; 0: they share a rank. */
int kc_rank_order(const struct kc_ranked *a, const struct kc_ranked *b);
enum kc_err
kc_rank_units(const struct kc_state *st, const struct kc_cycle *cycle,
    struct kc_ranked **out, size_t *nout, struct kc_refusal *why);

#endif
