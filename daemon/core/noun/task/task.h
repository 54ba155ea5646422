/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of targets, and the four nodes of each (R45, R52 to R60). */
#ifndef KC_TASK_H
#define KC_TASK_H

#include "engine/state_int.h"

#define KC_QUARTERS 4
struct kc_target;
/* What is to stand at the end of a quarter. */
struct kc_node {
	char code[KC_CODE_MAX + 1]; /* of its task, and ".Q1" to ".Q4" */
	uint32_t index, task;
	uint8_t quarter;    /* 0 to 3 */
	uint8_t state;      /* KC_PG_* */
	int32_t planned_bp; /* of the task, by the end of the quarter */
	const char *result; /* that is expected */
	struct kc_events events;
};
struct kc_task {
	char code[KC_CODE_MAX + 1];
	uint32_t index, target;
	uint32_t node; /* index of the first of its four */
	int32_t share_bp;
	uint32_t lead, assist; /* cadre indexes, KC_NONE */
	uint32_t handler;      /* actor index, KC_NONE */
	const char *title, *division;
	struct kc_events events;
};
#define KC_NODE_SUFFIX 3 /* ".Q1" */

#define KC_NS_NODE KC_NS(task, 0)
#define KC_NS_TASK KC_NS(task, 1)

/* The target that a node or task is of. */
const struct kc_target *
kc_task_target(const struct kc_state *st, uint32_t task);
const struct kc_target *
kc_node_target(const struct kc_state *st, uint32_t node);
/* How much of a target its tasks make up, in basis points. */
int64_t kc_tasks_share(const struct kc_state *st, const struct kc_target *t);
enum kc_err kc_refuse_share(
    const struct kc_target *t, int64_t sum_bp, struct kc_refusal *why);

#endif
