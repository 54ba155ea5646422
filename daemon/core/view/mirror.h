/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mirror: how often each clause of the policy was applied in a year, and
 * what became of that, by who judged, beside the same of the whole city. It
 * counts, and says nothing of what the numbers mean.
 */
#ifndef KC_MIRROR_H
#define KC_MIRROR_H

#include "view_int.h"

#include "noun/bonus/bonus.h"
#include "noun/negative/negative.h"

enum kc_clause_sort {
	KC_CLAUSE_SITUATION,
	KC_CLAUSE_ITEM,
	KC_CLAUSE_BONUS,
	KC_CLAUSE_SORTS
};
/* What became of a matter; it is in one of these. */
enum kc_became {
	KC_BECAME_FULL,
	KC_BECAME_LESS, /* half, or by a lower grade */
	KC_BECAME_EXEMPT,
	KC_BECAME_DECLINED,
	KC_BECAME_LAPSED,
	KC_BECAME_WITHDRAWN,
	KC_BECAME_REVOKED, /* it stood, and was taken back */
	KC_BECAME_WAITING,
	KC_BECAME_COUNT
};
enum kc_became kc_case_became(const struct kc_case *c);
enum kc_became kc_negative_became(const struct kc_negative *n);
enum kc_became kc_bonus_became(const struct kc_bonus *b);

struct kc_mirror_sums {
	uint64_t n, became[KC_BECAME_COUNT], disputed, overturned;
	int64_t points_e4, returned_e4;
};
/* A matter; or, when it sums up nothing, a clause that the policy has. */
struct kc_mirror_entry {
	enum kc_clause_sort sort;
	uint32_t order; /* of its clause in the year's policy, from 1; KC_NONE:
			 * it has none. 0: of all clauses together */
	uint32_t no;    /* of an item, which has no id */
	const char *id, *zh, *en;
	uint32_t assessor; /* unit that judged, KC_NONE */
	struct kc_mirror_sums is;
};
struct kc_mirror {
	const struct kc_vx *x;
	const struct kc_policy *p;
	/* Of each matter, by its index: was it disputed, and changed by that */
	uint8_t *marks[KC_CLAUSE_SORTS];
	uint64_t *judged; /* targets of the year, by the unit that judges; the
			   * last one: by anybody */
	KC_VEC_OF(struct kc_mirror_entry) all;
	bool failed; /* out of memory */
};

/* Every matter of the year, and every clause of its policy, each also as one
 * of its sort. KC_ENOMEM; release it in every case. */
enum kc_err kc_mirror_gather(
    struct kc_mirror *m, const struct kc_vx *x, const struct kc_policy *p);
void kc_mirror_free(struct kc_mirror *m);

#endif
