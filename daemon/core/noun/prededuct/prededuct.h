/* SPDX-License-Identifier: Apache-2.0 */
/* Pre-deductions, and what others share with them. */
#ifndef KC_PREDEDUCT_H
#define KC_PREDEDUCT_H

#include "noun/cadre/cadre.h"
#include "noun/indicator/indicator.h"
#include "noun/target/target.h"
#include "noun/unit/unit.h"
#include "noun/warning/warning.h"
#include "noun/year/year.h"

struct kc_case_correction {               /* by a dispute */
	uint32_t seq, dispute;            /* its entry; index in disputes */
	int64_t deducted_e4, returned_e4; /* before it */
	int32_t rate_bp;                  /* likewise, -1: none */
};
struct kc_case { /* a pre-deduction */
	char handle[16];
	uint32_t index, unit, target, decider; /* decider: actor index */
	uint32_t decided_for; /* whose power the decider used: actor index */
	uint32_t confirmer, confirmed_for; /* likewise; KC_NONE before */
	uint32_t assessor;                 /* unit index */
	uint8_t situation;                 /* index in its policy */
	uint8_t effect, state;
	int8_t cause;                  /* KC_CAUSE_x, -1 if none was stated */
	uint32_t warning;              /* letter that is its ground, KC_NONE */
	int32_t planned_bp, actual_bp; /* progress found, -1 if not stated */
	uint32_t policy;               /* kc_law_of its year, at the decision */
	int16_t year;
	int32_t number; /* of the notice: 〔year〕number, from confirmation */
	int32_t quarter;
	int64_t standard_e4, deducted_e4, returned_e4;
	int32_t rate_bp; /* -1 before the grant */
	kc_day decided, confirm_due, confirmed, delivered, due, submitted;
	kc_day review_due;
	bool confirm_provisional; /* confirm_due rests on no calendar yet */
	bool feedback_late;       /* delivered after pd.feedback_wd */
	bool provisional;         /* due rests on a calendar not yet adopted */
	bool review_provisional;  /* review_due likewise */
	int32_t delayed; /* days that reviews took beyond pd.review_wd */
	uint8_t extensions;
	bool extension_asked, review_overdue;
	uint32_t version;         /* of the deadline: bumps with each change */
	uint32_t confirm_version; /* of the last day to confirm, likewise */
	uint32_t proposal;        /* index in proposals, KC_NONE */
	uint32_t negative; /* event of the negative list on the same fact, the
			    * last that named it; KC_NONE */
	KC_VEC_OF(struct kc_case_correction) corrections;
	struct kc_events events;
};

#define KC_NS_CASE KC_NS(prededuct, 0)

/* --- arguments of refusals --- */
/* 8000 -> "80", 8001 -> "80.01" */
void kc_refusal_arg_percent(struct kc_refusal *r, unsigned i, int64_t bp);
/* Room for "2022-Q3" of any number that a QUARTER can be. */
#define KC_QUARTER_TEXT 24
void kc_quarter_text(char out[KC_QUARTER_TEXT], int64_t quarter);
int32_t kc_quarter_of_day(kc_day d);
/* Refuses KC_R_TOO_LATE, citing the key, when the day is after `last`. */
enum kc_err kc_want_by(kc_day day, kc_day last, const struct kc_policy *p,
    enum kc_policy_key key, struct kc_refusal *why);
/* Refuses KC_R_FIELD_VALUE when a clerk's date differs from what follows. */
enum kc_err kc_want_same_day(
    const struct kc_at *at, unsigned field, kc_day day, struct kc_refusal *why);

/* --- cases --- */
/* The case a field names, in a state in which the kind of the entry may
 * happen to it. */
enum kc_err kc_want_case(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_case **out, struct kc_refusal *why);
/* May a signer act as the judge of the case? One of the unit that decided, if
 * it holds a grant that is in force today; or the Establishment Office in its
 * place, when it holds none or has let its time pass (`overdue`). Alone, the
 * Establishment Office does not judge by whoever decided or confirmed. */
