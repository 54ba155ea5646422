/* SPDX-License-Identifier: Apache-2.0 */
/* What the views of tasks share. */
#ifndef KC_TASK_VIEW_H
#define KC_TASK_VIEW_H

#include "check.h"

#include "noun/target/target.h"
#include "noun/vx.h"

/* Calls row for every task of the year that the reader sees, target by
 * target. */
void kc_each_task(struct kc_vx *x,
    void (*row)(
	struct kc_vx *, const struct kc_target *, const struct kc_task *));
/* Percent and basis points, nulls below 0. */
void
kc_node_bp(struct kc_vx *x, const char *key, const char *bp_key, int32_t bp);
/* Adds up of a unit's tasks of a year how many nodes of each quarter have each
 * light (light.c). */
void kc_nodes_lights(const struct kc_vx *x, uint32_t unit, int year,
    uint64_t n[KC_QUARTERS][KC_LIGHTS]);
/* Members of a node and of a task. */
void kc_node_facts(struct kc_vx *x, const struct kc_node *n);
void kc_task_facts(struct kc_vx *x, const struct kc_task *k);
/* What an event says: its label, and the figures of its entry. */
void
kc_buf_work_event(struct kc_buf *b, struct kc_vx *x, const struct kc_event *e);

#endif
