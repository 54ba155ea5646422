/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bonuses: what a unit claims for a commendation, a leader's praise, an
 * incentive of the State Council or an advance in rank (R35 to R41). Nobody
 * names points: a grade of the policy's scale has them.
 */
#ifndef KC_BONUS_H
#define KC_BONUS_H

#include "noun/unit/unit.h"
#include "noun/year/year.h"

struct kc_bonus_change {   /* of its points */
	uint32_t seq;      /* the entry */
	int64_t amount_e4; /* after it */
	int8_t given;      /* likewise */
};
struct kc_bonus {
	char handle[16];
	uint32_t index, unit;
	uint32_t claimed_by; /* the unit, as it was then */
	uint32_t policy;     /* kc_law_of its year, at the claim */
	uint32_t situation;  /* in that policy's bonuses */
	uint32_t indicator;  /* KC_NONE: it names none */
	/* Who verified it, and who granted it, and whose power they used;
	 * KC_NONE: nobody has. */
	uint32_t verifier, verified_for, granter, granted_for;
	char merit[KC_CODE_MAX + 1];
	const char *document, *issuer; /* in the arena */
	kc_day dated;
	int16_t year;
	uint8_t grade; /* claimed */
	int8_t given;  /* KC_BONUS_GRADE_*, -1: none is */
	uint8_t state;
	int64_t amount_e4; /* that it is worth now, before any cap */
	uint32_t version;  /* of the last day: bumps with each change */
	struct {
		kc_day since, due;  /* KC_DAY_NONE: has not begun */
		bool provisional;   /* rests on a calendar not yet adopted */
		int64_t changed_ms; /* at which it was set, or ended */
		uint8_t end;        /* enum kc_deadline_end, of one that ran */
	} day[KC_L_bonus_COUNT];
	KC_VEC_OF(struct kc_bonus_change) changes;
	struct kc_u32s objectors; /* units, in order of their objections */
	struct kc_events events;
};

#define KC_NS_BONUS KC_NS(bonus, 0)

/* The bonus a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err kc_want_bonus(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_bonus **out, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_bonus *
kc_bonus_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
const struct kc_policy *
kc_bonus_policy(const struct kc_state *st, const struct kc_bonus *b);
const struct kc_bonus_situation *
kc_bonus_situation(const struct kc_state *st, const struct kc_bonus *b);
/* The same of what an office does with it: by the Establishment Office; of what
 * its own unit claims by the Assessment Office; never of the own unit. */
enum kc_err
kc_want_judged_bonus(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_bonus **out, struct kc_refusal *why);
/* The entry is one of its events, and takes it to a state. */
enum kc_err kc_bonus_step(struct kc_state *st, const struct kc_at *at,
    unsigned field, enum kc_bonus_state to);
/* Granted, and not cancelled: it counts. */
bool kc_bonus_counts(const struct kc_bonus *b);
/* A new amount, by this entry. */
enum kc_err kc_bonus_change(
    struct kc_state *st, const struct kc_at *at, struct kc_bonus *b, int grade);
/* What it was worth after an entry. */
int64_t kc_bonus_amount_at(const struct kc_bonus *b, uint32_t seq);
/* The points of a grade by the policy of the claim. */
int64_t
kc_bonus_worth(const struct kc_state *st, const struct kc_bonus *b, int grade);

/* --- claims (claim.c) --- */
/* Is the grade one of the situation, and do the ranks show it? KC_R_MARK,
 * KC_R_RANKS. */
enum kc_err kc_want_grade(const struct kc_state *st, const struct kc_bonus *b,
    unsigned grade, struct kc_refusal *why);
/* The lower grades of the situation, the best first and the last one; false:
 * the grade is its lowest. */
bool kc_bonus_lower(unsigned grade, int *best, int *least);

/* --- disputes (disputed.c) --- */
struct kc_decision;
/* What was decided last about it and can be disputed; NULL. */
const struct kc_decision *
kc_bonus_decision(const struct kc_state *st, const struct kc_bonus *b);
struct kc_made;
void kc_bonus_award_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

/* --- last days (limit.c) --- */
/* Enters a state: the last day of the state before ends, that of the new one
 * begins. */
enum kc_err kc_bonus_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_bonus *b, enum kc_bonus_state state);
/* KC_L_bonus_*, -1: it waits for nothing. */
int kc_bonus_limit(const struct kc_bonus *b);
bool kc_bonus_waits(const struct kc_bonus *b, const struct kc_due *due);
enum kc_err kc_bonus_recalendar(struct kc_state *st, uint32_t index);
bool kc_bonus_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

#endif
