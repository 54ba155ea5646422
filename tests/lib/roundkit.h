/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a monitoring round for tests of the rules. */
#ifndef KC_TEST_ROUNDKIT_H
#define KC_TEST_ROUNDKIT_H

#include "casekit.h"
#include "noun/round/round.h"

/* Of the four offices that sign an opinion of the half year. */
#define ROUND_SIGNERS "P09.a office insp.p insp.g"
#define ROUND_HALF "round=R-2022-0001" /* the first one that is opened */

/* Opens the half year of 2022 now, and enrols who signs for the supervision
 * offices. */
void round_half(struct kit *k);
/* An opinion of the half year on a target, "behind" with evidence. It belongs
 * to the state. */
struct kc_opinion *
round_opinion(struct kit *k, const char *target, const char *verdict);
/* The lists on 2022-07-15 with the half year open: an opinion on G16-K1, and
 * one that G16-K2 is behind, which is fed back: the second. */
struct kc_opinion *round_city(struct kit *k, const char *verdict_of_k1);
/* Feeds it back to the unit of its target. */
void round_feed_back(struct kit *k, const struct kc_opinion *o);
const char *
round_opinion_field(const struct kc_opinion *o); /* "opinion=OP-2022-0001" */

#endif
