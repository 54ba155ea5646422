/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of the negative list for tests of the rules: G12 holds a grant over
 * item 3 in 2022 and until June of 2023.
 */
#ifndef KC_TEST_NEGKIT_H
#define KC_TEST_NEGKIT_H

#include "disputekit.h"
#include "noun/negative/negative.h"

/* The lists and the grant, on 2022-07-15. */
void neg_city(struct kit *k);
/* By G12.a, of 2022-07-01; `day` NULL is now. */
struct kc_negative *neg_propose(
    struct kit *k, const char *day, const char *unit, const char *amount);
const char *neg_field(const struct kc_negative *n); /* "negative=N-2022-0001" */
/* One of G16 and one of G17 by G02.a, item 17: declined, over and done. */
void neg_two(struct kit *k);

#endif
