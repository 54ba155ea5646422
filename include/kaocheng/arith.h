/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Score arithmetic: pure functions of integers. A point is 10,000 units
 * ("e4"), a rate is in basis points (10,000 = 100 %). No floating point.
 * Largest product is 10^6 * 10^4, far inside int64.
 */
#ifndef KAOCHENG_ARITH_H
#define KAOCHENG_ARITH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kaocheng/err.h>

#define KC_POINT 10000        /* one point, in e4 */
#define KC_FULL_BP 10000      /* 100 % */
#define KC_FULL_SCORE 1000000 /* 100 points, in e4 (R10) */

enum kc_rounding {
	KC_HALF_AWAY,
	KC_HALF_EVEN
};
enum kc_reserve_mode {
	KC_RESERVE_PRORATE,
	KC_RESERVE_FULL,
	KC_RESERVE_ZERO,
	KC_RESERVE_TO_KEY
};

/* a * b / c to the nearest; c > 0. */
int64_t kc_round_div(int64_t a, int64_t b, int64_t c, enum kc_rounding r);
/* D = rnd(A * m): amount deducted by a standard and a multiplier. */
int64_t kc_deduct(int64_t standard_e4, int32_t multiplier_bp, enum kc_rounding);
/* R = floor(D * rate): never more than the cap allows (R106). */
int64_t kc_return(int64_t deducted_e4, int32_t rate_bp);
/* A reduction to new_e4 after a return: the return is capped again. */
int64_t kc_return_recap(int64_t returned_e4, int64_t new_e4, int32_t cap_bp);

enum kc_class {
	KC_CLASS_KEY,
	KC_CLASS_ROUTINE,
	KC_CLASS_DYNAMIC
};

struct kc_score_target {
	enum kc_class class_;
	int64_t weight_e4;
	int32_t completion_bp; /* 0..10000, or -1 while not found */
};
struct kc_score_deduction { /* a pre-deduction in force */
	uint32_t target;    /* groups the cap per target */
	int64_t deducted_e4, returned_e4;
	bool unmet;    /* outcome UNMET (for pd.residual=only_if_unmet) */
	bool open;     /* not final: counts in full whatever the residual */
	uint32_t fact; /* the same as one of the negative list's; 0: none */
};
struct kc_score_negative {
	uint32_t item;
	int64_t amount_e4;
	uint32_t fact; /* the same as one of the deductions'; 0: none */
};
struct kc_score_bonus {
	uint32_t situation;
	uint32_t matter; /* same matter counts once, at the highest; of those
			  * alike the one that stands first */
	int64_t amount_e4;
};
struct kc_score_panel {  /* one evaluation group */
	int64_t mean_e4; /* 0..100 points */
	int32_t weight_bp;
	uint32_t ballots;
};

struct kc_score_rules {
	enum kc_rounding rounding;
	enum kc_reserve_mode reserve;
	int64_t points_dynamic_e4; /* size of the reserve, 100000 */
	int32_t panel_share_bp;
	uint32_t panel_min_ballots;
	int64_t neg_item_max_e4;
	int64_t cap_target_e4, cap_unit_e4; /* of retained pre-deductions */
	bool residual_only_if_unmet;
	int64_t bonus_item_max_e4, bonus_situation_max_e4, bonus_total_max_e4;
	int64_t floor_e4;
	int64_t ceiling_e4; /* < 0: none */
};

struct kc_score_input {
	const struct kc_score_target *targets;
	size_t ntargets;
	const struct kc_score_deduction *deductions;
	size_t ndeductions;
	const struct kc_score_negative *negatives;
	size_t nnegatives;
	const struct kc_score_bonus *bonuses;
	size_t nbonuses;
	const struct kc_score_panel *panels;
	size_t npanels;
};

/* Every intermediate figure, so that explain can show the arithmetic. */
struct kc_score {
	int64_t weight_e4[3]; /* issued weight by class */
	int64_t earned_e4[3]; /* K, T, Dy; pending targets count in full */
	int64_t pending_e4;   /* weight of targets not yet found */
	int64_t reserve_e4;   /* U */
	int64_t credit_e4;    /* X */
	int64_t objective_e4; /* Bo */
	int64_t panel_e4;     /* P; 0 if no group is valid */
	int32_t panel_bp;     /* share applied; 0 if no group is valid */
	int64_t base_e4;      /* B */
	int64_t negative_e4;  /* N */
	int64_t deducted_e4;  /* sum of D */
	int64_t returned_e4;  /* sum of R */
	int64_t retained_e4;  /* Q after residual rule and caps */
	int64_t bonus_e4;     /* A+ */
	int64_t total_e4;     /* S */
};

/* Domain arithmetic in its order of application; KC_ENOMEM only. Errors of
 * the caller (a weight below zero) are assertions. */
enum kc_err kc_score_compute(const struct kc_score_rules *rules,
    const struct kc_score_input *in, struct kc_score *out);
/* What a pre-deduction keeps by itself: nothing of one that was met, where
 * pd.residual is only_if_unmet. */
int64_t kc_kept(const struct kc_score_rules *rules, int64_t deducted_e4,
    int64_t returned_e4, bool met);
/* One fact is punished once: of what the negative list takes for it and what a
 * pre-deduction keeps, the larger stands, the list's of two alike. Does what
 * the pre-deduction keeps stand? */
bool kc_kept_stands(int64_t kept_e4, int64_t negative_e4);
/* Earned points of one target: rnd(W * C), C capped at 10,000. */
int64_t kc_earned(int64_t weight_e4, int32_t completion_bp, enum kc_rounding);
/* Lays the points of a class anew in proportion to what each target has, by
 * largest remainder, of equal ones the first; they come to want_e4 exactly and
 * each gets something. Weights are above zero, want_e4 is at least n. */
void kc_lay_points(const int64_t *w, size_t n, int64_t want_e4, int64_t *out);

/* --- ballots of one group for one unit (R115) --- */
#define KC_CRITERIA 3
#define KC_MARK_MAX 5        /* the best mark; the least is 1 */
#define KC_BALLOTS_MAX 10000 /* of one group for one unit */
struct kc_ballot_marks {
	uint8_t of[KC_CRITERIA]; /* 1 to 5; 0: not known to the voter */
};
/* Every figure of a group's mean, so that explain can show it. */
struct kc_group_mean {
	uint32_t ballots; /* cast */
	uint32_t valid;   /* those that know one criterion or more */
	struct {
		uint32_t known;   /* ballots that know it */
		uint32_t counted; /* less the highest and the lowest of them */
		uint32_t sum;     /* of the marks counted */
	} criterion[KC_CRITERIA];
	int64_t mean_e4; /* 0..100 points; 0 if no ballot is valid */
};
/* A criterion's mean is over the ballots that know it; of trim_from (3 or more)
 * of these the highest and the lowest fall out. The group's is the mean of the
 * means that there are, times 20: one division, rounded once. At most
 * KC_BALLOTS_MAX ballots (assertion). */
void kc_group_mean(const struct kc_ballot_marks *ballots, size_t n,
    uint32_t trim_from, enum kc_rounding r, struct kc_group_mean *out);

#endif
