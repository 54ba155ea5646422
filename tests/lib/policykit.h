/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of policies for tests. */
#ifndef KC_TEST_POLICYKIT_H
#define KC_TEST_POLICYKIT_H

/* Takes out of the policy of the tree what the first epoch does not know: keys,
 * the section `remind`, which has no other, and marks of bonuses. */
void policy_older(char *policy);

#endif
