/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks for tests of the rules: what a row leaves out has a value that holds.
 */
#ifndef KC_TEST_TASKKIT_H
#define KC_TEST_TASKKIT_H

#include "casekit.h"
#include "noun/task/task.h"

#define TASK_FIELDS 18
/* "field=value" each; NULL: a quarter of it a quarter, all of the target,
 * no leader; by the liaison of G17. */
struct task_row {
	const char *by, *target, *task, *share, *lead, *q[KC_QUARTERS];
	const char *more[2];
};
/* The fields of its task.split, NULL-terminated. */
void task_fields(const struct task_row *r, const char *out[TASK_FIELDS + 1]);
void task_split(struct kit *k, const struct task_row *r);
/* A city with G17's list of 2022 issued on 2022-03-31 under a policy with a
 * text put in place of another, led by C1; its targets G17-2022-K1, -K2, -R1.
 */
void task_city(struct kit *k, const char *from, const char *to);
/* In a city with lists (KIT_LISTS): <unit>-K1 is the task <unit>-T, filed, of
 * which two quarters are reported, and the first is held against data that do
 * not agree. */
void task_checked(struct kit *k, const char *unit, const char *lead);

#endif
