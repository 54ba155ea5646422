/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of a dispute for tests of the rules. P09.a confirms cases (casekit),
 * so P09.b decides about them; office hears appeals.
 */
#ifndef KC_TEST_DISPUTEKIT_H
#define KC_TEST_DISPUTEKIT_H

#include "casekit.h"
#include "noun/dispute/dispute.h"

/* Number of the last entry of a kind on a case; fails the test if none. */
uint32_t dispute_entry(const struct kc_case *c, enum kc_kind_id kind);
/* "decision=17", in static storage of the last answers. */
const char *dispute_decision(uint32_t seq);
/* By the head of the unit, of the confirmation of a case. */
struct kc_dispute *dispute_file(struct kit *k, const struct kc_case *c);
/* Filed, accepted by P09.a, and the replay attached. */
struct kc_dispute *dispute_heard(struct kit *k, const struct kc_case *c);
/* The same of any decision: the last entry of a kind that stands, about a
 * letter, a case or a target; by the head of G16. */
struct kc_dispute *
dispute_heard_of(struct kit *k, enum kc_kind_id kind, const char *matter);
/* "dispute=D-2022-0001" */
const char *dispute_field(const struct kc_dispute *d);
/* "reduced" with points, or NULL and another ruling; by P09.b, or by office
 * under appeal. */
void dispute_decide(struct kit *k, const struct kc_dispute *d,
    const char *ruling, const char *measure);
/* By P09.a; and the clerk's correction. */
void dispute_apply(struct kit *k, const struct kc_dispute *d);

#endif
