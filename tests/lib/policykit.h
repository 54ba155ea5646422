/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of policies and calendars for tests. */
#ifndef KC_TEST_POLICYKIT_H
#define KC_TEST_POLICYKIT_H

/* A file of the source tree as text; NUL-terminated, release with kc_free. */
char *kit_file(const char *path);
/* "text=" and such a file with each `from`, of which there must be one, made
 * `to`; NULL: as it is. Without LF at its end; release with kc_free. */
char *kit_text(const char *path, const char *from, const char *to);
/* Takes out of the policy of the tree what an epoch does not know: keys; of the
 * first, the section `remind`, which has no other, and marks of bonuses. */
void policy_older(char *policy, unsigned epoch);
/* Takes one key out, such as plan.wd for a city that issues lists and files no
 * tasks: the clerk would write for each target that it is overdue. */
void policy_without(char *policy, const char *path);

#endif
