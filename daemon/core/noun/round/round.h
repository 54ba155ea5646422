/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitoring rounds: the half-year sweep over every target (R67 to R74) and
 * the points of the third quarter (R75 to R80), with an opinion on each.
 */
#ifndef KC_ROUND_H
#define KC_ROUND_H

#include "noun/target/target.h"

struct kc_point {         /* a target of a round */
	uint32_t target;  /* index */
	uint32_t opinion; /* index, KC_NONE before */
	int8_t basis;     /* KC_BASIS_x that it was selected for, -1: none */
};
struct kc_round {
	char handle[16];
	uint32_t index;
	uint32_t policy; /* kc_law_of its year, as it was opened */
	int16_t year;
	uint8_t type, state; /* KC_ROUND_x, KC_RS_x */
	kc_day opened, last; /* last: of its window */
	KC_VEC_OF(struct kc_point) points;
	struct kc_events events;
};
struct kc_opinion {
	char handle[16];
	uint32_t index, round, target;
	uint8_t verdict, state;        /* KC_VERDICT_x, KC_OS_x */
	int32_t planned_bp, actual_bp; /* progress found, -1 if not stated */
	/* What rests on it: letters and pre-deductions. */
	struct kc_u32s warnings, cases;
	struct kc_events events;
};

#define KC_NS_ROUND KC_NS(round, 0)
#define KC_NS_OPINION KC_NS(round, 1)

/* Its last day, unless an outage moved it: that of its window. */
kc_day kc_round_due(const struct kc_state *st, const struct kc_round *r);
/* The round that a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err kc_want_round(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_round **out, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_round *
kc_round_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
struct kc_opinion *kc_opinion_of(
    const struct kc_state *st, const struct kc_at *at, unsigned field);
/* Place of a target among those of a round; points.n if it is none. */
uint32_t kc_point_of(const struct kc_round *r, uint32_t target);

/* What one of its targets lacks; one that is assessed meanwhile lacks no
 * opinion. */
enum kc_lack {
	KC_LACK_NOTHING,
	KC_LACK_OPINION,
	KC_LACK_FEEDBACK
};
enum kc_lack
kc_point_lacks(const struct kc_state *st, const struct kc_point *p);
#define KC_ROUND_NAMED 5
struct kc_round_sum {
	uint32_t targets, opinions, behind, fed_back;
	uint32_t lacks[KC_LACK_FEEDBACK + 1]; /* by enum kc_lack */
	/* The first targets that lack something, KC_NONE from there on. */
	uint32_t first[KC_ROUND_NAMED];
};
struct kc_round_sum
kc_round_count(const struct kc_state *st, const struct kc_round *r);

/* --- a letter or pre-deduction that rests on an opinion --- */
/* Guard: the opinion that an optional field names says that the target is
 * behind, and the unit has it. */
enum kc_err kc_want_behind(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t target, struct kc_refusal *why);
/* Apply: its index, KC_NONE; and that the object rests on it. */
uint32_t kc_opinion_cited(
    const struct kc_state *st, const struct kc_at *at, unsigned field);
/* The one that a pre-deduction rests on; NULL. */
struct kc_case;
const struct kc_opinion *
kc_opinion_under(const struct kc_state *st, const struct kc_case *c);

/* --- what can be disputed (disputed.c) --- */
struct kc_made;
void kc_opinion_amend_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);

/* --- views --- */
struct kc_vx;
/* What an event says. */
void kc_buf_opinion_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_opinion *o, const struct kc_event *e);
bool kc_round_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

#endif
