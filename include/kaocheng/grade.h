/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranks and grades of a year: who stands before whom, and which of three
 * grades follows. Pure functions of integers, as arith.h.
 */
#ifndef KAOCHENG_GRADE_H
#define KAOCHENG_GRADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The vocabulary of statements has the same. */
enum kc_graded {
	KC_GRADED_NOT = -1,
	KC_GRADED_FIRST,
	KC_GRADED_SECOND,
	KC_GRADED_THIRD,
	KC_GRADED_COUNT
};

#define KC_PLACE_APART UINT32_MAX /* a group that is none: listed apart */

struct kc_place {
	uint32_t group;
	bool ranked;      /* one that is not stands behind those that are */
	int64_t total_e4; /* S */
	int64_t key_e4;   /* K: decides between equal S, the larger first */
	int64_t taken_e4; /* N + Q: then this, the smaller first */
	/* What follows; 0 of one that is not ranked, or in no group. */
	uint32_t rank, group_rank;
	uint32_t nth, group_size; /* place in its group without ties; of how
				   * many */
	int grade;                /* enum kc_graded */
	bool ruled;               /* kc_place_at_least has made it better */
};

struct kc_grade_rules {
	int32_t first_bp;       /* share of a group, rounded down */
	int64_t third_below_e4; /* a score below it is of the third grade */
	int32_t third_bp;       /* share of a group at its end, rounded down */
	/* Of those that share a rank at the edge of a share all are let into
	 * the first grade and none is put into the third; strict: the other
	 * way round. */
	bool strict;
};

/* Below 0: a stands before b; 0: they share a rank. */
int kc_place_order(const struct kc_place *a, const struct kc_place *b);
/* Gives ranks (1, 2, 2, 4), over all and within each group. v is in that
 * order. */
void kc_place_ranks(struct kc_place *v, size_t n);
/* Gives grades, where there are ranks. A score that is too low is of the third
 * grade whatever its rank. */
void kc_place_grades(
    const struct kc_grade_rules *rules, struct kc_place *v, size_t n);
/* One that has a grade gets this one if it is better; the others keep theirs.
 */
void kc_place_at_least(struct kc_place *p, enum kc_graded least);

#endif
