/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the negative list: points that a unit loses by one of the common
 * duties, without weight and without return (R26 to R34).
 */
#ifndef KC_NEGATIVE_H
#define KC_NEGATIVE_H

#include "noun/unit/unit.h"
#include "noun/year/year.h"

struct kc_negative_correction { /* by a dispute */
	uint32_t seq, dispute;  /* its entry; index in disputes */
	int64_t amount_e4;      /* before it */
};
struct kc_negative {
	char handle[16];
	uint32_t index, unit, assessor;  /* units; assessor: that proposed */
	uint32_t proposer, proposed_for; /* actor and whose power it used */
	uint32_t policy; /* kc_law_of its year, at the proposal */
	uint32_t item;   /* its number in that policy's list */
	uint32_t case_;  /* pre-deduction on the same fact, KC_NONE */
	int64_t amount_e4;
	kc_day on; /* of the fact */
	int16_t year;
	uint8_t state;
	uint32_t version; /* of the last day: bumps with each change */
	struct {
		kc_day since, due;  /* KC_DAY_NONE: has not begun */
		bool provisional;   /* rests on a calendar not yet adopted */
		int64_t changed_ms; /* at which it was set, or ended */
	} day[KC_L_negative_COUNT];
	KC_VEC_OF(struct kc_negative_correction) corrections;
	struct kc_events events;
};

#define KC_NS_NEGATIVE KC_NS(negative, 0)

/* The event a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err kc_want_negative(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_negative **out, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_negative *kc_negative_of(
    const struct kc_state *st, const struct kc_at *at, unsigned field);
const struct kc_policy *
kc_negative_policy(const struct kc_state *st, const struct kc_negative *n);
/* Confirmed and not taken back: it counts. */
bool kc_negative_counts(const struct kc_negative *n);
/* Neither declined nor lapsed nor taken back: its fact is used. */
bool kc_negative_stands(const struct kc_negative *n);

/* KC_R_GRANT: the signer's unit holds none over the item. */
enum kc_err kc_refuse_item(const struct kc_state *st, const struct kc_at *at,
    unsigned slot, uint32_t item, struct kc_refusal *why);

/* --- one fact, punished once (fact.c) --- */
/* Of a pair on the same fact, both of which count: the other; NULL. */
struct kc_case;
const struct kc_negative *
kc_fact_negative(const struct kc_state *st, const struct kc_case *c);
const struct kc_case *
kc_fact_case(const struct kc_state *st, const struct kc_negative *n);
/* The case that an event of the unit may name as being on the same fact. */
enum kc_err kc_want_fact(const struct kc_state *st, const struct kc_at *at,
    uint32_t unit, kc_day on, struct kc_refusal *why);
void kc_fact_join(
    struct kc_state *st, struct kc_negative *n, struct kc_slice handle);
/* The same the other way round: the event that a case of the unit and year may
 * name in a field; and that it does. */
enum kc_err kc_want_event(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t unit, int year, struct kc_refusal *why);
void
kc_fact_name(struct kc_state *st, struct kc_case *c, struct kc_slice handle);

/* --- disputes (disputed.c, correct.c) --- */
/* The confirmation as a decision that can be disputed; NULL before. */
struct kc_decision;
const struct kc_decision *
kc_negative_decision(const struct kc_state *st, const struct kc_negative *n);
/* Is a dispute about it open? Then it is not final. */
bool
kc_negative_disputed(const struct kc_state *st, const struct kc_negative *n);
enum kc_err kc_negative_after(struct kc_state *st, const struct kc_at *at);
struct kc_made;
void kc_negative_correct_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
/* What it took after an entry. */
int64_t kc_negative_amount_at(const struct kc_negative *n, uint32_t seq);
/* The same of what was confirmed by then and not withdrawn; else 0. */
int64_t kc_negative_taken_at(const struct kc_negative *n, uint32_t seq);

/* --- last days (limit.c) --- */
/* Enters a state: the last day of the state before ends, that of the new one
 * begins. */
enum kc_err kc_negative_enter(struct kc_state *st, const struct kc_at *at,
    struct kc_negative *n, enum kc_negative_state state);
/* KC_L_negative_*, -1: it waits for nothing. */
int kc_negative_limit(const struct kc_negative *n);
bool kc_negative_waits(const struct kc_state *st, const struct kc_negative *n,
    const struct kc_due *due);
/* A new version of the last day at hand, which falls due at `due_ms`. */
enum kc_err
kc_negative_queue(struct kc_state *st, struct kc_negative *n, int64_t due_ms);
enum kc_err kc_negative_recalendar(struct kc_state *st, uint32_t index);
bool kc_negative_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);

#endif
