/* SPDX-License-Identifier: Apache-2.0 */
/* What each unit has in each year, and what differs between two states. */
#ifndef KC_STANDING_H
#define KC_STANDING_H

#include "view_int.h"

/* A unit in a year. What is not listed has no score to speak of. */
struct kc_stand {
	const char *unit; /* its code, of the state */
	int year;
	bool listed;
	int64_t total_e4;
	uint32_t rank; /* 0: not ranked */
};
/* In order of year and code. */
struct kc_standing {
	struct kc_stand *v;
	size_t n;
};
/* KC_ENOMEM, KC_EREFUSED (a year without a policy). Release it always. */
enum kc_err kc_standing_take(
    const struct kc_state *st, struct kc_standing *out, struct kc_refusal *why);
void kc_standing_release(struct kc_standing *s);

/* The same unit and year on both sides; what a side does not have is not
 * listed there. */
struct kc_stand_pair {
	struct kc_stand from, to;
};
/* Goes through both, in their order: *i and *j begin at 0; false at the end. */
bool kc_standing_next(const struct kc_standing *a, const struct kc_standing *b,
    size_t *i, size_t *j, struct kc_stand_pair *out);
bool kc_stand_differs(const struct kc_stand_pair *p);
/* Members "unit", "year", "from", "to", "difference", "rank_from", "rank_to";
 * null where there is none. */
void kc_vx_stand(struct kc_vx *x, const struct kc_stand_pair *p);

#endif
