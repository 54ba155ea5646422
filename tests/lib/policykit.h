/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of policies for tests. */
#ifndef KC_TEST_POLICYKIT_H
#define KC_TEST_POLICYKIT_H

/* Takes out of the policy of the tree what an epoch does not know: keys; of the
 * first, the section `remind`, which has no other, and marks of bonuses. */
void policy_older(char *policy, unsigned epoch);
/* Takes one key out, such as plan.wd for a city that issues lists and files no
 * tasks: the clerk would write for each target that it is overdue. */
void policy_without(char *policy, const char *path);

#endif
