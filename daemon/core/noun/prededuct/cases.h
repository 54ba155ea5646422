/* SPDX-License-Identifier: Apache-2.0 */
/* What pre-deductions, warning letters and cadres share (case.c). */
#ifndef KC_CASES_H
#define KC_CASES_H

#include "engine/state_int.h"

/* A gap of planned and actual progress that counts as behind (15 points). */
#define KC_BEHIND_GAP_BP 1500

/* --- arguments of refusals ------------------------------------------------ */
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

/* --- cases ------------------------------------------------------------------
 */
/* The case a field names, in one of the states (bits 1 << KC_CS_x). */
enum kc_err
kc_want_case(const struct kc_state *st, const struct kc_at *at, unsigned field,
    unsigned states, struct kc_case **out, struct kc_refusal *why);
/* Also: the signer of slot 0 is of the unit that decided, with a grant that
 * is in force today. */
enum kc_err kc_want_assessor(const struct kc_state *st, const struct kc_at *at,
    const struct kc_case *c, struct kc_refusal *why);
/* In apply, where the guard has found it. */
struct kc_case *
kc_case_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
const struct kc_policy *
kc_case_policy(const struct kc_state *st, const struct kc_case *c);
/* Ends a case: its target may have another. */
void kc_case_end(struct kc_state *st, struct kc_case *c, uint8_t state);
/* "PD", 2022, 58 -> "PD-2022-0058" */
void kc_handle_make(char out[16], const char *prefix, int year, uint32_t n);

/* Does the situation's mark hold on what the ledger knows? KC_R_MARK,
 * KC_R_RANKS, KC_R_TARGET_NEEDS or KC_R_FIELD_MISSING otherwise (mark.c). */
enum kc_err kc_want_mark(const struct kc_state *st, const struct kc_at *at,
    const struct kc_policy *p, const struct kc_situation *s,
    const struct kc_target *t, struct kc_refusal *why);

/* --- last days (period.c) ---------------------------------------------------
 */
/* First instant after the day, in local time. */
int64_t kc_day_end_ms(kc_day d);
/* Computes due from delivery and the extensions, never earlier than it is,
 * and queues the clerk's entry unless provisional. */
enum kc_err kc_case_set_due(struct kc_state *st, struct kc_case *c);
/* The same for the review of a submission, and for a reply to a letter. */
enum kc_err kc_case_set_review(struct kc_state *st, struct kc_case *c);
enum kc_err
kc_addressee_set_due(struct kc_state *st, struct kc_warning *w, unsigned i);
/* Last day on which an extension may be asked for. */
kc_day kc_case_ask_by(const struct kc_state *st, const struct kc_case *c);

/* --- cadres (cadre.c) --------------------------------------------------------
 */
/* A confirmed deduction of a superior indicator: the clerk is to propose
 * that its leader loses "good" for the quarter (R112). */
enum kc_err
kc_good_due(struct kc_state *st, const struct kc_at *at, struct kc_case *c);

#endif
