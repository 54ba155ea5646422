/* SPDX-License-Identifier: Apache-2.0 */
/* What the views of tasks share. */
#ifndef KC_TASK_VIEW_H
#define KC_TASK_VIEW_H

#include "task.h"

#include "noun/target/target.h"
#include "noun/vx.h"

/* Calls row for every task of the year that the reader sees, target by
 * target. */
void kc_each_task(struct kc_vx *x,
    void (*row)(
	struct kc_vx *, const struct kc_target *, const struct kc_task *));

#endif