enum kc_err kc_want_judge(const struct kc_state *st, const struct kc_at *at,
    const struct kc_case *c, bool overdue, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_case *
kc_case_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
const struct kc_policy *
kc_case_policy(const struct kc_state *st, const struct kc_case *c);
/* What the clerk writes when a dispute corrects a case (correct.c). */
struct kc_made;
void kc_revoke_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
void kc_refund_correct_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
void kc_reduce_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
void kc_allow_fill(
    const struct kc_state *st, const struct kc_due *due, struct kc_made *m);
/* Ends a case: its target may have another. */
void kc_case_end(struct kc_state *st, struct kc_case *c, uint8_t state);
/* Takes back that it ended. */
void kc_case_reopen(struct kc_state *st, struct kc_case *c, uint8_t state);
/* "PD", 2022, 58 -> "PD-2022-0058" */
void kc_handle_make(char out[16], const char *prefix, int year, uint32_t n);

/* Does the situation's mark hold on what the ledger knows? KC_R_MARK,
 * KC_R_RANKS, KC_R_TARGET_NEEDS or KC_R_FIELD_MISSING otherwise (mark.c). */
enum kc_err kc_want_mark(const struct kc_state *st, const struct kc_at *at,
    const struct kc_policy *p, const struct kc_situation *s,
    const struct kc_target *t, struct kc_refusal *why);
/* Refuses KC_R_DUPLICATE when a case of the target that stands, or ran to
 * its end, rests on the ground of the claim: a case as it would be (ground.c).
 */
enum kc_err kc_want_unused(const struct kc_state *st,
    const struct kc_case *claim, struct kc_refusal *why);

/* --- last days (period.c) --- */
/* The last day to confirm a decision: pd.confirm_wd, and no later than
 * pd.issue_cutoff; queues the clerk's lapse unless provisional. */
enum kc_err kc_case_set_confirm(struct kc_state *st, struct kc_case *c);
/* Computes due from delivery and the extensions, never earlier than it is,
 * and queues the clerk's entry unless provisional. */
enum kc_err kc_case_set_due(struct kc_state *st, struct kc_case *c);
/* The same for the review of a submission. */
enum kc_err kc_case_set_review(struct kc_state *st, struct kc_case *c);
/* Computes those of an open case anew. */
enum kc_err kc_case_recalendar(struct kc_state *st, uint32_t index);
/* Last days to deliver the feedback and to file a plan; *provisional is set
 * if no calendar is there for it. */
kc_day kc_case_feedback_by(
    const struct kc_state *st, const struct kc_case *c, bool *provisional);
kc_day kc_case_plan_by(
    const struct kc_state *st, const struct kc_case *c, bool *provisional);
/* Puts a copy of a case, which nobody has but who asks, into a state that it
 * came to on the day, with the last day that follows. */
void kc_case_suppose(const struct kc_state *st, struct kc_case *c,
    enum kc_case_state state, kc_day day);
/* A copy with one extension more, allowed on a day; a period that ended runs
 * again, and what it stood still is added. */
void kc_case_extended(const struct kc_state *st, const struct kc_case *c,
    kc_day day, struct kc_case *out);
/* Last day on which an extension may be asked for. */
kc_day kc_case_ask_by(const struct kc_state *st, const struct kc_case *c);

/* Is a final case unmet: expired, or with a return below pd.met? False while
 * it is not final. */
bool kc_case_unmet(const struct kc_state *st, const struct kc_case *c);
/* The day of a year that a key names. */
kc_day
kc_policy_day(const struct kc_policy *p, enum kc_policy_key key, int year);
/* pd.issue_cutoff in a year: the last day to confirm. */
kc_day kc_issue_cutoff(const struct kc_policy *p, int year);

/* --- facts and views (facts.c, view.c) --- */
struct kc_vx;
/* Confirmed in full or half, and not revoked: counts as a pre-deduction. */
bool kc_case_counts(const struct kc_case *c);
bool kc_case_open(const struct kc_case *c);    /* neither final nor declined */
bool kc_case_expired(const struct kc_case *c); /* by the clerk's entry */
/* What the cap lets come back of an open case that was deducted, 0 of any
 * other; *until is the last day of whoever must act, KC_DAY_NONE if none. */
int64_t kc_case_may_return(
    const struct kc_state *st, const struct kc_case *c, kc_day *until);
const struct kc_situation *
kc_view_case_situation(const struct kc_state *st, const struct kc_case *c);
/* Sums of a unit's (or, with NULL, every unit's) cases of a year. */
struct kc_tally {
	uint32_t cases, open, unmet, exempted, declined;
	int64_t deducted_e4, returned_e4, retained_e4;
	int64_t retained_unmet_e4, residual_met_e4;
};
void kc_tally_cases(const struct kc_state *st, const struct kc_unit *u,
    int year, struct kc_tally *out);

/* Every last day of a case, by its KC_L_case_COUNT limits. */
void kc_case_days(const struct kc_state *st, const struct kc_case *c,
    struct kc_last_day *days);
bool kc_case_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to);
/* What an event says: the kind's label and the fact that goes with it. */
void kc_buf_case_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_case *c, const struct kc_event *e);
/* The correction that an entry is, NULL. */
const struct kc_case_correction *
kc_case_correction_at(const struct kc_case *c, uint32_t seq);
/* Its points as they were after an entry. */
void kc_case_figures(const struct kc_case *c, uint32_t seq,
    int64_t *deducted_e4, int64_t *returned_e4);
/* The same of one that was withdrawn since: then they were not yet none. */
void kc_case_figures_then(const struct kc_state *st, const struct kc_case *c,
    uint32_t seq, int64_t *deducted_e4, int64_t *returned_e4);
/* What its effect takes of its standard. */
int64_t kc_case_amount(const struct kc_state *st, const struct kc_case *c);
/* The rate of its return, likewise. */
int32_t kc_case_rate_at(const struct kc_case *c, uint32_t seq);
/* Did it ever count? What a dispute revoked shows what it was. */
bool kc_case_counted(const struct kc_case *c);
/* Points an event of a case changes: -D at confirmation, +R at the return, and
 * what a correction gives back. */
int64_t kc_case_event_points(const struct kc_case *c, const struct kc_event *e);

#endif
