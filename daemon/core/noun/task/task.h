/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of targets, and the four nodes of each (R45, R52 to R60). */
#ifndef KC_TASK_H
#define KC_TASK_H

#include <kaocheng/light.h>

#include "noun/filing.h"

#define KC_QUARTERS 4
struct kc_target;
/* What is to stand at the end of a quarter. */
struct kc_node {
	char code[KC_CODE_MAX + 1]; /* of its task, and ".Q1" to ".Q4" */
	uint32_t index, task;
	uint8_t quarter;         /* 0 to 3 */
	int32_t planned_bp;      /* of the task, by the end of the quarter */
	int32_t reported_bp;     /* -1 while it is not */
	int32_t verified_bp;     /* likewise */
	int8_t finding;          /* KC_FINDING_x of who verified it, -1 */
	bool dropped;            /* with its task */
	const char *result;      /* that is expected */
	struct kc_filing filing; /* of its report */
	struct kc_events events;
};
struct kc_task {
	char code[KC_CODE_MAX + 1];
	uint32_t index, target;
	uint32_t node; /* index of the first of its four */
	int32_t share_bp;
	uint32_t lead, assist; /* cadre indexes, KC_NONE */
	uint32_t handler;      /* actor index, KC_NONE */
	kc_day since;          /* they answer for it from that day on */
	bool dropped;          /* of its target no more */
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

unsigned kc_task_state(const struct kc_task *k);
/* Who answers for a task (assign.c, R57 to R59): the fields of a kind that
 * name them. */
struct kc_owner_fields {
	unsigned division, lead, assist, handler;
};
struct kc_owners {
	uint32_t lead, assist; /* cadre indexes; assist may be KC_NONE */
	uint32_t handler;      /* actor index, KC_NONE */
};
enum kc_err kc_want_owners(const struct kc_state *st, const struct kc_at *at,
    const struct kc_owner_fields *f, const struct kc_target *t,
    struct kc_owners *out, struct kc_refusal *why);
/* Apply, where the guard has found them. */
enum kc_err kc_task_owned(struct kc_state *st, const struct kc_at *at,
    const struct kc_owner_fields *f, struct kc_task *k, kc_day since);

/* Last days of reports (progress.c): KC_PG_* of a node; the tasks of a target
 * are filed, and the first node of each runs; none runs any more. */
extern const struct kc_filing_of kc_progress_filing;
unsigned kc_node_state(const struct kc_node *n);
/* What counts of it: as verified, else as reported, else -1. */
int32_t kc_node_actual(const struct kc_node *n);
/* The node that a field names, in a state in which the kind of the entry may
 * happen to it; and in apply, where the guard has found it. */
enum kc_err kc_want_node(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_node **out, struct kc_refusal *why);
struct kc_node *
kc_node_of(const struct kc_state *st, const struct kc_at *at, unsigned field);
enum kc_err kc_nodes_begin(
    struct kc_state *st, const struct kc_at *at, const struct kc_target *t);
void kc_nodes_end(
    struct kc_state *st, const struct kc_at *at, const struct kc_target *t);
/* Every node is in a state in which the kind of the entry may happen. */
enum kc_err kc_want_nodes(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why);
/* The first and the last day of its quarter. */
kc_day kc_node_begin(const struct kc_state *st, const struct kc_node *n);
kc_day kc_node_end(const struct kc_state *st, const struct kc_node *n);
/* What the clerk writes when nobody reports. */
struct kc_made;
bool kc_progress_is_live(const struct kc_state *st, const struct kc_due *d);
void kc_progress_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b);
void kc_progress_fill(
    const struct kc_state *st, const struct kc_due *d, struct kc_made *m);
void kc_progress_in_time(struct kc_state *st, uint32_t object);

/* Actual against planned progress, by the policy (light.c): the worst comes
 * first. Grey is a quarter that is over without a report; none, one that is
 * not, or by whose end nothing is planned. */
enum kc_light
kc_node_light(const struct kc_state *st, const struct kc_node *n, kc_day today);

#endif
