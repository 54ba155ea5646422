/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of bonuses for tests of the rules. G17 claims; P09.b verifies and
 * P09.a grants.
 */
#ifndef KC_TEST_BONUSKIT_H
#define KC_TEST_BONUSKIT_H

#include "disputekit.h"
#include "noun/bonus/bonus.h"

/* The lists, on Friday 2022-07-15. */
void bonus_city(struct kit *k);
/* By the head of the unit, a document of 2022-07-01 of that number. */
struct kc_bonus *
bonus_claim(struct kit *k, const char *unit, const char *situation,
    const char *merit, const char *grade, const char *document);
/* Of G17, a national commendation: B1, merit M1. */
struct kc_bonus *bonus_one(struct kit *k);
/* From claimed to shown: verified and publicised at once, and the publicity
 * has passed by the clerk's word. */
void bonus_show(struct kit *k, const struct kc_bonus *b);
void bonus_grant(struct kit *k, const struct kc_bonus *b);
const char *bonus_field(const struct kc_bonus *b); /* "bonus=B-2022-0001" */
/* One of G16 and one of G17, withdrawn: over and done. */
void bonus_two(struct kit *k);

#endif
