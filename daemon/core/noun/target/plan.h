/* SPDX-License-Identifier: Apache-2.0 */
/* What drafting a target and adding a dynamic one have in common. */
#ifndef KC_PLAN_H
#define KC_PLAN_H

#include "noun/cadre/cadre.h"
#include "noun/indicator/indicator.h"
#include "noun/unit/unit.h"
#include "noun/year/year.h"

#include "target.h"

/* Field numbers of target.draft or target.add; KC_NO_FIELD where the kind
 * has no such field. */
#define KC_NO_FIELD KC_FIELDS_MAX
struct kc_plan_fields {
	unsigned target, unit, year, duty, weight, assessor, lead, assist;
	unsigned indicator, title, standard;
};

/* What a statement plans, once its codes are found. */
struct kc_target_plan {
	uint32_t unit, assessor, indicator, lead, assist;
	int year;
	const struct kc_cycle *cycle;
	struct kc_list *list; /* NULL before the first target of the list */
	int64_t weight_e4;
};

/* Finds what the fields name: the code is new, unit and assessor differ, the
 * year is open, duties are the unit's, leaders are of the unit. */
enum kc_err kc_plan_read(const struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target_plan *out,
    struct kc_refusal *why);
/* The leader that an optional field names, a cadre of the unit; KC_NONE. */
enum kc_err kc_want_leader(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t unit, uint32_t *out, struct kc_refusal *why);
/* Makes the target; *out is in the unit's list of the year. */
enum kc_err kc_target_plan(struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target **out);

/* KC_LS_DRAWN_UP or KC_LS_ISSUED; NULL is drawn up. */
unsigned kc_list_state(const struct kc_list *l);
/* The same, made if there is none; NULL when out of memory. */
struct kc_list *kc_list_open(struct kc_state *st, uint32_t unit, int year);
/* Points of a class in the policy that the year was opened with. */
int64_t kc_class_points(
    const struct kc_state *st, const struct kc_cycle *c, int64_t class);
/* KC_R_WEIGHT, citing the key of the class. */
enum kc_err
kc_refuse_weight(const struct kc_state *st, const struct kc_cycle *c,
    int64_t class, int64_t sum_e4, struct kc_refusal *why);
/* A target of no points. */
enum kc_err kc_refuse_no_weight(struct kc_refusal *why);
/* The target that a field names; and in a state in which the kind of the
 * entry may happen to it. */
enum kc_err kc_want_target(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_target **out, struct kc_refusal *why);
enum kc_err kc_want_target_in(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_target **out, struct kc_refusal *why);
/* Refuses KC_R_TARGET_NEEDS with the first of two fields that is not there. */
struct kc_needed {
	unsigned field;
	const char *zh; /* what it is */
};
enum kc_err kc_want_both(const struct kc_at *at, const struct kc_target *t,
    const struct kc_needed needs[2], struct kc_refusal *why);
/* One that is issued: what is looked at of it stays as it is. */
enum kc_err kc_want_issued(
    const struct kc_at *at, const struct kc_target *t, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_target *
kc_target_of(const struct kc_state *st, const struct kc_at *at, unsigned field);

/* --- points that move within a class (points.c) ----------------------------
 */
/* Lists of a kind, of one length: codes of targets, and points. */
struct kc_mates {
	unsigned codes, points;
};
/* Guard: each target is named once, is part of the year, of the unit, year and
 * class of `t` and not `t`, and has no adjustment open; each of the points is
 * more than nothing. Sums up the points, and what the targets have. */
struct kc_mates_sum {
	int64_t points_e4, have_e4;
};
enum kc_err kc_want_mates(const struct kc_state *st, const struct kc_at *at,
    const struct kc_mates *f, const struct kc_target *t,
    struct kc_mates_sum *sum, struct kc_refusal *why);
/* Refuses KC_R_WEIGHT: what is meant, its sum, and what it must be. */
enum kc_err kc_refuse_sum(struct kc_refusal *why, const char *zh,
    const char *en, int64_t sum_e4, int64_t want_e4);
/* Has no adjustment open. */
enum kc_err kc_want_unadjusted(const struct kc_state *st,
    const struct kc_target *t, struct kc_refusal *why);
/* Has the list a target that was not withdrawn? */
bool kc_list_plans(const struct kc_state *st, const struct kc_list *l);
/* The noun's hand_over (hand.c). */
struct kc_handover;
enum kc_err
kc_target_hand_over(struct kc_state *st, const struct kc_handover *h);
/* In apply, the i-th of a list. */
struct kc_target *kc_target_item(const struct kc_state *st,
    const struct kc_at *at, unsigned field, unsigned i);

#endif
