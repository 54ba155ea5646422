/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was looked at from outside (R62 to R64): third-party data held against
 * what is reported, and visits to the place. Each is on record for ever; the
 * last one of a target, quarter and node counts.
 */
#ifndef KC_CHECK_H
#define KC_CHECK_H

#include "task.h"

struct kc_check {
	char handle[16];
	uint32_t index, target;
	uint32_t node;   /* index, KC_NONE: of the whole target */
	uint32_t kind;   /* data.check or site.visit */
	int8_t finding;  /* KC_FINDING_x of a visit, -1 */
	bool agrees;     /* of data */
	int32_t quarter; /* that it is about */
	kc_day on;       /* of the visit; of data, of the entry */
	int64_t reported_e4, value_e4;
	const char *method;   /* "" if it is what its kind says */
	const char *measure;  /* of the values; "" */
	const char *where;    /* the place, or who gives the data */
	struct kc_u32s cases; /* pre-deductions that rest on it */
	struct kc_events events;
};

#define KC_NS_CHECK KC_NS(task, 2)

/* Data that do not agree, or a visit that did not find it on schedule. */
bool kc_check_fails(const struct kc_check *c);
/* No later one of its kind, target, quarter and node. */
bool kc_check_stands(const struct kc_state *st, const struct kc_check *c);

/* --- a pre-deduction that rests on one --- */
/* Guard: the check that an optional field names is of data of this target,
 * stands, and does not agree. */
enum kc_err
kc_want_false_data(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t target, struct kc_refusal *why);
/* Apply: the case rests on it, if one is named; false when out of memory. */
bool kc_check_bears(struct kc_state *st, const struct kc_at *at, unsigned field,
    uint32_t case_);

/* --- views (view_check.c) --- */
struct kc_vx;
/* "prededucts": handles of those that rest on it. */
void kc_check_cases(struct kc_vx *x, const struct kc_check *c);
/* What is known of a target to who judges how it stands: nodes that are not
 * green or were found not on schedule, and checks; nothing if there is
 * nothing. */
void kc_buf_grounds(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_target *t);

#endif
