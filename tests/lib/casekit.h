/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases for tests of the rules: a city whose policy and calendars a test
 * chooses, lists of any year, and the steps of a pre-deduction on a day.
 */
#ifndef KC_TEST_CASEKIT_H
#define KC_TEST_CASEKIT_H

#include "ledgerkit.h"
#include "noun/prededuct/prededuct.h"

#define EVIDENCE                                                               \
	"evidence=sha256:"                                                     \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "    \
	"18233 application/pdf"

/* A statement that must be refused, for tables. */
struct refusal_row {
	const char *name;
	void (*set_up)(struct kit *k); /* NULL: the lists of 2022-07-15 */
	enum kc_refusal_code code;
	enum kc_kind_id kind;
	const char *by;
	const char *fields[12];
	const char *rule; /* policy key or situation cited; NULL: none */
	const char *arg;  /* first argument; NULL: any */
};
/* Each row on a ledger of its own; replays it too. */
void case_check_rows(const struct refusal_row *rows, size_t n);

/* The city with the policy of the tree, each `from` in its text replaced by
 * `to` (NULL: as it is), and the calendars of the years (0 ends them). */
void
case_city(struct kit *k, const char *from, const char *to, const int *years);
void case_policy(struct kit *k, const char *from, const char *to);
void case_calendar(struct kit *k, int year);
/* Opens the year if need be and issues a list of the unit: <code>-K1
 * (superior indicator IND<unit>, 30 points, `lead` or NULL), <code>-K2
 * (city-key, 40), <code>-R1 (routine, 20); <code> is unit and year. */
void case_list(struct kit *k, const char *unit, int year, const char *lead);

/* Steps, all at 10:00 of the day; NULL is now. The case belongs to the
 * state. S3 on a city-key target, 0.5000. */
struct kc_case *case_decide(
    struct kit *k, const char *day, const char *unit, const char *target);
/* S8 (half) on any target. */
struct kc_case *case_decide_half(struct kit *k, const char *day,
    const char *unit, const char *target, const char *standard);
void case_confirm(struct kit *k, const struct kc_case *c);
void case_deliver(struct kit *k, const struct kc_case *c);
void case_submit(struct kit *k, const struct kc_case *c);
void case_refund(struct kit *k, const struct kc_case *c, const char *rate);
/* From decided to its end, all but nothing kept: 80 % come back. */
void case_finish(struct kit *k, const struct kc_case *c);
/* Decided, confirmed and delivered on that day. */
struct kc_case *case_rectifying(
    struct kit *k, const char *day, const char *unit, const char *target);
const char *case_field(const struct kc_case *c); /* "case=PD-2022-0001" */
/* "2022-10-17", in static storage of the last four answers. */
const char *case_day(kc_day d);
/* An indicator.report of the unit's indicator. */
void case_report(struct kit *k, const char *indicator, const char *quarter,
    int rank, int last_rank);

#endif
