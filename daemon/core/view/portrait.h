/* SPDX-License-Identifier: Apache-2.0 */
/* The portrait of a unit (R113, R123): what it is measured by, through the
 * years, beside its own past and beside its group. */
#ifndef KC_PORTRAIT_H
#define KC_PORTRAIT_H

#include "view_int.h"

/* A row; what is not of its part stays out and is null. */
struct kc_portrait_row {
	const char *part; /* "indicator", "score", "grade", "light", "loss" */
	int year;
	int32_t quarter;          /* -1: of the whole year */
	const char *item, *label; /* code or word, and in words */
	int64_t value;
	bool count; /* value is a number of things, not points */
	const char *in_words, *last_in_words; /* or these, if not NULL */
	/* The same a year before, and the mean of all years before that the
	 * ledger has; the mean of the group. */
	bool has_last, has_former, has_group;
	int64_t last, former, group;
	uint32_t rank, last_rank, agreed_rank, before_rank; /* 0: unknown */
	uint32_t group_rank, ranked;                        /* likewise */
	uint32_t seq;                                       /* KC_NONE */
};
struct kc_portrait_row kc_portrait_begin(const char *part, int year);
void kc_portrait_put(struct kc_vx *x, const struct kc_portrait_row *r);

/* The components of its score in each year of the ledger, and what it lost in
 * each: targets, pre-deductions, negative list. */
enum kc_err kc_portrait_scores(struct kc_vx *x);
void kc_portrait_losses(struct kc_vx *x);

#endif
