/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of policies for tests. */
#ifndef KC_TEST_POLICYKIT_H
#define KC_TEST_POLICYKIT_H

/* Takes out of the policy of the tree what an epoch does not know: keys; of the
 * first, the section `remind`, which has no other, and marks of bonuses. */
void policy_older(char *policy, unsigned epoch);

#endif
