/* SPDX-License-Identifier: Apache-2.0 */
/* A sequencer for tests: answers what its script says. */
#ifndef KC_TEST_SEQFAKE_H
#define KC_TEST_SEQFAKE_H

#include <kaocheng/sequencer.h>

/* Fake: answers from a script of outcomes, one a call, then KC_COMMITTED.
 * For each it says whether the inner store is really written (UNKNOWN may go
 * both ways). Takes a copy of the script. */
struct kc_fake_step {
	enum kc_outcome outcome;
	bool write; /* hand the batch to the store before answering */
};
enum kc_err kc_sequencer_fake(struct kc_sequencer *out, struct kc_store *s,
    const struct kc_fake_step *steps, size_t nsteps);

#endif
