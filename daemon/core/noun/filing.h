/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a unit has to file within so many working days, late if need be: its
 * last day, and the clerk's word when it passes. Nouns keep one in each of
 * the objects that are filed and say once what it is of.
 */
#ifndef KC_FILING_H
#define KC_FILING_H

#include "engine/noun.h"

struct kc_filing {
	kc_day from, due; /* the days run after from; KC_DAY_NONE: none run */
	bool provisional; /* due rests on a calendar not yet adopted */
	bool overdue;     /* the clerk's entry stands */
	uint32_t version, policy;
	int64_t changed_ms; /* at which it was set, filed or ended */
	enum kc_deadline_end end;
};
/* Which one: the same for all of them. */
struct kc_filing_of {
	unsigned noun;
	enum kc_machine_id machine;
	int limit; /* KC_L_* of the machine; its key has the working days */
	enum kc_kind_id clerk;
};

/* None runs. */
#define KC_FILING_NONE                                                         \
	(struct kc_filing)                                                     \
	{                                                                      \
		.from = KC_DAY_NONE, .due = KC_DAY_NONE                        \
	}
struct kc_filed {
	uint32_t object; /* of the due queue */
	int year;
};
/* The days run from now on, by the policy of the year; nothing if it asks for
 * none. */
enum kc_err kc_filing_begin(struct kc_state *st, const struct kc_filing_of *of,
    struct kc_filing *f, const struct kc_filed *what, const struct kc_at *at,
    kc_day from);
/* It was filed, or need not be any more. */
void kc_filing_end(struct kc_state *st, const struct kc_filing_of *of,
    struct kc_filing *f, uint32_t object, const struct kc_at *at,
    enum kc_deadline_end end);
/* Does the last day run? */
bool kc_filing_runs(const struct kc_filing *f);
bool kc_filing_is_live(const struct kc_filing *f, const struct kc_due *d);
enum kc_err kc_filing_recalendar(struct kc_state *st,
    const struct kc_filing_of *of, struct kc_filing *f, uint32_t object);
/* Of a clerk's entry that says that the day `field` has passed. */
enum kc_err kc_want_filing_due(const struct kc_state *st,
    const struct kc_at *at, const struct kc_filing *f, uint32_t object,
    unsigned field, struct kc_refusal *why);
/* Adds its last day; d has id, unit and target. */
bool kc_filing_deadline(const struct kc_state *st,
    const struct kc_filing_of *of, const struct kc_filing *f, uint32_t object,
    struct kc_deadline d, struct kc_deadlines *to);
/* Nothing of one that never ran. */
void kc_digest_filing(struct kc_digest *d, const struct kc_filing *f);

#endif
